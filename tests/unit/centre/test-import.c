/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Import refuses every wrong batch for its own reason, and nothing else suffers from it. */
#include "import.h"
#include "poll.h"

#include <glib/gstdio.h>
#include <string.h>
#include "bytes.h"
#include "check.h"
#include "files.h"
#include "record.h"
#include "verifier.h"

/* Terminals 1 to 4 are combined, 5 is a desk, 6 and 7 are booths, 8 is a spare. */
#define TERMINAL 2
#define DESK     5
#define BOOTH    6
#define SPARE    8

/* Places in the header of `ballots` (protocol section 7). */
enum {
  AT_HE = 8,
  AT_TERMINAL = 40,
  AT_NUMBER = 42,
  AT_MODE = 45,
  AT_RESERVED = 46,
  AT_PREVIOUS = 48,
  AT_CHECKINS = 80,
  AT_COUNTS = 112,
  AT_HEAD = 136,
  AT_JOURNAL = 172
};

static TabellaFixture *fixture;

/* A folder for one test: an empty database, an empty stick. */
typedef struct {
  TabellaStore *store;
  char *stick;
} Desk;

static void
desk_clear (Desk *d)
{
  tabella_store_close (d->store);
  g_free (d->stick);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_clear)

static Desk
desk_new (void)
{
  static guint n = 0;
  g_autofree char *db = g_build_filename (fixture->folder, "centre.db", NULL);
  g_autofree char *name = g_strdup_printf ("usb-%u", n++);
  g_autoptr (GError) error = NULL;
  Desk d = { 0 };

  g_remove (db);
  d.stick = fixture_file (fixture, name);
  d.store = tabella_store_open (fixture->folder, &error);
  g_assert_no_error (error);
  return d;
}

static GPtrArray *
import (const Desk *d, const char *path)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GPtrArray *done;

  g_ptr_array_add (paths, (gpointer)path);
  done = tabella_import (d->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  return done;
}

/* The reason for the only batch there is; NULL: taken. */
static char *
import_one (const Desk *d, const char *path, gboolean *quarantined, gboolean *already)
{
  g_autoptr (GPtrArray) done = import (d, path);
  const TabellaImported *i;

  g_assert_cmpuint (done->len, ==, 1);
  i = g_ptr_array_index (done, 0);
  if (quarantined != NULL)
    *quarantined = i->quarantined;
  if (already != NULL)
    *already = i->already;
  return g_strdup (i->refused);
}

static void
expect_taken (const Desk *d, const char *path)
{
  g_autofree char *reason = import_one (d, path, NULL, NULL);

  g_assert_cmpstr (reason, ==, NULL);
}

static void
expect_refused (const Desk *d, const char *path, gboolean quarantined, const char *phrase)
{
  gboolean was;
  g_autofree char *reason = import_one (d, path, &was, NULL);

  g_assert_nonnull (reason);
  if (strstr (reason, phrase) == NULL)
    g_error ("\"%s\" should say \"%s\"", reason, phrase);
  g_assert_cmpint (was, ==, quarantined);
}

static const TabellaHeld *
last_of (const TabellaEvidence *e, guint16 terminal)
{
  return tabella_evidence_last (e, tabella_manifest_terminal (e->manifest, terminal), NULL);
}

static TabellaEvidence *
evidence (const Desk *d)
{
  g_autoptr (GError) error = NULL;
  TabellaEvidence *e = tabella_store_evidence (d->store, &error);

  g_assert_no_error (error);
  return e;
}

/* A day at a combined terminal: two voters of its own, a walk-in who challenged twice, one who
 * left. */
static Poll *
day (guint16 terminal)
{
  Poll *p = poll_new (fixture, terminal);
  guint8 ticket[16];

  poll_vote (p, 101, TABELLA_CHECKIN_WALKIN, "y-");
  poll_vote (p, 102, TABELLA_CHECKIN_WALKIN, "ny");
  poll_ticket (terminal, 103, ticket);
  poll_checkin (p, 103, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, ticket);
  poll_challenge (p, ticket, 0, "yy");
  poll_challenge (p, ticket, 1, "nn");
  poll_cast (p, ticket, 2, "--");
  poll_ticket (terminal, 104, ticket);
  poll_checkin (p, 104, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_LEFT, ticket);
  return p;
}

static GBytes *
edited (GBytes *bytes, gsize at, gconstpointer with, gsize n)
{
  gsize size;
  const guint8 *old = g_bytes_get_data (bytes, &size);
  guint8 *copy = g_memdup2 (old, size);

  g_assert_cmpuint (at + n, <=, size);
  memcpy (copy + at, with, n);
  return g_bytes_new_take (copy, size);
}

static void
edit (GBytes **bytes, gsize at, gconstpointer with, gsize n)
{
  GBytes *old = *bytes;

  *bytes = edited (old, at, with, n);
  g_bytes_unref (old);
}

/* A dishonest terminal signs what it changed. */
static void
sign_again (Poll *p)
{
  TabellaCounts counts;
  g_autofree char *comment = NULL;

  poll_counts (p, &counts);
  comment = tabella_batch_comment (fixture->ctx->he, p->terminal, p->number, TABELLA_BATCH_FINAL,
                                   counts.cast, counts.checked_in);
  g_free (p->minisig);
  p->minisig = poll_sign (p, p->ballots, comment);
}

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
flip (Poll *p)
{
  edit (&p->ballots, records_at (p) + 40, "\xff", 1);
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

  edit (&p->checkins_file, 48 + 32, "\x01", 1);
  tabella_digest_512_32 (g_bytes_get_data (p->checkins_file, NULL),
                         g_bytes_get_size (p->checkins_file), digest);
  edit_signed (p, AT_CHECKINS, digest, sizeof digest);
}

static void
damaged_checkins (Poll *p)
{
  edit (&p->checkins_file, g_bytes_get_size (p->checkins_file) - 1, "\x00", 1);
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
  { "damaged-checkins", damaged_checkins, TRUE, "`checkins` is not the file that belongs" },
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

static void
unknown_amendment (Poll *p)
{
  poll_amended (p, 1, TABELLA_AMEND_REVOKED, 3, 0);
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
cast_twice (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 101, ticket);
  poll_checkin (p, 105, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, ticket);
  poll_cast (p, ticket, 0, "yy");
}

static void
attempt_gap (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 105, ticket);
  poll_checkin (p, 105, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, ticket);
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

  poll_ticket (p->terminal, 105, ticket);
  poll_checkin (p, 105, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, ticket);
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

  poll_ticket (p->terminal, 105, ticket);
  poll_checkin (p, 105, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_GIVEN, ticket);
}

static void
with_left (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 105, ticket);
  poll_checkin (p, 105, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_LEFT, ticket);
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
  { "unknown-amendment", TERMINAL, unknown_amendment, "amendment 1 is not in amendments/" },
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
  const TabellaHeld *bad;

  y->play (p);
  poll_close (p, d.stick);
  expect_refused (&d, d.stick, TRUE, y->phrase);
  /* The terminal signed it, and everyone can see what is wrong: that settles it. */
  e = evidence (&d);
  bad = tabella_evidence_quarantined (e, tabella_manifest_terminal (e->manifest, y->terminal));
  g_assert_nonnull (bad);
  g_assert_true (bad->is_signed);
  g_assert_true (bad->repeatable);
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

/* --- What is taken --- */

static void
test_good (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), desk = poll_new (fixture, DESK),
                   booth = poll_new (fixture, BOOTH);
  g_autoptr (GPtrArray) done = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  static const char *const sentences[] = { "Station 2, tablet 1: final, 3 ballots.",
                                           "Station 4, tablet 1: final, 1 check-ins.",
                                           "Station 4, tablet 2: final, 1 ballots." };

  with_checkin (desk);
  with_ballot (booth);
  poll_close (p, d.stick);
  poll_close (desk, d.stick);
  poll_close (booth, d.stick);
  done = import (&d, d.stick);
  e = evidence (&d);
  g_assert_cmpuint (done->len, ==, G_N_ELEMENTS (sentences));
  for (guint i = 0; i < done->len; i++) {
    g_autofree char *sentence = tabella_import_sentence (e, g_ptr_array_index (done, i));

    g_assert_cmpstr (sentence, ==, sentences[i]);
  }
}

static void
test_idempotent (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaEvidence) before = NULL, after = NULL;
  gboolean already;

  poll_close (p, d.stick);
  expect_taken (&d, d.stick);
  before = evidence (&d);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *reason = import_one (&d, d.stick, NULL, &already);

    g_assert_cmpstr (reason, ==, NULL);
    g_assert_true (already);
  }
  after = evidence (&d);
  g_assert_cmpuint (after->held->len, ==, before->held->len);
}

/* Folder names say nothing, at any depth; temporary names are not looked at. */
static void
test_search (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (1);
  g_autofree char *deep = g_build_filename (d.stick, "a", "b", "c", NULL);
  g_autofree char *folder = NULL, *renamed = g_build_filename (d.stick, "anything", NULL);
  g_autofree char *hidden = g_build_filename (d.stick, ".terminal-001.tmp", NULL);
  g_autofree char *nothing_here = fixture_file (fixture, "nothing-here");
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GError) error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  folder = poll_write (p, deep);
  g_assert_cmpint (g_rename (folder, renamed), ==, 0);
  poll_close (q, hidden);
  expect_taken (&d, d.stick);
  e = evidence (&d);
  g_assert_nonnull (last_of (e, TERMINAL));
  g_assert_null (last_of (e, 1));
  g_assert_true (tabella_folder_make (nothing_here, &error));
  expect_refused (&d, nothing_here, FALSE, "no batch below");
}

static void
test_missing_files (void)
{
  static const char *const names[] = { "ballots.minisig", "checkins" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (Desk) d = desk_new ();
    g_autoptr (Poll) p = day (TERMINAL);
    g_autofree char *folder = NULL, *path = NULL;

    poll_make (p, TABELLA_BATCH_FINAL);
    folder = poll_write (p, d.stick);
    path = g_build_filename (folder, names[i], NULL);
    g_assert_cmpint (g_remove (path), ==, 0);
    expect_refused (&d, d.stick, TRUE, names[i]);
  }
}

/* A damaged copy first: the good one takes its place. The other way round nothing changes. */
static void
test_damaged_copy (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *good = g_build_filename (d.stick, "good", NULL);
  g_autofree char *bad = g_build_filename (d.stick, "bad", NULL);
  g_autofree char *folder = NULL, *other = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  const TabellaTerminalInfo *t;

  poll_make (p, TABELLA_BATCH_FINAL);
  folder = poll_write (p, good);
  flip (p);
  other = poll_write (p, bad);
  expect_refused (&d, bad, TRUE, "signature does not fit");
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_nonnull (tabella_evidence_quarantined (e, t));
  g_assert_false (tabella_evidence_settled (e, t, NULL));
  g_clear_pointer (&e, tabella_evidence_free);

  expect_taken (&d, good);
  expect_refused (&d, bad, FALSE, "a good copy is here");
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_nonnull (last_of (e, TERMINAL));
  g_assert_null (tabella_evidence_quarantined (e, t));
  g_assert_cmpuint (e->held->len, ==, 1);
}

/* The header's number is damaged: still a copy of what is here. */
static void
test_damaged_number (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *bad = g_build_filename (d.stick, "bad", NULL), *folder = NULL;

  poll_close (p, d.stick);
  expect_taken (&d, d.stick);
  edit (&p->ballots, AT_NUMBER, "\x07", 1);
  folder = poll_write (p, bad);
  expect_refused (&d, bad, FALSE, "a good copy is here");
}

/* Two finals, both signed by the terminal: neither counts until an amendment names one. */
static void
test_fork (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *one = g_build_filename (d.stick, "one", NULL);
  g_autofree char *two = g_build_filename (d.stick, "two", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *why = NULL;
  const TabellaTerminalInfo *t;
  TabellaAmendment *a;

  poll_close (p, one);
  poll_close (q, two);
  expect_taken (&d, one);
  expect_taken (&d, two);
  e = evidence (&d);
  t = tabella_manifest_terminal (e->manifest, TERMINAL);
  g_assert_null (tabella_evidence_last (e, t, &why));
  g_assert_nonnull (strstr (why, "fork"));
  g_assert_false (tabella_evidence_settled (e, t, NULL));
  tabella_evidence_incidents (e, incidents);
  g_assert_cmpuint (incidents->len, ==, 1);

  /* Named without a digest it is still a fork; with one it is that one. */
  a = g_new0 (TabellaAmendment, 1);
  a->number = 1;
  a->kind = TABELLA_AMEND_ENDED;
  a->target = TERMINAL;
  a->value = 1;
  g_ptr_array_add (e->amendments, a);
  g_assert_null (tabella_evidence_last (e, t, NULL));
  a->has_digest = TRUE;
  tabella_digest_512_32 (g_bytes_get_data (q->ballots, NULL), g_bytes_get_size (q->ballots),
                         a->digest);
  g_assert_true (g_bytes_equal (tabella_evidence_last (e, t, NULL)->ballots, q->ballots));
}

/* --- Safety copies --- */

static void
test_safety_copies (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *first = NULL, *second = NULL, *final = NULL;
  g_autofree char *final_stick = g_build_filename (d.stick, "final", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);

  poll_make (p, TABELLA_BATCH_INTERIM);
  first = poll_write (p, d.stick);
  poll_vote (p, 110, TABELLA_CHECKIN_WALKIN, "yy");
  poll_make (p, TABELLA_BATCH_INTERIM);
  second = poll_write (p, d.stick);
  poll_make (p, TABELLA_BATCH_FINAL);
  final = poll_write (p, final_stick);
  expect_taken (&d, second);
  expect_taken (&d, final_stick);
  expect_taken (&d, first);
  e = evidence (&d);
  g_assert_cmpuint (e->held->len, ==, 3);
  g_assert_cmpuint (last_of (e, TERMINAL)->number, ==, 3);
  tabella_evidence_incidents (e, incidents);
  g_assert_cmpuint (incidents->len, ==, 0);
}

/* A safety copy that the final's journal does not know: the terminal's state was doubled. */
static void
test_other_safety_copy (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL), q = day (TERMINAL);
  g_autofree char *copy = NULL;
  g_autofree char *final_stick = g_build_filename (d.stick, "final", NULL);
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);

  poll_make (q, TABELLA_BATCH_INTERIM);
  copy = poll_write (q, d.stick);
  poll_make (p, TABELLA_BATCH_INTERIM);
  poll_close (p, final_stick);
  expect_taken (&d, copy);
  expect_taken (&d, final_stick);
  e = evidence (&d);
  g_assert_nonnull (last_of (e, TERMINAL));
  tabella_evidence_incidents (e, incidents);
  g_assert_cmpuint (incidents->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (incidents, 0), "safety copy 1"));
}

static void
test_damaged_safety_copy (void)
{
  static const gsize places[] = { 0, 9, 41, 43, 45, 60, 90, 130, 200 };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_auto (Desk) d = desk_new ();
    g_autoptr (Poll) p = day (TERMINAL);
    g_autofree char *folder = NULL;
    guint8 byte;

    poll_make (p, TABELLA_BATCH_INTERIM);
    byte = ((const guint8 *)g_bytes_get_data (p->sealed, NULL))[places[i]] ^ 4;
    edit (&p->sealed, places[i], &byte, 1);
    folder = poll_write (p, d.stick);
    expect_refused (&d, d.stick, TRUE, "");
  }
}

/* Every byte of `ballots` counts: flips over the whole file, each refused. */
static void
test_flips (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *folder = NULL, *path = NULL;
  g_autoptr (GBytes) good = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  poll_make (p, TABELLA_BATCH_FINAL);
  folder = poll_write (p, d.stick);
  path = g_build_filename (folder, "ballots", NULL);
  good = g_bytes_ref (p->ballots);
  size = g_bytes_get_size (good);
  for (gsize at = 0; at < size; at += at < AT_JOURNAL ? 5 : 211) {
    guint8 byte = ((const guint8 *)g_bytes_get_data (good, NULL))[at] ^ 0x10;
    g_autoptr (GBytes) bad = edited (good, at, &byte, 1);
    g_autofree char *reason = NULL;

    tabella_file_write (path, g_bytes_get_data (bad, NULL), size, 0644, &error);
    g_assert_no_error (error);
    reason = import_one (&d, d.stick, NULL, NULL);
    g_assert_nonnull (reason);
  }
  tabella_file_write (path, g_bytes_get_data (good, NULL), size, 0644, &error);
  g_assert_no_error (error);
  expect_taken (&d, d.stick);
}

/* An amendment that arrives after the batch that names it: importing the batch again takes it, and
 * so does looking again. */
static void
test_late_amendment (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL,
                  *amendments = g_build_filename (fixture->folder, "amendments", NULL);
  TabellaCeremonyKeys keys;
  guint16 number;

  poll_amended (p, 1, TABELLA_AMEND_REVOKED, 3, 0);
  poll_close (p, d.stick);
  expect_refused (&d, d.stick, TRUE, "amendment 1 is not in amendments/");
  m = tabella_manifest_load (fixture->folder, NULL, &keys, &error);
  g_assert_no_error (error);
  tabella_amendment_write (m, fixture->folder, TABELLA_AMEND_REVOKED, 3, 0, NULL, NULL,
                           &fixture->key, &number, &form, &error);
  g_assert_no_error (error);
  e = evidence (&d);
  g_assert_nonnull (last_of (e, TERMINAL));
  expect_taken (&d, d.stick);
  tabella_folder_remove (amendments, &error);
  g_assert_no_error (error);
}

static void
test_other_database (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (TabellaFixture) other = fixture_new (4, FALSE, 4);
  g_autofree char *from = g_build_filename (fixture->folder, "centre.db", NULL);
  g_autofree char *to = g_build_filename (other->folder, "centre.db", NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&d.store, tabella_store_close);
  bytes = tabella_file_read (from, TABELLA_FILE_LIMIT, &error);
  g_assert_no_error (error);
  tabella_file_write (to, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0644, &error);
  g_assert_no_error (error);
  g_assert_null (tabella_store_open (other->folder, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE);
}

/* A whole good batch of another election. */
static void
test_foreign (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (TabellaFixture) other = fixture_new (4, FALSE, 4);
  g_autoptr (Poll) p = poll_new (other, 2);

  poll_vote (p, 101, TABELLA_CHECKIN_WALKIN, "yy");
  poll_close (p, d.stick);
  expect_refused (&d, d.stick, FALSE, "another election");
}

/* A journal may say anything at any length: the record's line of reason stays one that a verifier
 * takes. */
static void
long_line (Poll *p)
{
  g_autofree char *name = g_strnfill (20000, 'x');
  g_autofree char *line = g_strdup_printf ("{\"event\":\"unlocked\",\"%s\":1}\n", name);
  g_autoptr (GByteArray) longer = g_byte_array_new ();
  gsize size;
  const guint8 *old = g_bytes_get_data (p->ballots, &size);

  tabella_put (longer, old, AT_JOURNAL - 4);
  tabella_put_u32 (longer, (guint32)(p->journal->len + strlen (line)));
  tabella_put (longer, line, strlen (line));
  tabella_put (longer, old + AT_JOURNAL, size - AT_JOURNAL);
  g_bytes_unref (p->ballots);
  p->ballots = g_byte_array_free_to_bytes (g_steal_pointer (&longer));
  sign_again (p);
}

static void
test_long_reason (void)
{
  g_auto (Desk) d = desk_new ();
  g_autoptr (Poll) p = day (TERMINAL);
  g_autofree char *out = fixture_file (fixture, "long-reason"), *folder = NULL, *path = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GBytes) reason = NULL;
  g_autoptr (TabellaVerifyReport) report = NULL;
  g_autoptr (GError) error = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  long_line (p);
  folder = poll_write (p, d.stick);
  expect_refused (&d, folder, TRUE, "unknown field");
  e = evidence (&d);
  tabella_record_write (e, fixture->folder, out, &error);
  g_assert_no_error (error);
  path = g_build_filename (out, "quarantine/terminal-002/batch-0001/reason", NULL);
  reason = tabella_file_read (path, 1 << 20, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (reason), <=, 4096);
  report = tabella_verify_record (out, TABELLA_VERIFY_BATCHES, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report->excluded, ==, 1);
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
  g_test_add_func ("/import/good", test_good);
  g_test_add_func ("/import/idempotent", test_idempotent);
  g_test_add_func ("/import/search", test_search);
  g_test_add_func ("/import/missing-files", test_missing_files);
  g_test_add_func ("/import/damaged-copy", test_damaged_copy);
  g_test_add_func ("/import/damaged-number", test_damaged_number);
  g_test_add_func ("/import/fork", test_fork);
  g_test_add_func ("/import/safety-copies", test_safety_copies);
  g_test_add_func ("/import/other-safety-copy", test_other_safety_copy);
  g_test_add_func ("/import/damaged-safety-copy", test_damaged_safety_copy);
  g_test_add_func ("/import/flips", test_flips);
  g_test_add_func ("/import/late-amendment", test_late_amendment);
  g_test_add_func ("/import/other-database", test_other_database);
  g_test_add_func ("/import/foreign", test_foreign);
  g_test_add_func ("/import/long-reason", test_long_reason);
  result = g_test_run ();
  fixture_free (fixture);
  return result;
}
