"""A token server for docker-registry (https://distribution.github.io/distribution/spec/auth/token/).

    tokens.py PORT KEY CERTIFICATE LOG

`alice` with `wonder land` may pull everything, and so may whoever has the refresh token `refresh-alice`; everybody may pull
what begins with `public/`. Each request is a line of LOG: method, user and scope.
"""

import base64
import hashlib
import http.server
import json
import ssl
import subprocess
import sys
import time
import urllib.parse

PORT, KEY, CERTIFICATE, LOG = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
USERS = {"alice": "wonder land"}
SECONDS = 300


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(user, scope, service):
    kind, _, rest = scope.partition(":")
    name, _, actions = rest.rpartition(":")
    may_pull = kind == "repository" and (user or name.startswith("public/"))
    access = [{"type": kind, "name": name, "actions": ["pull"]}] if may_pull and "pull" in actions.split(",") else []
    chain = base64.b64encode(ssl.PEM_cert_to_DER_cert(open(CERTIFICATE).read())).decode()
    now = int(time.time())
    head = {"typ": "JWT", "alg": "RS256", "x5c": [chain]}
    claims = {"iss": "tokens.test", "sub": user, "aud": service, "exp": now + SECONDS, "nbf": now - 10, "iat": now,
              "jti": hashlib.sha256(f"{now}{scope}".encode()).hexdigest(), "access": access}
    text = ".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
    signed = subprocess.run(["openssl", "dgst", "-sha256", "-sign", KEY], input=text.encode(), check=True,
                            stdout=subprocess.PIPE).stdout
    return f"{text}.{encoded(signed)}"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def note(self, user, scope):
        with open(LOG, "a") as log:
            log.write(f"{self.command} {user or '-'} {scope}\n")

    def do_GET(self):
        fields = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
        scope, user = fields.get("scope", ""), ""
        kind, _, words = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            user, _, password = base64.b64decode(words).decode().partition(":")
            if USERS.get(user) != password:
                self.note(user, scope)
                return self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "incorrect username or password"}]})
        self.note(user, scope)
        self.answer(200, {"token": token(user, scope, fields.get("service", "")), "expires_in": SECONDS})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        fields = dict(urllib.parse.parse_qsl(body, strict_parsing=True))
        scope = fields["scope"]
        if fields["grant_type"] != "refresh_token" or fields["refresh_token"] != "refresh-alice":
            return self.answer(400, {"error": "invalid_grant"})
        self.note("alice", scope)
        self.answer(200, {"access_token": token("alice", scope, fields["service"]), "expires_in": SECONDS})


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
