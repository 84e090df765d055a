/// A value that is being read: the node, the way to it, and where errors go.
public struct Place {
    public let node: YAMLNode
    public let path: DocumentPath
    public let diagnostics: Diagnostics
    /// Where errors about this value point: its key, for the member of a mapping that is missing or empty.
    public let position: SourcePosition

    public init(_ node: YAMLNode, path: DocumentPath = .root, diagnostics: Diagnostics) {
        self.init(node, path: path, diagnostics: diagnostics, position: node.position)
    }

    private init(_ node: YAMLNode, path: DocumentPath, diagnostics: Diagnostics, position: SourcePosition) {
        self.node = node
        self.path = path
        self.diagnostics = diagnostics
        self.position = position
    }

    public func fail(_ message: String) { diagnostics.report(position, path, message) }

    /// Reports an error about the reference or text that starts `offset` code points into this scalar.
    public func fail(_ message: String, offset: Int) {
        guard let scalar = node.scalar, scalar.isVerbatim else { return fail(message) }
        let column = position.column + offset + (scalar.style == .plain ? 0 : 1)
        diagnostics.report(SourcePosition(line: position.line, column: column), path, message)
    }

    /// Reports that something of another type stands here.
    /// - Returns: nil, for the caller to return.
    public func fail<Value>(expected: String, hint: String = "") -> Value? {
        fail("expected \(expected), found \(node.described)\(hint)")
        return nil
    }

    /// The member of that entry. An empty value has no useful place of its own, so errors about it point to its key.
    public func member(_ entry: YAMLEntry) -> Place {
        Place(
            entry.value, path: path.appending(entry.key), diagnostics: diagnostics,
            position: entry.value.isNull ? entry.position : entry.value.position)
    }

    /// An error about the key itself, not its value.
    public func fail(key entry: YAMLEntry, _ message: String) {
        diagnostics.report(entry.position, path.appending(entry.key), message)
    }

    public func element(_ index: Int, _ node: YAMLNode) -> Place {
        Place(node, path: path.appending(index), diagnostics: diagnostics)
    }

    /// The member of that name; where there is none, errors about it point to this mapping.
    public subscript(key: String) -> Place {
        if let entry = node.mapping?.first(where: { $0.key == key }) { return member(entry) }
        return Place(
            YAMLNode(.scalar(YAMLScalar(text: ""))), path: path.appending(key), diagnostics: diagnostics,
            position: position)
    }
}
