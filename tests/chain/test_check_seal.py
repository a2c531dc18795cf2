# SPDX-License-Identifier: Apache-2.0
"""check_seal.sh on a ledger written here by docs/seal.md and docs/store.md, with nothing of ours; then with
every kind of change to it."""
import hashlib
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from harness.tap import Tap  # noqa: E402

ORGAN = '某某县“城关”乡人民政府 "A\\B"'
ROWS = ["table2 regulations.made -", "table2 normative_documents.in_force 6",
        "table3 new 1 0 0 0 0 0 1", "table3 total_results 1 0 0 0 0 0 1", "table4 review 0 0 0 0 0",
        "publications 公示栏.\"1\" 12", "fees notices 0"]
WHY = "行政复议后更正：\n\"C:\\u000a\"\t第二行, year: 1999}"


def sm3(text):
    return hashlib.new("sm3", text.encode()).hexdigest()


def json(value):
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(json, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json(name)}:{json(one)}" for name, one in value.items()) + "}"
    return '"' + "".join("\\" + c if c in '"\\' else f"\\u{ord(c):04x}" if c < " " else c for c in value) + '"'


class Office:
    """A ledger that grows in a directory, and an office's key."""

    def __init__(self, directory):
        self.ledger = os.path.join(directory, "ledger")
        self.key = os.path.join(directory, "key.pem")
        self.public = os.path.join(directory, "public.pem")
        self.digest, self.sequence, self.seal, self.next = "0" * 64, 0, None, 1
        os.mkdir(self.ledger)
        for command in (["genpkey", "-algorithm", "SM2", "-out", self.key],
                        ["pkey", "-in", self.key, "-pubout", "-out", self.public]):
            subprocess.run(["openssl", *command], check=True, capture_output=True)

    def enter(self, file, action, data, on="2026-01-05"):
        self.sequence += 1
        text = json({"sequence": self.sequence, "action": action, "number": None, "version": None,
                     "on": on, "recorded_at": f"{on}T01:00:00.000000Z", "actor": "somebody", "uid": 1000, "data": data})
        self.digest = sm3(self.digest + text)
        with open(os.path.join(self.ledger, file), "a", encoding="utf-8") as out:
            out.write(f"{self.digest} {text}\n")

    def statement(self, year, revision, tables, why, previous):
        text = (f"ogid seal\norgan: {ORGAN}\nyear: {year}\nrevision: {revision}\nform: 2021\non: 2026-01-05\n"
                f"first_sequence: {self.next}\nlast_sequence: {self.sequence}\n"
                f"entries: {self.sequence - self.next + 1}\napplications: 1\nhead: {self.digest}\n"
                f"tables: {tables}\nprevious: {previous}\n")
        return text + ("why: " + why.replace("\n", " ") + "\n" if why else "")

    def sign(self, text):
        der = subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-digest", "sm3", "-pkeyopt",
                              "distid:1234567812345678", "-inkey", self.key, "-in", "/dev/stdin"],
                             input=text.encode(), capture_output=True, check=True).stdout
        return subprocess.run(["openssl", "base64", "-A"], input=der, capture_output=True,
                              check=True).stdout.decode()

    def close(self, year, revision=1, why=None, signed=True, rows=ROWS, tables=None, previous=None):
        tables = tables or sm3("".join(row + "\n" for row in rows))
        previous = previous or self.seal or "-"
        said = self.statement(year, revision, tables, why, previous)
        data = {"why": why} if why else {}
        data.update(year=year, organ=ORGAN, form="2021", revision=revision, first_sequence=self.next,
                    last_sequence=self.sequence, applications=1, head=self.digest, tables=tables)
        if previous != "-":
            data["previous"] = previous
        data["rows"] = rows
        if signed:
            data.update(signature=self.sign(said), public_key=open(self.public, encoding="ascii").read())
        self.enter("2026.ledger", "restate" if why else "seal", data)
        self.seal = self.digest
        self.next = self.sequence + 1
        return said


def check(office, *arguments):
    result = subprocess.run([os.path.join(HERE, "check_seal.sh"), office.ledger, *map(str, arguments)],
                            stdin=subprocess.DEVNULL, capture_output=True)
    return result.returncode, (result.stdout + result.stderr).decode("utf-8", "replace")


def office_with_seals(directory, **how):
    """Two years; the second is restated."""
    office = Office(directory)
    office.enter("2025.ledger", "log", {"subject": "村级财务 \"action\":\"seal\""}, on="2025-03-03")
    office.enter("2025.ledger", "note", {"text": "a note"}, on="2025-03-04")
    said = [office.close(2024)]
    office.enter("2026.ledger", "note", {"text": "another"})
    said.append(office.close(2025, **how))
    office.enter("2026.ledger", "note", {"text": "a late one"})
    said.append(office.close(2025, revision=2, why=WHY, **how))
    return office, said


def as_it_was_made(tap):
    """What was sealed passes, and the statements are printed"""
    with tempfile.TemporaryDirectory() as directory:
        office, said = office_with_seals(directory)
        tap.equal(check(office, 2024), (0, said[0]), "the first seal")
        tap.equal(check(office, 2025), (0, said[1] + said[2]), "a seal and its restatement")
        tap.equal(check(office, 2025, office.public), (0, said[1] + said[2]), "by the published key")
        status, text = check(office, 2023)
        tap.ok(status == 1 and "no seal" in text, "a year without a seal", text)
    with tempfile.TemporaryDirectory() as directory:
        office, said = office_with_seals(directory, signed=False)
        tap.equal(check(office, 2025), (0, said[1] + said[2]), "seals that are not signed")
        status, text = check(office, 2025, office.public)
        tap.ok(status == 1 and "not signed" in text, "not signed, where a key is given", text)


def sealed_wrongly(tap):
    """Whole lines, in an unbroken chain, that say something wrong"""
    wrong = {"tables": sm3("something else"), "previous": sm3("another seal")}
    for name, value in wrong.items():
        with tempfile.TemporaryDirectory() as directory:
            office = Office(directory)
            office.enter("2026.ledger", "note", {"text": "one"})
            office.close(2024)
            office.close(2025, **{name: value})
            tap.equal(check(office, 2024)[0], 0, f"{name}: the seal before is right")
            tap.equal(check(office, 2025)[0], 1, f"{name} is wrong")


def changed_afterwards(tap):
    """Something in the seal's line is changed: the statement is no longer what was signed"""
    places = {"a cell": ("in_force 6", "in_force 7"), "a row's key": ("total_results 1", "total_result 1"),
              "the organ": ("城关", "城开"), "the year's form": ('"form":"2021"', '"form":"2019"'),
              "the day": ('"on":"2026-01-05","rec', '"on":"2026-01-06","rec'),
              "the reason": ("行政复议后更正", "行政诉讼后更正"), "a backslash in it": ("C:\\\\", "C:\\\\\\\\"),
              "the applications": ('"applications":1', '"applications":2'),
              "the first entry": ('"first_sequence":6', '"first_sequence":5'),
              "the last entry": ('"last_sequence":6', '"last_sequence":5'),
              "the tables' digest": ('"tables":"', '"tables":"0'), "the head": ('"head":"', '"head":"0'),
              "the seal before": ('"previous":"', '"previous":"0'), "the signature": ('"signature":"ME', '"signature":"MF')}
    with tempfile.TemporaryDirectory() as directory:
        office, _ = office_with_seals(directory)
        path = os.path.join(office.ledger, "2026.ledger")
        right = open(path, encoding="utf-8").read()
        before, last = right[:right.rindex("\n", 0, -1) + 1], right[right.rindex("\n", 0, -1) + 1:]
        for what, (old, new) in places.items():
            with open(path, "w", encoding="utf-8") as out:
                out.write(before + last.replace(old, new, 1))
            tap.ok(old in last and check(office, 2025)[0] == 1, f"changed: {what}", last)
        with open(path, "w", encoding="utf-8") as out:
            out.write(right)
        tap.equal(check(office, 2025)[0], 0, "and right again")
        with tempfile.TemporaryDirectory() as other:
            tap.equal(check(office, 2025, Office(other).public)[0], 1, "another office's key")


if __name__ == "__main__":
    tap = Tap()
    tap.case(as_it_was_made)
    tap.case(sealed_wrongly)
    tap.case(changed_afterwards)
    tap.done()
