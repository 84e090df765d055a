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
    static func describe(_ made: String) -> String {
        let parts = made.split(separator: ".")
        return parts.count == 3 ? "'\(parts[2])' of \(parts[0])@\(parts[1])" : "'\(made)'"
    }

    private static func digest(_ text: String) -> String { String(Digest.sha256(of: text).hex.prefix(16)) }
}
