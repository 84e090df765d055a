import Client
import Core
import System
import TestSupport
import Testing

/// Services that are images, with the built program and a real registry that wants a login.
@Suite(.serialized, .needsRegistry) struct ImageTests {
    private static let password = "hunter2"

    @Test func anImageIsFoundWhenItIsThere() async throws {
        let open = try await TestRegistry()
        let folder = TemporaryDirectory("htpasswd")
        try TextFile.write(
            "bob:$2b$04$DPDg6Mm83TqTJOPDQZAeveQuDvXwZvC9xhxrczW8KYgZgKBnA9.ii\n", to: folder.appending("users"))
        let closed = try await TestRegistry(
            over: open, authentication: "{ htpasswd: { realm: test, path: \(folder.appending("users")) } }")
        let setUp = { (server: ServerFolder) in
            try server.write(Self.password, to: "worlds/password")
            try server.write(
                """
                world: local
                trusted: true
                capabilities: { deploy:process: {} }
                registries: { "\(closed.host)": { username: bob, password: "${file:password}" } }
                targets: [{ environment: local }]
                ---
                environmentSet: default
                environments: [local]
                """, to: "worlds/here.yaml")
        }
        do {
            try await withServer(setUp) { try await follow($0, open, image: "\(closed.host)/acme/hello") }
        } catch {
            await open.stop()
            await closed.stop()
            throw error
        }
        await open.stop()
        await closed.stop()
    }

    private func follow(_ server: RunningServer, _ open: TestRegistry, image: String) async throws {
        let project = try await Project(server)
        let file = "service: hello\nport: 5000\nimage: \(image)\n"
        let version = try await project.repository.push(["deployd.yaml": file])
        let delivery = try await project.announce(version)
        try await server.expect("the push to wait for its image") {
            try await server.api.delivery(delivery).reason?.hasPrefix("waits for \(image):\(version) (not there")
                == true
        }
        let shown = try await server.command("get", "deliveries")
        #expect(shown.text.contains("waits for \(image):\(version)"), "\(shown.text)\(shown.errorText)")
        try await server.kill()
        try await server.start()

        let digest = try await push(version, version, open)
        #expect(try await project.processed(delivery).status == .processed)
        let again = try await push("again", version, open)
        _ = try await server.command("redeliver", delivery)
        try await server.expect("the tag to be seen elsewhere") {
            try await server.api.releases("hello").items.first?.image?.movedTo == again
        }
        let release = try await server.api.releases("hello").items.first?.image
        #expect(release == .init(name: image, digest: digest, movedTo: again) && digest != again)
        let list = try await server.command("get", "releases", "--application", "hello")
        #expect(list.text.contains(digest), "\(list.text)\(list.errorText)")
        #expect(try await project.events().contains { $0.type == "release.imageMoved" && $0.after == again })
        #expect(!server.log.contains(Self.password) && !server.log.contains("Ym9i"))
    }

    /// - Returns: the image's digest.
    private func push(_ text: String, _ tag: String, _ registry: TestRegistry) async throws -> String {
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let printed = try await ChildProcess.output(
            of: [
                "python3", "\(root)/scripts/test_parts/image.py", "--env", "TEXT=\(text)", "--entrypoint", "/none",
                "--push",
                "\(registry.host)/acme/hello:\(tag)",
            ])
        return String(printed.prefix { !$0.isNewline })
    }
}
