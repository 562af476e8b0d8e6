# SPDX-License-Identifier: GPL-3.0-or-later
"""Decks of voters who do what voters do: most vote once, some do not."""
import random

from tabella import hkid, lane_digit, selections_text


class Deck:
    """Makes visits of made-up voters at the places of an election, from a seed."""

    def __init__(self, draft, places, seed):
        self.draft, self.places = draft, places
        self.random = random.Random(seed)
        self.stations = draft['stations']
        self.contests = {c['id']: c for c in draft['contests']}
        self.styles = {s['id']: s['contests'] for s in draft['styles']}
        self.stranger = {'accepted': 'walkin'}.get(draft['policies']['walk_ins'], 'provisional')
        self.anywhere = draft['policies']['voting'] == 'anywhere'
        self.roll, self.rows = [], []
        self._number = 0
        self.digits = set(range(10))    # last digits of the voters' numbers

    # --- voters

    def identity(self):
        self._number += 1
        found = hkid(self._number * 37 % 1000000, 'ABCDEFGH'[self._number % 8])
        return found if lane_digit(found) in self.digits else self.identity()

    def enter(self, station=None, style=None, lane=None):
        """A new voter on the roll: (identity, station number, style)."""
        station = station or self.random.randrange(len(self.stations)) + 1
        style = style or self.random.choice(self.usual(station))
        identity = self.identity()
        while lane is not None and lane_digit(identity) not in lane:
            identity = self.identity()
        self.roll.append({'id': identity, 'name': 'Voter %s' % identity, 'style': style,
                          'station': self.stations[station - 1]['id']})
        return identity, station, style

    def usual(self, station):
        """The station's styles but the one that only a few voters have."""
        return [s for s in self.stations[station - 1]['styles'] if s != 'pier']

    # --- what they do

    def vote(self, style, blank=False):
        """Selections that the style allows."""
        chosen = {}
        for contest in (self.contests[c] for c in self.styles[style]):
            low = contest['min']
            count = low if blank else self.random.randint(low, contest['max'])
            chosen[contest['id']] = self.random.sample([o['id'] for o in contest['options']],
                                                       count)
        return selections_text(chosen)

    def desk(self, station, identity):
        """Where this number is served at the station; the one that took over, if one did."""
        digit = lane_digit(identity)
        here = [p for p in self.places if p.station == station and digit in p.lane]
        return max(here, key=lambda p: p.took_over)

    def booths(self, station):
        return [p.index for p in self.places if p.station == station and p.role == 'booth']

    def row(self, desk, identity, action, style, **more):
        kind = more.pop('kind', 'roll')
        row = {'terminal': desk.index, 'id': identity, 'kind': kind, 'action': action,
               'selections': '' if action == 'leave' else more.pop('vote', self.vote(style))}
        if kind != 'roll':
            row['style'] = style
        row.update(more)
        self.rows.append(row)
        return row

    def visit(self, who, action='cast', challenges=0, **more):
        """One visit; the booth is named half of the time."""
        identity, station, style = who
        desk = self.desk(station, identity)
        if desk.role == 'desk' and 'booth' not in more and self.random.random() < 0.5:
            more['booth'] = self.random.choice(self.booths(station))
        for _ in range(challenges):
            self.row(desk, identity, 'challenge', style,
                     **{k: v for k, v in more.items() if k != 'vote'})
        return self.row(desk, identity, action, style, **more)

    def elsewhere(self, who):
        """The same person at another station that has a ballot for them."""
        identity, station, style = who
        fits = [n for n, s in enumerate(self.stations, 1) if n != station and
                (style in s['styles'] or not self.anywhere)]
        other = self.random.choice(fits)
        if not self.anywhere:
            style = self.random.choice(self.usual(other))
        return identity, other, style

    def twice_at_booths(self, who, same=False):
        """One ticket, two booths, two ballots."""
        first, second = self.random.sample(self.booths(who[1]), 2)
        one = self.visit(who, booth=first)
        vote = one['selections'] if same else self.vote(who[2])
        desk = self.desk(who[1], who[0])
        more = {} if one['kind'] == 'roll' else {'kind': one['kind']}
        self.row(desk, who[0], 'cast', who[2], booth=second, ticket=len(self.rows), vote=vote,
                 **more)

    def again(self, who):
        """A second visit of somebody whose first one was a cast or, at a desk, anything."""
        if self.random.random() < 0.4:
            self.visit(who, kind='provisional')
        elif self.anywhere:
            self.visit(self.elsewhere(who))
        else:
            self.visit(self.elsewhere(who), kind=self.stranger)

    def walk_in(self, visits=1):
        """Somebody who is not on the roll, at one station or at several."""
        stations = self.random.sample(range(1, len(self.stations) + 1), visits)
        identity = self.identity()
        for n in stations:
            style = self.random.choice(self.usual(n))
            self.visit((identity, n, style), kind=self.stranger,
                       challenges=self.random.choice((0, 0, 1)))

    def somebody(self):
        """Anything that may happen, in the proportions of a bad day."""
        what = self.random.random()
        who = self.enter()
        combined = self.desk(who[1], who[0]).role == 'combined'
        if what < 0.45:
            self.visit(who, challenges=self.random.choice((0, 0, 0, 1, 2, 3)))
        elif what < 0.55:
            self.visit(who, vote=self.vote(who[2], blank=True))
        elif what < 0.65:
            self.visit(who, 'leave', challenges=self.random.choice((0, 1)))
            if self.random.random() < 0.6:
                self.visit(who, **({} if combined else {'kind': 'provisional'}))
        elif what < 0.80:
            self.visit(who)
            self.again(who)
        elif what < 0.86:
            self.visit(who, kind='provisional')
            if self.random.random() < 0.5:
                self.visit(who)
        elif what < 0.95:
            self.walk_in(self.random.choice((1, 1, 2)))
        elif len(self.booths(who[1])) > 1 and not combined and who[2] == 'full':
            self.twice_at_booths(who, same=True)
        else:
            self.visit(who)
