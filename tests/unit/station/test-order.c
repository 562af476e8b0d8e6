/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order in which people voted is nowhere on the disk: not where things lie, not in what they
 * hold, not in what leaves the terminal. order-study.h says how that is measured. */
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include "box-fixture.h"
#include "files.h"
#include "order-study.h"
#include "random-poll.h"

#define POLLS      200 /* TABELLA_ORDER_POLLS says another number */
#define SLOTS      60
#define PEOPLE_MIN 5
#define PEOPLE_MAX 18
#define PREFIX     48 /* bytes of a record that are nowhere else: style, T, attempt, a point */

/* Numbers as they come, and what is to be told apart in them. */
typedef struct {
  double *values;
  guint n;
} Values;

static guint
n_polls (void)
{
  const char *text = g_getenv ("TABELLA_ORDER_POLLS");

  return text == NULL ? POLLS : (guint)strtoul (text, NULL, 10);
}

enum { VALUES = 12 };

/* Nothing is seen where there is no order. */
static void
test_noise (void)
{
  g_autoptr (OrderStudy) noise = order_study_new ();

  for (guint poll = 0; poll < 5000; poll++) {
    g_autofree char *name = g_strdup_printf ("noise %u", poll % 50);
    double values[VALUES];

    for (guint i = 0; i < VALUES; i++)
      values[i] = g_test_rand_double ();
    order_study_add (noise, name, values, VALUES);
  }
  order_study_assert (noise);
  g_assert_cmpuint (order_study_polls (noise, "noise 7"), ==, 100);
}

/* An order of some kind; @from: where it begins. */
static double
ordered (guint kind, guint poll, gint i, gint from)
{
  switch (kind) {
  case 0: /* a tendency */
    return 0.5 * i + g_test_rand_double () * VALUES / 2;
  case 1: /* now up, now down */
    return poll % 2 == 0 ? i : -i;
  case 2: /* round and round */
    return (i + from) % VALUES;
  default: /* in heaps */
    return i / 4 * 1000 + g_test_rand_double ();
  }
}

/* The study sees an order wherever it is. */
static void
test_measure (void)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (OrderStudy) inside = order_study_new ();
  const char *trace;

  for (guint kind = 0; kind < 4; kind++) {
    g_autoptr (OrderStudy) s = order_study_new ();

    for (guint poll = 0; poll < 50; poll++) {
      const gint from = g_test_rand_int_range (0, VALUES);
      double values[VALUES];

      for (gint i = 0; i < VALUES; i++)
        values[i] = ordered (kind, poll, i, from);
      order_study_add (s, "order", values, VALUES);
    }
    g_assert_cmpfloat (order_study_worst (s, &trace), >, ORDER_STUDY_BOUND);
  }
  for (guint i = 0; i < VALUES; i++) {
    guint8 *record = g_malloc (20);

    randombytes_buf (record, 20);
    record[11] = (guint8)(100 + i); /* a counter */
    g_ptr_array_add (records, record);
  }
  for (guint poll = 0; poll < 30; poll++)
    order_study_add_bytes (inside, "record", records, 20);
  g_assert_cmpfloat (order_study_worst (inside, &trace), >, ORDER_STUDY_BOUND);
  g_assert_true (g_str_has_prefix (trace, "record, "));
}

/* A slot as the database has it. */
typedef struct {
  guint32 id;
  guint8 *bytes;
  gsize size, place; /* in the file */
} Slot;

static void
slot_clear (gpointer data)
{
  g_free (((Slot *)data)->bytes);
}

/* The used slots of a table; @at_kind: what is zero in a free one. */
static GArray *
read_slots (const char *path, const char *table, gsize at_kind)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id, v FROM %s", table);
  GArray *slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  g_autoptr (GBytes) file = box_fixture_read (path);
  sqlite3_stmt *stmt;
  sqlite3 *db;

  g_array_set_clear_func (slots, slot_clear);
  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW) {
    const guint8 *bytes = sqlite3_column_blob (stmt, 1);
    Slot slot = { .id = (guint32)sqlite3_column_int (stmt, 0),
                  .size = (gsize)sqlite3_column_bytes (stmt, 1) };

    if (bytes[at_kind] == 0)
      continue;
    slot.bytes = g_memdup2 (bytes, slot.size);
    /* Once: neither a stale copy nor another place. */
    g_assert_cmpuint (box_fixture_find (file, bytes, MIN (slot.size, PREFIX), &slot.place), ==, 1);
    g_array_append_val (slots, slot);
  }
  sqlite3_finalize (stmt);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  return slots;
}

static const Slot *
find_slot (GArray *slots, gsize at, gconstpointer bytes, gsize size)
{
  for (guint i = 0; i < slots->len; i++)
    if (memcmp (g_array_index (slots, Slot, i).bytes + at, bytes, size) == 0)
      return &g_array_index (slots, Slot, i);
  g_assert_not_reached ();
}

static const Slot *
find_ballot (const RandomPoll *r, GArray *slots, const RandomBallot *b)
{
  for (guint i = 0; i < slots->len; i++) {
    const Slot *slot = &g_array_index (slots, Slot, i);
    TabellaBallotRecord record;
    GError *error = NULL;
    gsize used;

    g_assert_true (tabella_record_parse (r->box->ctx, r->index, slot->bytes[0] == 2,
                                         slot->bytes + 1, slot->size - 1, &record, &used, &error));
    if (memcmp (record.code, b->code, 32) == 0)
      return slot;
  }
  g_assert_not_reached ();
}

/* As a number of the first 6 bytes. */
static double
number (const guint8 *bytes)
{
  double value = 0;

  for (guint i = 0; i < 6; i++)
    value = value * 256 + bytes[i];
  return value;
}

static void
add (OrderStudy *s, const char *trace, Values *v)
{
  order_study_add (s, trace, v->values, v->n);
  g_free (v->values);
  *v = (Values){ 0 };
}

static void
put (Values *v, double value)
{
  v->values = g_renew (double, v->values, v->n + 1);
  v->values[v->n++] = value;
}

/* Ballots of one kind in the box and on paper. */
static void
study_ballots (OrderStudy *s, const RandomPoll *r, GArray *slots, GArray *list, const char *what)
{
  g_autofree char *slot_name = g_strdup_printf ("slot of a %s ballot", what);
  g_autofree char *place_name = g_strdup_printf ("place of a %s ballot in box.db", what);
  g_autofree char *record_name = g_strdup_printf ("record of a %s ballot", what);
  g_autofree char *text_name = g_strdup_printf ("text for the voter of a %s ballot", what);
  g_autoptr (GPtrArray) records = g_ptr_array_new (), texts = g_ptr_array_new ();
  Values ids = { 0 }, places = { 0 };
  gsize shortest = G_MAXSIZE;

  for (guint i = 0; i < list->len; i++) {
    const RandomBallot *b = &g_array_index (list, RandomBallot, i);
    const Slot *slot = find_ballot (r, slots, b);

    put (&ids, slot->id);
    put (&places, (double)slot->place);
    g_ptr_array_add (records, slot->bytes);
    g_ptr_array_add (texts, b->text);
    shortest = MIN (shortest, strlen (b->text));
  }
  add (s, slot_name, &ids);
  add (s, place_name, &places);
  if (list->len > 0) {
    order_study_add_bytes (s, record_name, records, g_array_index (slots, Slot, 0).size);
    order_study_add_bytes (s, text_name, texts, shortest);
  }
}

static void
study_people (OrderStudy *s, const RandomPoll *r, GArray *slots)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new (), tickets = g_ptr_array_new ();
  Values ids = { 0 }, places = { 0 }, t = { 0 };

  for (guint i = 0; i < r->people->len; i++) {
    RandomPerson *person = &g_array_index (r->people, RandomPerson, i);
    const Slot *slot = find_slot (slots, 0, person->p, 32);

    put (&ids, slot->id);
    put (&places, (double)slot->place);
    put (&t, number (person->t));
    g_ptr_array_add (records, slot->bytes);
    /* A ticket says in which run it was given; nothing but that. */
    if (person->run == g_array_index (r->people, RandomPerson, 0).run)
      g_ptr_array_add (tickets, person->ticket);
  }
  add (s, "slot of a check-in", &ids);
  add (s, "place of a check-in in box.db", &places);
  add (s, "T of a ticket", &t);
  order_study_add_bytes (s, "record of a check-in", records, TABELLA_CHECKIN_BYTES);
  order_study_add_bytes (s, "ticket", tickets, TABELLA_TICKET_SHORT);
}

typedef struct {
  double first, second;
} Pair;

static int
by_first (const void *a, const void *b)
{
  const Pair *s = a, *t = b;

  return s->first < t->first ? -1 : s->first > t->first;
}

/* Does one place tell another one? */
static void
study_pairs (OrderStudy *s, const char *trace, GArray *pairs)
{
  Values v = { 0 };

  qsort (pairs->data, pairs->len, sizeof (Pair), by_first);
  for (guint i = 0; i < pairs->len; i++)
    put (&v, g_array_index (pairs, Pair, i).second);
  add (s, trace, &v);
}

static void
study_links (OrderStudy *s, const RandomPoll *r, GArray *ballots, GArray *people)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (Pair));

  for (guint i = 0; i < r->cast->len; i++) {
    const RandomBallot *b = &g_array_index (r->cast, RandomBallot, i);
    const RandomPerson *person = &g_array_index (r->people, RandomPerson, b->person);
    const Slot *ballot = find_ballot (r, ballots, b);
    const Pair places = { find_slot (people, 0, person->p, 32)->id, ballot->id };
    const Pair tickets = { number (ballot->bytes + 3), ballot->id };

    g_array_append_val (slots, places);
    g_array_append_val (numbers, tickets);
  }
  study_pairs (s, "slot of a check-in against that of its ballot", slots);
  study_pairs (s, "T against the slot of its ballot", numbers);
}

static GBytes *
final_file (const RandomPoll *r, const char *root, guint16 index, const char *name)
{
  g_autofree char *folder = tabella_batch_folder (index, 1);
  g_autofree char *path = g_build_filename (root, folder, name, NULL);

  return box_fixture_read (path);
}

static guint
ballot_at (const TabellaBatch *batch, const guint8 code[32])
{
  for (guint i = 0; i < batch->cast->len; i++)
    if (memcmp (g_array_index (batch->cast, TabellaBallotRecord, i).code, code, 32) == 0)
      return i;
  g_assert_not_reached ();
}

static guint
person_at (GArray *records, const guint8 p[32])
{
  for (guint i = 0; i < records->len; i++)
    if (memcmp (g_array_index (records, TabellaCheckin, i).p, p, 32) == 0)
      return i;
  g_assert_not_reached ();
}

/* What the final tells, the check-ins opened as trustees open them. */
static void
study_final (OrderStudy *s, const RandomPoll *r, const char *root)
{
  g_autoptr (GBytes) ballots = final_file (r, root, r->index, "ballots");
  g_autoptr (GBytes) sealed = final_file (r, root, r->desk, "checkins");
  g_autoptr (GArray) records = NULL, pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_autoptr (TabellaBatch) batch = NULL;
  Values cast = { 0 }, people = { 0 };
  TabellaPoint point, shared;
  GError *error = NULL;
  guint32 count;

  batch = tabella_batch_parse (r->practice->ctx, ballots, &error);
  g_assert_no_error (error);
  tabella_sealed_check (r->practice->ctx, FALSE, r->desk, 1, sealed, &count, &point, &error);
  g_assert_no_error (error);
  practice_shared (r->practice, &point, &shared);
  records = tabella_checkins_open (r->practice->ctx, r->desk, 1, sealed, &shared, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (records->len, ==, r->people->len);
  g_assert_cmpuint (batch->cast->len, ==, r->cast->len);
  for (guint i = 0; i < r->cast->len; i++) {
    const RandomBallot *b = &g_array_index (r->cast, RandomBallot, i);
    const RandomPerson *person = &g_array_index (r->people, RandomPerson, b->person);
    const Pair pair = { person_at (records, person->p), ballot_at (batch, b->code) };

    put (&cast, pair.second);
    g_array_append_val (pairs, pair);
  }
  for (guint i = 0; i < r->people->len; i++)
    put (&people, person_at (records, g_array_index (r->people, RandomPerson, i).p));
  add (s, "place in ballots", &cast);
  add (s, "place in checkins", &people);
  study_pairs (s, "place in checkins against place in ballots", pairs);
}

/* All slots are as likely: the mean of those that a poll used, in sigmas. */
static double
evenness (GArray *slots)
{
  const double n = slots->len, all = SLOTS;
  const double variance = (all + 1) * (all - n) / (12 * n);
  double sum = 0;

  for (guint i = 0; i < slots->len; i++)
    sum += g_array_index (slots, Slot, i).id;
  return (sum / n - (all + 1) / 2) / sqrt (variance);
}

static void
close_terminal (TabellaStation *s, const char *root)
{
  const TabellaStick stick = { .root = root };
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_export_final (s, &stick, &text, &error));
  g_assert_no_error (error);
}

static void
study_poll (OrderStudy *s, RandomPoll *r, double *uneven)
{
  g_autofree char *root = practice_file (r->practice, "usb");
  g_autofree char *box = g_build_filename (r->box->dir, "box.db", NULL);
  g_autofree char *front = g_build_filename (r->front->dir, "box.db", NULL);
  g_autoptr (GArray) ballots = NULL, people = NULL;
  GError *error = NULL;

  g_assert_true (tabella_folder_remove (root, &error));
  g_assert_true (tabella_folder_make (root, &error));
  close_terminal (r->box, root);
  if (r->front != r->box)
    close_terminal (r->front, root);
  /* Its lock keeps everybody out: what the box is made of stays to be looked at. */
  tabella_box_close (g_steal_pointer (&r->box->box));
  if (r->front != r->box)
    tabella_box_close (g_steal_pointer (&r->front->box));
  ballots = read_slots (box, "ballot", 0);
  people = read_slots (front, "checkin", 32);
  g_assert_cmpuint (ballots->len, ==, r->casts + r->challenges);
  g_assert_cmpuint (people->len, ==, r->people->len);
  if (ballots->len > 0)
    *uneven += evenness (ballots) + evenness (people);
  study_ballots (s, r, ballots, r->cast, "cast");
  study_ballots (s, r, ballots, r->checked, "checked");
  study_people (s, r, people);
  study_links (s, r, ballots, people);
  study_final (s, r, root);
}

static void
test_polls (void)
{
  g_autoptr (Practice) p = random_poll_practice (SLOTS);
  g_autoptr (OrderStudy) s = order_study_new ();
  const guint polls = n_polls ();
  guint people = 0, cast = 0, checked = 0, returns = 0, restarts = 0;
  double uneven = 0;

  for (guint i = 0; i < polls; i++) {
    g_autoptr (RandomPoll) r = random_poll_new (p, i % 3 == 2);

    random_poll_run (r, (guint)g_test_rand_int_range (PEOPLE_MIN, PEOPLE_MAX));
    study_poll (s, r, &uneven);
    people += r->people->len;
    cast += r->casts;
    checked += r->challenges;
    returns += r->returns;
    restarts += r->restarts;
  }
  g_test_message ("%u polls: %u people, %u ballots cast, %u checked, %u came back, %u restarts",
                  polls, people, cast, checked, returns, restarts);
  g_test_message ("slots lie %+.2f sigma from the middle", uneven / sqrt (2.0 * polls));
  g_assert_cmpfloat (fabs (uneven), <, ORDER_STUDY_BOUND * sqrt (2.0 * polls));
  g_assert_cmpuint (order_study_polls (s, "slot of a cast ballot"), >, polls / 2);
  g_assert_cmpuint (order_study_polls (s, "slot of a check-in"), ==, polls);
  g_assert_cmpuint (order_study_polls (s, "place in ballots"), >, polls / 2);
  g_assert_cmpuint (MIN (checked, MIN (returns, restarts)), >, polls / 2);
  order_study_assert (s);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/order/noise", test_noise);
  g_test_add_func ("/order/measure", test_measure);
  g_test_add_func ("/order/polls", test_polls);
  return g_test_run ();
}
