/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole folders, as they lie on a stick, on a terminal's disk or on the web. */
#include "folders.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files.h"

#define STEP    8
#define CHANGES 64 /* at most, of one input */

struct _FuzzFolder {
  GPtrArray *names, *bytes; /* char*, GBytes */
};

const char *const fuzz_names[] = {
  "\xE2\x80\xAEnosj.tsefinam", /* right to left */
  "new\nline",
  "\x1B[2Jescape",
  "not-utf-8-\xFF\xFE",
  "-rf",
  "...",
  "terminal-001",
  "terminal-65536",
  "batch-0001",
  "9999999999999999999999.json",
  "0001.json",
  "manifest.json",
  "ballots",
  "sealed.minisig",
  NULL,
};

static void
collect (FuzzFolder *folder, const char *from, const char *below)
{
  g_autoptr (GPtrArray) names = tabella_folder_list (from, NULL);

  FUZZ_CHECK (names != NULL);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (from, names->pdata[i], NULL);
    g_autofree char *name = g_build_filename (below, names->pdata[i], NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      collect (folder, path, name);
      continue;
    }
    g_ptr_array_add (folder->bytes, tabella_file_read (path, TABELLA_FILE_LIMIT, NULL));
    g_ptr_array_add (folder->names, g_steal_pointer (&name));
  }
}

FuzzFolder *
fuzz_folder_new (const char *from)
{
  FuzzFolder *folder = g_new0 (FuzzFolder, 1);

  folder->names = g_ptr_array_new_with_free_func (g_free);
  folder->bytes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  collect (folder, from, "");
  FUZZ_CHECK (folder->names->len > 0);
  return folder;
}

static void
put (const char *path, gconstpointer bytes, gsize size)
{
  g_autofree char *parent = g_path_get_dirname (path);

  FUZZ_CHECK (g_mkdir_with_parents (parent, 0755) == 0);
  fuzz_write (path, bytes, size);
}

/* The file with a part of it changed. */
static void
edit (const char *path, GBytes *bytes, const guint8 step[STEP], guint32 at)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize size;
  const guint8 *old = g_bytes_get_data (bytes, &size);

  if (size > 0)
    g_byte_array_append (out, old, (guint)size);
  at = size > 0 ? at % (guint32)size : 0;
  switch (step[1] % 10) {
  case 0:
    if (size > 0)
      out->data[at] = step[6];
    break;
  case 1:
    if (size > 0)
      out->data[at] ^= (guint8)(1u << step[6] % 8);
    break;
  case 2:
    g_byte_array_set_size (out, at);
    break;
  default:
    g_byte_array_append (out, step, STEP);
    break;
  }
  fuzz_write (path, out->data, out->len);
}

static void
change (const FuzzFolder *folder, const char *root, const guint8 step[STEP])
{
  const guint n = folder->names->len, which = step[0] % n;
  const guint32 at = step[2] | (guint32)step[3] << 8 | (guint32)step[4] << 16;
  const char *odd = fuzz_names[step[6] % (G_N_ELEMENTS (fuzz_names) - 1)];
  g_autofree char *path = g_build_filename (root, folder->names->pdata[which], NULL);
  g_autofree char *parent = g_path_get_dirname (path), *there = NULL;
  GBytes *other = folder->bytes->pdata[step[6] % n];

  if (step[1] % 10 <= 3) {
    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      edit (path, folder->bytes->pdata[which], step, at);
    return;
  }
  there = g_build_filename (parent, odd, NULL);
  if (step[1] % 10 != 9) /* what else there is instead */
    (void)!g_remove (path);
  switch (step[1] % 10) {
  case 4: /* nothing */
    break;
  case 5: /* another file */
    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      put (path, g_bytes_get_data (other, NULL), g_bytes_get_size (other));
    break;
  case 6:
    (void)!g_mkdir (path, 0755);
    break;
  case 7: /* what never ends */
    (void)!symlink ("/dev/zero", path);
    break;
  case 8: /* what waits for ever */
    (void)!mkfifo (path, 0644);
    break;
  default: /* one more, under an odd name */
    if (!g_file_test (there, G_FILE_TEST_EXISTS))
      put (there, g_bytes_get_data (other, NULL), g_bytes_get_size (other));
    break;
  }
}

void
fuzz_folder_write (const FuzzFolder *folder, const char *path, const guint8 *changes, gsize size)
{
  FUZZ_CHECK (tabella_folder_remove (path, NULL));
  for (guint i = 0; i < folder->names->len; i++) {
    g_autofree char *name = g_build_filename (path, folder->names->pdata[i], NULL);

    put (name, g_bytes_get_data (folder->bytes->pdata[i], NULL),
         g_bytes_get_size (folder->bytes->pdata[i]));
  }
  for (gsize i = 0; i + STEP <= MIN (size, CHANGES * STEP); i += STEP)
    change (folder, path, changes + i);
}

void
fuzz_folder_seed (const char *name, guint8 file, guint8 kind, guint32 at, guint8 value)
{
  const guint8 step[STEP] = { file, kind,  (guint8)at, (guint8)(at >> 8), (guint8)(at >> 16),
                              0,    value, 0 };

  fuzz_seed (name, step, sizeof step);
}
