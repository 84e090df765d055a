import Core
import Model

/// Finds out who uses what a world shares.
struct SharedUsers {
    let reader: any StorageReader

    /// The instances whose version requires it: the one that runs, the one that is wanted, or one that is being deployed.
    func users(of name: String, in world: String) throws -> [SharedUser] {
        try reader.instances(InstanceFilter(world: world)).flatMap { instance in
            let states = ApplicationStates(environment: instance.environment, reader: reader)
            var names: Set<String> = []
            for version in try versions(of: instance) {
                let file = try states.file(of: instance.id.application, version: version)
                names.formUnion((file?.shared ?? [:]).filter { $0.value == name }.keys)
            }
            return names.sorted().map { SharedUser(instance.id, name: $0) }
        }
    }

    private func versions(of instance: Instance) throws -> Set<String> {
        let unfinished = try reader.unfinishedDeployments(of: instance.id).map(\.version)
        return Set([instance.deployed, instance.wanted].compactMap(\.self) + unfinished)
    }
}
