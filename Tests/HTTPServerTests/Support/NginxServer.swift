import Core
import Glibc
import TestSupport

@testable import HTTPServer

/// Debian's nginx as a second opinion on what a request is: it reads each wholly before it hands it on to itself, and
/// answers 200 for all that it understood.
final class NginxServer {
    static let program = "/usr/sbin/nginx"
    static var isInstalled: Bool { access(program, X_OK) == 0 }

    let address: BoundAddress
    private let folder: TemporaryDirectory
    private let process: ChildProcess

    init() async throws {
        folder = TemporaryDirectory("nginx")
        let port = try FreePort.find()
        address = BoundAddress(host: "127.0.0.1", port: port)
        let file = folder.appending("nginx.conf")
        try NginxServer.write(NginxServer.configuration(folder: folder.path, port: port), to: file)
        process = try ChildProcess(
            [NginxServer.program, "-p", folder.path, "-e", folder.appending("error.log"), "-c", file],
            environment: ["PATH": "/usr/bin"], output: folder.appending("output"), errors: folder.appending("output"))
        let address = address
        let process = process
        let isUp = await eventually { (try? RawClient(address)) != nil || process.exit != nil }
        guard isUp, process.exit == nil else { throw DeploydError(.unavailable, "nginx does not start") }
    }

    deinit { process.signal(SIGTERM) }

    private static func configuration(folder: String, port: Int) -> String {
        let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder)/\($0);" }
        return """
            daemon off; master_process off; pid \(folder)/pid;
            events { worker_connections 4000; }
            http {
                access_log off; \(places.joined(separator: " "))
                server {
                    listen 127.0.0.1:\(port);
                    client_max_body_size 1m;
                    location / { proxy_pass http://unix:\(folder)/behind; proxy_ignore_client_abort on; }
                }
                server { listen unix:\(folder)/behind; location / { return 200; } }
            }
            """
    }

    private static func write(_ text: String, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw DeploydError.system("write", errno: errno)
        }
    }
}
