import Core

/// Changes of a JSON value one after the other (RFC 6902).
struct JSONPatch {
    private static let maximumCount = 500

    private let operations: [JSONValue]

    init(_ operations: [JSONValue]) { self.operations = operations }

    /// - Throws: `PatchMistake` that says which operation cannot be, and why.
    func applied(to value: JSONValue) throws(PatchMistake) -> JSONValue {
        guard operations.count <= JSONPatch.maximumCount else {
            throw PatchMistake("\(operations.count) operations; \(JSONPatch.maximumCount) are the most")
        }
        var value = value
        for (number, operation) in operations.enumerated() {
            let path = operation["path"]?.string
            let title = [operation["op"]?.string, path].compactMap(\.self).joined(separator: " ")
            do throws(PatchMistake) {
                value = try JSONPatch.applied(operation, to: value)
            } catch {
                throw PatchMistake("operation \(number)\(title.isEmpty ? "" : " (\(title))"): \(error.message)")
            }
        }
        return value
    }

    private static func applied(_ operation: JSONValue, to value: JSONValue) throws(PatchMistake) -> JSONValue {
        let path = try pointer(operation, "path")
        switch operation["op"]?.string {
        case "add": return try path.adding(try new(operation), to: value)
        case "remove": return try path.removing(from: value)
        case "replace":
            _ = try path.value(in: value)
            return try path.replacing(with: try new(operation), in: value)
        case "move":
            let from = try pointer(operation, "from")
            guard !path.isInside(from) else { throw PatchMistake("nothing can be moved into itself") }
            let moved = try from.value(in: value)
            return try path.adding(moved, to: try from.removing(from: value))
        case "copy": return try path.adding(try pointer(operation, "from").value(in: value), to: value)
        case "test":
            let found = try path.value(in: value)
            guard found == (try new(operation)) else { throw PatchMistake("the value there is another: \(found.text)") }
            return value
        default: throw PatchMistake("'op' is add, remove, replace, move, copy or test")
        }
    }

    private static func pointer(_ operation: JSONValue, _ key: String) throws(PatchMistake) -> JSONPointer {
        guard let text = operation[key]?.string else { throw PatchMistake("'\(key)' is missing") }
        return try JSONPointer(text)
    }

    private static func new(_ operation: JSONValue) throws(PatchMistake) -> JSONValue {
        guard let value = operation["value"] else { throw PatchMistake("'value' is missing") }
        return value
    }
}
