"""Makes a small image without a container engine, and pushes it to a registry or writes it to a file.

    image.py [--file SOURCE=PATH]... [--service] [--env NAME=VALUE]... [--entrypoint WORD]... [--user USER]
             [--workdir PATH] [--push HOST[:PORT]/NAME:TAG]... [--incomplete] [--tar FILE=NAME:TAG]

The image has one layer: the files, each with the mode of its source, owned by root, and the folders above them; a SOURCE
that is a folder brings all that is in it. --service adds the program of service.c beside this file, as /service, and makes
it the entrypoint. The same arguments make the same image. Prints its digest. The registry is spoken to in plain HTTP; with
--incomplete it has the image's name afterwards and not all of its parts, so that it cannot be pulled.
"""

import argparse
import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar"
SECONDS = 60


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def built_service():
    """The program's path; compiled once for each state of its source."""
    source = HERE / "service.c"
    name = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    program = pathlib.Path(tempfile.gettempdir()) / f"deployd-test-service-{os.getuid()}-{name}"
    if not program.exists():
        part = program.with_suffix(f".{os.getpid()}")
        compiler = os.environ.get("CC", "cc")
        subprocess.run(
            [compiler, "-static", "-O1", "-s", "-pthread", "-o", str(part), str(source)], check=True)
        part.rename(program)
    return program


def files_of(pairs):
    """(path in the image, source) of every file."""
    for pair in pairs:
        source, _, path = pair.partition("=")
        source = pathlib.Path(source)
        if source.is_dir():
            for below in sorted(source.rglob("*")):
                if not below.is_dir() or below.is_symlink():
                    yield str(pathlib.PurePosixPath(path) / below.relative_to(source)), below
        else:
            yield path, source


def layer_of(pairs):
    buffer, made = io.BytesIO(), set()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for path, source in files_of(pairs):
            path = path.lstrip("/")
            for folder in reversed(pathlib.PurePosixPath(path).parents):
                if str(folder) != "." and folder not in made:
                    made.add(folder)
                    entry = tarfile.TarInfo(str(folder))
                    entry.type, entry.mode = tarfile.DIRTYPE, 0o755
                    archive.addfile(entry)
            entry = tarfile.TarInfo(path)
            if source.is_symlink():
                entry.type, entry.linkname = tarfile.SYMTYPE, os.readlink(source)
                archive.addfile(entry)
            else:
                data = source.read_bytes()
                entry.size, entry.mode = len(data), source.stat().st_mode & 0o755 | 0o444
                archive.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def request(method, url, body=None, headers={}):
    with urllib.request.urlopen(
            urllib.request.Request(url, data=body, method=method, headers=headers), timeout=SECONDS) as answer:
        return answer.headers


def push_blob(base, data):
    try:
        request("HEAD", f"{base}/blobs/{digest(data)}")
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        place = request("POST", f"{base}/blobs/uploads/", b"")["Location"]
        if place.startswith("/"):
            place = "/".join(base.split("/")[:3]) + place
        place += ("&" if "?" in place else "?") + "digest=" + digest(data)
        request("PUT", place, data, {"Content-Type": "application/octet-stream"})


def push(reference, manifest, blobs, is_incomplete):
    host, _, rest = reference.partition("/")
    name, _, tag = rest.rpartition(":")
    base = f"http://{host}/v2/{name}"
    for blob in blobs:
        push_blob(base, blob)
    request("PUT", f"{base}/manifests/{tag}", manifest, {"Content-Type": MANIFEST})
    if is_incomplete:
        request("DELETE", f"{base}/blobs/{digest(blobs[-1])}")


def write(pair, config, layer):
    path, _, name = pair.partition("=")
    index = json.dumps([{"Config": "config.json", "RepoTags": [name], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(path, "w") as archive:
        for file, data in [("config.json", config), ("layer.tar", layer), ("manifest.json", index)]:
            entry = tarfile.TarInfo(file)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def main():
    parser = argparse.ArgumentParser()
    for name in ["file", "env", "entrypoint", "push"]:
        parser.add_argument(f"--{name}", action="append", default=[])
    for name in ["user", "workdir", "tar"]:
        parser.add_argument(f"--{name}")
    for name in ["service", "incomplete"]:
        parser.add_argument(f"--{name}", action="store_true")
    given = parser.parse_args()
    pairs, entrypoint = given.file, given.entrypoint
    if given.service:
        pairs, entrypoint = pairs + [f"{built_service()}=/service"], entrypoint or ["/service"]
    layer = layer_of(pairs)
    settings = {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"] + given.env, "Entrypoint": entrypoint}
    settings |= {"User": given.user} if given.user else {}
    settings |= {"WorkingDir": given.workdir} if given.workdir else {}
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": settings,
        "rootfs": {"type": "layers", "diff_ids": [digest(layer)]},
    }).encode()
    manifest = json.dumps({
        "schemaVersion": 2, "mediaType": MANIFEST,
        "config": {"mediaType": CONFIG, "size": len(config), "digest": digest(config)},
        "layers": [{"mediaType": LAYER, "size": len(layer), "digest": digest(layer)}],
    }).encode()
    for reference in given.push:
        push(reference, manifest, [layer, config], given.incomplete)
    if given.tar:
        write(given.tar, config, layer)
    print(digest(manifest))


if __name__ == "__main__":
    try:
        main()
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"image.py: {error}")
