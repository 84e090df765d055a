"""A `post-receive` hook: announces each pushed ref as GitHub's webhooks do. Its argument is a file of settings.

https://docs.github.com/webhooks/webhook-events-and-payloads#push
"""

import hashlib
import hmac
import json
import subprocess
import sys
import urllib.error
import urllib.request
import uuid

ZERO = "0" * 40
GITHUB_WAITS = 10


def payload(repository, before, after, reference):
    owner, _, name = repository.partition("/")
    head = None if after == ZERO else head_commit(after)
    return {
        "ref": reference, "before": before, "after": after, "created": before == ZERO, "deleted": after == ZERO,
        "forced": False, "head_commit": head, "commits": [head] if head else [],
        "repository": {
            "id": 1, "name": name, "full_name": repository, "private": True, "owner": {"name": owner, "login": owner},
            "default_branch": "main",
        },
        "pusher": {"name": "ada", "email": "ada@example.com"},
        "sender": {"login": "ada", "id": 1, "type": "User"},
    }


def head_commit(commit):
    git = subprocess.run(
        ["git", "log", "-1", "--format=%T%n%aI%n%an%n%ae%n%B", commit], capture_output=True, text=True, check=True)
    tree, time, name, email, message = git.stdout.rstrip("\n").split("\n", 4)
    author = {"name": name, "email": email}
    return {
        "id": commit, "tree_id": tree, "message": message, "timestamp": time, "author": author, "committer": author,
    }


def deliver(settings, body):
    """What there is to say of the answer. GitHub waits 10 s, and never tries again."""
    signature = hmac.new(settings["secret"].encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(settings["url"], body, {
        "Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/demo", "X-GitHub-Event": "push",
        "X-GitHub-Delivery": str(uuid.uuid4()), "X-GitHub-Hook-ID": "1",
        "X-Hub-Signature-256": f"sha256={signature}",
    })
    # Without the proxies of the environment: the server is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=GITHUB_WAITS) as answer:
            return f"{answer.status} {answer.read().decode()}"
    except urllib.error.HTTPError as error:
        return f"{error.code} {error.read().decode(errors='replace')}"
    except OSError as error:
        return f"not delivered: {error}"


def main():
    with open(sys.argv[1]) as file:
        settings = json.load(file)
    for line in sys.stdin:
        before, after, reference = line.split()
        body = json.dumps(payload(settings["repository"], before, after, reference)).encode()
        print(f"webhook answered {deliver(settings, body)}", file=sys.stderr)


if __name__ == "__main__":
    main()
