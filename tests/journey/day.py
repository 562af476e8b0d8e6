# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole day of a combined terminal, with everything that voters and officers do on it."""
import hashlib
import re

import journey
import steps
from journey import hkid, tabella
from kiosk import Atspi

FIRST, SECOND = "Students Proposal", "LegCo should veto"


def fingerprints(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in folder.rglob("*") if p.is_file()}


def set_up(j, k):
    code, path = steps.enrol(k, "wan-chai-1", j.stick)
    j.take(path, "causeway-bay", lane="0-4")
    j.election.enrol([("causeway-bay", "combined", "5-9")])
    j.seal()
    j.shown("a new tablet makes its keys and writes its enrolment file")
    steps.install(k)
    k.wait_for("First opening")
    k.keys("0000000000000000")
    k.touch("Continue")
    k.wait_for(re.compile("setup code"))
    k.look("wrong-setup-code")
    k.erase()
    steps.first_opening(k, code)
    j.shown("it installs its own package; a wrong setup code is refused, the right one taken")
    steps.open_poll(k)
    j.shown("self-test, zero report and opening")


def answers(j, k, ids):
    """Every answer of the roll that gives no ballot."""
    steps.look_up(k, ids[0][:-2] + ("1)" if ids[0][-2] != "1" else "2)"))
    k.wait_for("This number cannot be right")
    k.wait_for(re.compile("Its check digit does not fit"))
    k.look("number-wrong")
    k.touch("Correct the number")
    k.wait_for("Check in")
    k.erase()
    steps.look_up(k, next(j.ids(digits="56789")))
    k.wait_for("Another desk of this station serves this number")
    k.wait_for(re.compile("brackets, is 5"))
    k.look("other-lane")
    k.touch("Next voter")
    steps.look_up(k, next(j.ids("mong-kok", "01234")))
    k.wait_for("Not on the roll here")
    k.look("not-on-roll")
    k.touch("Back")
    k.wait_for(re.compile("Not found since unlocking: 1"))
    j.shown("a wrong check digit, another lane and a stranger to this roll are told apart")


def voters(j, k, ids):
    """Ballots of the roll, a walk-in, a provisional and a leaver who returns; some blank in parts."""
    steps.vote(k, ids[0], [[FIRST], [SECOND]])
    steps.look_up(k, ids[0])
    k.wait_for("Has already voted here")
    k.look("already-voted")
    k.touch("Back")
    j.shown("a voter votes; the same number again is known as having voted")
    steps.vote(k, hkid(900), [["Abstention"], []], step="Check in as a walk-in")
    j.shown("a walk-in votes")
    steps.vote(k, ids[1], [[], []], step=steps.DIFFERS)
    j.shown("someone whose name differs, typed twice, votes provisionally with a blank ballot")
    steps.leave(k, ids[2])
    steps.look_up(k, ids[2])
    k.wait_for("Checked in before and has not voted: may vote now")
    k.look("left-before")
    k.touch("Back")
    steps.vote(k, ids[2], [[FIRST], ["Abstention"]])
    j.shown("a voter leaves in the middle, returns and votes")
    steps.check_in(k, ids[3])
    k.touch("Call the officer")
    k.keys(steps.PIN)
    k.touch("Continue")
    k.touch("The voter left: end without a ballot")
    k.wait_for("Check in")
    steps.look_up(k, ids[3])
    k.touch("Same name: check in")
    k.touch("The voter left without voting")
    k.wait_for("Check in")
    j.shown("a voter who leaves before or at the hand-over is ended without a ballot")
    return 4


def checker(j, k, number):
    """Checks the machine three times, then casts: what was chosen is what the opened ballots hold."""
    steps.check_in(k, number)
    chosen = (
        ((["People Power Proposal"], ["LegCo should not veto"]), ("people-power", "no-veto")),
        ((["Abstention"], []), ("motion-1: abstain", "motion-2:")),
        (([], []), ("motion-1:", "motion-2:")),
    )
    for n, (names, opened_to) in enumerate(chosen):
        (steps.choose_on if n else steps.choose)(k, names)
        shown = steps.confirm(k)
        j.same(journey.code_in(k.qr("commitment"), "TK1"), shown, "the commitment's code")
        steps.challenge(k)
        opened = k.qr("challenge")
        said = tabella("verify-challenge", opened, "--manifest",
                       j.election.folder / "manifest.json", cwd=j.election.folder).out
        for words in (*opened_to, shown):
            if words not in said:
                raise AssertionError(f"{words} is not what the opened ballot says: {said}")
        k.touch("Choose again")
        k.wait_for(re.compile("None chosen"))
    steps.choose_on(k, [[FIRST], [SECOND]])
    steps.confirm(k)
    if k.find("Check this machine"):
        raise AssertionError("a fourth check is offered")
    k.look("no-more-checks")
    receipt_code = steps.cast(k)
    j.same(journey.code_in(k.qr("receipt"), "TV1"), receipt_code, "the receipt's code")
    steps.back_to_officer(k)
    k.wait_for("Check in")
    j.shown("a checker opens three ballots that say what was chosen, then casts " + receipt_code)
    return 1


def careful(j, k, number):
    """One too many is refused and changes nothing; the review leads back and forth."""
    steps.check_in(k, number)
    k.touch("Start")
    k.touch(FIRST)
    k.wait_for(re.compile("1 chosen"))
    k.touch("Abstention")
    k.wait_for(re.compile("one too many"))
    k.look("one-too-many")
    k.touch(steps.UNDERSTOOD)
    j.same((k.checked(FIRST), k.checked("Abstention")), (True, False), "the marks after one too many")
    k.touch("Next")
    k.touch("Next")
    k.wait_for("Is this what you want?")
    j.same(k.described("Change: Motion 2"), "Left blank", "the review")
    k.look("review-with-blank")
    k.touch("Change: Motion 1")
    k.wait_for(re.compile("1 chosen"))
    k.look("changing")
    k.touch(FIRST)
    k.wait_for(re.compile("None chosen"))
    k.touch("Abstention")
    k.wait_for(re.compile("1 chosen"))
    k.touch("To the review")
    k.wait_for("Is this what you want?")
    j.same(k.described("Change: Motion 1"), "✔ Abstention", "the review")
    k.touch("Back")
    k.wait_for("Motion 2")
    k.touch("Back")
    k.wait_for("Motion 1")
    j.same(k.checked("Abstention"), True, "the changed mark")
    k.touch("Next")
    k.touch("Next")
    j.shown("one too many is refused with unchanged marks; the review leads to a contest and back")
    k.touch("Call the officer")
    k.wait_for("Please give the tablet to the officer")
    k.keys("9999")
    k.touch("Continue")
    k.wait_for("That is not the PIN of this station.")
    k.look("wrong-pin")
    for _ in range(2):
        k.keys("9999")
        k.touch("Continue")
    k.wait_for(re.compile("Please wait [0-9]+ second"))
    k.keys(steps.PIN)
    k.look("wait-for-pin")
    if k.is_(k.wait_for("Continue"), Atspi.StateType.SENSITIVE):
        raise AssertionError("another PIN is taken while it counts down")
    k.erase()
    k.touch("Back to the voter")
    k.wait_for("Is this what you want?")
    k.touch("Call the officer")
    k.jump(10)
    k.keys(steps.PIN)
    k.touch("Continue")
    k.wait_for("A voter is in the middle of voting")
    if "Abstention" in k.words():
        raise AssertionError("the officer sees what was chosen")
    k.touch("The voter goes on")
    k.touch("Start")
    j.same(k.checked("Abstention"), True, "the mark after the officer's help")
    k.touch("Next")
    k.touch("Next")
    steps.confirm(k)
    steps.cast(k)
    steps.back_to_officer(k)
    k.wait_for("Check in")
    j.shown("wrong PINs are refused, cost time and never the voter's session; "
            "the officer sees no choice")
    return 1


def idle(j, k, number):
    """An alert that is answered, one that is not."""
    steps.check_in(k, number)
    k.touch("Start")
    k.touch(FIRST)
    k.wait_for(re.compile("1 chosen"))
    k.jump(181)
    k.wait_for("Are you still there?")
    k.look("idle-alert")
    k.touch("Yes, go on")
    k.wait_for(re.compile("1 chosen"))
    k.jump(181)
    k.wait_for("Are you still there?")
    k.jump(31)
    k.wait_for("Please give the tablet to the officer")
    if k.sees("Back to the voter"):
        raise AssertionError("after an unanswered alert there is a way back without the PIN")
    k.keys(steps.PIN)
    k.touch("Continue")
    k.wait_for("A voter is in the middle of voting")
    k.touch("The voter goes on")
    k.touch("Start")
    k.wait_for(re.compile("None chosen"))
    steps.back_to_officer(k, "Call the officer")
    k.touch("The voter left: end without a ballot")
    k.wait_for("Check in")
    j.shown("an idle alert is answered; another is not, clears the choices and calls the officer")


def officers(j, k):
    """Pause, safety copy, lock and unlock."""
    k.touch("Pause")
    k.wait_for("The poll is paused")
    k.look("paused")
    k.touch("Safety copy")
    k.button("Write the copy")
    k.look("safety-copy")
    k.touch("Write the copy")
    k.wait_for(re.compile("Written and read back"))
    k.look("safety-copy-written")
    if not k.qr("copy-receipt").startswith("TB1"):
        raise AssertionError("the copy's receipt is no TB1 text")
    k.touch("Done")
    k.touch("Resume")
    k.wait_for("Check in")
    j.shown("pause, a safety copy with its receipt, resume")
    k.touch("Lock now")
    steps.unlock(k, which=(0, 0))
    for _ in range(2):
        k.wait_for(re.compile("passphrase", re.I), (journey.ALERT,))
        steps.unlock(k, which=(2, 2))
    k.wait_for(re.compile("wait [0-9]+ second"))
    k.look("wait-for-passphrase")
    k.jump(10)
    steps.unlock(k, which=(2, 1))
    k.wait_for("Check in")
    j.shown("locked; wrong passphrases are refused and cost time; two other officers unlock")


def power_cut(j, k, number):
    """Killed while a voter is voting."""
    steps.check_in(k, number)
    k.touch("Start")
    k.touch(FIRST)
    k.wait_for(re.compile("1 chosen"))
    k.kill()


def after_the_cut(j, k, number):
    steps.unlock(k, which=(0, 2))
    k.wait_for("This tablet stopped without being locked")
    if "1 voter was checked in and has not voted" not in steps.read_account(k):
        raise AssertionError("nothing is said of the voter in mid-vote")
    k.wait_for("Check in")
    steps.look_up(k, number)
    k.wait_for("Checked in before and has not voted: may vote now")
    k.look("after-the-cut")
    k.touch("Back")
    steps.vote(k, number, [["Alliance for True Democracy Proposal"], [SECOND]])
    j.shown("killed in mid-vote it comes back locked; that voter had not voted, and now does")
    return 1


def end(j, k, cast):
    steps.close(k)
    k.wait_for(f"Ballots in the box: {cast}")
    if not k.qr("batch-receipt").startswith("TB1"):
        raise AssertionError("the final's receipt is no TB1 text")
    before = fingerprints(j.stick)
    k.touch("Write the final again")
    k.wait_for("Write the final batch again")
    k.touch("Write to the stick")
    k.wait_for(re.compile("Closed. The batch is on the stick"))
    j.same(fingerprints(j.stick), before, "the stick after the second writing")
    j.shown("closed and written; written again the bytes are the same")
    k.touch("Lock now")
    k.wait_for(re.compile("This tablet is locked"))
    said = j.election.run("import", j.stick).out
    if f"final, {cast} ballots" not in said:
        raise AssertionError(said)
    j.shown(f"the centre imports a final of {cast} ballots")


def day(j):
    ids = list(j.ids(digits="01234"))
    with j.kiosk(hint=f"Try {ids[0]}", clock=j.root / "clock") as k:
        set_up(j, k)
        answers(j, k, ids)
        cast = voters(j, k, ids)
        cast += checker(j, k, ids[4])
        cast += careful(j, k, ids[5])
        idle(j, k, ids[6])
        officers(j, k)
        power_cut(j, k, ids[7])
    with j.kiosk(hint=f"Try {ids[0]}") as k:
        cast += after_the_cut(j, k, ids[7])
        end(j, k, cast)


if __name__ == "__main__":
    journey.run("day", day)
