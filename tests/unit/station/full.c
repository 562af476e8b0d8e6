/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "files.h"
#include "broken.h"
#include "small-disk.h"

#define SIZE (8 << 20) /* of each disk */

static const char *const names[] = { "tablet", "stick" };

static char *
disk_path (const Broken *b, BrokenDisk disk)
{
  g_autofree char *name = g_strconcat ("disk-", names[disk], NULL);

  return practice_file (b->p, name);
}

static void
mount_one (Broken *b, BrokenDisk disk, char **folder)
{
  g_autofree char *path = disk_path (b, disk);
  GError *error = NULL;

  g_assert_true (tabella_folder_make (path, &error));
  small_disk_mount (path, SIZE);
  g_free (*folder);
  *folder = g_build_filename (path, "folder", NULL);
}

void
broken_move_to_disks (Broken *b)
{
  if (b->on_disks)
    return;
  mount_one (b, BROKEN_TABLET, &b->dir);
  mount_one (b, BROKEN_STICK, &b->usb);
  b->on_disks = TRUE;
}

void
broken_leave_disks (Broken *b)
{
  for (guint disk = BROKEN_TABLET; b->on_disks && disk <= BROKEN_STICK; disk++) {
    g_autofree char *path = disk_path (b, disk);

    small_disk_unmount (path);
  }
  b->on_disks = FALSE;
}

/* Which disk, and what to do. */
static void
assert_says_full (const GError *error)
{
  static const char *const advice[] = { "make room", "free space", "delete what is on it" };
  gboolean advised = FALSE;

  broken_assert_clear (error);
  for (guint i = 0; i < G_N_ELEMENTS (advice); i++)
    advised = advised || strstr (error->message, advice[i]) != NULL;
  if (!advised || strchr (error->message, '/') == NULL ||
      (strstr (error->message, "No space left on device") == NULL &&
       strstr (error->message, "is full") == NULL))
    g_error ("unclear: %s", error->message);
}

/* The poll goes on after a restart; before there is one, a start may need room, and says so. */
static void
restart_on_full_disk (Broken *b, const BrokenStep *step)
{
  static const char *const passphrase[] = { "first officer" };
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (step->folder, "installed")) {
    broken_restart (b);
    return;
  }
  g_clear_pointer (&b->s, tabella_station_free);
  b->s = tabella_station_open (b->dir, &error);
  g_assert_no_error (error);
  if (tabella_station_state (b->s) == TABELLA_STATION_LOCKED &&
      !tabella_station_unlock (b->s, passphrase, 1, &error))
    assert_says_full (error);
}

gboolean
broken_full (Broken *b, const BrokenStep *step, BrokenDisk disk, guint blocks)
{
  g_autofree char *path = disk_path (b, disk);
  g_autoptr (GError) error = NULL;
  gboolean told;

  broken_begin (b, step);
  b->dead = TRUE;
  small_disk_fill (path, blocks);
  told = step->act (b, &error);
  g_test_message ("%s, %u blocks left on the %s: %s", step->name, blocks, names[disk],
                  told ? "done" : error->message);
  if (told)
    g_assert_no_error (error);
  else
    assert_says_full (error);
  if (!told && (disk == BROKEN_STICK || step->room != BROKEN_KEEPS))
    g_assert_cmpuint (small_disk_free (path), ==, blocks);
  g_assert_true (!told || step->done (b));
  restart_on_full_disk (b, step);
  small_disk_make_room (path);
  broken_restart (b);
  g_assert_true (!told || step->done (b));
  broken_repeat (b, step);
  broken_finish (b);
  broken_end (b);
  return told;
}

void
broken_full_all_day (Broken *b)
{
  const BrokenStep day = { .name = "all day", .folder = "open" };
  g_autofree char *path = disk_path (b, BROKEN_TABLET);
  g_autoptr (GError) error = NULL;
  guint pauses = 0;

  broken_begin (b, &day);
  small_disk_fill (path, 0);
  while (tabella_station_pause (b->s, &error) && tabella_station_resume (b->s, &error))
    g_assert_cmpuint (++pauses, <, 10000);
  g_test_message ("after %u pauses: %s", pauses, error->message);
  assert_says_full (error);
  g_assert_cmpuint (pauses, >, 200);
  small_disk_make_room (path);
  broken_finish (b); /* without a restart */
  broken_end (b);
}
