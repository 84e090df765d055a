public import Formats

/// Why worlds, environments, sets and targets cannot be taken over as they are described, and where.
public struct TopologyProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// nil where it is about what the API made.
    public let file: String?
    public let position: SourcePosition?
    /// One sentence.
    public let message: String

    public init(_ message: String, file: String? = nil, at position: SourcePosition? = nil) {
        self.file = file
        self.position = position
        self.message = message
    }

    public init(_ diagnostic: Diagnostic) {
        let subject = diagnostic.path.steps.isEmpty ? "" : "\(diagnostic.path): "
        self.init(subject + diagnostic.message, file: diagnostic.file, at: diagnostic.position)
    }

    /// As a diagnostic is written.
    public var description: String {
        guard let file else { return message }
        return "\(file):\(position.map { "\($0):" } ?? "") \(message)"
    }
}
