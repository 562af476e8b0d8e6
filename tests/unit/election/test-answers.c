/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include "files.h"
#include "fixture.h"

/* What a trustee answers, once, and to whom. */

static TabellaTrustee *
load (const char *folder, guint16 index, GError **error)
{
  g_autofree char *secret = fixture_secret (folder, index);
  TabellaCeremonyKeys keys;

  g_assert_true (fixture_keys (folder, 4, &keys, NULL));
  return tabella_trustee_load (secret, FIXTURE_PASSPHRASE, index, &keys, error);
}

/* One request of the tests: election, mode, purpose and points by number. */
typedef struct {
  guint8 he;
  gboolean practice;
  guint purpose;
  guint8 digest, first, n;
} Request;

static const guint8 *
bytes_of (guint8 value, guint8 out[32])
{
  memset (out, value, 32);
  return out;
}

static gboolean
ask (TabellaTrustee *t, const Request *q, gboolean record, GBytes **share, GError **error)
{
  guint8 he[32], digest[32], points[8 * 32];
  g_autofree char *text = g_strdup_printf ("share %u", q->digest);
  g_autoptr (GBytes) answer = g_bytes_new (text, strlen (text));

  for (guint i = 0; i < q->n; i++)
    memset (points + 32 * i, q->first + (int)i, 32);
  bytes_of (q->he, he);
  bytes_of (q->digest, digest);
  if (record)
    return tabella_trustee_record (t, he, q->practice, q->purpose, digest, points, q->n, answer,
                                   error);
  return tabella_trustee_may_answer (t, he, q->practice, q->purpose, digest, points, q->n, share,
                                     error);
}

static void
assert_may (TabellaTrustee *t, const Request *q, const char *stored)
{
  g_autoptr (GBytes) share = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (ask (t, q, FALSE, &share, &error));
  g_assert_no_error (error);
  if (stored == NULL)
    g_assert_null (share);
  else
    g_assert_cmpmem (g_bytes_get_data (share, NULL), g_bytes_get_size (share), stored,
                     strlen (stored));
}

static void
assert_may_not (TabellaTrustee *t, const Request *q, const char *why)
{
  g_autoptr (GBytes) share = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (ask (t, q, FALSE, &share, &error));
  FIXTURE_ERROR (&error, STATE, why);
  g_assert_null (share);
  g_assert_false (ask (t, q, TRUE, NULL, &error));
  FIXTURE_ERROR (&error, STATE, why);
}

static void
answer (TabellaTrustee *t, const Request *q)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ask (t, q, TRUE, NULL, &error));
  g_assert_no_error (error);
}

static void
test_answers (void)
{
  static const Request first = { 'a', TRUE, 1, 1, 10, 3 }, extension = { 'a', TRUE, 1, 2, 13, 2 },
                       overlap = { 'a', TRUE, 1, 3, 14, 3 }, strike = { 'a', TRUE, 2, 4, 10, 3 },
                       late_strike = { 'a', TRUE, 2, 5, 50, 1 }, tally = { 'a', TRUE, 3, 6, 30, 4 },
                       other = { 'a', TRUE, 2, 1, 60, 1 }, again = { 'a', TRUE, 3, 7, 40, 1 };
  char *folder = fixture_ceremony (2, 2, 4);
  g_autoptr (TabellaTrustee) t = load (folder, 1, NULL);

  assert_may (t, &first, NULL);
  answer (t, &first);
  assert_may (t, &first, "share 1");
  assert_may (t, &other, NULL); /* no answer is for two purposes */
  assert_may (t, &extension, NULL);
  answer (t, &extension);
  assert_may_not (t, &overlap, "repeats a point");
  assert_may (t, &strike, NULL); /* the same points for another purpose */
  answer (t, &strike);
  assert_may (t, &tally, NULL);
  answer (t, &tally);
  assert_may_not (t, &again, "another tally request");
  assert_may_not (t, &late_strike, "answered this election's tally");
  assert_may (t, &first, "share 1");
  assert_may (t, &tally, "share 6");
  fixture_remove (folder);
}

/* A new request must come with all that were answered for its election, and with those only. */
static void
test_all_answers (void)
{
  static const Request first = { 'a', TRUE, 1, 1, 10, 3 }, second = { 'a', TRUE, 1, 2, 13, 2 },
                       other = { 'b', TRUE, 1, 3, 10, 3 };
  char *folder = fixture_ceremony (2, 2, 4);
  g_autoptr (TabellaTrustee) t = load (folder, 1, NULL);
  g_autoptr (GError) error = NULL;
  guint8 he[32], digests[2 * 32];

  bytes_of ('a', he);
  bytes_of (2, digests);
  bytes_of (1, digests + 32);
  g_assert_true (tabella_trustee_all_answers (t, he, NULL, 0, &error));
  answer (t, &first);
  answer (t, &other);
  g_assert_false (tabella_trustee_all_answers (t, he, NULL, 0, &error));
  FIXTURE_ERROR (&error, STATE, "earlier");
  g_assert_false (tabella_trustee_all_answers (t, he, digests, 1, &error));
  FIXTURE_ERROR (&error, STATE, "earlier");
  g_assert_true (tabella_trustee_all_answers (t, he, digests, 2, &error));
  answer (t, &second);
  g_assert_true (tabella_trustee_all_answers (t, he, digests, 2, &error));
  g_assert_false (tabella_trustee_all_answers (t, he, digests + 32, 1, &error));
  FIXTURE_ERROR (&error, STATE, "earlier");
  fixture_remove (folder);
}

/* What was answered is in the file, not in memory only. */
static void
test_answers_kept (void)
{
  static const Request first = { 'a', TRUE, 1, 1, 10, 3 }, overlap = { 'a', TRUE, 1, 3, 12, 3 },
                       tally = { 'a', TRUE, 3, 6, 30, 4 }, again = { 'a', TRUE, 3, 7, 40, 1 };
  char *folder = fixture_ceremony (2, 2, 4);
  g_autoptr (TabellaTrustee) before = load (folder, 1, NULL);
  g_autoptr (TabellaTrustee) after = NULL, last = NULL;

  answer (before, &first);
  after = load (folder, 1, NULL);
  g_assert_cmpmem (tabella_trustee_secret (before, 3), 32, tabella_trustee_secret (after, 3), 32);
  g_assert_cmpmem (tabella_trustee_secret (before, 1), 32, tabella_trustee_secret (after, 1), 32);
  assert_may (after, &first, "share 1");
  assert_may_not (after, &overlap, "repeats a point");
  answer (after, &tally);
  last = load (folder, 1, NULL);
  assert_may_not (last, &again, "another tally request");
  assert_may (last, &first, "share 1");
  fixture_remove (folder);
}

/* The same request with another share is refused, with the same one it is fine. */
static void
test_answer_again (void)
{
  static const Request first = { 'a', TRUE, 1, 1, 10, 1 };
  char *folder = fixture_ceremony (2, 2, 4);
  g_autoptr (TabellaTrustee) t = load (folder, 1, NULL);
  g_autoptr (GBytes) other = g_bytes_new_static ("other", 5);
  g_autoptr (GError) error = NULL;
  guint8 he[32], digest[32], point[32];

  answer (t, &first);
  answer (t, &first);
  g_assert_false (tabella_trustee_record (t, bytes_of ('a', he), TRUE, 1, bytes_of (1, digest),
                                          bytes_of (10, point), 1, other, &error));
  FIXTURE_ERROR (&error, STATE, "another share");
  assert_may (t, &first, "share 1");
  fixture_remove (folder);
}

/* One official election for ever; any number of practice ones beside it, each with rules of its
 * own. */
static void
test_one_official (void)
{
  static const Request practice = { 'p', TRUE, 3, 1, 10, 1 },
                       other_practice = { 'q', TRUE, 3, 2, 10, 1 },
                       official = { 'o', FALSE, 1, 3, 10, 1 },
                       official_tally = { 'o', FALSE, 3, 4, 11, 1 },
                       second = { 'x', FALSE, 1, 5, 10, 1 },
                       later_practice = { 'r', TRUE, 1, 6, 10, 1 };
  char *folder = fixture_ceremony (2, 2, 4);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autoptr (TabellaTrustee) t = load (folder, 1, NULL);
  g_autoptr (GBytes) vault = NULL;
  TabellaVaultCost cost;

  answer (t, &practice);
  answer (t, &other_practice);
  answer (t, &official);
  assert_may_not (t, &second, "another official election");
  answer (t, &official_tally);
  assert_may_not (t, &second, "another official election");
  answer (t, &later_practice);
  assert_may (t, &official_tally, "share 4");
  /* From the first official answer on the file has the normal cost. */
  vault = tabella_file_read (secret, 1 << 20, NULL);
  g_assert_true (tabella_vault_cost (vault, &cost, NULL));
  g_assert_cmpint (cost, ==, TABELLA_VAULT_NORMAL);
  fixture_remove (folder);
}

/* An answer that cannot be stored is not given. */
static void
test_answer_not_stored (void)
{
  static const Request first = { 'a', TRUE, 1, 1, 10, 1 };
  char *folder = fixture_ceremony (2, 2, 4);
  g_autoptr (TabellaTrustee) t = load (folder, 1, NULL);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_remove (secret), ==, 0);
  g_assert_cmpint (g_mkdir (secret, 0700), ==, 0);
  g_assert_false (ask (t, &first, TRUE, NULL, &error));
  FIXTURE_ERROR (&error, IO, secret);
  assert_may (t, &first, NULL);
  fixture_remove (folder);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/answers/rules", test_answers);
  g_test_add_func ("/answers/all", test_all_answers);
  g_test_add_func ("/answers/kept", test_answers_kept);
  g_test_add_func ("/answers/again", test_answer_again);
  g_test_add_func ("/answers/one-official", test_one_official);
  g_test_add_func ("/answers/not-stored", test_answer_not_stored);
  return g_test_run ();
}
