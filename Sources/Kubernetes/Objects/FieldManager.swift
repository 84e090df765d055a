public import Core

/// Who has set fields of an object, and which.
///
/// https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
public struct FieldManager: Sendable, Hashable {
    public let name: String
    /// By server-side apply, against any other way of writing.
    public let applies: Bool
    /// `status`, `scale` …; nil for the object itself.
    public let subresource: String?
    public let time: Timestamp?
    /// Paths such as `.spec.replicas` and `.spec.containers[name="web"].image`, sorted.
    public let fields: [String]
}

extension KubernetesObject {
    /// Who manages what, where the object says so.
    public var managers: [FieldManager] {
        (self["metadata", "managedFields"]?.array ?? []).compactMap { entry in
            guard let name = entry["manager"]?.string else { return nil }
            var fields: [String] = []
            if let tree = entry["fieldsV1"] { FieldTree.leaves(tree, "", &fields) }
            return FieldManager(
                name: name, applies: entry["operation"]?.string == "Apply",
                subresource: entry["subresource"]?.string.flatMap { $0.isEmpty ? nil : $0 },
                time: entry["time"]?.string.flatMap(Timestamp.init(rfc3339:)), fields: fields.sorted())
        }
    }
}

/// `FieldsV1`: `f:NAME` for a field, `k:{…}` for the element of a list with these keys, `v:…` for a value of a set,
/// `i:…` for an index, `.` for the node itself.
private enum FieldTree {
    /// Objects have fewer; this bounds the work for a hostile one.
    static let limit = 10_000

    static func leaves(_ tree: JSONValue, _ path: String, _ found: inout [String]) {
        guard found.count < limit else { return }
        let children = (tree.object ?? [:]).filter { $0.key != "." }
        if children.isEmpty {
            if !path.isEmpty { found.append(path) }
            return
        }
        for (key, child) in children { leaves(child, path + step(key), &found) }
    }

    private static func step(_ key: String) -> String {
        let rest = String(key.dropFirst(2))
        switch key.prefix(2) {
        case "f:": return ".\(rest)"
        case "k:":
            let members = (try? JSONValue.parse(rest))?.object ?? [:]
            let keys = members.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }
            return "[\(keys.joined(separator: ","))]"
        default: return "[\(rest)]"
        }
    }
}
