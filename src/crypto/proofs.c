/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "proofs.h"
#include "must.h"
#include "secret.h"

/* r = sB + cP, where @sb is sB already. */
static void
open_commitment (TabellaPoint *r, const TabellaPoint *sb, const TabellaScalar *c,
                 const TabellaPoint *p)
{
  TabellaPoint cp;

  tabella_point_mul (&cp, c, p);
  tabella_point_add (r, sb, &cp);
}

/* s = u − c·secret. FALSE if it is zero. */
static gboolean
respond (TabellaScalar *s, const TabellaScalar *u, const TabellaScalar *c,
         const TabellaScalar *secret)
{
  TabellaScalar product;

  tabella_scalar_mul (&product, c, secret);
  tabella_scalar_sub (s, u, &product);
  sodium_memzero (&product, sizeof product);
  return !tabella_scalar_is_zero (s);
}

/* FALSE if the challenge or a response is zero. */
static gboolean
schnorr_with (const TabellaHash *prefix, gsize n, const TabellaScalar *secrets,
              const TabellaScalar *nonces, TabellaScalar *c, TabellaScalar *s)
{
  TabellaHash h = *prefix;
  TabellaPoint commitment;
  gboolean good;

  for (gsize d = 0; d < n; d++) {
    tabella_point_mul_base (&commitment, &nonces[d]);
    tabella_hash_point (&h, &commitment);
  }
  tabella_hash_finish_scalar (&h, c);
  good = !tabella_scalar_is_zero (c);
  for (gsize d = 0; d < n; d++)
    good &= respond (&s[d], &nonces[d], c, &secrets[d]);
  return good;
}

gboolean
tabella_schnorr_prove (const TabellaHash *prefix, gsize n, const TabellaScalar *secrets,
                       const TabellaScalar *nonces, TabellaScalar *c, TabellaScalar *s)
{
  g_autoptr (TabellaSecret) memory = NULL;
  TabellaScalar *own;

  TABELLA_MUST (n > 0 && n <= G_MAXUINT16);
  if (nonces != NULL)
    return schnorr_with (prefix, n, secrets, nonces, c, s);

  memory = tabella_secret_new (n * sizeof *own);
  own = (TabellaScalar *)memory;
  do {
    for (gsize d = 0; d < n; d++)
      tabella_scalar_random (&own[d]);
  } while (!schnorr_with (prefix, n, secrets, own, c, s));
  return TRUE;
}

void
tabella_schnorr_verify (const TabellaHash *prefix, gsize n, const TabellaPoint *points,
                        const TabellaScalar *c, const TabellaScalar *s,
                        TabellaProofVerdict *verdict)
{
  TabellaHash h = *prefix;
  TabellaPoint sg, commitment;
  TabellaScalar again;

  *verdict = TABELLA_PROOF_BAD;
  if (n == 0 || tabella_scalar_is_zero (c))
    return;
  for (gsize d = 0; d < n; d++) {
    if (tabella_scalar_is_zero (&s[d]) || tabella_point_is_identity (&points[d]))
      return;
    tabella_point_mul_base (&sg, &s[d]);
    open_commitment (&commitment, &sg, c, &points[d]);
    tabella_hash_point (&h, &commitment);
  }
  tabella_hash_finish_scalar (&h, &again);
  if (tabella_scalar_equal (&again, c))
    *verdict = TABELLA_PROOF_GOOD;
}

static void
put_shares (TabellaHash *h, gsize n, const TabellaPoint *a, const TabellaPoint *m)
{
  for (gsize j = 0; j < n; j++) {
    tabella_hash_point (h, &a[j]);
    tabella_hash_point (h, &m[j]);
  }
}

/* @statement holds the shares already. FALSE if the challenge or a response is zero. */
static gboolean
equality_with (const TabellaHash *statement, const TabellaScalar *secret, gsize n,
               const TabellaPoint *a, const TabellaScalar *nonces, TabellaScalar *c,
               TabellaScalar *s)
{
  TabellaHash h = *statement;
  TabellaPoint commitment;
  gboolean good;

  for (gsize j = 0; j < n; j++) {
    tabella_point_mul_base (&commitment, &nonces[j]);
    tabella_hash_point (&h, &commitment);
    tabella_point_mul (&commitment, &nonces[j], &a[j]);
    tabella_hash_point (&h, &commitment);
  }
  tabella_hash_finish_scalar (&h, c);
  good = !tabella_scalar_is_zero (c);
  for (gsize j = 0; j < n; j++)
    good &= respond (&s[j], &nonces[j], c, secret);
  return good;
}

void
tabella_equality_prove (const TabellaHash *prefix, const TabellaScalar *secret, gsize n,
                        const TabellaPoint *a, TabellaPoint *m, TabellaScalar *c, TabellaScalar *s)
{
  TabellaHash h = *prefix;
  g_autoptr (TabellaSecret) memory = tabella_secret_new (n * sizeof (TabellaScalar));
  TabellaScalar *nonces = (TabellaScalar *)memory;

  for (gsize j = 0; j < n; j++) {
    TABELLA_MUST (!tabella_point_is_identity (&a[j]));
    tabella_point_mul (&m[j], secret, &a[j]);
  }
  put_shares (&h, n, a, m);
  do {
    for (gsize j = 0; j < n; j++)
      tabella_scalar_random (&nonces[j]);
  } while (!equality_with (&h, secret, n, a, nonces, c, s));
}

void
tabella_equality_verify (const TabellaHash *prefix, const TabellaPoint *y, gsize n,
                         const TabellaPoint *a, const TabellaPoint *m, const TabellaScalar *c,
                         const TabellaScalar *s, TabellaProofVerdict *verdict)
{
  TabellaHash h = *prefix;
  TabellaPoint cy, part, commitment;
  TabellaScalar again;

  *verdict = TABELLA_PROOF_BAD;
  if (tabella_scalar_is_zero (c) || tabella_point_is_identity (y))
    return;
  tabella_point_mul (&cy, c, y);
  put_shares (&h, n, a, m);
  for (gsize j = 0; j < n; j++) {
    if (tabella_scalar_is_zero (&s[j]) || tabella_point_is_identity (&a[j]) ||
        tabella_point_is_identity (&m[j]))
      return;
    tabella_point_mul_base (&part, &s[j]);
    tabella_point_add (&commitment, &part, &cy);
    tabella_hash_point (&h, &commitment);
    tabella_point_mul (&part, &s[j], &a[j]);
    open_commitment (&commitment, &part, c, &m[j]);
    tabella_hash_point (&h, &commitment);
  }
  tabella_hash_finish_scalar (&h, &again);
  if (tabella_scalar_equal (&again, c))
    *verdict = TABELLA_PROOF_GOOD;
}
