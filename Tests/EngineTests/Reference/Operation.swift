import TestSupport

/// One thing that happens to an application.
enum Operation: Sendable, Equatable, CustomStringConvertible {
    enum Lifecycle: String, Sendable, CaseIterable {
        case stop, start, restart, destroy
    }

    /// A push of a new commit to the default branch; a bad one is never healthy.
    case push(commit: String)
    /// The default branch is set back to a commit that was pushed before.
    case forcePush(commit: String)
    /// A tag of a commit, new or moved.
    case tag(String, commit: String)
    /// A push of a new commit to the default branch, whose file has a name from before a renaming.
    case stalePush(commit: String, name: String)
    /// The last delivery is sent once more.
    case repeatDelivery
    case set(String, environment: String)
    /// nil: the version before.
    case rollback(String?, environment: String)
    /// nil: to the next one, what is deployed there.
    case promote(from: String, to: String?, version: String?)
    case reject(String)
    case readmit(String)
    case hold(environment: String)
    case releaseHold(environment: String)
    case ask(Lifecycle, target: String)
    /// A new name, or one that it had before.
    case rename(String)

    /// Whose versions a driver never finds healthy.
    static func isBad(_ version: String) -> Bool { version.contains("bad") }

    var description: String {
        switch self {
        case .push(let commit): "push \(commit)"
        case .forcePush(let commit): "force push \(commit)"
        case .tag(let name, let commit): "tag \(name) at \(commit)"
        case .stalePush(let commit, let name): "push \(commit) as \(name)"
        case .repeatDelivery: "repeat the last delivery"
        case .set(let version, let environment): "set \(environment) to \(version)"
        case .rollback(let version, let environment): "roll \(environment) back to \(version ?? "the one before")"
        case .promote(let from, let to, let version):
            "promote \(version ?? "what runs") from \(from) to \(to ?? "the next")"
        case .reject(let version): "reject \(version)"
        case .readmit(let version): "readmit \(version)"
        case .hold(let environment): "hold \(environment)"
        case .releaseHold(let environment): "release \(environment)"
        case .ask(let request, let target): "\(request) on \(target)"
        case .rename(let name): "rename to \(name)"
        }
    }
}
