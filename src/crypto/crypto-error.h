/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum {
  TABELLA_CRYPTO_ERROR_FORMAT,     /* wrong length, magic, encoding */
  TABELLA_CRYPTO_ERROR_SIGNATURE,  /* a signature that does not verify, or by another key */
  TABELLA_CRYPTO_ERROR_PASSPHRASE, /* a vault that this passphrase does not open */
  TABELLA_CRYPTO_ERROR_SYSTEM,     /* no memory to lock, no randomness */
} TabellaCryptoError;

#define TABELLA_CRYPTO_ERROR (tabella_crypto_error_quark ())
GQuark tabella_crypto_error_quark (void);
