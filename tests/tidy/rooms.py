"""The table of rooms: what each folder may include. Kept equal to ARCHITECTURE.md; a backward arrow fails the test."""

# A room and the nearest rooms it may include; whatever lies below those may be included too.
NEAREST = {
    "include/xinpu": [],
    "engine/value": ["include/xinpu"],
    "engine/calendar": ["engine/value"],
    "credit/identity": ["engine/value"],
    "engine/store": ["engine/value", "engine/calendar", "credit/identity"],
    "engine/index": ["engine/store"],
    "engine/catalog": ["engine/store"],
    "engine/graph": ["engine/store", "engine/index", "engine/catalog"],
    "engine/journal": ["engine/store"],
    "engine/txn": ["engine/graph", "engine/index", "engine/catalog", "engine/journal"],
    "engine/bulk": ["engine/txn"],
    "engine/check": ["engine/bulk"],
    "query/syntax": ["engine/value", "engine/calendar", "credit/identity"],
    "query/view": ["engine/txn"],
    "query/functions": ["query/syntax", "query/view"],
    "query/semantics": ["query/syntax", "query/functions", "engine/catalog"],
    "query/plan": ["query/semantics"],
    "query/procedures": ["query/functions", "engine/bulk"],
    "query/exec": ["query/plan", "query/procedures"],
    "query/session": ["query/exec"],
    "credit": ["query/session", "query/procedures", "engine/bulk"],
    "loaders": ["credit"],
    "server": ["credit", "loaders", "engine/check"],
    "cli": ["server"],
}

# Folders that are no rooms: they may include every room, and no room may include them.
OUTSIDE = ("tests", "bench")

LEAVES = ("include/xinpu", "engine/value", "engine/calendar", "credit/identity")

# Third-party headers that one room alone may include.
ONLY = {
    "lmdb.h": "engine/store",
    "roaring/": "engine/index",
    "antlr4-runtime": "query/syntax",
}

# What a leaf may include in angle brackets besides the standard library.
LEAF_THIRD_PARTY = ("openssl/", "date/", "sys/")


def room_of(path):
    """The room a file lies in: the longest room name that is one of its folders; None outside all rooms."""
    best = None
    for room in NEAREST:
        if path.startswith(room + "/") and (best is None or len(room) > len(best)):
            best = room
    return best


def below():
    """For each room the set of rooms that it may include, itself among them."""
    closed = {}

    def close(room):
        if room not in closed:
            closed[room] = {room}.union(*[close(near) for near in NEAREST[room]])
        return closed[room]

    for room in NEAREST:
        close(room)
    return closed
