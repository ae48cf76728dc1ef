"""JSON lines to Markdown: one table of times with ratios to the limit, one of loads, one of pushes."""

import statistics

LIMIT = "ideal_csr"


def number(value):
    if value is None:
        return ""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.4f}" if value >= 0.01 else f"{value:.5f}"


def times(value):
    return f"{value:.0f}" if value >= 10 else f"{value:.2f}"


def ratio(value, base):
    return times(value / base) if value is not None and base else ""


def merge(lines):
    """Several runs of one engine and question become one line of medians."""
    merged = dict(lines[-1])
    for name in ("p50_ms", "p99_ms", "mean_ms", "load_s"):
        if name in merged:
            merged[name] = statistics.median(line[name] for line in lines)
    merged["runs"] = len(lines)
    merged["ok"] = all(line.get("ok", True) for line in lines)
    merged["strata"] = {stratum: [statistics.median(line["strata"][stratum][i] for line in lines) for i in (0, 1)]
                        for stratum in lines[-1].get("strata", {})}
    return merged


def merged_results(lines):
    groups = {}
    for line in lines:
        if line["workload"] != "Q8":
            groups.setdefault((line["workload"], line["peer"], line.get("threads", 0)), []).append(line)
    return [merge(group) for group in groups.values()]


def limit_for(line, results):
    """The limit's line of the same question; for a batch on as many threads, and only if the whole batch was done."""
    same = [r for r in results if r["peer"] == LIMIT and r["workload"] == line["workload"]]
    if line["workload"] == "Q5":
        same = [r for r in same if r["threads"] == line.get("threads", 1) and r["n"] == line["n"]]
    return same[0] if same else {}


def answers(line):
    if line["peer"] == LIMIT:
        return line["hash"]
    if line["workload"] == "Q4ownership":
        return "not compared"
    return "equal" if line["ok"] else "**DIFFER**"


def times_table(lines):
    results = merged_results(lines)
    rows = ["| question | engine | n | p50 ms | p99 ms | x ideal p50 | x ideal p99 | hub p50 ms | hub p99 ms | answers |",
            "|---|---|---|---|---|---|---|---|---|---|"]
    for workload in sorted({r["workload"] for r in results} - {"Q7"}):
        for line in [r for r in results if r["workload"] == workload]:
            limit = limit_for(line, results)
            hub = line["strata"].get("hub", [None, None])
            name = line["peer"] + (f" ({line['threads']} threads)" if line.get("threads", 1) > 1 else "")
            rows.append(f"| {workload} | {name} | {line['n']} | {number(line['p50_ms'])} | {number(line['p99_ms'])} | "
                        f"{ratio(line['p50_ms'], limit.get('p50_ms'))} | {ratio(line['p99_ms'], limit.get('p99_ms'))} | "
                        f"{number(hub[0])} | {number(hub[1])} | {answers(line)} |")
    return rows if len(rows) > 2 else []


def loads_table(lines):
    results = [r for r in merged_results(lines) if r["workload"] == "Q7"]
    rows = ["| Q7: engine | load s | disk MB | peak RSS MB |", "|---|---|---|---|"]
    rows += [f"| {r['peer']} | {number(r['load_s'])} | {number(r['disk_mb'])} | {r['rss_mb']:.0f} |" for r in results]
    return rows if len(rows) > 2 else []


def differing(lines):
    return sorted({f"{r['workload']} of {r['peer']}" for r in lines if not r.get("ok", True)})
