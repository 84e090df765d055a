/// What stands inside `${…}`.
public struct Reference: Sendable, Hashable, CustomStringConvertible {
    public enum Target: Sendable, Hashable {
        /// Names joined by dots: `requires.users.url`.
        case path([String])
        /// A scheme and whatever it takes: `env:KUBECONFIG`, `file:tls.pem`.
        case scheme(String, String)
    }

    public let target: Target
    /// Where its `$` stands in the text, in code points.
    public let offset: Int

    public init(_ target: Target, offset: Int = 0) {
        self.target = target
        self.offset = offset
    }

    /// As it is written, without `${` and `}`.
    public var description: String {
        switch target {
        case .path(let names): names.joined(separator: ".")
        case .scheme(let scheme, let argument): "\(scheme):\(argument)"
        }
    }

    /// The names of a path; empty for a scheme.
    public var path: [String] { if case .path(let names) = target { names } else { [] } }
}
