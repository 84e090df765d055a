import Core
import Model

extension Reconcilers {
    /// Hands instances over to loops of their new names, once those of the old ones have ended: they find nothing there.
    func renamed(_ instances: [InstanceID], to application: String) async {
        for old in instances {
            await wake(old)
            await waitForEnd(of: old)
            await wake(InstanceID(application: application, target: old.target))
        }
    }
}
