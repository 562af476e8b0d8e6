# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest: the draft's rules, the terminals, what the checks ask of them."""

import re
import unicodedata
from collections import namedtuple
from datetime import date

from . import ed25519
from .ballot import Contest
from .hashing import election_id
from .strictjson import (FormatError, array, binary, boolean, choice, fields, integer, parse,
                         string)

ID = re.compile(r'[a-z0-9-]{1,32}')
LANGUAGE = re.compile(r'[a-z]{2,3}(_[A-Z]{2})?')
DAY = re.compile(r'[0-9]{4}-[0-9]{2}-[0-9]{2}')
TIME = re.compile(r'([01][0-9]|2[0-3]):[0-5][0-9]')
URL = re.compile(r'https?://[!#-&(-;=?-~]+')
MASKS = {'none': r'[A9X]+', 'luhn': r'9+', 'verhoeff': r'9+', 'mod11-2': r'9*[9X]',
         'mod97-10': r'[A9X]*99'}
ROLES = ('combined', 'desk', 'booth', 'spare')

Terminal = namedtuple('Terminal', 'index station role lane ballot_key batch_key box_key slice '
                                  'keys simulated')
Style = namedtuple('Style', 'id contests shape')       # contests: indexes; shape: [Contest]
ContestText = namedtuple('ContestText', 'id options min max')
Station = namedtuple('Station', 'id styles unit')      # styles: set of indexes; unit: index
Unit = namedtuple('Unit', 'id merge_into')             # merge_into: index or None


def words(value, where, low, high):
    """A name or text: no control, line-breaking, bidirectional or invisible characters."""
    string(value, where, low, high)
    for char in value:
        if unicodedata.category(char) in ('Cc', 'Cf', 'Zl', 'Zp') and char not in '\u200c\u200d':
            raise FormatError('%s holds the character U+%04X' % (where, ord(char)))
    return value


def text(value, where, languages):
    """A text in every language of the election."""
    if not isinstance(value, dict) or set(value) != set(languages):
        raise FormatError('%s is not a text in every language' % where)
    for language in value:
        words(value[language], where, 1, 2000)


def _ids(items, where):
    seen = set()
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get('id'), str):
            raise FormatError('%s: an entry has no id' % where)
        if not ID.fullmatch(item['id']):
            raise FormatError('%s: bad id "%s"' % (where, item['id'][:40]))
        if item['id'] in seen:
            raise FormatError('%s: id "%s" twice' % (where, item['id']))
        seen.add(item['id'])
    return {item['id']: i for i, item in enumerate(items)}


def _references(values, index, where):
    out = []
    for value in array(values, where):
        if not isinstance(value, str) or value not in index:
            raise FormatError('%s names an unknown id' % where)
        if index[value] in out:
            raise FormatError('%s names "%s" twice' % (where, value))
        out.append(index[value])
    return out


def _is_day(value):
    try:
        return bool(DAY.fullmatch(value) and date.fromisoformat(value))
    except ValueError:
        return False


class Election:
    """The draft, checked."""

    def __init__(self, value, official):
        (name, languages, trustees, contests, styles, units, stations, ids, policies) = fields(
            value, 'election', 'name languages trustees contests styles units stations ids '
                               'policies')
        self.name = words(name, 'election name', 1, 200)
        self._read_languages(languages)
        self._read_trustees(trustees, official)
        self._read_contests(contests)
        self._read_styles(styles)
        self._read_units(units)
        self._read_stations(stations)
        self._read_id_scheme(ids)
        self._read_policies(policies, official)

    def _text(self, value, where):
        text(value, where, self.languages)

    def _read_languages(self, value):
        self.languages = array(value, 'languages', 1, 16)
        for tag in self.languages:
            if not isinstance(tag, str) or not LANGUAGE.fullmatch(tag):
                raise FormatError('languages: a bad tag')
        if len(set(self.languages)) != len(self.languages):
            raise FormatError('languages: one twice')

    def _read_trustees(self, value, official):
        needed, names = fields(value, 'trustees', 'needed names')
        self.trustees = [words(n, 'trustee name', 1, 100)
                         for n in array(names, 'trustee names', 1, 32)]
        if len(set(self.trustees)) != len(self.trustees):
            raise FormatError('trustees: a name twice')
        self.needed = integer(needed, 'trustees.needed', 2 if official else 1,
                              len(self.trustees))

    def _read_contests(self, value):
        index = _ids(array(value, 'contests', 1, 0xffff), 'contests')
        self.contests = []
        for item in value:
            cid, title, question, low, high, options = fields(
                item, 'contest', 'id title question min max options')
            self._text(title, 'contest title')
            self._text(question, 'contest question')
            _ids(array(options, 'options', 1, 1000), 'options of ' + cid)
            for option in options:
                self._text(fields(option, 'option', 'id text')[1], 'option text')
            high = integer(high, 'contest max', 1, len(options))
            low = integer(low, 'contest min', 0, high)
            self.contests.append(ContestText(cid, [o['id'] for o in options], low, high))
        self.contest_index = index

    def _read_styles(self, value):
        index = _ids(array(value, 'styles', 1, 256), 'styles')
        self.styles = []
        for item in value:
            sid, title, contests = fields(item, 'style', 'id title contests')
            self._text(title, 'style title')
            numbers = _references(contests, self.contest_index, 'style ' + sid)
            if not numbers:
                raise FormatError('style %s has no contest' % sid)
            shape = [Contest(len(self.contests[c].options), self.contests[c].min,
                             self.contests[c].max) for c in numbers]
            self.styles.append(Style(sid, numbers, shape))
        self.style_index = index

    def _read_units(self, value):
        index = _ids(array(value, 'units', 1, 0xffff), 'units')
        self.units = []
        for item in value:
            uid, target = fields(item, 'unit', 'id merge_into')
            if target is not None and (not isinstance(target, str) or target not in index):
                raise FormatError('unit %s merges into an unknown unit' % uid)
            self.units.append(Unit(uid, None if target is None else index[target]))
        if sum(u.merge_into is None for u in self.units) != 1:
            raise FormatError('units: not exactly one without merge_into')
        for start in range(len(self.units)):
            at, steps = start, 0
            while self.units[at].merge_into is not None:
                at, steps = self.units[at].merge_into, steps + 1
                if steps > len(self.units):
                    raise FormatError('units: merge_into runs in a circle')
        self.unit_index = index

    def _read_stations(self, value):
        _ids(array(value, 'stations', 1, 0xffff), 'stations')
        self.stations = []
        for item in value:
            sid, name, address, styles, unit, hours, lat, lon = fields(
                item, 'station', 'id name address styles unit hours lat_e6 lon_e6')
            self._text(name, 'station name')
            self._text(address, 'station address')
            if not isinstance(unit, str) or unit not in self.unit_index:
                raise FormatError('station %s: unknown unit' % sid)
            for entry in array(hours, 'hours'):
                day, opens, closes = fields(entry, 'hours', 'day open close')
                if not _is_day(string(day, 'day')):
                    raise FormatError('station %s: bad day' % sid)
                if not TIME.fullmatch(string(opens, 'open')) or not TIME.fullmatch(
                        string(closes, 'close')) or opens >= closes:
                    raise FormatError('station %s: bad time' % sid)
            integer(lat, 'lat_e6', -90000000, 90000000)
            integer(lon, 'lon_e6', -180000000, 180000000)
            allowed = _references(styles, self.style_index, 'station ' + sid)
            self.stations.append(Station(sid, set(allowed), self.unit_index[unit]))

    def _read_id_scheme(self, value):
        if isinstance(value, dict) and value.get('scheme') == 'hkid':
            fields(value, 'ids', 'scheme')
            self.id_scheme = 'hkid'
            return
        scheme, patterns, check = fields(value, 'ids', 'scheme patterns check')
        self.id_scheme = choice(scheme, 'ids.scheme', 'pattern')
        choice(check, 'ids.check', *MASKS)
        for mask in array(patterns, 'ids.patterns', 1, 16):
            string(mask, 'mask', 1, 32)
            if not re.fullmatch('[A9X]*', mask) or not re.fullmatch(MASKS[check], mask):
                raise FormatError('ids: a mask that check %s cannot have' % check)

    def _read_policies(self, value, official):
        (voting, walk_ins, duplicates, paper, min_unit, capacity, idle, directory, url,
         officers) = fields(value, 'policies', 'voting walk_ins duplicates paper min_unit '
                                               'capacity idle_seconds directory receipt_url '
                                               'officers')
        self.voting = choice(voting, 'voting', 'assigned', 'anywhere')
        self.walk_ins = choice(walk_ins, 'walk_ins', 'accepted', 'provisional', 'refused')
        self.duplicates = choice(duplicates, 'duplicates', 'assigned-then-lot', 'lot',
                                 'strike-all')
        self.paper = choice(paper, 'paper', 'prevails', 'yields')
        if self.duplicates == 'assigned-then-lot' and self.voting != 'assigned':
            raise FormatError('duplicates: assigned-then-lot needs assigned voting')
        self.min_unit = integer(min_unit, 'min_unit', 10 if official else 0, 1000000)
        ballots, checkins = fields(capacity, 'capacity', 'ballots checkins')
        self.capacity_ballots = integer(ballots, 'capacity.ballots', 1, 100000)
        self.capacity_checkins = integer(checkins, 'capacity.checkins', 1, 100000)
        integer(idle, 'idle_seconds', 120, 300)
        boolean(directory, 'directory')
        if url is not None:
            string(url, 'receipt_url')
            if len(url) > 200 or not URL.fullmatch(url):
                raise FormatError('receipt_url is no plain http address')
        count, required = fields(officers, 'officers', 'count required')
        integer(count, 'officers.count', 1, 6)
        integer(required, 'officers.required', 1, count)

    def contest_place(self, style, contest):
        """Where a contest stands in a style, or None."""
        numbers = self.styles[style].contests
        return numbers.index(contest) if contest in numbers else None


def read_terminal(value, station_count, where='terminal'):
    index, station, role, lane, ballot, batch, box, slice_digest, roll_keys, simulated = fields(
        value, where,
        'index station role lane ballot_key batch_key box_key slice keys simulated')
    index = integer(index, where + '.index', 1, 0xffff)
    where = 'terminal %d' % index
    station = integer(station, where + '.station', 1, station_count)
    role = choice(role, where + '.role', *ROLES)
    lane = [integer(d, where + '.lane', 0, 9) for d in array(lane, where + '.lane', 0, 10)]
    if any(a >= b for a, b in zip(lane, lane[1:])):
        raise FormatError('%s: lane is not ascending' % where)
    keys = [binary(k, where + ' key', 32) for k in (ballot, batch, box)]
    if len(set(keys)) != 3:
        raise FormatError('%s: two of its keys are equal' % where)
    for key, name in zip(keys[:2], ('ballot_key', 'batch_key')):
        if not ed25519.is_valid_key(key):
            raise FormatError('%s: %s is no valid key' % (where, name))
    if slice_digest is not None:
        slice_digest = binary(slice_digest, where + '.slice', 32)
    serves = role in ('combined', 'desk')
    if not serves and (lane or slice_digest is not None):
        raise FormatError('%s: a %s has neither lane nor slice' % (where, role))
    if serves and (not lane or slice_digest is None):
        raise FormatError('%s: a %s needs lane and slice' % (where, role))
    return Terminal(index, station, role, frozenset(lane), *keys, slice_digest,
                    binary(roll_keys, where + '.keys', 32),
                    boolean(simulated, where + '.simulated'))


class Manifest:
    """manifest.json, checked but for its signature and ceremony."""

    def __init__(self, data):
        self.data = bytes(data)
        self.he = election_id(self.data)
        form, mode, election, organisers, ceremony, terminals = fields(
            parse(self.data), 'manifest',
            'format mode election organisers ceremony terminals')
        choice(form, 'format', 'tabella-manifest-1')
        self.mode = choice(mode, 'mode', 'official', 'practice')
        self.official = self.mode == 'official'
        self.election = Election(election, self.official)
        key_id, key = fields(organisers, 'organisers', 'key_id key')
        self.organisers_id = binary(key_id, 'organisers.key_id', 8)
        self.organisers_key = binary(key, 'organisers.key', 32)
        if not ed25519.is_valid_key(self.organisers_key):
            raise FormatError('organisers.key is no valid key')
        self.ceremony = ceremony
        self._read_terminals(terminals)

    def trusted_comment(self):
        return 'tabella manifest election=' + self.he[:8].hex()

    def _read_terminals(self, value):
        self.terminals = {}
        last = 0
        for item in array(value, 'terminals', 0, 0xffff):
            terminal = read_terminal(item, len(self.election.stations))
            if terminal.index <= last:
                raise FormatError('terminals are not strictly ascending')
            if terminal.simulated and self.official:
                raise FormatError('terminal %d is simulated in an official election'
                                  % terminal.index)
            last = terminal.index
            self.terminals[last] = terminal
        for number in range(1, len(self.election.stations) + 1):
            self._check_lanes(number)

    def _check_lanes(self, station):
        here = [t for t in self.terminals.values() if t.station == station]
        lanes = [t.lane for t in here if t.role in ('combined', 'desk')]
        covered = frozenset().union(*lanes)
        if sum(map(len, lanes)) != len(covered):
            raise FormatError('station %d: two terminals serve one lane digit' % station)
        if len(covered) != 10 and (self.official or here):
            raise FormatError('station %d: its lanes are not complete' % station)
