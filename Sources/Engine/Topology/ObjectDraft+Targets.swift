import Core
import Formats
import Model

extension ObjectDraft {
    /// The targets that the API made in an environment, not those of its worlds.
    func targets(of environment: String) -> [ObjectID] {
        before.objects.values.filter { $0.id.kind == .target && $0.environment == environment }.map(\.id)
    }

    /// Makes the API's targets of an environment these. Listed ones that are declared elsewhere and say the same stay.
    mutating func put(_ targets: [Target], of environment: String, _ reader: any StorageReader) throws {
        for (index, target) in targets.enumerated() {
            let id = ObjectID(.target, target.name)
            if topology.targets[target.name] == target, before.objects[id] == nil { continue }
            try checkPlace(of: target)
            _ = try claim(id, mustBeNew: false)
            try check(target, at: ["targets", "\(index)", "world"], reader)
            set(id, target.document)
        }
        let names = Set(targets.map(\.name))
        for id in self.targets(of: environment) where !names.contains(id.name) { set(id, nil) }
    }

    /// A name is unique, whatever made its target.
    func checkPlace(of target: Target) throws(DeploydError) {
        guard let present = topology.targets[target.name], present.environment != target.environment,
            topology.origins[.target, target.name] != .builtIn
        else { return }
        throw DeploydError(
            .conflict,
            "the target '\(target.name)' belongs to the environment '\(present.environment)' already "
                + "(\(place(of: target.name))); the names of targets are unique on the server")
    }

    /// - Parameter path: of the world in the body.
    func check(_ target: Target, at path: [String], _ reader: any StorageReader) throws {
        if let world = target.world, topology.worlds[world] == nil {
            throw InvalidObject(
                path: path, message: "there is no world '\(world)'" + known(world, topology.worlds.keys.sorted()))
        }
        guard let present = topology.targets[target.name], present.world != target.world else { return }
        let filter = InstanceFilter(target: target.name)
        let held = try reader.instances(filter).filter { $0.workload != nil }.map(\.id.application)
        guard held.isEmpty else {
            throw DeploydError(
                .conflict,
                "\(held.joined(separator: ", ")) runs on the target '\(target.name)' in the world "
                    + "'\(present.world ?? "")'; make another target, or destroy first what runs: "
                    + held.map { "`deployd destroy \($0) --target \(target.name)`" }.joined(separator: ", "))
        }
    }

    func check(_ world: World) throws {
        let repositories = before.catalogue.repositories.keys.sorted()
        for (index, name) in world.resourceRepositories.enumerated() where !repositories.contains(name) {
            throw InvalidObject(
                path: ["resourceRepositories", "\(index)"],
                message: "there is no resource repository '\(name)'" + known(name, repositories))
        }
        let problems = SharedCheck.problems(of: world, worlds: topology.sortedWorlds, catalogue: before.catalogue)
        guard let problem = problems.first else { return }
        let path = problem.path.steps.map { step in
            switch step {
            case .key(let key): key
            case .index(let index): "\(index)"
            }
        }
        throw InvalidObject(path: path, message: problem.message)
    }

    func checkUnused(world: String) throws(DeploydError) {
        let targets = before.objects.values.filter { $0.id.kind == .target && $0.document["world"] == .string(world) }
        guard !targets.isEmpty else { return }
        let paths = targets.map { $0.id.path(in: $0.environment) }.sorted()
        throw DeploydError(
            .conflict, "targets name the world '\(world)'; remove them first: DELETE \(paths.joined(separator: ", "))")
    }

    private func known(_ name: String, _ names: [String]) -> String {
        let hint = NearestName.hint(name, in: names)
        return hint.isEmpty && !names.isEmpty ? "; there is \(names.joined(separator: ", "))" : hint
    }

    private func place(of target: String) -> String {
        topology.origins[.target, target].map { "\($0)" } ?? "declared elsewhere"
    }
}

extension DeclaredObject {
    /// Of a target.
    var environment: String? { document["environment"]?.string }
}

extension Target {
    fileprivate var document: JSONValue {
        var members: [String: JSONValue] = ["environment": .string(environment)]
        members["world"] = world.map(JSONValue.string)
        if !labels.isEmpty { members["labels"] = .object(labels.mapValues(JSONValue.string)) }
        return .object(members)
    }
}
