"""The main job by plain breadth-first search over the CSV files: the first opinion that xinpu is held against.

Written from the definition alone (a hop is a stake in either direction with at least the minimum share, valid on the
date; persons are passed through; penalties count with both ends of the window). Shares and fines are whole numbers,
dates are text.
"""

import csv
import os

FIELDS = ["uscc", "name", "hops", "docNo", "decidedOn", "domain", "authority", "fine"]
SHARE_PLACES = 8


def scaled(text, places):
    """A decimal number as a whole number of 10^-places; exact, or an error."""
    whole, _, fraction = text.partition(".")
    if len(fraction) > places:
        raise ValueError(f"{text} has more than {places} places")
    return int(whole + fraction.ljust(places, "0"))


def yuan(hundredths):
    return f"{hundredths // 100}.{hundredths % 100:02d}"


class Stake:
    """A row of investments.csv."""

    def __init__(self, row):
        self.investor = row["investor"]
        self.company = row["uscc"]
        self.share_text = row["share"]
        self.share = scaled(row["share"], SHARE_PLACES)
        self.valid_from = row["valid_from"]
        self.valid_to = row["valid_to"]

    def other(self, node):
        return self.company if node == self.investor else self.investor

    def valid_on(self, date):
        return self.valid_from <= date and (self.valid_to == "" or date < self.valid_to)


class Penalty:
    """A row of penalties.csv."""

    def __init__(self, row):
        self.party = row["uscc"]
        self.document = row["doc_no"]
        self.date = row["date"]
        self.domain = row["domain"]
        self.authority = row["organ"]
        self.fine = scaled(row["amount"], 2)


class City:
    """The rows of one folder of CSV files."""

    def __init__(self, folder):
        self.names = {row["uscc"]: row["name"] for row in self.rows(folder, "companies.csv")}
        self.stakes = [Stake(row) for row in self.rows(folder, "investments.csv")]
        self.stakes_of = {}
        for stake in self.stakes:
            for node in {stake.investor, stake.company}:
                self.stakes_of.setdefault(node, []).append(stake)
        self.penalties = [Penalty(row) for row in self.rows(folder, "penalties.csv")]
        self.penalties_of = {}
        for penalty in self.penalties:
            self.penalties_of.setdefault(penalty.party, []).append(penalty)

    @staticmethod
    def rows(folder, name):
        with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

    def distances(self, start, date, hops, min_share):
        """For each node within `hops` hops its least distance."""
        least = scaled(min_share, SHARE_PLACES)
        distance = {start: 0}
        layer = [start]
        for hop in range(1, hops + 1):
            following = []
            for node in layer:
                for stake in self.stakes_of.get(node, ()):
                    other = stake.other(node)
                    if stake.share >= least and stake.valid_on(date) and other not in distance:
                        distance[other] = hop
                        following.append(other)
            layer = following
        return distance

    def related_violations(self, start, date, hops, min_share, window):
        """The answer in the form of `--format json`."""
        first, last = window
        firms = {node: hop for node, hop in self.distances(start, date, hops, min_share).items() if node in self.names}
        found = [penalty for firm in firms for penalty in self.penalties_of.get(firm, ()) if first <= penalty.date <= last]
        found.sort(key=lambda p: (p.document, p.authority, p.party))
        found.sort(key=lambda p: p.date, reverse=True)  # stable: the rest of the order stays
        values = [[p.party, self.names[p.party], firms[p.party], p.document, p.date, p.domain, p.authority, yuan(p.fine)]
                  for p in found]
        return {"fields": FIELDS, "values": values,
                "summary": {"firms": len(firms), "violations": len(found), "fines": yuan(sum(p.fine for p in found)),
                            "from": first, "to": last}}
