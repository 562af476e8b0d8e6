# SPDX-License-Identifier: GPL-3.0-or-later
"""Drives the `tabella` program as a person would: verbs in, files and texts out."""
import csv
import io
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b, scrypt
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'second'))

from tabella2 import ed25519, minisign  # noqa: E402 (found by the line above)

PROGRAM = os.environ['TABELLA']
TIMEOUT = 60    # seconds for one run

PASSPHRASE = 'made up words that nobody uses'


class Failed(AssertionError):
    """The program did not end as expected."""


class Done:
    """What a run left: its status and its two texts."""

    def __init__(self, args, process):
        self.args, self.code = args, process.returncode
        self.out, self.err = process.stdout, process.stderr

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def last(self):
        return self.out.rstrip('\n').split('\n')[-1]

    def __str__(self):
        return 'tabella %s\nstatus %s\n%s%s' % (' '.join(map(str, self.args)), self.code,
                                                self.out, self.err)


def tabella(*args, cwd=None, code=0, timeout=None, **more):
    """Runs the program without a terminal; `code` is the status it must end with, None any."""
    timeout = timeout or TIMEOUT
    args = [str(a) for a in args]
    process = subprocess.run([PROGRAM, *args], cwd=cwd, stdin=subprocess.DEVNULL, text=True,
                             capture_output=True, timeout=timeout, start_new_session=True,
                             errors='surrogateescape', **more)
    done = Done(args, process)
    if 'TABELLA_SHOW' in os.environ and done.err:
        print('#', *args[2:], '\n#   ', '\n#    '.join(done.err.splitlines()))
    if code is not None and done.code != code:
        raise Failed('expected status %s of %s' % (code, done))
    if done.code not in (0, 1, 2, 3):
        raise Failed('the program crashed: %s' % done)
    return done


def refused(*args, words=(), code=1, **more):
    """A run that is refused in one plain line; every word of `words` is in its texts."""
    done = tabella(*args, code=code, **more)
    lines = done.err.rstrip('\n').split('\n')
    if not lines[-1].startswith('tabella: ') or len(lines[-1]) < 30:
        raise Failed('no plain last line: %s' % done)
    for word in [words] if isinstance(words, str) else words:
        if word.lower() not in done.err.lower():
            raise Failed('"%s" is not said: %s' % (word, done))
    return done


# --- voters and decks ---------------------------------------------------------------------------

def hkid(number, letter='A'):
    """A Hong Kong identity card number, with its check character."""
    total = 36 * 9 + (ord(letter) - 55) * 8
    total += sum(w * int(d) for w, d in zip((7, 6, 5, 4, 3, 2), '%06d' % number))
    return '%s%06d(%s)' % (letter, number, '0123456789A'[-total % 11])


def normal(identity):
    return ''.join(c for c in identity.upper() if c.isalnum())


def lane_digit(identity):
    return int(normal(identity)[-2])


def csv_text(columns, rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval='', lineterminator='\n')
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def roll_text(rows):
    return csv_text(['id', 'name', 'style', 'station'], rows)


DECK = ['terminal', 'id', 'kind', 'action', 'selections', 'style', 'booth', 'ticket']


def deck_text(rows):
    return csv_text(DECK, rows)


def selections_text(selections):
    """{contest: [options]} as a deck writes it."""
    return ';'.join('%s=%s' % (c, '+'.join(chosen)) for c, chosen in selections.items() if chosen)


# --- keys ---------------------------------------------------------------------------------------

def write_key_pair(base, passphrase=PASSPHRASE):
    """A minisign key pair at the lowest cost that its format knows: `key new` takes seconds."""
    seed, identity, salt = os.urandom(32), os.urandom(8), os.urandom(32)
    public = ed25519.public_key(seed)
    secret = identity + seed + public
    secret += blake2b(b'Ed' + secret, digest_size=32).digest()
    stream = scrypt(passphrase.encode(), salt=salt, n=1024, r=8, p=1, dklen=len(secret))
    hidden = bytes(a ^ b for a, b in zip(secret, stream))
    raw = b'EdScB2' + salt + struct.pack('<QQ', 32768, 16777216) + hidden
    base.with_suffix('.key').write_text(
        'untrusted comment: minisign encrypted secret key\n%s\n' % b64encode(raw).decode())
    base.with_suffix('.pub').write_bytes(minisign.write_public_key(identity, public))
    return seed, identity


# --- an election --------------------------------------------------------------------------------

class Election:
    """A folder `root` with the election folder `el` in it, and everyone's secrets beside it."""

    def __init__(self, root=None):
        self.root = Path(root or tempfile.mkdtemp(prefix='tabella-command-'))
        self.passphrase = self.root / 'pass'
        self.key = self.root / 'organisers'
        self.pub = self.root / 'organisers.pub'
        self.base = self.root / 'el'
        self.folder = self.base
        self.stick = self.root / 'stick'
        self.public = self.root / 'public'

    def remove(self):
        shutil.rmtree(self.root)

    def copy(self):
        """The same election, at another place; nothing of the folders names where they are."""
        other = Election()
        shutil.copytree(self.root, other.root, symlinks=True, dirs_exist_ok=True)
        other.folder = other.base / self.folder.relative_to(self.base)
        return other

    def secret(self, index):
        return self.root / ('secret-%d' % index)

    def run(self, *args, **more):
        return tabella('-C', self.folder, *args, **more)

    def refused(self, *args, **more):
        return refused('-C', self.folder, *args, **more)

    def signed(self, *args, refuse=None, **more):
        """A verb that wants the organisers' key."""
        args = [*args, '--key', self.key.with_suffix('.key'), '--passphrase-file', self.passphrase]
        if refuse is None:
            return self.run(*args, **more)
        return self.refused(*args, words=refuse, **more)

    def draft(self):
        return json.loads((self.folder / 'election.json').read_text())

    def write_draft(self, draft):
        (self.folder / 'election.json').write_text(json.dumps(draft, ensure_ascii=False))

    # --- before the poll

    def new(self, change=None):
        self.passphrase.write_text(PASSPHRASE + '\n')
        tabella('new', self.base, '--example', 'referendum-2014')
        if change is not None:
            draft = self.draft()
            self.write_draft(change(draft) or draft)
        return self

    def trustee(self, step, index, *args, code=0, **more):
        return self.run('trustee', step, *args, '--index', index, '--secret', self.secret(index),
                        '--passphrase-file', more.pop('passphrase', self.passphrase), code=code,
                        **more)

    def names(self):
        return self.draft()['trustees']['names']

    def round(self, step, *indexes):
        """A step of several trustees, at once as on their own laptops; all of them if none."""
        names = self.names()
        indexes = indexes or range(1, len(names) + 1)

        def one(index):
            more = ['--name', names[index - 1]] if step == 'init' else []
            return self.trustee(step, index, *more)
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(one, indexes))

    def ceremony(self):
        for step in ('init', 'open', 'deal', 'accept'):
            self.round(step)
        return self

    def make_key(self):
        self.organisers = write_key_pair(self.key)
        return self

    def enrol(self, places):
        """Simulated terminals: (station id, role) or (station id, role, lane)."""
        for station, role, *lane in places:
            self.run('rehearse', '--enrol', 1, '--station', station, '--role', role,
                     *(['--lane', lane[0]] if lane else []))
        return self

    def roll(self, rows):
        path = self.root / 'roll.csv'
        path.write_text(roll_text(rows))
        self.run('roll', path)
        return self

    def seal(self):
        self.signed('seal', '--practice')
        self.folder = self.base / 'practice'
        return self

    # --- the poll and after it

    def rehearse(self, rows, out='stick', lost=()):
        path = self.root / (out + '.csv')
        path.write_text(deck_text(rows))
        return self.run('rehearse', path, '--out', self.root / out,
                        *(a for n in lost for a in ('--lost', n)))

    def batch(self, terminal, number=1, stick=None):
        return (stick or self.stick) / ('terminal-%03d' % terminal) / ('batch-%04d' % number)

    def take(self, *paths):
        return self.run('import', *(paths or [self.stick]))

    def request(self, kind):
        """The new request's path, or None if there is nothing to ask."""
        return self.run('request', kind, '--json').json['request']

    def decrypt(self, request, index, **more):
        return self.trustee('decrypt', index, request, **more)

    def answer(self, request, indexes):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda i: self.decrypt(request, i), indexes))
        return self.run('combine', request)

    def ask(self, kind, indexes=(1, 2)):
        """Request, answers and combination; None if there was nothing to ask."""
        path = self.request(kind)
        return path and self.answer(path, indexes)

    def status(self):
        return self.run('status', '--json').json

    def terminal(self, index):
        """The line of a terminal in the status."""
        return next(t for t in self.status()['terminals'] if t['terminal'] == index)

    def decide(self, reject=()):
        """Accepts every provisional whose reference is not among `reject`."""
        for ref in self.status()['provisionals']:
            self.run('decide', '--provisional', ref, '--reject' if ref in reject else '--accept',
                     '--reason', 'as the paper form says')

    def result(self):
        return json.loads((self.folder / 'result.json').read_text())

    def publish(self):
        self.run('publish', '--out', self.public)
        return self.public

    def verify(self, *args, code=0, folder=None):
        return tabella('verify', folder or self.public, '--key', self.pub, *args, code=code)

    def second_verify(self, *args):
        """The second implementation's verdict on the published record."""
        process = subprocess.run(
            [sys.executable, HERE.parent / 'second' / 'verify.py', self.public, '--key', self.pub,
             *args], capture_output=True, text=True, timeout=120, check=False)
        return process.stdout.rstrip('\n').split('\n')[-1], process.stdout + process.stderr

    def everyone(self):
        """Counts to the end with honest trustees; the result."""
        self.ask('checkins', (1, 2))
        self.decide()
        self.ask('strike', (1, 3))
        self.ask('tally', (2, 3))
        return self.result()


def voters(count, draft):
    """A made-up roll: voter i at station and style in turn."""
    stations = draft['stations']
    for i in range(1, count + 1):
        station = stations[(i - 1) % len(stations)]
        yield {'id': hkid(i), 'name': 'Voter %04d' % i, 'station': station['id'],
               'style': station['styles'][i // len(stations) % len(station['styles'])]}
