import Core
import Model
import Testing

/// What is next for an instance, for all that may be recorded of it.
struct ReconciliationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var desired: String? = "v2"
        var deployed: String? = "v1"
        var verdict: Instance.Verdict?
        var isDetached = false
        var world: String? = "w"
        /// `ID VERSION STATUS`, oldest first.
        var unfinished: [String] = []
        var inputs: String? = "sha256:now"
        var isRejected = false
        let expected: Reconciliation

        var testDescription: String { name }
    }

    private static func verdict(_ inputs: String, version: String = "v2") -> Instance.Verdict {
        Instance.Verdict(version: version, inputs: inputs, deployment: "d0")
    }

    static let cases = [
        Case(name: "as it should be", deployed: "v2", expected: .settled),
        Case(name: "no version yet", desired: nil, deployed: nil, expected: .settled),
        Case(name: "nothing under way", expected: .begin(version: "v2")),
        Case(name: "tracked only", world: nil, expected: .settled),
        Case(name: "rejected after it was set", isRejected: true, expected: .settled),
        Case(name: "rejected while one runs", unfinished: ["d1 v2 running"], isRejected: true, expected: .run("d1")),
        Case(name: "detached", isDetached: true, expected: .settled),
        Case(name: "failed with these inputs", verdict: verdict("sha256:now"), expected: .settled),
        Case(name: "failed with others", verdict: verdict("sha256:then"), expected: .begin(version: "v2")),
        Case(name: "failed before it was planned", verdict: verdict(""), expected: .begin(version: "v2")),
        Case(name: "failed, and cannot be planned", verdict: verdict(""), inputs: nil, expected: .settled),
        Case(
            name: "another version failed", verdict: verdict("sha256:now", version: "v3"),
            expected: .begin(version: "v2")),
        Case(name: "one waits", unfinished: ["d1 v2 pending"], expected: .run("d1")),
        Case(
            name: "one waits whatever the verdict", verdict: verdict("sha256:now"), unfinished: ["d1 v2 pending"],
            expected: .run("d1")),
        Case(
            name: "one waits for what runs already", deployed: "v2", unfinished: ["d1 v2 pending"], expected: .run("d1")
        ),
        Case(name: "one runs", unfinished: ["d1 v2 running"], expected: .run("d1")),
        Case(
            name: "one of another version runs", unfinished: ["d1 v1 running", "d2 v2 pending"], expected: .run("d1")),
        Case(
            name: "stale ones wait", unfinished: ["d1 v0 pending", "d2 v2 pending", "d3 v1 pending"],
            expected: .supersede(["d1", "d3"])),
        Case(
            name: "two of the version wait", unfinished: ["d1 v2 pending", "d2 v2 pending"],
            expected: .supersede(["d1"])),
        Case(
            name: "one waits and it is detached", isDetached: true, unfinished: ["d1 v2 pending"],
            expected: .supersede(["d1"])),
    ]

    @Test(arguments: cases)
    func next(_ one: Case) throws {
        let id = InstanceID(application: "hello", target: "a")
        let moment = Timestamp(seconds: 1)
        let instance = Instance(
            id: id, environment: "e", world: one.world, desired: one.desired, deployed: one.deployed, since: moment,
            verdict: one.verdict, detachment: one.isDetached ? "gone" : nil, createdAt: moment)
        let unfinished = try one.unfinished.map { text in
            let words = text.split(separator: " ").map(String.init)
            return Deployment(
                id: words[0], instance: id, environment: "e", world: "w", version: words[1],
                status: try #require(Deployment.Status(rawValue: words[2])), actor: "ada", cause: nil,
                createdAt: moment)
        }
        let next = Reconciliation.next(
            for: instance, unfinished: unfinished, inputs: one.inputs, isRejected: one.isRejected)
        #expect(next == one.expected)
    }
}
