/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "copy.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean io_error (GError **error, int err, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
io_error (GError **error, int err, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO, "%s: %s", what,
               tabella_errno_text (err));
  return FALSE;
}

gboolean
tabella_file_copy (const char *from, const char *to, int mode, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (from, TABELLA_FILE_LIMIT, error);

  return bytes != NULL && tabella_file_write (to, g_bytes_get_data (bytes, NULL),
                                              g_bytes_get_size (bytes), mode, error);
}

gboolean
tabella_folder_copy (const char *from, const char *to, GError **error)
{
  g_autoptr (GPtrArray) names = tabella_folder_list (from, error);

  if (names == NULL || !tabella_folder_make (to, error))
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *source = g_build_filename (from, names->pdata[i], NULL);
    g_autofree char *target = g_build_filename (to, names->pdata[i], NULL);
    struct stat st;

    if (lstat (source, &st) != 0)
      return io_error (error, errno, _ ("cannot read %s"), source);
    if (S_ISDIR (st.st_mode)) {
      if (!tabella_folder_copy (source, target, error))
        return FALSE;
    } else if (!tabella_file_copy (source, target, st.st_mode & 0777, error)) {
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
sync_parent (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  int fd = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int err = 0;

  /* Some file systems on sticks cannot sync a folder and say so with EINVAL. */
  if (fd < 0 || (fsync (fd) != 0 && errno != EINVAL))
    err = errno;
  if (fd >= 0)
    close (fd);
  return err == 0 || io_error (error, err, _ ("cannot write %s"), parent);
}

gboolean
tabella_folder_replace (const char *made, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_strdup_printf (".%s.old", base);
  g_autofree char *old = g_build_filename (parent, name, NULL);

  if (!tabella_folder_remove (old, error))
    return FALSE;
  if (renameat2 (AT_FDCWD, made, AT_FDCWD, path, RENAME_EXCHANGE) == 0)
    return sync_parent (path, error) && tabella_folder_remove (made, error);
  /* Nothing there yet, or a file system that cannot exchange: for a moment there is none. */
  if (rename (path, old) != 0 && errno != ENOENT)
    return io_error (error, errno, _ ("cannot replace %s"), path);
  if (rename (made, path) != 0)
    return io_error (error, errno, _ ("cannot write %s"), path);
  return sync_parent (path, error) && tabella_folder_remove (old, error);
}
