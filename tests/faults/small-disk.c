/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "small-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

static void
tell_kernel (const char *file, const char *text)
{
  const int fd = open (file, O_WRONLY | O_CLOEXEC);
  const size_t size = strlen (text);

  if (fd < 0 || write (fd, text, size) != (ssize_t)size || close (fd) != 0)
    g_error ("%s: %s", file, g_strerror (errno));
}

/* Mounts of its own; whoever is not root is root of a user namespace first. */
static void
leave_the_others (void)
{
  static gboolean left;
  const uid_t uid = geteuid ();
  const gid_t gid = getegid ();
  g_autofree char *users = g_strdup_printf ("%u %u 1", uid, uid);
  g_autofree char *groups = g_strdup_printf ("%u %u 1", gid, gid);

  if (left)
    return;
  if (unshare (CLONE_NEWNS | (uid == 0 ? 0 : CLONE_NEWUSER)) != 0)
    g_error ("unshare: %s; this test mounts a small file system and needs root or user namespaces",
             g_strerror (errno));
  if (uid != 0) {
    tell_kernel ("/proc/self/setgroups", "deny");
    tell_kernel ("/proc/self/uid_map", users);
    tell_kernel ("/proc/self/gid_map", groups);
  }
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    g_error ("mounts cannot be made private: %s", g_strerror (errno));
  left = TRUE;
}

void
small_disk_mount (const char *path, gsize size)
{
  g_autofree char *options = g_strdup_printf ("size=%" G_GSIZE_FORMAT, size);

  leave_the_others ();
  if (mount ("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
    g_error ("mount %s: %s; this test mounts a small file system and needs root or user "
             "namespaces",
             path, g_strerror (errno));
}

void
small_disk_unmount (const char *path)
{
  g_assert_cmpint (umount2 (path, MNT_DETACH), ==, 0);
}

static gsize
free_blocks (const char *path, gsize *size)
{
  struct statvfs s;

  g_assert_cmpint (statvfs (path, &s), ==, 0);
  *size = s.f_bsize;
  return s.f_bfree;
}

void
small_disk_fill (const char *path, guint blocks)
{
  g_autofree char *other = g_build_filename (path, "another file", NULL);
  gsize size, all = free_blocks (path, &size);
  int fd;

  g_assert_cmpuint (all, >, blocks);
  fd = open (other, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (posix_fallocate (fd, 0, (off_t)((all - blocks) * size)), ==, 0);
  g_assert_cmpint (close (fd), ==, 0);
  g_assert_cmpuint (free_blocks (path, &size), ==, blocks);
}

guint
small_disk_free (const char *path)
{
  gsize size;

  return (guint)free_blocks (path, &size);
}

void
small_disk_make_room (const char *path)
{
  g_autofree char *other = g_build_filename (path, "another file", NULL);

  g_assert_cmpint (unlink (other), ==, 0);
}
