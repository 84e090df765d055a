import Core
import Kubernetes

/// What is recorded of a resource: what it consists of, exactly as it was applied, and what it is called, which stays when
/// its application is renamed.
struct ResourceState: Sendable {
    private static let format: Int64 = 1

    let name: String
    /// In the order in which they were applied.
    let items: [KubernetesState.Item]

    init(name: String, items: [KubernetesState.Item]) { (self.name, self.items) = (name, items) }

    /// - Throws: `.conflict` when it was not written by this driver, or by a newer one.
    init(_ recorded: Secret) throws(DeploydError) {
        let json = try? JSONValue.parse(recorded.reveal().utf8, depth: 128)
        guard let format = json?["format"]?.integer, let name = json?["name"]?.string,
            let list = json?["items"]?.array
        else { throw DeploydError(.conflict, "the recorded state of the resource cannot be read") }
        guard format <= ResourceState.format else {
            throw DeploydError(
                .conflict, "a newer deployd recorded this resource (format \(format)): upgrade this one")
        }
        self.init(name: name, items: list.compactMap(KubernetesState.Item.init(json:)))
    }

    var itemsByKey: [ObjectKey: KubernetesState.Item] {
        Dictionary(items.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    var sealed: Secret {
        let json: JSONValue = [
            "format": .integer(ResourceState.format), "name": .string(name), "items": .array(items.map(\.json)),
        ]
        return Secret(json.text)
    }
}
