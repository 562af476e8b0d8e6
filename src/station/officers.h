/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "roll.h"
#include "vault.h"
#include "station-error.h"

/* A terminal's secrets at rest. Before the first opening: under the setup code. Afterwards: wrapped
 * once for every allowed combination of officers' passphrases (Argon2id over them together), never
 * one key behind several checks. */
typedef struct {
  TabellaTerminalSecrets *terminal;
  TabellaRollKeys *roll; /* NULL before the first opening */
} TabellaStationKeys;
void tabella_station_keys_free (TabellaStationKeys *k);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaStationKeys, tabella_station_keys_free)

#define TABELLA_PASSPHRASE_MIN 8 /* bytes */
#define TABELLA_PIN_MIN        4
#define TABELLA_PIN_MAX        8

/* One figure again and again, or figures in a row, up or down: the first that anybody tries. */
gboolean tabella_pin_is_trivial (const char *pin);

/* 80 random bits as 16 Crockford characters in groups of four. In secret memory. */
char *tabella_setup_code_new (void);
void tabella_setup_code_free (char *code);
gboolean
tabella_setup_seal (const char *dir, const char *setup_code, const TabellaTerminalSecrets *s,
                    TabellaVaultCost cost, GError **error);
/* Lower case, spaces, hyphens, O and I pass. PASSPHRASE, STORAGE. */
TabellaTerminalSecrets *
tabella_setup_open (const char *dir, const char *setup_code, GError **error);

/* Overwrites and removes the setup vault; TRUE if there is none. STORAGE. */
gboolean tabella_setup_destroy (const char *dir, GError **error);

/* @passphrases: count of them, distinct, each at least TABELLA_PASSPHRASE_MIN long; @pin: 4–8
 * figures and not trivial (else REFUSED). Writes DIR/officers.vaults, durably, then destroys the setup vault. */
gboolean tabella_officers_create (const char *dir, const char *const *passphrases, guint count,
                                  guint required, const char *pin, const TabellaStationKeys *keys,
                                  TabellaVaultCost cost, GError **error);
/* @required of the passphrases (n must be that), in any order: one Argon2id. PASSPHRASE if they
 * open nothing. *pin: the short PIN, in secret memory of TABELLA_PIN_MAX + 1 bytes, zero-padded:
 * tabella_secret_free(). */
TabellaStationKeys *tabella_officers_open (const char *dir, const char *const *passphrases, guint n,
                                           char **pin, GError **error);

/* Growing delays for passphrases and PIN, in memory: seconds to wait before the next try after
 * @failures wrong ones (0 1 2 → 0, then 5, 15, 30, 60, 120, 300 and no more). */
guint tabella_delay_after (guint failures);
