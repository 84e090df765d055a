import Core
import Glibc
import Synchronization
import TestSupport
import Testing

private final class Gauge: Sendable {
    let running = Mutex((now: 0, most: 0, done: 0))
    let isOpen = Mutex(false)

    func count() {
        running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.done) }
        while !isOpen.withLock(\.self) { usleep(1000) }
        running.withLock { $0 = ($0.now - 1, $0.most, $0.done + 1) }
    }
}

@Suite struct BlockingThreadsTests {
    @Test func callsRunBesideEachOtherWithinTheBounds() async throws {
        let threads = BlockingThreads(maximumThreads: 3, maximumWaiting: 17)
        let gauge = Gauge()
        for _ in 0..<3 { try threads.submit(gauge.count) }
        #expect(await eventually { gauge.running.withLock(\.now) == 3 })
        for _ in 0..<17 { try threads.submit(gauge.count) }
        #expect(throws: DeploydError.self) { try threads.submit(gauge.count) }
        await #expect(throws: DeploydError.self) { try await threads.run(gauge.count) }
        gauge.isOpen.withLock { $0 = true }
        #expect(await eventually { gauge.running.withLock(\.done) == 20 })
        #expect(gauge.running.withLock { [$0.now, $0.most] } == [0, 3])
    }

    @Test func runGivesWhatTheBodyGives() async throws {
        struct Refused: Error {}
        let threads = BlockingThreads()
        #expect(try await threads.run { 42 } == 42)
        await #expect(throws: Refused.self) { try await threads.run { throw Refused() } }
    }
}
