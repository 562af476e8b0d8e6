/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "package.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "bytes.h"
#include "copy.h"

#define PACKAGE_NAME "tabella-package"

void
tabella_package_free (TabellaPackage *p)
{
  if (p == NULL)
    return;
  g_clear_pointer (&p->manifest, tabella_manifest_free);
  g_clear_pointer (&p->amendments, g_ptr_array_unref);
  g_clear_pointer (&p->sealed_keys, g_bytes_unref);
  g_clear_pointer (&p->slices, g_ptr_array_unref);
  g_free (p->manifest_sig);
  g_free (p);
}

/* What already stands at @path may be replaced only if it is a package of this election. */
static gboolean
check_replaced (const char *path, const TabellaManifest *m, GError **error)
{
  g_autofree char *manifest = g_build_filename (path, "manifest.json", NULL);
  g_autoptr (GBytes) bytes = NULL;
  guint8 he[32];

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  bytes = tabella_file_read (manifest, TABELLA_MANIFEST_LIMIT, NULL);
  if (bytes != NULL) {
    tabella_manifest_id (bytes, he);
    if (memcmp (he, m->he, 32) == 0)
      return TRUE;
  }
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
               _ ("%s: something else than this election's package is there; move it away or use "
                  "another stick"),
               path);
  return FALSE;
}

static gboolean
copy_named (const char *folder, const char *made, const char *name, GError **error)
{
  g_autofree char *from = g_build_filename (folder, name, NULL);
  g_autofree char *to = g_build_filename (made, name, NULL);

  return tabella_file_copy (from, to, 0644, error);
}

static gboolean
write_bytes (const char *path, GBytes *bytes, GError **error)
{
  return tabella_file_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0644,
                             error);
}

/* The keys of every terminal and the slices that the manifest names. */
static gboolean
copy_roll (const char *folder, const char *made, const TabellaManifest *m, GError **error)
{
  for (guint i = 0; i < m->terminals->len; i++) {
    const TabellaTerminalInfo *t = m->terminals->pdata[i];
    g_autofree char *to = tabella_roll_keys_path (made, t->index);
    g_autofree char *slice = tabella_roll_slice_path (made, t->slice);
    g_autoptr (GBytes) keys = tabella_roll_keys_load (folder, t, error), bytes = NULL;

    if (keys == NULL || !write_bytes (to, keys, error))
      return FALSE;
    if (!t->has_slice || g_file_test (slice, G_FILE_TEST_EXISTS))
      continue;
    bytes = tabella_roll_slice_load (folder, t->slice, TABELLA_SLICES_LIMIT, error);
    if (bytes == NULL || !write_bytes (slice, bytes, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
fill_package (const char *folder, const char *made, const TabellaManifest *m, GError **error)
{
  g_autofree char *amendments = g_build_filename (folder, "amendments", NULL);
  g_autofree char *to = g_build_filename (made, "amendments", NULL);
  gboolean amended;

  if (!copy_named (folder, made, "manifest.json", error) ||
      !copy_named (folder, made, "manifest.json.minisig", error) ||
      !copy_named (folder, made, "organisers.pub", error) ||
      !tabella_file_exists (amendments, &amended, error) ||
      (amended && !tabella_folder_copy (amendments, to, error)))
    return FALSE;
  return copy_roll (folder, made, m, error);
}

gboolean
tabella_package_write (const char *folder, const char *out, GError **error)
{
  g_autofree char *made = g_build_filename (out, "." PACKAGE_NAME ".tmp", NULL);
  g_autofree char *path = g_build_filename (out, PACKAGE_NAME, NULL);
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (GPtrArray) amendments = NULL;
  TabellaCeremonyKeys keys;

  m = tabella_manifest_load (folder, NULL, &keys, error);
  if (m == NULL)
    return FALSE;
  amendments = tabella_amendments_load (m, folder, TRUE, error);
  if (amendments == NULL || !check_replaced (path, m, error) ||
      !tabella_folder_remove (made, error))
    return FALSE;
  if (!fill_package (folder, made, m, error) || !tabella_folder_replace (made, path, error)) {
    tabella_folder_remove (made, NULL);
    return FALSE;
  }
  return TRUE;
}

/* The package's folder: below @path or @path itself. */
static char *
find_package (const char *path, GError **error)
{
  g_autofree char *below = g_build_filename (path, PACKAGE_NAME, NULL);
  g_autofree char *inner = g_build_filename (below, "manifest.json", NULL);
  g_autofree char *here = g_build_filename (path, "manifest.json", NULL);

  if (g_file_test (inner, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&below);
  if (g_file_test (here, G_FILE_TEST_EXISTS))
    return g_strdup (path);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
               _ ("%s: there is no folder %s here; the organisers make it with tabella package"),
               path, PACKAGE_NAME);
  return NULL;
}

static const TabellaTerminalInfo *
find_terminal (const TabellaManifest *m, const guint8 box_key[32], GError **error)
{
  for (guint i = 0; i < m->terminals->len; i++) {
    const TabellaTerminalInfo *t = m->terminals->pdata[i];

    if (memcmp (t->box_key, box_key, 32) == 0)
      return t;
  }
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_OTHER,
               _ ("this package is for \"%s\" and its %u terminals; this tablet is none of them: "
                  "use the stick of its own election, or enrol it there"),
               m->election->name, m->terminals->len);
  return NULL;
}

/* organisers.pub beside the manifest is the key that the manifest names. */
static gboolean
check_public_key (const char *folder, const TabellaManifest *m, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "organisers.pub", NULL);
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_SMALL_LIMIT, error);
  TabellaMinisignPublic pub;

  if (bytes == NULL)
    return FALSE;
  if (tabella_minisign_public_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &pub,
                                     NULL) &&
      memcmp (pub.id, m->organisers.id, 8) == 0 && memcmp (pub.key, m->organisers.key, 32) == 0)
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
               _ ("%s: not the key that the manifest names; copy the package again"), path);
  return FALSE;
}

static gboolean
read_slices (const char *folder, TabellaPackage *p, GError **error)
{
  g_autoptr (GArray) digests =
      tabella_roll_slices_of (p->manifest->election, p->manifest->terminals, p->terminal);
  guint64 room = TABELLA_SLICES_LIMIT; /* all of them stay in memory */

  if (digests->len > TABELLA_SLICE_KEYS_MAX) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 _ ("manifest.json: terminal %u would hold more than %d slices of the roll; the "
                    "organisers have to give it fewer"),
                 p->terminal->index, TABELLA_SLICE_KEYS_MAX);
    return FALSE;
  }
  for (guint i = 0; i < digests->len; i++) {
    const guint8 *digest = g_array_index (digests, TabellaSliceDigest, i).digest;
    GBytes *bytes = tabella_roll_slice_load (folder, digest, room, error);
    g_autoptr (TabellaSlice) slice = NULL;

    if (bytes == NULL)
      return FALSE;
    room -= g_bytes_get_size (bytes);
    g_ptr_array_add (p->slices, bytes);
    slice = tabella_slice_parse (bytes, error);
    if (slice == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_keys (const char *folder, TabellaPackage *p, GError **error)
{
  p->sealed_keys = tabella_roll_keys_load (folder, p->terminal, error);
  if (p->sealed_keys == NULL)
    g_prefix_error (error, _ ("copy the package again from the organisers: "));
  return p->sealed_keys != NULL;
}

static gboolean
read_signature (const char *folder, TabellaPackage *p, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "manifest.json.minisig", NULL);
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_SMALL_LIMIT, error);

  if (bytes == NULL)
    return FALSE;
  p->manifest_sig = tabella_bytes_text (bytes);
  /* Not what was verified a moment ago, if the stick's content changes under us. */
  return tabella_manifest_check_signature (p->manifest, p->manifest_sig, strlen (p->manifest_sig),
                                           NULL, error);
}

TabellaPackage *
tabella_package_read (const char *path, const guint8 box_key[32], GError **error)
{
  g_autoptr (TabellaPackage) p = g_new0 (TabellaPackage, 1);
  g_autofree char *folder = find_package (path, error);

  if (folder == NULL)
    return NULL;
  p->slices = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  p->manifest = tabella_manifest_load (folder, NULL, &p->keys, error);
  if (p->manifest == NULL || !read_signature (folder, p, error) ||
      !check_public_key (folder, p->manifest, error))
    return NULL;
  p->terminal = find_terminal (p->manifest, box_key, error);
  if (p->terminal == NULL)
    return NULL;
  p->amendments = tabella_amendments_load (p->manifest, folder, TRUE, error);
  if (p->amendments == NULL || !read_keys (folder, p, error) || !read_slices (folder, p, error))
    return NULL;
  return g_steal_pointer (&p);
}
