// bench/peers/neo4j/Neo4jPeer.java
// Neo4j Community, embedded (one process, no network), Cypher with parameters.
// "neo4j": every question is a Cypher statement. "neo4j_api": the walk of Q3 and Q5 over the node and relationship API.
// Load: the engine's own offline importer (what "neo4j-admin database import full" runs), then two unique constraints.
import java.io.BufferedWriter;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.dbms.api.DatabaseManagementService;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.Direction;
import org.neo4j.graphdb.GraphDatabaseService;
import org.neo4j.graphdb.Label;
import org.neo4j.graphdb.Node;
import org.neo4j.graphdb.Relationship;
import org.neo4j.graphdb.RelationshipType;
import org.neo4j.graphdb.Result;

public final class Neo4jPeer {
    static final Label FIRM = Label.label("Firm");
    static final RelationshipType INVESTS = RelationshipType.withName("INVESTS"), AGAINST = RelationshipType.withName("AGAINST");

    static DatabaseManagementService open(Path home) {
        return new DatabaseManagementServiceBuilder(home)
            .setConfig(GraphDatabaseSettings.pagecache_memory, Long.getLong("pagecache.mb", 3072) << 20)
            .setConfig(GraphDatabaseSettings.keep_logical_logs, "keep_none")
            .build();
    }

    /** Writes one input file of the importer: its own header, then the rows. */
    static Path part(Path dir, String name, String header, String from, java.util.function.Function<String[], String> row) throws Exception {
        Path p = dir.resolve(name + ".csv");
        try (BufferedWriter w = Files.newBufferedWriter(p)) {
            w.write(header + "\n");
            Common.csv(from, c -> { w.write(row.apply(c)); w.write('\n'); });
        }
        return p;
    }
    static void load() throws Exception {
        Path home = Common.db(), parts = Path.of(home + ".parts");
        Common.remove(parts);
        Files.createDirectories(parts);
        Files.createDirectories(home.resolve("conf"));
        Path firms = part(parts, "firms", "key:ID(E),name,kind,status,founded:int,region,industry", "companies.csv", c -> String.join(",", c[0], c[1], c[2], c[3], "" + Common.dateInt(c[4]), c[5], c[6]));
        Path persons = part(parts, "persons", "key:ID(E),name", "persons.csv", c -> String.join(",", c[0], c[1]));
        Path stakes = part(parts, "stakes", ":START_ID(E),:END_ID(E),share:int,vf:int,vt:int,amount:long", "investments.csv",
            c -> String.join(",", c[0], c[2], "" + Common.cents(c[3]), "" + Common.dateInt(c[5]), "" + Common.dateInt(c[6]), "" + Common.cents(c[4])));
        Path roles = part(parts, "roles", ":START_ID(E),:END_ID(E),role,vf:int,vt:int", "roles.csv", c -> String.join(",", c[0], c[1], c[2], "" + Common.dateInt(c[3]), "" + Common.dateInt(c[4])));
        Path fines = part(parts, "fines", "doc:ID(P),date:int,amount:long,domain,organ,kind,severity:int,publicity:int", "penalties.csv",
            c -> String.join(",", c[0], "" + Common.dateInt(c[4]), "" + Common.cents(c[6]), c[2], c[3], c[5], c[7], "" + Common.dateInt(c[8])));
        Path against = part(parts, "against", ":START_ID(P),:END_ID(E),date:int,amount:long,doc", "penalties.csv", c -> String.join(",", c[0], c[1], "" + Common.dateInt(c[4]), "" + Common.cents(c[6]), c[0]));
        PrintStream quiet = new PrintStream(parts.resolve("import.log").toFile());
        var context = new org.neo4j.cli.ExecutionContext(home, home.resolve("conf"), quiet, quiet, new org.neo4j.io.fs.DefaultFileSystemAbstraction());
        int rc = new picocli.CommandLine(new org.neo4j.importer.ImportCommand.Full(context)).execute("--nodes=Firm:Entity=" + firms, "--nodes=Person:Entity=" + persons, "--nodes=Penalty=" + fines,
            "--relationships=INVESTS=" + stakes, "--relationships=HOLDS_ROLE=" + roles, "--relationships=AGAINST=" + against, "--id-type=string", "--report-file=" + parts.resolve("report.txt"), "neo4j");
        if (rc != 0) throw new IllegalStateException("importer: " + rc + ", see " + parts);
        Common.remove(parts);
        var dbms = open(home);
        var db = dbms.database("neo4j");
        for (String label : List.of("Firm", "Person")) db.executeTransactionally("CREATE CONSTRAINT FOR (n:" + label + ") REQUIRE n.key IS UNIQUE");
        try (var tx = db.beginTx()) { tx.schema().awaitIndexesOnline(10, TimeUnit.MINUTES); }
        dbms.shutdown();
    }

    static final String VALID = "r.vf <= $d AND r.vt > $d", STAKE = "r.share >= $x AND " + VALID, WINDOW = "a.date >= $d0 AND a.date <= $d1";
    static Map<String, Object> parameters(String u) { return Map.of("u", u, "d", Common.D, "d0", Common.D0, "d1", Common.D1, "x", 500); }

    /** Related set from $u, each node once, as the ways to write it that were tried; all end with f bound and distinct. */
    static String related(String form, int k) {
        String start = "MATCH (c:Firm {key: $u})";
        return switch (form) {
            case "var" -> start + "-[e:INVESTS*0.." + k + "]-(f) WHERE all(r IN e WHERE " + STAKE + ") WITH DISTINCT f ";
            case "qpp" -> start + " (()-[r:INVESTS WHERE " + STAKE + "]-()){0," + k + "} (f) WITH DISTINCT f ";
            case "shortest" -> "MATCH ANY SHORTEST (c:Firm {key: $u}) (()-[r:INVESTS WHERE " + STAKE + "]-()){0," + k + "} (f) WITH f ";
            case "steps" -> {  // one step a clause, each layer made distinct
                StringBuilder s = new StringBuilder(start + " WITH c, [c] AS s0 ");
                String all = "s0";
                for (int h = 1; h <= k; h++) {
                    s.append("CALL (s" + (h - 1) + ") { UNWIND s" + (h - 1) + " AS n MATCH (n)-[r:INVESTS]-(m) WHERE " + STAKE + " RETURN collect(DISTINCT m) AS s" + h + " } ");
                    all += " + s" + h;
                }
                yield s + "UNWIND " + all + " AS f WITH DISTINCT f ";
            }
            default -> throw new IllegalArgumentException(form);
        };
    }

    public static void main(String[] args) throws Exception {
        Common.parse(args);
        if (Common.mode.equals("load")) { Common.load("neo4j", Neo4jPeer::load); return; }
        final String peer = System.getProperty("peer", "neo4j"), form = System.getProperty("form", "qpp"), fineForm = System.getProperty("fines", "collect");
        final boolean q8 = Common.wants("Q8");
        Path home = Common.db();
        if (q8) { home = Path.of(home + ".q8"); Common.copy(Common.db(), home); }  // pushes go to a copy
        DatabaseManagementService dbms = open(home);
        GraphDatabaseService db = dbms.database("neo4j");
        List<Common.Start> list = Common.starts();
        try {
            if (Common.mode.equals("explain")) {
                try (var tx = db.beginTx(); Result r = tx.execute("PROFILE " + q3(form, fineForm, true), parameters(list.get(3).uscc()))) { r.resultAsString(); System.out.println(r.getExecutionPlanDescription()); }
                return;
            }
            if (Common.wants("Q1")) {
                String q = "MATCH (c:Firm {key: $u})<-[a:AGAINST]-() WHERE " + WINDOW + " RETURN a.date AS date, a.doc AS doc, a.amount AS amount ORDER BY date DESC, doc";
                Common.each(peer, "Q1", list, s -> {
                    try (var tx = db.beginTx(); Result r = tx.execute(q, parameters(s.uscc()))) {
                        int n = 0;
                        long sum = 0;
                        StringBuilder docs = new StringBuilder();
                        for (; r.hasNext(); n++) { var row = r.next(); sum += (Long) row.get("amount"); docs.append(n == 0 ? "" : ";").append(row.get("doc")); }
                        return s.uscc() + "|" + n + "|" + sum + "|" + docs;
                    }
                });
            }
            if (Common.wants("Q2")) for (int k = 1; k <= 4; k++) {
                final int hops = k;
                String q = related(form, k) + "WITH f, f:Firm AS firm RETURN count(CASE WHEN firm THEN 1 END) AS firms, count(CASE WHEN NOT firm THEN 1 END) AS persons, min(CASE WHEN firm THEN f.key END) AS lo, max(CASE WHEN firm THEN f.key END) AS hi";
                Common.each(peer, "Q2k" + k, Common.everyFifth(list), s -> {
                    try (var tx = db.beginTx(); Result r = tx.execute(q, parameters(s.uscc()))) {
                        var row = r.next();
                        return s.uscc() + "|" + hops + "|" + row.get("firms") + "|" + row.get("persons") + "|" + row.get("lo") + "|" + row.get("hi");
                    }
                });
            }
            Asker cypher = (u, docs) -> {
                try (var tx = db.beginTx(); Result r = tx.execute(q3(form, fineForm, docs), parameters(u))) {
                    var row = r.next();
                    String head = u + "|" + row.get("firms") + "|" + row.get("n") + "|" + row.get("sum");
                    if (!docs) return head;
                    if (row.get("docs") != null) {
                        StringBuilder s = new StringBuilder();
                        for (Object d : (List<?>) row.get("docs")) s.append(s.isEmpty() ? "" : ";").append(d);
                        return head + "|" + s;
                    }
                    List<Common.Fine> fines = new ArrayList<>();
                    for (Object p : (List<?>) row.get("fines")) { List<?> pair = (List<?>) p; fines.add(new Common.Fine(((Number) pair.get(0)).intValue(), (String) pair.get(1))); }
                    return head + "|" + Common.latest(fines);
                }
            };
            Asker walk = (u, docs) -> {
                try (var tx = db.beginTx()) {
                    Node start = tx.findNode(FIRM, "key", u);
                    Set<Node> seen = new HashSet<>(Set.of(start));
                    List<Node> layer = List.of(start);
                    for (int h = 0; h < 3; h++) {
                        List<Node> next = new ArrayList<>();
                        for (Node v : layer) for (Relationship r : v.getRelationships(INVESTS)) {
                            if ((Long) r.getProperty("share") < 500 || (Long) r.getProperty("vf") > Common.D || (Long) r.getProperty("vt") <= Common.D) continue;
                            Node o = r.getOtherNode(v);
                            if (seen.add(o)) next.add(o);
                        }
                        layer = next;
                    }
                    int firms = 0, n = 0;
                    long sum = 0;
                    List<Common.Fine> fines = new ArrayList<>();
                    for (Node v : seen) {
                        if (!v.hasLabel(FIRM)) continue;
                        firms++;
                        for (Relationship a : v.getRelationships(Direction.INCOMING, AGAINST)) {
                            int date = ((Long) a.getProperty("date")).intValue();
                            if (date < Common.D0 || date > Common.D1) continue;
                            n++;
                            sum += (Long) a.getProperty("amount");
                            if (docs) fines.add(new Common.Fine(date, (String) a.getProperty("doc")));
                        }
                    }
                    String head = u + "|" + firms + "|" + n + "|" + sum;
                    return docs ? head + "|" + Common.latest(fines) : head;
                }
            };
            if (Common.wants("Q3")) {
                Common.each(peer, "Q3", list, s -> cypher.ask(s.uscc(), true));
                Common.each(peer + "_api", "Q3", list, s -> walk.ask(s.uscc(), true));
            }
            if (Common.wants("Q4")) {
                // Walks may use a stake twice, and one MATCH never does; so one clause a hop, and a sum after each: S, S², … S⁶.
                StringBuilder q = new StringBuilder("MATCH (c:Firm {key: $u}) WITH [[c, 1.0]] AS l0 ");
                for (int h = 1; h <= 6; h++)
                    q.append("CALL (l" + (h - 1) + ") { UNWIND l" + (h - 1) + " AS t WITH t[0] AS n, t[1] AS p MATCH (n)<-[r:INVESTS]-(o) WHERE " + VALID + " WITH o, sum(p * r.share / 10000.0) AS p RETURN collect([o, p]) AS l" + h + " } ");
                q.append("UNWIND l1 + l2 + l3 + l4 + l5 + l6 AS t WITH t[0] AS o, sum(t[1]) AS s WHERE s >= 0.25 - 1e-9 RETURN o.key AS k, s ORDER BY k");
                String text = q.toString();
                Common.each(peer, "Q4", list, s -> {
                    try (var tx = db.beginTx(); Result r = tx.execute(text, parameters(s.uscc()))) {
                        StringBuilder o = new StringBuilder();
                        while (r.hasNext()) { var row = r.next(); o.append(o.isEmpty() ? "" : ";").append(row.get("k")).append('=').append(Common.micro((Double) row.get("s"))); }
                        return s.uscc() + "|" + o;
                    }
                });
            }
            if (Common.wants("Q5")) {
                List<String> some = Common.batch();
                Common.batchOf(peer, some, 2, u -> cypher.ask(u, false));
                Common.batchOf(peer + "_api", some, 2, u -> walk.ask(u, false));
            }
            if (q8) {
                List<String> some = Common.batch();
                Common.pushes(peer, list, s -> cypher.ask(s.uscc(), true),
                    () -> { try (var tx = db.beginTx(); Result r = tx.execute("MATCH (p:Penalty) RETURN count(*) AS n")) { return (Long) r.next().get("n"); } },
                    () -> Common.writer(number -> {
                        List<Map<String, Object>> rows = new ArrayList<>();
                        for (int i = 0; i < 100; i++) rows.add(Map.of("u", some.get((int) ((number * 100L + i) * 7919 % some.size())), "doc", "Q8-" + number + "-" + i));
                        try (var tx = db.beginTx()) {  // a commit forces the transaction log to disk
                            tx.execute("UNWIND $rows AS x MATCH (f:Firm {key: x.u}) CREATE (:Penalty {doc: x.doc, date: 20261110, amount: 100000})-[:AGAINST {date: 20261110, amount: 100000, doc: x.doc}]->(f)", Map.of("rows", rows)).close();
                            tx.commit();
                        }
                    }));
            }
        } finally {
            dbms.shutdown();
            if (q8) Common.remove(home);
        }
    }

    interface Asker { String ask(String uscc, boolean docs) throws Exception; }

    static String q3(String form, String fineForm, boolean docs) {
        String firms = related(form, 3) + "WHERE f:Firm ", head = "RETURN count(DISTINCT f) AS firms, count(a) AS n, coalesce(sum(a.amount), 0) AS sum";
        String with = "OPTIONAL MATCH (f)<-[a:AGAINST]-() WHERE " + WINDOW + " ";
        if (!docs) return firms + with + head;
        return switch (fineForm) {
            case "collect" -> firms + with + head + ", collect(CASE WHEN a IS NOT NULL THEN [a.date, a.doc] END) AS fines";
            // two passes: the sums first, then the window's relationships ordered by the engine
            case "order" -> firms + with + "WITH count(DISTINCT f) AS firms, count(a) AS n, coalesce(sum(a.amount), 0) AS sum, collect(a) AS all "
                + "CALL (all) { UNWIND all AS a WITH a.doc AS doc, a.date AS date ORDER BY date DESC, doc LIMIT 20 RETURN collect(doc) AS docs } RETURN firms, n, sum, docs";
            default -> throw new IllegalArgumentException(fineForm);
        };
    }
}
