"""wrk, and what the server used meanwhile."""

import json
import os
import subprocess

from .process import cpu_seconds, rest

RESULT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "result.lua")


class Wrk:
    def __init__(self, seconds, path="/hooks/github", script=None, connections=64, headers=(), refuses=False):
        """refuses: all is to be refused, and what is counted is refusals."""
        self.seconds, self.path, self.connections, self.refuses = seconds, path, connections, refuses
        self.headers = [word for header in headers for word in ("--header", header)]
        self.script = script or [RESULT]
        self.runs = 0

    def run(self, server, seconds=None):
        """One round. CPU is in microseconds per accepted request: the server's own, and with the commands it ran."""
        self.runs += 1
        before = cpu_seconds(server.pids())
        output = subprocess.run(
            ["wrk", "--threads", "2", "--connections", str(self.connections), "--duration", f"{seconds or self.seconds}s",
             "--timeout", "10s", *self.headers, "--script", self.script[0], f"http://127.0.0.1:{server.port}{self.path}", "--",
             str(server.port), str(self.runs), *self.script[1:]],
            check=True, capture_output=True, text=True).stdout
        result = json.loads(output.splitlines()[-1])
        accepted = result["requests"] - result["refused"]
        if self.refuses:
            accepted, result["refused"] = result["refused"], accepted
        if not accepted:
            raise RuntimeError(f"{server.name} answered none of {result['requests']} requests as it should")
        # What it does after its answers belongs to them.
        rest(server)
        own, waited = (after - start for after, start in zip(cpu_seconds(server.pids()), before))
        return {
            "rate": accepted / result["seconds"], "cpu_us": own / accepted * 1e6,
            "cpu_all_us": (own + waited) / accepted * 1e6, "p50_ms": result["p50_ms"], "p99_ms": result["p99_ms"],
            "refused": result["refused"], "broken": result["broken"],
        }

    def line(self, result):
        return (
            f"{result['rate']:>9.0f}/s  {result['cpu_us']:>7.1f} µs CPU  "
            f"p50 {result['p50_ms']:.2f} ms  p99 {result['p99_ms']:.2f} ms"
            + (f"  {result['refused']} {'accepted' if self.refuses else 'refused'}" if result["refused"] else "")
            + (f"  {result['broken']} broken" if result["broken"] else ""))
