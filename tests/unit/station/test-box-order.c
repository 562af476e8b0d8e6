/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-fixture.h"

#include <math.h>
#include <stdlib.h>

#define VOTES    400
#define CAPACITY 500
#define SIGMAS   4.5 /* an even shuffle exceeds it once in 150,000 runs */

typedef struct {
  gsize place;
  guint order;
} Placed;

static int
by_place (const void *a, const void *b)
{
  const Placed *s = a, *t = b;

  return s->place < t->place ? -1 : s->place > t->place;
}

/* Spearman's rank correlation of the order in time with the place in the file; no two are equal. */
static double
rank_correlation (Placed *all, guint n)
{
  double sum = 0;

  qsort (all, n, sizeof *all, by_place);
  for (guint i = 0; i < n; i++)
    sum += pow ((double)i - (double)all[i].order, 2);
  return 1 - 6 * sum / ((double)n * ((double)n * n - 1));
}

static void
assert_noise (Placed *all, guint n, const char *what)
{
  const double rho = rank_correlation (all, n), sigma = 1 / sqrt ((double)n - 1);

  g_test_message ("%s: rho %+.3f, one sigma of noise %.3f", what, rho, sigma);
  g_assert_cmpfloat (fabs (rho), <, SIGMAS * sigma);
}

/* The order in which people voted is not in the file: neither where their ballots lie, nor where
 * they are checked in, nor in any relation of the two. */
static void
test_order (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (CAPACITY, CAPACITY);
  TabellaBox *box = box_fixture_open (f);
  g_autofree Placed *ballots = g_new (Placed, VOTES), *people = g_new (Placed, VOTES);
  g_autofree Placed *pairs = g_new (Placed, VOTES);
  g_autoptr (GBytes) file = NULL;

  for (guint32 n = 0; n < VOTES; n++)
    box_fixture_vote (f, box, n);
  tabella_box_close (box);
  file = box_fixture_read (f->path);
  for (guint32 n = 0; n < VOTES; n++) {
    guint8 code[32], ticket[16];
    g_autoptr (GBytes) record = box_fixture_record (f, FALSE, n, code, ticket);
    TabellaCheckin c;

    box_fixture_checkin (n, TABELLA_CHECKIN_VOTED, &c);
    ballots[n].order = people[n].order = n;
    g_assert_cmpuint (box_fixture_find (file, ticket, 16, &ballots[n].place), ==, 1);
    g_assert_cmpuint (box_fixture_find (file, c.p, 32, &people[n].place), ==, 1);
    pairs[n].place = ballots[n].place;
  }
  assert_noise (ballots, VOTES, "ballots");
  assert_noise (people, VOTES, "check-ins");
  /* people[] is sorted by place now: its ranks stand for the order. */
  for (guint i = 0; i < VOTES; i++)
    pairs[people[i].order].order = i;
  assert_noise (pairs, VOTES, "check-ins against ballots");
}

/* The measure itself sees an order when there is one. */
static void
test_measure (void)
{
  Placed all[VOTES];

  for (guint i = 0; i < VOTES; i++)
    all[i] = (Placed){ 1000 + 7 * i, i };
  g_assert_cmpfloat (rank_correlation (all, VOTES), ==, 1);
  for (guint i = 0; i < VOTES; i++)
    all[i] = (Placed){ 1000000 - 7 * i, i };
  g_assert_cmpfloat (rank_correlation (all, VOTES), ==, -1);
}

/* Every free slot is as likely as another: two boxes of the same votes do not look alike, and the
 * first vote goes anywhere. */
static void
test_first_slot (void)
{
  enum { BOXES = 40, SLOTS = 8 };
  guint hits[SLOTS] = { 0 };
  guint used = 0;

  for (guint i = 0; i < BOXES; i++) {
    g_autoptr (BoxFixture) f = box_fixture_new (SLOTS, 1);
    TabellaBox *box = box_fixture_open (f);
    g_autoptr (GBytes) record = NULL;
    guint8 code[32], ticket[16];
    GError *error = NULL;

    record = box_fixture_record (f, FALSE, 1, code, ticket);
    g_assert_true (tabella_box_cast (box, record, code, NULL, &error));
    tabella_box_close (box);
    hits[box_fixture_ask (f, "SELECT id FROM ballot WHERE substr(v, 1, 1) = x'01'") - 1]++;
  }
  for (guint i = 0; i < SLOTS; i++)
    used += hits[i] > 0 ? 1 : 0;
  /* Of 40 even draws, fewer than 5 of 8 places occur less than once in a million runs. */
  g_assert_cmpuint (used, >=, 5);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/box-order/measure", test_measure);
  g_test_add_func ("/box-order/order", test_order);
  g_test_add_func ("/box-order/first-slot", test_first_slot);
  return g_test_run ();
}
