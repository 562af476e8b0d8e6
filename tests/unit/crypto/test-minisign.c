/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own files; the stock program is in test-minisign-stock.c. */
#include "minisign-fixture.h"

static void
test_good (void)
{
  g_auto (Signed) s = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *empty = NULL;

  make_signed (&s);
  assert_verifies (&s.pub, MESSAGE, s.sig, COMMENT);
  g_assert_true (tabella_minisign_verify (&s.pub, MESSAGE, strlen (MESSAGE), s.sig, strlen (s.sig),
                                          NULL, &error));
  empty = tabella_minisign_sign (&s.sec, NULL, 0, "");
  assert_verifies (&s.pub, "", empty, "");
}

static void
test_changed_bytes (void)
{
  g_auto (Signed) s = { 0 };
  g_autoptr (GError) error = NULL;

  make_signed (&s);
  g_assert_false (tabella_minisign_verify (&s.pub, MESSAGE, strlen (MESSAGE) - 1, s.sig,
                                           strlen (s.sig), NULL, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SIGNATURE);
}

static void
test_wrong_key (void)
{
  g_auto (Signed) s = { 0 }, other = { 0 };
  TabellaMinisignPublic keep;

  make_signed (&s);
  make_signed (&other);
  keep = s.pub;
  s.pub.id[7] ^= 1; /* the right key under another id */
  assert_refused (&s, s.sig, TABELLA_CRYPTO_ERROR_SIGNATURE);
  s.pub = keep;
  memcpy (s.pub.key, other.pub.key, 32); /* another key under the right id */
  assert_refused (&s, s.sig, TABELLA_CRYPTO_ERROR_SIGNATURE);
  s.pub = keep;
  assert_refused (&s, other.sig, TABELLA_CRYPTO_ERROR_SIGNATURE);
}

/* The text with @from replaced by @to once. */
static char *
replaced (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int)(at - text), text, to, at + strlen (from));
}

static void
test_edited_comment (void)
{
  g_auto (Signed) s = { 0 };
  g_autofree char *edited = NULL, *longer = NULL, *other_untrusted = NULL;

  make_signed (&s);
  edited = replaced (s.sig, "cast=3", "cast=4");
  assert_refused (&s, edited, TABELLA_CRYPTO_ERROR_SIGNATURE);
  longer = replaced (s.sig, "checkins=4", "checkins=4 ");
  assert_refused (&s, longer, TABELLA_CRYPTO_ERROR_SIGNATURE);
  other_untrusted = replaced (s.sig, "untrusted comment: ", "untrusted comment: anything ");
  assert_verifies (&s.pub, MESSAGE, other_untrusted, COMMENT);
}

/* The comment and its signature of another file under the same key. */
static void
test_comment_of_another (void)
{
  g_auto (Signed) s = { 0 };
  g_autofree char *other = NULL, *mixed = NULL;
  g_auto (GStrv) ours = NULL, theirs = NULL;

  make_signed (&s);
  other = tabella_minisign_sign (&s.sec, "x", 1, COMMENT);
  ours = g_strsplit (s.sig, "\n", -1);
  theirs = g_strsplit (other, "\n", -1);
  mixed = g_strdup_printf ("%s\n%s\n%s\n%s\n", ours[0], ours[1], theirs[2], theirs[3]);
  assert_refused (&s, mixed, TABELLA_CRYPTO_ERROR_SIGNATURE);
}

static void
test_lines (void)
{
  g_auto (Signed) s = { 0 };
  g_auto (GStrv) lines = NULL, parts = NULL;
  g_autofree char *three = NULL, *five = NULL, *blank = NULL, *crlf = NULL, *no_end = NULL,
                  *space = NULL, *upper = NULL, *latin = NULL, *bell = NULL, *many = NULL,
                  *wide = NULL;

  make_signed (&s);
  lines = g_strsplit (s.sig, "\n", -1);
  three = g_strdup_printf ("%s\n%s\n%s\n", lines[0], lines[1], lines[2]);
  assert_refused (&s, three, TABELLA_CRYPTO_ERROR_FORMAT);
  five = g_strdup_printf ("%sone more\n", s.sig);
  assert_refused (&s, five, TABELLA_CRYPTO_ERROR_FORMAT);
  blank = g_strdup_printf ("%s\n", s.sig);
  assert_refused (&s, blank, TABELLA_CRYPTO_ERROR_FORMAT);
  no_end = g_strndup (s.sig, strlen (s.sig) - 1);
  assert_refused (&s, no_end, TABELLA_CRYPTO_ERROR_FORMAT);
  parts = g_strsplit (s.sig, "\n", -1);
  crlf = g_strjoinv ("\r\n", parts);
  assert_refused (&s, crlf, TABELLA_CRYPTO_ERROR_FORMAT);
  space = replaced (s.sig, lines[3], " ");
  assert_refused (&s, space, TABELLA_CRYPTO_ERROR_FORMAT);
  upper = replaced (s.sig, "\ntrusted", "\nTrusted");
  assert_refused (&s, upper, TABELLA_CRYPTO_ERROR_FORMAT);
  latin = replaced (s.sig, "untrusted comment: ", "untrusted comment: \xe9");
  assert_refused (&s, latin, TABELLA_CRYPTO_ERROR_FORMAT);
  bell = replaced (s.sig, "untrusted comment: ", "untrusted comment: \a");
  assert_refused (&s, bell, TABELLA_CRYPTO_ERROR_FORMAT);
  many = g_strnfill (2000, 'x');
  wide = replaced (s.sig, "untrusted comment: signature", many);
  memcpy (wide, "untrusted comment: ", strlen ("untrusted comment: "));
  assert_refused (&s, wide, TABELLA_CRYPTO_ERROR_FORMAT);
  assert_refused (&s, "", TABELLA_CRYPTO_ERROR_FORMAT);
  assert_refused_size (&s, s.sig, strlen (s.sig) + 1, TABELLA_CRYPTO_ERROR_FORMAT); /* a NUL */
}

static void
test_truncated (void)
{
  g_auto (Signed) s = { 0 };

  make_signed (&s);
  for (gsize size = 0; size < strlen (s.sig); size++) {
    g_autofree char *cut = g_memdup2 (s.sig, size);
    assert_refused_size (&s, cut, size, TABELLA_CRYPTO_ERROR_FORMAT);
  }
}

/* Another way to write the same 74 bytes: the base64 ends in "=" with four unused bits. */
static void
test_base64 (void)
{
  g_auto (Signed) s = { 0 };
  g_auto (GStrv) lines = NULL;
  g_autofree char *padding = NULL, *spaced = NULL;
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  char *last;

  make_signed (&s);
  lines = g_strsplit (s.sig, "\n", -1);
  spaced = g_strdup_printf ("%s\n %s\n%s\n%s\n", lines[0], lines[1], lines[2], lines[3]);
  assert_refused (&s, spaced, TABELLA_CRYPTO_ERROR_FORMAT);
  last = lines[1] + strlen (lines[1]) - 1;
  g_assert_cmpint (*last, ==, '=');
  *last = '\0';
  padding = g_strdup_printf ("%s\n%s\n%s\n%s\n", lines[0], lines[1], lines[2], lines[3]);
  assert_refused (&s, padding, TABELLA_CRYPTO_ERROR_FORMAT);
  *last = '=';
  last--;
  *last = alphabet[(strchr (alphabet, *last) - alphabet) ^ 1]; /* an unused bit */
  g_clear_pointer (&padding, g_free);
  padding = g_strdup_printf ("%s\n%s\n%s\n%s\n", lines[0], lines[1], lines[2], lines[3]);
  assert_refused (&s, padding, TABELLA_CRYPTO_ERROR_FORMAT);
}

/* Every character changed: nothing but the untrusted comment may be. */
static void
test_every_byte (void)
{
  g_auto (Signed) s = { 0 };

  make_signed (&s);
  for (gsize at = 0; at < strlen (s.sig); at++) {
    g_autoptr (GError) error = NULL;
    const gboolean untrusted =
        at >= strlen ("untrusted comment: ") && at < (gsize)(strchr (s.sig, '\n') - s.sig);
    s.sig[at] ^= 1;
    g_assert_cmpint (tabella_minisign_verify (&s.pub, MESSAGE, strlen (MESSAGE), s.sig,
                                              strlen (s.sig), NULL, &error),
                     ==, untrusted);
    s.sig[at] ^= 1;
  }
}

static void
assert_public_refused (const char *text)
{
  g_autoptr (GError) error = NULL;
  TabellaMinisignPublic pub;

  g_assert_false (tabella_minisign_public_parse (text, strlen (text), &pub, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT);
  g_assert_true (sodium_is_zero ((const guint8 *)&pub, sizeof pub));
}

static void
test_public_text (void)
{
  TabellaMinisignPublic pub = { .id = { 1, 2, 3, 4, 5, 6, 7, 0xab } }, read;
  g_auto (Signed) s = { 0 };
  g_autofree char *text = NULL, *crlf = NULL, *three = NULL, *foreign = NULL, *invalid = NULL;
  g_autoptr (GError) error = NULL;

  make_signed (&s);
  memcpy (pub.key, s.pub.key, 32);
  text = tabella_minisign_public_text (&pub);
  g_assert_true (
      g_str_has_prefix (text, "untrusted comment: minisign public key AB07060504030201\nRW"));
  g_assert_true (tabella_minisign_public_parse (text, strlen (text), &read, &error));
  g_assert_cmpmem (&read, sizeof read, &pub, sizeof pub);

  crlf = replaced (text, "\n", "\r\n");
  assert_public_refused (crlf);
  assert_public_refused (strchr (text, '\n') + 1);
  three = g_strconcat (text, "\n", NULL);
  assert_public_refused (three);
  foreign = replaced (text, "\nRW", "\nRX"); /* another algorithm than "Ed" */
  assert_public_refused (foreign);
  memset (pub.key, 0xff, 32); /* no point of the curve */
  invalid = tabella_minisign_public_text (&pub);
  assert_public_refused (invalid);
}

/* libsodium reads every byte above 127 in base64 as '/': one key would have many spellings. */
static void
test_other_spelling (void)
{
  TabellaMinisignPublic pub, read;
  g_auto (Signed) s = { 0 };
  g_autofree char *text = NULL, *other = NULL;
  g_autoptr (GError) error = NULL;

  make_signed (&s);
  pub = s.pub;
  memset (pub.id, 0xff, sizeof pub.id);
  text = tabella_minisign_public_text (&pub);
  g_assert_true (tabella_minisign_public_parse (text, strlen (text), &read, &error));
  other = replaced (text, "//", "\u00e9");
  assert_public_refused (other);
}

static void
test_batch_public (void)
{
  g_auto (Signed) s = { 0 };
  TabellaMinisignPublic pub;
  guint8 digest[32];

  make_signed (&s);
  tabella_minisign_batch_public (s.pub.key, &pub);
  tabella_digest_256 (s.pub.key, 32, digest);
  g_assert_cmpmem (pub.key, 32, s.pub.key, 32);
  g_assert_cmpmem (pub.id, 8, digest, 8);
}

static void
test_secret_text (void)
{
  g_auto (Signed) s = { 0 };
  g_auto (TabellaMinisignSecret) read = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *crlf = NULL;

  make_signed (&s);
  text = tabella_minisign_secret_text (&s.sec, "pass phrase", TRUE);
  g_assert_true (tabella_minisign_secret_parse (text, strlen (text), "pass phrase", &read, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (read.id, 8, s.sec.id, 8);
  g_assert_cmpmem (read.secret, 64, s.sec.secret, 64);
  assert_key_refused (text, "pass phrasf", TABELLA_CRYPTO_ERROR_PASSPHRASE);
  assert_key_refused (text, "", TABELLA_CRYPTO_ERROR_PASSPHRASE);
  crlf = replaced (text, "\n", "\r\n");
  assert_key_refused (crlf, "pass phrase", TABELLA_CRYPTO_ERROR_FORMAT);
  assert_key_refused ("", "pass phrase", TABELLA_CRYPTO_ERROR_FORMAT);
}

/* @text is a key file; its bytes with @mask put on byte @at. */
static char *
key_with (const char *text, gsize at, guint8 mask)
{
  const char *code = strchr (text, '\n') + 1;
  guint8 bytes[158];
  char encoded[256];
  gsize size;

  g_assert_cmpint (sodium_base642bin (bytes, sizeof bytes, code, strlen (code) - 1, NULL, &size,
                                      NULL, sodium_base64_VARIANT_ORIGINAL),
                   ==, 0);
  g_assert_cmpuint (at, <, size);
  bytes[at] ^= mask;
  sodium_bin2base64 (encoded, sizeof encoded, bytes, size, sodium_base64_VARIANT_ORIGINAL);
  return g_strdup_printf ("%.*s%s\n", (int)(code - text), text, encoded);
}

/* A changed byte of the encrypted part, foreign algorithms, and costs that would take all memory or
 * time. */
static void
test_secret_changed (void)
{
  static const struct {
    gsize at;
    guint8 mask;
    TabellaCryptoError code;
  } changes[] = {
    { 54, 1, TABELLA_CRYPTO_ERROR_PASSPHRASE },  { 100, 1, TABELLA_CRYPTO_ERROR_PASSPHRASE },
    { 157, 1, TABELLA_CRYPTO_ERROR_PASSPHRASE }, { 6, 1, TABELLA_CRYPTO_ERROR_PASSPHRASE },
    { 1, 1, TABELLA_CRYPTO_ERROR_FORMAT },       { 2, 1, TABELLA_CRYPTO_ERROR_FORMAT },
    { 4, 1, TABELLA_CRYPTO_ERROR_FORMAT },       { 45, 0x7f, TABELLA_CRYPTO_ERROR_FORMAT },
    { 53, 0x7f, TABELLA_CRYPTO_ERROR_FORMAT },
  };
  g_auto (Signed) s = { 0 };
  g_autofree char *text = NULL;

  make_signed (&s);
  text = tabella_minisign_secret_text (&s.sec, "pass phrase", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree char *changed = key_with (text, changes[i].at, changes[i].mask);
    assert_key_refused (changed, "pass phrase", changes[i].code);
  }
}

static void
test_comment_of_two_lines_stops (void)
{
  if (g_test_subprocess ()) {
    g_auto (Signed) s = { 0 };

    make_signed (&s);
    g_free (tabella_minisign_sign (&s.sec, "x", 1, "one\ntwo"));
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
  g_test_add_func ("/minisign/good", test_good);
  g_test_add_func ("/minisign/changed-bytes", test_changed_bytes);
  g_test_add_func ("/minisign/wrong-key", test_wrong_key);
  g_test_add_func ("/minisign/edited-comment", test_edited_comment);
  g_test_add_func ("/minisign/comment-of-another", test_comment_of_another);
  g_test_add_func ("/minisign/lines", test_lines);
  g_test_add_func ("/minisign/truncated", test_truncated);
  g_test_add_func ("/minisign/base64", test_base64);
  g_test_add_func ("/minisign/every-byte", test_every_byte);
  g_test_add_func ("/minisign/public-text", test_public_text);
  g_test_add_func ("/minisign/other-spelling", test_other_spelling);
  g_test_add_func ("/minisign/batch-public", test_batch_public);
  g_test_add_func ("/minisign/secret-text", test_secret_text);
  g_test_add_func ("/minisign/secret-changed", test_secret_changed);
  g_test_add_func ("/minisign/comment-of-two-lines-stops", test_comment_of_two_lines_stops);
  return g_test_run ();
}
