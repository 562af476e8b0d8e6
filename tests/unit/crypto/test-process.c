/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a program takes from itself, each tried in a process of its own. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "process.h"
#include "secret.h"

/* The wait status of a child that does this. */
static int
status_of (void (*child) (void))
{
  pid_t pid = fork ();
  int status;

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0) {
    child ();
    _exit (0);
  }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status;
}

static void
harden (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_process_harden (&error));
  g_assert_no_error (error);
}

static void
shut (TabellaShut what)
{
  g_autoptr (GError) error = NULL;

  harden ();
  g_assert_true (tabella_process_shut (what, &error));
  g_assert_no_error (error);
}

static void
be_hardened (void)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_MEMLOCK, &limit), ==, 0);
  limit.rlim_cur = 0; /* less than is allowed, as shells and services begin */
  g_assert_cmpint (setrlimit (RLIMIT_MEMLOCK, &limit), ==, 0);
  harden ();
  g_assert_cmpint (getrlimit (RLIMIT_CORE, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, 0);
  g_assert_cmpuint (limit.rlim_max, ==, 0);
  g_assert_cmpint (prctl (PR_GET_DUMPABLE), ==, 0);
  g_assert_cmpint (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), ==, 1);
  g_assert_cmpint (getrlimit (RLIMIT_MEMLOCK, &limit), ==, 0);
  g_assert_cmpuint (limit.rlim_cur, ==, limit.rlim_max);
}

static void
test_harden (void)
{
  g_assert_cmpint (status_of (be_hardened), ==, 0);
}

typedef struct {
  const char *name;
  long number;
} Call;
#define CALL(name)                                                                                 \
  {                                                                                                \
#name, SYS_##name                                                                              \
  }

static const Call strange[] = {
#ifndef __SANITIZE_ADDRESS__
  CALL (ptrace),
#endif
  CALL (process_vm_readv),
  CALL (process_vm_writev),
  CALL (pidfd_getfd),
  CALL (kcmp),
  CALL (io_uring_setup),
  CALL (io_uring_enter),
  CALL (io_uring_register),
  CALL (bpf),
  CALL (perf_event_open),
  CALL (userfaultfd),
  CALL (add_key),
  CALL (request_key),
  CALL (keyctl),
  CALL (unshare),
  CALL (setns),
  CALL (open_by_handle_at),
  CALL (personality),
  CALL (mount),
  CALL (umount2),
  CALL (move_mount),
  CALL (open_tree),
  CALL (fsopen),
  CALL (pivot_root),
  CALL (chroot),
  CALL (swapon),
  CALL (init_module),
  CALL (finit_module),
  CALL (delete_module),
  CALL (kexec_load),
  CALL (reboot),
  CALL (settimeofday),
  CALL (clock_settime),
};

static const Call over[] = {
  CALL (socket),  CALL (socketpair), CALL (connect),  CALL (bind),   CALL (listen),
  CALL (accept4), CALL (execve),     CALL (execveat), CALL (setuid), CALL (setgid),
  CALL (capset),  CALL (mknodat),    CALL (seccomp),
#ifdef SYS_fork
  CALL (fork),    CALL (vfork),      CALL (accept),
#endif
};

/* With arguments that no call takes, so that one that is let through fails otherwise. */
static gboolean
is_refused (const Call *call)
{
  errno = 0;
  return syscall (call->number, -1L, -1L, -1L, -1L, -1L, -1L) == -1 && errno == EPERM;
}

static void
check_refused (const Call *calls, gsize n, gboolean refused)
{
  for (gsize i = 0; i < n; i++)
    if (is_refused (&calls[i]) != refused)
      g_error ("%s is %s", calls[i].name, refused ? "let through" : "refused");
}

static void
shut_strange (void)
{
  const Call harmless[] = { CALL (socket), CALL (connect), CALL (execve), CALL (execveat) };

  shut (TABELLA_SHUT_STRANGE);
  check_refused (strange, G_N_ELEMENTS (strange), TRUE);
  check_refused (harmless, G_N_ELEMENTS (harmless), FALSE);
  g_assert_cmpint (ioctl (0, TIOCSTI, "x"), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
}

static void
test_strange (void)
{
  g_assert_cmpint (status_of (shut_strange), ==, 0);
}

static void
shut_all (void)
{
  shut (TABELLA_SHUT_ALL);
  check_refused (strange, G_N_ELEMENTS (strange), TRUE);
  check_refused (over, G_N_ELEMENTS (over), TRUE);
#ifndef __SANITIZE_ADDRESS__
  g_assert_cmpint ((int)syscall (SYS_clone, SIGCHLD, NULL, NULL, NULL, 0), ==, -1);
  g_assert_cmpint (errno, ==, EPERM);
#endif
  g_assert_cmpint ((int)syscall (SYS_clone3, NULL, 0), ==, -1);
  g_assert_cmpint (errno, ==, ENOSYS);
}

static void
test_all (void)
{
  g_assert_cmpint (status_of (shut_all), ==, 0);
}

static gpointer
nothing (gpointer data)
{
  return data;
}

/* What a terminal does all day. */
static void
go_on (void)
{
  char letter = 'x';
  int pair[2], fd;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET, 0, pair), ==, 0);
  shut (TABELLA_SHUT_ALL);
  g_assert_cmpint ((int)send (pair[0], &letter, 1, 0), ==, 1);
  g_assert_cmpint ((int)recv (pair[1], &letter, 1, 0), ==, 1);
  g_assert_true (g_thread_join (g_thread_new ("one more", nothing, &letter)) == &letter);
  fd = memfd_create ("memory", MFD_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint ((int)write (fd, &letter, 1), ==, 1);
  fd = open ("/proc/self/status", O_RDONLY);
  g_assert_cmpint (fd, >=, 0);
  tabella_secret_free (tabella_secret_new (32));
}

static void
test_goes_on (void)
{
  g_assert_cmpint (status_of (go_on), ==, 0);
}

typedef struct {
  GMutex mutex;
  GCond cond;
  gboolean is_shut, refused;
} Waiting;

static gpointer
try_when_shut (gpointer data)
{
  Waiting *w = data;

  g_mutex_lock (&w->mutex);
  while (!w->is_shut)
    g_cond_wait (&w->cond, &w->mutex);
  w->refused = socket (AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EPERM;
  g_mutex_unlock (&w->mutex);
  return NULL;
}

static void
shut_with_threads (void)
{
  Waiting w = { 0 };
  GThread *thread = g_thread_new ("before", try_when_shut, &w);

  shut (TABELLA_SHUT_ALL);
  g_mutex_lock (&w.mutex);
  w.is_shut = TRUE;
  g_cond_signal (&w.cond);
  g_mutex_unlock (&w.mutex);
  g_thread_join (thread);
  g_assert_true (w.refused);
}

static void
test_threads (void)
{
  g_assert_cmpint (status_of (shut_with_threads), ==, 0);
}

#ifdef __x86_64__
static void
call_by_x32_number (void)
{
  shut (TABELLA_SHUT_ALL);
  syscall (0x40000000 | SYS_socket, AF_UNIX, SOCK_STREAM, 0);
}

static void
call_by_32_bit_number (void)
{
  int result;

  shut (TABELLA_SHUT_ALL);
  /* i386's socket(); its numbers are others than ours */
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(359), "b"(1), "c"(1), "d"(0) : "memory");
}

static void
test_other_numbers (void)
{
  int x32 = status_of (call_by_x32_number), i386 = status_of (call_by_32_bit_number);

  g_assert_true (WIFSIGNALED (x32) && WTERMSIG (x32) == SIGSYS);
  g_assert_true (WIFSIGNALED (i386)); /* by the filter, or by a kernel that has no such calls */
}
#endif

#ifdef __SANITIZE_ADDRESS__
#define WITH(more) ""
#else
#define WITH(more) more
#endif

static void
look_again (void)
{
  g_autofree char *before = tabella_process_open_doors (), *between = NULL, *after = NULL;

  g_assert_cmpstr (before, ==,
                   "socket, execve, io_uring, " WITH ("fork, ptrace, ") "privileges, core dump, "
                                                                        "other programs, filter");
  harden ();
  between = tabella_process_open_doors ();
  g_assert_cmpstr (between, ==, "socket, execve, io_uring, " WITH ("fork, ptrace, ") "filter");
  shut (TABELLA_SHUT_ALL);
  after = tabella_process_open_doors ();
  g_assert_cmpstr (after, ==, "");
}

static void
look_at_hands (void)
{
  g_autofree char *open = NULL;

  shut (TABELLA_SHUT_STRANGE);
  open = tabella_process_open_doors ();
  g_assert_cmpstr (open, ==, "socket, execve" WITH (", fork"));
}

static void
test_open_doors (void)
{
  g_assert_cmpint (status_of (look_again), ==, 0);
  g_assert_cmpint (status_of (look_at_hands), ==, 0);
}

#ifndef __SANITIZE_ADDRESS__ /* which makes every lock succeed */
/* Also for root, whom no limit of locked memory holds. */
static void
lose_locking (void)
{
  const struct rlimit little = { 65536, 65536 };

  g_assert_true (tabella_process_can_lock ());
  g_assert_cmpint (setrlimit (RLIMIT_MEMLOCK, &little), ==, 0);
  if (geteuid () == 0) {
    g_assert_cmpint (setresgid (65534, 65534, 65534), ==, 0);
    g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
  }
  g_assert_false (tabella_process_can_lock ());
}

static void
test_can_lock (void)
{
  g_assert_cmpint (status_of (lose_locking), ==, 0);
}
#endif

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process/harden", test_harden);
  g_test_add_func ("/process/strange", test_strange);
  g_test_add_func ("/process/all", test_all);
  g_test_add_func ("/process/goes-on", test_goes_on);
  g_test_add_func ("/process/threads", test_threads);
#ifdef __x86_64__
  g_test_add_func ("/process/other-numbers", test_other_numbers);
#endif
  g_test_add_func ("/process/open-doors", test_open_doors);
#ifndef __SANITIZE_ADDRESS__
  g_test_add_func ("/process/can-lock", test_can_lock);
#endif
  return g_test_run ();
}
