"""Sends many signed deliveries as a reasonable sender does, and says what became of them.

    deliveries.py PLAN

PLAN is a JSON file: url, count, seconds (over which they are spread), connections, seed, record (a file to write), and
repositories (name, secret, commits). Every commit is announced once. The rest are further announcements of the same commits
by another hook, pushes of refs that nothing follows from, and events that are only noted.

A delivery that is not acknowledged is sent again, with the same id, after a pause that doubles, or as long as Retry-After
says; some are sent again though they were acknowledged. While it works it prints how many are acknowledged, at last one line
of JSON. `record` gets a line for each delivery: kind, repository, commit, and the id that the server gave.
"""

import collections
import hashlib
import hmac
import json
import random
import socket
import sys
import threading
import time
import uuid
from urllib.parse import urlsplit

LONGEST_PAUSE = 5
GIVE_UP = 900
PADDING = "x" * 1500


class Plan:
    def __init__(self, path):
        with open(path) as file:
            self.__dict__.update(json.load(file))
        address = urlsplit(self.url)
        self.address = (address.hostname, address.port)
        self.chance = random.Random(self.seed)
        acting = [("push", r, c) for r in range(len(self.repositories)) for c in range(len(self.repositories[r]["commits"]))]
        rest = [self.other() for _ in range(self.count - len(acting))]
        self.deliveries = acting + rest
        self.chance.shuffle(self.deliveries)
        self.ids = [str(uuid.UUID(int=self.chance.getrandbits(128))) for _ in self.deliveries]

    def other(self):
        repository = self.chance.randrange(len(self.repositories))
        commit = self.chance.randrange(len(self.repositories[repository]["commits"]))
        kind = self.chance.choices(["again", "note", "star"], weights=[5, 75, 20])[0]
        return kind, repository, commit

    def request(self, index):
        """The whole request; another one for each delivery, the same for each try."""
        kind, number, position = self.deliveries[index]
        repository = self.repositories[number]
        commits = repository["commits"]
        body = json.dumps({
            "ref": "refs/notes/commits" if kind == "note" else "refs/heads/main",
            "before": commits[position - 1] if position else "0" * 40, "after": commits[position],
            "created": False, "deleted": False, "forced": False, "number": index, "padding": PADDING,
            "repository": {"id": number + 1, "full_name": repository["name"], "default_branch": "main"},
            "pusher": {"name": "ada"}, "sender": {"login": "ada", "id": 1, "type": "User"},
        }).encode()
        signature = hmac.new(repository["secret"].encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST /hooks/github HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n"
            f"User-Agent: GitHub-Hookshot/test\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            f"X-GitHub-Event: {'star' if kind == 'star' else 'push'}\r\nX-GitHub-Delivery: {self.ids[index]}\r\n"
            f"X-GitHub-Hook-ID: {2 if kind == 'again' else 1}\r\nX-Hub-Signature-256: sha256={signature}\r\n\r\n")
        return head.encode() + body


class Sender(threading.Thread):
    def __init__(self, plan, state, number):
        super().__init__(daemon=True)
        self.plan, self.state = plan, state
        self.chance = random.Random(plan.seed * 1000 + number)
        self.connection = None

    def run(self):
        while True:
            index = self.state.take()
            if index is None:
                return
            pause = self.state.start + index * self.plan.seconds / self.plan.count - time.monotonic()
            if pause > 0:
                time.sleep(pause)
            request = self.plan.request(index)
            identity = self.deliver(request)
            if identity is not None and self.chance.random() < 0.02:
                if self.deliver(request) != identity:
                    self.state.count("changed")
                self.state.count("repeated")
            self.state.acknowledge(index, identity)

    def deliver(self, request):
        """The id that the server gave; None when it was given up."""
        deadline = time.monotonic() + GIVE_UP
        pause = 0.1
        while time.monotonic() < deadline:
            wait = pause * self.chance.uniform(0.5, 1)
            try:
                status, headers, body = self.exchange(request)
            except OSError:
                self.close()
                self.state.count("broken")
            else:
                if status == 202:
                    return json.loads(body)["delivery"]
                if status not in (429, 500, 502, 503, 504):
                    self.state.count(f"refused {status}")
                    return None
                self.state.count(str(status))
                wait = float(headers.get("retry-after", wait))
            time.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)
        self.state.count("given up")
        return None

    def exchange(self, request):
        if self.connection is None:
            self.connection = socket.create_connection(self.plan.address, timeout=60)
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.receive()
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        while len(body) < int(headers.get("content-length", 0)):
            body += self.receive()
        if headers.get("connection", "").lower() == "close":
            self.close()
        return int(lines[0].split(" ")[1]), headers, body

    def receive(self):
        data = self.connection.recv(65536)
        if not data:
            raise ConnectionError("closed")
        return data

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None


class State:
    def __init__(self, count):
        self.lock = threading.Lock()
        self.total, self.next, self.acknowledged = count, 0, 0
        self.identities = [None] * count
        self.counts = collections.Counter()
        self.start = time.monotonic()

    def take(self):
        with self.lock:
            if self.next == self.total:
                return None
            self.next += 1
            return self.next - 1

    def acknowledge(self, index, identity):
        with self.lock:
            self.identities[index] = identity
            self.acknowledged += identity is not None

    def count(self, what):
        with self.lock:
            self.counts[what] += 1


def main():
    plan = Plan(sys.argv[1])
    state = State(plan.count)
    senders = [Sender(plan, state, number) for number in range(plan.connections)]
    for sender in senders:
        sender.start()
    while any(sender.is_alive() for sender in senders):
        time.sleep(0.1)
        print(state.acknowledged, flush=True)
    seconds = time.monotonic() - state.start
    with open(plan.record, "w") as file:
        for (kind, repository, commit), identity in zip(plan.deliveries, state.identities):
            repository = plan.repositories[repository]
            file.write(f"{kind} {repository['name']} {repository['commits'][commit]} {identity}\n")
    print(json.dumps({
        "acknowledged": state.acknowledged, "seconds": round(seconds, 3), "counts": dict(state.counts),
    }), flush=True)


main()
