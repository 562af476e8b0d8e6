/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "proofs.h"

/* A ballot body (protocol section 5): encryptions of 0 or 1 to K for every option, a disjunction for each, a
 * disjunction {min..max} for each contest, one challenge over everything. */
typedef struct { guint16 options, min, max; } TabellaContestShape;
typedef struct { guint16 n_contests; const TabellaContestShape *contests; } TabellaShape;

/* Every function stops the program for a shape that no manifest may have: no contest, or one without
 * 1 ≤ max ≤ options ≤ 1000 and min ≤ max. */
gsize tabella_shape_options (const TabellaShape *shape);    /* options in all contests = selection bytes */
gsize tabella_shape_body_size (const TabellaShape *shape);  /* bytes of a body */
/* Every contest between min and max, every byte 0 or 1. */
gboolean tabella_shape_accepts (const TabellaShape *shape, const guint8 *selections);

/* Writes the body for @selections (one byte an option). @hi: the ballot's context HI; @seed: 32 secret bytes;
 * @key: K. FALSE for selections that tabella_shape_accepts() refuses, and if this seed meets a
 * forbidden zero or identity (practically never; take another seed). Deterministic: a challenge is
 * checked by calling it again. Same sequence of operations for every selection. */
gboolean tabella_body_make (const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key,
                            const guint8 seed[32], const guint8 *selections, guint8 *body);

/* Reads and verifies a body of exactly tabella_shape_body_size() bytes. On GOOD, @alpha and @beta (each
 * tabella_shape_options() long, or NULL) hold the ciphertexts; else they are untouched. *verdict is written first. */
void tabella_body_verify (const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key, const guint8 *body,
                          TabellaPoint *alpha, TabellaPoint *beta, TabellaProofVerdict *verdict);

/* code = H(HI; 29, body). */
void tabella_body_code (const TabellaShape *shape, const guint8 hi[32], const guint8 *body, guint8 code[32]);
