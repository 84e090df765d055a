import Core
import HTTPClient

extension KubernetesClient {
    /// All objects of a kind: `GET …?limit=500&continue=…`, page by page.
    /// - Parameter namespace: nil for those of all namespaces.
    /// - Throws: `DeploydError`; `tooLarge` for more than `maximumObjects`.
    public func list(
        _ type: ResourceType, namespace: String? = nil, _ options: ListOptions = ListOptions()
    ) async throws -> ObjectList {
        for pageSize in [options.pageSize, options.pageSize] {
            if let list = try await list(type, namespace, options, pageSize: pageSize) { return list }
        }
        // It changes faster than it is read: all at once then.
        guard let list = try await list(type, namespace, options, pageSize: nil) else {
            throw DeploydError(
                .unavailable, "\(name) cannot list \(type.plural): what it begins with is gone at once")
        }
        return list
    }

    /// - Returns: nil when the list was too old before its last page was read.
    private func list(
        _ type: ResourceType, _ namespace: String?, _ options: ListOptions, pageSize: Int?
    ) async throws -> ObjectList? {
        var items: [KubernetesObject] = []
        var next: String?
        repeat {
            var request = APIRequest(
                "GET", try type.path(namespace: namespace),
                RequestSubject("list", type, namespace: namespace))
            request.query = options.selectors
            if let pageSize { request.query.append(("limit", "\(pageSize)")) }
            if let next { request.query.append(("continue", next)) }
            request.accept = options.accept("PartialObjectMetadataList")
            let page: JSONValue
            do {
                page = try APIAnswer.json(try await transport.send(request).body, request, name)
            } catch let error as DeploydError where error.apiStatus?.isExpired == true && next != nil {
                return nil
            }
            items += (page["items"]?.array ?? []).compactMap {
                KubernetesObject(element: $0, of: type).map(options.keeping)
            }
            guard items.count <= options.maximumObjects else {
                throw DeploydError(
                    .tooLarge,
                    "\(name) has more than \(options.maximumObjects) \(type.plural): choose fewer by labels")
            }
            next = page["metadata"]?["continue"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            if next == nil {
                return ObjectList(
                    items: items, resourceVersion: page["metadata"]?["resourceVersion"]?.string ?? "")
            }
        } while next != nil
        return nil
    }
}
