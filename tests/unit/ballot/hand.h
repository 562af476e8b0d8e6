/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "batch.h"

/* A small election put together by hand, with the secrets that no one may ever hold together in a
 * real one: the whole secrets of K and K2 and one terminal's keys.
 *
 * Styles: 0 the two motions of the example (4 + 3 options, 0..1); 1 a board election (3
 * options, 1..2); 2 all three. */
#define HAND_TERMINAL 7
#define HAND_STYLES   3

typedef struct {
  TabellaManifest manifest;
  TabellaElection *election;
  TabellaBallotContext *ctx;
  TabellaScalar z, y; /* K = zG, K2 = yG */
  guint8 ballot_key[32], ballot_secret[64], export_secret[32];
} Hand;

/* Two calls with one @seed give the same keys; HE, K and K2 differ between seeds. */
Hand *hand_new (const char *seed, gboolean practice);
void hand_free (Hand *h);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Hand, hand_free)

/* 32 bytes that follow from a word. */
void hand_bytes (const char *word, guint8 out[32]);
void hand_scalar (const char *word, TabellaScalar *out);
/* Legal selections of a style: nothing but what must be chosen (@choice 0), or another pattern. */
void hand_selections (const Hand *h, guint16 style, guint choice, guint8 *selections);
/* A pending ballot of the terminal; T is made from @voter. */
TabellaPending *
hand_pending (const Hand *h, guint16 style, guint voter, guint8 attempt, guint choice);
GBytes *hand_cast (const Hand *h, guint16 style, guint voter, guint8 attempt, guint choice);
GBytes *hand_challenged (const Hand *h, guint16 style, guint voter, guint8 attempt, guint choice);
/* A check-in with a true link to the voter's T (kind 4: none). */
void hand_checkin (const Hand *h, guint voter, guint8 kind, guint8 state, guint16 style,
                   TabellaCheckin *c);
/* ρK2 of a file's R, as t trustees would compute it. */
void hand_shared (const Hand *h, const TabellaPoint *r, TabellaPoint *shared);

/* @ballots of a final with cast records of styles 0 and 2 and 1, and challenged ones. */
typedef struct {
  GPtrArray *cast, *challenged; /* GBytes */
  GArray *checkins;             /* TabellaCheckin */
  char *journal;
  TabellaBatchInput input;
  GBytes *checkins_file, *ballots;
} HandBatch;
HandBatch *hand_batch_new (const Hand *h, guint cast, guint challenged);
void hand_batch_free (HandBatch *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HandBatch, hand_batch_free)

/* A copy with bits flipped, cut or extended by zeros. */
GBytes *hand_flip (GBytes *bytes, gsize at, guint8 bits);
GBytes *hand_resize (GBytes *bytes, gsize size);

/* An error of this library with this code whose message holds @part; clears it. */
void hand_refused (GError **error, TabellaBallotError code, const char *part);
