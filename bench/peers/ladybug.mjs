// bench/peers/ladybug.mjs
// LadybugDB (successor of Kuzu): one node table Entity (string primary key, hash index), relationship tables INVESTS and
// AGAINST with the filtered columns on the relationship.
import lib from '@ladybugdb/core'
import { D, D0, D1, batch, each, everyFifth, file, load, once, options, pushes, scratch, scratchRemove, starts, wants } from './common.mjs'

const peer = 'ladybug'
const open = (path = options.db) => { const db = new lib.Database(path, 8 * 2 ** 30); return [db, new lib.Connection(db, 2)] }

if (options.mode === 'load') {
  await load(peer, async () => {
    const [db, con] = open()
    const run = async q => { const r = await con.query(q); for (const x of Array.isArray(r) ? r : [r]) x.close?.() }
    const from = name => `LOAD WITH HEADERS (${heads[name]}) FROM '${file(name)}' (header = true)`
    const heads = {
      'companies.csv': 'uscc STRING, name STRING, kind STRING, status STRING, founded DATE, region STRING, industry STRING',
      'persons.csv': 'pid STRING, name_masked STRING',
      'investments.csv': 'investor STRING, investor_kind STRING, uscc STRING, share DECIMAL(9,2), amount DECIMAL(18,2), valid_from DATE, valid_to DATE',
      'roles.csv': 'pid STRING, uscc STRING, role STRING, valid_from DATE, valid_to DATE',
      'penalties.csv': 'doc_no STRING, uscc STRING, domain STRING, organ STRING, date DATE, kind STRING, amount DECIMAL(18,2), severity INT8, publicity_until DATE'
    }
    await run('CREATE NODE TABLE Entity(key STRING PRIMARY KEY, firm BOOL, name STRING, kind STRING, status STRING, founded DATE, region STRING, industry STRING)')
    await run('CREATE REL TABLE INVESTS(FROM Entity TO Entity, share INT32, amount INT64, vf DATE, vt DATE)')
    await run('CREATE REL TABLE HOLDS_ROLE(FROM Entity TO Entity, role STRING, vf DATE, vt DATE)')
    await run('CREATE NODE TABLE Penalty(doc STRING PRIMARY KEY, date DATE, amount INT64, domain STRING, organ STRING, kind STRING, severity INT8, publicity_until DATE)')
    await run('CREATE REL TABLE AGAINST(FROM Penalty TO Entity, date DATE, amount INT64, doc STRING)')
    await run(`COPY Entity FROM (${from('companies.csv')} RETURN uscc, true, name, kind, status, founded, region, industry)`)
    await run(`COPY Entity FROM (${from('persons.csv')} RETURN pid, false, name_masked, 'person' AS kind, 'active' AS status, CAST(NULL AS DATE) AS founded, '' AS region, 'none' AS industry)`)
    await run(`COPY INVESTS FROM (${from('investments.csv')} RETURN investor, uscc, CAST(share * 100 AS INT32), CAST(amount * 100 AS INT64), valid_from, coalesce(valid_to, date('9999-12-31')))`)
    await run(`COPY HOLDS_ROLE FROM (${from('roles.csv')} RETURN pid, uscc, role, valid_from, coalesce(valid_to, date('9999-12-31')))`)
    await run(`COPY Penalty FROM (${from('penalties.csv')} RETURN doc_no, date, CAST(amount * 100 AS INT64), domain, organ, kind, severity, publicity_until)`)
    await run(`COPY AGAINST FROM (${from('penalties.csv')} RETURN doc_no, uscc, date, CAST(amount * 100 AS INT64), doc_no AS doc)`)
    await run('CHECKPOINT')
    await con.close(); await db.close()
  })
} else {
  const q8 = wants('Q8') && scratch()  // pushes go to a copy
  const [db, con] = open(q8 || options.db)
  const prepare = async q => { const p = await con.prepare(q); if (!p.isSuccess()) throw new Error(p.getErrorMessage()); return async u => { const r = await con.execute(p, { u }); const rows = await r.getAll(); r.close?.(); return rows.map(Object.values) } }
  const valid = `r.share >= 500 AND r.vf <= date('${D}') AND r.vt > date('${D}')`
  const window = `p.date >= date('${D0}') AND p.date <= date('${D1}')`
  const list = starts()
  if (wants('Q1')) {
    const q = await prepare(`MATCH (c:Entity)<-[p:AGAINST]-(:Penalty) WHERE c.key = $u AND ${window} RETURN p.doc, p.amount, p.date ORDER BY p.date DESC, p.doc`)
    await each(peer, 'Q1', list, async s => { const r = await q(s.uscc); return `${s.uscc}|${r.length}|${r.reduce((a, x) => a + Number(x[1]), 0)}|${r.map(x => x[0]).join(';')}` })
  }
  if (wants('Q2')) {
    for (let k = 1; k <= 4; k++) {
      const q = await prepare(`MATCH (c:Entity)-[e:INVESTS* SHORTEST 1..${k} (r, n | WHERE ${valid})]-(f:Entity) WHERE c.key = $u AND f.key <> $u RETURN f.firm, count(*), min(f.key), max(f.key)`)
      await each(peer, 'Q2k' + k, everyFifth(list), async s => {
        let firms = 1, persons = 0, lo = s.uscc, hi = s.uscc
        for (const [firm, n, a, b] of await q(s.uscc)) { if (firm) { firms += Number(n); if (a < lo) lo = a; if (b > hi) hi = b } else persons = Number(n) }
        return `${s.uscc}|${k}|${firms}|${persons}|${lo}|${hi}`
      })
    }
  }
  const related = `MATCH (c:Entity)-[e:INVESTS* SHORTEST 1..3 (r, n | WHERE ${valid})]-(f:Entity) WHERE c.key = $u AND f.key <> $u AND f.firm`
  if (wants('Q3') || wants('Q5') || q8) {
    // One statement for the related firms, one for the start itself (the pattern begins at one hop). OPTIONAL MATCH and
    // collect keep the planner on "walk, then expand"; with a plain second MATCH small starts took 93 ms instead of 5 (SF1).
    const q1 = await prepare(`${related} OPTIONAL MATCH (f)<-[p:AGAINST]-(:Penalty) WHERE ${window}
      RETURN count(DISTINCT id(f)), coalesce(sum(p.amount), 0), collect(p.date), collect(p.doc)`)
    const q2 = await prepare(`MATCH (f:Entity)<-[p:AGAINST]-(:Penalty) WHERE f.key = $u AND ${window} RETURN p.date, p.doc, p.amount`)
    const ask = async (u, docs) => {
      const [[others, sum, dates, ids]] = await q1(u), own = await q2(u)
      const n = (ids?.length ?? 0) + own.length
      const head = `${u}|${1 + Number(others)}|${n}|${own.reduce((a, x) => a + Number(x[2]), Number(sum))}`
      if (!docs) return head
      const p = [...own, ...(ids ?? []).map((d, i) => [dates[i], d])]
      p.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1))
      return `${head}|${p.slice(0, 20).map(x => x[1]).join(';')}`
    }
    if (wants('Q3')) await each(peer, 'Q3', list, s => ask(s.uscc, true))
    if (wants('Q5')) await once(peer, 'Q5', async () => { const out = []; const end = performance.now() + options.budgetMs; for (const u of batch()) { out.push(await ask(u, false)); if (performance.now() > end) break } return out })
    if (q8) {
      const writeCon = new lib.Connection(db, 1), some = batch()
      const writer = () => {
        let go = true, commits = 0
        const loop = (async () => {
          while (go) {
            const rows = Array.from({ length: 100 }, (_, i) => `{u: '${some[(commits * 100 + i) * 7919 % some.length]}', d: 'Q8-${commits}-${i}'}`).join(',')
            const r = await writeCon.query(`UNWIND [${rows}] AS x MATCH (e:Entity) WHERE e.key = x.u CREATE (p:Penalty {doc: x.d, date: date('2026-11-10'), amount: 100000})-[:AGAINST {date: date('2026-11-10'), amount: 100000, doc: x.d}]->(e)`)
            r.close?.(); commits++
          }
          return commits
        })()
        return { stop: () => { go = false; return loop } }
      }
      const count = async () => { const r = await con.query('MATCH (p:Penalty) RETURN count(*)'); return Number(Object.values((await r.getAll())[0])[0]) }
      await pushes(peer, list, s => ask(s.uscc, true), count, writer)
      await writeCon.close()
    }
  }
  if (wants('Q4')) {
    const q = await prepare(`MATCH (c:Entity)<-[e:INVESTS*1..6 (r, n | WHERE r.vf <= date('${D}') AND r.vt > date('${D}'))]-(o:Entity) WHERE c.key = $u
      WITH o.key AS o, list_product(list_transform(properties(rels(e), 'share'), x -> x / 10000.0)) AS p WITH o, sum(p) AS s WHERE s >= 0.25 - 1e-9 RETURN o, s ORDER BY o`)
    await each(peer, 'Q4', list, async s => `${s.uscc}|${(await q(s.uscc)).map(([k, x]) => k + '=' + Math.floor(x * 1e6 + 0.5 + 1e-4)).join(';')}`)
  }
  await con.close(); await db.close()
  if (q8) scratchRemove(q8)
}
