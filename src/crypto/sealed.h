/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proofs.h"
#include "crypto-error.h"

/* The two sealings to K2: a check-in's link and a batch's sealed files (protocol sections 6 and 7). */

#define TABELLA_LINK_BYTES   112
#define TABELLA_TICKET_BYTES 16 /* T */

/* A check-in's link: R 32 ‖ ct 16 ‖ c 32 ‖ s 32. @he: HE; @k2: K2. */
void tabella_link_make (const guint8 he[32], const TabellaPoint *k2, guint16 terminal, const guint8 ticket[16],
                        guint8 link[TABELLA_LINK_BYTES]);
/* The same with given ρ and u, for test vectors. FALSE, and zeros, if they meet a forbidden zero. */
gboolean tabella_link_make_with (const guint8 he[32], const TabellaPoint *k2, guint16 terminal,
                                 const guint8 ticket[16], const TabellaScalar *rho, const TabellaScalar *u,
                                 guint8 link[TABELLA_LINK_BYTES]);
/* Proof 33; on GOOD *r is R. An all-zero link is not for this function (FALSE verdict). */
void tabella_link_verify (const guint8 he[32], guint16 terminal, const guint8 link[TABELLA_LINK_BYTES], TabellaPoint *r,
                          TabellaProofVerdict *verdict);
/* @shared: ρK2 as decrypted by trustees. */
void tabella_link_open (const guint8 he[32], guint16 terminal, const guint8 link[TABELLA_LINK_BYTES],
                        const TabellaPoint *shared, guint8 ticket[16]);

/* A sealed file ("checkins", "sealed"): header 48 ‖ R 32 ‖ c 32 ‖ s 32 ‖ AEAD with zero nonce and associated data
 * header ‖ R. @rho_what: 1 for "checkins", 3 for "sealed"; u uses rho_what + 1 (tag 38). The same inputs give the same
 * bytes: a copy can be written again. */
#define TABELLA_SEAL_HEADER   48
#define TABELLA_SEAL_OVERHEAD (48 + 96 + 16)
GByteArray *tabella_seal_make (const guint8 he[32], const TabellaPoint *k2, const guint8 export_secret[32],
                               guint8 rho_what, const guint8 header[TABELLA_SEAL_HEADER], gconstpointer plain,
                               gsize size);
/* Proof 35 of a whole file; *r is R on GOOD. */
void tabella_seal_verify (const guint8 he[32], const guint8 *file, gsize size, TabellaPoint *r,
                          TabellaProofVerdict *verdict);
/* Plaintext with @shared = ρK2, or NULL with FORMAT if it does not authenticate. */
GBytes *tabella_seal_open (const guint8 he[32], const guint8 *file, gsize size, const TabellaPoint *shared,
                           GError **error);
