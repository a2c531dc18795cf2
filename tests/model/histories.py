# SPDX-License-Identifier: Apache-2.0
"""Random histories: a Log and up to eight acts, some of them illegal, with their dates at the edges.

A history is a list of steps, each [action, parameters]. Its number is added when it is played, and so is
`version`, which stands in a step as "right" or "wrong". A step that has no day of its own holds fixed days,
so that a history means the same wherever it is played."""

from . import workflow
from .calendar import DAY, FIRST, LAST, text

ACTIONS = tuple(workflow.FROM) + ("Reopen", "Assign", "Note", "Amend")
CHANNELS = ("in_person", "signed_mail") + workflow.CONFIRMED
NO_DAY = "2026-02-30"


class Player:
    """Plays steps on the model alone, and says what each call is and what its answer has to be."""

    def __init__(self, calendar, today, number, month=None, applicant=None):
        self.application = workflow.Application(calendar, today, month)
        self.number, self.applicant = number, applicant or number
        self.alive = True

    def play(self, step):
        """(action, parameters, expected): expected is a view, or a list of acceptable errors."""
        action, p = step[0], dict(step[1])
        application = self.application
        if action == "Rollup":
            application.roll_up()
            return action, p, None
        if action == "Log":
            p["applicant"] = {"category": p.pop("category"), "name": "甲", "id_number": self.applicant}
            day = p.get("received_on") or p.get("submitted_on") or text(application.today)
            p["number"] = f"{day[:4]}-{self.number}"
        else:
            p["number"] = application.number
            if p.get("earlier") == "OWN":
                p["earlier"] = application.number
            if p.get("version") is not None:
                p["version"] = application.version + (p["version"] == "wrong")
        try:
            application.act(action, p)
        except workflow.Refusal as refusal:
            self.alive = self.alive and action != "Log"
            return action, p, refusal.errors
        view = application.view()
        view["amount"] = application.amount if action == "NoticeFee" else None
        view["others"] = application.earlier() if action == "Log" and self.applicant != self.number else None
        return action, p, view


class Generator:
    def __init__(self, random, calendar, today):
        self.random, self.calendar, self.today = random, calendar, today
        self.edges = sorted(calendar.off | calendar.make_up)

    def chance(self, share):
        return self.random.random() < share

    # --- days ---

    def receipt(self):
        r = self.random.random()
        if r < 0.5:
            day = self.random.randint(DAY["2019-01-01"], self.today)
        elif r < 0.85:
            day = self.random.choice(self.edges) + self.random.randint(-25, 3)
        else:
            day = self.today - self.random.randint(0, 70)
        return min(max(day, DAY["2019-01-01"]), self.today)

    def day(self, application):
        """A day for the next act."""
        choose, last = self.random.random(), application.last_move()
        if choose < 0.03:
            return None
        if choose < 0.06:
            return self.random.choice((self.today, self.today + 1, self.today + 40))
        if choose < 0.11:
            return max(FIRST, last - self.random.choice((1, 1, 2, 400)))
        due = application.due()[0]
        marks = [day for day in (due, application.waiting_until) if day is not None and day >= last]
        if marks and choose < 0.5:
            day = self.random.choice(marks) + self.random.choice((-1, 0, 0, 1, 1, 2))
        elif choose < 0.65:
            day = last
        elif choose < 0.72 and not application.asked:
            day = self.calendar.add(application.received_on, 7) + self.random.choice((0, 1))
        else:
            day = last + self.random.choice((1, 1, 2, 3, 5, 8, 13, 30, 90))
        return min(max(day, last), self.today)

    # --- steps ---

    def log(self, subjects=("s",)):
        channel, received = self.random.choice(CHANNELS), self.receipt()
        p = {"channel": channel, "subject": self.random.choice(subjects), "category": self.random.choice(workflow.CATEGORIES)}
        if channel in workflow.CONFIRMED:
            p["received_on"] = text(received)
            if self.chance(0.7):
                p["submitted_on"] = text(max(FIRST, received - self.random.choice((0, 0, 1, 4))))
        else:
            p[self.random.choice(("submitted_on", "received_on"))] = text(received)
            if self.chance(0.1):
                p["submitted_on"] = p["received_on"] = text(received)
        if self.chance(0.05):
            p.update(self.random.choice((
                {"submitted_on": text(self.today + 1)}, {"received_on": text(self.today + 1)},
                {"submitted_on": text(received), "received_on": text(received - 1)},
                {"submitted_on": text(received - 1), "received_on": text(received)},
                {"submitted_on": None, "received_on": None}, {"received_on": None}, {"received_on": NO_DAY},
                {"subject": ""})))
        return ["Log", {name: value for name, value in p.items() if value is not None}]

    def act(self, application):
        random = self.random
        allowed = sorted(application.allowed() - set(workflow.ALWAYS))
        r = random.random()
        if r < 0.7:
            action = random.choice(allowed)
            if action in ("Disclose", "Refuse") and self.chance(0.4):
                action = random.choice(allowed)
        elif r < 0.85:
            action = random.choice(workflow.ALWAYS + ("Amend", "Amend"))
        else:
            action = random.choice(ACTIONS)
        day = None if action in workflow.ALWAYS else self.day(application)
        p = {} if day is None else {"on": text(day)}
        p.update(getattr(self, action, dict)(application, self.today if day is None else day)
                 if hasattr(self, action) else {})
        if self.chance(0.02) and action not in workflow.ALWAYS:
            p["on"] = NO_DAY
        if self.chance(0.02) and action in workflow.TEXTS:
            p[workflow.TEXTS[action]] = ""
        if self.chance(0.06):
            p["version"] = random.choice(("right", "right", "wrong"))
        return [action, p]

    def RequestCorrection(self, application, day):
        return {"reply_by": text(min(LAST, day + self.random.choice((-1, 0, 1, 1, 2, 7, 15, 30)))), "items": "x"}

    def Correct(self, application, day):
        return {"subject": "t"} if self.chance(0.3) else {}

    def GiveReasons(self, application, day):
        p = {"reasonable": self.chance(0.75)}
        if self.chance(0.6 if p["reasonable"] else 0.1):
            p["answer_by"] = text(min(LAST, day + self.random.choice((-1, 0, 1, 1, 10, 40, 100))))
        return p

    def Consult(self, application, day):
        return {"whom": self.random.choice(workflow.CONSULTED), "name": "x"}

    def EndConsultation(self, application, day):
        return {"answer": self.random.choice(("agrees", "objects", "silent"))}

    def Extend(self, application, day):
        return {"working_days": self.random.choice((0, 1, 1, 2, 5, 10, 19, 20, 20, 21)), "approved_by": "x"}

    def NoticeFee(self, application, day):
        return {"basis": self.random.choice(("items", "pages")),
                "quantity": self.random.choice((0, 1, 1, 9, 10, 11, 30, 31, 40, 41, 50, 51, 100, 101, 200, 201))}

    def Disclose(self, application, day):
        p = {}
        if self.chance(0.6):
            p["extent"] = self.random.choice(("full", "partial"))
        if self.chance(0.7 if p.get("extent") == "partial" else 0.05):
            p["reason"] = self.random.choice(workflow.REASONS + ("refused.nothing",))
        return p

    def Refuse(self, application, day):
        fitting = {"correction": "other.correction_overdue", "payment": "other.fee_overdue",
                   "reasons": "not_processed.excessive", None: "unable.not_held"}
        if self.chance(0.35):
            reason = fitting.get(application.waiting, "other.withdrawn")
        else:
            reason = self.random.choice(workflow.REASONS + ("other.withdrawn", "refused.nothing"))
        p = {"reason": reason}
        if self.chance(0.02):
            p["earlier"] = "OWN"
        return p

    def Reopen(self, application, day):
        return {"why": "x"}

    def Assign(self, application, day):
        return {"handler": self.random.choice("abc")}

    def Note(self, application, day):
        return {"text": "x"}

    def Amend(self, application, day):
        kinds = [self.amend_receipt, self.amend_small]
        if not application.open or self.chance(0.15):
            kinds += [self.amend_decision, self.amend_decided_on]
        changes = self.random.choice(kinds)(application)
        if self.chance(0.02):
            changes = self.random.choice(({}, {"state": "received"}, {"received_on": NO_DAY}, {"category": "x"},
                                          {"extent": "half"}, {"decided_on": None}, {"reason": None}))
        return {"changes": changes, "why": "x"}

    def amend_receipt(self, application):
        move = self.random.choice((-400, -40, -3, -1, -1, 0, 1, 1, 2, 3, 20, 60))
        day = text(min(max(application.received_on + move, DAY["2019-01-01"]), self.today + 1))
        return {"received_on": day, "submitted_on": day} if self.chance(0.6) else {"received_on": day}

    def amend_small(self, application):
        if self.chance(0.2):
            return {"handler": self.random.choice(("d", None))}
        return {"category": self.random.choice(workflow.CATEGORIES)}

    def amend_decision(self, application):
        extent, reason = self.random.choice(("full", "partial")), self.random.choice(workflow.REASONS)
        if reason == "other.fee_overdue":
            reason = "refused.nothing"
        return self.random.choice(({"extent": extent}, {"reason": reason}, {"extent": extent, "reason": reason}))

    def amend_decided_on(self, application):
        day = application.decided_on or application.last_move()
        day += self.random.choice((-40, -5, -1, -1, 0, 1, 1, 5, 30, 300))
        return {"decided_on": text(min(max(day, FIRST), self.today + 1))}


SUBJECTS = ("2023年度部门预算及其说明", "某村征地补偿安置方案")


def history(generator, player):
    """Makes a history while it plays it on the model: its steps, and the calls with what they expect."""
    step = generator.log(("s",) if player.applicant == player.number else SUBJECTS)
    steps, calls = more(generator, player, generator.random.choice((2, 3, 4, 5, 6, 7, 8, 8)), step)
    return steps, calls


def more(generator, player, count, first=None):
    """So many acts, behind a first step if there is one."""
    steps, calls = [], []
    step = first
    for left in range(count, -1, -1):
        if step:
            steps.append(step)
            calls.append(player.play(step))
        if player.alive and left:
            step = generator.act(player.application)
        else:
            break
    return steps, calls
