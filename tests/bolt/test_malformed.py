"""Malformed handshakes and messages in numbers against one server, with an honest client beside them that is answered
rightly and in time: 2,000 of them, 300 with --quick, 100,000 with --long (XINPU_TEST_LONG)."""

import os
import random
import socket
import struct
import threading
import time
import unittest

import wire
from wire import (ALL, BEGIN, COMMIT, HELLO, LOGON, MAGIC, PULL, RESET, ROUTE, RUN, Client, Structure, frame, pack)

COUNT = 100_000 if os.environ.get("XINPU_TEST_LONG") else 300 if os.environ.get("XINPU_TEST_QUICK") else 2_000
SEED = int(os.environ.get("XINPU_TEST_SEED", "20261124"))
THREADS = 4
ASKS = max(200, COUNT // 20)  # of the honest client, quiet and at least as many busy
STATEMENT = "UNWIND range(1, 20) AS x RETURN x, 'y' + x AS y"
ROWS = [[x, f"y{x}"] for x in range(1, 21)]


def message(*fields):
    return frame(pack(Structure(*fields)))


PROPOSALS = bytes([0, 0, 8, 5]).ljust(16, b"\0")
KNOWN = MAGIC + PROPOSALS + message(HELLO, {"user_agent": "x/1"}) + message(LOGON, {"scheme": "none"})
GOOD = [message(RUN, "RETURN $x", {"x": [1, "two", {"three": 3.0}]}, {"mode": "r"}) + message(PULL, ALL),
        message(BEGIN, {}) + message(RUN, "CREATE (:Malformed)", {}, {}) + message(PULL, ALL) + message(COMMIT),
        message(ROUTE, {"address": "x:1"}, [], {}), message(RESET)]


def mutated(dice, data):
    data = bytearray(data)
    for _ in range(dice.choice([1, 1, 2, 4, 16])):
        at = dice.randrange(len(data))
        way = dice.randrange(5)
        if way == 0:
            data[at] = dice.randrange(256)
        elif way == 1:
            data[at] ^= 1 << dice.randrange(8)
        elif way == 2:
            del data[at:at + dice.randrange(1, 9)]
        elif way == 3:
            data[at:at] = dice.randbytes(dice.randrange(1, 9))
        else:
            data[at:at + 4] = struct.pack(">I", dice.choice([0, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFF]))
        if not data:
            return b"\0"
    return bytes(data)


def handshake(dice):
    return dice.choice([
        lambda: dice.randbytes(dice.randrange(1, 64)),
        lambda: MAGIC + dice.randbytes(dice.randrange(0, 40)),
        lambda: (MAGIC + PROPOSALS)[:dice.randrange(1, 20)],  # never finished
        lambda: mutated(dice, MAGIC + PROPOSALS),
        lambda: MAGIC + bytes([0, 0, 1, 255]).ljust(16, b"\0") + b"\0\0\x08\x05" + b"\xff" * dice.randrange(1, 12),
        lambda: b"\x16\x03\x01" + dice.randbytes(dice.randrange(1, 200)),
        lambda: b"POST /db/credit/query/v2 HTTP/1.1\r\n\r\n",
    ])()


def messages(dice):
    return dice.choice([
        lambda: mutated(dice, KNOWN),
        lambda: KNOWN + mutated(dice, dice.choice(GOOD)),
        lambda: KNOWN + b"".join(mutated(dice, one) if dice.random() < 0.3 else one for one in GOOD),
        lambda: KNOWN + frame(dice.randbytes(dice.randrange(1, 200))),
        lambda: KNOWN + frame(bytes([0xB3, RUN]) + dice.randbytes(dice.randrange(1, 100)), chunk=dice.randrange(1, 9)),
        lambda: KNOWN + frame(b"\xb1" + bytes([RUN]) + dice.choice([b"\x91", b"\xa1\x81a"]) * dice.randrange(1, 3000)),
        lambda: KNOWN + frame(b"\xb1" + bytes([RUN]) + dice.choice([b"\xd6", b"\xda", b"\xce", b"\xd2"]) + b"\x7f\xff\xff\xff"),
        lambda: KNOWN + struct.pack(">H", dice.randrange(1, 65_536)) + b"\xb1",  # a chunk that does not end
        lambda: KNOWN + b"\0\0" * dice.randrange(1, 2_000),
        lambda: MAGIC + PROPOSALS + message(dice.choice([RUN, PULL, RESET, COMMIT, LOGON, 0x99]), {}),
        lambda: MAGIC + PROPOSALS + frame(b"\xb1\x01\xd2\x00\x10\x00\x00" + b"x" * 70_000),  # too large for a stranger
    ])()


class Malformed(unittest.TestCase):
    def ask(self, client):
        begun = time.perf_counter()
        rows, _ = client.run(STATEMENT)
        span = time.perf_counter() - begun
        self.assertEqual(ROWS, rows)
        return span

    def shower(self, server, seed, count, troubles):
        dice = random.Random(seed)
        try:
            for _ in range(count):
                data = handshake(dice) if dice.random() < 0.4 else messages(dice)
                with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock:
                    try:
                        sock.sendall(data)
                        if dice.random() < 0.7:
                            sock.shutdown(socket.SHUT_WR)
                            while sock.recv(1 << 16):  # the server has to come to an end
                                pass
                        elif dice.random() < 0.5:
                            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset
                    except (ConnectionResetError, BrokenPipeError):
                        pass
        except Exception as trouble:  # pylint: disable=broad-except
            troubles.append(f"seed {seed}: {trouble!r}")

    def test_an_honest_client_beside_malformed_ones(self):
        print(f"seed {SEED}, {COUNT} malformed conversations")
        with wire.serving() as server:
            honest = Client(server.port)
            self.addCleanup(honest.close)
            honest.log_on((5, 8))
            for _ in range(50):
                self.ask(honest)
            quiet = sorted(self.ask(honest) for _ in range(ASKS))
            before = server.memory_bytes()
            troubles = []
            showers = [threading.Thread(target=self.shower, args=(server, SEED + i, COUNT // THREADS, troubles))
                       for i in range(THREADS)]
            for thread in showers:
                thread.start()
            busy = []
            while len(busy) < ASKS or any(thread.is_alive() for thread in showers):
                busy.append(self.ask(honest))
            for thread in showers:
                thread.join()
            busy.sort()
            self.assertEqual([], troubles)
            self.assertIsNone(server.process.poll(), server.log())
            grown = server.memory_bytes() - before

            def p99(spans):
                return spans[int(0.99 * (len(spans) - 1))] * 1000
            print(f"honest client: p99 quiet {p99(quiet):.2f} ms, busy {p99(busy):.2f} ms, worst {busy[-1] * 1000:.1f} ms "
                  f"({len(busy)} asked); the server grew by {grown / 2**20:.0f} MiB")
            self.assertLess(p99(busy), 1000)
            self.assertLess(grown, 256 << 20)
            # Nothing of theirs is left: no connection but ours, no transaction that holds the writer.
            writer = Client(server.port)
            self.addCleanup(writer.close)
            writer.log_on((5, 8))
            writer.run("CREATE (:After)")
            self.assertEqual(0, writer.run("MATCH (x:After) RETURN count(x) - 1")[0][0][0])
            self.assertNotIn('"level":"error"', server.log())


if __name__ == "__main__":
    unittest.main()
