/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "crypto-error.h"
#include "secret.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>

static void
test_new_and_dup (void)
{
  const guint8 bytes[3] = { 1, 2, 3 };
  g_autoptr (TabellaSecret) fresh = tabella_secret_new (100);
  g_autoptr (TabellaSecret) copy = tabella_secret_dup (bytes, sizeof bytes);
  g_autoptr (TabellaSecret) empty = tabella_secret_dup (NULL, 0);

  g_assert_true (sodium_is_zero (fresh, 100));
  g_assert_cmpmem (copy, 3, bytes, 3);
  g_assert_nonnull (empty);
  tabella_secret_free (NULL);
}

static void
test_overflow_stops (void)
{
  if (g_test_subprocess ()) {
    volatile TabellaSecret *secret = tabella_secret_new (32);

    secret[32] = 1; /* the guard page */
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

#ifndef __SANITIZE_ADDRESS__
/* Root may lock any amount, so the right to do so is given up too. */
static void
forbid_locking (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct none[2] = { { 0 } };
  const struct rlimit limit = { 0, 0 };

  g_assert_cmpint (syscall (SYS_capset, &header, none), ==, 0);
  g_assert_cmpint (setrlimit (RLIMIT_MEMLOCK, &limit), ==, 0);
}

static void
test_unlocked_memory_stops (void)
{
  if (g_test_subprocess ()) {
    forbid_locking ();
    tabella_secret_free (tabella_secret_new (32));
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*cannot lock 32 secret bytes*");
}
#endif

static void
test_init_repeats (void)
{
  tabella_crypto_init ();
  tabella_crypto_init ();
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/new-and-dup", test_new_and_dup);
  g_test_add_func ("/secret/overflow-stops", test_overflow_stops);
#ifndef __SANITIZE_ADDRESS__ /* which makes every lock succeed */
  g_test_add_func ("/secret/unlocked-memory-stops", test_unlocked_memory_stops);
#endif
  g_test_add_func ("/secret/init-repeats", test_init_repeats);
  return g_test_run ();
}
