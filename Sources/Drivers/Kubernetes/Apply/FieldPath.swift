import Core

/// A field as the API server names it: `.spec.template.spec.containers[name="web"].image`.
enum FieldPath {
    /// Whether a rendering has it.
    static func exists(_ path: String, in json: JSONValue) -> Bool {
        var places: [JSONValue] = [json]
        var rest = path[...]
        while let first = rest.first {
            rest.removeFirst()
            if first == "." {
                let name = take(&rest)
                // A name may itself have dots, as those of labels have; then what follows is part of it.
                places = members(name, &rest, places)
            } else if first == "[" {
                let end = closing(rest)
                let content = rest[..<end]
                rest = rest[end...].dropFirst()
                places = elements(String(content), places)
            } else {
                return false
            }
            if places.isEmpty { return false }
        }
        return true
    }

    private static func take(_ rest: inout Substring) -> String {
        let name = rest.prefix { $0 != "." && $0 != "[" }
        rest = rest[name.endIndex...]
        return String(name)
    }

    private static func members(_ name: String, _ rest: inout Substring, _ places: [JSONValue]) -> [JSONValue] {
        var name = name
        while true {
            let found = places.compactMap { $0[name] }
            if !found.isEmpty { return found }
            guard rest.first == "." else { return [] }
            rest.removeFirst()
            name += "." + take(&rest)
        }
    }

    /// The place of `]`, not within a text.
    private static func closing(_ text: Substring) -> Substring.Index {
        var isText = false
        for index in text.indices {
            if text[index] == "\"" { isText.toggle() }
            if text[index] == "]", !isText { return index }
        }
        return text.endIndex
    }

    /// `name="web"`, `containerPort=80,protocol="TCP"`, `="value"`, `3`.
    private static func elements(_ content: String, _ places: [JSONValue]) -> [JSONValue] {
        if let index = Int(content) { return places.compactMap { $0[index] } }
        if content.hasPrefix("=") {
            let wanted = try? JSONValue.parse(content.dropFirst().utf8)
            return places.flatMap { $0.array ?? [] }.filter { $0 == wanted }
        }
        let keys = content.split(separator: ",").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return places.flatMap { $0.array ?? [] }.filter { element in
            keys.allSatisfy { key in
                guard key.count == 2, let value = element[key[0]] else { return key.first == "protocol" }
                return value.text == key[1]
            }
        }
    }
}
