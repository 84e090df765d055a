import Core
import Glibc
import HTTPClient
import Kubernetes
import System
import TestSupport
import Testing

func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    try #require(file >= 0)
    defer { close(file) }
    try #require(Glibc.write(file, text, text.utf8.count) == text.utf8.count)
}

/// What a client is made of.
struct Parts {
    let session: HTTPClientSession
    let threads = BlockingThreads()
    let runner: CommandRunner

    init(session: HTTPClientSession = HTTPClientSession()) throws {
        self.session = session
        runner = try CommandRunner()
    }

    func client(
        _ connection: ClusterConnection, limits: ClientLimits = ClientLimits(), clock: any WallClock = SystemClock()
    ) -> KubernetesClient {
        KubernetesClient(
            connection, limits: limits, environment: ["PATH": "/usr/bin:/bin"], session: session, runner: runner,
            threads: threads, clock: clock)
    }

    /// A client of a server that a test writes.
    func client(_ server: RawServer, clock: any WallClock = SystemClock()) -> KubernetesClient {
        client(ClusterConnection(name: "the test", server: server.url), clock: clock)
    }
}

extension RawConnection {
    func answer(_ json: JSONValue, status: String = "200 OK", headers: [String] = []) {
        answer(json.text, status: status, headers: ["Content-Type: application/json"] + headers)
    }
}

let configMaps = ResourceType(
    group: "", version: "v1", kind: "ConfigMap", plural: "configmaps", isNamespaced: true)

func configMap(_ name: String, _ data: [String: String], namespace: String = "default") throws -> KubernetesObject {
    try #require(
        KubernetesObject([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": .object(data.mapValues(JSONValue.string)),
        ]))
}
