"""The load as a process of its own, so that the demo's work does not delay its requests."""

import json
import os
import subprocess
import sys

from .terminal import DemoFailure

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.py")


class Load:
    def __init__(self, url, rate):
        self.process = subprocess.Popen(
            [sys.executable, PROGRAM, url, str(rate)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            start_new_session=True)

    def end(self):
        """Ends it. Returns what it counted."""
        try:
            output, _ = self.process.communicate(timeout=30)
            return json.loads(output)
        except (subprocess.TimeoutExpired, ValueError) as error:
            self.kill()
            raise DemoFailure(f"the load did not say what it counted: {error}") from error

    def kill(self):
        self.process.kill()
        self.process.wait()
