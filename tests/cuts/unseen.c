/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways of writing that recorder.c does not follow: they work as ever, and the log says that one
 * was used. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include "recorder-private.h"

#define NEXT(TYPE, NAME) ((TYPE)dlsym (RTLD_NEXT, NAME))

typedef FILE *(*Fopen) (const char *, const char *);
typedef FILE *(*Freopen) (const char *, const char *, FILE *);

static int
writes (const char *mode)
{
  return strpbrk (mode, "wa+") != NULL;
}

#define FOPEN(NAME)                                                                                \
  FILE *NAME (const char *path, const char *mode)                                                  \
  {                                                                                                \
    if (writes (mode))                                                                             \
      cuts_unseen_path (AT_FDCWD, path, #NAME);                                                    \
    return NEXT (Fopen, #NAME) (path, mode);                                                       \
  }
#define FREOPEN(NAME)                                                                              \
  FILE *NAME (const char *path, const char *mode, FILE *file)                                      \
  {                                                                                                \
    if (writes (mode))                                                                             \
      cuts_unseen_path (AT_FDCWD, path, #NAME);                                                    \
    return NEXT (Freopen, #NAME) (path, mode, file);                                               \
  }
FOPEN (fopen)
FOPEN (fopen64)
FREOPEN (freopen)
FREOPEN (freopen64)

static void *
do_mmap (void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
  if ((protection & PROT_WRITE) && (flags & MAP_TYPE) != MAP_PRIVATE && fd >= 0)
    cuts_unseen_fd (fd, "a shared writable mapping");
  return (void *)syscall (SYS_mmap, at, size, protection, flags, fd, offset);
}

void *
mmap (void *at, size_t size, int protection, int flags, int fd, off_t offset)
{
  return do_mmap (at, size, protection, flags, fd, offset);
}

void *
mmap64 (void *at, size_t size, int protection, int flags, int fd, off64_t offset)
{
  return do_mmap (at, size, protection, flags, fd, offset);
}

ssize_t
writev (int fd, const struct iovec *parts, int n)
{
  cuts_unseen_fd (fd, "writev");
  return syscall (SYS_writev, fd, parts, n);
}

#define PWRITEV(NAME)                                                                              \
  ssize_t NAME (int fd, const struct iovec *parts, int n, off_t at)                                \
  {                                                                                                \
    typedef ssize_t (*Call) (int, const struct iovec *, int, off_t);                               \
    cuts_unseen_fd (fd, #NAME);                                                                    \
    return NEXT (Call, #NAME) (fd, parts, n, at);                                                  \
  }
PWRITEV (pwritev)
PWRITEV (pwritev64)

#define PWRITEV2(NAME)                                                                             \
  ssize_t NAME (int fd, const struct iovec *parts, int n, off_t at, int flags)                     \
  {                                                                                                \
    typedef ssize_t (*Call) (int, const struct iovec *, int, off_t, int);                          \
    cuts_unseen_fd (fd, #NAME);                                                                    \
    return NEXT (Call, #NAME) (fd, parts, n, at, flags);                                           \
  }
PWRITEV2 (pwritev2)
PWRITEV2 (pwritev64v2)

#define FALLOCATE(NAME)                                                                            \
  int NAME (int fd, int mode, off_t at, off_t size)                                                \
  {                                                                                                \
    cuts_unseen_fd (fd, #NAME);                                                                    \
    return (int)syscall (SYS_fallocate, fd, mode, at, size);                                       \
  }
FALLOCATE (fallocate)
FALLOCATE (fallocate64)

#define POSIX_FALLOCATE(NAME)                                                                      \
  int NAME (int fd, off_t at, off_t size)                                                          \
  {                                                                                                \
    typedef int (*Call) (int, off_t, off_t);                                                       \
    cuts_unseen_fd (fd, #NAME);                                                                    \
    return NEXT (Call, #NAME) (fd, at, size);                                                      \
  }
POSIX_FALLOCATE (posix_fallocate)
POSIX_FALLOCATE (posix_fallocate64)

ssize_t
copy_file_range (int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags)
{
  cuts_unseen_fd (out, "copy_file_range");
  return syscall (SYS_copy_file_range, in, from, out, to, size, flags);
}

#define SENDFILE(NAME)                                                                             \
  ssize_t NAME (int out, int in, off_t *from, size_t size)                                         \
  {                                                                                                \
    cuts_unseen_fd (out, #NAME);                                                                   \
    return syscall (SYS_sendfile, out, in, from, size);                                            \
  }
SENDFILE (sendfile)
SENDFILE (sendfile64)

ssize_t
splice (int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags)
{
  cuts_unseen_fd (out, "splice");
  return syscall (SYS_splice, in, from, out, to, size, flags);
}

#define TRUNCATE(NAME)                                                                             \
  int NAME (const char *path, off_t size)                                                          \
  {                                                                                                \
    cuts_unseen_path (AT_FDCWD, path, #NAME);                                                      \
    return (int)syscall (SYS_truncate, path, size);                                                \
  }
TRUNCATE (truncate)
TRUNCATE (truncate64)

int
linkat (int from_at, const char *from, int to_at, const char *to, int flags)
{
  cuts_unseen_path (to_at, to, "a second name");
  return (int)syscall (SYS_linkat, from_at, from, to_at, to, flags);
}

int
link (const char *from, const char *to)
{
  return linkat (AT_FDCWD, from, AT_FDCWD, to, 0);
}

int
symlinkat (const char *what, int at, const char *path)
{
  cuts_unseen_path (at, path, "a link");
  return (int)syscall (SYS_symlinkat, what, at, path);
}

int
symlink (const char *what, const char *path)
{
  return symlinkat (what, AT_FDCWD, path);
}
