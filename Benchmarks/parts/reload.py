"""Reading everything again, and what the server used meanwhile."""

import time

from .process import cpu_seconds, rest


class Reload:
    """The load of one round: a world and a definition are changed, and the server is told to read its files again."""

    def __init__(self, topology):
        self.topology = topology
        self.changes = 0

    def run(self, server, **_):
        """One reload, in milliseconds: from the order until it is in force, and the processor time for it."""
        self.changes += 1
        self.topology.change(self.changes)
        before = sum(cpu_seconds(server.pids()))
        start = time.monotonic()
        server.reload()
        seconds = time.monotonic() - start
        # What it does after it has answered belongs to it: deployd looks at every instance.
        rest(server)
        return {"ms": seconds * 1000, "cpu_ms": (sum(cpu_seconds(server.pids())) - before) * 1000}

    def line(self, result):
        return f"{result['ms']:>7.0f} ms  {result['cpu_ms']:>6.0f} ms CPU"
