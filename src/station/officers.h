/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "roll.h"
#include "vault.h"
#include "station-error.h"

/* A terminal's secrets at rest. Before the first opening: under the setup code. Afterwards: wrapped once for every allowed combination of
 * officers' passphrases (Argon2id over them together), never one key behind several checks. */
typedef struct { TabellaTerminalSecrets *terminal; TabellaRollKeys *roll; /* NULL before the first opening */ } TabellaStationKeys;
void tabella_station_keys_free (TabellaStationKeys *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStationKeys, tabella_station_keys_free)

/* 80 random bits as 16 Crockford characters in groups of four. In secret memory. */
char    *tabella_setup_code_new (void);
void     tabella_setup_code_free (char *code);
gboolean tabella_setup_seal (const char *dir, const char *setup_code, const TabellaTerminalSecrets *s, TabellaVaultCost cost, GError **error);
TabellaTerminalSecrets *tabella_setup_open (const char *dir, const char *setup_code, GError **error);

/* @passphrases: count of them, in the officers' order. Writes DIR/officers.vaults, then removes the setup vault. @pin: short PIN, 4–8 digits. */
gboolean tabella_officers_create (const char *dir, const char *const *passphrases, guint count, guint required, const char *pin,
                                  const TabellaStationKeys *keys, TabellaVaultCost cost, GError **error);
/* Any @required of the passphrases, in any order. PASSPHRASE if they open nothing. *pin: the short PIN, in secret memory. */
TabellaStationKeys *tabella_officers_open (const char *dir, const char *const *passphrases, guint n, char **pin, GError **error);

/* Growing delays for passphrases and PIN, in memory: seconds to wait before the next try after @failures wrong ones (0 1 2 → 0, then 5, 15, 30, 60…). */
guint tabella_delay_after (guint failures);
