"""How soon deliveries are acknowledged while pushes that affect one instance, or thousands, are processed."""

import hashlib
import hmac
import http.client
import json
import os
import subprocess
import threading
import time

from . import hooks
from .process import cpu_seconds, memory_mb, rest
from .serving import git

TARGETS = 5000
#: Seconds between two pushes of the one that is measured, and between two others of which nothing comes.
PUSH_PAUSE, PAUSE = 0.5, 0.01
LIMIT = 120


class Sender:
    """Signed deliveries over one connection that is kept."""

    def __init__(self, port, repository):
        self.port, self.repository, self.count = port, repository, 0
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.times = []

    def send(self, value):
        """The delivery's id; how long the acknowledgement took is noted."""
        self.count += 1
        body = json.dumps(value).encode()
        signature = hmac.new(hooks.SECRET.encode(), body, hashlib.sha256).hexdigest()
        start = time.monotonic()
        self.connection.request("POST", "/hooks/github", body, {
            "Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Hook-ID": "1",
            "X-GitHub-Delivery": f"{self.repository}-{id(self):x}-{self.count}",
            "X-Hub-Signature-256": f"sha256={signature}"})
        response = self.connection.getresponse()
        answer = response.read()
        self.times.append((time.monotonic() - start) * 1000)
        if response.status != 202:
            raise RuntimeError(f"a delivery was answered {response.status}: {answer[:200]!r}")
        return json.loads(answer)["delivery"]


class Others(threading.Thread):
    """Deliveries of which nothing comes, one after the other."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.sender, self.ended, self.failure = Sender(port, hooks.REPOSITORY), threading.Event(), None
        self.value = hooks.payload()

    def run(self):
        try:
            while not self.ended.wait(PAUSE):
                self.sender.send(self.value)
        except Exception as error:  # pylint: disable=broad-except
            self.failure = error


class Repository:
    """A service that goes to one environment, and whose commits are made without a working copy."""

    def __init__(self, server, name, environment):
        self.server, self.name, self.count = server, name, 0
        self.bare = f"{server.directory}/{name}.git"
        git("init", "--quiet", "--bare", "--initial-branch=main", self.bare, directory=server.directory)
        self.file = (
            f"service: {name}\ncommand: [/bin/true]\nenvironmentSets: []\nenvironments: [{environment}]\n"
            f"triggers: [{{ branch: main, environment: {environment} }}]\n")
        subprocess.run(
            [server.program, "repo", "add", f"acme/{name}", f"file://{self.bare}", "--provider", "github",
             "--secret-file", "-"], input=hooks.SECRET, text=True, env=server.environment, check=True,
            stdout=subprocess.DEVNULL)
        self.before = "0" * 40
        self.sender = Sender(server.port, name)

    def push(self):
        """Returns when what was pushed is set on every instance; the seconds that took."""
        self.count += 1
        place = f"{self.server.directory}/{self.name}.yaml"
        with open(place, "w") as file:
            file.write(f"# {self.count}\n{self.file}")
        blob = git("hash-object", "-w", place, directory=self.bare)
        tree = subprocess.run(
            ["git", "mktree"], cwd=self.bare, input=f"100644 blob {blob}\tdeployd.yaml\n", text=True, check=True,
            capture_output=True).stdout.strip()
        after = git("commit-tree", tree, "-m", f"{self.count}", directory=self.bare)
        git("update-ref", "refs/heads/main", after, directory=self.bare)
        start = time.monotonic()
        delivery = self.sender.send({
            "ref": "refs/heads/main", "before": self.before, "after": after, "deleted": False,
            "repository": {"id": 1, "name": self.name, "full_name": f"acme/{self.name}", "owner": {"login": "acme"}},
            "pusher": {"name": "ada"}, "sender": {"login": "ada"},
        })
        self.before = after
        while time.monotonic() < start + LIMIT:
            seen = self.server.ask("GET", f"deliveries/{delivery}")
            if seen["status"] not in ("accepted", "processing"):
                if seen["status"] != "processed":
                    raise RuntimeError(f"the push was {seen['status']}: {seen['reason']}")
                return time.monotonic() - start
            time.sleep(0.02)
        raise RuntimeError("the push is not processed")


def stop_all(server, application, targets):
    """Nothing is started on what is stopped; which version it should have is recorded all the same."""
    for target in targets:
        server.ask("POST", f"applications/{application}/targets/{target}/stop")
    rest(server, limit=60)


def measure(server, repository, seconds):
    """Acknowledgements of the pushes and of the others meanwhile."""
    before = sum(cpu_seconds(server.pids()))
    repository.sender.times = []
    others = Others(server.port)
    others.start()
    processed = []
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(processed) < 3:
        processed.append(repository.push())
        time.sleep(PUSH_PAUSE)
    others.ended.set()
    others.join()
    if others.failure:
        raise others.failure
    times = sorted(others.sender.times + repository.sender.times)
    rest(server)
    return {
        "p50_ms": times[len(times) // 2], "p99_ms": times[len(times) * 99 // 100], "worst_ms": times[-1],
        "processed_ms": sorted(processed)[len(processed) // 2] * 1000, "count": len(times),
        "cpu_ms": (sum(cpu_seconds(server.pids())) - before) / len(processed) * 1000, **memory_mb(server.pids()),
    }


def line(result):
    return (
        f"{result['count']} acknowledged: p50 {result['p50_ms']:.2f} ms  p99 {result['p99_ms']:.2f} ms  worst "
        f"{result['worst_ms']:.1f} ms; a push is processed after {result['processed_ms']:.0f} ms")
