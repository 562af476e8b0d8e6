/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot.h"

/* The QR texts of protocol sections 5 and 7, one writer and one reader each. Parsers accept exactly
 * what the writers make; error FORMAT. They do not verify signatures; the _check functions do, and
 * compare he8. */

typedef enum {
  TABELLA_TEXT_TK1,
  TABELLA_TEXT_TB1,
  TABELLA_TEXT_TV1,
  TABELLA_TEXT_TC1,
  TABELLA_TEXT_TA1,
  TABELLA_TEXT_UNKNOWN
} TabellaTextKind;
/* By prefix, after the last '#'. *payload: where the text itself starts. */
TabellaTextKind tabella_text_kind (const char *text, const char **payload);

/* TK1: signed commitment to a code. */
typedef struct {
  guint8 he8[8];
  guint16 terminal;
  guint8 code[32], signature[64];
} TabellaCommitmentText;
char *tabella_commitment_text (const TabellaBallotContext *ctx, guint16 terminal,
                               const guint8 code[32], const guint8 ballot_secret[64]);
gboolean tabella_commitment_parse (const char *text, TabellaCommitmentText *out, GError **error);
gboolean tabella_commitment_check (const TabellaCommitmentText *t, const guint8 he[32],
                                   const guint8 ballot_key[32]);

/* TV1: voter's receipt; the URL (may be NULL) stands before it with '#'. */
typedef struct {
  guint8 he8[8];
  guint16 terminal;
  guint8 code[32], signature[64];
} TabellaReceiptText;
char *tabella_receipt_text (const TabellaBallotContext *ctx, guint16 terminal,
                            const guint8 code[32], const guint8 signature[64]);
gboolean tabella_receipt_parse (const char *text, TabellaReceiptText *out, GError **error);
gboolean tabella_receipt_check (const TabellaReceiptText *t, const guint8 he[32],
                                const guint8 ballot_key[32]);

/* TB1: batch receipt. */
typedef struct {
  guint8 he8[8];
  guint16 terminal, number;
  guint8 kind;
  guint32 checked_in, cast, challenged;
  guint8 digest[32], signature[64];
} TabellaBatchText;
char *tabella_batch_text (const guint8 he[32], guint16 terminal, guint16 number, guint8 kind,
                          guint32 checked_in, guint32 cast, guint32 challenged,
                          const guint8 digest[32], const guint8 ballot_secret[64]);
gboolean tabella_batch_text_parse (const char *text, TabellaBatchText *out, GError **error);
gboolean tabella_batch_text_check (const TabellaBatchText *t, const guint8 he[32],
                                   const guint8 ballot_key[32]);

/* TC1: a challenged ballot; recomputable with the manifest alone. @selections: one byte an option.
 */
typedef struct {
  guint8 he8[8];
  guint16 terminal, style;
  guint8 ticket[16];
  guint8 attempt;
  guint8 seed[32];
  guint8 *selections;
} TabellaChallengeText;
void tabella_challenge_text_clear (TabellaChallengeText *t);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaChallengeText, tabella_challenge_text_clear)
char *tabella_challenge_text (const TabellaBallotContext *ctx, guint16 terminal,
                              const TabellaBallotRecord *challenged);
/* FORMAT, FOREIGN (another election: its styles would be misread). */
gboolean tabella_challenge_text_parse (const TabellaBallotContext *ctx, const char *text,
                                       TabellaChallengeText *out, GError **error);
/* Recomputes the body and gives its code. FALSE with INVALID: the selections are not legal for the
 * style. */
gboolean
tabella_challenge_text_recompute (const TabellaBallotContext *ctx, const TabellaChallengeText *t,
                                  guint8 code[32], GError **error);
