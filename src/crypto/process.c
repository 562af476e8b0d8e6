/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process.h"
#include "crypto-error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SYSTEM, "%s (%s)", what,
               g_strerror (errno));
  return FALSE;
}

gboolean
tabella_process_harden (GError **error)
{
  const struct rlimit none = { 0, 0 };
  struct rlimit locked;

  if (setrlimit (RLIMIT_CORE, &none) != 0)
    return fail (error, "core dumps cannot be turned off");
  /* A program that collects dumps through a pipe is not asked for the limit, only for this. */
  if (prctl (PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
    return fail (error, "other programs cannot be kept out of this one's memory");
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail (error, "this program cannot give up getting privileges");
  if (getrlimit (RLIMIT_MEMLOCK, &locked) != 0)
    return fail (error, "the limit of locked memory is not known");
  locked.rlim_cur = locked.rlim_max;
  if (setrlimit (RLIMIT_MEMLOCK, &locked) != 0)
    return fail (error, "the limit of locked memory cannot be raised to what is allowed");
  return TRUE;
}

/* Each of these is tried so that it does no harm where it is not refused: on nothing, or on what
 * can be taken back. */

static gboolean
makes_sockets (void)
{
  static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
  gboolean can = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    int fd = socket (families[i], SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
      close (fd);
    can = can || fd >= 0 || errno != EPERM;
  }
  return can;
}

static gboolean
runs_programs (void)
{
  char *const none[] = { NULL };

  return execve ("", none, none) != -1 || errno != EPERM ||
         syscall (SYS_execveat, -1, "", none, none, 0) != -1 || errno != EPERM;
}

static gboolean
has_io_uring (void)
{
  return syscall (SYS_io_uring_setup, 0, NULL) != -1 || errno != EPERM;
}

#ifdef __SANITIZE_ADDRESS__ /* there both are left open (process-shut.c) */
static gboolean
makes_processes (void)
{
  return FALSE;
}

static gboolean
traces (void)
{
  return FALSE;
}
#else
/* With a flag that no kernel takes together with the others. */
static gboolean
makes_processes (void)
{
  return syscall (SYS_clone, CLONE_NEWNS | CLONE_FS, NULL, NULL, NULL, 0) != -1 || errno != EPERM;
}

static gboolean
traces (void)
{
  return ptrace (PTRACE_PEEKDATA, -1, NULL, NULL) != -1 || errno != EPERM;
}
#endif

static gboolean
dumps_core (void)
{
  struct rlimit limit;

  return getrlimit (RLIMIT_CORE, &limit) != 0 || limit.rlim_cur != 0 || limit.rlim_max != 0;
}

static gboolean
has_no_filter (void)
{
  g_autofree char *status = NULL;

  return !g_file_get_contents ("/proc/self/status", &status, NULL, NULL) ||
         strstr (status, "\nSeccomp:\t2\n") == NULL;
}

char *
tabella_process_open_doors (void)
{
  const struct {
    const char *name;
    gboolean is_open;
  } doors[] = {
    { "socket", makes_sockets () },  { "execve", runs_programs () },
    { "io_uring", has_io_uring () }, { "fork", makes_processes () },
    { "ptrace", traces () },         { "privileges", prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 },
    { "core dump", dumps_core () },  { "other programs", prctl (PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 },
    { "filter", has_no_filter () },
  };
  GString *open = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++)
    if (doors[i].is_open)
      g_string_append_printf (open, "%s%s", open->len > 0 ? ", " : "", doors[i].name);
  return g_string_free (open, FALSE);
}

gboolean
tabella_process_can_lock (void)
{
  void *area =
      mmap (NULL, TABELLA_LOCKED_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  gboolean can;

  if (area == MAP_FAILED)
    return FALSE;
  can = mlock (area, TABELLA_LOCKED_BYTES) == 0;
  munmap (area, TABELLA_LOCKED_BYTES); /* which unlocks it */
  return can;
}
