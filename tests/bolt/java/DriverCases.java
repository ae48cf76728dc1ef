// Run by test_drivers.py: the Java driver against a server; prints a JSON object of case to outcome.
//   java -cp … DriverCases URI,URI [KEY]

import static org.neo4j.driver.Values.parameters;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.neo4j.driver.AccessMode;
import org.neo4j.driver.AuthToken;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Bookmark;
import org.neo4j.driver.Config;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Logging;
import org.neo4j.driver.QueryConfig;
import org.neo4j.driver.Record;
import org.neo4j.driver.Result;
import org.neo4j.driver.Session;
import org.neo4j.driver.SessionConfig;
import org.neo4j.driver.SimpleQueryRunner;
import org.neo4j.driver.TransactionConfig;
import org.neo4j.driver.Value;
import org.neo4j.driver.Values;
import org.neo4j.driver.exceptions.AuthenticationException;
import org.neo4j.driver.exceptions.Neo4jException;
import org.neo4j.driver.exceptions.TransientException;
import org.neo4j.driver.summary.QueryType;
import org.neo4j.driver.summary.ResultSummary;
import org.neo4j.driver.types.Node;
import org.neo4j.driver.types.Path;
import org.neo4j.driver.types.Relationship;

public class DriverCases {
    interface Case {
        void run(Driver driver) throws Exception;
    }

    static String uri;
    static String key = "";

    static void equal(Object expected, Object got) {
        if (!Objects.deepEquals(expected, got)) {
            throw new AssertionError("expected " + expected + ", got " + got);
        }
    }

    static Neo4jException failure(Callable<?> work) throws Exception {
        try {
            work.call();
        } catch (Neo4jException error) {
            return error;
        }
        throw new AssertionError("no error came");
    }

    static Driver open(AuthToken auth) {
        Config config = Config.builder().withLogging(Logging.javaUtilLogging(Level.OFF))
                .withMaxTransactionRetryTime(10, TimeUnit.SECONDS).build();
        return GraphDatabase.driver(uri, auth, config);
    }

    static AuthToken usual() {
        return AuthTokens.basic("anyone", key);
    }

    static Session fetching(Driver driver, long size) {
        return driver.session(SessionConfig.builder().withFetchSize(size).build());
    }

    static List<Object> column(Result result) {
        return result.list(record -> record.get(0).asObject());
    }

    static Value one(SimpleQueryRunner runner, String statement, Object... parameters) {
        return runner.run(statement, parameters(parameters)).single().get(0);
    }

    static long count(SimpleQueryRunner runner, String label) {
        return one(runner, "MATCH (x:" + label + ") RETURN count(x)").asLong();
    }

    static void sessions(Driver driver) {
        try (Session session = fetching(driver, 3)) {
            Result result = session.run("UNWIND range(1, $n) AS x RETURN x, toString(x) AS y", parameters("n", 10));
            equal(List.of("x", "y"), result.keys());
            equal(10, result.list().size());
            ResultSummary summary = result.consume();
            equal(QueryType.READ_ONLY, summary.queryType());
            equal("credit", summary.database().name());
        }
        equal("a", driver.executableQuery("RETURN $x AS x").withParameters(Map.of("x", "a"))
                .withConfig(QueryConfig.builder().withDatabase("neo4j").build()).execute().records().get(0).get("x").asString());
    }

    static void managedTransactions(Driver driver) throws Exception {
        try (Session session = driver.session()) {
            session.executeWriteWithoutResult(tx -> tx.run("CREATE (:Managed {k: 1})").consume());
            equal(1, session.lastBookmarks().size());
            try {
                session.executeWriteWithoutResult(tx -> {
                    tx.run("CREATE (:Managed)").consume();
                    throw new IllegalStateException("mine");
                });
            } catch (IllegalStateException mine) {
                equal("mine", mine.getMessage());
            }
            equal(1L, session.executeRead(tx -> count(tx, "Managed")));
        }
    }

    /** One that the next commit reaches. */
    static Bookmark nextBookmark(Driver driver) {
        try (Session session = driver.session()) {
            session.run("CREATE (:Before)").consume();
            String last = session.lastBookmarks().iterator().next().value();
            int colon = last.lastIndexOf(':') + 1;
            return Bookmark.from(last.substring(0, colon) + (Long.parseLong(last.substring(colon)) + 1));
        }
    }

    static Session after(Driver driver, Bookmark... marks) {
        return driver.session(SessionConfig.builder().withBookmarks(marks).build());
    }

    static void transientErrorsAreTriedAgain(Driver driver) throws Exception {
        Bookmark mark = nextBookmark(driver);
        CompletableFuture<Void> later = CompletableFuture.runAsync(() -> {
            try (Session session = driver.session()) {
                session.run("CREATE (:Awaited)").consume();
            }
        }, CompletableFuture.delayedExecutor(600, TimeUnit.MILLISECONDS));
        try (Session session = after(driver, mark)) {
            equal(1L, session.executeRead(tx -> count(tx, "Awaited"),
                    TransactionConfig.builder().withTimeout(Duration.ofMillis(200)).build()));
        }
        later.get();
        try (Session session = after(driver, nextBookmark(driver))) {
            Neo4jException error = failure(() -> session.run("RETURN 1",
                    TransactionConfig.builder().withTimeout(Duration.ofMillis(100)).build()).consume());
            equal("Neo.TransientError.Transaction.BookmarkTimeout", error.code());
            equal(true, error instanceof TransientException);
        }
    }

    static void explicitTransactions(Driver driver) throws Exception {
        try (Session session = fetching(driver, 2)) {
            try (var tx = session.beginTransaction()) {
                tx.run("CREATE (:Explicit)").consume();
                tx.rollback();
            }
            try (var tx = session.beginTransaction()) {
                Result first = tx.run("UNWIND range(1, 10) AS x RETURN x");
                equal(List.of(1L), column(tx.run("CREATE (x:Explicit) RETURN 1 AS y")));
                equal(10, column(first).size());
                tx.commit();
            }
            equal(1L, count(session, "Explicit"));
            try (var tx = session.beginTransaction()) {
                tx.run("CREATE (:Explicit)").consume();
                equal("Neo.ClientError.Statement.ArithmeticError", failure(() -> tx.run("RETURN 1 / 0").consume()).code());
            }
            equal(1L, count(session, "Explicit"));
        }
    }

    static void bookmarks(Driver driver) {
        Set<Bookmark> marks = Set.of();
        for (long step = 0; step < 5; ++step) {  // each session sees what the one before wrote
            try (Session session = driver.session(SessionConfig.builder().withBookmarks(marks).build())) {
                equal(step, count(session, "Marked"));
                session.run("CREATE (:Marked)").consume();
                marks = session.lastBookmarks();
            }
        }
        // The driver keeps those of all databases together and sends all of them.
        for (String database : List.of("credit", "other", "credit")) {
            driver.executableQuery("CREATE (:Somewhere)").withConfig(QueryConfig.builder().withDatabase(database).build())
                    .execute();
        }
    }

    static void streaming(Driver driver) {
        for (long size : new long[] {1, 10, 1000, -1}) {
            try (Session session = fetching(driver, size)) {
                List<Object> got = column(session.run("UNWIND range(1, 2500) AS x RETURN x"));
                equal(List.of(2500, 1L, 2500L), List.of(got.size(), got.get(0), got.get(2499)));
            }
        }
        for (long size : new long[] {1, 10, 1000}) {  // taken in part, then the next statement
            try (Session session = fetching(driver, size)) {
                Result result = session.run("UNWIND range(1, 200000) AS x RETURN x");
                for (long x = 1; x <= 3; ++x) {
                    equal(x, result.next().get(0).asLong());
                }
                result.consume();
                equal(1L, one(session, "RETURN 1").asLong());
            }
        }
    }

    static void aConnectionClosedWithinAStream(Driver driver) {
        for (int i = 0; i < 5; ++i) {
            Driver second = open(usual());
            Result result = fetching(second, 10).run("UNWIND range(1, 10000000) AS x RETURN x");
            equal(1L, result.next().get(0).asLong());
            second.close();
        }
        try (Session session = driver.session()) {
            equal(1L, one(session, "RETURN 1").asLong());
        }
    }

    static void concurrentSessions(Driver driver) throws Exception {
        var pool = Executors.newFixedThreadPool(16);
        List<Future<?>> all = new ArrayList<>();
        for (long k = 0; k < 64; ++k) {
            final long mine = k;
            all.add(pool.submit(() -> {
                try (Session session = driver.session()) {
                    session.executeWriteWithoutResult(tx -> tx.run("CREATE (:Busy {k: $k})", parameters("k", mine)).consume());
                    equal(mine, one(session, "MATCH (x:Busy {k: $k}) RETURN x.k", "k", mine).asLong());
                }
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
        pool.shutdown();
        try (Session session = driver.session()) {
            equal(64L, count(session, "Busy"));
        }
    }

    static void errors(Driver driver) throws Exception {
        try (Session session = driver.session()) {
            for (String[] each : new String[][] {
                    {"RETRUN 1", "Neo.ClientError.Statement.SyntaxError", "42001"},
                    {"RETURN 1 / 0", "Neo.ClientError.Statement.ArithmeticError", "22000"},
                    {"RETURN $absent", "Neo.ClientError.Statement.ParameterMissing", "42N51"}}) {
                Neo4jException error = failure(() -> session.run(each[0]).consume());
                equal(each[1], error.code());
                equal(each[2], error.gqlStatus());
            }
            session.run("CREATE CONSTRAINT one_k FOR (x:OneK) REQUIRE x.k IS UNIQUE").consume();
            session.run("CREATE (:OneK {k: 1})").consume();
            equal("Neo.ClientError.Schema.ConstraintValidationFailed",
                    failure(() -> session.run("CREATE (:OneK {k: 1})").consume()).code());
            session.run("MATCH (x:OneK) DELETE x").consume();
            session.run("DROP CONSTRAINT one_k").consume();
            equal(1L, one(session, "RETURN 1").asLong());
            equal("Neo.ClientError.Transaction.TransactionTimedOut", failure(() -> session.run(
                    "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y UNWIND range(1, 100000) AS z "
                            + "WITH x WHERE x < 0 RETURN count(x)",
                    TransactionConfig.builder().withTimeout(Duration.ofMillis(50)).build()).consume()).code());
        }
        try (Session session = driver.session(SessionConfig.forDatabase("absent"))) {
            equal("Neo.ClientError.Database.DatabaseNotFound", failure(() -> session.run("RETURN 1").consume()).code());
        }
        try (Session session = driver.session(SessionConfig.builder().withDefaultAccessMode(AccessMode.READ).build())) {
            equal("Neo.ClientError.Statement.AccessMode", failure(() -> session.run("CREATE ()").consume()).code());
        }
    }

    /** With the type; lists and maps by their members, bytes by their numbers. */
    static String shown(Object value) {
        if (value instanceof byte[] bytes) {
            return "bytes " + Arrays.toString(bytes);
        } else if (value instanceof List<?> list) {
            return list.stream().map(DriverCases::shown).collect(Collectors.toList()).toString();
        } else if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().map(entry -> entry.getKey() + "=" + shown(entry.getValue())).sorted()
                    .collect(Collectors.toList()).toString();
        }
        return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
    }

    static void values(Driver driver) throws Exception {
        ZoneOffset east = ZoneOffset.ofHours(8);
        List<Object> all = new ArrayList<>(Arrays.asList(null, true, false, 0L, -1L, 127L, 128L, -16L, -17L, -129L, 32768L,
                -2147483649L, Long.MAX_VALUE, Long.MIN_VALUE, 1.5, Double.POSITIVE_INFINITY, -0.0, "", "企业 €", "x".repeat(70000),
                new byte[] {0, -1}, List.of(), Arrays.asList(1L, "a", null), Map.of(), Map.of("a", Map.of("b", List.of(1L))),
                List.of(List.of(List.of(List.of(1L)))), LocalDate.of(2026, 11, 24), LocalDate.of(1, 1, 1),
                LocalTime.of(1, 2, 3, 4), OffsetTime.of(1, 2, 3, 4, east), LocalDateTime.of(2026, 11, 24, 1, 2, 3, 4),
                ZonedDateTime.of(2026, 11, 24, 1, 2, 3, 4, east),
                ZonedDateTime.of(2026, 11, 24, 1, 2, 3, 4, ZoneId.of("Asia/Shanghai"))));
        all.add(IntStream.range(0, 300).mapToObj(Long::valueOf).collect(Collectors.toList()));
        all.add(Collections.unmodifiableList(new ArrayList<>(all)));
        try (Session session = driver.session()) {
            for (Object value : all) {
                equal(shown(value), shown(one(session, "RETURN $x AS x", "x", value).asObject()));
            }
            for (Value span : List.of(Values.isoDuration(14, -3, 5, 7), Values.isoDuration(0, 0, 0, 0))) {
                equal(span, one(session, "RETURN $x AS x", "x", span));
            }
            equal("12.50", one(session, "RETURN decimal('12.50')").asString());
            Value zoned = one(session, "RETURN datetime('2026-11-24T12:31:14[Asia/Shanghai]')");
            equal("2026-11-24T12:31:14+08:00[Asia/Shanghai]", one(session, "RETURN toString($x)", "x", zoned).asString());
            // An hour that the clock shows twice; the driver itself forgets which one it was on the way in.
            equal("2026-10-25T02:30+01:00[Europe/Berlin]", one(session, "RETURN toString($x)", "x", ZonedDateTime
                    .of(2026, 10, 25, 2, 30, 0, 0, ZoneId.of("Europe/Berlin")).withLaterOffsetAtOverlap()).asString());
            Neo4jException error = failure(() -> one(session, "RETURN $x", "x", Values.point(7203, 1, 2)));
            equal(true, error.getMessage().contains("Points are no values"));
        }
    }

    static void graph(Driver driver) {
        try (Session session = driver.session()) {
            Record record = session.run(
                    "CREATE p = (a:A {k: 1})-[r:R {w: 2}]->(b:B)<-[t:T]-(a) RETURN a, r, p, [a, {b: b}] AS l").single();
            Node a = record.get("a").asNode();
            Relationship r = record.get("r").asRelationship();
            Path p = record.get("p").asPath();
            equal(List.of("A"), a.labels());
            equal(Map.of("k", 1L), a.asMap());
            equal(List.of("R", Map.of("w", 2L), a.elementId()), List.of(r.type(), r.asMap(), r.startNodeElementId()));
            equal(List.of(2, a.elementId(), a.elementId()), List.of(p.length(), p.start().elementId(), p.end().elementId()));
            equal(a.elementId(), p.relationships().iterator().next().startNodeElementId());
            equal(a, record.get("l").get(0).asNode());
            equal(true, a.elementId().startsWith("n:") && r.elementId().startsWith("r:"));
        }
    }

    static void countersPlansAndNotifications(Driver driver) {
        try (Session session = driver.session()) {
            var counters = session.run("CREATE (:Counted {k: 1})-[:X]->(:Counted)").consume().counters();
            equal(List.of(2, 1, 1, 2, true, false), List.of(counters.nodesCreated(), counters.relationshipsCreated(),
                    counters.propertiesSet(), counters.labelsAdded(), counters.containsUpdates(),
                    counters.containsSystemUpdates()));
            equal(true, session.run("EXPLAIN MATCH (x) RETURN x").consume().plan().operatorType().endsWith("@xinpu"));
            equal(2L, session.run("PROFILE UNWIND [1, 2] AS x RETURN x").consume().profile().records());
            ResultSummary summary = session.run("MATCH (x:NeverSeenLabel) RETURN x").consume();
            equal("Neo.ClientNotification.Statement.UnknownLabelWarning", summary.notifications().get(0).code());
            equal(Set.of("01N50", "02000"), summary.gqlStatusObjects().stream().map(each -> each.gqlStatus())
                    .collect(Collectors.toSet()));
        }
    }

    static void connectivity(Driver driver) {
        driver.verifyConnectivity();
        equal(true, driver.supportsMultiDb());
        equal(true, driver.verifyAuthentication(usual()));
        try (Session session = driver.session()) {
            var server = session.run("RETURN 1").consume().server();
            equal(true, server.agent().startsWith("Neo4j/") && server.protocolVersion().startsWith("5."));
            equal("credit", session.run("RETURN 1").consume().database().name());
        }
        for (String name : List.of("neo4j", "credit", "other")) {
            try (Session session = driver.session(SessionConfig.forDatabase(name))) {
                equal(name.equals("other") ? "other" : "credit", session.run("RETURN 1").consume().database().name());
            }
        }
    }

    static void aWrongKey(Driver driver) throws Exception {
        if (key.isEmpty()) {
            return;
        }
        for (AuthToken auth : List.of(AuthTokens.basic("a", "xk_wrong_wrong"), AuthTokens.none())) {
            try (Driver second = open(auth)) {
                Neo4jException error = failure(() -> {
                    second.verifyConnectivity();
                    return null;
                });
                equal("Neo.ClientError.Security.Unauthorized", error.code());
                equal(true, error instanceof AuthenticationException);
            }
        }
        try (Driver second = open(AuthTokens.bearer(key)); Session session = second.session()) {
            equal(1L, one(session, "RETURN 1").asLong());
        }
    }

    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            out.append(c < ' ' || c > '~' || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return out.append('"').toString();
    }

    public static void main(String[] arguments) {
        key = arguments.length > 1 ? arguments[1] : "";
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("sessions", DriverCases::sessions);
        cases.put("managedTransactions", DriverCases::managedTransactions);
        cases.put("transientErrorsAreTriedAgain", DriverCases::transientErrorsAreTriedAgain);
        cases.put("explicitTransactions", DriverCases::explicitTransactions);
        cases.put("bookmarks", DriverCases::bookmarks);
        cases.put("streaming", DriverCases::streaming);
        cases.put("aConnectionClosedWithinAStream", DriverCases::aConnectionClosedWithinAStream);
        cases.put("concurrentSessions", DriverCases::concurrentSessions);
        cases.put("errors", DriverCases::errors);
        cases.put("values", DriverCases::values);
        cases.put("graph", DriverCases::graph);
        cases.put("countersPlansAndNotifications", DriverCases::countersPlansAndNotifications);
        cases.put("connectivity", DriverCases::connectivity);
        cases.put("aWrongKey", DriverCases::aWrongKey);
        List<String> outcomes = new ArrayList<>();
        for (String each : arguments[0].split(",")) {
            uri = each;
            try (Driver driver = open(usual())) {
                try (Session session = driver.session()) {
                    session.run("MATCH (x) DETACH DELETE x").consume();
                }
                cases.forEach((name, work) -> {
                    String outcome = "";
                    try {
                        work.run(driver);
                    } catch (Throwable trouble) {
                        StringWriter text = new StringWriter();
                        trouble.printStackTrace(new PrintWriter(text));
                        outcome = text.toString();
                    }
                    outcomes.add(quoted(uri.substring(0, uri.indexOf(':')) + " " + name) + ":" + quoted(outcome));
                });
            }
        }
        System.out.println("{" + String.join(",", outcomes) + "}");
    }
}
