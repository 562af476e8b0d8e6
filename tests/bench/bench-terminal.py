# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a person waits for the terminal: from its start to the locked screen, from a touch to the
next screen.

Seconds of this machine with its software rendering; the aims are 1 s and 0.1 s. Gates nothing."""
import os
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "journey"))
import journey  # noqa: E402
import steps  # noqa: E402
from watch import watch  # noqa: E402

ROUNDS = 5
WAYS = (("to the next contest", "Next", "Motion 2"),
        ("to the review", "Next", "Is this what you want?"),
        ("to the code (encrypts and proves)", "Continue", steps.SHORT_CODE),
        ("to the receipt (casts, reads back)", "Cast my ballot", "Finish"))


def start(j):
    times = []
    for _ in range(ROUNDS):
        before = time.monotonic()
        with j.kiosk() as k:
            k.wait_for("This tablet is locked: passphrase 1 of 2")
            times.append(time.monotonic() - before)
    return times


def touches(j):
    times = {name: [] for name, _, _ in WAYS}
    with j.kiosk() as k:
        steps.unlock(k)
        ids = j.ids()
        for _ in range(ROUNDS):
            steps.check_in(k, next(ids))
            k.touch("Start")
            k.touch("Students Proposal")
            for name, button, words in WAYS:
                times[name].append(watch(k, button, words))
            steps.back_to_officer(k)
    return times


def bench(j):
    j.shots = None
    with j.kiosk() as k:
        j.opened(k)
    lines = {"from the start to the locked screen": start(j), **touches(j)}
    for name, seconds in lines.items():
        median, most = 1000 * statistics.median(seconds), 1000 * max(seconds)
        print(f"# {name}: {median:.0f} ms (median of {ROUNDS}, at most {most:.0f})")
    j.shown("the terminal was measured")


journey.run("bench", bench)
