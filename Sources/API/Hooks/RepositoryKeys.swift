import Core
import Crypto
import Model
import Synchronization

/// The keys that repositories' webhooks are verified with, by the repository's name. Remembered, since a busy repository
/// sends many; forgotten when a repository is added or removed.
final class RepositoryKeys: Sendable {
    struct Entry: Sendable {
        let provider: String
        let key: HMACSHA256
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// How often all was forgotten: what was read before is not remembered after.
        var generation = 0
    }

    private static let maximumEntries = 1000

    private let storage: any Storage
    private let state = Mutex(State())

    init(storage: any Storage) { self.storage = storage }

    /// Quick enough for an event loop: at most two indexed reads.
    /// - Returns: nil when there is no such repository, or it has no secret.
    func entry(for name: String) throws -> Entry? {
        let (known, generation) = state.withLock { ($0.entries[name], $0.generation) }
        if let known { return known }
        guard let entry = try read(name) else { return nil }
        state.withLock { state in
            guard state.generation == generation else { return }
            if state.entries.count >= RepositoryKeys.maximumEntries { state.entries = [:] }
            state.entries[name] = entry
        }
        return entry
    }

    func forgetAll() {
        state.withLock { state in
            state.entries = [:]
            state.generation += 1
        }
    }

    private func read(_ name: String) throws -> Entry? {
        try storage.readNow { reader in
            guard let repository = try reader.repository(named: name),
                let secret = try reader.repositorySecrets(id: repository.id)?.webhookSecret, !secret.isEmpty
            else { return nil }
            return Entry(provider: repository.provider, key: HMACSHA256(key: secret.reveal()))
        }
    }
}
