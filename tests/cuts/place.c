/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images and true folders. */
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

GHashTable *
cuts_memory_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    remove_all (inner);
  }
  if (remove (path) != 0 && errno != ENOENT)
    g_error ("%s cannot be removed: %s", path, g_strerror (errno));
}

/* Everything goes that is not in the image. */
static void
prune (const CutsImage *i, guint disk, const char *folder, const char *path)
{
  g_autofree char *whole = g_build_filename (folder, path, NULL);
  g_autoptr (GDir) dir = g_dir_open (whole, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below =
        path[0] == '\0' ? g_strdup (name) : g_build_filename (path, name, NULL);
    g_autofree char *inner = g_build_filename (folder, below, NULL);
    const CutsFile *f = cuts_image_file (i, disk, below);
    const gboolean is_folder = g_file_test (inner, G_FILE_TEST_IS_DIR);

    if (f == NULL || f->folder != is_folder)
      remove_all (inner);
    else if (is_folder)
      prune (i, disk, folder, below);
  }
}

static void
write_file (const CutsFile *f, const char *path)
{
  /* An old time of change, so that any later one shows: the clock of files is a coarse one. */
  static const struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd < 0 || write (fd, f->bytes, f->size) != (ssize_t)f->size || futimens (fd, times) != 0 ||
      close (fd) != 0)
    g_error ("%s cannot be written: %s", path, g_strerror (errno));
}

void
cuts_image_write (const CutsImage *i, guint disk, const char *folder, GHashTable *memory)
{
  if (g_mkdir_with_parents (folder, 0700) != 0)
    g_error ("%s cannot be made", folder);
  prune (i, disk, folder, "");
  for (guint k = 0; k < i->files->len; k++) {
    const CutsFile *f = i->files->pdata[k];
    g_autofree char *path = NULL;
    const guint8 *known;
    struct stat st;

    if (f->disk != disk || f->path[0] == '\0')
      continue;
    path = g_build_filename (folder, f->path, NULL);
    known = g_hash_table_lookup (memory, f->path);
    if (f->folder) {
      if (mkdir (path, 0755) != 0 && errno != EEXIST)
        g_error ("%s cannot be made", path);
    } else if (known == NULL || memcmp (known, f->hash, 16) != 0 || stat (path, &st) != 0 ||
               st.st_mtim.tv_sec != 1000000000 || (gsize)st.st_size != f->size) {
      write_file (f, path);
      g_hash_table_insert (memory, g_strdup (f->path), g_memdup2 (f->hash, 16));
    }
  }
}

static guint
count_names (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 1;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    n += count_names (inner);
  }
  return n;
}

gboolean
cuts_image_equals (const CutsImage *i, guint disk, const char *folder, GString *why)
{
  guint n = 0;

  for (guint k = 0; k < i->files->len; k++) {
    const CutsFile *f = i->files->pdata[k];
    g_autofree char *path = g_build_filename (folder, f->path, NULL);
    g_autofree char *bytes = NULL;
    gsize size = 0;

    if (f->disk != disk)
      continue;
    n++;
    if (f->folder ? g_file_test (path, G_FILE_TEST_IS_DIR)
                  : g_file_get_contents (path, &bytes, &size, NULL) && size == f->size &&
                        memcmp (bytes, f->bytes, size) == 0)
      continue;
    g_string_append_printf (why, "%s is not as the log says", path);
    return FALSE;
  }
  if (n == count_names (folder))
    return TRUE;
  g_string_append_printf (why, "%s has %u names, the log knows of %u", folder, count_names (folder),
                          n);
  return FALSE;
}
