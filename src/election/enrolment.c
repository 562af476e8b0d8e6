/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminals.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include "bytes.h"
#include "files.h"
#include "must.h"

#define ENROLMENT_FORMAT "tabella-enrolment-1"
#define SECRET_MAGIC     "TASECR01"
#define SECRET_SIZE      (8 + 64 + 64 + 32 + 32)

TabellaTerminalSecrets *
tabella_terminal_secrets_new (void)
{
  TabellaTerminalSecrets *s = (TabellaTerminalSecrets *)tabella_secret_new (sizeof *s);

  TABELLA_MUST (crypto_sign_keypair (s->ballot_key, s->ballot_secret) == 0);
  TABELLA_MUST (crypto_sign_keypair (s->batch_key, s->batch_secret) == 0);
  TABELLA_MUST (crypto_box_keypair (s->box_key, s->box_secret) == 0);
  randombytes_buf (s->export_secret, sizeof s->export_secret);
  return s;
}

void
tabella_terminal_secrets_free (TabellaTerminalSecrets *s)
{
  tabella_secret_free ((TabellaSecret *)s);
}

void
tabella_terminal_batch_secret (const TabellaTerminalSecrets *s, TabellaMinisignSecret *out)
{
  TabellaMinisignPublic pub;

  tabella_minisign_batch_public (s->batch_key, &pub);
  memcpy (out->id, pub.id, sizeof out->id);
  out->secret = tabella_secret_dup (s->batch_secret, sizeof s->batch_secret);
}

char *
tabella_enrolment_text (const TabellaTerminalSecrets *s, const char *label, gboolean simulated)
{
  g_autoptr (json_t) obj = json_object ();
  g_autofree char *ballot = tabella_hex (s->ballot_key, 32);
  g_autofree char *batch = tabella_hex (s->batch_key, 32);
  g_autofree char *box = tabella_hex (s->box_key, 32);

  json_object_set_new (obj, "format", json_string (ENROLMENT_FORMAT));
  json_object_set_new (obj, "label", json_string (label));
  json_object_set_new (obj, "ballot_key", json_string (ballot));
  json_object_set_new (obj, "batch_key", json_string (batch));
  json_object_set_new (obj, "box_key", json_string (box));
  json_object_set_new (obj, "simulated", json_boolean (simulated));
  return tabella_json_text (obj);
}

gboolean
tabella_enrolment_parse (const char *what, gconstpointer bytes, gsize size,
                         TabellaTerminalInfo *info, GError **error)
{
  static const char *const names[] = { "format",  "label",     "ballot_key", "batch_key",
                                       "box_key", "simulated", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = tabella_json_parse (what, bytes, size, error);
  const char *format;

  memset (info, 0, sizeof *info);
  if (json == NULL)
    return FALSE;
  tabella_json_only (json, "", names, problems);
  format = tabella_json_string (json, "", "format", problems);
  if (format != NULL && !g_str_equal (format, ENROLMENT_FORMAT))
    tabella_problem (problems, "format", "is not \"" ENROLMENT_FORMAT "\": no enrolment file");
  tabella_terminal_parse_keys (json, "", TRUE, info, problems);
  if (tabella_problems_none (what, problems, error))
    return TRUE;
  g_clear_pointer (&info->label, g_free);
  return FALSE;
}

static char *
terminal_path (const char *folder, guint16 index, const char *suffix)
{
  g_autofree char *name = g_strdup_printf ("%03u.%s", index, suffix);

  return g_build_filename (folder, "terminals", name, NULL);
}

gboolean
tabella_terminals_unsealed (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "manifest.json", NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
               "%s: the election is sealed and its terminals can no longer change; "
               "use a spare (tabella amend spare) or a new election folder",
               path);
  return FALSE;
}

static TabellaTerminalInfo *
load_terminal (const char *path, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = tabella_json_load (path, error);
  g_autoptr (TabellaTerminalInfo) t = NULL;

  if (json == NULL)
    return NULL;
  t = tabella_terminal_parse (json, "", TRUE, problems);
  return tabella_problems_none (path, problems, error) ? g_steal_pointer (&t) : NULL;
}

static int
compare_index (gconstpointer a, gconstpointer b)
{
  const TabellaTerminalInfo *s = *(const TabellaTerminalInfo *const *)a;
  const TabellaTerminalInfo *t = *(const TabellaTerminalInfo *const *)b;

  return (int)s->index - (int)t->index;
}

GPtrArray *
tabella_terminals_load (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) terminals =
      g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_terminal_info_free);
  g_autofree char *place = g_build_filename (folder, "terminals", NULL);
  g_autoptr (GPtrArray) names = NULL;

  if (!g_file_test (place, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&terminals);
  names = tabella_folder_list (place, error);
  if (names == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (place, names->pdata[i], NULL);
    g_autofree char *expected = NULL;
    TabellaTerminalInfo *t;

    if (!g_str_has_suffix (path, ".json"))
      continue;
    t = load_terminal (path, error);
    if (t == NULL)
      return NULL;
    g_ptr_array_add (terminals, t);
    expected = terminal_path (folder, t->index, "json");
    if (!g_str_equal (path, expected)) {
      g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                   "%s: it says index %u, which belongs into %s; undo the renaming", path, t->index,
                   expected);
      return NULL;
    }
  }
  g_ptr_array_sort (terminals, compare_index);
  return g_steal_pointer (&terminals);
}

gboolean
tabella_terminal_save (const char *folder, const TabellaTerminalInfo *t, gboolean fresh,
                       GError **error)
{
  g_autofree char *path = terminal_path (folder, t->index, "json");
  g_autoptr (json_t) json = tabella_terminal_json (t, TRUE);
  g_autofree char *text = tabella_json_text (json);

  if (fresh)
    return tabella_file_write_new (path, text, strlen (text), 0644, error);
  return tabella_file_write (path, text, strlen (text), 0644, error);
}

/* What speaks against enrolling @t beside @terminals: its station, its role and lane, its keys. */
static void
check_newcomer (const TabellaElection *e, GPtrArray *terminals, TabellaTerminalInfo *t,
                GPtrArray *problems)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  if (tabella_election_station (e, t->station) == NULL)
    tabella_problem (problems, "station", "%u does not exist", t->station);
  tabella_terminal_check_lane ("", t->role, t->lane, problems);
  for (guint i = 0; i < terminals->len; i++) {
    const TabellaTerminalInfo *other = terminals->pdata[i];

    g_ptr_array_add (all, terminals->pdata[i]);
    if (other->station == t->station && other->lane & t->lane) {
      g_autofree char *digits = tabella_lane_text (other->lane & t->lane);

      tabella_problem (problems, "lane", "terminal %u of this station serves the last digits %s",
                       other->index, digits);
    }
  }
  g_ptr_array_add (all, t);
  tabella_terminals_check_keys (all, problems);
}

gboolean
tabella_terminals_enrol (const char *folder, const TabellaElection *e,
                         const TabellaTerminalInfo *enrolment, guint16 station, TabellaRole role,
                         guint16 lane, guint16 *index, GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) terminals = NULL;
  TabellaTerminalInfo t = *enrolment; /* its label stays the caller's */
  guint next = 1;

  if (!tabella_terminals_unsealed (folder, error))
    return FALSE;
  terminals = tabella_terminals_load (folder, error);
  if (terminals == NULL)
    return FALSE;
  if (terminals->len > 0)
    next = ((TabellaTerminalInfo *)terminals->pdata[terminals->len - 1])->index + 1u;
  if (next > G_MAXUINT16) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "%s/terminals: an election has at most %u terminals", folder, G_MAXUINT16);
    return FALSE;
  }
  t.index = (guint16)next;
  t.station = station;
  t.role = role;
  t.lane = lane;
  t.has_slice = FALSE;
  check_newcomer (e, terminals, &t, problems);
  if (!tabella_problems_none (t.label, problems, error) ||
      !tabella_terminal_save (folder, &t, TRUE, error))
    return FALSE;
  *index = t.index;
  return TRUE;
}

static gboolean
remove_file (const char *path, GError **error)
{
  if (unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO, "cannot remove %s: %s",
               path, g_strerror (errno));
  return FALSE;
}

gboolean
tabella_terminals_remove (const char *folder, guint16 index, GError **error)
{
  g_autofree char *path = terminal_path (folder, index, "json");
  g_autofree char *secret = terminal_path (folder, index, "secret");
  g_autofree char *keys_name = g_strdup_printf ("%03u.keys", index);
  g_autofree char *keys = g_build_filename (folder, "roll", keys_name, NULL);
  g_autoptr (TabellaTerminalInfo) t = NULL;

  if (!tabella_terminals_unsealed (folder, error))
    return FALSE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "%s: there is no terminal %u; look into that folder for those there are", path,
                 index);
    return FALSE;
  }
  t = load_terminal (path, error);
  if (t == NULL)
    return FALSE;
  if (!t->simulated) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
                 "%s: terminal %u is a real tablet; only simulated ones can be taken out", path,
                 index);
    return FALSE;
  }
  /* The keys of a later terminal with the same index must never meet these. */
  return remove_file (keys, error) && remove_file (secret, error) && remove_file (path, error);
}

gboolean
tabella_simulated_secrets_save (const char *folder, guint16 index, const TabellaTerminalSecrets *s,
                                GError **error)
{
  g_autofree char *path = terminal_path (folder, index, "secret");
  g_autoptr (TabellaSecret) bytes = tabella_secret_new (SECRET_SIZE);

  memcpy (bytes, SECRET_MAGIC, 8);
  memcpy (bytes + 8, s->ballot_secret, 64);
  memcpy (bytes + 72, s->batch_secret, 64);
  memcpy (bytes + 136, s->box_secret, 32);
  memcpy (bytes + 168, s->export_secret, 32);
  return tabella_file_write (path, bytes, SECRET_SIZE, 0600, error);
}

TabellaTerminalSecrets *
tabella_simulated_secrets_load (const char *folder, guint16 index, GError **error)
{
  g_autofree char *path = terminal_path (folder, index, "secret");
  g_autoptr (GBytes) file = tabella_file_read (path, TABELLA_SMALL_LIMIT, error);
  TabellaTerminalSecrets *s;
  const guint8 *bytes;

  if (file == NULL)
    return NULL;
  bytes = g_bytes_get_data (file, NULL);
  if (g_bytes_get_size (file) != SECRET_SIZE || memcmp (bytes, SECRET_MAGIC, 8) != 0) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT,
                 "%s: not the secrets of a simulated terminal; remove the terminal and enrol anew",
                 path);
    return NULL;
  }
  s = (TabellaTerminalSecrets *)tabella_secret_new (sizeof *s);
  memcpy (s->ballot_secret, bytes + 8, 64);
  memcpy (s->batch_secret, bytes + 72, 64);
  memcpy (s->box_secret, bytes + 136, 32);
  memcpy (s->export_secret, bytes + 168, 32);
  /* libsodium's secret keys end with the public ones. */
  memcpy (s->ballot_key, s->ballot_secret + 32, 32);
  memcpy (s->batch_key, s->batch_secret + 32, 32);
  TABELLA_MUST (crypto_scalarmult_base (s->box_key, s->box_secret) == 0);
  return s;
}
