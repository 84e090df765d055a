"""The processes of one demo: finding them, ending them, asking them."""

import http.client
import os
import shutil
import signal
import subprocess
import time
import urllib.parse

PREFIX = "deployd-demo."


def raise_on_signals():
    """Being told to end is an interruption like Ctrl-C: what was started is ended too."""
    def interrupt(*_):
        raise KeyboardInterrupt
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def get(url):
    """What a GET answers, and nothing when nobody does."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().read().decode()
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def _words(pid):
    """A process's arguments; none when it is gone, or a zombie."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            return file.read().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def _find(is_wanted):
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [pid for pid in pids if pid != os.getpid() and is_wanted(pid)]


def _servers(data):
    def is_server(pid):
        words = _words(pid)
        return len(words) > 1 and words[1] == "serve" and data in words
    return _find(is_server)


def _supervisors(data):
    """Each supervisor's last argument is the directory of its run, below the server's data."""
    def is_supervisor(pid):
        words = _words(pid)
        return len(words) == 3 and words[1] == "supervise" and words[2].startswith(data + "/")
    return _find(is_supervisor)


def _others(data):
    """Whatever else works below the server's data: what a supervisor did not end."""
    def is_inside(pid):
        try:
            place = os.readlink(f"/proc/{pid}/cwd")
        except OSError:
            return False
        return place.startswith(data + "/") or any(word.startswith(data + "/") for word in _words(pid))
    return _find(is_inside)


def _end(find, seconds):
    """Sends SIGTERM to each process once, also to those that appear meanwhile. Returns whether none is left."""
    told = set()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        left = find()
        if not left:
            return True
        for pid in set(left) - told:
            told.add(pid)
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        time.sleep(0.02)
    return not find()


def end_all(directory, server):
    """Ends the server, then what it ran, then removes the files. Returns what went wrong, None when nothing did.

    - server: the server's process when it is ours, whose exit status counts.
    """
    if not os.path.basename(directory).startswith(PREFIX) or not os.path.isdir(directory):
        return f"{directory} is not the directory of a demo that is up"
    data = f"{directory}/data"
    if server is not None:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
        try:
            status = server.wait(30)
            problem = None if status == 0 else f"the server ended with status {status} instead of 0"
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            problem = f"the server (process {server.pid}) did not end within 30 s of SIGTERM and was killed"
    else:
        problem = None if _end(lambda: _servers(data), 30) else "the server does not end within 30 s of SIGTERM"
    if not _end(lambda: _supervisors(data), 30):
        return f"these supervisors do not end: {_supervisors(data)}; {directory} stays"
    others = _others(data)
    if others:
        problem = problem or f"processes {others} outlived their supervisors and were ended"
        _end(lambda: _others(data), 10)
    shutil.rmtree(directory, ignore_errors=True)
    return problem
