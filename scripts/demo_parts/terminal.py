"""What the demo prints, and how long it waits."""

import time

_steps = 0


class DemoFailure(Exception):
    """A sentence that says what did not happen."""


def step(what, text):
    global _steps
    _steps += 1
    print(f"{_steps}  {what:<10}  {text}", flush=True)


def show(heading, text=None):
    """Something that belongs to the step: a line, or a command and what it printed."""
    indent = " " * 15 if text is None or "\n" not in text.strip() else "  "
    if text is None:
        print(f"{indent}{heading}", flush=True)
    elif indent == "  ":
        lines = "".join(f"{indent}{line}".rstrip() + "\n" for line in text.rstrip().split("\n"))
        print(f"\n$ {heading}\n{lines}", end="", flush=True)
    else:
        print(f"{indent}{heading} → {text.strip()}", flush=True)


def within(seconds, what, condition, pause=0.02):
    """Asks again and again until `condition` gives something true, which is returned."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise DemoFailure(f"waited {seconds} s in vain for {what}")
        time.sleep(pause)
