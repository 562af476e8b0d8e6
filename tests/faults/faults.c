/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions below have the names of libc's: the dynamic linker finds this program's first. */
#include "faults.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FDS  1024
#define DIRS 16

static struct {
  char root[4096];
  gsize length; /* 0: nothing is watched */
  guint8 watched[FDS];
  DIR *dirs[DIRS];
  guint calls, left;
  FaultsHow how;
  int err;
  gboolean happened;
} disk;

static struct {
  gboolean armed, happened;
  gint left; /* counted by all threads */
} memory;

#define REAL(name)                                                                                 \
  static __typeof__ (name) *real;                                                                  \
  if (real == NULL)                                                                                \
  real = (__typeof__ (name) *)dlsym (RTLD_NEXT, #name)

void
faults_watch (const char *root)
{
  g_strlcpy (disk.root, root != NULL ? root : "", sizeof disk.root);
  disk.length = strlen (disk.root);
}

void
faults_arm (guint calls, FaultsHow how, int err, guint nth)
{
  disk.calls = calls;
  disk.how = how;
  disk.err = err;
  disk.left = nth;
  disk.happened = FALSE;
}

gboolean
faults_disarm (void)
{
  disk.left = 0;
  return disk.happened;
}

static gboolean
below (const char *path)
{
  return disk.length > 0 && path != NULL && strncmp (path, disk.root, disk.length) == 0 &&
         (path[disk.length] == '/' || path[disk.length] == '\0');
}

static gboolean
is_watched (int fd)
{
  return fd >= 0 && fd < FDS && disk.watched[fd];
}

static gboolean
is_watched_dir (DIR *dir)
{
  for (guint i = 0; i < DIRS; i++)
    if (dir != NULL && disk.dirs[i] == dir)
      return TRUE;
  return FALSE;
}

/* Counts one call. *skip: it must not be done. */
static gboolean
fails (guint call, gboolean *skip)
{
  const gboolean again = disk.left == G_MAXUINT;

  *skip = FALSE;
  if (disk.left == 0 || (disk.calls & call) == 0 || disk.how == FAULTS_SHORT)
    return FALSE;
  if (!again && --disk.left > 0)
    return FALSE;
  disk.happened = TRUE;
  if (disk.how == FAULTS_KILL)
    kill (getpid (), SIGKILL);
  if (disk.how == FAULTS_STAY)
    disk.left = G_MAXUINT;
  *skip = disk.how != FAULTS_LIE;
  return TRUE;
}

/* How many of @size bytes a read or write is to do. */
static gsize
portion (guint call, gsize size)
{
  if (disk.left == 0 || disk.how != FAULTS_SHORT || (disk.calls & call) == 0 || size < 2 ||
      --disk.left > 0)
    return size;
  disk.happened = TRUE;
  return size / 2;
}

/* One call that gives an int or a count: @watched, then @work. */
#define CALL(type, call, watched, work)                                                            \
  gboolean skip = FALSE;                                                                           \
  const gboolean bad = (watched) && fails (call, &skip);                                           \
  const type result = skip ? -1 : (work);                                                          \
  if (bad) {                                                                                       \
    errno = disk.err;                                                                              \
    return -1;                                                                                     \
  }                                                                                                \
  return result

/* --- Names --- */

static int
note_open (int fd, gboolean ours)
{
  if (fd >= 0 && fd < FDS)
    disk.watched[fd] = ours;
  return fd;
}

/* An open that lies would leak: it is refused instead. */
#define OPEN(name, path, flags, ...)                                                               \
  gboolean skip;                                                                                   \
  REAL (name);                                                                                     \
  if (below (path) && fails (FAULTS_OPEN, &skip)) {                                                \
    errno = disk.err;                                                                              \
    return -1;                                                                                     \
  }                                                                                                \
  return note_open (real (path, flags, ##__VA_ARGS__), below (path))

static mode_t
mode_of (int flags, va_list args)
{
  return flags & (O_CREAT | O_TMPFILE) ? va_arg (args, mode_t) : 0;
}

#undef open
#undef open64
int
open (const char *path, int flags, ...)
{
  va_list args;
  mode_t mode;

  va_start (args, flags);
  mode = mode_of (flags, args);
  va_end (args);
  OPEN (open, path, flags, mode);
}

int
open64 (const char *path, int flags, ...)
{
  va_list args;
  mode_t mode;

  va_start (args, flags);
  mode = mode_of (flags, args);
  va_end (args);
  OPEN (open64, path, flags, mode);
}

int __open_2 (const char *path, int flags);
int __open64_2 (const char *path, int flags);

int
__open_2 (const char *path, int flags)
{
  return open (path, flags);
}

int
__open64_2 (const char *path, int flags)
{
  return open (path, flags);
}

int
close (int fd)
{
  REAL (close);
  note_open (fd, FALSE);
  return real (fd);
}

DIR *
opendir (const char *path)
{
  gboolean skip;
  DIR *dir;

  REAL (opendir);
  if (below (path) && fails (FAULTS_OPEN, &skip)) {
    errno = disk.err;
    return NULL;
  }
  dir = real (path);
  for (guint i = 0; dir != NULL && below (path); i++) {
    g_assert_cmpuint (i, <, DIRS);
    if (disk.dirs[i] == NULL) {
      disk.dirs[i] = dir;
      break;
    }
  }
  return dir;
}

int
closedir (DIR *dir)
{
  REAL (closedir);
  for (guint i = 0; i < DIRS; i++)
    if (disk.dirs[i] == dir)
      disk.dirs[i] = NULL;
  return real (dir);
}

#define READDIR(name, dir)                                                                         \
  gboolean skip;                                                                                   \
  REAL (name);                                                                                     \
  if (is_watched_dir (dir) && fails (FAULTS_READ, &skip)) {                                        \
    errno = disk.err;                                                                              \
    return NULL;                                                                                   \
  }                                                                                                \
  return real (dir)

struct dirent *
readdir (DIR *dir)
{
  READDIR (readdir, dir);
}

struct dirent64 *
readdir64 (DIR *dir)
{
  READDIR (readdir64, dir);
}

#define NAMED(name, call, path, ...)                                                               \
  REAL (name);                                                                                     \
  CALL (int, call, below (path), real (path, ##__VA_ARGS__))

int
mkdir (const char *path, mode_t mode)
{
  NAMED (mkdir, FAULTS_NAME, path, mode);
}

int
unlink (const char *path)
{
  NAMED (unlink, FAULTS_NAME, path);
}

int
rmdir (const char *path)
{
  NAMED (rmdir, FAULTS_NAME, path);
}

int
remove (const char *path)
{
  NAMED (remove, FAULTS_NAME, path);
}

int
chmod (const char *path, mode_t mode)
{
  NAMED (chmod, FAULTS_NAME, path, mode);
}

int
access (const char *path, int mode)
{
  NAMED (access, FAULTS_LOOK, path, mode);
}

int
rename (const char *from, const char *to)
{
  REAL (rename);
  CALL (int, FAULTS_RENAME, below (from), real (from, to));
}

int
renameat2 (int from_fd, const char *from, int to_fd, const char *to, unsigned int flags)
{
  REAL (renameat2);
  CALL (int, FAULTS_RENAME, below (from), real (from_fd, from, to_fd, to, flags));
}

int
stat (const char *path, struct stat *st)
{
  NAMED (stat, FAULTS_LOOK, path, st);
}

int
stat64 (const char *path, struct stat64 *st)
{
  NAMED (stat64, FAULTS_LOOK, path, st);
}

int
lstat (const char *path, struct stat *st)
{
  NAMED (lstat, FAULTS_LOOK, path, st);
}

int
lstat64 (const char *path, struct stat64 *st)
{
  NAMED (lstat64, FAULTS_LOOK, path, st);
}

/* --- Open files --- */

int
fstat (int fd, struct stat *st)
{
  REAL (fstat);
  CALL (int, FAULTS_LOOK, is_watched (fd), real (fd, st));
}

int
fstat64 (int fd, struct stat64 *st)
{
  REAL (fstat64);
  CALL (int, FAULTS_LOOK, is_watched (fd), real (fd, st));
}

#define MOVED(name, call, fd, buffer, size, ...)                                                   \
  const gsize n = is_watched (fd) ? portion (call, size) : (size);                                 \
  REAL (name);                                                                                     \
  CALL (ssize_t, call, is_watched (fd), real (fd, buffer, n, ##__VA_ARGS__))

ssize_t
read (int fd, void *buffer, size_t size)
{
  MOVED (read, FAULTS_READ, fd, buffer, size);
}

ssize_t
pread (int fd, void *buffer, size_t size, off_t at)
{
  MOVED (pread, FAULTS_READ, fd, buffer, size, at);
}

ssize_t
pread64 (int fd, void *buffer, size_t size, off64_t at)
{
  MOVED (pread64, FAULTS_READ, fd, buffer, size, at);
}

ssize_t __read_chk (int fd, void *buffer, size_t size, size_t room);
ssize_t __pread_chk (int fd, void *buffer, size_t size, off_t at, size_t room);
ssize_t __pread64_chk (int fd, void *buffer, size_t size, off64_t at, size_t room);

ssize_t
__read_chk (int fd, void *buffer, size_t size, size_t room)
{
  g_assert_cmpuint (size, <=, room);
  return read (fd, buffer, size);
}

ssize_t
__pread_chk (int fd, void *buffer, size_t size, off_t at, size_t room)
{
  g_assert_cmpuint (size, <=, room);
  return pread (fd, buffer, size, at);
}

ssize_t
__pread64_chk (int fd, void *buffer, size_t size, off64_t at, size_t room)
{
  g_assert_cmpuint (size, <=, room);
  return pread64 (fd, buffer, size, at);
}

ssize_t
write (int fd, const void *bytes, size_t size)
{
  MOVED (write, FAULTS_WRITE, fd, bytes, size);
}

ssize_t
pwrite (int fd, const void *bytes, size_t size, off_t at)
{
  MOVED (pwrite, FAULTS_WRITE, fd, bytes, size, at);
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t size, off64_t at)
{
  MOVED (pwrite64, FAULTS_WRITE, fd, bytes, size, at);
}

int
ftruncate (int fd, off_t size)
{
  REAL (ftruncate);
  CALL (int, FAULTS_WRITE, is_watched (fd), real (fd, size));
}

int
ftruncate64 (int fd, off64_t size)
{
  REAL (ftruncate64);
  CALL (int, FAULTS_WRITE, is_watched (fd), real (fd, size));
}

int
fsync (int fd)
{
  REAL (fsync);
  CALL (int, FAULTS_SYNC, is_watched (fd), is_watched (fd) ? 0 : real (fd));
}

int
fdatasync (int fd)
{
  REAL (fdatasync);
  CALL (int, FAULTS_SYNC, is_watched (fd), is_watched (fd) ? 0 : real (fd));
}

int
syncfs (int fd)
{
  REAL (syncfs);
  CALL (int, FAULTS_SYNC, is_watched (fd), is_watched (fd) ? 0 : real (fd));
}

/* --- Memory --- */

void
faults_arm_memory (guint nth)
{
  memory.left = (gint)nth;
  memory.happened = FALSE;
  memory.armed = TRUE;
}

gboolean
faults_disarm_memory (void)
{
  memory.armed = FALSE;
  return memory.happened;
}

#if FAULTS_MEMORY
void *__libc_malloc (size_t size);
void *__libc_calloc (size_t n, size_t size);
void *__libc_realloc (void *old, size_t size);

static gboolean
none_left (void)
{
  if (!memory.armed || !g_atomic_int_dec_and_test (&memory.left))
    return FALSE;
  memory.happened = TRUE;
  errno = ENOMEM;
  return TRUE;
}

void *
malloc (size_t size)
{
  return none_left () ? NULL : __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  return none_left () ? NULL : __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  return none_left () ? NULL : __libc_realloc (old, size);
}
#endif
