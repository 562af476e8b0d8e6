/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot.h"
#include "journal.h"
#include "sealed.h"

/* Batches (protocol section 7): the one writer and the one reader of "ballots", "checkins" and
 * "sealed". */

#define TABELLA_BATCH_HEADER  172
#define TABELLA_CHECKIN_BYTES 148

typedef enum { TABELLA_BATCH_INTERIM = 1, TABELLA_BATCH_FINAL = 2 } TabellaBatchKind;
typedef enum {
  TABELLA_CHECKIN_FREE = 0,
  TABELLA_CHECKIN_ROLL = 1,
  TABELLA_CHECKIN_WALKIN = 2,
  TABELLA_CHECKIN_PROVISIONAL = 3,
  TABELLA_CHECKIN_PAPER = 4
} TabellaCheckinKind;
typedef enum {
  TABELLA_CHECKIN_NONE = 0,
  TABELLA_CHECKIN_GIVEN = 1,
  TABELLA_CHECKIN_VOTED = 2,
  TABELLA_CHECKIN_LEFT = 3
} TabellaCheckinState;

typedef struct {
  guint8 p[32];
  guint8 kind, state;
  guint16 style;
  guint8 link[TABELLA_LINK_BYTES];
} TabellaCheckin;
void tabella_checkin_write (const TabellaCheckin *c, guint8 out[TABELLA_CHECKIN_BYTES]);
/* FORMAT: kind, state, link outside their lists or not fitting each other: kinds 1–3 have states
 * 1–3, kinds 2 and 3 a link, kind 4 state 0 and no link. */
gboolean
tabella_checkin_read (const guint8 bytes[TABELLA_CHECKIN_BYTES], TabellaCheckin *c, GError **error);
gboolean tabella_link_is_zero (const guint8 link[TABELLA_LINK_BYTES]);

typedef struct {
  guint32 checked_in, given, voted, left, cast, challenged;
} TabellaCounts;

/* A parsed "ballots". Records point into @bytes. */
typedef struct {
  GBytes *bytes;
  guint8 digest[32];
  guint8 he[32];
  guint16 terminal, number;
  TabellaBatchKind kind;
  gboolean practice;
  guint8 previous[32], checkins_digest[32];
  TabellaCounts counts;
  guint8 journal_head[32];
  const char *journal;
  gsize journal_size;
  GArray *cast, *challenged; /* TabellaBallotRecord, strictly ascending by code */
} TabellaBatch;
void tabella_batch_free (TabellaBatch *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaBatch, tabella_batch_free)
/* Exact length, magic, reserved, order of codes, style known, counts of records as the header says.
 * FOREIGN: another HE or mode. The journal is not read here (tabella_journal_parse), proofs are not
 * checked. */
TabellaBatch *tabella_batch_parse (const TabellaBallotContext *ctx, GBytes *bytes, GError **error);

/* Sorts the records (raw bytes as of tabella_pending_*) by code and writes "ballots". Errors FORMAT
 * (a record or the journal is not what the reader takes), INVALID (two equal codes, counts that are
 * not those of the records). */
typedef struct {
  guint16 terminal, number;
  TabellaBatchKind kind;
  guint8 previous[32], checkins_digest[32];
  TabellaCounts counts;
  const char *journal;
  gsize journal_size;
  GPtrArray *cast, *challenged; /* GBytes */
} TabellaBatchInput;
GBytes *
tabella_batch_build (const TabellaBallotContext *ctx, const TabellaBatchInput *in, GError **error);

/* "checkins": records sorted by p, then kind, sealed to K2. @records: TabellaCheckin, of one p at
 * most one of kinds 1, 2, 4 and one of kind 3. */
GBytes *tabella_checkins_build (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                                GArray *records, const guint8 export_secret[32]);
/* "sealed": the three files of an interim batch, sealed whole. */
GBytes *tabella_sealed_build (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                              GBytes *ballots, const char *minisig, GBytes *checkins,
                              const guint8 export_secret[32]);

/* Header and proof 35 of "checkins" or "sealed" of this terminal and number. @r: R. FORMAT,
 * FOREIGN, INVALID (proof). */
gboolean tabella_sealed_check (const TabellaBallotContext *ctx, gboolean whole, guint16 terminal,
                               guint16 number, GBytes *file, guint32 *count, TabellaPoint *r,
                               GError **error);
/* Opened check-ins: array of TabellaCheckin, strictly ascending by (p, kind). @shared = ρK2.
 * FORMAT, FOREIGN, INVALID (does not open). The proof is not checked again. */
GArray *tabella_checkins_open (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                               GBytes *file, const TabellaPoint *shared, GError **error);
gboolean tabella_sealed_open (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                              GBytes *file, const TabellaPoint *shared, GBytes **ballots,
                              char **minisig, GBytes **checkins, GError **error);

/* The trusted comment of ballots.minisig / sealed.minisig, exactly. */
char *tabella_batch_comment (const guint8 he[32], guint16 terminal, guint16 number,
                             TabellaBatchKind kind, guint32 cast, guint32 checkins);
/* terminal-NNN/batch-NNNN */
char *tabella_batch_folder (guint16 terminal, guint16 number);
