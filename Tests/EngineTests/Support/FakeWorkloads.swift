import Core
import Model

/// Deploys into a `FakeWorld` in the steps of the process driver.
struct FakeWorkloads: WorkloadDriver {
    static let build = WorkloadStep(name: "build", kind: .build)
    static let beforeDeploy = WorkloadStep(name: "beforeDeploy", kind: .beforeDeploy)
    static let start = WorkloadStep(name: "start", kind: .workload)
    static let health = WorkloadStep(name: "health", kind: .health)
    /// Of a cluster: a newer version may break the second off.
    static let apply = WorkloadStep(name: "apply", kind: .workload)
    static let rollOut = WorkloadStep(name: "roll-out", kind: .health, isCommit: true, isInterruptible: true)
    static let switchOver = WorkloadStep(name: "switch", kind: .entrypoint, isCommit: true)
    static let retire = WorkloadStep(name: "retire", kind: .workload)

    let capability = "deploy:process"
    let world: FakeWorld
    let faults: Faults
    /// Stands against everything.
    var refusal: @Sendable () -> String? = { nil }
    /// Whether it is as a cluster's driver: it tells of changes, shows what a plan would do, and waits for roll-outs.
    var isCluster = false

    var isWatched: Bool { isCluster }
    var isPreviewed: Bool { isCluster }

    func watch(_ onChange: @escaping @Sendable ([InstanceIdentity]) async -> Void) async {
        for await identities in world.watch() { await onChange(identities) }
    }

    func preview(_ request: WorkloadRequest) async throws -> [WorkloadChange]? {
        try await faults.around("\(request.identity)", request.release.version, "preview") {
            let url = request.spec.environment["URL"]?.reveal() ?? ""
            return [
                WorkloadChange(
                    kind: "Deployment", name: request.instance.application, change: .update,
                    lines: ["- version: old", "+ version: \(request.release.version)", "+ url: \(url)"])
            ]
        }
    }

    func belongings(of instance: InstanceIdentity, workload: Secret?) async throws -> [String] {
        isCluster ? ["Deployment \(instance.application)", "Service \(instance.application)"] : []
    }

    func problem() async -> String? { nil }

    func refusals(for instance: InstanceIdentity, _ wish: WorkloadWish) async -> [String] {
        [refusal()].compactMap { $0 }
    }

    func steps(_ shape: WorkloadShape) -> [WorkloadStep] {
        if isCluster { return [FakeWorkloads.apply, FakeWorkloads.rollOut] }
        return processSteps(shape)
    }

    private func processSteps(_ shape: WorkloadShape) -> [WorkloadStep] {
        [FakeWorkloads.build] + (shape.hasBeforeDeploy ? [FakeWorkloads.beforeDeploy] : [])
            + [FakeWorkloads.start, FakeWorkloads.health, FakeWorkloads.switchOver]
            + (shape.hasPrevious ? [FakeWorkloads.retire] : [])
    }

    func addresses(
        for instance: InstanceIdentity, ports: [String: Int], entrypoints: [String: WorkloadEntrypoint], replicas: Int,
        previous: Secret?
    ) async throws -> WorkloadAddresses {
        WorkloadAddresses(
            listen: ports, entrypoints: entrypoints.mapValues { $0.url ?? "http://\(instance)" }, environment: [:])
    }

    func perform(_ step: WorkloadStep, _ request: WorkloadRequest, _ log: any StepLog) async throws -> Secret? {
        world.enter(request.identity, request.deployment)
        defer { world.leave(request.identity) }
        let run = request.deployment
        let version = request.release.version
        let previous = request.previous?.reveal()
        return try await faults.around("\(request.identity)", version, step.name) {
            try world.change(request.identity) { place in
                switch step {
                case FakeWorkloads.build: place.artifacts.insert(request.release.source.key)
                case FakeWorkloads.beforeDeploy:
                    let command = request.spec.beforeDeploy?.map { $0.reveal() }.joined(separator: " ")
                    // As a supervised process is: found again by its deployment.
                    if place.commands[run] == nil { place.commands[run] = "\(version): \(command ?? "")" }
                case FakeWorkloads.start, FakeWorkloads.apply:
                    place.running = place.running.filter { $0.key == previous }
                    place.running[run] = version
                    place.urls[run] = request.spec.environment["URL"]?.reveal()
                case FakeWorkloads.health, FakeWorkloads.switchOver, FakeWorkloads.rollOut:
                    guard place.running[run] != nil else { throw DeploydError(.invalid, "\(version) does not run") }
                    guard step.isCommit else { return nil }
                    if step == FakeWorkloads.rollOut { place.running = place.running.filter { $0.key == run } }
                    place.pointer = run
                    return Secret(run)
                default: if let previous, previous != run { place.running[previous] = nil }
                }
                return nil
            }
        }
    }

    func abandon(_ request: WorkloadRequest, _ log: any StepLog) async throws -> Secret? {
        world.enter(request.identity, request.deployment)
        defer { world.leave(request.identity) }
        return try await faults.around("\(request.identity)", request.release.version, "abandon") {
            world.change(request.identity) { place in
                place.running[request.deployment] = nil
                if place.pointer == request.deployment { place.pointer = request.previous?.reveal() }
                return place.abandoned
            }
        }
    }

    func observe(_ workload: Secret, of instance: InstanceIdentity) async throws -> WorkloadObservation {
        try await faults.around("\(instance)", "", "observe") {
            if let seen = world.place(instance).seen { return seen }
            let isRunning = world.place(instance).running[workload.reveal()] != nil
            return WorkloadObservation(health: isRunning ? .healthy : .missing)
        }
    }

    func suspensionProblem(of workload: Secret, _ instance: InstanceIdentity) async throws -> String? {
        try await faults.around("\(instance)", "", "suspended") { world.place(instance).addressProblem }
    }

    func revive(_ workload: Secret, of instance: InstanceIdentity) async throws -> Secret {
        try await faults.around("\(instance)", "", "revive") {
            world.change(instance) { place in
                place.running[workload.reveal()] = "revived"
                place.seen = place.mended
                place.pointer = workload.reveal()
            }
            return workload
        }
    }

    func incidents() async -> [String] { world.takeIncidents() }

    func output(
        of workload: Secret, instance: InstanceIdentity, replica: Int, from offset: Int?, maximumBytes: Int
    ) async throws -> LogChunk { LogChunk(bytes: [], next: 0) }

    func suspend(_ workload: Secret, of instance: InstanceIdentity) async throws {
        world.enter(instance, "suspend")
        defer { world.leave(instance) }
        try await faults.around("\(instance)", "", "suspend") {
            world.change(instance) { place in
                place.running = [:]
                place.pointer = nil
            }
        }
    }

    func destroy(_ instance: InstanceIdentity, workload: Secret?) async throws {
        world.enter(instance, "destroy")
        defer { world.leave(instance) }
        try await faults.around("\(instance)", "", "destroy") { world.change(instance) { $0 = .init() } }
    }
}

/// Makes one value per resource.
struct FakeResources: ResourceDriver {
    let capability = "local"
    let world: FakeWorld
    let faults: Faults

    func problem() async -> String? { nil }

    func provision(_ request: ResourceRequest, _ log: any StepLog) async throws -> ProvisionedResource {
        try await faults.around(request.instance?.description ?? "shared", request.slug, "provision") {
            let value = world.value(of: request.id)
            log.line("made \(value)")
            return ProvisionedResource(outputs: ["value": .secret(Secret(value))], state: Secret(value))
        }
    }

    func remove(_ request: ResourceRequest, _ log: any StepLog) async throws {
        try await faults.around(request.instance?.description ?? "shared", request.slug, "remove") {
            world.forget(request.id)
        }
    }

    func absence(of request: ResourceRequest) async throws -> String? {
        world.holds(request.id) ? nil : "it is not in the world"
    }
}
