# SPDX-License-Identifier: Apache-2.0
"""The Test Anything Protocol, as Meson reads it: one line a check, the plan at the end."""

import sys
import traceback

from . import daemon as daemons


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, good, name, *why):
        """One check. `why` is shown when it fails, and so is what the daemons have said since."""
        self.count += 1
        name = str(name).replace("#", "no.").replace("\n", " ")
        print(("ok" if good else "not ok"), self.count, "-", name, flush=True)
        if not good:
            self.failed += 1
            for line in why:
                self.say(line)
            for daemon in daemons.alive():
                self.say(daemon.news())
        return bool(good)

    def equal(self, found, expected, name):
        return self.ok(found == expected, name, f"expected {expected!r}", f"found    {found!r}")

    def say(self, text):
        for line in str(text).rstrip("\n").split("\n"):
            print("#", line[:2000], flush=True)

    def case(self, function, *arguments):
        """Runs a function of checks; what it raises is a failed check, and the next one goes on."""
        title = (function.__doc__ or function.__name__).strip().split("\n")[0]
        self.say(f"--- {title}")
        try:
            function(self, *arguments)
        except Exception:
            self.ok(False, f"{title}: went through", traceback.format_exc())

    def done(self):
        """Ends every daemon, looks at how they ended, prints the plan and exits."""
        for daemon in daemons.alive():
            self.case_end(daemon)
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failed else 0)

    def case_end(self, daemon):
        try:
            daemon.stop()
        except Exception as e:
            daemon.complaints.append(str(e))
        complaints = daemon.all_complaints()
        self.ok(not complaints, f"{daemon.name}: no sanitizer report, no abort, a clean end",
                *complaints)
        daemon.remove()
