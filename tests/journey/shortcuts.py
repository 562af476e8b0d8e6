# SPDX-License-Identifier: GPL-3.0-or-later
"""A keyboard and a mouse that somebody brought along: what a toolkit and a desktop make of their
keys and buttons opens nothing here, pastes nothing and closes nothing."""
import journey
import steps
from kiosk import Atspi

SHORTCUTS = ("Alt_L+F4", "Control_L+period", "Control_L+semicolon", "Menu", "Shift_L+F10", "F10",
             "Control_L+Shift_L+u", "Control_L+Shift_L+i", "Control_L+Shift_L+d", "Control_L+v",
             "Shift_L+Insert", "Control_L+a", "Control_L+x")


def typed(k):
    return Atspi.Text.get_text(k.entry(), 0, -1)


def types_on(k, text, what):
    """What is open in front of the entry, or instead of it, would take the letter."""
    k.press("x")
    k._wait(lambda: typed(k) == text + "x", f"{text + 'x'!r} in the entry after {what}")
    return text + "x"


def shortcuts(j):
    with j.kiosk() as k:
        k.wait_for("This tablet is new")
        k.keys("abc")
        k.press("Shift_L+Home", "End")  # what was selected last is what a middle button pastes
        text = "abc"
        for button in (3, 2):
            box = k.box(k.entry())
            k.pointer.touch(box.x + box.width // 2, box.y + box.height // 2, button)
            text = types_on(k, text, f"button {button}")
        for keys in SHORTCUTS:
            k.press(keys)
            text = types_on(k, text, keys)
        j.shown("other buttons than the first, and keys with Control or Alt, do nothing in an entry")
        k.press(*["BackSpace"] * len(text))
        j.opened(k)
        steps.check_in(k, next(j.ids()))
        k.press("Alt_L+F4", "Control_L+Shift_L+i", "Menu", "Control_L+w", "Control_L+q")
        k.press("t", "r", "2", "r", "a", "Return")  # a ticket, scanned once more
        k.touch("Start")
        k.wait_for("Motion 1")
        if k.sees("Say again"):
            raise AssertionError("a scan has turned the sound on")
        j.shown("a voter's screen stays as it is, and a scan on it makes no sound")


journey.run("shortcuts", shortcuts)
