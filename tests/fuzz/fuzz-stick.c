/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sticks: the package that a terminal installs, the folders that the centre imports, and folders
 * with any names. Signatures cannot be made here, so that what is taken is what was signed. */
#include "folders.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "copy.h"
#include "files.h"
#include "import.h"
#include "package.h"
#include "poll.h"

/* --- A package --- */

static FuzzFolder *package;

static void
prepare_package (void)
{
  package = fuzz_folder_new (fuzz_fixture ()->package);
}

static gboolean
run_package (const guint8 *bytes, gsize size)
{
  const TabellaFixture *f = fuzz_fixture ();
  g_autofree char *stick = fuzz_path ("stick");
  const guint8 *box_key = ((const TabellaTerminalSecrets *)f->secrets->pdata[0])->box_key;
  g_autoptr (TabellaPackage) p = NULL;
  g_autoptr (GError) error = NULL;

  fuzz_folder_write (package, stick, bytes, size);
  p = tabella_package_read (stick, box_key, &error);
  if (!fuzz_verdict (p != NULL, error))
    return FALSE;
  FUZZ_CHECK (memcmp (p->manifest->he, f->manifest->he, 32) == 0 && p->terminal->index == 1);
  FUZZ_CHECK (p->amendments->len == 0 && p->slices->len == 1);
  return TRUE;
}

static void
seed_package (void)
{
  fuzz_seed ("whole", "", 0);
  for (guint8 i = 0; fuzz_names[i] != NULL; i++) {
    g_autofree char *name = g_strdup_printf ("name-%u", i);

    if (g_strcmp0 (fuzz_names[i], "manifest.json") != 0)
      fuzz_folder_seed (name, 3, 9, 0, i);
  }
}

const FuzzTarget fuzz_package = { "package", prepare_package, run_package, seed_package };

/* --- A terminal's final and another one's safety copy, imported --- */

#define FINAL   1
#define COPIED  2
#define BALLOTS 2

static FuzzFolder *batches;

static void
vote (guint16 terminal, TabellaBatchKind kind, const char *stick)
{
  g_autoptr (Poll) p = poll_new (fuzz_fixture (), terminal);

  for (guint i = 0; i < BALLOTS; i++)
    poll_vote (p, 101 + i, TABELLA_CHECKIN_WALKIN, "y-");
  poll_make (p, kind);
  g_free (poll_write (p, stick));
}

static void
prepare_import (void)
{
  g_autofree char *stick = fuzz_path ("written");

  vote (FINAL, TABELLA_BATCH_FINAL, stick);
  vote (COPIED, TABELLA_BATCH_INTERIM, stick);
  batches = fuzz_folder_new (stick);
}

/* How many are taken. */
static guint
check_imported (GPtrArray *done)
{
  guint taken = 0;

  for (guint i = 0; i < done->len; i++) {
    const TabellaImported *one = done->pdata[i];

    if (one->refused != NULL) {
      FUZZ_CHECK (g_utf8_validate (one->refused, -1, NULL));
      continue;
    }
    FUZZ_CHECK (one->terminal == (one->interim ? COPIED : FINAL) && one->number == 1);
    FUZZ_CHECK (one->cast == BALLOTS && one->checkins == BALLOTS);
    taken += !one->already;
  }
  FUZZ_CHECK (taken <= 2);
  return taken;
}

static gboolean
run_import (const guint8 *bytes, gsize size)
{
  const char *folder = fuzz_fixture ()->folder;
  g_autofree char *stick = fuzz_path ("stick"), *db = g_build_filename (folder, "centre.db", NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (TabellaEvidence) evidence = NULL;
  g_autoptr (GError) error = NULL;

  fuzz_folder_write (batches, stick, bytes, size);
  (void)!g_unlink (db);
  store = tabella_store_open (folder, &error);
  FUZZ_CHECK (store != NULL);
  g_ptr_array_add (paths, stick);
  done = tabella_import (store, paths, NULL, NULL, &error);
  if (!fuzz_verdict (done != NULL, error))
    return FALSE;
  evidence = tabella_store_evidence (store, &error);
  FUZZ_CHECK (evidence != NULL); /* whatever was kept, it can be read again */
  return check_imported (done) == 2;
}

static void
seed_import (void)
{
  fuzz_seed ("whole", "", 0);
  fuzz_folder_seed ("right-to-left", 0, 9, 0, 0);
  fuzz_folder_seed ("not-utf-8", 0, 9, 0, 3);
}

const FuzzTarget fuzz_import = { "import", prepare_import, run_import, seed_import };

/* --- A folder in which each line of the input names a file, a folder, a link or a pipe --- */

static void
make_entry (const char *root, char *name)
{
  g_autofree char *path = NULL;

  /* One place below the root: what a directory entry can be called. */
  for (char *p = name; *p != '\0'; p++)
    if (*p == '/')
      *p = '_';
  if (*name == '\0' || g_str_equal (name, ".") || g_str_equal (name, "..") || strlen (name) > 255)
    return;
  path = g_build_filename (root, name, NULL);
  switch (name[0] % 4) {
  case 0:
    (void)!g_mkdir (path, 0755);
    break;
  case 1:
    (void)!symlink ("..", path);
    break;
  case 2:
    (void)!mkfifo (path, 0644);
    break;
  default:
    (void)!g_file_set_contents (path, "x", 1, NULL);
    break;
  }
}

static gboolean
run_listing (const guint8 *bytes, gsize size)
{
  g_autofree char *root = fuzz_path ("listing"), *copy = fuzz_path ("copied");
  g_autofree char *text = fuzz_text (bytes, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 100);
  g_autoptr (GPtrArray) names = NULL, again = NULL;
  g_autoptr (GError) error = NULL;

  FUZZ_CHECK (tabella_folder_remove (root, NULL) && tabella_folder_remove (copy, NULL));
  FUZZ_CHECK (g_mkdir (root, 0755) == 0);
  for (guint i = 0; lines[i] != NULL; i++)
    make_entry (root, lines[i]);
  names = tabella_folder_list (root, &error);
  FUZZ_CHECK (names != NULL);
  for (guint i = 0; i < names->len; i++) {
    FUZZ_CHECK (*(char *)names->pdata[i] != '.' && strchr (names->pdata[i], '/') == NULL);
    FUZZ_CHECK (i == 0 || strcmp (names->pdata[i - 1], names->pdata[i]) < 0);
  }
  /* Links and pipes are not copied, and it says so. */
  if (!tabella_folder_copy (root, copy, &error)) {
    FUZZ_CHECK (error != NULL);
    return FALSE;
  }
  again = tabella_folder_list (copy, NULL);
  FUZZ_CHECK (again != NULL && again->len == names->len);
  return TRUE;
}

static void
seed_listing (void)
{
  fuzz_seed_text ("files", "cards\nships\ngifts");
  fuzz_seed_text ("none", "");
  for (guint i = 0; fuzz_names[i] != NULL; i++) {
    g_autofree char *name = g_strdup_printf ("name-%u", i);
    g_autofree char *line = g_strconcat ("c", fuzz_names[i], NULL);

    fuzz_seed_text (name, line);
  }
}

const FuzzTarget fuzz_listing = { "listing", NULL, run_listing, seed_listing, FUZZ_LINES };
