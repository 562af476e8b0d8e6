/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ceremony.h"

/* Between ceremony.c (what everyone checks), complaint.c and the trustee's own steps. */

#define TABELLA_CEREMONY_LABEL "tabella ceremony v1"
#define TABELLA_SHARE_PLAIN    96            /* context 32 ‖ f_i(j) ‖ g_i(j) */
#define TABELLA_SHARE_BOX      (24 + 16 + 96) /* nonce ‖ crypto_box */

typedef struct { guint8 signing[32], transport[32], commitment[32]; } TabellaRound1;
typedef struct { TabellaPoint f[32], e[32]; TabellaScalar c, s[64]; } TabellaRound2;
typedef struct { guint8 box[32][TABELLA_SHARE_BOX]; } TabellaRound3; /* to j at [j − 1] */

/* The ceremony's files, read. */
typedef struct {
  const TabellaElection *election;
  guint16 n, t;
  guint8 hp[32], hash1[32], hash2[32]; /* HP, R1, R2 */
  TabellaRound1 r1[32]; TabellaRound2 r2[32]; TabellaRound3 r3[32];
} TabellaCeremonyView;

/* What a trustee would write into a complaint: @about 0 if the problem is not for one (a file that is missing or no JSON
 * can be handed in again). */
typedef struct { guint16 about; const char *reason; } TabellaComplaint;

/* Reads and checks rounds 1..@rounds (at most 3). NULL as tabella_ceremony_check(). @complaint may be NULL. */
TabellaCeremonyView *tabella_ceremony_view (const TabellaElection *e, const TabellaCeremonyFiles *files, guint rounds,
                                            TabellaComplaint *complaint, GError **error);
/* K, K2, HG, Z, Y of a view with round 2. FALSE with INVALID if one is the identity. */
gboolean tabella_ceremony_view_keys (const TabellaCeremonyView *view, TabellaCeremonyKeys *keys, GError **error);

/* Trustee @index's r4 signature, not checked. Errors COMPLAINT, STATE (some r4 is missing). */
gboolean tabella_ceremony_read4 (const TabellaElection *e, const TabellaCeremonyFiles *files, guint16 index,
                                 guint8 signature[64], GError **error);

/* "r2-01.json of Trustee One". */
char *tabella_ceremony_file_of (const TabellaElection *e, guint round, guint16 index);
/* FOLDER/ceremony/rN-II.json */
char *tabella_ceremony_path (const char *folder, guint round, guint16 index);
/* Σ_d j^d C_d. */
void tabella_ceremony_commitment_at (const TabellaPoint *commitments, guint16 t, guint16 j, TabellaPoint *out);
/* h_i of protocol section 3. */
void tabella_ceremony_commit (const guint8 hp[32], guint16 index, guint16 t, const TabellaPoint *f, const TabellaPoint *e,
                              guint8 out[32]);
/* The statement of round 2's proof, ready for tabella_schnorr_prove() and _verify(). */
void tabella_ceremony_knowledge (TabellaHash *h, const guint8 hp[32], guint16 index, const guint8 hash1[32], guint16 t,
                                 const TabellaPoint *f, const TabellaPoint *e);
/* The first 32 bytes of a share's plaintext. */
void tabella_ceremony_transport (const guint8 hp[32], guint16 from, guint16 to, const guint8 hash2[32], guint8 out[32]);

/* STATE, naming it and the way on, if the folder's ceremony has a complaint or a restart that was cut off. */
gboolean tabella_complaint_none (const TabellaElection *e, const char *folder, GError **error);
gboolean tabella_complaint_write (const char *folder, guint16 from, const TabellaComplaint *complaint, GError **error);
/* How often the folder's ceremony was given up. */
gboolean tabella_ceremony_restarts (const char *folder, guint16 *restarts, GError **error);
