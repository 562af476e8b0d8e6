# SPDX-License-Identifier: GPL-3.0-or-later
"""Amendments on a terminal: from a stick, as a code that is scanned or typed; what is refused; a
spare that becomes a desk; a tablet that is revoked."""
import re
import shutil

import journey
import steps
from kiosk import Atspi

LONG = "Bring a lamp. " + "The hall is dark in the evening. " * 55 + "END-OF-NOTICE"
SHORT = re.compile(r"^TA1\.[A-Z2-7]{130}$")


def code_of(election, number):
    text = (election.folder / "amendments" / f"{number:04d}.txt").read_text().strip()
    if not SHORT.match(text):
        raise AssertionError(text)
    return text


def bring(j, election=None):
    """The organisers copy the folder to the stick."""
    folder = (election or j.election).folder / "amendments"
    shutil.rmtree(j.stick / "amendments", ignore_errors=True)
    shutil.copytree(folder, j.stick / "amendments")


def scan(k, text):
    """A scanner's keystrokes, Enter at the end."""
    k.press(*("period" if c == "." else c.lower() for c in text), "Return")


def type_groups(k, code, first=1):
    """On the keys of the screen, group by group; the code moves on by itself."""
    nodes = {n.get_name(): n for n in k.showing() if n.get_role() == Atspi.Role.PUSH_BUTTON}
    for at in range(4 * first, len(code)):
        line, group = divmod(at // 4, 10)
        entry = k.wait_for(f"Line {line + 1}, group {group + 1}", (Atspi.Role.TEXT,))
        size = 2 if at // 4 == 33 else 4
        k.touch_node(nodes[code[at]])
        typed = at % 4 + 1
        if typed < size:
            k._wait(lambda: Atspi.Text.get_text(entry, 0, -1) == code[at - at % 4:at + 1],
                    f"{code[at - at % 4:at + 1]} in {entry.get_name()}")


def touch_group(k, line, number):
    """Once it is at rest; typing goes on there."""
    node = k.wait_for(f"Line {line}, group {number}", (Atspi.Role.TEXT,))
    k.settled(node)
    k.touch_node(node)
    k._wait(lambda: k.is_(node, Atspi.StateType.FOCUSED), f"group {number} in focus")


def alert(k, words):
    return k.wait_for(re.compile(words), (journey.ALERT,))


def amendments(k):
    k.touch("Amendments")
    k.wait_for("Amendments by the organisers")


def spare(j):
    with j.kiosk("spare") as k:
        code, path = steps.enrol(k, "spare", j.stick)
        j.take(path, "causeway-bay", "spare")
    with j.kiosk("tablet") as k:
        other, path = steps.enrol(k, "tablet", j.stick)
        j.take(path, "causeway-bay")
    j.seal()
    return code, other


def at_the_spare(j, setup):
    """Before its poll: nothing on the stick, then a code that is typed and becomes its place."""
    with j.kiosk("spare") as k:
        steps.install(k)
        steps.first_opening(k, setup)
        k.touch("Zero report")
        alert(k, "spare")
        amendments(k)
        k.wait_for("None has been taken on this tablet yet.")
        k.look("amendments-none")
        k.touch("Read a stick")
        alert(k, "no amendments on this stick")
        k.look("stick-without")
        k.touch("Back")
        j.shown("a stick without amendments is refused")
        j.election.signed("amend", "notice", "--text", LONG)
        j.election.signed("amend", "spare", "--terminal", "1", "--station", "causeway-bay",
                          "--role", "desk", "--lane", "0-9", "--text", "A second desk")
        k.touch("Scan or type a code")
        typed(j, k, code_of(j.election, 2))
        k.wait_for("This spare tablet becomes a check-in desk.")
        k.wait_for(re.compile("1 earlier amendment never reached"))
        k.look("amendment-spare")
        k.touch("Not now")
        k.wait_for("None has been taken on this tablet yet.")
        j.shown("what would be passed over is said, and nothing is taken by looking at it")
        bring(j)
        k.touch("Read a stick")
        k.wait_for("Amendment 1")
        k.wait_for(re.compile("Bring a lamp"))
        more = k.text_of(k.wait_for(re.compile("More .page 1 of ")))
        for page in range(1, int(re.search("of ([0-9]+)", more)[1])):
            k.touch(re.compile(f"More .page {page} "))
        k.wait_for(re.compile("END-OF-NOTICE"))
        k.look("amendment-notice")
        k.touch("Take it")
        k.wait_for("Amendment 2")
        k.wait_for("A second desk")
        k.touch("Take it")
        k.wait_for(re.compile("2 have been taken"))
        k.look("amendments-taken")
        j.shown("a stick's amendments are shown and taken one after the other")
        k.touch("Read a stick")
        alert(k, "taken already")
        k.touch("Back")
        k.wait_for(re.compile("2 have been taken"))
        k.touch("Back")
        steps.open_poll(k, "desk")
        steps.look_up(k, next(j.ids()))
        k.touch("Same name: check in")
        k.wait_for("Ticket")
        k.touch("Next voter")
        j.shown("a spare that got its place is a desk and gives tickets")


def typed(j, k, code):
    """With a mistake of each kind; then right."""
    wrong_election = code[:6] + ("A" if code[6] != "A" else "B") + code[7:]
    k.wait_for("The amendment's code")
    k.look("code-empty")
    type_groups(k, wrong_election[:12])
    k.wait_for(re.compile("Line 1, group 2 cannot be right"))
    k.look("code-doubted")
    touch_group(k, 1, 2)
    type_groups(k, code[:8])
    k._wait(lambda: not k.sees(re.compile("cannot be right")), "no doubt")
    j.shown("a group that cannot be right is named at once and is typed again alone")
    late = code[:100] + ("A" if code[100] != "A" else "B") + code[101:]
    type_groups(k, late, 3)
    k.look("code-whole")
    k.touch("Read the code")
    alert(k, "The signature does not fit")
    k.look("code-wrong")
    k.touch("Line 3")
    touch_group(k, 3, 6)
    type_groups(k, code[:104], 25)
    k.touch("Read the code")
    j.shown("a wrong signature is said after the whole, and one group is typed again")


def at_the_tablet(j, setup):
    """In the middle of the poll, by scanner."""
    e = j.election
    e.signed("amend", "revoked", "--terminal", "3")
    e.signed("amend", "hours", "--station", "causeway-bay", "--text", "Until 23:30")
    e.signed("amend", "closed", "--station", "causeway-bay", "--text", "Water in the hall")
    e.signed("amend", "revoked", "--terminal", "2", "--text", "Its seal was broken")
    with j.kiosk("tablet") as k:
        shutil.rmtree(j.stick / "amendments")
        steps.install(k)
        steps.first_opening(k, setup)
        steps.open_poll(k)
        k.touch("Pause")
        amendments(k)
        k.touch("Scan or type a code")
        k.wait_for("The amendment's code")
        refusals(j, k)
        scan(k, code_of(e, 3))
        k.wait_for("Tablet 3 is revoked: no ballot on it counts.")
        k.wait_for("It changes nothing on this tablet.")
        k.touch("Take it")
        k.wait_for("1 has been taken on this tablet.")
        j.shown("a scanned code is read by its Enter")
        k.touch("Scan or type a code")
        k.wait_for("The amendment's code")
        scan(k, code_of(e, 3))
        alert(k, "taken already")
        scan(k, code_of(e, 2))
        alert(k, "older one cannot be taken")
        j.shown("one that was taken and one that comes too late are refused")
        k.touch("Back")
        bring(j)
        k.touch("Read a stick")
        for words in ("The hours of this station have changed.", "Until 23:30"):
            k.wait_for(words)
        k.look("amendment-hours")
        k.touch("Take it")
        k.wait_for("This station is closed by the organisers.")
        k.look("amendment-closed")
        k.touch("Take it")
        k.wait_for("This tablet is revoked: no ballot on it counts.")
        k.touch("Not now")
        k.touch("Back")
        k.wait_for("The poll is paused")
        k.wait_for(re.compile("closed by the organisers: finish the queue"))
        k.look("paused-closed")
        k.touch("Resume")
        steps.vote(k, next(j.ids()), [["Students Proposal"], []])
        k.touch("Pause")
        amendments(k)
        stopped(j, k)


def refusals(j, k):
    own = code_of(j.election, 3)
    scan(k, own[:8])
    k.wait_for("Line 1, group 3", (Atspi.Role.TEXT,))
    scan(k, code_of(j.election, 4))
    alert(k, "comes only on a stick")
    j.shown("a kind whose code does not carry the words is refused")
    scan(k, own[:40] + ("A" if own[40] != "A" else "B") + own[41:])
    alert(k, "The signature does not fit")
    j.shown("a scanned code that was changed is refused")


def stopped(j, k):
    k.touch("Read a stick")
    k.wait_for("This tablet is revoked: no ballot on it counts.")
    k.look("amendment-revoked")
    k.touch("Take it")
    k.wait_for("STOP: nobody votes or checks in here")
    k.wait_for("Its seal was broken")
    k.look("stopped")
    k.touch("Lock now")
    steps.unlock(k)
    k.wait_for("STOP: nobody votes or checks in here")
    j.shown("a revoked tablet stops, also after it was locked")
    steps.close(k, "Close the poll")


def travel(j):
    setup, other = spare(j)
    at_the_spare(j, setup)
    at_the_tablet(j, other)
    said = j.election.run("import", j.stick).out
    if "final, 1 ballots" not in said and "final, 1 ballot" not in said:
        raise AssertionError(said)
    j.shown("the revoked tablet's batch is imported: its journal fits the organisers' amendments")


journey.run("amendments", travel)
