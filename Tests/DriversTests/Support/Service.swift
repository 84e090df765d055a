/// A small service of python's standard library, as commits of the test repository have it.
enum Service {
    /// Answers `/` with its version, `/healthz` with `HEALTH` (default 200) and `/environment` with its variables,
    /// and `/pid`.
    static func files(_ version: String) -> [String: String] { ["hello.py": program, "VERSION": version] }

    private static let program = """
        import os, signal, sys, threading
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        VERSION = open("VERSION").read().strip()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 1
            # One write for a whole answer, so that one that is killed has not begun to answer.
            wbufsize = -1
            def do_GET(self):
                status, text = 404, "not found"
                if self.path == "/": status, text = 200, VERSION
                if self.path == "/pid": status, text = 200, str(os.getpid())
                if self.path == "/healthz": status, text = int(os.environ.get("HEALTH", "200")), "health"
                if self.path == "/environment": status, text = 200, "\\n".join(sorted(os.environ))
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())
            def log_message(self, *arguments): pass

        class Server(ThreadingHTTPServer):
            daemon_threads = False
            request_queue_size = 128

        server = Server(("127.0.0.1", int(os.environ["PORT"])), Handler)
        signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
        print("version", VERSION, "with token", os.environ.get("TOKEN"), flush=True)
        server.serve_forever()
        server.server_close()
        """
}
