"""Answers / with its version and /healthz with ok; finishes what it began when it is told to stop."""

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = os.environ.get("VERSION", "unknown")
PORT = int(os.environ.get("PORT", "5000"))
# Beside deployd only the host's entrypoint calls; in a container calls come from outside of it.
ADDRESS = os.environ.get("ADDRESS", "127.0.0.1")


class Handler(BaseHTTPRequestHandler):
    # A connection on which nothing comes must not delay the end for ever.
    timeout = 5

    def do_GET(self):
        if self.path == "/":
            self.answer(200, f"hello from {VERSION}\n")
        elif self.path == "/healthz":
            self.answer(200, "ok\n")
        else:
            self.answer(404, "not found\n")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *arguments):
        print(self.address_string(), format % arguments, flush=True)


class Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 128


def main():
    server = Server((ADDRESS, PORT), Handler)
    # shutdown() waits for serve_forever(), which runs on this thread: so another one calls it.
    stop = lambda *_: threading.Thread(target=server.shutdown).start()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"version {VERSION} listens on port {PORT}", flush=True)
    server.serve_forever()
    server.server_close()
    print("stopped", flush=True)


if __name__ == "__main__":
    sys.exit(main())
