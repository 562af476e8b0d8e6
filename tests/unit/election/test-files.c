/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bytes.h"
#include "files.h"
#include "fixture.h"
#include "secret.h"

/* Whoever writes in the same folder: puts a link where something was just removed. */
static const char *planted;

int __real_unlink (const char *path);
int __wrap_unlink (const char *path);

int
__wrap_unlink (const char *path)
{
  const char *victim = g_steal_pointer (&planted);
  const int done = __real_unlink (path);

  if (victim != NULL)
    g_assert_cmpint (symlink (victim, path), ==, 0);
  return done;
}

static void
assert_content (const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tabella_file_read (path, 100, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), expected,
                   strlen (expected));
}

static void
test_write_whole (void)
{
  char *folder = fixture_folder ();
  g_autofree char *path = fixture_path (folder, "a/b/file");
  g_autofree char *leftover = fixture_path (folder, "a/b/.file.tmp");
  g_autoptr (GError) error = NULL;
  struct stat st;

  g_assert_true (tabella_file_write (path, "one", 3, 0644, &error));
  assert_content (path, "one");
  /* What an interrupted write left is neither read nor in the way. */
  g_assert_true (g_file_set_contents (leftover, "half", 4, NULL));
  g_assert_true (tabella_file_write (path, "second", 6, 0600, &error));
  assert_content (path, "second");
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_false (g_file_test (leftover, G_FILE_TEST_EXISTS));
  g_assert_true (tabella_file_write (path, NULL, 0, 0644, &error));
  assert_content (path, "");
  fixture_remove (folder);
}

/* A link under the temporary name is not followed to what it points at. */
static void
test_write_no_link (void)
{
  char *folder = fixture_folder ();
  g_autofree char *path = fixture_path (folder, "file");
  g_autofree char *victim = fixture_path (folder, "victim");
  g_autofree char *temporary = fixture_path (folder, ".file.tmp");
  g_autoptr (GError) error = NULL;

  fixture_write (folder, "victim", "safe");
  g_assert_cmpint (symlink (victim, temporary), ==, 0);
  g_assert_true (tabella_file_write (path, "new", 3, 0644, &error));
  assert_content (path, "new");
  assert_content (victim, "safe");
  planted = victim;
  g_assert_false (tabella_file_write (path, "newer", 5, 0644, &error));
  FIXTURE_ERROR (&error, IO, temporary);
  assert_content (path, "new");
  assert_content (victim, "safe");
  fixture_remove (folder);
}

static void
test_write_new (void)
{
  char *folder = fixture_folder ();
  g_autofree char *path = fixture_path (folder, "file");
  g_autofree char *leftover = fixture_path (folder, ".file.tmp");
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_file_write_new (path, "one", 3, 0600, &error));
  g_assert_false (tabella_file_write_new (path, "two", 3, 0600, &error));
  FIXTURE_ERROR (&error, STATE, path);
  assert_content (path, "one");
  g_assert_false (g_file_test (leftover, G_FILE_TEST_EXISTS));
  fixture_remove (folder);
}

static void
test_write_fails (void)
{
  char *folder = fixture_folder ();
  g_autofree char *below_file = fixture_path (folder, "file/inner");
  g_autofree char *over_folder = fixture_path (folder, "folder");
  g_autofree char *leftover = fixture_path (folder, ".folder.tmp");
  g_autoptr (GError) error = NULL;

  fixture_write (folder, "file", "one");
  g_assert_false (tabella_file_write (below_file, "x", 1, 0644, &error));
  FIXTURE_ERROR (&error, IO, "file");
  g_assert_true (tabella_folder_make (over_folder, &error));
  g_assert_false (tabella_file_write (over_folder, "x", 1, 0644, &error));
  FIXTURE_ERROR (&error, IO, over_folder);
  g_assert_false (g_file_test (leftover, G_FILE_TEST_EXISTS));
  fixture_remove (folder);
}

static void
test_read_refuses (void)
{
  char *folder = fixture_folder ();
  g_autofree char *path = fixture_path (folder, "file");
  g_autofree char *missing = fixture_path (folder, "missing");
  g_autofree char *pipe = fixture_path (folder, "pipe");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) whole = NULL, nothing = NULL;

  fixture_write (folder, "file", "");
  nothing = tabella_file_read (path, 0, &error);
  g_assert_no_error (error);
  g_assert_nonnull (g_bytes_get_data (nothing, NULL)); /* readers count on from it */
  fixture_write (folder, "file", "12345");
  whole = tabella_file_read (path, 5, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (whole), ==, 5);
  g_assert_null (tabella_file_read (path, 4, &error));
  FIXTURE_ERROR (&error, IO, path, "5 bytes", "at most 4");
  g_assert_null (tabella_file_read (missing, 4, &error));
  FIXTURE_ERROR (&error, IO, missing);
  g_assert_null (tabella_file_read (folder, 4, &error));
  FIXTURE_ERROR (&error, IO, folder, "ordinary");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_null (tabella_file_read (pipe, 4, &error));
  FIXTURE_ERROR (&error, IO, pipe, "ordinary");
  fixture_remove (folder);
}

static void
test_folder_list (void)
{
  char *folder = fixture_folder ();
  g_autofree char *missing = fixture_path (folder, "missing");
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GError) error = NULL;

  fixture_write (folder, "b", "");
  fixture_write (folder, "a", "");
  fixture_write (folder, "c/inner", "");
  fixture_write (folder, ".b.tmp", "");
  names = tabella_folder_list (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (names->len, ==, 3);
  g_assert_cmpstr (names->pdata[0], ==, "a");
  g_assert_cmpstr (names->pdata[1], ==, "b");
  g_assert_cmpstr (names->pdata[2], ==, "c");
  g_assert_null (tabella_folder_list (missing, &error));
  FIXTURE_ERROR (&error, IO, missing);
  fixture_remove (folder);
}

static void
test_folder_remove (void)
{
  char *folder = fixture_folder ();
  g_autofree char *inner = fixture_path (folder, "inner");
  g_autofree char *outside = fixture_path (folder, "outside");
  g_autofree char *link = fixture_path (folder, "inner/deep/link");
  g_autofree char *kept = fixture_path (folder, "outside/kept");
  g_autoptr (GError) error = NULL;

  fixture_write (folder, "inner/deep/file", "");
  fixture_write (folder, "inner/.hidden", "");
  fixture_write (folder, "outside/kept", "kept");
  g_assert_cmpint (symlink (outside, link), ==, 0);
  g_assert_true (tabella_folder_remove (inner, &error));
  g_assert_false (g_file_test (inner, G_FILE_TEST_EXISTS));
  assert_content (kept, "kept");
  g_assert_true (tabella_folder_remove (inner, &error));
  g_assert_no_error (error);
  fixture_remove (folder);
}

static void
test_bytes (void)
{
  static const guint8 expected[] = { 0x7F, 0x34, 0x12, 0xEF, 0xBE, 0xAD, 0xDE, 'a', 'b' };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  TabellaReader r;

  tabella_put_u8 (out, 0x7F);
  tabella_put_u16 (out, 0x1234);
  tabella_put_u32 (out, 0xDEADBEEF);
  tabella_put (out, "ab", 2);
  g_assert_cmpmem (out->data, out->len, expected, sizeof expected);

  tabella_reader_init (&r, out->data, out->len);
  g_assert_cmpuint (tabella_get_u8 (&r), ==, 0x7F);
  g_assert_cmpuint (tabella_get_u16 (&r), ==, 0x1234);
  g_assert_cmpuint (tabella_get_u32 (&r), ==, 0xDEADBEEF);
  g_assert_false (tabella_reader_done (&r));
  g_assert_cmpmem (tabella_get (&r, 2), 2, "ab", 2);
  g_assert_true (tabella_reader_done (&r));
}

/* Past the end everything is zero, and stays failed. */
static void
test_bytes_end (void)
{
  TabellaReader r;

  tabella_reader_init (&r, "abc", 3);
  g_assert_cmpuint (tabella_get_u32 (&r), ==, 0);
  g_assert_true (r.failed);
  g_assert_cmpuint (tabella_get_u16 (&r), ==, 0);
  g_assert_cmpuint (tabella_get_u8 (&r), ==, 0);
  g_assert_null (tabella_get (&r, 1));
  g_assert_false (tabella_reader_done (&r));
  tabella_reader_init (&r, "abc", 3);
  g_assert_null (tabella_get (&r, G_MAXSIZE));
  g_assert_true (r.failed);
}

static void
test_hex (void)
{
  static const guint8 bytes[] = { 0x00, 0x9A, 0xBC, 0xFF };
  static const char *const wrong[] = { "",         "009abcf",  "009abcff0", "009ABCFF",
                                       "009abcfg", " 09abcff", "0x9abcff",  "009abcf " };
  g_autofree char *hex = tabella_hex (bytes, 4);
  guint8 back[4];

  g_assert_cmpstr (hex, ==, "009abcff");
  g_assert_true (tabella_unhex (hex, back, 4));
  g_assert_cmpmem (back, 4, bytes, 4);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (tabella_unhex (wrong[i], back, 4));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/write/whole", test_write_whole);
  g_test_add_func ("/files/write/no-link", test_write_no_link);
  g_test_add_func ("/files/write/new", test_write_new);
  g_test_add_func ("/files/write/fails", test_write_fails);
  g_test_add_func ("/files/read/refuses", test_read_refuses);
  g_test_add_func ("/files/folder/list", test_folder_list);
  g_test_add_func ("/files/folder/remove", test_folder_remove);
  g_test_add_func ("/bytes/both-ways", test_bytes);
  g_test_add_func ("/bytes/end", test_bytes_end);
  g_test_add_func ("/bytes/hex", test_hex);
  return g_test_run ();
}
