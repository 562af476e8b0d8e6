/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves a terminal follows from which ballots and check-ins it got, not from when: every
 * order of the same ones gives the same bytes in every file. */
#include <string.h>
#include "copy.h"
#include "files.h"
#include "practice.h"
#include "random-poll.h"

#define COMBINED 6
#define FEW      5  /* all 120 orders */
#define MANY     50 /* random orders */
#define SHUFFLES 12
#define SLOTS    60

static const char *const final_names[] = { "ballots",     "ballots.minisig", "checkins",
                                           "receipt.png", "receipt.txt",     NULL };
static const char *const copy_names[] = { "receipt.png", "receipt.txt", "sealed", "sealed.minisig",
                                          NULL };

/* Something that happens to the box: a ballot with its voter (or a challenged one without), or
 * somebody who only checks in. */
typedef struct {
  GBytes *record; /* NULL: only a check-in */
  gboolean challenged;
  guint8 code[32];
  TabellaCheckin person;
} Event;

/* An open terminal at rest, the events, and the files of the first order. */
typedef struct {
  Practice *practice;
  char *rest; /* its state folder, copied for each order */
  Event events[MANY];
  guint n;
  GHashTable *files; /* name → GBytes of the first order */
} World;

static void
fixed_clock (char out[17], gpointer data)
{
  g_strlcpy (out, "2014-06-22 10:00", 17);
}

static void
make_event (TabellaStation *s, guint i, Event *e)
{
  static const guint8 selections[16];
  g_autoptr (TabellaPending) pending = NULL;
  guint8 ticket[16] = { (guint8)i, 99 };
  GError *error = NULL;

  e->person = (TabellaCheckin){ .kind = TABELLA_CHECKIN_ROLL,
                                .state = i % 5 == 3   ? TABELLA_CHECKIN_GIVEN
                                         : i % 5 == 4 ? TABELLA_CHECKIN_LEFT
                                                      : TABELLA_CHECKIN_VOTED };
  randombytes_buf (e->person.p, 32);
  e->challenged = i % 5 == 4;
  if (i % 5 == 3)
    return;
  pending = tabella_pending_new (s->ctx, COMBINED, 0, ticket, 0, selections, &error);
  g_assert_no_error (error);
  memcpy (e->code, tabella_pending_code (pending), 32);
  e->record = e->challenged ? tabella_pending_challenge (pending)
                            : tabella_pending_cast (pending, s->keys->terminal->ballot_secret);
}

static void
world_init (World *w, guint n)
{
  g_autofree char *state = NULL;
  TabellaStation *s;
  GError *error = NULL;

  *w = (World){ .practice = random_poll_practice (SLOTS), .n = n };
  s = practice_ready (w->practice, COMBINED);
  tabella_station_set_clock (s, fixed_clock, NULL);
  g_assert_true (tabella_station_zero_report (s, &error));
  g_assert_true (tabella_station_open_poll (s, &error));
  for (guint i = 0; i < n; i++)
    make_event (s, i, &w->events[i]);
  tabella_station_free (s);
  state = practice_file (w->practice, "state-6");
  w->rest = practice_file (w->practice, "rest");
  tabella_folder_copy (state, w->rest, &error);
  g_assert_no_error (error);
  w->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
}

static void
world_clear (World *w)
{
  for (guint i = 0; i < w->n; i++)
    g_clear_pointer (&w->events[i].record, g_bytes_unref);
  g_hash_table_unref (w->files);
  g_free (w->rest);
  practice_free (w->practice);
}

static TabellaStation *
wake (const World *w)
{
  g_autofree char *state = practice_file (w->practice, "state-6");
  TabellaStation *s;
  GError *error = NULL;

  g_assert_true (tabella_folder_remove (state, &error));
  g_assert_true (tabella_folder_copy (w->rest, state, &error));
  s = practice_restart (w->practice, COMBINED);
  tabella_station_set_clock (s, fixed_clock, NULL);
  return s;
}

static void
happen (TabellaStation *s, const Event *e)
{
  GError *error = NULL;

  if (e->record == NULL)
    g_assert_true (tabella_box_checkin_put (s->box, &e->person, &error));
  else if (!e->challenged)
    g_assert_true (tabella_box_cast (s->box, e->record, e->code, &e->person, &error));
  else
    g_assert_true (tabella_box_challenge (s->box, e->record, e->code, &error) &&
                   tabella_box_checkin_put (s->box, &e->person, &error));
  g_assert_no_error (error);
}

/* The terminal's files of one order, on a new stick; a safety copy after @copy_after events. */
static char *
play (const World *w, const guint *order, guint copy_after)
{
  char *root = practice_file (w->practice, "usb");
  const TabellaStick stick = { .root = root };
  TabellaStation *s = wake (w);
  GError *error = NULL;

  g_assert_true (tabella_folder_remove (root, &error));
  g_assert_true (tabella_folder_make (root, &error));
  for (guint i = 0; i < w->n; i++) {
    g_autofree char *text = NULL;

    if (i > 0 && i == copy_after)
      g_assert_true (tabella_export_safety_copy (s, &stick, &text, &error));
    happen (s, &w->events[order[i]]);
  }
  g_assert_true (tabella_export_close (s, &error));
  {
    g_autofree char *text = NULL;

    g_assert_true (tabella_export_final (s, &stick, &text, &error));
  }
  g_assert_no_error (error);
  tabella_station_free (s);
  return root;
}

static GBytes *
stick_file (const char *root, guint16 number, const char *name)
{
  g_autofree char *folder = tabella_batch_folder (COMBINED, number);
  g_autofree char *path = g_build_filename (root, folder, name, NULL);
  GError *error = NULL;
  GBytes *bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);

  g_assert_no_error (error);
  return bytes;
}

/* The same as whoever came first under this key. */
static void
assert_same (World *w, const char *key, const char *what, GBytes *bytes)
{
  g_autofree char *name = g_strdup_printf ("%s %s", key, what);
  GBytes *first = g_hash_table_lookup (w->files, name);

  if (first == NULL)
    g_hash_table_insert (w->files, g_steal_pointer (&name), g_bytes_ref (bytes));
  else if (!g_bytes_equal (first, bytes))
    g_error ("%s is not the same in another order", name);
}

static void
assert_same_files (World *w, const char *key, const char *root, guint16 number,
                   const char *const *names)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    g_autoptr (GBytes) bytes = stick_file (root, number, names[i]);
    g_autofree char *what = g_strdup_printf ("batch %u, %s", number, names[i]);

    assert_same (w, key, what, bytes);
  }
}

static void
swap (guint *a, guint *b)
{
  const guint other = *a;

  *a = *b;
  *b = other;
}

/* Puts the next order of these numbers in their place; FALSE after the last one. */
static gboolean
next_order (guint *order, guint n)
{
  guint from = n - 1, other = n - 1;

  while (from > 0 && order[from - 1] > order[from])
    from--;
  if (from == 0)
    return FALSE;
  while (order[other] < order[from - 1])
    other--;
  swap (&order[from - 1], &order[other]);
  for (guint a = from, b = n - 1; a < b; a++, b--)
    swap (&order[a], &order[b]);
  return TRUE;
}

static void
test_every_order (void)
{
  guint order[FEW] = { 0, 1, 2, 3, 4 }, orders = 0;
  World w;

  world_init (&w, FEW);
  do {
    g_autofree char *root = play (&w, order, 0);

    assert_same_files (&w, "any", root, 1, final_names);
    orders++;
  } while (next_order (order, FEW));
  g_assert_cmpuint (orders, ==, 120);
  g_assert_cmpuint (g_hash_table_size (w.files), ==, 5);
  world_clear (&w);
}

static void
test_many (void)
{
  guint order[MANY];
  World w;

  world_init (&w, MANY);
  for (guint i = 0; i < MANY; i++)
    order[i] = i;
  for (guint run = 0; run < SHUFFLES; run++) {
    g_autofree char *root = play (&w, order, 0);

    assert_same_files (&w, "any", root, 1, final_names);
    for (guint i = MANY - 1; i > 0; i--)
      swap (&order[i], &order[g_test_rand_int_range (0, (gint32)i + 1)]);
  }
  world_clear (&w);
}

/* The part of "ballots" that people's ballots are. */
static GBytes *
records_of (const World *w, const char *root)
{
  g_autoptr (GBytes) file = stick_file (root, 2, "ballots");
  g_autoptr (TabellaBatch) batch = NULL;
  GError *error = NULL;
  gsize start;

  batch = tabella_batch_parse (w->practice->ctx, file, &error);
  g_assert_no_error (error);
  start = TABELLA_BATCH_HEADER + batch->journal_size;
  return g_bytes_new_from_bytes (file, start, g_bytes_get_size (file) - start);
}

/* A safety copy parts those before it from those after it, and nothing more: the same before give
 * the same copy, in whatever order they came, and then the same final. Sealed whole, it shows who
 * they are to the trustees only. Whoever was before it, the final's records and check-ins are the
 * same: its header and journal name the copy's digest, and that is all of a difference. */
static void
test_safety_copy (void)
{
  enum { BEFORE = 2 };
  guint order[FEW] = { 0, 1, 2, 3, 4 };
  World w;

  world_init (&w, FEW);
  do {
    g_autofree char *root = play (&w, order, BEFORE);
    g_autofree char *key =
        g_strdup_printf ("%u and %u before", MIN (order[0], order[1]), MAX (order[0], order[1]));
    g_autoptr (GBytes) records = records_of (&w, root), people = stick_file (root, 2, "checkins");

    assert_same_files (&w, key, root, 1, copy_names);
    assert_same_files (&w, key, root, 2, final_names);
    assert_same (&w, "any", "records", records);
    assert_same (&w, "any", "checkins", people);
  } while (next_order (order, FEW));
  g_assert_cmpuint (g_hash_table_size (w.files), ==, 10 * (4 + 5) + 2); /* ten pairs before */
  world_clear (&w);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order-files/every-order", test_every_order);
  g_test_add_func ("/order-files/many", test_many);
  g_test_add_func ("/order-files/safety-copy", test_safety_copy);
  return g_test_run ();
}
