"""Many clients that together want more than the server gives: memory of requests, answers that nobody takes."""

import os
import struct
import time
import unittest

import wire
from wire import ALL, PULL, RESET, RUN, Client, Closed, head, pack
from test_wire import ENDLESS

LONG = bool(os.environ.get("XINPU_TEST_LONG"))
MEMORY = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"


class Pressure(unittest.TestCase):
    def client(self, server):
        client = Client(server.port, timeout=90)
        self.addCleanup(client.close)
        client.log_on((5, 8))
        return client

    def is_quick(self, client):
        begun = time.monotonic()
        self.assertEqual([[1]], client.run("RETURN 1")[0])
        self.assertLess(time.monotonic() - begun, 5)

    def test_requests_that_never_end(self):
        if not LONG:
            print("left out: requests of all clients beyond 1 GiB (tests/run --long)")
            return
        with wire.serving() as server:
            honest = self.client(server)
            piece = struct.pack(">H", 65_000) + b"x" * 65_000
            refused = 0
            greedy = []
            for _ in range(48):
                client = self.client(server)
                greedy.append(client)
                try:
                    for _ in range(500):  # 31 MiB of one request
                        client.socket.sendall(piece)
                except (BrokenPipeError, ConnectionResetError):
                    refused += 1
                self.is_quick(honest)
            # Whoever was cut off was told why, if its own bytes did not get in the way.
            told = 0
            for client in greedy:
                client.socket.settimeout(0.2)
                try:
                    name, failure = client.answer()
                    self.assertEqual(("FAILURE", MEMORY), (name, failure["neo4j_code"]))
                    told += 1
                except (Closed, ConnectionResetError, TimeoutError):
                    pass
            print(f"{refused} of {len(greedy)} cut off, {told} told; the server holds {server.memory_bytes() >> 20} MiB")
            self.assertGreater(refused + told, 10)
            self.assertLess(server.memory_bytes(), 3 << 30)
            for client in greedy:
                client.close()
            for _ in range(200):  # the server notices
                last = self.client(server)
                last.send(RUN, "RETURN size($x)", {"x": "y" * 20_000_000}, {})
                name, got = last.answer()
                if name == "SUCCESS":
                    break
                self.assertEqual(MEMORY, got["neo4j_code"])
                last.close()
            self.assertEqual("SUCCESS", name)

    def test_values_of_requests_that_run(self):
        if not LONG:
            print("left out: values of all requests beyond 1 GiB (tests/run --long)")
            return
        count = 6_000_000  # values of a byte on the wire, of sixteen in memory
        body = (bytes([0xB3, RUN]) + pack(ENDLESS) + b"\xa1\x81x" + head(count, 0x90, 0xD4) + b"\x01" * count + b"\xa0")
        with wire.serving() as server:
            honest = self.client(server)
            busy, refused = [], 0
            for _ in range(14):
                client = self.client(server)
                client.socket.sendall(wire.frame(body))
                client.socket.settimeout(3)
                try:
                    name, failure = client.answer()
                    self.assertEqual(("FAILURE", MEMORY), (name, failure["neo4j_code"]))
                    self.assertEqual("SUCCESS", client.ask(RESET)[0])
                    self.is_quick(client)
                    refused += 1
                except TimeoutError:
                    busy.append(client)  # it runs
                self.is_quick(honest)
            print(f"{len(busy)} ran, {refused} refused; the server holds {server.memory_bytes() >> 20} MiB")
            self.assertGreater(refused, 0)
            self.assertGreater(len(busy), 3)
            for client in busy:
                client.socket.settimeout(60)
                client.send(RESET)
                self.assertEqual(("IGNORED", "SUCCESS"), (client.answer()[0], client.answer()[0]))

    def test_answers_that_nobody_takes(self):
        clients = 60 if LONG else 12  # of 16 MiB each; the server keeps 4 MiB of each in memory
        with wire.serving() as server:
            honest = self.client(server)
            before = server.memory_bytes()
            lazy = []
            for _ in range(clients):
                client = self.client(server)
                client.send(RUN, "UNWIND range(1, 16000) AS x RETURN $y + x AS y", {"y": "z" * 1000}, {})
                self.assertEqual("SUCCESS", client.answer()[0])
                client.send(PULL, ALL)
                lazy.append(client)
                self.is_quick(honest)
            honest.run("CREATE (:NotHeldUp)")
            grown = server.memory_bytes() - before
            print(f"{clients} clients that take nothing: the server grew by {grown >> 20} MiB")
            self.assertLess(grown, clients * (12 << 20))
            rows, (name, _) = lazy[-1].rows()  # what waited is whole
            self.assertEqual((16_000, "SUCCESS"), (len(rows), name))
            self.assertEqual("z" * 1000 + "16000", rows[-1][0])

    def test_a_client_that_takes_nothing_is_closed(self):
        if not LONG:
            print("left out: the minute after which a client that takes nothing is closed (tests/run --long)")
            return
        with wire.serving() as server:
            client = self.client(server)
            client.send(RUN, "UNWIND range(1, 2000000) AS x RETURN 'abcdefghijklmnopqrstuvwxyz' + x AS y", {}, {})
            client.send(PULL, ALL)
            time.sleep(65)
            client.socket.settimeout(20)
            with self.assertRaises((Closed, ConnectionResetError)):
                while True:
                    client.answer()
            self.is_quick(self.client(server))


if __name__ == "__main__":
    unittest.main()
