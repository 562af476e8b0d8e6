/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into the terminal: while the file BAD_DISK names exists, nothing more reaches the ballot
 * box's disk. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
is_bad (int fd)
{
  const char *flag = getenv ("BAD_DISK");
  char link[64], path[4096];
  ssize_t n;

  if (flag == NULL || access (flag, F_OK) != 0)
    return 0;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, sizeof path - 1);
  if (n <= 0)
    return 0;
  path[n] = '\0';
  return strstr (path, "box.db") != NULL;
}

#define REAL(name) ((__typeof__ (name) *)dlsym (RTLD_NEXT, #name))

ssize_t
pwrite64 (int fd, const void *data, size_t size, off64_t at)
{
  if (!is_bad (fd))
    return REAL (pwrite64) (fd, data, size, at);
  errno = EIO;
  return -1;
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t at)
{
  if (!is_bad (fd))
    return REAL (pwrite) (fd, data, size, at);
  errno = EIO;
  return -1;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  if (!is_bad (fd))
    return REAL (write) (fd, data, size);
  errno = EIO;
  return -1;
}
