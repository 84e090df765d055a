/// How the outside reaches a service.
public struct Entrypoint: Sendable, Hashable {
    /// The named port behind it.
    public let port: String

    public init(port: String) { self.port = port }
}
