# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests to the trustees, their shares, and the combination."""

from . import ristretto as r
from .hashing import H, Hq, u16
from .ristretto import EncodingError, Q
from .strictjson import FormatError

CHECKINS, STRIKE, TALLY = 1, 2, 3
LABEL_SIZES = {CHECKINS: (2, 2, 1), STRIKE: (2,), TALLY: (2, 2, 2)}


class ShareError(ValueError):
    """A share that does not prove itself."""


class Request:
    """purpose, and (label, encoded point) pairs in the order of the file."""

    def __init__(self, purpose, entries):
        self.purpose = purpose
        self.entries = entries

    @classmethod
    def read(cls, data, purpose):
        if len(data) < 5 or data[0] != purpose:
            raise FormatError('not a request of purpose %d' % purpose)
        sizes = LABEL_SIZES[purpose]
        step = sum(sizes) + 32
        count = int.from_bytes(data[1:5], 'little')
        if len(data) != 5 + count * step:
            raise FormatError('%d bytes for %d points' % (len(data), count))
        entries = []
        for start in range(5, len(data), step):
            at, label = start, []
            for size in sizes:
                label.append(int.from_bytes(data[at:at + size], 'little'))
                at += size
            point = data[at:at + 32]
            try:
                r.point_read(point)
            except EncodingError as error:
                raise FormatError('request: %s' % error)
            entries.append((tuple(label), point))
        request = cls(purpose, entries)
        keys = [e if purpose == STRIKE else e[0] for e in entries]
        if any(a >= b for a, b in zip(keys, keys[1:])):
            raise FormatError('the request is not ascending')
        return request

    def write(self):
        parts = [bytes([self.purpose]), len(self.entries).to_bytes(4, 'little')]
        for label, point in self.entries:
            parts += [n.to_bytes(size, 'little')
                      for n, size in zip(label, LABEL_SIZES[self.purpose])]
            parts.append(point)
        return b''.join(parts)

    def digest(self, he, standing=None):
        """`standing`: H(HE; 54, ...) of the standing codes, for a tally only."""
        assert (standing is not None) == (self.purpose == TALLY)
        return H(he, 0x50, self.write(), *([standing] if standing else []))


def codes_hash(he, codes):
    return H(he, 0x54, *sorted(codes))


def _challenge(he, digest, index, points, shares, commitments):
    fields = [digest, u16(index)]
    for pair in zip(points, shares):
        fields += pair
    for pair in commitments:
        fields += pair
    return Hq(he, 0x52, *fields)


def make_share(he, digest, index, request, secret, nonces):
    points = [p for _, p in request.entries]
    decoded = [r.point_read(p) for p in points]
    shares = [r.encode(r.multiply(secret, p)) for p in decoded]
    commitments = [(r.encode(r.BASE.multiply(u)), r.encode(r.multiply(u, p)))
                   for u, p in zip(nonces, decoded)]
    c = _challenge(he, digest, index, points, shares, commitments)
    return b''.join(shares) + r.scalar_write(c) + b''.join(
        r.scalar_write(u - c * secret) for u in nonces)


def check_share(he, digest, index, request, share_key, data):
    """The points M of a good share; ShareError otherwise."""
    count = len(request.entries)
    if len(data) != 32 * (2 * count + 1):
        raise ShareError('%d bytes for %d points' % (len(data), count))
    words = [data[i:i + 32] for i in range(0, len(data), 32)]
    try:
        shares = [r.point_read(w) for w in words[:count]]
        c, *responses = [r.scalar_read(w) for w in words[count:]]
    except EncodingError as error:
        raise ShareError(str(error))
    if c == 0 or 0 in responses:
        raise ShareError('a challenge or response is zero')
    key_part = r.combine([(r.digits(c), r.odd_multiples(share_key))])
    commitments, naf = [], r.digits(c)
    for (_, encoded), m, s in zip(request.entries, shares, responses):
        a = r.point_read(encoded)
        commitments.append((
            r.encode(r.BASE.multiply_onto(key_part, s)),
            r.encode(r.combine([(r.digits(s), r.odd_multiples(a)),
                                (naf, r.odd_multiples(m))]))))
    points = [p for _, p in request.entries]
    if _challenge(he, digest, index, points, words[:count], commitments) != c:
        raise ShareError('the proof does not hold')
    return shares


def lagrange(indexes):
    """lambda_i at zero for each of the indexes."""
    out = {}
    for i in indexes:
        value = 1
        for j in indexes:
            if j != i:
                value = value * j * pow(j - i, -1, Q) % Q
        out[i] = value
    return out


def combine(shares):
    """The points ΣλM of {index: [M]}, exactly t of them."""
    weights = lagrange(list(shares))
    columns = zip(*(shares[i] for i in shares))
    return [r.weighted_sum(list(zip(weights.values(), column))) for column in columns]


class SmallLogs:
    """count from count*K, for counts up to a limit: baby steps, giant steps."""

    def __init__(self, key, limit):
        self.limit = limit
        self.step = max(1, int(limit ** 0.5) + 1)
        self._baby, current = {}, r.IDENTITY
        for i in range(self.step):
            self._baby[r.encode(current)] = i
            current = r.add(current, key)
        self._giant = r.negate(current)

    def find(self, point):
        """The count, or None if there is none within the limit."""
        current = point
        for j in range(self.step + 1):
            i = self._baby.get(r.encode(current))
            if i is not None:
                count = j * self.step + i
                return count if count <= self.limit else None
            current = r.add(current, self._giant)
        return None
