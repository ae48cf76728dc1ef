"""How each engine is installed, loaded and asked. All print the JSON lines of WORKLOADS.md."""

import os
import shutil
import sys

from harness import processes
from harness.city import FILES, ROOT

DATE = "2026-11-24"
PEERS = os.path.join(ROOT, "bench", "peers")
JAVASCRIPT = ("sqlite", "duckdb", "ladybug")
ALL = JAVASCRIPT + ("neug", "neo4j")
NEUG = "neug==0.3.0"


def install_javascript(city, name):
    folder = os.path.join(city.work, "node")
    os.makedirs(folder, exist_ok=True)
    for file in os.listdir(PEERS):
        if file.endswith(".mjs") or file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(os.path.join(PEERS, file), folder)
    if not os.path.exists(os.path.join(folder, "node_modules", ".package-lock.json")):
        # Not "npm ci": the lock names only this platform's library of LadybugDB, and ci asks for all of them.
        processes.run(["npm", "install", "--no-audit", "--no-fund"], cwd=folder)
    return ["node", os.path.join(folder, name + ".mjs")]


def install_neug(city):
    folder = os.path.join(city.work, "neug")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(os.path.join(folder, "complete")):
        processes.run([sys.executable, "-m", "venv", "--clear", folder])
        processes.run([python, "-m", "pip", "install", "-q", NEUG])
        open(os.path.join(folder, "complete"), "w", encoding="utf-8").close()
    return ["env", "PYTHONDONTWRITEBYTECODE=1", python, os.path.join(PEERS, "neug.py")]


def install_neo4j(city):
    folder = os.path.join(city.work, "neo4j")
    classes = os.path.join(folder, "classes")
    jars = os.path.join(folder, "classpath")
    os.makedirs(classes, exist_ok=True)
    sources = os.path.join(PEERS, "neo4j")
    if not os.path.exists(jars):
        shutil.copy(os.path.join(sources, "pom.xml"), folder)
        processes.run(["mvn", "-q", "-B", "dependency:build-classpath", "-Dmdep.outputFile=classpath"], cwd=folder)
    with open(jars, encoding="utf-8") as file:
        path = file.read().strip()
    processes.run(["javac", "-cp", path, "-d", classes, os.path.join(sources, "Common.java"),
                   os.path.join(sources, "Neo4jPeer.java")])
    return ["java", "-Xmx4g", "-cp", f"{classes}:{path}", "Neo4jPeer"]


NEEDS = {"sqlite": ("node", "npm"), "duckdb": ("node", "npm"), "ladybug": ("node", "npm"), "neug": (),
         "neo4j": ("mvn", "java", "javac")}


def install(city, peer):
    """Installs into the work folder on first use and returns the command that takes load|bench and the options."""
    missing = [tool for tool in NEEDS[peer] if shutil.which(tool) is None]
    if missing:
        raise processes.Failed(f"needs {', '.join(missing)}, not installed here")
    if peer in JAVASCRIPT:
        return install_javascript(city, peer)
    return install_neug(city) if peer == "neug" else install_neo4j(city)


def run_peer(city, peer, workloads, budget_s):
    """Loads if that is asked or there is no database yet, then asks."""
    command = install(city, peer)
    where = ["--data", city.data, "--db", city.database(peer)]
    if "Q7" in workloads or not os.path.exists(city.database(peer)):
        for line in processes.measure([*command, "load", *where]).json_lines():
            city.keep(line)
    asked = [q for q in workloads if q != "Q7"]
    if asked:
        options = ["--ref", city.rows, "--workloads", ",".join(asked), "--budget", f"{budget_s:g}"]
        for line in processes.measure([*command, "bench", *where, *options]).json_lines():
            city.keep(line)


def run_ideal(city, workloads):
    asked = [q for q in workloads if q not in ("Q7", "Q8")]
    command = [city.program("xinpu-ideal-csr"), "--data", city.data, "--rows", city.rows, "--workloads", ",".join(asked)]
    for line in processes.measure(command).json_lines():
        city.keep(line)


def load_xinpu(city):
    """Q7: the whole process from its start to its end, on an absent database."""
    folder = city.database("xinpu")
    shutil.rmtree(folder, ignore_errors=True)
    files = [f"{name}={city.file(file)}" for name, file in FILES.items()]
    command = [city.program("xinpu"), "load", "--data", folder, "--format", "json", *files]
    done = processes.measure(command)
    length, allocated = processes.bytes_of(os.path.join(folder, "databases"))
    return city.keep({"peer": "xinpu", "workload": "Q7", "load_s": round(done.seconds, 3), "disk_mb": round(length / 1e6, 1),
                      "allocated_mb": round(allocated / 1e6, 1), "rss_mb": round(done.peak_rss_mb),
                      "report": (done.json_lines() or [None])[-1]})


def ask_xinpu(city, workloads, through="engine"):
    """Q1 to Q5 through xinpu-bench, one process a question; Q5 on one thread and on two; Q4 through statements alone."""
    base = [city.program("xinpu-bench"), "--data", city.database("xinpu"), "--date", DATE, "--ref", city.rows,
            "--sf", f"{city.sf:g}"]
    for workload in workloads:
        if workload in ("Q7", "Q8") or (workload == "Q4" and through == "engine"):
            continue
        starts = "batch.csv" if workload == "Q5" else "starts.csv"
        for threads in (("1", "2") if workload == "Q5" else ("1",)):
            command = [*base, "--workload", workload, "--starts", city.file(starts), "--threads", threads, "--through", through]
            for line in processes.measure(command).json_lines():
                if workload == "Q5":
                    line.setdefault("threads", int(threads))
                if through == "statement":
                    line["peer"] = "xinpu, statement"
                city.keep(line)
