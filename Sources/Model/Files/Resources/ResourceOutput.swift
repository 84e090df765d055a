public import Formats

/// What whoever requires a resource may refer to.
public struct ResourceOutput: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        /// An output of the template.
        case template(String)
        /// A text over parameters and outputs of the template.
        case text(Template)
    }

    public let source: Source
    public let isSecret: Bool

    public init(_ source: Source, isSecret: Bool = false) {
        self.source = source
        self.isSecret = isSecret
    }
}
