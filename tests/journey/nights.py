# SPDX-License-Identifier: GPL-3.0-or-later
"""A poll of two days: the evening's totals, the morning's, and a night in which somebody changed
them."""
import datetime
import re
import sqlite3

import journey
import steps


def change(draft):
    today = datetime.date.today()
    for station in draft["stations"]:
        station["hours"] = [{"day": (today + datetime.timedelta(days=n)).isoformat(),
                             "open": "00:01", "close": "23:59"} for n in range(3)]


def end_of_day(k, name):
    k.touch("Pause")
    k.wait_for("The poll is paused")
    k.look("paused-with-days")
    k.touch("End of the day")
    k.wait_for("The day has ended")
    k.look(name)


def first_evening(j, k, ids):
    steps.vote(k, ids[0], [["Students Proposal"], []])
    k.wait_for("Check in")
    end_of_day(k, "evening")
    k.wait_for("Checked in: 1    Cast: 1    Checked ballots: 0")
    k.touch("Safety copy")
    k.touch("Write the copy")
    k.wait_for(re.compile("Written and read back"))
    k.touch("Done")
    k.wait_for("The day has ended")
    k.look("evening-copied")
    k.touch("Lock for the night")
    j.shown("the day ends with totals to write down, a safety copy and the lock")


def good_morning(j, k):
    steps.unlock(k)
    k.wait_for("The totals equal last evening's")
    k.wait_for("Checked in: 1    Cast: 1    Checked ballots: 0")
    k.look("morning")
    k.touch("Resume the poll")
    k.wait_for("Check in")
    j.shown("the morning's totals equal the evening's: the poll goes on")
    end_of_day(k, "evening")
    k.touch("A mistake: go on today")
    k.wait_for("The totals equal last evening's")
    k.touch("Resume the poll")
    k.wait_for("Check in")
    end_of_day(k, "evening")
    k.touch("Lock now")
    k.wait_for(re.compile("This tablet is locked"))
    j.shown("an end of the day by mistake is taken back")


def somebody_at_night(path):
    """Clears every check-in: whoever has the disk can do that, and it must not go unseen."""
    with sqlite3.connect(path) as box:
        box.execute("UPDATE checkin SET v = zeroblob(length(v))")
    box.close()


def bad_morning(j, k):
    steps.unlock(k)
    k.wait_for("The totals are NOT those of last evening")
    k.wait_for("Checked in: 0    Cast: 1    Checked ballots: 0")
    k.look("morning-differs")
    if k.sees("Resume the poll"):
        raise AssertionError("the poll resumes as if nothing had happened")
    k.touch("Resume all the same")
    k.wait_for(re.compile("all officers agree"), (journey.ALERT,))
    k.look("morning-asks")
    k.touch("All officers agree: resume")
    k.wait_for("Check in")
    j.shown("totals that changed at night are said loudly; resuming takes the officers' word")


def nights(j):
    ids = list(j.ids())
    with j.kiosk() as k:
        j.opened(k)
        first_evening(j, k, ids)
    with j.kiosk() as k:
        good_morning(j, k)
    somebody_at_night(j.root / "tablet" / "box.db")
    with j.kiosk() as k:
        bad_morning(j, k)


journey.run("nights", nights, change)
