/// What to do next for an instance, from what is recorded alone.
public enum Reconciliation: Sendable, Equatable {
    /// What is recorded is as it should be.
    case settled
    /// These waiting deployments are for a version that is no longer wanted, or stand twice.
    case supersede([String])
    /// Go on with this one, new or cut short by a restart.
    case run(String)
    /// Somebody asked for it to be stopped, started, restarted or destroyed.
    case change(Lifecycle.State)
    /// Nothing is under way for the desired version: begin.
    case begin(version: String)

    /// - Parameters:
    ///   - unfinished: the instance's `pending` and `running` deployments, oldest first.
    ///   - inputs: the digest that a deployment of `desired` would have now; nil when it cannot be planned.
    ///   - isRejected: somebody rejected `desired` after it was set; what was begun goes on.
    public static func next(
        for instance: Instance, unfinished: [Deployment], inputs: String?, isRejected: Bool = false
    ) -> Reconciliation {
        if let running = unfinished.first(where: { $0.status == .running }) {
            return .run(running.id)
        }
        let wanted = instance.wanted
        // The last of several for the wanted version is the one somebody asked for most recently.
        let chosen = unfinished.last { $0.version == wanted }
        let stale = unfinished.filter { $0.id != chosen?.id }
        guard stale.isEmpty else { return .supersede(stale.map(\.id)) }
        if let chosen { return .run(chosen.id) }
        if instance.lifecycle.state.isUnderWay { return .change(instance.lifecycle.state) }
        guard let wanted, instance.world != nil, wanted != instance.deployed || instance.isMixed, !isRejected
        else { return .settled }
        if let verdict = instance.verdict, verdict.version == wanted, inputs == nil || verdict.inputs == inputs {
            return .settled
        }
        return .begin(version: wanted)
    }
}
