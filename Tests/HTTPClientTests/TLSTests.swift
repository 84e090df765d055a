import Core
import Glibc
import HTTPClient
import TestSupport
import Testing

/// Against `openssl s_server`, which wants a client certificate and has one for `api.test` itself.
@Suite struct TLSTests {
    private let session = HTTPClientSession()

    @Test func provesBothSides() async throws {
        let peer = try await TLSPeer()
        let good = peer.tls
        let inMemory = HTTPClientTLS(
            authorities: .pem(try read(peer.path("ca.pem"))),
            clientCertificate: .pem(try read(peer.path("client.pem"))),
            clientKey: .pem(try read(peer.path("client.key"))), serverName: "api.test")
        var trusting = good
        (trusting.authorities, trusting.serverName, trusting.verifiesServer) = (nil, nil, false)
        for tls in [good, inMemory, trusting] {
            let response = try await session.send(HTTPClientRequest("GET", peer.url, tls: tls))
            #expect([response.status, response.text.contains("Client certificate") ? 1 : 0] == [200, 1])
        }
        var strange = good
        strange.authorities = nil
        var misnamed = good
        misnamed.serverName = "other.test"
        var unnamed = good
        unnamed.serverName = nil
        var anonymous = good
        (anonymous.clientCertificate, anonymous.clientKey) = (nil, nil)
        var broken = good
        broken.clientKey = .file(peer.path("none.key"))
        let cases: [(HTTPClientTLS, DeploydError.Code)] = [
            (strange, .unavailable), (misnamed, .unavailable), (unnamed, .unavailable), (anonymous, .unavailable),
            (broken, .invalid),
        ]
        for (tls, code) in cases {
            // A session of its own: no connection of another's is to be used again.
            let request = HTTPClientRequest("GET", peer.url, tls: tls)
            let error = await #expect(throws: DeploydError.self) { try await HTTPClientSession().send(request) }
            #expect(error?.code == code && error?.message.contains("127.0.0.1") == true, "\(String(describing: error))")
        }
        #expect(!"\(good)".contains("client.key"))
    }
}

final class TLSPeer: Sendable {
    private let directory = TemporaryDirectory("tls")
    private let process: pid_t
    let url: String

    init() async throws {
        try TLSPeer.makeCertificates(directory)
        process = try spawn(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", directory.appending("server.pem"), "-key",
                directory.appending("server.key"), "-CAfile", directory.appending("ca.pem"), "-Verify", "1",
                "-verify_return_error", "-www",
            ], output: directory.appending("output"))
        let output = directory.appending("output")
        func address() throws -> Substring? {
            let text = String(decoding: try read(output), as: UTF8.self)
            return text.split(separator: "\n").dropLast(text.hasSuffix("\n") ? 0 : 1)
                .first { $0.hasPrefix("ACCEPT ") }?.dropFirst("ACCEPT ".count)
        }
        try #require(await eventually { try address() != nil }, "openssl s_server did not start")
        url = "https://\(try #require(try address()))/"
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    /// What it asks of a client.
    var tls: HTTPClientTLS {
        HTTPClientTLS(
            authorities: .file(path("ca.pem")), clientCertificate: .file(path("client.pem")),
            clientKey: .file(path("client.key")), serverName: "api.test")
    }

    func path(_ name: String) -> String { directory.appending(name) }

    private static func makeCertificates(_ directory: TemporaryDirectory) throws {
        let new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        func path(_ name: String) -> String { directory.appending(name) }
        var commands = [["req", "-x509", "-subj", "/CN=ca", "-keyout", path("ca.key"), "-out", path("ca.pem")] + new]
        for name in ["server", "client"] {
            commands.append(
                ["req", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:api.test"]
                    + ["-keyout", path("\(name).key"), "-out", path("\(name).csr")] + new)
            commands.append([
                "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.pem"), "-CAkey", path("ca.key"),
                "-CAcreateserial", "-copy_extensions", "copy", "-out", path("\(name).pem"),
            ])
        }
        for command in commands {
            let process = try spawn(["openssl"] + command, output: path("log"))
            var status: Int32 = 0
            try #require(waitpid(process, &status, 0) == process && status == 0, "openssl \(command) failed")
        }
    }
}

/// Starts a program with nothing to read, whose output goes to a file.
private func spawn(_ words: [String], output: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var arguments = words.map { (word: String) in strdup(word) } + [nil]
    defer { arguments.forEach { free($0) } }
    var process = pid_t()
    let code = posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
    try #require(code == 0, "\(words[0]) cannot be run")
    return process
}
