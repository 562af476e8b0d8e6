/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* A library that stands between a program and libc and logs every change of the folders it watches,
 * with its bytes, so that disk.h can build what a power cut would have left at any moment. It sees
 * SQLite's calls too. A program links it (before anything else that writes), or gets it by
 * LD_PRELOAD with CUTS_LOG=FILE and CUTS_WATCH=FOLDER[:FOLDER…]; several programs may append to one
 * log, one after the other.
 *
 * What it cannot follow (a shared writable mapping, stdio, links …) it logs as CUTS_UNSEEN, and
 * disk.h refuses such a log; disk.h also compares the folder at the end of the log with the real
 * one. Each watched folder counts as a disk of its own. */

typedef enum {
  CUTS_CREATE = 1, /* path, ino */
  CUTS_MKDIR,      /* path, ino */
  CUTS_WRITE,      /* ino, at, data */
  CUTS_TRUNCATE,   /* ino, at: the new length */
  CUTS_SYNC,       /* ino: of a file its bytes and length, of a folder its names */
  CUTS_SYNCFS,     /* everything of this disk */
  CUTS_RENAME,     /* path to other, at: the flags of renameat2 */
  CUTS_UNLINK,     /* path */
  CUTS_RMDIR,      /* path */
  CUTS_MARK,       /* path: what the program says of itself */
  CUTS_UNSEEN,     /* path: how something was changed */
} CutsOp;

#define CUTS_NO_DISK 255

/* An entry of the log: this, then path, other and data. Paths are below the watched folder; "" is
 * the folder itself. */
typedef struct {
  uint8_t op, disk;
  uint16_t path_size, other_size, unused;
  uint32_t data_size, unused_too;
  uint64_t ino, at;
} CutsEntry;

/* Logs into the file @log from now on; @folders (absolute, no links in them) end with NULL. */
void cuts_record (const char *log, const char *const *folders);
void cuts_stop (void);
/* Into the log, at this place among the changes. Nothing if nothing is logged. */
void cuts_mark (const char *text);
/* Logs that all disks are synced, without doing it: what a test itself wrote is not to be lost. */
void cuts_settle (void);
