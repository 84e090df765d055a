import Core
import Kubernetes
import Model

/// Compares an object with what deployd has applied: what somebody else has changed of it.
///
/// A field that deployd still owns has its value, however the server writes it (`1000m` is `1`); of the others, those
/// that have another value have drifted.
struct FieldDrift {
    /// More are not told of one object.
    private static let limit = 50

    private let kind: String
    private let managers: [FieldManager]
    private(set) var fields: [DriftedField] = []

    /// - Parameters:
    ///   - live: with its managed fields.
    ///   - isExact: every value is compared, also of fields that deployd owns: it may have applied another one since.
    init(of applied: KubernetesObject, live: KubernetesObject, isExact: Bool = false) {
        kind = "\(ObjectKey(applied))"
        managers = live.managers.filter { !($0.applies && $0.name == KubernetesClient.fieldManager) }
        let owned = isExact ? nil : OwnedFields.fields(of: live)
        for part in applied.json.object?.keys.sorted() ?? [] where !["apiVersion", "kind", "status"].contains(part) {
            compare(applied.json[part], live.json[part], owned?["f:\(part)"], ".\(part)")
        }
    }

    private mutating func compare(_ wanted: JSONValue?, _ found: JSONValue?, _ owned: JSONValue?, _ path: String) {
        guard let wanted, fields.count < FieldDrift.limit else { return }
        if FieldDrift.isIdentity(path) || FieldDrift.isLeaf(owned) { return }
        switch wanted {
        case .object(let members) where found?.object != nil || found == nil && !members.isEmpty && owned != nil:
            for key in members.keys.sorted() {
                compare(members[key], found?[key], owned?["f:\(key)"], "\(path).\(key)")
            }
        case .array(let elements) where found?.array != nil:
            compare(elements, found?.array ?? [], owned, path)
        default:
            if found != wanted { note(path) }
        }
    }

    private mutating func compare(
        _ wanted: [JSONValue], _ found: [JSONValue], _ owned: JSONValue?, _ path: String
    ) {
        for (index, element) in wanted.enumerated() {
            guard let keys = FieldDrift.keys(of: element, found) else {
                // Of plain values: a set, or a list that is one value.
                if !found.contains(element) { return note(path) }
                continue
            }
            let entry = owned?.object?.first { name, _ in FieldDrift.names(name, element) }
            let step = keys.map { "\($0)=\(element[$0]?.text ?? "")" }.joined(separator: ",")
            let place = "\(path)[\(step.isEmpty ? "\(index)" : step)]"
            let match = found.first { candidate in keys.allSatisfy { candidate[$0] == element[$0] } }
            guard let match else {
                note(place)
                continue
            }
            compare(element, match, entry?.value, place)
        }
    }

    /// Who has a field now: the last of those who changed it.
    private mutating func note(_ path: String) {
        let owners = managers.filter { manager in
            manager.subresource != "status"
                && manager.fields.contains { $0 == path || $0.hasPrefix(path + ".") || $0.hasPrefix(path + "[") }
        }
        let manager =
            owners.max { ($0.time ?? .distant) < ($1.time ?? .distant) }?.name
            // What is gone has no manager: the last who wrote anything but the status.
            ?? managers.filter { $0.fields.contains { !$0.hasPrefix(".status") } && !$0.name.hasPrefix("kube-") }
            .max { ($0.time ?? .distant) < ($1.time ?? .distant) }?.name
        fields.append(DriftedField(object: kind, field: String(path.dropFirst()), manager: manager))
    }

    /// A scalar, or a map or list that is owned as a whole.
    private static func isLeaf(_ owned: JSONValue?) -> Bool { owned?.object?.isEmpty == true }

    /// Sent with every request, and nobody's field.
    private static func isIdentity(_ path: String) -> Bool {
        [".metadata.name", ".metadata.namespace", ".metadata.uid", ".metadata.creationTimestamp"].contains(path)
    }

    /// By which members the elements of a list are told apart; nil: they are no objects.
    private static func keys(of element: JSONValue, _ others: [JSONValue]) -> [String]? {
        guard element.object != nil else { return nil }
        for keys in [
            ["name"], ["containerPort", "protocol"], ["port", "protocol"], ["key"], ["ip"], ["mountPath"], ["type"],
            ["uid"],
        ]
        where element[keys[0]] != nil {
            return keys.filter { element[$0] != nil }
        }
        return []
    }

    /// Whether a `k:{…}` of managed fields is this element.
    private static func names(_ entry: String, _ element: JSONValue) -> Bool {
        guard entry.hasPrefix("k:"), let keys = (try? JSONValue.parse(entry.dropFirst(2).utf8))?.object else {
            return false
        }
        return keys.allSatisfy { key, value in
            element[key] == value || element[key] == nil && key == "protocol" && value == "TCP"
        }
    }
}

extension Timestamp {
    fileprivate static var distant: Timestamp { Timestamp(microseconds: 0) }
}
