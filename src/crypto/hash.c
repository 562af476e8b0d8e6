/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hash.h"
#include "must.h"

#include <string.h>

const guint8 tabella_version[32] = "TABELLA1 ristretto255 BLAKE2b";

static void
init (TabellaHash *h, gsize out, const guint8 ctx[32], TabellaTag tag)
{
  h->out = out;
  TABELLA_MUST (crypto_generichash_init (&h->state, ctx, 32, out) == 0);
  tabella_hash_u8 (h, (guint8)tag);
}

void
tabella_hash_init (TabellaHash *h, const guint8 ctx[32], TabellaTag tag)
{
  init (h, TABELLA_HASH_BYTES, ctx, tag);
}

void
tabella_hash_init_scalar (TabellaHash *h, const guint8 ctx[32], TabellaTag tag)
{
  init (h, crypto_core_ristretto255_NONREDUCEDSCALARBYTES, ctx, tag);
}

void
tabella_hash_put (TabellaHash *h, gconstpointer bytes, gsize size)
{
  if (size > 0)
    TABELLA_MUST (crypto_generichash_update (&h->state, bytes, size) == 0);
}

void
tabella_hash_u8 (TabellaHash *h, guint8 value)
{
  tabella_hash_put (h, &value, sizeof value);
}

void
tabella_hash_u16 (TabellaHash *h, guint16 value)
{
  const guint8 bytes[] = { (guint8)value, (guint8)(value >> 8) };

  tabella_hash_put (h, bytes, sizeof bytes);
}

void
tabella_hash_u32 (TabellaHash *h, guint32 value)
{
  tabella_hash_u16 (h, (guint16)value);
  tabella_hash_u16 (h, (guint16)(value >> 16));
}

void
tabella_hash_sized (TabellaHash *h, gconstpointer bytes, gsize size)
{
  TABELLA_MUST (size <= G_MAXUINT32);
  tabella_hash_u32 (h, (guint32)size);
  tabella_hash_put (h, bytes, size);
}

void
tabella_hash_point (TabellaHash *h, const TabellaPoint *p)
{
  tabella_hash_put (h, p->b, sizeof p->b);
}

void
tabella_hash_finish (TabellaHash *h, guint8 out[32])
{
  TABELLA_MUST (h->out == TABELLA_HASH_BYTES);
  TABELLA_MUST (crypto_generichash_final (&h->state, out, h->out) == 0);
  sodium_memzero (h, sizeof *h);
}

void
tabella_hash_finish_scalar (TabellaHash *h, TabellaScalar *out)
{
  guint8 wide[crypto_core_ristretto255_NONREDUCEDSCALARBYTES];

  TABELLA_MUST (h->out == sizeof wide);
  TABELLA_MUST (crypto_generichash_final (&h->state, wide, sizeof wide) == 0);
  crypto_core_ristretto255_scalar_reduce (out->b, wide);
  sodium_memzero (wide, sizeof wide);
  sodium_memzero (h, sizeof *h);
}

void
tabella_digest_512_32 (gconstpointer bytes, gsize size, guint8 out[32])
{
  guint8 wide[64];

  TABELLA_MUST (crypto_generichash (wide, sizeof wide, bytes, size, NULL, 0) == 0);
  memcpy (out, wide, 32);
}

void
tabella_digest_256 (gconstpointer bytes, gsize size, guint8 out[32])
{
  TABELLA_MUST (crypto_generichash (out, 32, bytes, size, NULL, 0) == 0);
}
