import Core

/// What a server has: its groups, with the versions of each in the server's order of preference.
struct APIGroupList: Sendable {
    /// Versions by group; "" is the core group.
    var versions: [String: [String]] = [:]
    /// Kinds by `group/version`, where the answer held them all (aggregated discovery).
    var types: [String: [ResourceType]] = [:]

    /// How to ask for all at once; a server that cannot answers in the old form.
    static let accept =
        ["v2", "v2beta1"].map {
            "application/json;g=apidiscovery.k8s.io;v=\($0);as=APIGroupDiscoveryList"
        }
        .joined(separator: ",") + ",application/json"

    /// Adds what `/api` or `/apis` answered.
    mutating func add(_ json: JSONValue) {
        switch json["kind"]?.string {
        case "APIGroupDiscoveryList": for group in json["items"]?.array ?? [] { add(aggregated: group) }
        case "APIVersions": versions[""] = (json["versions"]?.array ?? []).compactMap(\.string)
        default:
            for group in json["groups"]?.array ?? [] {
                guard let name = group["name"]?.string else { continue }
                versions[name] = (group["versions"]?.array ?? []).compactMap { $0["version"]?.string }
            }
        }
    }

    private mutating func add(aggregated group: JSONValue) {
        let name = group["metadata"]?["name"]?.string ?? ""
        for version in group["versions"]?.array ?? [] {
            guard let label = version["version"]?.string else { continue }
            versions[name, default: []].append(label)
            // "Stale": the API server behind it does not answer, so that the list may lack something.
            guard version["freshness"]?.string != "Stale" else { continue }
            types[APIGroupList.key(name, label)] = (version["resources"]?.array ?? []).compactMap {
                APIGroupList.type(aggregated: $0, name, label)
            }
        }
    }

    private static func type(aggregated json: JSONValue, _ group: String, _ version: String)
        -> ResourceType?
    {
        guard let plural = json["resource"]?.string, let kind = json["responseKind"]?["kind"]?.string
        else {
            return nil
        }
        return ResourceType(
            group: group, version: version, kind: kind, plural: plural,
            isNamespaced: json["scope"]?.string == "Namespaced",
            verbs: Set((json["verbs"]?.array ?? []).compactMap(\.string)),
            subresources: Set(
                (json["subresources"]?.array ?? []).compactMap { $0["subresource"]?.string }))
    }

    /// The kinds of an `APIResourceList`, the old form's answer for one version of a group.
    static func types(_ json: JSONValue, _ group: String, _ version: String) -> [ResourceType] {
        let entries = json["resources"]?.array ?? []
        let names = entries.compactMap { $0["name"]?.string }
        return entries.compactMap { entry in
            guard let plural = entry["name"]?.string, !plural.contains("/"),
                let kind = entry["kind"]?.string
            else {
                return nil
            }
            let prefix = "\(plural)/"
            return ResourceType(
                group: group, version: version, kind: kind, plural: plural,
                isNamespaced: entry["namespaced"]?.bool ?? false,
                verbs: Set((entry["verbs"]?.array ?? []).compactMap(\.string)),
                subresources: Set(
                    names.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }))
        }
    }

    /// As objects have it: `apps/v1`, `v1`.
    static func key(_ group: String, _ version: String) -> String {
        group.isEmpty ? version : "\(group)/\(version)"
    }
}
