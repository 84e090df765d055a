import Core
import Model

/// The targets that applications add for themselves: each name is one application's, on the whole server.
enum OwnTargets {
    /// Why an application cannot have the targets that it asks for; nil when it can.
    static func conflict(
        of application: String, _ targets: [Target], in reader: any StorageReader
    ) throws -> DeploydError? {
        guard !targets.isEmpty else { return nil }
        let others = try reader.allApplications().filter { $0.name != application }
        for target in targets {
            let claimant = others.first { $0.settings.targets.contains { $0.name == target.name } }?.name
            let present = try reader.instances(InstanceFilter(target: target.name)).map(\.id.application)
            guard let other = claimant ?? present.first(where: { $0 != application }) else { continue }
            return DeploydError(
                .conflict,
                "the target '\(target.name)' belongs to the application '\(other)'; names of targets are unique on the "
                    + "server, so choose another for \(application)")
        }
        return nil
    }

    /// - Throws: `.conflict` when a topology declares a target of a name that is an application's own.
    static func check(_ topology: Topology, over before: Topology, in reader: any StorageReader) throws {
        let added = Set(topology.targets.keys).subtracting(before.targets.keys)
        guard !added.isEmpty else { return }
        for application in try reader.allApplications() {
            for target in application.settings.targets where added.contains(target.name) {
                throw DeploydError(
                    .conflict,
                    "the target '\(target.name)' is declared for the environment "
                        + "'\(topology.targets[target.name]?.environment ?? "")', and the application "
                        + "'\(application.name)' has one of that name of its own: names of targets are unique on the "
                        + "server")
            }
        }
    }
}

extension StorageReader {
    /// All of them, by name.
    func allApplications() throws -> [Application] { try Page.everyItem { try applications($0) } }
}
