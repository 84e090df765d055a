"""A bare repository that announces pushes as GitHub does, and a working copy of the example service."""

import json
import os
import secrets
import shutil
import subprocess
import sys

from .terminal import DemoFailure

HOOK = os.path.join(os.path.dirname(os.path.abspath(__file__)), "github_hook.py")


class Repository:
    name = "acme/hello"

    def __init__(self, directory, example, server_url):
        self.bare = f"{directory}/hello.git"
        self.work = f"{directory}/work"
        self.secret_file = f"{directory}/webhook.secret"
        self.url = f"file://{self.bare}"
        # Settings of the user's own (hooks, signing, default branch) would make another demo of it.
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        self.environment.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", GIT_TERMINAL_PROMPT="0")
        self._make_bare(server_url)
        shutil.copytree(example, self.work)
        self._git("init", "--quiet", "--initial-branch=main")
        self._git("config", "user.name", "Ada")
        self._git("config", "user.email", "ada@example.com")
        self._git("remote", "add", "origin", self.bare)

    def _make_bare(self, server_url):
        secret = secrets.token_hex(20)
        self._write(self.secret_file, secret, 0o600)
        self._git("init", "--quiet", "--bare", "--initial-branch=main", self.bare, directory="/")
        settings = f"{self.bare}/webhook.json"
        self._write(
            settings, json.dumps({"url": f"{server_url}/hooks/github", "secret": secret, "repository": self.name}), 0o600)
        self._write(
            f"{self.bare}/hooks/post-receive", f'#!/bin/sh\nexec "{sys.executable}" "{HOOK}" "{settings}"\n', 0o700)

    def edit(self, file, old, new):
        path = f"{self.work}/{file}"
        with open(path) as source:
            text = source.read()
        if old not in text:
            raise DemoFailure(f"{file} does not contain '{old}' any more")
        self._write(path, text.replace(old, new), 0o644)

    def push(self, message):
        """Commits all and pushes it. Returns the commit, and what the webhook said."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", message)
        said = self._git("push", "--quiet", "--set-upstream", "origin", "main").stderr
        answers = [line.removeprefix("remote: ").strip() for line in said.splitlines() if "webhook" in line]
        return self._git("rev-parse", "HEAD").stdout.strip(), answers

    def _git(self, *arguments, directory=None):
        result = subprocess.run(
            ["git", *arguments], cwd=directory or self.work, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60)
        if result.returncode != 0:
            raise DemoFailure(f"git {' '.join(arguments)}: {result.stderr.strip()}")
        return result

    @staticmethod
    def _write(path, text, mode):
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
            file.write(text)
