import Core
import Formats
import HTTPClient

/// What kinds of objects a server has. Asked once and kept; asked again, not too often, when something is unknown: a
/// definition may have come meanwhile.
public actor Discovery {
    /// What was unknown is not looked for again within this.
    static let patience = Duration.seconds(5)

    private let transport: Transport
    private var groups: APIGroupList?
    private var askedGroups: Timestamp?
    private var types: [String: [ResourceType]] = [:]
    private var askedTypes: [String: Timestamp] = [:]
    private var pendingGroups: Task<APIGroupList, any Error>?
    private var pendingTypes: [String: Task<[ResourceType], any Error>] = [:]

    init(_ transport: Transport) { self.transport = transport }

    /// The kind that objects name so.
    /// - Throws: `DeploydError` `notFound` that says what the server has instead.
    public func type(apiVersion: String, kind: String) async throws -> ResourceType {
        if let type = try await find(apiVersion: apiVersion, kind: kind) { return type }
        throw DeploydError(.notFound, unknown(apiVersion, kind))
    }

    public func serves(apiVersion: String, kind: String) async throws -> Bool {
        try await find(apiVersion: apiVersion, kind: kind) != nil
    }

    /// The kind in the first of these versions that the server has.
    /// - Throws: `DeploydError` `notFound` when it has none of them.
    public func type(ofKind kind: String, in apiVersions: [String]) async throws -> ResourceType {
        for apiVersion in apiVersions {
            if let type = try await find(apiVersion: apiVersion, kind: kind) { return type }
        }
        throw DeploydError(
            .notFound,
            "\(transport.connection.name) has no \(kind) in \(apiVersions.joined(separator: ", "))")
    }

    /// The versions of a group that the server has, its preferred one first; none for a group that it lacks.
    public func versions(ofGroup group: String) async throws -> [String] {
        try await currentGroups(orWithout: group).versions[group] ?? []
    }

    /// Has the kinds of one version be asked for again, when they are next needed: one of them is not there any more.
    public func forget(apiVersion: String) {
        types[apiVersion] = nil
        askedTypes[apiVersion] = nil
    }

    private func find(apiVersion: String, kind: String) async throws -> ResourceType? {
        let (group, version) = Discovery.parts(apiVersion)
        guard
            try await currentGroups(orWithout: group, version).versions[group]?.contains(version) == true
        else {
            return nil
        }
        if let type = types[apiVersion]?.first(where: { $0.kind == kind }) { return type }
        guard isDue(askedTypes[apiVersion]) else { return nil }
        return try await load(apiVersion).first { $0.kind == kind }
    }

    /// What is known, asked again where it lacks what is looked for.
    private func currentGroups(orWithout group: String, _ version: String? = nil) async throws
        -> APIGroupList
    {
        if let groups {
            let known = groups.versions[group]
            if version.map({ known?.contains($0) == true }) ?? (known != nil) { return groups }
            guard isDue(askedGroups) else { return groups }
        }
        return try await loadGroups()
    }

    private func isDue(_ asked: Timestamp?) -> Bool {
        asked.map { transport.clock.now() - $0 >= Discovery.patience } ?? true
    }

    private func loadGroups() async throws -> APIGroupList {
        if let pendingGroups { return keep(try await pendingGroups.value) }
        let task = Task { [transport] in
            var list = APIGroupList()
            for path in ["/api", "/apis"] {
                var request = APIRequest("GET", path, RequestSubject("get"))
                request.accept = APIGroupList.accept
                let response = try await transport.send(request)
                list.add(try APIAnswer.json(response.body, request, transport.connection.name))
            }
            return list
        }
        pendingGroups = task
        defer { pendingGroups = nil }
        return keep(try await task.value)
    }

    /// Whoever is first of those that waited keeps it, so that none asks again for what all of them got.
    private func keep(_ list: APIGroupList) -> APIGroupList {
        let now = transport.clock.now()
        groups = list
        askedGroups = now
        for (apiVersion, found) in list.types {
            types[apiVersion] = found
            askedTypes[apiVersion] = now
        }
        return list
    }

    private func load(_ apiVersion: String) async throws -> [ResourceType] {
        if let pending = pendingTypes[apiVersion] { return try await pending.value }
        let (group, version) = Discovery.parts(apiVersion)
        let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        let task = Task { [transport] in
            let request = APIRequest("GET", path, RequestSubject("get"))
            let response = try await transport.send(request)
            let json = try APIAnswer.json(response.body, request, transport.connection.name)
            return APIGroupList.types(json, group, version)
        }
        pendingTypes[apiVersion] = task
        defer { pendingTypes[apiVersion] = nil }
        let found = try await task.value
        types[apiVersion] = found
        askedTypes[apiVersion] = transport.clock.now()
        return found
    }

    private func unknown(_ apiVersion: String, _ kind: String) -> String {
        let server = transport.connection.name
        let (group, version) = Discovery.parts(apiVersion)
        guard let versions = groups?.versions[group], !versions.isEmpty else {
            let hint = NearestName.hint(group, in: groups.map { Array($0.versions.keys).sorted() } ?? [])
            return "\(server) has no API group '\(shortened(group))' for \(shortened(kind))\(hint)"
        }
        guard versions.contains(version) else {
            let known = versions.map { APIGroupList.key(group, $0) }.joined(separator: ", ")
            return "\(server) has no \(shortened(apiVersion)) for \(shortened(kind)): it has \(known)"
        }
        let hint = NearestName.hint(kind, in: (types[apiVersion] ?? []).map(\.kind))
        return "\(server) has no \(shortened(kind)) in \(apiVersion)\(hint)"
    }

    private static func parts(_ apiVersion: String) -> (group: String, version: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            .map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", apiVersion)
    }
}
