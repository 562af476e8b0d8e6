/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "terminals.h"

/* Voters, pseudonyms, slices (protocol section 6). */

#define TABELLA_FLAG_NONE 0

typedef struct { guint16 style, station, flags; char *name; } TabellaVoter;
void tabella_voter_free (TabellaVoter *v); /* wipes the name */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaVoter, tabella_voter_free)

/* @id: a normalised ID. */
void tabella_pseudonym (const guint8 roll_key[32], const char *id, guint8 p[32]);
/* The key of one voter's boxed record. */
void tabella_record_key (const guint8 slice_key[32], const char *id, guint8 key[32]);

/* What one terminal can do with the roll; in secret memory. */
typedef struct { guint8 slice[32], key[32]; } TabellaSliceKey;
typedef struct {
  guint8 roll_key[32], ticket_key[32]; guint n; TabellaSliceKey slices[TABELLA_SLICE_KEYS_MAX];
} TabellaRollKeys;
TabellaRollKeys *tabella_roll_keys_new (void); /* zeroed, sodium memory */
void tabella_roll_keys_free (TabellaRollKeys *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaRollKeys, tabella_roll_keys_free)
/* Opens NNN.keys with the terminal's box key pair. Errors FORMAT, INVALID (for another terminal). */
TabellaRollKeys *tabella_roll_keys_open (GBytes *sealed, const TabellaTerminalSecrets *s, GError **error);
/* NNN.keys for a terminal with this box key. */
GBytes *tabella_roll_keys_seal (const TabellaRollKeys *k, const guint8 box_key[32]);

/* Reads a CSV (header line with the columns id, name, style, station in any order; UTF-8; quoted fields; a line a voter),
 * names every bad line (in @problems as "line N: …", at most 1000 then "… and N more"), builds the slices and sealed keys
 * into FOLDER/roll/ (replacing the former roll whole) and sets each terminal's slice and keys digests. Nothing is written if there is
 * a problem (error INVALID). @keep_key: new file for the keys under @passphrase, or NULL. @progress (may be NULL) is
 * called with lines done. style and station are the draft's ids; style may be empty if there is only one. Errors STATE
 * (sealed, no terminals, keep_key exists), INVALID, IO. */
typedef void (*TabellaProgress) (guint64 done, guint64 of, gpointer data);
gboolean tabella_roll_build (const char *folder, const TabellaElection *e, const char *csv_path, const char *keep_key,
                             const char *passphrase, TabellaProgress progress, gpointer data, GPtrArray *problems,
                             guint64 *voters, GError **error);

/* The digests (TabellaSliceDigest) of the slices that terminal @t carries, distinct, in the order of @terminals: its own;
 * a spare's: all of its station, or the full roll where voting is anywhere; a booth's: none. No more than
 * TABELLA_SLICE_KEYS_MAX + 1, which is one too many. */
typedef struct { guint8 digest[32]; } TabellaSliceDigest;
GArray *tabella_roll_slices_of (const TabellaElection *e, GPtrArray *terminals, const TabellaTerminalInfo *t);
/* FOLDER/roll/<16 hex>.slice and FOLDER/roll/NNN.keys. */
char *tabella_roll_slice_path (const char *folder, const guint8 digest[32]);
char *tabella_roll_keys_path (const char *folder, guint16 index);
/* One slice file of at most @limit bytes, its digest compared. Errors IO, INVALID (damaged). */
GBytes *tabella_roll_slice_load (const char *folder, const guint8 digest[32], guint64 limit, GError **error);
/* NNN.keys of terminal @t, its digest compared with t->keys: the boxes are anonymous, so that nothing else tells the
 * organisers' from somebody else's. @t: of a manifest. Errors IO, INVALID (another file). */
GBytes *tabella_roll_keys_load (const char *folder, const TabellaTerminalInfo *t, GError **error);
/* The roll fits these terminals: everyone's keys and slices are there and whole. */
void tabella_roll_check (const char *folder, const TabellaElection *e, GPtrArray *terminals, GPtrArray *problems);

/* A slice file in memory. */
typedef struct _TabellaSlice TabellaSlice;
TabellaSlice *tabella_slice_parse (GBytes *file, GError **error); /* FORMAT: magic, sizes, strictly ascending */
void          tabella_slice_free (TabellaSlice *slice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaSlice, tabella_slice_free)
guint32  tabella_slice_count (const TabellaSlice *slice);
void     tabella_slice_digest (const TabellaSlice *slice, guint8 digest[32]);
gboolean tabella_slice_has (const TabellaSlice *slice, const guint8 p[32]);
/* The voter's record, or NULL: not in this slice (no error) or damaged (FORMAT). O(log n). */
TabellaVoter *tabella_slice_find (const TabellaSlice *slice, const guint8 slice_key[32], const guint8 p[32], const char *id,
                                  GError **error);
