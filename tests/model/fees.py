# SPDX-License-Identifier: Apache-2.0
"""国办函〔2020〕109号: what a notice charges, by item or by page."""

FROM = "2021-01-01"


def items(count):
    """1 to 10 free; 11 to 30 at 100; from 31 each ten cost 100 more: 200, 300, ..."""
    total = 0
    for number in range(11, count + 1):
        total += 100 if number <= 30 else 200 + 100 * ((number - 31) // 10)
    return total


def pages(count):
    """1 to 30 free, 31 to 100 at 10, 101 to 200 at 20, then 40."""
    return 10 * max(0, min(count, 100) - 30) + 20 * max(0, min(count, 200) - 100) + 40 * max(0, count - 200)


class Month:
    """The applications of one applicant, to cumulate the items of a calendar month by."""

    def __init__(self):
        self.members = []

    def amount(self, application, basis, quantity):
        if basis == "pages":
            return pages(quantity)
        month = application.received_on_text[:7]
        before = sum(other.fee_items or 1 for other in self.members
                     if other is not application and other.number is not None
                     and other.received_on_text[:7] == month and other.order < application.order)
        return items(before + quantity) - items(before)
