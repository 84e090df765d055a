"""What is printed."""

import os
import subprocess

TITLES = {
    "hooks": "signed GitHub deliveries from 32 connections, beside Debian's webhook",
    "hooks-many": "signed GitHub deliveries from 256 connections, beside Debian's webhook",
    "forged": "deliveries with a bad signature from 32 connections, beside Debian's webhook",
    "forged-many": "deliveries with a bad signature from 256 connections, beside Debian's webhook",
    "events": "50 events of the history by 32 connections, beside aiohttp over sqlite3",
    "events-many": "50 events of the history by 256 connections, beside aiohttp over sqlite3",
    "streams": "5,000 clients that follow the events",
    "health": "GET /healthz from 32 connections, beside an answer from nginx's configuration",
    "health-many": "GET /healthz from 256 connections, beside an answer from nginx's configuration",
    "start": "from start to ready",
    "idle": "memory when nothing happens",
    "resolve": "resolution of 2,000 slugs through six levels, beside a deep merge of dictionaries",
    "reload": "a reload of 500 worlds and 5,000 definitions, beside reading the same files with PyYAML's libyaml",
    "commit": "deliveries written by 32 writers that wait for the disk, beside a transaction for each",
    "serving": "from the 202 of a push until a client is answered, beside git fetch, git archive, tar and exec",
    "acknowledge": "acknowledgements while each push affects 5,000 instances, beside one",
    "many": "5,000 instances that are known, beside none",
    "cluster": "1,000 services of a cluster brought to a new version, beside curl that sends the same 2,000 applies",
    "apply": "from the 202 of a push to the object in the API server, beside git fetch and kubectl apply --server-side",
    "crowd": "GET /healthz while 7,208 connections want to keep everybody out, beside nginx",
}

PEERS = ("webhook", "nginx", "merge", "pyyaml", "aiohttp", "alone", "script", "narrow", "none", "curl", "kubectl")


def machine(directory):
    with open("/proc/cpuinfo") as file:
        model = next((line.partition(":")[2].strip() for line in file if line.startswith("model name")), "unknown CPU")
    kind = subprocess.run(["stat", "-f", "-c", "%T", directory], capture_output=True, text=True).stdout.strip()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} × {model}, load {load:.1f} before the start; data on {kind} ({directory})")


def heading(name):
    print(f"\n{TITLES[name]}", flush=True)


def round_line(name, line):
    print(f"  {name:<8} {line}", flush=True)


def judged(results):
    """Each measured thing: what, ours, the peer's, the ratio, the goal, and whether it is met."""
    rows = []

    def ratio(bench, peer, key, what, goal, at_least):
        ours, other = results[bench]["deployd"][key], results[bench][peer][key]
        value = ours / other
        met = None if goal is None else value >= goal if at_least else value <= goal
        rows.append({"what": what, "deployd": ours, peer: other, "ratio": value, "goal": goal, "met": met})

    def bound(bench, key, what, goal):
        value = results[bench]["deployd"][key]
        rows.append({"what": what, "deployd": value, "goal": goal, "met": None if goal is None else value <= goal})

    for name in ("hooks", "hooks-many"):
        if name in results:
            ratio(name, "webhook", "rate", f"{name}: accepted per second", 3.5, True)
            # webhook's no-op command is part of what a delivery costs there: it is all that it does with one.
            ratio(name, "webhook", "cpu_all_us", f"{name}: µs of CPU per delivery, with its command", 0.2, False)
            ratio(name, "webhook", "cpu_us", f"{name}: the same without the command", None, False)
            ratio(name, "webhook", "rss_mb", f"{name}: resident MB after the load", None, False)
    for name in ("forged", "forged-many"):
        if name in results:
            ratio(name, "webhook", "rate", f"{name}: refused per second", 5, True)
            ratio(name, "webhook", "cpu_us", f"{name}: µs of CPU per refusal", 0.1, False)
    for name in ("events", "events-many"):
        if name in results:
            ratio(name, "aiohttp", "rate", f"{name}: answers per second", 3.5, True)
            ratio(name, "aiohttp", "cpu_us", f"{name}: µs of CPU per answer", None, False)
            ratio(name, "aiohttp", "rss_mb", f"{name}: resident MB after the load", None, False)
    if "streams" in results:
        bound("streams", "kb_each", "streams: kB of memory for each", 4)
        bound("streams", "heard_ms", "streams: ms until all have an event", None)
    for name in ("health", "health-many"):
        if name in results:
            ratio(name, "nginx", "rate", f"{name}: answers per second", 0.85, True)
            ratio(name, "nginx", "cpu_us", f"{name}: µs of CPU per answer", None, False)
            ratio(name, "nginx", "pss_mb", f"{name}: proportional MB after the load", None, False)
    if "start" in results:
        bound("start", "restart", "start to ready, ms, on existing data", 25)
        bound("start", "first", "start to ready, ms, the first one", None)
    if "idle" in results:
        bound("idle", "rss_mb", "idle: resident MB", 25)
        bound("idle", "pss_mb", "idle: proportional MB", None)
    if "resolve" in results:
        bound("resolve", "cpu_ms", "2,000 slugs through 6 levels: ms of CPU", 50)
        ratio("resolve", "merge", "cpu_ms", "the same beside a deep merge", None, False)
    if "reload" in results:
        bound("reload", "ms", "reload: ms until it is in force", 1000)
        ratio("reload", "pyyaml", "ms", "reload: the same beside reading only", None, False)
        ratio("reload", "pyyaml", "cpu_ms", "reload: ms of CPU", None, False)
        ratio("reload", "pyyaml", "rss_mb", "reload: resident MB afterwards", None, False)
    if "commit" in results:
        ratio("commit", "alone", "rate", "commit: writes per second", 6, True)
        ratio("commit", "alone", "cpu_us", "commit: µs of CPU per write", None, False)
        ratio("commit", "alone", "p99_ms", "commit: ms that a write takes, p99", None, False)
        ratio("commit", "alone", "rss_mb", "commit: resident MB", None, False)
    if "serving" in results:
        # The goal leaves room for an interval of the health check beside it; this is without.
        ratio("serving", "script", "ms", "serving: ms until a client is answered", 1.5, False)
        ratio("serving", "script", "listening_ms", "serving: ms until the new process listens", None, False)
        ratio("serving", "script", "cpu_ms", "serving: ms of CPU", None, False)
    if "acknowledge" in results:
        ratio("acknowledge", "narrow", "p99_ms", "acknowledge: ms, p99, 5,000 affected", 1.5, False)
        ratio("acknowledge", "narrow", "p50_ms", "acknowledge: ms, p50", None, False)
        ratio("acknowledge", "narrow", "processed_ms", "acknowledge: ms until the push is processed", None, False)
        ratio("acknowledge", "narrow", "cpu_ms", "acknowledge: ms of CPU for each push", None, False)
    if "many" in results:
        ratio("many", "none", "rss_mb", "many: resident MB with 5,000 instances", None, False)
        ratio("many", "none", "after_mb", "many: the same after lists and status", None, False)
        bound("many", "idle_cpu_ms", "many: ms of CPU a second when idle", None)
        ratio("many", "none", "restart", "many: start to ready, ms", None, False)
        bound("many", "applications_ms", "many: ms for 100 applications with all targets", None)
        bound("many", "instances_ms", "many: ms for a page of 500 instances", None)
        bound("many", "status_ms", "many: ms for `deployd status`", None)
    if "cluster" in results:
        ratio("cluster", "curl", "seconds", "cluster: s until 1,000 services have the version", 1.3, False)
        ratio("cluster", "curl", "cpu", "cluster: s of CPU of deployd", None, False)
        bound("cluster", "applying", "cluster: s from the first to the last of them", None)
        bound("cluster", "applies", "cluster: applies for each service", None)
        bound("cluster", "peak_mb", "cluster: resident MB at most", 100)
        bound("cluster", "pss_mb", "cluster: proportional MB at the end of it", 100)
        bound("cluster", "settled_mb", "cluster: resident MB once all are available", 100)
        bound("cluster", "idle_percent", "cluster: % of a processor when idle, 1,000 watched", 1)
    if "apply" in results:
        ratio("apply", "kubectl", "ms", "apply: ms from the 202 to the object", 0.5, False)
        ratio("apply", "kubectl", "cpu_ms", "apply: ms of CPU", None, False)
    if "crowd" in results:
        bound("crowd", "worst_ms", "crowd: ms that the slowest /healthz took", 100)
        ratio("crowd", "nginx", "p50_ms", "crowd: ms that /healthz takes", None, False)
        ratio("crowd", "nginx", "p99_ms", "crowd: the same, p99", None, False)
        ratio("crowd", "nginx", "peak_mb", "crowd: the most resident MB", None, False)
        ratio("crowd", "nginx", "cpu_share", "crowd: processors that are busy", None, False)
    return rows


def summary(results):
    print(f"\n{'medians':<44}{'deployd':>10}{'peer':>10}{'ratio':>8}{'goal':>7}")
    for row in judged(results):
        peer = next((value for key, value in row.items() if key in PEERS), None)
        cells = [f"{row['deployd']:>10.1f}", f"{peer:>10.1f}" if peer is not None else " " * 10]
        cells.append(f"{row['ratio']:>7.2f}x" if peer is not None else " " * 8)
        cells.append(f"{row['goal']:>7}" if row["goal"] is not None else " " * 7)
        verdict = {True: "  met", False: "  NOT MET", None: ""}[row["met"]]
        print(f"{row['what']:<44}{''.join(cells)}{verdict}")
    print()
