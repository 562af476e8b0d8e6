/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "crypto-error.h"
#include "secret.h"

#define TABELLA_VAULT_SALT 16

/* A secret content under a passphrase: Argon2id13 and XChaCha20-Poly1305, layout in data/doc/formats.md ("TAVAULT1"). */
typedef enum {
  TABELLA_VAULT_REHEARSAL, /* the lowest cost; official elections refuse it */
  TABELLA_VAULT_NORMAL,    /* crypto_pwhash MODERATE operations with 64 MiB: about half a second on a tablet */
} TabellaVaultCost;

/* Stops the program if there is no memory for the passphrase hash. */
GBytes *tabella_vault_seal (gconstpointer content, gsize size, gconstpointer passphrase, gsize passphrase_size,
                            TabellaVaultCost cost);
/* The content in secret memory, *size its length. NULL with FORMAT, PASSPHRASE (also for a changed file) or SYSTEM. */
TabellaSecret *tabella_vault_open (GBytes *vault, gconstpointer passphrase, gsize passphrase_size, gsize *size,
                                   GError **error);
/* The cost with which a vault was sealed. FALSE with FORMAT. */
gboolean tabella_vault_cost (GBytes *vault, TabellaVaultCost *cost, GError **error);
/* The key of a vault alone, for containers that lay several boxes under it: 32 bytes. NULL with SYSTEM (no memory). */
TabellaSecret *tabella_vault_key (gconstpointer passphrase, gsize passphrase_size, const guint8 salt[TABELLA_VAULT_SALT],
                                  TabellaVaultCost cost, GError **error);
