import Core

/// A place in a JSON value (RFC 6901).
struct JSONPointer {
    private let steps: [String]

    /// - Throws: `PatchMistake`: it neither is empty nor begins with `/`, or has a `~` that stands for nothing.
    init(_ text: String) throws(PatchMistake) {
        guard !text.isEmpty else {
            steps = []
            return
        }
        guard text.hasPrefix("/") else { throw PatchMistake("'\(text)' is no path: one begins with /") }
        var steps: [String] = []
        for part in text.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            steps.append(try JSONPointer.step(part))
        }
        self.steps = steps
    }

    /// Whether it leads to something within what `other` leads to.
    func isInside(_ other: JSONPointer) -> Bool { steps.count > other.steps.count && steps.starts(with: other.steps) }

    func value(in value: JSONValue) throws(PatchMistake) -> JSONValue {
        var found = value
        for (index, step) in steps.enumerated() { found = try JSONPointer.child(found, step, steps[...index]) }
        return found
    }

    func replacing(with new: JSONValue, in value: JSONValue) throws(PatchMistake) -> JSONValue {
        try changing(value, 0) { container, step, path throws(PatchMistake) in
            _ = try JSONPointer.child(container, step, path)
            return JSONPointer.setting(container, step, new)
        } ?? new
    }

    func adding(_ new: JSONValue, to value: JSONValue) throws(PatchMistake) -> JSONValue {
        try changing(value, 0) { container, step, path throws(PatchMistake) in
            guard case .array(var elements) = container else { return JSONPointer.setting(container, step, new) }
            let index = step == "-" ? elements.count : try JSONPointer.index(step, upTo: elements.count, path)
            elements.insert(new, at: index)
            return .array(elements)
        } ?? new
    }

    func removing(from value: JSONValue) throws(PatchMistake) -> JSONValue {
        let changed = try changing(value, 0) { container, step, path throws(PatchMistake) in
            _ = try JSONPointer.child(container, step, path)
            switch container {
            case .array(var elements):
                elements.remove(at: try JSONPointer.index(step, upTo: elements.count - 1, path))
                return .array(elements)
            case .object(var members):
                members[step] = nil
                return .object(members)
            default: return container
            }
        }
        guard let changed else { throw PatchMistake("the whole object cannot be removed") }
        return changed
    }

    /// Changes what holds the last step.
    /// - Returns: nil for the root, which nothing holds.
    private func changing(
        _ value: JSONValue, _ depth: Int,
        _ change: (JSONValue, String, ArraySlice<String>) throws(PatchMistake) -> JSONValue
    ) throws(PatchMistake) -> JSONValue? {
        guard depth < steps.count else { return nil }
        guard depth < steps.count - 1 else {
            guard value.object != nil || value.array != nil else { throw JSONPointer.nothing(steps[...depth]) }
            return try change(value, steps[depth], steps[...depth])
        }
        let child = try JSONPointer.child(value, steps[depth], steps[...depth])
        guard let changed = try changing(child, depth + 1, change) else { return nil }
        return JSONPointer.setting(value, steps[depth], changed)
    }

    private static func child(
        _ value: JSONValue, _ step: String, _ path: ArraySlice<String>
    ) throws(PatchMistake) -> JSONValue {
        switch value {
        case .object(let members):
            guard let found = members[step] else { throw nothing(path) }
            return found
        case .array(let elements): return elements[try index(step, upTo: elements.count - 1, path)]
        default: throw nothing(path)
        }
    }

    private static func setting(_ container: JSONValue, _ step: String, _ value: JSONValue) -> JSONValue {
        switch container {
        case .object(var members):
            members[step] = value
            return .object(members)
        case .array(var elements):
            if let index = Int(step), elements.indices.contains(index) { elements[index] = value }
            return .array(elements)
        default: return container
        }
    }

    private static func index(
        _ step: String, upTo last: Int, _ path: ArraySlice<String>
    ) throws(PatchMistake) -> Int {
        let isPlain = step.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isPlain, step == "0" || !step.hasPrefix("0"), let index = Int(step) else {
            throw PatchMistake("'\(step)' is no place in a list, in /\(path.joined(separator: "/"))")
        }
        guard index <= last else { throw nothing(path) }
        return index
    }

    private static func nothing(_ path: ArraySlice<String>) -> PatchMistake {
        PatchMistake("there is no /\(path.joined(separator: "/"))")
    }

    private static func step(_ text: Substring) throws(PatchMistake) -> String {
        var step = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "~" else {
                step.append(character)
                continue
            }
            switch rest.popFirst() {
            case "0": step.append("~")
            case "1": step.append("/")
            default: throw PatchMistake("'~' is written ~0 in a path, and '/' within a name ~1")
            }
        }
        return step
    }
}
