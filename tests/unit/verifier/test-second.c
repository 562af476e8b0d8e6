/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of another hand: the second implementation's maker (argv[1] writes them). */
#include "record.h"

#include <gio/gio.h>
#include <string.h>
#include "files.h"

static char *folder;

static GBytes *
read_file (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tabella_file_read (path, 1 << 20, &error);

  g_assert_no_error (error);
  return bytes;
}

static GPtrArray *
read_lines (const char *name)
{
  g_autoptr (GBytes) bytes = read_file (name);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autofree char *text = size > 0 ? g_strndup (data, size) : g_strdup ("");
  g_auto (GStrv) parts = g_strsplit (text, "\n", -1);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (lines, g_strdup (parts[i]));
  return lines;
}

static void
test_one (gconstpointer line)
{
  g_auto (GStrv) fields = g_strsplit (line, " ", -1);
  g_autofree char *record = g_build_filename (folder, fields[0], NULL);
  g_autofree char *key_name = g_build_filename (fields[0], "organisers.pub", NULL);
  g_autofree char *receipts_name = g_strconcat (fields[0], ".receipts", NULL);
  g_autoptr (GBytes) key_bytes = read_file (key_name);
  g_autoptr (GPtrArray) receipts = read_lines (receipts_name);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaVerifyReport) report = NULL;
  TabellaMinisignPublic key;

  tabella_minisign_public_parse (g_bytes_get_data (key_bytes, NULL), g_bytes_get_size (key_bytes),
                                 &key, &error);
  g_assert_no_error (error);
  report = tabella_verify_record (record, TABELLA_VERIFY_ALL, &key, receipts, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 1; i <= TABELLA_VERIFY_ALL; i++)
    if (!report->checks[i].passed)
      g_test_message ("%u: %s", i, report->checks[i].detail);
  for (guint i = 0; i < report->incidents->len; i++)
    g_test_message ("incident: %s", (const char *)report->incidents->pdata[i]);
  g_assert_cmpint (report->verdict, ==, atoi (fields[1]));
  g_assert_cmpuint (report->incidents->len, ==, (guint)atoi (fields[2]));
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) expected = NULL;
  g_autoptr (GSubprocess) maker = NULL;
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  folder = g_dir_make_tmp ("tabella-second-XXXXXX", &error);
  g_assert_no_error (error);
  maker = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, argv[1], argv[2], folder, NULL);
  g_assert_no_error (error);
  g_subprocess_wait_check (maker, NULL, &error);
  g_assert_no_error (error);
  expected = read_lines ("expected");
  g_assert_cmpuint (expected->len, ==, 6);
  for (guint i = 0; i < expected->len; i++) {
    g_auto (GStrv) fields = g_strsplit (expected->pdata[i], " ", -1);
    g_autofree char *path = g_strdup_printf ("/second/%s", fields[0]);

    g_test_add_data_func (path, expected->pdata[i], test_one);
  }
  result = g_test_run ();
  tabella_folder_remove (folder, &error);
  g_assert_no_error (error);
  g_free (folder);
  return result;
}
