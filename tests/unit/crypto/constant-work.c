/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For constant-work.py: makes one body under callgrind.
 *   constant-work body 0110        selections of a contest of four options, 0 to 4 marks
 *   constant-work control 0110     a function that does branch on them, to see that the measure
 * sees it */
#include "ballot-proof.h"
#include "secret.h"

#include <string.h>

#define OPTIONS 4

guint constant_work_control (const guint8 *selections);

__attribute__ ((noinline)) guint
constant_work_control (const guint8 *selections)
{
  volatile guint sum = 0;

  for (gsize i = 0; i < OPTIONS; i++)
    if (selections[i] == 1)
      sum = sum + 1;
  return sum;
}

int
main (int argc, char **argv)
{
  static const TabellaContestShape contests[] = { { OPTIONS, 0, OPTIONS } };
  static const TabellaShape shape = { 1, contests };
  const guint8 hi[32] = { 1 }, seed[32] = { 2 };
  guint8 selections[OPTIONS], body[4096];
  TabellaScalar secret;
  TabellaPoint key;

  tabella_crypto_init ();
  if (argc != 3 || strlen (argv[2]) != OPTIONS || tabella_shape_body_size (&shape) > sizeof body)
    return 2;
  for (gsize i = 0; i < OPTIONS; i++)
    selections[i] = argv[2][i] == '1';
  if (strcmp (argv[1], "control") == 0)
    return constant_work_control (selections) <= OPTIONS ? 0 : 1;
  tabella_scalar_from_uint (&secret, 12345);
  tabella_point_mul_base (&key, &secret);
  return tabella_body_make (&shape, hi, &key, seed, selections, body) ? 0 : 1;
}
