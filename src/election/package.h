/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "amendments.h"
#include "roll.h"

/* What terminals install. */
/* Writes OUT/tabella-package/ from a sealed election folder. Existing package of the same election is replaced whole. */
gboolean tabella_package_write (const char *folder, const char *out, GError **error);

typedef struct {
  TabellaManifest *manifest; TabellaCeremonyKeys keys; GPtrArray *amendments;
  const TabellaTerminalInfo *terminal; /* this one, in the manifest */
  GBytes *sealed_keys; GPtrArray *slices; /* GBytes: own slice; a spare's: all of its station */
  char *manifest_sig;
} TabellaPackage;
void tabella_package_free (TabellaPackage *p);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaPackage, tabella_package_free)

/* Finds and verifies a package below @path (the stick's root or the package folder itself) for the terminal with this box key: manifest
 * signature by the key in it (the person compares its fingerprint), ceremony with every r4, amendments, own keys and slices present
 * with the manifest's digests. Refusals name what is wrong: another terminal's package, another election, a damaged file. */
TabellaPackage *tabella_package_read (const char *path, const guint8 box_key[32], GError **error);
