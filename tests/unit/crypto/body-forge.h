/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot-proof.h"

/* A second prover for ballot bodies, written from protocol section 5 with every secret in the open,
 * so that tests can build bodies which no honest program makes: other nonces, illegal votes, a
 * challenge that leaves things out. And a verifier that checks nothing but the equations, to show
 * that a forgery is one. */

#define FORGE_OPTIONS 8
#define FORGE_VALUES  5
#define FORGE_CLAIMS  12

/* What the challenge covers. FORGE_SUMS: the commitments of the contests' disjunctions. */
typedef enum {
  FORGE_STATEMENT = 1 << 0,
  FORGE_A = 1 << 1,
  FORGE_B = 1 << 2,
  FORGE_SUMS = 1 << 3,
  FORGE_EVERYTHING = 15,
} ForgeCover;

/* One disjunction. u and x by v − min; the x of the true value is not used. */
typedef struct {
  guint16 contest, option, min, max;
  TabellaScalar u[FORGE_VALUES], x[FORGE_VALUES], c[FORGE_VALUES], s[FORGE_VALUES];
  TabellaPoint a[FORGE_VALUES], b[FORGE_VALUES];
} ForgeClaim;

typedef struct {
  const TabellaShape *shape;
  guint8 hi[32];
  TabellaPoint key;
  guint cover; /* ForgeCover, or-ed */
  gsize n_options, n_claims;
  TabellaScalar r[FORGE_OPTIONS];
  gint m[FORGE_OPTIONS]; /* any number */
  TabellaPoint alpha[FORGE_OPTIONS], beta[FORGE_OPTIONS];
  ForgeClaim claims[FORGE_CLAIMS];
  TabellaScalar e;
} Forge;

/* Everything as an honest program would choose it; the caller may then change any of it. */
void forge_init (Forge *f, const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key,
                 const guint8 seed[32], const guint8 *selections);
/* Computes alpha, beta, commitments, e, challenges, responses; then forge_write(). A disjunction
 * without a true value gets all but its last challenge from x. */
void forge_body (Forge *f, guint8 *body);
/* e over what is covered, from hi, alpha, beta and the claims' a and b. */
void forge_challenge (const Forge *f, TabellaScalar *e);
/* alpha, beta, e, challenges and responses as a body. */
void forge_write (const Forge *f, guint8 *body);
/* The number r and m of a claim: an option's own, or the contest's sums. */
void forge_claim_secret (const Forge *f, const ForgeClaim *claim, TabellaScalar *r, gint *m);

/* Whether the equations hold with a challenge that covers only @cover under @hi. */
gboolean forge_weak_accepts (const TabellaShape *shape, const guint8 hi[32],
                             const TabellaPoint *key, guint cover, const guint8 *body);
