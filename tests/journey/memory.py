# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not stay in the memory of the terminal, nor of what speaks for it: what a voter chose, an
opened ballot, a ticket, passphrases, setup code, PIN, keys. Each is first found while it is there: a
search that sees nothing proves nothing."""
import ctypes
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import journey
import steps
from tabella2 import boxes, receipts

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PIN = "24680135"  # as long as it may be: nowhere by chance
CORE = Path(__file__).with_name("core.py")
NAMES = [f"Made-up name number {n:02d}" for n in range(1, 41)]
MORE = re.compile("^More")
# Who is chosen: no two alike, none that zeros or another part of memory resemble, and one in each
# byte of packed bits.
CHOICES = [[4, 10, 23, 25, 37], [7, 13, 16, 27, 38], [2, 9, 20, 31, 33], [6, 12, 18, 29, 35],
           [5, 8, 21, 26, 39]]


def change(draft):
    """One long list: its choices are a pattern that is nowhere by chance."""
    council = {"id": "council", "title": {"en": "Council", "zh_HK": "議會"}, "min": 0, "max": 6,
               "question": {"en": "Who shall sit on it?", "zh_HK": "誰應入內？"},
               "options": [{"id": f"c{i:02d}", "text": {"en": name, "zh_HK": f"第{i:02d}人"}}
                           for i, name in enumerate(NAMES, 1)]}
    draft["contests"] = [council]
    for style in draft["styles"]:
        style["contests"] = ["council"]
    del draft["styles"][1:]
    for station in draft["stations"]:
        station["styles"] = [draft["styles"][0]["id"]]


def hands(k):
    """The process that speaks and prints for the terminal."""
    pids = Path(f"/proc/{k.process.pid}/task/{k.process.pid}/children").read_text().split()
    if len(pids) != 1:
        raise AssertionError(f"the terminal has {len(pids)} children, not tabella-hands alone")
    return int(pids[0])


def count(k, words, pid=None):
    """How often each of these (names to bytes) is in a core of the terminal, or of another process,
    taken as root."""
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    done = subprocess.run([*root, sys.executable, CORE, str(pid or k.process.pid)],
                          input=json.dumps({name: word.hex() for name, word in words.items()}),
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"the memory could not be read: {done.stderr}")
    return json.loads(done.stdout)


def nowhere(k, words, when, pid=None):
    left = {name: n for name, n in count(k, words, pid).items() if n}
    if left:
        raise AssertionError(f"{when} there is still in memory: {left}")


def both(k, gone, there, when):
    """What must be nowhere and what must be somewhere, in one core."""
    found = count(k, {**gone, **there})
    wrong = {name: n for name, n in found.items() if (n > 0) == (name in gone)}
    if wrong:
        raise AssertionError(f"{when} there should be none, or some, in memory: {wrong}")


def somewhere(k, words):
    missing = [name for name, n in count(k, words).items() if n == 0]
    if missing:
        raise AssertionError(f"not found though they must be there: {missing}")


def flags(chosen, size):
    return b"".join((1 if i in chosen else 0).to_bytes(size, "little") for i in range(len(NAMES)))


def patterns(chosen):
    """A selection in every form that a program might keep it in: @model: the station's own."""
    bits = sum(1 << i for i in chosen)
    low, high = bits.to_bytes(5, "little"), bits.to_bytes(5, "big")
    indexes = {f"indexes of {n} bytes": b"".join(i.to_bytes(n, "little") for i in chosen)
               for n in (1, 2, 4)}
    return {"flags of a byte": flags(chosen, 1), "flags of 4 bytes": flags(chosen, 4),
            "digits": flags(chosen, 1).replace(b"\0", b"0").replace(b"\1", b"1"),
            "packed bits": low, "packed bits the other way": high, **indexes}


def words(chosen):
    """What screens say of a selection."""
    return {f"the review's {NAMES[i]!r}": f"✔ {NAMES[i]}".encode() for i in chosen}


def everything(*selections):
    """All that tells one of these selections."""
    return {f"{name}, selection {n}": word for n, chosen in enumerate(selections)
            for name, word in {**patterns(chosen), **words(chosen)}.items()}


def choose(k, chosen):
    """On the contest: each of them, page by page."""
    left = [NAMES[i] for i in chosen]
    k.wait_for(re.compile("Choose up to 6"))
    for page in range(1, len(NAMES)):
        k.wait_for(re.compile(f"^More .page {page} of"))
        k.settled(k.find(MORE))  # only now the page is what it stays
        for name in [name for name in left if k.find(name)]:
            k.touch(name)
            left.remove(name)
        if not left:
            break
        k.touch(MORE)
    k.wait_for(re.compile(f"{len(chosen)} chosen"))


def review(k):
    k.touch("Next")
    k.wait_for("Is this what you want?")


def one_who_casts(j, k, number):
    chosen = CHOICES[0]
    steps.check_in(k, number)
    k.touch("Start")
    choose(k, chosen)
    review(k)
    somewhere(k, {"the model": patterns(chosen)["flags of a byte"], **words(chosen)})
    j.shown("in mid-vote the selection is found, in the model and in the review's words")
    steps.confirm(k)
    steps.cast(k)
    nowhere(k, everything(chosen), "on the screen that says it is done")
    j.shown("once the ballot is recorded no form of the selection is in memory")
    steps.back_to_officer(k)
    k.wait_for("Check in")


def only_in_the_box(k, record, parts, others, when):
    """An opened ballot is published: it is stored as it is, and may be in memory as stored, but in no
    other form and no other place."""
    found = count(k, {"record": record, **parts, **others})
    stored = found.pop("record")
    elsewhere = {name: n for name, n in found.items() if n != (stored if name in parts else 0)}
    if elsewhere:
        raise AssertionError(f"{when} there is in memory, beside {stored} stored: {elsewhere}")


def one_who_checks(j, k, number):
    opened, chosen = CHOICES[1], CHOICES[2]
    steps.check_in(k, number)
    k.touch("Start")
    choose(k, opened)
    review(k)
    steps.confirm(k)
    steps.challenge(k)
    text = k.qr("challenge")
    fields = receipts.read(text)[1]
    traces = {"the opened ballot's text": text.encode(), "a part of it": text[60:100].encode(),
              **words(opened), **patterns(opened)}
    parts = {"seed": fields.seed, "selections": traces.pop("flags of a byte")}
    record = parts["seed"] + parts["selections"]
    somewhere(k, {"the text": traces["the opened ballot's text"]})
    k.touch("Choose again")
    choose(k, chosen)
    only_in_the_box(k, record, parts, traces, "while the voter chooses again")
    review(k)
    steps.confirm(k)
    steps.cast(k)
    steps.back_to_officer(k)
    k.wait_for("Check in")
    only_in_the_box(k, record, parts, {**traces, **everything(chosen)}, "after the session")
    j.shown("an opened ballot is found while it is shown, and gone when the voter chooses again")
    return traces


def one_who_stays_away(j, k, number):
    chosen = CHOICES[3]
    steps.check_in(k, number)
    k.touch("Start")
    choose(k, chosen)
    review(k)
    k.jump(400)
    k.wait_for("Are you still there?")
    k.jump(60)
    k.wait_for(re.compile("Please (give the tablet to|wait for) the officer"))
    nowhere(k, everything(chosen), "after an unanswered alert")
    j.shown("an unanswered alert leaves nothing of the selection")
    k.keys(steps.PIN)
    k.touch("Continue")
    left(k)


def left(k):
    k.touch("The voter left: end without a ballot")
    k.wait_for("Check in")


def one_who_leaves(j, k, number):
    chosen = CHOICES[4]
    steps.check_in(k, number)
    k.touch("Start")
    choose(k, chosen)
    steps.back_to_officer(k, "Call the officer")
    left(k)
    nowhere(k, everything(chosen), "after the voter left")
    j.shown("nor does a voter who left")


def key_parts(vault, code):
    """The terminal's secret keys, from its setup vault: each half of a signing key on its own."""
    value = 0
    for letter in code.replace("-", ""):
        value = value << 5 | CROCKFORD.index(letter)
    passphrase = value.to_bytes(10, "big")
    operations, memory = (int.from_bytes(vault[n:n + 4], "little") for n in (8, 12))
    key = ctypes.create_string_buffer(32)
    if ctypes.CDLL("libsodium.so.23").crypto_pwhash(
            key, ctypes.c_ulonglong(32), passphrase, ctypes.c_ulonglong(10), vault[16:32],
            ctypes.c_ulonglong(operations), ctypes.c_size_t(memory * 1024), 2) != 0:
        raise AssertionError("no key could be derived from the setup code")
    content = boxes.aead_open(key.raw, vault[32:56], vault[:56], vault[56:])
    starts = {"ballot": 0, "batch": 64, "box": 128, "export": 160}
    return {f"the {name} key": content[at:at + 32] for name, at in starts.items()}


def begin(k, j):
    """To the open poll; the code and the keys that were made on the way."""
    code, path = steps.enrol(k, "tablet", j.stick)
    secret = {"the setup code": code.encode(), "the setup code without hyphens":
              code.replace("-", "").encode()}
    keys = key_parts((j.root / "tablet" / "setup.vault").read_bytes(), code)
    j.take(path, "causeway-bay")
    j.seal()
    steps.install(k)
    k.wait_for("First opening")
    nowhere(k, {**secret, **keys}, "before the first opening")
    j.shown("setup code and keys are nowhere in memory before the first opening")
    k.keys(code.replace("-", ""))
    somewhere(k, {"the typed setup code": code.replace("-", "").encode()})
    k.keys("\b" * 16)
    steps.first_opening(k, code)
    steps.open_poll(k)
    return secret, keys


def memory(j):
    phrases = {phrase: phrase.encode() for phrase in steps.PASSPHRASES}
    steps.PIN = PIN
    with j.kiosk(clock=j.root / "clock") as k:
        code, keys = begin(k, j)
        both(k, {**phrases, **code}, {"the PIN": PIN.encode(), "a key": keys["the ballot key"]},
             "after the first opening")
        j.shown("setup code and passphrases are nowhere in memory after the first opening")
        secrets = {**phrases, **code}
        ids = j.ids()
        one_who_casts(j, k, next(ids))
        traces = one_who_checks(j, k, next(ids))
        one_who_stays_away(j, k, next(ids))
        one_who_leaves(j, k, next(ids))
        others = [chosen for chosen in CHOICES if chosen != CHOICES[1]]
        k.touch("Lock now")
        k.wait_for(re.compile("This tablet is locked"))
        gone = {**secrets, **keys, "the PIN": PIN.encode(), **traces, **everything(*others)}
        nowhere(k, gone, "when it is locked")
        nowhere(k, gone, "when it is locked, in tabella-hands,", hands(k))
        j.shown("nothing of any of them, no PIN and no key when it is locked")
        steps.unlock(k)
        k.wait_for("Check in")
        nowhere(k, secrets, "after unlocking")
        j.shown("passphrases are nowhere in memory after unlocking")


journey.run("memory", memory, change)
