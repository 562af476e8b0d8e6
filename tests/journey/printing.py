# SPDX-License-Identifier: GPL-3.0-or-later
"""What a station prints, and a printer that is out of paper, hangs, or fails behind a voter's back."""
import re

import journey
import steps
from printer import Printer, contains, failed

MORE = re.compile("^More")


def on_the_self_test(k, words):
    """Its lines fill more than one page where the machine is not as a terminal should be."""
    k.wait_for("Self-test")
    k.wait_for(re.compile("Storage"))
    for _ in range(3):
        if k.sees(MORE) and not k.sees(words):
            k.touch(MORE)
    k.wait_for(words)


def zero_report(j, k, printer):
    on_the_self_test(k, "✔  The printer is ready: printer")
    k.look("self-test")
    printer.be("no-paper")
    k.touch("Test again")
    on_the_self_test(k, "!  The printer is out of paper")
    k.look("self-test-without-paper")
    k.touch("Zero report")
    code = k.text_of(k.wait_for(steps.SHORT_CODE))
    k.touch("Print")
    failed(k, "out of paper")
    k.look("zero-report-without-paper")
    j.shown("without paper the zero report stays on the screen, with what to do")
    printer.be("ready")
    k.touch("Print")
    k.button("Print again")
    if k.sees(re.compile("^Not printed")):
        raise AssertionError("it says that it did not print, and it did")
    k.look("zero-report-printed")
    text, _ = printer.text(k, 1)
    contains(text, "Zero report", "PRACTICE", code, "Checked in 0", "Ballots in the box 0",
             "Officer: name and signature")
    j.shown("the zero report is printed: zeros, keys to compare, room to sign")


def hanging(j, k, printer):
    """Nothing waits for it."""
    printer.be("hangs")
    k.touch("Print again")
    k.wait_for("Printing …")
    k.touch("Open the poll")
    k.wait_for("Check in")
    k.jump(60)
    failed(k, "look at the printer")
    k.look("hangs")
    j.shown("a printer that hangs stops nothing; after its time the officers are told")
    printer.be("ready")


def in_a_voters_hands(j, k, printer, number):
    """A print that fails while a voter has the tablet is told to the officers only."""
    k.touch("Safety copy")
    k.touch("Write the copy")
    k.wait_for(re.compile("Written and read back"))
    receipt = k.qr("safety-copy")
    k.touch("Print")
    k.button("Print again")
    k.look("safety-copy-printed")
    text, symbol = printer.text(k, 2)
    contains(text, "Receipt of a safety copy", receipt)
    j.same(symbol, receipt, "the receipt's symbol")
    printer.be("hangs")
    k.touch("Print again")
    k.wait_for("Printing …")
    k.touch("Done")
    steps.check_in(k, number)
    k.jump(60)
    steps.choose(k, [["Students Proposal"], ["LegCo should veto"]])
    if k.sees(re.compile("Not printed")):
        raise AssertionError("a voter is told about the printer")
    steps.confirm(k)
    steps.cast(k)
    steps.back_to_officer(k)
    failed(k, "look at the printer")
    k.look("told-to-the-officers")
    printer.be("ready")
    j.shown("a safety copy's receipt is printed; a voter never hears of the printer")


def printing(j):
    printer = Printer(j, "210x297")
    with j.kiosk(clock=j.root / "clock", printer=printer.folder) as k:
        code, path = steps.enrol(k, "tablet", j.stick)
        j.take(path, "causeway-bay")
        j.seal()
        steps.install(k)
        steps.first_opening(k, code)
        zero_report(j, k, printer)
        hanging(j, k, printer)
        in_a_voters_hands(j, k, printer, next(j.ids()))
        steps.close(k, count=2)
        receipt = k.qr("receipt-on-the-screen")
        k.touch("Closing report")
        k.touch("Print")
        k.button("Print again")
        k.look("closing-report-printed")
        text, symbol = printer.text(k, 3)
        contains(text, "Closing report", "PRACTICE", "ballots in the box 1: equal", receipt,
                 "Clicker 2, checked in 1: 1 more on the clicker", closed=True)
        j.same(symbol, receipt, "the closing report's symbol")
        j.shown("the closing report is printed with the batch's receipt")


journey.run("printing", printing)
