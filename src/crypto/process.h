/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What our programs take from themselves when they start, so that whoever found a hole in one gets
 * no further. Nothing of it can be given back; programs that are started inherit it. */

/* Secret memory that a terminal must be able to lock; it uses less than a tenth. */
#define TABELLA_LOCKED_BYTES (2u << 20)

/* No core dumps, no ptrace or reading of memory by others of the same user, no new privileges from
 * programs that are started (RLIMIT_CORE 0, PR_SET_DUMPABLE 0, PR_SET_NO_NEW_PRIVS); as much locked
 * memory as the system allows. First thing in main(). FALSE with error SYSTEM. */
gboolean tabella_process_harden (GError **error);

typedef enum {
  TABELLA_SHUT_STRANGE, /* what none of our programs does: ptrace, mounts, modules, io_uring … */
  TABELLA_SHUT_ALL,     /* besides, no new socket, no program run, no process made */
} TabellaShut;

/* A seccomp filter over all threads: from now on those system calls fail with EPERM, and those of
 * another architecture's numbers end the program. FALSE with error SYSTEM: nothing has changed. */
gboolean tabella_process_shut (TabellaShut what, GError **error);

/* Finds out by trying: the words for what is still open ("socket", "execve", "io_uring", "fork",
 * "ptrace", "privileges", "core dump", "other programs", "filter"), with ", " between; "" when all
 * is shut. Free with g_free. */
char *tabella_process_open_doors (void);

/* TRUE if TABELLA_LOCKED_BYTES more can be locked now. */
gboolean tabella_process_can_lock (void);
