/// What a request is about, for messages.
struct RequestSubject: Sendable {
    /// As RBAC has it: get, list, watch, create, patch, update, delete.
    let verb: String
    /// The plural; nil for what is no resource, such as discovery.
    var resource: String?
    var subresource: String?
    /// Empty for the core group.
    var group = ""
    var namespace: String?
    var name: String?

    init(
        _ verb: String, _ type: ResourceType? = nil, namespace: String? = nil, name: String? = nil,
        subresource: String? = nil
    ) {
        self.verb = verb
        resource = type?.plural
        group = type?.group ?? ""
        self.namespace = type?.isNamespaced == false ? nil : namespace
        self.name = name
        self.subresource = subresource
    }

    /// `deployments.apps`
    var resourceName: String {
        guard let resource else { return "the API" }
        let whole = subresource.map { "\(resource)/\($0)" } ?? resource
        return group.isEmpty ? whole : "\(whole).\(group)"
    }

    /// `deployments.apps web in namespace prod`
    var description: String {
        resourceName + (name.map { " \($0)" } ?? "") + (namespace.map { " in namespace \($0)" } ?? "")
    }
}
