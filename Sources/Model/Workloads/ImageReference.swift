/// An image in a registry, by what it is and not by what it is called.
public struct ImageReference: Sendable, Hashable {
    /// With its registry and without a tag: `registry.example.com/acme/hello`.
    public let name: String
    /// `sha256:…`: of its manifest or its index.
    public let digest: String

    public init(name: String, digest: String) {
        self.name = name
        self.digest = digest
    }

    /// As a container engine takes it: `registry.example.com/acme/hello@sha256:…`.
    public var pinned: String { "\(name)@\(digest)" }
}
