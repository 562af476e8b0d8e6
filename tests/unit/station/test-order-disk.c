/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a vote changes on the disk: one slot for the ballot and one for the check-in, in place, and
 * no other byte of any file that stays, no other file, name or time. */
#include <string.h>
#include <sys/stat.h>
#include "box-fixture.h"
#include "files.h"
#include "random-poll.h"

#define SLOTS        60
#define PEOPLE       25
#define LEAF         0x0D /* a b-tree page with rows */
#define LEAF_HEADER  8
#define AT_CELLS     3
#define AT_PAGE_SIZE 16 /* in the database's header, big-endian, 1 for 65536 */

typedef struct {
  char *name;
  struct stat info;
} Seen;

typedef struct {
  const RandomPoll *poll;
  GArray *folder; /* Seen, as the folder lists them */
  GBytes *box;
  guint writes, slots;
} Watch;

static void
seen_clear (gpointer data)
{
  g_free (((Seen *)data)->name);
}

static void
list (GArray *out, const char *folder)
{
  GError *error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL) {
    Seen seen = { .name = g_build_filename (folder, name, NULL) };

    g_assert_cmpint (lstat (seen.name, &seen.info), ==, 0);
    g_array_append_val (out, seen);
    if (S_ISDIR (seen.info.st_mode))
      list (out, seen.name);
  }
}

static gboolean
same_time (const struct timespec *a, const struct timespec *b)
{
  return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* The same names in the same order, and of each the same inode and length; the time of the last
 * write is another one only where writing is all that happens. */
static void
assert_same_folder (GArray *before, GArray *after)
{
  g_assert_cmpuint (before->len, ==, after->len);
  for (guint i = 0; i < before->len; i++) {
    const Seen *a = &g_array_index (before, Seen, i), *b = &g_array_index (after, Seen, i);
    const gboolean box = strstr (a->name, "/box.db") != NULL;

    g_assert_cmpstr (a->name, ==, b->name);
    g_assert_cmpuint (a->info.st_ino, ==, b->info.st_ino);
    g_assert_cmpint (a->info.st_size, ==, b->info.st_size);
    g_assert_cmpint (a->info.st_blocks, ==, b->info.st_blocks);
    if (!box && (!same_time (&a->info.st_mtim, &b->info.st_mtim) ||
                 !same_time (&a->info.st_ctim, &b->info.st_ctim)))
      g_error ("a vote changed the times of %s", a->name);
  }
}

/* Zeros over the pages that it held: had it been cut short, they would be in free blocks. */
static void
assert_stays (const char *journal)
{
  struct stat info;

  g_assert_cmpint (stat (journal, &info), ==, 0);
  g_assert_cmpint (info.st_size, >, 4096);
}

/* SQLite's numbers of 7 bits a byte. */
static guint64
varint (const guint8 **at)
{
  guint64 value = 0;
  guint8 byte;

  do {
    byte = *(*at)++;
    value = value << 7 | (byte & 0x7F);
  } while (byte & 0x80);
  return value;
}

/* Where in the page each row's blob lies: does one of them hold all from @first to @last? */
static gboolean
in_one_blob (const guint8 *page, gsize first, gsize last)
{
  const guint cells = page[AT_CELLS] * 256u + page[AT_CELLS + 1];

  g_assert_cmphex (page[0], ==, LEAF);
  for (guint i = 0; i < cells; i++) {
    const guint8 *entry = page + LEAF_HEADER + 2 * i;
    const guint8 *cell = page + entry[0] * 256u + entry[1], *start, *blob;
    const gsize size = varint (&cell);

    varint (&cell); /* the row's id */
    start = cell;
    blob = start + start[0]; /* the row's header says its own length first */
    if (page + first >= blob && page + last < start + size)
      return TRUE;
  }
  return FALSE;
}

/* In each page that changed: bytes of one slot and none beside it. The first page, SQLite's own
 * header with its counters, does not change: it counts how often the box was opened. */
static void
compare_boxes (Watch *w, GBytes *before, GBytes *after)
{
  const guint8 *a = g_bytes_get_data (before, NULL), *b = g_bytes_get_data (after, NULL);
  const gsize size = g_bytes_get_size (before);
  const guint code = a[AT_PAGE_SIZE] * 256u + a[AT_PAGE_SIZE + 1];
  const gsize page = code == 1 ? 65536 : code;
  guint slots = 0;

  g_assert_cmpuint (g_bytes_get_size (after), ==, size);
  for (gsize at = 0; at < size; at += page) {
    gsize first = 0, last = page;

    if (memcmp (a + at, b + at, page) == 0)
      continue;
    while (a[at + first] == b[at + first])
      first++;
    do
      last--;
    while (a[at + last] == b[at + last]);
    g_assert_cmpuint (at, >, 0);
    g_assert_true (in_one_blob (b + at, first, last));
    slots++;
  }
  g_assert_cmpuint (slots, >=, 1);
  g_assert_cmpuint (slots, <=, 2); /* the ballot's; the check-in's of a combined terminal */
  w->slots += slots;
  w->writes++;
}

static void
around (gboolean after, gpointer data)
{
  Watch *w = data;
  g_autofree char *path = g_build_filename (w->poll->box->dir, "box.db", NULL);
  g_autofree char *journal = g_build_filename (w->poll->box->dir, "box.db-journal", NULL);
  g_autoptr (GArray) folder = g_array_new (FALSE, FALSE, sizeof (Seen));
  g_autoptr (GBytes) box = box_fixture_read (path);

  g_array_set_clear_func (folder, seen_clear);
  list (folder, w->poll->box->dir);
  g_assert_true (g_file_test (journal, G_FILE_TEST_EXISTS));
  g_assert_true (box_fixture_all_zero (journal));
  if (after) {
    assert_same_folder (w->folder, folder);
    assert_stays (journal);
    compare_boxes (w, w->box, box);
  }
  g_clear_pointer (&w->folder, g_array_unref);
  g_clear_pointer (&w->box, g_bytes_unref);
  w->folder = g_steal_pointer (&folder);
  w->box = g_steal_pointer (&box);
}

static void
watch (gboolean split)
{
  g_autoptr (Practice) p = random_poll_practice (SLOTS);
  g_autoptr (RandomPoll) r = random_poll_new (p, split);
  g_autofree char *path = g_build_filename (r->box->dir, "box.db", NULL);
  Watch w = { .poll = r };
  struct stat first, last;

  g_assert_cmpint (stat (path, &first), ==, 0);
  r->around = around;
  r->data = &w;
  random_poll_run (r, PEOPLE);
  g_assert_cmpint (stat (path, &last), ==, 0);
  g_assert_cmpint (first.st_size, ==, last.st_size);
  g_assert_cmpuint (first.st_ino, ==, last.st_ino);
  g_test_message ("%u ballots changed %u slots; %u restarts", w.writes, w.slots, r->restarts);
  g_assert_cmpuint (w.writes, ==, r->casts + r->challenges);
  g_assert_cmpuint (w.slots, ==, split ? w.writes : w.writes + r->casts);
  g_array_unref (w.folder);
  g_bytes_unref (w.box);
}

static void
test_combined (void)
{
  watch (FALSE);
}

static void
test_booth (void)
{
  watch (TRUE);
}

/* The journal of a day with many voters is that of a day with none: nothing in it is about one. */
static void
test_events (void)
{
  g_autoptr (Practice) p = random_poll_practice (SLOTS);
  g_autoptr (RandomPoll) r = random_poll_new (p, FALSE);
  g_autofree char *before = NULL, *after = NULL, *more = NULL;
  GError *error = NULL;
  gsize size;
  guint lines = 0;

  before = tabella_box_journal_text (r->box->box, &error);
  random_poll_run (r, PEOPLE);
  after = tabella_box_journal_text (r->box->box, &error);
  g_assert_no_error (error);
  size = strlen (before);
  g_assert_cmpmem (after, size, before, size);
  for (const char *line = after + size; *line != '\0'; line = strchr (line, '\n') + 1) {
    g_assert_true (g_str_has_prefix (line, "{\"event\":\"unlocked\"}\n"));
    lines++;
  }
  g_assert_cmpuint (lines, ==, r->restarts);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-disk/combined", test_combined);
  g_test_add_func ("/order-disk/booth", test_booth);
  g_test_add_func ("/order-disk/events", test_events);
  return g_test_run ();
}
