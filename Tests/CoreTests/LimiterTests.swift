import Core
import Synchronization
import TestSupport
import Testing

@Suite struct LimiterTests {
    private final class Crowd: Sendable {
        let running = Mutex((now: 0, most: 0))
        let isReleased = Mutex(false)
    }

    @Test func letsSoManyThrough() async throws {
        let limiter = Limiter(2, maximumWaiting: 2, what: "the door")
        let crowd = Crowd()
        @Sendable func enter() -> Task<Void, any Error> {
            Task {
                try await limiter.withPlace {
                    crowd.running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                    defer { crowd.running.withLock { $0.now -= 1 } }
                    _ = await eventually { crowd.isReleased.withLock(\.self) }
                }
            }
        }
        func error(_ task: Task<Void, any Error>) async -> String {
            guard case .failure(let error) = await task.result else { return "" }
            return (error as? DeploydError)?.message ?? "\(error)"
        }
        let inside = [enter(), enter()]
        #expect(await eventually { crowd.running.withLock { $0.now } == 2 })
        let leaving = enter()
        #expect(await eventually { limiter.waiting == 1 })
        let waiting = enter()
        #expect(await eventually { limiter.waiting == 2 })
        #expect(await error(enter()) == "too much waits for the door: try again later")
        leaving.cancel()
        #expect(await error(leaving) == "CancellationError()")
        crowd.isReleased.withLock { $0 = true }
        for task in inside + [waiting] { try await task.value }
        #expect(crowd.running.withLock { [$0.now, $0.most] } == [0, 2])
    }
}
