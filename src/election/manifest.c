/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "bytes.h"
#include "files.h"
#include "manifest-form.h"

void
tabella_restart_free (TabellaRestart *r)
{
  g_free (r->reason);
  g_free (r);
}

void
tabella_manifest_free (TabellaManifest *m)
{
  if (m == NULL)
    return;
  g_clear_pointer (&m->bytes, g_bytes_unref);
  g_clear_pointer (&m->election, tabella_election_free);
  tabella_ceremony_files_clear (&m->files);
  g_clear_pointer (&m->restarts, g_ptr_array_unref);
  g_clear_pointer (&m->terminals, g_ptr_array_unref);
  g_free (m);
}

void
tabella_manifest_id (GBytes *bytes, guint8 he[32])
{
  TabellaHash h;

  tabella_hash_init (&h, tabella_version, TABELLA_TAG_ELECTION);
  tabella_hash_sized (&h, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  tabella_hash_finish (&h, he);
}

static void
parse_organisers (json_t *json, TabellaManifest *m, GPtrArray *problems)
{
  static const char *const names[] = { "key_id", "key", NULL };
  json_t *obj = tabella_json_object (json, "", "organisers", problems);

  if (obj == NULL)
    return;
  tabella_json_only (obj, "organisers.", names, problems);
  tabella_json_hex (obj, "organisers.", "key_id", m->organisers.id, 8, problems);
  if (tabella_json_hex (obj, "organisers.", "key", m->organisers.key, 32, problems) &&
      !tabella_sign_key_valid (m->organisers.key))
    tabella_problem (problems, "organisers.key", "is not a valid Ed25519 key");
}

/* One round's files: hex of their bytes, by trustee. */
static void
parse_round (json_t *obj, guint round, TabellaCeremonyFiles *files, GPtrArray *problems)
{
  g_autofree char *name = g_strdup_printf ("r%u", round + 1);
  json_t *list = tabella_json_array (obj, "ceremony.", name, problems);

  if (list == NULL)
    return;
  if (json_array_size (list) != files->n) {
    g_autofree char *field = g_strconcat ("ceremony.", name, NULL);

    tabella_problem (problems, field, "must have the files of %u trustees", files->n);
    return;
  }
  for (guint i = 0; i < files->n; i++) {
    const char *hex = json_string_value (json_array_get (list, i));
    gsize size = hex == NULL ? 0 : strlen (hex) / 2;
    g_autofree guint8 *bytes = g_malloc (size + 1);

    if (hex != NULL && tabella_unhex (hex, bytes, size)) {
      files->rounds[round][i] = g_bytes_new_take (g_steal_pointer (&bytes), size);
    } else {
      g_autofree char *field = g_strdup_printf ("ceremony.%s[%u]", name, i);

      tabella_problem (problems, field, "must be a file's bytes in lower-case hex");
    }
  }
}

TabellaRestart *
tabella_restart_parse (json_t *obj, const char *at, guint16 n, GPtrArray *problems)
{
  static const char *const names[] = { "from", "about", "reason", NULL };
  static const char *const reasons[] = { "hash", "points", "proof", "share", NULL };
  TabellaRestart *r = g_new0 (TabellaRestart, 1);
  guint before = problems->len;

  tabella_json_only (obj, at, names, problems);
  r->from = (guint16)tabella_json_int (obj, at, "from", 1, n, problems);
  r->about = (guint16)tabella_json_int (obj, at, "about", 1, n, problems);
  r->reason = g_strdup (tabella_json_string (obj, at, "reason", problems));
  if (r->reason != NULL && !g_strv_contains (reasons, r->reason)) {
    g_autofree char *field = g_strconcat (at, "reason", NULL);

    tabella_problem (problems, field, "must be hash, points, proof or share");
  }
  if (problems->len == before)
    return r;
  tabella_restart_free (r);
  return NULL;
}

static void
parse_point (json_t *obj, const char *name, TabellaPoint *p, GPtrArray *problems)
{
  guint8 bytes[32];
  g_autofree char *field = g_strconcat ("ceremony.", name, NULL);

  if (tabella_json_hex (obj, "ceremony.", name, bytes, 32, problems) &&
      !tabella_point_read (p, bytes))
    tabella_problem (problems, field, "is not a valid point");
}

static void
parse_ceremony (json_t *json, TabellaManifest *m, GPtrArray *problems)
{
  static const char *const names[] = { "r1", "r2", "r3",         "r4", "restarts",
                                       "k",  "k2", "transcript", NULL };
  json_t *obj = tabella_json_object (json, "", "ceremony", problems);
  json_t *restarts;

  if (obj == NULL || m->election == NULL)
    return;
  tabella_json_only (obj, "ceremony.", names, problems);
  m->files.n = (guint16)m->election->trustees->len;
  for (guint round = 0; round < 4; round++)
    parse_round (obj, round, &m->files, problems);
  restarts = tabella_json_array (obj, "ceremony.", "restarts", problems);
  if (!tabella_json_at_most (restarts, TABELLA_RESTARTS_MAX, "ceremony.restarts", problems))
    return;
  for (gsize i = 0; i < json_array_size (restarts); i++) {
    g_autofree char *at = g_strdup_printf ("ceremony.restarts[%" G_GSIZE_FORMAT "].", i);
    TabellaRestart *r =
        tabella_restart_parse (json_array_get (restarts, i), at, m->files.n, problems);

    if (r != NULL)
      g_ptr_array_add (m->restarts, r);
  }
  parse_point (obj, "k", &m->k, problems);
  parse_point (obj, "k2", &m->k2, problems);
  tabella_json_hex (obj, "ceremony.", "transcript", m->transcript, 32, problems);
}

static void
check_terminal (const TabellaManifest *m, const TabellaTerminalInfo *t, const char *at,
                guint16 last, GPtrArray *problems)
{
  g_autofree char *index = g_strconcat (at, "index", NULL);
  g_autofree char *slice = g_strconcat (at, "slice", NULL);
  g_autofree char *keys = g_strconcat (at, "keys", NULL);
  g_autofree char *simulated = g_strconcat (at, "simulated", NULL);

  if (t->index <= last)
    tabella_problem (problems, index, "is %u after %u; terminals must ascend", t->index, last);
  if (tabella_role_checks_in (t->role) && !t->has_slice)
    tabella_problem (problems, slice, "missing; a %s needs one", tabella_role_name (t->role));
  if (!t->has_keys)
    tabella_problem (problems, keys, "missing; every terminal has keys of the roll");
  if (t->simulated && !m->practice)
    tabella_problem (problems, simulated,
                     "an official election has no simulated terminals; "
                     "take it out with tabella enrol --remove %u",
                     t->index);
  if (memcmp (t->ballot_key, m->organisers.key, 32) == 0 ||
      memcmp (t->batch_key, m->organisers.key, 32) == 0)
    tabella_problem (problems, index, "has the organisers' key as its own");
}

static void
parse_terminals (json_t *json, TabellaManifest *m, GPtrArray *problems)
{
  json_t *list = tabella_json_array (json, "", "terminals", problems);
  guint before = problems->len;
  guint16 last = 0;

  for (gsize i = 0; i < json_array_size (list); i++) {
    g_autofree char *at = g_strdup_printf ("terminals[%" G_GSIZE_FORMAT "].", i);
    TabellaTerminalInfo *t = tabella_terminal_parse (json_array_get (list, i), at, FALSE, problems);

    if (t == NULL)
      continue;
    check_terminal (m, t, at, last, problems);
    last = t->index;
    g_ptr_array_add (m->terminals, t);
  }
  if (problems->len > before || m->election == NULL)
    return;
  tabella_terminals_check (m->election, m->terminals, m->practice, problems);
  tabella_terminals_check_keys (m->terminals, problems);
}

static void
parse_head (json_t *json, TabellaManifest *m, GPtrArray *problems)
{
  const char *format = tabella_json_string (json, "", "format", problems);
  const char *mode = tabella_json_string (json, "", "mode", problems);

  if (format != NULL && !g_str_equal (format, TABELLA_MANIFEST_FORMAT))
    tabella_problem (problems, "format",
                     "is not \"" TABELLA_MANIFEST_FORMAT "\"; "
                     "is it a manifest, and of this version?");
  m->practice = mode != NULL && g_str_equal (mode, "practice");
  if (mode != NULL && !m->practice && !g_str_equal (mode, "official"))
    tabella_problem (problems, "mode", "must be official or practice");
}

static TabellaManifest *
manifest_new (GBytes *bytes)
{
  TabellaManifest *m = g_new0 (TabellaManifest, 1);

  m->bytes = g_bytes_ref (bytes);
  m->restarts = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_restart_free);
  m->terminals = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_terminal_info_free);
  tabella_manifest_id (bytes, m->he);
  return m;
}

TabellaManifest *
tabella_manifest_parse (GBytes *bytes, GError **error)
{
  static const char *const names[] = { "format",   "mode",      "election", "organisers",
                                       "ceremony", "terminals", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaManifest) m = manifest_new (bytes);
  g_autoptr (json_t) json = tabella_json_parse ("manifest.json", g_bytes_get_data (bytes, NULL),
                                                g_bytes_get_size (bytes), error);
  json_t *election;

  if (json == NULL)
    return NULL;
  tabella_json_only (json, "", names, problems);
  parse_head (json, m, problems);
  election = tabella_json_object (json, "", "election", problems);
  if (election != NULL)
    m->election = tabella_election_parse (election, "election.", problems);
  if (m->election != NULL && !m->practice)
    tabella_election_check_official (m->election, problems);
  parse_organisers (json, m, problems);
  parse_ceremony (json, m, problems);
  parse_terminals (json, m, problems);
  return tabella_manifest_conclude ("manifest.json", problems, error) ? g_steal_pointer (&m) : NULL;
}

gboolean
tabella_manifest_conclude (const char *what, GPtrArray *problems, GError **error)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  const guint named = MIN (problems->len, TABELLA_PROBLEMS_NAMED);

  if (problems->len == 0)
    return TRUE;
  for (guint i = 0; i < named; i++)
    g_string_append_printf (lines, "%s%s", i > 0 ? "\n" : "", (char *)problems->pdata[i]);
  if (problems->len == named)
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID, "%s: %s", what,
                 lines->str);
  else
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 _ ("%s: %s (and %u more)"), what, lines->str, problems->len - named);
  return FALSE;
}

char *
tabella_manifest_comment (const guint8 he[32])
{
  g_autofree char *id = tabella_hex (he, 8);

  return g_strconcat ("tabella manifest election=", id, NULL);
}

static gboolean
bad_signature (GError **error, const char *reason)
{
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_SIGNATURE,
               _ ("manifest.json.minisig: %s; get the election's files again from the organisers"),
               reason);
  return FALSE;
}

gboolean
tabella_manifest_check_signature (const TabellaManifest *m, const char *sig, gsize sig_size,
                                  const TabellaMinisignPublic *expected, GError **error)
{
  g_autofree char *comment = NULL, *wanted = tabella_manifest_comment (m->he);
  g_autoptr (GError) cause = NULL;

  if (expected != NULL && (memcmp (expected->id, m->organisers.id, 8) != 0 ||
                           memcmp (expected->key, m->organisers.key, 32) != 0))
    return bad_signature (error,
                          _ ("the manifest names another organisers' key than the one given"));
  if (!tabella_minisign_verify (&m->organisers, g_bytes_get_data (m->bytes, NULL),
                                g_bytes_get_size (m->bytes), sig, sig_size, &comment, &cause))
    return bad_signature (error, cause->message);
  if (!g_str_equal (comment, wanted))
    return bad_signature (error, _ ("its trusted comment does not name this election"));
  return TRUE;
}

gboolean
tabella_manifest_keys (const TabellaManifest *m, TabellaCeremonyKeys *keys, GError **error)
{
  return tabella_ceremony_check (m->election, &m->files, 4, keys, error);
}

static gboolean
compare_keys (const TabellaManifest *m, const TabellaCeremonyKeys *keys, GError **error)
{
  const char *wrong = NULL;

  if (!tabella_point_equal (&m->k, &keys->k))
    wrong = "k";
  else if (!tabella_point_equal (&m->k2, &keys->k2))
    wrong = "k2";
  else if (memcmp (m->transcript, keys->transcript, 32) != 0)
    wrong = "transcript";
  if (wrong == NULL)
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
               _ ("manifest.json: ceremony.%s is not what the trustees' files give; "
                  "do not use this manifest and tell the trustees"),
               wrong);
  return FALSE;
}

TabellaManifest *
tabella_manifest_load (const char *folder, const TabellaMinisignPublic *expected,
                       TabellaCeremonyKeys *keys, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "manifest.json", NULL);
  g_autofree char *sig_path = g_build_filename (folder, "manifest.json.minisig", NULL);
  g_autoptr (GBytes) bytes = NULL, sig = NULL;
  g_autoptr (TabellaManifest) m = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
                 _ ("%s: there is none; the election is not sealed yet (tabella seal)"), path);
    return NULL;
  }
  bytes = tabella_file_read (path, TABELLA_MANIFEST_LIMIT, error);
  if (bytes == NULL)
    return NULL;
  sig = tabella_file_read (sig_path, TABELLA_SIGNATURE_LIMIT, error);
  if (sig == NULL)
    return NULL;
  m = tabella_manifest_parse (bytes, error);
  if (m == NULL ||
      !tabella_manifest_check_signature (m, g_bytes_get_data (sig, NULL), g_bytes_get_size (sig),
                                         expected, error) ||
      !tabella_manifest_keys (m, keys, error) || !compare_keys (m, keys, error))
    return NULL;
  return g_steal_pointer (&m);
}

const TabellaTerminalInfo *
tabella_manifest_terminal (const TabellaManifest *m, guint16 index)
{
  guint low = 0, high = m->terminals->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const TabellaTerminalInfo *t = m->terminals->pdata[middle];

    if (t->index == index)
      return t;
    if (t->index < index)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}
