# SPDX-License-Identifier: Apache-2.0
"""Working days. A day is an int (its proleptic ordinal); text stands only at the border."""

import bisect
import datetime
import json

FIRST = datetime.date(2017, 1, 1).toordinal()
LAST = datetime.date(2030, 12, 31).toordinal()
TEXT = {day: datetime.date.fromordinal(day).isoformat() for day in range(FIRST, LAST + 1)}
DAY = {text: day for day, text in TEXT.items()}


def text(day):
    return None if day is None else TEXT[day]


class Calendar:
    """make_ups=False is the wrong calendar of the self-test: it forgets the make-up days."""

    def __init__(self, path, make_ups=True):
        with open(path, encoding="utf-8") as file:
            notices = json.load(file)
        self.off = {DAY[day] for notice in notices.values() for day in notice["off"]}
        self.make_up = {DAY[day] for notice in notices.values() for day in notice["work"]} if make_ups else set()
        self.known_from = DAY[min(notices) + "-01-01"]
        self.known_to = DAY[max(notices) + "-12-31"]
        self.days = [day for day in range(FIRST, LAST + 1) if self.works(day)]

    def works(self, day):
        if day in self.make_up:
            return True
        return day not in self.off and not self.weekend(day)

    @staticmethod
    def weekend(day):
        return day % 7 in (6, 0)  # ordinal 1 was a Monday

    def until(self, day):
        """How many working days there are up to and including this one."""
        return bisect.bisect_right(self.days, day)

    def between(self, after, last):
        """Working days after one day, up to and including another."""
        return max(0, self.until(last) - self.until(after))

    def add(self, day, count):
        """The last of so many working days after a day."""
        return self.days[self.until(day) + count - 1] if count else day

    def provisional(self, first, last):
        return first < self.known_from or last > self.known_to
