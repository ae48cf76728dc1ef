// bench/peers/duckdb.mjs
// DuckDB: integer ids, adjacency and penalties sorted (zone maps), ART indexes on keys; Q3 as unrolled semi-joins.
import { DuckDBInstance } from '@duckdb/node-api'
import { D, D0, D1, batch, each, everyFifth, file, groups, load, once, options, pushes, scratch, scratchRemove, starts, wants } from './common.mjs'

const instance = async (path = options.db) => DuckDBInstance.create(path, { threads: '2', memory_limit: '12GB', preserve_insertion_order: 'true' })
const T = name => `read_csv('${file(name)}', header = true, quote = '', all_varchar = true)`

if (options.mode === 'load') {
  await load('duckdb', async () => {
    const db = await instance(), con = await db.connect()
    const run = sql => con.run(sql)
    await run(`CREATE TABLE firm AS SELECT row_number() OVER ()::INTEGER AS id, uscc, name, kind, status, founded::DATE AS founded, region, industry FROM ${T('companies.csv')}`)
    await run(`CREATE TABLE person AS SELECT ((SELECT max(id) FROM firm) + row_number() OVER ())::INTEGER AS id, pid, name_masked FROM ${T('persons.csv')}`)
    await run('CREATE TEMP TABLE k AS SELECT uscc AS key, id FROM firm UNION ALL SELECT pid, id FROM person')
    await run(`CREATE TEMP TABLE st AS SELECT a.id AS src, b.id AS dst, (share::DECIMAL(9,2) * 100)::INTEGER AS share, (amount::DECIMAL(18,2) * 100)::BIGINT AS amount, valid_from::DATE AS vf, coalesce(nullif(valid_to, '')::DATE, DATE '9999-12-31') AS vt
      FROM ${T('investments.csv')} i JOIN k a ON a.key = investor JOIN firm b ON b.uscc = i.uscc`)
    await run('CREATE TABLE adj AS SELECT * FROM (SELECT src AS node, dst AS other, true AS holds, share, vf, vt, amount FROM st UNION ALL SELECT dst, src, false, share, vf, vt, amount FROM st) ORDER BY node, other')
    await run(`CREATE TABLE role AS SELECT f.id AS firm, p.id AS person, role, valid_from::DATE AS vf, nullif(valid_to, '')::DATE AS vt FROM ${T('roles.csv')} r JOIN firm f ON f.uscc = r.uscc JOIN person p ON p.pid = r.pid ORDER BY 1`)
    await run(`CREATE TABLE penalty AS SELECT f.id AS firm, date::DATE AS date, doc_no, (amount::DECIMAL(18,2) * 100)::BIGINT AS amount, domain, organ, p.kind, severity::TINYINT AS severity, publicity_until::DATE AS publicity_until
      FROM ${T('penalties.csv')} p JOIN firm f ON f.uscc = p.uscc ORDER BY 1, 2`)
    await run('CREATE UNIQUE INDEX firm_uscc ON firm(uscc)'); await run('CREATE INDEX penalty_firm ON penalty(firm)'); await run('CREATE INDEX adj_node ON adj(node)')
    await run('DROP TABLE k'); await run('DROP TABLE st'); await run('CHECKPOINT')
    con.closeSync(); db.closeSync()
  })
} else {
  const db = await instance(), con = await db.connect()
  const prepare = async sql => { const p = await con.prepare(sql); return async u => { p.bindVarchar(1, u); return (await p.runAndReadAll()).getRows() } }
  const valid = `share >= 500 AND vf <= DATE '${D}' AND vt > DATE '${D}'`
  const window = `date BETWEEN DATE '${D0}' AND DATE '${D1}'`
  const firms = (await con.runAndReadAll('SELECT max(id) FROM firm')).getRows()[0][0]
  const list = starts()
  const layers = k => {
    let s = 'l0 AS MATERIALIZED (SELECT id AS node FROM firm WHERE uscc = $1)'
    for (let h = 1; h <= k; h++) s += `, l${h} AS MATERIALIZED (SELECT DISTINCT other AS node FROM adj WHERE node IN (SELECT node FROM l${h - 1}) AND ${valid})`
    return s + `, n AS MATERIALIZED (${Array.from({ length: k + 1 }, (_, h) => `SELECT node FROM l${h}`).join(' UNION ')})`
  }
  if (wants('Q1')) {
    const id = await prepare('SELECT id FROM firm WHERE uscc = $1')
    const p = await con.prepare(`SELECT doc_no, amount FROM penalty WHERE firm = $1 AND ${window} ORDER BY date DESC, doc_no`)
    await each('duckdb', 'Q1', list, async s => {
      p.bindInteger(1, (await id(s.uscc))[0][0])
      const r = (await p.runAndReadAll()).getRows()
      return `${s.uscc}|${r.length}|${r.reduce((a, x) => a + x[1], 0n)}|${r.map(x => x[0]).join(';')}`
    })
  }
  if (wants('Q2')) {
    for (let k = 1; k <= 4; k++) {
      const q = await prepare(`WITH ${layers(k)} SELECT count(*) FILTER (node <= ${firms}), count(*) FILTER (node > ${firms}), min(uscc), max(uscc) FROM n LEFT JOIN firm ON id = node`)
      await each('duckdb', 'Q2k' + k, everyFifth(list), async s => `${s.uscc}|${k}|${(await q(s.uscc))[0].join('|')}`)
    }
  }
  const q3 = (on = prepare) => on(`WITH ${layers(3)}, f AS MATERIALIZED (SELECT node FROM n WHERE node <= ${firms}),
        p AS MATERIALIZED (SELECT date, doc_no, amount FROM penalty WHERE firm IN (SELECT node FROM f) AND ${window})
      SELECT (SELECT count(*) FROM f), (SELECT count(*) FROM p), (SELECT coalesce(sum(amount), 0) FROM p)::BIGINT,
        (SELECT coalesce(string_agg(doc_no, ';' ORDER BY date DESC, doc_no), '') FROM (SELECT * FROM p ORDER BY date DESC, doc_no LIMIT 20))`)
  if (wants('Q3')) {
    const q = await q3()
    await each('duckdb', 'Q3', list, async s => `${s.uscc}|${(await q(s.uscc))[0].join('|')}`)
  }
  if (wants('Q4')) {
    const q = await prepare(`WITH RECURSIVE w(o, p, l) AS (SELECT id, 1.0::DOUBLE, 0 FROM firm WHERE uscc = $1
        UNION ALL SELECT other, p * share / 10000.0::DOUBLE, l + 1 FROM w JOIN adj ON node = o WHERE l < 6 AND NOT holds AND vf <= DATE '${D}' AND vt > DATE '${D}')
      SELECT coalesce(f.uscc, n.pid), s FROM (SELECT o, sum(p) s FROM w WHERE l > 0 GROUP BY o HAVING sum(p) >= 0.25 - 1e-9) LEFT JOIN firm f ON f.id = o LEFT JOIN person n ON n.id = o ORDER BY 1`)
    await each('duckdb', 'Q4', list, async s => `${s.uscc}|${(await q(s.uscc)).map(([k, x]) => k + '=' + Math.floor(x * 1e6 + 0.5 + 1e-4)).join(';')}`)
  }
  if (wants('Q5')) {  // set-oriented: all starts at once, pairs (start, node)
    const some = batch()
    await once('duckdb', 'Q5', async () => {
      await con.run('CREATE OR REPLACE TEMP TABLE s(uscc VARCHAR)')
      await con.run(`INSERT INTO s SELECT unnest([${some.map(u => `'${u}'`).join(',')}])`)
      const step = h => `l${h} AS MATERIALIZED (SELECT DISTINCT l.s, other AS node FROM l${h - 1} l JOIN a ON a.node = l.node)`
      const r = await con.runAndReadAll(`WITH a AS MATERIALIZED (SELECT node, other FROM adj WHERE ${valid}), l0 AS MATERIALIZED (SELECT id AS s, id AS node FROM s JOIN firm USING (uscc)), ${step(1)}, ${step(2)}, ${step(3)},
          f AS (SELECT * FROM (SELECT * FROM l0 UNION SELECT * FROM l1 UNION SELECT * FROM l2 UNION SELECT * FROM l3) WHERE node <= ${firms}),
          p AS (SELECT firm, count(*) AS c, sum(amount) AS a FROM penalty WHERE ${window} GROUP BY firm)
        SELECT uscc, n, c, a::BIGINT FROM (SELECT s, count(*) AS n, coalesce(sum(c), 0)::BIGINT AS c, coalesce(sum(a), 0) AS a FROM f LEFT JOIN p ON firm = node GROUP BY s) JOIN firm ON id = s`)
      const by = new Map(r.getRows().map(x => [x[0], x.join('|')]))
      return some.map(u => by.get(u))
    }, { threads: 2 })
  }
  if (wants('Q6')) {
    const rows = async sql => (await con.runAndReadAll(sql)).getRows()
    await once('duckdb_app', 'Q6', async () => {
      const nodes = (await rows('SELECT max(id) FROM person'))[0][0], keys = (await rows('SELECT uscc FROM firm ORDER BY id')).map(r => r[0])
      const pens = new Map((await rows(`SELECT firm, count(*)::INT, sum(amount)::DOUBLE FROM penalty WHERE ${window} GROUP BY firm`)).map(r => [r[0], [r[1], r[2]]]))
      return groups(nodes, firms, await rows(`SELECT node, other FROM adj WHERE NOT holds AND share >= 5000 AND vf <= DATE '${D}' AND vt > DATE '${D}'`), pens, v => keys[v - 1])
    })
  }
  con.closeSync(); db.closeSync()
  if (wants('Q8')) {
    const copy = scratch(), d8 = await instance(copy), r8 = await d8.connect(), w8 = await d8.connect()
    await w8.run('CREATE UNIQUE INDEX penalty_key ON penalty(organ, doc_no, firm)')  // as in sqlite.mjs
    await w8.run('CHECKPOINT')
    const q = await q3(async sql => { const p = await r8.prepare(sql); return async u => { p.bindVarchar(1, u); return (await p.runAndReadAll()).getRows() } })
    const writer = () => {
      let go = true, commits = 0
      const loop = (async () => {
        while (go) { await w8.run(`INSERT INTO penalty SELECT 1 + (random() * ${firms - 1})::INTEGER, DATE '2026-11-10', '东消行罚〔2026〕Q' || (${commits * 100} + i) || '号', 100000, 'fire-rescue', '东莞市消防救援支队', '罚款', 2, DATE '2027-11-10' FROM range(100) t(i)`); commits++ }
        return commits
      })()
      return { stop: () => { go = false; return loop } }
    }
    await pushes('duckdb', list, s => q(s.uscc), async () => Number((await r8.runAndReadAll('SELECT count(*) FROM penalty')).getRows()[0][0]), writer)
    r8.closeSync(); w8.closeSync(); d8.closeSync(); scratchRemove(copy)
  }
}
