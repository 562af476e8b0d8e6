/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "body-forge.h"
#include "fixture.h"

#define SUM 0xffff

/* The disjunctions of a shape in the body's order. */
static void
list_claims (Forge *f, const TabellaShape *shape)
{
  f->shape = shape;
  f->n_options = f->n_claims = 0;
  for (guint16 c = 0; c < shape->n_contests; c++) {
    const TabellaContestShape *contest = &shape->contests[c];
    for (guint16 o = 0; o < contest->options; o++) {
      f->claims[f->n_claims++] = (ForgeClaim){ .contest = c, .option = o, .min = 0, .max = 1 };
      f->n_options++;
    }
    f->claims[f->n_claims++] =
        (ForgeClaim){ .contest = c, .option = SUM, .min = contest->min, .max = contest->max };
    g_assert_cmpuint (f->n_options, <=, FORGE_OPTIONS);
    g_assert_cmpuint (f->n_claims, <=, FORGE_CLAIMS);
    g_assert_cmpint (contest->max - contest->min, <, FORGE_VALUES);
  }
}

static gsize
first_option (const Forge *f, guint16 contest)
{
  gsize at = 0;

  for (guint16 c = 0; c < contest; c++)
    at += f->shape->contests[c].options;
  return at;
}

static TabellaScalar
derived (const guint8 k[32], TabellaTag tag, guint16 c, guint16 o, gint v)
{
  TabellaHash h;
  TabellaScalar out;

  tabella_hash_init_scalar (&h, k, tag);
  tabella_hash_u16 (&h, c);
  tabella_hash_u16 (&h, o);
  if (v >= 0)
    tabella_hash_u16 (&h, (guint16)v);
  tabella_hash_finish_scalar (&h, &out);
  return out;
}

void
forge_init (Forge *f, const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key,
            const guint8 seed[32], const guint8 *selections)
{
  TabellaHash h;
  guint8 k[32];
  gsize at = 0;

  memset (f, 0, sizeof *f);
  list_claims (f, shape);
  memcpy (f->hi, hi, 32);
  f->key = *key;
  f->cover = FORGE_EVERYTHING;
  tabella_hash_init (&h, seed, TABELLA_TAG_BALLOT_SECRET);
  tabella_hash_put (&h, hi, 32);
  tabella_hash_put (&h, selections, f->n_options);
  tabella_hash_finish (&h, k);
  for (gsize i = 0; i < f->n_claims; i++) {
    ForgeClaim *claim = &f->claims[i];
    if (claim->option != SUM) {
      f->r[at] = derived (k, TABELLA_TAG_NONCE, claim->contest, claim->option, -1);
      f->m[at] = selections[at];
      at++;
    }
    for (gint v = claim->min; v <= claim->max; v++) {
      claim->u[v - claim->min] =
          derived (k, TABELLA_TAG_PROOF_NONCE, claim->contest, claim->option, v);
      claim->x[v - claim->min] =
          derived (k, TABELLA_TAG_SIMULATED, claim->contest, claim->option, v);
    }
  }
}

void
forge_claim_secret (const Forge *f, const ForgeClaim *claim, TabellaScalar *r, gint *m)
{
  gsize at = first_option (f, claim->contest);

  if (claim->option != SUM) {
    *r = f->r[at + claim->option];
    *m = f->m[at + claim->option];
    return;
  }
  *r = fixture_small (0);
  *m = 0;
  for (gsize o = 0; o < f->shape->contests[claim->contest].options; o++) {
    tabella_scalar_add (r, r, &f->r[at + o]);
    *m += f->m[at + o];
  }
}

static void
commit (const Forge *f, ForgeClaim *claim)
{
  TabellaScalar r, w;
  gint m;

  forge_claim_secret (f, claim, &r, &m);
  for (gint v = claim->min; v <= claim->max; v++) {
    gsize i = (gsize)(v - claim->min);
    TabellaScalar distance = fixture_small (m - v);
    tabella_scalar_mul (&w, &distance, &claim->x[i]);
    tabella_scalar_add (&w, &w, &claim->u[i]);
    tabella_point_mul_base (&claim->a[i], &claim->u[i]);
    tabella_point_mul (&claim->b[i], &w, &f->key);
  }
}

void
forge_challenge (const Forge *f, TabellaScalar *e)
{
  TabellaHash h;

  tabella_hash_init_scalar (&h, f->hi, TABELLA_TAG_BALLOT_CHALLENGE);
  for (gsize o = 0; o < f->n_options && (f->cover & FORGE_STATEMENT) != 0; o++) {
    tabella_hash_point (&h, &f->alpha[o]);
    tabella_hash_point (&h, &f->beta[o]);
  }
  for (gsize i = 0; i < f->n_claims; i++) {
    const ForgeClaim *claim = &f->claims[i];
    if (claim->option == SUM && (f->cover & FORGE_SUMS) == 0)
      continue;
    for (gint v = 0; v <= claim->max - claim->min; v++) {
      if ((f->cover & FORGE_A) != 0)
        tabella_hash_point (&h, &claim->a[v]);
      if ((f->cover & FORGE_B) != 0)
        tabella_hash_point (&h, &claim->b[v]);
    }
  }
  tabella_hash_finish_scalar (&h, e);
}

static void
respond (const Forge *f, ForgeClaim *claim)
{
  const gint last = claim->max - claim->min;
  TabellaScalar r, product, rest = f->e;
  gint m, real;

  forge_claim_secret (f, claim, &r, &m);
  real = m >= claim->min && m <= claim->max ? m - claim->min : last;
  for (gint i = 0; i <= last; i++) {
    claim->c[i] = claim->x[i];
    if (i != real)
      tabella_scalar_sub (&rest, &rest, &claim->x[i]);
  }
  claim->c[real] = rest;
  for (gint i = 0; i <= last; i++) {
    tabella_scalar_mul (&product, &claim->c[i], &r);
    tabella_scalar_sub (&claim->s[i], &claim->u[i], &product);
  }
}

void
forge_body (Forge *f, guint8 *body)
{
  for (gsize o = 0; o < f->n_options; o++) {
    TabellaScalar m = fixture_small (f->m[o]), sum;
    tabella_scalar_add (&sum, &f->r[o], &m);
    tabella_point_mul_base (&f->alpha[o], &f->r[o]);
    tabella_point_mul (&f->beta[o], &sum, &f->key);
  }
  for (gsize i = 0; i < f->n_claims; i++)
    commit (f, &f->claims[i]);
  forge_challenge (f, &f->e);
  for (gsize i = 0; i < f->n_claims; i++)
    respond (f, &f->claims[i]);
  forge_write (f, body);
}

static guint8 *
put (guint8 *at, const guint8 bytes[32])
{
  memcpy (at, bytes, 32);
  return at + 32;
}

void
forge_write (const Forge *f, guint8 *body)
{
  guint8 *at = body;

  for (gsize o = 0; o < f->n_options; o++) {
    at = put (at, f->alpha[o].b);
    at = put (at, f->beta[o].b);
  }
  at = put (at, f->e.b);
  for (gsize i = 0; i < f->n_claims; i++) {
    const ForgeClaim *claim = &f->claims[i];
    const gint last = claim->max - claim->min;
    for (gint v = 0; v < last; v++)
      at = put (at, claim->c[v].b);
    for (gint v = 0; v <= last; v++)
      at = put (at, claim->s[v].b);
  }
  g_assert_cmpuint ((gsize)(at - body), ==, tabella_shape_body_size (f->shape));
}

static const guint8 *
take (const guint8 *at, guint8 bytes[32])
{
  memcpy (bytes, at, 32);
  return at + 32;
}

/* The reverse of forge_write(); the last challenges are derived. */
static void
forge_read (Forge *f, const guint8 *body)
{
  const guint8 *at = body;

  for (gsize o = 0; o < f->n_options; o++) {
    at = take (at, f->alpha[o].b);
    at = take (at, f->beta[o].b);
  }
  at = take (at, f->e.b);
  for (gsize i = 0; i < f->n_claims; i++) {
    ForgeClaim *claim = &f->claims[i];
    const gint last = claim->max - claim->min;
    claim->c[last] = f->e;
    for (gint v = 0; v < last; v++) {
      at = take (at, claim->c[v].b);
      tabella_scalar_sub (&claim->c[last], &claim->c[last], &claim->c[v]);
    }
    for (gint v = 0; v <= last; v++)
      at = take (at, claim->s[v].b);
  }
}

/* a_v = s_v G + c_v α and b_v = s_v K + c_v (β − vK), sums as v times K in one go. */
static void
recompute (Forge *f, ForgeClaim *claim)
{
  gsize at = first_option (f, claim->contest), n = f->shape->contests[claim->contest].options;
  TabellaPoint alpha, beta, shifted, left, right;

  if (claim->option != SUM) {
    at += claim->option;
    n = 1;
  }
  tabella_point_identity (&alpha);
  tabella_point_identity (&beta);
  for (gsize o = at; o < at + n; o++) {
    tabella_point_add (&alpha, &alpha, &f->alpha[o]);
    tabella_point_add (&beta, &beta, &f->beta[o]);
  }
  for (gint v = claim->min; v <= claim->max; v++) {
    gsize i = (gsize)(v - claim->min);
    TabellaScalar value = fixture_small (v);
    tabella_point_mul (&shifted, &value, &f->key);
    tabella_point_sub (&shifted, &beta, &shifted);
    tabella_point_mul_base (&left, &claim->s[i]);
    tabella_point_mul (&right, &claim->c[i], &alpha);
    tabella_point_add (&claim->a[i], &left, &right);
    tabella_point_mul (&left, &claim->s[i], &f->key);
    tabella_point_mul (&right, &claim->c[i], &shifted);
    tabella_point_add (&claim->b[i], &left, &right);
  }
}

gboolean
forge_weak_accepts (const TabellaShape *shape, const guint8 hi[32], const TabellaPoint *key,
                    guint cover, const guint8 *body)
{
  Forge f = { .key = *key, .cover = cover };
  TabellaScalar e;

  memcpy (f.hi, hi, 32);
  list_claims (&f, shape);
  forge_read (&f, body);
  for (gsize i = 0; i < f.n_claims; i++)
    recompute (&f, &f.claims[i]);
  forge_challenge (&f, &e);
  return tabella_scalar_equal (&e, &f.e);
}
