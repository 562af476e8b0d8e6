/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "files.h"

#include <glib/gi18n-lib.h>
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

/* What the system says in the words of these (errno's, as the C library writes them in English). */
static const char *const system_words[] G_GNUC_UNUSED = {
  N_ ("No space left on device"),
  N_ ("Read-only file system"),
  N_ ("Input/output error"),
  N_ ("Permission denied"),
  N_ ("Operation not permitted"),
  N_ ("No such file or directory"),
  N_ ("File exists"),
  N_ ("Not a directory"),
  N_ ("Is a directory"),
  N_ ("File too large"),
  N_ ("No such device or address"),
  N_ ("No such device"),
  N_ ("Disk quota exceeded"),
  N_ ("Device or resource busy"),
};

const char *
tabella_errno_text (int err)
{
  return _ (g_strerror (err));
}

/* What a person can do about it. */
static const char *
advice (int err)
{
  switch (err) {
  case ENOENT:
  case ENOTDIR:
    return _ ("; check the name");
  case EACCES:
  case EPERM:
  case EROFS:
    return _ ("; check whose it is and whether it is write-protected");
  case ENOSPC:
  case EDQUOT:
    return _ ("; make room, then do it again");
  case EIO:
    return _ ("; the disk or stick is failing, use another one");
  default:
    return "";
  }
}

static gboolean io_error (GError **error, int err, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
io_error (GError **error, int err, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO, "%s: %s%s", what,
               tabella_errno_text (err), advice (err));
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
      io_error (error, errno, _ ("cannot read %s"), path);
      return NULL;
    }
    if (got == 0 && out->len == 0)
      return g_bytes_new_static ("", 0);
    if (got == 0)
      return g_byte_array_free_to_bytes (g_steal_pointer (&out));
    g_byte_array_append (out, buffer, (guint)got);
  }
  io_error (error, EFBIG, _ ("cannot read %s"), path);
  return NULL;
}

GBytes *
tabella_file_read (const char *path, guint64 limit, GError **error)
{
  /* Non-blocking, so that a pipe under a file's name is refused below instead of waited for. */
  g_auto (Descriptor) fd = { open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) };
  struct stat st;

  if (fd.n < 0 || fstat (fd.n, &st) != 0) {
    io_error (error, errno, _ ("cannot read %s"), path);
    return NULL;
  }
  if (!S_ISREG (st.st_mode)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO,
                 _ ("cannot read %s: not an ordinary file; name the file itself"), path);
    return NULL;
  }
  limit = MIN (limit, TABELLA_FILE_LIMIT);
  if ((guint64)st.st_size > limit) {
    g_autofree char *has = g_strdup_printf ("%" G_GUINT64_FORMAT, (guint64)st.st_size);
    g_autofree char *most = g_strdup_printf ("%" G_GUINT64_FORMAT, limit);

    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO,
                 _ ("cannot read %s: it has %s bytes and at most %s are expected"), path, has,
                 most);
    return NULL;
  }
  return read_all (fd.n, path, limit, (gsize)st.st_size, error);
}

gboolean
tabella_file_ordinary (const char *path, GError **error)
{
  struct stat st;

  if (lstat (path, &st) != 0)
    return errno == ENOENT || io_error (error, errno, _ ("cannot read %s"), path);
  if (S_ISREG (st.st_mode))
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO,
               _ ("cannot read %s: not an ordinary file; name the file itself"), path);
  return FALSE;
}

gboolean
tabella_file_exists (const char *path, gboolean *there, GError **error)
{
  struct stat st;

  *there = stat (path, &st) == 0;
  return *there || errno == ENOENT || errno == ENOTDIR ||
         io_error (error, errno, _ ("cannot read %s"), path);
}

gboolean
tabella_file_read_if_any (const char *path, guint64 limit, GBytes **bytes, GError **error)
{
  gboolean there;

  *bytes = NULL;
  if (!tabella_file_exists (path, &there, error))
    return FALSE;
  if (there)
    *bytes = tabella_file_read (path, limit, error);
  return !there || *bytes != NULL;
}

gboolean
tabella_folder_sync (const char *path, GError **error)
{
  g_auto (Descriptor) fd = { open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };

  /* Some file systems on sticks cannot sync a folder and say so with EINVAL. */
  if (fd.n < 0 || (fsync (fd.n) != 0 && errno != EINVAL))
    return io_error (error, errno, _ ("cannot write %s"), path);
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
    return io_error (error, errno, _ ("cannot replace %s"), path);
  fd.n = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd.n < 0)
    return io_error (error, errno, _ ("cannot create %s"), path);
  if (!write_all (fd.n, bytes, size) || fsync (fd.n) != 0)
    return io_error (error, errno, _ ("cannot write %s"), path);
  n = fd.n;
  fd.n = -1;
  if (close (n) != 0)
    return io_error (error, errno, _ ("cannot write %s"), path);
  return TRUE;
}

static gboolean
put_in_place (const char *temporary, const char *path, gboolean replace, GError **error)
{
  if (replace) {
    if (rename (temporary, path) != 0)
      return io_error (error, errno, _ ("cannot write %s"), path);
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
    return io_error (error, errno, _ ("cannot write %s"), path);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
               _ ("%s exists already and is not replaced: move it away or choose another name"),
               path);
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
    return io_error (error, errno, _ ("cannot make the folder %s"), path);
  return tabella_folder_sync (parent, error);
}

static GDir *
open_folder (const char *path, GError **error)
{
  GDir *dir = g_dir_open (path, 0, NULL);

  if (dir == NULL)
    io_error (error, errno, _ ("cannot open folder %s"), path);
  return dir;
}

const char *
tabella_folder_next (GDir *dir)
{
  errno = 0; /* GLib's own end of the list and a failed read look alike */
  return g_dir_read_name (dir);
}

static gboolean
list_error (const char *path, GError **error)
{
  return errno == 0 || io_error (error, errno, _ ("cannot read %s"), path);
}

/* Removes links, never what they point at. */
static gboolean
remove_entry (const char *path, GError **error)
{
  struct stat st;

  if (lstat (path, &st) != 0)
    return errno == ENOENT || io_error (error, errno, _ ("cannot remove %s"), path);
  if (S_ISDIR (st.st_mode)) {
    g_autoptr (GDir) dir = open_folder (path, error);
    const char *name;

    if (dir == NULL)
      return FALSE;
    while ((name = tabella_folder_next (dir)) != NULL) {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (!remove_entry (inner, error))
        return FALSE;
    }
    if (!list_error (path, error))
      return FALSE;
  }
  if (remove (path) != 0)
    return io_error (error, errno, _ ("cannot remove %s"), path);
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
  while ((name = tabella_folder_next (dir)) != NULL) {
    if (name[0] == '.')
      continue;
    if (names->len == TABELLA_FOLDER_NAMES_MAX) {
      g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO,
                   _ ("cannot read %s: more than %u names are in it; name the folder itself that "
                      "is meant"),
                   path, TABELLA_FOLDER_NAMES_MAX);
      return NULL;
    }
    g_ptr_array_add (names, g_strdup (name));
  }
  if (!list_error (path, error))
    return NULL;
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

GPtrArray *
tabella_folder_list_if_any (const char *path, GError **error)
{
  gboolean there;

  if (!tabella_file_exists (path, &there, error))
    return NULL;
  return there ? tabella_folder_list (path, error) : g_ptr_array_new_with_free_func (g_free);
}
