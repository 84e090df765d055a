/// One thing that is wrong with a file, and where.
public struct Diagnostic: Sendable, Hashable, CustomStringConvertible {
    public let file: String
    public let position: SourcePosition
    /// The root when it is about the text as such, e.g. its syntax.
    public let path: DocumentPath
    /// What is wrong and, where it can, what to do; one line.
    public let message: String

    public init(file: String, position: SourcePosition, path: DocumentPath = .root, message: String) {
        self.file = file
        self.position = position
        self.path = path
        self.message = message
    }

    /// `deployd.yaml:7:3: prots: unknown key; did you mean 'ports'?`
    public var description: String {
        let subject = path.steps.isEmpty ? "" : "\(path): "
        return "\(file):\(position): \(subject)\(message)"
    }
}

extension Sequence<Diagnostic> {
    /// One line each.
    public var text: String { map { "\($0)\n" }.joined() }
}
