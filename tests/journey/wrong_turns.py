# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong at a combined terminal's table: double taps, a reader that reads too often,
mistyped numbers, people in the wrong place, and the clock of the day."""
import datetime
import re

import journey
import steps
from journey import hkid
from kiosk import Atspi

SETTLE = 400  # as on a real tablet


def tomorrow():
    return datetime.date.today() + datetime.timedelta(days=1)


def change(draft):
    """One day's hours, tomorrow; a ballot that this station does not have; a directory."""
    draft["policies"].update(voting="anywhere", walk_ins="provisional", directory=True,
                             duplicates="lot")
    draft["styles"].append({"id": "wide", "title": {"en": "Motion 1 only", "zh_HK": "議題一"},
                            "contests": ["motion-1"]})
    for station in draft["stations"]:
        station["hours"] = [{"day": tomorrow().isoformat(), "open": "10:00", "close": "22:00"}]
        if station["id"] == "mong-kok":
            station["styles"].append("wide")


def to(k, time):
    """The clock jumps to that time of tomorrow."""
    there = datetime.datetime.combine(tomorrow(), datetime.time.fromisoformat(time))
    now = datetime.datetime.now() + datetime.timedelta(seconds=k.jumped)
    k.jump(int((there - now).total_seconds()))


def open_early(j, k):
    to(k, "09:30")
    code, path = steps.enrol(k, "table", j.stick)
    j.take(path, "causeway-bay", lane="0-4")
    j.election.enrol([("causeway-bay", "combined", "5-9")])
    rows = list(journey.voters(200, j.election.draft()))
    for row in rows:
        row["style"] = "wide" if row["station"] == "mong-kok" else "all"
    j.seal(rows)
    steps.install(k)
    steps.first_opening(k, code)
    k.touch("Zero report")
    k.wait_for("This station opens at 10:00.")
    k.touch("Back")
    steps.open_poll(k)
    k.wait_for("This station opens at 10:00.")
    k.look("early")
    to(k, "10:01")
    k.touch("Pause")
    k.touch("Resume")
    k.wait_for("Check in")
    if k.sees(re.compile("opens at")):
        raise AssertionError("it is still said to be early")
    j.shown("before opening time a hint says so, and stops nobody")


def set_entry(k, text):
    Atspi.EditableText.set_text_contents(k.entry(), text)


def numbers(j, k, ids):
    steps.look_up(k, "A12")
    k.wait_for("This number cannot be right")
    k.wait_for(re.compile("has not the form"))
    k.look("wrong-form")
    k.touch("Correct the number")
    k.wait_for("Check in")
    j.same(Atspi.Text.get_text(k.entry(), 0, -1), "A12", "the number to be corrected")
    set_entry(k, "".join(chr(ord(c) + 0xFEE0) for c in ids[0].lower()))
    k.touch("Look up")
    k.wait_for("On the roll: may vote")
    j.shown("a mistyped number says what is wrong and can be corrected; full-width letters pass")
    k.touch("The name differs")
    k.wait_for("Type the number once more")
    steps.look_up(k, ids[1])
    k.wait_for("On the roll: may vote")
    k.touch("The name differs")
    k.touch("Another voter")
    steps.look_up(k, ids[1])
    k.wait_for("On the roll: may vote")
    k.touch("The name differs")
    steps.look_up(k, ids[1])
    k.wait_for("The same number, and still this name")
    k.look("still-this-name")
    k.touch("Back")
    k.wait_for("Check in")
    j.shown("a name that differs: typed once more it is another number, or still the same")


def elsewhere(j, k):
    steps.look_up(k, next(j.ids("mong-kok", "01234")))
    k.wait_for("On the roll of another station")
    k.look("other-station")
    if "Mong Kok" not in k.words():
        raise AssertionError(f"it is not said where: {k.words()}")
    k.touch("Next voter")
    steps.look_up(k, hkid(900))
    k.wait_for(re.compile("A provisional ballot can be given"))
    k.look("provisional-only")
    k.touch("Back")
    k.wait_for(re.compile("Not found since unlocking: 1"))
    j.shown("another station is named, a stranger is offered a provisional ballot")


def day_of_table(j, k, ids):
    steps.vote(k, ids[0], [["Students Proposal"], ["LegCo should veto"]])
    k.wait_for("Check in")
    k.jump(91 * 60)
    k.wait_for(re.compile("Time for a safety copy"), seconds=25)
    k.look("copy-due")
    k.touch("Safety copy")
    k.touch("Write the copy")
    k.wait_for(re.compile("Written and read back"))
    k.touch("Done")
    k.wait_for("Check in")
    if k.sees(re.compile("Time for a safety copy")):
        raise AssertionError("another copy is wanted at once")
    j.shown("after ninety minutes a safety copy is asked for, once")


def closing_time(j, k, ids):
    to(k, "22:03")
    k.wait_for("It is past closing time: finish the queue, then close.", seconds=25)
    k.look("past-closing")
    k.touch("Only the queue now")
    k.wait_for("Past closing time: only the queue.")
    k.look("only-the-queue")
    steps.vote(k, ids[1], [[], []])
    k.wait_for(re.compile("Time for a safety copy"))  # comes first again: the last is long ago
    j.shown("closing time is told, confirmed once, and stops nobody")


def insist(k, name, then):
    """Touches until the screen takes it: a new one takes nothing for a moment."""
    def probe():
        if k.find(then):
            return True
        node = k.find(name)
        if node:
            k.touch_node(node)
        return False
    k._wait(probe, f"{then!r} after touching {name!r}")


def type_number(k, number):
    """Once the keys are taken, all of it."""
    k.wait_for("Look up")
    entry = k.entry()

    def probe():
        if Atspi.Text.get_character_count(entry) > 0:
            return True
        k.touch_node(k.find("0"))
        return False
    k._wait(probe, "a key that is taken")
    set_entry(k, number)


def double_taps(j, k, ids):
    steps.unlock(k)
    k.wait_for("Check in")
    type_number(k, ids[2])
    at = k.settled(k.button("Look up"))
    for _ in range(3):
        k.pointer.touch(at.x + at.width - 20, at.y + at.height // 2)
    k.wait_for("On the roll: may vote")
    k.press("Tab")
    k._wait(lambda: next((n for n in k.showing() if k.is_(n, Atspi.StateType.FOCUSED)), None),
            "a button with the focus")
    k.press("A", "1", "2", "3", "4", "5", "6", "7", "Return")
    insist(k, "Back", "Check in")
    type_number(k, ids[2])
    insist(k, "Look up", "On the roll: may vote")
    j.shown("three taps on Look up and a second reading check nobody in")
    insist(k, "Same name: check in", "Hand the tablet to the voter")
    insist(k, "The voter has the tablet", "Start")
    insist(k, "Start", "Motion 1")
    insist(k, "Abstention", re.compile("1 chosen"))
    at = k.settled(k.button("Next"))
    for _ in range(4):
        k.pointer.touch(at.x + at.width - 20, at.y + at.height // 2)
    k.wait_for("Motion 2")
    insist(k, "Back", "Motion 1")
    j.shown("four taps on Next go on by one question")


def wrong_turns(j):
    ids = list(j.ids(digits="01234"))
    with j.kiosk(clock=j.root / "clock") as k:
        open_early(j, k)
        numbers(j, k, ids)
        elsewhere(j, k)
        day_of_table(j, k, ids)
        closing_time(j, k, ids)
    with j.kiosk(settle=SETTLE) as k:
        double_taps(j, k, ids)
        k.kill()


journey.run("wrong-turns", wrong_turns, change)
