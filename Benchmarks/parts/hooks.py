"""The delivery that is sent, again and again under new ids."""

import hashlib
import hmac
import json
import os

SECRET = "It's a Secret to Everybody"
REPOSITORY = "acme/hello"


def payload():
    """As large as a usual push (about 8 KB), of a ref that is neither a branch nor a tag.

    It is verified, read and stored like any other; nothing is fetched and deployed for it afterwards, so what is measured
    is accepting.
    """
    commit = {
        "id": "6113728f27ae82c7b1a177c8d03f9e96e0adf246", "tree_id": "f9d2a07e9488b91af2641b26b9407fe22a451433",
        "distinct": True, "message": "Update README.md", "timestamp": "2025-05-05T10:00:00+02:00",
        "url": "https://github.com/acme/hello/commit/6113728f27ae82c7b1a177c8d03f9e96e0adf246",
        "author": {"name": "Ada", "email": "ada@example.com", "username": "ada"},
        "committer": {"name": "Ada", "email": "ada@example.com", "username": "ada"},
        "added": [], "removed": [], "modified": ["README.md"],
    }
    api = "https://api.github.com/repos/acme/hello"
    names = [
        "keys", "collaborators", "teams", "hooks", "issue_events", "events", "assignees", "branches", "tags", "blobs",
        "git_tags", "git_refs", "trees", "statuses", "languages", "stargazers", "contributors", "subscribers",
        "subscription", "commits", "git_commits", "comments", "issue_comment", "contents", "compare", "merges",
        "archive", "downloads", "issues", "pulls", "milestones", "notifications", "labels", "releases", "deployments",
    ]
    return {
        "ref": "refs/notes/commits", "before": "0" * 40, "after": commit["id"], "created": True, "deleted": False,
        "forced": False, "base_ref": None, "compare": "https://github.com/acme/hello/compare/6113728f27ae",
        "commits": [commit] * 4, "head_commit": commit,
        "repository": {
            "id": 186853002, "node_id": "MDEwOlJlcG9zaXRvcnkxODY4NTMwMDI=", "name": "hello", "full_name": REPOSITORY,
            "private": False, "default_branch": "main", "description": None, "fork": False, "url": api,
            "html_url": "https://github.com/acme/hello",
            "owner": {"name": "acme", "login": "acme", "id": 21031067, "type": "Organization"},
            **{f"{name}_url": f"{api}/{name}{{/id}}" for name in names},
        },
        "pusher": {"name": "ada", "email": "ada@example.com"},
        "sender": {"login": "ada", "id": 21031067, "type": "User", "site_admin": False},
    }


def script(directory, value, secret=SECRET):
    """The script for wrk, and its further arguments."""
    body = json.dumps(value, indent=2).encode()
    path = f"{directory}/body.json"
    with open(path, "wb") as file:
        file.write(body)
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return [os.path.join(os.path.dirname(os.path.abspath(__file__)), "hooks.lua"), path, signature]
