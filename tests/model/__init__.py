# SPDX-License-Identifier: Apache-2.0
"""A second implementation of the clock and the workflow, written from docs/clock.md and the interface
alone, to be held against the daemon's.

calendar.py  working days, from tests/data/holidays.json
clock.py     the day by which an answer is due, from the entries
fees.py      what a fee notice charges
workflow.py  one application: what each action does to it, or why it is refused
histories.py random histories, their dates at the edges
compare.py   what the daemon answered against what the model expects; Explain re-added
shrink.py    a failing history made small
test_model.py  the run
"""
