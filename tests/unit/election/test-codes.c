/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "codes.h"
#include "secret.h"

/* RFC 4648 section 10, without the padding. */
static void
test_base32_published (void)
{
  static const char *const pairs[][2] = {
    { "", "" },
    { "f", "MY" },
    { "fo", "MZXQ" },
    { "foo", "MZXW6" },
    { "foob", "MZXW6YQ" },
    { "fooba", "MZXW6YTB" },
    { "foobar", "MZXW6YTBOI" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree char *text = tabella_base32 ((const guint8 *)pairs[i][0], strlen (pairs[i][0]));
    g_autoptr (GByteArray) back = tabella_unbase32 (pairs[i][1], strlen (pairs[i][1]));

    g_assert_cmpstr (text, ==, pairs[i][1]);
    g_assert_nonnull (back);
    g_assert_cmpmem (back->data, back->len, pairs[i][0], strlen (pairs[i][0]));
  }
}

static void
test_base32_one_spelling (void)
{
  static const char *const wrong[] = {
    "my",      "M",        "MYA", "MZXW6Y", "MZ",   "MZXR", "MZXW7",
    "MZXW6YR", "MY======", "M1",  "M8",     "MZ Q", "MZ-Q",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    if (tabella_unbase32 (wrong[i], strlen (wrong[i])) != NULL)
      g_error ("\"%s\" was read", wrong[i]);
  g_assert_null (tabella_unbase32 ("M\0", 2));
}

static void
test_base32_every_byte (void)
{
  guint8 bytes[256];

  for (guint i = 0; i < 256; i++)
    bytes[i] = (guint8)i;
  for (gsize size = 0; size <= 256; size++) {
    g_autofree char *text = tabella_base32 (bytes, size);
    g_autoptr (GByteArray) back = tabella_unbase32 (text, strlen (text));

    g_assert_nonnull (back);
    g_assert_cmpmem (back->data, back->len, bytes, size);
  }
}

static void
test_crockford (void)
{
  static const guint8 bytes[13] = { 0x00, 0x44, 0x32, 0x14, 0xC7, 0x42, 0x54,
                                    0xB6, 0x35, 0xCF, 0x84, 0x65, 0x30 };
  g_autofree char *text = tabella_crockford (bytes, 100, 4);
  g_autofree char *plain = tabella_crockford (bytes, 100, 0);
  guint8 back[13];

  g_assert_cmpstr (text, ==, "0123-4567-89AB-CDEF-GHJK");
  g_assert_cmpstr (plain, ==, "0123456789ABCDEFGHJK");
  g_assert_true (tabella_uncrockford (text, back, 100));
  g_assert_cmpmem (back, 13, bytes, 13);
  g_assert_true (tabella_uncrockford (" o i23 4567-89ab--cdefGHJK ", back, 100));
  g_assert_cmpmem (back, 13, bytes, 13);
  g_assert_true (tabella_uncrockford ("OL23456789ABCDEFGHJK", back, 100));
  g_assert_cmpmem (back, 13, bytes, 13);
}

static void
test_crockford_refuses (void)
{
  static const char *const wrong[] = {
    "",
    "0123-4567-89AB-CDEF-GHJ",
    "0123-4567-89AB-CDEF-GHJKM",
    "U123-4567-89AB-CDEF-GHJK",
    "0123_4567-89AB-CDEF-GHJK",
    "0123-4567-89AB-CDEF-GHJ\xC3\xA9",
  };
  static const guint8 zeros[13];
  guint8 out[13];

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    memset (out, 1, sizeof out);
    g_assert_false (tabella_uncrockford (wrong[i], out, 100));
    g_assert_cmpmem (out, 13, zeros, 13);
  }
}

/* 80 bits: a ticket. All 32 characters. */
static void
test_crockford_ticket (void)
{
  guint8 bytes[20], back[20];
  g_autofree char *text = NULL;

  g_assert_true (tabella_uncrockford ("0123456789ABCDEFGHJKMNPQRSTVWXYZ", bytes, 160));
  text = tabella_crockford (bytes, 160, 0);
  g_assert_cmpstr (text, ==, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
  g_clear_pointer (&text, g_free);
  text = tabella_crockford (bytes + 10, 80, 4);
  g_assert_cmpstr (text, ==, "GHJK-MNPQ-RSTV-WXYZ");
  g_assert_true (tabella_uncrockford (text, back, 80));
  g_assert_cmpmem (back, 10, bytes + 10, 10);
}

static void
test_short_code (void)
{
  guint8 hash[32];
  g_autofree char *code = NULL, *other = NULL;

  memset (hash, 0xFF, sizeof hash);
  code = tabella_short_code (hash);
  g_assert_cmpstr (code, ==, "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ");
  hash[12] = 0x0F; /* bits 96–99 are the last ones shown */
  other = tabella_short_code (hash);
  g_assert_cmpstr (other, ==, "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZG");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codes/base32/published", test_base32_published);
  g_test_add_func ("/codes/base32/one-spelling", test_base32_one_spelling);
  g_test_add_func ("/codes/base32/every-byte", test_base32_every_byte);
  g_test_add_func ("/codes/crockford/both-ways", test_crockford);
  g_test_add_func ("/codes/crockford/refuses", test_crockford_refuses);
  g_test_add_func ("/codes/crockford/ticket", test_crockford_ticket);
  g_test_add_func ("/codes/short-code", test_short_code);
  return g_test_run ();
}
