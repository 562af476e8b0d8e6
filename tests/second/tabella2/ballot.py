# SPDX-License-Identifier: GPL-3.0-or-later
"""A ballot's body: encryption with its proof, verification, codes, challenge recompute."""

from collections import namedtuple

from . import ristretto as r
from .hashing import H, Hq, keyed, u8, u16
from .ristretto import Q, EncodingError

SUM = 0xffff

# What the body's form depends on: a contest of a style.
Contest = namedtuple('Contest', 'options min max')
# One disjunction: where it stands (option SUM for the contest's own) and its allowed values.
Disjunction = namedtuple('Disjunction', 'contest option values')
Parsed = namedtuple('Parsed', 'pairs e proofs')


class ProofError(ValueError):
    """A well-formed body whose proof does not hold."""


def context(he, terminal, style, ticket, attempt):
    """HI."""
    return H(he, 0x20, u16(terminal), u16(style), ticket, u8(attempt))


def code(hi, body):
    return H(hi, 0x29, body)


def disjunctions(contests):
    for c, contest in enumerate(contests):
        for o in range(contest.options):
            yield Disjunction(c, o, (0, 1))
        yield Disjunction(c, SUM, tuple(range(contest.min, contest.max + 1)))


def option_count(contests):
    return sum(c.options for c in contests)


def body_size(contests):
    proofs = sum(2 * len(d.values) - 1 for d in disjunctions(contests))
    return 32 * (2 * option_count(contests) + 1 + proofs)


def selections_problem(contests, selections):
    """None, or why these selections are no legal vote."""
    if len(selections) != option_count(contests):
        return '%d selection bytes, not %d' % (len(selections), option_count(contests))
    at = 0
    for c, contest in enumerate(contests):
        chosen = selections[at:at + contest.options]
        at += contest.options
        if any(b > 1 for b in chosen):
            return 'a selection byte is neither 0 nor 1'
        if not contest.min <= sum(chosen) <= contest.max:
            return '%d options of contest %d chosen' % (sum(chosen), c)
    return None


# --- making -------------------------------------------------------------------------------------

class Derived:
    """The scalars of a ballot, all from its secret k."""

    def __init__(self, hi, seed, selections):
        self.k = keyed(seed, 0x51, hi, bytes(selections))

    def r(self, c, o):
        return Hq(self.k, 0x21, u16(c), u16(o))

    def u(self, c, o, v):
        return Hq(self.k, 0x22, u16(c), u16(o), u16(v))

    def x(self, c, o, v):
        return Hq(self.k, 0x23, u16(c), u16(o), u16(v))


def challenge(hi, pairs, commitments):
    """e over the encoded (alpha, beta) and the encoded (a, b)."""
    return Hq(hi, 0x24, *(b for pair in pairs for b in pair),
              *(b for pair in commitments for b in pair))


def assemble(pairs, e, proofs):
    parts = [b for pair in pairs for b in pair] + [r.scalar_write(e)]
    for challenges, responses in proofs:
        parts += [r.scalar_write(n) for n in challenges[:-1] + responses]
    return b''.join(parts)


def prove(hi, key, contests, votes, scalars, claims=None, hash_challenge=challenge):
    """A body encrypting `votes` (one integer per option) under `key` (a ristretto.Fixed).

    An honest caller gives legal votes and no claims. A forger may encrypt what it likes and
    `claims` {(contest, option): value} says which branch is treated as the true one.
    """
    claims = claims or {}
    points, pairs, true, place = {}, [], {}, 0
    for c, contest in enumerate(contests):
        total_r, total_m = 0, 0
        for o in range(contest.options):
            m, nonce = votes[place], scalars.r(c, o)
            place += 1
            pairs.append((r.encode(r.BASE.multiply(nonce)), r.encode(key.multiply(nonce + m))))
            points[c, o] = nonce
            true[c, o] = m
            total_r, total_m = total_r + nonce, total_m + m
        points[c, SUM] = total_r % Q
        true[c, SUM] = total_m
    true.update(claims)

    branches, commitments = [], []
    for d in disjunctions(contests):
        m, drawn = true[d.contest, d.option], []
        for v in d.values:
            u = scalars.u(d.contest, d.option, v)
            x = 0 if v == m else scalars.x(d.contest, d.option, v)
            commitments.append((r.encode(r.BASE.multiply(u)),
                                r.encode(key.multiply(u + (m - v) * x))))
            drawn.append((v, u, x))
        branches.append((d, m, drawn))

    e = hash_challenge(hi, pairs, commitments)
    proofs = []
    for d, m, drawn in branches:
        rest = (e - sum(x for _, _, x in drawn)) % Q
        challenges = [rest if v == m else x for v, _, x in drawn]
        responses = [(u - ch * points[d.contest, d.option]) % Q
                     for (_, u, _), ch in zip(drawn, challenges)]
        proofs.append((challenges, responses))
    return assemble(pairs, e, proofs)


def encrypt(hi, key, contests, selections, seed):
    """The one body that follows from these selections and this seed."""
    return prove(hi, key, contests, list(selections), Derived(hi, seed, selections))


# --- checking -----------------------------------------------------------------------------------

def parse(contests, body):
    """Bytes to numbers: every length, point and scalar in its one encoding."""
    if len(body) != body_size(contests):
        raise EncodingError('body has %d bytes, not %d' % (len(body), body_size(contests)))
    words = [body[i:i + 32] for i in range(0, len(body), 32)]
    count = option_count(contests)
    pairs = [(r.point_read(words[2 * i]), r.point_read(words[2 * i + 1])) for i in range(count)]
    e = r.scalar_read(words[2 * count])
    place, proofs = 2 * count + 1, []
    for d in disjunctions(contests):
        n = len(d.values)
        numbers = [r.scalar_read(w) for w in words[place:place + 2 * n - 1]]
        place += 2 * n - 1
        challenges = numbers[:n - 1]
        challenges.append((e - sum(challenges)) % Q)
        proofs.append((challenges, numbers[n - 1:]))
    return Parsed(pairs, e, proofs)


def alphas(contests, body):
    """The encoded alphas, read from the bytes alone."""
    return [body[64 * i:64 * i + 32] for i in range(option_count(contests))]


def _commitment_pairs(key, pair, values, challenges, responses):
    alpha, beta = pair
    alpha_table, beta_table = r.odd_multiples(alpha), r.odd_multiples(beta)
    for v, c, s in zip(values, challenges, responses):
        naf = r.digits(c)
        a = r.BASE.multiply_onto(r.combine([(naf, alpha_table)]), s)
        b = key.multiply_onto(r.combine([(naf, beta_table)]), s - c * v)
        yield r.encode(a), r.encode(b)


def verify(hi, key, contests, body, hash_challenge=challenge):
    """The (alpha, beta) points of a good body; EncodingError or ProofError otherwise.

    Tests show with another `hash_challenge` that a weaker verifier would take a forgery.
    """
    parsed = parse(contests, body)
    if parsed.e == 0:
        raise ProofError('the challenge is zero')
    multiples = {v: key.multiply(v) for c in contests for v in range(0, max(1, c.max) + 1)}
    commitments, first, remaining = [], 0, iter(parsed.proofs)
    for c, contest in enumerate(contests):
        pairs = parsed.pairs[first:first + contest.options]
        first += contest.options
        total = (r.IDENTITY, r.IDENTITY)
        for alpha, beta in pairs:
            total = r.add(total[0], alpha), r.add(total[1], beta)
        if r.is_identity(total[0]):
            raise ProofError('the sum of alpha of contest %d is the identity' % c)
        whole = tuple(range(contest.min, contest.max + 1))
        for o, (pair, values) in enumerate(
                [(p, (0, 1)) for p in pairs] + [(total, whole)]):
            where = 'contest %d %s' % (c, 'sum' if o == contest.options else 'option %d' % o)
            challenges, responses = next(remaining)
            if 0 in challenges or 0 in responses:
                raise ProofError('%s: a challenge or response is zero' % where)
            for v in values:
                if r.equal(pair[1], multiples[v]):
                    raise ProofError('%s: beta is %dK' % (where, v))
            commitments += _commitment_pairs(key, pair, values, challenges, responses)
    encoded = [(body[64 * i:64 * i + 32], body[64 * i + 32:64 * i + 64])
               for i in range(option_count(contests))]
    if hash_challenge(hi, encoded, commitments) != parsed.e:
        raise ProofError('the proof does not hold')
    return parsed.pairs


def challenge_problem(he, key, contests, terminal, style, ticket, attempt, seed, selections, body):
    """None if a challenged record is what its seed and selections make, else why not."""
    problem = selections_problem(contests, selections)
    if problem:
        return problem
    hi = context(he, terminal, style, ticket, attempt)
    if encrypt(hi, key, contests, selections, seed) != body:
        return 'the body is not what seed and selections make'
    return None
