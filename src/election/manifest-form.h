/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "manifest.h"

/* What manifest.c and seal.c share. */
#define TABELLA_MANIFEST_FORMAT "tabella-manifest-1"

void            tabella_restart_free (TabellaRestart *r);
TabellaRestart *tabella_restart_parse (json_t *obj, const char *at, guint16 n, GPtrArray *problems);
/* The trusted comment of the manifest's signature. */
char *tabella_manifest_comment (const guint8 he[32]);
/* TRUE if there are no problems; otherwise INVALID with all of them, one a line. */
gboolean tabella_manifest_conclude (const char *what, GPtrArray *problems, GError **error);
