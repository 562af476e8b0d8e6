/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ceremony-internal.h"

#include <string.h>
#include "bytes.h"

/* Reading the ceremony's files and checking what each says by itself or with the round before. */

static gboolean
complain (const TabellaElection *e, guint round, guint16 index, const char *reason,
          const char *explanation, TabellaComplaint *complaint, GError **error)
{
  g_autofree char *file = tabella_ceremony_file_of (e, round, index);

  if (complaint != NULL && reason != NULL)
    *complaint = (TabellaComplaint){ .about = index, .reason = reason };
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_COMPLAINT, "ceremony/%s: %s",
               file, explanation);
  return FALSE;
}

/* Every trustee's file of @round is there; else STATE with all that are not. */
static gboolean
all_there (const TabellaElection *e, const TabellaCeremonyFiles *files, guint round, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);

  for (guint16 i = 1; i <= e->trustees->len; i++) {
    g_autofree char *file = tabella_ceremony_file_of (e, round, i);

    if (i <= files->n && files->rounds[round - 1][i - 1] != NULL)
      continue;
    g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", file);
  }
  if (missing->len == 0)
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
               "not in ceremony/ yet: %s; every trustee's file of round %u is needed first",
               missing->str, round);
  return FALSE;
}

/* The file's JSON. NULL with COMPLAINT. */
static json_t *
open_file (const TabellaElection *e, const TabellaCeremonyFiles *files, guint round, guint16 index,
           GError **error)
{
  GBytes *bytes = files->rounds[round - 1][index - 1];
  g_autoptr (GError) cause = NULL;
  g_autofree char *explanation = NULL;
  json_t *json =
      tabella_json_parse ("it", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &cause);

  if (json != NULL)
    return json;
  explanation = g_strdup_printf ("the file is damaged (%s); ask for it again", cause->message);
  complain (e, round, index, NULL, explanation, NULL, error);
  return NULL;
}

/* Turns field problems into a complaint about the file. */
static gboolean
no_problems (const TabellaElection *e, guint round, guint16 index, GPtrArray *problems,
             TabellaComplaint *complaint, GError **error)
{
  return problems->len == 0 || complain (e, round, index, round == 3 ? "share" : "points",
                                         problems->pdata[0], complaint, error);
}

static void
read_header (json_t *json, guint round, guint16 index, const char *const *members,
             GPtrArray *problems)
{
  tabella_json_only (json, "", members, problems);
  tabella_json_int (json, "", "round", round, round, problems);
  tabella_json_int (json, "", "index", index, index, problems);
}

static gboolean
read1 (TabellaCeremonyView *view, const TabellaCeremonyFiles *files, guint16 index,
       TabellaComplaint *complaint, GError **error)
{
  static const char *const members[] = { "round",         "index",      "name", "signing_key",
                                         "transport_key", "commitment", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = open_file (view->election, files, 1, index, error);
  TabellaRound1 *r = &view->r1[index - 1];
  const char *name;

  if (json == NULL)
    return FALSE;
  read_header (json, 1, index, members, problems);
  name = tabella_json_string (json, "", "name", problems);
  if (name != NULL && !g_str_equal (name, view->election->trustees->pdata[index - 1]))
    tabella_problem (problems, "name", "is \"%s\", not the draft's name of trustee %u", name,
                     index);
  if (tabella_json_hex (json, "", "signing_key", r->signing, 32, problems) &&
      !tabella_sign_key_valid (r->signing))
    tabella_problem (problems, "signing_key", "is not an Ed25519 key");
  tabella_json_hex (json, "", "transport_key", r->transport, 32, problems);
  tabella_json_hex (json, "", "commitment", r->commitment, 32, problems);
  return no_problems (view->election, 1, index, problems, complaint, error);
}

static void
read_points (json_t *json, const char *name, guint16 t, TabellaPoint *points, GPtrArray *problems)
{
  json_t *list = tabella_json_array (json, "", name, problems);

  if (list != NULL && json_array_size (list) != t) {
    tabella_problem (problems, name, "must be a list of %u points", t);
    return;
  }
  for (guint d = 0; list != NULL && d < t; d++) {
    const char *hex = json_string_value (json_array_get (list, d));
    guint8 bytes[32];

    if (hex == NULL || !tabella_unhex (hex, bytes, 32) || !tabella_point_read (&points[d], bytes))
      tabella_problem (problems, name, "[%u] is not a point of ristretto255", d);
  }
}

static void
read_proof (json_t *json, guint16 t, TabellaRound2 *r, GPtrArray *problems)
{
  guint8 bytes[32 + 64 * 32];
  gboolean good;

  if (!tabella_json_hex (json, "", "proof", bytes, 32 + 64 * t, problems))
    return;
  good = tabella_scalar_read (&r->c, bytes);
  for (guint d = 0; d < 2u * t; d++)
    good &= tabella_scalar_read (&r->s[d], bytes + 32 + 32 * d);
  if (!good)
    tabella_problem (problems, "proof", "holds a number that is not below the group's order");
}

static gboolean
check_commitment (const TabellaCeremonyView *view, guint16 index, TabellaComplaint *complaint,
                  GError **error)
{
  const TabellaRound2 *r = &view->r2[index - 1];
  guint8 commitment[32];

  tabella_ceremony_commit (view->hp, index, view->t, r->f, r->e, commitment);
  return memcmp (commitment, view->r1[index - 1].commitment, 32) == 0 ||
         complain (view->election, 2, index, "hash",
                   "its points are not those that round 1 committed to", complaint, error);
}

static gboolean
proof_holds (const TabellaCeremonyView *view, guint16 index)
{
  const TabellaRound2 *r = &view->r2[index - 1];
  TabellaProofVerdict verdict;
  TabellaPoint points[64];
  TabellaHash h;

  memcpy (points, r->f, view->t * sizeof (TabellaPoint));
  memcpy (points + view->t, r->e, view->t * sizeof (TabellaPoint));
  tabella_ceremony_knowledge (&h, view->hp, index, view->hash1, view->t, r->f, r->e);
  tabella_schnorr_verify (&h, 2u * view->t, points, &r->c, r->s, &verdict);
  return verdict == TABELLA_PROOF_GOOD;
}

/* All proofs of round 2. They hold over all of round 1: if none does, it is not the provers that
 * are wrong. */
static gboolean
check_proofs (const TabellaCeremonyView *view, TabellaComplaint *complaint, GError **error)
{
  guint16 first = 0, failed = 0;

  for (guint16 i = view->n; i >= 1; i--)
    if (!proof_holds (view, i)) {
      first = i;
      failed++;
    }
  if (failed == 0)
    return TRUE;
  if (failed < view->n || view->n == 1)
    return complain (view->election, 2, first, "proof",
                     "its proof fails: it does not know the secrets behind its points, or it saw "
                     "other files of round 1",
                     complaint, error);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_COMPLAINT,
               "ceremony/: no proof of round 2 holds over these files of round 1 (r1-01.json to "
               "r1-%02u.json): one of them is not the file that the trustees used; compare them "
               "with the trustees' own copies",
               view->n);
  return FALSE;
}

static gboolean
read2 (TabellaCeremonyView *view, const TabellaCeremonyFiles *files, guint16 index,
       TabellaComplaint *complaint, GError **error)
{
  static const char *const members[] = { "round", "index", "f", "e", "proof", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = open_file (view->election, files, 2, index, error);
  TabellaRound2 *r = &view->r2[index - 1];

  if (json == NULL)
    return FALSE;
  read_header (json, 2, index, members, problems);
  read_points (json, "f", view->t, r->f, problems);
  read_points (json, "e", view->t, r->e, problems);
  read_proof (json, view->t, r, problems);
  return no_problems (view->election, 2, index, problems, complaint, error) &&
         check_commitment (view, index, complaint, error);
}

/* The next trustee that @index deals to, after @to. */
static guint16
next_to (guint16 to, guint16 index)
{
  return to + 1 == index ? to + 2 : to + 1;
}

static void
read_shares (json_t *json, guint16 n, guint16 index, TabellaRound3 *r, GPtrArray *problems)
{
  static const char *const members[] = { "to", "box", NULL };
  json_t *list = tabella_json_array (json, "", "shares", problems), *value;
  guint16 to = 0;
  gsize i;

  if (list != NULL && json_array_size (list) != n - 1u) {
    tabella_problem (problems, "shares", "must be one for each of the other trustees");
    return;
  }
  json_array_foreach (list, i, value)
  {
    g_autofree char *at = g_strdup_printf ("shares[%" G_GSIZE_FORMAT "].", i);

    to = next_to (to, index);
    tabella_json_only (value, at, members, problems);
    tabella_json_int (value, at, "to", to, to, problems);
    tabella_json_hex (value, at, "box", r->box[to - 1], TABELLA_SHARE_BOX, problems);
  }
}

static gboolean
read3 (TabellaCeremonyView *view, const TabellaCeremonyFiles *files, guint16 index,
       TabellaComplaint *complaint, GError **error)
{
  static const char *const members[] = { "round", "index", "shares", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = open_file (view->election, files, 3, index, error);

  if (json == NULL)
    return FALSE;
  read_header (json, 3, index, members, problems);
  read_shares (json, view->n, index, &view->r3[index - 1], problems);
  return no_problems (view->election, 3, index, problems, complaint, error);
}

gboolean
tabella_ceremony_read4 (const TabellaElection *e, const TabellaCeremonyFiles *files, guint16 index,
                        guint8 signature[64], GError **error)
{
  static const char *const members[] = { "round", "index", "signature", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = NULL;

  if (!all_there (e, files, 4, error))
    return FALSE;
  json = open_file (e, files, 4, index, error);
  if (json == NULL)
    return FALSE;
  read_header (json, 4, index, members, problems);
  tabella_json_hex (json, "", "signature", signature, 64, problems);
  return no_problems (e, 4, index, problems, NULL, error);
}

/* R1, R2. */
static void
hash_files (const TabellaCeremonyView *view, const TabellaCeremonyFiles *files, guint round,
            TabellaTag tag, guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, view->hp, tag);
  for (guint i = 0; i < view->n; i++) {
    GBytes *bytes = files->rounds[round - 1][i];

    tabella_hash_sized (&h, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  }
  tabella_hash_finish (&h, out);
}

static gboolean
read_round (TabellaCeremonyView *view, const TabellaCeremonyFiles *files, guint round,
            TabellaComplaint *complaint, GError **error)
{
  static gboolean (*const read[]) (TabellaCeremonyView *, const TabellaCeremonyFiles *, guint16,
                                   TabellaComplaint *, GError **) = { read1, read2, read3 };

  if (!all_there (view->election, files, round, error))
    return FALSE;
  for (guint16 i = 1; i <= view->n; i++)
    if (!read[round - 1](view, files, i, complaint, error))
      return FALSE;
  if (round == 1)
    hash_files (view, files, 1, TABELLA_TAG_ROUND1, view->hash1);
  if (round == 2)
    hash_files (view, files, 2, TABELLA_TAG_ROUND2, view->hash2);
  return round != 2 || check_proofs (view, complaint, error);
}

TabellaCeremonyView *
tabella_ceremony_view (const TabellaElection *e, const TabellaCeremonyFiles *files, guint rounds,
                       TabellaComplaint *complaint, GError **error)
{
  g_autofree TabellaCeremonyView *view = g_new0 (TabellaCeremonyView, 1);

  view->election = e;
  view->n = (guint16)e->trustees->len;
  view->t = e->needed;
  tabella_ceremony_context (e->name, view->n, view->t, e->trustees, view->hp);
  for (guint round = 1; round <= rounds; round++)
    if (!read_round (view, files, round, complaint, error))
      return NULL;
  return g_steal_pointer (&view);
}
