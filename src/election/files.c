/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* An open file that closes itself where a function returns early. */
typedef struct {
  int n;
} Descriptor;

static void
descriptor_clear (Descriptor *d)
{
  if (d->n >= 0)
    close (d->n);
  d->n = -1;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Descriptor, descriptor_clear)

/* What a person can do about it. */
static const char *
advice (int err)
{
  switch (err) {
  case ENOENT:
  case ENOTDIR:
    return "; check the name";
  case EACCES:
  case EPERM:
  case EROFS:
    return "; check whose it is and whether it is write-protected";
  case ENOSPC:
  case EDQUOT:
    return "; make room, then do it again";
  case EIO:
    return "; the disk or stick is failing, use another one";
  default:
    return "";
  }
}

static gboolean
io_error (GError **error, const char *doing, const char *path, int err)
{
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO, "cannot %s %s: %s%s",
               doing, path, g_strerror (err), advice (err));
  return FALSE;
}

/* Up to @limit + 1 bytes: one more than allowed shows that a file grew. */
static GBytes *
read_all (int fd, const char *path, guint64 limit, gsize expected, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new ((guint)expected);
  guint8 buffer[65536];

  while (out->len <= limit) {
    ssize_t got = read (fd, buffer, sizeof buffer);

    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      io_error (error, "read", path, errno);
      return NULL;
    }
    if (got == 0)
      return g_byte_array_free_to_bytes (g_steal_pointer (&out));
    g_byte_array_append (out, buffer, (guint)got);
  }
  io_error (error, "read", path, EFBIG);
  return NULL;
}

GBytes *
tabella_file_read (const char *path, guint64 limit, GError **error)
{
  /* Non-blocking, so that a pipe under a file's name is refused below instead of waited for. */
  g_auto (Descriptor) fd = { open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) };
  struct stat st;

  if (fd.n < 0 || fstat (fd.n, &st) != 0) {
    io_error (error, "read", path, errno);
    return NULL;
  }
  if (!S_ISREG (st.st_mode)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO,
                 "cannot read %s: not an ordinary file; name the file itself", path);
    return NULL;
  }
  limit = MIN (limit, TABELLA_FILE_LIMIT);
  if ((guint64)st.st_size > limit) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO,
                 "cannot read %s: it has %" G_GUINT64_FORMAT " bytes and at most %" G_GUINT64_FORMAT
                 " are expected",
                 path, (guint64)st.st_size, limit);
    return NULL;
  }
  return read_all (fd.n, path, limit, (gsize)st.st_size, error);
}

gboolean
tabella_folder_sync (const char *path, GError **error)
{
  g_auto (Descriptor) fd = { open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };

  /* Some file systems on sticks cannot sync a folder and say so with EINVAL. */
  if (fd.n < 0 || (fsync (fd.n) != 0 && errno != EINVAL))
    return io_error (error, "write", path, errno);
  return TRUE;
}

static gboolean
write_all (int fd, const guint8 *bytes, gsize size)
{
  while (size > 0) {
    ssize_t put = write (fd, bytes, MIN (size, (gsize)1 << 24));

    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return FALSE;
    bytes += put;
    size -= (gsize)put;
  }
  return TRUE;
}

static gboolean
write_temporary (const char *path, gconstpointer bytes, gsize size, int mode, GError **error)
{
  g_auto (Descriptor) fd = { -1 };
  int n;

  /* What a crash left here may have another mode or be a link. */
  if (unlink (path) != 0 && errno != ENOENT)
    return io_error (error, "replace", path, errno);
  fd.n = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd.n < 0)
    return io_error (error, "create", path, errno);
  if (!write_all (fd.n, bytes, size) || fsync (fd.n) != 0)
    return io_error (error, "write", path, errno);
  n = fd.n;
  fd.n = -1;
  if (close (n) != 0)
    return io_error (error, "write", path, errno);
  return TRUE;
}

static gboolean
put_in_place (const char *temporary, const char *path, gboolean replace, GError **error)
{
  if (replace) {
    if (rename (temporary, path) != 0)
      return io_error (error, "write", path, errno);
    return TRUE;
  }
  if (renameat2 (AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno == EINVAL || errno == ENOSYS) {
    /* This file system has no such rename: look, then rename. */
    if (!g_file_test (path, G_FILE_TEST_EXISTS) && rename (temporary, path) == 0)
      return TRUE;
    errno = g_file_test (path, G_FILE_TEST_EXISTS) ? EEXIST : errno;
  }
  if (errno != EEXIST)
    return io_error (error, "write", path, errno);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
               "%s exists already and is not replaced: move it away or choose another name", path);
  return FALSE;
}

static gboolean
write_whole (const char *path, gconstpointer bytes, gsize size, int mode, gboolean replace,
             GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_strdup_printf (".%s.tmp", base);
  g_autofree char *temporary = g_build_filename (folder, name, NULL);

  if (!tabella_folder_make (folder, error))
    return FALSE;
  if (!write_temporary (temporary, bytes, size, mode, error) ||
      !put_in_place (temporary, path, replace, error)) {
    unlink (temporary);
    return FALSE;
  }
  return tabella_folder_sync (folder, error);
}

gboolean
tabella_file_write (const char *path, gconstpointer bytes, gsize size, int mode, GError **error)
{
  return write_whole (path, bytes, size, mode, TRUE, error);
}

gboolean
tabella_file_write_new (const char *path, gconstpointer bytes, gsize size, int mode, GError **error)
{
  return write_whole (path, bytes, size, mode, FALSE, error);
}

gboolean
tabella_folder_make (const char *path, GError **error)
{
  g_autofree char *parent = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  parent = g_path_get_dirname (path);
  if (!g_str_equal (parent, path) && !tabella_folder_make (parent, error))
    return FALSE;
  if (mkdir (path, 0755) != 0 && !(errno == EEXIST && g_file_test (path, G_FILE_TEST_IS_DIR)))
    return io_error (error, "make the folder", path, errno);
  return tabella_folder_sync (parent, error);
}

static GDir *
open_folder (const char *path, GError **error)
{
  GDir *dir = g_dir_open (path, 0, NULL);

  if (dir == NULL)
    io_error (error, "open folder", path, errno);
  return dir;
}

/* Removes links, never what they point at. */
static gboolean
remove_entry (const char *path, GError **error)
{
  struct stat st;

  if (lstat (path, &st) != 0)
    return errno == ENOENT || io_error (error, "remove", path, errno);
  if (S_ISDIR (st.st_mode)) {
    g_autoptr (GDir) dir = open_folder (path, error);
    const char *name;

    if (dir == NULL)
      return FALSE;
    while ((name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (!remove_entry (inner, error))
        return FALSE;
    }
  }
  if (remove (path) != 0)
    return io_error (error, "remove", path, errno);
  return TRUE;
}

gboolean
tabella_folder_remove (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (!remove_entry (path, error))
    return FALSE;
  return !g_file_test (parent, G_FILE_TEST_IS_DIR) || tabella_folder_sync (parent, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *
tabella_folder_list (const char *path, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = open_folder (path, error);
  const char *name;

  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (name[0] != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}
