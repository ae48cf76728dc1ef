// bench/peers/common.mjs
// What the JavaScript peers share: options, starts, timing, canonical hashes (../WORKLOADS.md), checks against the reference.
//   node PEER.mjs load  --data DIR --db PATH
//   node PEER.mjs bench --data DIR --db PATH --ref ROWS_DIR [--workloads Q1,Q3] [--budget SECONDS] [--n 1000]
import { createHash } from 'node:crypto'
import { closeSync, cpSync, existsSync, openSync, readFileSync, readSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

export const D = '2026-11-24', D0 = '2023-11-13', D1 = '2026-11-13'
export const OPEN = '9999-12-31'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' }, db: { type: 'string' }, ref: { type: 'string' },
    workloads: { type: 'string', default: 'Q1,Q3' }, budget: { type: 'string', default: '60' }, n: { type: 'string', default: '1000' }
  }
})
export const options = { ...values, mode: positionals[0], budgetMs: Number(values.budget) * 1000, workloads: values.workloads.split(',') }
export const wants = q => options.workloads.includes(q)
export const file = name => join(options.data, name)

/** Rows of a CSV without quotes, in constant memory. */
export function* csv (name) {
  const fd = openSync(file(name), 'r')
  const chunk = Buffer.allocUnsafe(4 << 20)
  let rest = Buffer.alloc(0), header = true
  for (let n; (n = readSync(fd, chunk, 0, chunk.length, null)) > 0;) {
    const all = Buffer.concat([rest, chunk.subarray(0, n)])
    const end = all.lastIndexOf(10) + 1
    rest = Buffer.from(all.subarray(end))
    const lines = all.toString('utf8', 0, end).split('\n')
    lines.pop()
    for (const line of lines) { if (header) header = false; else yield line.split(',') }
  }
  closeSync(fd)
}
export const dateInt = s => s === '' ? 99991231 : Number(s.slice(0, 4) + s.slice(5, 7) + s.slice(8))
export const cents = s => Number(s.replace('.', ''))

/** Start companies, strata interleaved. */
export function starts () {
  const by = { small: [], medium: [], large: [], hub: [] }
  for (const [uscc, stratum] of csv('starts.csv')) by[stratum].push({ uscc, stratum })
  const out = []
  for (let i = 0, any = true; any; i++) {
    any = false
    for (const s of Object.keys(by)) if (i < by[s].length) { out.push(by[s][i]); any = true }
  }
  return out.slice(0, Number(options.n))
}
export const everyFifth = list => list.filter((_, i) => i % 5 === 0)

/** The first 10,000 active companies, in file order. */
export function batch () {
  const out = []
  for (const [uscc, , kind, status] of csv('companies.csv')) {
    if (kind === 'company' && status === 'active' && out.push(uscc) === 10000) break
  }
  return out
}

const quantile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))]
const round = x => Number(x.toPrecision(5))
export const hash = rows => createHash('sha256').update([...rows].sort((a, b) => a < b ? -1 : a > b ? 1 : 0).join('\n')).digest('hex').slice(0, 16)

/** Times one query for many inputs: a warm-up of at most a quarter of the budget, then the measured round. */
export async function each (peer, q, inputs, fn) {
  const warmEnd = performance.now() + options.budgetMs / 4
  for (const s of inputs) { await fn(s); if (performance.now() > warmEnd) break }
  const rows = [], all = [], by = {}
  const end = performance.now() + options.budgetMs
  for (const s of inputs) {
    const t = performance.now()
    rows.push(await fn(s))
    const ms = performance.now() - t
    all.push(ms); (by[s.stratum] ??= []).push(ms)
    if (performance.now() > end) break
  }
  report(peer, q, rows, all, by)
}
export async function once (peer, q, fn, extra = {}) {
  const t = performance.now()
  const rows = await fn()
  report(peer, q, rows, [performance.now() - t], {}, extra)
}
function report (peer, q, rows, all, by, extra = {}) {
  const pair = v => { v.sort((a, b) => a - b); return [round(quantile(v, 0.5)), round(quantile(v, 0.99))] }
  const mean = round(all.reduce((a, b) => a + b, 0) / all.length)
  const strata = Object.fromEntries(Object.entries(by).map(([k, v]) => [k, pair(v)]))
  const [p50, p99] = pair(all)
  const line = { peer, workload: q, n: rows.length, p50_ms: p50, p99_ms: p99, mean_ms: mean, hash: hash(rows), strata, ...extra }
  const ref = options.ref && join(options.ref, q + '.rows')
  if (ref && existsSync(ref)) {
    const want = readFileSync(ref, 'utf8').split('\n').slice(0, rows.length)
    line.ok = hash(want) === line.hash
    const bad = rows.findIndex((r, i) => r !== want[i])
    if (bad >= 0) console.error(`${peer} ${q}: row ${bad}\n  got  ${rows[bad].slice(0, 400)}\n  want ${String(want[bad]).slice(0, 400)}`)
  }
  console.log(JSON.stringify(line))
}

const size = p => !existsSync(p) ? 0 : statSync(p).isDirectory() ? readdirSync(p).reduce((s, f) => s + size(join(p, f)), 0) : statSync(p).size
/** Q7: builds a closed, durable database from the CSVs. */
export async function load (peer, build) {
  for (const suffix of ['', '-wal', '-shm', '.wal']) rmSync(options.db + suffix, { recursive: true, force: true })
  const t = performance.now()
  await build()
  const seconds = (performance.now() - t) / 1000
  const bytes = ['', '-wal', '-shm', '.wal'].reduce((s, x) => s + size(options.db + x), 0)
  console.log(JSON.stringify({ peer, workload: 'Q7', load_s: round(seconds), disk_mb: round(bytes / 1e6), rss_mb: Math.round(process.resourceUsage().maxRSS / 1024) }))
}

/** Q8: Q3 alone, then Q3 while a writer commits 100 penalties a transaction. Works on a copy of the database. */
export const scratch = () => {
  const copy = options.db + '.q8'
  for (const x of ['', '-wal', '-shm', '.wal']) { rmSync(copy + x, { recursive: true, force: true }); if (existsSync(options.db + x)) cpSync(options.db + x, copy + x, { recursive: true }) }
  return copy
}
export async function pushes (peer, list, ask, count, startWriter) {
  const reader = async ms => {
    const all = []
    const end = performance.now() + ms
    for (let i = 0; performance.now() < end; i = (i + 1) % list.length) {
      const t = performance.now()
      await ask(list[i])
      all.push(performance.now() - t)
      await new Promise(resolve => setImmediate(resolve))
    }
    all.sort((a, b) => a - b)
    return { n: all.length, p50: round(quantile(all, 0.5)), p99: round(quantile(all, 0.99)) }
  }
  await reader(options.budgetMs / 4)
  const quiet = await reader(options.budgetMs / 2)
  const before = await count(), t = performance.now()
  const writer = startWriter()
  const busy = await reader(options.budgetMs)
  const commits = await writer.stop()
  const seconds = (performance.now() - t) / 1000
  const after = await count()
  console.log(JSON.stringify({ peer, workload: 'Q8', n: commits, commits_per_s: round(commits / seconds), quiet_p50_ms: quiet.p50, quiet_p99_ms: quiet.p99, busy_p50_ms: busy.p50, busy_p99_ms: busy.p99, p99_ratio: round(busy.p99 / quiet.p99), reads: busy.n, ok: after === before + 100 * commits }))
}
export const scratchRemove = copy => { for (const x of ['', '-wal', '-shm', '.wal']) rmSync(copy + x, { recursive: true, force: true }) }

/** Q6 where the peer gives stakes [a, b], firms' penalties Map(id -> [count, cents]) and keys; union-find here. */
export function groups (nodes, firms, stakes, penalties, keyOf) {
  const up = new Uint32Array(nodes + 1).map((_, i) => i)
  const root = v => { while (up[v] !== v) { up[v] = up[up[v]]; v = up[v] } return v }
  for (const [a, b] of stakes) up[root(a)] = root(b)
  const by = new Map()
  for (let v = 1; v <= firms; v++) {
    const r = root(v)
    let g = by.get(r)
    if (!g) by.set(r, g = { firms: 0, count: 0, cents: 0, members: [] })
    g.firms++; g.members.push(v)
    const p = penalties.get(v)
    if (p) { g.count += p[0]; g.cents += p[1] }
  }
  const many = [...by.values()].filter(g => g.firms > 1).sort((a, b) => b.count - a.count)
  const floor = many[Math.min(99, many.length - 1)].count
  const top = many.filter(g => g.count >= floor)
  for (const g of top) g.least = g.members.reduce((m, v) => { const k = keyOf(v); return m === undefined || k < m ? k : m }, undefined)
  top.sort((a, b) => b.count - a.count || (a.least < b.least ? -1 : 1))
  return top.slice(0, 100).map((g, i) => `${i + 1}|${g.least}|${g.firms}|${g.count}|${g.cents}`)
}
