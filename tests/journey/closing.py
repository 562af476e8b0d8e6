# SPDX-License-Identifier: GPL-3.0-or-later
"""Closing along its one path at all three roles, with every wrong turn on the way."""
import re
import shutil

import journey
import steps
from day import fingerprints
from desk import enrol, open_up, ticket, use

REPORT = re.compile("^Closed at [0-9-]+ [0-9:]+ by this tablet's clock$")


def to_compare(k, count, button="Close"):
    k.touch(button)
    k.wait_for("Closing, step 1 of 4: count")
    k.keys(count)
    k.touch("Continue")
    k.wait_for("Closing, step 2 of 4: compare")


def second_thoughts(j, k):
    """From each step back, the last one too, and nothing has happened."""
    to_compare(k, "7")
    k.wait_for("✔ Checked in 3 = voted 2 + left 1: equal")
    k.wait_for("✔ Voted 2 = ballots in the box 2: equal")
    k.wait_for("Clicker 7, checked in 3: 4 more on the clicker.")
    k.wait_for("Write this difference on the paper. It does not stop the closing.")
    k.look("compare-more")
    k.touch("Continue")
    k.wait_for("Closing, step 3 of 4: close for good?")
    k.look("for-good")
    k.touch("Back")
    k.wait_for("Closing, step 2 of 4: compare")
    k.touch("Back")
    k.wait_for("Closing, step 1 of 4: count")
    k.keys("2")
    k.touch("Continue")
    k.wait_for("Clicker 2, checked in 3: 1 fewer on the clicker.")
    k.touch("Back")
    k.touch("Keep it open")
    k.wait_for("Check in")
    j.shown("a count that differs is said and does not block; every step leads back")


def locked_in_between(j, k):
    to_compare(k, "3")
    k.wait_for("✔ Clicker 3 = checked in 3")
    k.touch("Continue")
    k.touch("Lock now")
    steps.unlock(k)
    k.wait_for("Check in")
    j.shown("locked before 'for good' it is open still")


def cut_after_closing(j, k):
    steps.close_for_good(k, count=3)
    if k.sees("Back"):
        raise AssertionError("a way back from a closed poll")
    aside = j.stick.with_name("aside")
    j.stick.rename(aside)
    k.wait_for("Put the stick in.")
    k.look("write-without-stick")
    k.kill()
    aside.rename(j.stick)


def resumed(j, k):
    steps.unlock(k, which=(1, 2))
    k.wait_for("Closing, step 4 of 4: write the final batch")
    k.look("write-after-the-cut")
    j.shown("killed before the stick had it, it comes back to writing the final")
    k.touch("Write to the stick")
    k.kill()  # at whatever moment of the writing


def done(j, k):
    """Killed in the middle of writing: done or not, and the same bytes in the end."""
    steps.unlock(k)
    k.wait_for(re.compile("step 4 of 4|Closed. The batch"))
    if k.sees(re.compile("step 4 of 4")):
        k.touch("Write to the stick")
    k.wait_for(re.compile("Closed. The batch is on the stick"))
    if not k.qr("batch-receipt").startswith("TB1"):
        raise AssertionError("no TB1 text")
    k.touch("Lock now")
    steps.unlock(k)
    k.wait_for(re.compile("Closed. The batch is on the stick"))
    j.shown("killed while it wrote, and locked when done: it says which of the two it is")


def second_stick(j, k):
    first = j.stick.with_name("first")
    j.stick.rename(first)
    j.stick.mkdir()
    k.touch("Write the final again")
    k.wait_for("Write the final batch again")
    k.look("write-again")
    k.touch("Back")
    k.wait_for(re.compile("Closed. The batch is on the stick"))
    k.touch("Write the final again")
    k.touch("Write to the stick")
    k.wait_for(re.compile("Closed. The batch is on the stick"))
    batch = "terminal-001"
    j.same(fingerprints(j.stick / batch), fingerprints(first / batch), "the second stick")
    shutil.rmtree(j.stick)
    first.rename(j.stick)
    j.shown("a second stick gets the same bytes")


def report(j, k, *lines):
    k.touch("Closing report")
    k.wait_for(REPORT)
    for line in lines:
        k.wait_for(line)
    k.look("closing-report")
    k.touch("Back")
    k.wait_for(re.compile("Closed. The batch is on the stick"))


def combined(j, code):
    ids = list(j.ids("mong-kok"))
    with j.kiosk() as k:
        open_up(k, code, "combined")
        steps.vote(k, ids[0], [["Students Proposal"], []])
        steps.vote(k, ids[1], [[], ["LegCo should veto"]])
        steps.leave(k, ids[2])
        second_thoughts(j, k)
        locked_in_between(j, k)
        cut_after_closing(j, k)
    with j.kiosk() as k:
        resumed(j, k)
    with j.kiosk() as k:
        done(j, k)
        second_stick(j, k)
        report(j, k, "✔ Checked in 3 = voted 2 + left 1: equal",
               "✔ Voted 2 = ballots in the box 2: equal", "Nothing was counted by hand.")
        j.shown("the report; what was counted by hand is on no disk")


def three_tickets(j, codes, ids):
    with j.kiosk("desk") as k:
        open_up(k, codes["desk"], "desk")
        tickets = [ticket(j, k, number) for number in ids[:3]]
        to_compare(k, "4")
        k.wait_for("✔ Checked in 3 = tickets issued 3: equal")
        k.wait_for("Tickets counted by hand 4, tickets issued 3: 1 more by hand.")
        k.look("compare-desk")
        k.touch("Continue")
        k.wait_for(re.compile("this desk gives no more tickets"))
        k.look("for-good-desk")
        k.touch("Close for good")
        steps.write_final(k)
        k.wait_for("Tickets issued: 3")
        report(j, k, "✔ Checked in 3 = tickets issued 3: equal",
               "Tickets counted by hand 4, tickets issued 3: 1 more by hand.")
    j.shown("a desk compares the tickets it issued")
    return tickets


def booth(j, codes, tickets):
    with j.kiosk("booth") as k:
        open_up(k, codes["booth"], "booth")
        k.touch("Ready for voters")
        use(k, tickets[0])
        steps.choose(k, [["Students Proposal"], []])
        steps.confirm(k)
        steps.cast(k)
        k.touch("Finish")
        use(k, tickets[1])
        steps.choose(k, [[], ["LegCo should veto"]])
        steps.confirm(k)
        steps.challenge(k)
        steps.back_to_officer(k, "Call the officer", title="Please wait for the officer")
        end_without_ballot(k)
        steps.back_to_officer(k, "Call the officer", title="Please wait for the officer")
        k.wait_for("This booth is open")
        to_compare(k, "2", "Close the poll")
        k.wait_for("✔ Tickets used 2 = ballots in the box 1 + tickets that only checked the "
                   "machine 1: equal")
        k.wait_for("✔ Tickets counted by hand 2 = tickets used 2")
        k.look("compare-booth")
        k.touch("Continue")
        k.wait_for(re.compile("no ticket can be used at this booth"))
        k.look("for-good-booth")
        k.touch("Close for good")
        steps.write_final(k)
        report(j, k, "✔ Tickets counted by hand 2 = tickets used 2",
               "Ballots that only checked the machine: 1")
    j.shown("a booth compares the tickets it took, one of which only checked the machine")


def end_without_ballot(k):
    k.touch("The voter left: end without a ballot")
    k.wait_for("Scan or type your ticket")


def closing(j):
    with j.kiosk() as k:
        code, path = steps.enrol(k, "tablet", j.stick)
        j.take(path, "mong-kok")
    codes = {role: enrol(j, role, role) for role in ("desk", "booth")}
    j.seal()
    combined(j, code)
    booth(j, codes, three_tickets(j, codes, list(j.ids())))
    said = j.election.run("import", j.stick).out
    for words in ("Station 2, tablet 1: final, 2 ballots",
                  "Station 1, tablet 1: final, 3 check-ins",
                  "Station 1, tablet 2: final, 1 ballots"):
        if words not in said:
            raise AssertionError(said)
    j.shown("the centre takes all three batches")


if __name__ == "__main__":
    journey.run("closing", closing)
