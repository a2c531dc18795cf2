# SPDX-License-Identifier: Apache-2.0
"""The day by which an answer is due: replayed from the entries each time, as docs/clock.md says it.

An entry is (kind, on, value), in the order of entry. The kinds that the clock knows:
  start      a limit begins: Log, Correct, PayFee, Reopen
  stop       it ends: RequestCorrection, NoticeFee, a decision
  extend     value more working days
  consult    value: the last day of the pause if nobody answers; None when it has no period
  answer     the consultation's answer
  told       value: the day that takes the place of the limit (art. 35)
"""

LIMIT = 20
CORRECTION_NOTICE = 7
CONSULTATION = 15
PAYMENT = 20
EXTENSION_MAX = 20


class Limit:
    """The limit that runs after the last entry, or none."""

    def __init__(self, entries):
        self.running = False
        self.begin, self.days, self.pauses = None, 0, []
        self.told = None
        for kind, on, value in entries:
            self.take(kind, on, value)

    def take(self, kind, on, value):
        if kind == "start":
            self.running, self.begin, self.days, self.pauses, self.told = True, on, LIMIT, [], None
        elif kind == "stop":
            self.running = False
        elif kind == "extend":
            self.days += value
        elif kind == "consult":
            self.pauses.append([on, value])
        elif kind == "answer":
            pause = self.pauses[-1]
            pause[1] = on if pause[1] is None else min(on, pause[1])
        elif kind == "told":
            self.told = value

    def due(self, calendar):
        """(due_on, provisional), both None while no limit runs. A limit that has ended when an organ is
        asked stays ended, and a day that was told stands: there is nothing to pause."""
        if not self.running:
            return None, None
        if self.told is not None:
            return self.told, False
        left, place = self.days, self.begin
        for sent, ended in self.pauses:
            here = calendar.between(place, sent)
            if left <= here:
                break
            if ended is None:
                return None, None
            left -= here
            place = max(sent, ended)
        due = calendar.add(place, left)
        return due, calendar.provisional(self.begin, due)
