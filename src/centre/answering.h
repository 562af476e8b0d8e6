/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "evidence.h"
#include "trustee.h"

/* A trustee's side: recomputes everything from the request folder alone, runs the verifier on its
 * record, compares strike list, points, links, decisions and sums with its own, refuses with
 * ALTERED (named) if the centre changed anything; then writes share-NN. *summary (may be NULL):
 * lines in words of what was answered. */
gboolean tabella_answer_request (const char *request_folder, guint16 index, const char *secret_path,
                                 const char *passphrase, TabellaProgress progress, gpointer data,
                                 char **summary, GError **error);
/* The comparison by itself, without a secret: TRUE if the request is what the record gives.
 * *purpose and *digest (may be NULL) say which one it is. */
gboolean tabella_answer_check (const char *request_folder, TabellaProgress progress, gpointer data,
                               TabellaEvidence **evidence, TabellaAsked **asked, char **summary,
                               GError **error);
