# SPDX-License-Identifier: GPL-3.0-or-later
"""What officers and voters do on a combined terminal, step by step."""
import os
import re

from kiosk import BUTTONS

PASSPHRASES = ["made up one", "made up two", "made up six"]
PIN = "2468"
DIFFERS = "The name differs"  # a step at check-in: typed once more, then a provisional ballot
SETUP_CODE = re.compile(r"^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$")
COMFORT = "Language, text size, contrast and sound"
UNDERSTOOD = "Back to the options"  # after one too many
MORE = re.compile("^(More |更多（|مزید \\()")
SHORT_CODE = re.compile(r"^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$")


def turn_to(kiosk, name):
    """The page of the present screen on which that button is."""
    for _ in range(12):
        if kiosk.there(name, BUTTONS):
            return
        kiosk.touch(MORE)
    raise AssertionError(f"{name!r} is on no page")


def comfort(kiosk, *choices, way=COMFORT, back="Go on"):
    """To the comfort settings, some choices there, and back."""
    kiosk.touch(way)
    kiosk.wait_for(back)
    for choice in choices:
        turn_to(kiosk, choice)
        kiosk.touch(choice)
        kiosk.until(lambda name=choice: kiosk.checked(name), f"{choice!r} chosen")
    kiosk.touch(back)
    kiosk.wait_for(way)


def enrol(kiosk, label, stick):
    """From a new tablet to its enrolment file; returns (setup code, path)."""
    kiosk.wait_for("This tablet is new")
    kiosk.look("new")
    kiosk.keys(label)
    kiosk.touch("Make its keys")
    code = kiosk.text_of(kiosk.wait_for(SETUP_CODE))
    kiosk.look("setup-code")
    kiosk.touch("Write the enrolment file to the stick")
    kiosk.wait_for(re.compile("Written to the stick"))
    path = os.path.join(stick, f"enrolment-{label}.json")
    if not os.path.exists(path):
        raise AssertionError(f"{path} was not written")
    kiosk.look("enrolment-written")
    kiosk.touch("Done")
    return code, path


def install(kiosk, organisers_code=None):
    kiosk.touch("Install from a stick")
    kiosk.wait_for("Compare this with the paper copy")
    if organisers_code:
        kiosk.wait_for(organisers_code)
    kiosk.look("install")
    kiosk.touch("All the same: install")


def first_opening(kiosk, setup_code, officers=3):
    kiosk.wait_for("First opening")
    kiosk.keys(setup_code.replace("-", ""))
    kiosk.look("setup-code-typed")
    kiosk.touch("Continue")
    for i in range(officers):
        for again in ("choose a passphrase", "the same once more"):
            kiosk.wait_for(f"Officer {i + 1} of {officers}: {again}")
            kiosk.keys(PASSPHRASES[i])
            if i == 0:
                kiosk.look("passphrase")
            kiosk.touch("Continue")
    kiosk.wait_for("Choose a short PIN")
    kiosk.keys(PIN)
    kiosk.look("pin")
    kiosk.touch("Continue")
    kiosk.wait_for("The same PIN once more")
    kiosk.keys(PIN)
    kiosk.touch("Finish")
    kiosk.wait_for("Self-test")


def open_poll(kiosk, role="combined"):
    kiosk.wait_for("Self-test")
    kiosk.look("self-test")
    kiosk.touch("Zero report")
    kiosk.wait_for("Zero report")
    kiosk.wait_for(re.compile("Cast: 0"))
    kiosk.look("zero-report")
    kiosk.touch("Open the poll")
    kiosk.wait_for("This booth is open" if role == "booth" else "Check in")
    kiosk.look("open")


def unlock(kiosk, which=(0, 1)):
    for n, i in enumerate(which):
        kiosk.wait_for(f"This tablet is locked: passphrase {n + 1} of {len(which)}")
        kiosk.look("locked")
        kiosk.keys(PASSPHRASES[i])
        kiosk.touch("Unlock")


def look_up(kiosk, number, button="Look up"):
    kiosk.wait_for(button)
    kiosk.keys(re.sub("[^0-9A-Z]", "", number))
    kiosk.touch(button)


def doubt(kiosk, number):
    """The name differs: the number once more; ends on the answer."""
    kiosk.look("answer")
    kiosk.touch(DIFFERS)
    kiosk.wait_for("Type the number once more")
    kiosk.look("once-more")
    look_up(kiosk, number)


def read_account(kiosk):
    """What is told after a crash or a lock in mid-vote; returns it."""
    kiosk.button("Read: go on")
    kiosk.look("account")
    said = kiosk.words()
    kiosk.touch("Read: go on")
    return said


def check_in(kiosk, number, step="Same name: check in"):
    look_up(kiosk, number)
    if step == DIFFERS:
        kiosk.button(DIFFERS)
        doubt(kiosk, number)
        step = "Give a provisional ballot"
    kiosk.button(step)
    kiosk.look("answer")
    kiosk.touch(step)
    kiosk.wait_for("Hand the tablet to the voter")
    kiosk.look("handover")
    kiosk.touch("The voter has the tablet")
    kiosk.wait_for("Start")


def choose(kiosk, choices):
    """One list of option names a contest; ends on the review."""
    kiosk.look("welcome")
    kiosk.touch("Start")
    choose_on(kiosk, choices)


def choose_on(kiosk, choices):
    """The same from the first contest on."""
    for names in choices:
        kiosk.wait_for(re.compile("Choose up to"))
        for name in names:
            kiosk.touch(name)
        if names:
            kiosk.wait_for(re.compile(f"{len(names)} chosen"))
        kiosk.look("contest-" + "-".join(names or ["blank"]).replace(" ", "-"))
        kiosk.touch("Next")
    kiosk.wait_for("Is this what you want?")
    kiosk.look("review")


def confirm(kiosk):
    """From the review to the code; returns the short code."""
    kiosk.touch("Continue")
    code = kiosk.text_of(kiosk.wait_for(SHORT_CODE))
    kiosk.look("code")
    return code


def cast(kiosk):
    kiosk.touch("Cast my ballot")
    kiosk.wait_for(re.compile("Your ballot is recorded"))
    code = kiosk.text_of(kiosk.wait_for(SHORT_CODE))
    kiosk.look("done")
    return code


def challenge(kiosk):
    kiosk.touch("Check this machine")
    kiosk.wait_for("This ballot does NOT count.")
    kiosk.look("challenged")


def back_to_officer(kiosk, button="Finish", title="Please give the tablet to the officer"):
    kiosk.touch(button)
    kiosk.wait_for(title)
    kiosk.look("officer-pin")
    kiosk.keys(PIN)
    kiosk.touch("Continue")


def vote(kiosk, number, choices, step="Same name: check in"):
    check_in(kiosk, number, step)
    choose(kiosk, choices)
    shown = confirm(kiosk)
    if cast(kiosk) != shown:
        raise AssertionError("the receipt shows another code than the screen before")
    back_to_officer(kiosk)
    return shown


def leave(kiosk, number, step="Same name: check in"):
    """Checks in, begins to vote, and walks away."""
    check_in(kiosk, number, step)
    kiosk.touch("Start")
    kiosk.wait_for(re.compile("Choose up to"))
    back_to_officer(kiosk, "Call the officer")
    kiosk.wait_for("A voter is in the middle of voting")
    kiosk.look("voter-left")
    kiosk.touch("The voter left: end without a ballot")
    kiosk.wait_for("Check in")


def close_for_good(kiosk, button="Close", count=None):
    """From the open or paused poll to where the final is to be written."""
    kiosk.touch(button)
    kiosk.wait_for("Closing, step 1 of 4: count")
    kiosk.look("close-count")
    if count is None:
        kiosk.touch("We did not count")
    else:
        kiosk.keys(str(count))
        kiosk.touch("Continue")
    kiosk.wait_for("Closing, step 2 of 4: compare")
    kiosk.look("close-compare")
    kiosk.touch("Continue")
    kiosk.wait_for("Closing, step 3 of 4: close for good?")
    kiosk.look("close-for-good")
    kiosk.touch("Close for good")
    kiosk.wait_for("Closing, step 4 of 4: write the final batch")
    kiosk.look("close-write")


def write_final(kiosk):
    kiosk.touch("Write to the stick")
    kiosk.wait_for(re.compile("Closed. The batch is on the stick"))
    kiosk.look("closed")


def close(kiosk, button="Close", count=None):
    close_for_good(kiosk, button, count)
    write_final(kiosk)
