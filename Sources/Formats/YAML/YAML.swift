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
        // libyaml reports bad UTF-8 at the file's start, so that is looked for first.
        if let offset = UTF8Text.firstInvalidByte(bytes) {
            diagnostics.report(SourcePosition(offset: offset, in: bytes), .root, "not valid UTF-8")
            return []
        }
        var documents: [YAMLNode] = []
        var composer = YAMLComposer(bytes, limits: limits, diagnostics: diagnostics)
        do throws(YAMLFailure) {
            while let document = try composer.document() { documents.append(document) }
        } catch {
            diagnostics.report(error.position, .root, error.message)
        }
        return documents
    }
}
