# SPDX-License-Identifier: GPL-3.0-or-later
"""A terminal's journal: its chain, its lines' forms, what a batch needs of it."""

import json
import re

from .hashing import H, sized
from .strictjson import FormatError, binary, choice, fields, integer, parse, string

EVENTS = {'enrolled': '', 'installed': '', 'unlocked': '', 'zero_report': 'counts clock',
          'opened': 'counts clock', 'paused': 'counts clock', 'resumed': 'counts clock',
          'end_of_day': 'counts clock', 'closed': 'counts clock',
          'amended': 'number kind target value', 'copied': 'number digest', 'fault': 'what'}
FAULTS = ('storage', 'stick', 'printer', 'recovered', 'clock')
CLOCK = re.compile(r'\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d')


class JournalError(ValueError):
    """A well-formed journal that does not tell what it must."""


def chain(he, lines):
    """The head over the lines (bytes without LF)."""
    head = bytes(32)
    for line in lines:
        head = H(he, 0x40, head, sized(line))
    return head


def line(event, **more):
    return json.dumps({'event': event, **more}, separators=(',', ':')).encode()


def split(data):
    if data and not data.endswith(b'\n'):
        raise FormatError('the journal does not end with LF')
    return data.split(b'\n')[:-1]


def read(data):
    """The entries: dicts with `event`, counts as (checked in, cast, challenged)."""
    entries = []
    for number, raw in enumerate(split(data), 1):
        try:
            entries.append(_read_line(raw))
        except FormatError as error:
            raise FormatError('journal line %d: %s' % (number, error))
    return entries


def _read_line(raw):
    value = parse(raw)
    if not isinstance(value, dict) or next(iter(value), None) != 'event':
        raise FormatError('`event` is not first')
    event = choice(value['event'], 'event', *EVENTS)
    fields(value, event, 'event ' + EVENTS[event])
    entry = dict(value)
    if 'counts' in value:
        entry['counts'] = tuple(integer(n, 'counts', 0, 2**32 - 1) for n in fields(
            value['counts'], 'counts', 'checked_in cast challenged'))
        if not CLOCK.fullmatch(string(value['clock'], 'clock')):
            raise FormatError('bad clock')
    if event == 'amended':
        integer(value['number'], 'number', 1, 0xffff)
        integer(value['kind'], 'kind', 1, 9)
        integer(value['target'], 'target', 0, 0xffff)
        integer(value['value'], 'value', 0, 2**32 - 1)
    elif event == 'copied':
        integer(value['number'], 'number', 1, 0xffff)
        entry['digest'] = binary(value['digest'], 'digest', 32)
    elif event == 'fault':
        choice(value['what'], 'what', *FAULTS)
    return entry


def copies(entries):
    """Digests of the safety copies, in order."""
    return [e['digest'] for e in entries if e['event'] == 'copied']


def check_copies(entries, number, previous):
    """Check 6: the batch's number and previous digest are as its journal says."""
    numbers = [e['number'] for e in entries if e['event'] == 'copied']
    if numbers != list(range(1, len(numbers) + 1)):
        raise JournalError('`copied` lines are not numbered 1, 2, ...')
    if number != len(numbers) + 1:
        raise JournalError('batch %d after %d copies' % (number, len(numbers)))
    last = (copies(entries) or [bytes(32)])[-1]
    if previous != last:
        raise JournalError('the previous digest is not that of the last copy')


def check_story(entries, final, header_counts):
    """Check 7, but for the chain."""
    events = [e['event'] for e in entries]
    if not events or events[0] != 'enrolled' or events.count('enrolled') != 1:
        raise JournalError('the journal does not begin with its one `enrolled`')
    zero = [e for e in entries if e['event'] == 'zero_report']
    if len(zero) != 1:
        raise JournalError('%d zero reports' % len(zero))
    if zero[0]['counts'] != (0, 0, 0):
        raise JournalError('the zero report is not of zero counts')
    if 'opened' not in events:
        raise JournalError('never opened')
    if events.index('opened') < events.index('zero_report'):
        raise JournalError('opened before the zero report')
    if final:
        if events[-1] != 'closed' or events.count('closed') != 1:
            raise JournalError('a final whose journal does not end with its one `closed`')
        if entries[-1]['counts'] != header_counts:
            raise JournalError('`closed` has other counts than the header')
    elif 'closed' in events:
        raise JournalError('a safety copy with a `closed` line')


def is_in_chain(entry, chain_of_amendments):
    """Whether an `amended` line is an amendment of the chain, word for word."""
    item = chain_of_amendments.items.get(entry['number'])
    return item is not None and (item.kind, item.target, item.value) == (
        entry['kind'], entry['target'], entry['value'])


def check_amended(entries, chain_of_amendments, supposed=()):
    """Check 4: every `amended` line is an amendment of the chain, ascending; or one of the
    numbers `supposed`."""
    last = 0
    for entry in entries:
        if entry['event'] != 'amended':
            continue
        item = chain_of_amendments.items.get(entry['number'])
        if entry['number'] <= last:
            raise JournalError('`amended` lines are not ascending')
        last = entry['number']
        if last in supposed:
            continue
        if item is None:
            raise JournalError('amendment %d is not in the chain' % last)
        if not is_in_chain(entry, chain_of_amendments):
            raise JournalError('amendment %d reads otherwise in the chain' % last)
