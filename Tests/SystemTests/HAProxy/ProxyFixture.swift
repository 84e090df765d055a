import Core
import Glibc
import TestSupport
import Testing

@testable import System

/// A HAProxy of its own, under a path longer than a socket's may be.
final class ProxyFixture: Sendable {
    let temporary = TemporaryDirectory("haproxy")
    let runner: CommandRunner
    let threads = BlockingThreads(maximumThreads: 32)

    init() throws { runner = try CommandRunner() }

    var directory: String { temporary.appending(String(repeating: "long-name/", count: 12) + "haproxy") }

    /// As after a restart of deployd: it knows nothing but the directory.
    func proxy() -> HAProxy { HAProxy(directory: directory, runner: runner, threads: threads) }

    /// Runs `body` and ends HAProxy whatever comes of it.
    func running(_ body: (HAProxy) async throws -> Void) async throws {
        let result: Result<Void, any Error>
        do {
            try await body(proxy())
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await proxy().stop()
        try result.get()
    }

    /// A port that nothing listens on now.
    static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
            }
        }
        try #require(bound)
        return Int(UInt16(bigEndian: address.sin_port))
    }

    static func freeAddress() throws -> ProxyAddress {
        try #require(ProxyAddress(host: "127.0.0.1", port: try freePort()))
    }

    /// The body of one answer; nil when the request failed.
    func get(_ address: ProxyAddress, _ path: String = "/") async throws -> String? {
        let command = Command(
            "curl", ["-s", "-m", "30", "http://\(address)\(path)"], environment: ["PATH": "/usr/bin:/bin"])
        let result = try await runner.run(command, deadline: .seconds(60), outputLimit: 1 << 20)
        return result.succeeded ? result.text : nil
    }

    /// Sends GETs and POSTs over connections that are kept, from 8 threads, until the file `end` is there; it never
    /// repeats one.
    /// - Returns: how many there were, and the failures.
    /// - Parameter host: what they ask for; nil: the address.
    func load(_ address: ProxyAddress, host: String? = nil, until end: String) async throws -> (
        done: Int, failures: String, bodies: Set<String>
    ) {
        let command = Command(
            "python3", ["-c", ProxyFixture.loader, "\(address.port)", end, host ?? "\(address)"],
            environment: ["PATH": "/usr/bin"])
        let result = try await runner.run(command, deadline: .seconds(240), outputLimit: 1 << 20)
        try #require(result.succeeded, "\(result.errorText)")
        let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
        return (Int(lines[0]) ?? 0, String(lines[1]), Set(lines[2].split(separator: " ").map(String.init)))
    }

    private static let loader = """
        import http.client, itertools, os, sys, threading, collections
        port, end, host = int(sys.argv[1]), sys.argv[2], {"Host": sys.argv[3]}
        done, failures, bodies, lock = [0], collections.Counter(), set(), threading.Lock()
        def work():
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            for number in itertools.count():
                if os.path.exists(end): return
                try:
                    if number % 4 == 3: connection.request("POST", "/post", body=b"x" * 3000, headers=host)
                    else: connection.request("GET", "/get", headers=host)
                    answer = connection.getresponse()
                    body = answer.read().decode()
                    with lock:
                        done[0] += 1
                        if answer.status == 200: bodies.add(body)
                        else: failures[str(answer.status)] += 1
                except Exception as error:
                    with lock: failures[repr(error)] += 1
                    connection.close()
        threads = [threading.Thread(target=work) for _ in range(8)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print(done[0])
        print(dict(failures) or "")
        print(" ".join(sorted(bodies)))
        """
}

/// A small HTTP server that answers with its name; `/slow` once `/release` was asked for, or after a minute.
final class Backend: Sendable {
    let address: ProxyAddress
    private let process: DetachedProcess
    var pid: Int32 { process.pid }

    init(_ name: String, _ runner: CommandRunner) async throws {
        let address = try ProxyFixture.freeAddress()
        self.address = address
        process = try await runner.spawnDetached(
            Command(
                "python3", ["-c", Backend.server, "\(address.port)", name], environment: ["PATH": "/usr/bin:/bin"]))
        try #require(await eventually { ProxyProbe.accepts(address) })
    }

    func signal(_ number: Int32) { kill(process.pid, number) }

    func stop() { signal(SIGKILL) }

    deinit { stop() }

    private static let server = """
        import http.server, sys, threading
        released = threading.Event()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            def answer(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == "/slow": released.wait(60)
                if self.path == "/release": released.set()
                body = (self.headers["X-Forwarded-For"] if self.path == "/from" else sys.argv[2]).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            do_GET = do_POST = answer
            def log_message(self, *arguments): pass
        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True
        Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
        """
}
