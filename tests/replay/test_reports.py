#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Published annual reports, reproduced: every application of ten published tables goes through the
socket, and the report that comes back has to be the published one.

OGID_SMALL=1 leaves out the tables of 100 applications and more (sanitizers).
OGID_SEED sets how the days are spread; it is printed."""

import glob
import os
import random
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, person, source  # noqa: E402
from replay.reports import CATEGORIES, Published, numbers_of, plan  # noqa: E402

SEED = os.environ.get("OGID_SEED", "2020-0115")
SMALL = os.environ.get("OGID_SMALL") == "1"
COLUMNS = CATEGORIES + ["total"]

# What the printed figures themselves break, read off the published tables by hand.
BROKEN = {
    "pingtan_natural_resources_2021": [
        # 七 总计 prints 18 and 0 where the results add up to 16 and 2.
        ("sum_of_results", "natural_person"), ("balance", "natural_person"),
        ("sum_of_results", "public_welfare_organization"),
        ("balance", "public_welfare_organization")],
}
BROKEN_CASES = {"jinhu_county_2023": [("suit", 3, 0)]}


def published_all():
    files = sorted(glob.glob(source("tests", "data", "reports", "*.json")))
    return [Published(path) for path in files]


# --- sending a year through the socket ---

def log_parameters(application):
    """Four of the five channels take turns; those without a signature have two dates."""
    received = application.received.isoformat()
    applicant = person(application.name, application.category, contact="13800000000")
    parameters = {"applicant": applicant, "subject": f"关于{application.name}所在地块的征收批文"}
    channel = ["in_person", "internet", "signed_mail", "ordinary_mail"][application.received.day % 4]
    parameters["channel"] = channel
    parameters["submitted_on"] = received
    if channel in ("internet", "ordinary_mail"):
        parameters["received_on"] = received
    return parameters


def accepted(tap, replies, what):
    errors = [reply for reply in replies if reply.error is not None]
    tap.ok(not errors, f"{what}: {len(replies)} calls accepted", *errors[:5])
    if errors:
        raise RuntimeError(f"{len(errors)} of {len(replies)} calls refused")


def log_all(tap, link, applications, what):
    """One call each; every third ten of them in one Apply."""
    calls, of_call = [], []
    for start in range(0, len(applications), 10):
        ten = applications[start:start + 10]
        if start // 10 % 3 == 2:
            steps = [{"method": "Log", "parameters": log_parameters(a)} for a in ten]
            calls.append(("Applications.Apply", {"steps": steps}))
            of_call.append(ten)
        else:
            calls += [("Applications.Log", log_parameters(a)) for a in ten]
            of_call += [[a] for a in ten]
    replies = link.pipeline(calls)
    accepted(tap, replies, f"{what}: logging")
    wrong = []
    for reply, group in zip(replies, of_call):
        answers = reply.parameters.get("applications") or [reply.parameters["application"]]
        for answer, application in zip(answers, group, strict=True):
            application.number = answer["number"]
            application.logged = True
            if answer["received_on"] != application.received.isoformat() \
                    or answer["number"][:4] != str(application.received.year) \
                    or answer["state"] != "received":
                wrong.append(answer)
    tap.ok(not wrong, f"{what}: each is received on its day, numbered in its year", *wrong[:3])
    numbers = [application.number for application in applications]
    tap.equal(len(set(numbers)), len(numbers), f"{what}: every number is given once")


def act_all(tap, link, applications, what):
    """Every act of every application, in its order; every seventh application's in one Apply."""
    calls = []
    for index, application in enumerate(applications):
        steps = []
        for method, parameters in application.acts:
            parameters = {"number": application.number, **parameters}
            if parameters.get("reason") == "not_processed.duplicate" and application.earlier:
                parameters["earlier"] = application.earlier.number
            steps.append((method, parameters))
        if index % 7 == 3 and len(steps) > 1:
            calls.append(("Applications.Apply", {
                "steps": [{"method": m, "parameters": p} for m, p in steps]}))
        else:
            calls += [("Applications." + m, p) for m, p in steps]
    if calls:
        accepted(tap, link.pipeline(calls), f"{what}: acting")


def play(tap, daemon, published, carried=None):
    """The whole of a published year, the daemon's date moving on. Returns the applications."""
    applications = plan(published, SEED, carried)
    year, name = published.year, published.name
    into = [a for a in applications if a.carried]
    if into and carried is None:
        daemon.restart(f"{year - 1}-12-31")
        log_all(tap, daemon.link(), into, f"{name}, the year before")
        daemon.restart(f"{year}-01-05")
        over = daemon.link().call("Report.Rollup")["carried_over"]
        tap.equal(sorted(over), sorted(a.number for a in into),
                  f"{name}: the rollup after {year - 1} carries them over")
    daemon.restart(f"{year + 1}-01-15")
    link = daemon.link()
    fresh = sorted((a for a in applications if not a.logged), key=lambda a: a.received)
    if fresh:
        log_all(tap, link, fresh, name)
    # What repeats an answer comes after the answer.
    act_all(tap, link, [a for a in applications if a.earlier is None], name)
    act_all(tap, link, [a for a in applications if a.earlier is not None], name)
    rollup = link.call("Report.Rollup")
    tap.equal(sorted(rollup["carried_over"]), sorted(a.number for a in applications if a.row is None),
              f"{name}: the rollup after {year} carries over what is open")
    again = link.call("Report.Rollup")
    tap.equal(again["carried_over"], [], f"{name}: a second rollup carries nothing over")
    return applications


# --- the report ---

def table3(report):
    tables = [table for table in report["tables"] if table["id"] == "table3"]
    if len(tables) != 1:
        raise RuntimeError(f"{len(tables)} tables with the id table3")
    return tables[0]


def look_at_report(tap, link, published, applications):
    name = published.name
    report = link.call("Report.Get", year=published.year)["report"]
    table = table3(report)
    tap.equal((report["year"], report["form"], report["status"]),
              (published.year, published.form, "provisional"), f"{name}: year, form and status")
    tap.equal(table["columns"], COLUMNS, f"{name}: the columns of table 3")
    tap.equal([(row["key"], row["label"]) for row in table["rows"]],
              [(key, label) for key, label, _ in published.expected()],
              f"{name}: rows and labels in the order of the form")
    tap.equal({row["key"]: row["cells"] for row in table["rows"]},
              {key: cells for key, _, cells in published.expected()},
              f"{name}: table 3 as published ({published.applications()} applications)")
    bad = [check for check in report["checks"] if not check["holds"]]
    tap.ok(not bad, f"{name}: every check holds", *bad)
    rules = {check["rule"] for check in report["checks"]}
    wanted = {"sum_of_columns", "sum_of_results", "balance", "year_chain", "recount"}
    tap.ok(wanted <= rules, f"{name}: the report names its checks", f"missing {wanted - rules}")
    status = link.call("Ledger.Status")
    tap.equal((report["ledger_sequence"], report["ledger_digest"]),
              (status["sequence"], status["digest"]), f"{name}: the report says which ledger")
    look_at_cells(tap, link, published, applications)


def look_at_cells(tap, link, published, applications):
    """Every cell opens to the applications that the plan put there, the empty ones to none."""
    wrong, opened, sizes = [], 0, []
    for key, _, cells in published.expected():
        for column, cell in zip(COLUMNS, cells, strict=True):
            if cell == 0 and (len(key) + len(column)) % 5 != 0:
                continue  # a fifth of the empty ones is enough
            numbers = [item["number"] for item in link.stream(
                "Report.Cell", year=published.year, table="table3", row=key, column=column)]
            opened += cell != 0
            if len(numbers) != cell or len(set(numbers)) != cell:
                sizes.append((key, column, cell, numbers))
            if sorted(numbers) != sorted(numbers_of(applications, published, key, column)):
                wrong.append((key, column, numbers))
    tap.ok(not sizes, f"{published.name}: each of {opened} non-zero cells lists as many numbers as it "
           "says, all distinct", *sizes[:5])
    tap.ok(not wrong, f"{published.name}: and just the applications that belong there", *wrong[:5])


# --- cases ---

def printed_figures(tap):
    """What the printed figures break by themselves"""
    everything = published_all()
    tap.equal(len(everything), 10, "ten published reports")
    tap.equal({p.form for p in everything}, {"2019", "2021"}, "both forms")
    tap.equal(max(p.applications() for p in everything), 877,
              "the largest has 859 new applications and 18 carried in")
    tap.equal(min(p.applications() for p in everything), 0, "the smallest has none")
    for published in everything:
        tap.equal(sorted(published.broken()), sorted(BROKEN.get(published.name, [])),
                  f"{published.name}: the rules that its printed table 3 breaks")
        tap.equal(published.broken_cases(), BROKEN_CASES.get(published.name, []),
                  f"{published.name}: the groups of its printed table 4 that do not add up")


def one_report(tap, published):
    """A published year in a ledger of its own"""
    tap.say(f"{published.name}, seed {SEED}")
    daemon = Daemon(today=f"{published.year}-01-04", name=published.name)
    applications = play(tap, daemon, published)
    look_at_report(tap, daemon.link(), published, applications)
    look_at_verify(tap, daemon, published.name)
    tap.case_end(daemon)


def look_at_verify(tap, daemon, name):
    link = daemon.link()
    link.send("Ledger.Verify", more=True)
    last = None
    while True:
        reply = link.reply()
        if reply.error is not None:
            raise RuntimeError(f"Verify: {reply}")
        last = reply.parameters or last
        if not reply.continues:
            break
    sequence = link.call("Ledger.Status")["sequence"]
    tap.equal((last["done"], last["checked"], last["of"], last["problems"]),
              (True, sequence, sequence, []), f"{name}: Verify is clean")


def two_years(tap, first, second):
    """Two published years of one office in one ledger"""
    daemon = Daemon(today=f"{first.year}-01-04", name="pingtan_zone")
    before = play(tap, daemon, first)
    look_at_report(tap, daemon.link(), first, before)
    open_now = {category: [a for a in before if a.row is None and a.category == category]
                for category in CATEGORIES}
    after = play(tap, daemon, second, carried=open_now)
    link = daemon.link()
    look_at_report(tap, link, second, after)
    sets = {}
    for column in COLUMNS:
        out, into = ([item["number"] for item in link.stream(
            "Report.Cell", year=year, table="table3", row=row, column=column)]
            for year, row in ((first.year, "carried_out"), (second.year, "carried_in")))
        sets[column] = (out, into)
    tap.ok(all(out == into for out, into in sets.values()),
           "carried_in of 2022 is the same set as carried_out of 2021", sets)
    tap.equal(len(sets["total"][0]), 1, "and it is one application, as published")
    table = table3(link.call("Report.Get", year=first.year)["report"])
    tap.equal([row["cells"] for row in table["rows"]], [cells for _, _, cells in first.expected()],
              "the first year's table is still the published one")
    look_at_verify(tap, daemon, "pingtan_zone 2021 and 2022")
    daemon.stop()
    ledger = os.path.join(daemon.data, "ledger")
    tap.equal(sorted(os.listdir(ledger)), ["2022.ledger", "2023.ledger"],
              "a file for each year of entry")
    status, said = chain(ledger)
    tap.ok(status == 0, "check_chain.sh passes through both files", said)
    os.unlink(os.path.join(ledger, "2022.ledger"))
    status, said = chain(ledger)
    tap.ok(status != 0, "and fails when the first of them is gone", said)
    tap.case_end(daemon)


def empty_year(tap):
    """The seed's year: a register with no application prints the form of 2020"""
    daemon = Daemon(today="2021-01-15", name="seed")
    link = daemon.link()
    report = link.call("Report.Get", year=2020)["report"]
    table = table3(report)
    seed = next(p for p in published_all() if p.name == "xinzheng_chengguan_township_2020")
    tap.equal(report["form"], "2019", "the form of 2020 is the first")
    tap.equal(len(table["rows"]), 23, "23 rows")
    tap.equal([(row["key"], row["label"], row["cells"]) for row in table["rows"]],
              [(key, label, [0] * 7) for key, label, _ in seed.expected()],
              "all zeros, labels and order as printed")
    tap.ok(all(check["holds"] for check in report["checks"]), "every check holds")
    later = table3(link.call("Report.Get", year=2020, form="2021")["report"])
    tap.equal(len(later["rows"]), 25, "asked for in the second form: 25 rows")
    tap.case_end(daemon)


def chain(ledger):
    script = source("tests", "chain", "check_chain.sh")
    result = subprocess.run([script, ledger], stdin=subprocess.DEVNULL, capture_output=True)
    return result.returncode, (result.stdout + result.stderr).decode("utf-8", "replace")


def chain_and_state(tap, published):
    """The ledger by itself: the chain checker, and the state made anew from it"""
    daemon = Daemon(today=f"{published.year}-01-04", name="ledger")
    applications = play(tap, daemon, published)
    daemon.stop()
    tap.case(damage_chain, daemon)
    tap.case(lose_state, daemon, published, applications)
    tap.case_end(daemon)


def ledger_bytes(directory):
    return {name: open(os.path.join(directory, name), "rb").read()
            for name in sorted(os.listdir(directory))}


def damage_chain(tap, daemon):
    """The chain checker, which is nothing of ours, passes; and fails for any byte changed"""
    ledger = os.path.join(daemon.data, "ledger")
    status, said = chain(ledger)
    tap.ok(status == 0, "check_chain.sh passes on the ledger", said)
    files = ledger_bytes(ledger)
    places = [(name, at) for name, text in files.items() for at in range(len(text))]
    choose = random.Random(f"{SEED} bytes")
    tap.say(f"{len(places)} bytes in {sorted(files)}, seed {SEED}")
    first, last = sorted(files)[0], sorted(files)[-1]
    text = files[first]
    lines = text.count(b"\n")
    middle = len(text) // 2
    line = text.rindex(b"\n", 0, middle) + 1
    chosen = {"the first byte": (first, 0), "the last byte": (last, len(files[last]) - 1),
              "a byte of a digest": (first, line + 17), "the space": (first, line + 64),
              "an LF": (first, text.index(b"\n", middle)),
              "the first byte of JSON": (first, line + 65)}
    tap.ok(lines > 30 and text[line + 64:line + 66] == b" {", "the places are what they are said to be")
    chosen.update({f"random byte {i}": choose.choice(places) for i in range(12)})
    copy = os.path.join(daemon.directory, "copy")
    for what, (name, at) in chosen.items():
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(ledger, copy)
        old = files[name][at]
        new = choose.choice([byte for byte in range(256) if byte != old])
        with open(os.path.join(copy, name), "r+b") as file:
            file.seek(at)
            file.write(bytes([new]))
        status, said = chain(copy)
        tap.ok(status != 0, f"check_chain.sh fails: {what} ({name} at {at}, {old:#04x} to {new:#04x})",
               said[-500:])
    shutil.rmtree(copy, ignore_errors=True)


def lose_state(tap, daemon, published, applications):
    """The state removed or damaged while the daemon is down is made anew from the lines"""
    state = os.path.join(daemon.data, "state")
    file = os.path.join(state, "data.mdb")
    before = daemon.dump()
    lines = ledger_bytes(os.path.join(daemon.data, "ledger"))
    tap.ok(before.count(b"\n") > len(applications), "the dump has a line for every record and more")
    tap.equal(daemon.dump(), before, "two dumps are equal")

    def cut(share):
        size = os.path.getsize(file)
        os.truncate(file, int(size * share) if share < 1 else size - 1)

    def garbage():
        size = os.path.getsize(file)
        with open(file, "wb") as out:
            out.write(random.Random(SEED).randbytes(size))

    damages = [("the state directory removed", lambda: shutil.rmtree(state)),
               ("data.mdb removed", lambda: os.unlink(file)),
               ("data.mdb of random bytes", garbage),
               ("data.mdb empty", lambda: cut(0)),
               ("data.mdb cut to half", lambda: cut(0.5)),
               ("data.mdb cut to 5000 bytes", lambda: os.truncate(file, 5000))]
    for what, damage in damages:
        daemon.stop()
        damage()
        daemon.start()
        table = table3(daemon.link().call("Report.Get", year=published.year)["report"])
        tap.equal([row["cells"] for row in table["rows"]],
                  [cells for _, _, cells in published.expected()], f"{what}: the same table 3")
        look_at_verify(tap, daemon, what)
        daemon.stop()
        after = daemon.dump()
        tap.ok(after == before, f"{what}: records, indexes and counters as before",
               *difference(before, after))
    tap.equal(ledger_bytes(os.path.join(daemon.data, "ledger")), lines,
              "not a byte of the ledger has changed")


def difference(before, after):
    old, new = set(before.split(b"\n")), set(after.split(b"\n"))
    return [f"gone {line[:300]!r}" for line in sorted(old - new)[:5]] + \
           [f"come {line[:300]!r}" for line in sorted(new - old)[:5]]


def main():
    tap = Tap()
    tap.case(printed_figures)
    tap.case(empty_year)
    everything = {p.name: p for p in published_all()}
    pair = ("pingtan_zone_2021", "pingtan_zone_2022")
    for name, published in everything.items():
        if name in pair or SMALL and published.applications() >= 100:
            continue
        tap.case(one_report, published)
    tap.case(two_years, everything[pair[0]], everything[pair[1]])
    tap.case(chain_and_state, everything["pingtan_natural_resources_2022"])
    tap.done()


if __name__ == "__main__":
    main()
