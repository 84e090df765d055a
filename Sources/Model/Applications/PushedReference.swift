/// A branch or a tag, by its short name.
public enum PushedReference: Sendable, Hashable, CustomStringConvertible {
    case branch(String)
    case tag(String)

    /// - Parameter fullName: e.g. `refs/heads/main`.
    /// - Returns: nil when it is neither a branch nor a tag.
    public init?(_ fullName: String) {
        for (prefix, make) in [("refs/heads/", PushedReference.branch), ("refs/tags/", PushedReference.tag)]
        where fullName.hasPrefix(prefix) && fullName.utf8.count > prefix.utf8.count {
            self = make(String(fullName.dropFirst(prefix.count)))
            return
        }
        return nil
    }

    public var fullName: String {
        switch self {
        case .branch(let name): "refs/heads/\(name)"
        case .tag(let name): "refs/tags/\(name)"
        }
    }

    /// For people: `the branch main`.
    public var description: String {
        switch self {
        case .branch(let name): "the branch \(name)"
        case .tag(let name): "the tag \(name)"
        }
    }
}
