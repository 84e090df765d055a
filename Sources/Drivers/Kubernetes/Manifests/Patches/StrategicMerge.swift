import Core

/// Strategic merge patches, as the API server and `kubectl patch` merge them: objects by their members, lists by the keys
/// of their elements, `null` removes.
///
/// https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
struct StrategicMerge {
    private static let patch = "$patch"
    private static let retainKeys = "$retainKeys"
    private static let deleteFromList = "$deleteFromPrimitiveList/"

    private let keys: MergeKeys

    init(kind: String) { keys = MergeKeys(kind: kind) }

    func merged(_ original: JSONValue, _ patch: JSONValue) throws(PatchMistake) -> JSONValue {
        guard let members = patch.object else { throw PatchMistake("a patch is an object, of what is to change") }
        return .object(try merged(original.object ?? [:], members, []))
    }

    private func merged(
        _ original: [String: JSONValue], _ patch: [String: JSONValue], _ path: [String]
    ) throws(PatchMistake) -> [String: JSONValue] {
        switch try directive(patch, path) {
        case .replace: return StrategicMerge.plain(patch)
        case .delete: return [:]
        case nil: break
        }
        var result = try retained(original, patch, path)
        for (key, value) in patch.sorted(by: { $0.key < $1.key }) {
            if key == StrategicMerge.patch || key == StrategicMerge.retainKeys { continue }
            if key.hasPrefix(StrategicMerge.deleteFromList) {
                let field = String(key.dropFirst(StrategicMerge.deleteFromList.count))
                let gone = value.array ?? []
                if let list = result[field]?.array { result[field] = .array(list.filter { !gone.contains($0) }) }
                continue
            }
            guard !key.hasPrefix("$") else {
                throw PatchMistake("\(StrategicMerge.text(path + [key])): this directive is not known here")
            }
            result[key] = try merged(result[key], value, path + [key])
        }
        return result
    }

    /// - Returns: nil: it is removed.
    private func merged(
        _ original: JSONValue?, _ patch: JSONValue, _ path: [String]
    ) throws(PatchMistake) -> JSONValue? {
        switch patch {
        case .null: return nil
        case .object(let members): return .object(try merged(original?.object ?? [:], members, path))
        case .array(let elements): return .array(try merged(original?.array ?? [], elements, path))
        default: return patch
        }
    }

    private func merged(
        _ original: [JSONValue], _ patch: [JSONValue], _ path: [String]
    ) throws(PatchMistake) -> [JSONValue] {
        switch keys.rule(path) {
        case .replace: return patch.map(StrategicMerge.plain)
        case .union: return original + patch.filter { !original.contains($0) }
        case .byMember(let member): return try merged(original, patch, by: member, path)
        }
    }

    private func merged(
        _ original: [JSONValue], _ patch: [JSONValue], by member: String, _ path: [String]
    ) throws(PatchMistake) -> [JSONValue] {
        var replaces = false
        for case .object(let members) in patch where try directive(members, path) == .replace { replaces = true }
        if replaces {
            return patch.map(StrategicMerge.plain).filter { $0 != [:] }
        }
        var result = original
        for element in patch {
            guard let members = element.object, let key = members[member], !key.isNull else {
                throw PatchMistake(
                    "\(StrategicMerge.text(path)): its elements are merged by '\(member)', which one lacks")
            }
            let index = result.firstIndex { $0[member] == key }
            if try directive(members, path) == .delete {
                if let index { result.remove(at: index) }
            } else if let index {
                result[index] = .object(try merged(result[index].object ?? [:], members, path))
            } else {
                result.append(.object(try merged([:], members, path)))
            }
        }
        return result
    }

    private enum Directive { case replace, delete }

    private func directive(_ patch: [String: JSONValue], _ path: [String]) throws(PatchMistake) -> Directive? {
        switch patch[StrategicMerge.patch] {
        case nil, "merge": return nil
        case "replace": return .replace
        case "delete": return .delete
        default: throw PatchMistake("\(StrategicMerge.text(path)): $patch is merge, replace or delete")
        }
    }

    /// What `$retainKeys` leaves.
    private func retained(
        _ original: [String: JSONValue], _ patch: [String: JSONValue], _ path: [String]
    ) throws(PatchMistake) -> [String: JSONValue] {
        guard let listed = patch[StrategicMerge.retainKeys] else { return original }
        guard let kept = listed.array?.map(\.string), !kept.contains(nil) else {
            throw PatchMistake("\(StrategicMerge.text(path)): $retainKeys is a list of keys")
        }
        return original.filter { kept.contains($0.key) }
    }

    /// Without directives and nulls.
    private static func plain(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members): .object(plain(members))
        case .array(let elements): .array(elements.map(plain))
        default: value
        }
    }

    private static func plain(_ members: [String: JSONValue]) -> [String: JSONValue] {
        members.filter { !$0.key.hasPrefix("$") && !$0.value.isNull }.mapValues(plain)
    }

    private static func text(_ path: [String]) -> String { path.isEmpty ? "the patch" : path.joined(separator: ".") }
}
