/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Debian's minisign reads our files and we read its. */
#include "minisign-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

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
  g_test_add_func ("/minisign/stock/verifies", test_stock_verifies);
  g_test_add_func ("/minisign/stock/signs-with-our-key", test_stock_signs_with_our_key);
  g_test_add_func ("/minisign/stock/open-key", test_stock_open_key);
  if (g_test_slow ())
    g_test_add_func ("/minisign/stock/key", test_stock_key);
  return g_test_run ();
}
