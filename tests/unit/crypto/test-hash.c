/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "secret.h"

/* H and Hq are built here once more from libsodium's one-shot hash. */
static void
test_definition (void)
{
  const guint8 message[] = { 0x24, 'a', 'b', 7, 0x02, 0x01, 0x04, 0x03, 0x02,
                             0x01, 3,   0,   0, 0,    'x',  'y',  'z' };
  guint8 ctx[32], expected[64], out[32];
  TabellaHash h, branch, scalar;
  TabellaScalar reduced, expected_scalar;

  fixture_bytes ("ctx", ctx, sizeof ctx);
  tabella_hash_init (&h, ctx, TABELLA_TAG_BALLOT_CHALLENGE);
  tabella_hash_init_scalar (&scalar, ctx, TABELLA_TAG_BALLOT_CHALLENGE);
  for (gsize i = 0; i < 2; i++) {
    TabellaHash *each = i == 0 ? &h : &scalar;
    tabella_hash_put (each, "ab", 2);
    tabella_hash_put (each, NULL, 0);
    tabella_hash_u8 (each, 7);
    tabella_hash_u16 (each, 0x0102);
    tabella_hash_u32 (each, 0x01020304);
    tabella_hash_sized (each, "xyz", 3);
  }
  branch = h;

  g_assert_cmpint (crypto_generichash (expected, 32, message, sizeof message, ctx, 32), ==, 0);
  tabella_hash_finish (&h, out);
  g_assert_cmpmem (out, 32, expected, 32);
  g_assert_cmpint (crypto_generichash (expected, 64, message, sizeof message, ctx, 32), ==, 0);
  crypto_core_ristretto255_scalar_reduce (expected_scalar.b, expected);
  tabella_hash_finish_scalar (&scalar, &reduced);
  fixture_assert_equal (&reduced, &expected_scalar);
  /* A copied state goes on by itself. */
  tabella_hash_finish (&branch, expected);
  g_assert_cmpmem (out, 32, expected, 32);
}

static void
test_separation (void)
{
  const guint8 a[32] = { 1 }, b[32] = { 2 };
  guint8 x[32], y[32];
  TabellaHash h;

  tabella_hash_init (&h, a, TABELLA_TAG_CODE);
  tabella_hash_finish (&h, x);
  tabella_hash_init (&h, b, TABELLA_TAG_CODE);
  tabella_hash_finish (&h, y);
  g_assert_true (memcmp (x, y, 32) != 0);
  tabella_hash_init (&h, a, TABELLA_TAG_BALLOT);
  tabella_hash_finish (&h, y);
  g_assert_true (memcmp (x, y, 32) != 0);
}

static void
test_finish_wipes (void)
{
  const guint8 ctx[32] = { 1 };
  guint8 out[32];
  TabellaScalar s;
  TabellaHash h;

  tabella_hash_init (&h, ctx, TABELLA_TAG_CODE);
  tabella_hash_finish (&h, out);
  g_assert_true (sodium_is_zero ((const guint8 *)&h, sizeof h));
  tabella_hash_init_scalar (&h, ctx, TABELLA_TAG_CODE);
  tabella_hash_finish_scalar (&h, &s);
  g_assert_true (sodium_is_zero ((const guint8 *)&h, sizeof h));
}

static void
test_kinds_do_not_mix (void)
{
  if (g_test_subprocess ()) {
    const guint8 ctx[32] = { 0 };
    guint8 out[32];
    TabellaHash h;

    tabella_hash_init_scalar (&h, ctx, TABELLA_TAG_CODE);
    tabella_hash_finish (&h, out);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*impossible*");
}

static void
test_version_context (void)
{
  g_assert_cmpstr ((const char *)tabella_version, ==, "TABELLA1 ristretto255 BLAKE2b");
  g_assert_true (sodium_is_zero (tabella_version + 29, 3));
}

/* BLAKE2b's own values for "abc", RFC 7693 appendix A for 512 bits. */
static void
test_digests (void)
{
  guint8 out[32], expected[32];

  fixture_unhex ("ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1", expected);
  tabella_digest_512_32 ("abc", 3, out);
  g_assert_cmpmem (out, 32, expected, 32);
  fixture_unhex ("bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319", expected);
  tabella_digest_256 ("abc", 3, out);
  g_assert_cmpmem (out, 32, expected, 32);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hash/definition", test_definition);
  g_test_add_func ("/hash/separation", test_separation);
  g_test_add_func ("/hash/finish-wipes", test_finish_wipes);
  g_test_add_func ("/hash/kinds-do-not-mix", test_kinds_do_not_mix);
  g_test_add_func ("/hash/version-context", test_version_context);
  g_test_add_func ("/hash/digests", test_digests);
  return g_test_run ();
}
