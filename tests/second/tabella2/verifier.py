# SPDX-License-Identifier: GPL-3.0-or-later
"""The verifier of public records: checks 1 to 17 of the protocol, in their order."""

import multiprocessing
import os
import re
from collections import namedtuple
from functools import lru_cache

from . import (amendments, ballot, batch, ceremony, counting, decryption, ed25519, journal,
               links, manifest, minisign, receipts, results, ristretto as r, texts)
from .hashing import file_digest
from .ristretto import EncodingError
from .strictjson import FormatError

N3, N4 = r'([0-9]{3}|[1-9][0-9]{3,4})', r'([0-9]{4}|[1-9][0-9]{4})'
TERMINAL = re.compile('terminal-' + N3)
BATCH = re.compile('batch-' + N4)
AMENDMENT = re.compile(N4 + r'\.json')
STRIKE = re.compile('strike-' + N4)
SHARE = re.compile(r'share-(\d{2})')
# Every file of a record; web pages lie beside its folders, never in them.
FILES = re.compile('|'.join((
    r'manifest\.json(\.minisig)?|organisers\.pub|result\.json',
    'amendments/' + N4 + r'\.json(\.minisig)?', r'ceremony/r[1-4]-[0-9]{2}\.json',
    '(quarantine/)?terminal-' + N3 + '/batch-' + N4 + r'/ballots(\.minisig)?',
    'quarantine/terminal-' + N3 + '/batch-' + N4 + '/reason',
    'strike-' + N4 + '/(request|links|tickets|share-[0-9]{2})',
    'tally-0001/(request|share-[0-9]{2})',
    '(?!(amendments|ceremony|quarantine|terminal-[0-9]+|strike-[0-9]+|tally-[0-9]+)/).+'
    r'\.(html|css|js|svg|png|ico|txt)')), re.DOTALL)

BATCH_CHECKS = (4, 5, 6, 7, 8, 9, 10, 11, 12)


class Refused(ValueError):
    """A check that fails, with its reason."""


@lru_cache(maxsize=8)
def _key_table(encoded):
    return r.Fixed(r.point_read(encoded))


# --- one batch ----------------------------------------------------------------------------------

class Inspection:
    """One folder of `ballots` and what is wrong with it, by check number."""

    def __init__(self, terminal, number, folder, put_aside=False):
        self.terminal, self.number, self.folder = terminal, number, folder
        self.name = 'terminal %d batch %d' % (terminal.index, number)
        self.put_aside, self.supposed = put_aside, []
        self.problems = {}
        self.batch = self.header = self.digest = self.entries = None
        self.alphas = set()
        self.signed = False  # by the terminal, as this batch of it

    def fail(self, check, reason):
        self.problems.setdefault(check, []).append('%s: %s' % (self.name, reason))

    def guard(self, check, function, *args):
        try:
            return function(*args)
        except ValueError as error:
            self.fail(check, error)
            return None

    def read(self, m, chain):
        """All that needs no proof: everything but checks 10, 12 and the recomputing of 11."""
        try:
            with open(os.path.join(self.folder, 'ballots'), 'rb') as f:
                data = f.read()
        except OSError as error:
            self.fail(8, 'no ballots file (%s)' % error.strerror)
            return
        self.digest = file_digest(data)
        comment = self._check_signature(data)
        self.header = self.guard(8, batch.read_header, data)
        if self.header is not None:
            self.batch = self.guard(8, batch.Batch, data, m.he, m.official, m.election.styles)
        if comment is not None:
            self.signed = self.batch is not None or self._is_meant(m.he, data, comment)
        if self.batch is None:
            return
        if comment is not None and comment != batch.trusted_comment(self.header):
            self.fail(5, 'the trusted comment is not the header\'s: ' + comment)
        if self.put_aside:
            self._suppose(m, chain)
        self._take_role(chain)
        self._check_numbers()
        self._check_limits(m)
        self._check_unique()
        self._check_attempts()
        self._check_journal(m.he, chain)

    def _suppose(self, m, chain):
        """Amendments that only its journal tells of: nobody may have put the batch aside for
        their want alone, so the rest is judged as if they were there."""
        try:
            entries = journal.read(self.batch.journal)
        except ValueError:
            return
        for e in entries:
            if e['event'] == 'amended' and not journal.is_in_chain(e, chain):
                try:
                    amendments.check_meaning(e['kind'], e['target'], e['value'], m,
                                             chain.terminals)
                except ValueError:
                    continue
                self.supposed.append(amendments.Amendment(e['number'], e['kind'], e['target'],
                                                          e['value'], None, None))
        self.terminal = chain.effective(self.terminal.index, self.supposed)

    def _check_signature(self, data):
        key = self.terminal.batch_key
        try:
            with open(os.path.join(self.folder, 'ballots.minisig'), 'rb') as f:
                signature = f.read()
            comment = minisign.verify(signature, data, minisign.batch_key_id(key), key)
        except OSError as error:
            self.fail(5, 'no signature (%s)' % error.strerror)
        except ValueError as error:
            self.fail(5, error)
        else:
            return comment
        return None

    def _is_meant(self, he, data, comment):
        """A file that is no batch speaks against its terminal only if its comment says that it
        is this one: the same key signs safety copies whole, and batches of the practice."""
        start = 'tabella batch election=%s terminal=%d number=%d kind=' % (
            he[:8].hex(), self.terminal.index, self.number)
        return (comment.startswith((start + 'interim ', start + 'final ')) and
                not data.startswith(b'TASEALED'))

    def _take_role(self, chain):
        """What a spare was is as its own journal tells: what it was never told, it was not."""
        try:
            entries = journal.read(self.batch.journal)
        except ValueError:
            return
        told = [chain.items[e['number']] for e in entries
                if e['event'] == 'amended' and e['number'] in chain.items]
        self.terminal = chain.effective(self.terminal.index, told + self.supposed, told_only=True)

    def _check_numbers(self):
        h = self.header
        if (h.terminal, h.number) != (self.terminal.index, self.number):
            self.fail(6, 'its header says terminal %d, batch %d' % (h.terminal, h.number))
        self.guard(6, batch.check_counts, h, self.terminal.role)

    def _check_limits(self, m):
        station = m.election.stations[self.terminal.station - 1]
        for record in self.batch.cast + self.batch.challenged:
            if record.style not in station.styles:
                self.fail(8, 'style %d is not allowed at station %d' % (
                    record.style, self.terminal.station))
        if self.header.cast + self.header.challenged > m.election.capacity_ballots:
            self.fail(8, 'more ballots than the capacity')
        if self.header.checked_in > m.election.capacity_checkins:
            self.fail(8, 'more check-ins than the capacity')

    def _check_unique(self):
        codes, short, alphas = set(), set(), set()
        for record in self.batch.cast + self.batch.challenged:
            text = texts.short_code(record.code)
            if record.code in codes or text in short:
                self.fail(9, 'code %s twice' % text)
            codes.add(record.code)
            short.add(text)
            for alpha in ballot.alphas(self.shape(record), record.body):
                if alpha in alphas:
                    self.fail(9, 'an alpha of ballot %s is used twice' % text)
                alphas.add(alpha)
        self.alphas = alphas

    def shape(self, record):
        return self.batch._styles[record.style].shape

    def _check_attempts(self):
        tried = {}
        for record in self.batch.challenged:
            tried.setdefault(record.ticket, []).append(record.attempt)
        for ticket, attempts in tried.items():
            if sorted(attempts) != list(range(len(attempts))):
                self.fail(11, 'ticket %s: challenged attempts %s' % (
                    ticket.hex(), sorted(attempts)))
        tickets = [record.ticket for record in self.batch.cast]
        if len(set(tickets)) != len(tickets):
            self.fail(11, 'two cast ballots of one ticket')
        for record in self.batch.cast:
            expected = len(tried.get(record.ticket, []))
            if record.attempt != expected:
                self.fail(11, 'ticket %s: cast at attempt %d after %d challenges' % (
                    record.ticket.hex(), record.attempt, expected))

    def _check_journal(self, he, chain):
        h = self.header
        lines = self.guard(7, journal.split, self.batch.journal)
        if lines is None:
            return
        if journal.chain(he, lines) != h.head:
            self.fail(7, 'the journal does not lead to the head')
        self.entries = self.guard(7, journal.read, self.batch.journal)
        if self.entries is None:
            return
        self.guard(7, journal.check_story, self.entries, self.batch.final,
                   (h.checked_in, h.cast, h.challenged))
        self.guard(6, journal.check_copies, self.entries, h.number, h.previous)
        self.guard(4, journal.check_amended, self.entries, chain,
                   {a.number for a in self.supposed})

    def jobs(self):
        """What the workers do: a tuple for every record."""
        if self.batch is None:
            return []
        return ([('cast', self.terminal.index, c, self.shape(c)) for c in self.batch.cast] +
                [('challenged', self.terminal.index, c, self.shape(c))
                 for c in self.batch.challenged])


# What the workers inherit when they are forked: he, K as Fixed, {terminal: ballot key}.
_shared = None


def _work(job):
    """(check, reason) or None for one record."""
    kind, terminal, record, shape = job
    he, key, keys = _shared
    text = texts.short_code(record.code)
    hi = ballot.context(he, terminal, record.style, record.ticket, record.attempt)
    out = []
    try:
        if kind == 'cast':
            ballot.verify(hi, key, shape, record.body)
            if not keys[terminal].verify(receipts.ballot_message(he, record.code),
                                         record.signature):
                out.append((12, 'ballot %s: bad signature' % text))
        else:
            ballot.parse(shape, record.body)
            problem = ballot.challenge_problem(he, key, shape, terminal, record.style,
                                               record.ticket, record.attempt, record.seed,
                                               record.selections, record.body)
            if problem:
                out.append((11, 'challenged %s: %s' % (text, problem)))
    except EncodingError as error:
        out.append((8, 'ballot %s: %s' % (text, error)))
    except ballot.ProofError as error:
        out.append((10, 'ballot %s: %s' % (text, error)))
    return out


def run_workers(he, key, keys, jobs, workers):
    """Results of _work in the order of the jobs."""
    global _shared
    _shared = (he, key, keys)
    if workers < 2 or len(jobs) < 8:
        return [_work(job) for job in jobs]
    context = multiprocessing.get_context('fork')
    with context.Pool(workers) as pool:
        return pool.map(_work, jobs, chunksize=4)


# --- the record ---------------------------------------------------------------------------------

Outcome = namedtuple('Outcome', 'number ok text')


class Verifier:
    """Runs every check over a folder; `lines` is the report, `verdict` its last line."""

    def __init__(self, folder, key_file=None, receipt_lines=(), workers=2):
        self.folder, self.key_file, self.workers = folder, key_file, workers
        self.receipt_lines = [t.strip() for t in receipt_lines if t.strip()]
        self.outcomes, self.notes, self.incidents = [], [], []
        self.manifest = self.ceremony = self.chain = self.key = None
        self.inspections, self.quarantined, self.excluded = {}, {}, []
        self.struck = self.ballots = self.groups = self.counts = None
        self.sums = self.request = self.opened_sums = None

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def bytes(self, *names):
        try:
            with open(self.path(*names), 'rb') as f:
                return f.read()
        except OSError as error:
            raise Refused('%s cannot be read: %s' % ('/'.join(names), error.strerror))

    def folders(self, pattern, *names):
        """[(number, name)] of the entries of a folder that match, ascending."""
        try:
            entries = os.listdir(self.path(*names))
        except OSError:
            return []
        found = [(int(m[1]), m[0]) for m in map(pattern.fullmatch, entries) if m]
        return sorted(found)

    def run(self):
        self._check(1, self.check_manifest)
        self._check(2, self.check_ceremony)
        self._check(3, self.check_keys)
        chain_problem = self._load_chain()
        self._inspect_all()
        for number in BATCH_CHECKS:
            self._check(number, self.check_batches, number,
                        chain_problem if number == 4 else None)
        self._check(13, self.check_strike)
        self._check(14, self.check_sums)
        self._check(15, self.check_shares)
        self._check(16, self.check_result)
        self._check(17, self.check_receipts)
        return self

    def _check(self, number, function, *args):
        try:
            text, ok = function(*args) or '', True
        except (ValueError, OSError) as error:
            text, ok = str(error) or type(error).__name__, False
        self.outcomes.append(Outcome(number, ok, text.replace('\n', ' ')))

    def need(self, *names):
        for name in names:
            if getattr(self, name) is None:
                raise Refused('cannot run: an earlier check failed')

    @property
    def verdict(self):
        if not all(o.ok for o in self.outcomes):
            return 'INVALID'
        if self.key_file is None:
            return 'CONSISTENT'
        if self.excluded:
            return 'VALID WITH %d EXCLUDED' % len(self.excluded)
        return 'VALID'

    @property
    def exit_status(self):
        return {'INVALID': 1, 'CONSISTENT': 3}.get(self.verdict, 0)

    def report(self):
        lines = ['check %d %s %s' % (o.number, 'ok' if o.ok else 'FAIL', o.text)
                 for o in self.outcomes]
        lines += ['note ' + n for n in self.notes] + ['incident ' + i for i in self.incidents]
        if self.manifest and not self.manifest.official:
            lines.append('PRACTICE election')
        return [line.rstrip() for line in lines] + [self.verdict]

    # --- 1 to 4 ---------------------------------------------------------------------------------

    def check_manifest(self):
        self.manifest = m = manifest.Manifest(self.bytes('manifest.json'))
        beside = minisign.read_public_key(self.bytes('organisers.pub'))
        if beside != (m.organisers_id, m.organisers_key):
            raise Refused('organisers.pub is not the key that the manifest names')
        if self.key_file is not None and minisign.read_public_key(self.key_file) != beside:
            raise Refused('the record is not by the key given: its key is ' + beside[0].hex())
        comment = minisign.verify(self.bytes('manifest.json.minisig'), m.data, *beside)
        if comment != m.trusted_comment():
            raise Refused('the trusted comment is another manifest\'s: ' + comment)
        return 'election ' + m.he.hex()

    def check_ceremony(self):
        self.need('manifest')
        self.ceremony = c = ceremony.Ceremony(self.manifest)
        for number, files in enumerate(c.files, 1):
            for index, data in enumerate(files, 1):
                name = 'r%d-%02d.json' % (number, index)
                if self.bytes('ceremony', name) != data:
                    raise Refused('ceremony/%s is not what the manifest holds' % name)
        c.check_files()
        return '%d of %d trustees' % (c.t, c.n)

    def check_keys(self):
        self.need('ceremony')
        try:
            self.ceremony.check_keys()
        finally:
            if self.ceremony.k is not None:
                self.key = _key_table(r.encode(self.ceremony.k))
        return 'ceremony code ' + texts.short_code(self.ceremony.stated_transcript)

    def _load_chain(self):
        """The amendments; returns why they are bad, or None. Good ones count all the same, so
        that the later checks speak of their own faults only."""
        if self.manifest is None:
            return 'cannot run: an earlier check failed'
        m, problems = self.manifest, []
        self.chain = amendments.Chain(m)
        names = self.folders(AMENDMENT, 'amendments')
        if [n for n, _ in names] != list(range(1, len(names) + 1)):
            problems.append('amendments are not numbered 1, 2, ...')
        for number, name in names:
            try:
                data = self.bytes('amendments', name)
                comment = minisign.verify(self.bytes('amendments', name + '.minisig'), data,
                                          m.organisers_id, m.organisers_key)
                if comment != amendments.trusted_comment(m.he, number):
                    raise Refused('the trusted comment is another\'s: ' + comment)
                self.chain.add(amendments.read(data, m.he, m, number, self.chain.terminals))
            except ValueError as error:
                problems.append('amendment %d: %s' % (number, error))
        return problems[0] if problems else None

    # --- 4 to 12: batches -----------------------------------------------------------------------

    def _inspect_all(self):
        if self.manifest is None:
            return
        self.folder_problems = ['%s: a record has no such file' % name
                                for name in self._names() if not FILES.fullmatch(name)]
        self._find_batches(self.inspections)
        self._find_batches(self.quarantined, 'quarantine', put_aside=True)
        everything = [i for group in (self.inspections, self.quarantined)
                      for found in group.values() for i in found]
        for inspection in everything:
            inspection.read(self.manifest, self.chain)
        if self.key is None:
            return
        keys = {i: ed25519.Key(t.ballot_key) for i, t in self.chain.terminals.items()}
        jobs = [(inspection, job) for inspection in everything for job in inspection.jobs()]
        done = run_workers(self.manifest.he, self.key, keys, [j for _, j in jobs], self.workers)
        for (inspection, _), problems in zip(jobs, done):
            for check, reason in problems:
                inspection.fail(check, reason)

    def _find_batches(self, into, *below, put_aside=False):
        for index, name in self.folders(TERMINAL, *below):
            if index not in self.chain.terminals:
                self.folder_problems.append('%s: there is no terminal %d' % (name, index))
                continue
            terminal = self.chain.effective(index)
            for number, batch_name in self.folders(BATCH, *below, name):
                folder = self.path(*below, name, batch_name)
                into.setdefault(index, []).append(
                    Inspection(terminal, number, folder, put_aside))

    def _names(self):
        """Every file below the folder; hidden names are not looked at."""
        for base, folders, names in os.walk(self.folder):
            folders[:] = [n for n in folders if not n.startswith('.')]
            for name in names:
                if not name.startswith('.'):
                    yield os.path.relpath(os.path.join(base, name), self.folder)

    def check_batches(self, number, problem=None):
        self.need('manifest')
        if problem:
            raise Refused(problem)
        if number == 6:
            self._check_complete()
        if number in (10, 11, 12):
            self.need('key')
        found = [text for inspections in self.inspections.values() for i in inspections
                 for text in i.problems.get(number, [])]
        if number > 8:
            found += ['%s: not run, the batch cannot be read' % i.name
                      for inspections in self.inspections.values() for i in inspections
                      if i.batch is None]
        if found:
            more = '' if len(found) == 1 else ' (and %d more)' % (len(found) - 1)
            raise Refused(found[0] + more)
        if number == 9:
            self._note_shared_alphas()
        return '%d batches' % sum(map(len, self.inspections.values()))

    def _note_shared_alphas(self):
        seen = {}
        for index, inspections in sorted(self.inspections.items()):
            for inspection in inspections:
                for alpha in inspection.alphas:
                    if alpha in seen:
                        self.incidents.append('terminals %d and %d share an alpha: %s' % (
                            seen[alpha], index, alpha.hex()))
                    seen[alpha] = index

    def _check_complete(self):
        """Check 6: every terminal is final, ended or revoked, or named as quarantined."""
        if self.folder_problems:
            raise Refused(self.folder_problems[0])
        for index in sorted(self.chain.terminals):
            terminal = self.chain.effective(index)
            found = self.inspections.get(index, [])
            if len(found) > 1:
                raise Refused('terminal %d has %d batches' % (index, len(found)))
            problem = self._completeness(terminal, found[0] if found else None)
            if problem:
                raise Refused('terminal %d: %s' % (index, problem))
            for inspection in self.quarantined.get(index, []):
                self._check_quarantine(inspection)
            if self.chain.revoked(index):
                self.excluded.append(index)
                self.notes.append('terminal %d is revoked' % index)
                continue
            ended = self.chain.ended(index)
            if ended:
                self.notes.append('terminal %d was ended %s' % (
                    index, 'at batch %d' % ended.value if ended.value else 'without a batch'))
            if index in self.quarantined and not found:
                self.excluded.append(index)

    def _completeness(self, terminal, inspection):
        index = terminal.index
        revoked, ended = self.chain.revoked(index), self.chain.ended(index)
        if terminal.role == 'spare':
            return 'an unassigned spare with a batch' if inspection else None
        if inspection is None:
            if revoked or index in self.quarantined or ended and ended.value == 0:
                return None
            return 'no final, not ended, not revoked'
        final = inspection.batch is None or inspection.batch.final
        if ended is None:
            return None if final else 'a safety copy, but the terminal is not ended'
        if ended.value == 0:
            return None if revoked and final else 'ended without a batch, yet one is here'
        if inspection.number != ended.value:
            return 'ended at batch %d, but batch %d is here' % (ended.value, inspection.number)
        if ended.digest and final and inspection.digest != ended.digest:
            return 'not the batch whose digest the amendment names'
        return None

    def _check_quarantine(self, inspection):
        with open(os.path.join(inspection.folder, 'reason'), encoding='utf-8') as f:
            reason = f.read().strip()
        if '\n' in reason:
            raise Refused('%s: the reason is not one line' % inspection.name)
        index = inspection.terminal.index
        ended = self.chain.ended(index)
        if (inspection.problems and not inspection.signed and index not in self.inspections and
                not self.chain.revoked(index) and not (ended and ended.value == 0)):
            raise Refused('%s is not signed by the terminal: it cannot stand for its last batch' %
                          inspection.name)
        if inspection.problems:
            check, texts_found = min(inspection.problems.items())
            self.notes.append('quarantined %s: check %d fails again: %s' % (
                inspection.name, check, texts_found[0]))
        elif inspection.supposed:
            self._check_waiting(inspection)
        else:
            raise Refused('%s is quarantined ("%s") but fails no check' % (
                inspection.name, reason))

    def _check_waiting(self, inspection):
        """Only an amendment is missing: the organisers publish it, or give the terminal up."""
        index = inspection.terminal.index
        ended = self.chain.ended(index)
        text = 'quarantined %s fails no check, but names amendment %d, which is not in the chain' % (
            inspection.name, inspection.supposed[0].number)
        if not self.chain.revoked(index) and not (
                ended and (ended.value == 0 or index in self.inspections)):
            raise Refused(text)
        self.notes.append(text)

    def counting(self):
        """Inspections of the terminals whose ballots count."""
        return [i for index, found in sorted(self.inspections.items())
                for i in found if not self.chain.revoked(index)]

    # --- 13: strike list ------------------------------------------------------------------------

    def check_strike(self):
        self.need('manifest', 'ceremony', 'key')
        ballots = []
        for inspection in self.counting():
            if inspection.batch is None:
                raise Refused('cannot run: %s cannot be read' % inspection.name)
            t = inspection.terminal
            unit = self.manifest.election.stations[t.station - 1].unit
            ballots += [counting.Ballot(c.code, t.index, t.station, unit, c.style, c.ticket,
                                        c.body) for c in inspection.batch.cast]
        opened, seen = [], set()
        names = self.folders(STRIKE)
        if [n for n, _ in names] != list(range(1, len(names) + 1)):
            raise Refused('strike folders are not numbered 1, 2, ...')
        for _, name in names:
            opened += self._open_strike(name, seen)
        self.struck = counting.strike(self.manifest.he, ballots, opened)
        self.opened = opened
        self.incidents += self.struck.incidents
        out = self.struck.struck | self.struck.lost
        self.ballots = [b for b in ballots if b.code not in out]
        return '%d links opened, %d ballots struck, %d tickets unused' % (
            len(opened), len(self.struck.struck), self.struck.unused)

    def _open_strike(self, name, seen):
        he = self.manifest.he
        request = decryption.Request.read(self.bytes(name, 'request'), decryption.STRIKE)
        data, tickets = self.bytes(name, 'links'), self.bytes(name, 'tickets')
        count = len(request.entries)
        if not count:
            raise Refused('%s: an empty request' % name)
        if len(data) != count * 114 or len(tickets) != count * 16:
            raise Refused('%s: links or tickets are not %d' % (name, count))
        for place, ((terminal,), point) in enumerate(request.entries):
            link = data[114 * place:114 * place + 112]
            where = '%s: link %d' % (name, place + 1)
            if link[:32] != point:
                raise Refused(where + ' is not that of the request')
            if point in seen:
                raise Refused(where + ' was asked for before')
            seen.add(point)
            if terminal not in self.chain.terminals:
                raise Refused('%s is of terminal %d, which does not exist' % (where, terminal))
            try:
                links.check(he, terminal, link)
            except links.LinkError as error:
                raise Refused('%s: %s' % (where, error))
        shares = self._read_shares(name, request, request.digest(he), self.ceremony.y)
        opened = []
        for place, shared in enumerate(decryption.combine(shares)):
            terminal = request.entries[place][0][0]
            record = data[114 * place:114 * (place + 1)]
            ticket = links.open_link(he, terminal, record[:112], shared)
            if ticket != tickets[16 * place:16 * place + 16]:
                raise Refused('%s: ticket %d is not what the shares open' % (name, place + 1))
            style = int.from_bytes(record[112:], 'little')
            if style >= len(self.manifest.election.styles):
                raise Refused('%s: style %d does not exist' % (name, style))
            opened.append(counting.Opened(terminal, self.chain.terminals[terminal].station,
                                          style, ticket))
        return opened

    def _read_shares(self, name, request, digest, share_keys):
        """Exactly t of the shares of a folder, after checking all of them."""
        c, good = self.ceremony, {}
        for index, file_name in self.folders(SHARE, name):
            if not 1 <= index <= c.n:
                raise Refused('%s/%s: there is no trustee %d' % (name, file_name, index))
            try:
                good[index] = decryption.check_share(self.manifest.he, digest, index, request,
                                                     share_keys[index - 1],
                                                     self.bytes(name, file_name))
            except decryption.ShareError as error:
                raise Refused('%s/%s: %s' % (name, file_name, error))
        if len(good) < c.t:
            raise Refused('%s: %d shares, %d are needed' % (name, len(good), c.t))
        return dict(list(good.items())[:c.t])

    # --- 14 to 16: tally ------------------------------------------------------------------------

    def check_sums(self):
        self.need('ballots')
        election = self.manifest.election
        self.groups, leader = [], {}
        for contest in range(len(election.contests)):
            sizes = {}
            for b in self.ballots:
                if election.contest_place(b.style, contest) is not None:
                    sizes[b.unit] = sizes.get(b.unit, 0) + 1
            groups = counting.merge_units(election.units, sizes, election.min_unit)
            self.groups.append(groups)
            for unit, group in groups.items():
                for member in [unit] + group.members:
                    leader[member, contest] = unit
        self.sums = self._sum(leader)
        entries = [(label, r.encode(pair[0])) for label, pair in sorted(self.sums.items())
                   if not r.is_identity(pair[0])]
        self.request = decryption.Request(decryption.TALLY, entries)
        folders = [n for n in ('tally-0001',) if os.path.isdir(self.path(n))]
        if not folders and entries:
            raise Refused('there is no tally-0001')
        if folders and self.bytes('tally-0001', 'request') != self.request.write():
            raise Refused('the sums of tally-0001/request are not those of the standing ballots')
        merged = sum(len(g.members) for groups in self.groups for g in groups.values())
        return '%d standing ballots, %d sums, %d units merged' % (
            len(self.ballots), len(self.sums), merged)

    def _sum(self, leader):
        """{(unit, contest, option): (A, B)} of every group that is decrypted."""
        election, sums = self.manifest.election, {}
        for contest, groups in enumerate(self.groups):
            for unit, group in groups.items():
                if not group.withheld:
                    for option in range(len(election.contests[contest].options)):
                        sums[unit, contest, option] = (r.IDENTITY, r.IDENTITY)
        for b in self.ballots:
            at = 0
            for contest in election.styles[b.style].contests:
                for option in range(len(election.contests[contest].options)):
                    label = (leader[b.unit, contest], contest, option)
                    pair = b.body[at:at + 64]
                    at += 64
                    if label in sums:
                        a, beta = sums[label]
                        sums[label] = (r.add(a, r.point_read(pair[:32])),
                                       r.add(beta, r.point_read(pair[32:])))
        return sums

    def check_shares(self):
        self.need('groups', 'request')
        self.opened_sums = {}
        if not os.path.isdir(self.path('tally-0001')):
            return 'nothing to decrypt'
        he = self.manifest.he
        standing = decryption.codes_hash(he, [b.code for b in self.ballots])
        shares = self._read_shares('tally-0001', self.request,
                                   self.request.digest(he, standing), self.ceremony.z)
        for (label, _), point in zip(self.request.entries, decryption.combine(shares)):
            self.opened_sums[label] = point
        return 'trustees %s' % ', '.join(map(str, shares))

    def check_result(self):
        self.need('groups', 'opened_sums')
        election = self.manifest.election
        logs = decryption.SmallLogs(self.ceremony.k, len(self.ballots))
        self.counts = {}
        for label, (_, b) in sorted(self.sums.items()):
            unit, contest, option = label
            ballots = self.groups[contest][unit].ballots
            point = r.subtract(b, self.opened_sums.get(label, r.IDENTITY))
            count = logs.find(point)
            if count is None or count > ballots:
                raise Refused('unit %d contest %d option %d: no count up to %d' % (
                    unit, contest, option, ballots))
            self.counts.setdefault((unit, contest), []).append(count)
        for (unit, contest), counts in self.counts.items():
            rules, ballots = election.contests[contest], self.groups[contest][unit].ballots
            if not rules.min * ballots <= sum(counts) <= rules.max * ballots:
                raise Refused('unit %d contest %d: %d choices on %d ballots' % (
                    unit, contest, sum(counts), ballots))
        found = {'struck_links': len(self.opened), 'struck_ballots': len(self.struck.struck),
                 'unused_tickets': self.struck.unused}
        results.check(self.bytes('result.json'), self.manifest, found, self.counts, self.groups)
        return '%d counts' % sum(map(len, self.counts.values()))

    def result_table(self):
        """Lines of the result that this verifier found, for people and for scripts."""
        election, lines = self.manifest.election, []
        for contest, rules in enumerate(election.contests):
            for unit, group in sorted(self.groups[contest].items()):
                names = '+'.join(election.units[i].id for i in [unit] + group.members)
                if group.withheld:
                    lines.append('result %s %s withheld' % (rules.id, names))
                    continue
                lines.append('result %s %s ballots %d' % (rules.id, names, group.ballots))
                for oid, count in zip(rules.options, self.counts[unit, contest]):
                    lines.append('result %s %s %s %d' % (rules.id, names, oid, count))
        return lines

    # --- 17: receipts ---------------------------------------------------------------------------

    def check_receipts(self):
        if not self.receipt_lines:
            return 'no receipts supplied'
        self.need('manifest')
        for number, text in enumerate(self.receipt_lines, 1):
            try:
                self._check_receipt(*receipts.read(text))
            except ValueError as error:
                raise Refused('receipt %d: %s' % (number, error))
        return '%d receipts' % len(self.receipt_lines)

    def _check_receipt(self, prefix, receipt):
        if prefix not in ('TB1', 'TV1', 'TK1'):
            raise Refused('%s is no receipt of the record' % prefix)
        index, he = receipt.terminal, self.manifest.he
        if receipt.he8 != he[:8]:
            raise Refused('of another election')
        if index not in self.chain.terminals:
            raise Refused('there is no terminal %d' % index)
        message = (receipts.batch_message(he, receipt) if prefix == 'TB1' else
                   receipts.ballot_message(he, receipt.code) if prefix == 'TV1' else
                   receipts.commitment_message(he, receipt.code))
        if not ed25519.verify(self.chain.terminals[index].ballot_key, message,
                              receipt.signature):
            raise Refused('its signature is not terminal %d\'s' % index)
        name = 'receipt %s of terminal %d' % (prefix, index)
        if self.chain.revoked(index) or index in self.quarantined and (
                index not in self.inspections):
            self.incidents.append(name + ', which does not count')
            return
        found = self.inspections.get(index, [])
        inspection = found[0] if found and found[0].batch else None
        if prefix == 'TB1':
            self._check_batch_receipt(name, receipt, inspection)
        else:
            self._check_code_receipt(prefix, name, receipt, inspection)

    def _check_batch_receipt(self, name, receipt, inspection):
        ended = self.chain.ended(receipt.terminal)
        if inspection is None or receipt.number > inspection.number:
            if ended is None:
                raise Refused(name + ': no batch %d is in the record' % receipt.number)
            self.incidents.append('%s: batch %d came after the end' % (name, receipt.number))
        elif receipt.number < inspection.number:
            copied = journal.copies(inspection.entries or [])
            if (not 1 <= receipt.number <= len(copied) or receipt.kind != batch.INTERIM or
                    copied[receipt.number - 1] != receipt.digest):
                raise Refused('%s: not the copy %d of the journal' % (name, receipt.number))
        else:
            h = inspection.header
            if (receipt.kind, receipt.checked_in, receipt.cast, receipt.challenged) != (
                    h.kind, h.checked_in, h.cast, h.challenged):
                raise Refused('%s: other counts than the batch' % name)
            # A safety copy's digest is that of its sealed form, which is not public.
            expected = inspection.digest if inspection.batch.final else ended and ended.digest
            if expected is not None and receipt.digest != expected:
                raise Refused('%s: another digest than the batch' % name)

    def _check_code_receipt(self, prefix, name, receipt, inspection):
        cast = {c.code for c in inspection.batch.cast} if inspection else set()
        tried = {c.code for c in inspection.batch.challenged} if inspection else set()
        text = texts.short_code(receipt.code)
        if receipt.code in cast or prefix == 'TK1' and receipt.code in tried:
            return
        if prefix == 'TK1':
            self.incidents.append('%s: %s was committed to and is not there' % (name, text))
        elif self.chain.ended(receipt.terminal):
            self.incidents.append('%s: %s is not there; the terminal was ended' % (name, text))
        else:
            raise Refused('%s: ballot %s is not in the record' % (name, text))
