# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ballots stand, how units merge, what is summed: no cryptography but the lots."""

from collections import namedtuple

from .hashing import H, u8, u16
from .decryption import codes_hash

# A cast ballot of a terminal that counts.
Ballot = namedtuple('Ballot', 'code terminal station unit style ticket body')
Opened = namedtuple('Opened', 'terminal station style ticket')
Strikes = namedtuple('Strikes', 'struck unused lost incidents')
Group = namedtuple('Group', 'members ballots withheld')


def checkin_lot(he, p, terminal, kind):
    return H(he, 0x41, p, u16(terminal), u8(kind))


def ballot_lot(he, all_codes, code):
    return H(he, 0x41, all_codes, code)


def strike(he, ballots, opened):
    """What the opened tickets and equal tickets do: sets of codes, counts, texts."""
    here, anywhere = {}, {}
    for b in ballots:
        here.setdefault((b.station, b.ticket), []).append(b)
        anywhere.setdefault(b.ticket, []).append(b)
    named = {}
    for o in opened:
        named[o.ticket] = named.get(o.ticket, 0) + 1
    struck, unused, incidents = set(), 0, []
    for o in opened:
        if o.ticket not in anywhere:
            unused += 1
            continue
        found = here.get((o.station, o.ticket), [])
        name = 'a link of terminal %d (ticket %s)' % (o.terminal, o.ticket.hex())
        if named[o.ticket] > 1:
            incidents.append(name + ' names the same ballot as another link')
        elif not found:
            incidents.append(name + ' names a ballot of another station')
        elif not any(b.style == o.style for b in found):
            incidents.append(name + ' names a ballot of another style')
        else:
            struck.update(b.code for b in found)
    lost = set()
    all_codes = codes_hash(he, [b.code for b in ballots])
    for (station, ticket), found in sorted(here.items()):
        if len(found) > 1:
            incidents.append('station %d: %d cast ballots of one ticket (%s)' % (
                station, len(found), ticket.hex()))
            found = sorted(found, key=lambda b: ballot_lot(he, all_codes, b.code))
            lost.update(b.code for b in found[1:])
    return Strikes(struck, unused, lost - struck, incidents)


def merge_units(units, sizes, minimum):
    """{leading unit: Group} of one contest; `sizes` counts its ballots by unit."""
    count = [sizes.get(i, 0) for i in range(len(units))]
    members = [[i] for i in range(len(units))]
    while True:
        small = next((i for i, n in enumerate(count)
                      if 0 < n < minimum and units[i].merge_into is not None), None)
        if small is None:
            break
        target = units[small].merge_into
        members[target] += members[small]
        count[target] += count[small]
        members[small], count[small] = [], 0
    return {i: Group(sorted(set(members[i]) - {i}), n, n < minimum)
            for i, n in enumerate(count) if n}
