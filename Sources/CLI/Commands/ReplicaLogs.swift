import Client
import Core
import Synchronization

/// What the replicas of a service print.
struct ReplicaLogs: Sendable {
    let client: APIClient
    let console: Console
    let application: String
    let target: String
    /// How many there are.
    let count: Int

    /// One replica, as it is.
    func show(_ replica: Int, follows: Bool) async throws {
        let text = console.shown(asNote: false)
        defer { console.bytes(text.finish()) }
        guard follows else {
            return console.bytes(text.show(try await client.serviceLog(application, target: target, replica: replica)))
        }
        try await client.followServiceLog(application, target: target, replica: replica) {
            console.bytes(text.show($0))
        }
    }

    /// All of them; with several, each line begins with the replica's number.
    func showAll(follows: Bool) async throws {
        guard count > 1 else { return try await show(1, follows: follows) }
        guard follows else {
            for replica in 1...count {
                let lines = ReplicaLines(number: replica)
                let text = console.shown(asNote: false, keepsColour: false)
                let log = text.show(try await client.serviceLog(application, target: target, replica: replica))
                console.bytes(lines.take(log + text.finish()) + lines.rest())
            }
            return
        }
        try await withThrowingTaskGroup { group in
            for replica in 1...count {
                group.addTask {
                    let lines = ReplicaLines(number: replica)
                    let text = console.shown(asNote: false, keepsColour: false)
                    try await client.followServiceLog(application, target: target, replica: replica) {
                        console.bytes(lines.take(text.show($0)))
                    }
                    console.bytes(lines.rest())
                }
            }
            try await group.waitForAll()
        }
    }
}

/// Puts a replica's number before each of its lines. It gives whole lines, so that those of several do not mix.
final class ReplicaLines: Sendable {
    /// A line that is longer is broken.
    private static let longest = 64 * 1024

    private let prefix: [UInt8]
    private let begun = Mutex<[UInt8]>([])

    init(number: Int) { prefix = Array("[\(number)] ".utf8) }

    func take(_ bytes: [UInt8]) -> [UInt8] {
        begun.withLock { begun in
            begun += bytes
            guard let end = begun.lastIndex(of: UInt8(ascii: "\n")) else {
                guard begun.count >= ReplicaLines.longest else { return [] }
                defer { begun = [] }
                return prefix + begun + [UInt8(ascii: "\n")]
            }
            let whole = begun[...end]
            begun = Array(begun[(end + 1)...])
            return whole.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
                .flatMap { prefix + $0 + [UInt8(ascii: "\n")] }
        }
    }

    /// What has no line end yet.
    func rest() -> [UInt8] {
        begun.withLock { begun in
            defer { begun = [] }
            return begun.isEmpty ? [] : prefix + begun + [UInt8(ascii: "\n")]
        }
    }
}
