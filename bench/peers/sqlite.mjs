// bench/peers/sqlite.mjs
// SQLite (better-sqlite3): clustered tables (WITHOUT ROWID), both directions of a stake in one adjacency table.
// Two peers: "sqlite" answers in one SQL statement (recursive CTE); "sqlite_app" walks in the application.
import { createRequire } from 'node:module'
import Database from 'better-sqlite3'
import { Worker } from 'node:worker_threads'
import { batch, cents, csv, dateInt, each, everyFifth, groups, load, once, options, pushes, scratch, scratchRemove, starts, wants } from './common.mjs'

const D = 20261124, D0 = 20231113, D1 = 20261113

if (options.mode === 'load') {
  await load('sqlite', () => {
    const db = new Database(options.db)
    db.pragma('page_size = 8192'); db.pragma('journal_mode = OFF'); db.pragma('synchronous = OFF'); db.pragma('cache_size = -1000000')
    db.exec(`
      CREATE TABLE firm(id INTEGER PRIMARY KEY, uscc TEXT, name TEXT, kind TEXT, status TEXT, founded INT, region TEXT, industry TEXT);
      CREATE TABLE person(id INTEGER PRIMARY KEY, pid TEXT, name_masked TEXT);
      CREATE TABLE adj(node INT, other INT, stake INT, holds INT, share INT, vf INT, vt INT, amount INT, PRIMARY KEY(node, other, stake)) WITHOUT ROWID;
      CREATE TABLE role(firm INT, person INT, seq INT, role TEXT, vf INT, vt INT, PRIMARY KEY(firm, person, seq)) WITHOUT ROWID;
      CREATE TABLE penalty(firm INT, date INT, doc_no TEXT, amount INT, domain TEXT, organ TEXT, kind TEXT, severity INT, publicity_until INT, PRIMARY KEY(firm, date, doc_no)) WITHOUT ROWID;`)
    const ids = new Map()
    const insert = (sql, rows) => { const s = db.prepare(sql); db.transaction(() => { for (const r of rows) s.run(r) })() }
    let id = 0, seq = 0
    insert('INSERT INTO firm VALUES(?,?,?,?,?,?,?,?)', (function* () { for (const r of csv('companies.csv')) { ids.set(r[0], ++id); yield [id, r[0], r[1], r[2], r[3], dateInt(r[4]), r[5], r[6]] } })())
    insert('INSERT INTO person VALUES(?,?,?)', (function* () { for (const r of csv('persons.csv')) { ids.set(r[0], ++id); yield [id, r[0], r[1]] } })())
    // sorted input: clustered tables are then appended to
    const two = []
    for (const r of csv('investments.csv')) {
      const a = ids.get(r[0]), b = ids.get(r[2]), tail = [Math.round(Number(r[3]) * 100), dateInt(r[5]), dateInt(r[6]), cents(r[4])]
      seq++
      two.push([a, b, seq, 1, ...tail], [b, a, seq, 0, ...tail])
    }
    two.sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2])
    insert('INSERT INTO adj VALUES(?,?,?,?,?,?,?,?)', two)
    two.length = 0
    const roles = []
    for (const r of csv('roles.csv')) roles.push([ids.get(r[1]), ids.get(r[0]), ++seq, r[2], dateInt(r[3]), dateInt(r[4])])
    roles.sort((x, y) => x[0] - y[0] || x[1] - y[1] || x[2] - y[2])
    insert('INSERT INTO role VALUES(?,?,?,?,?,?)', roles)
    roles.length = 0
    const pen = []
    for (const r of csv('penalties.csv')) pen.push([ids.get(r[1]), dateInt(r[4]), r[0], cents(r[6]), r[2], r[3], r[5], Number(r[7]), dateInt(r[8])])
    pen.sort((x, y) => x[0] - y[0] || x[1] - y[1])
    insert('INSERT INTO penalty VALUES(?,?,?,?,?,?,?,?,?)', pen)
    db.exec('CREATE UNIQUE INDEX firm_uscc ON firm(uscc); CREATE UNIQUE INDEX person_pid ON person(pid); CREATE INDEX role_person ON role(person, firm); ANALYZE;')
    db.pragma('journal_mode = WAL'); db.pragma('synchronous = FULL')
    db.close()
  })
} else {
  const db = new Database(options.db)
  db.pragma('cache_size = -2000000'); db.pragma('mmap_size = 30000000000'); db.pragma('temp_store = MEMORY')
  const firms = db.prepare('SELECT max(id) FROM firm').pluck().get()
  const valid = `share >= 500 AND vf <= ${D} AND vt > ${D}`
  const idOf = db.prepare('SELECT id FROM firm WHERE uscc = ?').pluck()
  const list = starts()
  const reach = k => `r(node, h) AS (SELECT id, 0 FROM firm WHERE uscc = ? UNION SELECT a.other, h + 1 FROM r CROSS JOIN adj a ON a.node = r.node WHERE h < ${k} AND ${valid})`

  if (wants('Q1')) {
    const q = db.prepare(`SELECT doc_no, amount FROM firm f CROSS JOIN penalty p ON p.firm = f.id WHERE f.uscc = ? AND date BETWEEN ${D0} AND ${D1} ORDER BY date DESC, doc_no`).raw()
    await each('sqlite', 'Q1', list, s => { const r = q.all(s.uscc); return `${s.uscc}|${r.length}|${r.reduce((a, x) => a + x[1], 0)}|${r.map(x => x[0]).join(';')}` })
  }
  if (wants('Q2')) {
    for (let k = 1; k <= 4; k++) {
      const q = db.prepare(`WITH RECURSIVE ${reach(k)}, n AS MATERIALIZED (SELECT DISTINCT node FROM r)
        SELECT (SELECT count(*) FROM n WHERE node <= ${firms}), (SELECT count(*) FROM n WHERE node > ${firms}), min(uscc), max(uscc) FROM n CROSS JOIN firm ON id = node`).raw()
      await each('sqlite', 'Q2k' + k, everyFifth(list), s => `${s.uscc}|${k}|${q.get(s.uscc).join('|')}`)
    }
  }
  const q3 = (docs, con = db) => con.prepare(`WITH RECURSIVE ${reach(3)}, f AS MATERIALIZED (SELECT DISTINCT node FROM r WHERE node <= ${firms}),
      p AS MATERIALIZED (SELECT date, doc_no, amount FROM f CROSS JOIN penalty ON firm = node WHERE date BETWEEN ${D0} AND ${D1})
    SELECT (SELECT count(*) FROM f), (SELECT count(*) FROM p), (SELECT ifnull(sum(amount), 0) FROM p)
      ${docs ? ", (SELECT ifnull(group_concat(doc_no, ';'), '') FROM (SELECT doc_no FROM p ORDER BY date DESC, doc_no LIMIT 20))" : ''}`).raw()
  const neighbours = db.prepare(`SELECT other FROM adj WHERE node = ? AND ${valid}`).pluck()
  const own = db.prepare(`SELECT date, doc_no, amount FROM penalty WHERE firm = ? AND date BETWEEN ${D0} AND ${D1}`).raw()
  const walk = (uscc, docs) => {
    const start = idOf.get(uscc), seen = new Set([start])
    let layer = [start]
    for (let h = 0; h < 3; h++) {
      const next = []
      for (const v of layer) for (const o of neighbours.all(v)) if (!seen.has(o)) { seen.add(o); next.push(o) }
      layer = next
    }
    const p = []
    let n = 0, sum = 0
    for (const v of seen) if (v <= firms) { n++; for (const x of own.all(v)) { p.push(x); sum += x[2] } }
    if (!docs) return `${uscc}|${n}|${p.length}|${sum}`
    p.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1))
    return `${uscc}|${n}|${p.length}|${sum}|${p.slice(0, 20).map(x => x[1]).join(';')}`
  }
  if (wants('Q3')) {
    const q = q3(true)
    await each('sqlite', 'Q3', list, s => `${s.uscc}|${q.get(s.uscc).join('|')}`)
    await each('sqlite_app', 'Q3', list, s => walk(s.uscc, true))
  }
  if (wants('Q4')) {
    const q = db.prepare(`WITH RECURSIVE w(o, p, l) AS (SELECT id, 1.0, 0 FROM firm WHERE uscc = ?
        UNION ALL SELECT other, p * share / 10000.0, l + 1 FROM w CROSS JOIN adj ON node = o WHERE l < 6 AND holds = 0 AND vf <= ${D} AND vt > ${D})
      SELECT coalesce(f.uscc, n.pid), s FROM (SELECT o, sum(p) s FROM w WHERE l > 0 GROUP BY o HAVING sum(p) >= 0.25 - 1e-9) LEFT JOIN firm f ON f.id = o LEFT JOIN person n ON n.id = o ORDER BY 1`).raw()
    await each('sqlite', 'Q4', list, s => `${s.uscc}|${q.all(s.uscc).map(([k, x]) => k + '=' + Math.floor(x * 1e6 + 0.5 + 1e-4)).join(';')}`)
  }
  if (wants('Q5')) {
    const some = batch(), q = q3(false)
    await once('sqlite', 'Q5', () => some.map(u => `${u}|${q.get(u).join('|')}`))
    await once('sqlite_app', 'Q5', () => some.map(u => walk(u, false)))
  }
  if (wants('Q6')) {
    const nodes = db.prepare('SELECT max(id) FROM person').pluck().get(), key = db.prepare('SELECT uscc FROM firm WHERE id = ?').pluck()
    await once('sqlite_app', 'Q6', () => {
      const pens = new Map(db.prepare(`SELECT firm, count(*), sum(amount) FROM penalty WHERE date BETWEEN ${D0} AND ${D1} GROUP BY firm`).raw().all().map(r => [r[0], [r[1], r[2]]]))
      return groups(nodes, firms, db.prepare(`SELECT node, other FROM adj WHERE holds = 0 AND share >= 5000 AND vf <= ${D} AND vt > ${D}`).raw().iterate(), pens, v => key.get(v))
    })
  }
  db.close()
  if (wants('Q8')) {
    const copy = scratch(), con = new Database(copy)
    con.pragma('cache_size = -2000000'); con.pragma('mmap_size = 30000000000'); con.pragma('temp_store = MEMORY')
    // The key of a penalty that xinpu checks on every push; made here, so that Q7 is without it as in the first measurement.
    con.exec('CREATE UNIQUE INDEX penalty_key ON penalty(organ, doc_no, firm)')
    con.pragma('wal_checkpoint(TRUNCATE)')
    const q = q3(true, con)
    const writer = () => {
      const flag = new Int32Array(new SharedArrayBuffer(4))
      const w = new Worker(`
        const { workerData: d, parentPort } = require('node:worker_threads'), Database = require(d.lib), db = new Database(d.copy)
        db.pragma('journal_mode = WAL'); db.pragma('synchronous = FULL')
        const ins = db.prepare("INSERT INTO penalty VALUES(?,20261110,?,100000,'fire-rescue','东莞市消防救援支队','罚款',2,20271110)")
        let commits = 0, x = 1
        const push = db.transaction(() => { for (let i = 0; i < 100; i++) { x = (x * 48271) % 2147483647; ins.run(1 + x % d.firms, '东消行罚〔2026〕Q' + (commits * 100 + i) + '号') } })
        while (!Atomics.load(d.flag, 0)) { push(); commits++ }
        db.close(); parentPort.postMessage(commits)`, { eval: true, workerData: { copy, firms, flag, lib: createRequire(import.meta.url).resolve('better-sqlite3') } })
      const done = new Promise((resolve, reject) => { w.once('message', resolve); w.once('error', reject) })
      return { stop: () => { Atomics.store(flag, 0, 1); return done } }
    }
    await pushes('sqlite', list, s => q.get(s.uscc), () => con.prepare('SELECT count(*) FROM penalty').pluck().get(), writer)
    con.close(); scratchRemove(copy)
  }
}
