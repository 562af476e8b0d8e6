# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 at any moment of a verb: what it acknowledged is there, what a trustee's file gave out it
knows, and the verb run again ends as if nothing had been. With --long more often; the moments come
from TABELLA_SEED."""
import os
import random
import shutil
import subprocess
import sys
import time
import unittest

import tap
from decks import Deck
from model import Place
from tabella import PROGRAM, TIMEOUT, Election

KILLS = 80 if '--long' in sys.argv else 12      # of each verb
PLACES = [(1, 'combined'), (2, 'combined'), (3, 'combined')]


def small(draft):
    draft['trustees'] = {'needed': 2, 'names': ['Ada', 'Bob']}
    draft['policies']['capacity'] = {'ballots': 20, 'checkins': 20}
    return draft


def files(folder):
    """{name: bytes} of all that lies below, hidden files too."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob('*') if p.is_file()}


class Killed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        e = Election().new(small).ceremony().make_key()
        cls.base = e
        cls.addClassCleanup(e.remove)
        stations = [s['id'] for s in e.draft()['stations']]
        e.enrol([(stations[s - 1], role) for s, role in PLACES])
        deck = Deck(e.draft(), [Place(i, *p) for i, p in enumerate(PLACES, 1)], 2014)
        style = e.draft()['styles'][0]['id']
        for station in (1, 2, 3):
            deck.visit(deck.enter(station, style))
        double = deck.enter(1, style)
        deck.visit(double)
        deck.visit(double, kind='provisional')
        e.roll(deck.roll).seal()
        e.rehearse(deck.rows)
        cls.striking = e.copy()
        cls.addClassCleanup(cls.striking.remove)
        cls.striking.take()
        cls.striking.ask('checkins')
        cls.striking.decide()
        cls.striking.request('strike')
        cls.tallying = cls.striking.copy()
        cls.addClassCleanup(cls.tallying.remove)
        cls.tallying.answer(cls.tallying.folder / 'requests/strike-0001', (1, 2))
        cls.tallying.request('tally')
        cls.random = random.Random(os.environ.get('TABELLA_SEED', '2014'))

    def prepared(self, *steps, base=None):
        """A copy of the election after `steps`."""
        e = (base or self.base).copy()
        self.addCleanup(e.remove)
        for step in steps:
            step(e)
        return e

    def kill(self, e, args, longest):
        """Runs the verb and ends it at some moment: its text if it came to its end, else None."""
        with subprocess.Popen([PROGRAM, '-C', e.folder, *map(str, args)], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, start_new_session=True) as process:
            time.sleep(self.random.uniform(0, longest))
            process.kill()
            out, err = process.communicate(timeout=TIMEOUT)
        self.assertIn(process.returncode, (0, -9), out + err)
        return out if process.returncode == 0 else None

    def each(self, start, args, judge, kills=KILLS):
        """`args` and `judge` are called with the election; the latter with the text too."""
        good = start.copy()
        self.addCleanup(good.remove)
        began = time.monotonic()
        good.run(*args(good))
        longest = 1.1 * (time.monotonic() - began)
        ended = 0
        for n in range(kills):
            e = start.copy()
            with self.subTest(n):
                said = self.kill(e, args(e), longest)
                judge(e, good, said)
            if said is not None:
                ended += 1
                longest *= 0.6      # the machine was busy when it was measured
            e.remove()
        print('# %d kills, %d of them too late' % (kills, ended))
        self.assertLess(ended, kills)

    def test_import(self):
        def judge(e, good, said):
            if said is not None:
                self.assertEqual(e.status(), wanted)
            e.take()
            self.assertEqual(e.status(), wanted)
        start = self.prepared()
        reference = start.copy()
        self.addCleanup(reference.remove)
        reference.take()
        wanted = reference.status()
        self.each(start, lambda e: ['import', e.stick], judge)

    def test_request(self):
        def judge(e, good, said):
            here = e.folder / 'requests/checkins-0001'
            if said is not None or here.exists():
                self.assertEqual((here / 'request').read_bytes(), wanted(good))
                e.refused('request', 'checkins', words=['not answered yet', 'trustee decrypt'])
            else:
                e.run('request', 'checkins')
            self.assertEqual(files(here).keys(),
                             files(good.folder / 'requests/checkins-0001').keys())
            self.assertEqual((here / 'request').read_bytes(), wanted(good))
            self.assertEqual([p.name for p in (e.folder / 'requests').iterdir()],
                             ['checkins-0001'])

        def wanted(good):
            return (good.folder / 'requests/checkins-0001/request').read_bytes()
        self.each(self.prepared(Election.take), lambda e: ['request', 'checkins'], judge)

    @staticmethod
    def decrypt_args(e, request, index):
        return ['trustee', 'decrypt', e.folder / 'requests' / request, '--index', index,
                '--secret', e.secret(index), '--passphrase-file', e.passphrase]

    def decrypt(self, start, request, kills):
        """A share has random parts: a trustee who gives the same one again knows that one."""
        def judge(e, good, said):
            share = e.folder / 'requests' / request / 'share-01'
            first = share.read_bytes() if share.exists() else None
            self.assertTrue(said is None or first is not None)
            share.unlink(missing_ok=True)
            e.run(*self.decrypt_args(e, request, 1))
            if first is not None:
                self.assertEqual(share.read_bytes(), first)
            self.assertEqual(len(share.read_bytes()), len(
                (good.folder / 'requests' / request / 'share-01').read_bytes()))
            self.assertEqual([p.name for p in e.root.glob('.*')], [])
        self.each(start, lambda e: self.decrypt_args(e, request, 1), judge, kills)

    def combine(self, base, request, kills):
        def judge(e, good, said):
            if said is not None:
                self.assertEqual(e.status(), good.status())
            e.run('combine', e.folder / 'requests' / request)
            self.assertEqual(e.status(), good.status())
            for name in ('tickets', 'result.json'):
                self.assertEqual(*(found(at.folder, name) for at in (e, good)))

        def found(folder, name):
            return {p.relative_to(folder): p.read_bytes() for p in folder.rglob(name)}
        start = self.prepared(lambda e: e.run(*self.decrypt_args(e, request, 1)),
                              lambda e: e.run(*self.decrypt_args(e, request, 2)), base=base)
        self.each(start, lambda e: ['combine', e.folder / 'requests' / request], judge, kills)

    def asked(self):
        return self.prepared(Election.take, lambda e: e.request('checkins'))

    def test_decrypt(self):
        self.decrypt(self.asked(), 'checkins-0001', KILLS)

    def test_decrypt_ballots(self):
        self.decrypt(self.prepared(base=self.tallying), 'tally-0001', KILLS // 2)

    def test_combine(self):
        self.combine(self.asked(), 'checkins-0001', KILLS)

    def test_combine_tickets(self):
        self.combine(self.striking, 'strike-0001', KILLS // 2)

    def test_combine_ballots(self):
        self.combine(self.tallying, 'tally-0001', KILLS // 2)

    def test_amend(self):
        """One that was signed stays; half of one is none; both are carried to the terminals."""
        def judge(e, good, said):
            folder = e.folder / 'amendments'
            before = {n: b for n, b in files(folder).items() if not n.startswith('.')}
            if said is not None:
                self.assertEqual(before.keys(), files(good.folder / 'amendments').keys())
            again = e.run(*args(e), code=None)
            self.assertIn(again.code, (0, 1), again)
            after = files(folder)
            self.assertEqual({n: b for n, b in after.items() if n in before}, before)
            for name in after:
                if name.endswith('.json'):
                    self.assertIn(name + '.minisig', after)
            self.assertEqual(again.code == 1, again.err.startswith('tabella: '), again)
            shutil.rmtree(e.root / 'package', ignore_errors=True)
            e.run('package', '--out', e.root / 'package')

        def args(e):
            return ['amend', 'notice', '--text', 'Bring a lamp', '--key',
                    e.key.with_suffix('.key'), '--passphrase-file', e.passphrase]
        self.each(self.prepared(), args, judge)


if __name__ == '__main__':
    sys.argv = [a for a in sys.argv if a != '--long']
    sys.exit(tap.main())
