"""Sends requests at a fixed rate, whatever the answers (open loop), until standard input ends; then says what came back.

    load.py [--resend] URL RATE [SECONDS [HOST]]

Every other request is on a new connection, the others on kept ones. Nothing is tried again, and what is not an answer
with status 200 within SECONDS (default 5) has failed. HOST is what they ask for, if not what the URL names. A kept
connection that the server closed while it was idle is no failure: the client sees that before it sends. With --resend a
request that a kept connection ends on without a byte of an answer is sent once more, on a new one, as clients may
(RFC 9112, 9.3.1): where the service itself ends connections, it may do so while a request is on the way. Prints one line of
JSON:
{"requests": 1000, "failed": 0, "answers": {BODY: COUNT}, "reasons": [TEXT]}
"""

import asyncio
import collections
import json
import sys
import urllib.parse

REASONS = 5


class Load:
    def __init__(self, url, rate, limit, name=None, resends=False):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.path = parts.hostname, parts.port or 80, parts.path or "/"
        self.name = name or f"{self.host}:{self.port}"
        self.rate = rate
        self.limit = limit
        self.resends = resends
        self.kept = []
        self.requests = 0
        self.answers = collections.Counter()
        self.reasons = []
        self.failed = 0

    async def run(self):
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(sys.stdin.fileno(), ended.set)
        start, running = loop.time(), set()
        while not ended.is_set():
            task = asyncio.create_task(self.one(keeps=self.requests % 2 == 1))
            running.add(task)
            task.add_done_callback(running.discard)
            self.requests += 1
            # Paced from the start: a late one does not make all that follow late.
            await asyncio.sleep(max(0, start + self.requests / self.rate - loop.time()))
        await asyncio.gather(*running)

    async def one(self, keeps):
        try:
            self.answers[await asyncio.wait_for(self.ask(keeps), self.limit)] += 1
        except Exception as error:
            self.failed += 1
            if len(self.reasons) < REASONS:
                kind = "kept" if keeps else "new"
                self.reasons.append(f"request {self.requests}, {kind} connection: {type(error).__name__}: {error}")

    async def ask(self, keeps):
        kept = self.idle() if keeps else None
        try:
            return await self.exchange(kept, keeps)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if not (kept and self.resends) or getattr(error, "partial", b""):
                raise
        return await self.exchange(None, keeps)

    async def exchange(self, connection, keeps):
        reader, writer = connection or await asyncio.open_connection(self.host, self.port)
        try:
            connection = "keep-alive" if keeps else "close"
            writer.write(
                f"GET {self.path} HTTP/1.1\r\nHost: {self.name}\r\nConnection: {connection}\r\n\r\n".encode())
            body, is_kept = await self.answer(reader)
        except BaseException:
            writer.transport.abort()
            raise
        if keeps and is_kept:
            self.kept.append((reader, writer))
        else:
            writer.close()
        return body

    def idle(self):
        """A kept connection that is still open."""
        while self.kept:
            reader, writer = self.kept.pop()
            if not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return None

    @staticmethod
    async def answer(reader):
        """The body, and whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        status, *lines = head.rstrip().split("\r\n")
        if status.split(" ")[1:2] != ["200"]:
            raise ValueError(status)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        return body.decode(), headers.get("connection", "").lower() != "close"


def main():
    words = [word for word in sys.argv[1:] if word != "--resend"]
    load = Load(
        words[0], float(words[1]), float(words[2]) if len(words) > 2 else 5, *words[3:], resends="--resend" in sys.argv)
    asyncio.run(load.run())
    result = {
        "requests": load.requests, "failed": load.failed, "answers": load.answers, "reasons": load.reasons,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
