/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"
#include "requests.h"

#include <string.h>

#define N_TRUSTEES 5
#define NEEDED     3
#define N_POINTS   4

/* Trustees' secrets are values of one polynomial, as the ceremony leaves them. */
typedef struct {
  TabellaScalar secret, shares[N_TRUSTEES];
  TabellaPoint public[N_TRUSTEES];
  TabellaRequest *request;
  guint8 he[32], digest[32];
  GBytes *files[N_TRUSTEES];
} World;

static void
share_secret (World *w)
{
  TabellaScalar coefficients[NEEDED];

  for (guint d = 0; d < NEEDED; d++) {
    g_autofree char *word = g_strdup_printf ("coefficient %u", d);

    hand_scalar (word, &coefficients[d]);
  }
  w->secret = coefficients[0];
  for (guint j = 0; j < N_TRUSTEES; j++) {
    TabellaScalar x;

    tabella_scalar_from_uint (&x, j + 1);
    w->shares[j] = coefficients[NEEDED - 1];
    for (guint d = NEEDED - 1; d > 0; d--) {
      tabella_scalar_mul (&w->shares[j], &w->shares[j], &x);
      tabella_scalar_add (&w->shares[j], &w->shares[j], &coefficients[d - 1]);
    }
    tabella_point_mul_base (&w->public[j], &w -> shares[j]);
  }
}

static void
world_init (World *w)
{
  g_autoptr (GBytes) bytes = NULL;

  share_secret (w);
  hand_bytes ("HE", w->he);
  w->request = tabella_request_new (TABELLA_REQUEST_TALLY);
  /* Added from the last to the first: shares follow the order of the bytes all the same. */
  for (guint i = N_POINTS; i > 0; i--) {
    g_autofree char *word = g_strdup_printf ("point %u", i);
    TabellaScalar s;
    TabellaPoint a;

    hand_scalar (word, &s);
    tabella_point_mul_base (&a, &s);
    tabella_request_add (w->request, 0, 0, (guint16)i, &a);
  }
  bytes = tabella_request_bytes (w->request);
  tabella_request_digest (w->he, bytes, NULL, 0, w->digest);
  for (guint16 j = 0; j < N_TRUSTEES; j++)
    w->files[j] = tabella_share_make (w->he, w->digest, j + 1, w->request, &w->shares[j]);
}

static void
world_clear (World *w)
{
  tabella_request_free (w->request);
  for (guint j = 0; j < N_TRUSTEES; j++)
    g_bytes_unref (w->files[j]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (World, world_clear)

static gboolean
check (const World *w, guint16 trustee, GBytes *file, TabellaPoint m[N_POINTS], GError **error)
{
  return tabella_share_check (w->he, w->digest, trustee, &w->public[trustee - 1], w -> request,
                              file, m, error);
}

static void
test_share (void)
{
  g_auto (World) w = { 0 };

  world_init (&w);
  for (guint16 j = 1; j <= N_TRUSTEES; j++) {
    g_autoptr (GError) error = NULL;
    TabellaPoint m[N_POINTS];

    g_assert_cmpuint (g_bytes_get_size (w.files[j - 1]), ==, N_POINTS * 64 + 32);
    g_assert_true (check (&w, j, w.files[j - 1], m, &error));
    g_assert_no_error (error);
    tabella_request_sort (w.request);
    for (guint i = 0; i < N_POINTS; i++) {
      TabellaPoint expected;

      tabella_point_mul (&expected, &w.shares[j - 1],
                         &g_array_index (w.request->points, TabellaRequestPoint, i).point);
      g_assert_true (tabella_point_equal (&m[i], &expected));
    }
  }
}

static void
test_share_mutations (void)
{
  g_auto (World) w = { 0 };

  world_init (&w);
  for (gsize at = 0; at < g_bytes_get_size (w.files[1]); at++) {
    g_autoptr (GBytes) changed = hand_flip (w.files[1], at, 1 << (at % 8));
    g_autoptr (GError) error = NULL;
    TabellaPoint m[N_POINTS];

    g_assert_false (check (&w, 2, changed, m, &error));
    hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 2 is wrong");
  }
}

static void
test_share_lengths (void)
{
  g_auto (World) w = { 0 };
  gsize size;

  world_init (&w);
  size = g_bytes_get_size (w.files[1]);
  for (gsize other = 0; other < size + 100; other++) {
    g_autoptr (GBytes) changed = hand_resize (w.files[1], other);
    g_autoptr (GError) error = NULL;
    TabellaPoint m[N_POINTS];

    if (other == size)
      continue;
    g_assert_false (check (&w, 2, changed, m, &error));
    hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "trustee 2");
  }
}

/* A share is bound to its trustee, request and election. */
static void
test_share_bound (void)
{
  g_auto (World) w = { 0 };
  g_autoptr (GError) error = NULL;
  TabellaPoint m[N_POINTS];

  world_init (&w);
  g_assert_false (check (&w, 3, w.files[1], m, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 3");
  /* The right secret under another's number. */
  g_assert_false (
      tabella_share_check (w.he, w.digest, 3, &w.public[1], w.request, w.files[1], m, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 3");
  w.digest[0] ^= 1;
  g_assert_false (check (&w, 2, w.files[1], m, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 2");
  w.digest[0] ^= 1;
  w.he[0] ^= 1;
  g_assert_false (check (&w, 2, w.files[1], m, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 2");
}

/* Another secret for one point only: a trustee who wants to shift one count. */
static void
test_share_forged (void)
{
  g_auto (World) w = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) forged = NULL;
  TabellaPoint m[N_POINTS], shifted;
  guint8 *copy;

  world_init (&w);
  g_assert_true (check (&w, 2, w.files[1], m, NULL));
  tabella_point_add (&shifted, &m[2], &w.public[0]);
  copy = g_memdup2 (g_bytes_get_data (w.files[1], NULL), g_bytes_get_size (w.files[1]));
  memcpy (copy + 2 * 32, shifted.b, 32);
  forged = g_bytes_new_take (copy, g_bytes_get_size (w.files[1]));
  g_assert_false (check (&w, 2, forged, m, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 2");
}

static void
test_no_points (void)
{
  g_auto (World) w = { 0 };
  g_autoptr (TabellaRequest) empty = tabella_request_new (TABELLA_REQUEST_TALLY);
  g_autoptr (GBytes) file = NULL;
  TabellaPoint m[1];

  world_init (&w);
  file = tabella_share_make (w.he, w.digest, 1, empty, &w.shares[0]);
  g_assert_cmpuint (g_bytes_get_size (file), ==, 32);
  g_assert_true (tabella_share_check (w.he, w.digest, 1, &w.public[0], empty, file, m, NULL));
}

/* secret·A from the shares of any three trustees, in any order. */
static void
assert_combines (const World *w, const guint16 indexes[NEEDED])
{
  TabellaPoint m[NEEDED][N_POINTS], out[N_POINTS];
  TabellaPoint *const rows[NEEDED] = { m[0], m[1], m[2] };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < NEEDED; i++)
    g_assert_true (check (w, indexes[i], w->files[indexes[i] - 1], m[i], NULL));
  g_assert_true (tabella_shares_combine (NEEDED, indexes, rows, N_POINTS, out, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < N_POINTS; i++) {
    TabellaPoint expected;

    tabella_point_mul (&expected, &w->secret,
                       &g_array_index (w->request->points, TabellaRequestPoint, i).point);
    g_assert_true (tabella_point_equal (&out[i], &expected));
  }
}

static void
test_combine (void)
{
  g_auto (World) w = { 0 };
  guint sets = 0;

  world_init (&w);
  tabella_request_sort (w.request);
  for (guint16 a = 1; a <= N_TRUSTEES; a++)
    for (guint16 b = 1; b <= N_TRUSTEES; b++)
      for (guint16 c = 1; c <= N_TRUSTEES; c++)
        if (a != b && a != c && b != c) {
          assert_combines (&w, (const guint16[]){ a, b, c });
          sets++;
        }
  g_assert_cmpuint (sets, ==, 60);
}

static void
test_too_few (void)
{
  g_auto (World) w = { 0 };
  TabellaPoint m[2][N_POINTS], out[N_POINTS], expected;
  TabellaPoint *const rows[2] = { m[0], m[1] };
  const guint16 indexes[] = { 1, 2 };

  world_init (&w);
  tabella_request_sort (w.request);
  for (guint i = 0; i < 2; i++)
    g_assert_true (check (&w, indexes[i], w.files[i], m[i], NULL));
  g_assert_true (tabella_shares_combine (2, indexes, rows, N_POINTS, out, NULL));
  tabella_point_mul (&expected, &w.secret,
                     &g_array_index (w.request->points, TabellaRequestPoint, 0).point);
  g_assert_false (tabella_point_equal (&out[0], &expected));
}

static void
test_combine_refusals (void)
{
  static const guint16 twice[] = { 1, 2, 1 }, zero[] = { 0, 1, 2 };
  TabellaPoint m[N_POINTS] = { 0 }, out[N_POINTS];
  TabellaPoint *const rows[NEEDED] = { m, m, m };
  g_autoptr (GError) error = NULL;

  g_assert_false (tabella_shares_combine (NEEDED, twice, rows, N_POINTS, out, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 1");
  g_assert_false (tabella_shares_combine (NEEDED, zero, rows, N_POINTS, out, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "trustee 0");
}

static TabellaPoint
times (const TabellaPoint *k, guint64 count)
{
  TabellaScalar s;
  TabellaPoint p;

  tabella_scalar_from_uint (&s, count);
  tabella_point_mul (&p, &s, k);
  return p;
}

static void
test_discrete_log (void)
{
  static const guint64 limits[] = { 0, 1, 2, 3, 4, 8, 9, 15, 16, 17, 1000, 3265 };
  TabellaScalar z;
  TabellaPoint k;

  hand_scalar ("z", &z);
  tabella_point_mul_base (&k, &z);
  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++) {
    const guint64 max = limits[i];
    const guint64 tries[] = { 0, 1, max / 2, max > 0 ? max - 1 : 0, max };
    TabellaPoint beyond = times (&k, max + 1), far = times (&k, 10 * max + 100);
    guint64 count;

    for (gsize t = 0; t < G_N_ELEMENTS (tries); t++) {
      TabellaPoint p = times (&k, MIN (tries[t], max));

      g_assert_true (tabella_discrete_log (&k, &p, max, &count));
      g_assert_cmpuint (count, ==, MIN (tries[t], max));
    }
    g_assert_false (tabella_discrete_log (&k, &beyond, max, &count));
    g_assert_cmpuint (count, ==, 0);
    g_assert_false (tabella_discrete_log (&k, &far, max, &count));
  }
}

static void
test_discrete_log_all (void)
{
  TabellaScalar z;
  TabellaPoint k;

  hand_scalar ("z", &z);
  tabella_point_mul_base (&k, &z);
  for (guint64 value = 0; value <= 30; value++) {
    TabellaPoint p = times (&k, value);
    guint64 count;

    g_assert_cmpint (tabella_discrete_log (&k, &p, 23, &count), ==, value <= 23);
    g_assert_cmpuint (count, ==, value <= 23 ? value : 0);
  }
}

static void
test_discrete_log_negative (void)
{
  TabellaScalar z, minus;
  TabellaPoint k, p;
  guint64 count;

  hand_scalar ("z", &z);
  tabella_point_mul_base (&k, &z);
  tabella_scalar_from_uint (&z, 0);
  tabella_scalar_from_uint (&minus, 3);
  tabella_scalar_sub (&minus, &z, &minus);
  tabella_point_mul (&p, &minus, &k);
  g_assert_false (tabella_discrete_log (&k, &p, 1000, &count));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shares/share", test_share);
  g_test_add_func ("/shares/mutations", test_share_mutations);
  g_test_add_func ("/shares/lengths", test_share_lengths);
  g_test_add_func ("/shares/bound", test_share_bound);
  g_test_add_func ("/shares/forged", test_share_forged);
  g_test_add_func ("/shares/no-points", test_no_points);
  g_test_add_func ("/shares/combine", test_combine);
  g_test_add_func ("/shares/too-few", test_too_few);
  g_test_add_func ("/shares/combine-refusals", test_combine_refusals);
  g_test_add_func ("/shares/discrete-log", test_discrete_log);
  g_test_add_func ("/shares/discrete-log-all", test_discrete_log_all);
  g_test_add_func ("/shares/discrete-log-negative", test_discrete_log_negative);
  return g_test_run ();
}
