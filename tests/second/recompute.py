#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recomputes the test vectors of the C library: VECTORS.json, or the program that prints them.

Each vector is made again from its inputs by this implementation's own functions; a vector of an
unknown use, and a use without a vector, are failures too.
"""

import subprocess
import sys

from tabella2 import (ballot, batch, ceremony, counting, decryption, ed25519, hashing, links,
                      minisign, receipts, ristretto as r, strictjson, voters)
from tabella2.hashing import H, Hq, u16

unhex = bytes.fromhex


class Mismatch(Exception):
    """A vector that this implementation does not make."""


def same(where, given, found):
    if given != found:
        raise Mismatch('%s: the vector has %s, this implementation %s' % (where, given, found))


def scalar(text):
    return r.scalar_read(unhex(text))


def point(text):
    return r.point_read(unhex(text))


def number(data):
    return int.from_bytes(data, 'little')


# --- group --------------------------------------------------------------------------------------

def check_multiples(items):
    for item in items:
        k, p = scalar(item['scalar']), point(item['point'])
        same('times_g', item['times_g'], r.encode(r.BASE.multiply(k)).hex())
        same('times_g', item['times_g'], r.encode(r.multiply(k, r.G)).hex())
        same('times_point', item['times_point'], r.encode(r.multiply(k, p)).hex())


def check_sums(items):
    for item in items:
        left, right = point(item['left']), point(item['right'])
        same('sum', item['sum'], r.encode(r.add(left, right)).hex())
        same('difference', item['difference'], r.encode(r.subtract(left, right)).hex())


def refusing(read):
    def check(items):
        for text in items:
            try:
                read(unhex(text))
            except r.EncodingError:
                continue
            raise Mismatch('%s is accepted here' % text)
    return check


# --- hashes -------------------------------------------------------------------------------------
# By use: the tag, and the result from the context and the values of the fields in their order.

def _knowledge(ctx, i, r1, *points):
    n = len(points) // 3
    c = ceremony.knowledge_challenge(ctx, number(i), r1, points[:n], points[n:2 * n],
                                     points[2 * n:])
    return r.scalar_write(c)


def _ballot_challenge(ctx, alpha, beta, *rest):
    pairs = list(zip(rest[::2], rest[1::2]))
    return r.scalar_write(ballot.challenge(ctx, [(alpha, beta)], pairs))


def _derived(method):
    def make(ctx, *fields):
        source = ballot.Derived.__new__(ballot.Derived)
        source.k = ctx
        return r.scalar_write(getattr(source, method)(*map(number, fields)))
    return make


def _secret(ctx, hi, selections):
    return ballot.Derived(hi, ctx, selections).k


def _request(ctx, purpose, count, unit, contest, option, a, standing):
    same('count', number(count), 1)
    entries = [((number(unit), number(contest), number(option)), a)]
    return decryption.Request(number(purpose), entries).digest(ctx, standing)


def _share(ctx, digest, i, a, m, ug, ua):
    return r.scalar_write(decryption._challenge(ctx, digest, number(i), [a], [m], [(ug, ua)]))


def _ticket_check(ctx, he, station, x):
    made = voters.ticket_make(ctx, he, number(station), x[0], x[1], x[2], x[3:])
    whole = H(ctx, 0x36, he, station, x)
    same('ticket check', made[6:].hex(), whole[:4].hex())
    return whole


def _ticket(ctx, he, station, x):
    whole = H(ctx, 0x37, he, station, x)
    ticket = x + H(ctx, 0x36, he, station, x)[:4]
    same('T', voters.ticket_tag(ctx, he, number(station), ticket).hex(), whole[:16].hex())
    return whole


def _pad(ctx, point_r, shared, terminal):
    whole = H(ctx, 0x32, point_r, shared, terminal)
    same('pad', links._pad(ctx, point_r, r.point_read(shared), number(terminal)).hex(),
         whole[:16].hex())
    return whole


USES = {
    'HP, ceremony context': ('01', lambda ctx, name, n, t, *names: ceremony.context(
        name.decode(), number(n), number(t), [x.decode() for x in names])),
    'HE, the election id': ('02', lambda ctx, data: hashing.election_id(data)),
    'h_i, a trustee\'s hash commitment': ('10', lambda ctx, i, *points: ceremony.commitment_hash(
        ctx, number(i), points[:len(points) // 2], points[len(points) // 2:])),
    'challenge of a trustee\'s proof': ('11', _knowledge),
    'head of a transported share': ('12', lambda ctx, i, j, r2: H(
        ctx, 0x12, u16(number(i)), u16(number(j)), r2)),
    'HG, the transcript': ('13', lambda ctx, k, k2, f, e, key: ceremony.transcript(
        ctx, k, k2, [f], [e], [key])),
    'R1': ('14', lambda ctx, *files: ceremony.files_hash(ctx, 0x14, files)),
    'R2': ('15', lambda ctx, *files: ceremony.files_hash(ctx, 0x15, files)),
    'HI, a ballot\'s context': ('20', lambda ctx, terminal, style, t, attempt: ballot.context(
        ctx, number(terminal), number(style), t, number(attempt))),
    'r(c, o)': ('21', _derived('r')),
    'u(c, o, v)': ('22', _derived('u')),
    'x(c, o, v)': ('23', _derived('x')),
    'e, of one option alone': ('24', _ballot_challenge),
    'ballot code': ('29', lambda ctx, body: ballot.code(ctx, body)),
    'k, a ballot\'s secret': ('51', _secret),
    'p, a pseudonym': ('30', lambda ctx, name: voters.pseudonym(ctx, name.decode())),
    'roll record key': ('31', lambda ctx, name: voters.record_key(ctx, name.decode())),
    'link pad (the first 16 bytes)': ('32', _pad),
    'challenge of a link': ('33', lambda ctx, *fields: r.scalar_write(Hq(ctx, 0x33, *fields))),
    'ticket check (the first 4 bytes)': ('36', _ticket_check),
    'T (the first 16 bytes)': ('37', _ticket),
    'key of a sealed file': ('34', lambda ctx, *fields: H(ctx, 0x34, *fields)),
    'challenge of a sealed file': ('35', lambda ctx, *f: r.scalar_write(Hq(ctx, 0x35, *f))),
    'ρ of `checkins`': ('38', lambda ctx, what, header, plain: r.scalar_write(
        links.sealing_scalar(ctx, number(what), header, plain))),
    'h_1, the first journal entry': ('40', lambda ctx, zeros, line: _journal(ctx, zeros, line)),
    'lot among check-ins': ('41', lambda ctx, p, terminal, kind: counting.checkin_lot(
        ctx, p, number(terminal), number(kind))),
    'lot among cast ballots of equal T': ('41', lambda ctx, codes, code: counting.ballot_lot(
        ctx, codes, code)),
    'digest of a request of purpose 3': ('50', _request),
    'challenge of a share': ('52', _share),
    'hash over the standing codes': ('54', lambda ctx, *codes: _codes(ctx, codes)),
}


def _journal(ctx, zeros, line):
    same('h_0', zeros, bytes(32))
    return H(ctx, 0x40, zeros, hashing.sized(line))


def _codes(ctx, codes):
    """The vector's codes in its own order; ours are sorted, which must not matter to it."""
    return H(ctx, 0x54, *codes)


def check_hash(item):
    use = item['use']
    if use not in USES:
        raise Mismatch('"%s" is a use that is unknown here' % use)
    tag, function = USES[use]
    same(use + ', tag', item['tag'], tag)
    ctx, values = unhex(item['context']), [unhex(f['value']) for f in item['fields']]
    if item['context_name'] == 'VER':
        same(use + ', context', ctx, hashing.VER)
    message = unhex(tag)
    for field, value in zip(item['fields'], values):
        if field['type'] == 'point':
            r.point_read(value)
        sized = field['type'] == 'bytes preceded by u32 length'
        message += hashing.sized(value) if sized else value
    same(use + ', message', item['message'], message.hex())
    same(use, item['result'], function(ctx, *values).hex())


def check_hashes(items):
    for item in items:
        check_hash(item)
    missing = sorted(set(USES) - {item['use'] for item in items})
    if missing:
        raise Mismatch('no vector for "%s"' % missing[0])


def check_digests(items):
    for item in items:
        data = unhex(item['bytes'])
        same('digest', item['blake2b_512_first_32'], hashing.file_digest(data).hex())
        same('digest', item['blake2b_256'], hashing.blake2b_256(data).hex())


# --- proofs -------------------------------------------------------------------------------------

def check_schnorr(items):
    for item in items:
        ctx, statement = unhex(item['context']), unhex(item['statement'])
        secrets, nonces = map(scalar, item['secrets']), list(map(scalar, item['nonces']))
        secrets = list(secrets)
        same('points', item['points'], [r.encode(r.BASE.multiply(k)).hex() for k in secrets])
        c = Hq(ctx, int(item['tag'], 16), statement,
               *(r.encode(r.BASE.multiply(u)) for u in nonces))
        same('challenge', item['challenge'], r.scalar_write(c).hex())
        same('responses', item['responses'],
             [r.scalar_write(u - c * k).hex() for u, k in zip(nonces, secrets)])


def check_equality(items):
    for item in items:
        he, digest = unhex(item['context']), unhex(item['request_digest'])
        request = decryption.Request(decryption.STRIKE, [((1,), unhex(a)) for a in item['a']])
        secret = scalar(item['secret'])
        given = b''.join(map(unhex, item['m'] + [item['challenge']] + item['responses']))
        made = decryption.make_share(he, digest, item['trustee'], request, secret,
                                     list(map(scalar, item['nonces'])))
        same('share', given.hex(), made.hex())
        decryption.check_share(he, digest, item['trustee'], request, point(item['public']), given)
        same('public', item['public'], r.encode(r.BASE.multiply(secret)).hex())


def check_links(items):
    for item in items:
        he, terminal, ticket = unhex(item['election']), item['terminal'], unhex(item['ticket'])
        key2 = r.Fixed(point(item['k2']))
        made = links.make(he, key2, terminal, ticket, scalar(item['rho']), scalar(item['u']))
        same('link', item['link'], made.hex())
        links.check(he, terminal, made)
        shared = r.multiply(scalar(item['k2_secret']), r.point_read(made[:32]))
        same('shared point', item['shared_point'], r.encode(shared).hex())
        same('ticket', ticket, links.open_link(he, terminal, made, shared))


def check_seals(items):
    for item in items:
        he, header = unhex(item['election']), unhex(item['header'])
        magic, stated_he, terminal, number_, count = links.SEALED_HEADER.unpack(header)
        same('header', stated_he, he)
        same('what', (item['what_rho'], item['what_u']),
             (1, 2) if magic == b'TACHECK1' else (3, 4))
        key2, plain = r.Fixed(point(item['k2'])), unhex(item['plaintext'])
        made = links.seal(magic, he, key2, terminal, number_, count, plain,
                          unhex(item['export_secret']))
        same('file', item['file'], made.hex())
        links.check_sealed(he, made)
        shared = r.multiply(scalar(item['k2_secret']), r.point_read(made[48:80]))
        same('plaintext', (header, plain), links.unseal(he, made, shared))


def check_ballots(items):
    for item in items:
        shape = [ballot.Contest(c['options'], c['min'], c['max']) for c in item['contests']]
        same('key', item['key'], r.encode(r.BASE.multiply(scalar(item['key_secret']))).hex())
        key = r.Fixed(point(item['key']))
        he, ticket = unhex(item['election']), unhex(item['ticket'])
        hi = ballot.context(he, item['terminal'], item['style'], ticket, item['attempt'])
        same('HI', item['context_hi'], hi.hex())
        chosen, body = unhex(item['selections']), unhex(item['body'])
        made = ballot.encrypt(hi, key, shape, chosen, unhex(item['seed']))
        same('body', item['body'], made.hex())
        for (alpha, beta), m in zip(ballot.verify(hi, key, shape, body), chosen):
            left = r.subtract(beta, r.multiply(scalar(item['key_secret']), alpha))
            if not r.equal(left, key.multiply(m)):
                raise Mismatch('a ciphertext holds another selection')
        same('code', item['code'], ballot.code(hi, body).hex())


# --- signatures ---------------------------------------------------------------------------------

def check_ed25519(items):
    for item in items:
        seed, key = unhex(item['seed']), unhex(item['key'])
        label = item['label_without_nul'].encode() + b'\0'
        same('label', label in (batch.BALLOT, batch.COMMITMENT, batch.RECEIPT,
                                receipts.AMENDMENT, ceremony.CEREMONY), True)
        message, signature = label + unhex(item['message']), unhex(item['signature'])
        same('key', item['key'], ed25519.public_key(seed).hex())
        same('signature', item['signature'], ed25519.sign(seed, message).hex())
        same('verification', ed25519.verify(key, message, signature), True)


def check_minisign(items):
    for item in items:
        seed, key = unhex(item['seed']), unhex(item['key'])
        key_id, data = unhex(item['key_id']), unhex(item['file'])
        same('key id', item['key_id'], minisign.batch_key_id(key).hex())
        same('key file', (key_id, key), minisign.read_public_key(item['public_file'].encode()))
        comment = item['trusted_comment']
        text = item['signature_file'].encode()
        same('comment', comment, minisign.verify(text, data, key_id, key))
        made = minisign.sign(seed, key_id, data, comment)
        same('signature', text.split(b'\n')[1:], made.split(b'\n')[1:])


GROUP = {'multiples': check_multiples, 'sums': check_sums,
         'refused_points': refusing(r.point_read), 'refused_scalars': refusing(r.scalar_read)}
PARTS = {'hashes': check_hashes, 'digests': check_digests, 'schnorr': check_schnorr,
         'equality': check_equality, 'links': check_links, 'seals': check_seals,
         'ballots': check_ballots, 'ed25519': check_ed25519, 'minisign': check_minisign}


def read_vectors(path):
    if path.endswith('.json'):
        with open(path, 'rb') as f:
            return strictjson.parse(f.read())
    return strictjson.parse(subprocess.run([path], check=True, capture_output=True).stdout)


def main():
    if len(sys.argv) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    vectors, failed = read_vectors(sys.argv[1]), 0
    same('format', vectors.pop('format'), 'tabella-crypto-vectors-1')
    same('ver', vectors.pop('ver'), hashing.VER.hex())
    parts = {**{'group ' + k: (GROUP.get(k), v) for k, v in vectors.pop('group').items()},
             **{k: (PARTS.get(k), v) for k, v in vectors.items()}}
    for name in sorted(set(PARTS) - set(parts)) + sorted(
            set('group ' + g for g in GROUP) - set(parts)):
        parts[name] = (None, [])
    for name, (check, items) in parts.items():
        try:
            if check is None or not items:
                raise Mismatch('unknown here, or without a vector')
            check(items)
            print('ok %s (%d)' % (name, len(items)))
        except (Mismatch, ValueError, KeyError, TypeError) as error:
            failed += 1
            print('FAIL %s: %s' % (name, error))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
