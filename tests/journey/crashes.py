# SPDX-License-Identifier: GPL-3.0-or-later
"""Power cuts at the worst moments of a voter on a combined terminal: each time it comes back to
what the records say, and tells the officers so."""
import re

import journey
import steps

ONE = "1 voter was checked in and has not voted"
ALL = "Everyone who was checked in here has voted or left"


def at_review(k, number):
    steps.check_in(k, number)
    steps.choose(k, [["Students Proposal"], []])


def at_code(k, number):
    at_review(k, number)
    steps.confirm(k)


def at_cast(k, number):
    at_code(k, number)
    k.touch("Cast my ballot")


def at_done(k, number):
    at_code(k, number)
    steps.cast(k)


def at_ticket(k, number):
    steps.look_up(k, number)
    k.touch("Same name: check in")
    k.wait_for("Hand the tablet to the voter")


def back(k):
    steps.unlock(k)
    k.wait_for("This tablet stopped without being locked")
    said = steps.read_account(k)
    k.wait_for("Check in")
    return said


def answer(k, number):
    """What the roll says now: may vote, or has voted."""
    steps.look_up(k, number)
    k._wait(lambda: k.sees("Has already voted here") or
            k.sees("Checked in before and has not voted: may vote now"), "the answer")
    voted = k.sees("Has already voted here")
    k.touch("Back")
    k.wait_for("Check in")
    return voted


def came_back(j, k, where, number, expected):
    """@expected: voted or not; None: either, as long as all of it says the same."""
    said = back(k)
    voted = answer(k, number)
    if expected is not None:
        j.same(voted, expected, f"voted, after a cut {where.__name__}")
    if (ALL if voted else ONE) not in said:
        raise AssertionError(f"cut {where.__name__}: {said}")
    if not voted:
        steps.vote(k, number, [[], ["LegCo should veto"]])
        k.wait_for("Check in")
    j.shown(f"cut {where.__name__.replace('_', ' ')}: the ballot is "
            f"{'in the box' if voted else 'not in the box, and the voter votes'}")


CUTS = ((at_ticket, False), (at_review, False), (at_code, False), (at_cast, None), (at_done, True))


def crashes(j):
    ids = list(j.ids())
    with j.kiosk() as k:
        j.opened(k)
        CUTS[0][0](k, ids[0])
        k.kill()
    for n, (where, expected) in enumerate(CUTS):
        with j.kiosk() as k:
            came_back(j, k, where, ids[n], expected)
            if n + 1 < len(CUTS):
                CUTS[n + 1][0](k, ids[n + 1])
                k.kill()
    with j.kiosk() as k:
        steps.unlock(k)
        k.wait_for("Check in")  # the last end was orderly: nothing is to be told
        steps.close(k)
        k.wait_for(f"Ballots in the box: {len(CUTS)}")
    if f"final, {len(CUTS)} ballots" not in j.election.run("import", j.stick).out:
        raise AssertionError("the batch has not one ballot for each voter")
    j.shown("one ballot for each of them is in the box and imported")


journey.run("crashes", crashes)
