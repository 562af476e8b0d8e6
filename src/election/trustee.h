/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ceremony.h"
#include "vault.h"

/* The secret side: one file a trustee, under a passphrase, rewritten after every step (atomically). Holds the ceremony's
 * secrets, then z_j and y_j, and every request it has answered. */
typedef struct _TabellaTrustee TabellaTrustee;

void tabella_trustee_free (TabellaTrustee *t);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaTrustee, tabella_trustee_free)

/* The four rounds. Each works in @folder (an election folder; of its draft only name and trustees need be valid), writes
 * the secret file and then its file into ceremony/; where only that file is missing it is written again with the same
 * bytes. init refuses an existing secret file and a name that is not the draft's at that index. Errors: STATE (not this
 * round's turn, whose files are missing, a complaint that stopped the ceremony), PASSPHRASE, COMPLAINT: another trustee's
 * file is wrong; unless it is merely no JSON, ceremony/complaint-II-JJ.json is written. */
gboolean tabella_trustee_init (const char *folder, guint16 index, const char *name, const char *secret_path,
                               const char *passphrase, TabellaVaultCost cost, GError **error);
gboolean tabella_trustee_open_round (const char *folder, guint16 index, const char *secret_path, const char *passphrase,
                                     GError **error);
gboolean tabella_trustee_deal (const char *folder, guint16 index, const char *secret_path, const char *passphrase,
                               GError **error);
/* *short_code is HG as a short code to print. */
gboolean tabella_trustee_accept (const char *folder, guint16 index, const char *secret_path, const char *passphrase,
                                 char **short_code, GError **error);

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
/* STATE unless every request of this HE that was answered is among @digests (n × 32 bytes): what a new request is
 * compared with must not leave an earlier one out. */
gboolean tabella_trustee_all_answers (const TabellaTrustee *t, const guint8 he[32], const guint8 *digests, gsize n,
                                      GError **error);
/* Stores the answer in the secret file (before it is handed out); again the same is fine. An official answer raises a
 * rehearsal's passphrase cost to the normal one. Errors as tabella_trustee_may_answer(), IO. */
gboolean tabella_trustee_record (TabellaTrustee *t, const guint8 he[32], gboolean practice, guint purpose,
                                 const guint8 digest[32], const guint8 *points, gsize n, GBytes *share, GError **error);
