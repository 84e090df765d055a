import Core
import Docker
import Glibc
import HTTPClient
import TestSupport
import Testing

let python = ["python3", "-u"]

/// The folder of scripts that tests use.
let testParts = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/scripts/test_parts"

func client() -> RegistryClient { RegistryClient(session: HTTPClientSession()) }

/// Puts an image without files into a registry, that is told from others by a text.
/// - Returns: its digest.
func push(_ text: String, as name: String) async throws -> String {
    let printed = try await ChildProcess.output(
        of: ["python3", "\(testParts)/image.py", "--env", "TEXT=\(text)", "--entrypoint", "/none", "--push", name])
    return String(printed.prefix { !$0.isNewline })
}

/// A server of tokens that docker-registry trusts.
final class TokenServer: Sendable {
    let url: String
    private let directory = TemporaryDirectory("tokens")
    private let process: ChildProcess

    init() async throws {
        let directory = directory
        try await ChildProcess.output(of: [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tokens.test",
            "-keyout",
            directory.appending("key.pem"), "-out", directory.appending("certificate.pem"),
        ])
        let port = try FreePort.find()
        url = "http://127.0.0.1:\(port)/token"
        process = try ChildProcess(
            [
                "/usr/bin/python3", "\(testParts)/tokens.py", "\(port)", directory.appending("key.pem"),
                directory.appending("certificate.pem"), directory.appending("log"),
            ], environment: ["PATH": "/usr/bin:/bin"], output: directory.appending("output"),
            errors: directory.appending("errors"))
        let url = url
        let isReady = await eventually(within: .seconds(30), every: .milliseconds(50)) {
            (try? await HTTPClientSession().send(HTTPClientRequest("GET", url)).status) == 200
        }
        guard isReady else {
            throw DeploydError(.internal, "no token server: \(TextFile.read(directory.appending("errors")))")
        }
        try TextFile.write("", to: directory.appending("log"))
    }

    /// The setting `auth` of a registry.
    var authentication: String {
        "{ token: { realm: \"\(url)\", service: registry.test, issuer: tokens.test, "
            + "rootcertbundle: \(directory.appending("certificate.pem")) } }"
    }

    /// `METHOD USER SCOPE` of each request so far.
    var requests: [String] {
        TextFile.read(directory.appending("log")).split(separator: "\n").map(String.init)
    }

    func stop() async {
        process.signal(SIGKILL)
        _ = await process.wait()
    }
}
