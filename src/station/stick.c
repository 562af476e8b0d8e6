/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stick.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files.h"

#define BLOCK   65536
#define CLUSTER 65536 /* the largest piece in which the filesystems of sticks give space */
#define FOLDERS 2

#define MAGIC_BYTES 8
#define HE_BYTES    32

static gboolean
stick_error (const TabellaStick *stick, int err, GError **error)
{
  g_autofree char *text = NULL;

  switch (err) {
  case ENOSPC:
  case EDQUOT:
  case EFBIG:
    text = g_strdup_printf (_ ("the stick %s is full: use another one, or delete what is on it; "
                               "nothing is lost on this terminal"),
                            stick->root);
    break;
  case EROFS:
  case EACCES:
  case EPERM:
    text = g_strdup_printf (_ ("the stick %s is write-protected: move its switch, or use another "
                               "one; nothing is lost on this terminal"),
                            stick->root);
    break;
  case ENOENT:
  case ENOTDIR:
  case ENODEV:
  case ENXIO:
    text = g_strdup_printf (_ ("the stick %s is not there: put it in and wait until it is found; "
                               "nothing is lost on this terminal"),
                            stick->root);
    break;
  default:
    text = g_strdup_printf (_ ("the stick %s cannot be written (%s): use another one; nothing is "
                               "lost on this terminal"),
                            stick->root, tabella_errno_text (err));
    break;
  }
  g_set_error_literal (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK, text);
  return FALSE;
}

static gboolean
not_the_same (const TabellaStick *stick, const char *name, GError **error)
{
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK,
               _ ("the stick %s does not give back what was written to it (%s): use another one; "
                  "nothing is lost on this terminal"),
               stick->root, name);
  return FALSE;
}

static gboolean
flush_default (const char *root, GError **error)
{
  const TabellaStick stick = { root, NULL };
  int fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

  if (fd < 0)
    return stick_error (&stick, errno, error);
  if (syncfs (fd) != 0)
    err = errno;
  close (fd);
  return err == 0 || stick_error (&stick, err, error);
}

static gboolean
flush (const TabellaStick *stick, GError **error)
{
  return (stick->sync != NULL ? stick->sync : flush_default) (stick->root, error);
}

static gboolean
sync_folder (const TabellaStick *stick, const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

  if (fd < 0)
    return stick_error (stick, errno, error);
  if (fsync (fd) != 0 && errno != EINVAL) /* vfat and others cannot sync a folder; syncfs follows */
    err = errno;
  close (fd);
  return err == 0 || stick_error (stick, err, error);
}

/* Where a folder of ours should be: a stick may be made so that what is written to it goes
 * elsewhere.
 */
static gboolean
is_link (const char *path)
{
  struct stat st;

  return lstat (path, &st) == 0 && S_ISLNK (st.st_mode);
}

static gboolean
make_folder (const TabellaStick *stick, const char *path, GError **error)
{
  int err = mkdir (path, 0755) == 0 ? 0 : errno;

  return err == 0 || (err == EEXIST && g_file_test (path, G_FILE_TEST_IS_DIR) && !is_link (path)) ||
         stick_error (stick, err, error);
}

/* 0 or errno. */
static int
put_all (int fd, const guint8 *bytes, gsize size)
{
  while (size > 0) {
    ssize_t put = write (fd, bytes, size);

    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      return errno;
    bytes += put;
    size -= (gsize)put;
  }
  return fsync (fd) == 0 ? 0 : errno;
}

static gboolean
write_file (const TabellaStick *stick, const char *folder, const TabellaStickFile *file,
            GError **error)
{
  g_autofree char *path = g_build_filename (folder, file->name, NULL);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (file->bytes, &size);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644), err;

  if (fd < 0)
    return stick_error (stick, errno, error);
  err = put_all (fd, bytes, size);
  if (close (fd) != 0 && err == 0)
    err = errno;
  return err == 0 || stick_error (stick, err, error);
}

/* 0 and *same, or errno. What the kernel remembers is dropped first, so that the device answers. */
static int
compare_all (int fd, const guint8 *bytes, gsize size, gboolean *same)
{
  guint8 block[BLOCK];
  struct stat st;

  *same = FALSE;
  if (fstat (fd, &st) != 0)
    return errno;
  posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
  if (st.st_size < 0 || (gsize)st.st_size != size)
    return 0;
  while (size > 0) {
    ssize_t got = read (fd, block, MIN (size, sizeof block));

    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return errno;
    if (got == 0 || memcmp (block, bytes, (gsize)got) != 0)
      return 0;
    bytes += got;
    size -= (gsize)got;
  }
  *same = TRUE;
  return 0;
}

/* Every file of the batch is in @folder as it should be. *same FALSE also for a missing one. */
static gboolean
compare_folder (const TabellaStick *stick, const char *folder, const TabellaStickFile *files,
                gsize n, gboolean *same, const char **name, GError **error)
{
  *same = TRUE;
  for (gsize i = 0; i < n && *same; i++) {
    g_autofree char *path = g_build_filename (folder, files[i].name, NULL);
    gsize size;
    const guint8 *bytes = g_bytes_get_data (files[i].bytes, &size);
    int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), err;

    *name = files[i].name;
    if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
      return stick_error (stick, errno, error);
    if (fd < 0) {
      *same = FALSE;
      continue;
    }
    err = compare_all (fd, bytes, size, same);
    close (fd);
    if (err != 0)
      return stick_error (stick, err, error);
  }
  return TRUE;
}

static gboolean
write_folder (const TabellaStick *stick, const char *made, const TabellaStickFile *files, gsize n,
              GError **error)
{
  gboolean same;
  const char *name = "";

  if (!make_folder (stick, made, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    if (!write_file (stick, made, &files[i], error))
      return FALSE;
  if (!sync_folder (stick, made, error) || !flush (stick, error) ||
      !compare_folder (stick, made, files, n, &same, &name, error))
    return FALSE;
  return same || not_the_same (stick, name, error);
}

/* Removes a folder that is in the way. Its own error is of another library. */
static gboolean
clear (const TabellaStick *stick, const char *path, GError **error)
{
  errno = 0;
  return tabella_folder_remove (path, NULL) || stick_error (stick, errno != 0 ? errno : EIO, error);
}

/* The election of a file that begins as ours does, magic and HE (protocol section 8); FALSE if it
 * is of ours, or no such file. */
static gboolean
is_of_another_election (const char *folder, const TabellaStickFile *ours, guint8 he[HE_BYTES])
{
  g_autofree char *path = g_build_filename (folder, ours->name, NULL);
  const guint8 *bytes = g_bytes_get_data (ours->bytes, NULL);
  guint8 head[MAGIC_BYTES + HE_BYTES];
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  ssize_t got = fd >= 0 ? read (fd, head, sizeof head) : -1;

  if (fd >= 0)
    close (fd);
  if (got != sizeof head || g_bytes_get_size (ours->bytes) < sizeof head ||
      memcmp (head, bytes, MAGIC_BYTES) != 0)
    return FALSE;
  memcpy (he, head + MAGIC_BYTES, HE_BYTES);
  return memcmp (head, bytes, sizeof head) != 0;
}

/* A batch of another election (a rehearsal's, or of a stick used twice) may be the only copy: it
 * stays beside ours, under a name that tells whose it is. Import looks at contents, not names. */
static gboolean
put_aside (const TabellaStick *stick, const char *path, const TabellaStickFile *files, gsize n,
           GError **error)
{
  g_autofree char *aside = NULL;
  guint8 he[HE_BYTES];
  gboolean other = FALSE;

  for (gsize i = 0; i < n && !other; i++)
    other = is_of_another_election (path, &files[i], he);
  if (!other)
    return TRUE;
  aside = g_strdup_printf ("%s-%02x%02x%02x%02x", path, he[0], he[1], he[2], he[3]);
  if (rename (path, aside) == 0)
    return TRUE;
  if (errno != EEXIST && errno != ENOTEMPTY)
    return stick_error (stick, errno, error);
  g_set_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK,
               _ ("the stick %s carries batches of another election: use another one; nothing is "
                  "lost on this terminal or on that stick"),
               stick->root);
  return FALSE;
}

/* @old: what stood at @path is moved there first; a stick that is pulled between the two has it
 * still. */
static gboolean
put_in_place (const TabellaStick *stick, const char *made, const char *path, const char *old,
              GError **error)
{
  if (!clear (stick, old, error))
    return FALSE;
  if ((rename (path, old) != 0 && errno != ENOENT) || rename (made, path) != 0)
    return stick_error (stick, errno, error);
  return TRUE;
}

static guint64
space (const TabellaStickFile *files, gsize n)
{
  guint64 sum = FOLDERS * CLUSTER;

  for (gsize i = 0; i < n; i++)
    sum += (g_bytes_get_size (files[i].bytes) + CLUSTER - 1) / CLUSTER * CLUSTER;
  return sum;
}

gboolean
tabella_stick_write (const TabellaStick *stick, guint16 terminal, guint16 number,
                     const TabellaStickFile *files, gsize n, GError **error)
{
  g_autofree char *folder = tabella_batch_folder (terminal, number);
  g_autofree char *path = g_build_filename (stick->root, folder, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *made = g_strdup_printf ("%s/.%s.tmp", parent, base);
  g_autofree char *old = g_strdup_printf ("%s/.%s.old.tmp", parent, base);
  const gboolean elsewhere = is_link (parent) || is_link (path);
  const char *name = "";
  gboolean same = FALSE;

  if (stick->needed != NULL)
    *stick->needed = space (files, n);
  if (!g_file_test (stick->root, G_FILE_TEST_IS_DIR))
    return stick_error (stick, ENOENT, error);
  if (!elsewhere && !compare_folder (stick, path, files, n, &same, &name, error))
    return FALSE;
  if (same) {
    tabella_folder_remove (made,
                           NULL); /* what an earlier try may have left; no reader looks at it */
    tabella_folder_remove (old, NULL);
    return flush (stick, error);
  }
  if (!make_folder (stick, parent, error) || !clear (stick, made, error))
    return FALSE;
  if (!write_folder (stick, made, files, n, error)) {
    tabella_folder_remove (made, NULL); /* gives the space back, if the stick still answers */
    return FALSE;
  }
  return put_aside (stick, path, files, n, error) && put_in_place (stick, made, path, old, error) &&
         sync_folder (stick, parent, error) && sync_folder (stick, stick->root, error) &&
         clear (stick, old, error) && flush (stick, error);
}
