import Client
import Core
import Formats
import HTTPServer

extension JSONSchema {
    /// Everything that is wrong with a request's value, each with its place.
    func problems(with json: JSONValue, at pointer: String = "") -> [HTTPProblem.Place] {
        switch self {
        case .any, .written: []
        case .boolean: json.bool == nil ? [place(pointer, "must be true or false")] : []
        case .integer(let bounds): integer(bounds, json, pointer)
        case .number: json.isNumber ? [] : [place(pointer, "must be a number")]
        case .string(let text): string(text, json, pointer)
        case .choice(let values): choice(values, json, pointer)
        case .nullable(let schema): json.isNull ? [] : schema.problems(with: json, at: pointer)
        case .list(let element): list(element, json, pointer)
        case .map(let value): map(value, json, pointer)
        case .object(let object): members(object, json, pointer)
        }
    }

    private func place(_ pointer: String, _ detail: String) -> HTTPProblem.Place {
        HTTPProblem.Place(pointer: pointer, detail: detail)
    }

    private func integer(_ bounds: ClosedRange<Int64>?, _ json: JSONValue, _ pointer: String) -> [HTTPProblem.Place] {
        guard let number = json.integer else { return [place(pointer, "must be a whole number")] }
        guard let bounds, !bounds.contains(number) else { return [] }
        return [place(pointer, "must be \(bounds.lowerBound) to \(bounds.upperBound)")]
    }

    private func string(_ text: Text, _ json: JSONValue, _ pointer: String) -> [HTTPProblem.Place] {
        guard let value = json.string else { return [place(pointer, "must be a string")] }
        guard let length = text.length, !length.contains(value.unicodeScalars.count) else { return [] }
        return [place(pointer, "must have \(length.lowerBound) to \(length.upperBound) characters")]
    }

    private func choice(_ values: [String], _ json: JSONValue, _ pointer: String) -> [HTTPProblem.Place] {
        guard let text = json.string else { return [place(pointer, "must be a string")] }
        guard !values.contains(text) else { return [] }
        return [place(pointer, "must be one of \(values.joined(separator: ", "))" + NearestName.hint(text, in: values))]
    }

    private func list(_ element: JSONSchema, _ json: JSONValue, _ pointer: String) -> [HTTPProblem.Place] {
        guard let elements = json.array else { return [place(pointer, "must be a list")] }
        return elements.enumerated().flatMap { element.problems(with: $0.element, at: "\(pointer)/\($0.offset)") }
    }

    private func map(_ value: JSONSchema, _ json: JSONValue, _ pointer: String) -> [HTTPProblem.Place] {
        guard let members = json.object else { return [place(pointer, "must be an object")] }
        return members.sorted { $0.key < $1.key }.flatMap {
            value.problems(with: $0.value, at: pointer + JSONPointer.token($0.key))
        }
    }

    private func members(_ object: Object, _ json: JSONValue, _ pointer: String) -> [HTTPProblem.Place] {
        guard let found = json.object else { return [place(pointer, "must be an object")] }
        let names = object.members.map(\.name)
        let unknown = found.keys.filter { !names.contains($0) }.sorted().map { name in
            place(pointer + JSONPointer.token(name), "unknown member" + NearestName.hint(name, in: names))
        }
        return unknown
            + object.members.flatMap { member in
                let pointer = pointer + JSONPointer.token(member.name)
                guard let value = found[member.name] else {
                    return member.isRequired ? [place(pointer, "is missing")] : []
                }
                return member.schema.problems(with: value, at: pointer)
            }
    }
}

extension JSONValue {
    fileprivate var isNumber: Bool {
        switch self {
        case .integer, .number: true
        default: false
        }
    }
}
