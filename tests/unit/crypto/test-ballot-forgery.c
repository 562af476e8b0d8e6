/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bodies that a weaker proof would let through, each built in full and shown to pass that weaker
 * proof. */
#include "body-forge.h"
#include "fixture.h"
#include "secret.h"

static const TabellaContestShape one_contest[] = { { 1, 0, 1 } };
static const TabellaContestShape two_contest[] = { { 2, 0, 1 } };
static const TabellaContestShape some_contest[] = { { 2, 1, 2 } };
static const TabellaShape one = { 1, one_contest }; /* one option */
static const TabellaShape two = { 1, two_contest };
static const TabellaShape some = { 1, some_contest }; /* blank is not allowed */

static void
start (Forge *f, const TabellaShape *shape)
{
  const guint8 blank[FORGE_OPTIONS] = { 0 };
  const TabellaPoint key = fixture_point ("election secret");
  guint8 hi[32], seed[32];

  fixture_bytes ("HI", hi, 32);
  fixture_bytes ("seed", seed, 32);
  forge_init (f, shape, hi, &key, seed, blank);
}

static TabellaProofVerdict
verify (const Forge *f, const guint8 *body)
{
  TabellaProofVerdict verdict;

  tabella_body_verify (f->shape, f->hi, &f->key, body, NULL, NULL, &verdict);
  return verdict;
}

/* A real forgery: it passes where the challenge covers only f->cover, and not here. */
static void
assert_forgery (const Forge *f, const guint8 *body)
{
  g_assert_true (forge_weak_accepts (f->shape, f->hi, &f->key, f->cover, body));
  g_assert_cmpint (verify (f, body), ==, TABELLA_PROOF_BAD);
}

/* A challenge over the ciphertexts alone: any vote passes, here 5 and −3 for one voter. */
static void
test_no_commitments (void)
{
  static const gint votes[] = { 2, 5, -3 };
  guint8 body[288];
  Forge f;

  for (gsize i = 0; i < G_N_ELEMENTS (votes); i++) {
    start (&f, &one);
    f.cover = FORGE_STATEMENT;
    f.m[0] = votes[i];
    forge_body (&f, body);
    assert_forgery (&f, body);
  }
}

/* Half of each commitment left out. */
static void
test_half_commitments (void)
{
  guint8 body[288];
  Forge f;

  start (&f, &one);
  f.cover = FORGE_EVERYTHING & ~FORGE_B;
  f.m[0] = 7;
  forge_body (&f, body);
  assert_forgery (&f, body);
}

/* With b alone in the challenge, a ciphertext that nobody can open: α is of another r than β. */
static void
test_other_half_commitments (void)
{
  guint8 body[288];
  Forge f;

  start (&f, &one);
  f.cover = FORGE_EVERYTHING & ~FORGE_A;
  forge_body (&f, body);
  f.alpha[0] = fixture_point ("of nothing");
  /* β, b and the responses are of r; only e changes with α, and with it the true branches. */
  forge_challenge (&f, &f.e);
  for (gsize i = 0; i < f.n_claims; i++) {
    ForgeClaim *claim = &f.claims[i];
    TabellaScalar product;
    tabella_scalar_sub (&claim->c[0], &f.e, &claim->c[1]);
    tabella_scalar_mul (&product, &claim->c[0], &f.r[0]);
    tabella_scalar_sub (&claim->s[0], &claim->u[0], &product);
  }
  forge_write (&f, body);
  assert_forgery (&f, body);
}

/* Options proved, but the contest's commitments left out: an overvote. */
static void
test_no_sum_commitments (void)
{
  guint8 body[448];
  Forge f;

  g_assert_cmpuint (tabella_shape_body_size (&two), ==, sizeof body);
  start (&f, &two);
  f.cover = FORGE_EVERYTHING & ~FORGE_SUMS;
  f.m[0] = f.m[1] = 1;
  forge_body (&f, body);
  assert_forgery (&f, body);
}

/* The ballot's context left out: the same bytes would pass for every voter and terminal. */
static void
test_no_context (void)
{
  const guint8 none[32] = { 0 };
  guint8 body[288], hi[32];
  Forge f;

  start (&f, &one);
  memcpy (hi, f.hi, 32);
  memcpy (f.hi, none, 32);
  forge_body (&f, body);
  g_assert_true (forge_weak_accepts (&one, none, &f.key, FORGE_EVERYTHING, body));
  memcpy (f.hi, hi, 32);
  g_assert_cmpint (verify (&f, body), ==, TABELLA_PROOF_BAD);
}

/* r = base^exponent mod q. */
static TabellaScalar
power (const TabellaScalar *base, const guint8 exponent[32])
{
  TabellaScalar r = fixture_small (1);

  for (gint bit = 255; bit >= 0; bit--) {
    tabella_scalar_mul (&r, &r, &r);
    if ((exponent[bit / 8] >> (bit % 8) & 1) != 0)
      tabella_scalar_mul (&r, &r, base);
  }
  return r;
}

/* (@low + q >> shift) as an exponent. */
static void
shifted_order (gint low, guint shift, guint8 out[32])
{
  gint carry;

  fixture_unhex ("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", out);
  out[0] = (guint8)(out[0] + low);
  for (guint i = 0; i < shift; i++) {
    carry = 0;
    for (gint at = 31; at >= 0; at--) {
      gint next = out[at] & 1;
      out[at] = (guint8)(out[at] >> 1 | carry << 7);
      carry = next;
    }
  }
}

/* A square root mod q, which is 5 mod 8. FALSE if there is none. */
static gboolean
square_root (TabellaScalar *r, const TabellaScalar *a)
{
  TabellaScalar square, two_to = fixture_small (2), unit;
  guint8 exponent[32];

  shifted_order (3, 3, exponent); /* (q + 3) / 8 */
  *r = power (a, exponent);
  tabella_scalar_mul (&square, r, r);
  if (tabella_scalar_equal (&square, a))
    return TRUE;
  shifted_order (-1, 2, exponent); /* 2^((q − 1) / 4) squares to −1 */
  unit = power (&two_to, exponent);
  tabella_scalar_mul (r, r, &unit);
  tabella_scalar_mul (&square, r, r);
  return tabella_scalar_equal (&square, a);
}

static TabellaScalar
quotient (const TabellaScalar *a, const TabellaScalar *b)
{
  TabellaScalar r;

  g_assert_true (tabella_scalar_invert (&r, b));
  tabella_scalar_mul (&r, &r, a);
  return r;
}

/* The "vote" m that solves D0/m + D1/(m − 1) = e, which is e·m² − (e + D0 + D1)·m + D0 = 0. */
static gboolean
solve_vote (const TabellaScalar *e, const TabellaScalar d[2], TabellaScalar *m)
{
  const TabellaScalar four = fixture_small (4), two_scalar = fixture_small (2);
  TabellaScalar linear, discriminant, root, product, twice;

  tabella_scalar_add (&linear, e, &d[0]);
  tabella_scalar_add (&linear, &linear, &d[1]);
  tabella_scalar_mul (&discriminant, &linear, &linear);
  tabella_scalar_mul (&product, e, &d[0]);
  tabella_scalar_mul (&product, &product, &four);
  tabella_scalar_sub (&discriminant, &discriminant, &product);
  if (!square_root (&root, &discriminant))
    return FALSE;
  tabella_scalar_add (&linear, &linear, &root);
  tabella_scalar_mul (&twice, e, &two_scalar);
  *m = quotient (&linear, &twice);
  return TRUE;
}

/* Commitments first: a_v = u_v G and b_v = (u_v + D_v) K, before there is any ciphertext. */
static gboolean
commit_to_nothing (Forge *f, const TabellaScalar d[2], TabellaScalar *m)
{
  TabellaScalar w;

  for (gsize i = 0; i < 2; i++) {
    for (gsize v = 0; v < 2; v++) {
      ForgeClaim *claim = &f->claims[i];
      tabella_point_mul_base (&claim->a[v], &claim->u[v]);
      tabella_scalar_add (&w, &claim->u[v], &d[v]);
      tabella_point_mul (&claim->b[v], &w, &f->key);
    }
  }
  forge_challenge (f, &f->e);
  return solve_vote (&f->e, d, m);
}

/* A challenge over the commitments alone: the ciphertext is computed last, to fit them. What it
 * holds is neither 0 nor 1, though both disjunctions say so. */
static void
test_no_statement (void)
{
  const TabellaScalar one_scalar = fixture_small (1);
  TabellaScalar d[2] = { fixture_scalar ("D0"), fixture_scalar ("D1") }, m, less, sum, product;
  guint8 body[288];
  Forge f;

  start (&f, &one);
  f.cover = FORGE_EVERYTHING & ~FORGE_STATEMENT;
  while (!commit_to_nothing (&f, d, &m))
    tabella_scalar_add (&d[0], &d[0], &one_scalar);
  g_assert_false (tabella_scalar_is_zero (&m));
  g_assert_false (tabella_scalar_equal (&m, &one_scalar));

  tabella_scalar_add (&sum, &f.r[0], &m);
  tabella_point_mul_base (&f.alpha[0], &f.r[0]);
  tabella_point_mul (&f.beta[0], &sum, &f.key);
  tabella_scalar_sub (&less, &m, &one_scalar);
  for (gsize i = 0; i < 2; i++) {
    ForgeClaim *claim = &f.claims[i];
    claim->c[0] = quotient (&d[0], &m);
    claim->c[1] = quotient (&d[1], &less);
    tabella_scalar_add (&sum, &claim->c[0], &claim->c[1]);
    g_assert_true (tabella_scalar_equal (&sum, &f.e));
    for (gsize v = 0; v < 2; v++) {
      tabella_scalar_mul (&product, &claim->c[v], &f.r[0]);
      tabella_scalar_sub (&claim->s[v], &claim->u[v], &product);
    }
  }
  forge_write (&f, body);
  assert_forgery (&f, body);
}

/* The full challenge, but a value that the page forbids: only the check for it can refuse. */
static void
assert_forbidden (Forge *f)
{
  g_autofree guint8 *body = g_malloc (tabella_shape_body_size (f->shape));

  forge_body (f, body);
  g_assert_true (forge_weak_accepts (f->shape, f->hi, &f->key, FORGE_EVERYTHING, body));
  g_assert_cmpint (verify (f, body), ==, TABELLA_PROOF_BAD);
}

static void
assert_allowed (Forge *f)
{
  g_autofree guint8 *body = g_malloc (tabella_shape_body_size (f->shape));

  forge_body (f, body);
  g_assert_cmpint (verify (f, body), ==, TABELLA_PROOF_GOOD);
}

static void
test_zero_challenge (void)
{
  Forge f;

  for (gsize claim = 0; claim < 2; claim++) {
    start (&f, &one); /* true is 0; the last challenge, of 1, is derived */
    f.claims[claim].x[1] = fixture_small (0);
    assert_forbidden (&f);
    start (&f, &one);
    f.m[0] = 1;
    f.claims[claim].x[0] = fixture_small (0);
    assert_forbidden (&f);
  }
}

static void
test_zero_response (void)
{
  Forge f;

  for (gsize claim = 0; claim < 2; claim++) {
    start (&f, &one);
    tabella_scalar_mul (&f.claims[claim].u[1], &f.claims[claim].x[1], &f.r[0]);
    assert_forbidden (&f);
  }
}

/* Fields overwritten with zeros, e among them. */
static void
test_zero_fields (void)
{
  guint8 body[288], changed[288];
  Forge f;

  start (&f, &one);
  forge_body (&f, body);
  g_assert_cmpint (verify (&f, body), ==, TABELLA_PROOF_GOOD);
  for (gsize at = 0; at < sizeof body; at += 32) {
    memcpy (changed, body, sizeof body);
    memset (changed + at, 0, 32);
    g_assert_cmpint (verify (&f, changed), ==, TABELLA_PROOF_BAD);
  }
  memset (changed, 0, sizeof changed);
  g_assert_cmpint (verify (&f, changed), ==, TABELLA_PROOF_BAD);
}

/* Every challenge and response plus q: the same number, written otherwise. */
static void
test_second_encodings (void)
{
  guint8 body[288], order[32];
  Forge f;

  start (&f, &one);
  forge_body (&f, body);
  fixture_unhex ("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order);
  for (gsize at = 64; at < sizeof body; at += 32) {
    guint8 changed[288];
    memcpy (changed, body, sizeof body);
    sodium_add (changed + at, order, 32);
    g_assert_cmpint (verify (&f, changed), ==, TABELLA_PROOF_BAD);
  }
  for (gsize at = 0; at < 64; at += 32) {
    body[at + 31] ^= 0x80;
    g_assert_cmpint (verify (&f, body), ==, TABELLA_PROOF_BAD);
    body[at + 31] ^= 0x80;
  }
}

/* r = 0: α is the identity and β says the vote aloud. r + m = 0 or 1: β does. */
static void
test_trivial_ciphertexts (void)
{
  static const struct {
    gint r, m;
  } trivial[] = { { 0, 0 }, { 0, 1 }, { -1, 1 }, { 1, 0 } };
  Forge f;

  for (gsize i = 0; i < G_N_ELEMENTS (trivial); i++) {
    start (&f, &one);
    f.r[0] = fixture_small (trivial[i].r);
    f.m[0] = trivial[i].m;
    assert_forbidden (&f);
  }
}

/* Sound ciphertexts whose sum gives the contest away. */
static void
test_trivial_sums (void)
{
  const TabellaScalar one_scalar = fixture_small (1), zero = fixture_small (0);
  Forge f;

  start (&f, &two); /* Σα = 0 */
  tabella_scalar_sub (&f.r[1], &zero, &f.r[0]);
  assert_forbidden (&f);
  start (&f, &two); /* Σβ = K */
  tabella_scalar_sub (&f.r[1], &one_scalar, &f.r[0]);
  assert_forbidden (&f);
  start (&f, &two); /* Σβ = 0·K */
  f.m[1] = 1;
  tabella_scalar_sub (&f.r[1], &zero, &f.r[0]);
  tabella_scalar_sub (&f.r[1], &f.r[1], &one_scalar);
  assert_forbidden (&f);
}

/* Strange but lawful: Σβ = vK for a v that is not allowed anyway, commitments that are the
 * identity. */
static void
test_lawful_identities (void)
{
  const TabellaScalar one_scalar = fixture_small (1), zero = fixture_small (0);
  Forge f;

  start (&f, &some);
  f.m[1] = 1;
  tabella_scalar_sub (&f.r[1], &zero, &f.r[0]);
  tabella_scalar_sub (&f.r[1], &f.r[1], &one_scalar);
  assert_allowed (&f);
  start (&f, &one);
  f.claims[0].u[0] = zero;
  assert_allowed (&f);
  start (&f, &one); /* b of the simulated branch: u − x = 0 */
  f.claims[0].u[1] = f.claims[0].x[1];
  assert_allowed (&f);
}

/* Plain illegal votes with the full challenge. */
static void
test_illegal_votes (void)
{
  static const gint votes[][2] = { { 2, -1 }, { 1, 1 }, { -1, 1 }, { 5, 0 }, { 0, -1 } };
  guint8 body[448];
  Forge f;

  for (gsize i = 0; i < G_N_ELEMENTS (votes); i++) {
    start (&f, &two);
    f.m[0] = votes[i][0];
    f.m[1] = votes[i][1];
    forge_body (&f, body);
    g_assert_cmpint (verify (&f, body), ==, TABELLA_PROOF_BAD);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/forgery/no-commitments", test_no_commitments);
  g_test_add_func ("/forgery/half-commitments", test_half_commitments);
  g_test_add_func ("/forgery/other-half-commitments", test_other_half_commitments);
  g_test_add_func ("/forgery/no-sum-commitments", test_no_sum_commitments);
  g_test_add_func ("/forgery/no-context", test_no_context);
  g_test_add_func ("/forgery/no-statement", test_no_statement);
  g_test_add_func ("/forgery/zero-challenge", test_zero_challenge);
  g_test_add_func ("/forgery/zero-response", test_zero_response);
  g_test_add_func ("/forgery/zero-fields", test_zero_fields);
  g_test_add_func ("/forgery/second-encodings", test_second_encodings);
  g_test_add_func ("/forgery/trivial-ciphertexts", test_trivial_ciphertexts);
  g_test_add_func ("/forgery/trivial-sums", test_trivial_sums);
  g_test_add_func ("/forgery/lawful-identities", test_lawful_identities);
  g_test_add_func ("/forgery/illegal-votes", test_illegal_votes);
  return g_test_run ();
}
