# SPDX-License-Identifier: Apache-2.0
"""One application: what an action does to it, or with which errors it may be refused.

The order in which the daemon looks: the fields by themselves, the version, the transition, the day, then
what the action asks besides. Where the documents leave open which of several complaints comes first,
any of them is right: a refusal is a list of acceptable errors."""

from . import clock, fees
from .calendar import DAY, text

FIELDS = ("state", "waiting", "waiting_until", "extent", "reason", "channel", "submitted_on", "received_on",
          "due_on", "due_provisional", "decided_on", "version", "warnings", "handler")
CATEGORIES = ("natural_person", "commercial_enterprise", "research_institution", "public_welfare_organization",
              "legal_service_institution", "other")
CONFIRMED = ("ordinary_mail", "internet", "fax")
REASONS = (
    "refused.state_secret", "refused.forbidden_by_law", "refused.three_securities_one_stability",
    "refused.third_party_rights", "refused.internal_affairs", "refused.process_information",
    "refused.enforcement_file", "refused.administrative_query", "unable.not_held", "unable.needs_creation",
    "unable.unclear_after_correction", "not_processed.petition", "not_processed.duplicate",
    "not_processed.publication", "not_processed.excessive", "not_processed.reconfirm",
    "other.correction_overdue", "other.fee_overdue", "other.withdrawn", "other.misc")
CONSULTED = ("third_party", "joint_maker", "other_organ")
ALWAYS = ("Assign", "Note", "Amend")
# Action, from which it is possible while open.
FROM = {
    "RequestCorrection": (None,), "Correct": ("correction",), "RequestReasons": (None,),
    "GiveReasons": ("reasons",), "Consult": (None,), "EndConsultation": CONSULTED,
    "Extend": (None, "reasons", "payment") + CONSULTED, "NoticeFee": (None,), "PayFee": ("payment",),
    "Disclose": (None,), "Refuse": (None, "correction", "reasons", "payment") + CONSULTED,
}
# What may be the reason while it waits.
REFUSED_WHILE = {"correction": ("other.correction_overdue", "other.withdrawn"),
                 "payment": ("other.fee_overdue", "other.withdrawn"),
                 "reasons": ("not_processed.excessive", "other.withdrawn")}
TEXTS = {"RequestCorrection": "items", "Consult": "name", "Extend": "approved_by", "Assign": "handler",
         "Note": "text", "Amend": "why", "Reopen": "why", "Refuse": "reason", "Correct": "subject"}
DAYS = {"RequestCorrection": "reply_by", "GiveReasons": "answer_by"}
AMENDABLE = {"received_on", "submitted_on", "decided_on", "reason", "extent", "category", "handler"}


class Refusal(Exception):
    """errors: the acceptable ones, each (name, parameters)."""

    def __init__(self, *errors):
        super().__init__(errors)
        self.errors = list(errors)


def field(name):
    return "InvalidField", {"field": name}


def out_of_order(name, day, not_before, not_after):
    return "DateOutOfOrder", {"field": name, "date": text(day), "not_before": text(not_before),
                              "not_after": text(not_after)}


class Application:
    def __init__(self, calendar, today, month=None):
        self.calendar, self.today = calendar, today
        self.month = month or fees.Month()
        self.number, self.order = None, len(self.month.members)
        self.month.members.append(self)
        self.version = 0
        self.state = self.waiting = self.waiting_until = self.extent = self.reason = self.decided_on = None
        self.handler = self.channel = self.category = self.received_on = self.submitted_on = None
        self.warnings = []
        self.moves = []             # (action, on): what moved it, to order the days by
        self.entries = []           # what the clock is counted from; the first is the receipt
        self.extended = self.asked = False
        self.first_decided_on = None
        self.carried = set()        # the years whose end is entered as crossed
        self.rolled = None          # the year up to which the nightly job has carried over
        self.subject = self.fee_items = None
        self.amount = None

    # --- what it looks like ---

    @property
    def received_on_text(self):
        return text(self.received_on)

    @property
    def open(self):
        return self.state in ("received", "corrected", "carried_over")

    def due(self):
        return clock.Limit(self.entries).due(self.calendar)

    def view(self):
        due, provisional = self.due()
        return {"state": self.state, "waiting": self.waiting, "waiting_until": text(self.waiting_until),
                "extent": self.extent, "reason": self.reason, "channel": self.channel,
                "submitted_on": text(self.submitted_on), "received_on": text(self.received_on),
                "due_on": text(due), "due_provisional": provisional, "decided_on": text(self.decided_on),
                "version": self.version, "warnings": list(self.warnings), "handler": self.handler,
                "category": self.category}

    def allowed(self):
        if not self.open:
            return {"Reopen", *ALWAYS}
        return {action for action, waiting in FROM.items() if self.waiting in waiting
                and not (action == "Extend" and self.extended)} | set(ALWAYS)

    def last_move(self):
        return self.moves[-1][1]

    def earlier(self):
        """The applicant's applications before this one, and those of them with the same subject."""
        before = [other for other in self.month.members if other.number is not None and other.order < self.order]
        return {other.number for other in before}, {
            other.number for other in before if other.subject == self.subject}

    # --- logging ---

    def log(self, p):
        if not p["subject"]:
            raise Refusal(field("subject"))
        given = {name: p.get(name) for name in ("submitted_on", "received_on")}
        for name, value in given.items():
            if value is not None and value not in DAY:
                raise Refusal(field(name))
        submitted, received = (DAY.get(value) for value in given.values())
        channel = p["channel"]
        if received is None and channel in CONFIRMED:
            raise Refusal(field("received_on"))
        if submitted is None:
            submitted = self.today if received is None else received
        if received is None:
            received = submitted
        errors = []
        if submitted > self.today:
            errors.append(out_of_order("submitted_on", submitted, None, self.today))
        if not submitted <= received <= self.today:
            errors.append(out_of_order("received_on", received, submitted, self.today))
        if channel not in CONFIRMED and submitted != received:
            errors.append(field("received_on"))
        if errors:
            raise Refusal(*errors)
        self.subject = p["subject"]
        self.number, self.channel, self.category = p.get("number"), channel, p["applicant"]["category"]
        self.submitted_on, self.received_on = submitted, received
        self.state, self.version = "received", 1
        self.moves.append(("Log", received))
        self.entries.append(["start", received, None])

    # --- acting ---

    def act(self, action, p):
        if action == "Log":
            return self.log(p)
        on = self.look(action, p)
        if action == "Amend":
            self.amend(p["changes"])
        else:
            getattr(self, action)(on, p)
        self.version += 1
        return None

    def look(self, action, p):
        """Fields, version, transition, day: what all actions have in common."""
        on = p.get("on")
        bad = [name for name in ("on", DAYS.get(action)) if p.get(name) is not None and p[name] not in DAY]
        empty = TEXTS.get(action)
        if empty and p.get(empty) == "":
            bad.append(empty)
        if action == "Amend":
            bad += self.unfit(p["changes"])
        conflict = []
        if p.get("version") is not None and p["version"] != self.version:
            conflict = [("Conflict", {"number": self.number, "version": self.version})]
        if bad:                     # of an amendment, whether a value fits may be asked behind the version
            raise Refusal(*map(field, bad), *(conflict if action == "Amend" else ()))
        if conflict:
            raise Refusal(*conflict)
        if action not in self.allowed():
            raise Refusal(self.transition(action))
        on = self.today if on is None else DAY[on]
        if action not in ALWAYS and not self.last_move() <= on <= self.today:
            raise Refusal(out_of_order("on", on, self.last_move(), self.today))
        return on

    def transition(self, action):
        return "InvalidTransition", {"number": self.number, "state": self.state, "waiting": self.waiting,
                                     "action": action, "allowed": self.allowed()}

    def moved(self, action, on, waiting=None, until=None):
        self.moves.append((action, on))
        self.waiting, self.waiting_until = waiting, until

    def warn_late(self, what, on):
        due, _ = self.due()
        if due is not None and on > due:
            self.warnings.append(f"{what} {text(due)}")

    def RequestCorrection(self, on, p):
        reply_by = DAY[p["reply_by"]]
        if reply_by <= on:
            raise Refusal(out_of_order("reply_by", reply_by, on + 1, None))
        owed = self.calendar.add(self.received_on, clock.CORRECTION_NOTICE)
        if self.asked:
            self.warnings.append("correction_asked_before")
        elif on > owed:
            self.warnings.append(f"correction_notice_late: owed by {text(owed)}")
        self.asked = True
        self.entries.append(["stop", on, None])
        self.moved("RequestCorrection", on, "correction", reply_by)

    def Correct(self, on, p):
        self.state, self.subject = "corrected", p.get("subject") or self.subject
        self.entries.append(["start", on, None])
        self.moved("Correct", on)

    def RequestReasons(self, on, p):
        self.moved("RequestReasons", on, "reasons")

    def GiveReasons(self, on, p):
        answer_by = DAY.get(p.get("answer_by"))
        if answer_by is not None:
            errors = []
            if not p["reasonable"]:
                errors.append(field("answer_by"))
            if answer_by <= on:
                errors.append(out_of_order("answer_by", answer_by, on + 1, None))
            if errors:
                raise Refusal(*errors)
            self.entries.append(["told", on, answer_by])
        self.moved("GiveReasons", on)

    def Consult(self, on, p):
        until = None if p["whom"] == "other_organ" else self.calendar.add(on, clock.CONSULTATION)
        self.entries.append(["consult", on, until])
        self.moved("Consult", on, p["whom"], until)

    def EndConsultation(self, on, p):
        self.entries.append(["answer", on, None])
        self.moved("EndConsultation", on)

    def Extend(self, on, p):
        if not 1 <= p["working_days"] <= clock.EXTENSION_MAX:
            raise Refusal(field("working_days"))
        self.warn_late("extension_late: the limit ended on", on)
        self.extended = True
        self.entries.append(["extend", on, p["working_days"]])
        self.moved("Extend", on, self.waiting, self.waiting_until)

    def NoticeFee(self, on, p):
        errors = []
        if p["quantity"] < 1:
            errors.append(field("quantity"))
        if on < DAY[fees.FROM]:
            errors.append(out_of_order("on", on, DAY[fees.FROM], self.today))
        if errors:
            raise Refusal(*errors)
        self.amount = self.month.amount(self, p["basis"], p["quantity"])
        self.fee_items = p["quantity"] if p["basis"] == "items" else None
        self.entries.append(["stop", on, None])
        self.moved("NoticeFee", on, "payment", self.calendar.add(on, clock.PAYMENT))

    def PayFee(self, on, p):
        self.entries.append(["start", on, None])
        self.moved("PayFee", on)

    # --- deciding ---

    def reason_errors(self, on, reason):
        if reason not in REASONS:
            return [field("reason")]
        if reason == "other.fee_overdue" and on < DAY[fees.FROM]:
            return [out_of_order("on", on, DAY[fees.FROM], None)]
        return []

    def decide(self, action, on, state, extent, reason):
        self.warn_late("decision_late: due on", on)
        self.state, self.extent, self.reason, self.decided_on = state, extent, reason, on
        self.entries.append(["stop", on, None])
        self.moved(action, on)
        if self.first_decided_on is None:
            self.first_decided_on = on
        self.carry()

    def Disclose(self, on, p):
        extent, reason = p.get("extent") or "full", p.get("reason")
        if reason is not None:
            errors = [field("reason")] if extent == "full" else self.reason_errors(on, reason)
            if errors:
                raise Refusal(*errors)
        self.decide("Disclose", on, "disclosed", extent, reason)

    def Refuse(self, on, p):
        reason, earlier = p["reason"], p.get("earlier")
        errors = self.reason_errors(on, reason)
        if earlier is not None and (reason != "not_processed.duplicate" or earlier == self.number):
            errors.append(field("earlier"))
        if self.waiting is None:
            fits = reason not in ("other.correction_overdue", "other.fee_overdue")
        else:
            fits = reason in REFUSED_WHILE.get(self.waiting, ("other.withdrawn",))
        if reason in REASONS and not fits:
            errors.append(self.transition("Refuse"))
        elif reason.endswith("_overdue") and fits and on <= self.waiting_until:
            errors.append(out_of_order("on", on, self.waiting_until + 1, None))
        if errors:
            raise Refusal(*errors)
        self.decide("Refuse", on, "refused", None, reason)

    def Reopen(self, on, p):
        self.state, self.extent, self.reason, self.decided_on = "received", None, None, None
        self.entries.append(["start", on, None])
        self.moved("Reopen", on)

    def carry(self):
        """The year ends that it crossed undecided are entries of their own, each a version."""
        end = self.rolled if self.first_decided_on is None else int(text(self.first_decided_on)[:4])
        if end is None:
            return
        crossed = set(range(int(text(self.received_on)[:4]), end))
        self.version += len(crossed ^ self.carried)
        self.carried = crossed

    def roll_up(self):
        """The nightly job of today: what is undecided at a year's end is carried over."""
        self.rolled = int(text(self.today)[:4])
        if self.first_decided_on is None:
            self.carry()
            if self.carried:
                self.state = "carried_over"

    # --- beside the workflow ---

    def Assign(self, on, p):
        self.handler = p["handler"]

    def Note(self, on, p):
        pass

    @staticmethod
    def unfit(changes):
        if not changes:
            return ["changes"]
        bad = [name for name in changes if name not in AMENDABLE]
        for name, value in changes.items():
            if name.endswith("_on") and value not in DAY or name == "category" and value not in CATEGORIES \
                    or name == "extent" and value not in ("full", "partial") or name == "reason" and value == "" \
                    or name == "handler" and value == "":
                bad.append(name)
        return bad

    def amend_errors(self, changes):
        errors = []
        extent = changes.get("extent", self.extent)
        if "decided_on" in changes and self.open:
            errors.append(field("decided_on"))
        if "extent" in changes and self.state != "disclosed":
            errors.append(field("extent"))
        if "reason" in changes:
            has = self.state == "refused" or self.state == "disclosed" and extent == "partial"
            taken_away = changes["reason"] is None and self.state == "disclosed"
            if not has or changes["reason"] not in REASONS and not taken_away:
                errors.append(field("reason"))
        if errors or not {"submitted_on", "received_on", "decided_on"} & set(changes):
            return errors
        submitted = DAY.get(changes.get("submitted_on"), self.submitted_on)
        received = DAY.get(changes.get("received_on"), self.received_on)
        decided = DAY.get(changes.get("decided_on"), self.decided_on)
        later = [on for action, on in self.moves[1:]]
        if "decided_on" in changes:
            later[-1] = decided
        ceiling = min([self.today] + later[:1])
        if submitted > received and "submitted_on" in changes:
            errors.append(out_of_order("submitted_on", submitted, None, received))
        if not submitted <= received <= ceiling and "received_on" in changes:
            errors.append(out_of_order("received_on", received, submitted, ceiling))
        if "decided_on" in changes:
            floor = max(received, self.moves[-2][1] if len(self.moves) > 2 else received)
            if not floor <= decided <= self.today:
                errors.append(out_of_order("decided_on", decided, floor, self.today))
        return errors

    def amend(self, changes):
        errors = self.amend_errors(changes)
        if errors:
            raise Refusal(*errors)
        for name in ("category", "handler", "extent", "reason"):
            if name in changes:
                setattr(self, name, changes[name])
        if self.extent == "full":
            self.reason = None
        if "submitted_on" in changes:
            self.submitted_on = DAY[changes["submitted_on"]]
        if "received_on" in changes:
            self.received_on = self.entries[0][1] = DAY[changes["received_on"]]
            self.moves[0] = ("Log", self.received_on)
        if "decided_on" in changes:
            first = self.first_decided_on == self.decided_on and sum(
                action in ("Disclose", "Refuse") for action, _ in self.moves) == 1
            self.decided_on = self.entries[-1][1] = DAY[changes["decided_on"]]
            self.moves[-1] = (self.moves[-1][0], self.decided_on)
            if first:
                self.first_decided_on = self.decided_on
        # What is open and was never carried over waits for the next nightly job.
        if self.first_decided_on is not None or self.carried:
            self.carry()
