/// A value of a YAML document, with the place where it is written. Aliases and merges are already replaced by what they
/// stand for; such values keep the place of their anchor.
public struct YAMLNode: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        /// In the file's order; no key twice.
        case mapping([YAMLEntry])
    }

    public let content: Content
    public let position: SourcePosition
    /// A tag that is not one of YAML's core, such as `!Ref`.
    public let tag: String?

    public init(_ content: Content, at position: SourcePosition = .start, tag: String? = nil) {
        self.content = content
        self.position = position
        self.tag = tag
    }

    public var scalar: YAMLScalar? { if case .scalar(let scalar) = content { scalar } else { nil } }
    public var sequence: [YAMLNode]? { if case .sequence(let nodes) = content { nodes } else { nil } }
    public var mapping: [YAMLEntry]? { if case .mapping(let entries) = content { entries } else { nil } }
    public var isNull: Bool { scalar?.kind == .null && tag == nil }

    public subscript(key: String) -> YAMLNode? { mapping?.first { $0.key == key }?.value }
}

/// A key of a mapping and its value.
public struct YAMLEntry: Sendable, Hashable {
    /// The scalar's text, whatever it reads as: `8080:` is the key `8080`.
    public let key: String
    public let position: SourcePosition
    public let value: YAMLNode

    public init(key: String, at position: SourcePosition = .start, value: YAMLNode) {
        self.key = key
        self.position = position
        self.value = value
    }
}

extension YAMLNode {
    /// Where the value at `path` is written: the key for a member of a mapping. For a path that leads nowhere, the
    /// last place on the way that exists.
    public func position(of path: DocumentPath) -> SourcePosition {
        var node = self
        var position = self.position
        for step in path.steps {
            switch step {
            case .key(let key):
                guard let entry = node.mapping?.first(where: { $0.key == key }) else { return position }
                (node, position) = (entry.value, entry.position)
            case .index(let index):
                guard let nodes = node.sequence, nodes.indices.contains(index) else { return position }
                (node, position) = (nodes[index], nodes[index].position)
            }
        }
        return position
    }

    /// The first value, in the file's order, that has a tag of another language.
    var firstTagged: YAMLNode? {
        if tag != nil { return self }
        switch content {
        case .scalar: return nil
        case .sequence(let nodes): return nodes.lazy.compactMap(\.firstTagged).first
        case .mapping(let entries): return entries.lazy.compactMap(\.value.firstTagged).first
        }
    }

    /// For "expected …, found …".
    var described: String { tag.map { "the tag '\(shortened(YAMLTag.written($0)))'" } ?? found }

    /// What it is, whatever its tag.
    var found: String {
        switch content {
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .scalar(let scalar):
            switch scalar.kind {
            case .null: "nothing"
            case .bool: "the boolean \(scalar.text)"
            case .integer, .float: "the number \(shortened(scalar.text))"
            case .string: "'\(shortened(scalar.text))'"
            }
        }
    }
}
