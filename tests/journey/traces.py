# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not be in any file: with every message of every library switched on, what the terminal
says and whatever it writes, anywhere, tells nothing of a voter."""
import os
import re
from base64 import b64encode
from pathlib import Path

import journey
import steps
from tabella2 import receipts

FIRST, SECOND = "Students Proposal", "LegCo should veto"


class Watched:
    """The folders that the terminal may write to, and what it says."""

    def __init__(self, j):
        self.state, self.home = j.root / "tablet", j.root / "home"
        self.home.mkdir()
        self.others = {Path("/tmp"), Path("/var/tmp"), Path("/dev/shm")}
        self.began = {f: set(os.listdir(f)) for f in self.others}

    def environment(self):
        return {"G_MESSAGES_DEBUG": "all", "HOME": str(self.home), "XDG_CACHE_HOME": "",
                "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""}

    def files(self):
        for folder in self.state, self.home:
            yield from (p for p in folder.rglob("*") if p.is_file())

    def search(self, words, said):
        """Names of words and where they are. The installed package is public and as it came."""
        found = {}
        package = self.state / "package"
        texts = {p: p.read_bytes() for p in self.files() if package not in p.parents}
        texts[Path("messages")] = said.encode()
        for name, word in words.items():
            places = [str(p) for p, text in texts.items() if word in text]
            if places:
                found[name] = places
        return found


def ways(word):
    """A word as programs may keep it: in wide letters, backwards, in base 16 and 64 (there without
    the letters that depend on what stands beside it)."""
    text = word.decode()
    yield "as it is", word
    for wide in "utf-16-le", "utf-16-be", "utf-32-le":
        yield wide, text.encode(wide)
    yield "backwards", word[::-1]
    yield "base 16", word.hex().encode()
    yield "base 16 in capitals", word.hex().upper().encode()
    for skip in range(3):
        yield f"base 64 from byte {skip}", b64encode(word[skip:])[:(len(word) - skip) * 4 // 3]


def forms(text):
    """As it is, without what separates its groups, and in lower case; each in every way."""
    plain = re.sub("[^0-9A-Za-z]", "", text)
    return {f"{text!r} as {form!r}, {how}": word for form in {text, plain, plain.lower()}
            for how, word in ways(form.encode())}


def voter_casts(k, number, words):
    steps.check_in(k, number)
    steps.choose(k, [[FIRST], [SECOND]])
    words.update(forms(steps.confirm(k)))
    steps.cast(k)
    receipt = k.qr("receipt")
    words["the receipt"] = receipt[receipt.rfind("#") + 1:].encode()
    steps.back_to_officer(k)
    k.wait_for("Check in")
    words.update(forms(number))


def voter_checks(k, number, words):
    steps.check_in(k, number)
    steps.choose(k, [["Abstention"], [SECOND]])
    words.update(forms(steps.confirm(k)))
    steps.challenge(k)
    text = k.qr("challenge")
    words["the opened ballot"] = text.encode()
    words["its seed in base 16"] = receipts.read(text)[1].seed.hex().encode()
    k.touch("Choose again")
    steps.choose_on(k, [[], [SECOND]])
    words.update(forms(steps.confirm(k)))
    steps.cast(k)
    steps.back_to_officer(k)
    k.wait_for("Check in")
    words.update(forms(number))


def secrets(j, code):
    words = {name: name.encode() for name in (FIRST, SECOND, "Abstention", "Voter ")}
    for contest in j.election.draft()["contests"]:
        for option in contest["options"]:
            words[f"option {option['id']!r}"] = f'"{option["id"]}"'.encode()
    for phrase in steps.PASSPHRASES:
        words.update(forms(phrase))
    words.update(forms(code))
    return words


def planted(watched, words):
    """Each of these is found while it lies in a file of the tablet's, and only then."""
    file = watched.state / "planted"
    file.write_bytes(b"\0".join(os.urandom(64) + word for word in words.values()))
    found = watched.search(words, "")
    file.unlink()
    missing = [name for name in words if str(file) not in found.get(name, [])]
    if missing:
        raise AssertionError(f"planted, and not found: {missing}")


def traces(j):
    watched = Watched(j)
    with j.kiosk(environment=watched.environment()) as k:
        code, path = steps.enrol(k, "tablet", j.stick)
        j.take(path, "causeway-bay")
        j.seal()
        steps.install(k)
        steps.first_opening(k, code)
        steps.open_poll(k)
        words = secrets(j, code)
        ids = j.ids()
        voter_casts(k, next(ids), words)
        voter_checks(k, next(ids), words)
        left = next(ids)
        steps.leave(k, left)
        words.update(forms(left))
        steps.look_up(k, journey.hkid(950))
        k.touch("Back")
        words.update(forms(journey.hkid(950)))
        k.touch("Lock now")
        steps.unlock(k)
        k.wait_for("Check in")
        said = k.said()
        if "DEBUG" not in said:
            raise AssertionError(f"no library says anything: this search sees nothing: {said!r}")
        control = watched.search({"the election": j.election.draft()["name"].encode(),
                                  "its journal": b"zero_report"}, "zero_report " + said)
        if "its journal" not in control or len(control["its journal"]) < 2:
            raise AssertionError(f"the search does not see the box: {control}")
        planted(watched, words)
        j.shown("the libraries' messages and the box's own journal are seen by this search, and so is "
                "each word when it is planted")
        found = watched.search(words, said)
        if found:
            raise AssertionError(f"what must be nowhere is in files: {found}")
        j.shown(f"none of {len(words)} words about voters, choices and secrets is in a message or file")
        new = {str(f / name): 0 for f in watched.others
               for name in set(os.listdir(f)) - watched.began[f] if "tabella-terminal" in name}
        j.same(new, {}, "files left elsewhere")
        steps.close(k)
    found = watched.search(words, k.said())
    if found:
        raise AssertionError(f"after closing, what must be nowhere is in files: {found}")
    j.shown("nor after closing")


journey.run("traces", traces)
