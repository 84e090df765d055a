import Crypto
import Model

/// The names of entrypoints within HAProxy, which may have 100 characters: `APPLICATION.TARGET.NAME`, none of which holds
/// a dot, with the application of the instance's identity. What is too long is shortened, with a digest of the whole.
enum EntrypointName {
    static func make(_ name: String, of instance: InstanceIdentity) -> String {
        prefix(of: instance) + (name.utf8.count <= 38 ? name : "\(name.prefix(21))-\(digest(name))")
    }

    /// What the names of all entrypoints of an instance begin with, and no others.
    static func prefix(of instance: InstanceIdentity) -> String {
        let whole = "\(instance.application).\(instance.target)"
        return whole.utf8.count <= 60 ? "\(whole)." : "\(instance.application.prefix(20))-\(digest(whole))."
    }

    /// A name for people: `'web' of hello@local`.
    /// - Parameter name: what an instance is called now; nil when that is not known.
    static func describe(_ made: String, by name: (InstanceIdentity) async -> InstanceID?) async -> String {
        let parts = made.split(separator: ".").map(String.init)
        guard parts.count == 3 else { return "'\(made)'" }
        let identity = InstanceIdentity(application: parts[0], target: parts[1])
        return "'\(parts[2])' of \(await name(identity)?.description ?? identity.description)"
    }

    private static func digest(_ text: String) -> String { String(Digest.sha256(of: text).hex.prefix(16)) }
}
