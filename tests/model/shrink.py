# SPDX-License-Identifier: Apache-2.0
"""A failing history made small, on fresh applications, and printed."""

import json

from . import compare
from .histories import Player


class Trial:
    """Plays whole histories against the daemon, one call after the other."""

    def __init__(self, link, calendar, today, serials):
        self.link, self.calendar, self.today, self.serials = link, calendar, today, serials

    def play(self, steps):
        """[(action, parameters, expected, reply, difference)], up to the first difference."""
        player = Player(self.calendar, self.today, str(next(self.serials)))
        played = []
        for step in steps:
            action, p, expected = player.play(step)
            if action == "Rollup":
                self.link.call("Report.Rollup")
                played.append((action, p, None, None))
                continue
            self.link.send("Applications." + action, p)
            reply = self.link.reply()
            difference = compare.answer(expected, reply.error, reply.parameters)
            played.append((action, p, expected, difference))
            if difference or not player.alive:
                break
        else:
            problems = compare.explained(player.application, self.link.call(
                "Applications.Explain", number=player.application.number))
            if problems:
                played.append(("Explain", {}, None, {"counts": ("add up", problems[:5])}))
        return played

    def kind(self, steps):
        """What goes wrong, so that shrinking does not wander to another fault."""
        action, _, _, difference = self.play(steps)[-1]
        return difference and compare.kind(action, difference)


def simpler(step):
    """The step with one thing less, or one thing plainer."""
    action, p = step
    for name in ("version", "earlier", "subject", "submitted_on"):
        if name in p and not (name == "subject" and action == "Log"):
            yield [action, {key: value for key, value in p.items() if key != name}]
    plain = {"category": "other", "channel": "in_person", "answer": "silent", "basis": "items", "quantity": 1,
             "working_days": 1, "whom": "third_party", "reason": "unable.not_held"}
    for name, value in plain.items():
        if name in p and p[name] != value:
            yield [action, {**p, name: value}]
    if len(p.get("changes", ())) > 1:
        for name in p["changes"]:
            yield [action, {**p, "changes": {key: value for key, value in p["changes"].items() if key != name}}]


def shrink(trial, steps):
    kind = trial.kind(steps)
    if not kind:
        return None
    steps = steps[:len(trial.play(steps))]
    smaller = True
    while smaller:
        smaller = False
        candidates = [steps[:i] + steps[i + 1:] for i in range(len(steps) - 1, 0, -1)]
        candidates += [steps[:i] + [step] + steps[i + 1:] for i, old in enumerate(steps) for step in simpler(old)]
        for candidate in candidates:
            if trial.kind(candidate) == kind:
                steps, smaller = candidate, True
                break
    return steps


def story(trial, steps):
    """The lines that tell it."""
    lines = []
    for action, p, expected, difference in trial.play(steps):
        told = {key: value for key, value in p.items() if key not in ("number", "applicant")}
        lines.append(f"{action} {json.dumps(told, ensure_ascii=False)}")
        for what, (right, found) in (difference or {}).items():
            lines.append(f"    {what}: expected {right}")
            lines.append(f"    {' ' * len(what)}  found    {found}")
        if not difference:
            if isinstance(expected, list):
                lines.append("    refused: " + compare.readable(expected))
            elif expected:
                keys = ("state", "waiting", "waiting_until", "due_on", "version")
                lines.append("    " + ", ".join(f"{key} {expected[key]}" for key in keys if expected[key] is not None))
    return lines
