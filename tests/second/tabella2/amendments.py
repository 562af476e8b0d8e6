# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of amendments and what it makes of each terminal."""

from collections import namedtuple

from .manifest import read_terminal, text
from .strictjson import FormatError, binary, fields, integer, parse

(HOURS, OPENED, MOVED, CLOSED, ADDED, SPARE, REVOKED, ENDED, NOTICE) = range(1, 10)

Amendment = namedtuple('Amendment', 'number kind target value terminal digest')


def read(data, he, manifest, number, known):
    """One amendment file; `known` maps the indexes that exist so far to terminals."""
    election, n, kind, target, value, words, detail = fields(
        parse(data), 'amendment', 'election number kind target value text detail')
    if binary(election, 'election', 32) != he:
        raise FormatError('is of another election')
    if integer(n, 'number', 1, 0xffff) != number:
        raise FormatError('has number %d' % n)
    integer(kind, 'kind', HOURS, NOTICE)
    integer(target, 'target', 0, 0xffff)
    integer(value, 'value', 0, 0xffffffff)
    if words is not None:
        text(words, 'text', manifest.election.languages)
    check_meaning(kind, target, value, manifest, known)
    terminal = digest = None
    if kind == ADDED:
        terminal = read_terminal(detail, len(manifest.election.stations), 'detail')
        if terminal.index != target:
            raise FormatError('detail is of another terminal')
        if terminal.simulated and manifest.official:
            raise FormatError('adds a simulated terminal')
    elif kind == ENDED and detail is not None:
        digest = binary(fields(detail, 'detail', 'digest')[0], 'digest', 32)
    elif detail is not None:
        raise FormatError('kind %d has no detail' % kind)
    return Amendment(number, kind, target, value, terminal, digest)


def check_meaning(kind, target, value, manifest, known):
    """Whether there can be such an amendment at all."""
    _check_target(kind, target, manifest, known)
    if kind == SPARE:
        _check_spare(value, known[target])
    elif kind == ENDED:
        integer(value, 'value', 0, 0xffff)
    elif value:
        raise FormatError('kind %d has no value' % kind)


def _check_target(kind, target, manifest, known):
    if kind <= CLOSED:
        if not 1 <= target <= len(manifest.election.stations):
            raise FormatError('names station %d, which does not exist' % target)
    elif kind == NOTICE:
        if target:
            raise FormatError('a notice has no target')
    elif kind == ADDED:
        if target <= max(known, default=0):
            raise FormatError('terminal %d is not above all others' % target)
    elif target not in known:
        raise FormatError('names terminal %d, which does not exist' % target)


def _check_spare(value, terminal):
    station, mask, role = value & 0xffff, value >> 16 & 0x3ff, value >> 26
    if terminal.role != 'spare':
        raise FormatError('terminal %d is no spare' % terminal.index)
    if station != terminal.station:
        raise FormatError('a spare serves its own station only')
    if role > 2 or (role == 2) != (mask == 0):
        raise FormatError('role %d with lane mask %d' % (role, mask))


def trusted_comment(he, number):
    return 'tabella amendment election=%s number=%d' % (he[:8].hex(), number)


class Chain:
    """All amendments in force."""

    def __init__(self, manifest):
        self.items = {}
        self.terminals = dict(manifest.terminals)
        self._last = {}

    def add(self, amendment):
        self.items[amendment.number] = amendment
        self._last[amendment.kind, amendment.target] = amendment
        if amendment.kind == ADDED:
            self.terminals[amendment.target] = amendment.terminal

    def revoked(self, index):
        return (REVOKED, index) in self._last

    def ended(self, index):
        """The `ended` amendment in force, or None."""
        return self._last.get((ENDED, index))

    def effective(self, index, supposed=(), told_only=False):
        """The terminal with an assigned spare's role and lane; `supposed` come after the chain,
        or instead of it."""
        terminal = self.terminals[index]
        given = None if told_only else self._last.get((SPARE, index))
        for item in supposed:
            if (item.kind, item.target) == (SPARE, index):
                given = item
        if given is None:
            return terminal
        mask, role = given.value >> 16 & 0x3ff, given.value >> 26
        return terminal._replace(role=('combined', 'desk', 'booth')[role],
                                 lane=frozenset(d for d in range(10) if mask >> d & 1))


def short_form_fields(number, kind, target, value):
    """The bytes that a short form carries and signs."""
    return (number.to_bytes(2, 'little') + bytes([kind]) + target.to_bytes(2, 'little') +
            value.to_bytes(4, 'little'))
