/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A disk and a memory that fail on purpose, for a whole test program: it is linked with this, and
 * every library it uses calls these functions in the place of libc's. Only what lies below the
 * watched folder fails. While a folder is watched syncs are counted and not done, for no test here
 * cuts the power. Needs export_dynamic. */

/* Which calls. */
typedef enum {
  FAULTS_OPEN = 1,    /* open, opendir */
  FAULTS_READ = 2,    /* read, pread, readdir */
  FAULTS_WRITE = 4,   /* write, pwrite, ftruncate */
  FAULTS_SYNC = 8,    /* fsync, fdatasync, syncfs */
  FAULTS_RENAME = 16, /* rename, renameat2 */
  FAULTS_NAME = 32,   /* mkdir, unlink, rmdir, remove, chmod */
  FAULTS_LOOK = 64,   /* access, stat, lstat, fstat */
  FAULTS_CHANGES = FAULTS_WRITE | FAULTS_SYNC | FAULTS_RENAME | FAULTS_NAME,
  FAULTS_ALL = 127
} FaultsCalls;

typedef enum {
  FAULTS_REFUSE, /* the call fails and does nothing */
  FAULTS_LIE,    /* the call does its work and fails all the same */
  FAULTS_SHORT,  /* a read or write of more than one byte does half; others are not counted */
  FAULTS_STAY,   /* this one fails and does nothing, and so do all counted ones after it */
  FAULTS_KILL,   /* the process is killed before the call does anything */
} FaultsHow;

/* @root: absolute; NULL: none. Before the first file in it is opened. */
void faults_watch (const char *root);
/* The @nth call (from 1) of those in @calls fails with @err. */
void faults_arm (guint calls, FaultsHow how, int err, guint nth);
/* Works again. TRUE if the fault had its turn. */
gboolean faults_disarm (void);

/* The @nth allocation of this process (from 1) fails: GLib's end the process with SIGABRT or
 * SIGTRAP, others return NULL. Not with a sanitizer, which has allocators of its own. */
#if defined(__SANITIZE_ADDRESS__)
#define FAULTS_MEMORY 0
#else
#define FAULTS_MEMORY 1
#endif
void faults_arm_memory (guint nth);
gboolean faults_disarm_memory (void);
