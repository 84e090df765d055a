import Core
import Docker
import HTTPClient
import TestSupport
import Testing

/// Against Debian's docker-registry.
@Suite(.needsRegistry)
struct RegistryTests {
    private func code(
        _ client: RegistryClient, _ image: String, _ credentials: RegistryCredentials? = nil
    ) async throws -> String {
        do {
            let found = try await client.digest(
                of: ImageName(image), tag: "v1", RegistryOptions(credentials: credentials))
            return found ?? "none"
        } catch let error as DeploydError {
            #expect(!"\(error) \(error.metadata)".contains("wonder land"))
            return error.code.rawValue
        }
    }

    @Test func tagsBecomeDigests() async throws {
        let registry = try await TestRegistry()
        let first = try await push("one", as: "\(registry.host)/acme/hello:v1")
        let name = try ImageName("\(registry.host)/acme/hello")
        let client = client()
        let found = [
            try await client.digest(of: name, tag: "v1", RegistryOptions()),
            try await client.digest(of: name, tag: "v2", RegistryOptions()),
            try await client.digest(of: ImageName("\(registry.host)/acme/other"), tag: "v1", RegistryOptions()),
        ]
        let second = try await push("two", as: "\(registry.host)/acme/hello:v1")
        let moved = try await client.digest(of: name, tag: "v1", RegistryOptions())
        #expect(found == [first, nil, nil] && moved == second && first != second)
        await registry.stop()
        #expect(try await code(client, "\(name)") == "unavailable")
    }

    @Test func basicAuthentication() async throws {
        let open = try await TestRegistry()
        let digest = try await push("one", as: "\(open.host)/acme/hello:v1")
        let folder = TemporaryDirectory("htpasswd")
        // hunter2, by bcrypt.
        try TextFile.write(
            "bob:$2b$04$DPDg6Mm83TqTJOPDQZAeveQuDvXwZvC9xhxrczW8KYgZgKBnA9.ii\n", to: folder.appending("users"))
        let registry = try await TestRegistry(
            over: open, authentication: "{ htpasswd: { realm: test, path: \(folder.appending("users")) } }")
        await open.stop()
        let image = "\(registry.host)/acme/hello"
        let client = client()
        let bob = RegistryCredentials.password(user: "bob", Secret("hunter2"))
        var found: [String] = []
        for credentials in [nil, bob, .password(user: "bob", Secret("wonder land")), bob, .identityToken(Secret("x"))] {
            found.append(try await code(client, image, credentials))
        }
        #expect(found == ["unauthenticated", digest, "unauthenticated", digest, "unauthenticated"])
        let error = await #expect(throws: DeploydError.self) {
            try await client.digest(of: ImageName(image), tag: "v1", RegistryOptions())
        }
        #expect(
            error?.message
                == "\(registry.host) shows \(image):v1 to nobody without a login, or has no such image (UNAUTHORIZED: "
                + "authentication required): give the world credentials for \(registry.host) (registries), or check the "
                + "name")
        await registry.stop()
    }

    @Test func tokensAreFetchedAndKept() async throws {
        let open = try await TestRegistry()
        let digest = try await push("one", as: "\(open.host)/acme/hello:v1")
        let free = try await push("two", as: "\(open.host)/public/hello:v1")
        let tokens = try await TokenServer()
        let registry = try await TestRegistry(over: open, authentication: tokens.authentication)
        await open.stop()
        let client = client()
        let (own, common) = ("\(registry.host)/acme/hello", "\(registry.host)/public/hello")
        let alice = RegistryCredentials.password(user: "alice", Secret("wonder land"))
        var found: [String] = []
        for (image, credentials) in [
            (own, nil), (common, nil), (common, nil), (own, alice), (own, alice),
            (own, RegistryCredentials.identityToken(Secret("refresh-alice"))),
            (own, .password(user: "alice", Secret("other"))), ("\(registry.host)/acme/none", alice),
        ] {
            found.append(try await code(client, image, credentials))
        }
        #expect(
            found == ["unauthenticated", free, free, digest, digest, digest, "unauthenticated", "none"])
        let scope = { (name: String) in "repository:\(name):pull" }
        // HEAD and GET each ask again where the token does not help.
        #expect(
            tokens.requests == [
                "GET - \(scope("acme/hello"))", "GET - \(scope("acme/hello"))", "GET - \(scope("public/hello"))",
                "GET alice \(scope("acme/hello"))", "POST alice \(scope("acme/hello"))",
                "GET alice \(scope("acme/hello"))", "GET alice \(scope("acme/none"))",
            ])
        await registry.stop()
        await tokens.stop()
    }
}
