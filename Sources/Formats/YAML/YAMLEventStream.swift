import CYAML

/// Owns a libyaml parser over a copy of the text.
final class YAMLEventStream {
    /// A directive gives tags a prefix, which each value with such a tag has a copy of.
    private static let longestTag = 1000

    let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    let text: UnsafeMutableBufferPointer<UInt8>
    private let isOpen: Bool

    init(_ bytes: [UInt8]) {
        text = .allocate(capacity: max(1, bytes.count))
        _ = text.initialize(from: bytes)
        isOpen = yaml_parser_initialize(parser) == 1
        guard isOpen else { return }
        // Without this a byte order mark could make the parser read something other than what was validated.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, bytes.count)
    }

    deinit {
        if isOpen { yaml_parser_delete(parser) }
        parser.deallocate()
        text.deallocate()
    }

    /// The next event.
    /// - Throws: `YAMLFailure` for bad syntax. Nothing may be asked after that.
    func next() throws(YAMLFailure) -> YAMLEvent {
        guard isOpen else { throw YAMLFailure(position: .start, message: "no memory for the YAML parser") }
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw failure() }
            defer { yaml_event_delete(&event) }
            guard let event = translated(event) else { continue }
            if let tag = event.tag, tag.utf8.count > YAMLEventStream.longestTag {
                throw YAMLFailure(
                    position: event.position,
                    message: "a tag of \(tag.utf8.count) bytes; \(YAMLEventStream.longestTag) are the most")
            }
            return event
        }
    }

    private func translated(_ event: yaml_event_t) -> YAMLEvent? {
        let position = SourcePosition(event.start_mark)
        switch event.type {
        case YAML_STREAM_END_EVENT: return YAMLEvent(kind: .streamEnd, position: position)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, position: position)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: position)
        case YAML_ALIAS_EVENT:
            return YAMLEvent(kind: .alias(string(event.data.alias.anchor) ?? ""), position: position)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return YAMLEvent(
                kind: .sequenceStart, position: position, anchor: string(start.anchor), tag: string(start.tag))
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, position: position)
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return YAMLEvent(
                kind: .mappingStart, position: position, anchor: string(start.anchor), tag: string(start.tag))
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, position: position)
        case YAML_SCALAR_EVENT: return scalar(event, at: position)
        default: return nil
        }
    }

    private func scalar(_ event: yaml_event_t, at position: SourcePosition) -> YAMLEvent {
        let data = event.data.scalar
        let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
        let tag = string(data.tag)
        let style = YAMLScalar.Style(data.style)
        let quotes = style == .plain ? 0 : 2
        let width = event.start_mark.line == event.end_mark.line ? event.end_mark.index - event.start_mark.index : 0
        let isVerbatim = width == text.unicodeScalars.count + quotes
        return YAMLEvent(
            kind: .scalar(YAMLScalar(text: text, style: style, tag: tag, isVerbatim: isVerbatim)),
            position: position, anchor: string(data.anchor), tag: tag)
    }
}

extension SourcePosition {
    init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}

extension YAMLScalar.Style {
    fileprivate init(_ style: yaml_scalar_style_t) {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: self = .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: self = .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: self = .literal
        case YAML_FOLDED_SCALAR_STYLE: self = .folded
        default: self = .plain
        }
    }
}

private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? { text.map { String(cString: $0) } }
