import Core
import Glibc
import TestSupport
import Testing

@testable import System

/// git's own HTTP server (`git http-backend`) behind a few lines of Python, with a password.
///
/// Paths: `/git/NAME` serves, `/old/NAME` as servers without protocol version 2 do, `/status/503/…` answers so, `/hang`
/// never answers, `/away` leads to `localhost`, another name of this server.
final class GitServer: Sendable {
    static let username = "bob"
    static let password = "p@ss'\"$(id)`w\\ #;=%41é"

    let port: Int
    private let directory: TemporaryDirectory
    private let process: DetachedProcess

    /// - Parameter root: holds the repositories.
    init(root: String, runner: CommandRunner) async throws {
        let directory = TemporaryDirectory("gitserver")
        let port = try ProxyFixture.freePort()
        (self.directory, self.port) = (directory, port)
        try Files.write(
            Array("\(GitServer.username):\(GitServer.password)".utf8), to: directory.appending("password"))
        process = try await runner.spawnDetached(
            Command(
                "python3", ["-c", GitServer.program, "\(port)", root, directory.path],
                environment: ["PATH": "/usr/bin:/bin", "HOME": root]))
        let address = try #require(ProxyAddress(host: "127.0.0.1", port: port))
        try #require(await eventually { ProxyProbe.accepts(address) })
    }

    deinit { kill(process.pid, SIGKILL) }

    func remote(_ path: String, password: String? = GitServer.password) throws -> GitRemote {
        GitRemote(
            url: try .parse("http://127.0.0.1:\(port)\(path)", allowLocal: true),
            credentials: try password.map { try GitCredentials(username: GitServer.username, password: Secret($0)) })
    }

    /// What the server noted: where else it saw the password while it served.
    var notes: String {
        String(decoding: (try? Files.read(directory.appending("notes"), limit: 1 << 20)) ?? [], as: UTF8.self)
    }

    private static let program = """
        import base64, http.server, os, subprocess, sys, time
        port, root, own = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        password = open(own + "/password", "rb").read()
        secret = password.split(b":", 1)[1]
        def note(text):
            with open(own + "/notes", "a") as file: file.write(text + "\\n")
        def look():
            for pid in filter(str.isdigit, os.listdir("/proc")):
                for name in ("cmdline", "environ"):
                    try:
                        if secret in open(f"/proc/{pid}/{name}", "rb").read(): note(f"{name} holds the password")
                    except OSError: pass
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True
            def answer(self, status, headers=(), body=b""):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path, _, query = self.path.partition("?")
                kind = path.split("/")[1]
                if kind == "hang": return time.sleep(600)
                if kind == "status": return self.answer(int(path.split("/")[2]))
                if kind == "away":
                    place = f"http://localhost:{port}/git/" + self.path.split("/", 2)[2]
                    return self.answer(302, [("Location", place)])
                given = self.headers.get("Authorization", "")
                if given != "Basic " + base64.b64encode(password).decode():
                    return self.answer(401, [("WWW-Authenticate", 'Basic realm="git"')])
                if self.headers["Host"].startswith("localhost"): note("the password went elsewhere")
                look()
                environment = {
                    "PATH": os.environ["PATH"], "HOME": root, "GIT_PROJECT_ROOT": root, "GIT_HTTP_EXPORT_ALL": "1",
                    "PATH_INFO": path[1 + len(kind):], "QUERY_STRING": query, "REQUEST_METHOD": self.command,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""), "REMOTE_USER": "bob",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", "") if kind == "git" else ""}
                output = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True).stdout
                head, _, content = output.partition(b"\\r\\n\\r\\n")
                fields = [line.decode().split(": ", 1) for line in head.split(b"\\r\\n")]
                status = next((int(value.split()[0]) for name, value in fields if name == "Status"), 200)
                self.answer(status, [field for field in fields if field[0] != "Status"], content)
            do_GET = do_POST = serve
            def log_message(self, *arguments): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
        """
}
