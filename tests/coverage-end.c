/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linked into every program of the build with counters (tests/coverage.py): they are written also when a
 * program ends itself because something is broken, and when a child ends without its parent's clean-up. */
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

void __gcov_dump (void);

/* In place of the C library's, for GLib too. */
void
_exit (int status)
{
  __gcov_dump ();
  for (;;)
    syscall (SYS_exit_group, status);
}

static void
on_abort (int number)
{
  signal (number, SIG_DFL);
  __gcov_dump ();
  raise (number);
}

__attribute__ ((constructor)) static void
watch (void)
{
  signal (SIGABRT, on_abort);
}
