# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole life of an election by verbs, against totals that a model of the rules computes."""
import sys
import unittest

import tap
from poll import SEED, Poll

# Station, role, lane: desks with booths, combined terminals, spares.
PLACES = [(1, 'desk', '0-4'), (1, 'desk', '5-9'), (1, 'booth'), (1, 'booth'), (1, 'booth'),
          (1, 'spare'),
          (2, 'combined', '0-4'), (2, 'combined', '5-9'), (2, 'spare'),
          (3, 'desk'), (3, 'booth'), (3, 'booth'),
          (4, 'combined', '0-8'), (4, 'combined', '9'), (4, 'spare')]
SPARE_BOOTH, LOST, SUCCESSOR, LOST_BOOTH, SILENT, UNUSED = 6, 8, 9, 12, 14, 15


class Life(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print('# deck seed', SEED)
        cls.poll = poll = Poll(PLACES)
        cls.election = poll.election
        cls.addClassCleanup(poll.election.remove)
        cls.first_day(poll)
        poll.seal()
        cls.amend(SPARE_BOOTH, 'spare', '--station', poll.stations[0], '--role', 'booth')
        poll.election.rehearse(poll.deck.rows, lost=(LOST, LOST_BOOTH))
        poll.model.play(poll.deck.rows)
        cls.second_day(poll)
        cls.count(poll)

    @classmethod
    def amend(cls, terminal, *change):
        cls.election.signed('amend', change[0], '--terminal', terminal, *change[1:])

    @classmethod
    def first_day(cls, poll):
        """What must be there whatever the dice say, then sixty people at random."""
        deck, one = poll.deck, poll.places
        one[SPARE_BOOTH - 1].role = 'booth'
        deck.places = [p for p in one if p.index not in (SUCCESSOR, UNUSED)]
        deck.digits -= one[SILENT - 1].lane
        for challenges in (1, 2, 3):
            deck.visit(deck.enter(1, 'full'), challenges=challenges, booth=3)
            deck.visit(deck.enter(2, 'short'), challenges=challenges)
        walker = deck.enter(1, 'full')                  # challenges here, casts in the next booth
        deck.row(deck.desk(1, walker[0]), walker[0], 'challenge', 'full', booth=4)
        deck.row(deck.desk(1, walker[0]), walker[0], 'cast', 'full', booth=SPARE_BOOTH)
        deck.twice_at_booths(deck.enter(1, 'short'))
        deck.twice_at_booths(deck.enter(3, 'short'))
        unsure = deck.enter(2, 'full')                  # voted, came elsewhere, left in time
        deck.visit(unsure)
        deck.visit((unsure[0], 3, 'short'), 'leave', kind='walkin')
        double = deck.enter(3, 'full')                  # both: struck by its link, twice as many
        deck.visit(double, booth=11)
        deck.row(deck.desk(3, double[0]), double[0], 'cast', 'full', kind='provisional', booth=11)
        deck.row(deck.desk(3, double[0]), double[0], 'cast', 'full', kind='provisional', booth=12,
                 ticket=len(deck.rows))
        for n in (7, 8):
            cls.returner = deck.enter(2, 'full', lane=one[n - 1].lane)
            deck.visit(cls.returner, 'leave')           # the second one returns at the successor
        cls.gone = [deck.enter(2, 'full', lane=one[LOST - 1].lane) for _ in range(3)]
        for who in cls.gone:
            deck.visit(who)
        cls.new_voters = [deck.enter(2, 'full', lane=one[LOST - 1].lane) for _ in range(2)]
        for _ in range(3):                              # too few to be decrypted by themselves
            deck.visit(deck.enter(2, 'pier'))
        for _ in range(60):
            deck.somebody()

    @classmethod
    def second_day(cls, poll):
        """The lost combined terminal is succeeded by the spare; some come again."""
        e, deck = poll.election, poll.deck
        first = deck.rows
        cls.amend(LOST, 'ended', '--batch', '1')
        cls.amend(LOST_BOOTH, 'ended', '--batch', '1', '--text', 'en=Lost on the way',
                  '--text', 'zh_HK=途中遺失')
        successor = poll.places[SUCCESSOR - 1]
        successor.role, successor.lane, successor.took_over = 'combined', set(range(5, 10)), True
        cls.amend(SUCCESSOR, 'spare', '--station', poll.stations[1], '--lane', '5-9')
        deck.rows, deck.places = [], poll.places
        for who in cls.gone[:2]:
            deck.visit(who)
        deck.visit(cls.returner)
        for who in cls.new_voters:
            deck.visit(who)
        e.rehearse(deck.rows, out='second')
        poll.model.play(deck.rows)
        deck.rows = first + deck.rows

    @classmethod
    def count(cls, poll):
        e, model = poll.election, poll.model
        late = e.root / 'late'
        late.mkdir()
        e.batch(13).parent.rename(late / 'terminal-013')
        e.take()
        e.take(e.root / 'second' / ('terminal-%03d' % SUCCESSOR))
        cls.early = e.run('request', 'tally', code=1)
        e.ask('checkins', (1, 2))
        e.take(late)
        e.ask('checkins', (2, 3))           # the late stick and what the safety copies hold
        provisionals = [r for r in model.records.values() if r.kind == 'provisional']
        model.rejected = {(r.place.index, r.identity) for r in provisionals[::3]}
        cls.listed = e.status()['provisionals']
        cls.undecided = e.run('request', 'tally', code=1)
        e.decide(reject=[model.reference(*r) for r in model.rejected])
        cls.before = e.status()
        e.ask('strike', (1, 3))
        cls.after = e.status()
        e.ask('tally', (3, 2))
        e.publish()

    # --- what came out

    def test_result_is_the_models(self):
        self.maxDiff = None
        self.assertEqual(self.election.result(), self.poll.expected())

    def test_deck_was_worth_it(self):
        """Every thing that this test is about did happen."""
        result, model = self.election.result(), self.poll.model
        duplicates = result['duplicates']
        for name in ('groups', 'struck_links', 'struck_ballots', 'unused_tickets',
                     'rejected_provisionals', 'incidents'):
            self.assertGreater(duplicates[name], 0, name)
        self.assertLess(len(model.rejected), len(self.listed))
        pier = result['contests'][-1]
        self.assertEqual(pier['withheld'], ['harbour'])
        self.assertEqual(pier['ballots'], 0)
        self.assertTrue(any(u['merged'] for c in result['contests'] for u in c['units']))
        states = {r.state for r in model.records.values() if r.place.role == 'combined'}
        self.assertEqual(states, {2, 3})

    def test_provisionals_are_listed(self):
        model = self.poll.model
        refs = {model.reference(r.place.index, r.identity) for r in model.records.values()
                if r.kind == 'provisional' and self.poll.model._takes_part(r)}
        self.assertEqual(set(self.listed), refs)

    def test_status(self):
        model = self.poll.model
        at = {t['terminal']: t for t in self.after['terminals']}
        for place in self.poll.places:
            line = at[place.index]
            self.assertEqual(line['station'], place.station)
            self.assertEqual(line['checkins'], sum(r.place is place
                                                   for r in model.records.values()), line)
        self.assertEqual(sum(t['cast'] for t in at.values()), len(model.ballots))
        self.assertEqual(sum(t['challenged'] for t in at.values()),
                         sum(model.challenged.values()))
        self.assertEqual({n: at[n]['state'] for n in (1, LOST, LOST_BOOTH, UNUSED, SILENT)},
                         {1: 'final', LOST: 'ended', LOST_BOOTH: 'ended', UNUSED: 'unused',
                          SILENT: 'final'})
        self.assertEqual(at[SILENT]['checkins'], 0)
        self.assertEqual(self.after['missing'], [])
        self.assertNotEqual(self.before['missing'], [])

    def test_tally_waits(self):
        for done, word in ((self.early, 'Station 4'), (self.undecided, 'decide')):
            self.assertIn(word, done.err)
            self.assertEqual(len(done.err.splitlines()), 1, done)

    def test_verify(self):
        done = self.election.verify()
        self.assertEqual(done.last, 'VALID', done)
        self.assertIn('PRACTICE election', done.out.splitlines())

    def test_second_verifier(self):
        verdict, text = self.election.second_verify()
        self.assertEqual(verdict, 'VALID', text)

    def test_record_names_nobody(self):
        """No check-in file, roll or number of a voter is in the public record."""
        names = {p.name for p in self.election.public.rglob('*')}
        self.assertFalse(names & {'checkins', 'sealed', 'roll', 'centre.db', 'decisions.json'})
        pseudonyms = [self.poll.model.p(v['id']) for v in self.poll.deck.roll]
        for path in self.election.public.rglob('*'):
            data = path.read_bytes() if path.is_file() else b''
            for p in pseudonyms:
                self.assertNotIn(p, data, path)
                self.assertNotIn(p.hex().encode(), data, path)


if __name__ == '__main__':
    sys.exit(tap.main())
