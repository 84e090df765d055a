import Core
import Synchronization

/// What is wrong with one call of a driver or the source.
enum Fault: Sendable, Equatable {
    /// An error on the way, before or after the effect.
    case transient(afterEffect: Bool)
    /// deployd is at fault.
    case defect
    /// The version is at fault.
    case verdict
    /// Does not return until it is cancelled.
    case hang
    /// The server dies before or after the effect.
    case crash(afterEffect: Bool)
}

/// A call that may be at fault.
struct Call: Sendable, Hashable {
    let subject: String
    let version: String
    let step: String
    /// How often it was made before.
    var count = 0
}

/// Decides which calls fail, and plays the death of the server.
final class Faults: Sendable {
    private struct State {
        var counts: [Call: Int] = [:]
        var isDead = false
        var hanging = 0
        var calls: [Call] = []
    }

    private let state = Mutex(State())
    private let decide: @Sendable (Call) -> Fault?
    private let onCrash: @Sendable () -> Void

    init(_ decide: @escaping @Sendable (Call) -> Fault? = { _ in nil }, onCrash: @escaping @Sendable () -> Void = {}) {
        self.decide = decide
        self.onCrash = onCrash
    }

    /// How many calls hang now.
    var hanging: Int { state.withLock(\.hanging) }
    var calls: [Call] { state.withLock(\.calls) }

    /// Performs `effect` as the fault of this call has it.
    func around<Value: Sendable>(
        _ subject: String, _ version: String, _ step: String, _ effect: () throws -> Value
    ) async throws -> Value {
        var call = Call(subject: subject, version: version, step: step)
        let (count, isDead) = state.withLock { state in
            state.counts[call, default: 0] += 1
            state.calls.append(call)
            return (state.counts[call, default: 0] - 1, state.isDead)
        }
        call.count = count
        if isDead { try await hang() }
        switch decide(call) {
        case nil: return try effect()
        case .transient(let afterEffect):
            if afterEffect { _ = try effect() }
            throw DeploydError(.unavailable, "\(step) of \(version) did not answer")
        case .defect: throw DeploydError(.internal, "\(step) of \(version) met a defect")
        case .verdict: throw DeploydError(.invalid, "\(step) of \(version) says no")
        case .hang: try await hang()
        case .crash(let afterEffect):
            if afterEffect { _ = try effect() }
            state.withLock { $0.isDead = true }
            onCrash()
            try await hang()
        }
        return try effect()
    }

    private func hang() async throws {
        state.withLock { $0.hanging += 1 }
        defer { state.withLock { $0.hanging -= 1 } }
        while true { try await Task.sleep(for: .seconds(3600)) }
    }
}
