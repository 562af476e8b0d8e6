/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands between a program and libc: see recorder.h. Every call goes to the kernel directly, so
 * that nothing here depends on what else is loaded. */
#include "recorder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- Opening --- */

static int
do_open (int at, const char *path, int flags, mode_t mode)
{
  char name[PATH_MAX];
  struct stat before, st;
  int disk, fd, keep;
  int there;

  pthread_mutex_lock (&cuts_lock);
  disk = cuts_locate (at, path, name);
  there = disk >= 0 && fstatat (at, path, &before, AT_SYMLINK_NOFOLLOW) == 0;
  fd = (int)syscall (SYS_openat, at, path, flags, mode);
  keep = errno;
  if (disk >= 0 && fd >= 0 && (flags & O_TMPFILE) == O_TMPFILE)
    cuts_add (CUTS_UNSEEN, disk, 0, 0, "O_TMPFILE", "", "", 0);
  else if (disk >= 0 && fd >= 0 && fstat (fd, &st) == 0) {
    if (!there && (flags & O_CREAT))
      cuts_add (CUTS_CREATE, disk, st.st_ino, 0, name, "", "", 0);
    else if ((flags & O_TRUNC) && S_ISREG (st.st_mode) && before.st_size > 0)
      cuts_add (CUTS_TRUNCATE, disk, st.st_ino, 0, "", "", "", 0);
  }
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
  return fd;
}

static mode_t
mode_of (int flags, va_list args)
{
  return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? (mode_t)va_arg (args, int) : 0;
}

#define OPEN(NAME)                                                                                 \
  int NAME (const char *path, int flags, ...);                                                     \
  int NAME (const char *path, int flags, ...)                                                      \
  {                                                                                                \
    va_list args;                                                                                  \
    mode_t mode;                                                                                   \
                                                                                                   \
    va_start (args, flags);                                                                        \
    mode = mode_of (flags, args);                                                                  \
    va_end (args);                                                                                 \
    return do_open (AT_FDCWD, path, flags, mode);                                                  \
  }
#define OPENAT(NAME)                                                                               \
  int NAME (int at, const char *path, int flags, ...);                                             \
  int NAME (int at, const char *path, int flags, ...)                                              \
  {                                                                                                \
    va_list args;                                                                                  \
    mode_t mode;                                                                                   \
                                                                                                   \
    va_start (args, flags);                                                                        \
    mode = mode_of (flags, args);                                                                  \
    va_end (args);                                                                                 \
    return do_open (at, path, flags, mode);                                                        \
  }
OPEN (open)
OPEN (open64)
OPEN (__open_2)
OPEN (__open64_2)
OPENAT (openat)
OPENAT (openat64)
OPENAT (__openat_2)
OPENAT (__openat64_2)

int
creat (const char *path, mode_t mode)
{
  return do_open (AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

int creat64 (const char *path, mode_t mode);
int
creat64 (const char *path, mode_t mode)
{
  return creat (path, mode);
}

/* --- Bytes --- */

static ssize_t
do_write (int fd, const void *bytes, size_t size, const off_t *place)
{
  struct stat st;
  off_t at = 0;
  ssize_t done;
  int disk, keep;

  pthread_mutex_lock (&cuts_lock);
  disk = cuts_disk_of_fd (fd, &st);
  if (disk >= 0) {
    const int append = fcntl (fd, F_GETFL) & O_APPEND;

    at = append ? st.st_size : place != NULL ? *place : lseek (fd, 0, SEEK_CUR);
  }
  done = place != NULL ? syscall (SYS_pwrite64, fd, bytes, size, *place)
                       : syscall (SYS_write, fd, bytes, size);
  keep = errno;
  if (disk >= 0 && done > 0)
    cuts_add (CUTS_WRITE, disk, st.st_ino, (uint64_t)at, "", "", bytes, (size_t)done);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
  return done;
}

ssize_t
write (int fd, const void *bytes, size_t size)
{
  return do_write (fd, bytes, size, NULL);
}

#undef pwrite
#undef pwrite64
ssize_t
pwrite (int fd, const void *bytes, size_t size, off_t at)
{
  return do_write (fd, bytes, size, &at);
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t size, off64_t at)
{
  return do_write (fd, bytes, size, &at);
}

int
ftruncate (int fd, off_t size)
{
  struct stat st;
  int disk, done, keep;

  pthread_mutex_lock (&cuts_lock);
  disk = cuts_disk_of_fd (fd, &st);
  done = (int)syscall (SYS_ftruncate, fd, size);
  keep = errno;
  if (disk >= 0 && done == 0)
    cuts_add (CUTS_TRUNCATE, disk, st.st_ino, (uint64_t)size, "", "", "", 0);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
  return done;
}

int
ftruncate64 (int fd, off64_t size)
{
  return ftruncate (fd, size);
}

static int
do_sync (int fd, long call, CutsOp op)
{
  struct stat st;
  int disk, done, keep;

  pthread_mutex_lock (&cuts_lock);
  disk = cuts_disk_of_fd (fd, &st);
  done = (int)syscall (call, fd);
  keep = errno;
  if (disk >= 0 && done == 0)
    cuts_add (op, disk, st.st_ino, 0, "", "", "", 0);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
  return done;
}

int
fsync (int fd)
{
  return do_sync (fd, SYS_fsync, CUTS_SYNC);
}

int
fdatasync (int fd)
{
  return do_sync (fd, SYS_fdatasync, CUTS_SYNC);
}

int
syncfs (int fd)
{
  return do_sync (fd, SYS_syncfs, CUTS_SYNCFS);
}

void
sync (void)
{
  syscall (SYS_sync);
  cuts_settle ();
}

/* --- Names --- */

int
renameat2 (int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
  char name[PATH_MAX], other[PATH_MAX];
  int disk, other_disk, done, keep;

  pthread_mutex_lock (&cuts_lock);
  disk = cuts_locate (from_at, from, name);
  other_disk = cuts_locate (to_at, to, other);
  done = (int)syscall (SYS_renameat2, from_at, from, to_at, to, flags);
  keep = errno;
  if (done == 0 && disk != other_disk)
    cuts_add (CUTS_UNSEEN, CUTS_NO_DISK, 0, 0, "a rename into or out of the folder", "", "", 0);
  else if (done == 0 && disk >= 0)
    cuts_add (CUTS_RENAME, disk, 0, flags, name, other, "", 0);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
  return done;
}

int
renameat (int from_at, const char *from, int to_at, const char *to)
{
  return renameat2 (from_at, from, to_at, to, 0);
}

int
rename (const char *from, const char *to)
{
  return renameat2 (AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
unlinkat (int at, const char *path, int flags)
{
  char name[PATH_MAX];
  int disk, done, keep;

  pthread_mutex_lock (&cuts_lock);
  disk = cuts_locate (at, path, name);
  done = (int)syscall (SYS_unlinkat, at, path, flags);
  keep = errno;
  if (done == 0 && disk >= 0)
    cuts_add (flags & AT_REMOVEDIR ? CUTS_RMDIR : CUTS_UNLINK, disk, 0, 0, name, "", "", 0);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
  return done;
}

int
unlink (const char *path)
{
  return unlinkat (AT_FDCWD, path, 0);
}

int
rmdir (const char *path)
{
  return unlinkat (AT_FDCWD, path, AT_REMOVEDIR);
}

int
remove (const char *path)
{
  return unlink (path) == 0 || (errno == EISDIR && rmdir (path) == 0) ? 0 : -1;
}

int
mkdirat (int at, const char *path, mode_t mode)
{
  char name[PATH_MAX];
  struct stat st;
  int disk, done, keep;

  pthread_mutex_lock (&cuts_lock);
  disk = cuts_locate (at, path, name);
  done = (int)syscall (SYS_mkdirat, at, path, mode);
  keep = errno;
  if (done == 0 && disk >= 0 && fstatat (at, path, &st, 0) == 0)
    cuts_add (CUTS_MKDIR, disk, st.st_ino, 0, name, "", "", 0);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
  return done;
}

int
mkdir (const char *path, mode_t mode)
{
  return mkdirat (AT_FDCWD, path, mode);
}
