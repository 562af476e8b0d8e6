/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot-error.h"
#include "style.h"

/* One ballot (protocol section 5). */

#define TABELLA_ATTEMPT_LAST 3                   /* the ballot of this attempt can only be cast */
#define TABELLA_BALLOT_LABEL "tabella ballot v1" /* signature over HE ‖ code */

/* A cast or challenged record. Bodies point into a buffer that the holder keeps. */
typedef struct {
  gboolean challenged;
  guint16 style;
  guint8 ticket[16];
  guint8 attempt;
  const guint8 *body;
  guint8 code[32];
  const guint8 *signature;  /* cast: 64 bytes */
  const guint8 *seed;       /* challenged: 32 bytes */
  const guint8 *selections; /* challenged: one byte an option */
} TabellaBallotRecord;

typedef enum { TABELLA_BALLOT_BAD, TABELLA_BALLOT_GOOD } TabellaBallotVerdict;

void tabella_ballot_hi (const guint8 he[32], guint16 terminal, guint16 style,
                        const guint8 ticket[16], guint8 attempt, guint8 hi[32]);

/* An encrypted ballot that is neither cast nor challenged yet: memory only, secret memory
 * throughout. */
typedef struct _TabellaPending TabellaPending;
/* @selections: one byte an option, must be legal for the style (INVALID otherwise); attempt > 3:
 * INVALID. Draws the seed. */
TabellaPending *tabella_pending_new (const TabellaBallotContext *ctx, guint16 terminal,
                                     guint16 style, const guint8 ticket[16], guint8 attempt,
                                     const guint8 *selections, GError **error);
void tabella_pending_free (TabellaPending *p); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaPending, tabella_pending_free)
const guint8 *tabella_pending_code (const TabellaPending *p);
/* The record's exact bytes as in a batch: signs with the ballot key (cast) or reveals seed and
 * selections (challenge; the caller has made sure that the attempt is below 3). */
GBytes *tabella_pending_cast (const TabellaPending *p, const guint8 ballot_secret[64]);
GBytes *tabella_pending_challenge (const TabellaPending *p);

/* Sizes of records of a style of the election, and of the largest of all styles. */
gsize tabella_record_size (const TabellaBallotContext *ctx, guint16 style, gboolean challenged);
gsize tabella_record_size_max (const TabellaBallotContext *ctx);
/* Reads one record from the front of @bytes; *used: its length. Computes the code. Error FORMAT
 * (unknown style, short, attempt above 3, or above 2 if challenged). The pointers of @record are
 * into @bytes. */
gboolean tabella_record_parse (const TabellaBallotContext *ctx, guint16 terminal,
                               gboolean challenged, const guint8 *bytes, gsize size,
                               TabellaBallotRecord *record, gsize *used, GError **error);

/* Proofs of a body; on GOOD the ciphertexts (each options long, or NULL). */
void tabella_ballot_verify (const TabellaBallotContext *ctx, guint16 terminal,
                            const TabellaBallotRecord *r, TabellaPoint *alpha, TabellaPoint *beta,
                            TabellaBallotVerdict *verdict);
/* A cast record's signature by the terminal's ballot key. */
void tabella_ballot_verify_signature (const TabellaBallotContext *ctx, const guint8 ballot_key[32],
                                      const TabellaBallotRecord *r, TabellaBallotVerdict *verdict);
/* A challenged record recomputed byte for byte, selections legal. */
void tabella_challenge_verify (const TabellaBallotContext *ctx, guint16 terminal,
                               const TabellaBallotRecord *r, TabellaBallotVerdict *verdict);
