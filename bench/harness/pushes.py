"""Q8: durable pushes of 100 penalties beside a reader of Q3; xinpu with one pusher and with four, others with one."""

import os
import shutil
import subprocess

from harness import engines, processes
from harness.table import number, ratio

PEERS = ("sqlite", "duckdb")  # those whose harness checks the same unique key
PUSHERS = (1, 4)
HOLES = 100000
BARE_COMMITS = 2000
# What a push of xinpu puts into LMDB, where xinpu-bench does not say it.
BYTES_DEFAULT = 24576
PUTS_DEFAULT = 100


def push_xinpu(city, pushers, seconds, holes):
    """On a copy of the database, so that every run begins from the same file."""
    copy = city.database("xinpu.q8")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(city.database("xinpu"), copy)
    try:
        command = [city.program("xinpu-bench"), "--data", copy, "--workload", "Q8", "--starts", city.file("starts.csv"),
                   "--date", engines.DATE, "--sf", f"{city.sf:g}", "--pushers", str(pushers), "--seconds", f"{seconds:g}"]
        if holes:
            command += ["--holes", str(holes)]
        for line in processes.measure(command).json_lines():
            line.setdefault("pushers", pushers)
            line["holes"] = holes
            return city.keep(line)
    finally:
        shutil.rmtree(copy, ignore_errors=True)
    raise processes.Failed("xinpu-bench printed no result")


def push_bare(city, bytes_per_commit, puts, pushers, group, beside_sha):
    """LMDB alone with the same bytes and syncs; beside a busy thread it shares the machine as a writer beside a reader."""
    folder = os.path.join(city.databases, "bare")
    shutil.rmtree(folder, ignore_errors=True)
    busy = subprocess.Popen([city.program("xinpu-sha-load"), "600"], stdout=subprocess.DEVNULL) if beside_sha else None
    try:
        command = [city.program("xinpu-bare-lmdb"), "--dir", folder, "--bytes", str(round(bytes_per_commit)), "--puts",
                   str(max(1, round(puts))), "--commits", str(BARE_COMMITS)]
        for line in processes.measure(command).json_lines():
            line["beside_sha"] = beside_sha
            line["pushers"] = pushers
            line["pushes_per_commit"] = round(group, 2)  # as many as xinpu's group commit held
            return city.keep(line)
    finally:
        if busy is not None:
            busy.terminate()
            busy.wait()
        shutil.rmtree(folder, ignore_errors=True)
    raise processes.Failed("xinpu-bare-lmdb printed no result")


def run(city, peers, seconds, with_xinpu, holes=HOLES):
    for peer in peers:
        if peer in PEERS:
            engines.run_peer(city, peer, ["Q8"], seconds)
    for pushers in PUSHERS:
        size, puts, group = BYTES_DEFAULT * pushers, PUTS_DEFAULT * pushers, pushers
        if with_xinpu:
            line = push_xinpu(city, pushers, seconds, 0)
            size, puts = line.get("bytes_per_commit", size), line.get("puts_per_commit", puts)
            group = line["pushes_per_s"] / line["commits_per_s"] if line.get("commits_per_s") else pushers
        for beside_sha in (False, True):
            push_bare(city, size, puts, pushers, group, beside_sha)
    for pushers in PUSHERS if with_xinpu and holes else ():
        push_xinpu(city, pushers, seconds, holes)


def pushes_per_s(line):
    return line.get("pushes_per_s", line["commits_per_s"] * line.get("pushes_per_commit", 1))


def name(line):
    parts = [line["peer"]]
    if line.get("holes"):
        parts.append(f"after {line['holes']} holes")
    if line.get("beside_sha"):
        parts.append("beside a SHA-256 thread")
    return ", ".join(parts)


def ratio_to_whole(line, lines):
    """Commit p99 after holes were made, as a multiple of the same run without them."""
    whole = [r for r in lines if r["peer"] == line["peer"] and r.get("pushers") == line.get("pushers") and r.get("holes") == 0]
    return ratio(line.get("commit_p99_ms"), whole[0].get("commit_p99_ms")) if line.get("holes") and whole else ""


def rows(lines):
    """Two tables: what was pushed, and what the reader saw meanwhile."""
    lines = [line for line in lines if line["workload"] == "Q8"]
    if not lines:
        return []
    base = {line["peer"]: pushes_per_s(line) for line in lines if line["peer"] in PEERS}
    out = ["| Q8: engine | pushers | pushes/s (100 rows each) | " + " | ".join(f"x {peer}" for peer in base)
           + " | x bare LMDB beside SHA | durable commits/s | write calls a commit | commit p99 ms "
           "| x without holes | all found |", "|" + "---|" * (9 + len(base))]
    for line in lines:
        pushers = line.get("pushers", 1)
        bare = [r for r in lines if r["peer"] == "bare_lmdb" and r["beside_sha"] and r["pushers"] == pushers]
        out.append(f"| {name(line)} | {pushers} | {number(pushes_per_s(line))} | "
                   + "".join(f"{ratio(pushes_per_s(line), base[peer])} | " for peer in base)
                   + (ratio(pushes_per_s(line), pushes_per_s(bare[0])) if bare and line["peer"] == "xinpu" else "")
                   + f" | {number(line['commits_per_s'])} | {number(line.get('write_calls_per_commit'))} | "
                   f"{number(line.get('commit_p99_ms'))} | {ratio_to_whole(line, lines)} | "
                   + ("" if "ok" not in line else "yes" if line["ok"] else "**NO**") + " |")
    out += ["", "| Q8: reader of Q3 beside | pushers | p50 before ms | p50 busy | p50 after | busy / before | busy / after "
            "| p99 busy | p99 beside SHA before | after | busy / SHA before | busy / SHA after |", "|" + "---|" * 12]
    for line in lines:
        if "busy_p50_ms" in line:
            busy, slow = line["busy_p50_ms"], line["busy_p99_ms"]
            out.append(f"| {name(line)} | {line.get('pushers', 1)} | {number(line['quiet_p50_ms'])} | {number(busy)} | "
                       f"{number(line.get('after_p50_ms'))} | {ratio(busy, line['quiet_p50_ms'])} | "
                       f"{ratio(busy, line.get('after_p50_ms'))} | {number(slow)} | {number(line.get('sha_p99_ms'))} | "
                       f"{number(line.get('after_sha_p99_ms'))} | {ratio(slow, line.get('sha_p99_ms'))} | "
                       f"{ratio(slow, line.get('after_sha_p99_ms'))} |")
    return out
