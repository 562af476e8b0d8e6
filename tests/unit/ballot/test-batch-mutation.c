/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a changed batch file meets. The signature over the whole file is left out on purpose: each
 * test shows which of the checks beneath it would still name the change. */
#include "hand.h"

#include <string.h>

/* Offsets of protocol section 7, counted by hand. */
enum {
  AT_MAGIC = 0,
  AT_HE = 8,
  AT_TERMINAL = 40,
  AT_NUMBER = 42,
  AT_KIND = 44,
  AT_MODE = 45,
  AT_RESERVED = 46,
  AT_PREVIOUS = 48,
  AT_CHECKINS = 80,
  AT_COUNTS = 112,
  AT_CAST = 128,
  AT_CHALLENGED = 132,
  AT_HEAD = 136,
  AT_JOURNAL_SIZE = 168,
  AT_JOURNAL = 172,
};

typedef enum {
  CAUGHT_NOT, /* only by the signature over the file, or by comparing with other files */
  CAUGHT_FORMAT,
  CAUGHT_FOREIGN,
  CAUGHT_JOURNAL,
  CAUGHT_PROOF,
  CAUGHT_SIGNATURE,
  CAUGHT_CHALLENGE,
} Caught;

static gboolean
is_bad (const Hand *h, const TabellaBatch *b, const TabellaBallotRecord *r, Caught *caught)
{
  TabellaBallotVerdict verdict;

  *caught = CAUGHT_PROOF;
  tabella_ballot_verify (h->ctx, b->terminal, r, NULL, NULL, &verdict);
  if (verdict != TABELLA_BALLOT_GOOD)
    return TRUE;
  *caught = r->challenged ? CAUGHT_CHALLENGE : CAUGHT_SIGNATURE;
  if (r->challenged)
    tabella_challenge_verify (h->ctx, b->terminal, r, &verdict);
  else
    tabella_ballot_verify_signature (h->ctx, h->ballot_key, r, &verdict);
  return verdict != TABELLA_BALLOT_GOOD;
}

/* The first check that fails; *message: what the parser says. */
static Caught
examine (const Hand *h, GBytes *bytes, char **message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaBatch) b = tabella_batch_parse (h->ctx, bytes, &error);
  g_autoptr (GArray) lines = NULL;
  guint8 head[32];
  Caught caught;

  g_free (*message);
  *message = NULL;
  if (b == NULL) {
    *message = g_strdup (error->message);
    g_assert_cmpint (error->domain, ==, TABELLA_BALLOT_ERROR);
    return error->code == TABELLA_BALLOT_ERROR_FOREIGN ? CAUGHT_FOREIGN : CAUGHT_FORMAT;
  }
  lines = tabella_journal_parse (h->ctx->he, b->journal, b->journal_size, head, NULL);
  if (lines == NULL || memcmp (head, b->journal_head, 32) != 0)
    return CAUGHT_JOURNAL;
  for (guint i = 0; i < b->cast->len; i++)
    if (is_bad (h, b, &g_array_index (b->cast, TabellaBallotRecord, i), &caught))
      return caught;
  for (guint i = 0; i < b->challenged->len; i++)
    if (is_bad (h, b, &g_array_index (b->challenged, TabellaBallotRecord, i), &caught))
      return caught;
  return CAUGHT_NOT;
}

static void
assert_message (const char *message, const char *part)
{
  if (message == NULL || strstr (message, part) == NULL)
    g_error ("\"%s\" does not hold \"%s\"", message, part);
}

/* One cast and one challenged record: whatever their codes become, they stay in order. */
static void
test_every_header_byte (void)
{
  static const struct {
    gsize from, to;
    Caught caught;
    const char *part;
  } regions[] = {
    { AT_MAGIC, AT_HE, CAUGHT_FORMAT, "TABATCH1" },
    { AT_HE, AT_TERMINAL, CAUGHT_FOREIGN, "another election" },
    { AT_TERMINAL, AT_NUMBER, CAUGHT_PROOF, NULL },
    { AT_NUMBER, AT_KIND, CAUGHT_NOT, NULL },
    { AT_PREVIOUS, AT_CHECKINS, CAUGHT_NOT, NULL },
    { AT_CHECKINS, AT_COUNTS, CAUGHT_NOT, NULL },
    { AT_COUNTS, AT_CAST, CAUGHT_NOT, NULL },
    { AT_RESERVED, AT_PREVIOUS, CAUGHT_FORMAT, "reserved" },
    { AT_CAST, AT_CHALLENGED, CAUGHT_FORMAT, "cast record" },
    { AT_CHALLENGED, AT_HEAD, CAUGHT_FORMAT, "challenged record 2 of" },
    { AT_HEAD, AT_JOURNAL_SIZE, CAUGHT_JOURNAL, NULL },
  };
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 1, 1);
  g_autofree char *message = NULL;

  g_assert_cmpint (examine (h, in->ballots, &message), ==, CAUGHT_NOT);
  for (gsize i = 0; i < G_N_ELEMENTS (regions); i++)
    for (gsize at = regions[i].from; at < regions[i].to; at++) {
      g_autoptr (GBytes) changed = hand_flip (in->ballots, at, 2);

      g_assert_cmpint (examine (h, changed, &message), ==, regions[i].caught);
      if (regions[i].part != NULL)
        assert_message (message, regions[i].part);
    }
}

static void
test_header_values (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 1, 1);
  static const struct {
    gsize at;
    guint8 flip;
    Caught caught;
    const char *part;
  } changes[] = {
    { AT_TERMINAL, HAND_TERMINAL, CAUGHT_FORMAT, "terminal 0" },
    { AT_NUMBER, 1, CAUGHT_FORMAT, "batch 0" },
    { AT_KIND, TABELLA_BATCH_FINAL ^ TABELLA_BATCH_INTERIM, CAUGHT_NOT, NULL },
    { AT_KIND, TABELLA_BATCH_FINAL, CAUGHT_FORMAT, "kind 0" },
    { AT_KIND, 1, CAUGHT_FORMAT, "kind 3" },
    { AT_MODE, 2 ^ 1, CAUGHT_FOREIGN, "official" },
    { AT_MODE, 2, CAUGHT_FORMAT, "mode 0" },
    { AT_MODE, 1, CAUGHT_FORMAT, "mode 3" },
    { AT_CAST, 1, CAUGHT_FORMAT, "bytes too many" },
    { AT_CHALLENGED, 1, CAUGHT_FORMAT, "bytes too many" },
    { AT_JOURNAL_SIZE + 3, 0x80, CAUGHT_FORMAT, "cut short in the journal" },
  };
  g_autofree char *message = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (GBytes) changed = hand_flip (in->ballots, changes[i].at, changes[i].flip);

    g_test_message ("byte %" G_GSIZE_FORMAT " ^ %u", changes[i].at, changes[i].flip);
    g_assert_cmpint (examine (h, changed, &message), ==, changes[i].caught);
    if (changes[i].part != NULL)
      assert_message (message, changes[i].part);
  }
}

static void
test_every_journal_byte (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 0, 0);
  g_autofree char *message = NULL;

  for (gsize at = AT_JOURNAL; at < g_bytes_get_size (in->ballots); at++)
    for (guint bit = 0; bit < 8; bit++) {
      g_autoptr (GBytes) changed = hand_flip (in->ballots, at, (guint8)(1 << bit));

      g_assert_cmpint (examine (h, changed, &message), ==, CAUGHT_JOURNAL);
    }
}

/* Style, attempt and length are the reader's; T and the body the proof's; then the signature, the
 * seed, the selections. */
static void
test_record_bytes (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 1, 1);
  const gsize cast = AT_JOURNAL + strlen (in->journal);
  const gsize body = h->ctx->styles[0]->body_size;
  const gsize signature = cast + 19 + body, challenged = signature + 64;
  const gsize seed = challenged + 19 + body, selections = seed + 32;
  const struct {
    gsize from, to, step;
    Caught caught;
  } regions[] = {
    { cast, cast + 2, 1, CAUGHT_FORMAT },
    { cast + 2, cast + 19, 1, CAUGHT_PROOF },
    { cast + 19, signature, 13, CAUGHT_PROOF },
    { signature, challenged, 1, CAUGHT_SIGNATURE },
    { challenged + 2, challenged + 19, 1, CAUGHT_PROOF },
    { challenged + 19, seed, 13, CAUGHT_PROOF },
    { seed, selections, 1, CAUGHT_CHALLENGE },
    { selections, g_bytes_get_size (in->ballots), 1, CAUGHT_CHALLENGE },
  };
  g_autofree char *message = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (regions); i++)
    for (gsize at = regions[i].from; at < regions[i].to; at += regions[i].step) {
      g_autoptr (GBytes) changed = hand_flip (in->ballots, at, 1);

      g_assert_cmpint (examine (h, changed, &message), ==, regions[i].caught);
    }
}

static void
test_record_is_named (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 4, 1);
  g_autoptr (TabellaBatch) b = tabella_batch_parse (h->ctx, in->ballots, NULL);
  const guint8 *start = g_bytes_get_data (in->ballots, NULL);
  const guint8 *third = g_array_index (b->cast, TabellaBallotRecord, 2).body - 19;
  const guint8 *last = g_array_index (b->challenged, TabellaBallotRecord, 0).body - 19;
  g_autoptr (GBytes) style = hand_flip (in->ballots, (gsize)(third - start) + 1, 0x40);
  g_autoptr (GBytes) attempt = hand_flip (in->ballots, (gsize)(third - start) + 18, 0x40);
  g_autoptr (GBytes) third_challenge = hand_flip (in->ballots, (gsize)(last - start) + 18, 3);
  g_autofree char *message = NULL;

  g_assert_cmpint (examine (h, style, &message), ==, CAUGHT_FORMAT);
  assert_message (message, "cast record 3 of 4: ballot style");
  g_assert_cmpint (examine (h, attempt, &message), ==, CAUGHT_FORMAT);
  assert_message (message, "cast record 3 of 4: attempt 64");
  g_assert_cmpint (examine (h, third_challenge, &message), ==, CAUGHT_FORMAT);
  assert_message (message, "challenged record 1 of 1: attempt 3");
}

static void
test_every_length (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 2, 1);
  g_autofree char *message = NULL;
  gsize size = g_bytes_get_size (in->ballots);

  for (gsize cut = 0; cut < size; cut++) {
    g_autoptr (GBytes) changed = hand_resize (in->ballots, cut);

    g_assert_cmpint (examine (h, changed, &message), ==, CAUGHT_FORMAT);
    assert_message (message, "cut short");
  }
  for (gsize more = 1; more < 40; more += 13) {
    g_autoptr (GBytes) changed = hand_resize (in->ballots, size + more);

    g_assert_cmpint (examine (h, changed, &message), ==, CAUGHT_FORMAT);
    assert_message (message, "bytes too many");
  }
}

/* The header, the journal, and then the records of @order. */
static GBytes *
rearranged (const Hand *h, const TabellaBatch *b, const guint *order, guint n)
{
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, g_bytes_get_data (b->bytes, NULL),
                       (guint)(AT_JOURNAL + b->journal_size));
  for (guint i = 0; i < n; i++) {
    const TabellaBallotRecord *r = &g_array_index (b->cast, TabellaBallotRecord, order[i]);

    g_byte_array_append (out, r->body - 19, (guint)tabella_record_size (h->ctx, r->style, FALSE));
  }
  return g_byte_array_free_to_bytes (out);
}

static void
test_order_of_records (void)
{
  static const guint same[] = { 0, 1, 2 }, swapped[] = { 0, 2, 1 }, twice[] = { 0, 1, 1 };
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 3, 0);
  g_autoptr (TabellaBatch) b = tabella_batch_parse (h->ctx, in->ballots, NULL);
  g_autoptr (GBytes) again = rearranged (h, b, same, 3);
  g_autoptr (GBytes) reordered = rearranged (h, b, swapped, 3);
  g_autoptr (GBytes) repeated = rearranged (h, b, twice, 3);
  g_autofree char *message = NULL;

  g_assert_true (g_bytes_equal (again, in->ballots));
  g_assert_cmpint (examine (h, reordered, &message), ==, CAUGHT_FORMAT);
  assert_message (message, "cast record 3 of 3: its code is not above");
  g_assert_cmpint (examine (h, repeated, &message), ==, CAUGHT_FORMAT);
  assert_message (message, "cast record 3 of 3: its code is not above");
}

/* A count of four billion asks for no memory: what is not there is found missing first. */
static void
test_huge_counts (void)
{
  g_autoptr (Hand) h = hand_new ("election", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 1, 0);
  gsize size;
  const guint8 *data = g_bytes_get_data (in->ballots, &size);
  guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GBytes) changed = NULL;
  g_autofree char *message = NULL;

  memset (copy + AT_COUNTS, 0xff, AT_HEAD - AT_COUNTS);
  changed = g_bytes_new_take (copy, size);
  g_assert_cmpint (examine (h, changed, &message), ==, CAUGHT_FORMAT);
  assert_message (message, "cast record 2 of 4294967295: cut short");
}

static void
test_foreign (void)
{
  g_autoptr (Hand) practice = hand_new ("election", TRUE);
  g_autoptr (Hand) official = hand_new ("election", FALSE);
  g_autoptr (Hand) other = hand_new ("other", TRUE);
  g_autoptr (HandBatch) in = hand_batch_new (practice, 1, 0);
  g_autofree char *message = NULL;

  g_assert_cmpint (examine (official, in->ballots, &message), ==, CAUGHT_FOREIGN);
  assert_message (message, "the batch is a practice one and the election is an official one");
  g_assert_cmpint (examine (other, in->ballots, &message), ==, CAUGHT_FOREIGN);
  assert_message (message, "another election");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batch-mutation/every-header-byte", test_every_header_byte);
  g_test_add_func ("/batch-mutation/header-values", test_header_values);
  g_test_add_func ("/batch-mutation/every-journal-byte", test_every_journal_byte);
  g_test_add_func ("/batch-mutation/record-bytes", test_record_bytes);
  g_test_add_func ("/batch-mutation/record-is-named", test_record_is_named);
  g_test_add_func ("/batch-mutation/every-length", test_every_length);
  g_test_add_func ("/batch-mutation/order-of-records", test_order_of_records);
  g_test_add_func ("/batch-mutation/huge-counts", test_huge_counts);
  g_test_add_func ("/batch-mutation/foreign", test_foreign);
  return g_test_run ();
}
