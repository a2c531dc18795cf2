#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The wire: what is well formed is answered in order, what is not gets its error, and costs the
other clients nothing. A message that cannot be read ends its connection; a call that can be read but
is wrong does not."""

import json
import os
import socket
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import Daemon, Tap, log, person, refused, source  # noqa: E402
from harness.link import message  # noqa: E402

MIB = 1024 * 1024
SERVICE = "org.varlink.service."
STATUS = message("Ledger.Status")
INTERFACES = ["org.varlink.service", "org.ogid.Applications", "org.ogid.Ledger", "org.ogid.Report"]


class Other:
    """Somebody else, whose calls have to be answered whatever the rest do."""

    def __init__(self, daemon):
        self.link = daemon.link()

    def served(self, tap, while_):
        try:
            good = self.link.call("Ledger.Status")["organ"] != ""
        except Exception as e:
            good = False
            tap.say(e)
        tap.ok(good, f"another client is served: {while_}")


def unreadable(tap, daemon, other, text, what):
    """One error reply for the message as a whole, then the connection ends."""
    link = daemon.link()
    link.raw(text)
    reply = link.receive()
    tap.ok(reply is not None and reply.error == SERVICE + "InvalidParameter"
           and reply.parameters.get("parameter") == "message"
           and isinstance(reply.parameters.get("problem"), str) and not reply.continues
           and link.receive() is None,
           f"{what}: one error for the message, then the end", reply)
    other.served(tap, f"after {what}")
    link.close()


def wrong(tap, link, method, parameters, error, expected, what):
    """A readable call: its error, and the connection stays."""
    link.send(method, parameters)
    reply = link.reply()
    found = {key: reply.parameters.get(key) for key in expected}
    tap.ok(reply.error == SERVICE + error and found == expected and not reply.continues, what,
           f"expected {error} {expected}", f"found {reply}")
    tap.ok("organ" in link.call("Ledger.Status"), f"{what}: the connection stays open")


# --- cases ---

def malformed(tap, daemon, other):
    """Messages that cannot be read"""
    status = '"method":"org.ogid.Ledger.Status"'
    texts = {
        "no JSON": b"GET / HTTP/1.1\r\n\r\n",
        "a lone NUL": b"",
        "white space only": b"  \n ",
        "half an object": b'{"method":"org.ogid.Ledger.Status"',
        "something after the object": b"{%s}{}" % status.encode(),
        "a trailing comma": b"{%s,}" % status.encode(),
        "single quotes": b"{'method':'org.ogid.Ledger.Status'}",
        "a comment": b"{%s /* now */}" % status.encode(),
        "NaN": b'{"method":"org.ogid.Ledger.WorkingDay","parameters":{"from":"2026-01-05",'
               b'"working_days":NaN}}',
        "a number that is no number": b'{"method":"org.ogid.Ledger.WorkingDay","parameters":'
                                      b'{"from":"2026-01-05","working_days":01}}',
        "2^63": b'{"method":"org.ogid.Ledger.WorkingDay","parameters":{"from":"2026-01-05",'
                b'"working_days":9223372036854775808}}',
        "an array": b"[]",
        "a string": b'"org.ogid.Ledger.Status"',
        "null": b"null",
        "no method": b"{}",
        "a method that is no string": b'{"method":7}',
        "an empty method": b'{"method":""}',
        "parameters that are an array": b'{%s,"parameters":[]}' % status.encode(),
        "parameters that are a string": b'{%s,"parameters":"x"}' % status.encode(),
        "more that is no boolean": b'{%s,"more":1}' % status.encode(),
        "oneway that is no boolean": b'{%s,"oneway":"yes"}' % status.encode(),
        "more and oneway at once": b'{%s,"more":true,"oneway":true}' % status.encode(),
        "upgrade": b'{%s,"upgrade":true}' % status.encode(),
        "a member that Varlink does not know": b'{%s,"params":{}}' % status.encode(),
        "a duplicate key": b'{%s,%s}' % (status.encode(), status.encode()),
        "a duplicate key in the parameters": b'{"method":"org.ogid.Applications.Get","parameters":'
                                             b'{"number":"2026-0001","number":"2026-0002"}}',
        "a and \\u0061": b'{"method":"org.ogid.Applications.Get","parameters":'
                         b'{"number":"2026-0001","\\u006eumber":"2026-0002"}}',
        "a duplicate key deep inside": b'{"method":"org.ogid.Applications.List","parameters":'
                                       b'{"filter":{"text":"a","\\u0074ext":"b"}}}',
    }
    for what, text in texts.items():
        unreadable(tap, daemon, other, text + b"\0", what)


def not_utf8(tap, daemon, other):
    """Bytes that are not UTF-8, and characters that JSON may not hold"""
    head, tail = b'{"method":"org.ogid.Applications.Get","parameters":{"number":"', b'"}}\0'
    for what, text in {
            "a stray continuation byte": b"\x80", "a byte that is never there": b"\xff",
            "a cut sequence": b"\xe5\xbc", "an overlong slash": b"\xc0\xaf",
            "a surrogate in bytes": b"\xed\xa0\x80", "beyond U+10FFFF": b"\xf4\x90\x80\x80",
            "GB18030": "张三".encode("gb18030"),
            "a lone surrogate escaped": b"\\ud800", "U+0000 escaped": b"\\u0000",
            "a raw control character": b"\x01"}.items():
        unreadable(tap, daemon, other, head + text + tail, what)


def rare_characters(tap, daemon, other):
    """Rare characters of names survive the round trip"""
    link = daemon.link()
    name = "𠮷\U00020bb7\U00030000龘"
    number = log(link, name)["number"]
    tap.equal(link.call("Applications.Get", number=number, reveal=True)["application"]
              ["applicant"]["name"], name, "planes 2 and 3 are kept as they are")
    link.raw(b'{"method":"org.ogid.Applications.Get","parameters":{"number":"\\u0032'
             + number[1:].encode() + b'"}}\0')
    tap.equal(link.reply().parameters["application"]["number"], number,
              "an escaped character is the character")


def sizes(tap, daemon, other):
    """1 MiB is a message, one byte more is none"""
    def padded(size):
        text = STATUS[:-1]
        return text + b" " * (size - len(text)) + b"\0"

    link = daemon.link()
    for size in (MIB, MIB - 1):
        link.raw(padded(size))
        reply = link.receive()
        tap.ok(reply is not None and reply.error is None and "organ" in reply.parameters,
               f"{size} bytes are answered", reply)
    head = b'{"method":"org.ogid.Applications.Get","parameters":{"number":"'
    text = head + b"9" * (MIB - len(head) - 3) + b'"}}\0'
    tap.equal(len(text), MIB + 1, "a string that fills the message")
    link.raw(text)
    reply = link.receive()
    tap.ok(reply is not None and reply.error is not None and len(json.dumps(reply.parameters)) < 2000,
           "a string of a megabyte gets an error, and a short one", str(reply)[:500])
    tap.ok("organ" in link.call("Ledger.Status"), "and the connection stays open")
    unreadable(tap, daemon, other, padded(MIB + 1), "1 MiB + 1")
    unreadable(tap, daemon, other, b" " * (MIB + 1), "1 MiB + 1 without an end")
    unreadable(tap, daemon, other, b"{" * (8 * MIB), "8 MiB without an end")
    unreadable(tap, daemon, other, b'{"method":"x","parameters":{"a":"' + b"y" * (2 * MIB) + b'"}}\0',
               "2 MiB and an end")


def depth(tap, daemon, other):
    """32 levels are read, 33 are not"""
    def nested(levels):
        # The message is one level, its parameters another.
        inner = b"[" * (levels - 2) + b"]" * (levels - 2)
        return b'{"method":"org.ogid.Ledger.Status","parameters":{"a":%s}}\0' % inner

    link = daemon.link()
    link.raw(nested(32))
    reply = link.receive()
    tap.ok(reply is not None and reply.error == SERVICE + "InvalidParameter"
           and reply.parameters["parameter"] == "a", "32 levels are read, and the field is surplus", reply)
    tap.ok("organ" in link.call("Ledger.Status"), "the connection stays open")
    link.raw(b'{"method":"org.ogid.Applications.Get","parameters":{"number":"%s"}}\0' % (b"[{" * 50))
    reply = link.receive()
    tap.ok(reply is not None and reply.error is not None
           and reply.parameters.get("parameter") != "message", "brackets in a string are no levels", reply)
    unreadable(tap, daemon, other, nested(33), "33 levels")
    unreadable(tap, daemon, other, nested(10_000), "10,000 levels")
    unreadable(tap, daemon, other, b"[" * 1_000_000 + b"\0", "a million levels")
    unreadable(tap, daemon, other, b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\0",
               "objects in objects")


def wrong_calls(tap, daemon, other):
    """Calls that can be read and are wrong"""
    link = daemon.link()
    number = log(link)["number"]
    applicant = person()
    good = {"applicant": applicant, "channel": "in_person", "subject": "x"}

    def parameter(method, parameters, path, what):
        wrong(tap, link, method, parameters, "InvalidParameter", {"parameter": path}, what)

    parameter("Applications.Get", {}, "number", "a missing field")
    parameter("Applications.Get", None, "number", "no parameters at all")
    parameter("Applications.Get", {"number": None}, "number", "null for what is required")
    parameter("Applications.Get", {"number": 20260001}, "number", "a number for a string")
    parameter("Applications.Get", {"number": [number]}, "number", "an array for a string")
    parameter("Applications.Get", {"number": number, "color": "red"}, "color", "a surplus field")
    parameter("Applications.Get", {"number": number, "reveal": 1}, "reveal", "an integer for a boolean")
    parameter("Ledger.Status", {"verbose": True}, "verbose", "a surplus field of a call without any")
    parameter("Ledger.WorkingDay", {"from": "2026-01-05", "working_days": 1.5}, "working_days",
              "a fraction for an integer")
    parameter("Ledger.WorkingDay", {"from": "2026-01-05", "working_days": "1"}, "working_days",
              "a string for an integer")
    parameter("Applications.Log", {**good, "channel": "pigeon"}, "channel", "no such channel")
    parameter("Applications.Log", {**good, "applicant": {**applicant, "category": "alien"}},
              "applicant.category", "no such category, inside the applicant")
    parameter("Applications.Log", {**good, "applicant": {"category": "other"}}, "applicant.name",
              "a missing field inside the applicant")
    parameter("Applications.Log", {**good, "applicant": {**applicant, "age": 40}}, "applicant.age",
              "a surplus field inside the applicant")
    parameter("Applications.Log", {**good, "applicant": "张三"}, "applicant", "a string for an object")
    parameter("Applications.List", {"filter": {"states": ["received", "gone"]}}, "filter.states[1]",
              "no such state, inside the filter's list")
    parameter("Applications.List", {"filter": {"states": "received"}}, "filter.states",
              "a string for a list")
    parameter("Applications.Apply", {"steps": [{"method": "Log", "parameters": good}, {"method": "Log"}]},
              "steps[1].parameters", "a missing field inside a step")
    parameter("Applications.Disclose", {"number": number, "extent": "some"}, "extent", "no such extent")
    parameter("Applications.Log", {**good, "": "x"}, "", "a field without a name")
    long = "很长" * 2000
    link.send("Applications.Get", {"number": number, long: 1})
    reply = link.reply()
    tap.ok(reply.error == SERVICE + "InvalidParameter" and len(reply.parameters["parameter"]) < 500,
           "a long surplus name is cut in the answer", str(reply)[:500])

    wrong(tap, link, "org.ogid.Applications.Destroy", {}, "MethodNotFound",
          {"method": "org.ogid.Applications.Destroy"}, "no such method")
    wrong(tap, link, "org.ogid.Applications.get", {"number": number}, "MethodNotFound",
          {"method": "org.ogid.Applications.get"}, "a method's name has its capitals")
    wrong(tap, link, "org.example.Coffee.Brew", {}, "InterfaceNotFound",
          {"interface": "org.example.Coffee"}, "no such interface")
    wrong(tap, link, "org.ogid.Get", {}, "InterfaceNotFound", {"interface": "org.ogid"},
          "a part of an interface's name is none")
    wrong(tap, link, "Status", {}, "MethodNotFound", {"method": "Status"}, "a method without interface")
    wrong(tap, link, "org.ogid.Report.Row", {}, "MethodNotFound", {"method": "org.ogid.Report.Row"},
          "a type is no method")
    other.served(tap, "after wrong calls")
    tap.equal(link.call("Ledger.Status", **{})["applications"],
              other.link.call("Ledger.Status")["applications"], "nothing was changed by them")


def null_is_absent(tap, daemon, other):
    """Absent, null and empty parameters are the same"""
    link = daemon.link()
    for text in (b'', b',"parameters":null', b',"parameters":{}', b',"more":false',
                 b',"oneway":false,"upgrade":false', b',"more":null'):
        link.raw(b'{"method":"org.ogid.Ledger.Status"' + text + b'}\0')
        reply = link.receive()
        tap.ok(reply is not None and reply.error is None and "organ" in reply.parameters,
               f"Status with {text.decode() or 'nothing'}", reply)
    number = log(link, delivery=None, handler=None, key=None, number=None)["number"]
    link.raw(b'\n {"parameters" : {"reveal":null,\t"number":"%s"} ,"method":"org.ogid.Applications.Get"}'
             b'\r\n\0' % number.encode())
    tap.equal(link.reply().parameters["application"]["number"], number,
              "white space, and the members in any order")


def numbers_of_unknown(replies):
    return [reply.parameters.get("number") for reply in replies
            if reply.error == "org.ogid.Applications.UnknownNumber"]


def thousand(tap, daemon, other):
    """1,000 messages in one write, and one byte a write"""
    link = daemon.link()
    asked = [f"1990-{i:04}" for i in range(1, 1001)]
    chunk = b"".join(message("Applications.Get", {"number": number}) for number in asked)
    tap.say(f"1,000 messages in one write of {len(chunk)} bytes")
    link.flood(chunk)
    other.served(tap, "while 1,000 messages wait")
    replies = [link.receive() for _ in asked]
    tap.equal(numbers_of_unknown(replies), asked, "1,000 answers in order")
    tap.ok(link.silent(), "and no more than that")

    before = link.call("Ledger.Status")
    chunk = b"".join(message("Applications.Log", {
        "applicant": person(f"甲{i}"), "channel": "in_person", "subject": f"第{i}件"})
        for i in range(1000))
    link.flood(chunk)
    replies = [link.receive() for _ in range(1000)]
    numbers = [r.parameters["application"]["number"] for r in replies if r.error is None]
    tap.equal(len(set(numbers)), 1000, "1,000 changes in one write are 1,000 applications")
    tap.equal(numbers, sorted(numbers), "numbered in the order in which they were sent")
    tap.equal([r.parameters["application"]["subject"] for r in replies],
              [f"第{i}件" for i in range(1000)], "and answered in it")
    status = link.call("Ledger.Status")
    tap.equal((status["applications"], status["sequence"]),
              (before["applications"] + 1000, before["sequence"] + 1000), "each exactly once")

    trickle = daemon.link()
    asked = [f"1991-{i:04}" for i in range(1, 4)]
    chunk = b"".join(message("Applications.Get", {"number": number}) for number in asked)
    for at in range(len(chunk)):
        trickle.raw(chunk[at:at + 1])
        if at == len(chunk) // 2:
            other.served(tap, "while a message trickles in")
    tap.equal(numbers_of_unknown([trickle.receive() for _ in asked]), asked, "one byte a write")


def pipelined(tap, daemon, other):
    """Answers come in the order of their calls, whatever kind these are"""
    link = daemon.link()
    number = log(link)["number"]
    link.raw(message("Applications.Note", {"number": number, "text": "一"})
             + message("Applications.Get", {"number": number})
             + message("org.ogid.Applications.Destroy", {})
             + message("Applications.Get", {"number": number, "color": "red"})
             + message("Applications.History", {"number": number}, more=True)
             + message("Applications.Note", {"number": number, "text": "二"})
             + message("Applications.Get", {"number": number})
             + message("Ledger.Status"))
    kinds = []
    while len(kinds) < 9:
        reply = link.receive()
        if reply is None:
            break
        parameters = reply.parameters
        kinds.append(reply.error.rsplit(".", 1)[1] if reply.error else
                     parameters["application"]["version"] if "application" in parameters else
                     parameters["event"]["kind"] if "event" in parameters else
                     "status" if "organ" in parameters else "end" if not parameters else parameters)
    kinds.append("status" if "organ" in link.reply().parameters else "?")
    tap.equal(kinds, [2, 2, "MethodNotFound", "InvalidParameter", "log", "note", "end", 3, 3, "status"],
              "changes, questions, errors and a stream: in order, each sees what was before it")
    # More than may be unanswered at once: the daemon reads on when it has answered.
    for count in (64, 65, 500):
        link.flood(message("Applications.Note", {"number": number, "text": "又"}) * count)
        versions = [link.receive().parameters["application"]["version"] for _ in range(count)]
        tap.equal(versions, list(range(versions[0], versions[0] + count)), f"{count} calls in flight")
    other.served(tap, "after many calls in flight")
    # What comes before a message that cannot be read is answered, what comes after is not.
    link.raw(STATUS + message("Applications.Get", {"number": number}) + b"rubbish\0" + STATUS)
    replies = [link.receive() for _ in range(4)]
    tap.ok("organ" in replies[0].parameters and "application" in replies[1].parameters
           and replies[2].parameters.get("parameter") == "message" and replies[3] is None,
           "two answers, the error, the end", replies)


def half_sent(tap, daemon, other):
    """Half-sent messages"""
    text = message("Ledger.Status")
    link = daemon.link()
    link.raw(text[:20])
    other.served(tap, "while a message is half sent")
    tap.ok(link.silent(), "half a message is not answered")
    link.raw(text[20:])
    tap.ok("organ" in link.reply().parameters, "it is answered when the rest has come")
    for size in (1, 20, len(text) - 1):
        half = daemon.link()
        half.raw(text[:size])
        half.close()
        other.served(tap, f"after a client that left after {size} bytes")
    half = daemon.link()
    half.raw(b" " * 700_000)
    other.served(tap, "while 700,000 bytes of an unfinished message are held")
    half.close()
    halves = [daemon.link() for _ in range(100)]
    for half in halves:
        half.raw(text[:30])
    other.served(tap, "beside 100 clients with half a message each")
    for half in halves:
        half.raw(text[30:])
    tap.ok(all("organ" in half.reply().parameters for half in halves),
           "and each of them when it has sent the rest")
    for half in halves:
        half.close()


def half_close(tap, daemon, other):
    """A client that sends, closes its side and then reads"""
    link = daemon.link()
    number = log(other.link)["number"]
    link.raw(STATUS + message("Applications.Note", {"number": number, "text": "一"})
             + message("Applications.History", {"number": number}, more=True))
    link.half_close()
    replies = []
    while (reply := link.receive()) is not None:
        replies.append(reply)
    tap.ok(len(replies) == 5 and "organ" in replies[0].parameters
           and replies[1].parameters["application"]["version"] == 2
           and [r.continues for r in replies] == [False, False, True, True, False]
           and replies[4].parameters == {}, "everything is answered, then the end", replies)
    link = daemon.link()
    link.half_close()
    tap.ok(link.receive() is None, "nothing sent: nothing answered, the end")
    link = daemon.link()
    link.raw(STATUS + STATUS[:10])
    link.half_close()
    tap.ok("organ" in link.reply().parameters, "a whole message before half of one is answered")
    reply = link.receive()
    tap.ok(reply is None or reply.parameters.get("parameter") == "message",
           "the half is not taken for whole", reply)
    other.served(tap, "after half-closed connections")


def oneway(tap, daemon, other):
    """A oneway call gets no reply, not even an error"""
    link = daemon.link()
    number = log(link)["number"]
    link.send("Applications.Note", {"number": number, "text": "一"}, oneway=True)
    link.send("Applications.Get", {"number": number}, oneway=True)
    link.send("Applications.Get", {"number": "1990-0001"}, oneway=True)
    link.send("Applications.Get", {}, oneway=True)
    link.send("org.ogid.Applications.Destroy", {}, oneway=True)
    link.send("Applications.History", {"number": number}, oneway=True)
    got = link.call("Applications.Get", number=number)["application"]
    tap.equal((got["number"], got["version"]), (number, 2), "it is done, and only the next call is answered")
    tap.ok(link.silent(), "nothing else comes")
    link.flood(message("Applications.Note", {"number": number, "text": "二"}, oneway=True) * 200)
    tap.equal(link.call("Applications.Get", number=number)["application"]["version"], 202,
              "200 oneway changes are done before the next call")
    other.served(tap, "after oneway calls")


def streams(tap, daemon, other):
    """Streams want `more`, and end with one empty reply"""
    link = daemon.link()
    number = log(link)["number"]
    several = {"Applications.History": {"number": number}, "Applications.List": {},
               "Applications.Backlog": {}, "Ledger.Export": {}, "Applications.Watch": {},
               "Report.Cell": {"year": 2026, "table": "table3", "row": "new", "column": "total"}}
    for method, parameters in several.items():
        wrong(tap, link, method, parameters, "ExpectedMore", {}, f"{method} without more")
    for method, parameters in several.items():
        if method == "Applications.Watch":
            continue
        items = link.stream(method, **parameters)
        tap.ok(len(items) >= 1, f"{method}: {len(items)} replies that continue, then an empty one")
    tap.equal(link.stream("Applications.List", filter={"handler": "无此人"}), [],
              "an empty list is the empty reply alone")
    error = refused(link.stream, "Applications.History", number="1990-0001")
    tap.ok(error is not None and error.short == "UnknownNumber", "a stream may begin with an error", error)
    link.send("Ledger.Status", more=True)
    reply = link.reply()
    tap.ok(reply.error is None and not reply.continues and "organ" in reply.parameters,
           "more for a single answer is one answer", reply)
    link.send("Applications.Note", {"number": number, "text": "一"}, more=True)
    reply = link.reply()
    tap.ok(reply.error is None and not reply.continues and reply.parameters["application"]["version"] == 2,
           "so is more for a change", reply)
    other.served(tap, "after streams")


def gone(tap, daemon, other):
    """Clients that are gone in the middle of a call"""
    before = other.link.call("Ledger.Status")
    for index in range(60):
        link = daemon.link()
        link.raw(message("Applications.Log", {
            "applicant": person(), "channel": "in_person", "subject": "走了", "key": f"gone-{index}"}))
        if index % 3 == 0:
            link.half_close()
        link.close()
    other.served(tap, "while clients leave without their answers")
    first = [log(other.link, subject="走了", key=f"gone-{index}") for index in range(60)]
    again = [log(other.link, subject="走了", key=f"gone-{index}") for index in range(60)]
    tap.equal([a["digest"] for a in first], [a["digest"] for a in again],
              "their changes are there or not, and their keys say which")
    after = other.link.call("Ledger.Status")
    tap.equal(after["applications"] - before["applications"], 60, "60 keys are 60 applications")
    lazy = daemon.link()
    lazy.raw(message("Ledger.Export", {}, more=True) * 3)
    other.served(tap, "while a client does not read what it asked for")
    for index in range(20):
        link = daemon.link()
        link.raw(message("Ledger.Export", {}, more=True))
        if index % 2:
            link.receive()
        link.close()
    for _ in range(20):
        link = daemon.link()
        link.raw(message("Applications.Watch", {}, more=True))
        link.close()
    log(other.link)
    other.served(tap, "after clients that left in the middle of a stream")
    streams_read = 0
    items = 0
    while streams_read < 3:
        reply = lazy.reply()
        items += reply.continues
        streams_read += not reply.continues
    tap.ok(items >= 3 * after["sequence"], "who reads late reads all of it",
           f"{items} entries, ledger of {after['sequence']}")
    vanished = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    vanished.connect(daemon.socket)
    vanished.close()


def crowd(tap, daemon, other):
    """More clients at once than there may be"""
    links = [daemon.link() for _ in range(700)]
    other.served(tap, "beside 700 idle clients")
    for link in links:
        link.raw(STATUS)
    replies = [link.receive() for link in links]
    answered = [reply for reply in replies if reply is not None]
    tap.ok(len(answered) >= 200 and all("organ" in reply.parameters for reply in answered),
           f"each is answered ({len(answered)}) or turned away ({len(links) - len(answered)})")
    for link in links:
        link.close()
    # The daemon learns of each leaving when it reads; until then a newcomer may be turned away.
    reply = None
    for _ in range(1000):
        link = daemon.link()
        link.raw(STATUS)
        reply = link.receive()
        link.close()
        if reply is not None:
            break
    tap.ok(reply is not None and "organ" in reply.parameters,
           "who comes when they have left is served")
    other.served(tap, "after the crowd")


def introspection(tap, daemon, other):
    """GetInfo and GetInterfaceDescription"""
    link = daemon.link()
    info = link.call("org.varlink.service.GetInfo")
    tap.equal(sorted(info), ["interfaces", "product", "url", "vendor", "version"], "GetInfo's fields")
    tap.ok(all(isinstance(info[key], str) and info[key] for key in
               ("vendor", "product", "version", "url")), "each says something", info)
    tap.equal(sorted(info["interfaces"]), sorted(INTERFACES), "GetInfo's interfaces")
    for name in INTERFACES:
        with open(source("proto", name + ".varlink"), encoding="utf-8") as file:
            text = file.read()
        found = link.call("org.varlink.service.GetInterfaceDescription", interface=name)
        tap.equal(found, {"description": text}, f"{name}: the text of its file")
    wrong(tap, link, "org.varlink.service.GetInterfaceDescription", {"interface": "org.example.No"},
          "InterfaceNotFound", {"interface": "org.example.No"}, "the description of no interface")
    wrong(tap, link, "org.varlink.service.GetInterfaceDescription", {}, "InvalidParameter",
          {"parameter": "interface"}, "the description of what")
    wrong(tap, link, "org.varlink.service.GetInfo", {"x": 1}, "InvalidParameter", {"parameter": "x"},
          "GetInfo with a surplus field")
    wrong(tap, link, "org.varlink.service.Reboot", {}, "MethodNotFound",
          {"method": "org.varlink.service.Reboot"}, "no such method of the service interface")


def main():
    tap = Tap()
    daemon = Daemon(today="2026-03-02", name="wire")
    other = Other(daemon)
    for case in (introspection, malformed, not_utf8, rare_characters, sizes, depth, wrong_calls,
                 null_is_absent, thousand, pipelined, half_sent, half_close, oneway, streams, gone,
                 crowd):
        tap.case(case, daemon, other)
    problems = [item for item in verify(daemon)]
    tap.equal(problems, [], "after all this, Verify is clean")
    tap.done()


def verify(daemon):
    link = daemon.link()
    link.send("Ledger.Verify", more=True)
    problems = ["nothing was said"]
    while True:
        reply = link.reply()
        if reply.error is not None:
            return [reply]
        if reply.parameters:
            problems = reply.parameters["problems"] if reply.parameters["done"] else ["not done"]
        if not reply.continues:
            return problems


if __name__ == "__main__":
    main()
