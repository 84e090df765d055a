import Core
import Formats

/// Gathers declarations: first what there is, then what connects it, since a file may name what a later one declares.
struct TopologyBuilder {
    private(set) var diagnostics: [Diagnostic] = []
    private let repositories: [String]
    /// By the texts that stand for them among a world's repositories.
    private let remotes: [String: String]
    private let secrets: WorldSecrets?
    private var worlds: [World] = []
    private var environments: [String: Environment] = [:]
    private var sets: [EnvironmentSet] = []
    /// Where each name was given first.
    private var origins = Topology.Origins()

    /// - Parameter secrets: nil: what files refer to is not looked at.
    init(repositories: [String], remotes: [RemoteRepository: String] = [:], secrets: WorldSecrets?) {
        self.repositories = repositories
        self.remotes = Dictionary(
            remotes.map { ($0.key.description, $0.value) }, uniquingKeysWith: { first, _ in first })
        self.secrets = secrets
    }

    var topology: Topology {
        let sorted = environments.values.map { environment in
            var environment = environment
            environment.targets.sort { $0.name < $1.name }
            return environment
        }
        return Topology(worlds: worlds, environments: sorted, environmentSets: sets, origins: origins)
    }

    mutating func declare(_ declaration: WorldFile.Declaration) {
        let source = declaration.source
        switch declaration.document {
        case .world(let declared, _, let texts):
            guard claim(.world, declared.name, DocumentPath("world"), source) else { return }
            let resolved = secrets?.resolve(named(declared), texts, in: source)
            diagnostics += resolved?.diagnostics ?? []
            worlds.append(resolved?.world ?? named(declared))
        case .environment(let environment, _):
            if claim(.environment, environment.name, DocumentPath("environment"), source) {
                environments[environment.name] = environment
            }
        case .environmentSet(let set):
            if claim(.environmentSet, set.name, DocumentPath("environmentSet"), source) { sets.append(set) }
        }
    }

    /// With the names of the repositories that are read from git.
    private func named(_ world: World) -> World {
        var world = world
        let texts = Set(world.remotes.map(\.description))
        world.resourceRepositories = world.resourceRepositories.compactMap { texts.contains($0) ? remotes[$0] : $0 }
        return world
    }

    mutating func connect(_ declaration: WorldFile.Declaration) {
        let source = declaration.source
        switch declaration.document {
        case .world(let world, let targets, _):
            checkRepositories(of: world, source)
            // One that is declared twice has the same targets twice, too.
            let place = source.root.position(of: DocumentPath("world"))
            guard case .file(source.file, place)? = origins[.world, world.name] else { return }
            for (index, declared) in WorldTarget.all(targets, of: world).enumerated() {
                let path = targets.isEmpty ? DocumentPath("world") : DocumentPath("targets").appending(index)
                add(declared.target, path, source)
                origins.note(declared.naming, of: declared.target.name)
            }
        case .environment(let environment, let targets):
            for (index, declared) in targets.enumerated() {
                let path = DocumentPath("targets").appending(index)
                if let world = declared.world { check(world, path.appending("world"), source) }
                let target = Target(
                    name: declared.name, environment: environment.name, world: declared.world, labels: declared.labels)
                add(target, path, source)
            }
        case .environmentSet(let set):
            for name in set.environments { ensure(name) }
        }
    }

    private mutating func add(_ target: Target, _ path: DocumentPath, _ source: SourceDocument) {
        guard DNSLabel.isValid(target.name) else {
            let message = "the name '\(target.name)', which it would get, is too long; give it one with 'name'"
            diagnostics.append(source.diagnostic(path, message))
            return
        }
        guard claim(.target, target.name, path, source) else { return }
        ensure(target.environment)
        environments[target.environment]?.targets.append(target)
    }

    /// An environment that is only named needs no document.
    private mutating func ensure(_ name: String) {
        guard environments[name] == nil else { return }
        environments[name] = Environment(name: name)
        origins[.environment, name] = .named
    }

    /// - Returns: false, reported, when the name is taken.
    private mutating func claim(
        _ kind: ObjectKind, _ name: String, _ path: DocumentPath, _ source: SourceDocument
    ) -> Bool {
        if let first = origins[kind, name], !first.givesWay {
            diagnostics.append(source.diagnostic(path, "the \(kind) '\(name)' is declared already, at \(first)"))
            return false
        }
        origins[kind, name] = .file(source.file, source.root.position(of: path))
        return true
    }

    private mutating func check(_ world: String, _ path: DocumentPath, _ source: SourceDocument) {
        let known = worlds.map(\.name).sorted()
        guard !known.contains(world) else { return }
        let hint = NearestName.hint(world, in: known)
        let listing = known.isEmpty ? "; no file declares one" : "; there is \(known.joined(separator: ", "))"
        diagnostics.append(source.diagnostic(path, "there is no world '\(world)'\(hint.isEmpty ? listing : hint)"))
    }

    private mutating func checkRepositories(of world: World, _ source: SourceDocument) {
        let remotes = Set(world.remotes.map(\.description))
        for (index, name) in world.resourceRepositories.enumerated()
        where !repositories.contains(name) && !remotes.contains(name) {
            let hint = NearestName.hint(name, in: repositories)
            let listing =
                repositories.isEmpty
                ? "; none was found" : "; there is \(repositories.sorted().joined(separator: ", "))"
            diagnostics.append(
                source.diagnostic(
                    DocumentPath("resourceRepositories").appending(index),
                    "there is no resource repository '\(name)'\(hint.isEmpty ? listing : hint)"))
        }
    }
}
