# SPDX-License-Identifier: GPL-3.0-or-later
"""Every verb under valgrind: no access to memory that is not the program's, none to bytes that were
never set, no memory lost.

The quick part runs a few verbs; `test_every_verb` a whole tiny election, and says how long each verb
took. Passphrases cost what they cost: Argon2id and scrypt are most of it.
"""
import json
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import unittest
from collections import defaultdict
from pathlib import Path

import tabella as harness
import tap
from poll import Poll
from tabella import Election, deck_text, refused, roll_text, tabella
from tabella2 import receipts
from tabella2.batch import Batch
from test_roll import enrolment
from test_usage import STEPS, VERBS

FOUND = 99
# valgrind knows no seccomp and says so each time; to the program it is a kernel without.
NO_SECCOMP = re.compile(r'--\d+-- WARNING: unhandled amd64-linux syscall: 317\n(--\d+-- .*\n){4}')
SCRIPT = """#!/bin/sh
exec valgrind --quiet --error-exitcode=%d --leak-check=full --show-leak-kinds=definite,indirect \\
  --errors-for-leak-kinds=definite,indirect --num-callers=30 --log-file='%s'/%%p "$TABELLA_BARE" "$@"
"""
PLACES = [(1, 'desk'), (1, 'booth'), (2, 'combined'), (3, 'combined'), (4, 'combined')]


class Watched(unittest.TestCase):
    """`tabella` is valgrind with tabella in it; what valgrind says fails the run that it is about."""

    @classmethod
    def setUpClass(cls):
        if not shutil.which('valgrind'):
            raise AssertionError('valgrind is not there: sh data/packages test')
        cls.logs = Path(tempfile.mkdtemp(prefix='tabella-valgrind-'))
        cls.addClassCleanup(shutil.rmtree, cls.logs)
        script = cls.logs / 'tabella'
        (cls.logs / 'log').mkdir()
        script.write_text(SCRIPT % (FOUND, cls.logs / 'log'))
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        os.environ['TABELLA_BARE'] = harness.PROGRAM
        # GLib's own keeping of memory would hide what is lost.
        os.environ['G_SLICE'] = 'always-malloc'
        cls.addClassCleanup(setattr, harness, 'PROGRAM', harness.PROGRAM)
        cls.addClassCleanup(setattr, harness, 'TIMEOUT', harness.TIMEOUT)
        cls.bare = harness.PROGRAM
        harness.PROGRAM, harness.TIMEOUT = str(script), 3600
        cls.runs, cls.seconds = defaultdict(int), defaultdict(float)
        cls.addClassCleanup(setattr, harness.subprocess, 'run', harness.subprocess.run)
        harness.subprocess.run = cls.timed(harness.subprocess.run)

    @classmethod
    def timed(cls, run):
        def timed_run(command, **more):
            began = time.monotonic()
            done = run(command, **more)
            if command[0] == harness.PROGRAM:
                name = cls.verb(command[1:])
                cls.runs[name] += 1
                cls.seconds[name] += time.monotonic() - began
            return done
        return timed_run

    @staticmethod
    def verb(args):
        args = args[2:] if args[:1] == ['-C'] else args
        return ' '.join(args[:2] if args[:1] == ['trustee'] else args[:1])

    def tearDown(self):
        said = [p.read_text(errors='replace') for p in sorted((self.logs / 'log').iterdir())]
        self.assertEqual([text for text in said if NO_SECCOMP.sub('', text).strip()], [])


class Quick(Watched):
    def test_short(self):
        """Verbs that need no passphrase, and the way out of mistakes."""
        e = Election()
        self.addCleanup(e.remove)
        tabella('new', e.base, '--example', 'referendum-2014')
        tabella('--help')
        e.run('check')
        e.run('rehearse', '--enrol', 4, '--stations', 4)
        (e.root / 'roll.csv').write_text(roll_text([]) + 'A000001(0),Voter One,all,nowhere\n')
        e.refused('roll', e.root / 'roll.csv')
        (e.base / 'election.json').write_text('{"name": ')
        e.refused('check', words='election.json')
        refused('show', e.root / 'none', words='none')
        tabella('show', e.root / 'roll.csv', code=1)
        tabella('seal', code=2)

    def test_search(self):
        """The watch itself: one that loses memory ends badly, and what is said fails this test."""
        script = self.logs / 'lose.c'
        script.write_text('#include <stdlib.h>\nint main (void) { return malloc (10) == 0; }\n')
        program = self.logs / 'lose'
        harness.subprocess.run(['cc', '-O0', '-o', str(program), str(script)], check=True)
        os.environ['TABELLA_BARE'] = str(program)
        try:
            with self.assertRaises(harness.Failed):
                tabella('--help')
        finally:
            os.environ['TABELLA_BARE'] = self.bare
        with self.assertRaisesRegex(AssertionError, 'definitely lost'):
            self.tearDown()
        for path in (self.logs / 'log').iterdir():
            path.unlink()


def small(draft):
    """Two trustees of whom one is enough, little room, small units."""
    draft['trustees'] = {'needed': 1, 'names': ['Ada', 'Bob']}
    draft['policies']['capacity'] = {'ballots': 12, 'checkins': 12}


class Whole(Watched):
    def test_every_verb(self):
        self.prepare()
        self.poll_day()
        self.count()
        self.look()
        for name in sorted(self.seconds, key=self.seconds.get, reverse=True):
            print('# %-18s %3d runs, %6.1f s' % (name, self.runs[name], self.seconds[name]))
        wanted = {v for v in VERBS if v != 'trustee'} | {'trustee ' + s for s in STEPS}
        self.assertEqual(wanted - set(self.runs), set())

    def prepare(self):
        base = Election()
        self.addCleanup(base.remove)
        base.new(small)
        base.run('key', 'new', base.key, '--passphrase-file', base.passphrase)
        base.refused('key', 'new', base.key, '--passphrase-file', base.passphrase)
        # The other key files cost less: what signs the rest is one of them.
        base.key.with_suffix('.key').unlink()
        base.make_key().ceremony()
        for step in ('check', 'accept'):
            base.trustee(step, 1, code=None)
        base.trustee('check', 2, passphrase=self.other(base), code=1)
        base.run('trustee', 'restart', code=None)
        self.poll = Poll(PLACES, base=base)
        e = self.election = self.poll.election
        self.addCleanup(e.remove)
        path = e.root / 'tablet.json'
        path.write_text(json.dumps(enrolment()))
        e.run('enrol', path, '--station', self.poll.stations[0], '--role', 'booth')
        e.run('rehearse', '--enrol', 1, '--station', self.poll.stations[0], '--role', 'spare')
        e.run('enrol', '--remove', 7)
        e.run('check', '--json', code=None)

    def other(self, election):
        path = election.root / 'other'
        path.write_text('another passphrase than that one\n')
        return path

    def poll_day(self):
        deck, e = self.poll.deck, self.election
        one = deck.enter(1, 'full')
        deck.visit(one, challenges=2)
        deck.visit(one, kind='provisional')
        two = deck.enter(2, 'short')
        deck.visit(two, challenges=1)
        deck.visit((two[0], 3, 'short'), kind=deck.stranger)
        deck.visit(deck.enter(4, 'full'))
        deck.visit(deck.enter(2, 'full'), 'leave')
        keep = e.root / 'roll.key'
        (e.root / 'roll.csv').write_text(roll_text(deck.roll))
        e.run('roll', e.root / 'roll.csv', '--keep-key', keep, '--passphrase-file', e.passphrase)
        self.poll.seal()
        e.run('package', '--out', e.root / 'usb')
        e.signed('amend', 'notice', '--text', 'en=Bring your card', '--text', 'zh_HK=請帶身份證')
        e.signed('amend', 'ended', '--terminal', 6, '--batch', 0)
        (e.root / 'bad.csv').write_text(deck_text(deck.rows) + '77,x,roll,cast,,,,\n')
        e.refused('rehearse', e.root / 'bad.csv', '--out', e.root / 'stick')
        e.rehearse(deck.rows)

    def count(self):
        e = self.election
        e.run('status', code=None)
        e.refused('request', 'tally')
        damaged = e.root / 'damaged'
        shutil.copytree(e.batch(3).parent, damaged / 'terminal-003')
        path = damaged / 'terminal-003/batch-0001/ballots'
        path.write_bytes(path.read_bytes()[:-1] + b'\0')
        e.run('import', damaged, code=None)
        e.run('import', e.stick)
        receipt = e.root / 'receipts'
        receipt.write_text(''.join((e.batch(t) / 'receipt.txt').read_text() for t in range(1, 6)))
        e.run('receipts', receipt)
        e.run('receipts', receipt, '--json')
        for kind in ('checkins', 'strike', 'tally'):
            e.ask(kind, (1,))
            e.decide() if kind == 'checkins' else None
        e.run('status')
        e.publish()
        e.verify()
        e.verify('--json')

    def look(self):
        e = self.election
        batch = Batch((e.batch(2) / 'ballots').read_bytes(), self.poll.he, False,
                      self.poll.manifest.election.styles)
        one = batch.challenged[0]
        text = receipts.write_challenge(self.poll.he, 2, one.style, one.ticket, one.attempt, one.seed,
                                        one.selections)
        tabella('verify-challenge', text, '--manifest', e.public / 'manifest.json')
        refused('verify-challenge', text[:-9], '--manifest', e.public / 'manifest.json')
        for thing in (text, e.batch(2) / 'ballots', e.batch(1) / 'checkins', e.key.with_suffix('.pub'),
                      e.folder / 'manifest.json', e.folder / 'amendments/0001.json', e.secret(1),
                      e.folder / 'requests/tally-0001/share-01', e.folder / 'result.json'):
            tabella('show', thing, code=None)
            tabella('show', thing, '--json', code=None)
        (e.public / 'result.json').write_text(
            re.sub(r'"count": ?\d+', '"count":7', (e.public / 'result.json').read_text(), count=1))
        e.verify(code=1)


if __name__ == '__main__':
    sys.exit(tap.main())
