# SPDX-License-Identifier: Apache-2.0
"""What a clerk does, in short calls."""

from .link import Refused


def person(name="张三", category="natural_person", **more):
    return {"category": category, "name": name, **more}


def log(link, name="张三", category="natural_person", **parameters):
    """Logs an application handed over at the counter, and returns it."""
    applicant = parameters.pop("applicant", None) or person(name, category)
    parameters.setdefault("channel", "in_person")
    parameters.setdefault("subject", "2025年度部门预算")
    return link.call("Applications.Log", applicant=applicant, **parameters)["application"]


def act(link, action, number, **parameters):
    """Does one action and returns the application."""
    return link.call("Applications." + action, number=number, **parameters)["application"]


def refused(function, *arguments, **parameters):
    """The error that a call is refused with; None when it is not refused."""
    try:
        function(*arguments, **parameters)
    except Refused as e:
        return e
    return None
