public import Core
import Docker
public import HTTPClient
public import Model
public import System

/// Images in registries of the OCI distribution API.
///
/// Whoever asks is found in the worlds where the image is to run, in the order of their names: what one says of the
/// registry, else the login of its `dockerConfig`; and at last what the server's own user is logged in as, by
/// `DOCKER_CONFIG` or `HOME`.
public struct RegistryImages: ImageRegistry {
    private static let fileLimit = 1 << 20

    private let client: RegistryClient
    private let environment: [String: String]
    private let runner: CommandRunner
    private let threads: BlockingThreads

    /// - Parameter environment: the server's, which programs that keep credentials are given.
    public init(
        client: HTTPClientSession, environment: [String: String], runner: CommandRunner, threads: BlockingThreads,
        clock: any WallClock
    ) {
        self.client = RegistryClient(session: client, clock: clock)
        self.environment = environment
        self.runner = runner
        self.threads = threads
    }

    public func resolve(_ image: String, tag: String, for worlds: [World]) async throws -> ImageReference? {
        let name = try ImageName(image)
        let options = try await options(for: name, worlds)
        guard let digest = try await client.digest(of: name, tag: tag, options) else { return nil }
        return ImageReference(name: "\(name)", digest: digest)
    }

    private func options(for image: ImageName, _ worlds: [World]) async throws -> RegistryOptions {
        let said = worlds.compactMap { $0.registries[image.registry] ?? $0.registries[image.host] }
        // Credentials are sent in plain text only where that world says so.
        if let chosen = said.first(where: { $0.credential != nil }), let login = chosen.credential {
            return RegistryOptions(
                credentials: .password(user: login.username, login.password), isInsecure: chosen.isInsecure)
        }
        return RegistryOptions(
            credentials: try await login(for: image, worlds), isInsecure: said.contains(where: \.isInsecure))
    }

    private func login(for image: ImageName, _ worlds: [World]) async throws -> RegistryCredentials? {
        for path in worlds.compactMap(\.dockerConfig) {
            if let found = try await login(for: image, in: path) { return found }
        }
        guard let path = ownConfig else { return nil }
        // Most servers' users are logged in nowhere.
        return try await login(for: image, in: path, mayLack: true)
    }

    private func login(
        for image: ImageName, in path: String, mayLack: Bool = false
    ) async throws -> RegistryCredentials? {
        let bytes: [UInt8]
        do {
            bytes = try await threads.run { try Files.read(path, limit: RegistryImages.fileLimit) }
        } catch {
            let error = DeploydError.wrapping(error, "it cannot be read")
            if mayLack, error.code == .notFound { return nil }
            throw DeploydError(.unauthenticated, "the docker configuration \(path): \(error.message)")
        }
        return try await DockerConfig(bytes, place: path).credentials(for: image, runner, environment: environment)
    }

    /// Of the server's own user.
    private var ownConfig: String? {
        let folder = environment["DOCKER_CONFIG"] ?? environment["HOME"].map { "\($0)/.docker" }
        return folder.flatMap { $0.hasPrefix("/") ? "\($0)/config.json" : nil }
    }
}
