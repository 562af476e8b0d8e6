/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hash.h"

typedef enum { TABELLA_PROOF_BAD, TABELLA_PROOF_GOOD } TabellaProofVerdict;

/* Schnorr over n secrets and the base G: commitments u_d G are appended to the transcript in order, one
 * challenge c (never zero), responses s_d = u_d − c·secret_d (never zero). Used by tags 11, 33, 35.
 * @prefix: a scalar hash (tabella_hash_init_scalar) that already holds the whole statement; it is
 * not changed.
 * @nonces: n nonces, or NULL for random ones. With given nonces a zero challenge or response yields FALSE. */
gboolean tabella_schnorr_prove (const TabellaHash *prefix, gsize n, const TabellaScalar *secrets,
                                const TabellaScalar *nonces, TabellaScalar *c, TabellaScalar *s);
/* @points: secret_d G. *verdict is written first. */
void tabella_schnorr_verify (const TabellaHash *prefix, gsize n, const TabellaPoint *points, const TabellaScalar *c,
                             const TabellaScalar *s, TabellaProofVerdict *verdict);

/* Decryption shares M_j = secret·A_j with one proof of equal discrete logarithms to Y = secret·G, own nonce per
 * point, challenge over @prefix ‖ (A, M) by point ‖ (uG, uA) by point (protocol section 8, tag 52).
 * Writes m[n], *c, s[n]. No A may be the identity. */
void tabella_equality_prove (const TabellaHash *prefix, const TabellaScalar *secret, gsize n, const TabellaPoint *a,
                             TabellaPoint *m, TabellaScalar *c, TabellaScalar *s);
void tabella_equality_verify (const TabellaHash *prefix, const TabellaPoint *y, gsize n, const TabellaPoint *a,
                              const TabellaPoint *m, const TabellaScalar *c, const TabellaScalar *s,
                              TabellaProofVerdict *verdict);
