/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "faulty-vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>

typedef struct {
  sqlite3_file base;
  sqlite3_file *real; /* behind this struct, in the same allocation */
} FaultyFile;

static sqlite3_vfs vfs;
static sqlite3_vfs *real_vfs;
static struct {
  FaultKind kind;
  guint left; /* 0: not armed, or had its turn */
  gboolean dead, happened;
} fault;

static sqlite3_file *
real_of (sqlite3_file *file)
{
  return ((FaultyFile *)file)->real;
}

/* Counts one operation. *skip: it must not be done. */
static gboolean
fails (gboolean *skip)
{
  *skip = fault.dead;
  if (fault.dead)
    return TRUE;
  if (fault.left == 0 || --fault.left > 0)
    return FALSE;
  if (fault.kind == FAULT_KILL) {
    raise (SIGKILL);
    abort (); /* not reached */
  }
  fault.happened = TRUE;
  fault.dead = fault.kind == FAULT_DEAD;
  *skip = fault.kind != FAULT_LIE;
  return fault.kind != FAULT_LOSE;
}

static int
faulty_close (sqlite3_file *file)
{
  return real_of (file)->pMethods->xClose (real_of (file));
}

static int
faulty_read (sqlite3_file *file, void *buffer, int size, sqlite3_int64 at)
{
  if (fault.dead)
    return SQLITE_IOERR_READ;
  return real_of (file)->pMethods->xRead (real_of (file), buffer, size, at);
}

static int
faulty_write (sqlite3_file *file, const void *buffer, int size, sqlite3_int64 at)
{
  gboolean skip;
  const gboolean bad = fails (&skip);
  const int rc =
      skip ? SQLITE_OK : real_of (file)->pMethods->xWrite (real_of (file), buffer, size, at);

  return bad ? SQLITE_IOERR_WRITE : rc;
}

static int
faulty_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  gboolean skip;
  const gboolean bad = fails (&skip);
  const int rc = skip ? SQLITE_OK : real_of (file)->pMethods->xTruncate (real_of (file), size);

  return bad ? SQLITE_IOERR_TRUNCATE : rc;
}

static int
faulty_sync (sqlite3_file *file, int flags)
{
  gboolean skip;
  const gboolean bad = fails (&skip);
  const int rc = skip ? SQLITE_OK : real_of (file)->pMethods->xSync (real_of (file), flags);

  return bad ? SQLITE_IOERR_FSYNC : rc;
}

static int
faulty_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return real_of (file)->pMethods->xFileSize (real_of (file), size);
}

static int
faulty_lock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xLock (real_of (file), level);
}

static int
faulty_unlock (sqlite3_file *file, int level)
{
  return real_of (file)->pMethods->xUnlock (real_of (file), level);
}

static int
faulty_check (sqlite3_file *file, int *held)
{
  return real_of (file)->pMethods->xCheckReservedLock (real_of (file), held);
}

static int
faulty_control (sqlite3_file *file, int op, void *arg)
{
  return real_of (file)->pMethods->xFileControl (real_of (file), op, arg);
}

static int
faulty_sector (sqlite3_file *file)
{
  return real_of (file)->pMethods->xSectorSize (real_of (file));
}

static int
faulty_device (sqlite3_file *file)
{
  return real_of (file)->pMethods->xDeviceCharacteristics (real_of (file));
}

static const sqlite3_io_methods methods = {
  .iVersion = 1,
  .xClose = faulty_close,
  .xRead = faulty_read,
  .xWrite = faulty_write,
  .xTruncate = faulty_truncate,
  .xSync = faulty_sync,
  .xFileSize = faulty_size,
  .xLock = faulty_lock,
  .xUnlock = faulty_unlock,
  .xCheckReservedLock = faulty_check,
  .xFileControl = faulty_control,
  .xSectorSize = faulty_sector,
  .xDeviceCharacteristics = faulty_device,
};

static int
faulty_open (sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *file, int flags, int *out)
{
  FaultyFile *faulty = (FaultyFile *)file;
  int rc;

  faulty->real = (sqlite3_file *)(faulty + 1);
  file->pMethods = NULL;
  if (fault.dead)
    return SQLITE_CANTOPEN;
  rc = real_vfs->xOpen (real_vfs, name, faulty->real, flags, out);
  if (faulty->real->pMethods != NULL)
    file->pMethods = &methods;
  return rc;
}

void
faulty_install (void)
{
  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.zName = "faulty";
  vfs.szOsFile = (int)sizeof (FaultyFile) + real_vfs->szOsFile;
  vfs.xOpen = faulty_open;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}

void
faulty_arm (FaultKind kind, guint nth)
{
  fault.kind = kind;
  fault.left = nth;
  fault.dead = fault.happened = FALSE;
}

gboolean
faulty_disarm (void)
{
  fault.left = 0;
  fault.dead = FALSE;
  return fault.happened;
}
