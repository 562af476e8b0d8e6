# SPDX-License-Identifier: GPL-3.0-or-later
"""One deck twice: through the screens, and by `tabella rehearse`. Counts and journals are the same."""
import json
import struct

import journey
import steps
from tabella import deck_text, hkid

OPTIONS = {
    "motion-1": {"alliance": "Alliance for True Democracy Proposal",
                 "people-power": "People Power Proposal",
                 "students": "Students Proposal", "abstain": "Abstention"},
    "motion-2": {"veto": "LegCo should veto", "no-veto": "LegCo should not veto",
                 "abstain": "Abstention"},
}
STEPS = {"roll": "Same name: check in", "walkin": "Check in as a walk-in",
         "provisional": steps.DIFFERS}

# (voter, kind, action, choices); the voter is a place on the station's roll, or from 900 on someone
# on no roll
DECK = [
    (0, "roll", "cast", {"motion-1": "students", "motion-2": "veto"}),
    (1, "roll", "cast", {}),
    (2, "roll", "leave", {}),
    (3, "provisional", "cast", {"motion-1": "abstain"}),
    (900, "walkin", "cast", {"motion-2": "no-veto"}),
    (4, "roll", "challenge", {"motion-1": "alliance", "motion-2": "veto"}),
    (4, "roll", "challenge", {}),
    (4, "roll", "cast", {"motion-1": "people-power", "motion-2": "abstain"}),
    (2, "roll", "cast", {"motion-1": "students"}),
]


def number(j, voter, station):
    if voter >= 900:
        return hkid(voter + journey.STATIONS.index(station))
    return list(j.ids(station))[voter]


def on_screens(j, k):
    again = False  # the voter before checks the machine and goes on
    for voter, kind, action, choices in DECK:
        wanted = [[OPTIONS[c][choices[c]]] if c in choices else [] for c in OPTIONS]
        if action == "leave":
            steps.leave(k, number(j, voter, "causeway-bay"), STEPS[kind])
            continue
        if again:
            k.touch("Choose again")
            steps.choose_on(k, wanted)
        else:
            steps.check_in(k, number(j, voter, "causeway-bay"), STEPS[kind])
            steps.choose(k, wanted)
        steps.confirm(k)
        again = action == "challenge"
        if again:
            steps.challenge(k)
        else:
            steps.cast(k)
            steps.back_to_officer(k)
            k.wait_for("Check in")


def by_rehearsal(j):
    rows = [{"terminal": 2, "id": number(j, voter, "mong-kok"), "kind": kind, "action": action,
             "style": "all", "selections": ";".join(f"{c}={o}" for c, o in choices.items())}
            for voter, kind, action, choices in DECK]
    deck = j.root / "deck.csv"
    deck.write_text(deck_text(rows))
    j.election.run("rehearse", deck, "--out", j.root / "rehearsed")


def batch(folder, terminal):
    """(counts, journal without the clock) of a final, as data/doc/protocol.md lays it out."""
    data = (folder / f"terminal-{terminal:03d}" / "batch-0001" / "ballots").read_bytes()
    size, = struct.unpack_from("<I", data, 168)
    events = [json.loads(line) for line in data[172:172 + size].decode().splitlines()]
    for event in events:
        event.pop("clock", None)
    return struct.unpack_from("<6I", data, 112), events


def rehearsed(j):
    with j.kiosk() as k:
        j.opened(k)
        on_screens(j, k)
        steps.close(k)
    by_rehearsal(j)
    screens, rehearsal = batch(j.stick, 1), batch(j.root / "rehearsed", 2)
    j.same(screens[0], rehearsal[0], "the counts of the screens and those of the rehearsal")
    j.same(screens[0], (6, 0, 6, 0, 6, 2), "checked in, given, voted, left, cast, challenged")
    j.shown("a deck with every kind of voter comes to the same counts both ways")
    j.same(screens[1], rehearsal[1], "the journals")
    j.same([e["event"] for e in screens[1]],
           ["enrolled", "installed", "unlocked", "zero_report", "opened", "closed"], "the events")
    j.shown("and to the same journal, event by event")
    said = j.election.run("import", j.stick, j.root / "rehearsed").out
    j.same(said.count("final, 6 ballots"), 2, said)
    j.shown("both batches are imported")


journey.run("rehearsed", rehearsed)
