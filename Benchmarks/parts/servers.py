"""The servers that are measured: each on loopback, with settings and files of its own, ended by its process."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request

from .process import children, memory_mb

#: Debian's own: another one need not have its packages.
PYTHON = "/usr/bin/python3"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process that serves while the `with` block runs."""

    def __init__(self):
        self.port = None
        self.process = None

    def __enter__(self):
        self.port = free_port()
        self.start()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def spawn(self, command, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)

    def wait_for_port(self):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError(f"{self.name} does not listen")

    def pids(self):
        return [self.process.pid]

    def memory(self):
        return memory_mb(self.pids())

    def sleep(self, seconds):
        time.sleep(seconds)


class Deployd(Server):
    name = "deployd"

    def __init__(self, program, directory):
        super().__init__()
        self.program, self.directory = program, directory
        os.makedirs(directory, exist_ok=True)
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("DEPLOYD_")}
        self.environment["DEPLOYD_CREDENTIALS"] = f"{directory}/credentials"

    def start(self):
        start = time.monotonic()
        with open(f"{self.directory}/deployd.log", "ab") as log:
            self.spawn(
                [self.program, "serve", "--data", f"{self.directory}/data", "--listen", f"127.0.0.1:{self.port}",
                 "--allow-local-repositories"],
                cwd=self.directory, env=self.environment, stdout=subprocess.PIPE, stderr=log)
        for line in self.process.stdout:
            if line.startswith(b"ready "):
                self.ready_milliseconds = (time.monotonic() - start) * 1000
                return
        self.process.wait()
        shutil.copyfileobj(open(f"{self.directory}/deployd.log"), sys.stderr)
        raise RuntimeError(f"deployd ended with status {self.process.returncode}")

    def __exit__(self, *arguments):
        super().__exit__(*arguments)
        self.process.stdout.close()

    def register(self, repository, secret):
        """Makes the repository's webhooks known. It is empty: no delivery of a benchmark asks for its code."""
        bare = f"{self.directory}/repository.git"
        subprocess.run(["git", "init", "--quiet", "--bare", bare], check=True)
        subprocess.run(
            [self.program, "repo", "add", repository, f"file://{bare}", "--provider", "github", "--secret-file", "-"],
            input=secret, text=True, env=self.environment, check=True, stdout=subprocess.DEVNULL)

    def headers(self):
        with open(f"{self.directory}/data/admin.token") as file:
            return [f"Authorization: Bearer {file.read().strip()}"]

    def ask(self, method, path, body=None):
        """The API's answer, as JSON."""
        headers = dict(header.split(": ", 1) for header in self.headers())
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1/{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={**headers, "Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or b"null")

    def declare(self, application, environments):
        """Makes an application by the API, which gives it an instance on each target of its environments."""
        body = {"environmentSets": [], "environments": [{"name": name} for name in environments]}
        self.ask("PUT", f"applications/{application}", body)

    def reload(self, limit=60):
        """Tells it to read its files again, and waits until it says that what they say now is in force."""
        with open(f"{self.directory}/deployd.log") as log:
            log.seek(0, os.SEEK_END)
            self.process.send_signal(signal.SIGHUP)
            end = time.monotonic() + limit
            while time.monotonic() < end:
                line = log.readline()
                if "worlds and resource repositories read again" in line:
                    return
                if "the old ones stay" in line:
                    raise RuntimeError(line)
                if not line:
                    time.sleep(0.001)
        raise RuntimeError("deployd did not reload")


class Webhook(Server):
    """https://github.com/adnanh/webhook, Debian's package: checks the same HMAC, then runs a command that does nothing."""

    name = "webhook"

    def __init__(self, directory, secret):
        super().__init__()
        self.settings = f"{directory}/hooks.json"
        rule = {
            "type": "payload-hmac-sha256", "secret": secret,
            "parameter": {"source": "header", "name": "X-Hub-Signature-256"},
        }
        with open(self.settings, "w") as file:
            hook = {
                "id": "github", "execute-command": "/bin/true", "trigger-rule": {"match": rule},
                # Else a wrong signature would be answered 200 as well.
                "trigger-rule-mismatch-http-response-code": 400,
            }
            json.dump([hook], file)

    def start(self):
        self.spawn(
            ["webhook", "-hooks", self.settings, "-ip", "127.0.0.1", "-port", str(self.port)],
            stderr=subprocess.DEVNULL)
        self.wait_for_port()


class Nginx(Server):
    """Answers from its configuration: no file is opened, no line is logged."""

    name = "nginx"

    def __init__(self, directory):
        super().__init__()
        self.directory = f"{directory}/nginx"
        os.makedirs(self.directory)

    def start(self):
        with open(f"{self.directory}/nginx.conf", "w") as file:
            file.write(f"""
                daemon off;
                worker_processes {os.cpu_count()};
                pid nginx.pid;
                error_log error.log;
                events {{ worker_connections 16384; }}
                http {{
                    access_log off;
                    keepalive_requests 1000000000;
                    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                    server {{
                        listen 127.0.0.1:{self.port} reuseport;
                        location = /healthz {{ default_type text/plain; return 200 "ok\\n"; }}
                    }}
                }}
                """)
        program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.spawn([program, "-p", self.directory, "-c", "nginx.conf"], stderr=subprocess.DEVNULL)
        self.wait_for_port()

    def pids(self):
        return [self.process.pid, *children(self.process.pid)]


class YAMLReader(Server):
    """Debian's python3-yaml, by libyaml as deployd itself: parses the same files, and neither checks nor resolves them."""

    name = "pyyaml"

    def __init__(self, directory, topology):
        super().__init__()
        self.list = f"{directory}/files"
        with open(self.list, "w") as file:
            file.write("\n".join(topology.files()))

    def start(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "yaml_reader.py")
        self.process = subprocess.Popen(
            [PYTHON, script, self.list], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()

    def reload(self):
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        self.answer()

    def answer(self):
        if not self.process.stdout.readline():
            raise RuntimeError("yaml_reader.py ended; is python3-yaml installed?")


class EventsPeer(Server):
    """aiohttp over sqlite3, with the events that deployd has."""

    name = "aiohttp"
    columns = ("id", "type", "application", "environment", "target", "before", "after", "actor", "time", "cause", "detail")

    def __init__(self, directory, events):
        super().__init__()
        self.database = f"{directory}/events.db"
        places = ", ".join("?" * len(self.columns))
        with sqlite3.connect(self.database) as database:
            names = ", ".join(f'"{name}"' for name in self.columns[1:])
            database.execute(f"CREATE TABLE events (id INTEGER PRIMARY KEY, {names})")
            database.executemany(f"INSERT INTO events VALUES ({places})", [self.row(event) for event in events])

    def row(self, event):
        values = [event[name] for name in self.columns]
        return [json.dumps(value) if isinstance(value, (dict, list)) else value for value in values]

    def start(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "events_peer.py")
        self.spawn([PYTHON, script, str(self.port), self.database])
        self.wait_for_port()

    def headers(self):
        return []
