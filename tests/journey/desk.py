# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk that gives tickets and a booth that takes them."""
import re

import journey
import steps


def enrol(j, label, role):
    with j.kiosk(label) as k:
        code, path = steps.enrol(k, label, j.stick)
        j.take(path, "causeway-bay", role)
    return code


def open_up(k, code, role):
    steps.install(k)
    steps.first_opening(k, code)
    steps.open_poll(k, role)


def ticket(j, k, number, step="Same name: check in"):
    steps.look_up(k, number)
    k.touch(step)
    k.wait_for("Ticket")
    text = k.text_of(k.wait_for(steps.SETUP_CODE))  # 16 characters too
    k.look("ticket")
    read = k.qr("ticket-as-photographed")
    j.same(read.replace("-", ""), text.replace("-", ""), "the ticket's QR code")
    k.touch("Next voter")
    k.wait_for("Check in")
    return text.replace("-", "")


def morning(j, codes, ids):
    """At the desk: three tickets; a second one for the same person only provisionally."""
    with j.kiosk("desk") as k:
        open_up(k, codes["desk"], "desk")
        tickets = [ticket(j, k, ids[0]), ticket(j, k, ids[1]),
                   ticket(j, k, journey.hkid(900), "Check in as a walk-in")]
        steps.look_up(k, ids[0])
        k.wait_for("Was given a ticket here already")
        k.look("ticket-given-already")
        k.touch("Give a provisional ballot")
        k.wait_for("Ticket")
        tickets.append(k.text_of(k.wait_for(steps.SETUP_CODE)).replace("-", ""))
        k.touch("Next voter")
        steps.look_up(k, ids[0])
        k.wait_for("A provisional ballot was already given to this person here")
        k.look("nothing-more")
        k.touch("Next voter")
        j.shown("a desk gives tickets, as text and as QR code; "
                "a second one only as a provisional, a third never")
    return tickets


def use(k, text):
    k.wait_for("Scan or type your ticket")
    k.keys(text)
    k.touch("Start")


def refused(k, text, name, said="This is no ticket of this station"):
    use(k, text)
    k.wait_for(re.compile(said), (journey.ALERT,))
    k.look(name)


def booth(j, codes, tickets):
    with j.kiosk("booth", clock=j.root / "clock") as k:
        open_up(k, codes["booth"], "booth")
        k.touch("Ready for voters")
        k.wait_for("Scan or type your ticket")
        k.look("waiting")
        refused(k, "0" * 16, "wrong-ticket")
        use(k, tickets[0][:15])
        k.wait_for(re.compile("A ticket has 16 letters and digits"), (journey.ALERT,))
        j.shown("a booth refuses a wrong ticket and half a one")
        use(k, tickets[0])
        steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
        shown = steps.confirm(k)
        j.same(steps.cast(k), shown, "the receipt's code")
        k.touch("Finish")
        j.shown("a ticket typed at the booth leads to a ballot, without an officer")
        refused(k, tickets[0], "used-ticket", "This ticket has been used")
        j.shown("a used ticket is refused")
        use(k, tickets[2])
        steps.choose(k, [["Abstention"], []])
        steps.confirm(k)
        steps.challenge(k)
        k.touch("Choose again")
        steps.choose_on(k, [[], ["LegCo should veto"]])
        steps.confirm(k)
        steps.cast(k)
        k.jump(181)
        k.wait_for("Scan or type your ticket")
        j.shown("a checker casts at last; the receipt goes away by itself")
        use(k, tickets[1])
        k.touch("Start")
        steps.back_to_officer(k, "Call the officer", title="Please wait for the officer")
        k.touch("The voter left: end without a ballot")
        use(k, tickets[1])
        steps.choose(k, [["Students Proposal"], []])
        steps.confirm(k)
        steps.cast(k)
        k.touch("Finish")
        j.shown("a voter who left the booth comes back with the same ticket")
        refused(k, "Z" * 16, "wrong-again")
        refused(k, "Y" * 16, "wrong-once-more")
        refused(k, "X" * 16, "wrong-a-third-time", "Please wait [0-9]+ second")
        k.keys(tickets[3])
        k.jump(10)
        k.touch("Start")
        k.wait_for("Call the officer")
        steps.back_to_officer(k, "Call the officer", title="Please wait for the officer")
        k.wait_for("A voter is in the middle of voting")
        k.look("help")
        k.touch("The machine makes trouble")
        k.wait_for("Scan or type your ticket")
        j.shown("wrong tickets cost time")
        steps.back_to_officer(k, "Call the officer", title="Please wait for the officer")
        k.wait_for("This booth is open")
        k.wait_for(re.compile("Trouble with the machine: 1"))
        k.look("booth-menu")
        k.touch("Pause")
        k.wait_for("The poll is paused")
        k.touch("Resume")
        k.wait_for("This booth is open")
        steps.close(k, "Close the poll")
        k.wait_for("Ballots in the box: 3")


def evening(j):
    with j.kiosk("desk") as k:
        steps.unlock(k, (1, 2))
        k.wait_for("Check in")
        steps.close(k)
        k.wait_for("Tickets issued: 4")


def desk(j):
    codes = {role: enrol(j, role, role) for role in ("desk", "booth")}
    j.seal()
    tickets = morning(j, codes, list(j.ids()))
    booth(j, codes, tickets)
    evening(j)
    said = j.election.run("import", j.stick).out
    for words in "tablet 1: final, 4 check-ins", "tablet 2: final, 3 ballots":
        if words not in said:
            raise AssertionError(said)
    j.shown("both batches are imported: four check-ins at the desk, three ballots from the booth")


if __name__ == "__main__":
    journey.run("desk", desk)
