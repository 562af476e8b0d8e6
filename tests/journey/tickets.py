# SPDX-License-Identifier: GPL-3.0-or-later
"""A desk's tickets: printed by themselves, or not at all, or by the real print service."""
import os
import re
import subprocess
import sys
from pathlib import Path

import journey
import steps
from printer import Printer, contains, failed

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "command"))
from print_service import Service  # noqa: E402

PRINT = re.compile("^Print( again)?$")


def ticket(k, number):
    steps.look_up(k, number)
    k.touch("Same name: check in")
    k.wait_for("Ticket")
    return k.text_of(k.wait_for(steps.SETUP_CODE))


def desk(j):
    """A desk's tickets, on a roll; in the end without a printer."""
    printer = Printer(j, "80x0")
    numbers = j.ids()
    with j.kiosk("desk", clock=j.root / "clock", printer=printer.folder) as k:
        j.opened(k, "desk", role="desk")
        number = next(numbers)
        shown = ticket(k, number)
        text, symbol = printer.text(k, 1)
        k.look("ticket-printed")
        contains(text, "Ticket for one ballot", "PRACTICE", shown)
        j.same(symbol, shown.replace("-", ""), "the ticket's symbol")
        for private in number, number[:-3], "Voter ":
            if private in text:
                raise AssertionError(f"{private!r} is on a ticket: {text}")
        k.touch("Next voter")
        j.shown("a ticket prints by itself, once, without name, number or hour")
        printer.be("no-paper")
        shown = ticket(k, next(numbers))
        failed(k, "out of paper")
        k.look("ticket-without-paper")
        k.wait_for(shown)
        printer.be("ready")
        k.touch("Print")
        text, _ = printer.text(k, 2)
        contains(text, shown)
        k.touch("Next voter")
        j.shown("a ticket that was not printed is still on the screen, and prints when there is paper")
        k.touch("Lock now")
    with j.kiosk("desk") as k:
        steps.unlock(k)
        shown = ticket(k, next(numbers))
        k.look("ticket-without-printer")
        if k.find(PRINT) or k.sees(re.compile("Not printed")):
            raise AssertionError("a printer is spoken of where there is none")
        j.same(len(printer.sheets()), 2, "printed tickets")
        k.touch("Next voter")
        k.wait_for("Check in")
        j.shown("without a printer the ticket is on the screen and nothing else is said")


def real(j):
    """Through Debian's own print service, from the terminal's button to the printer."""
    service = Service({"one": ["Info The printer on the table"]}, paper={"one": (595, 842)})
    os.environ["CUPS_SERVER"] = str(service.socket)
    try:
        with j.kiosk("desk", printer="real") as k:
            steps.unlock(k)
            shown = ticket(k, list(j.ids())[5])
            k._wait(service.printed, "a printed ticket")
            path = j.root / "real.pdf"
            path.write_bytes(service.printed())
            contains(subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True,
                                    text=True, check=True).stdout, shown)
            k.button("Print again")
            k.touch("Next voter")
            k.wait_for("Check in")
            k._wait(lambda: not service.kept(), "an empty spool")
    finally:
        service.stop()
        del os.environ["CUPS_SERVER"]
    j.shown("the real print service prints a ticket and keeps nothing of it")


def tickets(j):
    desk(j)
    real(j)


journey.run("tickets", tickets)
