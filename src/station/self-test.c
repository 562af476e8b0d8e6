/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "station-private.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <sodium.h>
#include "files.h"
#include "machine.h"
#include "process.h"

#define WRITE_TEST_BYTES (256 * 1024)
#define MIB              (1024.0 * 1024.0)
#define SPARE_SPACE      (64u << 20)
#define BOX_COPIES       4 /* final, a safety copy, each once more under a temporary name */

static void
line_free (gpointer data)
{
  g_free (((TabellaTestLine *)data)->detail);
  g_free (data);
}

static void
add (GPtrArray *lines, TabellaTestItem item, TabellaTestResult result, char *detail)
{
  TabellaTestLine *line = g_new0 (TabellaTestLine, 1);

  *line = (TabellaTestLine){ item, result, detail };
  g_ptr_array_add (lines, line);
}

/* Random bytes to the disk of the ballot box and back. */
static void
test_storage (TabellaStation *s, GPtrArray *lines)
{
  g_autofree char *path = tabella_station_path (s, "self-test");
  g_autofree guint8 *bytes = g_malloc (WRITE_TEST_BYTES);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;

  randombytes_buf (bytes, WRITE_TEST_BYTES);
  if (tabella_file_write (path, bytes, WRITE_TEST_BYTES, 0600, &error))
    back = tabella_file_read (path, WRITE_TEST_BYTES, &error);
  unlink (path);
  if (back == NULL)
    add (lines, TABELLA_TEST_STORAGE, TABELLA_TEST_FAILED, g_strdup (error->message));
  else if (g_bytes_get_size (back) != WRITE_TEST_BYTES ||
           memcmp (g_bytes_get_data (back, NULL), bytes, WRITE_TEST_BYTES) != 0)
    add (lines, TABELLA_TEST_STORAGE, TABELLA_TEST_FAILED,
         g_strdup_printf ("%s does not read back what was written", path));
  else
    add (lines, TABELLA_TEST_STORAGE, TABELLA_TEST_OK, g_strdup (s->dir));
}

static void
test_space (TabellaStation *s, GPtrArray *lines)
{
  g_autofree char *box = tabella_station_path (s, "box.db");
  struct statvfs fs;
  struct stat st = { .st_size = 0 };
  guint64 left, wanted;

  if (statvfs (s->dir, &fs) != 0 || (stat (box, &st) != 0 && s->box != NULL)) {
    add (lines, TABELLA_TEST_SPACE, TABELLA_TEST_FAILED, g_strdup (s->dir));
    return;
  }
  left = (guint64)fs.f_bavail * fs.f_frsize;
  wanted = SPARE_SPACE + (guint64)st.st_size * BOX_COPIES;
  add (
      lines, TABELLA_TEST_SPACE, left >= wanted ? TABELLA_TEST_OK : TABELLA_TEST_FAILED,
      g_strdup_printf ("%.0f MiB free, %.0f MiB needed", (double)left / MIB, (double)wanted / MIB));
}

/* Practice may run on any machine: what an official terminal must not be is only pointed out. */
static gboolean
is_official (TabellaStation *s)
{
  return s->package != NULL && !s->package->manifest->practice;
}

/* A terminal has no network. */
static void
test_network (TabellaStation *s, GPtrArray *lines)
{
  const gboolean official = is_official (s);
  gboolean up;
  g_autofree char *found = tabella_machine_networks (s->sys, &up);
  TabellaTestResult bad =
      official && (up || found == NULL) ? TABELLA_TEST_FAILED : TABELLA_TEST_WARNING;

  add (lines, TABELLA_TEST_NETWORK, found != NULL && *found == '\0' ? TABELLA_TEST_OK : bad,
       g_strdup (found != NULL ? found : "?"));
}

static void
test_encryption (TabellaStation *s, GPtrArray *lines)
{
  struct stat st;
  gboolean found = stat (s->dir, &st) == 0 && tabella_machine_encrypted (s->sys, st.st_dev);

  add (lines, TABELLA_TEST_ENCRYPTION, found ? TABELLA_TEST_OK : TABELLA_TEST_WARNING,
       g_strdup (""));
}

static void
test_process (TabellaStation *s, GPtrArray *lines)
{
  const TabellaTestResult bad = is_official (s) ? TABELLA_TEST_FAILED : TABELLA_TEST_WARNING;
  char *open = tabella_process_open_doors ();

  add (lines, TABELLA_TEST_PROCESS, *open == '\0' ? TABELLA_TEST_OK : bad, open);
  add (lines, TABELLA_TEST_MEMORY, tabella_process_can_lock () ? TABELLA_TEST_OK : bad,
       g_strdup_printf ("LimitMEMLOCK < %uM", TABELLA_LOCKED_BYTES >> 20));
}

static void
test_clock (TabellaStation *s, GPtrArray *lines)
{
  char now[17];

  s->clock (now, s->clock_data);
  add (lines, TABELLA_TEST_CLOCK, TABELLA_TEST_OK, g_strdup (now));
}

/* Before the first opening of the poll nothing may be in the box; afterwards the counts are only
 * shown. */
static void
test_box (TabellaStation *s, GPtrArray *lines)
{
  const gboolean begun = s->state == TABELLA_STATION_OPEN || s->state == TABELLA_STATION_PAUSED ||
                         s->state == TABELLA_STATION_CLOSED;
  g_autoptr (GError) error = NULL;
  TabellaCounts counts;

  if (!tabella_station_counts (s, &counts, &error)) {
    add (lines, TABELLA_TEST_BOX_EMPTY, TABELLA_TEST_FAILED, g_strdup (error->message));
    return;
  }
  add (lines, TABELLA_TEST_BOX_EMPTY,
       begun || counts.checked_in + counts.cast + counts.challenged == 0 ? TABELLA_TEST_OK
                                                                         : TABELLA_TEST_FAILED,
       g_strdup_printf ("%u, %u, %u", counts.checked_in, counts.cast, counts.challenged));
}

GPtrArray *
tabella_station_self_test (TabellaStation *s)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (line_free);

  test_storage (s, lines);
  test_space (s, lines);
  test_network (s, lines);
  test_encryption (s, lines);
  test_process (s, lines);
  test_clock (s, lines);
  test_box (s, lines);
  return lines;
}
