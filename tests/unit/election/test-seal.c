/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing an election folder: what is made, and what is refused before anything is written. */
#include <glib/gstdio.h>
#include <string.h>
#include "bytes.h"
#include "files.h"
#include "folder.h"

#define LIST "id,name,style,station\nA1234563,CHAN Tai Man,all,mong-kok\n"

/* Ceremony done, a combined terminal at each station, the last one simulated or not, roll built. */
static Folder *
ready_folder (gboolean simulated)
{
  Folder *f = folder_new (NULL);

  folder_ceremony (f);
  for (guint16 s = 1; s <= 4; s++)
    folder_enrol (f, s, TABELLA_ROLE_COMBINED, "0-9", simulated && s == 4);
  folder_list (f, LIST, -1);
  folder_roll_good (f);
  return f;
}

static void
refuse_seal (Folder *f, gboolean practice, int code, const char *part)
{
  GError *error = NULL;
  gboolean done = tabella_manifest_seal (f->path, practice, &f->key, &error);

  assert_refused (done, &error, code, part);
  g_assert_false (folder_has (f, ".practice.tmp/manifest.json"));
}

/* Refused with this one problem, nothing written. */
static void
refuse_alone (Folder *f, gboolean practice, const char *part)
{
  GError *error = NULL;
  gboolean done = tabella_manifest_seal (f->path, practice, &f->key, &error);

  g_assert_false (done);
  if (strchr (error->message, '\n') != NULL)
    g_error ("wanted \"%s\" alone, got: %s", part, error->message);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, part);
  g_assert_false (folder_has (f, "manifest.json"));
  g_assert_false (folder_has (f, "manifest.json.minisig"));
  g_assert_false (folder_has (f, "organisers.pub"));
  g_assert_false (folder_has (f, "practice"));
}

static void
test_official (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (GBytes) pub_file = NULL;
  TabellaMinisignPublic pub;
  TabellaCeremonyKeys keys;
  GError *error = NULL;

  folder_seal (f, FALSE);
  m = tabella_manifest_load (f->path, &f->pub, &keys, &error);
  g_assert_no_error (error);
  g_assert_false (m->practice);
  g_assert_cmpuint (m->terminals->len, ==, 4);
  g_assert_true (json_equal (m->election->json, f->draft));
  pub_file = folder_read (f, "organisers.pub");
  g_assert_true (tabella_minisign_public_parse (g_bytes_get_data (pub_file, NULL),
                                                g_bytes_get_size (pub_file), &pub, &error));
  g_assert_cmpmem (&pub, sizeof pub, &f->pub, sizeof pub);
  refuse_seal (f, FALSE, TABELLA_ELECTION_ERROR_STATE, "is sealed already");
  folder_seal (f, TRUE); /* practice beside it */
  g_assert_true (folder_has (f, "practice/manifest.json"));
}

/* Stock minisign reads what was signed. */
static void
test_stock_minisign (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autofree char *manifest = folder_file (f, "manifest.json"), *out = NULL, *expected = NULL;
  g_autofree char *pub = folder_file (f, "organisers.pub"), *id = NULL;
  const char *argv[] = { "minisign", "-Q", "-V", "-p", pub, "-m", manifest, NULL };
  g_autoptr (TabellaManifest) m = NULL;
  TabellaCeremonyKeys keys;
  GError *error = NULL;
  int status;

  folder_seal (f, FALSE);
  m = tabella_manifest_load (f->path, NULL, &keys, &error);
  id = tabella_hex (m->he, 8);
  expected = g_strdup_printf ("tabella manifest election=%s\n", id);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (out, ==, expected);
}

static void
test_practice_is_a_folder (void)
{
  static const char *const names[] = { "election.json",        "ceremony/r1-01.json",
                                       "ceremony/r4-03.json",  "terminals/001.json",
                                       "terminals/004.secret", "roll/001.keys",
                                       "roll/004.keys",        "organisers.pub",
                                       "manifest.json",        "manifest.json.minisig" };
  g_autoptr (Folder) f = ready_folder (TRUE);
  g_autofree char *practice = folder_file (f, "practice");
  g_autofree char *secret = folder_file (f, "practice/terminals/004.secret");
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (GPtrArray) terminals = NULL, problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaTerminalSecrets) secrets = NULL;
  TabellaCeremonyKeys keys;
  GError *error = NULL;
  GStatBuf st;

  folder_seal (f, TRUE);
  g_assert_false (folder_has (f, "manifest.json"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *name = g_build_filename ("practice", names[i], NULL);

    g_assert_true (folder_has (f, name));
  }
  m = tabella_manifest_load (practice, &f->pub, &keys, &error);
  g_assert_no_error (error);
  g_assert_true (m->practice);
  g_assert_true (tabella_manifest_terminal (m, 4)->simulated);
  g_assert_false (tabella_manifest_terminal (m, 1)->simulated);
  terminals = tabella_terminals_load (practice, &error);
  tabella_roll_check (practice, m->election, terminals, problems);
  g_assert_cmpuint (problems->len, ==, 0);
  secrets = tabella_simulated_secrets_load (practice, 4, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (secret, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
}

static void
test_practice_again (void)
{
  g_autoptr (Folder) f = ready_folder (TRUE);
  g_autofree char *practice = folder_file (f, "practice");
  g_autoptr (TabellaManifest) first = NULL, second = NULL;
  TabellaCeremonyKeys keys;
  GError *error = NULL;

  folder_seal (f, TRUE);
  first = tabella_manifest_load (practice, NULL, &keys, &error);
  folder_write (f, "practice/stale", "x", 1);
  folder_roll_good (f);
  folder_seal (f, TRUE);
  second = tabella_manifest_load (practice, NULL, &keys, &error);
  g_assert_no_error (error);
  g_assert_true (memcmp (first->he, second->he, 32) != 0);
  g_assert_false (folder_has (f, "practice/stale"));
  g_assert_false (folder_has (f, ".practice.tmp"));
  g_assert_false (folder_has (f, ".practice.old"));
  folder_write (f, "practice/centre.db", "x", 1);
  refuse_seal (f, TRUE, TABELLA_ELECTION_ERROR_STATE, "centre.db: this practice was worked with");
  g_assert_true (folder_has (f, "practice/manifest.json"));
}

static void
test_practice_with_requests (void)
{
  g_autoptr (Folder) f = ready_folder (TRUE);

  folder_seal (f, TRUE);
  folder_write (f, "practice/requests/checkins-0001/request", "x", 1);
  refuse_seal (f, TRUE, TABELLA_ELECTION_ERROR_STATE, "requests: this practice was worked with");
}

static void
test_simulated_in_official (void)
{
  g_autoptr (Folder) f = ready_folder (TRUE);

  refuse_alone (f, FALSE,
                "terminal 4: is simulated, which only practice may have; "
                "take it out with tabella enrol --remove 4");
}

static void
test_station_without_terminals (void)
{
  g_autoptr (Folder) f = ready_folder (TRUE);
  GError *error = NULL;

  tabella_terminals_remove (f->path, 4, &error);
  g_assert_no_error (error);
  refuse_alone (f, FALSE, "station tuen-mun: has no terminal");
  folder_seal (f, TRUE);
}

static void
test_lane_missing (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GBytes) json = NULL;
  g_autofree char *text = NULL;
  char *digit;

  folder_ceremony (f);
  for (guint16 s = 1; s <= 4; s++)
    folder_enrol (f, s, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  folder_list (f, LIST, -1);
  folder_roll_good (f);
  json = folder_read (f, "terminals/002.json");
  text = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  digit = strstr (text, "0,\n    1,");
  g_assert_nonnull (digit);
  digit[0] = ' ';
  digit[1] = ' ';
  folder_write (f, "terminals/002.json", text, strlen (text));
  refuse_alone (f, FALSE, "serves the last digits 0");
}

static void
test_roll_missing (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autofree char *keys = folder_file (f, "roll/002.keys");

  g_assert_cmpint (g_remove (keys), ==, 0);
  refuse_alone (f, FALSE, "terminal 2: ");
  folder_roll_good (f);
  folder_enrol (f, 1, TABELLA_ROLE_BOOTH, "", FALSE);
  refuse_alone (f, FALSE, "terminal 5: ");
}

/* Keys that fit the terminal, but are not those that the roll gave it. */
static void
test_keys_exchanged (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autoptr (TabellaRollKeys) keys = tabella_roll_keys_new ();
  g_autoptr (GBytes) sealed = NULL;

  sealed = tabella_roll_keys_seal (keys, f->secrets[2]->box_key);
  folder_write (f, "roll/002.keys", g_bytes_get_data (sealed, NULL), g_bytes_get_size (sealed));
  refuse_alone (f, FALSE, "roll/002.keys: not the keys that the organisers made for terminal 2");
}

static void
test_slice_damaged (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autoptr (GPtrArray) terminals = NULL;
  g_autofree char *hex = NULL, *name = NULL;
  GError *error = NULL;

  terminals = tabella_terminals_load (f->path, &error);
  hex = tabella_hex (((TabellaTerminalInfo *)terminals->pdata[1])->slice, 8);
  name = g_strdup_printf ("roll/%s.slice", hex);
  folder_flip (f, name, -1);
  refuse_alone (f, FALSE, "the file is damaged");
}

static void
test_nothing_done (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  GError *error = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_false (tabella_manifest_seal (f->path, TRUE, &f->key, &error));
  lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 2);
  g_assert_nonnull (strstr (lines[0], "ceremony: the trustees have not begun"));
  g_assert_nonnull (strstr (lines[1], "terminals: there is none"));
  g_clear_error (&error);
}

static void
test_ceremony_incomplete (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autofree char *r4 = folder_file (f, "ceremony/r4-02.json");

  g_assert_cmpint (g_remove (r4), ==, 0);
  refuse_alone (f, FALSE, "r4-02.json");
}

/* Another name of the election than the one that the ceremony was held for. */
static void
test_ceremony_of_another (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autofree char *text = NULL;

  json_object_set_new (f->draft, "name", json_string ("Another election"));
  text = tabella_json_text (f->draft);
  folder_write (f, "election.json", text, strlen (text));
  refuse_alone (f, FALSE, "r2-01.json of Trustee One");
}

static void
test_draft_problems (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  json_t *policies = json_object_get (f->draft, "policies");
  g_autofree char *text = NULL, *worse = NULL;
  GError *error = NULL;

  json_object_set_new (policies, "min_unit", json_integer (9));
  text = tabella_json_text (f->draft);
  folder_write (f, "election.json", text, strlen (text));
  refuse_alone (f, FALSE, "min_unit");
  json_object_set_new (policies, "voting", json_string ("online"));
  worse = tabella_json_text (f->draft);
  folder_write (f, "election.json", worse, strlen (worse));
  g_assert_false (tabella_manifest_seal (f->path, FALSE, &f->key, &error));
  g_assert_nonnull (strstr (error->message, "policies.voting"));
  g_clear_error (&error);
}

/* A ceremony that was given up is recorded with who complained of whom. */
static void
test_restart_recorded (void)
{
  static const char complaint[] = "{\"from\": 2, \"about\": 1, \"reason\": \"share\"}";
  g_autoptr (Folder) f = ready_folder (FALSE);
  g_autoptr (TabellaManifest) m = NULL;
  TabellaCeremonyKeys keys;
  GError *error = NULL;
  const TabellaRestart *r;

  folder_write (f, "ceremony/restart-01/complaint-02-01.json", complaint, sizeof complaint - 1);
  folder_write (f, "ceremony/restart-01/r1-01.json", "{}", 2);
  folder_seal (f, FALSE);
  m = tabella_manifest_load (f->path, NULL, &keys, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (m->restarts->len, ==, 1);
  r = m->restarts->pdata[0];
  g_assert_cmpuint (r->from, ==, 2);
  g_assert_cmpuint (r->about, ==, 1);
  g_assert_cmpstr (r->reason, ==, "share");
}

static void
test_bad_complaint (void)
{
  static const char complaint[] = "{\"from\": 2, \"about\": 1, \"reason\": \"mood\"}";
  g_autoptr (Folder) f = ready_folder (FALSE);

  folder_write (f, "ceremony/restart-01/complaint-02-01.json", complaint, sizeof complaint - 1);
  refuse_alone (f, FALSE, "complaint-02-01.json: reason: must be");
}

static void
test_full_disk (void)
{
  g_autoptr (Folder) f = ready_folder (FALSE);
  GError *error = NULL;
  gboolean done;

  folder_limit_files (2000); /* the manifest has more, its signature less */
  done = tabella_manifest_seal (f->path, FALSE, &f->key, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_IO, "manifest.json");
  done = tabella_manifest_seal (f->path, TRUE, &f->key, &error);
  folder_limit_files (G_MAXUINT64);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_IO, "election.json");
  g_assert_false (folder_has (f, "manifest.json"));
  g_assert_false (folder_has (f, "practice"));
  folder_seal (f, TRUE);
  folder_seal (f, FALSE);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seal/official", test_official);
  g_test_add_func ("/seal/stock-minisign", test_stock_minisign);
  g_test_add_func ("/seal/practice-is-a-folder", test_practice_is_a_folder);
  g_test_add_func ("/seal/practice-again", test_practice_again);
  g_test_add_func ("/seal/practice-with-requests", test_practice_with_requests);
  g_test_add_func ("/seal/simulated-in-official", test_simulated_in_official);
  g_test_add_func ("/seal/station-without-terminals", test_station_without_terminals);
  g_test_add_func ("/seal/lane-missing", test_lane_missing);
  g_test_add_func ("/seal/roll-missing", test_roll_missing);
  g_test_add_func ("/seal/keys-exchanged", test_keys_exchanged);
  g_test_add_func ("/seal/slice-damaged", test_slice_damaged);
  g_test_add_func ("/seal/nothing-done", test_nothing_done);
  g_test_add_func ("/seal/ceremony-incomplete", test_ceremony_incomplete);
  g_test_add_func ("/seal/ceremony-of-another", test_ceremony_of_another);
  g_test_add_func ("/seal/draft-problems", test_draft_problems);
  g_test_add_func ("/seal/restart-recorded", test_restart_recorded);
  g_test_add_func ("/seal/full-disk", test_full_disk);
  g_test_add_func ("/seal/bad-complaint", test_bad_complaint);
  return g_test_run ();
}
