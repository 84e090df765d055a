import Core
import Formats

/// Every world, environment and set of the server, as the world files and the API declare them together.
public struct Topology: Sendable {
    public let worlds: [String: World]
    /// Also those that no document declares, but a target or a set names.
    public let environments: [String: Environment]
    public let environmentSets: [String: EnvironmentSet]
    public let targets: [String: Target]
    public let origins: Origins

    public init(
        worlds: [World], environments: [Environment], environmentSets: [EnvironmentSet], origins: Origins = Origins()
    ) {
        self.origins = origins
        self.worlds = Dictionary(worlds.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.environments = Dictionary(environments.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.environmentSets = Dictionary(
            environmentSets.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        targets = Dictionary(
            environments.flatMap(\.targets).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// By name.
    public var sortedWorlds: [World] { worlds.values.sorted { $0.name < $1.name } }

    /// What there is without any world file: this host, as the world `local`.
    /// - Parameters:
    ///   - repositories: every resource repository that was found.
    ///   - isTrusted: whether pushed code may run beside deployd: only while nobody but this machine reaches it.
    public static func builtIn(repositories: [String], isTrusted: Bool) -> Topology {
        let name = "local"
        let world = World(
            name: name, description: isTrusted ? "This host" : "This host, where others reach deployd: runs nothing",
            capabilities: isTrusted ? [.deployProcess, .local] : [.local], resourceRepositories: repositories,
            isTrusted: isTrusted)
        let environment = Environment(name: name, targets: [Target(name: name, environment: name, world: name)])
        var origins = Origins()
        for kind in [ObjectKind.world, .environment, .target] { origins[kind, name] = .builtIn }
        origins[.environmentSet, "default"] = .builtIn
        return Topology(
            worlds: [world], environments: [environment],
            environmentSets: [EnvironmentSet(name: "default", environments: [name])], origins: origins)
    }
}

extension Topology: Equatable {
    /// Whether both mean the same, wherever it is described.
    public static func == (a: Topology, b: Topology) -> Bool {
        (a.worlds, a.environments, a.environmentSets) == (b.worlds, b.environments, b.environmentSets)
    }
}

extension Topology {
    /// The environments that an application goes to: those of its sets in their order, then its own; each once.
    public func environments(of settings: Application.Settings) -> [String] {
        var seen: Set<String> = []
        let ofSets = settings.environmentSets.flatMap { environmentSets[$0]?.environments ?? [] }
        return (ofSets + settings.environments).filter { seen.insert($0).inserted }
    }

    /// The targets that an application is deployed on or tracked on, in the order of its environments.
    public func targets(of settings: Application.Settings) -> [Target] {
        environments(of: settings).flatMap { environments[$0]?.targets ?? [] }
    }

    /// What is wrong here with the settings of a service and the environments that it names, one sentence each.
    public func problems(of service: ServiceFile) -> [String] {
        let environments = environments(of: service.settings)
        let named =
            (service.settings.triggers ?? []).enumerated().map { ("triggers[\($0.offset)]", $0.element.environment) }
            + service.variants.keys.sorted().map { ("overrides.\($0)", $0) }
        let unknown = named.filter { !environments.contains($0.1) }.map { path, name in
            "\(path): \(Topology.sentence(servicesWith: environments, doNotGoTo: name))"
        }
        let places = ApplicationPlaces(
            of: Application(
                name: service.service, settings: service.settings, createdAt: Timestamp(microseconds: 0)), in: self)
        let targets = service.settings.targets.compactMap { target in
            places.problem(of: target).map { "environments: \(target.environment): \($0)" }
        }
        return problems(of: service.settings) + unknown + targets
    }

    /// That a service which goes to `environments` does not go to `name`.
    static func sentence(servicesWith environments: [String], doNotGoTo name: String) -> String {
        let listing =
            environments.isEmpty ? "; it goes to none" : "; it goes to \(environments.joined(separator: ", "))"
        let hint = NearestName.hint(name, in: environments)
        return "the service does not go to '\(name)'\(hint.isEmpty ? listing : hint)"
    }

    /// What is wrong with an application's settings here, one sentence each.
    public func problems(of settings: Application.Settings) -> [String] {
        settings.environmentSets.filter { environmentSets[$0] == nil }.map { name in
            let known = environmentSets.keys.sorted()
            let hint = NearestName.hint(name, in: known)
            let listing = known.isEmpty ? "; none is declared" : "; there is \(known.joined(separator: ", "))"
            return "there is no environment set '\(name)'\(hint.isEmpty ? listing : hint)"
        }
    }
}
