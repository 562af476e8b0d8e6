# SPDX-License-Identifier: GPL-3.0-or-later
"""What a deck must come to, from the rules of the protocol's section 8 alone.

Nothing here reads what the program wrote but what its lots depend on: the election id, the roll
key and the codes of ballots that share a ticket.
"""
from collections import Counter, namedtuple
from hashlib import blake2b

from tabella import normal

KINDS = {'roll': 1, 'walkin': 2, 'provisional': 3}
GIVEN, VOTED, LEFT = 1, 2, 3
CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


class Place:
    """A terminal as the amendments leave it."""

    def __init__(self, index, station, role, lane='', took_over=False):
        self.index, self.station, self.role = index, station, role
        self.lane = lane_set(lane or ('0-9' if role in ('desk', 'combined') else ''))
        self.took_over = took_over
        self.revoked = self.absent = False      # absent: no batch of it counts or is looked at


class Record:
    """A check-in: one of a person and sort at a terminal."""

    def __init__(self, place, identity, kind, style):
        self.place, self.identity, self.kind, self.style = place, identity, kind, style
        self.state = self.ticket = None


# `place` is None where the deck leaves the booth to chance.
Ballot = namedtuple('Ballot', 'station place ticket style selections')


def lane_set(text):
    digits = set()
    for part in filter(None, text.split(',')):
        low, _, high = part.partition('-')
        digits.update(range(int(low), int(high or low) + 1))
    return digits


def hashed(key, tag, *fields):
    return blake2b(bytes([tag]) + b''.join(fields), key=key, digest_size=32).digest()


def short(digest):
    """The first 100 bits as five groups of four."""
    bits = int.from_bytes(digest[:13], 'big') >> 4
    text = ''.join(CROCKFORD[bits >> 5 * (19 - i) & 31] for i in range(20))
    return '-'.join(text[i:i + 4] for i in range(0, 20, 4))


def read_selections(text):
    return {c: o.split('+') for c, _, o in (part.partition('=') for part in text.split(';') if part)}


class Model:
    """Plays decks, then counts."""

    def __init__(self, draft, places, he, roll_key):
        self.draft, self.he, self.roll_key = draft, he, roll_key
        self.policies = draft['policies']
        self.places = {p.index: p for p in places}
        self.styles = {s['id']: s['contests'] for s in draft['styles']}
        self.roll = {}                      # identity: style
        self.records, self.ballots, self.challenged = {}, [], Counter()
        self.rejected = set()               # (terminal, identity)
        self._next = 0

    def p(self, identity):
        return hashed(self.roll_key, 0x30, normal(identity).encode())

    def reference(self, terminal, identity):
        """A provisional as `tabella status` names it."""
        return '%d:%s' % (terminal, short(self.p(identity)))

    # --- the poll

    def play(self, rows):
        tickets, going = [], {}
        for row in rows:
            place, identity = self.places[row['terminal']], row['id']
            booth = self.places[row['booth']] if row.get('booth') else None
            ticket, at = going.pop((place, identity), (None, None))
            if row.get('ticket'):
                ticket = tickets[row['ticket'] - 1]
            elif ticket is None:
                ticket = self._check_in(place, row)
            tickets.append(ticket)
            here = booth or at or (place if place.role == 'combined' else None)
            self._act(place, here, row, ticket, going)

    def _check_in(self, place, row):
        kind = row['kind']
        key = place, row['id'], kind == 'provisional'
        style = row.get('style') or self.roll.get(row['id'])
        if style is None:
            raise ValueError('a row without a style: %s' % row)
        self._next += 1
        record = self.records.get(key)
        if record is None:
            record = self.records[key] = Record(place, row['id'], kind, style)
        elif place.role != 'combined' or record.state == VOTED:
            raise ValueError('a second check-in: %s' % row)
        record.state, record.ticket = GIVEN, (self._next, record.style)
        return record.ticket

    def _act(self, place, here, row, ticket, going):
        number, style = ticket
        if row['action'] == 'leave':
            self._set_state(place, row['id'], number, LEFT)
        elif row['action'] == 'challenge':
            self.challenged[here.index if here else 0] += 1
            going[place, row['id']] = ticket, here
        else:
            self.ballots.append(Ballot(place.station, here, number, style,
                                       read_selections(row['selections'])))
            self._set_state(place, row['id'], number, VOTED)

    def _set_state(self, place, identity, number, state):
        for other in (False, True):
            record = self.records.get((place, identity, other))
            if place.role == 'combined' and record and record.ticket[0] == number:
                record.state = state

    # --- after it

    def linked(self, record):
        rules = self.policies
        return not (record.kind == 'roll' and rules['voting'] == 'assigned' and
                    rules['duplicates'] == 'assigned-then-lot' and rules['paper'] == 'yields' and
                    not record.place.took_over)

    def lot(self, record):
        return hashed(self.he, 0x41, self.p(record.identity),
                      record.place.index.to_bytes(2, 'little'), bytes([KINDS[record.kind]]))

    def _rank(self, record):
        if self.policies['duplicates'] != 'assigned-then-lot':
            return 0, self.lot(record)
        return (0 if not self.linked(record) else 1 if record.kind == 'roll' else 2,
                self.lot(record))

    def _takes_part(self, record):
        if record.place.absent:
            return False
        if record.state == VOTED:
            return not record.place.revoked
        return record.state == GIVEN and record.place.role != 'combined'

    def struck_records(self, counts):
        groups = {}
        for record in filter(self._takes_part, self.records.values()):
            groups.setdefault(normal(record.identity), []).append(record)
        struck = []
        for group in groups.values():
            counts['groups'] += len(group) > 1
            rejected = [r for r in group if r.kind == 'provisional' and
                        (r.place.index, r.identity) in self.rejected]
            counts['rejected_provisionals'] += len(rejected)
            rest = sorted((r for r in group if r not in rejected), key=self._rank)
            keep = 0 if self.policies['duplicates'] == 'strike-all' and len(rest) > 1 else 1
            struck += rejected + rest[keep:]
        return struck

    def count(self, stands):
        """(duplicates, standing ballots); `stands` picks one of several ballots of a ticket."""
        counts = Counter({'groups': 0, 'struck_links': 0, 'struck_ballots': 0,
                          'unused_tickets': 0, 'paper': 0, 'rejected_provisionals': 0,
                          'incidents': 0})
        struck = [r.ticket[0] for r in self.struck_records(counts)]
        cast = [b for b in self.ballots if not (b.place and (b.place.absent or b.place.revoked))]
        by_ticket = {}
        for ballot in cast:
            by_ticket.setdefault(ballot.ticket, []).append(ballot)
        counts['struck_links'] = len(struck)
        for ticket in struck:
            counts['struck_ballots'] += len(by_ticket.get(ticket, ()))
            counts['unused_tickets'] += ticket not in by_ticket
        standing = []
        for ticket, ballots in by_ticket.items():
            counts['incidents'] += len(ballots) > 1
            if ticket not in struck:
                standing.append(ballots[0] if len(ballots) == 1 else stands(ballots))
        counts['incidents'] += self._alarms()
        return counts, standing

    def _alarms(self):
        """Stations and styles with more ballots than tickets."""
        balance = Counter()
        for record in self.records.values():
            if not record.place.absent and record.state in (GIVEN, VOTED):
                balance[record.place.station, record.style] += 1
        for ballot in self.ballots:
            if not (ballot.place and ballot.place.absent):
                balance[ballot.station, ballot.style] -= 1
        return sum(n < 0 for n in balance.values())

    def result(self, stands):
        """result.json without its first two members."""
        counts, standing = self.count(stands)
        duplicates = {'rule': self.policies['duplicates'], **counts}
        return {'duplicates': duplicates,
                'contests': [self._contest(c, standing) for c in self.draft['contests']]}

    def _contest(self, contest, standing):
        units = {u['id']: [] for u in self.draft['units']}
        target = {u['id']: u['merge_into'] for u in self.draft['units']}
        members = {u: [] for u in units}
        for ballot in standing:
            if contest['id'] in self.styles[ballot.style]:
                units[self.draft['stations'][ballot.station - 1]['unit']].append(ballot)
        minimum = self.policies['min_unit']
        while True:
            small = [u for u in units if 0 < len(units[u]) < minimum and target[u]]
            if not small:
                break
            into = target[small[0]]
            units[into] += units.pop(small[0])
            units = {u['id']: units[u['id']] for u in self.draft['units'] if u['id'] in units}
            members[into] += [small[0]] + members[small[0]]
            # An emptied unit is no unit of its own any more; what merges into it later goes on.
            for u in target:
                if target[u] == small[0]:
                    target[u] = into
        withheld = [u for u in units if 0 < len(units[u]) < minimum]
        order = [u['id'] for u in self.draft['units']]
        shown = [{'id': u, 'merged': sorted(members[u], key=order.index),
                  'ballots': len(units[u]), 'options': self._options(contest, units[u])}
                 for u in units if u not in withheld]
        whole = [b for u in units if u not in withheld for b in units[u]]
        return {'id': contest['id'], 'ballots': len(whole),
                'options': self._options(contest, whole), 'units': shown, 'withheld': withheld}

    @staticmethod
    def _options(contest, ballots):
        return [{'id': o['id'],
                 'count': sum(o['id'] in b.selections.get(contest['id'], ()) for b in ballots)}
                for o in contest['options']]
