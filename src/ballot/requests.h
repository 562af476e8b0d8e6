/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "batch.h"

/* Decryption requests and shares (protocol section 8): one writer, one reader; used by the centre,
 * by trustees' tools and by the verifier, who each compute for themselves what belongs in them. */
typedef enum {
  TABELLA_REQUEST_CHECKINS = 1,
  TABELLA_REQUEST_STRIKE = 2,
  TABELLA_REQUEST_TALLY = 3
} TabellaPurpose;

typedef struct {
  guint16 label[3]; /* 1: terminal, number, which (1 checkins, 2 sealed); 2: terminal; 3: unit,
                       contest, option */
  TabellaPoint point;
} TabellaRequestPoint;

typedef struct {
  TabellaPurpose purpose;
  GArray *points; /* TabellaRequestPoint */
} TabellaRequest;
TabellaRequest *tabella_request_new (TabellaPurpose purpose);
void tabella_request_free (TabellaRequest *r);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaRequest, tabella_request_free)
void
tabella_request_add (TabellaRequest *r, guint16 a, guint16 b, guint16 c, const TabellaPoint *point);
void tabella_request_sort (TabellaRequest *r);
GBytes *tabella_request_bytes (const TabellaRequest *r); /* sorted first */
/* FORMAT: length, order, a label of 1 or 3 twice, a point of 1 or 2 twice, bad labels or points. */
TabellaRequest *tabella_request_parse (GBytes *bytes, GError **error);
/* digest = H(HE; 50, request, for purpose 3 also H(HE; 54, standing codes ascending)). @standing: n
 * × 32 bytes or NULL. */
void tabella_request_digest (const guint8 he[32], GBytes *request, const guint8 *standing,
                             gsize n_standing, guint8 digest[32]);
void tabella_codes_digest (const guint8 he[32], const guint8 *codes, gsize n,
                           guint8 out[32]); /* tag 54 */

/* A share file: M × n ‖ c ‖ s × n, in the order of the request's bytes. No point may be the
 * identity. */
GBytes *tabella_share_make (const guint8 he[32], const guint8 digest[32], guint16 trustee,
                            const TabellaRequest *request, const TabellaScalar *secret);
/* FORMAT: of another length. INVALID: the proof fails. Both name the trustee. @m: n points in the
 * order of the bytes. */
gboolean tabella_share_check (const guint8 he[32], const guint8 digest[32], guint16 trustee,
                              const TabellaPoint *public_share, const TabellaRequest *request,
                              GBytes *share, TabellaPoint *m, GError **error);
/* Σ λ_i M_i for the trustees @indexes (t of them); m[i] has n points; writes n points. INVALID: an
 * index 0 or twice. */
gboolean tabella_shares_combine (guint16 t, const guint16 *indexes, TabellaPoint *const *m, gsize n,
                                 TabellaPoint *out, GError **error);
/* count with count·K = W, 0 ≤ count ≤ max ≤ 2^32, by baby-step giant-step. FALSE: none. */
gboolean
tabella_discrete_log (const TabellaPoint *k, const TabellaPoint *w, guint64 max, guint64 *count);
