import Core
import Formats
import Model

/// Works out what a deployment would do: reads the release's frozen file, matches what it requires with what the world
/// offers, asks the driver, and plans. Changes nothing.
struct DeploymentPreparer: Sendable {
    let context: EngineContext

    /// - Parameter isPerformed: whether the values of its secrets are needed.
    func prepare(_ deployment: Deployment, isPerformed: Bool = false) async throws -> PreparedDeployment {
        let facts = try await context.look { reader in
            (
                try reader.instance(deployment.instance),
                try reader.release(deployment.instance.application, deployment.version),
                try reader.resources(of: deployment.instance),
                try reader.beforeDeployRun(of: deployment.version, on: deployment.instance)
            )
        }
        guard let instance = facts.0 else {
            throw DeploydError(.notFound, "\(deployment.instance) no longer exists")
        }
        guard let release = facts.1 else {
            throw DeploydError(
                .notFound, "\(deployment.instance.application) has no release '\(deployment.version)' to deploy")
        }
        return try await prepare(
            deployment, instance, release, resources: facts.2, ran: facts.3, isPerformed: isPerformed)
    }

    /// The digest of what `desired` would be deployed with now; nil when it cannot be planned.
    func inputs(of instance: Instance) async -> String? {
        guard let version = instance.desired else { return nil }
        return try? await plan(of: version, on: instance)?.inputs
    }

    /// What a deployment of a version to an instance would do now; nil where others deploy.
    func plan(of version: String, on instance: Instance) async throws -> InstancePlan? {
        try await prepare(version, on: instance)?.plan
    }

    /// - Returns: nil where others deploy.
    func prepare(
        _ version: String, on instance: Instance, isPerformed: Bool = false
    ) async throws -> PreparedDeployment? {
        guard let world = instance.world else { return nil }
        return try await prepare(
            Deployment(
                id: "", instance: instance.id, environment: instance.environment, world: world, version: version,
                actor: "", cause: nil, createdAt: context.clock.now()), isPerformed: isPerformed)
    }

    /// Why what runs of a version cannot be started again as it is; empty when nothing that it uses is gone.
    func obstacles(toStarting instance: Instance) async -> [String] {
        guard let world = instance.world, let version = instance.deployed else { return [] }
        let start = Deployment(
            id: "", instance: instance.id, environment: instance.environment, world: world, version: version,
            actor: "", cause: nil, createdAt: context.clock.now())
        // What cannot be planned any more is started as it was.
        guard let prepared = try? await prepare(start) else { return [] }
        guard prepared.isBeforeDeployDue, prepared.resources.obstacles.isEmpty else {
            return prepared.resources.obstacles
        }
        // Its resources were made anew since it ran.
        return [
            "beforeDeploy is to run first: `deployd apply \(instance.id.application) "
                + "--environment \(instance.environment)`"
        ]
    }

    func inputs(of deployment: Deployment) async -> String? { try? await prepare(deployment).plan.inputs }

    private func prepare(
        _ deployment: Deployment, _ instance: Instance, _ release: Release, resources: [Resource],
        ran: BeforeDeployRun?, isPerformed: Bool
    ) async throws -> PreparedDeployment {
        let snapshot = context.topology.current
        guard let world = snapshot.topology.worlds[deployment.world] else {
            throw DeploydError(
                .notFound, "the world '\(deployment.world)' is no longer described in the world files")
        }
        guard let driver = context.workloadDriver(of: world) else {
            let reason =
                world.deployCapability.map { "its capability '\($0.rawValue)' is not built yet" }
                ?? "it has no deploy: capability; a world file that gives it deploy:process needs trusted: true"
            throw DeploydError(
                world.deployCapability == nil ? .invalid : .notBuiltYet,
                "the world '\(world.name)' cannot run the service '\(deployment.instance.application)': \(reason)")
        }
        let service = try ServiceFile.parse(release.file, file: ServiceFile.fileName).get()
            .variant(for: instance.environment)
        let shared = try await shared(of: service, in: world, snapshot)
        let needs = RequirementMatch(
            service: service, release: release, instance: instance, world: world, snapshot: snapshot, shared: shared)
        let required = try await required(needs.matched, shared, resources, of: instance, in: world)
        let applications = try await applications(of: service, instance, deployment)
        let secrets = try await SecretMatch.read(
            service, of: instance, isPerformed: isPerformed, from: context)
        let entrypoints = EntrypointRules(world: world, application: release.application).settle(service)
        let refusals = await driver.refusals(
            for: instance.identity,
            WorkloadWish(service, entrypoints: entrypoints.entrypoints, image: release.image))
        // After the commit the instance's workload is the new one; what it ran before is in the deployment.
        let hasPrevious = deployment.status == .running ? deployment.previous != nil : instance.workload != nil
        let beforeDeploy = BeforeDeployPlan(service.beforeDeploy, run: ran, deployment: deployment)
        let input = PlannerInput(
            instance: instance, release: release, isToldItsName: service.isToldItsName, world: world.name,
            worldSettings: world.inputs(with: entrypoints.entrypoints),
            requirements: needs.matched, applications: applications.needs, resources: resources,
            secrets: secrets.needs.fingerprints, beforeDeploy: beforeDeploy, shared: shared,
            replicas: service.replicas,
            steps: driver.steps(
                WorkloadShape(
                    hasBuild: service.build != nil, hasBeforeDeploy: beforeDeploy?.isStep == true,
                    hasEntrypoints: !entrypoints.entrypoints.isEmpty, hasPrevious: hasPrevious,
                    strategy: service.strategy)),
            refusals: required.absences + applications.problems + needs.problems + secrets.needs.problems
                + missingDrivers(needs.matched + shared.requirements)
                + entrypoints.problems + refusals)
        return PreparedDeployment(
            deployment: deployment, instance: instance, release: release, world: world, service: service,
            entrypoints: entrypoints.entrypoints, plan: Planner.plan(input), secrets: secrets,
            requirements: needs.matched, applications: applications.needs, shared: shared, resources: required,
            isBeforeDeployDue: beforeDeploy?.isDone == false, driver: driver,
            resourceDrivers: context.resourceDrivers.mapValues { $0.inWorld(world) })
    }

    private func applications(
        of service: ServiceFile, _ instance: Instance, _ deployment: Deployment
    ) async throws -> ApplicationPlan {
        guard !service.applications.isEmpty else { return ApplicationPlan([:], of: instance, states: [:]) }
        return try await context.look { reader in
            let reading = ApplicationStates(environment: instance.environment, reader: reader)
            let required = try reading.current(service.applications)
            let states = try reading.reached(from: required.values)
            let known = states.values.allSatisfy(\.isKnown) ? [] : try reading.names()
            return ApplicationPlan(required, of: instance, cause: deployment.cause, states: states, known: known)
        }
    }

    private func shared(
        of service: ServiceFile, in world: World, _ snapshot: TopologySnapshot
    ) async throws -> SharedPlan {
        guard !service.shared.isEmpty else { return .none }
        let resources = try await context.look { try $0.sharedResources(of: world.name) }
        return SharedPlan(
            service.shared, in: world, worlds: snapshot.topology.sortedWorlds, catalogue: snapshot.catalogue,
            resources: resources)
    }

    private func required(
        _ own: [ResolvedRequirement], _ shared: SharedPlan, _ resources: [Resource], of instance: Instance,
        in world: World
    ) async throws -> RequiredResources {
        let names = (own: Set(own.map(\.name)), shared: Set(shared.requirements.map(\.name)))
        let worlds =
            names.shared.isEmpty ? [] : try await context.look { try $0.sharedResources(of: world.name) }
        return await RequiredResources(
            resources.filter { names.own.contains($0.name) } + worlds.filter { names.shared.contains($0.name) },
            of: instance, ResourcePresence(context: context))
    }

    private func missingDrivers(_ requirements: [ResolvedRequirement]) -> [String] {
        requirements.filter { context.resourceDrivers[$0.capability] == nil }.map {
            "the slug '\($0.slug)' needs the capability '\($0.capability)', which is not built yet"
        }
    }
}

extension EngineContext {
    /// The driver of the world's `deploy:` capability; nil when it has none that is built.
    func workloadDriver(of world: World) -> (any WorkloadDriver)? {
        world.deployCapability.flatMap { workloadDrivers[$0.rawValue] }?.inWorld(world)
    }

    /// As it works in the world; a world that is no longer described has its drivers all the same, without its settings.
    func resourceDriver(_ capability: Capability, in world: String) -> (any ResourceDriver)? {
        guard let driver = resourceDrivers[capability.rawValue] else { return nil }
        return topology.current.topology.worlds[world].map { driver.inWorld($0) } ?? driver
    }

    func workloadDriver(of world: String) -> (any WorkloadDriver)? {
        topology.current.topology.worlds[world].flatMap { workloadDriver(of: $0) }
    }
}

extension World {
    /// What of the world reaches the workload or its resources.
    fileprivate func inputs(with entrypoints: [String: WorkloadEntrypoint]) -> JSONValue {
        var members: [String: JSONValue] = [
            "capabilities": .array(capabilities.map(\.rawValue).sorted().map { .string($0) }),
            "parameters": .object(parameters),
        ]
        if let inputs = entrypoints.inputs { members["entrypoints"] = inputs }
        if isCluster, let kubernetes { members["kubernetes"] = kubernetes.inputs }
        return .object(members)
    }
}
