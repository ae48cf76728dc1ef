"""Run by test_drivers.py with one version of the Python driver on its path: prints a JSON object of case to outcome."""

import datetime
import json
import sys
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
def bookmarks(driver):
    with driver.session() as session:
        session.run("CREATE (:Marked)").consume()
        marks = session.last_bookmarks()
    with driver.session(bookmarks=marks) as session:
        equal(1, session.run("MATCH (x:Marked) RETURN count(x) AS n").single()["n"])


@case
def streaming(driver):
    with driver.session(fetch_size=7) as session:
        equal(sum(range(1, 1001)), sum(record["x"] for record in session.run("UNWIND range(1, 1000) AS x RETURN x")))
    with driver.session() as session:
        result = session.run("UNWIND range(1, 200000) AS x RETURN x")
        equal(1, next(iter(result))["x"])
        equal("r", result.consume().query_type)
        equal(1, session.run("RETURN 1 AS x").single()["x"])


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


@case
def read_access(driver):
    with driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
        try:
            session.run("CREATE ()").consume()
        except neo4j.exceptions.ClientError as error:
            equal("Neo.ClientError.Statement.AccessMode", error.code)
        else:
            raise AssertionError("written in read mode")


@case
def values_both_ways(driver):
    zone = pytz.timezone("Asia/Shanghai")
    values = [
        None, True, False, 0, -1, 2**63 - 1, -2**63, 1.5, float("inf"), "", "企业", b"\x00\xff", [], [1, "a", None], {},
        {"a": {"b": [1]}}, datetime.date(2026, 11, 24), neo4j.time.Date(1, 1, 1), neo4j.time.Time(12, 31, 14, 5),
        neo4j.time.Time(1, 2, 3, 4, tzinfo=datetime.timezone(datetime.timedelta(hours=8))),
        neo4j.time.DateTime(2026, 11, 24, 12, 31, 14, 645_000_000),
        neo4j.time.DateTime(2026, 11, 24, 12, 31, 14, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=-5, minutes=-30))),
        zone.localize(neo4j.time.DateTime(2026, 11, 24, 12, 31, 14, 0)),
        neo4j.time.Duration(months=14, days=-3, seconds=5, nanoseconds=7), neo4j.time.Duration(seconds=-0.5),
    ]
    with driver.session() as session:
        for value in values:
            got = session.run("RETURN $x AS x", x=value).single()["x"]
            assert got == value or (isinstance(value, datetime.date) and got.to_native() == value), (value, got)
        equal("12.50", session.run("RETURN decimal('12.50') AS x").single()["x"])
        got = session.run("RETURN datetime('2026-07-01T00:00:00[Europe/Berlin]') AS x").single()["x"]
        equal("2026-07-01T00:00:00.000000000+02:00", got.iso_format())


@case
def graph_values(driver):
    with driver.session() as session:
        record = session.run("CREATE p = (a:A {k: 1})-[r:R {w: 2}]->(b:B)<-[s:S]-(a) RETURN a, r, p, b").single()
        a, r, p, b = record
        equal(({"A"}, {"k": 1}), (set(a.labels), dict(a)))
        equal(("R", {"w": 2}, a, b), (r.type, dict(r), r.start_node, r.end_node))
        equal(f"n:{a.element_id.split(':')[-1]}", a.element_id) if ":" in a.element_id else None
        equal((2, ["R", "S"]), (len(p), [x.type for x in p.relationships]))
        equal([a, b, a], list(p.nodes))
        equal((a, b), (p.relationships[1].start_node, p.relationships[1].end_node))
        again = session.run("MATCH (x) WHERE elementId(x) = $id RETURN x", id=a.element_id).single()
        equal(a, again["x"])


@case
def counters_plans_and_notifications(driver):
    with driver.session() as session:
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
    assert driver.get_server_info().protocol_version >= (5, 0)
    assert driver.supports_multi_db()
    assert driver.verify_authentication()


def main():
    uris, token = sys.argv[1].split(","), sys.argv[2]
    outcomes = {"version": neo4j.__version__}
    for uri in uris:
        scheme = uri.split(":")[0]
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
