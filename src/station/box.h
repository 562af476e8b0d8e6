/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "batch.h"
#include "station-error.h"

/* The ballot box: one SQLite database of preallocated slots, exactly as station-store.md lays down
 * (copied in data/doc/station-store.md). After creation nothing is inserted, deleted or grown but
 * the journal of events. Also holds the journal, the after-log and a few state values that concern
 * no voter. */
typedef struct _TabellaBox TabellaBox;

/* Creates PATH with all slots free. @record_size: largest ballot record. Page size such that no
 * page overflows. */
gboolean tabella_box_create (const char *path, gsize record_size, guint ballots, guint checkins,
                             GError **error);
/* Opens; a hot rollback journal is rolled back and then zeroed. */
TabellaBox *tabella_box_open (const char *path, GError **error);
void tabella_box_close (TabellaBox *box);
/* Opening found a transaction that a crash had cut, and rolled it back. */
gboolean tabella_box_recovered (const TabellaBox *box);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaBox, tabella_box_close)

/* Index of p → slot and of codes and used tickets, in memory (built at unlock), dropped at lock.
 * Without it the calls below that need it fail with STATE. */
gboolean tabella_box_index (TabellaBox *box, const TabellaBallotContext *ctx, guint16 terminal,
                            GError **error);
void tabella_box_unindex (TabellaBox *box);

/* Check-ins. find: the record of p with kind 1, 2 or 4 (@provisional FALSE) or 3 (TRUE); FALSE if
 * none. put: a random free slot, or the slot of the same (p, provisional). One durable transaction,
 * journal zeroed, read back. */
gboolean tabella_box_checkin_find (TabellaBox *box, const guint8 p[32], gboolean provisional,
                                   TabellaCheckin *out);
gboolean tabella_box_checkin_put (TabellaBox *box, const TabellaCheckin *c, GError **error);
/* Cast: ballot record and, if @checkin is given, that record (state VOTED) in one transaction. Any
 * error: closes, reopens and reads back by code; success if it was stored, NOT_RECORDED if
 * certainly not, STORAGE if that cannot be told. REFUSED: that ballot is in the box, or one that was
 * cast with its ticket. */
gboolean tabella_box_cast (TabellaBox *box, GBytes *record, const guint8 code[32],
                           const TabellaCheckin *checkin, GError **error);
/* A challenged record, durable. */
gboolean
tabella_box_challenge (TabellaBox *box, GBytes *record, const guint8 code[32], GError **error);
/* Has this T a cast ballot here, and how many challenged ones? FALSE if the terminal is locked or the
 * disk does not say: such a ticket is not a new one. */
gboolean tabella_box_ticket_use (TabellaBox *box, const guint8 ticket[16], gboolean *cast,
                                 guint *challenged, GError **error);

/* Tickets with challenged ballots and no cast one; 0 without the index. */
guint tabella_box_unfinished (TabellaBox *box);
/* Different tickets of which a ballot is here, and those of them that the call above counts.
 * STATE, STORAGE. */
gboolean tabella_box_tickets (TabellaBox *box, guint *used, guint *unfinished, GError **error);

/* Totals, summed from the records. */
gboolean tabella_box_counts (TabellaBox *box, TabellaCounts *counts, GError **error);
/* All records, for an export. */
gboolean tabella_box_records (TabellaBox *box, GPtrArray **cast, GPtrArray **challenged,
                              GArray **checkins, GError **error);
/* All check-ins in state GIVEN become LEFT, in one transaction (a combined terminal that closes).
 */
gboolean tabella_box_leave_all (TabellaBox *box, GError **error);
void tabella_box_free_slots (TabellaBox *box, guint *ballots, guint *checkins);

/* A write failed and it cannot be told whether it is there: until the disk was read again. */
gboolean tabella_box_doubtful (const TabellaBox *box);
/* The journal (exported) and the after-log (never exported). Lines without LF. */
gboolean tabella_box_journal_append (TabellaBox *box, const char *line, GError **error);
char *tabella_box_journal_text (TabellaBox *box, GError **error); /* LF-ended lines */
gboolean tabella_box_after_append (TabellaBox *box, const char *line, GError **error);
/* Small named values (state of the terminal, run number): part of the same database, durable.
 * @value NULL removes. */
gboolean tabella_box_set (TabellaBox *box, const char *name, const char *value, GError **error);
char *tabella_box_get (TabellaBox *box, const char *name);
