import Client
import Core
import Crypto
import Engine
import Formats
import HTTPServer
import Model

/// Places that can do things, and what can be required there.
struct WorldRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, get, slugs] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/worlds", id: "listWorlds", tag: "Worlds", summary: "Worlds by name",
            parameters: [.selector] + Operation.Parameter.page,
            answers: [.json(Wire.WorldList.self, "A part of the list, and how reading the files went last.")],
            handler: .task { request in
                let topology = services.snapshot.topology
                let selector = try request.selector()
                let worlds = topology.worlds.values.filter { selector.matches($0.labels) }.sorted { $0.name < $1.name }
                let page = Page(of: worlds, by: \.name, try request.page())
                var items: [Wire.World] = []
                for world in page.items { items.append(await wire(world, in: topology)) }
                let report = services.context.topology.report.map(Wire.Reload.init)
                return try Answer.json(Wire.WorldList(items: items, next: page.next, reload: report))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/worlds/{world}", id: "getWorld", tag: "Worlds",
            summary: "One world, with the health of its capabilities",
            answers: [.object(Wire.World.self, "The world.")],
            handler: .task { request in
                let world = try WorldRoutes.world(request, services)
                return try Answer.object(await wire(world, in: services.snapshot.topology), for: request.http)
            })
    }

    private var slugs: Operation {
        Operation(
            method: .get, path: "/api/v1/worlds/{world}/slugs", id: "listSlugs", tag: "Worlds",
            summary: "What services can require in a world, by name", parameters: Operation.Parameter.page,
            answers: [.page(Wire.Slug.self, "A part of the list; with a reason where one cannot be used here.")],
            handler: .task { request in
                let world = try WorldRoutes.world(request, services)
                let catalogue = services.snapshot.catalogue
                let offers = catalogue.offers(in: world)
                let page = Page(of: offers, by: \.slug, try request.page())
                return try Answer.json(page.wire { Wire.Slug($0, catalogue) })
            })
    }

    /// The world that a request's path names.
    static func world(_ request: APIRequest, _ services: APIServices) throws -> World {
        let name = request.parameter("world")
        let worlds = services.snapshot.topology.worlds
        guard let world = worlds[name] else {
            throw DeploydError(.notFound, "no world '\(name)'" + NearestName.hint(name, in: worlds.keys.sorted()))
        }
        return world
    }

    func wire(_ world: World, in topology: Topology) async -> Wire.World {
        var capabilities: [String: Wire.World.Capability] = [:]
        for capability in world.capabilities {
            capabilities[capability.rawValue] = await health(capability.rawValue, in: world)
        }
        return Wire.World(
            name: world.name, description: world.description, labels: world.labels, trusted: world.isTrusted,
            capabilities: capabilities, resourceRepositories: world.resourceRepositories,
            targets: topology.targets(behind: world.name).map {
                Wire.World.Target(name: $0.name, environment: $0.environment)
            },
            parameters: world.parameters, entrypoints: Wire.World.Entrypoints(world.entrypoints),
            gates: world.gates.mapValues { $0.map(\.description) }, allowTargetsFrom: world.allowsTargetsFrom,
            shared: world.shared.mapValues { Wire.World.Shared(slug: $0.slug) },
            origin: topology.origins[.world, world.name].map(Wire.Origin.init))
    }

    func health(_ capability: String, in world: World) async -> Wire.World.Capability {
        let problem: String?
        if let driver = services.context.workloadDrivers[capability] {
            problem = await driver.inWorld(world).problem()
        } else if let driver = services.context.resourceDrivers[capability] {
            problem = await driver.inWorld(world).problem()
        } else {
            return Wire.World.Capability(health: .notBuiltYet, reason: "'\(capability)' is not built yet")
        }
        return Wire.World.Capability(health: problem == nil ? .healthy : .unavailable, reason: problem)
    }
}

extension Wire.World.Entrypoints {
    init(_ entrypoints: WorldEntrypoints) {
        self.init(
            domain: entrypoints.domain, listen: entrypoints.listen, httpPort: entrypoints.httpPort,
            httpsPort: entrypoints.httpsPort,
            certificate: entrypoints.certificate.map {
                Wire.World.Certificate(names: $0.names, expiresAt: $0.expires)
            })
    }
}

extension Wire.Slug {
    init(_ offer: ResourceCatalogue.Offer, _ catalogue: ResourceCatalogue) {
        let definition = offer.definition
        let secret = catalogue.secretOutputs(of: offer)
        self.init(
            slug: offer.slug, description: offer.description, repository: offer.repository,
            inheritedFrom: offer.inheritedFrom, capability: definition.capability.rawValue,
            parameters: definition.parametersSchema,
            outputs: Dictionary(
                uniqueKeysWithValues: definition.outputs.keys.map {
                    ($0, secret.contains($0) ? ["secret": true] : [:])
                }),
            available: offer.unavailable == nil, reason: offer.unavailable,
            example: definition.example(requiredAs: offer.slug), explanation: catalogue.explanation(of: offer))
    }
}
