/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ceremony-internal.h"

#include <string.h>
#include "files.h"
#include "must.h"

char *
tabella_ceremony_file_of (const TabellaElection *e, guint round, guint16 index)
{
  return g_strdup_printf ("r%u-%02u.json of %s", round, index,
                          (const char *)e->trustees->pdata[index - 1]);
}

char *
tabella_ceremony_path (const char *folder, guint round, guint16 index)
{
  g_autofree char *name = g_strdup_printf ("r%u-%02u.json", round, index);

  return g_build_filename (folder, "ceremony", name, NULL);
}

void
tabella_ceremony_context (const char *name, guint16 n, guint16 t, GPtrArray *trustees,
                          guint8 hp[32])
{
  TabellaHash h;

  tabella_hash_init (&h, tabella_version, TABELLA_TAG_CEREMONY);
  tabella_hash_sized (&h, name, strlen (name));
  tabella_hash_u16 (&h, n);
  tabella_hash_u16 (&h, t);
  for (guint i = 0; i < trustees->len; i++)
    tabella_hash_sized (&h, trustees->pdata[i], strlen (trustees->pdata[i]));
  tabella_hash_finish (&h, hp);
}

gboolean
tabella_ceremony_files_load (const char *ceremony_folder, guint16 n, TabellaCeremonyFiles *files,
                             GError **error)
{
  g_auto (TabellaCeremonyFiles) read = { .n = n };

  TABELLA_MUST (n <= TABELLA_TRUSTEES_MAX);
  for (guint round = 0; round < 4; round++)
    for (guint16 i = 0; i < n; i++) {
      g_autofree char *name = g_strdup_printf ("r%u-%02u.json", round + 1, i + 1);
      g_autofree char *path = g_build_filename (ceremony_folder, name, NULL);

      if (!tabella_file_read_if_any (path, TABELLA_CEREMONY_LIMIT, &read.rounds[round][i], error))
        return FALSE;
    }
  *files = read;
  memset (&read, 0, sizeof read);
  return TRUE;
}

void
tabella_ceremony_files_clear (TabellaCeremonyFiles *files)
{
  for (guint round = 0; round < 4; round++)
    for (guint i = 0; i < 32; i++)
      g_clear_pointer (&files->rounds[round][i], g_bytes_unref);
}

void
tabella_ceremony_commitment_at (const TabellaPoint *commitments, guint16 t, guint16 j,
                                TabellaPoint *out)
{
  TabellaScalar x;

  tabella_scalar_from_uint (&x, j);
  *out = commitments[t - 1];
  for (guint d = t - 1; d-- > 0;) {
    tabella_point_mul (out, &x, out);
    tabella_point_add (out, out, &commitments[d]);
  }
}

static void
put_points (TabellaHash *h, guint16 t, const TabellaPoint *points)
{
  for (guint d = 0; d < t; d++)
    tabella_hash_point (h, &points[d]);
}

void
tabella_ceremony_commit (const guint8 hp[32], guint16 index, guint16 t, const TabellaPoint *f,
                         const TabellaPoint *e, guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, hp, TABELLA_TAG_COMMITMENT);
  tabella_hash_u16 (&h, index);
  put_points (&h, t, f);
  put_points (&h, t, e);
  tabella_hash_finish (&h, out);
}

void
tabella_ceremony_knowledge (TabellaHash *h, const guint8 hp[32], guint16 index,
                            const guint8 hash1[32], guint16 t, const TabellaPoint *f,
                            const TabellaPoint *e)
{
  tabella_hash_init_scalar (h, hp, TABELLA_TAG_KNOWLEDGE);
  tabella_hash_u16 (h, index);
  tabella_hash_put (h, hash1, 32);
  put_points (h, t, f);
  put_points (h, t, e);
}

void
tabella_ceremony_transport (const guint8 hp[32], guint16 from, guint16 to, const guint8 hash2[32],
                            guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, hp, TABELLA_TAG_TRANSPORT);
  tabella_hash_u16 (&h, from);
  tabella_hash_u16 (&h, to);
  tabella_hash_put (&h, hash2, 32);
  tabella_hash_finish (&h, out);
}

/* Σ over trustees, by d. */
static void
sum_commitments (const TabellaCeremonyView *view, gboolean second, TabellaPoint *sums)
{
  for (guint d = 0; d < view->t; d++) {
    tabella_point_identity (&sums[d]);
    for (guint i = 0; i < view->n; i++)
      tabella_point_add (&sums[d], &sums[d], second ? &view->r2[i].e[d] : &view->r2[i].f[d]);
  }
}

static void
transcript (const TabellaCeremonyView *view, TabellaCeremonyKeys *keys)
{
  TabellaHash h;

  tabella_hash_init (&h, view->hp, TABELLA_TAG_TRANSCRIPT);
  tabella_hash_point (&h, &keys->k);
  tabella_hash_point (&h, &keys->k2);
  for (guint i = 0; i < view->n; i++)
    put_points (&h, view->t, view->r2[i].f);
  for (guint i = 0; i < view->n; i++)
    put_points (&h, view->t, view->r2[i].e);
  for (guint i = 0; i < view->n; i++)
    tabella_hash_put (&h, view->r1[i].signing, 32);
  tabella_hash_finish (&h, keys->transcript);
}

gboolean
tabella_ceremony_view_keys (const TabellaCeremonyView *view, TabellaCeremonyKeys *keys,
                            GError **error)
{
  TabellaPoint f[32], e[32];
  gboolean identity;

  memset (keys, 0, sizeof *keys);
  keys->n = view->n;
  keys->t = view->t;
  memcpy (keys->hp, view->hp, 32);
  sum_commitments (view, FALSE, f);
  sum_commitments (view, TRUE, e);
  keys->k = f[0];
  keys->k2 = e[0];
  identity = tabella_point_is_identity (&keys->k) || tabella_point_is_identity (&keys->k2);
  for (guint16 j = 1; j <= view->n; j++) {
    tabella_ceremony_commitment_at (f, view->t, j, &keys->z[j - 1]);
    tabella_ceremony_commitment_at (e, view->t, j, &keys->y[j - 1]);
    memcpy (keys->signing[j - 1], view->r1[j - 1].signing, 32);
    identity |=
        tabella_point_is_identity (&keys->z[j - 1]) || tabella_point_is_identity (&keys->y[j - 1]);
  }
  transcript (view, keys);
  if (identity) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "the trustees' commitments add up to an empty key; hold the ceremony again with "
                 "new secrets");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_signature (const TabellaCeremonyKeys *keys, const TabellaElection *e, guint16 index,
                 const guint8 signature[64], GError **error)
{
  TabellaSigVerdict verdict;
  g_autofree char *file = tabella_ceremony_file_of (e, 4, index);

  tabella_sign_check (keys->signing[index - 1], TABELLA_CEREMONY_LABEL, keys->transcript, 32,
                      signature, &verdict);
  if (verdict == TABELLA_SIG_GOOD)
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_COMPLAINT,
               "ceremony/%s: the signature is not over these keys; compare the short code that "
               "this trustee's accept step printed with the others'",
               file);
  return FALSE;
}

gboolean
tabella_ceremony_check (const TabellaElection *e, const TabellaCeremonyFiles *files, guint rounds,
                        TabellaCeremonyKeys *keys, GError **error)
{
  g_autofree TabellaCeremonyView *view =
      tabella_ceremony_view (e, files, MIN (rounds, 3), NULL, error);

  if (view == NULL)
    return FALSE;
  if (rounds < 2)
    return TRUE;
  if (!tabella_ceremony_view_keys (view, keys, error))
    return FALSE;
  for (guint16 i = 1; rounds >= 4 && i <= view->n; i++) {
    guint8 signature[64];

    if (!tabella_ceremony_read4 (e, files, i, signature, error) ||
        !check_signature (keys, e, i, signature, error))
      return FALSE;
  }
  return TRUE;
}
