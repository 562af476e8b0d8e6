/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "group.h"
#include "must.h"

#include <string.h>
#include <sodium.h>

G_STATIC_ASSERT (sizeof (TabellaPoint) == crypto_core_ristretto255_BYTES);
G_STATIC_ASSERT (sizeof (TabellaScalar) == crypto_core_ristretto255_SCALARBYTES);

/* q = 2^252 + 27742317777372353535851937790883648493, little-endian. */
static const guint8 order[32] = {
  0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
};

gboolean
tabella_point_read (TabellaPoint *p, const guint8 bytes[32])
{
  TabellaPoint in;

  memcpy (in.b, bytes, sizeof in.b);
  tabella_point_identity (p);
  /* libsodium 1.0.18 ignores bit 255 and takes the identity. */
  if ((in.b[31] & 0x80) != 0 || tabella_point_is_identity (&in) ||
      crypto_core_ristretto255_is_valid_point (in.b) != 1)
    return FALSE;
  *p = in;
  return TRUE;
}

gboolean
tabella_scalar_read (TabellaScalar *s, const guint8 bytes[32])
{
  TabellaScalar in;
  guint borrow = 0;

  memcpy (in.b, bytes, sizeof in.b);
  memset (s->b, 0, sizeof s->b);
  /* The subtraction of q borrows at the end exactly when the value is below q. */
  for (gsize i = 0; i < sizeof order; i++)
    borrow = ((guint)in.b[i] - order[i] - borrow) >> 31;
  if (borrow == 1)
    *s = in;
  sodium_memzero (&in, sizeof in);
  return borrow == 1;
}

gboolean
tabella_point_is_identity (const TabellaPoint *p)
{
  return sodium_is_zero (p->b, sizeof p->b) == 1;
}

gboolean
tabella_point_equal (const TabellaPoint *p, const TabellaPoint *q)
{
  return sodium_memcmp (p->b, q->b, sizeof p->b) == 0;
}

void
tabella_point_identity (TabellaPoint *p)
{
  memset (p->b, 0, sizeof p->b);
}

gboolean
tabella_scalar_is_zero (const TabellaScalar *s)
{
  return sodium_is_zero (s->b, sizeof s->b) == 1;
}

gboolean
tabella_scalar_equal (const TabellaScalar *a, const TabellaScalar *b)
{
  return sodium_memcmp (a->b, b->b, sizeof a->b) == 0;
}

/* libsodium answers −1 both for an operand that is no point and for the result identity; only the
 * latter writes (zeros), so @out was filled with bytes that are no encoding. */
static void
take_product (TabellaPoint *r, int answer, const TabellaPoint *out)
{
  TABELLA_MUST (answer == 0 || tabella_point_is_identity (out));
  *r = *out;
}

void
tabella_point_mul (TabellaPoint *r, const TabellaScalar *s, const TabellaPoint *p)
{
  TabellaPoint out;
  int answer;

  memset (out.b, 0xff, sizeof out.b);
  answer = crypto_scalarmult_ristretto255 (out.b, s->b, p->b);
  take_product (r, answer, &out);
}

void
tabella_point_mul_base (TabellaPoint *r, const TabellaScalar *s)
{
  TabellaPoint out;
  int answer;

  memset (out.b, 0xff, sizeof out.b);
  answer = crypto_scalarmult_ristretto255_base (out.b, s->b);
  take_product (r, answer, &out);
}

void
tabella_point_add (TabellaPoint *r, const TabellaPoint *p, const TabellaPoint *q)
{
  TABELLA_MUST (crypto_core_ristretto255_add (r->b, p->b, q->b) == 0);
}

void
tabella_point_sub (TabellaPoint *r, const TabellaPoint *p, const TabellaPoint *q)
{
  TABELLA_MUST (crypto_core_ristretto255_sub (r->b, p->b, q->b) == 0);
}

void
tabella_scalar_add (TabellaScalar *r, const TabellaScalar *a, const TabellaScalar *b)
{
  crypto_core_ristretto255_scalar_add (r->b, a->b, b->b);
}

void
tabella_scalar_sub (TabellaScalar *r, const TabellaScalar *a, const TabellaScalar *b)
{
  crypto_core_ristretto255_scalar_sub (r->b, a->b, b->b);
}

void
tabella_scalar_mul (TabellaScalar *r, const TabellaScalar *a, const TabellaScalar *b)
{
  crypto_core_ristretto255_scalar_mul (r->b, a->b, b->b);
}

gboolean
tabella_scalar_invert (TabellaScalar *r, const TabellaScalar *a)
{
  return crypto_core_ristretto255_scalar_invert (r->b, a->b) == 0;
}

void
tabella_scalar_from_uint (TabellaScalar *r, guint64 value)
{
  memset (r->b, 0, sizeof r->b);
  for (gsize i = 0; i < sizeof value; i++)
    r->b[i] = (guint8)(value >> (8 * i));
}

void
tabella_scalar_random (TabellaScalar *r)
{
  do
    crypto_core_ristretto255_scalar_random (r->b);
  while (tabella_scalar_is_zero (r));
}
