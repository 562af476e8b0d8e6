# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole practice election: two styles, every role, and a model of what must come out."""
import os
from hashlib import blake2b

from decks import Deck
from model import Model, Place
from tabella import Election
from tabella2 import boxes
from tabella2.batch import Batch
from tabella2.hashing import election_id
from tabella2.manifest import Manifest

SEED = int(os.environ.get('TABELLA_SEED', '2014'))


def words(english, chinese):
    return {'en': english, 'zh_HK': chinese}


def with_styles(draft, **policies):
    """The example with more contests, two styles for most and one for the pier, and other units."""
    draft['contests'] += [
        {'id': 'council', 'title': words('Council', '議會'),
         'question': words('Choose up to three', '最多選三項'), 'min': 0, 'max': 3,
         'options': [{'id': 'c%d' % i, 'text': words('Candidate %d' % i, '候選人%d' % i)}
                     for i in range(1, 6)]},
        {'id': 'chair', 'title': words('Chair', '主席'),
         'question': words('Choose one', '必選一項'), 'min': 1, 'max': 1,
         'options': [{'id': 'yes', 'text': words('Yes', '贊成')},
                     {'id': 'no', 'text': words('No', '反對')}]},
        {'id': 'pier', 'title': words('Pier', '碼頭'),
         'question': words('Which way?', '哪一邊？'), 'min': 0, 'max': 2,
         'options': [{'id': 'left', 'text': words('Left', '左')},
                     {'id': 'right', 'text': words('Right', '右')}]}]
    title = draft['styles'][0]['title']
    draft['styles'] = [
        {'id': 'full', 'title': title, 'contests': ['motion-1', 'council', 'motion-2']},
        {'id': 'short', 'title': title, 'contests': ['chair', 'motion-2']},
        {'id': 'pier', 'title': title, 'contests': ['pier']}]
    draft['units'] = [{'id': 'island', 'merge_into': 'harbour'},
                      {'id': 'harbour', 'merge_into': None},
                      {'id': 'east', 'merge_into': 'west'},
                      {'id': 'west', 'merge_into': 'harbour'}]
    for station, unit, styles in zip(draft['stations'], ('island', 'harbour', 'east', 'west'),
                                     (['full', 'short'], ['full', 'short', 'pier'],
                                      ['full', 'short'], ['full'])):
        station['unit'], station['styles'] = unit, styles
    draft['policies']['min_unit'] = 12
    draft['policies']['capacity'] = {'ballots': 100, 'checkins': 100}
    draft['policies'].update(policies)
    return draft


class Poll:
    """An election with its deck and its model. `places` as Place arguments, in enrolment order."""

    def __init__(self, places, seed=SEED, base=None, **policies):
        self.election = base.copy() if base else Election().new().ceremony().make_key()
        self.election.write_draft(with_styles(self.election.draft(), **policies))
        self.draft = self.election.draft()
        self.stations = [s['id'] for s in self.draft['stations']]
        self.places = [Place(i, *p) for i, p in enumerate(places, 1)]
        self.election.enrol([(self.stations[p[0] - 1], *p[1:]) for p in places])
        self.deck = Deck(self.draft, self.places, seed)

    def seal(self):
        """Roll, manifest, and the keys that the model's lots need."""
        e = self.election
        e.roll(self.deck.roll).seal()
        data = (e.folder / 'manifest.json').read_bytes()
        self.manifest = Manifest(data)
        self.he = election_id(data)
        self.model = Model(self.draft, self.places, self.he, self._roll_key())
        self.model.roll = {v['id']: v['style'] for v in self.deck.roll}

    def _roll_key(self):
        """Out of the first terminal's sealed keys, with its simulated secret."""
        secret = (self.election.folder / 'terminals/001.secret').read_bytes()[136:168]
        sealed = (self.election.folder / 'roll/001.keys').read_bytes()
        public = boxes.x25519_public(secret)
        nonce = blake2b(sealed[:32] + public, digest_size=24).digest()
        return boxes.box_open(sealed[32:], nonce, sealed[:32], secret)[8:40]

    def ballots(self):
        """(terminal, cast record) of every ballot in the public record."""
        for path in sorted(self.election.public.glob('terminal-*/batch-*/ballots')):
            batch = Batch(path.read_bytes(), self.he, False, self.manifest.election.styles)
            for record in batch.cast:
                yield batch.header.terminal, record

    def stands(self, ballots):
        """Which of a ticket's ballots stands: the lowest lot, by the record's codes."""
        if all(b.selections == ballots[0].selections for b in ballots):
            return ballots[0]
        cast = list(self.ballots())
        here = {}
        for terminal, record in cast:
            here.setdefault((record.ticket, record.style), []).append((terminal, record.code))
        style = [s['id'] for s in self.draft['styles']].index(ballots[0].style)
        wanted = sorted(b.place.index for b in ballots)
        found = [v for (_, s), v in here.items()
                 if s == style and sorted(t for t, _ in v) == wanted]
        if len(found) != 1:
            raise AssertionError('%d tickets were used at terminals %s' % (len(found), wanted))
        codes = b''.join(sorted(record.code for _, record in cast))
        all_codes = blake2b(b'\x54' + codes, key=self.he, digest_size=32).digest()

        def lot(pair):
            return blake2b(b'\x41' + all_codes + pair[1], key=self.he, digest_size=32).digest()
        first = min(found[0], key=lot)[0]
        return next(b for b in ballots if b.place.index == first)

    def expected(self):
        return {'election': self.he.hex(), 'mode': 'practice', **self.model.result(self.stands)}
