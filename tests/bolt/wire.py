"""Bolt with the standard library alone: PackStream, frames, and a client that says exactly what a test tells it to."""

import contextlib
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import tempfile
import urllib.request

import xinpu

MAGIC = b"\x60\x60\xb0\x17"
HELLO, GOODBYE, RESET, RUN, BEGIN, COMMIT, ROLLBACK = 0x01, 0x02, 0x0F, 0x10, 0x11, 0x12, 0x13
DISCARD, PULL, TELEMETRY, ROUTE, LOGON, LOGOFF = 0x2F, 0x3F, 0x54, 0x66, 0x6A, 0x6B
SUCCESS, RECORD, IGNORED, FAILURE = 0x70, 0x71, 0x7E, 0x7F
NAMES = {SUCCESS: "SUCCESS", RECORD: "RECORD", IGNORED: "IGNORED", FAILURE: "FAILURE"}
ALL = {"n": -1}


class Structure:
    def __init__(self, tag, *fields):
        self.tag = tag
        self.fields = list(fields)

    def __eq__(self, other):
        return isinstance(other, Structure) and (self.tag, self.fields) == (other.tag, other.fields)

    def __repr__(self):
        return f"Structure({self.tag:#04x}, {', '.join(map(repr, self.fields))})"


def head(size, tiny, marker):
    if tiny and size < 16:
        return bytes([tiny | size])
    if size < 1 << 8:
        return struct.pack(">BB", marker, size)
    if size < 1 << 16:
        return struct.pack(">BH", marker + 1, size)
    return struct.pack(">BI", marker + 2, size)


def pack(value):
    if value is None:
        return b"\xc0"
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        if -16 <= value < 128:
            return struct.pack(">b", value)
        for marker, letter, bits in ((0xC8, "b", 8), (0xC9, "h", 16), (0xCA, "i", 32), (0xCB, "q", 64)):
            if -(1 << bits - 1) <= value < 1 << bits - 1:
                return struct.pack(">B" + letter, marker, value)
    if isinstance(value, float):
        return struct.pack(">Bd", 0xC1, value)
    if isinstance(value, str):
        encoded = value.encode("utf-8")
        return head(len(encoded), 0x80, 0xD0) + encoded
    if isinstance(value, bytes):
        return head(len(value), 0, 0xCC) + value
    if isinstance(value, list):
        return head(len(value), 0x90, 0xD4) + b"".join(map(pack, value))
    if isinstance(value, dict):
        return head(len(value), 0xA0, 0xD8) + b"".join(pack(key) + pack(item) for key, item in value.items())
    if isinstance(value, Structure):
        return bytes([0xB0 | len(value.fields), value.tag]) + b"".join(map(pack, value.fields))
    raise TypeError(value)


class Unpacker:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, form):
        size = struct.calcsize(form)
        value, = struct.unpack_from(form, self.data, self.at)
        self.at += size
        return value

    def raw(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def value(self):
        marker = self.take(">B")
        if marker < 0x80 or marker >= 0xF0:
            return marker if marker < 0x80 else marker - 256
        low = marker & 0x0F
        kind = marker & 0xF0
        if kind in (0x80, 0x90, 0xA0):
            return self.sized({0x80: "text", 0x90: "list", 0xA0: "map"}[kind], low)
        if kind == 0xB0:
            tag = self.take(">B")
            return Structure(tag, *[self.value() for _ in range(low)])
        simple = {0xC0: None, 0xC2: False, 0xC3: True}
        if marker in simple:
            return simple[marker]
        forms = {0xC1: ">d", 0xC8: ">b", 0xC9: ">h", 0xCA: ">i", 0xCB: ">q"}
        if marker in forms:
            return self.take(forms[marker])
        for name, first in (("bytes", 0xCC), ("text", 0xD0), ("list", 0xD4), ("map", 0xD8)):
            if first <= marker <= first + 2:
                return self.sized(name, self.take((">B", ">H", ">I")[marker - first]))
        raise AssertionError(f"marker {marker:#x}")

    def sized(self, name, size):
        if name == "text":
            return self.raw(size).decode("utf-8")
        if name == "bytes":
            return self.raw(size)
        if name == "list":
            return [self.value() for _ in range(size)]
        return {self.value(): self.value() for _ in range(size)}


def frame(message, chunk=65_535):
    pieces = [message[i:i + chunk] for i in range(0, len(message), chunk)]
    return b"".join(struct.pack(">H", len(piece)) + piece for piece in pieces) + b"\0\0"


class Closed(Exception):
    pass


class Client:
    """One connection."""

    def __init__(self, port, timeout=60, source=""):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout, source_address=(source, 0))

    def close(self):
        self.socket.close()

    def read(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise Closed(data)
            data += piece
        return data

    def handshake(self, *proposals):
        """Proposals as (major, minor, how many below); what the server answered."""
        sent = [bytes([0, below, minor, major]) for major, minor, below in proposals]
        self.socket.sendall(MAGIC + b"".join(sent).ljust(16, b"\0"))
        return self.read(4)

    def send(self, tag, *fields):
        self.socket.sendall(frame(pack(Structure(tag, *fields))))

    def answer(self):
        """Name and metadata (or the row) of the next message."""
        message = b""
        while True:
            size, = struct.unpack(">H", self.read(2))
            if size == 0 and message:
                break
            message += self.read(size)
        unpacker = Unpacker(message)
        got = unpacker.value()
        assert unpacker.at == len(message), message
        return NAMES[got.tag], got.fields[0] if got.fields else None

    def ask(self, tag, *fields):
        self.send(tag, *fields)
        return self.answer()

    def rows(self):
        """Rows up to the summary, and the summary."""
        rows = []
        while True:
            name, got = self.answer()
            if name != "RECORD":
                return rows, (name, got)
            rows.append(got)

    def run(self, statement, parameters=None, extra=None, pull=None):
        """Rows and the final summary's metadata; RUN and PULL go out together."""
        self.send(RUN, statement, parameters or {}, extra or {})
        self.send(PULL, pull or ALL)
        name, begun = self.answer()
        assert name == "SUCCESS", (name, begun, self.answer())
        rows, (name, summary) = self.rows()
        assert name == "SUCCESS", summary
        return rows, summary

    def expect_close(self):
        """The server closes, and says nothing more."""
        self.socket.settimeout(20)
        try:
            left = self.socket.recv(1 << 16)
        except ConnectionResetError:
            left = b""
        assert left == b"", left

    def log_on(self, version, token=None, **hello):
        """Handshake to exactly this version, HELLO and what follows it; the metadata of HELLO."""
        major, minor = version
        assert self.handshake((major, minor, 0)) == bytes([0, 0, minor, major])
        token = token or {"scheme": "none"}
        if version >= (5, 1):
            name, metadata = self.ask(HELLO, {"user_agent": "wire/1", **hello})
            assert name == "SUCCESS", metadata
            got = self.ask(LOGON, token)
        else:
            got = self.ask(HELLO, {"user_agent": "wire/1", **hello, **token})
            metadata = got[1]
        assert got[0] == "SUCCESS", got
        return metadata


class Server:
    """One `xinpu serve` with both ports free ones."""

    def __init__(self, data, *arguments, dev=True):
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [xinpu.program(), "serve", "--data", data, "--listen", "127.0.0.1:0", "--bolt", "127.0.0.1:0",
             *(["--dev"] if dev else []), *arguments],
            stdout=subprocess.PIPE, stderr=self.errors, env=xinpu.clean_environment())
        lines = [self.process.stdout.readline().decode("utf-8") for _ in range(2)]
        self.secure = lines[0].startswith("listening on https://127.0.0.1:")
        if not (self.secure or lines[0].startswith("listening on http://127.0.0.1:")) or \
                not lines[1].startswith("bolt on 127.0.0.1:"):
            self.stop()
            raise AssertionError(f"the server did not start: {lines} {self.log()}")
        self.http_port, self.port = (int(line.rsplit(":", 1)[1]) for line in lines)

    def log(self):
        self.errors.seek(0)
        return self.errors.read().decode("utf-8")

    def make_database(self, name, key=""):
        request = urllib.request.Request(f"http{'s' * self.secure}://127.0.0.1:{self.http_port}/db/{name}", method="PUT",
                                         headers={"Authorization": f"Bearer {key}"} if key else {})
        # The certificate is signed by itself.
        context = ssl._create_unverified_context() if self.secure else None  # pylint: disable=protected-access
        with urllib.request.urlopen(request, context=context) as answer:
            answer.read()

    def memory_bytes(self):
        """What the process holds in memory."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def stop(self, how=signal.SIGTERM):
        """The exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=120)
        self.process.stdout.close()
        return code


SCOPES = {"department": ["11441900XP000001XM"], "subject": ["91441900MA5XXXXX0X"]}


def write_keys(data, roles):
    """A key for each role in the file of keys (server/access/keys.h); role to key."""
    os.makedirs(data, exist_ok=True)
    keys = {}
    with open(os.path.join(data, "keys"), "w", encoding="utf-8",
              opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        for role in roles:
            name, secret, salt = secrets.token_hex(8), secrets.token_hex(32), secrets.token_hex(16)
            keys[role] = f"xk_{name}_{secret}"
            line = {"id": name, "role": role, "scopes": SCOPES.get(role, []), "name": role,
                    "created": "2026-11-24T00:00:00Z", "salt": salt,
                    "hash": hashlib.sha256((salt + secret).encode()).hexdigest()}
            file.write(json.dumps(line) + "\n")
    return keys


@contextlib.contextmanager
def serving(*arguments, dev=True, roles=(), tls=False):
    """A server on a new data folder; with `roles` there is a key for each in `.keys`."""
    folder = tempfile.mkdtemp(prefix="xinpu-bolt-")
    try:
        if tls:
            certificate, key = os.path.join(folder, "server.pem"), os.path.join(folder, "server.key")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                            "-days", "2", "-subj", "/CN=wire", "-addext", "subjectAltName=IP:127.0.0.1",
                            "-out", certificate, "-keyout", key], check=True, stderr=subprocess.DEVNULL)
            arguments = (*arguments, "--tls-cert", certificate, "--tls-key", key)
        data = os.path.join(folder, "data")
        keys = write_keys(data, roles) if roles else {}
        server = Server(data, *arguments, dev=dev)
        server.data, server.keys = data, keys
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
