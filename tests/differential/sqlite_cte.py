"""The main job as one recursive SQL statement in SQLite: the second opinion, which shares no code with the first."""

import csv
import os
import sqlite3

TABLES = {
    "companies": "uscc, name",
    "investments": "investor, uscc, share, valid_from, valid_to",
    "penalties": "doc_no, uscc, domain, organ, date, amount",
}

# Shares and fines are compared and added as whole hundredths; SQLite's own order of text is that of UTF-8 bytes, which
# is the order of code points.
PREPARE = """
CREATE TABLE adjacent AS
  SELECT investor AS node, uscc AS other, CAST(replace(share, '.', '') AS INTEGER) AS share, valid_from, valid_to
    FROM investments
  UNION ALL
  SELECT uscc, investor, CAST(replace(share, '.', '') AS INTEGER), valid_from, valid_to FROM investments;
CREATE INDEX adjacent_node ON adjacent(node);
CREATE INDEX penalties_uscc ON penalties(uscc);
CREATE UNIQUE INDEX companies_uscc ON companies(uscc);
"""

RELATED = """
WITH RECURSIVE walk(node, hops) AS (
  SELECT :start, 0
  UNION
  SELECT other, hops + 1 FROM walk JOIN adjacent USING (node)
   WHERE hops < :hops AND share >= :share AND valid_from <= :date AND (valid_to = '' OR valid_to > :date)),
firm AS (SELECT uscc, name, min(hops) AS hops FROM walk JOIN companies ON uscc = node GROUP BY uscc)
"""

ROWS = RELATED + """
SELECT firm.uscc, name, hops, doc_no, date, domain, organ, printf('%d.%02d', fen / 100, fen % 100)
  FROM firm JOIN (SELECT *, CAST(replace(amount, '.', '') AS INTEGER) AS fen FROM penalties) USING (uscc)
 WHERE date BETWEEN :first AND :last
 ORDER BY date DESC, doc_no, organ, firm.uscc
"""

SUMMARY = RELATED + """
SELECT (SELECT count(*) FROM firm), count(*), coalesce(sum(CAST(replace(amount, '.', '') AS INTEGER)), 0)
  FROM firm JOIN penalties USING (uscc) WHERE date BETWEEN :first AND :last
"""

FIELDS = ["uscc", "name", "hops", "docNo", "decidedOn", "domain", "authority", "fine"]


class Database:
    """One folder of CSV files with two places in every share and fine."""

    def __init__(self, folder):
        self.connection = sqlite3.connect(":memory:")
        for table, columns in TABLES.items():
            names = columns.split(", ")
            self.connection.execute(f"CREATE TABLE {table}({columns})")
            with open(os.path.join(folder, table + ".csv"), encoding="utf-8", newline="") as file:
                rows = ([row[name] for name in names] for row in csv.DictReader(file))
                self.connection.executemany(f"INSERT INTO {table} VALUES({', '.join('?' * len(names))})", rows)
        self.connection.executescript(PREPARE)

    def related_violations(self, start, date, hops, min_share, window):
        """`min_share` has at most two places. The answer in the form of `--format json`."""
        whole, _, fraction = min_share.partition(".")
        parameters = {"start": start, "date": date, "hops": hops, "share": int(whole + fraction.ljust(2, "0")),
                      "first": window[0], "last": window[1]}
        values = [list(row) for row in self.connection.execute(ROWS, parameters)]
        firms, violations, fen = self.connection.execute(SUMMARY, parameters).fetchone()
        return {"fields": FIELDS, "values": values,
                "summary": {"firms": firms, "violations": violations, "fines": f"{fen // 100}.{fen % 100:02d}",
                            "from": window[0], "to": window[1]}}
