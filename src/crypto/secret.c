/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "secret.h"

#include <errno.h>
#include <string.h>
#include <sodium.h>

void
tabella_crypto_init (void)
{
  static const guint8 zero[crypto_core_ristretto255_SCALARBYTES];
  guint8 result[crypto_core_ristretto255_BYTES];

  if (sodium_init () < 0)
    g_error ("libsodium does not start: the system gives no random numbers");

  /* group.c tells an identity result from a refused operand by this behaviour; a libsodium that
   * changed it must not be used. */
  memset (result, 0xff, sizeof result);
  if (crypto_scalarmult_ristretto255_base (result, zero) != -1 ||
      !sodium_is_zero (result, sizeof result))
    g_error ("libsodium %s treats the identity in an unknown way; install version 1.0.18",
             sodium_version_string ());
}

TabellaSecret *
tabella_secret_new (gsize size)
{
  TabellaSecret *secret = sodium_malloc (size);

  if (secret == NULL)
    g_error ("no memory for %" G_GSIZE_FORMAT " secret bytes", size);
  /* sodium_malloc does not say whether locking worked; a second lock of the same pages does. */
  if (size > 0 && sodium_mlock (secret, size) != 0)
    g_error ("cannot lock %" G_GSIZE_FORMAT " secret bytes in memory (%s): raise the limit with "
             "`ulimit -l` or LimitMEMLOCK=",
             size, g_strerror (errno));
  sodium_memzero (secret, size);
  return secret;
}

TabellaSecret *
tabella_secret_dup (const guint8 *bytes, gsize size)
{
  TabellaSecret *secret = tabella_secret_new (size);

  if (size > 0)
    memcpy (secret, bytes, size);
  return secret;
}

void
tabella_secret_free (TabellaSecret *secret)
{
  sodium_free (secret);
}
