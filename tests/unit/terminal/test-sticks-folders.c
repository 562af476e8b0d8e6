/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that stand for sticks: seen to come, to change and to go. */
#include <glib/gstdio.h>
#include <string.h>
#include "files.h"
#include "secret.h"
#include "sticks-folders.h"

#define DEADLINE (20 * G_USEC_PER_SEC)

typedef struct {
  char *dir, *a, *b;
  TabellaSticks *sticks;
  guint n_changed;
} Fixture;

static void
on_changed (Fixture *f)
{
  f->n_changed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("sticks-XXXXXX", NULL);
  f->a = g_build_filename (f->dir, "a", NULL);
  f->b = g_build_filename (f->dir, "b", NULL);
  f->sticks = tabella_sticks_folders_new ((const char *const[]){ f->a, f->b, NULL });
  g_signal_connect_swapped (f->sticks, "changed", G_CALLBACK (on_changed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->sticks);
  g_assert_true (tabella_folder_remove (f->dir, NULL));
  g_free (f->a);
  g_free (f->b);
  g_free (f->dir);
}

/* Until it is noticed, without being asked. */
static void
notice (Fixture *f)
{
  const gint64 end = g_get_monotonic_time () + DEADLINE;
  const guint before = f->n_changed;

  while (f->n_changed == before) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
  }
}

static guint
n_in (Fixture *f)
{
  g_autoptr (GPtrArray) list = tabella_sticks_list (f->sticks);

  return list->len;
}

static char *
first_id (Fixture *f)
{
  g_autoptr (GPtrArray) list = tabella_sticks_list (f->sticks);
  TabellaStickInfo *info = list->pdata[0];

  return g_strdup (info->id);
}

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

static char *
mount_it (Fixture *f, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  tabella_sticks_mount (f->sticks, id, NULL, keep, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return tabella_sticks_mount_finish (f->sticks, result, error);
}

static void
eject (Fixture *f, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  tabella_sticks_eject (f->sticks, id, NULL, keep, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (tabella_sticks_eject_finish (f->sticks, result, &error));
  g_assert_no_error (error);
}

static void
test_come_and_go (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (tabella_sticks_state (f->sticks), ==, TABELLA_STICKS_READY);
  g_assert_cmpuint (n_in (f), ==, 0);
  g_assert_cmpint (g_mkdir (f->a, 0755), ==, 0);
  notice (f);
  g_assert_cmpuint (n_in (f), ==, 1);
  g_assert_cmpint (g_mkdir (f->b, 0755), ==, 0);
  notice (f);
  g_assert_cmpuint (n_in (f), ==, 2);
  g_assert_cmpint (g_rmdir (f->a), ==, 0);
  notice (f);
  g_assert_cmpuint (n_in (f), ==, 1);
}

static void
test_mount (Fixture *f, gconstpointer data)
{
  g_autoptr (TabellaStickInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL, *root = NULL, *gone = NULL;

  g_assert_cmpint (g_mkdir (f->a, 0755), ==, 0);
  notice (f);
  id = first_id (f);
  root = mount_it (f, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (root, ==, f->a);
  info = tabella_sticks_find (f->sticks, id);
  g_assert_cmpstr (info->root, ==, f->a);
  g_assert_cmpstr (info->label, ==, "a");
  g_assert_true (info->readable);
  g_assert_false (info->read_only);
  g_assert_cmpuint (info->size, >, 0);
  eject (f, id);
  g_clear_pointer (&info, tabella_stick_info_free);
  info = tabella_sticks_find (f->sticks, id);
  g_assert_null (info->root);
  g_assert_cmpint (g_rmdir (f->a), ==, 0);
  gone = mount_it (f, id, &error); /* asked before it was noticed */
  g_assert_null (gone);
  g_assert_error (error, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_GONE);
  eject (f, id);
}

static void
test_no_folder (Fixture *f, gconstpointer data)
{
  g_autoptr (TabellaStickInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL, *root = NULL;

  g_assert_true (g_file_set_contents (f->a, "no stick", -1, NULL));
  notice (f);
  id = first_id (f);
  info = tabella_sticks_find (f->sticks, id);
  g_assert_false (info->readable);
  root = mount_it (f, id, &error);
  g_assert_null (root);
  g_assert_error (error, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_UNKNOWN);
}

/* Taken out and another one put in between two looks. */
static void
test_exchanged (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL, *aside = g_build_filename (f->dir, "c", NULL);

  g_assert_cmpint (g_mkdir (f->a, 0755), ==, 0);
  notice (f);
  before = first_id (f);
  g_assert_cmpint (g_rename (f->a, aside), ==, 0);
  g_assert_cmpint (g_mkdir (f->a, 0755), ==, 0);
  notice (f);
  after = first_id (f);
  g_assert_cmpstr (before, !=, after);
  g_assert_null (tabella_sticks_find (f->sticks, before));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  tabella_crypto_init ();
  g_test_add ("/sticks-folders/come-and-go", Fixture, NULL, set_up, test_come_and_go, tear_down);
  g_test_add ("/sticks-folders/mount", Fixture, NULL, set_up, test_mount, tear_down);
  g_test_add ("/sticks-folders/no-folder", Fixture, NULL, set_up, test_no_folder, tear_down);
  g_test_add ("/sticks-folders/exchanged", Fixture, NULL, set_up, test_exchanged, tear_down);
  return g_test_run ();
}
