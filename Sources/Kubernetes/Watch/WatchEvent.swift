import Core

/// What a watch tells.
///
/// https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
public enum WatchEvent: Sendable, Equatable {
    case added(KubernetesObject)
    case modified(KubernetesObject)
    case deleted(KubernetesObject)
    /// Nothing happened until this position.
    case bookmark(resourceVersion: String)

    /// - Throws: `DeploydError`: what the server says in an event of type ERROR; `unavailable` for what is no event.
    init?(
        _ json: JSONValue, _ type: ResourceType, subject: RequestSubject, cluster: String
    ) throws(DeploydError) {
        let inner = json["object"] ?? .null
        switch json["type"]?.string {
        case "ERROR": throw APIStatus(inner).error(for: subject, cluster: cluster)
        case "BOOKMARK":
            guard let version = inner["metadata"]?["resourceVersion"]?.string else { return nil }
            self = .bookmark(resourceVersion: version)
        case let name?:
            guard let object = KubernetesObject(element: inner, of: type) else { return nil }
            switch name {
            case "ADDED": self = .added(object)
            case "MODIFIED": self = .modified(object)
            case "DELETED": self = .deleted(object)
            // Of a later version of the API.
            default: return nil
            }
        case nil:
            throw DeploydError(.unavailable, "\(cluster) sends what is no event while it is watched")
        }
    }

    /// Where a watch that breaks off goes on from.
    var resourceVersion: String? {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object.resourceVersion
        case .bookmark(let version): version
        }
    }
}
