#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Honest ballots pass, forged ones do not. Each forgery is shown to fool a weaker verifier,
or breaks exactly one rule, so that it is this rule that catches it."""

import itertools
import unittest

from tabella2 import ballot, ristretto as r
from tabella2.ballot import SUM, Contest
from tabella2.hashing import Hq
from tabella2.ristretto import Q
from tabella2.world import Rng

HE = bytes(range(32))
KEY_SECRET = 0x123456789
KEY = r.Fixed(r.BASE.multiply(KEY_SECRET))
SHAPE = [Contest(3, 0, 1), Contest(4, 1, 2)]
HI = ballot.context(HE, 3, 0, bytes(16), 0)


class Chosen:
    """Scalars that a test may set one by one; the rest are random."""

    def __init__(self, seed, **fixed):
        self._rng, self._known, self.fixed = Rng(seed), {}, fixed

    def _draw(self, kind, *place):
        key = (kind, *place)
        if key not in self._known:
            given = self.fixed.get(kind, {}).get(place)
            self._known[key] = self._rng.scalar() if given is None else given
        return self._known[key]

    def r(self, c, o):
        return self._draw('r', c, o)

    def u(self, c, o, v):
        return self._draw('u', c, o, v)

    def x(self, c, o, v):
        return self._draw('x', c, o, v)


def words(body):
    return [body[i:i + 32] for i in range(0, len(body), 32)]


class Honest(unittest.TestCase):
    def test_every_vote_of_several_shapes(self):
        rng = Rng('honest')
        for shape in ([Contest(1, 0, 1)], [Contest(1, 1, 1)], [Contest(2, 0, 2)],
                      [Contest(3, 2, 2)], [Contest(2, 0, 1), Contest(2, 1, 2)]):
            for votes in itertools.product((0, 1), repeat=ballot.option_count(shape)):
                if ballot.selections_problem(shape, bytes(votes)) is None:
                    body = ballot.encrypt(HI, KEY, shape, bytes(votes), rng.bytes(32))
                    self.assertEqual(len(body), ballot.body_size(shape))
                    pairs = ballot.verify(HI, KEY, shape, body)
                    for (alpha, beta), m in zip(pairs, votes):
                        left = r.subtract(beta, r.multiply(KEY_SECRET, alpha))
                        self.assertTrue(r.equal(left, KEY.multiply(m)))

    def test_one_seed_one_body(self):
        votes = bytes([0, 1, 0, 1, 0, 0, 1])
        body = ballot.encrypt(HI, KEY, SHAPE, votes, b's' * 32)
        self.assertEqual(body, ballot.encrypt(HI, KEY, SHAPE, votes, b's' * 32))
        other = ballot.encrypt(HI, KEY, SHAPE, votes, b't' * 32)
        self.assertFalse(set(words(body)) & set(words(other)))

    def test_another_context_shares_nothing(self):
        """The same seed for another attempt must not reuse a nonce."""
        votes = bytes([0, 1, 0, 1, 0, 0, 1])
        body = ballot.encrypt(HI, KEY, SHAPE, votes, b's' * 32)
        second = ballot.encrypt(ballot.context(HE, 3, 0, bytes(16), 1), KEY, SHAPE, votes,
                                b's' * 32)
        self.assertFalse(set(words(body)) & set(words(second)))


class Forged(unittest.TestCase):
    def setUp(self):
        self.votes = [0, 1, 0, 1, 0, 0, 1]
        self.body = ballot.encrypt(HI, KEY, SHAPE, self.votes, b's' * 32)
        ballot.verify(HI, KEY, SHAPE, self.body)

    def refused(self, body, error=ballot.ProofError, text='', shape=SHAPE, hi=HI, key=KEY):
        with self.assertRaisesRegex(error, text):
            ballot.verify(hi, key, shape, body)

    # --- what the challenge binds ---

    def test_replay_elsewhere(self):
        for hi in (ballot.context(HE, 4, 0, bytes(16), 0), ballot.context(HE, 3, 1, bytes(16), 0),
                   ballot.context(HE, 3, 0, b'\1' + bytes(15), 0),
                   ballot.context(HE, 3, 0, bytes(16), 1),
                   ballot.context(HE[::-1], 3, 0, bytes(16), 0)):
            self.refused(self.body, hi=hi, text='does not hold')
        self.refused(self.body, key=r.Fixed(KEY.multiply(2)))

    def test_weak_challenge_without_context(self):
        def weak(hi, pairs, commitments):
            return ballot.challenge(bytes(32), pairs, commitments)
        body = ballot.prove(HI, KEY, SHAPE, self.votes, Chosen(1), hash_challenge=weak)
        for hi in (HI, HE):
            ballot.verify(hi, KEY, SHAPE, body, weak)
        self.refused(body, text='does not hold')

    def test_weak_challenge_without_commitments(self):
        """The challenge is known before the commitments, so anything is simulated."""
        def weak(hi, pairs, commitments):
            return ballot.challenge(hi, pairs, [])
        body = self.simulate([7, 0, 0, 9, 0, 0, 0], weak)
        ballot.verify(HI, KEY, SHAPE, body, weak)
        self.refused(body, text='does not hold')

    def simulate(self, votes, weak):
        """A body whose every branch is simulated, once the challenge is known."""
        rng, pairs = Rng('simulate'), []
        for m in votes:
            nonce = rng.scalar()
            pairs.append((r.encode(r.BASE.multiply(nonce)), r.encode(KEY.multiply(nonce + m))))
        e, proofs = weak(HI, pairs, []), []
        for d in ballot.disjunctions(SHAPE):
            challenges = [rng.scalar() for _ in d.values[1:]]
            challenges.append((e - sum(challenges)) % Q)
            proofs.append((challenges, [rng.scalar() for _ in d.values]))
        return ballot.assemble(pairs, e, proofs)

    def test_weak_challenge_without_statement(self):
        """Commitments first, then a ciphertext of some other number fitted to the challenge."""
        def weak(hi, pairs, commitments):
            return ballot.challenge(hi, [], commitments)
        body, m, shape = self.fit_statement(weak)
        self.assertGreater(m, 1)
        ballot.verify(HI, KEY, shape, body, weak)
        self.refused(body, shape=shape, text='does not hold')

    def fit_statement(self, weak):
        """A ballot of one option that encrypts m, the root of D0/m + D1/(m-1) = e."""
        shape, rng = [Contest(1, 0, 1)], Rng('statement')
        while True:
            u, w = [rng.scalar(), rng.scalar()], [rng.scalar(), rng.scalar()]
            commitments = [(r.encode(r.BASE.multiply(a)), r.encode(KEY.multiply(b)))
                           for a, b in zip(u, w)] * 2
            e = weak(HI, [], commitments)
            d0, d1 = w[0] - u[0], w[1] - u[1]
            m = quadratic_root(e, -(e + d0 + d1), d0)
            if m is not None and m > 1:
                break
        challenges = [d0 * pow(m, -1, Q) % Q, d1 * pow(m - 1, -1, Q) % Q]
        nonce = rng.scalar()
        responses = [(a - c * nonce) % Q for a, c in zip(u, challenges)]
        pair = (r.encode(r.BASE.multiply(nonce)), r.encode(KEY.multiply(nonce + m)))
        return ballot.assemble([pair], e, [(challenges, responses)] * 2), m, shape

    def test_challenge_of_one_contest_alone(self):
        """One contest proved by itself does not pass for the ballot's one challenge."""
        parts, alone = words(self.body), words(
            ballot.encrypt(HI, KEY, SHAPE[:1], self.votes[:3], b'a' * 32))
        proofs = 3 * 3 + 3                                     # three options and their sum
        parts[:6], parts[15:15 + proofs] = alone[:6], alone[7:]
        self.refused(b''.join(parts), text='does not hold')

    # --- illegal votes ---

    def test_illegal_votes(self):
        """Every option is proved as claimed and the sum as the nearest legal value."""
        cases = [([2, 0, 0, 1, 0, 0, 0], {(0, 0): 1, (0, SUM): 1}),
                 ([1, 1, 0, 1, 0, 0, 0], {(0, SUM): 1}),
                 ([0, 0, 0, 1, 1, 1, 0], {(1, SUM): 2}),
                 ([0, 0, 0, 0, 0, 0, 0], {(1, SUM): 1}),
                 ([2, -1, 0, 1, 0, 0, 0], {(0, 0): 1, (0, 1): 0}),
                 ([0, 0, 0, 3, -1, 0, 0], {(1, 0): 1, (1, 1): 0}),
                 ([100, 0, 0, 1, 0, 0, 0], {(0, 0): 0, (0, SUM): 0})]
        for number, (votes, claims) in enumerate(cases):
            body = ballot.prove(HI, KEY, SHAPE, votes, Chosen(number), claims)
            self.refused(body, text='does not hold')

    def test_another_shape(self):
        """A contest of two cannot be proved under the looser or tighter rule of another."""
        loose = [Contest(3, 0, 2), Contest(4, 0, 2)]
        body = ballot.encrypt(HI, KEY, loose, [1, 1, 0, 0, 0, 0, 0], b's' * 32)
        ballot.verify(HI, KEY, loose, body)
        self.refused(body, r.EncodingError)
        shifted = [Contest(3, 1, 2), Contest(4, 0, 1)]
        body = ballot.encrypt(HI, KEY, shifted, [1, 1, 0, 1, 0, 0, 0], b's' * 32)
        self.assertEqual(len(body), len(self.body))
        self.refused(body, text='does not hold')

    def test_swaps(self):
        parts = words(self.body)
        for i, j in ((0, 2), (1, 3), (0, 6), (0, 1), (15, 16), (16, 17), (15, 18)):
            swapped = list(parts)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            self.refused(b''.join(swapped))

    def test_every_word_is_bound(self):
        parts = words(self.body)
        for i in range(len(parts)):
            changed = list(parts)
            if i < 14:
                changed[i] = r.encode(r.add(r.decode(parts[i]), r.G))
            else:
                changed[i] = r.scalar_write(r.scalar_read(parts[i]) + 1)
            self.refused(b''.join(changed), text='does not hold')

    # --- identities and trivial ciphertexts ---

    def test_identity_points(self):
        for i in range(14):
            parts = words(self.body)
            parts[i] = bytes(32)
            self.refused(b''.join(parts), r.EncodingError, 'identity')

    def test_beta_is_a_multiple_of_the_key(self):
        """Honest proofs of ciphertexts that show their vote: r + m is 0, 1 or 2."""
        for m, nonce, v in ((0, 1, 1), (1, Q - 1, 0), (1, 0, 1), (0, Q - 1, None), (1, 1, None)):
            votes = [m, 0, 0, 1, 0, 0, 0]
            body = ballot.prove(HI, KEY, SHAPE, votes, Chosen(5, r={(0, 0): nonce}))
            if nonce == 0 or (nonce + m) % Q == 0:
                self.refused(body, r.EncodingError, 'identity')
            elif v is None:
                ballot.verify(HI, KEY, SHAPE, body)
            else:
                self.refused(body, text='option 0: beta is %dK' % v)

    def test_sum_of_beta_is_a_multiple_of_the_key(self):
        """Σβ = vK is refused for an allowed v (1 or 2) only; Σα is a point each time."""
        for votes, sum_r, refused in (([0, 0, 0, 1, 1, 0, 0], -1, 1), ([0, 0, 0, 1, 0, 0, 0], 1, 2),
                                      ([0, 0, 0, 1, 1, 0, 0], 1, None),
                                      ([0, 0, 0, 1, 0, 0, 0], -1, None)):
            rng = Rng(str(votes))
            some = [rng.scalar() for _ in range(3)]
            nonces = {(1, o): n for o, n in enumerate(some)}
            nonces[1, 3] = (sum_r - sum(some)) % Q
            body = ballot.prove(HI, KEY, SHAPE, votes, Chosen(6, r=nonces))
            if refused:
                self.refused(body, text='contest 1 sum: beta is %dK' % refused)
            else:
                ballot.verify(HI, KEY, SHAPE, body)

    def test_sum_of_alpha_is_the_identity(self):
        nonces = {(0, 0): 5, (0, 1): 6, (0, 2): Q - 11}
        body = ballot.prove(HI, KEY, SHAPE, self.votes, Chosen(7, r=nonces))
        self.refused(body, text='sum of alpha')

    # --- zero scalars ---

    def test_zero_challenges_and_responses(self):
        """Equations that hold, with a zero in them."""
        source = Chosen(8)
        shown = {'x': {(0, 0, 1): 0}}                          # a stored or derived challenge
        body = ballot.prove(HI, KEY, SHAPE, [0, 1, 0, 1, 0, 0, 0], Chosen(8, **shown))
        self.refused(body, text='option 0: a challenge or response is zero')
        body = ballot.prove(HI, KEY, SHAPE, [1, 0, 0, 1, 0, 0, 0], Chosen(8, x={(0, 0, 0): 0}))
        self.assertIn(bytes(32), words(body))
        self.refused(body, text='option 0: a challenge or response is zero')
        nonce, x = source.r(0, 0), source.x(0, 0, 1)           # u = x r: the response is zero
        body = ballot.prove(HI, KEY, SHAPE, [0, 1, 0, 1, 0, 0, 0],
                            Chosen(8, r={(0, 0): nonce}, x={(0, 0, 1): x},
                                   u={(0, 0, 1): x * nonce % Q}))
        self.assertIn(bytes(32), words(body))
        self.refused(body, text='option 0: a challenge or response is zero')

    def test_zero_challenge_of_the_ballot(self):
        """e = 0 under a hash that gives zero: every equation holds."""
        body = ballot.prove(HI, KEY, SHAPE, self.votes, Chosen(9),
                            hash_challenge=lambda *_: 0)
        with self.assertRaisesRegex(ballot.ProofError, 'the challenge is zero'):
            ballot.verify(HI, KEY, SHAPE, body, lambda *_: 0)

    def test_commitment_that_is_the_identity(self):
        """u = 0: the commitment is 32 zero bytes, the proof is honest and passes."""
        body = ballot.prove(HI, KEY, SHAPE, self.votes, Chosen(10, u={(0, 1, 1): 0}))
        ballot.verify(HI, KEY, SHAPE, body)

    # --- encodings ---

    def test_top_bit_of_points(self):
        """Hashed as sent, so that a reader that drops the bit would take it."""
        def top(data):
            return data[:31] + bytes([data[31] | 0x80])
        for i in (0, 1, 7, 13):
            def hashed(hi, pairs, commitments):
                flat = [p for pair in pairs for p in pair]
                flat[i] = top(flat[i])
                return Hq(hi, 0x24, *flat, *(p for pair in commitments for p in pair))
            body = ballot.prove(HI, KEY, SHAPE, self.votes, Chosen(11), hash_challenge=hashed)
            parts = words(body)
            ballot.verify(HI, KEY, SHAPE, body, hashed)
            parts[i] = top(parts[i])
            self.refused(b''.join(parts), r.EncodingError)

    def test_points_in_another_encoding(self):
        for i in range(14):
            parts = words(self.body)
            s = int.from_bytes(parts[i], 'little')
            parts[i] = (r.P - s).to_bytes(32, 'little')
            self.refused(b''.join(parts), r.EncodingError, 'negative')

    def test_scalars_in_another_encoding(self):
        parts = words(self.body)
        for i in range(14, len(parts)):
            for k in (1, 8):
                changed = list(parts)
                changed[i] = (int.from_bytes(parts[i], 'little') + k * Q).to_bytes(32, 'little')
                self.refused(b''.join(changed), r.EncodingError, 'not reduced')

    def test_lengths(self):
        for body in (b'', self.body[:-1], self.body[:-32], self.body + b'\0',
                     self.body + bytes(32)):
            self.refused(body, r.EncodingError)


class Challenged(unittest.TestCase):
    def problem(self, votes, body, seed=b's' * 32, attempt=0):
        return ballot.challenge_problem(HE, KEY, SHAPE, 3, 0, bytes(16), attempt, seed,
                                        bytes(votes), body)

    def test_recompute(self):
        votes = [0, 1, 0, 1, 0, 0, 1]
        body = ballot.encrypt(HI, KEY, SHAPE, votes, b's' * 32)
        self.assertIsNone(self.problem(votes, body))
        self.assertIn('seed', self.problem(votes, body, seed=b't' * 32))
        self.assertIn('seed', self.problem(votes, body, attempt=1))
        self.assertIn('seed', self.problem([1, 0, 0, 1, 0, 0, 1], body))
        self.assertIn('seed', self.problem(votes, body[:-1] + bytes([body[-1] ^ 1])))

    def test_selections(self):
        body = ballot.encrypt(HI, KEY, SHAPE, [1, 1, 0, 1, 0, 0, 1], b's' * 32)
        self.assertIn('chosen', self.problem([1, 1, 0, 1, 0, 0, 1], body))
        self.assertIn('neither', self.problem([2, 0, 0, 1, 0, 0, 1], body))
        self.assertIn('bytes', self.problem([0, 0, 0, 1, 0, 0], body))

    def test_good_proof_of_other_nonces(self):
        """A machine that kept its own randomness, to leak by it, is found."""
        votes = [0, 1, 0, 1, 0, 0, 1]
        body = ballot.prove(HI, KEY, SHAPE, votes, Chosen(12))
        ballot.verify(HI, KEY, SHAPE, body)
        self.assertIn('seed', self.problem(votes, body))


def quadratic_root(a, b, c):
    """A root of ax² + bx + c mod q, or None."""
    disc = (b * b - 4 * a * c) % Q
    root = square_root(disc)
    return None if root is None else (root - b) * pow(2 * a, -1, Q) % Q


def square_root(n):
    """Tonelli and Shanks, mod q."""
    if pow(n, (Q - 1) // 2, Q) != 1:
        return None
    odd, twos = Q - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    other = next(x for x in range(2, 100) if pow(x, (Q - 1) // 2, Q) == Q - 1)
    step, out, rest = pow(other, odd, Q), pow(n, (odd + 1) // 2, Q), pow(n, odd, Q)
    while rest != 1:
        power, place = rest, 0
        while power != 1:
            power, place = power * power % Q, place + 1
        factor = pow(step, 1 << twos - place - 1, Q)
        twos, step = place, factor * factor % Q
        out, rest = out * factor % Q, rest * step % Q
    return out


if __name__ == '__main__':
    unittest.main()
