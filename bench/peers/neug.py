# bench/peers/neug.py
"""NeuG: embedded, asked in Cypher through its Python package, one connection.

    python neug.py load  --data DIR --db DIR
    python neug.py bench --data DIR --db DIR --ref ROWS [--workloads Q1,Q3] [--budget SECONDS] [--rounds 1] [--n 1000]

Load: COPY statements on the CSVs themselves; what has to be computed (days as numbers, cents) is computed in them.
Q8 alone uses NeuG's server, because an embedded database that can be written to has one connection and no more.
"""
import os
import sys

os.environ.setdefault('GLOG_minloglevel', '3')
sys.path.pop(0)  # this file has the name of the package

import argparse
import hashlib
import json
import logging
import math
import resource
import shutil
import socket
import threading
import time
from collections import defaultdict
from pathlib import Path

import neug

D, D0, D1, OPEN = 20261124, 20231113, 20261113, 99991231
PEER = 'neug'
logging.disable(logging.CRITICAL)

args = argparse.ArgumentParser()
args.add_argument('mode', choices=['load', 'bench', 'explain'])
for name, default in dict(data=None, db=None, ref='', workloads='Q1,Q3', budget='60', n='1000', warm='2000', rounds='1', form='two').items():
    args.add_argument('--' + name, default=default)
opt = args.parse_args()
data, db, budget, wanted = Path(opt.data).resolve(), Path(opt.db).resolve(), float(opt.budget), opt.workloads.split(',')


def csv(name):
    with open(data / name, encoding='utf-8') as f:
        next(f)
        for line in f:
            yield line.rstrip('\n').split(',')


def starts():
    by = dict(small=[], medium=[], large=[], hub=[])
    for uscc, stratum, *_ in csv('starts.csv'):
        by[stratum].append((uscc, stratum))
    longest = max(map(len, by.values()))
    return [b[i] for i in range(longest) for b in by.values() if i < len(b)][:int(opt.n)]


def batch():
    out = []
    for c in csv('companies.csv'):
        if c[2] == 'company' and c[3] == 'active':
            out.append(c[0])
            if len(out) == 10000:
                break
    return out


def quantile(sorted_, p):
    return sorted_[min(len(sorted_) - 1, int(p * len(sorted_)))]


def short(x):
    return float(f'{x:.5g}')


def hash_(rows):
    return hashlib.sha256('\n'.join(sorted(rows)).encode()).hexdigest()[:16]


def report(q, rows, rounds, strata, **extra):
    """Quantiles of each round; the median over the rounds is what counts."""
    def median(p, stratum=None):
        some = [sorted(t for t, s in zip(ms, strata) if s == stratum) if stratum else sorted(ms) for ms in rounds]
        some = sorted(quantile(s, p) for s in some if s)
        return short(quantile(some, 0.5)) if some else 0
    mean = sum(map(sum, rounds)) / sum(map(len, rounds))
    line = dict(peer=PEER, workload=q, n=len(rows), p50_ms=median(0.5), p99_ms=median(0.99), mean_ms=short(mean), hash=hash_(rows), strata={s: [median(0.5, s), median(0.99, s)] for s in sorted(set(strata))})
    ref = Path(opt.ref or '.') / (q + '.rows')
    if ref.exists():
        want = ref.read_text(encoding='utf-8').split('\n')[:len(rows)]
        line['ok'] = hash_(want) == line['hash']
        for i, (a, b) in enumerate(zip(rows, want)):
            if a != b:
                print(f'{PEER} {q}: row {i}\n  got  {a[:400]}\n  want {b[:400]}', file=sys.stderr)
                break
    print(json.dumps({**line, **extra}), flush=True)


def each(q, inputs, answer):
    """A warm-up of at most half the budget, then the measured rounds, each in the budget."""
    end = time.perf_counter() + budget / 2
    warmed = 0
    while warmed < int(opt.warm) and time.perf_counter() < end:
        answer(inputs[warmed % len(inputs)][0])
        warmed += 1
    rows, rounds = [], []
    for _ in range(int(opt.rounds)):
        answers, ms, end = [], [], time.perf_counter() + budget
        for u, _ in inputs:
            t = time.perf_counter()
            answers.append(answer(u))
            ms.append((time.perf_counter() - t) * 1e3)
            if time.perf_counter() > end:
                break
        rows = max(rows, answers, key=len)
        rounds.append(ms)
    report(q, rows, rounds, [s for _, s in inputs], warmed=warmed)


def load():
    shutil.rmtree(db, ignore_errors=True)
    t = time.perf_counter()
    base = neug.Database(str(db), mode='rw')
    con = base.connect()

    def run(text):
        s = time.perf_counter()
        con.execute(text)
        if text.startswith('COPY'):
            print(f'{" ".join(text.split()[:2])}: {time.perf_counter() - s:.1f} s', file=sys.stderr, flush=True)

    def rows(name, columns, where=''):
        return f"(LOAD FROM '{data / name}' (header = true, delim = ',') {where} RETURN {columns})"

    def day(c):  # a number: the DATE of 9999-12-31 overflows, and an absent DATE comes back as a wrong day
        return f"CAST(date_part('year', {c}) * 10000 + date_part('month', {c}) * 100 + date_part('day', {c}), 'INT32')"
    till = f"CASE WHEN valid_to IS NULL THEN CAST({OPEN}, 'INT32') ELSE {day('valid_to')} END"
    cents = "CAST(amount * 100, 'INT64')"  # the cast rounds to the nearest
    run('CREATE NODE TABLE Firm(uscc STRING, name STRING, kind STRING, status STRING, founded DATE, region STRING, industry STRING, PRIMARY KEY(uscc))')
    run('CREATE NODE TABLE Person(pid STRING, name_masked STRING, PRIMARY KEY(pid))')
    run('CREATE NODE TABLE Penalty(doc STRING, domain STRING, organ STRING, date INT32, kind STRING, amount INT64, severity INT64, publicity_until DATE, PRIMARY KEY(doc))')
    run('CREATE REL TABLE INVESTS(FROM Firm TO Firm, FROM Person TO Firm, share INT32, amount INT64, vf INT32, vt INT32)')
    run('CREATE REL TABLE HOLDS_ROLE(FROM Person TO Firm, role STRING, vf INT32, vt INT32)')
    run('CREATE REL TABLE AGAINST(FROM Penalty TO Firm, MANY_TO_ONE)')
    for table, name in dict(Firm='companies.csv', Person='persons.csv').items():
        run(f"COPY {table} FROM '{data / name}' (header = true, delim = ',')")
    for kind, table in dict(company='Firm', person='Person').items():
        columns = f"investor, uscc, CAST(share * 100, 'INT32'), {cents}, {day('valid_from')}, {till}"
        run('COPY INVESTS FROM ' + rows('investments.csv', columns, f"WHERE investor_kind = '{kind}'") + f" (from = '{table}', to = 'Firm')")
    run('COPY HOLDS_ROLE FROM ' + rows('roles.csv', f"pid, uscc, role, {day('valid_from')}, {till}") + " (from = 'Person', to = 'Firm')")
    run('COPY Penalty FROM ' + rows('penalties.csv', f"doc_no, domain, organ, {day('date')}, kind, {cents}, severity, publicity_until"))
    run('COPY AGAINST FROM ' + rows('penalties.csv', 'doc_no, uscc') + " (from = 'Penalty', to = 'Firm')")
    con.close()
    base.close()  # writes a checkpoint
    took = time.perf_counter() - t
    size = sum(f.stat().st_size for f in db.rglob('*') if f.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    s = time.perf_counter()
    neug.Database(str(db), mode='r').close()  # held in memory: what it takes to have it again
    print(json.dumps(dict(peer=PEER, workload='Q7', load_s=short(took), disk_mb=short(size / 1e6), rss_mb=peak, reopen_s=short(time.perf_counter() - s))), flush=True)


VALID = f'r.vf <= {D} AND r.vt > {D}'
STAKE = 'r.share >= 500 AND ' + VALID
WINDOW = f'p.date >= {D0} AND p.date <= {D1}'


def related(k, last=''):
    """Binds f to each node of the related set, once. A pattern of several hops follows every walk (SHORTEST, TRAIL and
    ACYCLIC take no filter on the stakes): at a hub hundreds of thousands, unless each node is kept once in between."""
    parts = dict(walk=[k], steps=[1] * k).get(opt.form, [min(k, 2)] + [1] * (k - 2))
    text, node = 'MATCH (c:Firm {uscc: $u})', 'c'
    for i, hops in enumerate(parts):
        here = '(f' + last + ')' if i == len(parts) - 1 else f'(n{i})'
        text += (f'MATCH ({node})' if i else '') + f'-[e{i}:INVESTS*0..{hops} (r, n | WHERE {STAKE})]-{here} '
        node = here[1:-1].split(':')[0]
        text += f'WITH DISTINCT {node} '
    return text


def q3(docs):
    fines = f'OPTIONAL MATCH (f)<-[:AGAINST]-(p:Penalty) WHERE {WINDOW} '
    out = 'RETURN count(DISTINCT f), count({0}doc), sum({0}amount)' + (', collect({0}date), collect({0}doc)' if docs else '')
    if opt.form == 'ordered' and docs:
        return related(3, ':Firm') + fines + 'WITH f, p.doc AS doc, p.date AS date, p.amount AS amount ORDER BY date DESC, doc ' + out.format('')
    return related(3, ':Firm') + fines + out.format('p.')


def latest(dates, docs):
    return ';'.join(d for _, d in sorted(zip((-x for x in dates or []), docs or []))[:20])


def line3(u, row):
    firms, n, total, *lists = row
    head = f'{u}|{firms}|{n}|{int(total or 0)}'
    return head + '|' + latest(*lists) if lists else head


def bench():
    s = time.perf_counter()
    base = neug.Database(str(db), mode='r')
    print(f'open {time.perf_counter() - s:.1f} s, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB', file=sys.stderr)
    con = base.connect()

    def ask(text, u):
        return list(con.execute(text, 'r', {'u': u}))
    times = []
    for _ in range(3000):
        t = time.perf_counter()
        ask('RETURN 1', '')
        times.append((time.perf_counter() - t) * 1e3)
    print(f'floor: {quantile(sorted(times), 0.5):.4f} ms', file=sys.stderr)
    if opt.mode == 'explain':
        print(con.execute('PROFILE ' + q3(True), 'r', {'u': starts()[3][0]}).get_profile_text())
        return
    if 'Q1' in wanted:
        text = f'MATCH (c:Firm {{uscc: $u}})<-[:AGAINST]-(p:Penalty) WHERE {WINDOW} RETURN p.doc AS doc, p.amount AS amount, p.date AS date ORDER BY date DESC, doc'

        def own(u):
            r = ask(text, u)
            return f"{u}|{len(r)}|{sum(x[1] for x in r)}|{';'.join(x[0] for x in r)}"
        each('Q1', starts(), own)
    for k in range(1, 5) if 'Q2' in wanted else []:
        text2 = related(k) + 'RETURN count(f.uscc), count(f.pid), min(f.uscc), max(f.uscc)'
        each(f'Q2k{k}', starts()[::5], lambda u: '|'.join(map(str, [u, k, *ask(text2, u)[0]])))
    if 'Q3' in wanted:
        text3 = q3(True)
        each('Q3', starts(), lambda u: line3(u, ask(text3, u)[0]))
    if 'Q4' in wanted:
        # One row a walk with the shares on it; the language has no product over a list, so that and the sum are done here.
        text4 = f"MATCH (c:Firm {{uscc: $u}})<-[e:INVESTS*1..6 (r, n | WHERE {VALID})]-(o) RETURN o.uscc, o.pid, properties(rels(e), 'share')"

        def owners(u):
            sums = defaultdict(float)
            for firm, person, shares in ask(text4, u):
                x = 1.0
                for share in shares:
                    x *= share / 10000
                sums[firm or person] += x
            return u + '|' + ';'.join(f'{o}={math.floor(s * 1e6 + 0.5 + 1e-4)}' for o, s in sorted(sums.items()) if s >= 0.25 - 1e-9)
        each('Q4', starts(), owners)
    if 'Q5' in wanted:  # one firm after the other: a statement for 1,000 firms at once took no less
        some, text5 = batch(), q3(False)
        rows, t = [], time.perf_counter()
        for u in some:
            rows.append(line3(u, ask(text5, u)[0]))
            if time.perf_counter() > t + budget:
                break
        report('Q5', rows, [[(time.perf_counter() - t) * 1e3]], [])
    con.close()
    base.close()
    if 'Q8' in wanted:
        pushes()


def pushes():
    """Q8, on a copy, through the server: two sessions over HTTP, one explicit transaction a push."""
    copy = db.with_name(db.name + '.q8')
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(db, copy)
    base = neug.Database(str(copy), mode='rw', checkpoint_on_close=False)
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        port = s.getsockname()[1]
    address = base.serve(port=port, host='127.0.0.1', blocking=False)
    try:
        reader, writer = neug.Session(address, timeout='60s'), neug.Session(address, timeout='60s')
        list_, text, some = starts(), q3(True), batch()

        def read(seconds):
            ms, end, i = [], time.perf_counter() + seconds, 0
            while time.perf_counter() < end:
                t = time.perf_counter()
                u = list_[i % len(list_)][0]
                line3(u, list(reader.execute(text, 'r', {'u': u}))[0])
                ms.append((time.perf_counter() - t) * 1e3)
                i += 1
            ms.sort()
            return len(ms), short(quantile(ms, 0.5)), short(quantile(ms, 0.99))
        read(budget / 4)
        _, q50, q99 = read(budget / 2)
        count = lambda: list(reader.execute('MATCH (p:Penalty)-[:AGAINST]->(f:Firm) RETURN count(p)', 'r'))[0][0]
        before, go, commits = count(), True, 0
        ten = range(10)  # penalties a statement: one a statement took five times as long, UNWIND before a MATCH is not supported
        push = ('MATCH ' + ', '.join(f'(f{i}:Firm {{uscc: $u{i}}})' for i in ten)
                + ' CREATE ' + ', '.join(f'(:Penalty {{doc: $d{i}, date: 20261110, amount: 100000}})-[:AGAINST]->(f{i})' for i in ten))

        def write():
            nonlocal commits
            while go:
                writer.begin_transaction()
                for first in range(0, 100, 10):
                    firms = {f'u{i}': some[(commits * 100 + first + i) * 7919 % len(some)] for i in ten}
                    writer.execute(push, '', {**firms, **{f'd{i}': f'Q8-{commits}-{first + i}' for i in ten}})
                writer.commit()
                commits += 1
        thread = threading.Thread(target=write)
        t = time.perf_counter()
        thread.start()
        n, b50, b99 = read(budget)
        go = False
        thread.join()
        seconds = time.perf_counter() - t
        print(json.dumps(dict(peer=PEER, workload='Q8', n=commits, commits_per_s=short(commits / seconds), quiet_p50_ms=q50, quiet_p99_ms=q99, busy_p50_ms=b50, busy_p99_ms=b99,
                              p99_ratio=short(b99 / q99), reads=n, ok=count() == before + 100 * commits)), flush=True)
        reader.close()
        writer.close()
    finally:
        base.stop_serving()
        base.close()
        shutil.rmtree(copy)


load() if opt.mode == 'load' else bench()
