/// A small service of python's standard library. Files of the commit say how it behaves.
struct TestService {
    enum Behaviour {
        /// The build prints an error and fails.
        case failsToBuild
        /// It prints two lines and exits with status 7.
        case exitsAtOnce
        /// `/healthz` answers 503, and it says so in its log.
        case isNeverHealthy
        /// Builds only once the file is gone; while it waits there is a file `PATH.waits`.
        case buildWaits(for: String)
        /// Listens only once the file is gone.
        case startWaits(for: String)
        /// SIGTERM does not end it.
        case ignoresSIGTERM
    }

    var version: String
    var name = "hello"
    var behaviour: [Behaviour] = []
    /// What of the declaration says where it listens.
    var ports = "port: 5000"
    var deadline = "120s"
    var drain = "5s"
    /// A program in python that is run before each version.
    var beforeDeploy: String?
    /// A variable that it prints when it starts.
    var prints: String?
    /// Further lines of `deployd.yaml`.
    var more = ""

    /// The whole commit.
    var files: [String: String] {
        var files = [
            "deployd.yaml": declaration, "hello.py": TestService.program, "build.py": TestService.build,
            "VERSION": version,
        ]
        files["prints"] = prints
        files["before.py"] = beforeDeploy
        for behaviour in behaviour {
            switch behaviour {
            case .failsToBuild: files["build-fails"] = ""
            case .exitsAtOnce: files["exits"] = ""
            case .isNeverHealthy: files["unhealthy"] = ""
            case .buildWaits(let path): files["build-waits"] = path
            case .startWaits(let path): files["start-waits"] = path
            case .ignoresSIGTERM: files["ignores-term"] = ""
            }
        }
        return files
    }

    private var declaration: String {
        """
        service: \(name)
        build: { command: [python3, build.py] }
        command: [python3, hello.py]
        \(ports)
        \(ports.isEmpty ? "" : "health: { path: /healthz, interval: 1s, timeout: 10s, deadline: \(deadline) }")
        drain: \(drain)
        \(beforeDeploy == nil ? "" : "beforeDeploy: [python3, before.py]")
        \(more)

        """
    }

    private static let build = """
        import os, sys, time

        print("building", open("VERSION").read(), flush=True)
        if os.path.exists("build-waits"):
            path = open("build-waits").read()
            open(path + ".waits", "w").close()
            while os.path.exists(path): time.sleep(0.01)
        if os.path.exists("build-fails"):
            print("hello.c:3: error: no such thing", file=sys.stderr, flush=True)
            sys.exit(3)

        """

    private static let program = """
        import json, os, signal, sys, threading, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        VERSION = open("VERSION").read()
        HEALTHY = not os.path.exists("unhealthy")

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 1
            # One write for a whole answer, so that one that is killed has not begun to answer.
            wbufsize = -1
            def do_GET(self):
                status, text = 404, "not found"
                if self.path == "/": status, text = 200, VERSION
                if self.path == "/pid": status, text = 200, str(os.getpid())
                if self.path == "/environment": status, text = 200, json.dumps(dict(os.environ))
                if self.path.startswith("/variable/"): status, text = 200, os.environ.get(self.path[10:], "")
                if self.path == "/slow":
                    gate = os.environ["GATE"]
                    open(gate + ".waits", "w").close()
                    while os.path.exists(gate): time.sleep(0.01)
                    status, text = 200, "slow " + VERSION
                if self.path == "/healthz":
                    status, text = (200, "ok") if HEALTHY else (503, "not healthy")
                    if not HEALTHY: print("health: the cache is cold", flush=True)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())
            def log_message(self, *arguments): pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            request_queue_size = 256
            # HAProxy resets connections that it does not need any more; hundreds of tracebacks are no log.
            def handle_error(self, *arguments):
                if not isinstance(sys.exc_info()[1], ConnectionError): super().handle_error(*arguments)

        print("hello", VERSION, "pid", os.getpid(), flush=True)
        if os.path.exists("prints"):
            name = open("prints").read()
            print(name, "is", os.environ.get(name), flush=True)
        if os.path.exists("exits"):
            print("cannot open the ledger", file=sys.stderr, flush=True)
            sys.exit(7)
        if os.path.exists("start-waits"):
            path = open("start-waits").read()
            while os.path.exists(path): time.sleep(0.01)
        stopping = threading.Event()
        signal.signal(
            signal.SIGTERM, signal.SIG_IGN if os.path.exists("ignores-term") else lambda *_: stopping.set())
        ports = [int(value) for name, value in os.environ.items() if name.startswith("PORT_")]
        servers = [Server(("127.0.0.1", port), Handler) for port in ports]
        for server in servers: threading.Thread(target=server.serve_forever).start()
        stopping.wait()
        for server in servers: server.shutdown()
        for server in servers: server.server_close()

        """
}
