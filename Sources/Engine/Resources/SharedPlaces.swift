import Core
import Model
import Synchronization

/// One at a time makes what a world has for everyone.
final class SharedPlaces: Sendable {
    private let limiters = Mutex<[String: Limiter]>([:])

    /// - Parameter name: with the names of what it requires, such as `smtp.network`.
    func place(for name: String, in world: String) -> Limiter {
        let key = "\(world)/\(name.prefix { $0 != "." })"
        return limiters.withLock { limiters in
            let limiter = limiters[key] ?? Limiter(1)
            limiters[key] = limiter
            return limiter
        }
    }
}
