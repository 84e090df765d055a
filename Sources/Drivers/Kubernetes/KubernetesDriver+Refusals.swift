import Core
import Kubernetes
public import Model

extension KubernetesDriver {
    public func refusals(for instance: InstanceIdentity, _ wish: WorkloadWish) async -> [String] {
        var refusals: [String] = []
        if wish.image == nil {
            refusals.append(
                "image: deploy:kubernetes runs images and builds none yet: name one in deployd.yaml "
                    + "(image: registry.example.com/acme/hello)")
        }
        for (name, entrypoint) in wish.entrypoints.sorted(by: { $0.key < $1.key })
        where wish.ports[entrypoint.port] == nil {
            refusals.append("entrypoints.\(name): the service has no port '\(entrypoint.port)'")
        }
        do {
            refusals += ManifestRefusals.refusals(for: instance, wish, try settings())
            let session = try await session()
            refusals += await session.permissions.problems(
                KubernetesDriver.needs(of: wish, try settings(), in: session.namespace))
            refusals += try await strangers(instance, wish, session)
        } catch {
            let error = DeploydError.wrapping(error, "looking at the cluster failed")
            // What is only on the way is waited for by the deployment itself.
            if !error.code.isTransient { refusals.append(error.message) }
        }
        return refusals
    }

    /// Objects of the names that the service takes, which are somebody else's.
    private func strangers(
        _ instance: InstanceIdentity, _ wish: WorkloadWish, _ session: ClusterSession
    ) async throws -> [String] {
        let applier = ObjectApplier(
            session: session, identity: instance, adopts: wish.kubernetes.adopts, recorded: [:], clock: parts.clock)
        let name = ObjectNames(application: instance.application).application
        let kinds = [("apps/v1", "Deployment")] + (wish.ports.isEmpty ? [] : [("v1", "Service")])
        var refusals: [String] = []
        for (apiVersion, kind) in kinds {
            let json: JSONValue = [
                "apiVersion": .string(apiVersion), "kind": .string(kind), "metadata": ["name": .string(name)],
            ]
            guard let object = KubernetesObject(json) else { continue }
            let type = try await session.client.discovery.type(apiVersion: apiVersion, kind: kind)
            do { _ = try await applier.standing(of: object, type) } catch let error as DeploydError
                where error.code == .conflict
            {
                refusals.append(error.message)
            }
        }
        return refusals
    }
}
