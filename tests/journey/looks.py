# SPDX-License-Identifier: GPL-3.0-or-later
"""The voter's screens at every text size and contrast: whole, large enough, and clear to read."""
import re

import ear
import journey
import steps
from kiosk import Atspi
from pixels import Picture

SIZES = {"normal": "Normal", "large": "Large", "largest": "Largest", "small": "Small"}
CONTRASTS = {"normal": "Standard", "black-on-white": "Black on white",
             "white-on-black": "White on black", "low": "Soft"}
GROUPS = (Atspi.Role.FRAME, Atspi.Role.PANEL, Atspi.Role.FILLER)
LEAST = {"normal": 10, "black-on-white": 20, "white-on-black": 20, "low": 4.5}
CAPITALS = {"small": 3.5, "normal": 4.8, "large": 6.4, "largest": 8.5}  # mm of the words that matter


def first_page(k):
    """The comfort screen stays on the page of what was chosen last."""
    while k.there(steps.MORE) and not k.there(re.compile("^More .page 1 of")):
        k.touch(steps.MORE)


def pages(k, name):
    """Looks at every page of a screen; returns all that was there."""
    first_page(k)
    seen, n = set(), 1
    while True:
        k.look(f"{name}-{n}" if n > 1 else name)
        seen |= {k.text_of(node) for node in k.showing() if k.text_of(node)}
        more = k.find(re.compile("^More"))
        if more is None:
            return seen
        at, of = (int(d) for d in re.findall("[0-9]+", more.get_name()))
        if at != n:
            raise AssertionError(f"{name}: page {at} instead of {n}")
        k.touch(more.get_name())
        n = n % of + 1
        k.wait_for(f"More (page {n} of {of})")
        if n == 1:
            return seen


def change(k, choice):
    """On any voter's screen; on the comfort screen itself, and before an alert, another way."""
    if k.there("Go on"):
        steps.turn_to(k, choice)
        k.touch(choice)
        k.until(lambda: k.checked(choice), f"{choice!r} chosen")
        return
    alert = k.there("Are you still there?")
    if alert:
        k.touch("Yes, go on")
    steps.comfort(k, choice)
    if alert:
        k.jump(181)
        k.wait_for("Are you still there?")


def sizes(k, name, words):
    """All four sizes: everything can be reached, and the words are as large as they must be."""
    for size, choice in SIZES.items():
        change(k, choice)
        seen = pages(k, f"{name}-{size}")
        for text in words:
            if not any(text in s for s in seen):
                raise AssertionError(f"{name}, {size}: {text!r} cannot be reached: {seen}")
        check_capitals(k, name, size)
    change(k, SIZES["normal"])


def check_capitals(k, name, size):
    """A capital of Noto Sans is 0.714 of its size, which is told in whole points, rounded down."""
    found = {}
    for node in k.showing():
        if node.get_role() == Atspi.Role.LABEL and k.text_of(node):
            points = int(Atspi.Text.get_default_attributes(node)["size"])
            found[k.text_of(node)] = (points + 0.99) * 25.4 / 72 * 0.714
    if min(found.values()) < 3.5 or max(found.values()) < CAPITALS[size]:
        raise AssertionError(f"{name}, {size}: capitals of {found} mm")


def contrasts(k, name):
    for contrast, choice in CONTRASTS.items():
        change(k, choice)
        k.look(f"{name}-{contrast}")
        picture = Picture(*k.size)
        for node in k.showing():
            role, text, b = node.get_role(), k.text_of(node), k.box(node)
            if not text or b.width < 2 or role in GROUPS:
                continue
            enabled = node.get_state_set().contains(Atspi.StateType.SENSITIVE)
            least = LEAST[contrast] if enabled or contrast != "normal" else 4.5
            found = picture.contrast(b)
            if found < least - 0.05:
                raise AssertionError(f"{name}, {contrast}: {text!r} has {found:.1f}:1, not {least}:1")
    change(k, CONTRASTS["normal"])


def everywhere(k, name, *words):
    sizes(k, name, words)
    contrasts(k, name)


def looks(j):
    ids = list(j.ids())
    # A voice that is not there would say so, and this is about what is shown with one.
    program = [ear.PROGRAM, str(j.root / "spoken")]
    with j.kiosk(program=program, clock=j.root / "clock") as k:
        j.opened(k)
        k.keys("A")
        k.erase()
        k.wait_for("Check in")
        picture = Picture(*k.size)
        if picture.contrast(k.box(k.find("Look up"))) < 4.5:
            raise AssertionError("a button that cannot be touched yet cannot be read either")
        j.shown("disabled buttons have at least 4.5:1")
        steps.check_in(k, ids[0])
        everywhere(k, "welcome", "English", "繁體中文", "Nobody can see what you choose.")
        k.touch("Start")
        everywhere(k, "contest", "Alliance", "People Power", "Students", "Abstention",
                   "Choose up to", "Government")
        k.touch(steps.COMFORT)
        k.wait_for("Go on")
        everywhere(k, "comfort", "English", "繁體中文", *SIZES.values(), *CONTRASTS.values(), "Off", "On")
        steps.turn_to(k, "On")
        k.touch("On")
        everywhere(k, "comfort-with-sound", "Slower", "Faster", "Softer", "Louder", "Shown", "Hidden")
        steps.turn_to(k, "Off")
        k.touch("Off")
        k.touch("Go on")
        k.touch("Students Proposal")
        k.wait_for(re.compile("1 chosen"))
        k.touch("Next")
        k.wait_for("Motion 2")
        everywhere(k, "second-contest", "LegCo should veto", "LegCo should not veto", "Abstention",
                   "My stance is")
        k.touch("Next")
        k.wait_for("Is this what you want?")
        everywhere(k, "review", "Change: Motion 1", "Change: Motion 2", "Nothing has been cast yet.")
        k.touch("Continue")
        k.wait_for(steps.SHORT_CODE)
        everywhere(k, "code", "Photograph it", "will NOT count", "Check this machine", "Cast my ballot")
        k.touch("Check this machine")
        k.wait_for("This ballot does NOT count.")
        everywhere(k, "challenged", "QR code of the opened ballot", "Choose again", "have it checked")
        k.touch("Choose again")
        k.wait_for("Motion 1")
        k.jump(181)
        k.wait_for("Are you still there?")
        everywhere(k, "idle-alert", "Yes, go on", "your choices are cleared")
        k.touch("Yes, go on")
        k.touch("Next")
        k.wait_for("Motion 2")
        k.touch("Next")
        k.touch("Continue")
        steps.cast(k)
        everywhere(k, "done", "QR code of your receipt", "how you voted", "Finish")
        j.shown("every voter's screen at four sizes: whole on the panel, all of it reached with More")
        j.shown("every voter's screen in four contrasts: at least 10, 20, 20 and 4.5 to 1, measured")
        crossed(j, k)


def crossed(j, k):
    """Sizes and contrasts together, and both gone after the voter."""
    for size, words in SIZES.items():
        for contrast, colours in CONTRASTS.items():
            steps.comfort(k, words, colours)
            k.look(f"done-{size}-{contrast}")
    k.touch(steps.COMFORT)
    for choice in "White on black", "Large", "繁體中文":
        change(k, choice)
    k.touch(k.find(re.compile("^(Go on|繼續)$")).get_name())
    k.wait_for("完成")
    k.touch("完成")
    k.keys(steps.PIN)
    k.touch("繼續")
    k.wait_for("Check in")
    steps.check_in(k, list(j.ids())[1])
    k.look("next-voter")
    picture = Picture(*k.size)
    ground = picture.colours(k.box(k.find("Start")))
    if (8, 48, 107) not in {tuple(c) for c in ground}:
        raise AssertionError("the next voter finds the contrast of the one before")
    j.shown("sizes and contrasts go together; the next voter finds everything as it was at first")


journey.run("looks", looks)
