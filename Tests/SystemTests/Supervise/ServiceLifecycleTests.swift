import Core
import Testing

@testable import System

private let start = ContinuousClock.now
private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
private let record = ExitRecord(.ended(.exited(1)), time: Timestamp(seconds: 1))

@Suite struct ServiceLifecycleTests {
    var life = ServiceLifecycle(policy: .init(initial: .seconds(1), maximum: .seconds(4)))

    @Test mutating func endsWithItsProcessUnlessKept() {
        life.started(pid: 7, now: at(0))
        let actions = [life.exited(record, now: at(5)), life.tick(now: at(5)), life.cleared(now: at(5))]
        #expect(actions == [.clear, .none, .end])
        #expect(life.state == .ended && life.lastExit == record && life.restarts == 0)
    }

    @Test mutating func keptIsStartedAgainWithDoublingPauses() {
        life.keep()
        var pauses: [Double] = []
        var now = 0.0
        for uptime in [1.0, 1, 1, 1, 20, 1] {
            life.started(pid: 7, now: at(now))
            now += uptime
            let actions = [life.exited(record, now: at(now)), life.cleared(now: at(now))]
            #expect(actions == [.clear, .none])
            guard let due = life.due else { break }
            pauses.append(Double((due - at(now)).milliseconds) / 1000)
            now += pauses.last ?? 0
            #expect([life.tick(now: at(now - 0.1)), life.tick(now: at(now))] == [.none, .start])
        }
        #expect(pauses == [1, 2, 4, 4, 1, 2] && life.restarts == 6)
        let failed = life.failedToStart(record, now: at(now))
        #expect(failed == .none && life.due == at(now + 4))
        #expect(life.stop(grace: .seconds(9), now: at(now)) == .end)
    }

    @Test mutating func stopKillsAfterTheGrace() {
        life.keep()
        life.started(pid: 7, now: at(0))
        var actions = [
            life.stop(grace: .seconds(10), now: at(1)), life.tick(now: at(10.9)),
            life.stop(grace: .seconds(2), now: at(1)), life.tick(now: at(2.9)), life.tick(now: at(3)),
            life.tick(now: at(3.1)), life.tick(now: at(3.5)),
        ]
        #expect(actions == [.terminateGroup, .none, .none, .none, .killAll, .none, .killAll])
        // What it left behind is killed at the same moment, and not waited for without end.
        actions = [
            life.exited(record, now: at(3.6)), life.tick(now: at(3.61)), life.tick(now: at(3.7)), life.tick(now: at(9)),
        ]
        #expect(actions == [.clear, .none, .killAll, .end])
    }

    @Test mutating func whatIsLeftGetsAMomentToEnd() {
        life.started(pid: 7, now: at(0))
        let actions = [
            life.exited(record, now: at(1)), life.tick(now: at(1.5)), life.tick(now: at(2.9)), life.tick(now: at(3.1)),
            life.cleared(now: at(3.2)),
        ]
        #expect(actions == [.clear, .look, .look, .killAll, .end])
    }

    @Test mutating func failureOfTheFirstStartIsTheEnd() {
        #expect(life.failedToStart(record, now: at(0)) == .end)
        #expect(life.state == .ended && life.due == nil)
    }
}
