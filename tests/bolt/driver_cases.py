"""Run by test_drivers.py with one version of the Python driver on its path: prints a JSON object of case to outcome."""

import concurrent.futures
import datetime
import json
import sys
import threading
import time
import traceback

import neo4j
import neo4j.exceptions
import neo4j.time
import pytz

CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def equal(expected, got):
    assert expected == got, f"expected {expected!r}, got {got!r}"


@case
def sessions(driver):
    with driver.session() as session:
        result = session.run("UNWIND range(1, $n) AS x RETURN x, toString(x) AS y", n=3)
        equal(["x", "y"], list(result.keys()))
        equal([(1, "1"), (2, "2"), (3, "3")], [tuple(record) for record in result])
        summary = result.consume()
        equal("r", summary.query_type)
        equal("credit", summary.database)
        assert summary.result_available_after >= 0


@case
def execute_query(driver):
    records, summary, keys = driver.execute_query("RETURN $x AS x", x=[1, "a"], database_="neo4j")
    equal([[1, "a"]], [record["x"] for record in records])
    equal(["x"], keys)
    assert summary.server.agent.startswith("Neo4j/")


@case
def managed_transactions(driver):
    def write(tx):
        return tx.run("CREATE (x:Managed {k: $k}) RETURN x.k AS k", k=1).single()["k"]
    with driver.session() as session:
        equal(1, session.execute_write(write))
        equal(1, session.execute_read(lambda tx: tx.run("MATCH (x:Managed) RETURN count(x) AS n").single()["n"]))
        assert len(list(session.last_bookmarks().raw_values)) == 1

        def fails(tx):
            tx.run("CREATE (:Managed)").consume()
            raise KeyError("mine")
        try:
            session.execute_write(fails)
        except KeyError:
            pass
        equal(1, session.run("MATCH (x:Managed) RETURN count(x) AS n").single()["n"])


def next_bookmark(driver):
    """One that the next commit will reach."""
    with driver.session() as session:
        session.run("CREATE (:Before)").consume()
        last, = session.last_bookmarks().raw_values
    head, number = last.rsplit(":", 1)
    return neo4j.Bookmarks.from_raw_values([f"{head}:{int(number) + 1}"])


@case
def transient_errors_are_tried_again(driver):
    mark = next_bookmark(driver)
    attempts = []

    @neo4j.unit_of_work(timeout=0.2)
    def work(tx):
        attempts.append(time.monotonic())
        return tx.run("MATCH (x:Awaited) RETURN count(x) AS n").single()["n"]

    def write():
        with driver.session() as writer:
            writer.run("CREATE (:Awaited)").consume()
    later = threading.Timer(0.6, write)
    later.start()
    with driver.session(bookmarks=mark) as session:
        equal(1, session.execute_read(work))
    later.join()
    assert attempts
    try:
        with driver.session(bookmarks=next_bookmark(driver)) as session:
            session.run(neo4j.Query("RETURN 1", timeout=0.1)).consume()
    except neo4j.exceptions.TransientError as error:
        equal("Neo.TransientError.Transaction.BookmarkTimeout", error.code)
        assert error.is_retryable()
    else:
        raise AssertionError("a bookmark that does not come")


@case
def explicit_transactions(driver):
    with driver.session() as session:
        with session.begin_transaction() as tx:
            tx.run("CREATE (:Explicit)").consume()
            tx.rollback()
        with session.begin_transaction() as tx:
            first = tx.run("UNWIND range(1, 10) AS x RETURN x")
            second = tx.run("CREATE (x:Explicit) RETURN 1 AS y")
            equal([1], [record["y"] for record in second])
            equal(list(range(1, 11)), [record["x"] for record in first])
            tx.commit()
        equal(1, session.run("MATCH (x:Explicit) RETURN count(x) AS n").single()["n"])


@case
def a_failure_ends_a_transaction(driver):
    with driver.session() as session:
        tx = session.begin_transaction()
        tx.run("CREATE (:Failed)").consume()
        try:
            tx.run("RETURN 1 / 0").consume()
        except neo4j.exceptions.ClientError as error:
            equal("Neo.ClientError.Statement.ArithmeticError", error.code)
        else:
            raise AssertionError("divided by zero")
        tx.close()
        equal(0, session.run("MATCH (x:Failed) RETURN count(x) AS n").single()["n"])


@case
def bookmarks(driver):
    marks = None
    for step in range(5):  # each session sees what the one before wrote
        with driver.session(bookmarks=marks) as session:
            equal(step, session.run("MATCH (x:Marked) RETURN count(x) AS n").single()["n"])
            session.run("CREATE (:Marked)").consume()
            marks = session.last_bookmarks()
            equal(1, len(marks.raw_values))


@case
def bookmarks_of_several_databases(driver):
    # execute_query keeps the bookmarks of all databases together and sends all of them.
    driver.execute_query("CREATE (:Here)")
    driver.execute_query("CREATE (:There)", database_="other")
    equal(0, driver.execute_query("MATCH (x:Here) RETURN count(x) AS n", database_="other").records[0]["n"])
    equal(1, driver.execute_query("MATCH (x:Here) RETURN count(x) AS n").records[0]["n"])


@case
def streaming(driver):
    for size in (1, 10, 1000, -1):
        with driver.session(fetch_size=size) as session:
            result = session.run("UNWIND range(1, 2500) AS x RETURN x")
            equal(list(range(1, 2501)), [record["x"] for record in result])
    for size in (1, 10, 1000):  # taken in part, then the next statement
        with driver.session(fetch_size=size) as session:
            result = session.run("UNWIND range(1, 200000) AS x RETURN x")
            equal([1, 2, 3], [next(result)["x"] for _ in range(3)])
            equal("r", result.consume().query_type)
            equal(1, session.run("RETURN 1 AS x").single()["x"])
            first = session.run("UNWIND range(1, 5000) AS x RETURN x")
            next(first)
            equal(2, session.run("RETURN 2 AS x").single()["x"])  # the driver takes the rest of the first itself


@case
def a_connection_closed_within_a_stream(driver):
    for _ in range(5):
        with other_driver() as second:
            session = second.session(fetch_size=10)
            result = session.run("UNWIND range(1, 10000000) AS x RETURN x, toString(x) AS y")
            equal(1, next(result)["x"])
            second.close()
    equal([[1]], [record.values() for record in driver.execute_query("RETURN 1 AS x").records])


@case
def concurrent_sessions(driver):
    def work(number):
        with driver.session() as session:
            session.execute_write(lambda tx: tx.run("CREATE (:Busy {k: $k})", k=number).consume())
            return session.run("MATCH (x:Busy {k: $k}) RETURN x.k AS k", k=number).single()["k"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        equal(list(range(64)), list(pool.map(work, range(64))))
    equal(64, driver.execute_query("MATCH (x:Busy) RETURN count(x) AS n").records[0]["n"])


@case
def errors(driver):
    with driver.session() as session:
        for statement, kind, code in [
            ("RETRUN 1", neo4j.exceptions.CypherSyntaxError, "Neo.ClientError.Statement.SyntaxError"),
            ("RETURN 1 / 0", neo4j.exceptions.ClientError, "Neo.ClientError.Statement.ArithmeticError"),
            ("RETURN $absent", neo4j.exceptions.ClientError, "Neo.ClientError.Statement.ParameterMissing"),
        ]:
            try:
                session.run(statement).consume()
            except kind as error:
                equal(code, error.code)
            else:
                raise AssertionError(statement)
        session.run("CREATE CONSTRAINT one_k FOR (x:OneK) REQUIRE x.k IS UNIQUE").consume()
        session.run("CREATE (:OneK {k: 1})").consume()
        try:
            session.run("CREATE (:OneK {k: 1})").consume()
        except neo4j.exceptions.ConstraintError as error:
            equal("Neo.ClientError.Schema.ConstraintValidationFailed", error.code)
        else:
            raise AssertionError("the constraint did not hold")
    try:
        driver.execute_query("RETURN 1", database_="absent")
    except neo4j.exceptions.ClientError as error:
        equal("Neo.ClientError.Database.DatabaseNotFound", error.code)
    else:
        raise AssertionError("a database that is not there")
    equal(1, driver.execute_query("RETURN 1 AS x").records[0]["x"])


@case
def gql_statuses(driver):
    if not hasattr(neo4j.exceptions.GqlError, "gql_status") or driver.get_server_info().protocol_version < (5, 7):
        return
    for statement, status in [("RETRUN 1", "42001"), ("RETURN 1 / 0", "22000"), ("RETURN $absent", "42N51")]:
        try:
            driver.execute_query(statement)
        except neo4j.exceptions.Neo4jError as error:
            equal(status, error.gql_status)
            equal("CLIENT_ERROR", error.gql_raw_classification)
            assert error.gql_status_description.startswith("error: "), error.gql_status_description
        else:
            raise AssertionError(statement)


@case
def read_access(driver):
    with driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
        try:
            session.run("CREATE ()").consume()
        except neo4j.exceptions.ClientError as error:
            equal("Neo.ClientError.Statement.AccessMode", error.code)
        else:
            raise AssertionError("written in read mode")


def shown(value):
    """What a value says, with its type: drivers give their own types back, and compare few of them."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        value = neo4j.time.Date.from_native(value)
    if isinstance(value, list):
        return [shown(each) for each in value]
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    if isinstance(value, neo4j.time.Duration):
        return ("Duration", value.months, value.days, value.seconds * 10**9 + value.nanoseconds)
    if isinstance(value, (neo4j.time.DateTime, neo4j.time.Time)):
        return (type(value).__name__, value.iso_format(), getattr(value.tzinfo, "zone", None))
    return (type(value).__name__, value)


@case
def values_both_ways(driver):
    zone = pytz.timezone("Asia/Shanghai")
    values = [
        None, True, False, 0, -1, 2**63 - 1, -2**63, 1.5, float("inf"), "", "企业", b"\x00\xff", [], [1, "a", None], {},
        {"a": {"b": [1]}}, datetime.date(2026, 11, 24), neo4j.time.Date(1, 1, 1), neo4j.time.Time(12, 31, 14, 5),
        neo4j.time.Time(1, 2, 3, 4, tzinfo=pytz.FixedOffset(480)),
        neo4j.time.DateTime(2026, 11, 24, 12, 31, 14, 645_000_000),
        neo4j.time.DateTime(2026, 11, 24, 12, 31, 14, 1, tzinfo=pytz.FixedOffset(-330)),
        zone.localize(neo4j.time.DateTime(2026, 11, 24, 12, 31, 14, 0)),
        neo4j.time.Duration(months=14, days=-3, seconds=5, nanoseconds=7), neo4j.time.Duration(seconds=-0.5),
        neo4j.time.Duration(), list(range(300)), {f"k{i}": i for i in range(300)}, "x" * 70_000, b"y" * 70_000,
        [[[[[[1]]]]]], {"a": [{"b": [{"c": datetime.date(2026, 1, 1)}]}]}, float("-inf"), -0.0, 127, 128, -16, -17, -129,
        32_768, 2**31, -2**31 - 1, neo4j.time.Date(9999, 12, 31), neo4j.time.Time(23, 59, 59, 999_999_999),
    ]
    with driver.session() as session:
        for value in values:
            got = session.run("RETURN $x AS x", x=value).single()["x"]
            equal(shown(value), shown(got))
        equal([shown(value) for value in values],
              [shown(value) for value in session.run("RETURN $x AS x", x=values).single()["x"]])
        equal("12.50", session.run("RETURN decimal('12.50') AS x").single()["x"])
        got = session.run("RETURN datetime('2026-07-01T00:00:00[Europe/Berlin]') AS x").single()["x"]
        equal("2026-07-01T00:00:00.000000000+02:00", got.iso_format())
        # An hour that the clock shows twice stays the one it was.
        for text in ("2026-10-25T02:30+02:00[Europe/Berlin]", "2026-10-25T02:30+01:00[Europe/Berlin]"):
            there = session.run("RETURN datetime($text) AS x", text=text).single()["x"]
            equal(text, session.run("RETURN toString($x) AS x", x=there).single()["x"])
        for value in (neo4j.spatial.CartesianPoint((1, 2)), neo4j.spatial.WGS84Point((1, 2, 3))):
            try:
                session.run("RETURN $x AS x", x=value).consume()
            except neo4j.exceptions.ClientError as error:
                assert "Points are no values" in error.message, error.message
            else:
                raise AssertionError("a point was taken")


@case
def vectors_are_refused(driver):
    if not hasattr(neo4j, "vector") or driver.get_server_info().protocol_version < (6, 0):
        return
    try:
        driver.execute_query("RETURN $x AS x", x=neo4j.vector.Vector([1.0, 2.0], "f32"))
    except neo4j.exceptions.ClientError as error:
        assert "Vectors are no values" in error.message, error.message
    else:
        raise AssertionError("a vector was taken")


@case
def graph_values(driver):
    with driver.session() as session:
        record = session.run("CREATE p = (a:A {k: 1})-[r:R {w: 2}]->(b:B)<-[s:S]-(a) RETURN a, r, p, b").single()
        a, r, p, b = record
        equal(({"A"}, {"k": 1}), (set(a.labels), dict(a)))
        equal(("R", {"w": 2}, a, b), (r.type, dict(r), r.start_node, r.end_node))
        assert a.element_id.startswith("n:") and r.element_id.startswith("r:"), (a.element_id, r.element_id)
        equal((2, ["R", "S"]), (len(p), [x.type for x in p.relationships]))
        equal([a, b, a], list(p.nodes))
        equal((a, b), (p.relationships[1].start_node, p.relationships[1].end_node))
        again = session.run("MATCH (x) WHERE elementId(x) = $id RETURN x", id=a.element_id).single()
        equal((a.element_id, set(a.labels), dict(a)),
              (again["x"].element_id, set(again["x"].labels), dict(again["x"])))
        gone = session.run("MATCH (x) WHERE elementId(x) = $id DETACH DELETE x RETURN x", id=a.element_id).single()["x"]
        equal(a.element_id, gone.element_id)


@case
def counters_plans_and_notifications(driver):
    with driver.session() as session:
        counters = session.run("CREATE CONSTRAINT counted IF NOT EXISTS FOR (x:Sum) REQUIRE x.k IS UNIQUE").consume().counters
        equal((1, False), (counters.constraints_added, counters.contains_system_updates))
        session.run("DROP CONSTRAINT counted").consume()
        counters = session.run("CREATE (:Counted {k: 1})-[:X]->(:Counted)").consume().counters
        equal((2, 1, 1, 2, True), (counters.nodes_created, counters.relationships_created, counters.properties_set,
                                   counters.labels_added, counters.contains_updates))
        assert not session.run("RETURN 1").consume().counters.contains_updates
        assert session.run("EXPLAIN MATCH (x) RETURN x").consume().plan["operatorType"].endswith("@xinpu")
        profile = session.run("PROFILE UNWIND [1, 2] AS x RETURN x").consume().profile
        equal(2, profile["rows"])
        summary = session.run("MATCH (x:NeverSeenLabel) RETURN x").consume()
        if hasattr(summary, "gql_status_objects"):
            statuses = [status.gql_status for status in summary.gql_status_objects]
            assert "02000" in statuses and "01N50" in statuses, statuses


@case
def timeouts(driver):
    slow = ("UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y UNWIND range(1, 100000) AS z "
            "WITH x WHERE x < 0 RETURN count(x)")
    with driver.session() as session:
        for run in (lambda: session.run(neo4j.Query(slow, timeout=0.05)).consume(),
                    lambda: session.begin_transaction(timeout=0.05).run(slow).consume()):
            try:
                run()
            except neo4j.exceptions.Neo4jError as error:
                equal("Neo.ClientError.Transaction.TransactionTimedOut", error.code)
            else:
                raise AssertionError("no timeout")


@case
def connectivity(driver):
    driver.verify_connectivity()
    version = driver.get_server_info().protocol_version
    equal((6, 0) if neo4j.__version__.startswith("6") else (5, 8), tuple(version))
    assert driver.supports_multi_db()
    assert driver.verify_authentication()
    for name in ("neo4j", "credit", "other"):
        equal(1, driver.execute_query("RETURN 1 AS x", database_=name).records[0]["x"])
        assert driver.verify_authentication(database=name)
    records, summary, _ = driver.execute_query("SHOW DATABASES", database_="system")
    equal([("credit", True), ("other", False), ("system", False)], [(r["name"], r["home"]) for r in records])
    equal("system", summary.database)
    with driver.session(database="system") as session:
        equal("credit", session.run("show home database;").single()["name"])
        equal(["other"], [r["name"] for r in session.run("SHOW DATABASE other")])
        try:
            session.run("MATCH (x) RETURN x").consume()
        except neo4j.exceptions.ClientError as error:
            equal("Neo.ClientError.Statement.FeatureNotSupported", error.code)
        else:
            raise AssertionError("system has no graph")
    for name, database in ((None, "credit"), ("credit", "credit"), ("neo4j", "credit"), ("other", "other")):
        with driver.session(database=name) as session:
            equal(database, session.run("RETURN 1").consume().database)


@case
def a_wrong_key(driver):
    if not TOKEN:
        return
    for auth in (("anyone", "xk_wrong_wrong"), None):  # more, and the server slows the address down
        with neo4j.GraphDatabase.driver(URI, auth=auth) as second:
            try:
                second.verify_connectivity()
            except neo4j.exceptions.AuthError as error:
                equal("Neo.ClientError.Security.Unauthorized", error.code)
            else:
                raise AssertionError("let in")
            assert auth is None or not second.verify_authentication(auth=auth)
    with neo4j.GraphDatabase.driver(URI, auth=neo4j.bearer_auth(TOKEN)) as second:
        equal(1, second.execute_query("RETURN 1 AS x").records[0]["x"])
        # Another identity on the same connections (LOGOFF, LOGON).
        with second.session(auth=("x", TOKEN)) as session:
            equal(1, session.run("RETURN 1 AS x").single()["x"])


def other_driver():
    return neo4j.GraphDatabase.driver(URI, auth=("anyone", TOKEN) if TOKEN else None)


URI, TOKEN = "", ""


def main():
    global URI, TOKEN
    uris, token = sys.argv[1].split(","), sys.argv[2]
    outcomes = {"version": neo4j.__version__}
    for uri in uris:
        scheme = uri.split(":")[0]
        URI, TOKEN = uri, token
        auth = ("anyone", token) if token else None
        with neo4j.GraphDatabase.driver(uri, auth=auth) as driver:
            with driver.session() as session:
                session.run("MATCH (x) DETACH DELETE x").consume()
                session.run("DROP CONSTRAINT one_k IF EXISTS").consume()
            for name, function in CASES.items():
                try:
                    function(driver)
                    outcomes[f"{scheme} {name}"] = ""
                except Exception:
                    outcomes[f"{scheme} {name}"] = traceback.format_exc()
    print(json.dumps(outcomes))


main()
