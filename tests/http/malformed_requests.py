"""Malformed requests of many kinds, beside an honest client whose times are taken.

    tests/http/malformed_requests.py PORT COUNT [SEED]

Prints one JSON object: how many were sent of each kind, what came back, what should not have, and the honest client's times.
A request that must be refused is refused with 4xx or cut off; none may get a 5xx; nothing that stands behind a refused
request on the same connection is answered (that would be smuggling)."""

import gzip
import http.client
import json
import multiprocessing
import random
import socket
import sys
import time

QUERY = "/db/credit/query/v2"
ONE = b'{"statement":"RETURN 1 AS x"}'
SECOND = b"GET /health/live HTTP/1.1\r\nHost: second\r\n\r\n"
TIMEOUT = 20
QUIET_SECONDS = 2


def post(body, *lines, first=f"POST {QUERY} HTTP/1.1", length=True):
    head = [first, "Host: h", "Content-Type: application/json", *([f"Content-Length: {len(body)}"] if length else []), *lines]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def bytes_of(random_, low, high):
    return random_.randbytes(random_.randint(low, high))


def noise(random_):
    return bytes_of(random_, 1, 2000) + b"\r\n\r\n"


def request_line(random_):
    line = random_.choice([
        "GET", "GET /", "GET / HTTP", "GET / HTTP/", "GET / HTTP/1", "GET / HTTP/3.7", "GET / HTTP/11.1", "GET  / HTTP/1.1",
        "GET / HTTP/1.1 x", " GET / HTTP/1.1", "G\x01T / HTTP/1.1", "GET /\x00 HTTP/1.1", "GET / http/1.1", "\x16\x03\x01\x02",
        "GET\t/\tHTTP/1.1", "G(T / HTTP/1.1", "GET / HTTP/1.1\nX: y", "GET /" + "a" * 17_000 + " HTTP/1.1", ": / HTTP/1.1"])
    return line.encode("latin-1") + b"\r\nHost: h\r\n\r\n"


def header(random_):
    line = random_.choice([
        "NoColon", "Bad Name: x", "Name : x", ": x", "X: a\x00b", "X: a\x01b", "X: a\x7fb", "Näme: x", "X" * 17_000 + ": y",
        "Y: " + "y" * 17_000, "\r\n".join(f"H{n}: v" for n in range(4_000)), "X: a\rb", "(x): y"])
    return post(ONE, line)


def length(random_):
    value = random_.choice(["-1", "+5", "0x1d", "29x", "", " ", "1e3", "99999999999999999999999", "18446744073709551616",
                            "18446744073709551645", "29, 30", "29\r\nContent-Length: 30", "29 29", "٣"])
    return post(ONE, f"Content-Length: {value}".encode("utf-8").decode("latin-1"), length=False)


def smuggled(random_):
    line = random_.choice([
        "Transfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "Transfer-Encoding : chunked",
        "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, chunked", "Transfer-Encoding:\x0bchunked",
        "Transfer-Encoding: \x00chunked", "transfer-encoding: CHUNKED"])
    if random_.random() < 0.5:
        return post(b"0\r\n\r\n", line)  # also with a length
    return post(b"0\r\n\r\n", line, length=False).replace(b"Content-Type", f"Content-Length: {random_.randint(0, 60)}\r\nContent-Type".encode(), 1)


def chunks(random_):
    body = random_.choice([
        b"g\r\nx\r\n", b"-1\r\nx\r\n", b"FFFFFFFFFFFFFFFFF\r\n", b"0x1d\r\n" + ONE + b"\r\n0\r\n\r\n", b"1d" + ONE, b"\r\n\r\n",
        b"1d\n" + ONE + b"\n0\n\n", chunk(ONE)[:-2] + b"XX0\r\n\r\n", b"1d;" + b"e" * 20_000 + b"\r\n", b" 1d\r\n" + ONE,
        b"1d \x00\r\n" + ONE, b"7fffffffffffffff\r\nx", b"2000001\r\n" + b"x" * 1000])
    return post(body, "Transfer-Encoding: chunked", length=False)


def cut(random_):
    whole = random_.choice([post(ONE), post(chunk(ONE) + b"0\r\n\r\n", "Transfer-Encoding: chunked", length=False),
                            post(gzip.compress(ONE), "Content-Encoding: gzip")])
    return whole[:random_.randint(1, len(whole) - 1)]


def text(random_):
    body = random_.choice([b'{"statement":"RETURN \'\xff\'"}', b'{"statement":"\xc3"}', b'\xff\xfe{\x00}\x00', b'{"statement":"\xed\xa0\x80"}',
                           b'{"statement":"\\ud800"}', b'{"statement":"\\udc00\\ud800"}', b'{"statement":"\\u12"}', b'{"\xf5":1}',
                           b'{"statement":"RETURN 1\x00"}', b'{"statement":"\\x41"}', b'\xef\xbb\xbf\xef\xbb\xbf{}'])
    return post(body)


def structure(random_):
    deep = random_.choice([501, 1_000, 20_000, 300_000])
    opening, closing = random_.choice([(b"[", b"]"), (b'{"a":', b"}")])
    body = random_.choice([
        b'{"statement":"RETURN $p","parameters":{"p":' + opening * deep + b"1" + closing * deep + b"}}", opening * deep,
        ONE[:-1], ONE + b"}", b"[]", b"1", b'""', b"null", b'{"statement":}', b"{'statement':'x'}", b'{"statement":"RETURN 1",}',
        b'{"statement":[]}', b'{"statement":"RETURN 1","parameters":[1]}', b'{"statement":"RETURN 1","x":1}', b"{" * 1000,
        b'{"statement":"RETURN 1","accessMode":"x"}', b'{"statement":"RETURN 1","bookmarks":[1]}', b'{"statement":{"a":1}}'])
    return post(body)


def number(random_):
    digits = random_.choice([
        "01", "1.", ".5", "+1", "1e", "1e+", "0x10", "NaN", "Infinity", "-", "--1", "1_000", "1e999", "-1e999", "9223372036854775808",
        "-9223372036854775809", "9" * 400, "9" * 100_000, "1" + "0" * 1000 + "e-2000x"])
    return post(b'{"statement":"RETURN $p","parameters":{"p":' + digits.encode() + b"}}")


def packed(random_):
    good = gzip.compress(ONE)
    body = random_.choice([ONE, good[:-1], good[:10], good + b"x", b"\x1f\x8b\x08" + bytes_of(random_, 5, 500), b"", b"\x28\xb5\x2f\xfd" + bytes_of(random_, 1, 200),
                           gzip.compress(good)])
    return post(body, f"Content-Encoding: {random_.choice(['gzip', 'zstd', 'br', 'gzip, gzip', 'deflate'])}")


def negotiation(random_):
    if random_.random() < 0.5:
        return random_.choice([
            post(ONE).replace(b"Host: h\r\n", b""), post(ONE, "Host: other"), post(ONE, "Content-Type: application/json"),
            post(ONE, "Content-Encoding: identity", "Content-Encoding: gzip"), post(ONE, "Authorization: a", "Authorization: b")])
    return random_.choice([post(ONE, "Accept: text/html"), post(ONE, "Accept: application/json;q=0"), post(ONE, "Accept: ;;;q=,,"),
                           post(ONE).replace(b"application/json", b"text/plain"), post(ONE).replace(b"application/json", b"\xff\xfe")])


def mutated(random_):
    data = bytearray(random_.choice([post(ONE), post(chunk(ONE) + b"0\r\n\r\n", "Transfer-Encoding: chunked", length=False)]))
    for _ in range(random_.randint(1, 6)):
        place = random_.randrange(len(data))
        data[place:place + random_.randint(0, 2)] = bytes_of(random_, 0, 3)
    return bytes(data)


REFUSED = [noise, request_line, header, length, smuggled, chunks, text, structure, number, packed, negotiation]
ANY = [cut, mutated]  # may happen to be whole


def exchange(port, sent):
    """What comes back until the server closes, after all was sent and the sending side was closed."""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT) as connection:
        got = b""
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65536):
                got += piece
        except (ConnectionResetError, BrokenPipeError):
            pass  # refused and closed while the rest was still being sent
        return got


def attack(port, count, seed, results):
    random_ = random.Random(seed)
    sent, statuses, faults = {}, {}, []
    for n in range(count):
        kind = (REFUSED + ANY)[n % len(REFUSED + ANY)]
        data = kind(random_)
        name = kind.__name__
        sent[name] = sent.get(name, 0) + 1
        behind = kind in (smuggled, chunks, length, request_line)
        try:
            got = exchange(port, data + SECOND if behind else data)
        except OSError as error:
            faults.append(f"{name}: {error}: {data[:200]!r}")
            continue
        status = got[9:12].decode("latin-1") if got.startswith(b"HTTP/1.1 ") else "none"
        statuses[status] = statuses.get(status, 0) + 1
        wrong = status[0] not in "4n" if kind in REFUSED else status[0] not in "24n"
        if wrong or (behind and b'"live"' in got):
            faults.append(f"{name}: {got[:300]!r} for {data[:300]!r}")
    results.put((sent, statuses, faults[:20]))


def honest(connection):
    """Milliseconds of one request."""
    start = time.perf_counter()
    connection.request("POST", QUERY, ONE, {"Content-Type": "application/json"})
    response = connection.getresponse()
    body = response.read()
    if response.status != 202 or b"[[1]]" not in body:
        raise AssertionError(f"the honest client got {response.status} {body[:300]!r}")
    return (time.perf_counter() - start) * 1000


def quantiles(times):
    times = sorted(times)
    return {name: round(times[min(len(times) - 1, int(share * len(times)))], 3) for name, share in (("p50", 0.5), ("p99", 0.99), ("most", 1))}


def run(port, count, seed=20261201, attackers=2):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    until = time.monotonic() + QUIET_SECONDS
    quiet = []
    while time.monotonic() < until:
        quiet.append(honest(connection))
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=attack, args=(port, count // attackers, seed + n, results)) for n in range(attackers)]
    for process in processes:
        process.start()
    busy = []
    start = time.monotonic()
    found = []
    while len(found) < len(processes):
        busy.append(honest(connection))
        if not results.empty():
            found.append(results.get())
    for process in processes:
        process.join()
    sent, statuses, faults = {}, {}, []
    for kinds, answers, wrong in found:
        for name, n in kinds.items():
            sent[name] = sent.get(name, 0) + n
        for name, n in answers.items():
            statuses[name] = statuses.get(name, 0) + n
        faults += wrong
    return {"sent": sum(sent.values()), "seconds": round(time.monotonic() - start, 1), "kinds": sent, "answers": statuses,
            "honest_quiet_ms": quantiles(quiet), "honest_busy_ms": quantiles(busy), "seed": seed, "faults": faults}


if __name__ == "__main__":
    outcome = run(int(sys.argv[1]), int(sys.argv[2]), *(int(text) for text in sys.argv[3:4]))
    print(json.dumps(outcome, indent=1, ensure_ascii=False))
    sys.exit(1 if outcome["faults"] else 0)
