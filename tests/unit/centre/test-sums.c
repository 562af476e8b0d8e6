/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums, withheld units and counts of hand-made ciphertexts under a key that the test knows. */
#include "tally.h"

#include <string.h>

/* Units 0 → 1 → 2, min_unit 3. Style 0 has contest 0 (three options), style 1 contests 1 (two) and
 * 0. */
#define OPTIONS_0 3
#define OPTIONS_1 2

typedef struct {
  TabellaElection election;
  TabellaManifest manifest;
  TabellaEvidence e;
  TabellaScalar secret;
  GArray *counted;
  GPtrArray *bodies;
} World;

static gpointer
unit_new (const char *id, gint merge_into)
{
  TabellaUnit *u = g_new0 (TabellaUnit, 1);

  u->id = (char *)id;
  u->merge_into = merge_into;
  return u;
}

static gpointer
contest_new (const char *id, guint options, guint16 min, guint16 max)
{
  TabellaContest *c = g_new0 (TabellaContest, 1);

  c->id = (char *)id;
  c->min = min;
  c->max = max;
  c->options = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < options; i++) {
    TabellaOption *o = g_new0 (TabellaOption, 1);

    o->id = (char *)"option";
    g_ptr_array_add (c->options, o);
  }
  return c;
}

static void
contest_free (gpointer data)
{
  g_ptr_array_unref (((TabellaContest *)data)->options);
  g_free (data);
}

static gpointer
style_new (gint first, gint second)
{
  TabellaStyle *s = g_new0 (TabellaStyle, 1);
  guint16 c = (guint16)first;

  s->contests = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_array_append_val (s->contests, c);
  c = (guint16)second;
  if (second >= 0)
    g_array_append_val (s->contests, c);
  return s;
}

static void
style_free (gpointer data)
{
  g_array_unref (((TabellaStyle *)data)->contests);
  g_free (data);
}

static void
world_clear (World *w)
{
  g_clear_pointer (&w->election.units, g_ptr_array_unref);
  g_clear_pointer (&w->election.contests, g_ptr_array_unref);
  g_clear_pointer (&w->election.styles, g_ptr_array_unref);
  g_clear_pointer (&w->counted, g_array_unref);
  g_clear_pointer (&w->bodies, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static void
world_init (World *w)
{
  w->election.units = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (w->election.units, unit_new ("north", 1));
  g_ptr_array_add (w->election.units, unit_new ("middle", 2));
  g_ptr_array_add (w->election.units, unit_new ("south", -1));
  w->election.contests = g_ptr_array_new_with_free_func (contest_free);
  g_ptr_array_add (w->election.contests, contest_new ("zero", OPTIONS_0, 0, 2));
  g_ptr_array_add (w->election.contests, contest_new ("one", OPTIONS_1, 1, 1));
  w->election.styles = g_ptr_array_new_with_free_func (style_free);
  g_ptr_array_add (w->election.styles, style_new (0, -1));
  g_ptr_array_add (w->election.styles, style_new (1, 0));
  w->election.policies.min_unit = 3;
  w->manifest.election = &w->election;
  w->e.manifest = &w->manifest;
  tabella_scalar_random (&w->secret);
  tabella_point_mul_base (&w->e.keys.k, &w->secret);
  w->counted = g_array_new (FALSE, TRUE, sizeof (TabellaCounted));
  w->bodies = g_ptr_array_new_with_free_func (g_free);
}

/* @choices: one digit an option, in the style's order. */
static void
vote (World *w, guint16 unit, guint16 style, const char *choices, gboolean struck)
{
  guint8 *body = g_malloc (64 * strlen (choices));
  TabellaCounted c = { .unit = unit, .style = style, .body = body, .struck = struck };

  randombytes_buf (c.code, sizeof c.code);
  for (guint o = 0; choices[o] != '\0'; o++) {
    TabellaScalar r, m, sum;
    TabellaPoint alpha, beta;

    tabella_scalar_random (&r);
    tabella_scalar_from_uint (&m, (guint64)(choices[o] - '0'));
    tabella_point_mul_base (&alpha, &r);
    tabella_scalar_add (&sum, &r, &m);
    tabella_point_mul (&beta, &sum, &w->e.keys.k);
    memcpy (body + 64 * o, alpha.b, 32);
    memcpy (body + 64 * o + 32, beta.b, 32);
  }
  g_ptr_array_add (w->bodies, body);
  g_array_append_val (w->counted, c);
}

/* North 2 ballots, middle 3, south 2; contest "one" is on one ballot of the south and one of the
 * north only. */
static void
play (World *w)
{
  vote (w, 0, 0, "110", FALSE);
  vote (w, 0, 1,
        "10"
        "011",
        FALSE);
  vote (w, 0, 0, "111", TRUE);
  vote (w, 1, 0, "100", FALSE);
  vote (w, 1, 0, "000", FALSE);
  vote (w, 1, 0, "001", FALSE);
  vote (w, 2, 0, "100", FALSE);
  vote (w, 2, 1,
        "01"
        "100",
        FALSE);
}

static TabellaUnitSum *
sum_at (const TabellaTally *t, guint i)
{
  return g_ptr_array_index (t->sums, i);
}

static TabellaAsked *
decrypt (const World *w, TabellaRequest *request)
{
  TabellaAsked *a = g_new0 (TabellaAsked, 1);

  a->purpose = TABELLA_REQUEST_TALLY;
  a->request = request;
  a->shared = g_new0 (TabellaPoint, MAX (request->points->len, 1));
  for (guint i = 0; i < request->points->len; i++)
    tabella_point_mul (&a->shared[i], &w->secret,
                       &g_array_index (request->points, TabellaRequestPoint, i).point);
  return a;
}

static void
test_sums (void)
{
  static const guint64 merged[OPTIONS_0] = { 2, 2, 2 };
  g_auto (World) w = { 0 };
  g_autoptr (TabellaTally) t = NULL;
  g_autoptr (TabellaAsked) asked = NULL;
  g_autoptr (GBytes) standing = NULL;
  g_autoptr (GError) error = NULL;

  world_init (&w);
  play (&w);
  t = tabella_tally_sum (&w.e, w.counted, &error);
  g_assert_no_error (error);
  /* "zero": north's 2 go into middle's 3; the south's 2 are the root's, too few: withheld. "one":
   * north's 1 goes all the way to the root, which then has 2. */
  g_assert_cmpuint (t->sums->len, ==, 3);
  g_assert_cmpuint (sum_at (t, 0)->unit, ==, 1);
  g_assert_cmpuint (sum_at (t, 0)->ballots, ==, 5);
  g_assert_cmpuint (sum_at (t, 0)->merged->len, ==, 2);
  g_assert_false (sum_at (t, 0)->withheld);
  g_assert_cmpuint (sum_at (t, 1)->unit, ==, 2);
  g_assert_cmpuint (sum_at (t, 1)->ballots, ==, 2);
  g_assert_true (sum_at (t, 1)->withheld);
  g_assert_cmpuint (sum_at (t, 2)->contest, ==, 1);
  g_assert_cmpuint (sum_at (t, 2)->merged->len, ==, 3);
  g_assert_cmpuint (sum_at (t, 2)->ballots, ==, 2);
  g_assert_true (sum_at (t, 2)->withheld);

  asked = decrypt (&w, tabella_tally_request (&w.e, t, w.counted, &standing));
  g_assert_cmpuint (asked->request->points->len, ==, OPTIONS_0);
  g_assert_cmpuint (g_bytes_get_size (standing), ==, 7 * 32);
  tabella_tally_count (&w.e, t, asked, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (sum_at (t, 0)->counts, sizeof merged, merged, sizeof merged);
  g_assert_null (sum_at (t, 1)->counts);
}

/* The root alone decides for each contest: with one ballot more the first contest is whole. */
static void
test_withheld_alone (void)
{
  static const guint64 south[OPTIONS_0] = { 3, 0, 0 };
  g_auto (World) w = { 0 };
  g_autoptr (TabellaTally) t = NULL;
  g_autoptr (TabellaAsked) asked = NULL;
  g_autoptr (GBytes) standing = NULL;
  g_autoptr (GError) error = NULL;

  world_init (&w);
  play (&w);
  vote (&w, 2, 0, "100", FALSE);
  t = tabella_tally_sum (&w.e, w.counted, &error);
  g_assert_no_error (error);
  g_assert_false (sum_at (t, 1)->withheld);
  g_assert_true (sum_at (t, 2)->withheld);
  asked = decrypt (&w, tabella_tally_request (&w.e, t, w.counted, &standing));
  g_assert_cmpuint (asked->request->points->len, ==, 2 * OPTIONS_0);
  for (guint i = 0; i < asked->request->points->len; i++)
    g_assert_cmpuint (g_array_index (asked->request->points, TabellaRequestPoint, i).label[1], ==,
                      0);
  tabella_tally_count (&w.e, t, asked, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (sum_at (t, 1)->counts, sizeof south, south, sizeof south);
}

/* No ballots at all: units with count 0, nothing to ask. */
static void
test_empty (void)
{
  g_auto (World) w = { 0 };
  g_autoptr (TabellaTally) t = NULL;
  g_autoptr (TabellaAsked) asked = NULL;
  g_autoptr (GBytes) standing = NULL;
  g_autoptr (GError) error = NULL;

  world_init (&w);
  t = tabella_tally_sum (&w.e, w.counted, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (t->sums->len, ==, 6);
  asked = decrypt (&w, tabella_tally_request (&w.e, t, w.counted, &standing));
  g_assert_cmpuint (asked->request->points->len, ==, 0);
  tabella_tally_count (&w.e, t, asked, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < t->sums->len; i++) {
    g_assert_false (sum_at (t, i)->withheld);
    g_assert_cmpuint (sum_at (t, i)->counts[0], ==, 0);
  }
}

/* A decryption that gives no count, and counts that so many ballots cannot give. */
static void
test_impossible (void)
{
  g_auto (World) w = { 0 }, more = { 0 };
  g_autoptr (TabellaTally) t = NULL, u = NULL;
  g_autoptr (TabellaAsked) asked = NULL, other = NULL;
  g_autoptr (GBytes) standing = NULL, standing_more = NULL;
  g_autoptr (GError) error = NULL;
  TabellaScalar ten;
  TabellaPoint tenfold;

  world_init (&w);
  play (&w);
  t = tabella_tally_sum (&w.e, w.counted, &error);
  g_assert_no_error (error);
  asked = decrypt (&w, tabella_tally_request (&w.e, t, w.counted, &standing));
  tabella_scalar_from_uint (&ten, 10);
  tabella_point_mul (&tenfold, &ten, &w.e.keys.k);
  tabella_point_sub (&asked->shared[0], &asked->shared[0], &tenfold);
  g_assert_false (tabella_tally_count (&w.e, t, asked, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
  g_clear_error (&error);

  /* Contest "one" takes exactly one option a ballot: three ballots with none. */
  world_init (&more);
  for (guint i = 0; i < 3; i++)
    vote (&more, 2, 1,
          "00"
          "000",
          FALSE);
  u = tabella_tally_sum (&more.e, more.counted, &error);
  g_assert_no_error (error);
  other = decrypt (&more, tabella_tally_request (&more.e, u, more.counted, &standing_more));
  g_assert_false (tabella_tally_count (&more.e, u, other, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "contest one, unit south"));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sums/sums", test_sums);
  g_test_add_func ("/sums/withheld-alone", test_withheld_alone);
  g_test_add_func ("/sums/empty", test_empty);
  g_test_add_func ("/sums/impossible", test_impossible);
  return g_test_run ();
}
