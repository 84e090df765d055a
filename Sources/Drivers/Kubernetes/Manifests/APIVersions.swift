import Core
import Kubernetes

/// Which versions of the API objects are written in: the current ones where the cluster has them.
struct APIVersions: Sendable, Hashable {
    var ingress = "networking.k8s.io/v1"
    var autoscaler = "autoscaling/v2"
    var disruptionBudget = "policy/v1"
    /// Whether a container can be left alone for a while before it is told to end (`preStop.sleep`: 1.30).
    var canSleep = true
    /// Whether pods may say from which port on no privilege is needed (a safe sysctl since 1.22).
    var opensLowPorts = true

    static let current = APIVersions()

    /// What 1.20 has.
    static let oldest = APIVersions(
        ingress: "networking.k8s.io/v1", autoscaler: "autoscaling/v2beta2", disruptionBudget: "policy/v1beta1",
        canSleep: false, opensLowPorts: false)

    /// The versions that deployd can write, the current one first.
    private static let ingresses = ["networking.k8s.io/v1", "networking.k8s.io/v1beta1"]
    private static let autoscalers = ["autoscaling/v2", "autoscaling/v2beta2", "autoscaling/v1"]
    private static let disruptionBudgets = ["policy/v1", "policy/v1beta1"]

    /// What the cluster has. Discovery keeps what it has asked, so that this is cheap the next time.
    static func discovered(by client: KubernetesClient, _ version: ServerVersion) async throws -> APIVersions {
        APIVersions(
            ingress: try await first("Ingress", ingresses, client),
            autoscaler: try await first("HorizontalPodAutoscaler", autoscalers, client),
            disruptionBudget: try await first("PodDisruptionBudget", disruptionBudgets, client),
            canSleep: version.isAtLeast(1, 30), opensLowPorts: version.isAtLeast(1, 22))
    }

    /// - Returns: the current one where there is none: what asks for it says so then.
    private static func first(
        _ kind: String, _ versions: [String], _ client: KubernetesClient
    ) async throws -> String {
        for version in versions where try await client.discovery.serves(apiVersion: version, kind: kind) {
            return version
        }
        return versions[0]
    }
}
