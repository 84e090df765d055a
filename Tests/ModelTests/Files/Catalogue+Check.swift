import Core
import Formats
import Model

extension Catalogue.Case {
    /// What people are told, one line each: of single files first; if those are right, of what they say together; if that
    /// is right, of what a service asks of a world.
    var found: [String] {
        let services = of("deployd.yaml").map { RootFile.parse($0.bytes, file: $0.path) }
        let worlds = of("worlds/").map { WorldFile.parse($0.bytes, file: $0.path) }
        let repositories = self.repositories
        let alone =
            services.flatMap(\.diagnostics) + worlds.flatMap(\.diagnostics) + repositories.flatMap(\.diagnostics)
        guard alone.isEmpty else { return alone.map(\.description) }
        let sources = repositories.compactMap(\.value)
        let files = worlds.compactMap(\.value)
        let topology = Topology.assemble(files, repositories: sources.map(\.name))
        let catalogue = ResourceCatalogue.resolve(sources)
        guard let topology = topology.value, let catalogue = catalogue.value else {
            return (topology.diagnostics + catalogue.diagnostics).map(\.description)
        }
        let shared = SharedCheck.problems(in: files, worlds: topology.sortedWorlds, catalogue: catalogue)
        guard shared.isEmpty else { return shared.map(\.description) }
        let all = services.compactMap(\.value).compactMap(\.service)
        let own = of("deployd.yaml").filter { self.files[$0.path] != nil }.compactMap {
            RootFile.parse($0.bytes, file: $0.path).value?.service
        }
        return own.flatMap { $0.problems(in: topology, catalogue, beside: all) }
    }

    private struct File {
        let path: String
        let bytes: [UInt8]
    }

    /// The files whose path begins or ends so.
    private func of(_ part: String) -> [File] {
        texts.filter { $0.key.hasPrefix(part) || $0.key.hasSuffix(part) }.sorted { $0.key < $1.key }
            .map { File(path: $0.key, bytes: Array($0.value.utf8)) }
    }

    private var repositories: [Parsed<RepositorySource>] {
        let files = of("resource-repos/")
        let folders = Set(files.map { $0.path.split(separator: "/").prefix(2).joined(separator: "/") })
        return folders.sorted().map { folder in
            let own = files.filter { $0.path.hasPrefix("\(folder)/") }
            let pairs = own.map { (String($0.path.dropFirst(folder.count + 1)), $0.bytes) }
            return RepositorySource.parse(folder: folder, files: Dictionary(uniqueKeysWithValues: pairs))
        }
    }
}

extension ServiceFile {
    /// What stands against it on each of its targets.
    fileprivate func problems(
        in topology: Topology, _ catalogue: ResourceCatalogue, beside services: [ServiceFile]
    ) -> [String] {
        let settings = topology.problems(of: self)
        guard settings.isEmpty else { return settings }
        let worlds = topology.sortedWorlds
        return topology.targets(of: self.settings).flatMap { target in
            guard let world = target.world.flatMap({ topology.worlds[$0] }) else { return [String]() }
            let values = [
                "version": "1", "commit": "1", "application": service, "environment": target.environment,
                "target": target.name, "world": world.name,
            ]
            let states = services.map { $0.state(in: target.environment, topology) }
            let service = variant(for: target.environment)
            let applications = ApplicationPlan(
                service.applications, of: service.instance(on: target),
                states: Dictionary(uniqueKeysWithValues: states.map { ($0.name, $0) }), known: states.map(\.name))
            let shared = SharedPlan(
                service.shared, in: world, worlds: worlds, catalogue: catalogue, resources: [])
            let plan = RequirementPlan(
                service.requirements, values: values,
                others: shared.outputs.merging(applications.needs.map { ($0.name, [ApplicationNeed.output]) }) { $1 },
                in: world, worlds: worlds, catalogue: catalogue)
            return applications.problems + shared.problems + plan.problems
        }
    }

    private func instance(on target: Target) -> Instance {
        Instance(
            id: InstanceID(application: service, target: target.name), environment: target.environment,
            world: target.world, since: Timestamp(seconds: 0), createdAt: Timestamp(seconds: 0))
    }

    /// Where it is pushed and nothing is deployed yet.
    private func state(in environment: String, _ topology: Topology) -> ApplicationState {
        let targets = topology.targets(of: settings).filter { $0.environment == environment }
        return ApplicationState(
            name: service, isKnown: true, instances: targets.map(instance), desired: "1",
            file: variant(for: environment), unfinished: [])
    }
}

extension RootFile {
    fileprivate var service: ServiceFile? { if case .service(let service) = self { service } else { nil } }
}
