public import Formats

/// A file of `worlds/`: what its documents declare, each with where it is written.
public struct WorldFile: Sendable {
    public struct Declaration: Sendable {
        public let document: WorldDocument
        public let source: SourceDocument
    }

    public let declarations: [Declaration]

    public var documents: [WorldDocument] { declarations.map(\.document) }

    /// Reads the documents of a file; empty ones are passed over.
    /// - Parameter file: how errors name it, such as `worlds/develop.yaml`.
    public static func parse(_ bytes: [UInt8], file: String) -> Parsed<WorldFile> {
        let diagnostics = Diagnostics(file: file)
        let declarations = YAML.documents(bytes, diagnostics: diagnostics).filter { !$0.isNull }.compactMap { root in
            WorldFormat.read(Place(root, diagnostics: diagnostics)).map { document in
                Declaration(document: document, source: SourceDocument(file: file, root: root))
            }
        }
        return diagnostics.outcome(WorldFile(declarations: declarations))
    }
}
