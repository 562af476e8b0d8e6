/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "slices.h"
#include "bytes.h"
#include "files.h"

#include <string.h>

struct _TabellaSlices {
  const TabellaManifest *manifest;
  char *folder;
  GHashTable *read; /* name -> TabellaSlice, or NULL: not usable */
  GError *failed;   /* the first that is there and cannot be read */
};

static void
free_slice (gpointer slice)
{
  if (slice != NULL)
    tabella_slice_free (slice);
}

TabellaSlices *
tabella_slices_new (const TabellaManifest *m, const char *folder)
{
  TabellaSlices *s = g_new0 (TabellaSlices, 1);

  s->manifest = m;
  s->folder = g_strdup (folder);
  s->read = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_slice);
  return s;
}

void
tabella_slices_free (TabellaSlices *s)
{
  g_free (s->folder);
  g_hash_table_unref (s->read);
  g_clear_error (&s->failed);
  g_free (s);
}

static TabellaSlice *
read_slice (TabellaSlices *s, const char *name, const guint8 expected[32])
{
  g_autofree char *path = g_build_filename (s->folder, name, NULL);
  g_autoptr (GError) failed = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (TabellaSlice) slice = NULL;
  guint8 digest[32];

  if (!tabella_file_read_if_any (path, TABELLA_FILE_LIMIT, &bytes, &failed) && s->failed == NULL)
    s->failed = g_steal_pointer (&failed);
  slice = bytes != NULL ? tabella_slice_parse (bytes, NULL) : NULL;
  if (slice == NULL)
    return NULL;
  tabella_slice_digest (slice, digest);
  return memcmp (digest, expected, sizeof digest) == 0 ? g_steal_pointer (&slice) : NULL;
}

static const TabellaSlice *
get_slice (TabellaSlices *s, const guint8 digest[32])
{
  g_autofree char *hex = tabella_hex (digest, 8);
  g_autofree char *name = g_strconcat (hex, ".slice", NULL);
  gpointer slice;

  if (g_hash_table_lookup_extended (s->read, name, NULL, &slice))
    return slice;
  slice = read_slice (s, name, digest);
  g_hash_table_insert (s->read, g_steal_pointer (&name), slice);
  return slice;
}

static gboolean
has (TabellaSlices *s, const guint8 digest[32], const guint8 p[32])
{
  const TabellaSlice *slice = get_slice (s, digest);

  return slice != NULL && tabella_slice_has (slice, p);
}

gboolean
tabella_slices_has (TabellaSlices *s, const TabellaTerminalInfo *t,
                    const TabellaTerminalStatus *status, const guint8 p[32])
{
  if (!status->took_over)
    return t->has_slice && has (s, t->slice, p);
  for (guint i = 0; i < s->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *other = g_ptr_array_index (s->manifest->terminals, i);

    if (other->has_slice && other->station == t->station && has (s, other->slice, p))
      return TRUE;
  }
  return FALSE;
}

gboolean
tabella_slices_all_read (const TabellaSlices *s, GError **error)
{
  if (s->failed != NULL && error != NULL)
    *error = g_error_copy (s->failed);
  return s->failed == NULL;
}
