/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "manifest.h"

#include <string.h>
#include "bytes.h"
#include "copy.h"
#include "manifest-form.h"
#include "roll.h"

/* Everything that goes into a manifest, read and checked. */
typedef struct {
  TabellaElection *election;
  TabellaCeremonyFiles files;
  TabellaCeremonyKeys keys;
  GPtrArray *terminals;
  json_t *restarts;
  TabellaMinisignPublic organisers;
} Parts;

static void
parts_clear (Parts *parts)
{
  g_clear_pointer (&parts->election, tabella_election_free);
  tabella_ceremony_files_clear (&parts->files);
  g_clear_pointer (&parts->terminals, g_ptr_array_unref);
  json_decref (parts->restarts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parts, parts_clear)

/* The complaints of one ceremony that was given up. */
static gboolean
add_complaints (const char *folder, guint16 n, json_t *restarts, GPtrArray *problems,
                GError **error)
{
  g_autoptr (GPtrArray) names = tabella_folder_list (folder, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
    g_autofree char *at = g_strconcat (path, ": ", NULL);
    g_autoptr (json_t) json = NULL;
    TabellaRestart *r;

    if (!g_str_has_prefix (names->pdata[i], "complaint-"))
      continue;
    json = tabella_json_load (path, error);
    if (json == NULL)
      return FALSE;
    r = tabella_restart_parse (json, at, n, problems);
    if (r == NULL)
      continue;
    tabella_restart_free (r);
    json_array_append (restarts, json);
  }
  return TRUE;
}

static gboolean
read_restarts (const char *ceremony, guint16 n, json_t *restarts, GPtrArray *problems,
               GError **error)
{
  g_autoptr (GPtrArray) names = tabella_folder_list (ceremony, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (ceremony, names->pdata[i], NULL);

    if (g_str_has_prefix (names->pdata[i], "restart-") &&
        !add_complaints (path, n, restarts, problems, error))
      return FALSE;
  }
  return TRUE;
}

/* A step whose failure is one more problem. */
static void
note (GPtrArray *problems, gboolean done, GError *error)
{
  if (!done)
    g_ptr_array_add (problems, g_strdup (error->message));
  g_clear_error (&error);
}

static void
read_ceremony (const char *folder, Parts *parts, GPtrArray *problems)
{
  g_autofree char *ceremony = g_build_filename (folder, "ceremony", NULL);
  guint16 n = (guint16)parts->election->trustees->len;
  GError *error = NULL;
  gboolean done = g_file_test (ceremony, G_FILE_TEST_IS_DIR);

  if (!done) {
    tabella_problem (problems, "ceremony", "the trustees have not begun; see tabella trustee init");
    return;
  }
  done = tabella_ceremony_files_load (ceremony, n, &parts->files, &error) &&
         tabella_ceremony_check (parts->election, &parts->files, 4, &parts->keys, &error) &&
         read_restarts (ceremony, n, parts->restarts, problems, &error);
  note (problems, done, error);
}

static void
check_simulated (GPtrArray *terminals, GPtrArray *problems)
{
  for (guint i = 0; i < terminals->len; i++) {
    const TabellaTerminalInfo *t = terminals->pdata[i];
    g_autofree char *field = g_strdup_printf ("terminal %u", t->index);

    if (t->simulated)
      tabella_problem (problems, field,
                       "is simulated, which only practice may have; "
                       "take it out with tabella enrol --remove %u",
                       t->index);
  }
}

static void
read_terminals (const char *folder, gboolean practice, Parts *parts, GPtrArray *problems)
{
  GError *error = NULL;

  parts->terminals = tabella_terminals_load (folder, &error);
  note (problems, parts->terminals != NULL, error);
  if (parts->terminals == NULL)
    return;
  if (parts->terminals->len == 0)
    tabella_problem (problems, "terminals", "there is none; run tabella enrol");
  if (!practice)
    check_simulated (parts->terminals, problems);
  tabella_terminals_check (parts->election, parts->terminals, practice, problems);
  tabella_roll_check (folder, parts->election, parts->terminals, problems);
}

static gboolean
read_parts (const char *folder, gboolean practice, const TabellaMinisignSecret *key, Parts *parts,
            GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_build_filename (folder, "election.json", NULL);
  g_autoptr (json_t) json = tabella_json_load (path, error);

  if (json == NULL)
    return FALSE;
  memcpy (parts->organisers.id, key->id, 8);
  memcpy (parts->organisers.key, key->secret + 32, 32); /* libsodium's form ends with it */
  parts->restarts = json_array ();
  parts->election = tabella_election_parse (json, "", problems);
  if (parts->election == NULL)
    return tabella_manifest_conclude (path, problems, error);
  if (!practice)
    tabella_election_check_official (parts->election, problems);
  read_ceremony (folder, parts, problems);
  read_terminals (folder, practice, parts, problems);
  return tabella_manifest_conclude (folder, problems, error);
}

static void
set_hex (json_t *obj, const char *name, gconstpointer bytes, gsize size)
{
  g_autofree char *hex = tabella_hex (bytes, size);

  json_object_set_new (obj, name, json_string (hex));
}

static json_t *
ceremony_json (const Parts *parts)
{
  json_t *obj = json_object ();

  for (guint round = 0; round < 4; round++) {
    g_autofree char *name = g_strdup_printf ("r%u", round + 1);
    json_t *list = json_array ();

    for (guint i = 0; i < parts->files.n; i++) {
      GBytes *file = parts->files.rounds[round][i];
      g_autofree char *hex = tabella_hex (g_bytes_get_data (file, NULL), g_bytes_get_size (file));

      json_array_append_new (list, json_string (hex));
    }
    json_object_set_new (obj, name, list);
  }
  json_object_set (obj, "restarts", parts->restarts);
  set_hex (obj, "k", parts->keys.k.b, 32);
  set_hex (obj, "k2", parts->keys.k2.b, 32);
  set_hex (obj, "transcript", parts->keys.transcript, 32);
  return obj;
}

static GBytes *
manifest_bytes (const Parts *parts, gboolean practice)
{
  g_autoptr (json_t) obj = json_object ();
  json_t *organisers = json_object (), *terminals = json_array ();
  char *text;

  set_hex (organisers, "key_id", parts->organisers.id, 8);
  set_hex (organisers, "key", parts->organisers.key, 32);
  for (guint i = 0; i < parts->terminals->len; i++)
    json_array_append_new (terminals, tabella_terminal_json (parts->terminals->pdata[i], FALSE));
  json_object_set_new (obj, "format", json_string (TABELLA_MANIFEST_FORMAT));
  json_object_set_new (obj, "mode", json_string (practice ? "practice" : "official"));
  json_object_set (obj, "election", parts->election->json);
  json_object_set_new (obj, "organisers", organisers);
  json_object_set_new (obj, "ceremony", ceremony_json (parts));
  json_object_set_new (obj, "terminals", terminals);
  text = tabella_json_text (obj);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
write_text (const char *folder, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return tabella_file_write (path, text, strlen (text), 0644, error);
}

/* The manifest itself comes last: while it is not there, the folder counts as not sealed. */
static gboolean
write_sealed (const char *folder, const TabellaManifest *m, const TabellaMinisignSecret *key,
              GError **error)
{
  g_autofree char *comment = tabella_manifest_comment (m->he);
  g_autofree char *pub = tabella_minisign_public_text (&m->organisers);
  g_autofree char *path = g_build_filename (folder, "manifest.json", NULL);
  gconstpointer bytes = g_bytes_get_data (m->bytes, NULL);
  gsize size = g_bytes_get_size (m->bytes);
  g_autofree char *sig = tabella_minisign_sign (key, bytes, size, comment);

  return write_text (folder, "organisers.pub", pub, error) &&
         write_text (folder, "manifest.json.minisig", sig, error) &&
         tabella_file_write_new (path, bytes, size, 0644, error);
}

/* A practice that somebody worked with is not thrown away. */
static gboolean
check_practice_unused (const char *practice, GError **error)
{
  static const char *const traces[] = { "centre.db", "requests" };

  for (guint i = 0; i < G_N_ELEMENTS (traces); i++) {
    g_autofree char *path = g_build_filename (practice, traces[i], NULL);

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      continue;
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
                 "%s: this practice was worked with; move the folder %s away before "
                 "you seal a new one",
                 path, practice);
    return FALSE;
  }
  return TRUE;
}

static gboolean
make_practice (const char *folder, const char *made, const TabellaManifest *m,
               const TabellaMinisignSecret *key, GError **error)
{
  static const char *const folders[] = { "ceremony", "terminals", "roll" };
  g_autofree char *draft = g_build_filename (folder, "election.json", NULL);
  g_autofree char *draft_copy = g_build_filename (made, "election.json", NULL);

  if (!tabella_folder_remove (made, error) || !tabella_file_copy (draft, draft_copy, 0644, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *from = g_build_filename (folder, folders[i], NULL);
    g_autofree char *to = g_build_filename (made, folders[i], NULL);

    if (!tabella_folder_copy (from, to, error))
      return FALSE;
  }
  return write_sealed (made, m, key, error);
}

static gboolean
write_practice (const char *folder, const TabellaManifest *m, const TabellaMinisignSecret *key,
                GError **error)
{
  g_autofree char *practice = g_build_filename (folder, "practice", NULL);
  g_autofree char *made = g_build_filename (folder, ".practice.tmp", NULL);

  if (!check_practice_unused (practice, error))
    return FALSE;
  if (make_practice (folder, made, m, key, error) && tabella_folder_replace (made, practice, error))
    return TRUE;
  tabella_folder_remove (made, NULL); /* the first error is the one that counts */
  return FALSE;
}

gboolean
tabella_manifest_seal (const char *folder, gboolean practice, const TabellaMinisignSecret *key,
                       GError **error)
{
  g_auto (Parts) parts = { 0 };
  g_autofree char *path = g_build_filename (folder, "manifest.json", NULL);
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!practice && g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
                 "%s: the election is sealed already, and what terminals have installed cannot "
                 "change; use tabella amend, or a new election folder for another election",
                 path);
    return FALSE;
  }
  if (!read_parts (folder, practice, key, &parts, error))
    return FALSE;
  bytes = manifest_bytes (&parts, practice);
  m = tabella_manifest_parse (bytes, error); /* what readers will refuse is never signed */
  if (m == NULL)
    return FALSE;
  if (practice)
    return write_practice (folder, m, key, error);
  return write_sealed (folder, m, key, error);
}
