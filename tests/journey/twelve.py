# SPDX-License-Identifier: GPL-3.0-or-later
"""A ballot of twelve contests with forty long names each, by touch at the largest text size: every
page, one too many, a change from the review."""
import os
import re

import journey
import steps
from kiosk import Atspi

CONTESTS, OPTIONS = 12, 40
LONG = ("Candidate {0:02d}, put forward together by the Association of Made-up Names of the Northern "
        "Districts  北區虛構名稱協會及其友好團體共同提名的第{0:02d}號候選人")
SHORT = "Candidate {0:02d}  第{0:02d}號候選人"
QUESTION = ("The council of the made-up districts decides about parks, libraries, sports grounds and the "
            "lighting of streets, and gives its opinion on all plans for building in its area. Its seats "
            "are filled every four years by those who live there. Who of the persons below, each of whom "
            "has been put forward by at least fifty inhabitants and has accepted, shall sit on it?")
NAMES = [(LONG if n % 3 == 0 else SHORT).format(n) for n in range(1, OPTIONS + 1)]


def title(n):
    return f"Council of the Eastern and Southern Made-up Districts, group {n}, seats for four years"


def contest(n):
    options = [{"id": f"c{i:02d}", "text": {"en": name, "zh_HK": name}} for i, name in enumerate(NAMES, 1)]
    return {"id": f"seat-{n}", "title": {"en": title(n), "zh_HK": f"第{n}組別議席"}, "min": 0,
            "max": 5 if n == 1 else 1, "question": {"en": QUESTION, "zh_HK": "你選擇哪一位？"},
            "options": options}


def change(draft):
    draft["contests"] = [contest(n) for n in range(1, CONTESTS + 1)]
    draft["styles"][0]["contests"] = [c["id"] for c in draft["contests"]]
    draft["policies"]["capacity"] = {"ballots": 20, "checkins": 20}


def place(k, n):
    k.wait_for(f"Contest {n} of {CONTESTS}")


def turn(k):
    """The next page; after the last one, the first."""
    at, of = (int(d) for d in re.findall("[0-9]+", k.wait_for(steps.MORE).get_name()))
    k.touch(steps.MORE)
    k.wait_for(f"More (page {at % of + 1} of {of})")
    return at % of + 1


def reach(k, name):
    """The page on which that button is."""
    for _ in range(60):
        if k.there(name, (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON)):
            return
        turn(k)
    raise AssertionError(f"{name!r} is on no page")


def all_pages(k):
    """Each option, on one page only, wholly; from the first page on and back to it."""
    seen, page = [], 1
    while True:
        k.look(f"contest-page-{page}")
        seen += [k.text_of(n) for n in k.showing() if n.get_role() == Atspi.Role.TOGGLE_BUTTON]
        page = turn(k)
        if page == 1:
            return seen


def first_contest(j, k):
    place(k, 1)
    k.wait_for("None chosen.")
    j.same(all_pages(k), NAMES, "the options on all pages")
    j.shown("forty long options, each wholly on one page")
    for n, i in enumerate((0, 2, 8, 20), 1):
        reach(k, NAMES[i])
        k.touch(NAMES[i])
        k.wait_for(f"{n} chosen.")
    reach(k, NAMES[38])
    k.touch(NAMES[38])
    k.wait_for("5 chosen.")
    reach(k, NAMES[39])
    k.touch(NAMES[39])
    k.wait_for(re.compile("one too many"))
    k.look("one-too-many")
    k.touch(steps.UNDERSTOOD)
    k.wait_for(steps.MORE)
    j.same(k.checked(NAMES[39]), False, "the mark of the one too many")
    reach(k, NAMES[38])
    k.touch(NAMES[38])
    k.wait_for("4 chosen.")
    k.touch("Previous page")
    k.touch("Next")
    j.shown("one too many changes nothing; one is taken back on its page")


def other_contests(k):
    """One each; the last is left blank: Next leads past it only after its first options."""
    for n in range(2, CONTESTS + 1):
        place(k, n)
        if n < CONTESTS:
            reach(k, NAMES[n])
            k.touch(NAMES[n])
            k.wait_for("1 chosen.")
            k.touch("Next")
    left_blank(k)


def left_blank(k):
    first = False
    for _ in range(40):
        first = first or k.sees(NAMES[0])
        page = k.find(steps.MORE)
        before = k.text_of(page)
        k.touch("Next")
        k.wait_until(lambda: k.sees("Is this what you want?") or
                     k.find(steps.MORE) and k.text_of(k.find(steps.MORE)) != before, "another page")
        if k.sees("Is this what you want?"):
            break
    if not first:
        raise AssertionError("the contest was left before its first option was on the screen")


def review(j, k):
    k.look("review")
    last = f"Change: {title(CONTESTS)}"
    reach(k, last)
    j.same(k.described(last), "Left blank", "the last contest in the review")
    k.look("review-last-page")
    k.touch(last)
    place(k, CONTESTS)
    reach(k, NAMES[0])
    k.touch(NAMES[0])
    k.wait_for("1 chosen.")
    k.touch("To the review")
    k.wait_for("Is this what you want?")
    reach(k, last)
    j.same(k.described(last), f"✔ {NAMES[0]}", "the last contest in the review, changed")
    reach(k, f"Change: {title(1)}")
    j.same(k.described(f"Change: {title(1)}"),
           "\n".join(f"✔ {NAMES[i]}" for i in (0, 2, 8, 20)) + "\n(4 of up to 5 chosen)",
           "the first contest in the review")
    j.shown("the review has all twelve, and leads to the last contest and back")


def twelve(j):
    with j.kiosk() as k:
        j.opened(k)
        steps.check_in(k, next(j.ids()))
        steps.comfort(k, "Largest")
        k.touch("Start")
        first_contest(j, k)
        other_contests(k)
        review(j, k)
        k.touch("Continue")
        shown = k.text_of(k.wait_for(steps.SHORT_CODE))
        k.look("code")
        k.touch("Cast my ballot")
        k.wait_for(re.compile("Your ballot is recorded"))
        j.same(k.text_of(k.wait_for(steps.SHORT_CODE)), shown, "the receipt's code")
        k.look("done")
        steps.back_to_officer(k)
        k.wait_for("Check in")
        j.shown(f"cast at the largest size on {os.environ['TABELLA_SCREEN']}")


journey.run("twelve-" + os.environ["TABELLA_SCREEN"], twelve, change)
