import Core
import Formats

/// Adds what the API made to what the files say. What contradicts them is left out, and named.
struct TopologyMerge {
    private(set) var problems: [TopologyProblem] = []
    private var worlds: [String: World]
    private var environments: [String: Environment]
    private var sets: [String: EnvironmentSet]
    private var origins: Topology.Origins
    private let repositories: [String]

    /// - Parameter repositories: the names of every resource repository.
    init(_ files: Topology, repositories: [String]) {
        worlds = files.worlds
        environments = files.environments
        sets = files.environmentSets
        origins = files.origins
        self.repositories = repositories
    }

    var topology: Topology {
        let sorted = environments.values.map { environment in
            var environment = environment
            environment.targets.sort { $0.name < $1.name }
            return environment
        }
        return Topology(
            worlds: Array(worlds.values), environments: sorted, environmentSets: Array(sets.values), origins: origins)
    }

    mutating func add(_ contents: [ObjectContent]) {
        // Worlds first: targets name them.
        for case .world(let world, _) in contents where claim(.world, world.name) { add(world) }
        for case .environment(let environment, _) in contents where claim(.environment, environment.name) {
            let targets = environments[environment.name]?.targets ?? []
            environments[environment.name] = environment
            environments[environment.name]?.targets = targets
        }
        for case .environmentSet(let set) in contents where claim(.environmentSet, set.name) {
            sets[set.name] = set
            for name in set.environments { ensure(name) }
        }
        for case .world(let world, let targets) in contents where origins[.world, world.name] == .api {
            for declared in WorldTarget.all(targets, of: world) { add(declared.target, naming: declared.naming) }
        }
        for case .target(let target) in contents { add(target) }
    }

    mutating func report(_ message: String) { problems.append(TopologyProblem(message)) }

    private mutating func add(_ world: World) {
        for name in world.resourceRepositories where !repositories.contains(name) {
            report(
                "the world '\(world.name)', made by the API, names the resource repository '\(name)', which is not there"
            )
        }
        worlds[world.name] = world
        // The targets of the built-in world that it takes the place of.
        for target in environments.values.flatMap(\.targets) where target.world == world.name { drop(target) }
    }

    private mutating func add(_ target: Target, naming: TargetNaming = .written) {
        guard DNSLabel.isValid(target.name) else {
            return report("the target '\(target.name)' would have a name that is too long; give it one with 'name'")
        }
        if let world = target.world, worlds[world] == nil {
            return report(
                "the target '\(target.name)' of the environment '\(target.environment)' was made by the API and names "
                    + "the world '\(world)', which nothing describes any more: describe it again, or remove the target "
                    + "(DELETE \(ObjectID(.target, target.name).path(in: target.environment)))")
        }
        if origins[.target, target.name] == .builtIn {
            for other in environments.values.flatMap(\.targets) where other.name == target.name { drop(other) }
        }
        guard claim(.target, target.name, in: target.environment) else { return }
        origins.note(naming, of: target.name)
        ensure(target.environment)
        environments[target.environment]?.targets.append(target)
    }

    private mutating func drop(_ target: Target) {
        guard origins[.target, target.name] == .builtIn else { return }
        environments[target.environment]?.targets.removeAll { $0.name == target.name }
        origins[.target, target.name] = nil
    }

    private mutating func ensure(_ name: String) {
        guard environments[name] == nil else { return }
        environments[name] = Environment(name: name)
        origins[.environment, name] = .named
    }

    /// - Returns: false, reported, when the name is taken.
    private mutating func claim(_ kind: ObjectKind, _ name: String, in environment: String? = nil) -> Bool {
        let id = ObjectID(kind, name)
        switch origins[kind, name] {
        case nil, .builtIn, .named:
            origins[kind, name] = .api
            return true
        case .file(let file, let position):
            problems.append(
                TopologyProblem(
                    "the \(id) is declared here, and was made by the API too: take it out of this file, or remove the "
                        + "API's (DELETE \(id.path(in: environment)))", file: file, at: position))
        case .api: report("the API made the \(id) twice, by itself and as one of a world")
        }
        return false
    }
}

extension ObjectID {
    /// Where the API has it.
    /// - Parameter environment: of a target.
    public func path(in environment: String? = nil) -> String {
        switch kind {
        case .world: "/api/v1/worlds/\(name)"
        case .environment: "/api/v1/environments/\(name)"
        case .environmentSet: "/api/v1/environment-sets/\(name)"
        case .target: "/api/v1/environments/\(environment ?? "")/targets/\(name)"
        }
    }
}

extension Topology {
    /// With what was made by the API beside the files.
    /// - Returns: with it, what could not be added.
    public func adding(
        _ objects: [DeclaredObject], repositories: [String]
    ) -> (topology: Topology, problems: [TopologyProblem]) {
        guard !objects.isEmpty else { return (self, []) }
        var merge = TopologyMerge(self, repositories: repositories)
        var contents: [ObjectContent] = []
        for object in objects.sorted(by: { $0.id.name < $1.id.name }) {
            let parsed = ObjectFormat.content(of: object)
            if let content = parsed.value { contents.append(content) }
            for diagnostic in parsed.diagnostics {
                merge.report(
                    "the \(object.id), made by the API, is not valid any more: \(TopologyProblem(diagnostic).message)")
            }
        }
        merge.add(contents)
        return (merge.topology, merge.problems)
    }
}
