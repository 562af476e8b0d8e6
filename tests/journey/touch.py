# SPDX-License-Identifier: GPL-3.0-or-later
"""A ballot by finger: touch events of the X server's test device, no pointer at all."""
import re

import journey
import steps
from finger import Finger
from kiosk import Atspi


def bubbles(j, k):
    """A word touched twice is selected by the toolkit, and the third touch opens its bubble."""
    k.wait_for("This tablet is new")
    k.keys("abc")
    before = len(list(k.showing()))
    entry = k.box(k.entry())
    for _ in range(4):
        k.pointer.touch(entry.x + 50, entry.y + entry.height // 2)
    k.keys("d")
    k._wait(lambda: Atspi.Text.get_text(k.entry(), 0, -1) == "abcd", "what was typed last at the end")
    j.same(len(list(k.showing())), before, "the number of things on the screen")
    j.same(Atspi.Text.get_n_selections(k.entry()), 0, "what is selected in the entry")
    k.erase()
    j.shown("an entry that is touched again and again opens no bubble over the keys")


def touch(j):
    with j.kiosk() as k:
        if not isinstance(k.pointer, Finger):
            raise AssertionError("this journey needs a screen with a finger: tests/journey/run --finger")
        bubbles(j, k)
        j.opened(k)
        j.shown("the officers' screens work by finger")
        steps.check_in(k, next(j.ids()))
        k.touch("Start")
        k.wait_for("Motion 1")
        mine, other = (k.box(k.button(name)) for name in ("Students Proposal", "Abstention"))
        k.pointer.drag(mine.x + 40, mine.y + 20, other.x + 40, other.y + 20)
        k.pointer.drag(other.x + 40, other.y + 20, other.x + 40, other.y + other.height + 30)
        k.touch("Students Proposal")
        k.wait_for(re.compile("1 chosen"))
        j.same((k.checked("Students Proposal"), k.checked("Abstention")), (True, False), "the marks")
        j.shown("a finger that slips off a choice, or onto another, chooses nothing")
        k.touch("Next")
        k.wait_for("Motion 2")
        k.touch("LegCo should veto")
        k.wait_for(re.compile("1 chosen"))
        k.touch("Next")
        k.wait_for("Is this what you want?")
        shown = steps.confirm(k)
        j.same(steps.cast(k), shown, "the receipt's code")
        steps.back_to_officer(k)
        k.wait_for("Check in")
        steps.close(k)
        k.wait_for("Ballots in the box: 1")
        j.shown("a ballot is chosen and cast by finger alone")


journey.run("touch", touch)
