import Core

/// The version of an API server.
public struct ServerVersion: Sendable, Hashable, CustomStringConvertible {
    public let major: Int
    public let minor: Int
    /// `v1.31.2`
    public let description: String

    init?(_ json: JSONValue) {
        // Clouds write "27+".
        func number(_ key: String) -> Int? {
            Int((json[key]?.string ?? "").prefix { ("0"..."9").contains($0) })
        }
        guard let major = number("major"), let minor = number("minor") else { return nil }
        self.major = major
        self.minor = minor
        description = json["gitVersion"]?.string ?? "v\(major).\(minor)"
    }

    public func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// Whether unknown fields are refused (`fieldValidation`); older servers drop them silently.
    public var validatesFields: Bool { isAtLeast(1, 25) }
}
