public import Formats

/// What whoever requires a resource may refer to.
public struct ResourceOutput: Sendable, Equatable {
    public enum Source: Sendable, Equatable {
        /// An output of the template.
        case template(String)
        /// A text over parameters, other outputs and those of what the definition requires.
        case text(Template)
    }

    public let source: Source
    public internal(set) var isSecret: Bool

    public init(_ source: Source, isSecret: Bool = false) {
        self.source = source
        self.isSecret = isSecret
    }

    /// The text, of one that is not the template's.
    public var text: Template? { if case .text(let template) = source { template } else { nil } }
}
