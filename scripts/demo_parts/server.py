"""The demo's server, and commands to it."""

import json
import os
import re
import socket
import subprocess
import time

from .terminal import DemoFailure, within


class Server:
    def __init__(self, program, directory, resource_repositories):
        self.program = program
        self.directory = directory
        self.resource_repositories = resource_repositories
        self.credentials = f"{directory}/credentials"
        self.url = None
        self.process = None
        # The user's own settings and credentials are left out and left alone.
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("DEPLOYD_")}
        self.environment["DEPLOYD_CREDENTIALS"] = self.credentials

    def start(self):
        """Returns how many milliseconds it took until the server was ready."""
        if not os.access(self.program, os.X_OK):
            raise DemoFailure(f"{self.program} is missing: run `make build`")
        start = time.monotonic()
        with open(self._log, "wb") as log:
            self.process = subprocess.Popen(
                [self.program, "serve", "--data", f"{self.directory}/data", "--listen", f"127.0.0.1:{free_port()}",
                 "--resource-repos", self.resource_repositories, "--allow-local-repositories"],
                cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True)
        self.url = within(30, "the server to be ready", self._ready_url, pause=0.001)
        return (time.monotonic() - start) * 1000

    def _ready_url(self):
        if self.process.poll() is not None:
            raise DemoFailure(f"the server ended with status {self.process.returncode}")
        match = re.search(r"^ready (http://\S+)$", self.log(), re.MULTILINE)
        return match and match.group(1)

    def command(self, *arguments):
        """What a command prints."""
        result = self._run(arguments)
        if result.returncode != 0:
            raise DemoFailure(f"deployd {' '.join(arguments)}: {result.stderr.strip()}")
        return result.stdout

    def json(self, *arguments, missing):
        """As `command`, read as JSON; `missing` when the command fails, because what it asks for is not there yet."""
        result = self._run([*arguments, "--output", "json"])
        return json.loads(result.stdout) if result.returncode == 0 else missing

    def _run(self, arguments):
        return subprocess.run(
            [self.program, *arguments], cwd=self.directory, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=30)

    @property
    def _log(self):
        return f"{self.directory}/server.log"

    def log(self):
        try:
            with open(self._log, errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def log_tail(self):
        return "\n".join(self.log().splitlines()[-30:])


def free_port():
    """8420 if nothing has it, else any."""
    for port in (8420, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return probe.getsockname()[1]
            except OSError:
                continue
    raise DemoFailure("no port is free")
