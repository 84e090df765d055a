import Core
import Formats

/// Turns a document into JSON as kubectl does, and replaces `${…}` where its file asks for it.
struct ManifestValues {
    /// nil: texts are taken as they are.
    let references: ManifestReader.References?
    /// Whether secret values may stand here.
    let holdsSecrets: Bool
    let diagnostics: Diagnostics

    func json(_ node: YAMLNode, _ path: DocumentPath) -> JSONValue {
        if let tag = node.tag {
            diagnostics.report(node.position, path, "the tag '\(shortened(tag))' means nothing here")
        }
        switch node.content {
        case .scalar(let scalar): return value(scalar, node.position, path)
        case .sequence(let nodes):
            return .array(nodes.enumerated().map { json($0.element, path.appending($0.offset)) })
        case .mapping(let entries):
            var members: [String: JSONValue] = [:]
            for entry in entries {
                if references != nil, entry.key.contains("${") {
                    diagnostics.report(entry.position, path.appending(entry.key), "nothing is replaced in keys")
                }
                members[entry.key] = json(entry.value, path.appending(entry.key))
            }
            return .object(members)
        }
    }

    private func value(_ scalar: YAMLScalar, _ position: SourcePosition, _ path: DocumentPath) -> JSONValue {
        guard references != nil, scalar.text.contains("${") else { return ManifestValues.json(scalar) }
        let (template, errors) = Template.parse(scalar.text)
        for error in errors {
            diagnostics.report(place(of: error.offset, in: scalar, position), path, error.message)
        }
        let text = template.resolve { reference in
            resolve(reference, at: place(of: reference.offset, in: scalar, position), path)
        }
        // Unquoted, a number stays one: `replicas: ${values.replicas}`.
        guard scalar.style == .plain else { return .string(text) }
        return ManifestValues.json(YAMLScalar(text: text))
    }

    private func resolve(_ reference: Reference, at position: SourcePosition, _ path: DocumentPath) -> String {
        let known = references?.values ?? [:]
        let name = "\(reference)"
        guard let value = known[name] else {
            let problem = ReferenceScope(known.keys.sorted()).problem(with: reference)
            diagnostics.report(position, path, problem ?? "'${\(shortened(name))}' has no value")
            return ""
        }
        if references?.secrets.contains(name) == true, !holdsSecrets {
            let message =
                "'${\(shortened(name))}' is secret: only a Secret may hold it (stringData), for others to refer to"
            diagnostics.report(position, path, message)
        }
        return value.reveal()
    }

    private func place(of offset: Int, in scalar: YAMLScalar, _ position: SourcePosition) -> SourcePosition {
        guard scalar.isVerbatim else { return position }
        return SourcePosition(line: position.line, column: position.column + offset)
    }

    /// What kubectl reads: YAML 1.1, in which files modes are octal and `yes` is a boolean.
    private static func json(_ scalar: YAMLScalar) -> JSONValue {
        switch scalar.kind {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .float(let value): return value.isFinite ? .number(value) : .string(scalar.text)
        case .string: break
        }
        guard scalar.style == .plain else { return .string(scalar.text) }
        switch scalar.text {
        case "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "n", "N", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: break
        }
        let isOctal = scalar.text.hasPrefix("0") && scalar.text.utf8.allSatisfy { (0x30...0x37).contains($0) }
        if isOctal, let value = Int64(scalar.text, radix: 8) { return .integer(value) }
        return .string(scalar.text)
    }
}
