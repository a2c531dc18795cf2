# SPDX-License-Identifier: Apache-2.0
"""What the daemon answered against what the model expects."""

import re

from . import clock
from .calendar import DAY, text

NAMED = re.compile(r"\b[A-Z]\w+(?= {)|'field': '(?:\w+\.)*\w+'")
ABOUT_OTHERS = ("earlier_applications:", "same_subject:")
COMPARED = ("state", "waiting", "waiting_until", "extent", "reason", "channel", "submitted_on", "received_on",
            "due_on", "due_provisional", "decided_on", "version", "handler")


def answer(expected, error, parameters):
    """None, or {what: (expected, found)}."""
    if isinstance(expected, list):
        if error is None:
            return {"answer": (readable(expected), "accepted")}
        if any(same_error(one, error, parameters) for one in expected):
            return None
        return {"error": (readable(expected), f"{error.rsplit('.', 1)[1]} {without_problem(parameters)}")}
    if error is not None:
        return {"answer": ("accepted", f"{error.rsplit('.', 1)[1]} {without_problem(parameters)}")}
    found = parameters["application"]
    differing = {name: (expected[name], found[name]) for name in COMPARED if found[name] != expected[name]}
    if found["applicant"]["category"] != expected["category"]:
        differing["category"] = (expected["category"], found["applicant"]["category"])
    warnings = [one for one in found["warnings"] if not one.startswith(ABOUT_OTHERS)]
    if warnings != expected["warnings"]:
        differing["warnings"] = (expected["warnings"], warnings)
    if expected["amount"] is not None and parameters.get("amount_yuan") != expected["amount"]:
        differing["amount_yuan"] = (expected["amount"], parameters.get("amount_yuan"))
    if expected["others"] is not None:
        named = tuple(numbers(found["warnings"], what) for what in ABOUT_OTHERS)
        if named != expected["others"]:
            differing["others"] = (expected["others"], named)
    return differing or None


def kind(action, difference):
    """What kind of difference it is: the action and the fields, and of an error both names."""
    parts = []
    for what, (right, found) in sorted(difference.items()):
        told = ""
        if what in ("answer", "error"):
            told = ": " + ", not ".join(" ".join(NAMED.findall(text)) or text for text in (right, found))
        parts.append(what + told)
    return action, tuple(parts)


def numbers(warnings, what):
    found = [one[len(what):].replace(",", " ").split() for one in warnings if one.startswith(what)]
    return set(sum(found, []))


def without_problem(parameters):
    return {name: value for name, value in parameters.items() if name != "problem"}


def readable(errors):
    return " or ".join(f"{name} {plain(parameters)}" for name, parameters in errors)


def plain(parameters):
    return {name: sorted(value) if isinstance(value, set) else value for name, value in parameters.items()}


def same_error(expected, error, found):
    name, parameters = expected
    if error != "org.ogid.Applications." + name:
        return False
    for key, value in parameters.items():
        if key == "allowed":
            # Whether a refusal for another reason is possible is not what it was asked.
            surplus = {"Refuse"} if parameters["action"] == "Refuse" else set()
            if set(found["allowed"]) - surplus != value - surplus or len(set(found["allowed"])) != len(
                    found["allowed"]):
                return False
        elif key == "field":
            if found.get(key, "").split(".")[-1] != value:
                return False
        elif key == "not_after" and value is None:
            continue                # an open end may be said as today
        elif found.get(key) != value:
            return False
    return True


# --- Explain ---

def explained(application, reply):
    """The complaints about what Explain says of an application."""
    due, provisional = application.due()
    if reply["due_on"] != text(due):
        return [f"due_on: expected {text(due)}, found {reply['due_on']}"]
    if due is None:
        return []
    if reply["provisional"] != bool(provisional):
        return [f"provisional: expected {provisional}, found {reply['provisional']}"]
    counts, limit = reply["counts"], clock.Limit(application.entries)
    if not counts or (counts[-1]["effect"], counts[-1]["on"]) != ("due", text(due)):
        return [f"the last step is not that it is due on {text(due)}: {counts[-1:]}"]
    if limit.told is not None:
        return []
    begin = max(i for i, step in enumerate(counts) if step["effect"] in ("start", "restart"))
    return last_limit(application.calendar, limit, due, counts[begin:])


def last_limit(calendar, limit, due, counts):
    problems = []
    if DAY[counts[0]["on"]] != limit.begin:
        problems.append(f"the last limit: expected to begin on {text(limit.begin)}, found {counts[0]['on']}")
    days = [step for step in counts if step["effect"] not in ("start", "restart", "extended", "due", "stopped")]
    if [DAY[step["on"]] for step in days] != list(range(limit.begin + 1, due + 1)):
        problems.append(f"not one step a day from {text(limit.begin + 1)} to {text(due)}")
    counted = sum(step["effect"] in ("counted", "make_up_workday") for step in days)
    if counted != limit.days:
        problems.append(f"counted: expected {limit.days} days, found {counted}")
    for step in days:
        effect = effect_of(calendar, limit, DAY[step["on"]])
        if step["effect"] not in effect:
            problems.append(f"{step['on']}: expected {' or '.join(effect)}, found {step['effect']}")
    if counts[-1]["left"] != 0:
        problems.append(f"left at the end: {counts[-1]['left']}")
    return problems


def effect_of(calendar, limit, day):
    if not calendar.works(day):
        return ("holiday", "weekend") if calendar.weekend(day) and day in calendar.off else (
            "holiday",) if day in calendar.off else ("weekend",)
    if any(sent < day <= ended for sent, ended in limit.pauses):
        return ("paused",)
    return ("make_up_workday",) if day in calendar.make_up else ("counted",)
