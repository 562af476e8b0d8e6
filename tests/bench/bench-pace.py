# SPDX-License-Identifier: GPL-3.0-or-later
"""Does a station of 3 desks and 7 booths keep the pace of 2014, 272 voters an hour? The terminal's
own part of each voter's time is measured on this build's screens, a person's is the design's (20 s
at the desk, 70 s in the booth); the rest is simulated (pace.py). Gates nothing: the seconds are
those of this machine, with its software rendering."""
import re
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "journey"))
import journey  # noqa: E402
import pace  # noqa: E402
import steps  # noqa: E402
from watch import watch  # noqa: E402

ROUNDS = 5
DESK = (("Look up", "Same name: check in"), ("Same name: check in", "Hand the tablet to the voter"))
BOOTH = (("The voter has the tablet", "Start"), ("Start", "Students Proposal"),
         ("Students Proposal", re.compile("1 chosen")), ("Next", "LegCo should veto"),
         ("Next", "Is this what you want?"),
         ("Continue", steps.SHORT_CODE), ("Cast my ballot", "Finish"))


def spent(k, ways):
    return sum(watch(k, button, words) for button, words in ways)


def measure(j):
    """Seconds a voter of the terminal itself: medians at the desk and in the booth."""
    desk, booth = [], []
    with j.kiosk() as k:
        j.opened(k)
        ids = j.ids()
        for _ in range(ROUNDS):
            k.wait_for("Look up")
            k.keys(next(ids).translate({ord("("): None, ord(")"): None}))
            desk.append(spent(k, DESK))
            booth.append(spent(k, BOOTH))
            steps.back_to_officer(k)
    return statistics.median(desk), statistics.median(booth)


def bench(j):
    j.shots = None
    desk, booth = measure(j)
    print(f"# the terminal's own part: {desk:.2f} s a voter at the desk, "
          f"{booth:.2f} s in the booth")
    station = pace.Station(3, 7, pace.Spread(pace.PERSON_DESK, desk),
                           pace.Spread(pace.PERSON_BOOTH, booth))
    for line in pace.report(station):
        print("#", line, flush=True)
    j.shown("the pace was measured and simulated")


journey.run("pace", bench)
