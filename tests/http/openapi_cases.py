"""Sends every operation of /openapi.json to a server and holds the answers against the document.

    openapi_cases.py PORT KEY      run by tests/http/test_openapi.py with the Python of build/openapi

Prints {"operations": N, "answers": N, "faults": [text]}.
"""

import http.client
import json
import re
import sys

import jsonschema
import openapi_spec_validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

TYPED = "application/vnd.neo4j.query.v1.0"
QUERY = "/db/{database}/query/v2"
CREATE = "CREATE (a:Firm {name: '甲', since: date('2020-01-01'), n: 1})-[r:OWNS {share: 0.5}]->(b:Firm) RETURN a, r, b"
# operation, path parameters, body, headers, statuses that are right
CASES = [
    ("discover", {}, None, {}, {200}),
    ("live", {}, None, {}, {200}),
    ("ready", {}, None, {}, {200}),
    ("openapi", {}, None, {}, {200}),
    ("listDatabases", {}, None, {}, {200}),
    ("describeDatabase", {"database": "credit"}, None, {}, {200}),
    ("describeDatabase", {"database": "nowhere"}, None, {}, {404}),
    ("createDatabase", {"database": "made-here"}, None, {}, {201}),
    ("createDatabase", {"database": "made-here"}, None, {}, {200}),
    ("dropDatabase", {"database": "made-here"}, None, {}, {204}),
    ("dropDatabase", {"database": "made-here"}, None, {}, {404}),
    ("runStatement", {"database": "credit"}, {"statement": CREATE, "includeCounters": True}, {}, {202}),
    ("runStatement", {"database": "credit"}, {"statement": CREATE, "includeCounters": True}, {"Accept": TYPED}, {202}),
    ("runStatement", {"database": "credit"}, {"statement": "EXPLAIN MATCH (n:Nope) RETURN n"}, {}, {202}),
    ("runStatement", {"database": "credit"}, {"statement": "PROFILE MATCH (n:Firm) RETURN n"}, {}, {202}),
    ("runStatement", {"database": "credit"}, {"statement": "MATCH (n:Firm) RETURN n"}, {"Accept": "application/jsonl"}, {202}),
    ("runStatement", {"database": "credit"}, {"statement": "MATCH (n:Firm) RETURN n"}, {"Accept": "text/csv"}, {202}),
    ("runStatement", {"database": "credit"}, {"statement": "UNWIND range(1, 300000) AS x RETURN 1 / (299999 - x)"}, {}, {202}),
    ("runStatement", {"database": "credit"}, {"statement": "RETRUN 1"}, {}, {400}),
    ("runStatement", {"database": "credit"}, {"statement": "RETURN 1", "more": 1}, {}, {400}),
    ("runStatement", {"database": "credit"}, {"statement": "RETURN 1"}, {"Accept": "text/html"}, {406}),
    ("runStatement", {"database": "credit"}, {"statement": "RETURN 1"}, {"Content-Type": "text/plain"}, {415}),
    ("runStatement", {"database": "nowhere"}, {"statement": "RETURN 1"}, {}, {404}),
    ("readSchema", {"database": "credit"}, None, {}, {200}),
    ("readSchema", {"database": "nowhere"}, None, {}, {404}),
    ("beginTransaction", {"database": "credit"}, {"statement": CREATE}, {}, {202}),
    ("continueTransaction", {"database": "credit"}, {"statement": "RETURN 1 AS x"}, {}, {202}),
    ("listQueries", {}, None, {}, {200}),
    ("commitTransaction", {"database": "credit"}, {"statement": "RETURN 2 AS x"}, {}, {202}),
    ("commitTransaction", {"database": "credit"}, None, {}, {404}),
    ("beginTransaction", {"database": "credit"}, {}, {}, {202}),
    ("rollbackTransaction", {"database": "credit"}, None, {}, {200}),
    ("rollbackTransaction", {"database": "credit"}, None, {}, {404}),
    ("beginTransaction", {"database": "credit"}, None, {}, {202}),
    ("endQuery", {"id": "{transaction}"}, None, {}, {204}),
    ("endQuery", {"id": "s1"}, None, {}, {404}),
    ("makeKey", {}, {"role": "analyst", "name": "a test", "expires": 30}, {}, {201}),
    ("makeKey", {}, {"role": "nobody"}, {}, {422}),
    ("makeKey", {}, {"role": "subject", "scopes": ["x"]}, {}, {422}),
    ("listKeys", {}, None, {}, {200}),
    ("listJournal", {}, None, {}, {200}),
    ("listAccessLog", {}, None, {}, {200}),
    ("metrics", {}, None, {}, {200}),
    ("revokeKey", {"id": "{key}"}, None, {}, {204}),
    ("revokeKey", {"id": "000000000000"}, None, {}, {404}),
]


class Client:
    def __init__(self, port, key):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {key}"}
        self.document = json.loads(self.ask("GET", "/openapi.json", None, {})[2])
        self.registry = Registry().with_resource("urn:openapi", Resource(self.document, DRAFT202012))
        self.faults = []
        self.answers = 0
        self.known = {"transaction": "0" * 16, "key": "0" * 12}

    def ask(self, method, path, body, headers):
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        usual = {"Content-Type": "application/json"} if body is not None else {}
        self.connection.request(method, path, data, {**self.headers, **usual, **headers})
        response = self.connection.getresponse()
        return response.status, response.getheader("Content-Type", ""), response.read().decode()

    def operations(self):
        for path, item in self.document["paths"].items():
            for method in ("get", "put", "post", "delete"):
                if method in item:
                    yield item[method]["operationId"], method.upper(), path, item[method]

    def resolved(self, item):
        if "$ref" not in item:
            return item
        found = self.document
        for part in item["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found

    def fault(self, where, text):
        self.faults.append(f"{where}: {text}")

    def check(self, where, operation, status, kind, text):
        self.answers += 1
        if str(status) not in operation["responses"]:
            return self.fault(where, f"{status} is not described: {text[:200]}")
        content = self.resolved(operation["responses"][str(status)]).get("content", {})
        if not content:
            return None if text == "" else self.fault(where, f"{status} has a body: {text[:200]}")
        if kind not in content:
            return self.fault(where, f"{status} has the type {kind!r}, not one of {sorted(content)}")
        if kind.startswith("text/") or kind.endswith("jsonl"):
            return None
        pointer = self.schema_of(content[kind])
        validator = jsonschema.Draft202012Validator(pointer, registry=self.registry,
                                                    format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
        for error in validator.iter_errors(json.loads(text)):
            self.fault(where, f"{error.message[:300]} at {error.json_path}")
        return None

    def schema_of(self, media):
        """With references that begin at the document."""
        return json.loads(json.dumps(media["schema"]).replace('"#/', '"urn:openapi#/'))

    def run(self):
        openapi_spec_validator.validate(self.document)
        table = {name: (method, path, operation) for name, method, path, operation in self.operations()}
        for name, parameters, body, headers, right in CASES:
            method, path, operation = table[name]
            values = {"transaction": self.known["transaction"],
                      **{key: value.format(**self.known) for key, value in parameters.items()}}
            target = re.sub(r"\{(\w+)\}", lambda part: values[part.group(1)], path)
            status, kind, text = self.ask(method, target, body, headers)
            where = f"{name} {target} {body}"
            if status not in right:
                self.fault(where, f"{status}, not {right}: {text[:300]}")
            self.check(where, operation, status, kind, text)
            if name == "beginTransaction" and status == 202:
                self.known["transaction"] = json.loads(text)["transaction"]["id"]
            if name == "makeKey" and status == 201:
                self.known["key"] = json.loads(text)["id"]
        for name in table.keys() - {case[0] for case in CASES}:
            self.fault(name, "no case here sends this operation")
        for name, (method, path, operation) in table.items():
            self.without_key(name, method, path, operation)
        self.methods(table)
        return len(table)

    def without_key(self, name, method, path, operation):
        """Who shows no key is refused as the document says."""
        target = re.sub(r"\{(\w+)\}", "credit", path)
        headers, self.headers = self.headers, {}
        status, kind, text = self.ask(method, target, {} if method == "POST" else None, {})
        self.headers = headers
        public = operation.get("security") == []
        if (status == 401) == public:
            self.fault(name, f"without a key: {status}")
        if status == 401:
            self.check(name, operation, status, kind, text)

    def methods(self, table):
        """The header Allow of each path names the methods of the document."""
        described = {}
        for method, path, _ in table.values():
            described.setdefault(path, set()).update({method, "HEAD"} if method == "GET" else {method})
        for path, methods in described.items():
            self.connection.request("OPTIONS", re.sub(r"\{(\w+)\}", "credit", path), headers=self.headers)
            response = self.connection.getresponse()
            response.read()
            allowed = set(response.getheader("Allow", "").split(",")) - {"OPTIONS"}
            if allowed != methods:
                self.fault(path, f"Allow names {sorted(allowed)}, the document {sorted(methods)}")


def main():
    client = Client(int(sys.argv[1]), sys.argv[2])
    operations = client.run()
    print(json.dumps({"operations": operations, "answers": client.answers, "faults": client.faults}, ensure_ascii=False))


if __name__ == "__main__":
    main()
