#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The nightly job of 1 January, killed at each of its system calls.

From one prepared register: strace attaches to one thread of the daemon and kills it at the n-th fsync,
the n-th write, and so on, while Rollup runs; which there are, an undisturbed run has told. The daemon is started again, Rollup is called again, and
then everything has to be as in the register where nobody was killed.

OGID_KILLS  how many kills, spread evenly over all calls (40); all: at every call
Without strace, or where it may not trace, the test is skipped."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

os.environ["UV_THREADPOOL_SIZE"] = "1"  # one pool thread, so that a call has its place in it

from harness import Daemon, Tap, act, log  # noqa: E402
from harness import report as reports  # noqa: E402

KILLS = os.environ.get("OGID_KILLS", "40")
# Whatever has to do with a file or a socket, but for the waiting in epoll, which begins anew when a tracer comes.
CALLS = ("%file,%network,read,readv,write,writev,pread64,pwrite64,lseek,fcntl,ftruncate,fallocate,fsync,fdatasync,"
         "sync_file_range,msync,mmap,munmap,mremap,getdents64,close,flock")
NIGHT = "2025-01-02"
YEARS = (2024, 2025)
PATIENCE = 120  # seconds until something that does not come is given up; no test asserts a time


def prepare():
    """A register on its last evening of 2024, closed. Returns its data."""
    daemon = Daemon(today="2024-12-28", name="prepared")
    link = daemon.link()
    for i in range(12):
        number = log(link, f"申请人{i}", received_on=f"2024-12-{10 + i}")["number"]
        if i % 4 == 0:
            act(link, "Disclose", number, on="2024-12-27")
    log(link, "旧", received_on="2023-12-20")
    link.call("Report.SetFigure", year=2024, figure="licences.decisions", value="3")
    link.call("Report.OpenCase", kind="suit", on="2024-12-27")
    daemon.stop()
    return daemon


class Tracer:
    """strace on one thread of a process."""

    def __init__(self, thread, *options):
        self.said = tempfile.TemporaryFile()
        self.process = subprocess.Popen(["strace", "-p", str(thread), "-e", f"trace={CALLS}", *options],
                                        stdin=subprocess.DEVNULL, stdout=self.said, stderr=self.said)
        self.thread = thread

    def attached(self):
        """Waits until it holds the thread. False when it cannot."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with open(f"/proc/{self.thread}/status", encoding="ascii", errors="replace") as file:
                    if any(line.startswith("TracerPid:") and line.split()[1] != "0" for line in file):
                        time.sleep(0.01)  # it seizes first, and then goes on to trace
                        return True
            except FileNotFoundError:
                return False
            time.sleep(0.001)
        return False

    def end(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        self.said.close()


class Bench:
    """The daemon that is killed, always from the same data."""

    def __init__(self, prepared):
        self.prepared = prepared
        self.daemon = Daemon(today=NIGHT, name="killed", start=False)

    def start(self):
        """From the prepared data. Returns a link, and the daemon's threads: loop, writer, pool."""
        shutil.rmtree(self.daemon.data, ignore_errors=True)
        shutil.copytree(self.prepared.data, self.daemon.data)
        self.daemon.start()
        link = self.daemon.link()
        reports.get(link, YEARS[0])  # the pool has its thread from the first question on
        return link, sorted(int(t) for t in os.listdir(f"/proc/{self.daemon.process.pid}/task"))

    def calls(self):
        """The calls that each thread makes during a Rollup, in order: (name, so many of this name)."""
        found = []
        link, threads = self.start()
        for at in range(len(threads)):
            link, threads = self.start() if at else (link, threads)
            output = os.path.join(self.daemon.directory, "trace")
            tracer = Tracer(threads[at], "-o", output)
            if not tracer.attached():
                tracer.end()
                return None
            link.call("Report.Rollup")
            tracer.end()
            with open(output, encoding="utf-8", errors="replace") as file:
                names = re.findall(r"^(\w+)\(", file.read(), re.MULTILINE)
            found.append([(name, names[:i + 1].count(name)) for i, name in enumerate(names)])
            self.daemon.stop()
        return found

    def kill(self, at, name, when):
        """Rollup, killed at the when-th call of this name in a thread. The status with which the daemon ended; None
        when the call never came and Rollup was answered."""
        link, threads = self.start()
        tracer = Tracer(threads[at], "-o", "/dev/null", "-e", f"inject={name}:signal=SIGKILL:when={when}")
        if not tracer.attached():
            raise RuntimeError("strace does not attach")
        link.send("Report.Rollup")
        answered = link.receive_bytes() is not None
        process = self.daemon.process
        if answered and process.poll() is None:
            # a call after the answer may be the one
            try:
                process.wait(0.02)
            except subprocess.TimeoutExpired:
                tracer.end()
                return None
        self.daemon.process = None
        self.daemon._close_links()
        status = process.wait(PATIENCE)
        tracer.end()
        return status


def files(directory):
    return sorted(os.path.relpath(os.path.join(path, name), directory)
                  for path, _, names in os.walk(directory) for name in names)


def outcome(daemon, link):
    """Everything that a register says, without the digests and times that no two runs share."""
    given = []
    for year in YEARS:
        report = reports.get(link, year)
        given.append({key: value for key, value in report.items() if key != "ledger_digest"})
    carried = [[item["number"] for item in link.stream("Report.Cell", year=year, table="table3", row=row,
                                                       column="total")]
               for year in YEARS for row in ("carried_in", "carried_out")]
    lines, digests = [], {}
    for sequence, digest, entry in reports.entries(link):
        digests[digest] = sequence
        lines.append({key: value for key, value in entry.items() if key != "recorded_at"})
    verified = reports.verify(link)
    daemon.stop()
    dump = []
    for line in daemon.dump().decode().splitlines():
        for digest, sequence in digests.items():
            line = line.replace(digest, f"<{sequence}>")
        # an application's record ends with a checksum over that digest
        dump.append(line[:-16] if line.startswith(("applications ", "due ")) else line)
    return {"reports": given, "carried sets": carried, "lines": lines, "dump": dump,
            "problems": verified["problems"], "files": files(daemon.data)}


def points(calls):
    """(thread, name, when) of every call, or of so many as are wanted."""
    every = [(at, name, when) for at, of_thread in enumerate(calls) for name, when in of_thread]
    if KILLS == "all" or int(KILLS) >= len(every):
        return every
    wanted = min(int(KILLS), 40)
    return [every[i * len(every) // wanted] for i in range(wanted)]


def hunt(tap, bench, calls):
    """Killed, started again, called again: as if nobody had been killed"""
    link, _ = bench.start()
    before = link.call("Ledger.Status")["sequence"]
    rollup = link.call("Report.Rollup")
    whole = link.call("Ledger.Status")["sequence"]
    carried = rollup["carried_over"]
    tap.equal((len(carried), rollup["snapshots"], whole - before), (10, [2023, 2024, 2025], 11 + 3),
              "nobody killed: ten are carried over, one of them twice, and three years are kept")
    wanted = outcome(bench.daemon, link)
    wrong, halves, missed, unproved, done = [], [], [], [], {"nothing": 0, "all": 0}
    chosen = points(calls)
    for at, name, when in chosen:
        status = bench.kill(at, name, when)
        place = f"thread {at}, {name} {when}"
        if status is None:
            missed.append(place)
            bench.daemon.stop()
            continue
        if status != -signal.SIGKILL:
            unproved.append(f"{place}: it ended with {status}")
        bench.daemon.start()
        link = bench.daemon.link()
        now = link.call("Ledger.Status")["sequence"]
        again = link.call("Report.Rollup")["carried_over"]
        if (now, again) not in ((before, carried), (whole, [])):
            halves.append(f"{place}: {now - before} of {whole - before} entries, then {again}")
        done["nothing" if now == before else "all"] += 1
        found = outcome(bench.daemon, link)
        wrong += [f"{place}: {what}: {differs(wanted[what], found[what])}" for what in wanted
                  if found[what] != wanted[what]]
    tap.say(f"after the kill there was {done}; not reached: {missed}")
    tap.ok(not unproved, f"{len(chosen) - len(missed)} times the daemon died by SIGKILL", *unproved)
    # How often the loop reads and writes is not quite the same in every run.
    tap.ok(len(missed) * 10 <= len(chosen), f"{len(missed)} of {len(chosen)} calls did not come", *missed)
    tap.ok(done["nothing"] > 0 and done["all"] > 0, "some before the lines were on disk, some after", done)
    tap.ok(not halves, "the change is there whole or not at all", *halves[:10])
    tap.ok(not wrong, "called again, everything is as where nobody was killed", *wrong[:10])


def differs(wanted, found):
    if not isinstance(wanted, list):
        return f"expected {wanted}, found {found}"
    gone = [item for item in wanted if item not in found][:2]
    come = [item for item in found if item not in wanted][:2]
    return f"gone {gone}, come {come}"


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def main():
    if shutil.which("strace") is None:
        skip("strace is not installed")
    tap = Tap()
    prepared = prepare()
    bench = Bench(prepared)
    calls = bench.calls()
    if calls is None:
        for daemon in (prepared, bench.daemon):
            daemon.stop()
            daemon.remove()
        skip("strace may not trace here")
    counts = [len(of_thread) for of_thread in calls]
    tap.equal(len(counts), 3, "three threads: loop, writer, pool")
    tap.ok(min(counts) > 5, f"which make {counts} calls during a Rollup", calls)
    tap.case(hunt, bench, calls)
    tap.done()


if __name__ == "__main__":
    main()
