/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "sign.h"

#define LABEL "tabella ballot v1"

typedef struct {
  guint8 key[32], secret[64], sig[64];
} Pair;

static void
make_pair (Pair *p, const char *name)
{
  guint8 seed[32];

  fixture_bytes (name, seed, sizeof seed);
  g_assert_cmpint (crypto_sign_seed_keypair (p->key, p->secret, seed), ==, 0);
}

static TabellaSigVerdict
check (const Pair *p, const char *label, const char *message)
{
  TabellaSigVerdict verdict;

  tabella_sign_check (p->key, label, message, strlen (message), p->sig, &verdict);
  return verdict;
}

static void
test_good (void)
{
  const char signed_bytes[] =
      "tabella ballot v1\0message"; /* the label with its NUL, then the message */
  guint8 expected[64];
  Pair p;

  make_pair (&p, "signer");
  tabella_sign (p.secret, LABEL, "message", 7, p.sig);
  g_assert_cmpint (check (&p, LABEL, "message"), ==, TABELLA_SIG_GOOD);
  g_assert_cmpint (crypto_sign_detached (expected, NULL, (const guint8 *)signed_bytes,
                                         sizeof signed_bytes - 1, p.secret),
                   ==, 0);
  g_assert_cmpmem (p.sig, 64, expected, 64);
  tabella_sign (p.secret, LABEL, NULL, 0, p.sig);
  g_assert_cmpint (check (&p, LABEL, ""), ==, TABELLA_SIG_GOOD);
}

static void
test_wrong (void)
{
  Pair p, other;

  make_pair (&p, "signer");
  make_pair (&other, "other");
  tabella_sign (p.secret, LABEL, "message", 7, p.sig);
  g_assert_cmpint (check (&p, LABEL, "messagf"), ==, TABELLA_SIG_BAD);
  g_assert_cmpint (check (&p, LABEL, "messages"), ==, TABELLA_SIG_BAD);
  g_assert_cmpint (check (&p, "tabella ballot v2", "message"), ==, TABELLA_SIG_BAD);
  memcpy (other.sig, p.sig, 64);
  g_assert_cmpint (check (&other, LABEL, "message"), ==, TABELLA_SIG_BAD);
  for (gsize at = 0; at < 64; at++) {
    p.sig[at] ^= 0x10;
    g_assert_cmpint (check (&p, LABEL, "message"), ==, TABELLA_SIG_BAD);
    p.sig[at] ^= 0x10;
  }
}

/* Text cannot wander between label and message: the NUL divides them. */
static void
test_label_ends (void)
{
  Pair p;

  make_pair (&p, "signer");
  tabella_sign (p.secret, "tabella", " ballot", 7, p.sig);
  g_assert_cmpint (check (&p, "tabella ", "ballot"), ==, TABELLA_SIG_BAD);
  g_assert_cmpint (check (&p, "tabella", " ballot"), ==, TABELLA_SIG_GOOD);
}

/* The same signature with s + order, which a lax verifier takes. */
static void
test_second_encoding (void)
{
  guint8 order[32];
  Pair p;

  make_pair (&p, "signer");
  tabella_sign (p.secret, LABEL, "message", 7, p.sig);
  fixture_unhex ("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order);
  sodium_add (p.sig + 32, order, 32);
  g_assert_cmpint (check (&p, LABEL, "message"), ==, TABELLA_SIG_BAD);
}

/* A key of order 1 makes R = sB fit every message. */
static void
test_small_order (void)
{
  Pair p = { .key = { 1 } };

  p.sig[0] = 1; /* R the neutral element, s = 0 */
  g_assert_cmpint (check (&p, LABEL, "message"), ==, TABELLA_SIG_BAD);
}

static void
test_key_valid (void)
{
  guint8 neutral[32] = { 1 }, minus_one[32], torsion[32], high[32];
  Pair p;

  make_pair (&p, "signer");
  g_assert_true (tabella_sign_key_valid (p.key));
  g_assert_false (tabella_sign_key_valid (neutral));
  fixture_unhex ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", minus_one);
  g_assert_false (tabella_sign_key_valid (minus_one)); /* order 2 */
  fixture_unhex ("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", high);
  g_assert_false (tabella_sign_key_valid (high)); /* not canonical */
  memset (high, 0xff, sizeof high);
  g_assert_false (tabella_sign_key_valid (high));
  /* A good key plus the point of order 2: on the curve, outside the group. */
  g_assert_cmpint (crypto_core_ed25519_add (torsion, p.key, minus_one), ==, 0);
  g_assert_false (tabella_sign_key_valid (torsion));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sign/good", test_good);
  g_test_add_func ("/sign/wrong", test_wrong);
  g_test_add_func ("/sign/label-ends", test_label_ends);
  g_test_add_func ("/sign/second-encoding", test_second_encoding);
  g_test_add_func ("/sign/small-order", test_small_order);
  g_test_add_func ("/sign/key-valid", test_key_valid);
  return g_test_run ();
}
