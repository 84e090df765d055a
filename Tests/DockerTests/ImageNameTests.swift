import Core
import Docker
import Testing

struct ImageNameTests {
    @Test(arguments: [
        ("hello", "docker.io/library/hello", "registry-1.docker.io"),
        ("acme/hello", "docker.io/acme/hello", "registry-1.docker.io"),
        ("index.docker.io/acme/hello", "docker.io/acme/hello", "registry-1.docker.io"),
        ("docker.io/hello", "docker.io/library/hello", "registry-1.docker.io"),
        ("Registry.example.com/acme/a.b_c__d---e", "registry.example.com/acme/a.b_c__d---e", "registry.example.com"),
        ("localhost/hello", "localhost/hello", "localhost"),
        ("localhost:5000/a/b/c", "localhost:5000/a/b/c", "localhost:5000"),
        ("[::1]:5000/hello", "[::1]:5000/hello", "[::1]:5000"),
    ])
    func aNameInFull(text: String, full: String, host: String) throws {
        let name = try ImageName(text)
        #expect([name.description, name.host] == [full, host])
    }

    @Test(arguments: [
        "", "Hello", "hello:v1", "registry.example.com/hello:v1", "hello@sha256:aa", "a//b", "/a", "a/", "a..b", "a/.b",
        "registry.example.com:0/a", "registry.example.com:99999/a", "registry.example.com:+80/a", "user@host.example/a",
        "host.example?x/a", "-host.example/a", "host..example/a", "http://host.example/a", "a b", "a\r\nb", "[::1]x/a",
    ])
    func whatIsNone(text: String) {
        let error = #expect(throws: DeploydError.self) { try ImageName(text) }
        #expect(error?.code == .invalid)
    }

    @Test func tags() {
        let good = ["v1", "_", "2f1c", "v1.2.0-rc.1_x", String(repeating: "a", count: 128)]
        let bad = ["", ".a", "-a", "v1+build", "a/b", "a b", "ä", String(repeating: "a", count: 129)]
        #expect(
            (good.map(ImageTag.isValid), bad.map(ImageTag.isValid)) == (good.map { _ in true }, bad.map { _ in false }))
    }
}
