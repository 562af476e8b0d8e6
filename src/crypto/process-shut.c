/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process.h"
#include "crypto-error.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>

G_DEFINE_AUTO_CLEANUP_FREE_FUNC (scmp_filter_ctx, seccomp_release, NULL)

/* What no program of an election does. Some of it needs privileges that none of them has: a kernel
 * is attacked through its rarely used calls. */
static const int strange[] = {
#ifndef __SANITIZE_ADDRESS__ /* whose leak check stops and reads its own threads */
  SCMP_SYS (ptrace),
#endif
  SCMP_SYS (process_vm_readv),
  SCMP_SYS (process_vm_writev),
  SCMP_SYS (process_madvise),
  SCMP_SYS (pidfd_getfd),
  SCMP_SYS (kcmp),
  SCMP_SYS (io_uring_setup),
  SCMP_SYS (io_uring_enter),
  SCMP_SYS (io_uring_register),
  SCMP_SYS (bpf),
  SCMP_SYS (perf_event_open),
  SCMP_SYS (userfaultfd),
  SCMP_SYS (add_key),
  SCMP_SYS (request_key),
  SCMP_SYS (keyctl),
  SCMP_SYS (unshare),
  SCMP_SYS (setns),
  SCMP_SYS (name_to_handle_at),
  SCMP_SYS (open_by_handle_at),
  SCMP_SYS (personality),
  SCMP_SYS (mount),
  SCMP_SYS (umount),
  SCMP_SYS (umount2),
  SCMP_SYS (mount_setattr),
  SCMP_SYS (move_mount),
  SCMP_SYS (open_tree),
  SCMP_SYS (fsopen),
  SCMP_SYS (fsconfig),
  SCMP_SYS (fsmount),
  SCMP_SYS (fspick),
  SCMP_SYS (pivot_root),
  SCMP_SYS (chroot),
  SCMP_SYS (swapon),
  SCMP_SYS (swapoff),
  SCMP_SYS (quotactl),
  SCMP_SYS (quotactl_fd),
  SCMP_SYS (fanotify_init),
  SCMP_SYS (init_module),
  SCMP_SYS (finit_module),
  SCMP_SYS (delete_module),
  SCMP_SYS (kexec_load),
  SCMP_SYS (kexec_file_load),
  SCMP_SYS (reboot),
  SCMP_SYS (acct),
  SCMP_SYS (iopl),
  SCMP_SYS (ioperm),
  SCMP_SYS (modify_ldt),
  SCMP_SYS (vm86),
  SCMP_SYS (syslog),
  SCMP_SYS (vhangup),
  SCMP_SYS (lookup_dcookie),
  SCMP_SYS (sethostname),
  SCMP_SYS (setdomainname),
  SCMP_SYS (settimeofday),
  SCMP_SYS (stime),
  SCMP_SYS (clock_settime),
  SCMP_SYS (clock_adjtime),
  SCMP_SYS (adjtimex),
  SCMP_SYS (migrate_pages),
  SCMP_SYS (move_pages),
  SCMP_SYS (remap_file_pages),
  SCMP_SYS (vmsplice),
};

/* What is done only while a program starts. */
static const int over[] = {
  SCMP_SYS (socket),     SCMP_SYS (socketpair), SCMP_SYS (socketcall), SCMP_SYS (connect),
  SCMP_SYS (bind),       SCMP_SYS (listen),     SCMP_SYS (accept),     SCMP_SYS (accept4),
  SCMP_SYS (execve),     SCMP_SYS (execveat),   SCMP_SYS (fork),       SCMP_SYS (vfork),
  SCMP_SYS (setuid),     SCMP_SYS (setgid),     SCMP_SYS (setreuid),   SCMP_SYS (setregid),
  SCMP_SYS (setresuid),  SCMP_SYS (setresgid),  SCMP_SYS (setfsuid),   SCMP_SYS (setfsgid),
  SCMP_SYS (setgroups),  SCMP_SYS (capset),     SCMP_SYS (mknod),      SCMP_SYS (mknodat),
  SCMP_SYS (pidfd_open), SCMP_SYS (seccomp),
};

static int
refuse_all (scmp_filter_ctx filter, const int *calls, gsize n)
{
  int status = 0;

  for (gsize i = 0; i < n && status == 0; i++)
    status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), calls[i], 0);
  return status;
}

/* Threads are made, processes are not. The flags of clone3() are where no filter sees them: without
 * it the C library asks clone(). */
static int
refuse_processes (scmp_filter_ctx filter)
{
  int status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (ENOSYS), SCMP_SYS (clone3), 0);

#ifndef __SANITIZE_ADDRESS__
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1,
                               SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
#endif
  return status;
}

/* Putting characters into a text console as if they were typed. */
static int
refuse_typing (scmp_filter_ctx filter)
{
  int status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (ioctl), 1,
                                 SCMP_A1 (SCMP_CMP_MASKED_EQ, G_MAXUINT32, TIOCSTI));

  return status != 0 ? status
                     : seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (ioctl), 1,
                                         SCMP_A1 (SCMP_CMP_MASKED_EQ, G_MAXUINT32, TIOCLINUX));
}

/* FALSE only if it is certain. */
static gboolean
has_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);

  return tasks == NULL || g_dir_read_name (tasks) == NULL || g_dir_read_name (tasks) != NULL;
}

static int
load (scmp_filter_ctx filter, TabellaShut what)
{
  int status = 0;

  /* Valgrind knows neither: there the thread ends, as libseccomp has it of itself. */
  if (seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) != 0)
    status = seccomp_attr_set (filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_THREAD);
  if (status == 0 && has_threads ())
    status = seccomp_attr_set (filter, SCMP_FLTATR_CTL_TSYNC, 1);
  if (status == 0)
    status = seccomp_attr_set (filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, not a list */
  if (status == 0)
    status = refuse_all (filter, strange, G_N_ELEMENTS (strange));
  if (status == 0)
    status = refuse_typing (filter);
  if (status == 0 && what == TABELLA_SHUT_ALL)
    status = refuse_all (filter, over, G_N_ELEMENTS (over));
  if (status == 0 && what == TABELLA_SHUT_ALL)
    status = refuse_processes (filter);
  return status == 0 ? seccomp_load (filter) : status;
}

gboolean
tabella_process_shut (TabellaShut what, GError **error)
{
  g_auto (scmp_filter_ctx) filter = seccomp_init (SCMP_ACT_ALLOW);
  int status = filter != NULL ? load (filter, what) : -ENOMEM;

  if (status == 0)
    return TRUE;
  g_set_error (
      error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_SYSTEM,
      "the system takes no list of calls that this program will not make (seccomp: %s): use "
      "a kernel with seccomp filters; a container must allow them",
      g_strerror (-status));
  return FALSE;
}
