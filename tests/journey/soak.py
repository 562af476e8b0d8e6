# SPDX-License-Identifier: GPL-3.0-or-later
"""Three hundred voters on one tablet: the terminal's memory stays flat, and everything adds up."""
import os
import re
import statistics
import time
from itertools import combinations

import journey
import steps
from tabella import voters

VOTERS = int(os.environ.get("TABELLA_SOAK", "300"))
WARM = VOTERS // 4  # until then caches fill: fonts, glyphs, every screen once
GROWTH = 8.0  # KiB a voter at most, of what the process alone holds
CHOICES = [[["Students Proposal"], ["LegCo should veto"]], [["Abstention"], []],
           [["People Power Proposal"], ["LegCo should not veto"]], [[], []]]


def private(pid):
    """KiB that are this process's alone."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return sum(int(n) for n in re.findall(r"^Private_\w+:\s+(\d+) kB", file.read(), re.M))


def vote(k, number, turn):
    """Each turn another kind of voter. How many ballots were cast, checked, and who left."""
    kind = turn % 10
    if kind == 3:
        steps.leave(k, number)
        return 0, 0, 1
    steps.check_in(k, number)
    if kind == 5:
        k.touch("繁體中文")
        k.touch("English")
    steps.choose(k, CHOICES[turn % len(CHOICES)])
    steps.confirm(k)
    checked = kind == 7
    if checked:
        steps.challenge(k)
        k.touch("Choose again")
        steps.choose_on(k, CHOICES[(turn + 1) % len(CHOICES)])
        steps.confirm(k)
    steps.cast(k)
    steps.back_to_officer(k)
    k.wait_for("Check in")
    return 1, int(checked), 0


def slope(points):
    """KiB a voter: the median over all pairs (Theil and Sen), which one jump does not turn."""
    return statistics.median((b - a) / (n - m) for (m, a), (n, b) in combinations(points, 2))


def soak(j):
    numbers = list(j.ids(people=VOTERS * 4))
    with j.kiosk() as k:
        code, path = steps.enrol(k, "tablet", j.stick)
        j.take(path, "causeway-bay")
        j.seal(rows=list(voters(VOTERS * 4, j.election.draft())))
        steps.install(k)
        steps.first_opening(k, code)
        steps.open_poll(k)
        total, points, began, said = [0, 0, 0], [], time.monotonic(), k.said()
        for turn, number in enumerate(numbers):
            total = [a + b for a, b in zip(total, vote(k, number, turn))]
            if turn >= WARM:
                points.append((turn, private(k.process.pid)))
        pace = (time.monotonic() - began) / VOTERS
        print(f"# {pace:.1f} s a voter with nobody thinking; {points[0][1]} KiB at voter {WARM}, "
              f"{points[-1][1]} KiB at {VOTERS}: {slope(points):.2f} KiB a voter", flush=True)
        j.same(k.said(), said, "a log of which a line is about one voter tells when they came")
        j.shown("no voter is a line in a log")
        if slope(points) > GROWTH:
            raise AssertionError(f"memory grows by {slope(points):.1f} KiB a voter: {points[::10]}")
        j.shown(f"memory stays flat over {VOTERS} voters")
        steps.close(k)
    said = j.election.run("import", j.stick).out
    j.same(re.findall(r"final, (\d+) ballots", said), [str(total[0])], said)
    j.shown("the batch holds every ballot")
    j.same(total[0] + total[2], VOTERS, "voted and left")
    j.shown("everybody is accounted for")


def change(draft):
    draft["policies"]["capacity"] = {"ballots": VOTERS * 2, "checkins": VOTERS * 2}


journey.run("soak", soak, change)
