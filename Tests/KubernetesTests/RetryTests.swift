import Core
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

@Suite struct RetryTests {
    private static func failure(_ code: Int, after: String? = nil) -> DeploydError {
        APIStatus(code: code, body: [], retryAfter: after).error(for: RequestSubject("get"), cluster: "c")
    }

    private func request(_ repetition: APIRequest.Repetition, stale: Bool = false) -> APIRequest {
        var request = APIRequest("GET", "/x", RequestSubject("get"))
        request.repetition = repetition
        request.retriesStale = stale
        return request
    }

    @Test func knowsWhatMayBeRepeated() {
        func curl(_ number: Int) -> DeploydError { DeploydError(.unavailable, "", metadata: ["curl": "\(number)"]) }
        let cases: [(DeploydError, always: RetryAdvice, once: RetryAdvice)] = [
            (Self.failure(429, after: "3"), .again(after: .seconds(3)), .again(after: .seconds(3))),
            (Self.failure(429), .again(after: nil), .again(after: nil)),
            (Self.failure(503), .again(after: nil), .never),
            (Self.failure(503, after: "1"), .again(after: .seconds(1)), .again(after: .seconds(1))),
            (Self.failure(504), .again(after: nil), .never),
            (Self.failure(500), .never, .never), (Self.failure(500, after: "1"), .again(after: .seconds(1)), .never),
            (Self.failure(404), .never, .never), (Self.failure(409), .never, .never),
            (curl(7), .again(after: nil), .again(after: nil)),
            (curl(56), .again(after: nil), .never), (curl(60), .never, .never),
            (DeploydError(.timedOut, ""), .never, .never), (DeploydError(.cancelled, ""), .never, .never),
        ]
        for (error, always, once) in cases {
            #expect(RetryAdvice(error, request(.always)) == always, "\(error) \(error.metadata)")
            #expect(RetryAdvice(error, request(.whenNothingWasDone)) == once, "\(error) \(error.metadata)")
        }
        #expect(RetryAdvice(Self.failure(409), request(.always, stale: true)) == .again(after: nil))
    }

    /// Runs attempts that fail with these, and tells the pauses between them.
    private func pauses(
        _ failures: [DeploydError], within allowance: Duration = .seconds(60), chance: Double = 0
    ) async throws -> (pauses: [Duration], result: Result<Int, DeploydError>) {
        let clock = ManualClock()
        let start = clock.now()
        let moments = Mutex<[Duration]>([])
        let retrier = Retrier(clock: clock, chance: { chance })
        let request = request(.always)
        let task = Task {
            try await retrier.run(within: allowance, advice: { RetryAdvice($0, request) }) { _ in
                let index = moments.withLock { moments in
                    moments.append(clock.now() - start)
                    return moments.count - 1
                }
                if failures.indices.contains(index) { throw failures[index] }
                return index
            }
        }
        let ended = Mutex(false)
        let waiter = Task {
            let result = await task.result
            ended.withLock { $0 = true }
            return result
        }
        while !ended.withLock(\.self) {
            if clock.sleeping > 0 { clock.advance(by: .milliseconds(50)) }
            await Task.yield()
        }
        let result: Result<Int, DeploydError>
        switch await waiter.value {
        case .success(let value): result = .success(value)
        case .failure(let error): result = .failure(try #require(error as? DeploydError))
        }
        let times = moments.withLock(\.self)
        return (zip(times.dropFirst(), times).map { $0 - $1 }, result)
    }

    @Test func waitsLongerEachTime() async throws {
        let five = Array(repeating: Self.failure(503), count: 5)
        let (shortest, result) = try await pauses(five)
        #expect(shortest == [100, 200, 400, 800, 1600].map { Duration.milliseconds($0) })
        #expect(try result.get() == 5)
        let (longest, _) = try await pauses(five, chance: 1)
        #expect(longest == [200, 400, 800, 1600, 3200].map { Duration.milliseconds($0) })
        let (_, end) = try await pauses(five + five)
        #expect(throws: DeploydError.self) { try end.get() }
    }

    @Test func waitsAsLongAsTheServerAsks() async throws {
        let (pauses, result) = try await pauses([Self.failure(429, after: "4"), Self.failure(503, after: "0")])
        #expect(pauses == [.seconds(4), .zero])
        #expect(try result.get() == 2)
    }

    /// What would be after the deadline is not waited for.
    @Test func endsAtTheDeadline() async throws {
        let (pauses, result) = try await pauses([Self.failure(429, after: "30")], within: .seconds(20))
        let error = #expect(throws: DeploydError.self) { try result.get() }
        #expect(pauses == [] && error?.code == .exhausted)
    }

    @Test func boundsTheRate() {
        let rate = RateLimit(perSecond: 10, burst: 3)
        let start = Timestamp(seconds: 1000)
        func wait(_ milliseconds: Int, patience: Int = 1000) -> Int64? {
            rate.reserve(now: start + .milliseconds(milliseconds), patience: .milliseconds(patience))?.milliseconds
        }
        #expect([wait(0), wait(0), wait(0), wait(0), wait(0)] == [0, 0, 0, 100, 200])
        #expect(wait(0, patience: 299) == nil, "and takes no place")
        #expect([wait(0), wait(400), wait(10_000)] == [300, 0, 0])
        let free = RateLimit(perSecond: nil, burst: 0)
        #expect((0..<100).allSatisfy { _ in free.reserve(now: start, patience: .zero) == .zero })
    }
}
