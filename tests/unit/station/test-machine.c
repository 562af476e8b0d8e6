/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a terminal finds out about its machine, in trees as the kernel would show them. */
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <glib/gstdio.h>
#include "machine.h"
#include "practice.h"
#include "station-private.h"

#define LO    "class/net/lo/flags", "0x9\n"
#define LUKS2 "CRYPT-LUKS2-00112233445566778899aabbccddeeff-tabella\n"

static char *
tree_new (void)
{
  char *sys = g_dir_make_tmp ("tabella-machine-XXXXXX", NULL);

  g_assert_nonnull (sys);
  return sys;
}

static void
put (const char *sys, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (sys, name, NULL), *dir = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Devices as sysfs has them: the real folder elsewhere, links to it. */
static void
link_to (const char *sys, const char *name, const char *target)
{
  g_autofree char *path = g_build_filename (sys, name, NULL), *dir = g_path_get_dirname (path),
                  *real = g_build_filename (sys, target, NULL);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (real, 0700), ==, 0);
  g_assert_cmpint (symlink (real, path), ==, 0);
}

static void
tree_free (char *sys)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", sys);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (sys);
}

static void
assert_networks (const char *sys, const char *names, gboolean up)
{
  gboolean is_up;
  g_autofree char *found = tabella_machine_networks (sys, &is_up);

  g_assert_cmpstr (found, ==, names);
  g_assert_cmpint (is_up, ==, up);
}

static void
test_networks (void)
{
  char *sys = tree_new ();

  assert_networks (sys, NULL, FALSE); /* no such list: not "none" */
  put (sys, LO);
  put (sys, "class/net/bonding_masters", "");
  assert_networks (sys, "", FALSE);
  put (sys, "class/net/wlan0/flags", "0x1002\n");
  assert_networks (sys, "wlan0", FALSE);
  put (sys, "class/net/eth0/flags", "0x1003\n");
  assert_networks (sys, "eth0, wlan0", TRUE);
  tree_free (sys);
}

static void
assert_encrypted (const char *sys, guint minor_number, gboolean expected)
{
  g_assert_cmpint (tabella_machine_encrypted (sys, makedev (253, minor_number)), ==, expected);
}

static void
test_encrypted (void)
{
  char *sys = tree_new ();

  assert_encrypted (sys, 9, FALSE); /* no device at all, as of a tmpfs */

  /* A partition, and LUKS2 on it. */
  put (sys, "devices/sda/sda2/partition", "2\n");
  link_to (sys, "dev/block/253:0", "devices/sda/sda2");
  assert_encrypted (sys, 0, FALSE);
  put (sys, "devices/dm-1/dm/uuid", LUKS2);
  link_to (sys, "devices/dm-1/slaves/sda2", "devices/sda/sda2");
  link_to (sys, "dev/block/253:1", "devices/dm-1");
  assert_encrypted (sys, 1, TRUE);

  /* A volume on it. */
  put (sys, "devices/dm-2/dm/uuid", "LVM-aabb\n");
  link_to (sys, "devices/dm-2/slaves/dm-1", "devices/dm-1");
  link_to (sys, "dev/block/253:2", "devices/dm-2");
  assert_encrypted (sys, 2, TRUE);

  /* A volume of which a part lies in the clear is read in the clear. */
  link_to (sys, "devices/dm-2/slaves/sda2", "devices/sda/sda2");
  assert_encrypted (sys, 2, FALSE);

  /* dm-verity only checks. */
  put (sys, "devices/dm-3/dm/uuid", "CRYPT-VERITY-aabb-root\n");
  link_to (sys, "devices/dm-3/slaves/sda2", "devices/sda/sda2");
  link_to (sys, "dev/block/253:3", "devices/dm-3");
  assert_encrypted (sys, 3, FALSE);
  tree_free (sys);
}

static void
assert_result (TabellaStation *s, TabellaTestItem item, TabellaTestResult result,
               const char *detail)
{
  g_autoptr (GPtrArray) lines = tabella_station_self_test (s);
  const TabellaTestLine *line = lines->pdata[item];

  g_assert_cmpint (line->result, ==, result);
  g_assert_cmpstr (line->detail, ==, detail);
}

static void
test_self_test (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_ready (p, 6);
  char *sys = tree_new ();
  g_autofree char *node = NULL;
  struct stat st;

  s->sys = sys;
  assert_result (s, TABELLA_TEST_NETWORK, TABELLA_TEST_WARNING, "?");
  put (sys, LO);
  assert_result (s, TABELLA_TEST_NETWORK, TABELLA_TEST_OK, "");
  put (sys, "class/net/usb0/flags", "0x1003\n");
  assert_result (s, TABELLA_TEST_NETWORK, TABELLA_TEST_WARNING, "usb0");

  /* Where votes count, one that is on stops the opening, and so does not knowing. */
  s->package->manifest->practice = FALSE;
  assert_result (s, TABELLA_TEST_NETWORK, TABELLA_TEST_FAILED, "usb0");
  put (sys, "class/net/usb0/flags", "0x1002\n");
  assert_result (s, TABELLA_TEST_NETWORK, TABELLA_TEST_WARNING, "usb0");
  s->sys = "/nonexistent";
  assert_result (s, TABELLA_TEST_NETWORK, TABELLA_TEST_FAILED, "?");
  s->sys = sys;

  assert_result (s, TABELLA_TEST_ENCRYPTION, TABELLA_TEST_WARNING, "");
  g_assert_cmpint (stat (s->dir, &st), ==, 0);
  node = g_strdup_printf ("dev/block/%u:%u", major (st.st_dev), minor (st.st_dev));
  put (sys, "devices/dm-1/dm/uuid", LUKS2);
  link_to (sys, node, "devices/dm-1");
  assert_result (s, TABELLA_TEST_ENCRYPTION, TABELLA_TEST_OK, "");
  tabella_station_free (s);
  tree_free (sys);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/machine/networks", test_networks);
  g_test_add_func ("/machine/encrypted", test_encrypted);
  g_test_add_func ("/machine/self-test", test_self_test);
  return g_test_run ();
}
