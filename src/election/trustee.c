/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trustee-file.h"

#include <string.h>
#include "bytes.h"

#define PURPOSE_TALLY 3

static gboolean
fits (const TabellaTrustee *t, const TabellaCeremonyKeys *keys)
{
  TabellaPoint z, y;

  tabella_point_mul_base (&z, &t->s->z);
  tabella_point_mul_base (&y, &t->s->y);
  return t->n == keys->n && t->t == keys->t && memcmp (t->hp, keys->hp, 32) == 0 &&
         tabella_point_equal (&z, &keys->z[t->index - 1]) &&
         tabella_point_equal (&y, &keys->y[t->index - 1]);
}

TabellaTrustee *
tabella_trustee_load (const char *secret_path, const char *passphrase, guint16 index,
                      const TabellaCeremonyKeys *keys, GError **error)
{
  g_autoptr (TabellaTrustee) t = tabella_trustee_file_open (secret_path, passphrase, error);

  if (t == NULL)
    return NULL;
  if (t->round != 4)
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "%s has not finished the ceremony: run \"tabella trustee accept\" first",
                 secret_path);
  else if (t->index != index)
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "%s is the secret of trustee %u, not %u", secret_path, t->index, index);
  else if (!fits (t, keys))
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "%s does not fit this election's keys: it is from another ceremony; use the file "
                 "of the ceremony whose short code was signed",
                 secret_path);
  else
    return g_steal_pointer (&t);
  return NULL;
}

const TabellaScalar *
tabella_trustee_secret (const TabellaTrustee *t, guint purpose)
{
  return purpose == PURPOSE_TALLY ? &t->s->z : &t->s->y;
}

static gboolean
refuse (GError **error, const TabellaTrustee *t, const char *reason)
{
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE, "%s: %s", t->path,
               reason);
  return FALSE;
}

/* An official election other than @he has been answered. */
static gboolean
is_bound (const TabellaTrustee *t, const guint8 he[32])
{
  for (guint i = 0; i < t->answers->len; i++) {
    const TabellaAnswer *a = t->answers->pdata[i];

    if (!a->practice && memcmp (a->he, he, 32) != 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
share_a_point (const TabellaAnswer *a, const guint8 *points, gsize n)
{
  gsize size;
  const guint8 *old = g_bytes_get_data (a->points, &size);
  g_autoptr (GHashTable) known = g_hash_table_new (g_bytes_hash, g_bytes_equal);
  g_autoptr (GPtrArray) keep = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (gsize i = 0; i < size / 32; i++) {
    g_ptr_array_add (keep, g_bytes_new_static (old + 32 * i, 32));
    g_hash_table_add (known, keep->pdata[keep->len - 1]);
  }
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GBytes) point = g_bytes_new_static (points + 32 * i, 32);

    if (g_hash_table_contains (known, point))
      return TRUE;
  }
  return FALSE;
}

/* What the answers of this election so far allow. */
static gboolean
fits_earlier (const TabellaTrustee *t, const TabellaAnswer *a, guint purpose, const guint8 *points,
              gsize n, GError **error)
{
  if (a->purpose == PURPOSE_TALLY && purpose == PURPOSE_TALLY)
    return refuse (error, t,
                   "it has answered another tally request of this election; there is "
                   "one for each election, and its share is in that request's folder");
  if (a->purpose == PURPOSE_TALLY)
    return refuse (error, t,
                   "it has answered this election's tally; check-ins and strikes are "
                   "closed since then");
  if (a->purpose == purpose && share_a_point (a, points, n))
    return refuse (error, t,
                   "the request repeats a point that an earlier one had; an extension "
                   "may only have new ones");
  return TRUE;
}

gboolean
tabella_trustee_may_answer (const TabellaTrustee *t, const guint8 he[32], gboolean practice,
                            guint purpose, const guint8 digest[32], const guint8 *points, gsize n,
                            GBytes **share, GError **error)
{
  *share = NULL;
  if (!practice && is_bound (t, he))
    return refuse (error, t,
                   "it serves another official election for ever; this election needs "
                   "trustees' secrets of its own");
  for (guint i = 0; i < t->answers->len; i++) {
    const TabellaAnswer *a = t->answers->pdata[i];

    if (memcmp (a->he, he, 32) == 0 && a->purpose == purpose &&
        memcmp (a->digest, digest, 32) == 0) {
      *share = g_bytes_ref (a->share);
      return TRUE;
    }
  }
  for (guint i = 0; i < t->answers->len; i++) {
    const TabellaAnswer *a = t->answers->pdata[i];

    if (memcmp (a->he, he, 32) == 0 && !fits_earlier (t, a, purpose, points, n, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_among (const guint8 digest[32], const guint8 *digests, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (memcmp (digests + 32 * i, digest, 32) == 0)
      return TRUE;
  return FALSE;
}

gboolean
tabella_trustee_all_answers (const TabellaTrustee *t, const guint8 he[32], const guint8 *digests,
                             gsize n, GError **error)
{
  for (guint i = 0; i < t->answers->len; i++) {
    const TabellaAnswer *a = t->answers->pdata[i];

    if (memcmp (a->he, he, 32) == 0 && !is_among (a->digest, digests, n))
      return refuse (error, t,
                     "it answered a request of this election before that is not in this one's "
                     "folder \"earlier\"; the centre must show all of them");
  }
  return TRUE;
}

gboolean
tabella_trustee_record (TabellaTrustee *t, const guint8 he[32], gboolean practice, guint purpose,
                        const guint8 digest[32], const guint8 *points, gsize n, GBytes *share,
                        GError **error)
{
  g_autoptr (GBytes) stored = NULL;
  TabellaAnswer *a;

  if (!tabella_trustee_may_answer (t, he, practice, purpose, digest, points, n, &stored, error))
    return FALSE;
  if (stored != NULL)
    return g_bytes_equal (stored, share) ||
           refuse (error, t, "it has answered this request with another share; hand out that one");
  a = g_new0 (TabellaAnswer, 1);
  memcpy (a->he, he, 32);
  a->practice = practice;
  a->purpose = (guint8)purpose;
  memcpy (a->digest, digest, 32);
  a->points = g_bytes_new (points, n * 32);
  a->share = g_bytes_ref (share);
  g_ptr_array_add (t->answers, a);
  /* A rehearsal's cheap passphrase is not for the secret of a real election. */
  if (!practice)
    t->cost = TABELLA_VAULT_NORMAL;
  if (tabella_trustee_file_save (t, FALSE, error))
    return TRUE;
  g_ptr_array_set_size (t->answers, (gint)t->answers->len - 1);
  return FALSE;
}
