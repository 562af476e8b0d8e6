# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole vote by two keys and by ear, on a screen that shows nothing."""
import re

import ear
import journey
import steps
from pixels import Picture

WORDS = dict(zip("ABCDEFGHJKMNPQRSTVWXYZ",
                 "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa "
                 "Quebec Romeo Sierra Tango Victor Whiskey X-ray Yankee Zulu".split()))


def spelt(code):
    """A code as it must be said."""
    groups = ["; ".join(f"{c}, {WORDS[c]}" if c in WORDS else c for c in group)
              for group in code.split("-")]
    return ". ".join(groups)


def is_black(k):
    return not any(Picture(*k.size).bytes)


def needs(said, *parts):
    """All of it was said, in that order."""
    at = 0
    for part in parts:
        found = said.find(part, at)
        if found < 0:
            raise AssertionError(f"{part!r} was not said, or not in its place: {said!r}")
        at = found + len(part)


def by_sight(k, name):
    """The same two keys before there is sound; pages are turned where that is needed."""
    for _ in range(40):
        now = k.focused()
        if now == name:
            return
        k.press("Return" if steps.MORE.search(now) else "Tab")
        k.until(lambda now=now: k.focused() != now, "another focus")
    raise AssertionError(f"{name!r} is not reached")


def settings(j, k, h):
    """From silence to sound and no picture."""
    k.wait_for("Start")
    j.same(h.ear.lines(), [], "what is said before anybody wants it")
    by_sight(k, steps.COMFORT)
    k.press("Return")
    k.wait_for("Go on")
    by_sight(k, "On")
    h.ear.forget()
    k.press("Return")
    needs(h.ear.hears("Chosen"), "Sound is on.", "What suits you.", "Sound: every screen is read",
          "On.", "2 of 2.", "Chosen.")
    j.shown("sound is off at first; turned on, it says so, which keys there are, and the screen")
    said = h.go_to("Faster")
    needs(said, "Speech rate: 3 of 5.", "Faster.", "Button.")
    needs(h.press("4 of 5"), "Speech rate: 4 of 5.", "Faster.")
    needs(h.go_to("Louder"), "Volume: 3 of 5.", "Louder.")
    h.press("Volume: 4 of 5")
    if "rate 35" not in h.ear.lines() or "volume 65" not in h.ear.lines():
        raise AssertionError("rate and volume do not reach the speaker")
    h.choose("Hidden", "Hidden.*Chosen")
    k.until(lambda: is_black(k), "a black screen")
    h.choose("Go on", "Start|Welcome")
    j.shown("rate and volume are set by ear; with the picture hidden nothing is seen at all")


def contests(j, k, h):
    h.choose("^Start. Button", "Motion 1")
    needs(h.ear.hears("Alliance.*Not chosen"), "Contest 1 of 2", "None chosen.", "Motion 1", "Choose up to 1 of 4",
          "Alliance for True Democracy Proposal.", "1 of 4.", "Not chosen.")
    said, then = h.choose("Students", "Chosen")
    needs(said, "Students Proposal.", "3 of 4.", "Not chosen.")
    needs(then, "Chosen.", "1 chosen of up to 1")
    needs(h.choose("Abstention", "one too many")[1], "That is one too many.")
    h.ear.hears("Back to the options. Button")
    needs(h.press("Abstention"), "Abstention.", "4 of 4.", "Not chosen.")
    h.ear.forget()
    k.press("F1")
    needs(h.ear.hears("Abstention"), "Contest 1 of 2", "1 chosen.", "Motion 1")
    j.shown("options are read with their place and state, a refusal at once, the screen on request")
    if not is_black(k):
        raise AssertionError("a picture is seen")
    h.choose("^Next. Button", "Motion 2")
    needs(h.ear.hears("LegCo should veto.*Not chosen"), "Contest 2 of 2", "Motion 2", "1 of 3")
    h.press("1 chosen of up to 1")
    h.choose("^Next. Button", "Is this what you want")
    needs(h.ear.hears("Students Proposal"), "Is this what you want?", "Change: Motion 1",
          "Students Proposal.")
    needs(h.go_to("Motion 2"), "Change: Motion 2", "LegCo should veto.")
    j.shown("the review is read contest by contest, each with what was chosen")


def check(j, k, h):
    """The machine is checked once; the voter hears that this ballot does not count."""
    h.choose("^Continue. Button", "code")
    code = k.text_of(k.wait_for(steps.SHORT_CODE))
    needs(h.ear.hears("QR code of your ballot"), "This is your ballot's code", spelt(code))
    h.choose("^Check this machine. Button", "does NOT count")
    needs(h.ear.hears("QR code of the opened ballot.*Button"), "This ballot does NOT count.")
    h.choose("^Choose again. Button", "Motion 1")
    h.choose("Abstention", "1 chosen of up to 1")
    h.choose("^Next. Button", "Motion 2")
    h.choose("^Next. Button", "Is this what you want")
    needs(h.go_to("Motion 2"), "Change: Motion 2", "Left blank.")
    j.shown("the code is spelt; checking the machine says plainly that the ballot does not count")


def alert(k, h):
    """An idle alert is heard and seen; answered, the picture is hidden again."""
    h.ear.forget()
    k.jump(181)
    needs(h.ear.hears("Yes, go on"), "Are you still there?", "Yes, go on.", "Button.")
    if is_black(k):
        raise AssertionError("an alert is not seen")
    h.press("Is this what you want")
    k.until(lambda: is_black(k), "a black screen")


def cast(j, k, h):
    h.choose("^Continue. Button", "code")
    code = k.text_of(k.wait_for(steps.SHORT_CODE))
    h.choose("^Cast my ballot. Button", "Your ballot is recorded")
    needs(h.ear.hears("QR code of your receipt"), "Your ballot is recorded", spelt(code))
    h.choose("^Finish. Button", "Please give the tablet to the officer")
    j.shown("the ballot is cast by ear: recorded, the receipt's code spelt")


def officer(j, k, h):
    """Who comes is not spoken to, and their PIN is not spoken."""
    k.wait_for("Please give the tablet to the officer")
    if is_black(k):
        raise AssertionError("the officer sees nothing")
    h.ear.forget()
    k.press(*steps.PIN, "Return")
    k.wait_for("Check in")
    j.same(h.ear.since(), [], "what is said to an officer")
    j.same("stop" in h.ear.lines()[h.ear.at:], True, "speech stops when an officer types")
    j.shown("the picture is back for the officer; nothing of the PIN and the desk is said")


def next_voter(j, k, h, number):
    k.press(*re.sub("[^0-9A-Z]", "", number).lower(), "Return")
    k.touch("Same name: check in")
    k.touch("The voter has the tablet")
    k.wait_for("Start")
    j.same(h.ear.since(), [], "what is said to the next voter")
    h.ear.forget()
    k.press("r")
    needs(h.ear.hears("Welcome"), "Sound is on.")
    j.same([line for line in h.ear.lines()[h.ear.at:] if line.startswith(("rate", "volume"))],
           ["rate 0", "volume 30"], "the next voter's settings")
    k.touch(steps.COMFORT)
    for bring_back in lambda: k.press("Escape"), lambda: k.pointer.touch(600, 400):
        steps.turn_to(k, "Hidden")
        k.touch("Hidden")
        k.until(lambda: is_black(k), "a black screen")
        bring_back()
        k.until(lambda: not is_black(k), "a picture")
        j.same(k.checked("Shown"), True, "the setting")
    k.touch("Go on")
    j.shown("the next voter finds silence, asks for sound by one key, and has the picture back by "
            "one key or a touch")


def by_ear(j):
    ids = list(j.ids())
    listener = ear.Ear(j.root / "spoken")
    with j.kiosk(program=[ear.PROGRAM, str(listener.path)], clock=j.root / "clock") as k:
        h = ear.Hand(k, listener)
        j.opened(k)
        steps.check_in(k, ids[0])
        settings(j, k, h)
        contests(j, k, h)
        check(j, k, h)
        alert(k, h)
        cast(j, k, h)
        officer(j, k, h)
        next_voter(j, k, h, ids[1])


journey.run("by-ear", by_ear)
