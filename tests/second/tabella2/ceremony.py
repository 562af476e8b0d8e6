# SPDX-License-Identifier: GPL-3.0-or-later
"""The trustees' ceremony: commitments, proofs, the joint keys, the transcript hash."""

from . import ed25519, ristretto as r
from .hashing import H, Hq, VER, sized, u16
from .ristretto import EncodingError, Q
from .strictjson import FormatError, array, binary, choice, fields, integer, parse, string

CEREMONY = b'tabella ceremony v1\0'


class CeremonyError(ValueError):
    """A ceremony that does not hold together."""


def context(name, n, t, names):
    """HP."""
    return H(VER, 0x01, sized(name.encode()), u16(n), u16(t),
             *(sized(x.encode()) for x in names))


def commitment_hash(hp, index, f, e):
    """h_i over encoded commitments."""
    return H(hp, 0x10, u16(index), *f, *e)


def files_hash(hp, tag, files):
    """R1 (tag 14) and R2 (tag 15)."""
    return H(hp, tag, *(sized(data) for data in files))


def transcript(hp, k, k2, all_f, all_e, signing_keys):
    """HG."""
    return H(hp, 0x13, k, k2, *all_f, *all_e, *signing_keys)


def knowledge_challenge(hp, index, r1_hash, f, e, commitments):
    return Hq(hp, 0x11, u16(index), r1_hash, *f, *e, *commitments)


def prove_knowledge(hp, index, r1_hash, f, e, secrets, nonces):
    c = knowledge_challenge(hp, index, r1_hash, f, e,
                            [r.encode(r.BASE.multiply(u)) for u in nonces])
    return r.scalar_write(c) + b''.join(r.scalar_write(u - c * s)
                                        for u, s in zip(nonces, secrets))


def check_knowledge(hp, index, r1_hash, f, e, proof):
    points = [r.point_read(p) for p in f + e]
    numbers = [r.scalar_read(proof[i:i + 32]) for i in range(0, len(proof), 32)]
    c, responses = numbers[0], numbers[1:]
    if 0 in numbers or len(responses) != len(points):
        raise CeremonyError('trustee %d: a challenge or response is zero' % index)
    commitments = []
    for point, s in zip(points, responses):
        left = r.combine([(r.digits(c), r.odd_multiples(point))])
        commitments.append(r.encode(r.BASE.multiply_onto(left, s)))
    if knowledge_challenge(hp, index, r1_hash, f, e, commitments) != c:
        raise CeremonyError('trustee %d: the proof of knowledge does not hold' % index)


def share_key(commitments, j, t):
    """Z_j or Y_j: the sum over trustees and d of j^d times their commitments."""
    pairs = [(pow(j, place % t, Q), point) for place, point in enumerate(commitments)]
    return r.weighted_sum(pairs)


class Ceremony:
    """The ceremony of a manifest. Reading checks forms; check_* check the mathematics."""

    def __init__(self, manifest):
        election = manifest.election
        self.names, self.n, self.t = election.trustees, len(election.trustees), election.needed
        self.hp = context(election.name, self.n, self.t, self.names)
        rounds = fields(manifest.ceremony, 'ceremony', 'r1 r2 r3 r4 restarts k k2 transcript')
        self.files = []
        for number, files in enumerate(rounds[:4], 1):
            self.files.append([binary(f, 'ceremony.r%d' % number)
                               for f in array(files, 'ceremony.r%d' % number, self.n, self.n)])
        for restart in array(rounds[4], 'restarts'):
            source, about, reason = fields(restart, 'restart', 'from about reason')
            integer(source, 'restart.from', 1, self.n)
            integer(about, 'restart.about', 1, self.n)
            choice(reason, 'restart.reason', 'hash', 'points', 'proof', 'share')
        self.stated_k, self.stated_k2, self.stated_transcript = (
            binary(v, 'ceremony', 32) for v in rounds[5:])
        self.k = self.k2 = None
        self._read_rounds()

    def _header(self, number, index, names):
        where = 'r%d-%02d' % (number, index)
        values = fields(parse(self.files[number - 1][index - 1]), where, 'round index ' + names)
        integer(values[0], where + '.round', number, number)
        integer(values[1], where + '.index', index, index)
        return where, values[2:]

    def _read_rounds(self):
        self.signing_keys, self.transport_keys, self.hashes = [], [], []
        self.f, self.e, self.proofs, self.boxes, self.signatures = [], [], [], [], []
        for i in range(1, self.n + 1):
            where, (name, signing, transport, commitment) = self._header(
                1, i, 'name signing_key transport_key commitment')
            if string(name, where) != self.names[i - 1]:
                raise FormatError('%s: the name is not trustee %d\'s' % (where, i))
            self.signing_keys.append(binary(signing, where, 32))
            if not ed25519.is_valid_key(self.signing_keys[-1]):
                raise FormatError('%s: no valid signing key' % where)
            self.transport_keys.append(binary(transport, where, 32))
            self.hashes.append(binary(commitment, where, 32))
            where, (f, e, proof) = self._header(2, i, 'f e proof')
            self.f.append([binary(p, where, 32) for p in array(f, where, self.t, self.t)])
            self.e.append([binary(p, where, 32) for p in array(e, where, self.t, self.t)])
            self.proofs.append(binary(proof, where, 32 + 64 * self.t))
            where, (shares,) = self._header(3, i, 'shares')
            self.boxes.append(self._read_shares(shares, where, i))
            where, (signature,) = self._header(4, i, 'signature')
            self.signatures.append(binary(signature, where, 64))

    def _read_shares(self, shares, where, index):
        out = {}
        others = [j for j in range(1, self.n + 1) if j != index]
        for j, share in zip(others, array(shares, where, self.n - 1, self.n - 1)):
            to, box = fields(share, where, 'to box')
            integer(to, where + '.to', j, j)
            out[j] = binary(box, where + '.box', 136)
        return out

    def check_files(self):
        """Check 2: commitments against their hashes, points, proofs, all r4 signatures."""
        r1_hash = files_hash(self.hp, 0x14, self.files[0])
        for i in range(1, self.n + 1):
            f, e = self.f[i - 1], self.e[i - 1]
            if commitment_hash(self.hp, i, f, e) != self.hashes[i - 1]:
                raise CeremonyError('trustee %d: the commitments are not those hashed' % i)
            try:
                check_knowledge(self.hp, i, r1_hash, f, e, self.proofs[i - 1])
            except EncodingError as error:
                raise CeremonyError('trustee %d: %s' % (i, error))
        digest = self.transcript()
        for i in range(1, self.n + 1):
            if not ed25519.verify(self.signing_keys[i - 1], CEREMONY + digest,
                                  self.signatures[i - 1]):
                raise CeremonyError('trustee %d: the signature over the transcript is bad' % i)

    def _points(self):
        return ([r.point_read(p) for f in self.f for p in f],
                [r.point_read(p) for e in self.e for p in e])

    def keys(self):
        """K and K2 as encoded from the commitments."""
        zero = (r.IDENTITY, r.IDENTITY)
        for f, e in zip(self.f, self.e):
            zero = r.add(zero[0], r.point_read(f[0])), r.add(zero[1], r.point_read(e[0]))
        return r.encode(zero[0]), r.encode(zero[1])

    def transcript(self):
        k, k2 = self.keys()
        return transcript(self.hp, k, k2, [p for f in self.f for p in f],
                          [p for e in self.e for p in e], self.signing_keys)

    def check_keys(self):
        """Check 3: K, K2, HG as stated; neither they nor a share key is the identity.

        The keys that follow from the commitments are set even if others are stated.
        """
        k, k2 = self.keys()
        self.k, self.k2 = r.point_read(k), r.point_read(k2)
        all_f, all_e = self._points()
        self.z = [share_key(all_f, j, self.t) for j in range(1, self.n + 1)]
        self.y = [share_key(all_e, j, self.t) for j in range(1, self.n + 1)]
        if (k, k2) != (self.stated_k, self.stated_k2):
            raise CeremonyError('k or k2 is not the sum of the commitments')
        if self.transcript() != self.stated_transcript:
            raise CeremonyError('the transcript hash is not that of the commitments')
        for j, (z, y) in enumerate(zip(self.z, self.y), 1):
            if r.is_identity(z) or r.is_identity(y):
                raise CeremonyError('a share key of trustee %d is the identity' % j)
