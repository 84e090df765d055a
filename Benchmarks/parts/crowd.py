"""Clients that take and give nothing, from a process of their own: `crowd.py PORT IDLE SLOW LYING UPLOADS`.

Prints `ready` when all are connected, keeps them so until its standard input ends, and then prints what became of them as JSON.
"""

import collections
import json
import selectors
import socket
import sys
import time

MB = 1 << 20
UPLOAD = 31 * MB
BLOCK = b"x" * (64 << 10)
HEAD = b"POST /hooks/github HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


class Client:
    """One connection, made again whenever the server ends it."""

    def __init__(self, crowd):
        self.crowd = crowd
        self.socket = None

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.crowd.port), 10)
        self.socket.setblocking(False)
        self.crowd.selector.register(self.socket, selectors.EVENT_READ | self.writes, self)
        self.begin()

    writes = 0

    def begin(self):
        pass

    def again(self, why):
        self.crowd.counts[f"{type(self).__name__.lower()} {why}"] += 1
        self.crowd.selector.unregister(self.socket)
        self.socket.close()
        self.connect()

    def handle(self, events):
        try:
            if events & selectors.EVENT_READ:
                answer = self.socket.recv(4096)
                return self.again(f"answered {answer[9:12].decode()}" if answer else "closed")
            self.write()
        except BlockingIOError:
            pass
        except OSError:
            self.again("reset")

    def write(self):
        pass

    def tick(self):
        """Once a second."""


class Idle(Client):
    pass


class Slow(Client):
    """A head without an end, a byte a second."""

    def begin(self):
        self.socket.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")

    def tick(self):
        try:
            self.socket.send(b"a")
        except OSError:
            pass


class Lying(Client):
    """Ten bytes of a body that is said to be larger; every second one sends more than it said, once a second."""

    number = 0
    is_over = False

    def __init__(self, crowd):
        super().__init__(crowd)
        Lying.number += 1
        self.says = b"100000" if Lying.number % 2 else b"3"

    def begin(self):
        self.is_over = False
        self.socket.send(HEAD + b"Content-Length: " + self.says + b"\r\n\r\n0123456789")

    def again(self, why):
        if self.says != b"3":
            return super().again(why)
        self.crowd.counts[f"lying {why}"] += 1
        self.crowd.selector.unregister(self.socket)
        self.socket.close()
        self.is_over = True

    def tick(self):
        if self.is_over:
            self.connect()


class Upload(Client):
    """A body over the limit, sent as fast as it is taken: every second one says its length, the others are chunked."""

    writes = selectors.EVENT_WRITE
    number = 0

    def begin(self):
        self.left = UPLOAD
        Upload.number += 1
        self.chunked = Upload.number % 2 == 0
        framing = b"Transfer-Encoding: chunked" if self.chunked else b"Content-Length: %d" % UPLOAD
        self.waiting = HEAD + framing + b"\r\n\r\n"

    def write(self):
        if not self.waiting:
            if not self.left:
                return self.again("sent")
            block = BLOCK[: min(self.left, len(BLOCK))]
            self.left -= len(block)
            self.waiting = b"%x\r\n%s\r\n" % (len(block), block) if self.chunked else block
            if self.chunked and not self.left:
                self.waiting += b"0\r\n\r\n"
        self.waiting = self.waiting[self.socket.send(self.waiting):]


class Crowd:
    def __init__(self, port):
        self.port = port
        self.selector = selectors.DefaultSelector()
        self.counts = collections.Counter()

    def run(self, sizes):
        clients = [kind(self) for kind, size in zip((Idle, Slow, Lying, Upload), sizes) for _ in range(size)]
        for client in clients:
            client.connect()
            self.turn(0)
        print("ready", flush=True)
        self.selector.register(sys.stdin, selectors.EVENT_READ, None)
        tick = time.monotonic() + 1
        while self.turn(0.05):
            if time.monotonic() >= tick:
                tick = time.monotonic() + 1
                for client in clients:
                    client.tick()
        print(json.dumps(self.counts, sort_keys=True))

    def turn(self, patience):
        """False when the standard input has ended."""
        for key, events in self.selector.select(patience):
            if key.data is None:
                return False
            key.data.handle(events)
        return True


if __name__ == "__main__":
    Crowd(int(sys.argv[1])).run([int(word) for word in sys.argv[2:6]])
