import HTTPClient
import Synchronization

/// Requests at a steady rate, none of which is sent twice.
final class Load: Sendable {
    struct Outcome: Sendable, Equatable {
        var answers: [String: Int] = [:]
        var failures: [String] = []
    }

    private let outcome = Mutex(Outcome())
    private let isStopped = Mutex(false)
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// - Parameter rate: requests a second. Every second one has a connection of its own.
    /// - Parameter host: what they ask for; nil: what the URL names.
    func start(_ url: String, host: String? = nil, rate: Int, client: HTTPClientSession) {
        let loop = Task {
            await withTaskGroup { group in
                let begin = ContinuousClock.now
                var number = 0
                while !isStopped.withLock(\.self) {
                    let named = host.map { [("Host", $0)] } ?? []
                    let headers = named + (number.isMultiple(of: 2) ? [("Connection", "close")] : [])
                    group.addTask { await self.send(.init("GET", url, headers: headers), client) }
                    number += 1
                    try? await Task.sleep(until: begin + .microseconds(1_000_000 / rate * number))
                }
            }
        }
        task.withLock { $0 = loop }
    }

    /// Ends it and gives what became of all its requests.
    func stop() async -> Outcome {
        isStopped.withLock { $0 = true }
        await task.withLock(\.self)?.value
        return outcome.withLock(\.self)
    }

    /// How many were answered so far.
    var answered: Int { outcome.withLock { $0.answers.values.reduce(0, +) } }

    private func send(_ request: HTTPClientRequest, _ client: HTTPClientSession) async {
        do {
            let response = try await client.send(request)
            outcome.withLock { outcome in
                if response.status == 200 {
                    outcome.answers[response.text, default: 0] += 1
                } else {
                    outcome.failures.append("\(response.status)")
                }
            }
        } catch {
            outcome.withLock { $0.failures.append("\(error)") }
        }
    }
}
