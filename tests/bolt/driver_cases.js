// Run by test_drivers.py with one version of the JavaScript driver: prints a JSON object of case to outcome.
//   driver_cases.js FOLDER-OF-THE-DRIVER URI,URI [KEY]
const assert = require('assert')
const neo4j = require(process.argv[2])
const version = require(process.argv[2] + '/package.json').version
const int = neo4j.int

const uris = process.argv[3].split(',')
const key = process.argv[4] || ''
const old = version.startsWith('4.')
let uri = ''

const open = (auth, config) => neo4j.driver(uri, auth || neo4j.auth.basic('anyone', key || 'x'), config)

async function within (driver, config, work) {
  const session = driver.session(config)
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

const numbers = result => result.records.map(record => record.get(0).toNumber())
const write = (session, work, config) => old ? session.writeTransaction(work, config) : session.executeWrite(work, config)
const read = (session, work, config) => old ? session.readTransaction(work, config) : session.executeRead(work, config)
const marksOf = session => [].concat(old ? session.lastBookmark() : session.lastBookmarks())
const count = async (session, label) => numbers(await session.run(`MATCH (x:${label}) RETURN count(x) AS n`))[0]

/// What a value says, with its type: numbers of the driver have several forms.
function shown (value) {
  if (value === null || typeof value !== 'object') return `${typeof value} ${Object.is(value, -0) ? '-0' : String(value)}`
  if (neo4j.isInt(value)) return `integer ${value.toString()}`
  if (Array.isArray(value)) return value.map(shown)
  if (value instanceof Int8Array || Buffer.isBuffer(value)) return 'bytes ' + Buffer.from(value).toString('hex')
  for (const name of ['Date', 'LocalTime', 'Time', 'LocalDateTime', 'DateTime', 'Duration']) {
    if (neo4j['is' + name](value)) return `${name} ${value.toString()}`
  }
  return Object.fromEntries(Object.entries(value).sort().map(([name, each]) => [name, shown(each)]))
}

const cases = {
  async sessions (driver) {
    await within(driver, { fetchSize: 3 }, async session => {
      const result = await session.run('UNWIND range(1, $n) AS x RETURN x, toString(x) AS y', { n: int(10) })
      assert.deepStrictEqual(numbers(result), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      assert.deepStrictEqual(result.records[0].keys, ['x', 'y'])
      assert.strictEqual(result.summary.queryType, 'r')
      assert.strictEqual(result.summary.database.name, 'credit')
    })
  },
  async managed_transactions (driver) {
    await within(driver, {}, async session => {
      await write(session, tx => tx.run('CREATE (:Managed {k: 1})'))
      assert.deepStrictEqual(numbers(await read(session, tx => tx.run('MATCH (x:Managed) RETURN count(x)'))), [1])
      assert.strictEqual(marksOf(session).length, 1)
      await assert.rejects(write(session, async tx => {
        await tx.run('CREATE (:Managed)')
        throw new Error('mine')
      }), /mine/)
      assert.strictEqual(await count(session, 'Managed'), 1)
    })
    if (driver.executeQuery) {
      const { records, keys } = await driver.executeQuery('RETURN $x AS x', { x: 'a' }, { database: 'neo4j' })
      assert.deepStrictEqual([records[0].get('x'), keys], ['a', ['x']])
    }
  },
  async transient_errors_are_tried_again (driver) {
    const next = await within(driver, {}, async session => {
      await session.run('CREATE (:Before)')
      return marksOf(session)[0].replace(/\d+$/, number => String(Number(number) + 1))
    })
    const later = new Promise(resolve => setTimeout(resolve, 600))
      .then(() => within(driver, {}, session => session.run('CREATE (:Awaited)')))
    let attempts = 0
    await within(driver, { bookmarks: [next] }, async session => {
      const got = await read(session, tx => { attempts++; return tx.run('MATCH (x:Awaited) RETURN count(x)') },
        { timeout: 200 })
      assert.deepStrictEqual(numbers(got), [1])
    })
    await later
    assert.ok(attempts > 0)
  },
  async explicit_transactions (driver) {
    await within(driver, { fetchSize: 2 }, async session => {
      let tx = await session.beginTransaction()
      await tx.run('CREATE (:Explicit)')
      await tx.rollback()
      tx = await session.beginTransaction()
      const [first, second] = await Promise.all([
        tx.run('UNWIND range(1, 10) AS x RETURN x'), tx.run('CREATE (x:Explicit) RETURN 1 AS y')])
      assert.deepStrictEqual([numbers(first), numbers(second)], [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1]])
      await tx.commit()
      assert.strictEqual(await count(session, 'Explicit'), 1)
      tx = await session.beginTransaction()
      await tx.run('CREATE (:Explicit)')
      await assert.rejects(tx.run('RETURN 1 / 0'), { code: 'Neo.ClientError.Statement.ArithmeticError' })
      await tx.rollback().catch(() => {})
      assert.strictEqual(await count(session, 'Explicit'), 1)
    })
  },
  async bookmarks (driver) {
    let marks = []
    for (let step = 0; step < 5; step++) {
      await within(driver, { bookmarks: marks }, async session => {
        assert.strictEqual(await count(session, 'Marked'), step)
        await session.run('CREATE (:Marked)')
        marks = marksOf(session)
      })
    }
    // Those of all databases are sent to each.
    await within(driver, { database: 'other', bookmarks: marks }, async session => {
      await session.run('CREATE (:There)')
      marks = marks.concat(marksOf(session))
    })
    await within(driver, { bookmarks: marks }, async session => assert.strictEqual(await count(session, 'Marked'), 5))
    if (driver.executeQuery) {
      await driver.executeQuery('CREATE (:There)', {}, { database: 'other' })
      await driver.executeQuery('RETURN 1')
    }
  },
  async streaming (driver) {
    for (const fetchSize of [1, 10, 1000, neo4j.FETCH_ALL === undefined ? -1 : neo4j.FETCH_ALL]) {
      await within(driver, { fetchSize }, async session => {
        const got = numbers(await session.run('UNWIND range(1, 2500) AS x RETURN x'))
        assert.deepStrictEqual([got.length, got[0], got[2499]], [2500, 1, 2500])
      })
    }
    if (!old) {
      await within(driver, { fetchSize: 10 }, async session => { // taken in part, then the next statement
        const got = []
        for await (const record of session.run('UNWIND range(1, 200000) AS x RETURN x')) {
          got.push(record.get('x').toNumber())
          if (got.length === 25) break
        }
        assert.strictEqual(got[24], 25)
        assert.deepStrictEqual(numbers(await session.run('RETURN 1 AS x')), [1])
      })
    }
  },
  async a_connection_closed_within_a_stream (driver) {
    for (let i = 0; i < 5; i++) {
      const second = open()
      const session = second.session({ fetchSize: 10 })
      await new Promise((resolve, reject) => {
        session.run('UNWIND range(1, 10000000) AS x RETURN x').subscribe({
          onNext: () => { second.close().then(resolve, reject) }, onError: resolve, onCompleted: resolve
        })
      })
    }
    await within(driver, {}, async session => assert.deepStrictEqual(numbers(await session.run('RETURN 1')), [1]))
  },
  async concurrent_sessions (driver) {
    const got = await Promise.all(Array.from({ length: 64 }, (_, i) => within(driver, {}, async session => {
      await write(session, tx => tx.run('CREATE (:Busy {k: $k})', { k: int(i) }))
      return numbers(await session.run('MATCH (x:Busy {k: $k}) RETURN x.k', { k: int(i) }))[0]
    })))
    assert.deepStrictEqual(got, Array.from({ length: 64 }, (_, i) => i))
    await within(driver, {}, async session => assert.strictEqual(await count(session, 'Busy'), 64))
  },
  async errors (driver) {
    await within(driver, {}, async session => {
      for (const [statement, code, status] of [
        ['RETRUN 1', 'Neo.ClientError.Statement.SyntaxError', '42001'],
        ['RETURN 1 / 0', 'Neo.ClientError.Statement.ArithmeticError', '22000'],
        ['RETURN $absent', 'Neo.ClientError.Statement.ParameterMissing', '42N51']]) {
        const error = await session.run(statement).then(() => assert.fail(statement), error => error)
        assert.strictEqual(error.code, code)
        if (!old) assert.strictEqual(error.gqlStatus, status)
      }
      await session.run('CREATE CONSTRAINT one_k IF NOT EXISTS FOR (x:OneK) REQUIRE x.k IS UNIQUE')
      await session.run('CREATE (:OneK {k: 1})')
      await assert.rejects(session.run('CREATE (:OneK {k: 1})'),
        { code: 'Neo.ClientError.Schema.ConstraintValidationFailed' })
      await session.run('MATCH (x:OneK) DELETE x')
      await session.run('DROP CONSTRAINT one_k')
      assert.deepStrictEqual(numbers(await session.run('RETURN 1 AS x')), [1])
    })
    await within(driver, { database: 'absent' }, session =>
      assert.rejects(session.run('RETURN 1'), { code: 'Neo.ClientError.Database.DatabaseNotFound' }))
    await within(driver, { defaultAccessMode: neo4j.session.READ }, session =>
      assert.rejects(session.run('CREATE ()'), { code: 'Neo.ClientError.Statement.AccessMode' }))
    const slow = 'UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y UNWIND range(1, 100000) AS z ' +
      'WITH x WHERE x < 0 RETURN count(x)'
    await within(driver, {}, session => assert.rejects(session.run(slow, {}, { timeout: 50 }),
      { code: 'Neo.ClientError.Transaction.TransactionTimedOut' }))
  },
  async values (driver) {
    const types = neo4j.types
    const values = [null, true, false, 1.5, 0.1, Infinity, -0, int(0), int(-1), int(127), int(128), int(-16), int(-17),
      int(-129), int(32768), int('-2147483649'), int('9223372036854775807'), int('-9223372036854775808'), '', 'text €企业',
      'x'.repeat(70000), new Int8Array([0, 1, -1]), [], [int(1), 'a', null], {}, { a: int(1), b: { c: [int(1)] } },
      Array.from({ length: 300 }, (_, i) => int(i)), [[[[int(1)]]]],
      new types.Date(2026, 11, 24), new types.Date(1, 1, 1), new types.LocalTime(1, 2, 3, 4), new types.Time(1, 2, 3, 4, 28800),
      new types.LocalDateTime(2026, 11, 24, 1, 2, 3, 4), new types.DateTime(2026, 11, 24, 1, 2, 3, 4, 28800),
      new types.DateTime(2026, 11, 24, 1, 2, 3, 4, -19800), new types.Duration(14, 3, 5, 7), new types.Duration(-1, -2, -3, 4)]
    await within(driver, {}, async session => {
      for (const value of values.concat([values])) {
        const result = await session.run('RETURN $x AS x', { x: value })
        assert.deepStrictEqual(shown(result.records[0].get('x')), shown(value))
      }
      const one = async (statement, parameters) => (await session.run(statement, parameters)).records[0].get(0)
      const zoned = await one("RETURN datetime('2026-11-24T12:31:14[Asia/Shanghai]') AS x")
      assert.deepStrictEqual([zoned.timeZoneId, zoned.hour.toString()], ['Asia/Shanghai', '12'])
      assert.strictEqual(await one('RETURN toString($x) AS x', { x: zoned }), '2026-11-24T12:31:14+08:00[Asia/Shanghai]')
      assert.strictEqual(await one("RETURN decimal('12.50') AS x"), '12.50')
      await assert.rejects(session.run('RETURN $x', { x: new types.Point(int(7203), 1, 2) }), /Points are no values/)
    })
  },
  async graph (driver) {
    await within(driver, {}, async session => {
      const record = (await session.run(
        'CREATE p = (a:A {k: 1})-[r:R {w: 2}]->(b:B)<-[s:S]-(a) RETURN a, r, p, [a, {b: b}] AS l')).records[0]
      const [a, r, p, l] = ['a', 'r', 'p', 'l'].map(name => record.get(name))
      assert.deepStrictEqual([a.labels, a.properties.k.toNumber()], [['A'], 1])
      assert.deepStrictEqual([r.type, r.properties.w.toNumber()], ['R', 2])
      assert.deepStrictEqual([p.length, p.segments[1].relationship.type], [2, 'S'])
      assert.deepStrictEqual([l[0].identity.toString(), l[1].b.labels], [a.identity.toString(), ['B']])
      if (!old) {
        assert.ok(a.elementId.startsWith('n:') && r.elementId.startsWith('r:'))
        assert.deepStrictEqual([r.startNodeElementId, p.segments[1].end.elementId], [a.elementId, a.elementId])
      }
    })
  },
  async counters_plans_and_notifications (driver) {
    await within(driver, {}, async session => {
      let summary = (await session.run('CREATE (:Js2 {k: 1})-[:X]->(:Js2)')).summary
      const updates = summary.counters.updates()
      assert.deepStrictEqual([updates.nodesCreated, updates.relationshipsCreated, updates.propertiesSet, updates.labelsAdded],
        [2, 1, 1, 2])
      assert.ok(summary.counters.containsUpdates() && !summary.counters.containsSystemUpdates())
      summary = (await session.run('EXPLAIN MATCH (x) RETURN x')).summary
      assert.ok(summary.hasPlan() && summary.plan.operatorType.endsWith('@xinpu'))
      summary = (await session.run('PROFILE UNWIND [1, 2] AS x RETURN x')).summary
      assert.deepStrictEqual([summary.hasProfile(), Number(summary.profile.rows)], [true, 2])
      summary = (await session.run('MATCH (x:NeverSeenLabel) RETURN x')).summary
      assert.strictEqual(summary.notifications[0].code, 'Neo.ClientNotification.Statement.UnknownLabelWarning')
      if (summary.gqlStatusObjects) {
        assert.deepStrictEqual(summary.gqlStatusObjects.map(each => each.gqlStatus).sort(), ['01N50', '02000'])
      }
    })
  },
  async connectivity (driver) {
    const info = await (driver.getServerInfo ? driver.getServerInfo() : driver.verifyConnectivity())
    assert.ok(info.agent === undefined || info.agent.startsWith('Neo4j/'))
    if (version.startsWith('6.')) {
      assert.ok(Number(info.protocolVersion) === 6 || /6\D+0/.test(JSON.stringify(info.protocolVersion)))
    }
    assert.ok(await driver.supportsMultiDb())
    if (driver.verifyAuthentication) assert.ok(await driver.verifyAuthentication({ auth: neo4j.auth.basic('a', key || 'x') }))
    for (const [database, expected] of [[undefined, 'credit'], ['neo4j', 'credit'], ['credit', 'credit'], ['other', 'other']]) {
      await within(driver, { database }, async session =>
        assert.strictEqual((await session.run('RETURN 1')).summary.database.name, expected))
    }
  },
  async a_wrong_key () {
    if (!key) return
    for (const auth of [neo4j.auth.basic('a', 'xk_wrong_wrong')]) { // more, and the server slows the address down
      const second = open(auth)
      await within(second, {}, session =>
        assert.rejects(session.run('RETURN 1'), { code: 'Neo.ClientError.Security.Unauthorized' }))
      await second.close()
    }
    const second = open(neo4j.auth.bearer(key))
    await within(second, {}, async session => assert.deepStrictEqual(numbers(await session.run('RETURN 1')), [1]))
    await second.close()
  }
}

async function main () {
  const outcomes = { version }
  for (uri of uris) {
    const driver = open()
    await within(driver, {}, session => session.run('MATCH (x) DETACH DELETE x'))
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
