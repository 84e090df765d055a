import CYAML

/// What libyaml found wrong, in words that say what to do where that is known.
extension YAMLEventStream {
    func failure() -> YAMLFailure {
        let state = parser.pointee
        let problem = state.problem.map { String(cString: $0) } ?? "no memory"
        if state.error == YAML_READER_ERROR {
            let position = SourcePosition(offset: min(state.problem_offset, text.count), in: Array(text))
            return YAMLFailure(position: position, message: "not valid YAML: \(problem)")
        }
        if let line = conflict {
            return YAMLFailure(
                position: SourcePosition(line: line, column: 1), message: "a merge conflict that is not resolved")
        }
        let context = state.context.map { String(cString: $0) } ?? ""
        return known(problem, context, at: state.problem_mark, since: state.context_mark)
            ?? YAMLFailure(
                position: SourcePosition(state.problem_mark),
                message: "not valid YAML: \(problem)"
                    + (context.isEmpty ? "" : " \(context) that starts at line \(state.context_mark.line + 1)"))
    }

    /// - Parameters:
    ///   - problem, context: as in libyaml's scanner.c and parser.c.
    ///   - start: of what was being read.
    private func known(
        _ problem: String, _ context: String, at mark: yaml_mark_t, since start: yaml_mark_t
    ) -> YAMLFailure? {
        func at(_ mark: yaml_mark_t, _ message: String) -> YAMLFailure {
            YAMLFailure(position: SourcePosition(mark), message: "not valid YAML: \(message)")
        }
        let found = scalar(at: mark.index)
        if found == "\t" {
            return YAMLFailure(position: SourcePosition(mark), message: "a tab cannot indent YAML; use spaces")
        }
        switch (problem, context) {
        case ("mapping values are not allowed in this context", _):
            return at(mark, "no key can end here; quote a text that has ': ' in it, or look at the indentation")
        case ("found character that cannot start any token", _):
            return at(mark, "a text cannot begin with '\(found ?? "?")'; quote it")
        case ("could not find expected ':'", "while scanning a simple key"):
            return at(start, "a key without ': ' after it")
        case ("found unexpected end of stream", "while scanning a quoted scalar"):
            return at(start, "this quote has no end")
        case (_, "while scanning an alias"): return at(start, "'*' stands for an anchor; quote a text that begins so")
        case (_, "while scanning an anchor"): return at(start, "'&' names an anchor; quote a text that begins so")
        case ("did not find expected ',' or ']'", _), ("did not find expected ',' or '}'", _):
            if found == "{", mark.index > 0, scalar(at: mark.index - 1) == "$" {
                return at(mark, "quote a text with '${…}' inside [ ] or { }")
            }
            let (open, close) = problem.hasSuffix("']'") ? ("[", "]") : ("{", "}")
            let place = SourcePosition(start)
            return at(
                mark, "expected ',' or '\(close)'; the '\(open)' at line \(place.line), column \(place.column) is open")
        case ("found incompatible YAML document", _): return at(mark, "only YAML 1.1 is read; leave this line out")
        default: return nil
        }
    }

    /// - Parameter index: in code points.
    private func scalar(at index: Int) -> Unicode.Scalar? {
        var left = index
        guard
            let start = text.indices.first(where: { position in
                guard text[position] & 0xC0 != 0x80 else { return false }
                left -= 1
                return left < 0
            })
        else { return nil }
        return String(decoding: text[start...].prefix(4), as: UTF8.self).unicodeScalars.first
    }

    /// The line where git began to say that it could not merge.
    private var conflict: Int? {
        let mark = Array("<<<<<<< ".utf8)
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.firstIndex { $0.starts(with: mark) }.map { $0 + 1 }
    }
}
