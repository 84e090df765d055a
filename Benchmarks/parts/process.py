"""What a process has used, as the kernel counts it."""

import os
import time

TICKS = os.sysconf("SC_CLK_TCK")


def _stat(pid):
    with open(f"/proc/{pid}/stat") as file:
        # The name may hold spaces and parentheses.
        return file.read().rpartition(")")[2].split()


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def cpu_seconds(pids):
    """User and system time of the processes themselves, and that of the children they have waited for."""
    own = waited = 0
    for pid in pids:
        user, system, child_user, child_system = (int(word) for word in _stat(pid)[11:15])
        own += user + system
        waited += child_user + child_system
    return own / TICKS, waited / TICKS


def memory_mb(pids):
    """Resident and proportional set size: PSS shares out what several processes map."""
    totals = {"Rss": 0, "Pss": 0}
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            for line in file:
                name, _, value = line.partition(":")
                if name in totals:
                    totals[name] += int(value.split()[0])
    return {"rss_mb": totals["Rss"] / 1024, "pss_mb": totals["Pss"] / 1024}


def peak_mb(pids):
    """The most that was ever resident."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/status") as file:
            total += next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))
    return {"peak_mb": total / 1024}


def rest(server, limit=10):
    """Waits until a server has nothing more to do, so that it takes nothing from the one measured next."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = cpu_seconds(server.pids())
        time.sleep(0.3)
        if cpu_seconds(server.pids()) == before:
            return
