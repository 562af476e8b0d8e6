/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"

#include <string.h>

static void
test_round_trip (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 5, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaBatch) b = tabella_batch_parse (h->ctx, in->ballots, &error);
  g_autoptr (GArray) lines = NULL;
  guint8 head[32], digest[32];

  g_assert_no_error (error);
  g_assert_cmpmem (b->he, 32, h->ctx->he, 32);
  g_assert_true (b->practice);
  g_assert_cmpuint (b->terminal, ==, HAND_TERMINAL);
  g_assert_cmpuint (b->number, ==, 1);
  g_assert_cmpint (b->kind, ==, TABELLA_BATCH_FINAL);
  g_assert_true (sodium_is_zero (b->previous, 32));
  g_assert_cmpmem (b->checkins_digest, 32, in->input.checkins_digest, 32);
  g_assert_cmpmem (&b->counts, sizeof b->counts, &in->input.counts, sizeof b->counts);
  g_assert_cmpmem (b->journal, b->journal_size, in->journal, strlen (in->journal));
  tabella_digest_512_32 (g_bytes_get_data (in->ballots, NULL), g_bytes_get_size (in->ballots),
                         digest);
  g_assert_cmpmem (b->digest, 32, digest, 32);
  lines = tabella_journal_parse (h->ctx->he, b->journal, b->journal_size, head, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, 2);
  g_assert_cmpmem (b->journal_head, 32, head, 32);
  g_assert_cmpuint (b->cast->len, ==, 5);
  g_assert_cmpuint (b->challenged->len, ==, 3);
}

/* Each record that went in comes out once, in the order of its code and not of casting. */
static void
test_order (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 12, 0);
  g_autoptr (TabellaBatch) b = tabella_batch_parse (h->ctx, in->ballots, NULL);
  guint found = 0;

  for (guint i = 1; i < b->cast->len; i++)
    g_assert_cmpint (memcmp (g_array_index (b->cast, TabellaBallotRecord, i - 1).code,
                             g_array_index (b->cast, TabellaBallotRecord, i).code, 32),
                     <, 0);
  for (guint i = 0; i < b->cast->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (b->cast, TabellaBallotRecord, i);
    gsize size = tabella_record_size (h->ctx, r->style, FALSE);

    for (guint j = 0; j < in->cast->len; j++) {
      GBytes *record = in->cast->pdata[j];

      found += g_bytes_get_size (record) == size &&
               memcmp (g_bytes_get_data (record, NULL), r->body - 19, size) == 0;
    }
  }
  g_assert_cmpuint (found, ==, 12);
}

/* The order in which the box hands its records over leaves no trace. */
static void
test_same_bytes (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 4, 2);
  g_autoptr (GPtrArray) reversed = g_ptr_array_new ();
  g_autoptr (GBytes) again = NULL;

  for (guint i = in->cast->len; i > 0; i--)
    g_ptr_array_add (reversed, in->cast->pdata[i - 1]);
  in->input.cast = reversed;
  again = tabella_batch_build (h->ctx, &in->input, NULL);
  g_assert_true (g_bytes_equal (again, in->ballots));
}

static void
test_empty (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 0, 0);
  g_autoptr (TabellaBatch) b = tabella_batch_parse (h->ctx, in->ballots, NULL);

  g_assert_nonnull (b);
  g_assert_cmpuint (g_bytes_get_size (in->ballots), ==,
                    TABELLA_BATCH_HEADER + strlen (in->journal));
  g_assert_false (b->practice);
}

static void
refuse_build (const Hand *h, const HandBatch *in, TabellaBallotError code, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tabella_batch_build (h->ctx, &in->input, &error));
  hand_refused (&error, code, part);
}

static void
test_build_refusals (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 2, 1);
  g_autoptr (GBytes) record = g_bytes_ref (in->cast->pdata[0]);
  gsize size;

  in->input.counts.cast = 3;
  refuse_build (h, in, TABELLA_BALLOT_ERROR_INVALID, "2 cast and 1 challenged");
  in->input.counts.cast = 2;
  in->input.number = 0;
  refuse_build (h, in, TABELLA_BALLOT_ERROR_INVALID, "batch 0");
  in->input.number = 1;
  size = in->input.journal_size;
  in->input.journal_size = TABELLA_FILE_LIMIT / 2 + 1; /* a final that no reader would take */
  refuse_build (h, in, TABELLA_BALLOT_ERROR_INVALID, "larger than a file");
  in->input.journal_size = size - 1;
  refuse_build (h, in, TABELLA_BALLOT_ERROR_FORMAT, "journal line 2");
  in->input.journal_size = size;

  g_bytes_unref (in->cast->pdata[1]);
  in->cast->pdata[1] = hand_resize (record, g_bytes_get_size (record) + 1);
  refuse_build (h, in, TABELLA_BALLOT_ERROR_FORMAT, "1 bytes too long");
  g_bytes_unref (in->cast->pdata[1]);
  in->cast->pdata[1] = hand_resize (record, g_bytes_get_size (record) - 1);
  refuse_build (h, in, TABELLA_BALLOT_ERROR_FORMAT, "cut short");
  g_bytes_unref (in->cast->pdata[1]);
  in->cast->pdata[1] = g_bytes_ref (record);
  refuse_build (h, in, TABELLA_BALLOT_ERROR_INVALID, "same code");
}

static void
test_names (void)
{
  static const guint8 he[32] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xff };
  g_autofree char *interim = tabella_batch_comment (he, 12, 3, TABELLA_BATCH_INTERIM, 40, 41);
  g_autofree char *final = tabella_batch_comment (he, 65535, 1, TABELLA_BATCH_FINAL, 0, 0);
  g_autofree char *folder = tabella_batch_folder (7, 12);
  g_autofree char *large = tabella_batch_folder (1234, 10001);

  g_assert_cmpstr (interim, ==,
                   "tabella batch election=0123456789abcdef terminal=12 number=3 kind=interim "
                   "cast=40 checkins=41");
  g_assert_cmpstr (final, ==,
                   "tabella batch election=0123456789abcdef terminal=65535 number=1 kind=final "
                   "cast=0 checkins=0");
  g_assert_cmpstr (folder, ==, "terminal-007/batch-0012");
  g_assert_cmpstr (large, ==, "terminal-1234/batch-10001");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batch/round-trip", test_round_trip);
  g_test_add_func ("/batch/order", test_order);
  g_test_add_func ("/batch/same-bytes", test_same_bytes);
  g_test_add_func ("/batch/empty", test_empty);
  g_test_add_func ("/batch/build-refusals", test_build_refusals);
  g_test_add_func ("/batch/names", test_names);
  return g_test_run ();
}
