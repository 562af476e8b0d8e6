/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ceremony.h"
#include "vault.h"

/* The secret side: one file a trustee, under a passphrase, rewritten after every step (atomically). Holds the ceremony's
 * secrets, then z_j and y_j, and every request it has answered. */
typedef struct _TabellaTrustee TabellaTrustee;

void tabella_trustee_free (TabellaTrustee *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaTrustee, tabella_trustee_free)

/* The four rounds. Each works in @folder (an election folder), writes its file into ceremony/ and the secret file.
 * init refuses an existing secret file and a name that is not the draft's at that index. */
gboolean tabella_trustee_init (const char *folder, guint16 index, const char *name, const char *secret_path,
                               const char *passphrase, TabellaVaultCost cost, GError **error);
gboolean tabella_trustee_open_round (const char *folder, guint16 index, const char *secret_path, const char *passphrase,
                                     GError **error);
gboolean tabella_trustee_deal (const char *folder, guint16 index, const char *secret_path, const char *passphrase,
                               GError **error);
/* Prints nothing; *short_code is HG as a short code to print. A bad share writes ceremony/complaint-II-JJ.json and fails
 * with COMPLAINT. */
gboolean tabella_trustee_accept (const char *folder, guint16 index, const char *secret_path, const char *passphrase,
                                 char **short_code, GError **error);
/* Moves the files of a ceremony with a complaint to ceremony/restart-NN/; STATE if there is no complaint. */
gboolean tabella_ceremony_restart (const char *folder, GError **error);

/* Opens a finished trustee's file and compares it with the public keys. Errors PASSPHRASE, FORMAT, INVALID. */
TabellaTrustee *tabella_trustee_load (const char *secret_path, const char *passphrase, guint16 index,
                                      const TabellaCeremonyKeys *keys, GError **error);
const TabellaScalar *tabella_trustee_secret (const TabellaTrustee *t, guint purpose); /* y_j for 1, 2; z_j for 3 */

/* One official HE for ever (practice ones apart): FALSE with STATE if bound to another. The same request (digest) gives its
 * stored answer in *share; a second purpose-3 request, or purposes 1–2 after a purpose-3, for this HE is refused (STATE).
 * *share = NULL: not answered yet. @points: n × 32 bytes; a request 1 or 2 that repeats a point answered under another
 * digest of the same purpose is refused. */
gboolean tabella_trustee_may_answer (const TabellaTrustee *t, const guint8 he[32], gboolean practice, guint purpose,
                                     const guint8 digest[32], const guint8 *points, gsize n, GBytes **share, GError **error);
/* Stores the answer in the secret file (before it is handed out). */
gboolean tabella_trustee_record (TabellaTrustee *t, const guint8 he[32], gboolean practice, guint purpose,
                                 const guint8 digest[32], const guint8 *points, gsize n, GBytes *share, GError **error);
