import Core
import Synchronization
import TestSupport

/// Sends a delivery again, with the same id, until it is acknowledged: when the connection breaks and when the server
/// answers that it cannot now. Some it sends again though it was answered, as senders do that lost the answer.
final class PatientSender: Sendable {
    private static let firstPause = Duration.milliseconds(50)
    private static let longestPause = Duration.milliseconds(400)
    private static let patience = Duration.seconds(180)

    private struct Counts {
        var sent = 0
        var problems: [String] = []
    }

    private let counts = Mutex(Counts())
    private let chance: Mutex<SeededGenerator>

    init(seed: UInt64) { chance = Mutex(SeededGenerator(seed, "sender")) }

    /// How many requests it took.
    var sent: Int { counts.withLock(\.sent) }
    /// What must not be.
    var problems: [String] { counts.withLock(\.problems) }

    /// - Returns: the id that the server gave it.
    func send(_ message: GitHubSender.Message, _ sender: GitHubSender) async throws -> String {
        let id = try await acknowledged(message, sender)
        if chance.withLock({ Int.random(in: 0..<8, using: &$0) }) == 0 {
            let again = try await acknowledged(message, sender)
            if again != id { counts.withLock { $0.problems.append("\(message.id) was \(id), and then \(again)") } }
        }
        return id
    }

    private func acknowledged(_ message: GitHubSender.Message, _ sender: GitHubSender) async throws -> String {
        let end = ContinuousClock.now + PatientSender.patience
        var pause = PatientSender.firstPause
        while ContinuousClock.now < end {
            counts.withLock { $0.sent += 1 }
            if let answer = try? await sender.send(message) {
                if answer.status == 202, let id = answer.delivery { return id }
                guard answer.status == 429 || answer.status >= 500 else {
                    throw DeploydError(.internal, "a delivery was answered \(answer)")
                }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, PatientSender.longestPause)
        }
        throw DeploydError(.timedOut, "a delivery was not acknowledged")
    }
}
