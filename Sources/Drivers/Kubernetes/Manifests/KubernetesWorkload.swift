import Core
import Model

/// What a service is, as its objects are made from it.
struct KubernetesWorkload: Sendable, Equatable {
    let identity: InstanceIdentity
    let environment: String
    let world: String
    /// Opaque: any tag.
    let version: String
    /// The deployment's id.
    let deployment: String
    var namespace: String
    let spec: WorkloadSpec
    let settings: KubernetesSettings
    var apis = APIVersions.current
    /// Which Deployment is made.
    var track = Track.main
    /// Whose pods the Services give requests to: until it is healthy, another than what is made.
    var serving = Track.main
    /// Keyed into the names of Secrets, so that nobody guesses values by them. The same for an instance's life.
    var hashKey = Secret("")
    /// How long `beforeDeploy` may take.
    var beforeDeployLimit = Duration.seconds(15 * 60)
    /// The deployment that has started its pods anew as they were; nil: none.
    var restart: String?
    /// Of the service's folder of manifests.
    var manifests: [ManifestObject] = []
    /// Kinds of the whole cluster among those of the manifests that are not Kubernetes' own, as discovery has them.
    var clusterScoped: Set<ClusterScoped.Kind> = []

    /// What its objects are called, whatever the application is called now.
    var name: String { identity.application }
    var names: ObjectNames { ObjectNames(application: identity.application) }

    /// The port that requests without another one are for: `http`, else the only one.
    var primaryPort: String? {
        spec.ports["http"] != nil ? "http" : spec.ports.count == 1 ? spec.ports.keys.first : nil
    }

    /// Everything that its processes are given, the driver's over the service's own.
    var variables: [String: Secret] {
        spec.environment.merging(ProcessVariables.ports(spec.ports).mapValues(Secret.init)) { _, driver in driver }
    }
}
