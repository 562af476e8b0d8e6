# SPDX-License-Identifier: GPL-3.0-or-later
"""What every journey has: an election of its own, terminals, pictures, and TAP lines that say what
was shown."""
import fcntl
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "command"))

import steps  # noqa: E402
from kiosk import Atspi, Kiosk  # noqa: E402
from tabella import Election, hkid, tabella, voters  # noqa: E402
from tabella2 import receipts, texts  # noqa: E402

TERMINAL = os.environ["TABELLA_TERMINAL"]
BUILD = Path(os.environ["TABELLA_BUILD"])  # for pictures and the prepared election
ALERT = Atspi.Role.ALERT
STATIONS = ("causeway-bay", "mong-kok", "sha-tin", "tuen-mun")


def code_in(text, prefix):
    """The short code that a QR text carries, as the second implementation reads it."""
    kind, fields = receipts.read(text)
    if kind != prefix:
        raise AssertionError(f"{text!r} is no {prefix} text")
    return texts.short_code(fields.code).replace(" ", "-")


def prepared():
    """An election after its ceremony, whose organisers have their key; made once for a build."""
    program = os.stat(os.environ["TABELLA"])
    BUILD.mkdir(parents=True, exist_ok=True)
    folder = BUILD / f"prepared-{program.st_mtime_ns}"
    with open(BUILD / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            for old in BUILD.glob("prepared-*"):
                shutil.rmtree(old)
            half = Path(tempfile.mkdtemp(dir=BUILD, prefix="half-"))
            Election(half).new().ceremony().make_key()
            half.rename(folder)
    return folder


class Journey:
    """One journey: its folder goes when it ends well."""

    def __init__(self, name, change=None):
        self.name, self.n = name, 0
        self.root = Path(tempfile.mkdtemp(prefix=f"tabella-{name}-"))
        self.shots = BUILD.parent.parent / "screenshots" / name
        shutil.rmtree(self.shots, ignore_errors=True)
        shutil.copytree(prepared(), self.root / "election")
        self.election = Election(self.root / "election")
        if change:
            draft = self.election.draft()
            change(draft)
            self.election.write_draft(draft)
        self.stick = self.root / "stick"
        self.stick.mkdir()
        self.places = []
        self.kiosks = 0

    # Terminals

    def kiosk(self, label="tablet", **more):
        """A terminal with the state folder of that label; started again, it goes on there."""
        shots = self.shots and (self.shots / str(self.kiosks) if self.kiosks else self.shots)
        self.kiosks += 1
        stick = more.pop("stick", self.stick)
        return Kiosk(more.pop("program", TERMINAL), self.root / label, stick, shots=shots, **more)

    def take(self, enrolment, station, role="combined", lane=None):
        """The organisers take a tablet's enrolment file."""
        self.election.run("enrol", enrolment, "--station", station, "--role", role,
                          *(["--lane", lane] if lane else []))
        self.places.append((station, role))

    def seal(self, rows=None, others=True):
        """Roll, practice seal, packages to the stick; other stations get simulated terminals."""
        if others:
            self.election.enrol([(s, "combined") for s in STATIONS if s not in dict(self.places)])
        self.election.roll(list(voters(200, self.election.draft())) if rows is None else rows)
        self.election.seal()
        self.election.run("package", "--out", self.stick)

    def opened(self, kiosk, label="tablet", station="causeway-bay", role="combined", lane=None):
        """A new tablet of one station all the way to the open poll."""
        code, path = steps.enrol(kiosk, label, self.stick)
        self.take(path, station, role, lane)
        self.seal()
        steps.install(kiosk)
        steps.first_opening(kiosk, code)
        steps.open_poll(kiosk, role)

    def ids(self, station="causeway-bay", digits="0123456789", people=200):
        """Numbers of those of so many people who are on that station's roll and whose last digit
        before the check is in @digits."""
        place = STATIONS.index(station)
        numbers = (hkid(i) for i in range(1, people + 1) if (i - 1) % 4 == place)
        return (n for n in numbers if n[-4] in digits)

    # Saying what was shown

    def shown(self, what):
        self.n += 1
        print(f"ok {self.n} - {what}", flush=True)

    def same(self, a, b, what):
        if a != b:
            raise AssertionError(f"{what}: {a!r} is not {b!r}")


def run(name, travel, change=None):
    """Travels, printing TAP; ends the program. @change: what differs from the example's draft."""
    journey = None
    try:
        journey = Journey(name, change)
        travel(journey)
    except BaseException:  # whatever it is, it is a failed test
        number = journey.n + 1 if journey else 1
        print(f"not ok {number} - {name} goes on", flush=True)
        for line in traceback.format_exc().splitlines():
            print("#", line)
        print(f"1..{number}", flush=True)
        sys.exit(1)
    print(f"1..{journey.n}", flush=True)
    shutil.rmtree(journey.root)
    sys.exit(0)
