# SPDX-License-Identifier: GPL-3.0-or-later
"""One combined terminal of the demonstration, through its real screens. Run inside a display: station_day.py enrol|day PLAN.json

The plan: program, state, stick, label, shots, hint; for the day also setup_code, votes [{id, step, choices, action}], person.
Prints one JSON object: the setup code, or the receipts and codes that a phone would have read from the screen."""
import json
import os
import sys

import steps
from kiosk import JourneyError, Kiosk


def begin(kiosk, vote):
    steps.check_in(kiosk, vote["id"], vote.get("step", "Same name: check in"))
    steps.choose(kiosk, vote["choices"])
    return steps.confirm(kiosk)


def challenge(kiosk, code, out):
    steps.challenge(kiosk)
    out["challenges"].append({"code": code, "text": kiosk.qr("challenged-qr")})
    kiosk.touch("Choose again")


def run_vote(kiosk, vote, out):
    if vote["action"] == "leave":
        steps.leave(kiosk, vote["id"])
        return
    code = begin(kiosk, vote)
    if vote["action"] == "challenge":
        challenge(kiosk, code, out)
        steps.choose_on(kiosk, vote["choices"])
        code = steps.confirm(kiosk)
    if steps.cast(kiosk) != code:
        raise JourneyError("the receipt shows another code than the screen before it")
    out["receipts"].append(kiosk.qr("receipt-qr"))
    steps.back_to_officer(kiosk)
    kiosk.wait_for("Check in")


def enrol(plan, kiosk):
    code, path = steps.enrol(kiosk, plan["label"], plan["stick"])
    return {"setup_code": code, "enrolment": path}


def wait_for_person(plan):
    print(plan["person"], file=sys.stderr, flush=True)
    with open("/dev/tty", encoding="utf-8") as tty:
        tty.readline()


def day(plan, kiosk):
    out = {"receipts": [], "challenges": []}
    steps.install(kiosk)
    steps.first_opening(kiosk, plan["setup_code"])
    steps.open_poll(kiosk)
    for vote in plan["votes"]:
        run_vote(kiosk, vote, out)
    if plan.get("person"):
        wait_for_person(plan)
        kiosk.wait_for("Check in")
    kiosk.shot("check-in")
    steps.close(kiosk)
    out["batch"] = kiosk.qr("batch-qr")
    return out


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        plan = json.load(file)
    windowed = ["--windowed"] if plan.get("person") else []
    with Kiosk(plan["program"], plan["state"], plan["stick"], shots=plan["shots"] and os.path.join(plan["shots"], sys.argv[1]), hint=plan.get("hint"),
               pointer=not plan.get("person"), extra=windowed) as kiosk:
        out = {"enrol": enrol, "day": day}[sys.argv[1]](plan, kiosk)
    with open(plan["out"], "w", encoding="utf-8") as file:
        json.dump(out, file)


if __name__ == "__main__":
    main()
