"""Passes connections on, and fails as networks do when it is told to.

    proxy.py PORT TARGETPORT      both on loopback; prints `ready`

SIGUSR1 cuts every connection that is open. SIGUSR2 cuts them, and from then on all new ones too, until the next SIGUSR2.
"""

import asyncio
import signal
import sys


class Proxy:
    def __init__(self, target):
        self.target = target
        self.open = set()
        self.is_down = False

    def cut(self):
        for writer in self.open:
            writer.transport.abort()

    def toggle(self):
        self.is_down = not self.is_down
        self.cut()

    async def accept(self, reader, writer):
        if self.is_down:
            writer.transport.abort()
            return
        try:
            ours, theirs = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, theirs}
        self.open |= both
        await asyncio.gather(self.copy(reader, theirs), self.copy(ours, writer))
        self.open -= both

    @staticmethod
    async def copy(reader, writer):
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()


async def main():
    port, target = map(int, sys.argv[1:3])
    proxy = Proxy(target)
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, proxy.cut)
    loop.add_signal_handler(signal.SIGUSR2, proxy.toggle)
    server = await asyncio.start_server(proxy.accept, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
