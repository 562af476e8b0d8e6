/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sign.h"
#include "must.h"

#include <string.h>
#include <sodium.h>

/* label with its final NUL, then the message. */
static GByteArray *
labelled (const char *label, gconstpointer message, gsize size)
{
  GByteArray *all;

  TABELLA_MUST (size < G_MAXUINT - 256 && strlen (label) < 255);
  all = g_byte_array_sized_new ((guint)(strlen (label) + 1 + size));
  g_byte_array_append (all, (const guint8 *)label, (guint)strlen (label) + 1);
  if (size > 0)
    g_byte_array_append (all, message, (guint)size);
  return all;
}

void
tabella_sign (const guint8 secret[64], const char *label, gconstpointer message, gsize size,
              guint8 sig[64])
{
  g_autoptr (GByteArray) all = labelled (label, message, size);

  TABELLA_MUST (crypto_sign_detached (sig, NULL, all->data, all->len, secret) == 0);
}

void
tabella_sign_check (const guint8 key[32], const char *label, gconstpointer message, gsize size,
                    const guint8 sig[64], TabellaSigVerdict *verdict)
{
  g_autoptr (GByteArray) all = NULL;

  *verdict = TABELLA_SIG_BAD;
  all = labelled (label, message, size);
  if (crypto_sign_verify_detached (sig, all->data, all->len, key) == 0)
    *verdict = TABELLA_SIG_GOOD;
}

gboolean
tabella_sign_key_valid (const guint8 key[32])
{
  return crypto_core_ed25519_is_valid_point (key) == 1;
}
