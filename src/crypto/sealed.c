/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sealed.h"
#include "must.h"
#include "secret.h"

#include <string.h>

#define LINK_CT    32
#define LINK_C     48
#define LINK_S     80
#define SEAL_R     TABELLA_SEAL_HEADER
#define SEAL_C     (SEAL_R + 32)
#define SEAL_S     (SEAL_C + 32)
#define SEAL_BOX   (SEAL_S + 32)
#define SEAL_BOUND (TABELLA_SEAL_HEADER + 32) /* header ‖ R: what the box authenticates besides */

G_STATIC_ASSERT (LINK_S + 32 == TABELLA_LINK_BYTES);
G_STATIC_ASSERT (SEAL_BOX + crypto_aead_xchacha20poly1305_ietf_ABYTES == TABELLA_SEAL_OVERHEAD);

/* Everything of one sealing that must not outlive it. */
typedef struct {
  TabellaScalar rho, u;
  TabellaPoint shared;
  guint8 key[32];
} Sealing;

static void
link_pad (const guint8 he[32], const TabellaPoint *r, const TabellaPoint *shared, guint16 terminal,
          guint8 pad[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_LINK_PAD);
  tabella_hash_point (&h, r);
  tabella_hash_point (&h, shared);
  tabella_hash_u16 (&h, terminal);
  tabella_hash_finish (&h, pad);
}

static void
link_statement (TabellaHash *h, const guint8 he[32], guint16 terminal, const guint8 *link)
{
  tabella_hash_init_scalar (h, he, TABELLA_TAG_LINK_PROOF);
  tabella_hash_u16 (h, terminal);
  tabella_hash_put (h, link, LINK_C); /* R ‖ ct */
}

gboolean
tabella_link_make_with (const guint8 he[32], const TabellaPoint *k2, guint16 terminal,
                        const guint8 ticket[16], const TabellaScalar *rho, const TabellaScalar *u,
                        guint8 link[TABELLA_LINK_BYTES])
{
  g_autoptr (TabellaSecret) memory = tabella_secret_new (sizeof (Sealing));
  Sealing *w = (Sealing *)memory;
  TabellaHash statement;
  TabellaPoint r;
  TabellaScalar c, s;
  gboolean good;

  TABELLA_MUST (!tabella_point_is_identity (k2));
  tabella_point_mul_base (&r, rho);
  tabella_point_mul (&w->shared, rho, k2);
  link_pad (he, &r, &w->shared, terminal, w->key);
  memcpy (link, r.b, 32);
  for (gsize i = 0; i < TABELLA_TICKET_BYTES; i++)
    link[LINK_CT + i] = ticket[i] ^ w->key[i];
  link_statement (&statement, he, terminal, link);
  good = tabella_schnorr_prove (&statement, 1, rho, u, &c, &s) && !tabella_point_is_identity (&r);
  memcpy (link + LINK_C, c.b, 32);
  memcpy (link + LINK_S, s.b, 32);
  if (!good)
    sodium_memzero (link, TABELLA_LINK_BYTES);
  return good;
}

void
tabella_link_make (const guint8 he[32], const TabellaPoint *k2, guint16 terminal,
                   const guint8 ticket[16], guint8 link[TABELLA_LINK_BYTES])
{
  g_autoptr (TabellaSecret) memory = tabella_secret_new (sizeof (Sealing));
  Sealing *w = (Sealing *)memory;

  do {
    tabella_scalar_random (&w->rho);
    tabella_scalar_random (&w->u);
  } while (!tabella_link_make_with (he, k2, terminal, ticket, &w->rho, &w->u, link));
}

void
tabella_link_verify (const guint8 he[32], guint16 terminal, const guint8 link[TABELLA_LINK_BYTES],
                     TabellaPoint *r, TabellaProofVerdict *verdict)
{
  TabellaHash statement;
  TabellaScalar c, s;

  *verdict = TABELLA_PROOF_BAD;
  if (!tabella_point_read (r, link) || !tabella_scalar_read (&c, link + LINK_C) ||
      !tabella_scalar_read (&s, link + LINK_S))
    return;
  link_statement (&statement, he, terminal, link);
  tabella_schnorr_verify (&statement, 1, r, &c, &s, verdict);
}

void
tabella_link_open (const guint8 he[32], guint16 terminal, const guint8 link[TABELLA_LINK_BYTES],
                   const TabellaPoint *shared, guint8 ticket[16])
{
  TabellaPoint r;
  guint8 pad[32];

  memcpy (r.b, link, 32);
  link_pad (he, &r, shared, terminal, pad);
  for (gsize i = 0; i < TABELLA_TICKET_BYTES; i++)
    ticket[i] = link[LINK_CT + i] ^ pad[i];
  sodium_memzero (pad, sizeof pad);
}

static void
file_key (const guint8 he[32], const guint8 *file, const TabellaPoint *shared, guint8 key[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_FILE_KEY);
  tabella_hash_put (&h, file, SEAL_BOUND); /* header ‖ R */
  tabella_hash_point (&h, shared);
  tabella_hash_finish (&h, key);
}

static void
file_statement (TabellaHash *h, const guint8 he[32], const guint8 *file)
{
  tabella_hash_init_scalar (h, he, TABELLA_TAG_FILE_PROOF);
  tabella_hash_put (h, file, SEAL_BOUND);
}

static void
export_scalar (const guint8 export_secret[32], guint8 what, const guint8 *header,
               gconstpointer plain, gsize size, TabellaScalar *out)
{
  TabellaHash h;

  tabella_hash_init_scalar (&h, export_secret, TABELLA_TAG_EXPORT);
  tabella_hash_u8 (&h, what);
  tabella_hash_put (&h, header, TABELLA_SEAL_HEADER);
  tabella_hash_put (&h, plain, size);
  tabella_hash_finish_scalar (&h, out);
}

static const guint8 zero_nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];

GByteArray *
tabella_seal_make (const guint8 he[32], const TabellaPoint *k2, const guint8 export_secret[32],
                   guint8 rho_what, const guint8 header[TABELLA_SEAL_HEADER], gconstpointer plain,
                   gsize size)
{
  g_autoptr (TabellaSecret) memory = tabella_secret_new (sizeof (Sealing));
  Sealing *w = (Sealing *)memory;
  GByteArray *file;
  TabellaHash statement;
  TabellaPoint r;
  TabellaScalar c, s;

  TABELLA_MUST (rho_what == 1 || rho_what == 3);
  TABELLA_MUST (!tabella_point_is_identity (k2) && size <= G_MAXUINT32 - TABELLA_SEAL_OVERHEAD);
  export_scalar (export_secret, rho_what, header, plain, size, &w->rho);
  export_scalar (export_secret, rho_what + 1, header, plain, size, &w->u);

  file = g_byte_array_new ();
  g_byte_array_set_size (file, (guint)(TABELLA_SEAL_OVERHEAD + size));
  tabella_point_mul_base (&r, &w->rho);
  tabella_point_mul (&w->shared, &w->rho, k2);
  memcpy (file->data, header, TABELLA_SEAL_HEADER);
  memcpy (file->data + SEAL_R, r.b, 32);
  /* The scalars are hashes: a zero among them, or in the proof, has probability 2^-250. */
  TABELLA_MUST (!tabella_point_is_identity (&r));
  file_statement (&statement, he, file->data);
  TABELLA_MUST (tabella_schnorr_prove (&statement, 1, &w->rho, &w->u, &c, &s));
  memcpy (file->data + SEAL_C, c.b, 32);
  memcpy (file->data + SEAL_S, s.b, 32);
  file_key (he, file->data, &w->shared, w->key);
  TABELLA_MUST (crypto_aead_xchacha20poly1305_ietf_encrypt (file->data + SEAL_BOX, NULL, plain,
                                                            size, file->data, SEAL_BOUND, NULL,
                                                            zero_nonce, w->key) == 0);
  return file;
}

void
tabella_seal_verify (const guint8 he[32], const guint8 *file, gsize size, TabellaPoint *r,
                     TabellaProofVerdict *verdict)
{
  TabellaHash statement;
  TabellaScalar c, s;

  *verdict = TABELLA_PROOF_BAD;
  tabella_point_identity (r);
  if (size < TABELLA_SEAL_OVERHEAD || !tabella_point_read (r, file + SEAL_R) ||
      !tabella_scalar_read (&c, file + SEAL_C) || !tabella_scalar_read (&s, file + SEAL_S))
    return;
  file_statement (&statement, he, file);
  tabella_schnorr_verify (&statement, 1, r, &c, &s, verdict);
}

GBytes *
tabella_seal_open (const guint8 he[32], const guint8 *file, gsize size, const TabellaPoint *shared,
                   GError **error)
{
  g_autoptr (TabellaSecret) key = tabella_secret_new (32);
  g_autofree guint8 *plain = NULL;
  gsize plain_size;

  if (size < TABELLA_SEAL_OVERHEAD) {
    g_set_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT,
                 "sealed file is cut short: %" G_GSIZE_FORMAT " bytes, at least %d needed", size,
                 TABELLA_SEAL_OVERHEAD);
    return NULL;
  }
  plain_size = size - TABELLA_SEAL_OVERHEAD;
  plain = g_malloc (MAX (plain_size, 1));
  file_key (he, file, shared, key);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (plain, NULL, NULL, file + SEAL_BOX,
                                                  size - SEAL_BOX, file, SEAL_BOUND, zero_nonce,
                                                  key) != 0) {
    g_set_error_literal (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT,
                         "sealed file does not open: it was changed, or sealed to another key");
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&plain), plain_size);
}
