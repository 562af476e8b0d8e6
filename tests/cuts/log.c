/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log, and what belongs into it: see recorder.h. */
#include "recorder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define DISKS 4

pthread_mutex_t cuts_lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char folders[DISKS][PATH_MAX];
static unsigned n_folders;

/* --- The log --- */

void
cuts_add (CutsOp op, int disk, uint64_t ino, uint64_t at, const char *path, const char *other,
          const void *data, size_t size)
{
  const CutsEntry e = { .op = (uint8_t)op,
                        .disk = (uint8_t)disk,
                        .path_size = (uint16_t)strlen (path),
                        .other_size = (uint16_t)strlen (other),
                        .data_size = (uint32_t)size,
                        .ino = ino,
                        .at = at };

  const struct iovec parts[] = { { (void *)&e, sizeof e },
                                 { (void *)path, e.path_size },
                                 { (void *)other, e.other_size },
                                 { (void *)data, size } };
  const size_t whole = sizeof e + e.path_size + e.other_size + size;

  /* In one piece, for several programs may write it; one with a hole would prove nothing. */
  if (syscall (SYS_writev, log_fd, parts, 4) != (long)whole)
    abort ();
}

static void
open_log (const char *path)
{
  int fd =
      (int)syscall (SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  /* Out of the way of whoever counts or closes descriptors. */
  log_fd = fd < 0 ? -1 : fcntl (fd, F_DUPFD_CLOEXEC, 900);
  if (log_fd < 0)
    abort ();
  syscall (SYS_close, fd);
}

void
cuts_record (const char *log, const char *const *which)
{
  pthread_mutex_lock (&cuts_lock);
  for (n_folders = 0; which[n_folders] != NULL && n_folders < DISKS; n_folders++)
    snprintf (folders[n_folders], PATH_MAX, "%s", which[n_folders]);
  open_log (log);
  pthread_mutex_unlock (&cuts_lock);
}

void
cuts_stop (void)
{
  pthread_mutex_lock (&cuts_lock);
  if (log_fd >= 0)
    syscall (SYS_close, log_fd);
  log_fd = -1;
  pthread_mutex_unlock (&cuts_lock);
}

void
cuts_mark (const char *text)
{
  pthread_mutex_lock (&cuts_lock);
  if (log_fd >= 0)
    cuts_add (CUTS_MARK, CUTS_NO_DISK, 0, 0, text, "", "", 0);
  pthread_mutex_unlock (&cuts_lock);
}

__attribute__ ((constructor)) static void
start (void)
{
  const char *log = getenv ("CUTS_LOG"), *watch = getenv ("CUTS_WATCH");
  const char *which[DISKS + 1] = { NULL };
  char copy[DISKS * 256];
  unsigned n = 0;

  if (log == NULL || watch == NULL)
    return;
  snprintf (copy, sizeof copy, "%s", watch);
  for (char *save = NULL, *f = strtok_r (copy, ":", &save); f != NULL && n < DISKS;
       f = strtok_r (NULL, ":", &save))
    which[n++] = f;
  cuts_record (log, which);
}

/* --- Which disk, and what on it --- */

/* The disk of an absolute path, *rest what follows the folder; −1 if it is on none. */
static int
disk_of (const char *path, const char **rest)
{
  for (unsigned i = 0; log_fd >= 0 && i < n_folders; i++) {
    const size_t size = strlen (folders[i]);

    if (strncmp (path, folders[i], size) != 0 || (path[size] != '/' && path[size] != '\0'))
      continue;
    *rest = path + size + (path[size] == '/' ? 1 : 0);
    return (int)i;
  }
  return -1;
}

/* Absolute, without "." and "..". */
static void
absolute (int at, const char *path, char out[PATH_MAX])
{
  char whole[2 * PATH_MAX] = "", base[PATH_MAX] = "", link[64];
  size_t used = 0;

  if (path[0] != '/' && at == AT_FDCWD) {
    if (getcwd (base, sizeof base) == NULL)
      abort ();
  } else if (path[0] != '/') {
    snprintf (link, sizeof link, "/proc/self/fd/%d", at);
    if (readlink (link, base, sizeof base - 1) < 0)
      base[0] = '\0';
  }
  snprintf (whole, sizeof whole, "%s/%s", base, path);
  for (char *save = NULL, *part = strtok_r (whole, "/", &save); part != NULL;
       part = strtok_r (NULL, "/", &save)) {
    if (strcmp (part, ".") == 0)
      continue;
    if (strcmp (part, "..") == 0) {
      while (used > 0 && out[--used] != '/')
        ;
      continue;
    }
    used += (size_t)snprintf (out + used, PATH_MAX - used, "/%s", part);
    if (used >= PATH_MAX)
      abort ();
  }
  out[used] = '\0';
}

/* The disk on which @path is; its name there into @name. */
int
cuts_locate (int at, const char *path, char name[PATH_MAX])
{
  char whole[PATH_MAX];
  const char *rest = "";
  int disk;

  if (log_fd < 0 || path == NULL)
    return -1;
  absolute (at, path, whole);
  disk = disk_of (whole, &rest);
  if (disk >= 0)
    memmove (name, rest, strlen (rest) + 1);
  return disk;
}

/* The disk of an open file; its number into @st. */
int
cuts_disk_of_fd (int fd, struct stat *st)
{
  char link[64], path[PATH_MAX];
  const char *rest;
  ssize_t size;
  int disk = -1;

  if (log_fd < 0 || fd < 0 || fd == log_fd)
    return -1;
  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  size = readlink (link, path, sizeof path - 1);
  if (size > 0) {
    path[size] = '\0';
    disk = disk_of (path, &rest);
  }
  return disk >= 0 && fstat (fd, st) == 0 ? disk : -1;
}

static void
unseen (int disk, const char *how)
{
  if (disk >= 0)
    cuts_add (CUTS_UNSEEN, disk, 0, 0, how, "", "", 0);
}

void
cuts_unseen_fd (int fd, const char *how)
{
  struct stat st;
  int keep = errno;

  pthread_mutex_lock (&cuts_lock);
  unseen (cuts_disk_of_fd (fd, &st), how);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
}

void
cuts_unseen_path (int at, const char *path, const char *how)
{
  char name[PATH_MAX];
  int keep = errno;

  pthread_mutex_lock (&cuts_lock);
  unseen (cuts_locate (at, path, name), how);
  pthread_mutex_unlock (&cuts_lock);
  errno = keep;
}

void
cuts_settle (void)
{
  pthread_mutex_lock (&cuts_lock);
  for (unsigned i = 0; log_fd >= 0 && i < n_folders; i++)
    cuts_add (CUTS_SYNCFS, (int)i, 0, 0, "", "", "", 0);
  pthread_mutex_unlock (&cuts_lock);
}
