/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "election.h"
#include "proofs.h"
#include "sign.h"

/* What everyone can compute from the ceremony's files (protocol section 3). */
typedef struct {
  guint16 n, t;
  guint8 hp[32];          /* HP */
  TabellaPoint k, k2;     /* K, K2 */
  guint8 transcript[32];  /* HG */
  TabellaPoint z[32], y[32]; /* Z_j, Y_j at [j − 1] */
  guint8 signing[32][32]; /* trustees' Ed25519 keys */
} TabellaCeremonyKeys;

/* The files by round and trustee: rounds[r][i], r 0..3, i 0..n−1; NULL where missing. */
typedef struct { guint16 n; GBytes *rounds[4][32]; } TabellaCeremonyFiles;

void tabella_ceremony_context (const char *name, guint16 n, guint16 t, GPtrArray *trustees, guint8 hp[32]);

/* Reads rN files of a folder (those that are there). */
gboolean tabella_ceremony_files_load (const char *ceremony_folder, guint16 n, TabellaCeremonyFiles *files, GError **error);
void     tabella_ceremony_files_clear (TabellaCeremonyFiles *files);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaCeremonyFiles, tabella_ceremony_files_clear)

/* Checks rounds 1..@rounds (commitments, points, proofs; with 4 every r4 signature) and fills @keys (with rounds ≥ 2;
 * before that it may be NULL). Of @e only name and trustees are used.
 * FALSE with COMPLAINT naming the trustee, the file and the reason, or STATE naming whose file is missing. */
gboolean tabella_ceremony_check (const TabellaElection *e, const TabellaCeremonyFiles *files, guint rounds,
                                 TabellaCeremonyKeys *keys, GError **error);

/* Moves the files of a ceremony with a complaint to ceremony/restart-NN/, the complaint included. Cut off, it can be run
 * again. STATE if there is no complaint or the election is sealed. */
gboolean tabella_ceremony_restart (const char *folder, GError **error);
