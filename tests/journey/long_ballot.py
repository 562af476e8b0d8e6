# SPDX-License-Identifier: GPL-3.0-or-later
"""A long list of which one to three must be chosen, two kinds of ballot, and a directory of stations."""
import re

import journey
import steps
from kiosk import Atspi

NAMES = [f"Candidate {n:02d} of a list that does not fit on one page" for n in range(1, 15)]


def change(draft):
    """The example with a council of fourteen candidates and a short ballot beside it."""
    council = {"id": "council", "title": {"en": "Council", "zh_HK": "議會"}, "min": 1, "max": 3,
               "question": {"en": "Who shall sit on the council?", "zh_HK": "誰應進入議會？"},
               "options": [{"id": f"c{i:02d}", "text": {"en": name, "zh_HK": f"候選人{i:02d}"}}
                           for i, name in enumerate(NAMES, 1)]}
    draft["contests"] = [council, draft["contests"][1]]
    draft["styles"] = [
        {"id": "whole", "title": {"en": "Whole ballot"}, "contests": ["council", "motion-2"]},
        {"id": "short", "title": {"en": "Motion only"}, "contests": ["motion-2"]},
        {"id": "far", "title": {"en": "Sha Tin only"}, "contests": ["motion-2"]},
    ]
    for style in draft["styles"]:
        style["title"]["zh_HK"] = style["id"]
    for station in draft["stations"]:
        station["styles"] = ["far"] if station["id"] == "sha-tin" else ["whole", "short"]
    draft["policies"].update(directory=True, voting="anywhere", duplicates="lot")


def more(k, page):
    """Turns the page."""
    node = k.wait_for(re.compile(f"^More .page {page} of"))
    k.touch(node.get_name())


def long_ballot(j):
    with j.kiosk() as k:
        j.opened(k)
        ids = list(j.ids())
        steps.look_up(k, next(j.ids("sha-tin")))
        k.wait_for("On the roll of another station")
        k.wait_for("Sha Tin")
        k.look("other-station")
        k.touch("Next voter")
        j.shown("someone of another station is told which")
        steps.check_in(k, next(n for n in ids if whole(j, n)))
        k.touch("Start")
        k.wait_for("Council")
        k.wait_for(re.compile("Choose 1 to 3 of 14"))
        k.look("first-page")
        seen = reach_all(k)
        j.same(sorted(seen), NAMES, "all candidates")
        j.shown("every candidate of a long list is reached with More, each wholly on its page")
        k.touch("Next")
        k.wait_for("Motion 2")
        k.touch("Next")
        k.wait_for("Is this what you want?")
        j.same(k.is_(k.find("Continue"), Atspi.StateType.SENSITIVE), False, "Continue")
        j.same(k.described("Change: Council"), "Please choose at least 1", "the review")
        k.look("review-incomplete")
        j.shown("a contest that must not be blank holds the review back")
        k.touch("Change: Council")
        k.touch(NAMES[0])
        k.touch(NAMES[1])
        k.wait_for(re.compile("2 chosen"))
        more(k, 1)
        more(k, 2)
        k.touch(NAMES[-1])
        k.wait_for(re.compile("3 chosen"))
        k.touch(NAMES[-2])
        k.wait_for(re.compile("one too many"))
        k.look("one-too-many-on-the-last-page")
        k.touch(steps.UNDERSTOOD)
        k.touch(NAMES[-1])
        k.wait_for(re.compile("2 chosen"))
        k.touch("To the review")
        k.wait_for("Is this what you want?")
        j.same(k.described("Change: Council"),
               f"✔ {NAMES[0]}\n✔ {NAMES[1]}\n(2 of up to 3 chosen)", "the review")
        k.look("review-partial")
        steps.confirm(k)
        steps.cast(k)
        steps.back_to_officer(k)
        k.wait_for("Check in")
        j.shown("choices on several pages; too many is refused on the page where it happens")
        walk_in(j, k)
        steps.close(k)
        k.wait_for("Ballots in the box: 2")
    if "final, 2 ballots" not in j.election.run("import", j.stick).out:
        raise AssertionError("not two ballots")
    j.shown("both kinds of ballot are in the batch")


def whole(j, number):
    """Whether the roll gives that voter the whole ballot."""
    draft = j.election.draft()
    return any(v["id"] == number and v["style"] == "whole" for v in journey.voters(200, draft))


def reach_all(k):
    seen, page = set(), 1
    while True:
        k.look(f"page-{page}")
        seen |= {k.text_of(n) for n in k.showing() if n.get_role() == Atspi.Role.TOGGLE_BUTTON}
        of = int(k.find(re.compile("^More")).get_name().rstrip(")").split()[-1])
        more(k, page)
        if page == of:
            return seen
        page += 1


def walk_in(j, k):
    """The officer says which ballot someone gets who is on no roll."""
    steps.look_up(k, journey.hkid(900))
    k.wait_for("Whole ballot")
    k.look("which-ballot")
    k.touch("Motion only")
    k.touch("Check in as a walk-in")
    k.touch("The voter has the tablet")
    k.touch("Start")
    k.wait_for("Motion 2")
    k.touch("LegCo should veto")
    k.wait_for(re.compile("1 chosen"))
    k.touch("Next")
    k.wait_for("Is this what you want?")
    steps.confirm(k)
    steps.cast(k)
    steps.back_to_officer(k)
    k.wait_for("Check in")
    j.shown("a walk-in gets the ballot that the officer chose")


journey.run("long-ballot", long_ballot, change)
