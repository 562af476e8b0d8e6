/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"

#include <string.h>
#include "freed.h"

/* Offsets of "checkins" and "sealed", counted by hand from protocol section 7. */
enum {
  AT_MAGIC = 0,
  AT_HE = 8,
  AT_TERMINAL = 40,
  AT_NUMBER = 42,
  AT_COUNT = 44,
  AT_R = 48,
  AT_C = 80,
  AT_S = 112,
  AT_BOX = 144
};

static GBytes *
checkins_of (const Hand *h, GArray *records)
{
  return tabella_checkins_build (h->ctx, HAND_TERMINAL, 3, records, h->export_secret);
}

static GArray *
new_records (void)
{
  return g_array_new (FALSE, TRUE, sizeof (TabellaCheckin));
}

static void
add (const Hand *h, GArray *records, guint voter, guint8 kind, guint8 state)
{
  TabellaCheckin c;

  hand_checkin (h, voter, kind, state, voter % HAND_STYLES, &c);
  g_array_append_val (records, c);
}

static GArray *
open_checkins (const Hand *h, GBytes *file, GError **error)
{
  TabellaPoint r, shared;
  guint32 count;

  if (!tabella_sealed_check (h->ctx, FALSE, HAND_TERMINAL, 3, file, &count, &r, error))
    return NULL;
  hand_shared (h, &r, &shared);
  return tabella_checkins_open (h->ctx, HAND_TERMINAL, 3, file, &shared, error);
}

/* --- Check-in records --- */

static void
test_record (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  guint8 bytes[TABELLA_CHECKIN_BYTES], ticket[16];
  TabellaProofVerdict verdict;
  TabellaPoint r, shared;
  TabellaCheckin c, back;

  hand_checkin (h, 9, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_LEFT, 0x0201, &c);
  tabella_checkin_write (&c, bytes);
  g_assert_cmpmem (bytes, 32, c.p, 32);
  g_assert_cmpuint (bytes[32], ==, 2);
  g_assert_cmpuint (bytes[33], ==, 3);
  g_assert_cmpuint (bytes[34], ==, 1);
  g_assert_cmpuint (bytes[35], ==, 2);
  g_assert_cmpmem (bytes + 36, 112, c.link, 112);
  g_assert_true (tabella_checkin_read (bytes, &back, NULL));
  g_assert_cmpmem (&back, sizeof back, &c, sizeof c);

  tabella_link_verify (h->ctx->he, HAND_TERMINAL, back.link, &r, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  hand_shared (h, &r, &shared);
  tabella_link_open (h->ctx->he, HAND_TERMINAL, back.link, &shared, ticket);
  g_assert_false (tabella_link_is_zero (back.link));
}

/* Every pair of kind and state, with and without a link. */
static void
test_kinds_and_states (void)
{
  guint8 bytes[TABELLA_CHECKIN_BYTES] = { 0 };

  for (guint kind = 0; kind < 256; kind++)
    for (guint state = 0; state < 256; state++)
      for (guint link = 0; link < 2; link++) {
        gboolean person = kind >= 1 && kind <= 3 && state >= 1 && state <= 3;
        gboolean paper = kind == 4 && state == 0;
        gboolean good = link ? person : paper || (person && kind == 1);
        g_autoptr (GError) error = NULL;
        TabellaCheckin c;

        bytes[32] = (guint8)kind;
        bytes[33] = (guint8)state;
        bytes[36 + 111] = (guint8)link;
        g_assert_cmpint (tabella_checkin_read (bytes, &c, &error), ==, good);
        if (!good)
          hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "do not fit");
      }
}

/* --- "checkins" --- */

static void
test_checkins (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GArray) records = new_records ();
  g_autoptr (GArray) back = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  guint found = 0;

  for (guint voter = 0; voter < 6; voter++)
    add (h, records, voter, voter == 5 ? TABELLA_CHECKIN_PAPER : 1 + voter % 3,
         voter == 5 ? TABELLA_CHECKIN_NONE : TABELLA_CHECKIN_GIVEN);
  add (h, records, 0, TABELLA_CHECKIN_PROVISIONAL, TABELLA_CHECKIN_VOTED);
  file = checkins_of (h, records);
  g_assert_cmpuint (g_bytes_get_size (file), ==, AT_BOX + 16 + 7 * TABELLA_CHECKIN_BYTES);
  back = open_checkins (h, file, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (back->len, ==, 7);
  for (guint i = 0; i < 7; i++)
    for (guint j = 0; j < 7; j++)
      found += memcmp (&g_array_index (back, TabellaCheckin, i),
                       &g_array_index (records, TabellaCheckin, j), sizeof (TabellaCheckin)) == 0;
  g_assert_cmpuint (found, ==, 7);
}

#ifndef __SANITIZE_ADDRESS__
/* Who came is nowhere but in the sealed file: not at the terminal, and not where it was opened,
 * also not if a later record is wrong. */
static void
test_checkins_wiped (void)
{
  for (guint wrong = 0; wrong < 2; wrong++) {
    g_autoptr (Hand) h = hand_new ("election", FALSE);
    g_autoptr (GArray) records = new_records ();
    g_autoptr (GBytes) file = NULL;
    g_autoptr (GError) error = NULL;
    GArray *back;
    guint8 person[32];

    for (guint voter = 0; voter < 40; voter++)
      add (h, records, voter, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED);
    memcpy (person, g_array_index (records, TabellaCheckin, 20).p, sizeof person);
    memset (person, 0, wrong); /* it comes before the wrong one */
    memcpy (g_array_index (records, TabellaCheckin, 20).p, person, sizeof person);
    if (wrong) {
      memset (g_array_index (records, TabellaCheckin, 39).p, 0xff, sizeof person);
      g_array_index (records, TabellaCheckin, 39).style = HAND_STYLES;
    }
    freed_watch (person, sizeof person);
    file = checkins_of (h, records);
    g_assert_cmpuint (freed_found (), ==, 0);
    back = open_checkins (h, file, &error);
    g_assert_cmpint (back == NULL, ==, wrong);
    g_clear_pointer (&back, g_array_unref);
    g_assert_cmpuint (freed_found (), ==, 0);
    freed_watch (NULL, 0);
  }
}
#endif

static void
test_no_checkins (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GArray) records = new_records ();
  g_autoptr (GBytes) file = checkins_of (h, records);
  g_autoptr (GArray) back = open_checkins (h, file, NULL);

  g_assert_nonnull (back);
  g_assert_cmpuint (back->len, ==, 0);
}

/* The order of the box leaves no trace, and a copy can be written again. */
static void
test_checkins_same_bytes (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GArray) records = new_records ();
  g_autoptr (GArray) reversed = new_records ();
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GBytes) other = NULL;

  for (guint voter = 0; voter < 4; voter++)
    add (h, records, voter, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_VOTED);
  for (guint i = 4; i > 0; i--)
    g_array_append_val (reversed, g_array_index (records, TabellaCheckin, i - 1));
  first = checkins_of (h, records);
  second = checkins_of (h, reversed);
  g_assert_true (g_bytes_equal (first, second));
  /* Another number or other contents are another ρ. */
  other = tabella_checkins_build (h->ctx, HAND_TERMINAL, 4, records, h->export_secret);
  g_assert_cmpint (memcmp ((const guint8 *)g_bytes_get_data (first, NULL) + AT_R,
                           (const guint8 *)g_bytes_get_data (other, NULL) + AT_R, 32),
                   !=, 0);
}

static void
refuse_checkins (const Hand *h, GArray *records, const char *part)
{
  g_autoptr (GBytes) file = checkins_of (h, records);
  g_autoptr (GError) error = NULL;

  g_assert_null (open_checkins (h, file, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, part);
}

/* What a dishonest terminal could seal. */
static void
test_bad_contents (void)
{
  static const guint8 kinds[] = { TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_WALKIN,
                                  TABELLA_CHECKIN_PAPER };
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GArray) records = new_records ();

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (kinds); j++) {
      g_array_set_size (records, 0);
      add (h, records, 1, kinds[i], kinds[i] == 4 ? 0 : 1);
      add (h, records, 1, kinds[j], kinds[j] == 4 ? 0 : 1);
      refuse_checkins (h, records, "record 2 is ");
    }
  g_array_set_size (records, 0);
  add (h, records, 1, TABELLA_CHECKIN_PROVISIONAL, 1);
  add (h, records, 1, TABELLA_CHECKIN_PROVISIONAL, 1);
  refuse_checkins (h, records, "record 2 is not above");
  g_array_set_size (records, 0);
  add (h, records, 1, TABELLA_CHECKIN_ROLL, 1);
  add (h, records, 1, TABELLA_CHECKIN_PROVISIONAL, 1);
  add (h, records, 1, TABELLA_CHECKIN_PAPER, 0);
  refuse_checkins (h, records, "record 3 is a second check-in");
  g_array_set_size (records, 1);
  g_array_index (records, TabellaCheckin, 0).state = 0;
  refuse_checkins (h, records, "record 1: kind 1, state 0");
  g_array_index (records, TabellaCheckin, 0).state = 1;
  g_array_index (records, TabellaCheckin, 0).style = HAND_STYLES;
  refuse_checkins (h, records, "record 1: ballot style 3");
}

/* The header and R by the proof; the box by its tag: each at its own check. */
static void
test_mutations (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GArray) records = new_records ();
  g_autoptr (GBytes) file = NULL;

  add (h, records, 1, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_VOTED);
  file = checkins_of (h, records);
  for (gsize at = 0; at < g_bytes_get_size (file); at++) {
    g_autoptr (GBytes) changed = hand_flip (file, at, 1);
    g_autoptr (GError) error = NULL;

    g_assert_null (open_checkins (h, changed, &error));
    if (at < AT_HE)
      hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "TACHECK1");
    else if (at < AT_TERMINAL)
      hand_refused (&error, TABELLA_BALLOT_ERROR_FOREIGN, "another election");
    else if (at < AT_COUNT)
      hand_refused (&error, TABELLA_BALLOT_ERROR_FOREIGN, "expected is batch 3 of terminal 7");
    else if (at < AT_R)
      hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "do not fit its count");
    else if (at < AT_BOX)
      hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "proof does not hold");
    else
      hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "does not open");
  }
}

static void
test_lengths (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GArray) records = new_records ();
  g_autoptr (GBytes) file = NULL;

  add (h, records, 1, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_VOTED);
  file = checkins_of (h, records);
  for (gsize size = 0; size < g_bytes_get_size (file) + 200; size++) {
    g_autoptr (GBytes) changed = hand_resize (file, size);
    g_autoptr (GError) error = NULL;

    if (size == g_bytes_get_size (file))
      continue;
    g_assert_null (open_checkins (h, changed, &error));
    hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT,
                  size < AT_BOX + 16 ? "cut short" : "do not fit its count");
  }
}

static void
test_wrong_share (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (Hand) other = hand_new ("other", FALSE);
  g_autoptr (GArray) records = new_records ();
  g_autoptr (GBytes) file = checkins_of (h, records);
  g_autoptr (GError) error = NULL;
  TabellaPoint r, shared;
  guint32 count;

  g_assert_true (tabella_sealed_check (h->ctx, FALSE, HAND_TERMINAL, 3, file, &count, &r, &error));
  hand_shared (other, &r, &shared);
  g_assert_null (tabella_checkins_open (h->ctx, HAND_TERMINAL, 3, file, &shared, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "does not open");
}

/* --- "sealed" --- */

static const char minisig[] = "untrusted comment: x\nRUQ\ntrusted comment: y\nzz==\n";

static gboolean
open_sealed (const Hand *h, GBytes *file, GBytes **ballots, char **sig, GBytes **checkins,
             GError **error)
{
  TabellaPoint r, shared;
  guint32 count;

  if (!tabella_sealed_check (h->ctx, TRUE, HAND_TERMINAL, 1, file, &count, &r, error))
    return FALSE;
  hand_shared (h, &r, &shared);
  return tabella_sealed_open (h->ctx, HAND_TERMINAL, 1, file, &shared, ballots, sig, checkins,
                              error);
}

/* The inner files are what a final's folder would hold, byte for byte. */
static void
test_safety_copy (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (HandBatch) in = hand_batch_new (h, 2, 1);
  g_autoptr (GBytes) file = tabella_sealed_build (h->ctx, HAND_TERMINAL, 1, in->ballots, minisig,
                                                  in->checkins_file, h->export_secret);
  g_autoptr (GBytes) again = tabella_sealed_build (h->ctx, HAND_TERMINAL, 1, in->ballots, minisig,
                                                   in->checkins_file, h->export_secret);
  g_autoptr (GBytes) ballots = NULL;
  g_autoptr (GBytes) checkins = NULL;
  g_autofree char *sig = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_bytes_equal (file, again));
  g_assert_true (open_sealed (h, file, &ballots, &sig, &checkins, &error));
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (ballots, in->ballots));
  g_assert_true (g_bytes_equal (checkins, in->checkins_file));
  g_assert_cmpstr (sig, ==, minisig);
}

static void
test_sealed_mutations (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GBytes) small = g_bytes_new_static ("ballots", 7);
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);
  g_autoptr (GBytes) file =
      tabella_sealed_build (h->ctx, HAND_TERMINAL, 1, small, minisig, none, h->export_secret);

  for (gsize at = 0; at < g_bytes_get_size (file); at++) {
    g_autoptr (GBytes) changed = hand_flip (file, at, 1);
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) ballots = NULL;
    g_autoptr (GBytes) checkins = NULL;
    g_autofree char *sig = NULL;

    g_assert_false (open_sealed (h, changed, &ballots, &sig, &checkins, &error));
    g_assert_null (ballots);
    if (at < AT_HE)
      hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "TASEALED");
    else if (at >= AT_TERMINAL && at < AT_COUNT)
      hand_refused (&error, TABELLA_BALLOT_ERROR_FOREIGN, "sealed: the file is batch");
    else if (at >= AT_COUNT && at < AT_R)
      hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "do not fit its count");
    else if (at >= AT_R && at < AT_BOX)
      hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "proof does not hold");
  }
}

/* A plaintext that is not three files, sealed as a dishonest terminal would. */
static void
refuse_contents (const Hand *h, const guint8 *plain, gsize size)
{
  guint8 header[TABELLA_SEAL_HEADER] = "TASEALED";
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *ballots, *checkins;
  char *sig;

  memcpy (header + AT_HE, h->ctx->he, 32);
  header[AT_TERMINAL] = HAND_TERMINAL;
  header[AT_NUMBER] = 1;
  header[AT_COUNT] = (guint8)size;
  file = g_byte_array_free_to_bytes (
      tabella_seal_make (h->ctx->he, &h->ctx->k2, h->export_secret, 3, header, plain, size));
  g_assert_false (open_sealed (h, file, &ballots, &sig, &checkins, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "exactly three files");
}

static void
test_sealed_contents (void)
{
  static const guint8 two[] = { 1, 0, 0, 0, 'a', 1, 0, 0, 0, 'b' };
  static const guint8 more[] = { 1, 0, 0, 0, 'a', 1, 0, 0, 0, 'b', 1, 0, 0, 0, 'c', 'd' };
  static const guint8 huge[] = { 1, 0, 0, 0, 'a', 255, 255, 255, 255, 'b', 1, 0, 0, 0, 'c' };
  static const guint8 nul[] = { 1, 0, 0, 0, 'a', 1, 0, 0, 0, 0, 1, 0, 0, 0, 'c' };
  g_autoptr (Hand) h = hand_new ("election", FALSE);

  refuse_contents (h, two, sizeof two);
  refuse_contents (h, more, sizeof more);
  refuse_contents (h, huge, sizeof huge);
  refuse_contents (h, nul, sizeof nul);
  refuse_contents (h, two, 0);
}

/* One kind of file is not taken for the other. */
static void
test_kinds_differ (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GArray) records = new_records ();
  g_autoptr (GBytes) file = checkins_of (h, records);
  g_autoptr (GError) error = NULL;
  TabellaPoint r;
  guint32 count;

  g_assert_false (tabella_sealed_check (h->ctx, TRUE, HAND_TERMINAL, 3, file, &count, &r, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, "sealed: does not start with TASEALED");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sealed-files/record", test_record);
  g_test_add_func ("/sealed-files/kinds-and-states", test_kinds_and_states);
  g_test_add_func ("/sealed-files/checkins", test_checkins);
#ifndef __SANITIZE_ADDRESS__
  g_test_add_func ("/sealed-files/checkins-wiped", test_checkins_wiped);
#endif
  g_test_add_func ("/sealed-files/no-checkins", test_no_checkins);
  g_test_add_func ("/sealed-files/checkins-same-bytes", test_checkins_same_bytes);
  g_test_add_func ("/sealed-files/bad-contents", test_bad_contents);
  g_test_add_func ("/sealed-files/mutations", test_mutations);
  g_test_add_func ("/sealed-files/lengths", test_lengths);
  g_test_add_func ("/sealed-files/wrong-share", test_wrong_share);
  g_test_add_func ("/sealed-files/safety-copy", test_safety_copy);
  g_test_add_func ("/sealed-files/sealed-mutations", test_sealed_mutations);
  g_test_add_func ("/sealed-files/sealed-contents", test_sealed_contents);
  g_test_add_func ("/sealed-files/kinds-differ", test_kinds_differ);
  return g_test_run ();
}
