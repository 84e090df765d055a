/// Reads YAML 1.1 as libyaml does, with the place of every value.
public enum YAML {
    /// The documents of a text; at an error that ends the reading, those before it.
    /// - Parameters:
    ///   - bytes: UTF-8, with or without a byte order mark.
    ///   - diagnostics: gets what is wrong with the text: its encoding, syntax, size, repeated keys.
    public static func documents(
        _ bytes: [UInt8], diagnostics: Diagnostics, limits: YAMLLimits = .standard
    ) -> [YAMLNode] {
        guard bytes.count <= limits.size else {
            diagnostics.report(
                .start, .root, "the file has \(bytes.count) bytes; \(limits.size) are the most that is read")
            return []
        }
        let text = bytes.starts(with: UTF8Text.byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        if let problem = YAMLText.problem(with: text) {
            diagnostics.report(SourcePosition(offset: problem.offset, in: text), .root, problem.message)
            return []
        }
        var documents: [YAMLNode] = []
        var composer = YAMLComposer(text, limits: limits, diagnostics: diagnostics)
        do throws(YAMLFailure) {
            while let document = try composer.document() { documents.append(document) }
        } catch {
            diagnostics.report(error.position, .root, error.message)
        }
        return documents
    }
}
