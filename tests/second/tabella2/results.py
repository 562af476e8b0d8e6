# SPDX-License-Identifier: GPL-3.0-or-later
"""result.json: read, and compared with what the verifier found."""

from .strictjson import FormatError, array, binary, choice, fields, integer, parse, string

MANY = 2**53 - 1
DUPLICATES = ('rule groups struck_links struck_ballots unused_tickets paper '
              'rejected_provisionals incidents')


def _options(value, ids, where):
    counts = []
    for oid, item in zip(ids, array(value, where, len(ids), len(ids))):
        given, count = fields(item, where, 'id count')
        if given != oid:
            raise FormatError('%s: option "%s" is not "%s"' % (where, given, oid))
        counts.append(integer(count, where, 0, MANY))
    return counts


def check(data, manifest, duplicates, found, groups):
    """FormatError unless the file states exactly what was found.

    duplicates: {field: count} of what can be recomputed. groups: per contest {unit: Group}.
    found: {(unit, contest): [counts]} of every group that is decrypted.
    """
    he, mode, dup, contests = fields(parse(data), 'result',
                                     'election mode duplicates contests')
    if binary(he, 'election', 32) != manifest.he:
        raise FormatError('the result is of another election')
    choice(mode, 'mode', manifest.mode)
    values = dict(zip(DUPLICATES.split(), fields(dup, 'duplicates', DUPLICATES)))
    choice(values.pop('rule'), 'rule', manifest.election.duplicates)
    for name, value in values.items():
        integer(value, 'duplicates.' + name, 0, MANY)
        if name in duplicates and value != duplicates[name]:
            raise FormatError('duplicates.%s is %d, not %d' % (name, value, duplicates[name]))
    election = manifest.election
    array(contests, 'contests', len(election.contests), len(election.contests))
    for number, (item, contest) in enumerate(zip(contests, election.contests)):
        _check_contest(item, contest, number, election.units, found, groups[number])


def _check_contest(item, contest, number, units, found, groups):
    where = 'contest ' + contest.id
    cid, ballots, options, listed, withheld = fields(item, where,
                                                     'id ballots options units withheld')
    if cid != contest.id:
        raise FormatError('"%s" is not "%s"' % (cid, contest.id))
    index = {u.id: i for i, u in enumerate(units)}
    stated, total, in_all = {}, [0] * len(contest.options), 0
    for entry in array(listed, where):
        uid, merged, count, unit_options = fields(entry, where, 'id merged ballots options')
        if uid not in index or index[uid] in stated:
            raise FormatError('%s: bad or repeated unit' % where)
        counts = _options(unit_options, contest.options, where)
        names = [string(n, where) for n in array(merged, where)]
        stated[index[uid]] = (names, integer(count, where, 0, MANY), counts)
        total = [a + b for a, b in zip(total, counts)]
        in_all += count
    for unit, group in groups.items():
        if group.withheld:
            continue
        names, count, counts = stated.pop(unit, (None, None, None))
        if counts is None:
            raise FormatError('%s: unit %s is missing' % (where, units[unit].id))
        if sorted(names) != sorted(units[i].id for i in group.members):
            raise FormatError('%s: unit %s merges others than it lists' % (where, units[unit].id))
        if count != group.ballots or counts != found[unit, number]:
            raise FormatError('%s: other counts in unit %s' % (where, units[unit].id))
    for unit, (names, count, counts) in stated.items():
        if names or count or any(counts):
            raise FormatError('%s: unit %s has no ballots' % (where, units[unit].id))
    expected = sorted(units[i].id for i, g in groups.items() if g.withheld)
    if sorted(string(u, where) for u in array(withheld, where)) != expected:
        raise FormatError('%s: other units are withheld' % where)
    if integer(ballots, where, 0, MANY) != in_all:
        raise FormatError('%s: ballots is not the sum of its units' % where)
    if _options(options, contest.options, where) != total:
        raise FormatError('%s: a count is not the sum of its units' % where)
