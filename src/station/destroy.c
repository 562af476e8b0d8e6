/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "destroy.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files.h"
#include "station-error.h"

#define BLOCK 65536

static gboolean
resists (const char *path, int err, GError **error)
{
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE,
               _ ("%s cannot be removed (%s); look at the disk and start this terminal again"),
               path, tabella_errno_text (err));
  return FALSE;
}

/* 0 or errno. */
static int
put_zeros (int fd)
{
  static const guint8 zeros[BLOCK];
  struct stat st;

  if (fstat (fd, &st) != 0)
    return errno;
  for (off_t at = 0; at < st.st_size;) {
    const ssize_t put = pwrite (fd, zeros, (gsize)MIN (st.st_size - at, BLOCK), at);

    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return errno;
    at += put;
  }
  return fsync (fd) == 0 ? 0 : errno;
}

/* 0 or errno: overwritten if it is an ordinary file, and removed in any case. */
static int
wipe (const char *path)
{
  struct stat st;
  int fd, err = 0;

  if (lstat (path, &st) != 0)
    return errno;
  if (S_ISREG (st.st_mode)) {
    fd = open (path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    err = fd < 0 ? errno : put_zeros (fd);
    if (fd >= 0)
      close (fd);
  }
  if (unlink (path) != 0)
    err = errno;
  return err;
}

gboolean
tabella_destroy_file (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  const int err = wipe (path);

  if (err == ENOENT)
    return TRUE;
  if (!tabella_folder_sync (folder, NULL) && err == 0)
    return resists (path, EIO, error);
  return err == 0 || resists (path, err, error);
}

/* Goes on after what resists; *error keeps the first of them. */
static gboolean
wipe_all (const char *path, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  gboolean good = TRUE;

  if (dir == NULL)
    return resists (path, EIO, error);
  while ((name = tabella_folder_next (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    const gboolean folder =
        g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK);
    const int err = folder ? 0 : wipe (inner);

    if (folder ? !wipe_all (inner, good ? error : NULL)
               : err != 0 && !resists (inner, err, good ? error : NULL))
      good = FALSE;
  }
  return errno == 0 ? good : resists (path, errno, good ? error : NULL);
}

gboolean
tabella_destroy_folder (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  struct stat st;

  if (lstat (path, &st) != 0)
    return errno == ENOENT || resists (path, errno, error);
  if (!wipe_all (path, error))
    return FALSE;
  return tabella_folder_remove (path, &cause) || resists (path, EIO, error);
}
