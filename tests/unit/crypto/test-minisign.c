/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "minisign.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#define MESSAGE "what is signed\n"
#define COMMENT                                                                                    \
  "tabella batch election=0123456789abcdef terminal=7 number=2 kind=final cast=3 checkins=4"

/* --- Our own files --- */

typedef struct {
  TabellaMinisignPublic pub;
  TabellaMinisignSecret sec;
  char *sig;
} Signed;

static void
signed_clear (Signed *s)
{
  tabella_minisign_secret_clear (&s->sec);
  g_clear_pointer (&s->sig, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signed, signed_clear)

static void
make_signed (Signed *s)
{
  tabella_minisign_generate (&s->pub, &s->sec);
  s->sig = tabella_minisign_sign (&s->sec, MESSAGE, strlen (MESSAGE), COMMENT);
}

static void
assert_refused_size (const Signed *s, const char *sig, gsize size, TabellaCryptoError code)
{
  g_autoptr (GError) error = NULL;
  char *comment = (char *)"not yet set";

  g_assert_false (
      tabella_minisign_verify (&s->pub, MESSAGE, strlen (MESSAGE), sig, size, &comment, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, (gint)code);
  g_assert_null (comment);
}

static void
assert_refused (const Signed *s, const char *sig, TabellaCryptoError code)
{
  assert_refused_size (s, sig, strlen (sig), code);
}

static void
assert_verifies (const TabellaMinisignPublic *pub, const char *message, const char *sig,
                 const char *comment)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = NULL;

  g_assert_true (
      tabella_minisign_verify (pub, message, strlen (message), sig, strlen (sig), &found, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (found, ==, comment);
}

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
                  *space = NULL, *upper = NULL;

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
test_public_text (void)
{
  TabellaMinisignPublic pub = { .id = { 1, 2, 3, 4, 5, 6, 7, 0xab } }, read;
  g_auto (Signed) s = { 0 };
  g_autofree char *text = NULL, *crlf = NULL, *one = NULL, *three = NULL, *invalid = NULL;
  g_autoptr (GError) error = NULL;
  const char *const *bad[] = { (const char *const *)&crlf, (const char *const *)&one,
                               (const char *const *)&three, (const char *const *)&invalid };

  make_signed (&s);
  memcpy (pub.key, s.pub.key, 32);
  text = tabella_minisign_public_text (&pub);
  g_assert_true (
      g_str_has_prefix (text, "untrusted comment: minisign public key AB07060504030201\nRW"));
  g_assert_true (tabella_minisign_public_parse (text, strlen (text), &read, &error));
  g_assert_cmpmem (&read, sizeof read, &pub, sizeof pub);

  crlf = replaced (text, "\n", "\r\n");
  one = g_strdup (strchr (text, '\n') + 1);
  three = g_strconcat (text, "\n", NULL);
  memset (pub.key, 0xff, 32); /* no point of the curve */
  invalid = tabella_minisign_public_text (&pub);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_clear_error (&error);
    g_assert_false (tabella_minisign_public_parse (*bad[i], strlen (*bad[i]), &read, &error));
    g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT);
    g_assert_true (sodium_is_zero ((const guint8 *)&read, sizeof read));
  }
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
assert_key_refused (const char *text, const char *passphrase, TabellaCryptoError code)
{
  g_autoptr (GError) error = NULL;
  g_auto (TabellaMinisignSecret) sec = { 0 };

  g_assert_false (tabella_minisign_secret_parse (text, strlen (text), passphrase, &sec, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, (gint)code);
  g_assert_null (sec.secret);
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

/* One byte of the encrypted part changed, and a cost that would take all memory. */
static void
test_secret_changed (void)
{
  g_auto (Signed) s = { 0 };
  g_autofree char *text = NULL;
  char *code, encoded[256];
  guint8 bytes[158];
  gsize size;

  make_signed (&s);
  text = tabella_minisign_secret_text (&s.sec, "pass phrase", TRUE);
  code = strchr (text, '\n') + 1;
  g_assert_cmpint (sodium_base642bin (bytes, sizeof bytes, code, strlen (code) - 1, NULL, &size,
                                      NULL, sodium_base64_VARIANT_ORIGINAL),
                   ==, 0);
  g_assert_cmpuint (size, ==, sizeof bytes);
  bytes[100] ^= 1;
  sodium_bin2base64 (encoded, sizeof encoded, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
  memcpy (code, encoded, strlen (encoded));
  assert_key_refused (text, "pass phrase", TABELLA_CRYPTO_ERROR_PASSPHRASE);
  bytes[53] = 0x7f; /* the highest byte of the memory limit */
  sodium_bin2base64 (encoded, sizeof encoded, bytes, sizeof bytes, sodium_base64_VARIANT_ORIGINAL);
  memcpy (code, encoded, strlen (encoded));
  assert_key_refused (text, "pass phrase", TABELLA_CRYPTO_ERROR_FORMAT);
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

/* --- Stock minisign --- */

typedef struct {
  char *folder;
} Folder;

static void
folder_clear (Folder *f)
{
  static const char *const names[] = { "file", "file.minisig", "key", "key.pub" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (f->folder, names[i], NULL);
    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_clear_pointer (&f->folder, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Folder, folder_clear)

static void
folder_open (Folder *f)
{
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("tabella-minisign-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
put (const Folder *f, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
get (const Folder *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* Runs minisign in the folder with @input typed; TRUE if it answers 0. A missing program fails the
 * test. */
static gboolean
minisign (const Folder *f, const char *input, char **output, const char *const *args)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GPtrArray) line = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (line, (gpointer) "minisign");
  for (; *args != NULL; args++)
    g_ptr_array_add (line, (gpointer)*args);
  g_ptr_array_add (line, NULL);
  launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_cwd (launcher, f->folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)line->pdata, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input, NULL, output, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_successful (process);
}

#define RUN(folder, input, output, ...)                                                            \
  minisign (folder, input, output, (const char *const[]){ __VA_ARGS__, NULL })

static void
test_stock_verifies (void)
{
  g_auto (Signed) s = { 0 };
  g_auto (Folder) f = { 0 };
  g_autofree char *pub = NULL, *output = NULL, *expected = NULL;

  folder_open (&f);
  make_signed (&s);
  pub = tabella_minisign_public_text (&s.pub);
  put (&f, "file", MESSAGE);
  put (&f, "file.minisig", s.sig);
  put (&f, "key.pub", pub);
  g_assert_true (RUN (&f, "", &output, "-V", "-H", "-Q", "-m", "file", "-p", "key.pub"));
  expected = g_strconcat (COMMENT, "\n", NULL);
  g_assert_cmpstr (output, ==, expected);
  put (&f, "file", MESSAGE "more");
  g_assert_false (RUN (&f, "", NULL, "-V", "-m", "file", "-p", "key.pub"));
}

static void
test_stock_signs_with_our_key (void)
{
  g_auto (Signed) s = { 0 };
  g_auto (Folder) f = { 0 };
  g_autofree char *key = NULL, *sig = NULL, *usual = NULL, *legacy = NULL;
  g_autoptr (GError) error = NULL;
  char *comment = NULL;

  folder_open (&f);
  make_signed (&s);
  key = tabella_minisign_secret_text (&s.sec, "pass phrase", TRUE);
  put (&f, "file", MESSAGE);
  put (&f, "key", key);
  g_assert_false (RUN (&f, "wrong\n", NULL, "-S", "-s", "key", "-m", "file"));
  g_assert_true (RUN (&f, "pass phrase\n", NULL, "-S", "-s", "key", "-m", "file", "-t", COMMENT));
  sig = get (&f, "file.minisig");
  assert_verifies (&s.pub, MESSAGE, sig, COMMENT);

  /* Its own trusted comment holds tabs. */
  g_assert_true (RUN (&f, "pass phrase\n", NULL, "-S", "-s", "key", "-m", "file"));
  usual = get (&f, "file.minisig");
  g_assert_true (tabella_minisign_verify (&s.pub, MESSAGE, strlen (MESSAGE), usual, strlen (usual),
                                          &comment, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (comment, "\tfile:file"));
  g_free (comment);

  g_assert_true (RUN (&f, "pass phrase\n", NULL, "-S", "-l", "-s", "key", "-m", "file"));
  legacy = get (&f, "file.minisig");
  g_assert_nonnull (strstr (legacy, "\nRW")); /* "Ed" */
  assert_refused (&s, legacy, TABELLA_CRYPTO_ERROR_FORMAT);
}

/* A key without a passphrase is not taken. */
static void
test_stock_open_key (void)
{
  g_auto (Folder) f = { 0 };
  g_autofree char *key = NULL;

  folder_open (&f);
  g_assert_true (RUN (&f, "", NULL, "-G", "-W", "-s", "key", "-p", "key.pub"));
  key = get (&f, "key");
  assert_key_refused (key, "", TABELLA_CRYPTO_ERROR_FORMAT);
}

/* minisign's usual cost, 1 GiB of memory for some seconds, both ways. */
static void
test_stock_key (void)
{
  g_auto (Folder) f = { 0 };
  g_auto (TabellaMinisignSecret) sec = { 0 };
  TabellaMinisignPublic pub;
  g_autofree char *key = NULL, *pub_text = NULL, *again = NULL, *sig = NULL;
  g_autoptr (GError) error = NULL;

  folder_open (&f);
  put (&f, "file", MESSAGE);
  g_assert_true (RUN (&f, "stock\nstock\n", NULL, "-G", "-s", "key", "-p", "key.pub"));
  key = get (&f, "key");
  pub_text = get (&f, "key.pub");
  g_assert_true (tabella_minisign_public_parse (pub_text, strlen (pub_text), &pub, &error));
  g_assert_true (tabella_minisign_secret_parse (key, strlen (key), "stock", &sec, &error));
  g_assert_no_error (error);
  sig = tabella_minisign_sign (&sec, MESSAGE, strlen (MESSAGE), COMMENT);
  assert_verifies (&pub, MESSAGE, sig, COMMENT);
  put (&f, "file.minisig", sig);
  g_assert_true (RUN (&f, "", NULL, "-V", "-m", "file", "-p", "key.pub"));

  again = tabella_minisign_secret_text (&sec, "ours", FALSE);
  put (&f, "key", again);
  g_assert_true (RUN (&f, "ours\n", NULL, "-S", "-s", "key", "-m", "file"));
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
  g_test_add_func ("/minisign/batch-public", test_batch_public);
  g_test_add_func ("/minisign/secret-text", test_secret_text);
  g_test_add_func ("/minisign/secret-changed", test_secret_changed);
  g_test_add_func ("/minisign/comment-of-two-lines-stops", test_comment_of_two_lines_stops);
  g_test_add_func ("/minisign/stock/verifies", test_stock_verifies);
  g_test_add_func ("/minisign/stock/signs-with-our-key", test_stock_signs_with_our_key);
  g_test_add_func ("/minisign/stock/open-key", test_stock_open_key);
  if (g_test_slow ())
    g_test_add_func ("/minisign/stock/key", test_stock_key);
  return g_test_run ();
}
