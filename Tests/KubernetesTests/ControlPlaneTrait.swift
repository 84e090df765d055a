import Core
import Kubernetes
import TestSupport
import Testing

/// One API server for all tests of a suite.
struct ControlPlaneTrait: SuiteTrait, TestScoping {
    @TaskLocal static var current: ControlPlane?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let plane = try await ControlPlane()
        do {
            try await ControlPlaneTrait.$current.withValue(plane) { try await function() }
        } catch {
            await plane.stop()
            throw error
        }
        await plane.stop()
    }
}

extension Trait where Self == ControlPlaneTrait {
    static var controlPlane: ControlPlaneTrait { ControlPlaneTrait() }
}

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
