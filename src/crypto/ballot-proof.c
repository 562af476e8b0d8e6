/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ballot-proof.h"
#include "must.h"
#include "secret.h"

#include <string.h>

#define SUM 0xffff /* in the place of an option's number: the contest's sum */

static gboolean
shape_is_legal (const TabellaShape *shape)
{
  gboolean legal = shape->n_contests > 0;

  for (gsize c = 0; c < shape->n_contests; c++) {
    const TabellaContestShape *contest = &shape->contests[c];
    legal &= contest->options <= 1000 && contest->max >= 1 && contest->max <= contest->options &&
             contest->min <= contest->max;
  }
  return legal;
}

gsize
tabella_shape_options (const TabellaShape *shape)
{
  gsize options = 0;

  TABELLA_MUST (shape_is_legal (shape));
  for (gsize c = 0; c < shape->n_contests; c++)
    options += shape->contests[c].options;
  return options;
}

/* A disjunction over n values takes n − 1 challenges and n responses. */
gsize
tabella_shape_body_size (const TabellaShape *shape)
{
  gsize scalars = 1, options = tabella_shape_options (shape);

  for (gsize c = 0; c < shape->n_contests; c++) {
    const TabellaContestShape *contest = &shape->contests[c];
    gsize values = (gsize)contest->max - contest->min + 1;
    scalars += 3 * (gsize)contest->options + 2 * values - 1;
  }
  return options * 2 * TABELLA_POINT_BYTES + scalars * TABELLA_SCALAR_BYTES;
}

/* Selections are secret: the sums are compared without a branch. */
gboolean
tabella_shape_accepts (const TabellaShape *shape, const guint8 *selections)
{
  guint32 wrong = 0;
  gsize at = 0;

  TABELLA_MUST (shape_is_legal (shape));
  for (gsize c = 0; c < shape->n_contests; c++) {
    const TabellaContestShape *contest = &shape->contests[c];
    guint32 sum = 0;
    for (gsize o = 0; o < contest->options; o++, at++) {
      wrong |= selections[at] & ~(guint32)1;
      sum += selections[at];
    }
    wrong |= (sum - contest->min) >> 31; /* the top bit of a difference below zero */
    wrong |= (contest->max - sum) >> 31;
  }
  return wrong == 0;
}

/* --- Making --- */

/* All secrets of one ballot, in locked memory. Nonces are derived again where they are needed
 * twice, so that its size does not depend on the ballot. */
typedef struct {
  guint8 k[32];
  TabellaScalar r;     /* of the option at hand */
  TabellaScalar sum_r; /* of the contest so far */
  guint32 sum_m;
  guint32 bad;        /* not 0: a forbidden value came up */
  TabellaScalar u, x; /* of the value at hand */
  TabellaScalar t, v; /* in between */
  TabellaScalar true_challenge;
} Work;

/* What a disjunction is about; @r and @m are secret. */
typedef struct {
  guint16 contest, option;
  guint16 min, max;
  const TabellaScalar *r;
  guint32 m;
} Claim;

typedef struct {
  Work *w;
  const TabellaShape *shape;
  const TabellaPoint *key;
  const guint8 *selections;
} Maker;

/* 0xff if a = b, else 0, in a way that the compiler cannot turn into a branch. */
static guint8
equal_mask (guint32 a, guint32 b)
{
  guint64 below = (guint64)(a ^ b) - 1; /* all ones exactly for a = b */

  __asm__("" : "+r"(below));
  return (guint8)(below >> 32);
}

/* s = 0 where the mask is 0xff. */
static void
clear_if (guint8 mask, TabellaScalar *s)
{
  for (gsize i = 0; i < sizeof s->b; i++)
    s->b[i] &= (guint8)~mask;
}

static void
copy_if (guint8 mask, TabellaScalar *to, const TabellaScalar *from)
{
  for (gsize i = 0; i < sizeof to->b; i++)
    to->b[i] ^= mask & (to->b[i] ^ from->b[i]);
}

static void
forbid_zero (Work *w, const TabellaScalar *s)
{
  w->bad |= (guint32)tabella_scalar_is_zero (s);
}

static void
derive_k (Work *w, const guint8 hi[32], const guint8 seed[32], const guint8 *selections,
          gsize options)
{
  TabellaHash h;

  tabella_hash_init (&h, seed, TABELLA_TAG_BALLOT_SECRET);
  tabella_hash_put (&h, hi, 32);
  tabella_hash_put (&h, selections, options);
  tabella_hash_finish (&h, w->k);
}

static void
derive_r (Work *w, guint16 contest, guint16 option)
{
  TabellaHash h;

  tabella_hash_init_scalar (&h, w->k, TABELLA_TAG_NONCE);
  tabella_hash_u16 (&h, contest);
  tabella_hash_u16 (&h, option);
  tabella_hash_finish_scalar (&h, &w->r);
}

static void
derive_v (const Work *w, TabellaTag tag, const Claim *claim, guint16 v, TabellaScalar *out)
{
  TabellaHash h;

  tabella_hash_init_scalar (&h, w->k, tag);
  tabella_hash_u16 (&h, claim->contest);
  tabella_hash_u16 (&h, claim->option);
  tabella_hash_u16 (&h, v);
  tabella_hash_finish_scalar (&h, out);
}

/* w->x = x_v, but 0 for the true value. */
static void
derive_x (Work *w, const Claim *claim, guint16 v)
{
  derive_v (w, TABELLA_TAG_SIMULATED, claim, v, &w->x);
  clear_if (equal_mask (v, claim->m), &w->x);
}

/* Notes a ciphertext (r, m) for which β = vK for a v of the claim: r + m − v = 0. */
static void
forbid_trivial (Work *w, const Claim *claim)
{
  for (guint32 v = claim->min; v <= claim->max; v++) {
    tabella_scalar_from_uint (&w->t, claim->m);
    tabella_scalar_add (&w->t, claim->r, &w->t);
    tabella_scalar_from_uint (&w->v, v);
    tabella_scalar_sub (&w->t, &w->t, &w->v);
    forbid_zero (w, &w->t);
  }
}

/* α = rG, β = (r + m)K with w->r. */
static void
encrypt (const Maker *maker, guint8 m, guint8 *out)
{
  Work *w = maker->w;
  TabellaPoint alpha, beta;

  tabella_point_mul_base (&alpha, &w->r);
  tabella_scalar_from_uint (&w->t, m);
  tabella_scalar_add (&w->t, &w->r, &w->t);
  tabella_point_mul (&beta, &w->t, maker->key);
  w->bad |= (guint32)tabella_point_is_identity (&alpha);
  w->bad |= (guint32)tabella_point_is_identity (&beta);
  memcpy (out, alpha.b, sizeof alpha.b);
  memcpy (out + sizeof alpha.b, beta.b, sizeof beta.b);
}

/* Appends a_v = u_v G and b_v = (u_v + (m − v) x_v) K. */
static void
commit (const Maker *maker, TabellaHash *transcript, const Claim *claim)
{
  Work *w = maker->w;
  TabellaPoint a, b;

  forbid_trivial (w, claim);
  for (guint32 v = claim->min; v <= claim->max; v++) {
    derive_v (w, TABELLA_TAG_PROOF_NONCE, claim, (guint16)v, &w->u);
    derive_x (w, claim, (guint16)v);
    tabella_point_mul_base (&a, &w->u);
    tabella_scalar_from_uint (&w->t, claim->m);
    tabella_scalar_from_uint (&w->v, v);
    tabella_scalar_sub (&w->t, &w->t, &w->v);
    tabella_scalar_mul (&w->t, &w->t, &w->x);
    tabella_scalar_add (&w->t, &w->u, &w->t);
    tabella_point_mul (&b, &w->t, maker->key);
    tabella_hash_point (transcript, &a);
    tabella_hash_point (transcript, &b);
  }
}

/* Writes the challenges without the last, then the responses; the end of what was written. */
static guint8 *
answer (const Maker *maker, const TabellaScalar *e, const Claim *claim, guint8 *out)
{
  Work *w = maker->w;
  guint8 *responses = out + (gsize)(claim->max - claim->min) * TABELLA_SCALAR_BYTES;

  w->true_challenge = *e;
  for (guint32 v = claim->min; v <= claim->max; v++) {
    derive_x (w, claim, (guint16)v);
    tabella_scalar_sub (&w->true_challenge, &w->true_challenge, &w->x);
  }
  for (guint32 v = claim->min; v <= claim->max; v++) {
    derive_v (w, TABELLA_TAG_PROOF_NONCE, claim, (guint16)v, &w->u);
    derive_x (w, claim, (guint16)v);
    copy_if (equal_mask (v, claim->m), &w->x, &w->true_challenge);
    tabella_scalar_mul (&w->t, &w->x, claim->r);
    tabella_scalar_sub (&w->t, &w->u, &w->t);
    forbid_zero (w, &w->x);
    forbid_zero (w, &w->t);
    if (v < claim->max) {
      memcpy (out, w->x.b, TABELLA_SCALAR_BYTES);
      out += TABELLA_SCALAR_BYTES;
    }
    memcpy (responses, w->t.b, TABELLA_SCALAR_BYTES);
    responses += TABELLA_SCALAR_BYTES;
  }
  return responses;
}

/* The claim of option @o, or with SUM of the contest after all of its options, whose r and m are
 * summed on the way. */
static Claim
next_claim (const Maker *maker, guint16 c, guint32 o, gsize at)
{
  Work *w = maker->w;
  const TabellaContestShape *contest = &maker->shape->contests[c];
  guint8 m;

  if (o == contest->options)
    return (Claim){ c, SUM, contest->min, contest->max, &w->sum_r, w->sum_m };
  m = maker->selections[at];
  derive_r (w, c, (guint16)o);
  tabella_scalar_add (&w->sum_r, &w->sum_r, &w->r);
  w->sum_m += m;
  return (Claim){ c, (guint16)o, 0, 1, &w->r, m };
}

static void
start_contest (Work *w)
{
  tabella_scalar_from_uint (&w->sum_r, 0);
  w->sum_m = 0;
}

/* Both passes walk the same claims: with @e NULL commitments go to the transcript, else responses
 * go to @out. */
static void
walk_claims (const Maker *maker, TabellaHash *transcript, const TabellaScalar *e, guint8 *out)
{
  gsize at = 0;

  for (guint16 c = 0; c < maker->shape->n_contests; c++) {
    const guint32 options = maker->shape->contests[c].options;
    start_contest (maker->w);
    for (guint32 o = 0; o <= options; o++) {
      Claim claim = next_claim (maker, c, o, at);
      if (e == NULL)
        commit (maker, transcript, &claim);
      else
        out = answer (maker, e, &claim, out);
      at += o < options ? 1 : 0;
    }
    forbid_zero (maker->w, &maker->w->sum_r); /* Σα must not be the identity */
  }
}

static void
encrypt_all (const Maker *maker, guint8 *out)
{
  gsize at = 0;

  for (guint16 c = 0; c < maker->shape->n_contests; c++) {
    for (guint32 o = 0; o < maker->shape->contests[c].options; o++, at++) {
      derive_r (maker->w, c, (guint16)o);
      encrypt (maker, maker->selections[at], out + at * 2 * TABELLA_POINT_BYTES);
    }
  }
}

gboolean
tabella_body_make (const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key,
                   const guint8 seed[32], const guint8 *selections, guint8 *body)
{
  g_autoptr (TabellaSecret) memory = tabella_secret_new (sizeof (Work));
  Maker maker = { (Work *)memory, shape, key, selections };
  const gsize options = tabella_shape_options (shape);
  const gsize ciphertexts = options * 2 * TABELLA_POINT_BYTES;
  TabellaHash transcript;
  TabellaScalar e;

  TABELLA_MUST (!tabella_point_is_identity (key));
  if (!tabella_shape_accepts (shape, selections))
    return FALSE;
  derive_k (maker.w, hi, seed, selections, options);
  encrypt_all (&maker, body);

  tabella_hash_init_scalar (&transcript, hi, TABELLA_TAG_BALLOT_CHALLENGE);
  tabella_hash_put (&transcript, body, ciphertexts);
  walk_claims (&maker, &transcript, NULL, NULL);
  tabella_hash_finish_scalar (&transcript, &e);
  forbid_zero (maker.w, &e);
  memcpy (body + ciphertexts, e.b, sizeof e.b);
  walk_claims (&maker, NULL, &e, body + ciphertexts + sizeof e.b);
  if (maker.w->bad != 0)
    sodium_memzero (body, tabella_shape_body_size (shape));
  return maker.w->bad == 0;
}

/* --- Verifying: nothing here is secret --- */

typedef struct {
  const TabellaPoint *key;
  TabellaScalar e;
  const guint8 *at; /* the next challenge or response */
  TabellaHash transcript;
} Checker;

/* A scalar that must not be zero. */
static gboolean
read_nonzero (TabellaScalar *s, const guint8 *bytes)
{
  return tabella_scalar_read (s, bytes) && !tabella_scalar_is_zero (s);
}

/* r = sP + cQ; @p NULL stands for G. */
static void
recompute (TabellaPoint *r, const TabellaScalar *s, const TabellaPoint *p, const TabellaScalar *c,
           const TabellaPoint *q)
{
  TabellaPoint first, second;

  if (p == NULL)
    tabella_point_mul_base (&first, s);
  else
    tabella_point_mul (&first, s, p);
  tabella_point_mul (&second, c, q);
  tabella_point_add (r, &first, &second);
}

/* (α, β) encrypts a value from min to max: reads the challenges and responses, appends (a, b). */
static gboolean
check_claim (Checker *checker, const TabellaPoint *alpha, const TabellaPoint *beta, guint16 min,
             guint16 max)
{
  const guint8 *responses = checker->at + (gsize)(max - min) * TABELLA_SCALAR_BYTES;
  TabellaPoint a, b, shifted = *beta; /* β − vK */
  TabellaScalar c, s, rest = checker->e;

  for (guint32 v = 0; v <= max; v++) {
    if (v > 0)
      tabella_point_sub (&shifted, &shifted, checker->key);
    if (v < min)
      continue;
    if (v < max) {
      if (!read_nonzero (&c, checker->at))
        return FALSE;
      tabella_scalar_sub (&rest, &rest, &c);
      checker->at += TABELLA_SCALAR_BYTES;
    } else
      c = rest;
    if (tabella_scalar_is_zero (&c) || !read_nonzero (&s, responses) ||
        tabella_point_is_identity (&shifted))
      return FALSE;
    responses += TABELLA_SCALAR_BYTES;
    recompute (&a, &s, NULL, &c, alpha);
    recompute (&b, &s, checker->key, &c, &shifted);
    tabella_hash_point (&checker->transcript, &a);
    tabella_hash_point (&checker->transcript, &b);
  }
  checker->at = responses;
  return TRUE;
}

/* All options of a contest, then their sum. */
static gboolean
check_contest (Checker *checker, const TabellaContestShape *contest, const TabellaPoint *alpha,
               const TabellaPoint *beta)
{
  TabellaPoint sum_alpha = alpha[0], sum_beta = beta[0];

  for (gsize o = 0; o < contest->options; o++) {
    if (!check_claim (checker, &alpha[o], &beta[o], 0, 1))
      return FALSE;
    if (o > 0) {
      tabella_point_add (&sum_alpha, &sum_alpha, &alpha[o]);
      tabella_point_add (&sum_beta, &sum_beta, &beta[o]);
    }
  }
  return !tabella_point_is_identity (&sum_alpha) &&
         check_claim (checker, &sum_alpha, &sum_beta, contest->min, contest->max);
}

static gboolean
read_ciphertexts (gsize options, const guint8 *body, TabellaPoint *alpha, TabellaPoint *beta)
{
  for (gsize i = 0; i < options; i++, body += 2 * TABELLA_POINT_BYTES)
    if (!tabella_point_read (&alpha[i], body) ||
        !tabella_point_read (&beta[i], body + TABELLA_POINT_BYTES))
      return FALSE;
  return TRUE;
}

static gboolean
check_body (const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key,
            const guint8 *body, TabellaPoint *alpha, TabellaPoint *beta)
{
  const gsize options = tabella_shape_options (shape);
  const gsize ciphertexts = options * 2 * TABELLA_POINT_BYTES;
  Checker checker = { .key = key, .at = body + ciphertexts + TABELLA_SCALAR_BYTES };
  TabellaScalar again;
  gsize at = 0;

  if (!read_ciphertexts (options, body, alpha, beta) ||
      !read_nonzero (&checker.e, body + ciphertexts))
    return FALSE;
  tabella_hash_init_scalar (&checker.transcript, hi, TABELLA_TAG_BALLOT_CHALLENGE);
  tabella_hash_put (&checker.transcript, body, ciphertexts);
  for (gsize c = 0; c < shape->n_contests; c++) {
    if (!check_contest (&checker, &shape->contests[c], alpha + at, beta + at))
      return FALSE;
    at += shape->contests[c].options;
  }
  tabella_hash_finish_scalar (&checker.transcript, &again);
  return tabella_scalar_equal (&again, &checker.e);
}

void
tabella_body_verify (const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key,
                     const guint8 *body, TabellaPoint *alpha, TabellaPoint *beta,
                     TabellaProofVerdict *verdict)
{
  const gsize options = tabella_shape_options (shape);
  g_autofree TabellaPoint *own = g_new (TabellaPoint, 2 * options);

  *verdict = TABELLA_PROOF_BAD;
  if (!check_body (shape, hi, key, body, own, own + options))
    return;
  if (alpha != NULL)
    memcpy (alpha, own, options * sizeof *alpha);
  if (beta != NULL)
    memcpy (beta, own + options, options * sizeof *beta);
  *verdict = TABELLA_PROOF_GOOD;
}

void
tabella_body_code (const TabellaShape *shape, const guint8 hi[32], const guint8 *body,
                   guint8 code[32])
{
  TabellaHash h;

  tabella_hash_init (&h, hi, TABELLA_TAG_CODE);
  tabella_hash_put (&h, body, tabella_shape_body_size (shape));
  tabella_hash_finish (&h, code);
}
