import Core
import Kubernetes
import TestSupport

extension ControlPlane {
    /// A connection with a token of that user, or without one by the admin's certificate.
    func connection(token user: String? = nil, namespace: String = "default") -> ClusterConnection {
        var credential = CredentialSource()
        if let user, let token = ControlPlane.tokens[user] {
            credential.authorization = .token(Secret(token))
        } else {
            credential.certificate = .file(path("admin.crt"))
            credential.key = .file(path("admin.key"))
        }
        return ClusterConnection(
            name: "the control plane", server: url, authorities: .file(path("ca.crt")), credential: credential,
            namespace: namespace)
    }
}
