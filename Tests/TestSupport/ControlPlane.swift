import Core
import Glibc
import Synchronization

/// A real API server with its store, by itself without what acts on objects: Deployments make no pods, unless there is a
/// controller manager. No pod is ever run.
///
/// Its programs, etcd and kube-apiserver, are where `KUBEBUILDER_ASSETS` says, as setup-envtest has it.
public final class ControlPlane: Sendable {
    /// Where the programs are; nil when nobody says so.
    public static var assets: String? {
        guard let path = getenv("KUBEBUILDER_ASSETS").map({ String(cString: $0) }), !path.isEmpty,
            access("\(path)/kube-apiserver", X_OK) == 0
        else { return nil }
        return path
    }

    /// Bearer tokens, by user. `reader` may do nothing, everybody else everything.
    public static let tokens = ["admin": "admin-token", "reader": "reader-token", "renewing": "old-token"]

    public let port: Int
    public var url: String { "https://127.0.0.1:\(port)" }
    private let directory = TemporaryDirectory("control-plane")
    private let assets: String
    private let storePort: Int
    private let hasControllers: Bool
    private let processes = Mutex<(etcd: ChildProcess?, server: ChildProcess?, controllers: ChildProcess?)>(
        (nil, nil, nil))

    /// Returns when the server is ready.
    /// - Parameter hasControllers: Deployments make pods, which stay pending; namespaces that are deleted go.
    public init(hasControllers: Bool = false) async throws {
        guard let assets = ControlPlane.assets else {
            throw DeploydError(
                .notFound, "KUBEBUILDER_ASSETS does not name a folder with etcd and kube-apiserver")
        }
        self.assets = assets
        self.hasControllers = hasControllers
        port = try FreePort.find()
        storePort = try FreePort.find()
        try await makeKeys()
        let peerPort = try FreePort.find()
        let client = "http://127.0.0.1:\(storePort)"
        let peer = "http://127.0.0.1:\(peerPort)"
        let etcd = try start(
            "etcd",
            [
                "--name=default", "--data-dir=\(path("etcd"))", "--unsafe-no-fsync",
                "--listen-client-urls=\(client)",
                "--advertise-client-urls=\(client)", "--listen-peer-urls=\(peer)",
                "--initial-advertise-peer-urls=\(peer)", "--initial-cluster=default=\(peer)",
            ])
        processes.withLock { $0.etcd = etcd }
        try await startServer()
        if hasControllers { try startControllers() }
    }

    /// A file of the control plane's own: `ca.crt`, `admin.crt`, `admin.key`.
    public func path(_ name: String) -> String { directory.appending(name) }

    /// Starts the server again on the same port, with the same objects.
    /// - Parameter tokens: that it takes, by user.
    public func startServer(tokens: [String: String] = ControlPlane.tokens) async throws {
        let tokens = tokens.sorted { $0.key < $1.key }.map { user, token in
            "\(token),\(user),\(user)\(user == "reader" ? "" : ",system:masters")\n"
        }
        try ControlPlane.write(tokens.joined(), to: path("tokens.csv"))
        let server = try start(
            "kube-apiserver",
            [
                "--etcd-servers=http://127.0.0.1:\(storePort)", "--bind-address=127.0.0.1",
                "--secure-port=\(port)",
                "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                "--cert-dir=\(directory.path)",
                "--tls-cert-file=\(path("server.crt"))", "--tls-private-key-file=\(path("server.key"))",
                "--client-ca-file=\(path("ca.crt"))", "--token-auth-file=\(path("tokens.csv"))",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=\(path("accounts.key"))",
                "--service-account-signing-key-file=\(path("accounts.key"))",
                "--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=RBAC",
                "--allow-privileged=true",
                "--profiling=false",
            ] + (hasControllers ? [] : ["--disable-admission-plugins=ServiceAccount"]))
        processes.withLock { $0.server = server }
        let isReady = await eventually(every: .milliseconds(200)) {
            guard server.exit == nil else { return true }
            let admin = [
                "--cacert", path("ca.crt"), "--cert", path("admin.crt"), "--key", path("admin.key"),
            ]
            return (try? await run(["curl", "-sf", "--max-time", "5"] + admin + ["\(url)/readyz"])) != nil
        }
        guard isReady, server.exit == nil else {
            throw DeploydError(
                .internal,
                "kube-apiserver did not become ready: \(ControlPlane.end(of: path("kube-apiserver.log")))")
        }
    }

    private func startControllers() throws {
        let controllers = try start("kube-controller-manager", try controllerArguments())
        processes.withLock { $0.controllers = controllers }
    }

    /// Kills the server, as a power cut would.
    public func killServer() async {
        let server = processes.withLock { processes in
            defer { processes.server = nil }
            return processes.server
        }
        server?.signal(SIGKILL)
        _ = await server?.wait()
    }

    /// Ends everything.
    public func stop() async {
        await killServer()
        let left = processes.withLock { processes in
            defer { (processes.etcd, processes.controllers) = (nil, nil) }
            return [processes.etcd, processes.controllers].compactMap(\.self)
        }
        for process in left {
            process.signal(SIGKILL)
            _ = await process.wait()
        }
    }

    private func start(_ program: String, _ arguments: [String]) throws(DeploydError) -> ChildProcess {
        let log = path("\(program).log")
        return try ChildProcess(
            ["\(assets)/\(program)"] + arguments, environment: ["PATH": "/usr/bin:/bin"], output: log,
            errors: log)
    }

    private func makeKeys() async throws {
        let new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try await openssl(
            ["req", "-x509", "-subj", "/CN=ca", "-keyout", path("ca.key"), "-out", path("ca.crt")] + new)
        let subjects = [
            ("server", "/CN=kube-apiserver"), ("admin", "/O=system:masters/CN=certificate-admin"),
        ]
        for (name, subject) in subjects {
            try await openssl(
                [
                    "req", "-subj", subject, "-addext",
                    "subjectAltName=DNS:kubernetes,DNS:localhost,IP:127.0.0.1",
                ]
                    + ["-keyout", path("\(name).key"), "-out", path("\(name).csr")] + new)
            try await openssl([
                "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key"),
                "-CAcreateserial", "-copy_extensions", "copy", "-days", "30", "-out", path("\(name).crt"),
            ])
        }
        try await openssl([
            "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path("accounts.key"),
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        try await run(["openssl"] + arguments)
    }

    private func run(_ words: [String]) async throws {
        let log = path("commands.log")
        let process = try ChildProcess(
            ["/usr/bin/env"] + words, environment: ["PATH": "/usr/bin:/bin"], output: log, errors: log)
        guard await process.wait() == .exited(0) else {
            throw DeploydError(
                .internal, "\(words.joined(separator: " ")) failed: \(ControlPlane.end(of: log))")
        }
    }

    private static func write(_ text: String, to path: String) throws(DeploydError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("open \(path)", errno: errno) }
        defer { close(file) }
        guard Glibc.write(file, text, text.utf8.count) == text.utf8.count else {
            throw .system("write \(path)", errno: errno)
        }
    }

    private static func end(of path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        lseek(file, max(0, lseek(file, 0, SEEK_END) - 1000), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: 1000)
        return String(decoding: bytes.prefix(max(0, read(file, &bytes, bytes.count))), as: UTF8.self)
    }
}
