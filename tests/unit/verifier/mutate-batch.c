/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mutation.h"

#include <string.h>
#include "bytes.h"

/* --- 4: amended lines --- */

static void
replace_line (RecordTerminal *t, gint at, const char *line)
{
  g_ptr_array_remove_index (t->journal, (guint)at);
  g_ptr_array_insert (t->journal, at, g_strdup (line));
}

static void
amended_value (Record *r)
{
  RecordTerminal *t = &r->terminals[1];

  replace_line (t, record_find_line (t, "amended"),
                "{\"event\":\"amended\",\"number\":1,\"kind\":9,\"target\":0,\"value\":5}");
}

static void
amended_unknown (Record *r)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_AMENDED,
                            .number = 9,
                            .amend_kind = TABELLA_AMEND_NOTICE };

  record_line (&r->terminals[3], -1, &line);
}

static void
amended_order (Record *r)
{
  RecordTerminal *t = &r->terminals[8];
  gint first = record_find_line (t, "\"number\":1,");

  g_ptr_array_insert (t->journal, first + 1, g_ptr_array_steal_index (t->journal, (guint)first));
}

/* --- 5 --- */

static void
batch_comment (Record *r)
{
  r->terminals[3].comment = g_strdup ("tabella batch");
}

static void
batch_key (Record *r)
{
  g_autofree char *place = tabella_batch_folder (3, 1);
  g_autofree char *name = g_build_filename (place, "ballots.minisig", NULL);
  g_auto (TabellaMinisignSecret) key = { 0 };
  TabellaMinisignPublic pub;
  g_autofree char *sig = NULL;

  tabella_terminal_batch_secret (fixture_secrets (r->f, 1), &key);
  tabella_minisign_batch_public (r->terminals[3].info->batch_key, &pub);
  memcpy (key.id, pub.id, sizeof key.id);
  sig = tabella_minisign_sign (&key, r->terminals[3].bytes->data, r->terminals[3].bytes->len,
                               r->terminals[3].comment);
  record_put_text (r, name, sig);
}

static void
batch_byte (Record *r)
{
  mutate_bit (r, "terminal-003/batch-0001/ballots", -1);
}

static void
no_batch_signature (Record *r)
{
  record_put (r, "terminal-003/batch-0001/ballots.minisig", NULL, 0);
}

/* --- 6: headers --- */

static void
previous_digest (Record *r)
{
  r->terminals[1].header.previous[0] ^= 1;
}

static void
header_number (Record *r)
{
  r->terminals[3].header.number = 2;
}

static void
copied_number (Record *r)
{
  RecordTerminal *t = &r->terminals[1];
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = 3 };

  memcpy (line.digest, t->last_copy, sizeof line.digest);
  g_ptr_array_remove_index (t->journal, (guint)record_find_line (t, "\"number\":2"));
  record_line (t, -1, &line);
}

static void
no_copied_line (Record *r)
{
  RecordTerminal *t = &r->terminals[7];

  g_ptr_array_remove_index (t->journal, (guint)record_find_line (t, "copied"));
}

static void
not_all_voted (Record *r)
{
  r->terminals[1].header.counts.voted--;
  r->terminals[1].header.counts.left++;
}

static void
open_ticket (Record *r)
{
  r->terminals[1].header.counts.given = 1;
  r->terminals[1].header.counts.left = 0;
}

static void
desk_voted (Record *r)
{
  r->terminals[5].header.counts.given--;
  r->terminals[5].header.counts.voted++;
}

static void
desk_left (Record *r)
{
  r->terminals[5].header.counts.given--;
  r->terminals[5].header.counts.left++;
}

static void
desk_ballots (Record *r)
{
  record_cast (r, 5, 30, 0, 0, 0, 0);
}

static void
booth_checkins (Record *r)
{
  r->terminals[6].given = 1;
}

static void
more_tickets (Record *r)
{
  r->terminals[5].header.counts.given++;
}

static void
spare_unassigned (Record *r)
{
  RecordTerminal *t = &r->terminals[8];

  g_ptr_array_remove_index (t->journal, (guint)record_find_line (t, "\"number\":3,"));
}

/* --- 6: terminals --- */

static void
no_batch (Record *r)
{
  r->terminals[3].left_out = TRUE;
}

static void
copy_without_end (Record *r)
{
  r->terminals[3].kind = TABELLA_BATCH_INTERIM;
}

static void
change_end (Record *r, guint32 value)
{
  RecordAmendment *a = &g_array_index (r->amendments, RecordAmendment, 1);
  RecordTerminal *t = &r->terminals[8];

  a->value = value;
  a->has_digest = FALSE;
  g_ptr_array_remove_index (t->journal, (guint)record_find_line (t, "\"number\":2,"));
}

static void
ended_elsewhere (Record *r)
{
  change_end (r, 2);
}

static void
ended_without (Record *r)
{
  change_end (r, 0);
}

static void
ended_at_another_file (Record *r)
{
  record_amend (r, TABELLA_AMEND_ENDED, 3, 1);
  g_array_index (r->amendments, RecordAmendment, 3).has_digest = TRUE;
}

static void
two_batches (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "terminal-001/batch-0003/ballots");
  g_autoptr (GByteArray) sig = record_get (r, "terminal-001/batch-0003/ballots.minisig");

  record_put (r, "terminal-001/batch-0001/ballots", bytes->data, bytes->len);
  record_put (r, "terminal-001/batch-0001/ballots.minisig", sig->data, sig->len);
}

static void
unknown_terminal (Record *r)
{
  record_put_text (r, "terminal-099/batch-0001/ballots", "x");
}

static void
checkins_in_record (Record *r)
{
  record_put_text (r, "terminal-001/batch-0003/checkins", "TACHECK1");
}

static void
request_in_record (Record *r)
{
  record_put_text (r, "requests/checkins-0001/request", "x");
}

static void
slice_in_record (Record *r)
{
  record_put_text (r, "roll/0011223344556677.slice", "x");
}

static void
page_among_batches (Record *r)
{
  record_put_text (r, "terminal-001/index.html", "<p>");
}

static void
number_with_zeros (Record *r)
{
  record_put_text (r, "terminal-0001/batch-0001/ballots", "x");
}

static void
second_tally (Record *r)
{
  record_put_text (r, "tally-0002/request", "x");
}

/* --- 6: quarantine --- */

static void
quarantined_good (Record *r)
{
  r->terminals[7].quarantine = "we do not like it\n";
}

/* Other files that the terminal's batch key signs say nothing about its final. */
static void
quarantined_sealed (Record *r)
{
  RecordTerminal *t = &r->terminals[7];

  t->quarantine = "not a batch\n";
  t->comment = tabella_batch_comment (r->ctx->he, 7, 2, TABELLA_BATCH_INTERIM, 2, 0);
  memcpy (t->bytes->data, "TASEALED", 8);
}

static void
quarantined_practice (Record *r)
{
  r->terminals[7].quarantine = "of another election\n";
  r->terminals[7].header.he[0] ^= 1;
}

/* Nothing is wrong with it but an amendment that the organisers kept back. */
static void
quarantined_waiting (Record *r)
{
  amended_unknown (r);
  r->terminals[3].quarantine = "waits for amendment 9\n";
}

/* ... that made it what it was. */
static void
quarantined_spare (Record *r)
{
  g_array_set_size (r->amendments, 2);
  r->terminals[8].quarantine = "a spare that no amendment assigned\n";
}

/* ... whose number they gave to another one. */
static void
quarantined_otherwise (Record *r)
{
  RecordTerminal *t = &r->terminals[8];

  replace_line (t, record_find_line (t, "\"number\":2,"),
                "{\"event\":\"amended\",\"number\":2,\"kind\":7,\"target\":3,\"value\":0}");
  t->quarantine = "amendment 2 is another one\n";
}

/* --- 7 --- */

static void
journal_head (Record *r)
{
  r->terminals[3].header.head[31] = 1;
}

static void
put_line (RecordTerminal *t, gint at, TabellaEventKind kind, guint cast)
{
  TabellaEventLine line = { .kind = kind, .cast = cast, .clock = "2014-06-22 10:00" };

  record_line (t, at, &line);
}

static void
zero_report_of_one (Record *r)
{
  RecordTerminal *t = &r->terminals[3];
  gint at = record_find_line (t, "zero_report");

  g_ptr_array_remove_index (t->journal, (guint)at);
  put_line (t, at, TABELLA_EVENT_ZERO_REPORT, 1);
}

static void
second_zero_report (Record *r)
{
  RecordTerminal *t = &r->terminals[3];

  put_line (t, record_find_line (t, "zero_report"), TABELLA_EVENT_ZERO_REPORT, 0);
}

static void
late_zero_report (Record *r)
{
  RecordTerminal *t = &r->terminals[3];
  gint at = record_find_line (t, "zero_report");

  g_ptr_array_insert (t->journal, at + 1, g_ptr_array_steal_index (t->journal, (guint)at));
}

static void
no_line (Record *r, guint16 terminal, const char *part)
{
  RecordTerminal *t = &r->terminals[terminal];

  g_ptr_array_remove_index (t->journal, (guint)record_find_line (t, part));
}

static void
no_zero_report (Record *r)
{
  no_line (r, 3, "zero_report");
}

static void
no_opening (Record *r)
{
  no_line (r, 3, "opened");
}

static void
not_enrolled (Record *r)
{
  no_line (r, 3, "enrolled");
}

static void
enrolled_twice (Record *r)
{
  put_line (&r->terminals[3], -1, TABELLA_EVENT_ENROLLED, 0);
}

static void
not_closed (Record *r)
{
  no_line (r, 3, "closed");
}

static void
closed_otherwise (Record *r)
{
  not_closed (r);
  put_line (&r->terminals[3], -1, TABELLA_EVENT_CLOSED, 1);
}

static void
line_after_closed (Record *r)
{
  put_line (&r->terminals[3], -1, TABELLA_EVENT_END_OF_DAY, 0);
}

static void
closed_copy (Record *r)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_CLOSED,
                            .checked_in = r->terminals[2].header.counts.checked_in,
                            .cast = r->terminals[2].header.counts.cast,
                            .clock = "2014-06-22 12:00" };

  record_line (&r->terminals[2], -1, &line);
}

static void
line_with_more (Record *r)
{
  g_ptr_array_insert (r->terminals[3].journal, 1, g_strdup ("{\"event\":\"installed\",\"by\":1}"));
}

/* --- 8: headers and limits --- */

static void
header_election (Record *r)
{
  r->terminals[3].header.he[0] ^= 1;
}

static void
header_mode (Record *r)
{
  r->terminals[3].header.mode = 1;
}

static void
header_reserved (Record *r)
{
  r->terminals[3].header.reserved = 1;
}

static void
header_kind (Record *r)
{
  r->terminals[3].header.kind = 3;
}

static void
trailing_byte (Record *r)
{
  tabella_put_u8 (r->terminals[3].bytes, 0);
}

static void
records_out_of_order (Record *r)
{
  GPtrArray *ballots = r->terminals[7].ballots;
  gpointer first = ballots->pdata[0];

  ballots->pdata[0] = ballots->pdata[1];
  ballots->pdata[1] = first;
}

static void
too_many_ballots (Record *r)
{
  /* At a booth: a combined terminal would have as many check-ins. */
  for (guint8 i = 0; i < 6; i++) {
    record_challenge (r, 7, 100 + i, 0, 0, -1, 0);
    record_cast (r, 7, 100 + i, 1, 0, -1, 0);
  }
}

static void
too_many_checkins (Record *r)
{
  r->terminals[5].given = 13;
}

const Mutation batch_mutations[] = {
  { 4, "line-lies", RECORD_POLL, amended_value, "reads otherwise", 0 },
  { 4, "line-of-none", RECORD_POLL, amended_unknown, "amendment 9", 0 },
  { 4, "lines-descend", RECORD_POLL, amended_order, "amendment 1 after amendment 2", 0 },
  { 5, "comment", RECORD_HEADS, batch_comment, "trusted comment", 0 },
  { 5, "another-key", RECORD_FILES, batch_key, "terminal 3", UNSIGNED },
  { 5, "byte", RECORD_FILES, batch_byte, "terminal 3", UNSIGNED },
  { 5, "no-signature", RECORD_FILES, no_batch_signature, "minisig", UNSIGNED },
  { 6, "previous", RECORD_HEADS, previous_digest, "previous digest", 0 },
  { 6, "number", RECORD_HEADS, header_number, "batch 2", 0 },
  { 6, "copied-number", RECORD_POLL, copied_number, "safety copy 3", 0 },
  { 6, "no-copied-line", RECORD_POLL, no_copied_line, "after 0 safety copies", 0 },
  { 6, "voted", RECORD_HEADS, not_all_voted, "that voted", 0 },
  { 6, "open-ticket", RECORD_HEADS, open_ticket, "still open", 0 },
  { 6, "desk-voted", RECORD_HEADS, desk_voted, "a desk", 0 },
  { 6, "desk-left", RECORD_HEADS, desk_left, "a desk", 0 },
  { 6, "desk-ballots", RECORD_POLL, desk_ballots, "a desk with ballots", 0 },
  { 6, "booth-checkins", RECORD_POLL, booth_checkins, "a booth", 0 },
  { 6, "more-tickets", RECORD_HEADS, more_tickets, "more tickets", 0 },
  { 6, "spare", RECORD_POLL, spare_unassigned, "a spare", 0 },
  { 6, "no-batch", RECORD_POLL, no_batch, "terminal 3", 0 },
  { 6, "copy-without-end", RECORD_POLL, copy_without_end, "safety copy", 0 },
  { 6, "ended-elsewhere", RECORD_POLL, ended_elsewhere, "another batch", 0 },
  { 6, "ended-without", RECORD_POLL, ended_without, "without a batch", 0 },
  { 6, "ended-digest", RECORD_POLL, ended_at_another_file, "digest", 0 },
  { 6, "two-batches", RECORD_FILES, two_batches, "batch 1", 0 },
  { 6, "unknown-terminal", RECORD_FILES, unknown_terminal, "terminal-099", 0 },
  { 6, "checkins", RECORD_FILES, checkins_in_record, "batch-0003/checkins", 0 },
  { 6, "request-1", RECORD_FILES, request_in_record, "checkins-0001", 0 },
  { 6, "slice", RECORD_FILES, slice_in_record, ".slice", 0 },
  { 6, "page-inside", RECORD_FILES, page_among_batches, "index.html", 0 },
  { 6, "zeros", RECORD_FILES, number_with_zeros, "terminal-0001", 0 },
  { 6, "second-tally", RECORD_FILES, second_tally, "tally-0002", 0 },
  { 6, "quarantined-good", RECORD_POLL, quarantined_good, "fails no check", 0 },
  { 6, "quarantined-sealed", RECORD_BYTES, quarantined_sealed, "not signed by the terminal", 0 },
  { 6, "quarantined-practice", RECORD_HEADS, quarantined_practice, "not signed by the terminal",
    0 },
  { 6, "quarantined-waiting", RECORD_POLL, quarantined_waiting, "names amendment 9", 0 },
  { 6, "quarantined-spare", RECORD_POLL, quarantined_spare, "names amendment 3", 0 },
  { 6, "quarantined-otherwise", RECORD_POLL, quarantined_otherwise, "names amendment 2", 0 },
  { 7, "head", RECORD_HEADS, journal_head, "journal head", 0 },
  { 7, "zero-report-of-one", RECORD_POLL, zero_report_of_one, "count zero", 0 },
  { 7, "second-zero-report", RECORD_POLL, second_zero_report, "zero report", 0 },
  { 7, "late-zero-report", RECORD_POLL, late_zero_report, "zero report", 0 },
  { 7, "no-zero-report", RECORD_POLL, no_zero_report, "zero report", 0 },
  { 7, "no-opening", RECORD_POLL, no_opening, "no opening", 0 },
  { 7, "not-enrolled", RECORD_POLL, not_enrolled, "enrolled", 0 },
  { 7, "enrolled-twice", RECORD_POLL, enrolled_twice, "enrolled", 0 },
  { 7, "not-closed", RECORD_HEADS, not_closed, "`closed`", 0 },
  { 7, "closed-otherwise", RECORD_HEADS, closed_otherwise, "closed with", 0 },
  { 7, "after-closed", RECORD_HEADS, line_after_closed, "`closed`", 0 },
  { 7, "closed-copy", RECORD_HEADS, closed_copy, "safety copy with", 0 },
  { 7, "line-with-more", RECORD_POLL, line_with_more, "line 2", NOT_RUN (4, 4) | NOT_RUN (6, 6) },
  { 8, "election", RECORD_HEADS, header_election, "another election", UNREAD },
  { 8, "mode", RECORD_HEADS, header_mode, "official", UNREAD },
  { 8, "reserved", RECORD_HEADS, header_reserved, "reserved", UNREAD },
  { 8, "kind", RECORD_HEADS, header_kind, "kind 3", UNREAD },
  { 8, "trailing-byte", RECORD_BYTES, trailing_byte, "too many", UNREAD },
  { 8, "order", RECORD_HEADS, records_out_of_order, "not above", UNREAD },
  { 8, "capacity-ballots", RECORD_POLL, too_many_ballots, "capacity is 12", 0 },
  { 8, "capacity-checkins", RECORD_POLL, too_many_checkins, "capacity is 12", 0 },
  { 0 },
};
