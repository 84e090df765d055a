"""What a server holds for each client that follows its events."""

import socket
import time

from .process import memory_mb


def run(server, count, headers):
    """Kilobytes of memory for each of `count` streams, all of which are seen to get an event."""
    before = memory_mb(server.pids())["rss_mb"]
    lines = "".join(f"{header}\r\n" for header in headers)
    request = f"GET /api/v1/events/stream HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode()
    clients = []
    try:
        for _ in range(count):
            client = socket.create_connection(("127.0.0.1", server.port), 20)
            client.sendall(request)
            clients.append(client)
        for client in clients:
            if not client.recv(4096).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("a stream was not opened")
        time.sleep(2)
        after = memory_mb(server.pids())["rss_mb"]
        start = time.monotonic()
        server.declare("followed", ["local"])
        for client in clients:
            heard = b""
            while b"followed" not in heard:
                piece = client.recv(65536)
                if not piece:
                    raise RuntimeError("a stream ended")
                heard += piece
        seconds = time.monotonic() - start
    finally:
        for client in clients:
            client.close()
    return {"kb_each": (after - before) * 1024 / count, "heard_ms": seconds * 1000, "rss_mb": after}
