/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"

#include <string.h>

/* The places of a record's parts, counted by hand from protocol section 7. */
#define AT_STYLE   0
#define AT_TICKET  2
#define AT_ATTEMPT 18
#define AT_BODY    19

static TabellaBallotRecord
parse (const Hand *h, gboolean challenged, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  TabellaBallotRecord r;
  gsize used;

  g_assert_true (tabella_record_parse (h->ctx, HAND_TERMINAL, challenged,
                                       g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &r,
                                       &used, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (used, ==, g_bytes_get_size (bytes));
  return r;
}

static TabellaBallotVerdict
proof_of (const Hand *h, const TabellaBallotRecord *r)
{
  TabellaBallotVerdict verdict;

  tabella_ballot_verify (h->ctx, HAND_TERMINAL, r, NULL, NULL, &verdict);
  return verdict;
}

static TabellaBallotVerdict
signature_of (const Hand *h, const TabellaBallotRecord *r)
{
  TabellaBallotVerdict verdict;

  tabella_ballot_verify_signature (h->ctx, h->ballot_key, r, &verdict);
  return verdict;
}

static TabellaBallotVerdict
challenge_of (const Hand *h, const TabellaBallotRecord *r)
{
  TabellaBallotVerdict verdict;

  tabella_challenge_verify (h->ctx, HAND_TERMINAL, r, &verdict);
  return verdict;
}

static void
test_styles (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  /* Section 5: 64 bytes an option; e; three scalars an option; per contest 2·values − 1. */
  const gsize options[] = { 7, 3, 10 };
  const gsize bodies[] = { 7 * 64 + 32 * (1 + 3 * 7 + 2 * 3), 3 * 64 + 32 * (1 + 3 * 3 + 3),
                           10 * 64 + 32 * (1 + 3 * 10 + 3 * 3) };

  g_assert_cmpuint (h->ctx->n_styles, ==, HAND_STYLES);
  for (guint16 i = 0; i < HAND_STYLES; i++) {
    g_assert_cmpuint (h->ctx->styles[i]->options, ==, options[i]);
    g_assert_cmpuint (h->ctx->styles[i]->body_size, ==, bodies[i]);
    g_assert_cmpuint (tabella_record_size (h->ctx, i, FALSE), ==, 19 + bodies[i] + 64);
    g_assert_cmpuint (tabella_record_size (h->ctx, i, TRUE), ==, 19 + bodies[i] + 32 + options[i]);
  }
  g_assert_cmpuint (h->ctx->max_body, ==, bodies[2]);
  g_assert_cmpuint (h->ctx->max_options, ==, 10);
  g_assert_cmpuint (tabella_record_size_max (h->ctx), ==, 19 + bodies[2] + 64);
  g_assert_cmpuint (h->ctx->styles[2]->contests[1].min, ==, 1);
  g_assert_cmpuint (h->ctx->styles[2]->contests[1].max, ==, 2);
  g_assert_null (tabella_style_shape_new (h->election, HAND_STYLES));
}

static void
test_context (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  TabellaPoint k2;

  g_assert_true (h->ctx->practice);
  g_assert_cmpmem (h->ctx->he, 32, h->manifest.he, 32);
  tabella_point_mul_base (&k2, &h->y);
  g_assert_true (tabella_point_equal (&h->ctx->k2, &k2));
  g_assert_true (h->ctx->election == h->election);
}

/* What the record's ciphertexts decrypt to. */
static void
assert_encrypts (const Hand *h, const TabellaBallotRecord *r, const guint8 *selections)
{
  TabellaPoint alpha[16], beta[16], mask, plain;
  TabellaBallotVerdict verdict;

  tabella_ballot_verify (h->ctx, HAND_TERMINAL, r, alpha, beta, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_BALLOT_GOOD);
  for (gsize i = 0; i < h->ctx->styles[r->style]->options; i++) {
    tabella_point_mul (&mask, &h->z, &alpha[i]);
    tabella_point_sub (&plain, &beta[i], &mask);
    if (selections[i] == 0)
      g_assert_true (tabella_point_is_identity (&plain));
    else
      g_assert_true (tabella_point_equal (&plain, &h->ctx->k));
  }
}

static void
test_cast (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);

  for (guint16 style = 0; style < HAND_STYLES; style++) {
    g_autoptr (TabellaPending) p = hand_pending (h, style, 5, 3, 2);
    g_autoptr (GBytes) bytes = tabella_pending_cast (p, h->ballot_secret);
    TabellaBallotRecord r = parse (h, FALSE, bytes);
    guint8 selections[16];

    g_assert_false (r.challenged);
    g_assert_cmpuint (r.style, ==, style);
    g_assert_cmpuint (r.attempt, ==, 3);
    g_assert_null (r.seed);
    g_assert_cmpmem (r.code, 32, tabella_pending_code (p), 32);
    g_assert_cmpint (signature_of (h, &r), ==, TABELLA_BALLOT_GOOD);
    g_assert_cmpint (challenge_of (h, &r), ==, TABELLA_BALLOT_BAD);
    hand_selections (h, style, 2, selections);
    assert_encrypts (h, &r, selections);
  }
}

static void
test_challenge (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);

  for (guint16 style = 0; style < HAND_STYLES; style++) {
    g_autoptr (TabellaPending) p = hand_pending (h, style, 5, 2, 1);
    g_autoptr (GBytes) bytes = tabella_pending_challenge (p);
    TabellaBallotRecord r = parse (h, TRUE, bytes);
    guint8 selections[16];

    g_assert_true (r.challenged);
    g_assert_null (r.signature);
    g_assert_cmpmem (r.code, 32, tabella_pending_code (p), 32);
    g_assert_cmpint (challenge_of (h, &r), ==, TABELLA_BALLOT_GOOD);
    g_assert_cmpint (proof_of (h, &r), ==, TABELLA_BALLOT_GOOD);
    g_assert_cmpint (signature_of (h, &r), ==, TABELLA_BALLOT_BAD);
    hand_selections (h, style, 1, selections);
    g_assert_cmpmem (r.selections, h->ctx->styles[style]->options, selections,
                     h->ctx->styles[style]->options);
    assert_encrypts (h, &r, selections);
  }
}

/* The same ticket, attempt and selections never give the same ballot: the seed is fresh. */
static void
test_fresh_seed (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GBytes) a = hand_challenged (h, 0, 1, 0, 1);
  g_autoptr (GBytes) b = hand_challenged (h, 0, 1, 0, 1);
  TabellaBallotRecord first = parse (h, TRUE, a), second = parse (h, TRUE, b);

  g_assert_cmpint (memcmp (first.seed, second.seed, 32), !=, 0);
  g_assert_cmpint (memcmp (first.code, second.code, 32), !=, 0);
}

static void
test_illegal_selections (void)
{
  static const guint8 ticket[16] = { 1 };
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GError) error = NULL;
  guint8 over[7] = { 1, 1 }, blank[3] = { 0 }, byte[7] = { 2 };
  TabellaPending *p;

  p = tabella_pending_new (h->ctx, HAND_TERMINAL, 0, ticket, 0, over, &error);
  g_assert_null (p);
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "style 0");
  p = tabella_pending_new (h->ctx, HAND_TERMINAL, 1, ticket, 0, blank, &error);
  g_assert_null (p);
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "style 1");
  p = tabella_pending_new (h->ctx, HAND_TERMINAL, 0, ticket, 0, byte, &error);
  g_assert_null (p);
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "style 0");
  p = tabella_pending_new (h->ctx, HAND_TERMINAL, 0, ticket, 4, blank, &error);
  g_assert_null (p);
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "attempt 4");
}

static void
refuse_record (const Hand *h, gboolean challenged, GBytes *bytes, const char *part)
{
  g_autoptr (GError) error = NULL;
  TabellaBallotRecord r;
  gsize used;

  g_assert_false (tabella_record_parse (h->ctx, HAND_TERMINAL, challenged,
                                        g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                        &r, &used, &error));
  g_assert_cmpuint (used, ==, 0);
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, part);
}

static void
test_parse_refusals (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GBytes) cast = hand_cast (h, 0, 1, 3, 1);
  g_autoptr (GBytes) challenged = hand_challenged (h, 0, 1, 2, 1);
  g_autoptr (GBytes) high_style = hand_flip (cast, AT_STYLE + 1, 1);
  g_autoptr (GBytes) style_3 = hand_flip (cast, AT_STYLE, 3);
  g_autoptr (GBytes) attempt_7 = hand_flip (cast, AT_ATTEMPT, 4);
  g_autoptr (GBytes) attempt_3 = hand_flip (challenged, AT_ATTEMPT, 1);
  g_autoptr (GBytes) larger_style = hand_flip (cast, AT_STYLE, 2);

  refuse_record (h, FALSE, high_style, "style 256");
  refuse_record (h, FALSE, style_3, "style 3");
  refuse_record (h, FALSE, attempt_7, "attempt 7");
  refuse_record (h, TRUE, attempt_3, "attempt 3");
  refuse_record (h, FALSE, larger_style, "cut short");
  for (gsize size = 0; size < g_bytes_get_size (cast); size++) {
    g_autoptr (GBytes) shorter = hand_resize (cast, size);

    refuse_record (h, FALSE, shorter, "cut short");
  }
}

/* What follows a record is the next one's. */
static void
test_parse_takes_one (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GBytes) cast = hand_cast (h, 1, 1, 0, 1);
  g_autoptr (GBytes) longer = hand_resize (cast, g_bytes_get_size (cast) + 9);
  g_autoptr (GError) error = NULL;
  TabellaBallotRecord r;
  gsize used;

  g_assert_true (tabella_record_parse (h->ctx, HAND_TERMINAL, FALSE,
                                       g_bytes_get_data (longer, NULL), g_bytes_get_size (longer),
                                       &r, &used, &error));
  g_assert_cmpuint (used, ==, g_bytes_get_size (cast));
}

/* Every bit of a cast record is held by its proof or its signature, and each by the right one. */
static void
test_cast_mutations (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GBytes) cast = hand_cast (h, 1, 1, 0, 1);
  const gsize signature = AT_BODY + h->ctx->styles[1]->body_size;

  for (gsize at = AT_TICKET; at < g_bytes_get_size (cast); at++) {
    g_autoptr (GBytes) changed = hand_flip (cast, at, at == AT_ATTEMPT ? 1 : 1 << (at % 8));
    TabellaBallotRecord r = parse (h, FALSE, changed);

    if (at < signature)
      g_assert_cmpint (proof_of (h, &r), ==, TABELLA_BALLOT_BAD);
    else
      g_assert_cmpint (proof_of (h, &r), ==, TABELLA_BALLOT_GOOD);
    g_assert_cmpint (signature_of (h, &r), ==, TABELLA_BALLOT_BAD);
  }
}

static void
test_challenge_mutations (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GBytes) challenged = hand_challenged (h, 1, 1, 0, 1);
  const gsize seed = AT_BODY + h->ctx->styles[1]->body_size;

  for (gsize at = seed; at < g_bytes_get_size (challenged); at++) {
    g_autoptr (GBytes) changed = hand_flip (challenged, at, 1);
    TabellaBallotRecord r = parse (h, TRUE, changed);

    g_assert_cmpint (proof_of (h, &r), ==, TABELLA_BALLOT_GOOD);
    g_assert_cmpint (challenge_of (h, &r), ==, TABELLA_BALLOT_BAD);
  }
  for (gsize at = AT_TICKET; at < seed; at += 7) {
    g_autoptr (GBytes) changed = hand_flip (challenged, at, 1);
    TabellaBallotRecord r = parse (h, TRUE, changed);

    g_assert_cmpint (challenge_of (h, &r), ==, TABELLA_BALLOT_BAD);
  }
}

/* Legal selections, but not those that are encrypted: a machine that cheats. */
static void
test_other_selections (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GBytes) challenged = hand_challenged (h, 0, 1, 0, 1);
  TabellaBallotRecord r = parse (h, TRUE, challenged);
  guint8 other[16];

  hand_selections (h, 0, 2, other);
  g_assert_cmpint (challenge_of (h, &r), ==, TABELLA_BALLOT_GOOD);
  r.selections = other;
  g_assert_cmpint (challenge_of (h, &r), ==, TABELLA_BALLOT_BAD);
  hand_selections (h, 0, 0, other);
  other[0] = other[1] = 1;
  g_assert_cmpint (challenge_of (h, &r), ==, TABELLA_BALLOT_BAD);
}

/* A ballot is bound to its election and terminal. */
static void
test_bound (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (Hand) other = hand_new ("other", FALSE);
  g_autoptr (GBytes) cast = hand_cast (h, 0, 1, 0, 1);
  TabellaBallotRecord r = parse (h, FALSE, cast), foreign = parse (other, FALSE, cast);
  TabellaBallotVerdict verdict;

  g_assert_cmpint (memcmp (r.code, foreign.code, 32), !=, 0);
  g_assert_cmpint (proof_of (other, &foreign), ==, TABELLA_BALLOT_BAD);
  tabella_ballot_verify (h->ctx, HAND_TERMINAL + 1, &r, NULL, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_BALLOT_BAD);
  tabella_ballot_verify_signature (h->ctx, other->ballot_key, &r, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_BALLOT_BAD);
  tabella_ballot_verify_signature (other->ctx, h->ballot_key, &r, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_BALLOT_BAD);
}

/* The third challenge is the last: after attempt 2 there is only casting. */
static void
test_last_attempt (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (Hand) h = hand_new ("election", FALSE);
    g_autoptr (TabellaPending) p = hand_pending (h, 0, 1, TABELLA_ATTEMPT_LAST, 1);
    g_autoptr (GBytes) bytes = tabella_pending_challenge (p);
    return;
  }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*impossible*attempt*");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ballot/styles", test_styles);
  g_test_add_func ("/ballot/context", test_context);
  g_test_add_func ("/ballot/cast", test_cast);
  g_test_add_func ("/ballot/challenge", test_challenge);
  g_test_add_func ("/ballot/fresh-seed", test_fresh_seed);
  g_test_add_func ("/ballot/illegal-selections", test_illegal_selections);
  g_test_add_func ("/ballot/parse-refusals", test_parse_refusals);
  g_test_add_func ("/ballot/parse-takes-one", test_parse_takes_one);
  g_test_add_func ("/ballot/cast-mutations", test_cast_mutations);
  g_test_add_func ("/ballot/challenge-mutations", test_challenge_mutations);
  g_test_add_func ("/ballot/other-selections", test_other_selections);
  g_test_add_func ("/ballot/bound", test_bound);
  g_test_add_func ("/ballot/last-attempt", test_last_attempt);
  return g_test_run ();
}
