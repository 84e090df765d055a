public import Model

/// One reading of `worlds/` and `resource-repos/`, with what the API made beside them.
public struct TopologySnapshot: Sendable {
    /// What the files say.
    public let files: Topology
    public let objects: [ObjectID: DeclaredObject]
    public let catalogue: ResourceCatalogue
    /// Both together.
    public let topology: Topology
    /// What of the API's could not be added.
    public let problems: [TopologyProblem]

    public init(files: Topology, objects: [ObjectID: DeclaredObject], catalogue: ResourceCatalogue) {
        self.files = files
        self.objects = objects
        self.catalogue = catalogue
        let (topology, problems) = files.adding(
            Array(objects.values), repositories: catalogue.repositories.keys.sorted())
        self.topology = topology
        self.problems = problems + TopologySnapshot.sharedProblems(topology, catalogue)
    }

    /// Those of files are found when these are read, with where they are written.
    private static func sharedProblems(_ topology: Topology, _ catalogue: ResourceCatalogue) -> [TopologyProblem] {
        let worlds = topology.sortedWorlds
        return worlds.filter { topology.origins[.world, $0.name] == .api }.flatMap { world in
            SharedCheck.problems(of: world, worlds: worlds, catalogue: catalogue).map { path, message in
                TopologyProblem("the world '\(world.name)', made by the API: \(path): \(message)")
            }
        }
    }

    /// Without anything that the API made.
    public init(topology: Topology, catalogue: ResourceCatalogue) {
        self.init(files: topology, objects: [:], catalogue: catalogue)
    }

    /// The same with what the API made until now.
    public func adding(_ objects: [DeclaredObject]) -> TopologySnapshot {
        TopologySnapshot(
            files: files, objects: Dictionary(objects.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last }),
            catalogue: catalogue)
    }

    func replacing(objects: [ObjectID: DeclaredObject]) -> TopologySnapshot {
        TopologySnapshot(files: files, objects: objects, catalogue: catalogue)
    }
}
