import Core
import Kubernetes
import Model

/// The recorded form: JSON, sealed by the store. `version` grows when older servers could not read it any more.
extension KubernetesState {
    private static let format: Int64 = 1

    var sealed: Secret {
        var members: [String: JSONValue] = [
            "format": .integer(KubernetesState.format),
            "namespace": .string(namespace),
            "version": .string(version),
            "track": .string(track.label),
            "items": .array(items.map(\.json)),
            "kept": .array(kept.map(\.json)),
            "secrets": .array(secrets.map { .string($0.reveal()) }),
        ]
        members["leftover"] = leftover.map(JSONValue.string)
        return Secret(JSONValue.object(members).text)
    }

    /// - Throws: `.conflict` when it was not written by this driver, or by a newer one.
    init(_ workload: Secret) throws(DeploydError) {
        let unreadable = DeploydError(
            .conflict, "the recorded state of the workload cannot be read: destroy the instance and deploy it again")
        guard let json = try? JSONValue.parse(workload.reveal().utf8, depth: 128), let format = json["format"]?.integer
        else { throw unreadable }
        guard format <= KubernetesState.format else {
            throw DeploydError(
                .conflict, "a newer deployd recorded this workload (format \(format)): upgrade this one")
        }
        guard let namespace = json["namespace"]?.string, let version = json["version"]?.string,
            let track = json["track"]?.string.flatMap(Track.init(label:)), let items = json["items"]?.array,
            let kept = json["kept"]?.array
        else { throw unreadable }
        self.namespace = namespace
        self.version = version
        self.track = track
        self.items = items.compactMap(Item.init(json:))
        self.kept = kept.compactMap(Kept.init(json:))
        secrets = (json["secrets"]?.array ?? []).compactMap { $0.string.map(Secret.init) }
        leftover = json["leftover"]?.string
        guard self.items.count == items.count, self.kept.count == kept.count else { throw unreadable }
    }
}

extension KubernetesState.Item {
    var json: JSONValue {
        var members: [String: JSONValue] = ["object": object.json]
        members["uid"] = uid.map(JSONValue.string)
        members["ownedFields"] = ownedFields.map(JSONValue.string)
        members["resourceVersion"] = resourceVersion.map(JSONValue.string)
        return .object(members)
    }

    init?(json: JSONValue) {
        guard let object = json["object"].flatMap(KubernetesObject.init) else { return nil }
        self.init(
            object: object, uid: json["uid"]?.string, ownedFields: json["ownedFields"]?.string,
            resourceVersion: json["resourceVersion"]?.string)
    }
}

extension KubernetesState.Kept {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "track": .string(track.label), "version": .string(version), "items": .array(items.map(\.json)),
        ]
        members["retireAt"] = retireAt.map { .integer($0.microseconds) }
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let track = json["track"]?.string.flatMap(Track.init(label:)), let version = json["version"]?.string,
            let items = json["items"]?.array
        else { return nil }
        let read = items.compactMap(KubernetesState.Item.init(json:))
        guard read.count == items.count else { return nil }
        self.init(
            track: track, version: version, items: read,
            retireAt: json["retireAt"]?.integer.map(Timestamp.init(microseconds:)))
    }
}
