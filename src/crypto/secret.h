/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Secret memory: sodium_malloc (locked, guarded, wiped when freed). */
typedef guint8 TabellaSecret;

/* sodium_init and the platform's checks; call first in every program and test. Repeatable. Stops the
 * program if libsodium cannot start. */
void tabella_crypto_init (void);

/* @size zeroed bytes that are never swapped; never NULL (stops the program: without locked memory no
 * secret may be handled). */
TabellaSecret *tabella_secret_new (gsize size);
TabellaSecret *tabella_secret_dup (const guint8 *bytes, gsize size);
void           tabella_secret_free (TabellaSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaSecret, tabella_secret_free)
