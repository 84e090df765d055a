import Core
import Model
import Synchronization

/// What runs, as if deployd had started it: it outlives the server.
final class FakeWorld: Sendable {
    struct Place: Sendable, Equatable {
        /// Version by run; a run is named by its deployment.
        var running: [String: String] = [:]
        /// The run that the entrypoint leads to.
        var pointer: String?
        var artifacts: Set<String> = []
        /// What was run once before a version, by deployment.
        var commands: [String: String] = [:]
        /// The URLs that the last start was given, by run.
        var urls: [String: String] = [:]
        /// Why its addresses do not answer while it is stopped.
        var addressProblem: String?
        /// The workload that cleaning up after an attempt leaves; nil: as it was.
        var abandoned: Secret?
        /// What a look sees, until it is started again; nil: whether it runs.
        var seen: WorkloadObservation?
        /// What looks see after that; nil: whether it runs.
        var mended: WorkloadObservation?
    }

    private struct State {
        var places: [InstanceIdentity: Place] = [:]
        var active: [InstanceIdentity: String] = [:]
        var made: [String: String] = [:]
        var violations: [String] = []
        var incidents: [String] = []
        var watch: AsyncStream<[InstanceIdentity]>.Continuation?
        var watches = 0
    }

    private let state = Mutex(State())

    func place(_ instance: InstanceIdentity) -> Place { state.withLock { $0.places[instance] ?? Place() } }
    var violations: [String] { state.withLock(\.violations) }

    /// Something has happened to what instances share.
    func happened(_ incident: String) { state.withLock { $0.incidents.append(incident) } }
    func takeIncidents() -> [String] {
        state.withLock { state in
            defer { state.incidents = [] }
            return state.incidents
        }
    }

    /// How often somebody began to follow what is told.
    var watches: Int { state.withLock(\.watches) }

    func watch() -> AsyncStream<[InstanceIdentity]> {
        let (stream, continuation) = AsyncStream.makeStream(of: [InstanceIdentity].self)
        state.withLock { state in
            state.watch = continuation
            state.watches += 1
        }
        return stream
    }

    /// Tells whoever follows.
    func tell(_ instance: InstanceID) { state.withLock(\.watch)?.yield([InstanceIdentity(instance)]) }
    func endWatch() { state.withLock(\.watch)?.finish() }

    /// Of an application that was never renamed.
    func place(_ instance: InstanceID) -> Place { place(InstanceIdentity(instance)) }
    func change(_ instance: InstanceID, _ body: (inout Place) -> Void) { change(InstanceIdentity(instance), body) }

    func change<Value: Sendable>(_ instance: InstanceIdentity, _ body: (inout Place) throws -> Value) rethrows -> Value
    {
        try state.withLock { try body(&$0.places[instance, default: Place()]) }
    }

    /// A value made once for each resource.
    func value(of resource: String) -> String {
        state.withLock { state in
            if let value = state.made[resource] { return value }
            let value = "value-\(state.made.count)-of-\(resource)"
            state.made[resource] = value
            return value
        }
    }

    func forget(_ resource: String) { state.withLock { $0.made[resource] = nil } }
    /// Whether a resource is there.
    func holds(_ resource: String) -> Bool { state.withLock { $0.made[resource] != nil } }

    /// Notes that a deployment works on the instance; a second at the same time is a violation.
    func enter(_ instance: InstanceIdentity, _ deployment: String) {
        state.withLock { state in
            if let other = state.active[instance] {
                state.violations.append("\(instance): \(deployment) beside \(other)")
            }
            state.active[instance] = deployment
        }
    }

    func leave(_ instance: InstanceIdentity) { state.withLock { $0.active[instance] = nil } }
}
