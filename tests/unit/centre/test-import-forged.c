/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import refuses every wrong batch for its own reason, and nothing else suffers from it. */
#include "import-desk.h"

#include <string.h>
#include "check.h"

static void
edit_signed (Poll *p, gsize at, gconstpointer with, gsize n)
{
  edit (&p->ballots, at, with, n);
  sign_again (p);
}

static void
edit_u16 (Poll *p, gsize at, guint16 value)
{
  const guint8 bytes[2] = { (guint8)value, (guint8)(value >> 8) };

  edit_signed (p, at, bytes, 2);
}

/* Where the cast records start. */
static gsize
records_at (const Poll *p)
{
  return AT_JOURNAL + p->journal->len;
}

static gsize
cast_size (void)
{
  return tabella_record_size (fixture->ctx, 0, FALSE);
}

/* --- One wrong thing each, after the batch was made --- */

static void
cut (Poll *p)
{
  GBytes *old = p->ballots;

  p->ballots = g_bytes_new_from_bytes (old, 0, g_bytes_get_size (old) - 1);
  g_bytes_unref (old);
}

static void
cut_signed (Poll *p)
{
  cut (p);
  sign_again (p);
}

static void
extend_signed (Poll *p)
{
  gsize size;
  const guint8 *old = g_bytes_get_data (p->ballots, &size);
  g_autoptr (GByteArray) longer = g_byte_array_new ();

  g_byte_array_append (longer, old, (guint)size);
  g_byte_array_append (longer, (const guint8 *)"", 1);
  g_bytes_unref (p->ballots);
  p->ballots = g_byte_array_free_to_bytes (g_steal_pointer (&longer));
  sign_again (p);
}

static void
reorder (Poll *p)
{
  gsize at = records_at (p), n = cast_size ();
  const guint8 *bytes = g_bytes_get_data (p->ballots, NULL);
  g_autofree guint8 *first = g_memdup2 (bytes + at, n), *second = g_memdup2 (bytes + at + n, n);

  edit (&p->ballots, at, second, n);
  edit_signed (p, at + n, first, n);
}

static void
repeat (Poll *p)
{
  gsize at = records_at (p), n = cast_size ();
  g_autofree guint8 *first =
      g_memdup2 ((const guint8 *)g_bytes_get_data (p->ballots, NULL) + at, n);

  edit_signed (p, at + n, first, n);
}

static void
replay_number (Poll *p)
{
  edit_u16 (p, AT_NUMBER, 2);
  p->number = 2;
  sign_again (p);
}

static void
other_terminal (Poll *p)
{
  edit_u16 (p, AT_TERMINAL, 3);
}

static void
unknown_terminal (Poll *p)
{
  edit_u16 (p, AT_TERMINAL, 999);
}

/* Not even the comment names a terminal of this election. */
static void
unknown_everywhere (Poll *p)
{
  g_autofree char *comment =
      tabella_batch_comment (fixture->ctx->he, 999, p->number, TABELLA_BATCH_FINAL, 3, 4);

  unknown_terminal (p);
  g_free (p->minisig);
  p->minisig = poll_sign (p, p->ballots, comment);
}

static void
other_election (Poll *p)
{
  edit_signed (p, AT_HE, "another election", 16);
}

static void
official (Poll *p)
{
  edit (&p->ballots, AT_HE, "another election", 16);
  edit_signed (p, AT_MODE, "\x01", 1);
}

static void
official_here (Poll *p)
{
  edit_signed (p, AT_MODE, "\x01", 1);
}

static void
reserved (Poll *p)
{
  edit_signed (p, AT_RESERVED, "\x01", 1);
}

static void
previous (Poll *p)
{
  edit_signed (p, AT_PREVIOUS, "\x01", 1);
}

static void
head (Poll *p)
{
  edit_signed (p, AT_HEAD, "\x01\x02\x03\x04", 4);
}

static void
count_left (Poll *p)
{
  edit_signed (p, AT_COUNTS + 12, "\x09", 1);
}

static void
garbage (Poll *p)
{
  edit (&p->ballots, 0, "NOTABATC", 8);
  g_free (p->minisig);
  p->minisig = g_strdup ("nothing\n");
}

static void
wrong_key (Poll *p)
{
  g_auto (TabellaMinisignSecret) key = { 0 };
  TabellaCounts counts;
  g_autofree char *comment = NULL;

  poll_counts (p, &counts);
  tabella_terminal_batch_secret (fixture_secrets (fixture, 3), &key);
  comment = tabella_batch_comment (fixture->ctx->he, p->terminal, p->number, TABELLA_BATCH_FINAL,
                                   counts.cast, counts.checked_in);
  g_free (p->minisig);
  p->minisig = tabella_minisign_sign (&key, g_bytes_get_data (p->ballots, NULL),
                                      g_bytes_get_size (p->ballots), comment);
}

static void
wrong_comment (Poll *p)
{
  g_autofree char *comment =
      tabella_batch_comment (fixture->ctx->he, p->terminal, p->number, TABELLA_BATCH_FINAL, 99, 4);

  g_free (p->minisig);
  p->minisig = poll_sign (p, p->ballots, comment);
}

static void
other_checkins (Poll *p)
{
  g_autoptr (GArray) fewer = g_array_copy (p->checkins);

  g_array_set_size (fewer, fewer->len - 1);
  g_bytes_unref (p->checkins_file);
  p->checkins_file = tabella_checkins_build (fixture->ctx, p->terminal, p->number, fewer,
                                             fixture_secrets (fixture, p->terminal)->export_secret);
}

/* As many people, but others. */
static void
other_people (Poll *p)
{
  g_autoptr (GArray) others = g_array_copy (p->checkins);

  g_array_index (others, TabellaCheckin, 0).p[0] ^= 1;
  g_bytes_unref (p->checkins_file);
  p->checkins_file = tabella_checkins_build (fixture->ctx, p->terminal, p->number, others,
                                             fixture_secrets (fixture, p->terminal)->export_secret);
}

/* Other check-ins, honestly digested and signed: their number is not the header's. */
static void
fewer_checkins (Poll *p)
{
  guint8 digest[32];

  other_checkins (p);
  tabella_digest_512_32 (g_bytes_get_data (p->checkins_file, NULL),
                         g_bytes_get_size (p->checkins_file), digest);
  edit_signed (p, AT_CHECKINS, digest, sizeof digest);
}

/* R with a proof that does not hold, honestly digested and signed. */
static void
bad_proof_35 (Poll *p)
{
  guint8 digest[32];

  flip_at (&p->checkins_file, 48 + 32);
  tabella_digest_512_32 (g_bytes_get_data (p->checkins_file, NULL),
                         g_bytes_get_size (p->checkins_file), digest);
  edit_signed (p, AT_CHECKINS, digest, sizeof digest);
}

static void
other_receipt (Poll *p)
{
  g_autoptr (Poll) other = day (1);

  poll_make (other, TABELLA_BATCH_FINAL);
  g_free (p->text);
  p->text = g_steal_pointer (&other->text);
}

/* A cast record's signature is its last 64 bytes. */
static void
ballot_signature (Poll *p)
{
  edit_signed (p, records_at (p) + cast_size () - 64, "\x01\x02\x03", 3);
}

typedef struct {
  const char *name;
  void (*change) (Poll *p);
  gboolean quarantined;
  const char *phrase;
} Change;

static const Change changes[] = {
  { "truncated", cut, TRUE, "signature does not fit" },
  { "truncated-signed", cut_signed, TRUE, "" },
  { "extended-signed", extend_signed, TRUE, "" },
  { "bit-flipped", flip, TRUE, "signature does not fit" },
  { "reordered", reorder, TRUE, "" },
  { "repeated", repeat, TRUE, "" },
  { "replayed-number", replay_number, TRUE, "batch 2 after 0 safety copies" },
  { "other-terminal", other_terminal, TRUE, "" },
  { "unknown-terminal", unknown_terminal, TRUE, "" },
  { "unknown-everywhere", unknown_everywhere, FALSE, "terminal 999 is not in this election" },
  /* The comment still names this election: the terminal's own file, damaged. */
  { "other-election", other_election, TRUE, "" },
  { "official", official, TRUE, "" },
  { "official-here", official_here, TRUE, "" },
  { "reserved", reserved, TRUE, "" },
  { "previous", previous, TRUE, "previous digest" },
  { "journal-head", head, TRUE, "journal head" },
  { "counts", count_left, TRUE, "more tickets than check-ins" },
  { "garbage", garbage, FALSE, "not a batch of this election" },
  { "wrong-key", wrong_key, TRUE, "another key" },
  { "wrong-comment", wrong_comment, TRUE, "trusted comment" },
  { "other-checkins", other_checkins, TRUE, "`checkins` is not the file that belongs" },
  { "other-people", other_people, TRUE, "`checkins` is not the file that belongs" },
  { "damaged-checkins", damage_checkins, TRUE, "`checkins` is not the file that belongs" },
  { "fewer-checkins", fewer_checkins, TRUE, "has 3 records, the header says 4" },
  { "checkins-proof", bad_proof_35, TRUE, "proof" },
  { "other-receipt", other_receipt, TRUE, "receipt.txt is of another batch" },
  { "ballot-signature", ballot_signature, TRUE, "wrong proof or signature" },
};

static void
test_change (gconstpointer data)
{
  const Change *c = data;
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), other = day (1);
  g_autofree char *stick = g_build_filename (d.stick, "other", NULL);
  g_autofree char *folder = NULL;
  g_autoptr (TabellaEvidence) e = NULL;

  poll_close (other, stick);
  expect_taken (&d, stick);
  poll_make (p, TABELLA_BATCH_FINAL);
  c->change (p);
  folder = poll_write (p, d.stick);
  expect_refused (&d, folder, c->quarantined, c->phrase);
  e = evidence (&d);
  g_assert_null (last_of (e, TERMINAL));
  g_assert_nonnull (last_of (e, 1));
  g_assert_cmpint (
      tabella_evidence_quarantined (e, tabella_manifest_terminal (e->manifest, TERMINAL)) != NULL,
      ==, c->quarantined);
}

/* --- One wrong thing each, before it is made: signed and whole --- */

static void
no_zero_report (Poll *p)
{
  g_string_truncate (p->journal, 0);
  poll_event (p, TABELLA_EVENT_ENROLLED);
  poll_event (p, TABELLA_EVENT_OPENED);
}

static void
never_opened (Poll *p)
{
  g_string_truncate (p->journal, 0);
  poll_event (p, TABELLA_EVENT_ENROLLED);
  poll_event (p, TABELLA_EVENT_ZERO_REPORT);
}

static void
not_enrolled (Poll *p)
{
  g_string_truncate (p->journal, 0);
  poll_event (p, TABELLA_EVENT_ZERO_REPORT);
  poll_event (p, TABELLA_EVENT_OPENED);
}

static void
enrolled_again (Poll *p)
{
  poll_event (p, TABELLA_EVENT_ENROLLED);
}

static void
two_zero_reports (Poll *p)
{
  poll_event (p, TABELLA_EVENT_ZERO_REPORT);
}

static void
zero_not_zero (Poll *p)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_ZERO_REPORT,
                            .cast = 3,
                            .clock = "2014-06-20 07:59" };
  g_autofree char *text = tabella_event_text (&line);

  g_string_truncate (p->journal, 0);
  poll_event (p, TABELLA_EVENT_ENROLLED);
  g_string_append_printf (p->journal, "%s\n", text);
  poll_event (p, TABELLA_EVENT_OPENED);
}

static void
closed_twice (Poll *p)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_CLOSED, .clock = "2014-06-29 21:59" };
  g_autofree char *text = NULL;

  line.checked_in = p->checkins->len;
  line.cast = p->cast->len;
  line.challenged = p->challenged->len;
  text = tabella_event_text (&line);
  g_string_append_printf (p->journal, "%s\n", text);
}

static void
closed_early (Poll *p)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_CLOSED, .cast = 1, .clock = "2014-06-29 21:59" };
  g_autofree char *text = tabella_event_text (&line);

  g_string_append_printf (p->journal, "%s\n", text);
}

static void
copied_gap (Poll *p)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = 2 };
  g_autofree char *text = tabella_event_text (&line);

  g_string_append_printf (p->journal, "%s\n", text);
}

/* The second batch of a terminal that made no first one. */
static void
number_after_none (Poll *p)
{
  p->number = 2;
}

static void
amended_back (Poll *p)
{
  poll_amended (p, 2, TABELLA_AMEND_NOTICE, 0, 0);
  poll_amended (p, 1, TABELLA_AMEND_NOTICE, 0, 0);
}

static void
impossible_amendment (Poll *p)
{
  poll_amended (p, 1, TABELLA_AMEND_REVOKED, 99, 0);
}

static void
one_more_voted (Poll *p)
{
  g_array_index (p->checkins, TabellaCheckin, 3).state = TABELLA_CHECKIN_VOTED;
}

static void
ticket_open (Poll *p)
{
  g_array_index (p->checkins, TabellaCheckin, 3).state = TABELLA_CHECKIN_GIVEN;
}

static void
attempt_gap (Poll *p)
{
  guint8 ticket[16];

  poll_walkin (p, 105, TABELLA_CHECKIN_VOTED, ticket);
  poll_cast (p, ticket, 1, "yy");
}

static void
challenge_gap (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 105, ticket);
  poll_challenge (p, ticket, 1, "yy");
}

static void
challenge_twice (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 105, ticket);
  poll_challenge (p, ticket, 0, "yy");
  poll_challenge (p, ticket, 0, "nn");
}

/* A ballot of one voter put into another's record: its proof is bound to the ticket. */
static void
transplant (Poll *p)
{
  g_autoptr (GByteArray) record = g_byte_array_new ();
  gsize size;
  const guint8 *bytes = g_bytes_get_data (g_ptr_array_index (p->cast, 0), &size);
  guint8 ticket[16];

  poll_walkin (p, 105, TABELLA_CHECKIN_VOTED, ticket);
  g_byte_array_append (record, bytes, (guint)size);
  memcpy (record->data + 2, ticket, sizeof ticket);
  g_ptr_array_add (p->cast, g_byte_array_free_to_bytes (g_steal_pointer (&record)));
}

/* The same, and the ballot that it was taken from is gone. */
static void
transplant_alone (Poll *p)
{
  transplant (p);
  g_ptr_array_remove_index (p->cast, 0);
  g_array_remove_index (p->checkins, 0);
}

/* What was shown to the voter is not what was encrypted. */
static void
lying_challenge (Poll *p)
{
  gsize size;
  guint8 *bytes = g_bytes_unref_to_data (g_ptr_array_steal_index (p->challenged, 0), &size);

  /* The selections are the record's last bytes: two options a contest. */
  bytes[size - 4] ^= 1;
  bytes[size - 3] ^= 1;
  g_ptr_array_add (p->challenged, g_bytes_new_take (bytes, size));
}

typedef struct {
  const char *name;
  guint16 terminal;
  void (*play) (Poll *p);
  const char *phrase;
} Play;

static void
with_ballot (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 105, ticket);
  poll_cast (p, ticket, 0, "yy");
}

static void
with_checkin (Poll *p)
{
  guint8 ticket[16];

  poll_walkin (p, 105, TABELLA_CHECKIN_GIVEN, ticket);
}

static void
with_left (Poll *p)
{
  guint8 ticket[16];

  poll_walkin (p, 105, TABELLA_CHECKIN_LEFT, ticket);
}

static void
nothing (Poll *p)
{
}

static const Play plays[] = {
  { "no-zero-report", TERMINAL, no_zero_report, "without a zero report" },
  { "not-enrolled", TERMINAL, not_enrolled, "must be `enrolled`" },
  { "enrolled-again", TERMINAL, enrolled_again, "must be `enrolled`" },
  { "never-opened", TERMINAL, never_opened, "never opened" },
  { "two-zero-reports", TERMINAL, two_zero_reports, "more than one zero report" },
  { "zero-not-zero", TERMINAL, zero_not_zero, "does not count zero" },
  { "closed-twice", TERMINAL, closed_twice, "one `closed` line" },
  { "closed-early", TERMINAL, closed_early, "other counts" },
  { "copied-gap", TERMINAL, copied_gap, "safety copy 2 after safety copy 0" },
  { "number-after-none", TERMINAL, number_after_none, "batch 2 after 0 safety copies" },
  { "amended-back", TERMINAL, amended_back, "amendment 1 after amendment 2" },
  { "impossible-amendment", TERMINAL, impossible_amendment,
    "no amendment of kind 7 has target 99" },
  { "more-voted-than-cast", TERMINAL, one_more_voted, "4 check-ins voted but 3 ballots" },
  { "ticket-still-open", TERMINAL, ticket_open, "tickets still open" },
  { "cast-twice", TERMINAL, cast_twice, "a ticket was cast twice" },
  { "attempt-gap", TERMINAL, attempt_gap, "gap" },
  { "challenge-gap", TERMINAL, challenge_gap, "gap" },
  { "challenge-twice", TERMINAL, challenge_twice, "two challenged ballots of attempt 0" },
  { "transplant", TERMINAL, transplant, "share a ciphertext" },
  { "transplant-alone", TERMINAL, transplant_alone, "wrong proof" },
  { "lying-challenge", TERMINAL, lying_challenge, "the challenged ballot" },
  { "desk-with-ballot", DESK, with_ballot, "it is a desk and has ballots" },
  { "desk-with-left", DESK, with_left, "voted or left" },
  { "booth-with-checkin", BOOTH, with_checkin, "it is a booth and has check-ins" },
  { "spare", SPARE, nothing, "a spare that no amendment" },
};

static void
test_play (gconstpointer data)
{
  const Play *y = data;
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = y->terminal == TERMINAL ? day (TERMINAL) : poll_new (fixture, y->terminal);
  g_autoptr (TabellaEvidence) e = NULL;
  const TabellaTerminalInfo *t;
  const TabellaHeld *bad;

  y->play (p);
  poll_close (p, d.stick);
  expect_refused (&d, d.stick, TRUE, y->phrase);
  /* The terminal signed it, and everyone can see what is wrong: that settles it. */
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, y->terminal);
  bad = tabella_evidence_quarantined (e, t);
  g_assert_nonnull (bad);
  g_assert_true (bad->is_signed);
  g_assert_true (bad->repeatable);
  g_assert_true (tabella_evidence_settled (e, t, NULL));
}

static void
test_style (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = evidence (&d);
  g_autoptr (TabellaHeld) h = tabella_held_new (TERMINAL, 1, FALSE);
  g_autoptr (GError) error = NULL;
  const TabellaStationInfo *station;

  poll_make (p, TABELLA_BATCH_FINAL);
  h->ballots = g_bytes_ref (p->ballots);
  h->minisig = g_strdup (p->minisig);
  h->checkins = g_bytes_ref (p->checkins_file);
  tabella_check_batch (e, h, TABELLA_CHECK_ALL, NULL, NULL, &error);
  g_assert_no_error (error);
  station = tabella_election_station (e->manifest->election,
                                      tabella_manifest_terminal (e->manifest, TERMINAL)->station);
  g_array_set_size (station->styles, 0);
  g_assert_false (tabella_check_batch (e, h, TABELLA_CHECK_ALL, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "style"));
}

static void
test_capacity (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) e = evidence (&d);
  g_autoptr (TabellaHeld) h = tabella_held_new (TERMINAL, 1, FALSE);
  g_autoptr (GError) error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  h->ballots = g_bytes_ref (p->ballots);
  h->minisig = g_strdup (p->minisig);
  h->checkins = g_bytes_ref (p->checkins_file);
  e->manifest->election->policies.capacity_ballots = 4;
  g_assert_false (tabella_check_batch (e, h, TABELLA_CHECK_ALL, NULL, NULL, &error));
  g_assert_nonnull (strstr (error->message, "capacity"));
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  fixture = fixture_new (4, TRUE, 8);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree char *path = g_strconcat ("/import/changed/", changes[i].name, NULL);

    g_test_add_data_func (path, &changes[i], test_change);
  }
  for (guint i = 0; i < G_N_ELEMENTS (plays); i++) {
    g_autofree char *path = g_strconcat ("/import/signed/", plays[i].name, NULL);

    g_test_add_data_func (path, &plays[i], test_play);
  }
  g_test_add_func ("/import/signed/style", test_style);
  g_test_add_func ("/import/signed/capacity", test_capacity);
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
