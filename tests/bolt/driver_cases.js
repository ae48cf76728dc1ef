// Run by test_drivers.py with one version of the JavaScript driver: prints a JSON object of case to outcome.
const assert = require('assert')
const neo4j = require(process.argv[2])
const int = neo4j.int

const cases = {
  async sessions (driver) {
    const session = driver.session({ fetchSize: 3 })
    const result = await session.run('UNWIND range(1, $n) AS x RETURN x, toString(x) AS y', { n: int(10) })
    assert.deepStrictEqual(result.records.map(r => r.get('x').toNumber()), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    assert.strictEqual(result.summary.queryType, 'r')
    assert.strictEqual(result.summary.database.name, 'credit')
    await session.close()
  },
  async transactions (driver) {
    const session = driver.session()
    const managed = session.executeWrite ? f => session.executeWrite(f) : f => session.writeTransaction(f)
    await managed(tx => tx.run('CREATE (:Js {k: 1})'))
    const tx = await session.beginTransaction()
    await tx.run('CREATE (:Js {k: 2})')
    await tx.rollback()
    const result = await session.run('MATCH (x:Js) RETURN count(x) AS n')
    assert.strictEqual(result.records[0].get('n').toNumber(), 1)
    assert.strictEqual([].concat(session.lastBookmark ? session.lastBookmark() : session.lastBookmarks()).length, 1)
    await session.close()
  },
  async errors (driver) {
    const session = driver.session()
    await assert.rejects(session.run('RETRUN 1'), { code: 'Neo.ClientError.Statement.SyntaxError' })
    await assert.rejects(session.run('RETURN 1 / 0'), { code: 'Neo.ClientError.Statement.ArithmeticError' })
    assert.strictEqual((await session.run('RETURN 1 AS x')).records[0].get('x').toNumber(), 1)
    await session.close()
  },
  async values (driver) {
    const session = driver.session()
    const types = neo4j.types
    const values = [null, true, 1.5, int('9223372036854775807'), 'text €', [int(1), 'a'], { a: int(1) },
      new types.Date(2026, 11, 24), new types.LocalTime(1, 2, 3, 4), new types.Time(1, 2, 3, 4, 28800),
      new types.LocalDateTime(2026, 11, 24, 1, 2, 3, 4), new types.DateTime(2026, 11, 24, 1, 2, 3, 4, 28800),
      new types.Duration(14, 3, 5, 7)]
    for (const value of values) {
      const result = await session.run('RETURN $x AS x', { x: value })
      const got = result.records[0].get('x')
      assert.strictEqual(JSON.stringify(got), JSON.stringify(value))
    }
    const zoned = (await session.run("RETURN datetime('2026-11-24T12:31:14[Asia/Shanghai]') AS x")).records[0].get('x')
    assert.strictEqual(zoned.timeZoneId, 'Asia/Shanghai')
    assert.strictEqual(zoned.hour.toString(), '12')
    const back = (await session.run('RETURN toString($x) AS x', { x: zoned })).records[0].get('x')
    assert.strictEqual(back, '2026-11-24T12:31:14+08:00[Asia/Shanghai]')
    await session.close()
  },
  async graph (driver) {
    const session = driver.session()
    const record = (await session.run('CREATE p = (a:A {k: 1})-[r:R]->(b:B)<-[s:S]-(a) RETURN a, r, p')).records[0]
    assert.deepStrictEqual(record.get('a').labels, ['A'])
    assert.strictEqual(record.get('r').type, 'R')
    assert.strictEqual(record.get('p').length, 2)
    assert.strictEqual(record.get('p').segments[1].relationship.type, 'S')
    await session.close()
  },
  async counters (driver) {
    const session = driver.session()
    const result = await session.run('CREATE (:Js2)-[:X]->(:Js2)')
    assert.strictEqual(result.summary.counters.updates().nodesCreated, 2)
    await session.close()
  },
  async connectivity (driver) {
    const info = driver.getServerInfo ? await driver.getServerInfo() : await driver.verifyConnectivity()
    assert.ok(info.agent === undefined || info.agent.startsWith('Neo4j/'))
  }
}

async function main () {
  const outcomes = {}
  for (const uri of process.argv[3].split(',')) {
    const driver = neo4j.driver(uri, neo4j.auth.basic('anyone', process.argv[4] || 'x'))
    const session = driver.session()
    await session.run('MATCH (x) DETACH DELETE x')
    await session.close()
    for (const [name, body] of Object.entries(cases)) {
      const label = uri.split(':')[0] + ' ' + name
      try {
        await body(driver)
        outcomes[label] = ''
      } catch (error) {
        outcomes[label] = String(error.stack)
      }
    }
    await driver.close()
  }
  console.log(JSON.stringify(outcomes))
}

main().catch(error => { console.error(error); process.exit(1) })
