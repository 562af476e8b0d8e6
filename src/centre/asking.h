/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store.h"

/* The centre's side of requests: folders under FOLDER/requests/, each with all a trustee's laptop
 * needs (data/doc/formats.md). */

/* Writes the next request of its purpose; *path: its folder, or NULL if there is nothing to ask
 * (checkins: all asked; strike: nothing to strike). STATE names what is missing (terminals,
 * decisions, an earlier request not combined). tally: only one. */
gboolean tabella_ask (TabellaStore *s, TabellaPurpose purpose, char **path, GError **error);
/* Uses t good shares in the folder (one of FOLDER/requests/); names bad ones in @bad (char*, may be
 * NULL). Purpose 2: writes `tickets`. Purpose 3: writes FOLDER/result.json, *result its text (else
 * NULL). STATE: too few good shares. */
gboolean tabella_combine (TabellaStore *s, const char *request_folder, GPtrArray *bad,
                          char **result, GError **error);
