"""A cluster's API server, a registry, and a thousand services that deployd brings to new versions, beside bare clients.

The API server is the test kit's (etcd and kube-apiserver, no controllers), so that nothing but clients costs time: what
controllers would report is written by `Plane.report`, between what is measured.
"""

import json
import os
import shlex
import ssl
import subprocess
import sys
import threading
import time
import urllib.request

from .process import cpu_seconds, memory_mb, peak_mb
from .serving import Pushed, git
from .servers import free_port

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAMESPACE = "bench"
#: As many as deployd has at most.
CONNECTIONS = 16
LIMIT = 300
#: Services in one repository.
MOST = 200


class Plane:
    """etcd and an API server, while the `with` block runs."""

    def __init__(self, directory):
        self.directory = f"{directory}/plane"
        self.kit = kit()
        if self.kit is None:
            raise RuntimeError("there is no Kubernetes test kit: see docs/testing-kubernetes.md")

    def __enter__(self):
        self.program([])
        self.kubeconfig = f"{self.directory}/kubeconfig"
        with open(f"{self.directory}/token") as file:
            self.token = file.read().strip()
        with open(self.kubeconfig) as file:
            self.server = next(line.split()[-1] for line in file if "server:" in line)
        self.context = ssl._create_unverified_context()
        self.ask("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        return self

    def __exit__(self, *_):
        self.program(["--stop"])

    def program(self, arguments):
        subprocess.run(
            [f"{self.kit}/control-plane", self.directory, *arguments], check=True, stdout=subprocess.DEVNULL)

    def ask(self, method, path, body=None, content_type="application/json", accept="application/json"):
        request = urllib.request.Request(
            self.server + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": content_type, "Accept": accept})
        with urllib.request.urlopen(request, context=self.context, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def deployments(self):
        return self.ask("GET", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments")["items"]

    def services(self):
        return self.ask("GET", f"/api/v1/namespaces/{NAMESPACE}/services")["items"]

    def requests(self):
        """How many requests of each kind its API server has answered."""
        request = urllib.request.Request(self.server + "/metrics", headers={"Authorization": f"Bearer {self.token}"})
        counts = {}
        with urllib.request.urlopen(request, context=self.context, timeout=60) as answer:
            for line in answer.read().decode().splitlines():
                name, _, labels = line.partition("{")
                if name == "apiserver_request_total":
                    labels, _, count = labels.rpartition("} ")
                    values = dict(part.split("=", 1) for part in labels.replace('"', "").split(",") if "=" in part)
                    key = f"{values['verb']} {values['resource']}"
                    counts[key] = counts.get(key, 0) + int(float(count))
        return counts

    def watch(self, seen):
        """Calls `seen` with each Deployment as it changes, until it returns true."""
        version = self.ask("GET", f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments?limit=1")
        version = version["metadata"]["resourceVersion"]
        request = urllib.request.Request(
            f"{self.server}/apis/apps/v1/namespaces/{NAMESPACE}/deployments?watch=true&resourceVersion={version}",
            headers={"Authorization": f"Bearer {self.token}"})

        def follow(answer):
            for line in answer:
                if seen(json.loads(line)["object"], time.monotonic()):
                    return

        answer = urllib.request.urlopen(request, context=self.context, timeout=LIMIT)
        thread = threading.Thread(target=follow, args=[answer], daemon=True)
        thread.start()
        return thread

    def report(self):
        """Writes the status that controllers would: all that is asked for is available."""
        requests = []
        for deployment in self.deployments():
            wanted = deployment["spec"].get("replicas", 1)
            generation = deployment["metadata"]["generation"]
            if deployment.get("status", {}).get("observedGeneration") == generation:
                continue
            status = {
                "observedGeneration": generation, "replicas": wanted, "updatedReplicas": wanted, "readyReplicas": wanted,
                "availableReplicas": wanted, "conditions": [
                    {"type": "Available", "status": "True", "reason": "MinimumReplicasAvailable"},
                    {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}]}
            path = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments/{deployment['metadata']['name']}/status"
            requests.append(("PATCH", path, {"status": status}, "application/merge-patch+json"))
        self.send(requests)

    def send(self, requests):
        """Sends all of them over `CONNECTIONS` connections, by curl. Returns the seconds that it took and its CPU."""
        if not requests:
            return 0, 0
        path = f"{self.directory}/curl"
        bodies = f"{self.directory}/bodies"
        os.makedirs(bodies, exist_ok=True)
        with open(path, "w") as file:
            for number, (method, url, body, kind) in enumerate(requests):
                with open(f"{bodies}/{number}", "w") as out:
                    json.dump(body, out)
                file.write("" if number == 0 else "next\n")
                file.write(
                    f'url = "{self.server}{url}"\nrequest = {method}\ndata-binary = "@{bodies}/{number}"\n'
                    f'header = "Authorization: Bearer {self.token}"\nheader = "Content-Type: {kind}"\n'
                    f'insecure\nhttp1.1\nfail\nsilent\nshow-error\noutput = /dev/null\n')
        before = os.times()
        start = time.monotonic()
        subprocess.run(["curl", "--no-progress-meter", "--parallel", "--parallel-max", str(CONNECTIONS), "--config", path],
            check=True)
        seconds = time.monotonic() - start
        after = os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return seconds, cpu

    def cpu(self):
        pids = []
        with open(f"{self.directory}/pids") as file:
            pids = [int(word) for word in file.read().split() if word.isdigit()]
        return sum(sum(cpu_seconds([pid])) for pid in pids if os.path.exists(f"/proc/{pid}"))


class Registry:
    """Debian's docker-registry on loopback, with one small image under whatever tags are asked for."""

    def __init__(self, directory):
        self.directory = f"{directory}/registry"
        os.makedirs(self.directory)
        self.port = free_port()
        self.host = f"127.0.0.1:{self.port}"

    def __enter__(self):
        with open(f"{self.directory}/settings.yml", "w") as file:
            file.write(
                f"version: 0.1\nlog: {{ level: error, accesslog: {{ disabled: true }} }}\n"
                f"storage: {{ filesystem: {{ rootdirectory: {self.directory}/data }} }}\nhttp: {{ addr: '{self.host}' }}\n")
        self.process = subprocess.Popen(
            ["docker-registry", "serve", f"{self.directory}/settings.yml"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://{self.host}/v2/", timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("docker-registry does not answer")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)

    def put(self, tag):
        """Another image for each tag. Returns its digest."""
        image = f"{self.host}/acme/hello:{tag}"
        return subprocess.run(
            [sys.executable, f"{ROOT}/scripts/test_parts/image.py", "--file", "/etc/hostname=/hostname", "--env", f"V={tag}",
             "--entrypoint", "/bin/true", "--user", "1000", "--push", image],
            check=True, capture_output=True, text=True).stdout.strip()


def write_world(directory, plane):
    os.makedirs(f"{directory}/worlds", exist_ok=True)
    with open(f"{directory}/worlds/bench.yaml", "w") as file:
        file.write(
            "world: bench\ncapabilities:\n"
            f"  deploy:kubernetes: {{ kubeconfig: {plane.kubeconfig}, namespace: {NAMESPACE} }}\n"
            "targets: [{ environment: production }]\n")


SERVICE = """\
service: {name}
image: {image}
port: 8080
environments: [production]
triggers: [{trigger}]
env: {{ LOG_LEVEL: info }}
health: {{ path: /healthz, deadline: 3600s }}
"""


class Services:
    """A repository of as many services as are asked for, each a folder."""

    def __init__(self, directory, registry, count, number=0):
        self.count, self.number = count, number
        self.name = f"acme/served-{number}"
        self.bare, self.work = f"{directory}/services-{number}.git", f"{directory}/services-{number}"
        git("init", "--quiet", "--bare", "--initial-branch=main", self.bare, directory=directory)
        os.makedirs(self.work)
        image = f"{registry.host}/acme/hello"
        if count == 1:
            self.write("deployd.yaml", "hello", image, "{ branch: main, environment: production }")
        else:
            with open(f"{self.work}/deployd.yaml", "w") as file:
                file.write('services: ["apps/*"]\n')
            for service in range(number * count, (number + 1) * count):
                os.makedirs(f"{self.work}/apps/app-{service:04}")
                self.write(
                    f"apps/app-{service:04}/deployd.yaml", f"app-{service:04}", image,
                    '{ tag: "v*", environment: production }')
        git("init", "--quiet", "--initial-branch=main", directory=self.work)
        git("remote", "add", "origin", self.bare, directory=self.work)
        self.commit()

    def write(self, path, name, image, trigger):
        with open(f"{self.work}/{path}", "w") as file:
            file.write(SERVICE.format(name=name, image=image, trigger=trigger))

    def commit(self):
        before = self.head() if os.path.exists(f"{self.work}/.git/refs/heads/main") else "0" * 40
        with open(f"{self.work}/README", "a") as file:
            file.write("one more line\n")
        git("add", "--all", directory=self.work)
        git("commit", "--quiet", "--message", "More", directory=self.work)
        git("push", "--quiet", "origin", "main", directory=self.work)
        return before, self.head()

    def head(self):
        return git("rev-parse", "HEAD", directory=self.work)

    def tag(self, name):
        """A tag of the head. Returns the body of the webhook for it."""
        git("tag", name, directory=self.work)
        git("push", "--quiet", "origin", name, directory=self.work)
        return self.body(f"refs/tags/{name}", "0" * 40, self.head())

    def body(self, reference, before, after):
        return json.dumps({
            "ref": reference, "before": before, "after": after, "deleted": False,
            "repository": {
                "id": self.number + 1, "name": self.name.split("/")[1], "full_name": self.name,
                "owner": {"login": "acme"}},
            "pusher": {"name": "ada"}, "sender": {"login": "ada"}}).encode()


def repositories(directory, registry, count):
    """As many services in repositories of at most two hundred, which is what deployd takes."""
    number = -(-count // MOST)
    return [Services(directory, registry, count // number, index) for index in range(number)]


def wait_until(what, condition, limit=LIMIT):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.25)
    raise RuntimeError(f"{what}: not within {limit} s")


def kit():
    """The folder of the test kit; nil where there is none."""
    found = subprocess.run([f"{ROOT}/scripts/kubernetes-kit"], capture_output=True, text=True)
    return found.stdout.strip() if found.returncode == 0 else None


def line(result):
    return (
        f"{result['seconds']:>7.2f} s, the first after {result['first_ms']:.0f} ms, {result['cpu']:.1f} s of CPU "
        f"({result['plane_cpu']:.1f} of the API server); {result['applies']:.2f} applies and {result['reads']:.2f} reads for "
        f"each; {result['rss_mb']:.0f} MB, at most {result['peak_mb']:.0f}, {result['settled_mb']:.0f} settled, "
        f"{result['idle_percent']:.2f} % idle")


def image_of(deployment):
    return deployment["spec"]["template"]["spec"]["containers"][0]["image"]


class Crowd:
    """A thousand services of a few repositories, brought to a new version by deployd."""

    def __init__(self, server, plane, registry, repositories):
        self.server, self.plane, self.registry = server, plane, registry
        self.count = sum(services.count for services in repositories)
        self.repositories = [(Pushed(server, services, services.name), services) for services in repositories]

    def deploy(self, tag):
        """Seconds from the first 202 until the last Deployment names the new image."""
        digest = self.registry.put(tag)
        done = set()
        times = []

        def seen(deployment, moment):
            name = deployment["metadata"]["name"]
            if image_of(deployment).endswith(digest) and name not in done:
                done.add(name)
                times.append(moment)
            return len(done) >= self.count

        follower = self.plane.watch(seen)
        bodies = [(pushed, services.tag(tag)) for pushed, services in self.repositories]
        asked = self.plane.requests()
        before, plane = sum(cpu_seconds(self.server.pids())), self.plane.cpu()
        start = [pushed.deliver(body) for pushed, body in bodies][0]
        follower.join(LIMIT)
        if len(done) < self.count:
            raise RuntimeError(f"{len(done)} of {self.count} have the version {tag} after {LIMIT} s")
        return {
            "seconds": times[-1] - start, "first_ms": (times[0] - start) * 1000, "applying": times[-1] - times[0],
            "cpu": sum(cpu_seconds(self.server.pids())) - before, "plane_cpu": self.plane.cpu() - plane,
            **self.asked(asked), **memory_mb(self.server.pids()), **peak_mb(self.server.pids())}

    def asked(self, before):
        """How many applies and reads the API server has answered for each application."""
        counts = {key: count - before.get(key, 0) for key, count in self.plane.requests().items()}
        return {
            "applies": sum(count for key, count in counts.items() if key.startswith(("APPLY ", "PATCH "))) / self.count,
            "reads": sum(count for key, count in counts.items() if key.split()[0] in ("GET", "LIST")) / self.count}

    def settle(self):
        """Reports all as available, and waits until deployd has heard."""
        def done():
            self.plane.report()
            return not any(
                self.server.ask("GET", f"deployments?status={status}&limit=1")["items"] for status in ("running", "pending"))
        wait_until("all deployments end", done)


def bare_requests(plane, digest):
    """The applies that deployd sends, with another image: two for each application."""
    requests = []
    for kind, items in (("deployments", plane.deployments()), ("services", plane.services())):
        for item in items:
            managed = next(entry for entry in item["metadata"]["managedFields"] if entry["manager"] == "deployd")
            body = owned(item, managed["fieldsV1"])
            body["apiVersion"] = "apps/v1" if kind == "deployments" else "v1"
            body["kind"] = "Deployment" if kind == "deployments" else "Service"
            body["metadata"]["name"] = item["metadata"]["name"]
            if kind == "deployments":
                container = body["spec"]["template"]["spec"]["containers"][0]
                container["image"] = container["image"].partition("@")[0] + "@" + digest
            group = "apis/apps/v1" if kind == "deployments" else "api/v1"
            path = f"/{group}/namespaces/{NAMESPACE}/{kind}/{item['metadata']['name']}?fieldManager=deployd&force=true"
            requests.append(("PATCH", path, body, "application/apply-patch+yaml"))
    return requests


def owned(value, fields):
    """The part of an object that a field manager has."""
    if isinstance(value, list):
        kept = []
        for key, below in fields.items():
            if key.startswith("k:"):
                wanted = json.loads(key[2:])
                item = next(item for item in value if all(item.get(name) == part for name, part in wanted.items()))
                kept.append({**wanted, **owned(item, below)})
            elif key.startswith("v:"):
                kept.append(json.loads(key[2:]))
        return kept
    result = {}
    for key, below in fields.items():
        if key.startswith("f:") and key[2:] in value:
            name = key[2:]
            result[name] = owned(value[name], below) if below and isinstance(value[name], (dict, list)) else value[name]
    return result


class One:
    """One service, and what a script would apply for the same commit."""

    def __init__(self, directory, plane, registry):
        self.plane, self.registry = plane, registry
        self.services = Services(directory, registry, 1)
        self.mirror = f"{directory}/mirror.git"
        git("init", "--quiet", "--bare", self.mirror, directory=directory)
        self.environment = {**os.environ, "KUBECONFIG": plane.kubeconfig, "HOME": directory}

    def push(self):
        """A new commit with its image. Returns the digest and the body of the webhook."""
        with open(f"{self.services.work}/manifest.yaml", "w") as file:
            file.write(self.manifest(f"commit {time.time_ns()}"))
        before, after = self.services.commit()
        return self.registry.put(after), self.services.body("refs/heads/main", before, after)

    @staticmethod
    def manifest(text):
        return (
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: script, namespace: {NAMESPACE} }}\n"
            f"spec:\n  selector: {{ matchLabels: {{ app: script }} }}\n  template:\n"
            f"    metadata: {{ labels: {{ app: script }}, annotations: {{ text: '{text}' }} }}\n"
            f"    spec: {{ containers: [{{ name: hello, image: hello, ports: [{{ containerPort: 8080 }}] }}] }}\n---\n"
            f"apiVersion: v1\nkind: Service\nmetadata: {{ name: script, namespace: {NAMESPACE} }}\n"
            f"spec: {{ selector: {{ app: script }}, ports: [{{ port: 80, targetPort: 8080, protocol: TCP }}] }}\n")

    def seen(self, name, is_it):
        moments = []

        def look(deployment, moment):
            if deployment["metadata"]["name"] == name and is_it(deployment):
                moments.append(moment)
                return True
            return False

        return self.plane.watch(look), moments

    def ours(self, pushed, body, digest):
        follower, moments = self.seen("hello", lambda deployment: image_of(deployment).endswith(digest))
        before = sum(cpu_seconds(pushed.server.pids()))
        start = pushed.deliver(body)
        follower.join(LIMIT)
        cpu = sum(cpu_seconds(pushed.server.pids())) - before
        return {"ms": (moments[0] - start) * 1000, "cpu_ms": cpu * 1000}

    def script(self):
        text = git("show", "HEAD:manifest.yaml", directory=self.services.work)
        mark = next(line for line in text.splitlines() if "annotations" in line).rpartition("text: '")[2].partition("'")[0]
        follower, moments = self.seen("script", lambda deployment: (
            deployment["spec"]["template"]["metadata"].get("annotations", {}).get("text") == mark))
        mirror = f"git --git-dir={shlex.quote(self.mirror)}"
        line = (
            f"{mirror} fetch --quiet --depth=1 {shlex.quote('file://' + self.services.bare)} main && "
            f"{mirror} show FETCH_HEAD:manifest.yaml | kubectl apply --server-side -f - >/dev/null")
        before = os.times()
        start = time.monotonic()
        subprocess.run(["/bin/sh", "-c", line], check=True, env=self.environment, stdin=subprocess.DEVNULL)
        ended = time.monotonic()
        after = os.times()
        follower.join(LIMIT)
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        return {"ms": (moments[0] - start) * 1000, "cpu_ms": cpu * 1000, "ended_ms": (ended - start) * 1000}
