# SPDX-License-Identifier: GPL-3.0-or-later
"""Amendments of every kind that can be written: what is signed, what is refused, and that a poll
whose terminals took them is counted and verified."""
import json
import re
import sys
import unittest

import tap
from poll import Poll
from tabella2 import journal

PLACES = [(1, 'combined'), (2, 'desk'), (2, 'booth'), (2, 'spare'), (3, 'combined'),
          (4, 'combined')]
SPARE = 4
HOURS, OPENED, MOVED, CLOSED, ASSIGNED, NOTICE = 1, 2, 3, 4, 6, 9


class Base(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.poll = poll = Poll(PLACES)
        cls.base = poll.election
        cls.addClassCleanup(cls.base.remove)
        for station in (1, 2, 2, 3, 4):
            poll.deck.visit(poll.deck.enter(station))
        poll.seal()

    def setUp(self):
        self.election = self.base.copy()
        self.addCleanup(self.election.remove)

    def written(self, number):
        folder = self.election.folder / 'amendments'
        return json.loads((folder / ('%04d.json' % number)).read_text())


class Writing(Base):
    def test_each_kind(self):
        e, stations = self.election, self.poll.stations
        changes = [(HOURS, 2, ['hours', '--station', stations[1], '--text', 'Until 22:00']),
                   (OPENED, 4, ['opened', '--station', stations[3]]),
                   (MOVED, 3, ['moved', '--station', stations[2], '--text', 'en=Next door',
                               '--text', 'zh_HK=隔壁']),
                   (CLOSED, 1, ['closed', '--station', stations[0], '--text', 'Water in the hall']),
                   (NOTICE, 0, ['notice', '--text', 'Bring a lamp'])]
        for number, (kind, target, args) in enumerate(changes, 1):
            with self.subTest(args[0]):
                done = e.signed('amend', *args)
                self.assertIn('Amendment %d is signed' % number, done.out)
                typed = re.search(r'^  TA1\. [A-Z2-7]{4} ', done.out, re.M)
                self.assertEqual(bool(typed), kind in (OPENED, CLOSED), done.out)
                self.assertEqual('stick' in done.out, kind in (HOURS, MOVED, NOTICE), done.out)
                a = self.written(number)
                self.assertEqual((a['number'], a['kind'], a['target'], a['value'], a['detail']),
                                 (number, kind, target, 0, None))
                short = e.folder / 'amendments' / ('%04d.txt' % number)
                self.assertEqual(len(short.read_text().strip()), 134)
        self.assertEqual(self.written(3)['text'], {'en': 'Next door', 'zh_HK': '隔壁'})
        self.assertEqual(set(self.written(1)['text'].values()), {'Until 22:00'})
        self.assertIsNone(self.written(2)['text'])

    def test_refused(self):
        e, station = self.election, self.poll.stations[0]
        for args, word in ((['hours', '--station', station], '--text'),
                           (['hours', '--text', 'x'], '--station'),
                           (['moved', '--station', station], '--text'),
                           (['moved', '--text', 'x'], '--station'),
                           (['opened'], '--station'), (['closed'], '--station'),
                           (['notice'], '--text'),
                           (['added', '--text', 'x'], 'spare'),
                           (['merged', '--text', 'x'], 'hours, opened, moved')):
            with self.subTest(args):
                e.signed('amend', *args, refuse=[word], code=2)
        for args, word in ((['closed', '--station', 'nowhere'], 'mong-kok'),
                           (['notice', '--text', 'en=Only English'], 'zh_HK'),
                           (['notice', '--text', ''], 'text')):
            with self.subTest(args):
                e.signed('amend', *args, refuse=[word])
        self.assertFalse((e.folder / 'amendments').exists())


class Counting(Base):
    def test_to_the_end(self):
        """Every kind is in the terminals' journals; both verifiers follow them."""
        e, stations = self.election, self.poll.stations
        for change in (['hours', '--station', stations[0], '--text', 'Until 22:00'],
                       ['opened', '--station', stations[3]],
                       ['moved', '--station', stations[2], '--text', 'Next door'],
                       ['closed', '--station', stations[1], '--text', 'Water'],
                       ['spare', '--terminal', SPARE, '--station', stations[1], '--role', 'booth'],
                       ['notice', '--text', 'Bring a lamp']):
            e.signed('amend', *change)
        place = self.poll.places[SPARE - 1]
        place.role = 'booth'
        self.addCleanup(setattr, place, 'role', 'spare')
        e.rehearse(self.poll.deck.rows)
        self.poll.model.play(self.poll.deck.rows)
        kinds = [json.loads(line)['kind'] for line in journal.split(self.journal(1))
                 if b'"amended"' in line]
        self.assertEqual(kinds, [HOURS, OPENED, MOVED, CLOSED, ASSIGNED, NOTICE])
        e.take()
        e.everyone()
        self.assertEqual(e.result()['contests'], self.poll.expected()['contests'])
        e.publish()
        self.assertEqual(e.verify().last, 'VALID')
        self.assertEqual(e.second_verify()[0], 'VALID')
        self.forge_one()

    def journal(self, terminal):
        data = (self.election.batch(terminal, 1) / 'ballots').read_bytes()
        length = int.from_bytes(data[168:172], 'little')
        return data[172:172 + length]

    def forge_one(self):
        """A record whose amendment says otherwise than the journals is no good: check 4."""
        public = self.election.public / 'amendments'
        for name in ('0006.json', '0006.json.minisig'):
            (public / name).unlink()
        done = self.election.verify(code=1)
        self.assertEqual(done.last, 'INVALID')
        self.assertTrue(re.search(r'(?m)^ *4 .*(FAIL|amendment)', done.out), done.out)
        self.assertEqual(self.election.second_verify()[0], 'INVALID')


if __name__ == '__main__':
    sys.exit(tap.main())
