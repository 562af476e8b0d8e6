# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that fails while a ballot is cast; officers who lock at every moment; nothing is lost, and
nothing said wrongly."""
import re

import journey
import steps


def failing_disk(j, k, number, flag):
    steps.check_in(k, number)
    steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
    steps.confirm(k)
    flag.touch()
    k.touch("Cast my ballot")
    k.wait_for("Please call the officer.")
    said = k.text_of(k.wait_for(re.compile("NOT recorded|cannot tell")))
    k.look("fault")
    k.touch("Call the officer")
    k.touch("Back to the voter")
    k.wait_for(said)
    j.shown("the disk fails in mid-cast: the voter is told in plain words and the officer called")
    flag.unlink()
    return "NOT recorded" in said


def again(j, k, number, certain):
    """If it was certainly not recorded, the same voter goes on; if not, the roll tells."""
    steps.back_to_officer(k, "Call the officer")
    k.wait_for("A voter is in the middle of voting")
    k.look("voter-after-fault")
    if certain:
        k.touch("The voter goes on")
        steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
        steps.confirm(k)
        steps.cast(k)
        steps.back_to_officer(k)
        k.wait_for("Check in")
        j.shown("the disk works again: the same voter casts, with the same ticket")
        return
    if k.sees("The voter goes on"):
        raise AssertionError("a voter may go on though nobody knows what was recorded")
    k.touch("End this session")
    k.wait_for("Check in")
    steps.look_up(k, number)
    k.look("after-fault")
    k.touch("Same name: check in")
    k.touch("The voter has the tablet")
    steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
    steps.confirm(k)
    steps.cast(k)
    steps.back_to_officer(k)
    k.wait_for("Check in")
    j.shown("the disk works again: the roll knows that this voter has not voted, and now does")


def locking(j, k, ids):
    k.touch("Lock now")
    steps.unlock(k)
    steps.look_up(k, ids[1])
    k.touch("Lock now")
    steps.unlock(k, (1, 2))
    k.wait_for("Check in")
    steps.look_up(k, ids[1])
    k.touch("Same name: check in")
    k.wait_for("Hand the tablet to the voter")
    k.touch("Lock now")
    steps.unlock(k, (2, 0))
    k.wait_for("This tablet was locked while a voter was here")
    steps.read_account(k)
    k.wait_for("Check in")
    steps.look_up(k, ids[1])
    k.wait_for("Checked in before and has not voted: may vote now")
    k.touch("Back")
    steps.check_in(k, ids[1])
    k.touch("Start")
    k.touch("Students Proposal")
    k.touch("Call the officer")
    k.keys(steps.PIN)
    k.touch("Continue")
    k.wait_for("A voter is in the middle of voting")
    k.touch("Lock now")
    k.wait_for(re.compile("Touch “Lock now” once more"), (journey.ALERT,))
    k.look("lock-asks")
    k.touch("Lock now")
    steps.unlock(k)
    if "1 voter was checked in and has not voted" not in steps.read_account(k):
        raise AssertionError("nothing is said of the voter in mid-vote")
    k.wait_for("Check in")
    steps.vote(k, ids[1], [["Abstention"], []])
    j.shown("locked at check-in, at an answer, at the hand-over and beside a voter: "
            "unlocked, the roll is right each time")


def faults(j):
    flag = j.root / "bad-disk"
    ids = list(j.ids())
    with j.kiosk(bad_disk=flag) as k:
        j.opened(k)
        again(j, k, ids[0], failing_disk(j, k, ids[0], flag))
        locking(j, k, ids)
        steps.close(k)
        k.wait_for("Ballots in the box: 2")
    if "final, 2 ballots" not in j.election.run("import", j.stick).out:
        raise AssertionError("not two ballots")
    j.shown("two ballots are in the box and imported")


journey.run("faults", faults)
