"""How soon /healthz answers, and what the server holds, while a crowd wants to keep everybody out."""

import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time

from .process import cpu_seconds, memory_mb

# Idle connections, heads of a byte a second, bodies that never come, bodies over the limit.
SIZES = (5000, 2000, 200, 8)
PAUSE = 0.02


def ask(port, connection=None):
    """Milliseconds to an answer, on a new connection unless one is given."""
    start = time.monotonic()
    client = connection or socket.create_connection(("127.0.0.1", port), 10)
    client.settimeout(10)
    client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = client.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"/healthz answered {answer[:40]!r}")
    if connection is None:
        client.close()
    return (time.monotonic() - start) * 1000


class Peak(threading.Thread):
    """The most that the server's memory came to."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.most, self.ended = server, 0.0, threading.Event()

    def run(self):
        while not self.ended.wait(0.2):
            self.most = max(self.most, memory_mb(self.server.pids())["rss_mb"])


def sample(server, seconds):
    times = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        times.append(ask(server.port))
        time.sleep(PAUSE)
    return times


def run(server, seconds):
    ask(server.port)
    before = server.memory()["rss_mb"]
    quiet = sample(server, 1)
    crowd = subprocess.Popen(
        [sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "crowd.py"), str(server.port),
         *(str(size) for size in SIZES)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        if crowd.stdout.readline() != "ready\n":
            raise RuntimeError("the crowd does not come together")
        peak = Peak(server)
        peak.start()
        start = cpu_seconds(server.pids())[0]
        times = sample(server, seconds)
        used = cpu_seconds(server.pids())[0] - start
        peak.ended.set()
        peak.join()
        crowd.stdin.close()
        counts = json.loads(crowd.stdout.readline() or "{}")
    finally:
        crowd.kill()
        crowd.wait()
    print(f"  {server.name:<8} {len(times)} asked while {sum(SIZES)} others are connected; they saw {counts}", flush=True)
    return {
        "quiet_ms": statistics.median(quiet), "p50_ms": statistics.median(times),
        "p99_ms": sorted(times)[int(len(times) * 0.99)], "worst_ms": max(times), "before_mb": before,
        "peak_mb": peak.most, "cpu_share": used / seconds,
    }
