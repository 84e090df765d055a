import Core
import Formats

/// `capabilities:`.
enum CapabilitiesFormat {
    struct Written: Sendable {
        var capabilities: Set<Capability> = []
        var kubernetes: KubernetesFormat.Written?
    }

    private static let empty = Shape<Bool>.mapping([]) { _ in true }
    static let kubernetes = Field(
        Capability.deployKubernetes.rawValue, KubernetesFormat.shape, Capability.deployKubernetes.summary)

    private static func field(_ capability: Capability) -> Field<Bool> {
        Field(capability.rawValue, empty, capability.summary)
    }

    private static func declaration(_ capability: Capability) -> any FieldDeclaration {
        guard capability.isBuilt else { return UnbuiltField(capability.rawValue, capability.summary) }
        return capability == .deployKubernetes ? kubernetes : field(capability)
    }

    static let shape = Shape<Written>.mapping(Capability.allCases.map(declaration)) { reader in
        var written = Written()
        for capability in Capability.allCases where capability.isBuilt {
            if capability == .deployKubernetes {
                written.kubernetes = reader[kubernetes]
                if written.kubernetes != nil { written.capabilities.insert(capability) }
            } else if reader[field(capability)] == true {
                written.capabilities.insert(capability)
            }
        }
        checkDeploy(reader)
        return written
    }

    /// Services run in one way in a world.
    private static func checkDeploy(_ reader: MappingReader) {
        let entries = reader.place.node.mapping ?? []
        let deploy = entries.filter { Capability(rawValue: $0.key).map { $0.isDeploy && $0.isBuilt } == true }
        for other in deploy.dropFirst() {
            reader.place.fail(
                key: other, "not beside '\(deploy[0].key)': services run in one way in a world; describe another world")
        }
    }
}
