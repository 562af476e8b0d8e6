/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ceremony.h"
#include "terminals.h"

/* A ceremony that was given up: who complained of whom. */
typedef struct { guint16 from, about; char *reason; } TabellaRestart;

/* The sealed election. Immutable. */
typedef struct {
  GBytes *bytes; guint8 he[32]; gboolean practice;
  TabellaElection *election;
  TabellaMinisignPublic organisers;
  TabellaCeremonyFiles files; GPtrArray *restarts; /* TabellaRestart */
  TabellaPoint k, k2; guint8 transcript[32]; /* as stated; tabella_manifest_keys computes them */
  GPtrArray *terminals; /* TabellaTerminalInfo, ascending by index */
} TabellaManifest;
void tabella_manifest_free (TabellaManifest *m);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaManifest, tabella_manifest_free)

/* Parses (does not verify signature nor ceremony). All problems at once in the error. */
TabellaManifest *tabella_manifest_parse (GBytes *bytes, GError **error);
/* HE of a manifest's bytes. */
void tabella_manifest_id (GBytes *bytes, guint8 he[32]);
/* The minisign signature over the bytes by the key that the manifest names; if @expected is given that key must be this. */
gboolean tabella_manifest_check_signature (const TabellaManifest *m, const char *sig, gsize sig_size,
                                           const TabellaMinisignPublic *expected, GError **error);
/* Checks the whole ceremony (all r4) and recomputes the keys; stated K, K2, HG are not compared here. */
gboolean tabella_manifest_keys (const TabellaManifest *m, TabellaCeremonyKeys *keys, GError **error);
/* Everything a terminal or centre needs: FOLDER/manifest.json + .minisig, signature, ceremony, stated keys compared. @expected may
 * be NULL. */
TabellaManifest *tabella_manifest_load (const char *folder, const TabellaMinisignPublic *expected,
                                        TabellaCeremonyKeys *keys, GError **error);
const TabellaTerminalInfo *tabella_manifest_terminal (const TabellaManifest *m, guint16 index); /* NULL if none */

/* Builds and signs the manifest of an election folder: draft valid, ceremony complete, terminals and lanes complete, roll built.
 * Official: into FOLDER, once (else STATE), and refuses simulated terminals. Practice: makes FOLDER/practice/ a complete election
 * folder (draft, ceremony, terminals with simulated secrets, roll, manifest, organisers.pub); a former one is replaced unless it was
 * worked with (STATE). The error holds all problems, one a line. */
gboolean tabella_manifest_seal (const char *folder, gboolean practice, const TabellaMinisignSecret *key, GError **error);
