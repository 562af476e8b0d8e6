# SPDX-License-Identifier: GPL-3.0-or-later
"""A voter with four keys (Tab, arrow, Enter, Space), and an officer with a reader that types the ID."""
import re

import journey
import steps
from kiosk import Atspi, JourneyError


def focused(k):
    for node in k.showing():
        if node.get_state_set().contains(Atspi.StateType.FOCUSED):
            return node.get_name()
    return None


def go_to(k, name, key):
    """Presses a key until the control of that name has the focus."""
    met = []
    for _ in range(30):
        now = focused(k)
        if now is not None and re.search(name, now):
            return
        met.append(now)
        k.press(key)
        try:
            k._wait(lambda: focused(k) not in (None, now), "another focus", seconds=1)
        except JourneyError:
            pass  # the key does nothing here: the next press or the count of them decides
    raise JourneyError(f"{name!r} cannot be reached with {key}: {met}")


def press_on(k, name, key="Tab", enter="Return"):
    k.button(re.compile(name))
    go_to(k, name, key)
    k.press(enter)


def keyboard(j):
    ids = list(j.ids())
    with j.kiosk() as k:
        j.opened(k)
        k.wait_for("Check in")
        k.press(*re.sub("[^0-9A-Z]", "", ids[0]).lower(), "Return")
        k.button("Same name: check in")
        j.shown("a reader that types the number and Enter looks it up, small letters too")
        press_on(k, "Same name")
        press_on(k, "The voter has the tablet")
        k.wait_for("Start")
        press_on(k, "^Start$")
        k.wait_for("Motion 1")
        press_on(k, "People Power", enter="space")
        k.wait_for(re.compile("1 chosen"))
        k.look("chosen-by-key")
        j.same(focused(k), "People Power Proposal", "the focus after choosing")
        press_on(k, "Students", "Down")
        k.wait_for(re.compile("one too many"))
        press_on(k, steps.UNDERSTOOD)
        k.wait_for("Motion 1")
        j.same(focused(k), "Students Proposal", "the focus after one too many")
        press_on(k, "People Power", "Up")
        k.wait_for(re.compile("None chosen"))
        press_on(k, "Students", "Down")
        k.wait_for(re.compile("1 chosen"))
        press_on(k, "^Next$")
        k.wait_for("Motion 2")
        press_on(k, "^Next$", "Shift_L+Tab")
        k.wait_for("Is this what you want?")
        press_on(k, "Change: Motion 2")
        k.wait_for("Motion 2")
        press_on(k, "LegCo should not veto")
        k.wait_for(re.compile("1 chosen"))
        press_on(k, "To the review")
        press_on(k, "^Continue$")
        shown = k.text_of(k.wait_for(steps.SHORT_CODE))
        press_on(k, "Check this machine")
        k.wait_for("This ballot does NOT count.")
        press_on(k, "Choose again")
        k.wait_for("Motion 1")
        for choice in "Abstention", "LegCo should veto":
            press_on(k, f"^{choice}$")
            k.wait_for(re.compile("1 chosen"))
            press_on(k, "^Next$")
        press_on(k, "^Continue$")
        shown = k.text_of(k.wait_for(steps.SHORT_CODE))
        press_on(k, "Cast my ballot")
        k.wait_for(re.compile("Your ballot is recorded"))
        j.same(k.text_of(k.wait_for(steps.SHORT_CODE)), shown, "the receipt's code")
        j.shown("a voter chooses, corrects, checks and casts with Tab, arrows, Space and Enter alone")
        press_on(k, "^Finish$")
        k.wait_for("Please give the tablet to the officer")
        k.press(*steps.PIN, "Return")
        k.wait_for("Check in")
        steps.close(k)
        k.wait_for("Ballots in the box: 1")
        j.shown("one ballot is in the box")


journey.run("keyboard", keyboard)
