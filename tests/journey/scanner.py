# SPDX-License-Identifier: GPL-3.0-or-later
"""A USB reader types what it scans: into the entry wherever the focus is, and nowhere without one.
The keys on the screen: capitals, hyphen, space, erase and erase all."""
import journey
import steps
from kiosk import Atspi, JourneyError

NAMES = {"(": "Shift_L+9", ")": "Shift_L+0", "-": "minus", " ": "space"}


def scan(k, text):
    k.press(*(NAMES.get(c, f"Shift_L+{c.lower()}" if c.isupper() else c) for c in text), "Return")


def typed(k):
    return Atspi.Text.get_text(k.entry(), 0, -1)


def keys(j, k):
    """On the first screen, where a name is typed."""
    k.wait_for("This tablet is new")
    k.keys("hall-2 x")
    k.touch("Capital letters")
    k.wait_for("Q", (Atspi.Role.PUSH_BUTTON,))
    k.look("capitals")
    k.keys("AB")
    k.touch("Capital letters")
    k.wait_for("q", (Atspi.Role.PUSH_BUTTON,))
    k.keys("c\b")
    j.same(typed(k), "hall-2 xAB", "what the keys typed")
    k.touch("Erase all")
    k._wait(lambda: typed(k) == "", "an empty entry")
    j.shown("the keys type small and capital letters, digits, hyphen and space, and take them back")


def focus_elsewhere(j, k, name):
    """The focus leaves the entry for a button."""
    entry = k.entry()
    k.press("Tab")
    k._wait(lambda: not k.is_(entry, Atspi.StateType.FOCUSED), f"the focus elsewhere at {name}")


def scanned(j, k):
    """At check-in: with the focus on a button, in small letters, with the brackets as printed."""
    ids = j.ids()
    for number in (next(ids), next(ids).lower()):
        focus_elsewhere(j, k, "check-in")
        scan(k, number)
        k.wait_for("Same name: check in")
        k.touch("Back")
        k.wait_for("Look up")
    j.shown("a scan ending in Enter looks the number up, wherever the focus was")


def harmless(j, k):
    """On a screen without an entry, with the focus on a button that would do something."""
    steps.look_up(k, next(j.ids()))
    step = k.button("Same name: check in")
    Atspi.Component.grab_focus(step)
    k._wait(lambda: k.is_(step, Atspi.StateType.FOCUSED), "the focus on the step")
    scan(k, "TV1.ABCDEFGH 123")
    k.touch("Back")  # it is still the same screen
    k.wait_for("Look up")
    j.same(typed(k), "", "what is left of the scan")
    k.touch("Pause")
    k.wait_for("The poll is paused")
    scan(k, next(j.ids()))
    k.wait_for("The poll is paused")
    k.press("Tab", "Tab")
    k.touch("Resume")
    k.wait_for("Check in")
    j.shown("a scan on a screen without an entry does nothing")


def press_enter(k, words):
    """Again while the screen is so new that it takes nothing yet."""
    for _ in range(5):
        k.press("Return")
        try:
            return k.wait_for(words, seconds=2)
        except JourneyError:
            pass
    raise JourneyError(f"Enter does not lead to {words!r}")


def travel(j):
    with j.kiosk() as k:
        keys(j, k)
        j.opened(k)
        scanned(j, k)
        harmless(j, k)
        number = next(j.ids())
        steps.look_up(k, number)
        step = k.button("Same name: check in")
        Atspi.Component.grab_focus(step)
        k._wait(lambda: k.is_(step, Atspi.StateType.FOCUSED), "the focus on the step")
        press_enter(k, "Hand the tablet to the voter")
        j.shown("Enter alone still presses the button that has the focus")


journey.run("scanner", travel)
