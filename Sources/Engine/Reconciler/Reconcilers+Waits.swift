import Core
import Model

/// A deployment that waits for other instances.
struct InstanceWait: Sendable {
    let deployment: String
    /// By the clock that nobody sets.
    let since: Timestamp
    let others: Set<InstanceID>
}

extension Reconcilers {
    /// Notes what a deployment waits for, so that it is woken when something becomes of that.
    /// - Returns: since when it waits, and whether it was not known to wait for all of them.
    func waits(
        _ deployment: Deployment, for others: Set<InstanceID>, at moment: Timestamp
    ) -> (since: Timestamp, isNew: Bool) {
        let known = waits[deployment.instance].flatMap { $0.deployment == deployment.id ? $0 : nil }
        let since = known?.since ?? moment
        waits[deployment.instance] = InstanceWait(deployment: deployment.id, since: since, others: others)
        return (since, known.map { !others.isSubset(of: $0.others) } ?? true)
    }

    func stopsWaiting(_ instance: InstanceID) { waits[instance] = nil }

    /// Something became of an instance: whoever waits for it looks again.
    func wakeThose(waitingFor instance: InstanceID) async {
        for waiting in waits.filter({ $0.value.others.contains(instance) }).keys.sorted() {
            stopWatching(waiting)
            await wake(waiting)
        }
    }
}
