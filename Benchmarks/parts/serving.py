"""From the 202 of a signed push to a process that serves it, beside what a script would do for the same commit."""

import hashlib
import hmac
import http.client
import json
import os
import shlex
import shutil
import signal
import subprocess
import time

from .process import cpu_seconds, memory_mb
from .servers import PYTHON, free_port

PARTS = os.path.dirname(os.path.abspath(__file__))
NAME = "acme/served"
SECRET = "It's a Secret to Everybody"
PAUSE = 0.002
#: Seconds that a version may take to serve.
LIMIT = 60
FILES = 100
#: How often deployd looks at a service whose file says this; a new one it looks at sooner.
INTERVAL = 1.0

SERVICE = f"""\
service: served
command: [{PYTHON}, -I, -S, service.py]
port: 5000
health: {{ path: /, interval: {INTERVAL:.0f}s }}
drain: 1s
"""


def git(*arguments, directory):
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", *arguments], cwd=directory, check=True,
        env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout.strip()


class Repository:
    """A bare repository of a service with a hundred files, and a working copy."""

    def __init__(self, directory):
        self.bare, self.work = f"{directory}/served.git", f"{directory}/work"
        git("init", "--quiet", "--bare", "--initial-branch=main", self.bare, directory=directory)
        os.makedirs(f"{self.work}/files")
        shutil.copy(f"{PARTS}/service.py", self.work)
        for number in range(FILES):
            with open(f"{self.work}/files/{number}.txt", "w") as file:
                file.write(f"line {number}\n" * 400)
        with open(f"{self.work}/deployd.yaml", "w") as file:
            file.write(SERVICE)
        git("init", "--quiet", "--initial-branch=main", directory=self.work)
        git("remote", "add", "origin", self.bare, directory=self.work)
        self.before, self.count = "0" * 40, 0

    def push(self):
        """A new version. Returns its name in the answers, and the body of the webhook for it."""
        self.count += 1
        version = f"version-{self.count}"
        with open(f"{self.work}/version", "w") as file:
            file.write(version)
        git("add", "--all", directory=self.work)
        git("commit", "--quiet", "--message", version, directory=self.work)
        git("push", "--quiet", "origin", "main", directory=self.work)
        after = git("rev-parse", "HEAD", directory=self.work)
        body = {
            "ref": "refs/heads/main", "before": self.before, "after": after, "deleted": False,
            "repository": {"id": 1, "name": "served", "full_name": NAME, "owner": {"login": "acme"}},
            "pusher": {"name": "ada"}, "sender": {"login": "ada"},
        }
        self.before = after
        return version, json.dumps(body).encode()


def answer(port):
    """The version that answers and since when its process listens; nil when nothing does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        response = connection.getresponse()
        words = response.read().decode().split()
        return (words[0], float(words[1])) if response.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def wait_until_served(version, port, start):
    """Milliseconds until a client is answered by a version, and until its process listened."""
    while time.monotonic() < start + LIMIT:
        seen = answer(port)
        if seen and seen[0] == version:
            return (time.monotonic() - start) * 1000, (seen[1] - start) * 1000
        time.sleep(PAUSE)
    raise RuntimeError(f"{version} does not answer on port {port}")


class Pushed:
    """deployd: the webhook is sent, and what follows is its work."""

    name = "deployd"

    def __init__(self, server, repository, name=NAME):
        self.server, self.port = server, None
        subprocess.run(
            [server.program, "repo", "add", name, f"file://{repository.bare}", "--provider", "github", "--secret-file",
             "-"], input=SECRET, text=True, env=server.environment, check=True, stdout=subprocess.DEVNULL)

    def pids(self):
        return self.server.pids()

    def deploy(self, version, body):
        before = sum(cpu_seconds(self.server.pids()))
        start = self.deliver(body)
        if self.port is None:
            self.port = self.find_port()
        ms, listening = wait_until_served(version, self.port, start)
        self.wait_for_end()
        cpu = (sum(cpu_seconds(self.server.pids())) - before) * 1000
        return {"ms": ms, "listening_ms": listening, "cpu_ms": cpu, **memory_mb(self.server.pids())}

    def deliver(self, body):
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        connection.request("POST", "/hooks/github", body, {
            "Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Hook-ID": "1",
            "X-GitHub-Delivery": signature[:32], "X-Hub-Signature-256": f"sha256={signature}"})
        response = connection.getresponse()
        start = time.monotonic()
        response.read()
        connection.close()
        if response.status != 202:
            raise RuntimeError(f"the push was answered {response.status}")
        return start

    def find_port(self):
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            targets = self.server.ask("GET", "applications?limit=1")["items"]
            for target in (targets[0]["targets"] if targets else {}).values():
                if target["entrypoints"]:
                    return int(target["entrypoints"]["web"]["url"].rpartition(":")[2].strip("/"))
            time.sleep(0.05)
        raise RuntimeError("the service has no entrypoint")

    def wait_for_end(self):
        """Until the version before is gone too."""
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            newest = self.server.ask("GET", "deployments?limit=1")["items"][0]
            if newest["status"] == "succeeded":
                return
            if newest["status"] not in ("pending", "running"):
                raise RuntimeError(f"the deployment ended {newest['status']}: {newest['reason']}")
            time.sleep(0.05)
        raise RuntimeError("the deployment does not end")

    def end(self):
        """What it runs outlives it."""
        self.server.ask("DELETE", "applications/served/targets/local")


class Script:
    """git, tar and exec, in a shell."""

    name = "script"

    def __init__(self, directory, repository):
        self.directory, self.mirror, self.process = directory, f"{directory}/script.git", None
        self.url = f"file://{repository.bare}"
        git("init", "--quiet", "--bare", self.mirror, directory=directory)

    def pids(self):
        return [self.process.pid]

    def deploy(self, version, _):
        previous, port = self.process, free_port()
        place = f"{self.directory}/{version}"
        os.mkdir(place)
        mirror = f"git --git-dir={shlex.quote(self.mirror)}"
        script = (
            f"{mirror} fetch --quiet --depth=1 {shlex.quote(self.url)} main && "
            f"{mirror} archive FETCH_HEAD | tar x -C {shlex.quote(place)} && cd {shlex.quote(place)} && "
            f"exec {PYTHON} -I -S service.py")
        start = time.monotonic()
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", script], env={**os.environ, "PORT": str(port)}, stdin=subprocess.DEVNULL)
        ms, listening = wait_until_served(version, port, start)
        cpu = sum(cpu_seconds([self.process.pid])) * 1000
        result = {"ms": ms, "listening_ms": listening, "cpu_ms": cpu, **memory_mb([self.process.pid])}
        self.stop(previous)
        return result

    @staticmethod
    def stop(process):
        if process:
            process.send_signal(signal.SIGTERM)
            process.wait(10)

    def end(self):
        self.stop(self.process)


class Serving:
    """The load of one round: a new version of the service, by one of them."""

    def __init__(self, repository):
        self.repository = repository

    def run(self, deployer, **_):
        return deployer.deploy(*self.repository.push())

    def line(self, result):
        return (
            f"{result['ms']:>7.1f} ms until a client is answered, {result['listening_ms']:>7.1f} until the process listens  "
            f"{result['cpu_ms']:>6.0f} ms CPU")
