# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not stay in the terminal's memory: passphrases, PIN, opened ballots, tickets, choices."""
import json
import os
import subprocess
import sys
from pathlib import Path

import journey
import steps

SCAN = Path(__file__).with_name("scan.py")


def count(k, words):
    """How often each word is in memory, as root sees it."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    done = subprocess.run([*root, sys.executable, SCAN, str(k.process.pid)], input=json.dumps(words),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"the memory could not be read: {done.stderr}")
    return json.loads(done.stdout)


def nowhere(k, words, when):
    left = {word: n for word, n in count(k, words).items() if n}
    if left:
        raise AssertionError(f"{when} there is still in memory: {left}")


def memory(j):
    with j.kiosk() as k:
        j.opened(k)
        nowhere(k, steps.PASSPHRASES, "after the first opening")
        j.shown("passphrases are nowhere in memory after the first opening")
        steps.check_in(k, next(j.ids()))
        steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
        chosen = ["✔ Students Proposal", "✔ LegCo should veto"]
        if not all(count(k, chosen).values()):
            raise AssertionError("the review's own words are not found: this test sees nothing")
        steps.confirm(k)
        steps.challenge(k)
        opened = k.qr("challenge")
        if count(k, [opened])[opened] == 0:
            raise AssertionError("the opened ballot is not found: this test sees nothing")
        k.touch("Choose again")
        steps.choose_on(k, [["Abstention"], []])
        steps.confirm(k)
        steps.cast(k)
        steps.back_to_officer(k)
        k.wait_for("Check in")
        nowhere(k, [opened, opened[20:60]], "after the session")
        j.shown("an opened ballot is nowhere in memory after the session")
        nowhere(k, chosen + ["✔ Abstention"], "after the session")
        j.shown("the review's words are nowhere in memory after the session")
        k.touch("Lock now")
        steps.unlock(k)
        k.wait_for("Check in")
        nowhere(k, steps.PASSPHRASES, "after unlocking")
        j.shown("passphrases are nowhere in memory after unlocking")


journey.run("memory", memory)
