/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "proofs.h"
#include "secret.h"

#define N 3

/* A statement: a context, and bytes that it is about. */
static TabellaHash
statement (const char *context, const char *about)
{
  TabellaHash h;
  guint8 ctx[32];

  fixture_bytes (context, ctx, sizeof ctx);
  tabella_hash_init_scalar (&h, ctx, TABELLA_TAG_KNOWLEDGE);
  tabella_hash_put (&h, about, strlen (about));
  return h;
}

/* --- Schnorr --- */

typedef struct {
  TabellaHash statement;
  TabellaScalar secrets[N], nonces[N], c, s[N];
  TabellaPoint points[N];
} Schnorr;

static void
schnorr_start (Schnorr *p)
{
  p->statement = statement ("context", "about");
  for (gsize d = 0; d < N; d++) {
    g_autofree char *secret = g_strdup_printf ("secret %zu", d);
    g_autofree char *nonce = g_strdup_printf ("nonce %zu", d);
    p->secrets[d] = fixture_scalar (secret);
    p->nonces[d] = fixture_scalar (nonce);
    tabella_point_mul_base (&p->points[d], &p->secrets[d]);
  }
}

static TabellaProofVerdict
schnorr_verdict (const Schnorr *p)
{
  TabellaProofVerdict verdict;

  tabella_schnorr_verify (&p->statement, N, p->points, &p->c, p->s, &verdict);
  return verdict;
}

/* c = Hq(statement ‖ uG …), s = u − c·secret, computed once more here. */
static void
test_schnorr_definition (void)
{
  Schnorr p;
  TabellaHash h;
  TabellaScalar c, s;

  schnorr_start (&p);
  g_assert_true (tabella_schnorr_prove (&p.statement, N, p.secrets, p.nonces, &p.c, p.s));
  h = p.statement;
  for (gsize d = 0; d < N; d++) {
    TabellaPoint commitment;
    tabella_point_mul_base (&commitment, &p.nonces[d]);
    tabella_hash_point (&h, &commitment);
  }
  tabella_hash_finish_scalar (&h, &c);
  fixture_assert_equal (&c, &p.c);
  for (gsize d = 0; d < N; d++) {
    tabella_scalar_mul (&s, &c, &p.secrets[d]);
    tabella_scalar_sub (&s, &p.nonces[d], &s);
    fixture_assert_equal (&s, &p.s[d]);
  }
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_GOOD);
}

static void
test_schnorr_random_nonces (void)
{
  Schnorr p, again;

  schnorr_start (&p);
  again = p;
  g_assert_true (tabella_schnorr_prove (&p.statement, N, p.secrets, NULL, &p.c, p.s));
  g_assert_true (
      tabella_schnorr_prove (&again.statement, N, again.secrets, NULL, &again.c, again.s));
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_GOOD);
  g_assert_cmpint (schnorr_verdict (&again), ==, TABELLA_PROOF_GOOD);
  g_assert_false (tabella_scalar_equal (&p.c, &again.c));
}

static void
test_schnorr_changes (void)
{
  const TabellaScalar one = fixture_small (1);
  Schnorr p, good;

  schnorr_start (&good);
  g_assert_true (tabella_schnorr_prove (&good.statement, N, good.secrets, NULL, &good.c, good.s));
  p = good;
  p.statement = statement ("other context", "about");
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
  p.statement = statement ("context", "another");
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
  p = good;
  tabella_scalar_add (&p.c, &p.c, &one);
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
  for (gsize d = 0; d < N; d++) {
    p = good;
    tabella_scalar_add (&p.s[d], &p.s[d], &one);
    g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
    p = good;
    p.points[d] = fixture_point ("another");
    g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
  }
  p = good;
  p.points[0] = good.points[1];
  p.points[1] = good.points[0];
  p.s[0] = good.s[1];
  p.s[1] = good.s[0];
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
}

/* A proof of a known secret 0 and responses of 0 hold as equations; only the checks for them
 * refuse. */
static void
test_schnorr_zeros (void)
{
  const TabellaScalar zero = fixture_small (0);
  Schnorr p;

  schnorr_start (&p);
  p.secrets[1] = zero;
  tabella_point_identity (&p.points[1]);
  g_assert_true (tabella_schnorr_prove (&p.statement, N, p.secrets, NULL, &p.c, p.s));
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);

  schnorr_start (&p);
  p.secrets[2] = zero;
  tabella_point_identity (&p.points[2]);
  p.nonces[2] = zero; /* s = 0 whatever c is */
  g_assert_false (tabella_schnorr_prove (&p.statement, N, p.secrets, p.nonces, &p.c, p.s));
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);

  schnorr_start (&p);
  g_assert_true (tabella_schnorr_prove (&p.statement, N, p.secrets, NULL, &p.c, p.s));
  p.c = zero;
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
}

/* A proof of no point at all is right for its equations, and says nothing. */
static void
test_schnorr_none (void)
{
  TabellaHash h = statement ("context", "about"), hash = h;
  TabellaProofVerdict verdict;
  TabellaScalar c;

  tabella_hash_finish_scalar (&hash, &c);
  tabella_schnorr_verify (&h, 0, NULL, &c, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
}

/* A response of 0 to a sound statement: the secret is made to fit u / c. Needs a challenge that
 * does not cover the point, which the prefix here leaves to the caller. */
static void
test_schnorr_zero_response (void)
{
  Schnorr p;
  TabellaScalar c, inverse;
  TabellaHash h;
  TabellaPoint commitment;
  TabellaProofVerdict verdict;

  schnorr_start (&p);
  h = p.statement;
  tabella_point_mul_base (&commitment, &p.nonces[0]);
  tabella_hash_point (&h, &commitment);
  tabella_hash_finish_scalar (&h, &c);
  g_assert_true (tabella_scalar_invert (&inverse, &c));
  tabella_scalar_mul (&p.secrets[0], &p.nonces[0], &inverse);
  tabella_point_mul_base (&p.points[0], &p.secrets[0]);
  g_assert_false (tabella_schnorr_prove (&p.statement, 1, p.secrets, p.nonces, &p.c, p.s));
  g_assert_true (tabella_scalar_is_zero (&p.s[0]));
  tabella_schnorr_verify (&p.statement, 1, p.points, &p.c, p.s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
}

/* A challenge that does not cover the commitment: any response does, with no secret at all. */
static void
test_schnorr_no_commitment (void)
{
  Schnorr p;
  TabellaHash h;

  schnorr_start (&p);
  h = p.statement;
  tabella_hash_finish_scalar (&h, &p.c);
  for (gsize d = 0; d < N; d++)
    p.s[d] = fixture_scalar ("anything");
  g_assert_cmpint (schnorr_verdict (&p), ==, TABELLA_PROOF_BAD);
}

/* A challenge that does not cover the point: the point is computed last, from a random response. */
static void
test_schnorr_no_statement (void)
{
  TabellaHash weak = statement ("context", ""), full, h;
  const TabellaScalar u = fixture_scalar ("u"), s = fixture_scalar ("s");
  TabellaScalar c, inverse;
  TabellaPoint commitment, sg, point;
  TabellaProofVerdict verdict;

  tabella_point_mul_base (&commitment, &u);
  h = weak;
  tabella_hash_point (&h, &commitment);
  tabella_hash_finish_scalar (&h, &c);
  tabella_point_mul_base (&sg, &s);
  tabella_point_sub (&point, &commitment, &sg);
  g_assert_true (tabella_scalar_invert (&inverse, &c));
  tabella_point_mul (&point, &inverse, &point);

  tabella_schnorr_verify (&weak, 1, &point, &c, &s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD); /* so weak it would be */
  full = weak;
  tabella_hash_point (&full, &point);
  tabella_schnorr_verify (&full, 1, &point, &c, &s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
}

/* --- Equal discrete logarithms --- */

typedef struct {
  TabellaHash statement;
  TabellaScalar secret, c, s[N];
  TabellaPoint y, a[N], m[N];
} Equality;

static void
equality_start (Equality *p)
{
  p->statement = statement ("request", "3");
  p->secret = fixture_scalar ("z");
  tabella_point_mul_base (&p->y, &p->secret);
  for (gsize j = 0; j < N; j++) {
    g_autofree char *name = g_strdup_printf ("A %zu", j);
    p->a[j] = fixture_point (name);
  }
  tabella_equality_prove (&p->statement, &p->secret, N, p->a, p->m, &p->c, p->s);
}

static TabellaProofVerdict
equality_verdict (const Equality *p)
{
  TabellaProofVerdict verdict;

  tabella_equality_verify (&p->statement, &p->y, N, p->a, p->m, &p->c, p->s, &verdict);
  return verdict;
}

static void
put_pairs (TabellaHash *h, const TabellaPoint *left, const TabellaPoint *right, gsize n)
{
  for (gsize j = 0; j < n; j++) {
    tabella_hash_point (h, &left[j]);
    tabella_hash_point (h, &right[j]);
  }
}

static void
test_equality_good (void)
{
  Equality p, again;
  TabellaPoint m, left[N], right[N], part;
  TabellaScalar c;
  TabellaHash h;

  equality_start (&p);
  equality_start (&again);
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_GOOD);
  g_assert_cmpint (equality_verdict (&again), ==, TABELLA_PROOF_GOOD);
  g_assert_false (tabella_scalar_equal (&p.c, &again.c));
  for (gsize j = 0; j < N; j++) {
    tabella_point_mul (&m, &p.secret, &p.a[j]);
    fixture_assert_equal (&m, &p.m[j]);
    tabella_point_mul_base (&left[j], &p.s[j]);
    tabella_point_mul (&part, &p.c, &p.y);
    tabella_point_add (&left[j], &left[j], &part);
    tabella_point_mul (&right[j], &p.s[j], &p.a[j]);
    tabella_point_mul (&part, &p.c, &p.m[j]);
    tabella_point_add (&right[j], &right[j], &part);
  }
  /* The order of the page: (A, M) by point, then (uG, uA) by point. */
  h = p.statement;
  put_pairs (&h, p.a, p.m, N);
  put_pairs (&h, left, right, N);
  tabella_hash_finish_scalar (&h, &c);
  fixture_assert_equal (&c, &p.c);
}

/* An election in which nobody voted: no point, a proof of nothing. */
static void
test_equality_none (void)
{
  Equality p;
  TabellaProofVerdict verdict;

  equality_start (&p);
  tabella_equality_prove (&p.statement, &p.secret, 0, NULL, NULL, &p.c, NULL);
  tabella_equality_verify (&p.statement, &p.y, 0, NULL, NULL, &p.c, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  p.statement = statement ("request", "2");
  tabella_equality_verify (&p.statement, &p.y, 0, NULL, NULL, &p.c, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
  p.statement = statement ("request", "3");
  tabella_point_identity (&p.y); /* no trustee has this key */
  tabella_equality_verify (&p.statement, &p.y, 0, NULL, NULL, &p.c, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
}

static void
test_equality_changes (void)
{
  const TabellaScalar one = fixture_small (1);
  Equality p, good;

  equality_start (&good);
  p = good;
  p.statement = statement ("request", "2");
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
  p = good;
  p.y = fixture_point ("another trustee");
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
  p = good;
  tabella_scalar_add (&p.c, &p.c, &one);
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
  for (gsize j = 0; j < N; j++) {
    p = good;
    tabella_scalar_add (&p.s[j], &p.s[j], &one);
    g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
    p = good;
    p.m[j] = fixture_point ("another share");
    g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
    p = good;
    p.a[j] = fixture_point ("another ciphertext");
    g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
  }
}

/* Points and scalars that hold as equations but are forbidden. */
static void
test_equality_zeros (void)
{
  const TabellaScalar zero = fixture_small (0);
  Equality p;

  equality_start (&p);
  p.c = zero;
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
  /* A share of 0 for a key of 0. */
  equality_start (&p);
  tabella_point_identity (&p.y);
  tabella_equality_prove (&p.statement, &zero, N, p.a, p.m, &p.c, p.s);
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
  equality_start (&p);
  p.s[1] = zero;
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
}

/* The challenge and responses of someone who hashes only what the flags say. @u, @w: nonces of uG
 * and of what is committed instead of uA. */
static void
weak_equality (Equality *p, gboolean statement_too, gboolean commitments_too,
               const TabellaScalar *u, const TabellaScalar *w)
{
  TabellaHash h = p->statement;
  TabellaPoint left[N], right[N];
  TabellaScalar product;

  for (gsize j = 0; j < N; j++) {
    tabella_point_mul_base (&left[j], &u[j]);
    tabella_point_mul (&right[j], &w[j], &p->a[j]);
  }
  if (statement_too)
    put_pairs (&h, p->a, p->m, N);
  if (commitments_too)
    put_pairs (&h, left, right, N);
  tabella_hash_finish_scalar (&h, &p->c);
  for (gsize j = 0; j < N; j++) {
    tabella_scalar_mul (&product, &p->c, &p->secret);
    tabella_scalar_sub (&p->s[j], &u[j], &product);
  }
}

/* A share that is not secret·A, computed after a challenge that did not cover it: M = (wA − sA)/c.
 * Both equations hold with the commitments uG and wA. */
static void
test_equality_no_statement (void)
{
  const TabellaScalar u[N] = { fixture_scalar ("u0"), fixture_scalar ("u1"),
                               fixture_scalar ("u2") };
  const TabellaScalar w[N] = { fixture_scalar ("w0"), fixture_scalar ("w1"),
                               fixture_scalar ("w2") };
  TabellaScalar inverse, factor;
  TabellaPoint right, honest, part;
  Equality p;

  equality_start (&p);
  weak_equality (&p, FALSE, TRUE, u, w);
  g_assert_true (tabella_scalar_invert (&inverse, &p.c));
  for (gsize j = 0; j < N; j++) {
    honest = p.m[j];
    tabella_scalar_sub (&factor, &w[j], &p.s[j]);
    tabella_scalar_mul (&factor, &factor, &inverse);
    tabella_point_mul (&p.m[j], &factor, &p.a[j]);
    g_assert_false (tabella_point_equal (&p.m[j], &honest));
    /* sA + cM = wA: what was committed. */
    tabella_point_mul (&right, &p.s[j], &p.a[j]);
    tabella_point_mul (&part, &p.c, &p.m[j]);
    tabella_point_add (&right, &right, &part);
    tabella_point_mul (&part, &w[j], &p.a[j]);
    fixture_assert_equal (&right, &part);
  }
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
}

/* A false share with a challenge that covers no commitment. */
static void
test_equality_no_commitments (void)
{
  const TabellaScalar u[N] = { fixture_scalar ("u0"), fixture_scalar ("u1"),
                               fixture_scalar ("u2") };
  Equality p;

  equality_start (&p);
  p.m[1] = fixture_point ("false share");
  weak_equality (&p, TRUE, FALSE, u, u);
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
}

/* The full challenge over an honest transcript of a false share. */
static void
test_equality_false_share (void)
{
  const TabellaScalar u[N] = { fixture_scalar ("u0"), fixture_scalar ("u1"),
                               fixture_scalar ("u2") };
  Equality p;

  equality_start (&p);
  weak_equality (&p, TRUE, TRUE, u, u);
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_GOOD);
  p.m[1] = fixture_point ("false share");
  weak_equality (&p, TRUE, TRUE, u, u);
  g_assert_cmpint (equality_verdict (&p), ==, TABELLA_PROOF_BAD);
}

static void
test_equality_identity_stops (void)
{
  if (g_test_subprocess ()) {
    Equality p;

    equality_start (&p);
    tabella_point_identity (&p.a[2]);
    tabella_equality_prove (&p.statement, &p.secret, N, p.a, p.m, &p.c, p.s);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*impossible*");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schnorr/definition", test_schnorr_definition);
  g_test_add_func ("/schnorr/random-nonces", test_schnorr_random_nonces);
  g_test_add_func ("/schnorr/changes", test_schnorr_changes);
  g_test_add_func ("/schnorr/zeros", test_schnorr_zeros);
  g_test_add_func ("/schnorr/none", test_schnorr_none);
  g_test_add_func ("/schnorr/zero-response", test_schnorr_zero_response);
  g_test_add_func ("/schnorr/no-commitment", test_schnorr_no_commitment);
  g_test_add_func ("/schnorr/no-statement", test_schnorr_no_statement);
  g_test_add_func ("/equality/good", test_equality_good);
  g_test_add_func ("/equality/none", test_equality_none);
  g_test_add_func ("/equality/changes", test_equality_changes);
  g_test_add_func ("/equality/zeros", test_equality_zeros);
  g_test_add_func ("/equality/no-statement", test_equality_no_statement);
  g_test_add_func ("/equality/no-commitments", test_equality_no_commitments);
  g_test_add_func ("/equality/false-share", test_equality_false_share);
  g_test_add_func ("/equality/identity-stops", test_equality_identity_stops);
  return g_test_run ();
}
