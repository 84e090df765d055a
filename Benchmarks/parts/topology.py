"""The world files and resource repositories that a large installation would have: 500 worlds and 5,000 definitions."""

import os

WORLDS = 500
DEFINITIONS = 5000
#: Each repository but the lowest inherits the one below and changes every one of its definitions.
LEVELS = ["precanned", "platform", "acme", "eu", "shop"]
ENVIRONMENTS = 50

BASE = """\
slug: {slug}
description: What number {number} is for
capability: local
parameters:
  size: {{ type: integer, unit: GiB, default: 20, minimum: 1, maximum: 100, description: Disk size }}
  zone: {{ default: a }}
  password: {{ generate: password, length: 24 }}
template: {{ kind: secret }}
values:
  length: "${{params.size}}0"
  name: "${{application}}-${{params.zone}}"
outputs:
  value: {{ from: value, secret: true }}
  url: {{ value: "x://app:${{params.password}}@${{params.zone}}.example.com/${{outputs.value}}" }}
deletion: retain
"""

CHANGE = """\
slug: {slug}
description: What number {number} is for, at {name}
extends: {slug}
parameters:
  size: {{ default: {size} }}
"""

WORLD = """\
world: world-{number}
description: Cluster {number}
labels: {{ region: eu, tier: "{tier}" }}
resourceRepositories: [shop]
trusted: true
capabilities:
  deploy:process: {{}}
  local: {{}}
parameters: {{ vpcId: vpc-{number}, change: "{change}" }}
targets: [{{ name: world-{number}, environment: env-{environment} }}]
"""


def _write(path, text):
    # As an editor or a checkout does it: whoever reads meanwhile sees the old or the new file.
    with open(f"{path}.new", "w") as file:
        file.write(text)
    os.replace(f"{path}.new", path)


class Topology:
    """The two folders, `worlds` and `resource-repos`, in a directory."""

    def __init__(self, directory):
        self.worlds, self.repositories = f"{directory}/worlds", f"{directory}/resource-repos"
        os.makedirs(self.worlds)
        slugs = DEFINITIONS // len(LEVELS)
        for level, name in enumerate(LEVELS):
            folder = f"{self.repositories}/{name}"
            os.makedirs(folder)
            inherits = LEVELS[level - 1] if level else ""
            _write(f"{folder}/repository.yaml", f"repository: {name}\ninherits: [{inherits}]\n")
            for number in range(slugs):
                text = CHANGE if level else BASE
                _write(
                    f"{folder}/slug-{number}.yaml",
                    text.format(slug=f"slug-{number}", number=number, name=name, size=20 + level))
        for number in range(WORLDS):
            self._write_world(number, 0)

    def change(self, count):
        """Writes one world and one definition anew, so that a reload has something to take over."""
        self._write_world(count % WORLDS, count)
        text = CHANGE.format(slug="slug-0", number=0, name=f"shop for the {count}th time", size=20 + count % 80)
        _write(f"{self.repositories}/shop/slug-0.yaml", text)

    def _write_world(self, number, change):
        text = WORLD.format(
            number=number, tier=number % 3, change=change, environment=number % ENVIRONMENTS)
        _write(f"{self.worlds}/world-{number}.yaml", text)

    def files(self):
        """Every file, as a peer reads them."""
        folders = [self.worlds] + [f"{self.repositories}/{name}" for name in LEVELS]
        return [f"{folder}/{name}" for folder in folders for name in sorted(os.listdir(folder))]
