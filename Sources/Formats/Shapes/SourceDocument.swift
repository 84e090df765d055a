/// A document that was read, kept so that what is found later can point into it.
public struct SourceDocument: Sendable {
    public let file: String
    public let root: YAMLNode

    public init(file: String, root: YAMLNode) {
        self.file = file
        self.root = root
    }

    public func diagnostic(_ path: DocumentPath, _ message: String) -> Diagnostic {
        Diagnostic(file: file, position: root.position(of: path), path: path, message: message)
    }

    /// `worlds/a.yaml:7`, to name the place in an error about another.
    public func line(of path: DocumentPath) -> String { "\(file):\(root.position(of: path).line)" }
}
