public import Core
public import System

extension DockerConfig {
    /// What is known for an image's registry; nil: nothing.
    /// - Parameters:
    ///   - runner: for programs that keep credentials.
    ///   - environment: the whole environment of these.
    /// - Throws: `.unauthenticated` when such a program fails.
    public func credentials(
        for image: ImageName, _ runner: CommandRunner, environment: [String: String]
    ) async throws(DeploydError) -> RegistryCredentials? {
        switch holder(for: image) {
        case nil: return nil
        case .file(let credentials): return credentials
        case .helper(let name, let server):
            let helper = CredentialHelper(name: name, server: server)
            if let found = try await helper.ask(runner, environment: environment) { return found }
            guard case .file(let credentials) = holder(for: image, leavingOut: true) else { return nil }
            return credentials
        }
    }
}
