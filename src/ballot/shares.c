/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "requests.h"

#include <string.h>
#include "bytes.h"
#include "must.h"

/* Trustees' shares of a request and what they give together (protocol section 8). */

static void
put_statement (TabellaHash *h, const guint8 he[32], const guint8 digest[32], guint16 trustee)
{
  tabella_hash_init_scalar (h, he, TABELLA_TAG_DECRYPTION);
  tabella_hash_put (h, digest, 32);
  tabella_hash_u16 (h, trustee);
}

/* The points alone, in the order of the bytes. */
static TabellaPoint *
points_of (const TabellaRequest *request)
{
  g_autoptr (TabellaRequest) sorted = tabella_request_new (request->purpose);
  TabellaPoint *a = g_new0 (TabellaPoint, MAX (request->points->len, 1));

  g_array_append_vals (sorted->points, request->points->data, request->points->len);
  tabella_request_sort (sorted);
  for (guint i = 0; i < sorted->points->len; i++)
    a[i] = g_array_index (sorted->points, TabellaRequestPoint, i).point;
  return a;
}

GBytes *
tabella_share_make (const guint8 he[32], const guint8 digest[32], guint16 trustee,
                    const TabellaRequest *request, const TabellaScalar *secret)
{
  gsize n = request->points->len;
  g_autofree TabellaPoint *a = points_of (request);
  g_autofree TabellaPoint *m = g_new0 (TabellaPoint, MAX (n, 1));
  g_autofree TabellaScalar *s = g_new0 (TabellaScalar, MAX (n, 1));
  GByteArray *out = g_byte_array_new ();
  TabellaHash statement;
  TabellaScalar c;

  put_statement (&statement, he, digest, trustee);
  tabella_equality_prove (&statement, secret, n, a, m, &c, s);
  for (gsize i = 0; i < n; i++)
    tabella_put (out, m[i].b, sizeof m[i].b);
  tabella_put (out, c.b, sizeof c.b);
  for (gsize i = 0; i < n; i++)
    tabella_put (out, s[i].b, sizeof s[i].b);
  return g_byte_array_free_to_bytes (out);
}

/* M, c and s, each in its one encoding. */
static gboolean
read_share (GBytes *share, gsize n, TabellaPoint *m, TabellaScalar *c, TabellaScalar *s)
{
  const guint8 *bytes = g_bytes_get_data (share, NULL);
  gboolean good = tabella_scalar_read (c, bytes + n * TABELLA_POINT_BYTES);

  for (gsize i = 0; i < n; i++) {
    good &= tabella_point_read (&m[i], bytes + i * TABELLA_POINT_BYTES);
    good &= tabella_scalar_read (&s[i], bytes + (n + 1 + i) * TABELLA_SCALAR_BYTES);
  }
  return good;
}

gboolean
tabella_share_check (const guint8 he[32], const guint8 digest[32], guint16 trustee,
                     const TabellaPoint *public_share, const TabellaRequest *request, GBytes *share,
                     TabellaPoint *m, GError **error)
{
  gsize n = request->points->len;
  gsize size = n * (TABELLA_POINT_BYTES + TABELLA_SCALAR_BYTES) + TABELLA_SCALAR_BYTES;
  g_autofree TabellaPoint *a = points_of (request);
  g_autofree TabellaScalar *s = g_new0 (TabellaScalar, MAX (n, 1));
  TabellaProofVerdict verdict = TABELLA_PROOF_BAD;
  TabellaHash statement;
  TabellaScalar c;

  if (g_bytes_get_size (share) != size)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "the share of trustee %u has %" G_GSIZE_FORMAT
                                  " bytes and this request needs %" G_GSIZE_FORMAT
                                  ": it answers another request or is damaged",
                                  trustee, g_bytes_get_size (share), size);
  put_statement (&statement, he, digest, trustee);
  if (read_share (share, n, m, &c, s))
    tabella_equality_verify (&statement, public_share, n, a, m, &c, s, &verdict);
  if (verdict != TABELLA_PROOF_GOOD)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "the share of trustee %u is wrong (its proof does not hold): ask "
                                  "trustee %u again, or use another trustee's",
                                  trustee, trustee);
  return TRUE;
}

/* λ_i = Π j·(j − i)^−1 over the other trustees j. FALSE if an index is 0 or there twice. */
static gboolean
coefficient (guint16 t, const guint16 *indexes, guint at, TabellaScalar *lambda)
{
  TabellaScalar i, j, part;

  tabella_scalar_from_uint (&i, indexes[at]);
  tabella_scalar_from_uint (lambda, 1);
  for (guint k = 0; k < t; k++) {
    if (k == at)
      continue;
    tabella_scalar_from_uint (&j, indexes[k]);
    tabella_scalar_sub (&part, &j, &i);
    if (!tabella_scalar_invert (&part, &part))
      return FALSE;
    tabella_scalar_mul (&part, &part, &j);
    tabella_scalar_mul (lambda, lambda, &part);
  }
  return indexes[at] > 0;
}

gboolean
tabella_shares_combine (guint16 t, const guint16 *indexes, TabellaPoint *const *m, gsize n,
                        TabellaPoint *out, GError **error)
{
  for (gsize p = 0; p < n; p++)
    tabella_point_identity (&out[p]);
  for (guint i = 0; i < t; i++) {
    TabellaScalar lambda;

    if (!coefficient (t, indexes, i, &lambda))
      return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                    "trustee %u cannot be combined: %u different trustees, "
                                    "counted from 1, are needed",
                                    indexes[i], t);
    for (gsize p = 0; p < n; p++) {
      TabellaPoint part;

      tabella_point_mul (&part, &lambda, &m[i][p]);
      tabella_point_add (&out[p], &out[p], &part);
    }
  }
  return TRUE;
}
