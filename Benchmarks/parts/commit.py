"""deployd's store under writers that each wait until what they wrote is durable."""

import json
import os
import shutil
import subprocess

WRITERS = 32


def run(program, directory, seconds, group):
    """One round of `seconds`, in a data directory of its own: group is how many writes go into one commit at most."""
    place = f"{directory}/commit"
    os.makedirs(place)
    try:
        output = subprocess.run(
            [program, place, str(seconds), str(WRITERS), str(group)], check=True, capture_output=True, text=True).stdout
    finally:
        shutil.rmtree(place)
    return json.loads(output)


def line(result):
    return (
        f"{result['rate']:>9.0f}/s  {result['cpu_us']:>7.1f} µs CPU  p50 {result['p50_ms']:.2f} ms  "
        f"p99 {result['p99_ms']:.2f} ms  {result['group']:.1f} in a commit")
