# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong turns at a booth and its desk: tickets that do not work, help with every ending, a PIN that
is guessed, power cuts on both."""
import re

import journey
import steps

ENDINGS = (("The voter left: end without a ballot", "The voter left: 1"),
           ("The voter gets help elsewhere", "Helped elsewhere: 1"),
           ("The machine makes trouble", "Trouble with the machine: 1"),
           ("It is the wrong ballot", "Wrong ballot: 1"),
           ("Another reason", "Another reason: 1"))


def enrol(j, label):
    with j.kiosk(label) as k:
        code, path = steps.enrol(k, label, j.stick)
        j.take(path, "causeway-bay", label)
    return code


def open_up(k, code, role):
    steps.install(k)
    steps.first_opening(k, code)
    steps.open_poll(k, role)


def ticket(k, number):
    steps.look_up(k, number)
    k.touch("Same name: check in")
    k.wait_for("Ticket")
    return k.text_of(k.wait_for(steps.SETUP_CODE)).replace("-", "")


def desk(j, code, ids):
    """One ticket; then a cut while the second is on the screen."""
    with j.kiosk("desk") as k:
        open_up(k, code, "desk")
        first = ticket(k, ids[0])
        k.touch("Next voter")
        k.wait_for("Check in")
        if first in k.words().replace("-", ""):
            raise AssertionError("the ticket is still on the screen")
        ticket(k, ids[1])
        k.kill()
    with j.kiosk("desk") as k:
        steps.unlock(k)
        k.wait_for("This tablet stopped without being locked")
        if "without a ticket" not in steps.read_account(k):
            raise AssertionError("nothing is said of the voter without a ticket")
        steps.look_up(k, ids[1])
        k.wait_for("Was given a ticket here already")
        k.touch("Give a provisional ballot")
        k.wait_for("Ticket")
        k.touch("Lock now")
        steps.unlock(k)
        k.wait_for("Check in")
        j.shown("a desk that was cut with a ticket on the screen says what to do: a provisional one")
    return first


def use(k, text):
    k.wait_for("Scan or type your ticket")
    k.keys(text)
    k.touch("Start")


def call(k, then):
    k.touch("Call the officer")
    k.wait_for("Please wait for the officer")
    k.keys(steps.PIN)
    k.touch("Continue")
    k.wait_for(then)


def stubborn(j, k, good):
    """Wrong tickets again and again: never more than fifteen seconds, and the officer ends it."""
    for n in range(5):
        use(k, "ABCDEFGH" + "1234567" + str(n))
        k.wait_for(re.compile("no ticket of this station" if n < 2 else "Please wait"),
                   (journey.ALERT,))
        if n >= 2:
            k.jump(15)
            k.wait_for("The 16 letters and digits that the desk gave you.")
    use(k, "ABCDEFGH12345678")
    k.wait_for(re.compile("Please wait"), (journey.ALERT,))
    k.look("wait-for-ticket")
    call(k, "This booth is open")
    k.look("menu")
    k.touch("Ready for voters")
    use(k, good)
    k.wait_for("Call the officer")
    j.shown("wrong tickets cost fifteen seconds at most; the officer's PIN ends the wait at once")


def guessing(j, k):
    """A voter tries PINs: time is lost, the choices are not."""
    k.touch("Start")
    k.touch("Students Proposal")
    k.wait_for(re.compile("1 chosen"))
    k.touch("Call the officer")
    for _ in range(3):
        k.keys("1357")
        k.touch("Continue")
    k.wait_for(re.compile("Please wait [0-9]+ second"), (journey.ALERT,))
    k.look("wait-for-pin")
    k.touch("Back to the voter")
    k.wait_for(re.compile("1 chosen"))
    j.same(k.checked("Students Proposal"), True, "the mark after three wrong PINs")
    k.jump(6)
    call(k, "A voter is in the middle of voting")
    j.shown("guessed PINs cost time and no choice")


def endings(j, k, good):
    """Each reason is counted once, in memory; the ticket works on."""
    k.look("endings")
    for n, (button, _) in enumerate(ENDINGS):
        if n > 0:
            use(k, good)
            call(k, "A voter is in the middle of voting")
        k.touch(button)
        k.wait_for("Scan or type your ticket")
    call(k, "This booth is open")
    for _, line in ENDINGS:
        k.wait_for(re.compile(line))
    k.look("menu-with-endings")
    k.touch("Pause")
    k.wait_for("The poll is paused")
    k.wait_for(re.compile(ENDINGS[0][1]))
    k.look("paused")
    k.touch("Resume")
    k.touch("Lock now")
    steps.unlock(k)
    k.wait_for("This booth is open")
    if k.sees(re.compile(ENDINGS[0][1])):
        raise AssertionError("the counts outlive the lock")
    j.shown("help ends for five reasons, counted in memory until the lock")


def checker(k, good):
    """Cut after a checked ballot: the ticket goes on at its second attempt."""
    k.touch("Ready for voters")
    use(k, good)
    steps.choose(k, [["Abstention"], []])
    steps.confirm(k)
    steps.challenge(k)
    k.kill()


def after_the_cut(j, k, good):
    steps.unlock(k)
    k.wait_for("This tablet stopped without being locked")
    if "1 ticket was used to check this machine" not in steps.read_account(k):
        raise AssertionError("nothing is said of the checker")
    k.wait_for("This booth is open")
    k.touch("Ready for voters")
    use(k, good)
    steps.choose(k, [["Students Proposal"], []])
    steps.confirm(k)
    steps.cast(k)
    k.kill()
    j.shown("cut after a check the same ticket goes on")


def used(j, k, good):
    steps.unlock(k)
    k.wait_for("This tablet stopped without being locked")
    if "used to check" in steps.read_account(k):
        raise AssertionError("the checker has cast")
    k.touch("Ready for voters")
    use(k, good)
    k.wait_for(re.compile("This ticket has been used"), (journey.ALERT,))
    k.look("used")
    call(k, "This booth is open")
    k.wait_for("Checked in: 0    Cast: 1    Checked ballots: 1")
    j.shown("cut on done the ballot is in the box and the ticket used")


def booth(j):
    codes = {role: enrol(j, role) for role in ("desk", "booth")}
    j.seal()
    good = desk(j, codes["desk"], list(j.ids()))
    with j.kiosk("booth", clock=j.root / "clock") as k:
        open_up(k, codes["booth"], "booth")
        k.touch("Ready for voters")
        stubborn(j, k, good)
        guessing(j, k)
        endings(j, k, good)
        checker(k, good)
    with j.kiosk("booth") as k:
        after_the_cut(j, k, good)
    with j.kiosk("booth") as k:
        used(j, k, good)


journey.run("booth", booth)
