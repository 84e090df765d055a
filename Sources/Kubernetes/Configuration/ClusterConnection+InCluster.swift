public import Core
import System

extension ClusterConnection {
    /// Where Kubernetes puts a pod's service account.
    public static let serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// Whether this process seems to run in a pod.
    public static func isInCluster(environment: [String: String]) -> Bool {
        environment["KUBERNETES_SERVICE_HOST"]?.isEmpty == false
    }

    /// The cluster that this process runs in, as its pod's service account. Blocks: to be called by way of
    /// `BlockingThreads`.
    ///
    /// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/
    /// - Throws: `DeploydError` that says what a pod would have.
    public static func inCluster(
        environment: [String: String], directory: String = serviceAccountDirectory
    ) throws(DeploydError) -> ClusterConnection {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"].flatMap({ UInt16($0) })
        else {
            throw DeploydError(
                .notFound,
                "deployd does not run in a pod (KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set): "
                    + "name a kubeconfig")
        }
        do throws(DeploydError) {
            let namespace = String(
                decoding: try Files.read("\(directory)/namespace", limit: 4096), as: UTF8.self)
            // Looked at now, so that what is missing is told at once; read again with each use.
            _ = try Files.read("\(directory)/token", limit: CredentialLoader.fileLimit)
            _ = try Files.read("\(directory)/ca.crt", limit: CredentialLoader.fileLimit)
            return ClusterConnection(
                name: "the cluster that deployd runs in",
                server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
                authorities: .file("\(directory)/ca.crt"),
                credential: CredentialSource(authorization: .tokenFile("\(directory)/token")),
                namespace: namespace.isEmpty ? "default" : namespace.filter { !$0.isWhitespace })
        } catch {
            throw DeploydError(
                error.code,
                "the pod's service account cannot be used (\(error.message)): is "
                    + "automountServiceAccountToken false?", metadata: error.metadata)
        }
    }
}
