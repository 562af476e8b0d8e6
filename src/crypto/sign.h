/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "crypto-error.h"
#include "secret.h"

#define TABELLA_SIGN_PUBLIC 32
#define TABELLA_SIGN_SECRET 64
#define TABELLA_SIGN_BYTES  64

typedef enum { TABELLA_SIG_BAD, TABELLA_SIG_GOOD } TabellaSigVerdict;

/* Ed25519 over label ‖ message, where label is an ASCII string WITH its final NUL (the "…v1\0" prefixes of the
 * protocol). @secret: 64 bytes as libsodium's. */
void tabella_sign (const guint8 secret[64], const char *label, gconstpointer message, gsize size, guint8 sig[64]);
void tabella_sign_check (const guint8 key[32], const char *label, gconstpointer message, gsize size,
                         const guint8 sig[64], TabellaSigVerdict *verdict);
/* crypto_core_ed25519_is_valid_point: for keys in a manifest. */
gboolean tabella_sign_key_valid (const guint8 key[32]);
