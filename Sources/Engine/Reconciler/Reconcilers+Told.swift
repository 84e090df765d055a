import Core
import Model

extension Reconcilers {
    /// Looks at an instance after a while; the last of several whiles counts.
    func look(at instance: InstanceID, after delay: Duration) {
        guard !isStopping else { return }
        alarms[instance]?.cancel()
        alarms[instance] = Task { [context] in
            guard (try? await context.clock.sleep(for: delay)) != nil else { return }
            rings(for: instance)
        }
    }

    private func rings(for instance: InstanceID) {
        alarms[instance] = nil
        told(of: instance)
    }

    func cancelAlarms() {
        alarms.values.forEach { $0.cancel() }
        alarms = [:]
    }
}
