/// Gathers the entries of one mapping: no key twice, and `<<` merged (https://yaml.org/type/merge.html).
struct YAMLMappingBuilder {
    private static let mergeKey = "<<"

    private let path: DocumentPath
    private let diagnostics: Diagnostics
    private var written: [YAMLEntry] = []
    private var merged: [YAMLEntry] = []
    private var first: [String: SourcePosition] = [:]

    init(path: DocumentPath, diagnostics: Diagnostics) {
        self.path = path
        self.diagnostics = diagnostics
    }

    /// What is written, then what is merged and not written here.
    var entries: [YAMLEntry] {
        guard !merged.isEmpty else { return written }
        var keys = Set(first.keys)
        return written + merged.filter { keys.insert($0.key).inserted }
    }

    /// - Parameter position: where the key, or the alias that stands for it, is written.
    mutating func add(_ key: YAMLNode, at position: SourcePosition, _ value: YAMLNode) {
        guard let scalar = key.scalar, key.tag == nil else {
            diagnostics.report(position, path, "expected a plain key, found \(key.described)")
            return
        }
        if let earlier = first[scalar.text] {
            diagnostics.report(
                position, path.appending(scalar.text), "the key is written twice, first at line \(earlier.line)")
            return
        }
        first[scalar.text] = position
        if scalar.style == .plain, scalar.text == YAMLMappingBuilder.mergeKey {
            merge(value)
        } else {
            written.append(YAMLEntry(key: scalar.text, at: position, value: value))
        }
    }

    private mutating func merge(_ value: YAMLNode) {
        for source in value.sequence ?? [value] {
            guard let entries = source.mapping else {
                diagnostics.report(
                    source.position, path.appending("<<"),
                    "expected a mapping or a list of mappings, found \(source.found)")
                continue
            }
            merged += entries
        }
    }
}
