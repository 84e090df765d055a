import Core
import Synchronization

/// What registries let us in with, as long as it holds: the header for one registry, repository and login.
final class TokenCache: Sendable {
    struct Key: Hashable {
        let registry: String
        let repository: String
        let credentials: RegistryCredentials?
    }

    private struct Entry {
        let authorization: Secret
        let end: Timestamp
    }

    static let maximum = 1000

    private let entries = Mutex<[Key: Entry]>([:])
    private let clock: any WallClock

    /// - Parameter clock: by its time that nobody sets.
    init(clock: any WallClock) { self.clock = clock }

    func authorization(_ key: Key) -> Secret? {
        let now = clock.steady()
        return entries.withLock { entries in
            guard let entry = entries[key], entry.end > now else { return nil }
            return entry.authorization
        }
    }

    /// - Parameter lifetime: a tenth of it is left out: requests take their time.
    func put(_ authorization: Secret, _ key: Key, lifetime: Duration) {
        let now = clock.steady()
        entries.withLock { entries in
            if entries.count >= TokenCache.maximum { entries = entries.filter { $0.value.end > now } }
            if entries.count >= TokenCache.maximum { entries = [:] }
            entries[key] = Entry(authorization: authorization, end: now + lifetime * 0.9)
        }
    }

    func remove(_ key: Key) { entries.withLock { $0[key] = nil } }
}
