# SPDX-License-Identifier: GPL-3.0-or-later
"""Each rule for duplicates, assigned voting and voting anywhere, revoked and ended terminals."""
import sys
import unittest

import tap
from poll import SEED, Poll
from tabella import Election

PLACES = [(1, 'desk'), (1, 'booth'), (1, 'booth'), (2, 'combined'), (3, 'combined', '0-3'),
          (3, 'combined', '4-9'), (4, 'combined')]
REVOKED, ENDED = 6, 5


class Rules(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.base = Election().new().ceremony().make_key()
        cls.addClassCleanup(cls.base.remove)

    def poll(self, seed, **policies):
        poll = Poll(PLACES, SEED + seed, self.base, min_unit=4, **policies)
        self.addCleanup(poll.election.remove)
        for _ in range(30):
            poll.deck.somebody()
        poll.seal()
        poll.election.rehearse(poll.deck.rows)
        poll.model.play(poll.deck.rows)
        return poll

    def count(self, poll, verdict='VALID', second=False):
        e, model = poll.election, poll.model
        e.take()
        e.ask('checkins', (1, 3))
        provisionals = [r for r in model.records.values() if r.kind == 'provisional']
        model.rejected = {(r.place.index, r.identity) for r in provisionals[::2]}
        e.decide(reject=[model.reference(*r) for r in model.rejected])
        e.ask('strike', (1, 2))
        e.ask('tally', (2, 3))
        e.publish()
        result, expected = e.result(), poll.expected()
        for wild in ('incidents',) if verdict != 'VALID' else ():
            result['duplicates'].pop(wild)
            expected['duplicates'].pop(wild)
        self.assertEqual(result, expected)
        self.assertGreater(result['duplicates']['struck_ballots'], 0)
        self.assertEqual(e.verify().last, verdict)
        if second:
            last, text = e.second_verify()
            self.assertEqual(last, verdict, text)

    def test_lot_assigned(self):
        self.count(self.poll(1, duplicates='lot'))

    def test_lot_anywhere(self):
        self.count(self.poll(2, duplicates='lot', voting='anywhere'), second=True)

    def test_strike_all_assigned(self):
        self.count(self.poll(3, duplicates='strike-all', paper='prevails'))

    def test_strike_all_anywhere(self):
        self.count(self.poll(4, duplicates='strike-all', voting='anywhere',
                             walk_ins='provisional'))

    def test_assigned_where_all_are_linked(self):
        """Paper prevails, so that every check-in has a link; strangers are provisional."""
        self.count(self.poll(5, paper='prevails', walk_ins='provisional'))

    def test_revoked_and_ended_at_none(self):
        poll = self.poll(6, duplicates='lot')
        e = poll.election
        e.signed('amend', 'revoked', '--terminal', REVOKED)
        e.signed('amend', 'ended', '--terminal', ENDED, '--batch', 0)
        poll.places[REVOKED - 1].revoked = True
        poll.places[ENDED - 1].absent = True
        self.count(poll, 'VALID WITH 1 EXCLUDED', second=True)


if __name__ == '__main__':
    sys.exit(tap.main())
