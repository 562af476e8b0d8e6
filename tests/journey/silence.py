# SPDX-License-Identifier: GPL-3.0-or-later
"""A tablet on which nothing can be heard: it says so on the screen, and the vote goes on."""
import os
import re

import journey
import steps


def silence(j):
    os.environ["SPEECHD_ADDRESS"] = f"unix_socket:{j.root}/no/such/socket"
    with j.kiosk() as k:
        j.opened(k)
        steps.check_in(k, next(j.ids()))
        k.press("F1")
        k.wait_for(re.compile("The sound of this tablet does not work"))
        k.look("no-sound")
        steps.comfort(k, "Black on white")
        k.touch(steps.COMFORT)
        steps.turn_to(k, "Off")
        j.same(k.checked("Off"), True, "the sound")
        if k.sees("Louder"):
            raise AssertionError("there is a volume without sound")
        k.touch("Go on")
        steps.choose(k, [["Students Proposal"], []])
        steps.confirm(k)
        steps.cast(k)
        j.shown("without a dispatcher the sound goes off with a notice, and nothing else stops")
        steps.back_to_officer(k)
        k.wait_for("Check in")


journey.run("silence", silence)
