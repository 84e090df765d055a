extension Shape {
    /// Reads a file of one document.
    /// - Parameter hint: for an empty file, what to write.
    public func parse(_ bytes: [UInt8], file: String, hint: String) -> Parsed<Value> {
        let diagnostics = Diagnostics(file: file)
        let documents = YAML.documents(bytes, diagnostics: diagnostics)
        guard let document = documents.first, !document.isNull || documents.count > 1 else {
            if diagnostics.isEmpty { diagnostics.report(.start, .root, "the file is empty; \(hint)") }
            return diagnostics.outcome(nil)
        }
        for second in documents.dropFirst().prefix(1) {
            diagnostics.report(second.position, .root, "a second document is not allowed in this file")
        }
        return diagnostics.outcome(read(document, diagnostics: diagnostics))
    }
}
