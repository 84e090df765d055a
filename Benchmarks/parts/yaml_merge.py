"""The peer of the resolution: the same definitions as dictionaries, each merged deeply over the one that it extends.

Nothing is checked. Prints the median of the processor time in milliseconds, and how many definitions there are.
"""

import json
import statistics
import time

import yaml

SLUGS, LEVELS, ROUNDS = 2000, 6, 21

BASE = """
slug: slug{0}
description: Number {0}
capability: local
parameters: {{ size: {{ type: integer, default: 3, maximum: 9 }}, name: {{ default: a }}, zone: {{}} }}
template: {{ kind: secret }}
values: {{ length: "${{params.size}}0", name: "${{params.name}}-${{application}}" }}
outputs: {{ value: {{ from: value, secret: true }}, url: {{ value: "x://${{outputs.value}}@${{params.zone}}" }} }}
"""
CHANGE = "slug: slug{0}\nextends: slug{0}\nparameters: {{ size: {{ default: {1} }} }}\n"


def merged(base, change):
    result = dict(base)
    for key, value in change.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result


def resolve(levels):
    resolved = []
    for definitions in levels:
        below = resolved[-1] if resolved else {}
        resolved.append({slug: merged(below.get(slug, {}), change) for slug, change in definitions.items()})
    return resolved


def main():
    levels = [
        {
            f"slug{slug}": yaml.load((CHANGE if level else BASE).format(slug, level), yaml.CSafeLoader)
            for slug in range(SLUGS)
        }
        for level in range(LEVELS)
    ]
    times, resolved = [], []
    for _ in range(ROUNDS):
        start = time.process_time()
        resolved = resolve(levels)
        times.append(time.process_time() - start)
    assert resolved[-1]["slug7"]["parameters"]["size"] == {"type": "integer", "default": LEVELS - 1, "maximum": 9}
    print(json.dumps({"cpu_ms": statistics.median(times) * 1000, "definitions": sum(map(len, resolved))}))


main()
