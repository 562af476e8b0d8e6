# SPDX-License-Identifier: GPL-3.0-or-later
"""The main way through the day on other panels: every screen whole at the default size."""
import os
import re

import journey
import steps


def panel(j):
    with j.kiosk() as k:
        j.opened(k)
        ids = list(j.ids())
        steps.check_in(k, ids[0])
        steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
        k.touch("Change: Motion 2")
        k.wait_for("Motion 2")
        k.look("changing")
        k.touch("LegCo should not veto")
        k.wait_for(re.compile("one too many"))
        k.look("one-too-many")
        k.touch(steps.UNDERSTOOD)
        k.touch("To the review")
        k.wait_for("Is this what you want?")
        steps.confirm(k)
        steps.challenge(k)
        k.qr("challenge-as-photographed")
        k.touch("Choose again")
        steps.choose_on(k, [["Abstention"], []])
        steps.confirm(k)
        steps.cast(k)
        k.qr("receipt-as-photographed")
        steps.back_to_officer(k)
        k.wait_for("Check in")
        steps.leave(k, ids[1])
        k.touch("Pause")
        k.wait_for("The poll is paused")
        k.look("paused")
        k.touch("Resume")
        k.wait_for("Check in")
        k.touch("Lock now")
        steps.unlock(k)
        k.wait_for("Check in")
        steps.close(k)
    j.shown(f"every screen of the day is whole on a panel of {os.environ['TABELLA_SCREEN']}")


journey.run("panel-" + os.environ["TABELLA_SCREEN"], panel)
