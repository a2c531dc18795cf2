# SPDX-License-Identifier: Apache-2.0
"""What the tests that drive a running daemon share: starting it, talking to it, telling the result.

tap.py       the result of each check as a TAP line
daemon.py    one ogid in a directory of its own
stand_in.py  a daemon that answers what a test told it to, for the client alone
link.py      one connection: calls, replies, streams, raw bytes
office.py    what a clerk does, in short calls
"""

from .daemon import Daemon, source
from .link import Link, Refused
from .office import act, log, person, refused
from .stand_in import StandIn
from .tap import Tap

__all__ = ["Daemon", "Link", "Refused", "StandIn", "Tap", "act", "log", "person", "refused", "source"]
