public import Core

extension KubernetesSettings {
    /// What of them reaches what runs, for the digest of what an instance is deployed with. Credentials are no part of
    /// it: with others, the same runs.
    public var inputs: JSONValue {
        var members: [String: JSONValue] = ["exposure": .string(exposure.rawValue)]
        if let namespace { members["namespace"] = .string(namespace) }
        if let ingressClass { members["ingressClass"] = .string(ingressClass) }
        if !imagePullSecrets.isEmpty { members["imagePullSecrets"] = .array(imagePullSecrets.map { .string($0) }) }
        return .object(members)
    }
}
