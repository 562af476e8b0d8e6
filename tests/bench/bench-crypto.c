/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a ballot costs beyond the multiplications that it cannot do without. Machines differ and so
 * does their load: each round measures both sides one after the other, and the median of five
 * rounds counts. */
#include "ballot-proof.h"
#include "secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS       5
#define REPEATS      40
#define MAKE_LIMIT   1.25
#define VERIFY_LIMIT 1.15

/* The example ballot: two motions. */
static const TabellaContestShape contests[] = { { 4, 0, 1 }, { 3, 0, 1 } };
static const TabellaShape shape = { 2, contests };

typedef struct {
  TabellaPoint key, other;
  TabellaScalar scalar;
  guint8 hi[32], seed[32], selections[7], body[1344];
} Bench;

typedef void (*Work) (Bench *b);

static void
multiply (Bench *b, guint base, guint variable, guint additions)
{
  TabellaPoint p, q;

  for (guint i = 0; i < base; i++)
    tabella_point_mul_base (&p, &b->scalar);
  for (guint i = 0; i < variable; i++)
    tabella_point_mul (&q, &b->scalar, &b->key);
  for (guint i = 0; i < additions; i++)
    tabella_point_add (&p, &b->key, &b->other);
}

/* 7 ciphertexts and 18 branches, each with one multiplication of G and one of K. */
static void
least_make (Bench *b)
{
  multiply (b, 25, 25, 0);
}

/* 18 branches, each sG + cα and sK + c(β − vK); 10 additions for the sums. */
static void
least_verify (Bench *b)
{
  multiply (b, 18, 54, 46);
}

static void
make (Bench *b)
{
  if (!tabella_body_make (&shape, b->hi, &b->key, b->seed, b->selections, b->body))
    g_error ("the example ballot is refused");
}

static void
verify (Bench *b)
{
  TabellaProofVerdict verdict;

  tabella_body_verify (&shape, b->hi, &b->key, b->body, NULL, NULL, &verdict);
  if (verdict != TABELLA_PROOF_GOOD)
    g_error ("the example ballot does not verify");
}

/* Microseconds for one call. */
static double
measure (Work work, Bench *b)
{
  const gint64 start = g_get_monotonic_time ();

  for (guint i = 0; i < REPEATS; i++)
    work (b);
  return (double)(g_get_monotonic_time () - start) / REPEATS;
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
median (double *values)
{
  qsort (values, ROUNDS, sizeof *values, compare);
  return values[ROUNDS / 2];
}

static gboolean
report (const char *name, Work work, Work least, double limit, Bench *b)
{
  double times[ROUNDS], ratios[ROUNDS], ratio;

  for (guint i = 0; i < ROUNDS; i++) {
    const double bound = measure (least, b);
    times[i] = measure (work, b);
    ratios[i] = times[i] / bound;
  }
  ratio = median (ratios);
  printf ("%s: %.0f us, %.3f times its multiplications (limit %.2f)\n", name, median (times), ratio,
          limit);
  return ratio <= limit;
}

int
main (void)
{
  Bench b = { .hi = { 1 }, .seed = { 2 }, .selections = { 0, 1 } };
  gboolean good;

  tabella_crypto_init ();
  tabella_scalar_random (&b.scalar);
  tabella_point_mul_base (&b.key, &b.scalar);
  tabella_point_add (&b.other, &b.key, &b.key);
  g_assert_cmpuint (tabella_shape_body_size (&shape), ==, sizeof b.body);
  good = report ("encrypt and prove", make, least_make, MAKE_LIMIT, &b);
  good &= report ("verify", verify, least_verify, VERIFY_LIMIT, &b);
  return good ? 0 : 1;
}
