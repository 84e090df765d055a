import Core
import Model
import Testing

/// The small rules.
struct RuleTests {
    @Test func retriesWaitLongerAndEnd() {
        let policy = RetryPolicy(initial: .seconds(1), maximum: .seconds(10), tries: 6)
        let whole = (1...6).map { policy.delay(afterAttempt: $0, chance: 1) }
        let half = (1...6).map { policy.delay(afterAttempt: $0, chance: 0) }
        #expect(whole == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10), nil])
        #expect(half == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5), nil])
        #expect(policy.delay(afterAttempt: 1, chance: 7) == .seconds(1))
        #expect(RetryPolicy.revive.delay(afterAttempt: .max - 1, chance: 1) == .seconds(300))
        let total = { (policy: RetryPolicy) in
            (1..<policy.tries).compactMap { policy.delay(afterAttempt: $0, chance: 1) }.reduce(.zero, +)
        }
        #expect(total(.step) < .seconds(11 * 60) && total(.delivery) < .seconds(20 * 60))
    }

    @Test func secretsAreTakenOutOfText() {
        let redactor = Redactor(
            ["hunter2hunter2", "hunter2", "short", "", "-----KEY-----\nabcdef0123\n-----END-----\n"].map(Secret.init))
        let texts = [
            "url=postgres://app:hunter2@db", "hunter2hunter2", "hunter2hunter2hunter2", "a short story", "",
            "+ abcdef0123", "hunter", "hunter2 and hunter2",
        ]
        #expect(
            texts.map(redactor.redact) == [
                "url=postgres://app:•••@db", "•••", "••••••", "a short story", "", "+ •••", "hunter", "••• and •••",
            ])
        #expect(Redactor([] as [Secret]).redact("hunter2") == "hunter2")
    }

    /// `DEPLOYED… | CURRENT` and what a rollback goes back to.
    @Test func aRollbackGoesBackToWhatRanBefore() {
        let cases: [(deployed: String, current: String?, previous: String?)] = [
            ("", nil, nil), ("", "a", nil), ("a", "a", nil), ("a", nil, "a"), ("a b", "b", "a"), ("a a b b", "b", "a"),
            // The present one never ran.
            ("a b", "c", "b"),
            // Rolled back: not forward again, but further.
            ("a b a", "a", nil), ("a b c b", "b", "a"), ("a b c", "b", "a"),
            // And on from there.
            ("a b a c", "c", "a"), ("a b c b d", "d", "b"),
        ]
        let wrong = cases.filter { one in
            VersionHistory.previous(to: one.current, deployed: one.deployed.split(separator: " ").map(String.init))
                != one.previous
        }
        #expect(wrong.map(\.deployed) == [])
        #expect(VersionHistory.previous(to: "c", deployed: ["a", "b", "c"], rejected: ["b"]) == "a")
        #expect(VersionHistory.previous(to: "b", deployed: ["a", "b"], rejected: ["a"]) == nil)
    }

    /// What is seen each five seconds, and what of it is recorded.
    @Test(arguments: [
        ("hhhh", ""), ("hddhh", "1d"), ("hdhhhh", "1d 4h"), ("hdhdhdhdhdhd", "1d"), ("hddddmmhhh", "1d 5m 9h"),
        ("hmhmhm", "1m"), ("huuuhhh", "1u 6h"), ("hdpdpdppp", "1d 8p"),
    ])
    func whatComesAndGoesIsNotTold(seen: String, recorded: String) {
        let healths: [Character: Health] = [
            "h": .healthy, "d": .degraded, "m": .missing, "u": .unknown, "p": .progressing,
        ]
        var memory = RecoveryMemory()
        var health = Health.healthy
        var told: [String] = []
        for (index, letter) in seen.enumerated() {
            guard let next = healths[letter] else { continue }
            if memory.saw(next, recorded: health, at: Timestamp(seconds: Int64(index * 5))) {
                health = next
                told.append("\(index)\(letter)")
            }
        }
        #expect(told.joined(separator: " ") == recorded)
    }

    @Test func whatCannotLiveIsStartedLessOften() {
        var memory = RecoveryMemory()
        var revivals: [Int64] = []
        func run(_ seconds: Range<Int64>, _ health: Health) {
            for second in seconds where second % 5 == 0 {
                let moment = Timestamp(seconds: second)
                _ = memory.saw(health, recorded: health, at: moment)
                guard health == .missing, memory.mayRevive(at: moment) else { continue }
                memory.willRevive(at: moment, chance: 1)
                revivals.append(second)
            }
        }
        run(0..<1000, .missing)
        // Healthy for a while, then for long.
        run(1000..<1300, .healthy)
        run(1300..<1306, .missing)
        run(1306..<2000, .healthy)
        run(2000..<2020, .missing)
        #expect(revivals == [0, 5, 15, 35, 75, 155, 315, 615, 915, 1300, 2000, 2005, 2015])
    }
}
