// bench/peers/neo4j/Common.java
// What the Java peers share, the counterpart of ../common.mjs: options, starts, timing, hashes (../../WORKLOADS.md), Q8.
//   java CLASS load  --data DIR --db PATH
//   java CLASS bench --data DIR --db PATH --ref ROWS_DIR [--workloads Q1,Q3] [--budget SECONDS] [--warm 20000] [--rounds 1] [--n 1000]
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

final class Common {
    static final int D = 20261124, D0 = 20231113, D1 = 20261113, OPEN = 99991231;

    record Start(String uscc, String stratum) {}
    interface Ask<T> { String answer(T input) throws Exception; }
    interface Build { void run() throws Exception; }
    interface Writer { /** Ends after the commit in hand and says how many were made. */ int stop() throws Exception; }
    interface Count { long now() throws Exception; }

    static final Map<String, String> options = new LinkedHashMap<>(Map.of("workloads", "Q1,Q3", "budget", "60", "n", "1000", "warm", "20000", "rounds", "1"));
    static String mode;
    private static java.io.PrintStream out;
    static double budgetMs;

    static void parse(String[] args) {
        mode = args[0];
        out = System.out;
        System.setOut(System.err);  // figures alone go to the output, whatever a library prints
        for (int i = 1; i + 1 < args.length; i += 2) options.put(args[i].substring(2), args[i + 1]);
        budgetMs = Double.parseDouble(options.get("budget")) * 1000;
    }
    static boolean wants(String q) { return Arrays.asList(options.get("workloads").split(",")).contains(q); }
    static Path file(String name) { return Path.of(options.get("data"), name); }
    static Path db() { return Path.of(options.get("db")).toAbsolutePath().normalize(); }

    interface Row { void take(String[] cells) throws Exception; }
    /** Rows of a CSV without quotes, in constant memory. */
    static void csv(String name, Row row) throws Exception {
        try (BufferedReader in = Files.newBufferedReader(file(name))) {
            in.readLine();
            for (String line; (line = in.readLine()) != null;) row.take(line.split(",", -1));
        }
    }
    static int dateInt(String s) { return s.isEmpty() ? OPEN : Integer.parseInt(s.substring(0, 4) + s.substring(5, 7) + s.substring(8)); }
    static long cents(String s) { return Long.parseLong(s.replace(".", "")); }

    /** Start companies, strata interleaved. */
    static List<Start> starts() throws Exception {
        Map<String, List<Start>> by = new LinkedHashMap<>();
        for (String s : List.of("small", "medium", "large", "hub")) by.put(s, new ArrayList<>());
        csv("starts.csv", c -> by.get(c[1]).add(new Start(c[0], c[1])));
        List<Start> out = new ArrayList<>();
        boolean any = true;
        for (int i = 0; any; i++) {
            any = false;
            for (List<Start> l : by.values()) if (i < l.size()) { out.add(l.get(i)); any = true; }
        }
        return out.subList(0, Math.min(out.size(), Integer.parseInt(options.get("n"))));
    }
    static List<Start> everyFifth(List<Start> list) {
        List<Start> out = new ArrayList<>();
        for (int i = 0; i < list.size(); i += 5) out.add(list.get(i));
        return out;
    }
    /** The first 10,000 active companies, in file order. */
    static List<String> batch() throws Exception {
        List<String> out = new ArrayList<>();
        csv("companies.csv", c -> { if (out.size() < 10000 && c[2].equals("company") && c[3].equals("active")) out.add(c[0]); });
        return out;
    }

    // Order of code points = order of UTF-8 bytes (String.compareTo is order of UTF-16 units).
    static final Comparator<String> BYTES = (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    record Fine(int date, String doc) {}
    static final Comparator<Fine> LATEST = Comparator.comparingInt((Fine f) -> -f.date).thenComparing(Fine::doc);
    /** The 20 latest documents, joined. */
    static String latest(List<Fine> list) {
        list.sort(LATEST);
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < Math.min(20, list.size()); i++) s.append(i == 0 ? "" : ";").append(list.get(i).doc());
        return s.toString();
    }
    static long micro(double x) { return (long) Math.floor(x * 1e6 + 0.5 + 1e-4); }

    static String hash(List<String> rows) throws Exception {
        List<String> sorted = new ArrayList<>(rows);
        sorted.sort(BYTES);
        byte[] d = MessageDigest.getInstance("SHA-256").digest(String.join("\n", sorted).getBytes(StandardCharsets.UTF_8));
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < 8; i++) s.append(String.format("%02x", d[i]));
        return s.toString();
    }
    private static double quantile(List<Double> sorted, double p) { return sorted.get(Math.min(sorted.size() - 1, (int) (p * sorted.size()))); }
    private static String num(double x) { return String.format(Locale.ROOT, "%.5g", x).contains("e") ? String.valueOf(x) : String.format(Locale.ROOT, "%.5g", x); }

    /**
     * Times one query for many inputs. The warm-up goes round the inputs until --warm queries are done (JIT, caches), but
     * takes at most four times the budget; then the measured rounds, each in the budget.
     */
    static void each(String peer, String q, List<Start> inputs, Ask<Start> ask) throws Exception {
        int warmed = 0;
        final int want = Integer.parseInt(options.get("warm"));
        final long warmEnd = System.nanoTime() + (long) (4 * budgetMs * 1e6);
        for (; warmed < want && System.nanoTime() < warmEnd; warmed++) ask.answer(inputs.get(warmed % inputs.size()));
        List<String> rows = new ArrayList<>();
        List<List<Double>> rounds = new ArrayList<>();
        for (int round = Integer.parseInt(options.get("rounds")); round > 0; round--) {
            List<String> answers = new ArrayList<>();
            List<Double> all = new ArrayList<>();
            final long end = System.nanoTime() + (long) (budgetMs * 1e6);
            for (Start s : inputs) {
                final long t = System.nanoTime();
                answers.add(ask.answer(s));
                all.add((System.nanoTime() - t) / 1e6);
                if (System.nanoTime() > end) break;
            }
            if (answers.size() > rows.size()) rows = answers;
            rounds.add(all);
        }
        report(peer, q, rows, rounds, inputs, ",\"warmed\":" + warmed);
    }
    /** Q5: firms one after the other on THREADS threads, till the list or the budget ends; the whole time counts. */
    static void batchOf(String peer, List<String> list, int threads, Ask<String> ask) throws Exception {
        final long end = System.nanoTime() + (long) (budgetMs * 1e6), t = System.nanoTime();
        String[] answers = new String[list.size()];
        java.util.concurrent.atomic.AtomicInteger next = new java.util.concurrent.atomic.AtomicInteger();
        List<Thread> ts = new ArrayList<>();
        List<Throwable> faults = new ArrayList<>();
        for (int k = 0; k < threads; k++) {
            Thread th = new Thread(() -> {
                try {
                    for (int i; System.nanoTime() < end && (i = next.getAndIncrement()) < answers.length;) answers[i] = ask.answer(list.get(i));
                } catch (Throwable e) { synchronized (faults) { faults.add(e); } }
            });
            th.start();
            ts.add(th);
        }
        for (Thread th : ts) th.join();
        if (!faults.isEmpty()) throw new IllegalStateException(faults.get(0));
        final double ms = (System.nanoTime() - t) / 1e6;
        List<String> rows = new ArrayList<>();
        for (String a : answers) { if (a == null) break; rows.add(a); }
        report(peer, "Q5", rows, List.of(List.of(ms)), List.of(), ",\"threads\":" + threads);
    }
    private static double quantileOf(List<Double> ms, double p) {
        List<Double> sorted = new ArrayList<>(ms);
        sorted.sort(null);
        return quantile(sorted, p);
    }
    /** The median over the rounds of a quantile of the times (of one stratum, or of all where it is null). */
    private static double median(List<List<Double>> rounds, List<Start> inputs, String stratum, double p) {
        List<Double> out = new ArrayList<>();
        for (List<Double> ms : rounds) {
            List<Double> some = new ArrayList<>();
            for (int i = 0; i < ms.size(); i++) if (stratum == null || inputs.get(i).stratum().equals(stratum)) some.add(ms.get(i));
            if (!some.isEmpty()) out.add(quantileOf(some, p));
        }
        return out.isEmpty() ? 0 : quantileOf(out, .5);
    }
    private static void report(String peer, String q, List<String> rows, List<List<Double>> rounds, List<Start> inputs, String extra) throws Exception {
        final double mean = rounds.stream().flatMap(List::stream).mapToDouble(x -> x).average().orElse(0), p50 = median(rounds, inputs, null, .5), p99 = median(rounds, inputs, null, .99);
        StringBuilder strata = new StringBuilder();
        for (String s : inputs.stream().map(Start::stratum).distinct().sorted().toList())
            strata.append(strata.isEmpty() ? "" : ",").append('"').append(s).append("\":[").append(num(median(rounds, inputs, s, .5))).append(',').append(num(median(rounds, inputs, s, .99))).append(']');
        String got = hash(rows), ok = "";
        if (options.containsKey("ref") && Files.exists(Path.of(options.get("ref"), q + ".rows"))) {
            List<String> want = Files.readAllLines(Path.of(options.get("ref"), q + ".rows"));
            want = want.subList(0, Math.min(want.size(), rows.size()));
            ok = ",\"ok\":" + hash(want).equals(got);
            for (int i = 0; i < rows.size(); i++) {
                if (i < want.size() && rows.get(i).equals(want.get(i))) continue;
                System.err.println(peer + " " + q + ": row " + i + "\n  got  " + cut(rows.get(i)) + "\n  want " + (i < want.size() ? cut(want.get(i)) : "nothing"));
                break;
            }
        }
        out.println("{\"peer\":\"" + peer + "\",\"workload\":\"" + q + "\",\"n\":" + rows.size() + ",\"p50_ms\":" + num(p50) + ",\"p99_ms\":" + num(p99)
            + ",\"mean_ms\":" + num(mean) + ",\"hash\":\"" + got + "\",\"strata\":{" + strata + "}" + ok + extra + "}");
    }
    private static String cut(String s) { return s.length() > 400 ? s.substring(0, 400) : s; }

    static long size(Path p) throws IOException {
        if (!Files.exists(p)) return 0;
        long[] sum = {0};
        Files.walkFileTree(p, new SimpleFileVisitor<>() {
            @Override public FileVisitResult visitFile(Path f, BasicFileAttributes a) { sum[0] += a.size(); return FileVisitResult.CONTINUE; }
        });
        return sum[0];
    }
    static void remove(Path p) throws IOException {
        if (!Files.exists(p)) return;
        try (var all = Files.walk(p)) { for (Path x : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(x); }
    }
    static void copy(Path from, Path to) throws IOException {
        remove(to);
        try (var all = Files.walk(from)) { for (Path x : all.toList()) Files.copy(x, to.resolve(from.relativize(x).toString())); }
    }
    private static long peakRssMb() throws IOException {
        for (String l : Files.readAllLines(Path.of("/proc/self/status"))) if (l.startsWith("VmHWM:")) return Long.parseLong(l.replaceAll("\\D", "")) / 1024;
        return 0;
    }
    /** Q7: builds a closed, durable database from the CSVs. */
    static void load(String peer, Build build) throws Exception {
        remove(db());
        final long t = System.nanoTime();
        build.run();
        out.println("{\"peer\":\"" + peer + "\",\"workload\":\"Q7\",\"load_s\":" + num((System.nanoTime() - t) / 1e9) + ",\"disk_mb\":" + num(size(db()) / 1e6) + ",\"rss_mb\":" + peakRssMb() + "}");
    }

    /** Q8: Q3 alone, then Q3 while a writer commits 100 penalties a transaction. The caller works on a copy. */
    static void pushes(String peer, List<Start> list, Ask<Start> ask, Count count, Supplier<Writer> start) throws Exception {
        class Reader {
            int n;
            double p50, p99;
            Reader(double ms) throws Exception {
                List<Double> all = new ArrayList<>();
                final long end = System.nanoTime() + (long) (ms * 1e6);
                for (int i = 0; System.nanoTime() < end; i = (i + 1) % list.size()) {
                    final long t = System.nanoTime();
                    ask.answer(list.get(i));
                    all.add((System.nanoTime() - t) / 1e6);
                }
                all.sort(null);
                n = all.size(); p50 = quantile(all, .5); p99 = quantile(all, .99);
            }
        }
        new Reader(budgetMs);
        Reader quiet = new Reader(budgetMs / 2);
        final long before = count.now(), t = System.nanoTime();
        Writer w = start.get();
        Reader busy = new Reader(budgetMs);
        final int commits = w.stop();
        final double seconds = (System.nanoTime() - t) / 1e9;
        final long after = count.now();
        out.println("{\"peer\":\"" + peer + "\",\"workload\":\"Q8\",\"n\":" + commits + ",\"commits_per_s\":" + num(commits / seconds) + ",\"quiet_p50_ms\":" + num(quiet.p50) + ",\"quiet_p99_ms\":" + num(quiet.p99)
            + ",\"busy_p50_ms\":" + num(busy.p50) + ",\"busy_p99_ms\":" + num(busy.p99) + ",\"p99_ratio\":" + num(busy.p99 / quiet.p99) + ",\"reads\":" + busy.n + ",\"ok\":" + (after == before + 100L * commits) + "}");
    }
    /** A writer thread: calls COMMIT with 0, 1, 2, … until it is stopped. */
    interface Commit { void run(int number) throws Exception; }
    static Writer writer(Commit commit) {
        var go = new java.util.concurrent.atomic.AtomicBoolean(true);
        int[] commits = {0};
        Throwable[] fault = {null};
        Thread th = new Thread(() -> {
            try { while (go.get()) { commit.run(commits[0]); commits[0]++; } } catch (Throwable e) { fault[0] = e; }
        });
        th.start();
        return () -> { go.set(false); th.join(); if (fault[0] != null) throw new IllegalStateException(fault[0]); return commits[0]; };
    }
}
