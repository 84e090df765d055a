/// One line of a format's reference.
public struct ReferenceRow: Sendable, Hashable {
    /// `health.port`; `NAME` stands for keys of the writer's choice, `[]` for the elements of a list.
    public let path: String
    public let expected: String
    public let summary: String
    public let isRequired: Bool
    public let isBuilt: Bool
}

extension Schema {
    /// Every key of the format, in the order of its declaration.
    public var reference: [ReferenceRow] { rows(below: "") }

    private func rows(below path: String) -> [ReferenceRow] {
        switch self {
        case .scalar, .anything: []
        case .list(let element, _): element.rows(below: "\(path)[]")
        case .map(_, let element, _): element.rows(below: path.isEmpty ? "NAME" : "\(path).NAME")
        case .either(let short, let long): short.rows(below: path) + long.rows(below: path)
        case .mapping(let fields):
            fields.flatMap { field in
                let name = path.isEmpty ? field.name : "\(path).\(field.name)"
                let row = ReferenceRow(
                    path: name, expected: field.schema.expected, summary: field.summary,
                    isRequired: field.isRequired, isBuilt: field.isBuilt)
                return [row] + (field.isBuilt ? field.schema.rows(below: name) : [])
            }
        }
    }
}
