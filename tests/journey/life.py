# SPDX-License-Identifier: GPL-3.0-or-later
"""A tablet's life: enrolled, practice, back to enrolled, the official election, retired. With wrong
sticks, wrong codes, wrong passphrases and power cuts on the way."""
import json
import re
import shutil

import journey
import steps
from day import fingerprints
from tabella2 import hashing, minisign

OTHERS = ["three made up", "four made up", "five made up"]


def one_station(draft):
    draft["stations"] = draft["stations"][:1]


def packages(j):
    """A stick each: practice, official, official with a spoilt signature, without a trustee's
    signature, and one of another election."""
    j.election.make_key()  # of which this journey knows the secret
    j.election.roll(list(journey.voters(120, j.election.draft())))
    j.election.seal()
    j.election.run("package", "--out", j.stick)
    j.election.folder = j.election.base
    j.election.signed("seal")
    for name in "official", "spoilt", "trustee":
        (j.root / name).mkdir()
        j.election.run("package", "--out", j.root / name)
    spoil_signature(j.root / "spoilt" / "tabella-package")
    drop_trustee(j, j.root / "trustee" / "tabella-package")


def spoil_signature(package):
    """The same manifest but for one letter of a name that is shown."""
    path = package / "manifest.json"
    text = path.read_text()
    path.write_text(text.replace("Causeway Bay", "Causeway Boy", 1))


def drop_trustee(j, package):
    """A manifest that the organisers sign although a trustee's last signature is not good."""
    manifest = json.loads((package / "manifest.json").read_text())
    r4 = json.loads(bytes.fromhex(manifest["ceremony"]["r4"][0]))
    r4["signature"] = "00" * 64
    manifest["ceremony"]["r4"][0] = json.dumps(r4).encode().hex()
    data = json.dumps(manifest, ensure_ascii=False).encode()
    seed, identity = j.election.organisers
    comment = f"tabella manifest election={hashing.election_id(data)[:8].hex()}"
    (package / "manifest.json").write_bytes(data)
    (package / "manifest.json.minisig").write_bytes(
        minisign.sign(seed, identity, data, comment))


def swap(j, name):
    """Another stick is put in; returns how to put the first one back."""
    aside = j.root / "aside"
    j.stick.rename(aside)
    shutil.copytree(j.root / name, j.stick)

    def back():
        shutil.rmtree(j.stick)
        aside.rename(j.stick)
    return back


def refused(k, words, name):
    k.wait_for(re.compile(words), (journey.ALERT,))
    k.look(name)


def to_package(k, words):
    """A stick that was changed under the tablet's eyes may have to be asked for a second time."""
    k.touch("Install from a stick")
    k.wait_for(re.compile(f"Look for the package|{words}"))
    if not k.sees(re.compile(words)):
        k.touch("Look for the package")
        k.wait_for(re.compile(words))


def wrong_sticks(j, k):
    (j.root / "empty").mkdir()
    shutil.copytree(j.root / "official", j.root / "torn")
    next((j.root / "torn").rglob("*.keys")).write_bytes(b"")
    for name, words in (("empty", "There is no package on this stick"),
                        ("spoilt", "the organisers' signature on it is wrong"),
                        ("trustee", "a trustee's signature in it is missing or wrong"),
                        ("torn", "damaged or not whole"),
                        ("stranger", "not for this tablet: it names others")):
        back = swap(j, name)
        to_package(k, words)
        k.look("install-" + name)
        k.touch("Back")
        k.wait_for("This tablet has its keys")
        back()
    j.shown("an empty stick, a wrong signature, a missing trustee, half a package and "
            "somebody else's are refused, each in its own words")


def looked_at(j, k):
    to_package(k, "Compare this with the paper copy")
    k.wait_for("PRACTICE")
    k.wait_for("This tablet: tablet, check-in and voting")
    k.look("install-practice")
    k.touch("Different: stop")
    k.wait_for("This tablet has its keys")
    k.look("enrolled-again")
    j.shown("what was found is compared before anything is installed; stop leads back")


def taken_off(k):
    steps.install(k)
    k.wait_for("First opening")
    k.touch("Wrong election: remove it")
    k.wait_for("This tablet has its keys")


def mistyped(k, code):
    steps.install(k)
    k.wait_for("First opening")
    k.keys("0123456789ABCDEF")
    k.touch("Continue")
    refused(k, "not this tablet's setup code", "setup-code-wrong")
    k.erase()
    k.keys(code.replace("-", "")[:-1])
    k.touch("Continue")
    refused(k, "not this tablet's setup code", "setup-code-short")
    k.keys(code[-1])
    k.touch("Continue")
    k.wait_for("Officer 1 of 3: choose a passphrase")


def typed(k, text, button="Continue"):
    k.keys(text)
    k.touch(button)


def choosy(j, k):
    """Every passphrase and PIN that is not taken, with the way back from each step."""
    typed(k, "short")
    refused(k, "Too short", "passphrase-short")
    typed(k, steps.PASSPHRASES[0])
    k.wait_for("Officer 1 of 3: the same once more")
    typed(k, "another one altogether")
    refused(k, "not the same", "passphrase-differs")
    for _ in range(2):
        typed(k, steps.PASSPHRASES[0])
    k.wait_for("Officer 2 of 3: choose a passphrase")
    typed(k, steps.PASSPHRASES[0])
    refused(k, "Another officer chose the same", "passphrase-equal")
    for passphrase in steps.PASSPHRASES[1:]:
        k.wait_for(re.compile("choose a passphrase"))
        typed(k, passphrase)
        k.wait_for(re.compile("the same once more"))
        typed(k, passphrase)
    k.wait_for("Choose a short PIN")
    typed(k, "4444")
    refused(k, "Anybody would try that PIN", "pin-trivial")
    typed(k, steps.PIN)
    k.wait_for("The same PIN once more")
    typed(k, "8642", "Finish")
    refused(k, "not the same", "pin-differs")
    typed(k, steps.PIN)
    k.wait_for("The same PIN once more")
    k.touch("Back")
    k.wait_for("Choose a short PIN")
    typed(k, steps.PIN)
    typed(k, steps.PIN, "Finish")
    k.wait_for("Self-test")
    j.shown("short, different and equal passphrases and simple PINs are refused; "
            "the second try works")


def leave(j, k):
    """Asked, not done; then done."""
    k.touch("Leave practice")
    k.wait_for("Leave practice")
    first = k.text_of(k.wait_for(steps.SETUP_CODE))
    k.look("leave-practice")
    k.touch("Back")
    k.wait_for(re.compile("Closed. The batch is on the stick"))
    k.touch("Leave practice")
    code = k.text_of(k.wait_for(steps.SETUP_CODE))
    if code == first:
        raise AssertionError("a setup code that was not used came back")
    k.touch("Code written down: erase")
    k.wait_for("Write this setup code down now")
    j.same(k.text_of(k.wait_for(steps.SETUP_CODE)), code, "the setup code once more")
    k.look("left-practice")
    if k.sees("PRACTICE"):
        raise AssertionError("the practice band is still there")
    return code


def practice(j, code):
    ids = list(j.ids())
    with j.kiosk() as k:
        wrong_sticks(j, k)
        looked_at(j, k)
        taken_off(k)
        mistyped(k, code)
        choosy(j, k)
        steps.open_poll(k)
        steps.vote(k, ids[0], [["Students Proposal"], []])
        steps.close(k)
        k.touch("Leave practice")
        k.wait_for(steps.SETUP_CODE)
        k.kill()
    with j.kiosk() as k:
        steps.unlock(k)
        k.wait_for(re.compile("Closed. The batch is on the stick"))
        j.shown("killed before the code is said to be written down, nothing has changed")
        code = leave(j, k)
        k.kill()
    j.shown("practice is left: a new setup code, the same keys")
    return code


def keys_of(j):
    return json.loads((j.root / "tablet" / "enrolment.json").read_text())


def official(j, code):
    ids = list(j.ids())
    back = swap(j, "official")
    with j.kiosk() as k:
        k.wait_for("This tablet has its keys")
        to_package(k, "Compare this with the paper copy")
        k.wait_for("Official election: the votes count")
        k.look("install-official")
        k.touch("All the same: install")
        steps.first_opening(k, code)
        steps.open_poll(k)
        if k.sees("PRACTICE"):
            raise AssertionError("a practice band in the official election")
        steps.look_up(k, ids[0])
        k.touch("Back")  # nothing of the practice's voter is known
        steps.vote(k, ids[0], [["Students Proposal"], []])
        steps.close(k)
        if k.sees("Leave practice"):
            raise AssertionError("an official election can be left")
        k.look("closed-official")
        j.shown("the official election on the same tablet, under the new code")
        retire(j, k)
        k.kill()
    retired(j)
    back()


def retire(j, k):
    k.touch("Retire this tablet")
    k.wait_for("Retire this tablet?")
    k.look("retire")
    k.touch("Back")
    k.wait_for(re.compile("Closed. The batch is on the stick"))
    k.touch("Retire this tablet")
    k.touch("Continue")
    k.wait_for("Retire this tablet for good?")
    typed(k, "1357", "Destroy the keys")
    k.wait_for(re.compile("PIN"), (journey.ALERT,))
    k.look("retire-wrong-pin")
    typed(k, steps.PIN, "Destroy the keys")
    k.wait_for("This tablet is retired: its keys are destroyed")
    k.look("retired")
    j.shown("retired, after a second question and the PIN; a wrong PIN destroys nothing")


def retired(j):
    left = sorted(p.name for p in (j.root / "tablet").iterdir())
    for gone in "officers.vaults", "setup.vault", "box.db", "box.db-journal":
        if gone in left:
            raise AssertionError(f"{gone} is still there")
    batch = j.stick / "terminal-001"
    before = fingerprints(batch)
    shutil.rmtree(batch)
    with j.kiosk() as k:
        k.wait_for("This tablet is retired: its keys are destroyed")
        k.touch("Write the final again")
        k.touch("Back")
        k.wait_for("This tablet is retired: its keys are destroyed")
        k.touch("Write the final again")
        k.touch("Write to the stick")
        k.wait_for("This tablet is retired: its keys are destroyed")
        k.look("retired-again")
    j.same(fingerprints(batch), before, "the final of the retired tablet")
    said = j.election.run("import", j.stick).out
    if "final, 1 ballots" not in said:
        raise AssertionError(said)
    j.shown("after a restart it is retired still, and writes the same final again")


def life(j):
    with j.kiosk() as k:
        code, path = steps.enrol(k, "tablet", j.stick)
        j.take(path, "causeway-bay")
        j.same(json.loads(k.qr("enrolment-qr")), json.loads(open(path).read()),
               "the enrolment file as QR code")
    stranger(j)
    packages(j)
    before = keys_of(j)
    code = practice(j, code)
    j.same(keys_of(j), before, "the tablet's keys")
    official(j, code)


def stranger(j):
    """The sealed package of an election that this tablet is not in."""
    other = journey.Journey("life-stranger", one_station)
    other.election.enrol([("causeway-bay", "combined")])
    other.election.roll(list(journey.voters(8, other.election.draft())))
    other.election.seal()
    (j.root / "stranger").mkdir()
    other.election.run("package", "--out", j.root / "stranger")
    shutil.rmtree(other.root)


if __name__ == "__main__":
    journey.run("life", life, one_station)
