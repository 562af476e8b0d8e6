/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trustee-step.h"

#include <string.h>
#include "files.h"

static const char *const verbs[] = { "init", "open", "deal", "accept" };

void
tabella_step_clear (TabellaStep *s)
{
  tabella_election_free (s->e);
  tabella_ceremony_files_clear (&s->files);
  tabella_trustee_free (s->t);
}

gboolean
tabella_step_refuse (GError **error, const char *format, ...)
{
  va_list args;
  g_autofree char *message = NULL;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE, message);
  return FALSE;
}

gboolean
tabella_step_open (TabellaStep *s, GError **error)
{
  s->e = tabella_election_load_ceremony (s->folder, error);
  if (s->e == NULL || !tabella_complaint_none (s->e, s->folder, error))
    return FALSE;
  if (s->index >= 1 && s->index <= s->e->trustees->len)
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
               "--index %u: election.json names trustees 1 to %u", s->index, s->e->trustees->len);
  return FALSE;
}

void
tabella_step_context (const TabellaStep *s, guint8 hp[32])
{
  tabella_ceremony_context (s->e->name, (guint16)s->e->trustees->len, s->e->needed, s->e->trustees,
                            hp);
}

/* The secret file is this trustee's, of this ceremony. */
static gboolean
belongs (const TabellaStep *s, GError **error)
{
  guint16 restarts;
  guint8 hp[32];

  tabella_step_context (s, hp);
  if (s->t->index != s->index)
    return tabella_step_refuse (
        error, "%s is the secret of trustee %u, not %u; use --index %u or the other file",
        s->t->path, s->t->index, s->index, s->t->index);
  if (memcmp (hp, s->t->hp, 32) != 0)
    return tabella_step_refuse (
        error,
        "%s was made for another election name or other trustees than those in "
        "election.json; put them back, or hold a new ceremony",
        s->t->path);
  if (!tabella_ceremony_restarts (s->folder, &restarts, error))
    return FALSE;
  if (restarts != s->t->restarts)
    return tabella_step_refuse (
        error,
        "the ceremony was begun again after %s was made: make a new secret with "
        "\"tabella trustee init\" into another file",
        s->t->path);
  return TRUE;
}

static gboolean
write_round (const TabellaStep *s, guint round, GError **error)
{
  g_autofree char *path = tabella_ceremony_path (s->folder, round, s->index);
  GBytes *bytes = s->t->own[round - 1];

  return tabella_file_write_new (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                 0644, error);
}

/* Own files of the rounds that are done: as they were written, or written again where they are
 * missing. */
static gboolean
own_files (TabellaStep *s, GError **error)
{
  for (guint round = 1; round <= s->t->round; round++) {
    GBytes **file = &s->files.rounds[round - 1][s->index - 1];

    if (*file == NULL) {
      if (!write_round (s, round, error))
        return FALSE;
      *file = g_bytes_ref (s->t->own[round - 1]);
      s->repeated |= round == s->round;
    } else if (!g_bytes_equal (*file, s->t->own[round - 1])) {
      g_autofree char *path = tabella_ceremony_path (s->folder, round, s->index);

      return tabella_step_refuse (
          error,
          "%s is not the file that you made: delete it and repeat this step, "
          "which writes it again",
          path);
    }
  }
  return TRUE;
}

/* It is this round's turn, or it is done and only its file was missing (repeated). */
static gboolean
in_order (const TabellaStep *s, GError **error)
{
  guint done = s->t->round;

  if (s->repeated || done + 1 == s->round)
    return TRUE;
  if (done + 1 < s->round)
    return tabella_step_refuse (error, "round %u comes first: run \"tabella trustee %s\"", done + 1,
                                verbs[done]);
  if (done == 4)
    return tabella_step_refuse (
        error, "this trustee has finished the ceremony: compare the short code with "
               "the others' (\"tabella trustee check\")");
  return tabella_step_refuse (error,
                              "round %u is done already; when everyone has done it, run \"tabella "
                              "trustee %s\"",
                              s->round, verbs[done]);
}

gboolean
tabella_step_begin (TabellaStep *s, const char *secret_path, const char *passphrase, GError **error)
{
  g_autofree char *ceremony = g_build_filename (s->folder, "ceremony", NULL);

  if (!tabella_step_open (s, error))
    return FALSE;
  s->t = tabella_trustee_file_open (secret_path, passphrase, error);
  return s->t != NULL && belongs (s, error) &&
         tabella_ceremony_files_load (ceremony, (guint16)s->e->trustees->len, &s->files, error) &&
         own_files (s, error) && in_order (s, error);
}

gboolean
tabella_step_finish (TabellaStep *s, json_t *json, GError **error)
{
  g_autofree char *text = tabella_json_text (json);

  s->t->own[s->round - 1] = g_bytes_new (text, strlen (text));
  s->t->round = (guint8)s->round;
  return tabella_trustee_file_save (s->t, s->round == 1, error) && write_round (s, s->round, error);
}

gboolean
tabella_step_stop (const TabellaStep *s, const TabellaComplaint *complaint, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (complaint->about == 0)
    return FALSE;
  if (tabella_complaint_write (s->folder, s->index, complaint, &cause))
    g_prefix_error (error,
                    "complaint of %s about %s written to ceremony/complaint-%02u-%02u.json (show "
                    "it to everyone; "
                    "\"tabella trustee restart\" begins again): ",
                    (const char *)s->e->trustees->pdata[s->index - 1],
                    (const char *)s->e->trustees->pdata[complaint->about - 1], s->index,
                    complaint->about);
  else
    g_prefix_error (error, "%s; ", cause->message);
  return FALSE;
}

void
tabella_step_note (TabellaStep *s, guint round)
{
  for (guint i = 0; i < s->t->n; i++) {
    GBytes *bytes = s->files.rounds[round - 1][i];

    tabella_digest_256 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                        s->t->seen[round - 1][i]);
  }
}

gboolean
tabella_step_same (const TabellaStep *s, guint round, GError **error)
{
  for (guint16 i = 0; i < s->t->n; i++) {
    GBytes *bytes = s->files.rounds[round - 1][i];
    g_autofree char *file = NULL;
    guint8 digest[32];

    if (bytes == NULL)
      continue; /* reported where all are counted */
    tabella_digest_256 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), digest);
    if (memcmp (digest, s->t->seen[round - 1][i], 32) == 0)
      continue;
    file = tabella_ceremony_file_of (s->e, round, i + 1);
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_COMPLAINT,
                 "ceremony/%s: the file has changed since round %u used it", file, round + 1);
    return tabella_step_stop (s, &(TabellaComplaint){ .about = i + 1, .reason = "hash" }, error);
  }
  return TRUE;
}
