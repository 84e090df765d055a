"""An installation with thousands of instances, none of which runs: no machine of a benchmark has so many processes."""

import os
import subprocess
import time

from .process import cpu_seconds, memory_mb, rest

#: Applications, and targets that each of them has: 5,000 instances.
APPLICATIONS, TARGETS = 100, 50
IDLE_SECONDS = 20


def write_world(directory, targets):
    """A world of this host with targets in an environment `wide`, and one in `narrow`. It is what nothing runs in."""
    os.makedirs(f"{directory}/worlds", exist_ok=True)
    lines = ["world: here", "trusted: true", "capabilities: { deploy:process: {}, local: {} }", "targets:"]
    lines += [f"  - {{ name: target-{number}, environment: wide }}" for number in range(targets)]
    lines += ["  - { name: single, environment: narrow }"]
    with open(f"{directory}/worlds/here.yaml", "w") as file:
        file.write("\n".join(lines) + "\n")


def fill(server):
    """Makes the applications by the API, which gives each an instance on every target."""
    for number in range(APPLICATIONS):
        server.declare(f"app-{number}", ["wide"])
    rest(server)


def milliseconds(body, times=5):
    """The median of how long `body` takes."""
    taken = []
    for _ in range(times):
        start = time.monotonic()
        body()
        taken.append((time.monotonic() - start) * 1000)
    return sorted(taken)[times // 2]


def idle(server):
    """Milliseconds of processor time in a second in which nobody asks for anything."""
    before = sum(cpu_seconds(server.pids()))
    time.sleep(IDLE_SECONDS)
    return (sum(cpu_seconds(server.pids())) - before) / IDLE_SECONDS * 1000


def look(server):
    """What a server costs that nobody asks for anything, and what its answers take."""
    # The credentials file is of another start, at another port.
    client = {
        **server.environment, "DEPLOYD_SERVER": f"http://127.0.0.1:{server.port}",
        "DEPLOYD_TOKEN": server.headers()[0].rpartition(" ")[2]}
    result = {"idle_cpu_ms": idle(server), **memory_mb(server.pids()), "restart": server.ready_milliseconds}
    result["applications_ms"] = milliseconds(lambda: server.ask("GET", "applications?limit=500"))
    result["instances_ms"] = milliseconds(lambda: server.ask("GET", "instances?limit=500"))
    result["status_ms"] = milliseconds(
        lambda: subprocess.run(
            [server.program, "status"], env=client, check=True, stdout=subprocess.DEVNULL))
    return {**result, "after_mb": memory_mb(server.pids())["rss_mb"]}


def line(result):
    return (
        f"{result['rss_mb']:>6.1f} MB  {result['idle_cpu_ms']:>6.1f} ms CPU a second  start {result['restart']:.0f} ms  "
        f"applications {result['applications_ms']:.0f} ms  instances {result['instances_ms']:.0f} ms  "
        f"status {result['status_ms']:.0f} ms  then {result['after_mb']:.1f} MB")
