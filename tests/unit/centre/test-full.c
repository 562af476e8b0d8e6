/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each step of the counting centre on a disk that another file fills, with ever more blocks left:
 * it says what could not be written and what to do; with room again the same step goes through. */
#include "steps.h"

#include <string.h>
#include "faults.h"
#include "files.h"
#include "small-disk.h"

#define SIZE (8 << 20)

static char *disk;

static void
assert_says_full (const GError *error)
{
  g_assert_nonnull (error);
  if (strchr (error->message, '/') == NULL || strstr (error->message, "/./") != NULL ||
      strstr (error->message, "make room") == NULL ||
      (strstr (error->message, "No space left on device") == NULL &&
       strstr (error->message, "is full") == NULL))
    g_error ("unclear: %s", error->message);
}

/* FALSE: it had room enough. */
static gboolean
one (const Step *step, guint blocks, const char *right)
{
  g_autoptr (GError) error = NULL;
  gboolean told;

  step_begin (step);
  small_disk_fill (disk, blocks);
  told = step->act (&error);
  g_test_message ("%s, %u blocks left: %s", step->name, blocks, told ? "done" : error->message);
  if (!told)
    assert_says_full (error);
  if (!told && step->prepare == NULL) /* a new database stays */
    g_assert_cmpuint (small_disk_free (disk), ==, blocks);
  small_disk_make_room (disk);
  step_go_on (step, told, right);
  return !told;
}

static void
test_step (gconstpointer data)
{
  const Step *step = data;
  g_autofree char *right = step_expected (step);
  guint failed = 0;

  for (guint n = 0; one (step, n, right); n += g_test_slow () ? 1 : 1 + n / 2)
    failed++;
  g_print ("# %s: failed on %u full disks\n", step->name, failed);
  g_assert_true (failed > 0 || step_leaves_nothing (step));
}

static void
move_to_disk (void)
{
  GError *error = NULL;

  disk = fixture_file (story->f, "disk");
  g_assert_true (tabella_folder_make (disk, &error));
  stages_close ();
  small_disk_mount (disk, SIZE);
  g_free (story->f->folder);
  story->f->folder = g_build_filename (disk, "practice", NULL);
}

int
main (int argc, char **argv)
{
  int done;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  steps_set_up ();
  move_to_disk ();
  for (guint i = 0; i < steps_count; i++) {
    g_autofree char *full = g_strconcat ("/full", steps[i].name, NULL);

    g_test_add_data_func (full, &steps[i], test_step);
  }
  done = g_test_run ();
  faults_watch (NULL);
  stages_close ();
  small_disk_unmount (disk);
  g_free (disk);
  steps_clear ();
  return done;
}
