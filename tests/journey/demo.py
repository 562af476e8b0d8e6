# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole way, from the trustees' ceremony to a verified result: what `sh data/demo` runs after building.

demo.py BUILD: works in BUILD/demo. Stations 1 and 2 vote through the terminal's real screens, stations 3 and 4 are rehearsed."""
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LANES = "0-9"
MOTION_1 = ["alliance", "people-power", "students", "abstain"]
MOTION_2 = ["veto", "no-veto", "abstain"]
WORDS_1 = ["Alliance for True Democracy Proposal", "People Power Proposal", "Students Proposal", "Abstention"]
WORDS_2 = ["LegCo should veto", "LegCo should not veto", "Abstention"]


def hkid(number):
    """A made-up identity card number with a right check character (facts: weights 9 to 2, a missing letter counts 36)."""
    digits = f"{number:06d}"
    total = 9 * 36 + 8 * 10 + sum(w * int(d) for w, d in zip((7, 6, 5, 4, 3, 2), digits))
    check = (11 - total % 11) % 11
    return f"A{digits}({'A' if check == 10 else check})"


class Demo:
    def __init__(self, build):
        self.build = os.path.abspath(build)
        self.root = os.path.join(self.build, "demo")
        self.tabella = os.path.join(self.build, "src/command/tabella")
        self.terminal = os.path.join(self.build, "src/terminal/tabella-terminal")
        self.folder = os.path.join(self.root, "election")
        self.practice = os.path.join(self.folder, "practice")
        self.password = os.path.join(self.root, "passphrase")
        self.person = sys.stdin.isatty() and bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        self.expected = {"motion-1": [0] * 4, "motion-2": [0] * 3}
        self.ballots = 0
        self.began = time.monotonic()

    # Small things

    def path(self, *parts):
        return os.path.join(self.root, *parts)

    def title(self, words):
        print(f"\n── {words}  [{time.monotonic() - self.began:.0f} s]", flush=True)

    def run(self, *verb, folder=None, quiet=False):
        """A verb of the command, in the practice election unless told otherwise."""
        result = subprocess.run([self.tabella, "-C", folder or self.practice, *verb], capture_output=quiet, text=True, check=False)
        if result.returncode != 0:
            if quiet:
                print(result.stdout + result.stderr)
            raise SystemExit(f"demo: tabella {' '.join(verb)} ended with status {result.returncode}")
        return result.stdout

    def secret(self, *verb, folder=None):
        return self.run(*verb, "--passphrase-file", self.password, folder=folder, quiet=True)

    def count(self, one, two):
        """Adds a ballot to the totals that must come out: option numbers, None for blank."""
        self.ballots += 1
        if one is not None:
            self.expected["motion-1"][one] += 1
        if two is not None:
            self.expected["motion-2"][two] += 1

    # Before the poll

    def prepare(self):
        shutil.rmtree(self.root, ignore_errors=True)
        os.makedirs(self.path("stick"))
        with open(self.password, "w", encoding="utf-8") as file:
            file.write("words made up for the demonstration\n")
        self.title("A new election from the example, and its trustees' ceremony")
        self.run("new", self.folder, "--example", "referendum-2014", folder=self.root)
        self.run("check", folder=self.folder)
        with open(os.path.join(self.folder, "election.json"), encoding="utf-8") as file:
            names = json.load(file)["trustees"]["names"]
        for i, name in enumerate(names, 1):
            self.secret("trustee", "init", "--index", str(i), "--name", name, "--secret", self.path(f"trustee-{i}"), folder=self.folder)
        for step in ("open", "deal", "accept"):
            for i in range(1, len(names) + 1):
                said = self.secret("trustee", step, "--index", str(i), "--secret", self.path(f"trustee-{i}"), folder=self.folder)
        print(said.strip())
        self.secret("key", "new", self.path("organisers"), folder=self.folder)

    def make_roll(self):
        with open(os.path.join(self.folder, "election.json"), encoding="utf-8") as file:
            self.stations = [s["id"] for s in json.load(file)["stations"]]
        with open(self.path("roll.csv"), "w", encoding="utf-8") as file:
            file.write("id,name,style,station\n")
            for n in range(1, 201):
                file.write(f"{hkid(n)},Voter {n:04d},all,{self.stations[(n - 1) // 50]}\n")

    def enrol(self):
        self.title("Two tablets make their keys on their own screens; stations 3 and 4 are simulated")
        self.make_roll()
        plans = [self.plan(k, "enrol") for k in (1, 2)]
        self.setup_codes = []
        for k, out in zip((1, 2), self.on_screens("enrol", plans)):
            self.setup_codes.append(out["setup_code"])
            self.run("enrol", out["enrolment"], "--station", self.stations[k - 1], "--role", "combined", folder=self.folder)
        for station, role, n in ((2, "combined", 1), (3, "desk", 1), (3, "booth", 2), (3, "spare", 1)):
            self.run("rehearse", "--enrol", str(n), "--station", self.stations[station], "--role", role, folder=self.folder)
        self.run("roll", self.path("roll.csv"), folder=self.folder)
        print(self.secret("seal", "--key", self.path("organisers.key"), "--practice", folder=self.folder).strip())
        self.run("package", "--out", self.path("stick"))

    # Election day

    def plan(self, k, phase):
        return {"program": self.terminal, "state": self.path(f"tablet-{k}"), "stick": self.path("stick"), "label": f"station-{k}",
                "shots": self.path("screenshots", f"station-{k}"), "out": self.path(f"{phase}-{k}.json"),
                "hint": f"Try the numbers {hkid(50 * k - 20)}, {hkid(50 * k - 19)}, {hkid(50 * k - 18)}"}

    def on_screens(self, phase, plans):
        """Runs the journeys side by side, each on a display of its own; a person gets the first one's window."""
        running = []
        for plan in plans:
            name = plan["out"] + ".plan"
            with open(name, "w", encoding="utf-8") as file:
                json.dump(plan, file)
            command = [os.path.join(HERE, "station_day.py"), phase, name]
            command = [sys.executable, *command] if plan.get("person") else ["sh", os.path.join(HERE, "run"), "1280x800", *command]
            log = None if plan.get("person") else open(plan["out"] + ".log", "w", encoding="utf-8")
            running.append((subprocess.Popen(command, stderr=log), log))
        self.wait_for(running)
        outs = []
        for plan in plans:
            with open(plan["out"], encoding="utf-8") as file:
                outs.append(json.load(file))
        return outs

    def wait_for(self, running):
        """All journeys; what a failed one said is shown (a session's own chatter stands there too)."""
        failed = [log for process, log in running if process.wait() != 0]
        for log in failed:
            if log is not None:
                with open(log.name, encoding="utf-8") as file:
                    print(file.read()[-3000:])
        if failed:
            raise SystemExit(f"demo: a terminal's journey failed; its pictures are in {self.path('screenshots')}")

    def screen_vote(self, n, one, two, action="cast", **more):
        if action != "leave":
            self.count(one, two)
        return {"id": hkid(n), "action": action, "choices": [[WORDS_1[one]] if one is not None else [], [WORDS_2[two]] if two is not None else []], **more}

    def day_on_screens(self):
        self.title("Election day at stations 1 and 2, through the screens")
        votes = {
            1: [self.screen_vote(1, 0, 0), self.screen_vote(2, 2, 1), self.screen_vote(3, None, 2), self.screen_vote(4, 1, 0, "challenge"),
                self.screen_vote(5, None, None), self.screen_vote(6, None, None, "leave")],
            2: [self.screen_vote(51, 2, 0), self.screen_vote(52, 3, 2), self.screen_vote(901, 0, 1, step="Check in as a walk-in"),
                self.screen_vote(53, 1, None, "challenge"), self.screen_vote(54, 2, 0)],
        }
        plans = []
        for k in (1, 2):
            plan = self.plan(k, "day")
            plan.update(setup_code=self.setup_codes[k - 1], votes=votes[k])
            if k == 1 and self.person:
                plan["person"] = (f"\nYou may vote in the window now, as often as you like: {plan['hint']}.\n"
                                  "The officers' PIN is 2468. When the window shows \"Check in\" again and you have had enough, press Enter here.")
            plans.append(plan)
        outs = self.on_screens("day", plans)
        self.receipts = [text for out in outs for text in out["receipts"] + [out["batch"]]]
        for out in outs:
            for challenge in out["challenges"]:
                said = json.loads(self.run("verify-challenge", challenge["text"], "--manifest", "manifest.json", "--json", quiet=True))
                if said["short_code"] != challenge["code"]:
                    raise SystemExit("demo: a challenged ballot leads to another code than the screen showed")
                print(f"A checked machine told the truth: {said['short_code']} is {json.dumps(said['selections'])}")

    def deck(self):
        """Stations 3 (terminal 3) and 4 (desk 4, booths 5 and 6, spare 7 as a third booth)."""
        rows = ["terminal,id,kind,action,selections,booth,ticket"]

        def line(terminal, n, kind, action, one=None, two=None, booth="", ticket="", counts=True):
            parts = ([f"motion-1={MOTION_1[one]}"] if one is not None else []) + ([f"motion-2={MOTION_2[two]}"] if two is not None else [])
            rows.append(f"{terminal},{hkid(n)},{kind},{action},{';'.join(parts)},{booth},{ticket}")
            if action == "cast" and counts:
                self.count(one, two)

        for n in range(101, 125):
            line(3, n, "roll", "cast", n % 4, n % 3)
        line(3, 125, "roll", "challenge", 0, 0)
        line(3, 125, "roll", "cast", 3, 0)
        line(3, 126, "roll", "cast")  # blank
        line(3, 127, "roll", "leave", 1, 1)
        line(3, 902, "walkin", "cast", 2, 2)
        line(3, 1, "walkin", "cast", 1, 1, counts=False)  # voted at station 1 already: struck
        line(3, 128, "provisional", "cast", 0, 2)
        for n in range(151, 169):
            line(4, n, "roll", "cast", n % 4, n % 3, booth=5 + n % 3)
        line(4, 169, "roll", "cast", 2, 0, booth=5)
        # The same ticket at the other booth: one of the two stands, whichever the lot takes.
        line(4, 169, "roll", "cast", 2, 0, booth=6, ticket=len(rows) - 1, counts=False)
        line(4, 170, "roll", "challenge", 3, 1, booth=7)
        line(4, 170, "roll", "cast", 0, 1, booth=7)
        line(4, 171, "roll", "leave", 0, 0, booth=5)
        with open(self.path("deck.csv"), "w", encoding="utf-8") as file:
            file.write("\n".join(rows) + "\n")

    def amend(self, *change):
        self.secret("amend", "--key", self.path("organisers.key"), *change)
        print("Amendment signed:", " ".join(change))

    def day_rehearsed(self):
        self.title("Stations 3 and 4 rehearse a deck; a spare becomes a booth, booth 6 is lost with only its safety copy")
        self.deck()
        self.amend("spare", "--terminal", "7", "--station", self.stations[3], "--role", "booth", "--text", "A third booth")
        self.run("rehearse", self.path("deck.csv"), "--out", self.path("sticks"), "--lost", "6")
        self.amend("ended", "--terminal", "6", "--batch", "1", "--text", "Booth 2 was lost; its safety copy counts")

    # Counting

    def answered(self, request):
        """Two of the three trustees answer a request, then their shares are combined."""
        for i in ("1", "3"):
            self.secret("trustee", "decrypt", request, "--index", i, "--secret", self.path(f"trustee-{i}"))
        self.run("combine", request)

    def open_checkins(self):
        """A safety copy takes two requests: one for its seal, one for the check-ins inside."""
        while True:
            request = json.loads(self.run("request", "checkins", "--json", quiet=True))["request"]
            if request is None:
                return
            self.answered(request)

    def count_up(self):
        self.title("The counting centre takes the sticks; the trustees open the check-ins")
        self.run("import", self.path("stick"), self.path("sticks"))
        self.open_checkins()
        self.title("Provisional ballots are decided, double votes are struck")
        for ref in json.loads(self.run("status", "--json", quiet=True))["provisionals"]:
            self.secret("decide", "--provisional", ref, "--accept", "--reason", "the name on the roll was misspelt", "--key", self.path("organisers.key"))
            print(f"Accepted: {ref}")
        self.run("request", "strike")
        if os.path.isdir(os.path.join(self.practice, "requests/strike-0001")):
            self.answered("requests/strike-0001")
        self.run("status")
        self.title("Two of three trustees decrypt the totals, and only those")
        self.run("request", "tally")
        self.answered("requests/tally-0001")

    def check_totals(self):
        if self.person:
            return
        with open(os.path.join(self.practice, "result.json"), encoding="utf-8") as file:
            result = json.load(file)
        for contest in result["contests"]:
            got = [o["count"] for o in contest["options"]]
            if got != self.expected[contest["id"]] or contest["ballots"] != self.ballots:
                raise SystemExit(f"demo: {contest['id']} came out as {got} of {contest['ballots']}, expected {self.expected[contest['id']]} of {self.ballots}")
        print(f"These are the totals of the {self.ballots} ballots that the demonstration cast.")

    def publish(self):
        self.check_totals()
        self.title("The public record, checked as any observer can")
        self.run("publish", "--out", self.path("public"))
        with open(self.path("receipts.txt"), "w", encoding="utf-8") as file:
            file.write("\n".join(self.receipts) + "\n")
        self.run("verify", self.path("public"), "--key", self.path("organisers.pub"), "--receipts", self.path("receipts.txt"), folder=self.root)


def main():
    demo = Demo(sys.argv[1])
    for step in (demo.prepare, demo.enrol, demo.day_on_screens, demo.day_rehearsed, demo.count_up, demo.publish):
        step()
    print(f"\nPictures of the terminals: {demo.path('screenshots')}\nThe public record: {demo.path('public')}\n{time.monotonic() - demo.began:.0f} seconds.")


if __name__ == "__main__":
    main()
