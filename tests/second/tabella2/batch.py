# SPDX-License-Identifier: GPL-3.0-or-later
"""The `ballots` file: header, journal, cast and challenged records."""

from collections import namedtuple
from struct import Struct

from . import ballot
from .hashing import u8, u16
from .strictjson import FormatError

MAGIC = b'TABATCH1'
INTERIM, FINAL = 1, 2
KINDS = {INTERIM: 'interim', FINAL: 'final'}
HEADER = Struct('<8s32sHHBBH32s32s6I32sI')
assert HEADER.size == 172

BALLOT = b'tabella ballot v1\0'
COMMITMENT = b'tabella commitment v1\0'
RECEIPT = b'tabella batch receipt v1\0'

Header = namedtuple('Header', 'magic he terminal number kind mode reserved previous checkins '
                              'checked_in state1 state2 state3 cast challenged head '
                              'journal_length')
Cast = namedtuple('Cast', 'code style ticket attempt body signature')
Challenged = namedtuple('Challenged', 'code style ticket attempt body seed selections')


def trusted_comment(header):
    return 'tabella batch election=%s terminal=%d number=%d kind=%s cast=%d checkins=%d' % (
        header.he[:8].hex(), header.terminal, header.number, KINDS.get(header.kind, '?'),
        header.cast, header.checked_in)


def read_header(data):
    if len(data) < HEADER.size:
        raise FormatError('shorter than a header')
    return Header._make(HEADER.unpack_from(data))


class Batch:
    """A parsed file; `he`, `official` and `styles` (of the election) come from the manifest."""

    def __init__(self, data, he, official, styles):
        self.data = bytes(data)
        self.header = h = read_header(self.data)
        if h.magic != MAGIC:
            raise FormatError('not a ballots file')
        if h.he != he:
            raise FormatError('of another election')
        if h.kind not in KINDS:
            raise FormatError('kind %d' % h.kind)
        if h.mode != (1 if official else 2):
            raise FormatError('mode %d in this election' % h.mode)
        if h.reserved:
            raise FormatError('the reserved field is not zero')
        self.final = h.kind == FINAL
        self._styles = styles
        self._at = HEADER.size
        self.journal = self._take(h.journal_length)
        self.cast = [self._cast() for _ in range(h.cast)]
        self.challenged = [self._challenged() for _ in range(h.challenged)]
        if self._at != len(self.data):
            raise FormatError('%d bytes too long' % (len(self.data) - self._at))
        for records, name in ((self.cast, 'cast'), (self.challenged, 'challenged')):
            for first, second in zip(records, records[1:]):
                if first.code >= second.code:
                    raise FormatError('%s records are not strictly ascending by code' % name)

    def _take(self, size):
        end = self._at + size
        if end > len(self.data):
            raise FormatError('the file ends early')
        out, self._at = self.data[self._at:end], end
        return out

    def _start(self):
        style = int.from_bytes(self._take(2), 'little')
        if style >= len(self._styles):
            raise FormatError('style %d does not exist' % style)
        ticket, attempt = self._take(16), self._take(1)[0]
        if attempt > 3:
            raise FormatError('attempt %d' % attempt)
        shape = self._styles[style].shape
        body = self._take(ballot.body_size(shape))
        hi = ballot.context(self.header.he, self.header.terminal, style, ticket, attempt)
        return (ballot.code(hi, body), style, ticket, attempt, body), shape

    def _cast(self):
        start, _ = self._start()
        return Cast(*start, self._take(64))

    def _challenged(self):
        start, shape = self._start()
        if start[3] > 2:
            raise FormatError('a ballot of attempt 3 was challenged')
        return Challenged(*start, self._take(32), self._take(ballot.option_count(shape)))


def write(header, journal, cast, challenged):
    """The bytes of a batch; the records are sorted here."""
    parts = [HEADER.pack(*header), journal]
    for record in sorted(cast):
        parts += [u16(record.style), record.ticket, u8(record.attempt), record.body,
                  record.signature]
    for record in sorted(challenged):
        parts += [u16(record.style), record.ticket, u8(record.attempt), record.body,
                  record.seed, record.selections]
    return b''.join(parts)


def check_counts(header, role):
    """Check 6: what the counts of a role must be; raises FormatError."""
    h = header
    if h.state1 + h.state2 + h.state3 > h.checked_in:
        raise FormatError('more states than check-ins')
    if role == 'spare':
        raise FormatError('a spare that its journal does not assign to anything')
    if role == 'desk' and (h.cast or h.challenged):
        raise FormatError('a desk with ballots')
    if role == 'desk' and (h.state2 or h.state3):
        raise FormatError('a desk with check-ins in state 2 or 3')
    if role == 'booth' and (h.checked_in or h.state1 or h.state2 or h.state3):
        raise FormatError('a booth with check-ins')
    if role == 'combined':
        if h.state2 != h.cast:
            raise FormatError('%d voted but %d cast' % (h.state2, h.cast))
        if h.kind == FINAL and h.state1:
            raise FormatError('a final with %d tickets still given' % h.state1)
