/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashed scalars that are zero, which nobody will ever see: what would hold by chance is refused
 * all the same. */
#include <string.h>
#include "ballot-proof.h"
#include "fixture.h"
#include "proofs.h"
#include "secret.h"

/* After so many hashed scalars that are what they are, so many are zero. */
static struct {
  guint sound, zero;
} hashes;

void __real_crypto_core_ristretto255_scalar_reduce (unsigned char *r, const unsigned char *s);
void __wrap_crypto_core_ristretto255_scalar_reduce (unsigned char *r, const unsigned char *s);

void
__wrap_crypto_core_ristretto255_scalar_reduce (unsigned char *r, const unsigned char *s)
{
  __real_crypto_core_ristretto255_scalar_reduce (r, s);
  if (hashes.sound > 0) {
    hashes.sound--;
  } else if (hashes.zero > 0) {
    hashes.zero--;
    memset (r, 0, 32);
  }
}

/* A verifier whose hash gave zero once would take any response for it. */
static void
test_proofs (void)
{
  const guint8 ctx[32] = { 7 };
  const TabellaScalar zero = fixture_small (0), s = fixture_scalar ("any response");
  const TabellaPoint a = fixture_point ("asked"), m = fixture_point ("no share of it");
  TabellaProofVerdict verdict;
  TabellaHash h;

  tabella_hash_init_scalar (&h, ctx, TABELLA_TAG_LINK_PROOF);
  hashes.zero = 1;
  tabella_schnorr_verify (&h, 1, &m, &zero, &s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
  hashes.zero = 1;
  tabella_equality_verify (&h, &a, 1, &a, &m, &zero, &s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
}

/* One contest, at most one of two options. */
#define BODY 448

static const TabellaContestShape one_of_two = { .options = 2, .min = 0, .max = 1 };
static const TabellaShape shape = { .n_contests = 1, .contests = &one_of_two };

/* Makes a body after @sound hashes that are what they are and one that is zero. */
static gboolean
make_body (guint sound, guint8 body[BODY])
{
  const guint8 hi[32] = { 1 }, seed[32] = { 2 }, selections[] = { 0, 1 };
  const TabellaPoint key = fixture_point ("key");
  gboolean made;

  g_assert_cmpuint (tabella_shape_body_size (&shape), ==, BODY);
  memset (body, 0xee, BODY);
  hashes.sound = sound;
  hashes.zero = 1;
  made = tabella_body_make (&shape, hi, &key, seed, selections, body);
  hashes.sound = 0;
  return made;
}

/* Nobody is handed a ballot in which a secret is zero, nor a part of it: the caller takes another
 * seed. The hashes: two nonces; for the commitments these again, and u and x for each of two values
 * of three claims; the challenge. */
static void
test_making (void)
{
  guint8 body[BODY];

  g_assert_false (make_body (0, body)); /* r */
  g_assert_true (sodium_is_zero (body, BODY));
  g_assert_cmpuint (hashes.zero, ==, 0);
  g_assert_false (make_body (2 + 2 + 3 * 2 * 2, body)); /* e */
  g_assert_true (sodium_is_zero (body, BODY));
  g_assert_cmpuint (hashes.zero, ==, 0);
  g_assert_true (make_body (1000, body));
}

static void
test_ballot (void)
{
  const guint8 hi[32] = { 1 };
  const TabellaPoint key = fixture_point ("key");
  TabellaProofVerdict verdict;
  guint8 body[BODY];

  g_assert_true (make_body (1000, body));
  hashes.zero = 0;
  tabella_body_verify (&shape, hi, &key, body, NULL, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  memset (body + 2 * 64, 0, 32); /* e */
  hashes.zero = 1;
  tabella_body_verify (&shape, hi, &key, body, NULL, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
}

static void
mend (void)
{
  memset (&hashes, 0, sizeof hashes);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    GTestFunc test;
  } tests[] = {
    { "/zeros/proofs", test_proofs },
    { "/zeros/making", test_making },
    { "/zeros/ballot", test_ballot },
  };

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_vtable (tests[i].path, 0, NULL, (GTestFixtureFunc)(void (*) (void))mend,
                       (GTestFixtureFunc)(void (*) (void))tests[i].test, NULL);
  return g_test_run ();
}
