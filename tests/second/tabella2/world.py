# SPDX-License-Identifier: GPL-3.0-or-later
"""A small election from a seed: ceremony, terminals, voters, counting, the public record.

Everything is honest by default. Tests reach in between the steps (play, close, count, write)
to make what a forger would make.
"""

import json
import os
from hashlib import blake2b

from . import (amendments, ballot, batch, boxes, ceremony, counting, decryption, ed25519, journal,
               links, minisign, receipts, ristretto as r, voters)
from .hashing import H, blake2b_256, election_id, file_digest, u16, u32
from .links import PAPER, PROVISIONAL, ROLL, WALK_IN, CheckIn
from .manifest import Manifest
from .ristretto import Q

GIVEN, VOTED, LEFT = 1, 2, 3


class Rng:
    """Bytes that follow from a seed."""

    def __init__(self, seed):
        self._key, self._n = blake2b(str(seed).encode(), digest_size=32).digest(), 0

    def bytes(self, size):
        out = b''
        while len(out) < size:
            self._n += 1
            out += blake2b(self._n.to_bytes(8, 'little'), key=self._key).digest()
        return out[:size]

    def scalar(self):
        return int.from_bytes(self.bytes(64), 'little') % (Q - 1) + 1

    def below(self, n):
        return int.from_bytes(self.bytes(16), 'little') % n


def to_json(value):
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b'\n'


# --- trustees -----------------------------------------------------------------------------------

class Trustee:
    def __init__(self, rng, index, name, t):
        self.index, self.name = index, name
        self.signing_seed, self.transport_secret = rng.bytes(32), rng.bytes(32)
        self.f = [rng.scalar() for _ in range(t)]
        self.g = [rng.scalar() for _ in range(t)]
        self.big_f = [r.encode(r.BASE.multiply(k)) for k in self.f]
        self.big_e = [r.encode(r.BASE.multiply(k)) for k in self.g]
        self.z = self.y = None

    def value(self, polynomial, j):
        return sum(k * pow(j, d, Q) for d, k in enumerate(polynomial)) % Q


def hold_ceremony(rng, name, names, t):
    """(trustees, the manifest's `ceremony` object); the boxes of r3 are real."""
    n = len(names)
    trustees = [Trustee(rng, i, x, t) for i, x in enumerate(names, 1)]
    hp = ceremony.context(name, n, t, names)
    r1 = [to_json({
        'round': 1, 'index': x.index, 'name': x.name,
        'signing_key': ed25519.public_key(x.signing_seed).hex(),
        'transport_key': boxes.x25519_public(x.transport_secret).hex(),
        'commitment': ceremony.commitment_hash(hp, x.index, x.big_f, x.big_e).hex(),
    }) for x in trustees]
    r1_hash = ceremony.files_hash(hp, 0x14, r1)
    r2 = [to_json({
        'round': 2, 'index': x.index, 'f': [p.hex() for p in x.big_f],
        'e': [p.hex() for p in x.big_e],
        'proof': ceremony.prove_knowledge(hp, x.index, r1_hash, x.big_f, x.big_e, x.f + x.g,
                                          [rng.scalar() for _ in range(2 * t)]).hex(),
    }) for x in trustees]
    r2_hash = ceremony.files_hash(hp, 0x15, r2)
    r3 = []
    for x in trustees:
        shares = []
        for other in trustees:
            if other is not x:
                nonce, j = rng.bytes(24), other.index
                message = (H(hp, 0x12, u16(x.index), u16(j), r2_hash) +
                           r.scalar_write(x.value(x.f, j)) + r.scalar_write(x.value(x.g, j)))
                box = boxes.box_seal(message, nonce, boxes.x25519_public(other.transport_secret),
                                     x.transport_secret)
                shares.append({'to': j, 'box': (nonce + box).hex()})
        r3.append(to_json({'round': 3, 'index': x.index, 'shares': shares}))
    for x in trustees:
        x.z = sum(o.value(o.f, x.index) for o in trustees) % Q
        x.y = sum(o.value(o.g, x.index) for o in trustees) % Q
    k = r.encode(r.BASE.multiply(sum(x.f[0] for x in trustees)))
    k2 = r.encode(r.BASE.multiply(sum(x.g[0] for x in trustees)))
    hg = ceremony.transcript(hp, k, k2, [p for x in trustees for p in x.big_f],
                             [p for x in trustees for p in x.big_e],
                             [ed25519.public_key(x.signing_seed) for x in trustees])
    r4 = [to_json({
        'round': 4, 'index': x.index,
        'signature': ed25519.sign(x.signing_seed, ceremony.CEREMONY + hg).hex(),
    }) for x in trustees]
    return trustees, {
        'r1': [f.hex() for f in r1], 'r2': [f.hex() for f in r2], 'r3': [f.hex() for f in r3],
        'r4': [f.hex() for f in r4], 'restarts': [], 'k': k.hex(), 'k2': k2.hex(),
        'transcript': hg.hex()}


# --- a terminal ---------------------------------------------------------------------------------

class Terminal:
    """A maker's terminal: its keys, its records, its journal, the batches it wrote."""

    def __init__(self, rng, index, station, role, lane):
        self.rng, self.index, self.station, self.role = rng, index, station, role
        self.lane = lane
        self.ballot_seed, self.batch_seed, self.box_secret, self.export_secret = (
            rng.bytes(32) for _ in range(4))
        self.checkins, self.cast, self.challenged, self.lines = [], [], [], []
        self.copies, self.batches = [], {}
        self.slice_digest = None
        self.sealed_keys = b''

    def manifest_entry(self):
        return {'index': self.index, 'station': self.station, 'role': self.role,
                'lane': self.lane, 'ballot_key': ed25519.public_key(self.ballot_seed).hex(),
                'batch_key': ed25519.public_key(self.batch_seed).hex(),
                'box_key': boxes.x25519_public(self.box_secret).hex(),
                'slice': self.slice_digest and self.slice_digest.hex(),
                'keys': blake2b_256(self.sealed_keys).hex(), 'simulated': True}

    def log(self, event, **more):
        if event in ('zero_report', 'opened', 'paused', 'resumed', 'end_of_day', 'closed'):
            more = {'counts': {'checked_in': len(self.checkins), 'cast': len(self.cast),
                               'challenged': len(self.challenged)},
                    'clock': more.get('clock', '2031-05-04 08:00')}
        self.lines.append(journal.line(event, **more))

    def build(self, world, kind):
        """(ballots, minisig, checkins, header) of the state as it is."""
        number = len(self.copies) + 1
        checkins = links.seal(b'TACHECK1', world.he, world.k2, self.index, number,
                              len(self.checkins), links.write_checkins(self.checkins),
                              self.export_secret)
        states = [sum(c.state == s for c in self.checkins) for s in (GIVEN, VOTED, LEFT)]
        lines = b''.join(x + b'\n' for x in self.lines)
        header = batch.Header(
            batch.MAGIC, world.he, self.index, number, kind, 2, 0,
            self.copies[-1] if self.copies else bytes(32), file_digest(checkins),
            len(self.checkins), *states, len(self.cast), len(self.challenged),
            journal.chain(world.he, self.lines), len(lines))
        data = batch.write(header, lines, self.cast, self.challenged)
        return data, self.sign(data, header), checkins, header

    def sign(self, data, header):
        key_id = minisign.batch_key_id(ed25519.public_key(self.batch_seed))
        return minisign.sign(self.batch_seed, key_id, data, batch.trusted_comment(header))

    def safety_copy(self, world):
        data, signature, checkins, header = self.build(world, batch.INTERIM)
        plain = links.pack_files(data, signature, checkins)
        sealed = links.seal(b'TASEALED', world.he, world.k2, self.index, header.number,
                            len(plain), plain, self.export_secret)
        digest = file_digest(sealed)
        self.batches[header.number] = {
            'ballots': data, 'ballots.minisig': signature, 'checkins': checkins,
            'sealed': sealed, 'sealed.minisig': self.sign(sealed, header), 'header': header,
            'receipt.txt': receipts.write_batch(self.ballot_seed, header, digest)}
        self.log('copied', number=header.number, digest=digest.hex())
        self.copies.append(digest)

    def close(self, world):
        self.log('closed', clock='2031-05-04 20:00')
        self.finish(world)

    def finish(self, world):
        """The final, from whatever the journal and records are now."""
        data, signature, checkins, header = self.build(world, batch.FINAL)
        self.batches[header.number] = {
            'ballots': data, 'ballots.minisig': signature, 'checkins': checkins,
            'header': header,
            'receipt.txt': receipts.write_batch(self.ballot_seed, header, file_digest(data))}


# --- the election -------------------------------------------------------------------------------

def text(english, chinese=None):
    return {'en': english, 'zh_HK': chinese or english}


DRAFT = {
    'name': 'Second implementation 二', 'languages': ['en', 'zh_HK'],
    'trustees': {'needed': 2, 'names': ['Ada', 'Béla', '周']},
    'contests': [
        {'id': 'chair', 'title': text('Chair', '主席'), 'question': text('Who?', '誰？'),
         'min': 0, 'max': 1,
         'options': [{'id': o, 'text': text(o)} for o in ('ann', 'ben', 'cho')]},
        {'id': 'council', 'title': text('Council', '議會'), 'question': text('Which two?'),
         'min': 1, 'max': 2,
         'options': [{'id': o, 'text': text(o)} for o in ('red', 'green', 'blue', 'abstain')]}],
    'styles': [{'id': 'full', 'title': text('Full'), 'contests': ['council', 'chair']},
               {'id': 'council', 'title': text('Council'), 'contests': ['council']}],
    'units': [{'id': 'central', 'merge_into': None}, {'id': 'harbour', 'merge_into': 'central'}],
    'stations': [
        {'id': 'hall', 'name': text('Hall'), 'address': text('1 Road'),
         'styles': ['full', 'council'], 'unit': 'central',
         'hours': [{'day': '2031-05-04', 'open': '08:00', 'close': '20:00'}],
         'lat_e6': 22280000, 'lon_e6': 114158000},
        {'id': 'pier', 'name': text('Pier'), 'address': text('2 Road'),
         'styles': ['full', 'council'], 'unit': 'harbour',
         'hours': [{'day': '2031-05-04', 'open': '08:00', 'close': '20:00'}],
         'lat_e6': 22290000, 'lon_e6': -114158000}],
    'ids': {'scheme': 'pattern', 'patterns': ['A999999'], 'check': 'none'},
    'policies': {'voting': 'anywhere', 'walk_ins': 'accepted', 'duplicates': 'lot',
                 'paper': 'prevails', 'min_unit': 4,
                 'capacity': {'ballots': 400, 'checkins': 500}, 'idle_seconds': 120,
                 'directory': False, 'receipt_url': 'https://example.org/r',
                 'officers': {'count': 2, 'required': 2}}}

TERMINALS = [(1, 1, 'combined', [0, 1, 2, 3, 4]), (2, 1, 'combined', [5, 6, 7, 8, 9]),
             (3, 2, 'desk', list(range(10))), (4, 2, 'booth', []), (5, 1, 'spare', []),
             (7, 2, 'booth', []), (9, 2, 'spare', [])]


class World:
    """The whole election; `extra` more voters make it larger."""

    def __init__(self, seed=1, extra=0, assigned=False, tamper=None):
        """`tamper` may change the manifest's JSON before it is sealed."""
        self.rng, self.extra, self.assigned, self.tamper = Rng(seed), extra, assigned, tamper
        self.draft = json.loads(json.dumps(DRAFT))
        if assigned:
            self.draft['policies'].update(voting='assigned', duplicates='assigned-then-lot',
                                          paper='yields')
        self.roll_key = self.rng.bytes(32)
        self.ticket_keys = {s: self.rng.bytes(32)
                            for s in range(1, len(self.draft['stations']) + 1)}
        self.organisers_seed, self.organisers_id = self.rng.bytes(32), self.rng.bytes(8)
        self.organisers_key = ed25519.public_key(self.organisers_seed)
        names = self.draft['trustees']['names']
        self.trustees, self.ceremony = hold_ceremony(self.rng, self.draft['name'], names,
                                                     self.draft['trustees']['needed'])
        self.terminals = {i: Terminal(self.rng, i, s, role, lane)
                          for i, s, role, lane in TERMINALS}
        self.amendments, self.decisions, self.ended = [], {}, {}
        self.receipts, self.used = [], set()
        self._make_roll()
        self.seal()

    # --- before the poll ---

    def _make_roll(self):
        """Voters by turns of the two stations; where voting is anywhere, one slice for all."""
        self.roll = [('A%06d' % (100000 + n), 1 + n // 10 % 2)
                     for n in range(200 + 4 * self.extra)]
        self.slices, self.slice_keys = {}, {}
        for terminal in self.terminals.values():
            if terminal.role in ('combined', 'desk'):
                place = (terminal.station, tuple(terminal.lane)) if self.assigned else None
                if place not in self.slices:
                    self.slice_keys[place] = self.rng.bytes(32)
                    self.slices[place] = self._slice(place)
                terminal.slice_digest = blake2b_256(self.slices[place])
        for terminal in self.terminals.values():
            terminal.sealed_keys = self.seal_keys(terminal)

    def seal_keys(self, terminal):
        """The terminal's NNN.keys: a booth gets no roll key, a spare its station's slices."""
        held = {blake2b_256(data): self.slice_keys[place] for place, data in self.slices.items()
                if terminal.role != 'booth' and (
                    place is None or place[0] == terminal.station and
                    (terminal.role == 'spare' or place[1] == tuple(terminal.lane)))}
        roll_key = bytes(32) if terminal.role == 'booth' else self.roll_key
        content = (b'TAKEYS01' + roll_key + self.ticket_keys[terminal.station] + u16(len(held)) +
                   b''.join(digest + key for digest, key in held.items()))
        return boxes.sealed_box(content, boxes.x25519_public(terminal.box_secret),
                                self.rng.bytes(32))

    def _slice(self, place):
        rows = []
        for name, station in self.roll:
            if place is None or self._belongs(name, station, *place):
                p, label = self.p(name), ('Voter ' + name).encode()
                record = u16(0) + u16(station) + u16(0) + u16(len(label)) + label
                nonce = self.rng.bytes(24)
                key = voters.record_key(self.slice_keys[place], name)
                rows.append(p + nonce + boxes.aead_seal(key, nonce, p, record.ljust(48, b'\0')))
        return b'TASLICE1' + u32(len(rows)) + u16(64) + b''.join(sorted(rows))

    def _belongs(self, name, home, station, lane):
        return home == station and voters.lane_digit(name, 'pattern') in lane

    def seal(self):
        self.manifest_json = {
            'format': 'tabella-manifest-1', 'mode': 'practice', 'election': self.draft,
            'organisers': {'key_id': self.organisers_id.hex(), 'key': self.organisers_key.hex()},
            'ceremony': self.ceremony,
            'terminals': [t.manifest_entry() for _, t in sorted(self.terminals.items())]}
        if self.tamper:
            self.tamper(self.manifest_json)
        self.set_manifest(to_json(self.manifest_json))

    def set_manifest(self, data):
        self.manifest_bytes = data
        self.he = election_id(data)
        self.k = r.Fixed(r.BASE.multiply(sum(x.f[0] for x in self.trustees)))
        self.k2 = r.Fixed(r.BASE.multiply(sum(x.g[0] for x in self.trustees)))
        self.manifest = Manifest(data)
        self.election = self.manifest.election

    def organisers_sign(self, data, comment):
        return minisign.sign(self.organisers_seed, self.organisers_id, data, comment)

    def amend(self, kind, target, value, words=None, detail=None):
        """Adds an amendment; returns what a journal's `amended` line says of it."""
        number = len(self.amendments) + 1
        self.amendments.append(to_json({
            'election': self.he.hex(), 'number': number, 'kind': kind, 'target': target,
            'value': value, 'text': words, 'detail': detail}))
        return {'number': number, 'kind': kind, 'target': target, 'value': value}

    def open(self, index, amended=()):
        terminal = self.terminals[index]
        for event in ('enrolled', 'installed', 'unlocked'):
            terminal.log(event)
        for fields in amended:
            terminal.log('amended', **fields)
        terminal.log('zero_report')
        terminal.log('opened')

    # --- voters ---

    def in_slice(self, index, name):
        """Whether a terminal (a spare in its place, too) finds this ID in its slice."""
        terminal, home = self.terminals[index], dict(self.roll).get(name)
        if home is None or not self._belongs(name, terminal.station, terminal.station,
                                             terminal.lane):
            return False
        return not self.assigned or home == terminal.station

    def new_id(self, index):
        """An unused ID of the roll that this terminal serves."""
        for name, _ in self.roll:
            if name not in self.used and self.in_slice(index, name):
                self.used.add(name)
                return name
        raise AssertionError('the roll is too short')

    def p(self, name):
        return voters.pseudonym(self.roll_key, name)

    def _ticket(self, terminal, style):
        serving = sorted(t.index for t in self.terminals.values()
                         if t.station == terminal.station and t.manifest_role != 'booth')
        rank, key = serving.index(terminal.index), self.ticket_keys[terminal.station]
        ticket = voters.ticket_make(key, self.he, terminal.station, style, rank, 1,
                                    self.rng.bytes(3))
        return voters.ticket_tag(key, self.he, terminal.station, ticket)

    def check_in(self, index, name, style, kind=None, state=GIVEN):
        """T of the ticket given (None for paper)."""
        terminal = self.terminals[index]
        kind = kind or (ROLL if self.in_slice(index, name) else WALK_IN)
        tag, link = None, links.NO_LINK
        if kind != PAPER:
            tag = self._ticket(terminal, style)
        if kind != PAPER and not self._unlinked(terminal, kind):
            link = links.make(self.he, self.k2, index, tag, self.rng.scalar(), self.rng.scalar())
        terminal.checkins.append(CheckIn(self.p(name), kind, 0 if kind == PAPER else state,
                                         style, link))
        return tag

    def _unlinked(self, terminal, kind):
        policies = self.draft['policies']
        return (kind == ROLL and policies['voting'] == 'assigned' and
                policies['duplicates'] == 'assigned-then-lot' and
                policies['paper'] == 'yields' and terminal.manifest_role != 'spare')

    def contests(self, style):
        return self.election.styles[style].shape

    def cast(self, index, tag, style, selections, challenges=()):
        """Casts after as many challenges as there are selections in `challenges`."""
        terminal, shape = self.terminals[index], self.contests(style)
        for attempt, chosen in enumerate(challenges):
            seed = self.rng.bytes(32)
            hi = ballot.context(self.he, index, style, tag, attempt)
            body = ballot.encrypt(hi, self.k, shape, bytes(chosen), seed)
            terminal.challenged.append(batch.Challenged(
                ballot.code(hi, body), style, tag, attempt, body, seed, bytes(chosen)))
        attempt = len(challenges)
        hi = ballot.context(self.he, index, style, tag, attempt)
        body = ballot.encrypt(hi, self.k, shape, bytes(selections), self.rng.bytes(32))
        return self.put(index, style, tag, attempt, body)

    def put(self, index, style, tag, attempt, body):
        """A signed cast record of this body, whatever it is."""
        terminal, url = self.terminals[index], self.draft['policies']['receipt_url']
        code = ballot.code(ballot.context(self.he, index, style, tag, attempt), body)
        signature = ed25519.sign(terminal.ballot_seed, receipts.ballot_message(self.he, code))
        terminal.cast.append(batch.Cast(code, style, tag, attempt, body, signature))
        self.receipts += [
            receipts.write_commitment(terminal.ballot_seed, self.he, index, code),
            receipts.write_voter(self.he, index, code, signature, url)]
        return code

    def vote(self, index, name, style, selections, challenges=(), kind=None):
        tag = self.check_in(index, name, style, kind, VOTED)
        self.cast(index, tag, style, selections, challenges)
        return tag

    def lot_name(self, index, loser, winner):
        """An ID of this terminal that loses the lot at `loser` = (terminal, kind)."""
        while True:
            name = self.new_id(index)
            p = self.p(name)
            if self.assigned or (counting.checkin_lot(self.he, p, *loser) >
                                 counting.checkin_lot(self.he, p, *winner)):
                return name

    def random_choice(self, style):
        out = []
        for contest in self.contests(style):
            chosen = [0] * contest.options
            for _ in range(max(contest.min, self.rng.below(contest.max + 1))):
                chosen[self.rng.below(contest.options)] = 1
            out += chosen
        return out

    def play(self):
        """The poll. Style 0 is council (4) then chair (3); style 1 council only."""
        for terminal in self.terminals.values():
            terminal.manifest_role = terminal.role
        for index in (1, 2, 3, 4, 7):
            self.open(index)
        notice = self.amend(amendments.NOTICE, 0, 0, text('Rain', '下雨'))
        full = [1, 0, 0, 0, 0, 1, 0]
        for _ in range(3):
            self.vote(1, self.new_id(1), 0, self.random_choice(0))
        self.vote(1, self.new_id(1), 1, [1, 1, 0, 0])
        self.vote(1, self.new_id(1), 0, full, [[0, 1, 0, 0, 1, 0, 0], full])
        self.check_in(1, self.new_id(1), 0, state=LEFT)
        twice = self.lot_name(2, (2, ROLL), (5, ROLL))
        self.vote(2, twice, 0, [0, 0, 1, 1, 0, 0, 0])
        self.vote(2, self.new_id(2), 1, [0, 0, 0, 1], [[0, 1, 0, 0]])
        self.terminals[2].safety_copy(self)
        ended = self.amend(amendments.ENDED, 2, 1, None,
                           {'digest': self.terminals[2].copies[0].hex()})
        self.ended[2] = 1
        spare = self.amend(amendments.SPARE, 5, 1 + (0x3e0 << 16), None)
        self.terminals[5].role, self.terminals[5].lane = 'combined', [5, 6, 7, 8, 9]
        self.open(5, [notice, ended, spare])
        self.vote(5, twice, 0, [1, 1, 0, 0, 0, 0, 1])
        self.vote(5, 'Z100005', 0, full)
        self.terminals[1].safety_copy(self)
        for fields in (notice, ended, spare):
            self.terminals[1].log('amended', **fields)
        self._play_pier(full)
        for i in range(self.extra):
            index = 1 if i % 2 else 5
            self.vote(index, self.new_id(index), 0, self.random_choice(0))

    def _play_pier(self, full):
        """Station 2: a desk and two booths."""
        paper = self.new_id(1)
        self.check_in(1, paper, 0, PAPER)
        self.cast(4, self.check_in(3, paper, 0), 0, full)   # struck where paper prevails
        both = self.lot_name(1, (3, ROLL), (1, ROLL))
        self.vote(1, both, 0, full)
        self.cast(7, self.check_in(3, both, 0), 0, full)    # struck
        unused = self.lot_name(5, (3, ROLL), (5, ROLL))
        self.vote(5, unused, 0, full)
        self.check_in(3, unused, 0)                         # struck, its ticket unused
        accepted, rejected = 'Z200001', 'Z200002'
        self.cast(4, self.check_in(3, accepted, 0, PROVISIONAL), 0, [0, 1, 1, 0, 1, 0, 0])
        self.cast(4, self.check_in(3, rejected, 1, PROVISIONAL), 1, [0, 0, 1, 0])
        self.decisions = {(3, self.p(accepted)): True, (3, self.p(rejected)): False}
        self.cast(4, self.check_in(3, self.new_id(3), 0), 0, [1, 0, 0, 0, 0, 0, 0], [full])
        self.cast(7, self.check_in(3, self.new_id(3), 0), 0, [0, 1, 0, 0, 0, 0, 1])
        for index in (4, 7):
            self.cast(index, self.check_in(3, self.new_id(3), 1), 1, [1, 0, 1, 0])
        self.terminals[3].log('fault', what='printer')
        self.terminals[4].log('paused')
        self.terminals[4].log('resumed')
        self.terminals[4].safety_copy(self)
        self.terminals[4].safety_copy(self)

    def close(self):
        for index, terminal in sorted(self.terminals.items()):
            if terminal.role != 'spare' and index not in self.ended:
                terminal.log('end_of_day', clock='2031-05-04 20:00')
                terminal.close(self)

    # --- counting ---

    def revoked(self):
        return {json.loads(a)['target'] for a in self.amendments
                if json.loads(a)['kind'] == amendments.REVOKED}

    def last_batches(self):
        """{terminal: its last batch}, revoked ones included."""
        return {i: t.batches[self.ended.get(i) or max(t.batches)]
                for i, t in sorted(self.terminals.items())
                if t.batches and self.ended.get(i) != 0}

    def read_checkins(self, index, files):
        """The check-ins of a batch, opened with the trustees' joint secret."""
        y = sum(x.g[0] for x in self.trustees) % Q
        shared = r.multiply(y, r.point_read(files['checkins'][48:80]))
        return links.read_checkins(links.unseal(self.he, files['checkins'], shared)[1])

    def struck_checkins(self, batches):
        """[(terminal, CheckIn)] to open, by rule; fills `statistics`."""
        revoked, by_p = self.revoked(), {}
        out, stats = [], {'groups': 0, 'paper': 0, 'rejected_provisionals': 0}
        for index, files in batches.items():
            combined = self.terminals[index].role == 'combined'
            for c in self.read_checkins(index, files):
                if c.state == VOTED and index in revoked or c.state == GIVEN and combined:
                    continue
                if c.state not in (GIVEN, VOTED) and c.kind != PAPER:
                    continue
                if c.kind == PROVISIONAL and not self.decisions[index, c.p]:
                    stats['rejected_provisionals'] += 1
                    out.append((index, c))
                    continue
                by_p.setdefault(c.p, []).append((index, c))
        for p, found in sorted(by_p.items()):
            if len(found) < 2:
                continue
            stats['groups'] += 1
            paper = [x for x in found if x[1].kind == PAPER]
            electronic = [x for x in found if x[1].kind != PAPER]
            if paper:
                stats['paper'] += 1
                if self.draft['policies']['paper'] == 'prevails':
                    out += electronic
                    continue
            if self.draft['policies']['duplicates'] == 'strike-all':
                out += electronic if len(electronic) > 1 else []
                continue
            electronic.sort(key=lambda x: self._rank(p, *x))
            out += electronic[1:]
        self.statistics = stats
        return out

    def _rank(self, p, index, c):
        """Who stands comes first."""
        lot = counting.checkin_lot(self.he, p, index, c.kind)
        if self.draft['policies']['duplicates'] == 'assigned-then-lot':
            return c.kind != ROLL, c.link != links.NO_LINK, lot
        return False, False, lot

    def share(self, index, request, digest):
        trustee = self.trustees[index - 1]
        secret = trustee.z if request.purpose == decryption.TALLY else trustee.y
        return decryption.make_share(self.he, digest, index, request, secret,
                                     [self.rng.scalar() for _ in request.entries])

    def count(self, strike_trustees=(1, 3), tally_trustees=(3, 2)):
        batches = self.last_batches()
        chosen = sorted(self.struck_checkins(batches), key=lambda x: (x[0], x[1].link[:32]))
        self.strike_files, opened = {}, []
        if chosen:
            opened = self._strike(chosen, strike_trustees)
        ballots = self.counted_ballots(batches)
        self.strikes = counting.strike(self.he, ballots, opened)
        out = self.strikes.struck | self.strikes.lost
        self.standing = [b for b in ballots if b.code not in out]
        self._tally(tally_trustees)

    def _strike(self, chosen, who):
        request = decryption.Request(decryption.STRIKE,
                                     [((i,), c.link[:32]) for i, c in chosen])
        digest = request.digest(self.he)
        files = {'share-%02d' % i: self.share(i, request, digest) for i in who}
        opened = []
        for index, c in chosen:
            y = sum(x.g[0] for x in self.trustees) % Q
            shared = r.multiply(y, r.point_read(c.link[:32]))
            ticket = links.open_link(self.he, index, c.link, shared)
            opened.append(counting.Opened(index, self.terminals[index].station, c.style, ticket))
        files['request'] = request.write()
        files['links'] = b''.join(c.link + u16(c.style) for _, c in chosen)
        files['tickets'] = b''.join(o.ticket for o in opened)
        self.strike_files = files
        return opened

    def counted_ballots(self, batches):
        revoked, out = self.revoked(), []
        for index, files in batches.items():
            terminal = self.terminals[index]
            if index in revoked:
                continue
            unit = self.election.stations[terminal.station - 1].unit
            parsed = batch.Batch(files['ballots'], self.he, self.manifest.official,
                                 self.election.styles)
            out += [counting.Ballot(c.code, index, terminal.station, unit, c.style, c.ticket,
                                    c.body) for c in parsed.cast]
        return out

    def _tally(self, who):
        election = self.election
        self.groups, sums = [], {}
        for contest, rules in enumerate(election.contests):
            sizes = {}
            having = [b for b in self.standing
                      if election.contest_place(b.style, contest) is not None]
            for b in having:
                sizes[b.unit] = sizes.get(b.unit, 0) + 1
            groups = counting.merge_units(election.units, sizes, election.min_unit)
            self.groups.append(groups)
            for unit, group in groups.items():
                if group.withheld:
                    continue
                inside = [b for b in having if b.unit in [unit] + group.members]
                for option in range(len(rules.options)):
                    sums[unit, contest, option] = self._sum(inside, contest, option)
        entries = [(label, r.encode(a)) for label, (a, _) in sorted(sums.items())
                   if not r.is_identity(a)]
        self.tally_files = {}
        if entries:
            request = decryption.Request(decryption.TALLY, entries)
            codes = decryption.codes_hash(self.he, [b.code for b in self.standing])
            digest = request.digest(self.he, codes)
            self.tally_files = {'share-%02d' % i: self.share(i, request, digest) for i in who}
            self.tally_files['request'] = request.write()
        z = sum(x.f[0] for x in self.trustees) % Q
        logs = decryption.SmallLogs(self.k.point, len(self.standing))
        self.counts = {}
        for (unit, contest, _), (a, b) in sorted(sums.items()):
            found = logs.find(r.subtract(b, r.multiply(z, a)))
            self.counts.setdefault((unit, contest), []).append(found or 0)

    def _sum(self, ballots, contest, option):
        a = b = r.IDENTITY
        for item in ballots:
            at = option
            for other in self.election.styles[item.style].contests:
                if other == contest:
                    break
                at += len(self.election.contests[other].options)
            pair = item.body[64 * at:64 * at + 64]
            a = r.add(a, r.point_read(pair[:32]))
            b = r.add(b, r.point_read(pair[32:]))
        return a, b

    def result(self):
        election, contests = self.election, []
        for number, rules in enumerate(election.contests):
            groups = self.groups[number]
            total, units, in_all = [0] * len(rules.options), [], 0
            for unit, group in sorted(groups.items()):
                if group.withheld:
                    continue
                counts = self.counts[unit, number]
                total = [a + b for a, b in zip(total, counts)]
                in_all += group.ballots
                units.append({'id': election.units[unit].id,
                              'merged': [election.units[i].id for i in group.members],
                              'ballots': group.ballots,
                              'options': [{'id': o, 'count': n}
                                          for o, n in zip(rules.options, counts)]})
            contests.append({'id': rules.id, 'ballots': in_all,
                             'options': [{'id': o, 'count': n}
                                         for o, n in zip(rules.options, total)],
                             'units': units,
                             'withheld': [election.units[u].id for u, g in sorted(groups.items())
                                          if g.withheld]})
        return to_json({
            'election': self.he.hex(), 'mode': self.manifest.mode,
            'duplicates': {'rule': self.draft['policies']['duplicates'],
                           'groups': self.statistics['groups'],
                           'struck_links': len(self.strike_files.get('tickets', b'')) // 16,
                           'struck_ballots': len(self.strikes.struck),
                           'unused_tickets': self.strikes.unused,
                           'paper': self.statistics['paper'],
                           'rejected_provisionals': self.statistics['rejected_provisionals'],
                           'incidents': len(self.strikes.incidents)},
            'contests': contests})

    # --- writing ---

    def public_key_file(self):
        return minisign.write_public_key(self.organisers_id, self.organisers_key)

    def record(self):
        """{path: bytes} of the public record."""
        out = {'manifest.json': self.manifest_bytes,
               'manifest.json.minisig': self.organisers_sign(
                   self.manifest_bytes, self.manifest.trusted_comment()),
               'organisers.pub': self.public_key_file(), 'result.json': self.result()}
        for number, data in enumerate(self.amendments, 1):
            out['amendments/%04d.json' % number] = data
            out['amendments/%04d.json.minisig' % number] = self.organisers_sign(
                data, amendments.trusted_comment(self.he, number))
        for round_number in (1, 2, 3, 4):
            for index, data in enumerate(self.ceremony['r%d' % round_number], 1):
                out['ceremony/r%d-%02d.json' % (round_number, index)] = bytes.fromhex(data)
        for index, files in self.last_batches().items():
            folder = 'terminal-%03d/batch-%04d/' % (index, files['header'].number)
            for name in ('ballots', 'ballots.minisig'):
                out[folder + name] = files[name]
        for name, data in self.strike_files.items():
            out['strike-0001/' + name] = data
        for name, data in self.tally_files.items():
            out['tally-0001/' + name] = data
        return out

    def election_folder(self):
        """{path: bytes} of what a counting centre starts from: no secret is in it."""
        kept = ('manifest', 'organisers', 'amendments/', 'ceremony/')
        out = {n: d for n, d in self.record().items() if n.startswith(kept)}
        out['election.json'] = to_json(self.draft)
        for data in self.slices.values():
            out['roll/%s.slice' % blake2b_256(data)[:8].hex()] = data
        for terminal in self.terminals.values():
            if terminal.sealed_keys:
                out['roll/%03d.keys' % terminal.index] = terminal.sealed_keys
        for entry in self.manifest_json['terminals']:
            out['terminals/%03d.json' % entry['index']] = to_json({**entry, 'label': 'made'})
        decisions = [{'terminal': terminal, 'p': p.hex(), 'accepted': accepted, 'reason': 'slip'}
                     for (terminal, p), accepted in sorted(self.decisions.items())]
        data = to_json({'format': 'tabella-decisions-1', 'election': self.he.hex(),
                        'decisions': decisions})
        out['decisions.json'] = data
        out['decisions.json.minisig'] = self.organisers_sign(
            data, 'tabella decisions election=' + self.he[:8].hex())
        return out

    def sticks(self):
        """{path: bytes} of every batch as terminals write them, safety copies too."""
        out = {}
        for index, terminal in self.terminals.items():
            for number, files in terminal.batches.items():
                names = (('sealed', 'sealed.minisig') if 'sealed' in files else
                         ('ballots', 'ballots.minisig', 'checkins'))
                folder = 'terminal-%03d/batch-%04d/' % (index, number)
                for name in names:
                    out[folder + name] = files[name]
                out[folder + 'receipt.txt'] = files['receipt.txt'].encode() + b'\n'
        return out

    def receipt_lines(self):
        """Every voter's and every batch's receipt."""
        return self.receipts + [files['receipt.txt'] for t in self.terminals.values()
                                for files in t.batches.values()]


def write_tree(folder, files):
    for name, data in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)


def make(seed=1, extra=0, assigned=False):
    """A finished honest world."""
    world = World(seed, extra, assigned)
    world.play()
    world.close()
    world.count()
    return world
