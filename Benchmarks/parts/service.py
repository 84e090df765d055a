"""The service that the serving benchmark pushes: it answers which version it is and since when it listens."""

import os
import socket
import time

with open("version") as file:
    version = file.read().strip()
server = socket.create_server(("127.0.0.1", int(os.environ["PORT"])), backlog=128)
# One clock for all processes of the machine.
body = f"{version} {time.monotonic()}\n".encode()
answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)
while True:
    client, _ = server.accept()
    with client:
        # A TCP check says nothing.
        if client.recv(65536):
            client.sendall(answer)
