/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "bytes.h"
#include "folder.h"

static void
test_lane_text (void)
{
  static const struct {
    const char *text;
    guint16 mask;
    const char *back;
  } good[] = {
    { "", 0, "" },
    { "7", 1 << 7, "7" },
    { "0-9", 0x3FF, "0-9" },
    { "0-3", 0x00F, "0-3" },
    { "0,2,5-9", 0x3E5, "0,2,5-9" },
    { "9,0", 0x201, "0,9" },
    { "4-4", 0x010, "4" },
    { "3,4", 0x018, "3-4" },
  };
  static const char *const bad[] = { ",",    "1,", ",1",  "1,,2",  "a",  "3-1", "1-",  "-1",
                                     "0-10", "12", "1,1", "0-4,3", " 1", "1 ",  "1;2", "\xD9\xA1" };
  guint16 mask;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *back = NULL;

    g_assert_true (tabella_lane_parse (good[i].text, &mask, &error));
    g_assert_cmpuint (mask, ==, good[i].mask);
    back = tabella_lane_text (mask);
    g_assert_cmpstr (back, ==, good[i].back);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    GError *error = NULL;
    gboolean done = tabella_lane_parse (bad[i], &mask, &error);

    assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, bad[i]);
    g_assert_cmpuint (mask, ==, 0);
  }
}

static void
test_roles (void)
{
  TabellaRole role;

  for (guint r = TABELLA_ROLE_COMBINED; r <= TABELLA_ROLE_SPARE; r++) {
    g_assert_true (tabella_role_parse (tabella_role_name ((TabellaRole)r), &role));
    g_assert_cmpuint (role, ==, r);
  }
  g_assert_false (tabella_role_parse ("Desk", &role));
}

static void
test_enrol_stores (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GPtrArray) terminals = NULL;
  const TabellaTerminalInfo *t;
  GError *error = NULL;

  g_assert_cmpuint (folder_enrol (f, 1, TABELLA_ROLE_COMBINED, "0-9", FALSE), ==, 1);
  g_assert_cmpuint (folder_enrol (f, 4, TABELLA_ROLE_DESK, "0,5-9", TRUE), ==, 2);
  g_assert_cmpuint (folder_enrol (f, 4, TABELLA_ROLE_DESK, "1-4", TRUE), ==, 3);
  g_assert_cmpuint (folder_enrol (f, 4, TABELLA_ROLE_BOOTH, "", TRUE), ==, 4);
  g_assert_true (folder_has (f, "terminals/002.json"));
  g_assert_true (folder_has (f, "terminals/002.secret"));
  g_assert_false (folder_has (f, "terminals/001.secret"));
  terminals = tabella_terminals_load (f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (terminals->len, ==, 4);
  t = terminals->pdata[1];
  g_assert_cmpuint (t->index, ==, 2);
  g_assert_cmpuint (t->station, ==, 4);
  g_assert_cmpuint (t->role, ==, TABELLA_ROLE_DESK);
  g_assert_cmpuint (t->lane, ==, 0x3E1);
  g_assert_true (t->simulated);
  g_assert_false (t->has_slice);
  g_assert_false (t->has_keys);
  g_assert_cmpstr (t->label, ==, "made for a test");
  g_assert_cmpmem (t->ballot_key, 32, f->secrets[2]->ballot_key, 32);
  g_assert_cmpmem (t->batch_key, 32, f->secrets[2]->batch_key, 32);
  g_assert_cmpmem (t->box_key, 32, f->secrets[2]->box_key, 32);
}

/* Enrols terminal 2 beside terminal 1 (desk of station 1, last digits 0-3) and must be refused. */
static void
refuse_enrolment (Folder *f, const TabellaTerminalSecrets *s, guint16 station, TabellaRole role,
                  guint16 lane, int code, const char *part)
{
  TabellaTerminalInfo info = { .label = (char *)"second" };
  GError *error = NULL;
  gboolean done;
  guint16 index;

  memcpy (info.ballot_key, s->ballot_key, 32);
  memcpy (info.batch_key, s->batch_key, 32);
  memcpy (info.box_key, s->box_key, 32);
  done = tabella_terminals_enrol (f->path, f->e, &info, station, role, lane, &index, &error);
  assert_refused (done, &error, code, part);
  g_assert_false (folder_has (f, "terminals/002.json"));
}

static void
test_enrol_refusals (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (TabellaTerminalSecrets) s = tabella_terminal_secrets_new ();
  g_autoptr (TabellaTerminalSecrets) crossed = tabella_terminal_secrets_new ();
  const int invalid = TABELLA_ELECTION_ERROR_INVALID;

  folder_enrol (f, 1, TABELLA_ROLE_DESK, "0-3", FALSE);
  refuse_enrolment (f, s, 0, TABELLA_ROLE_BOOTH, 0, invalid, "station: 0 does not exist");
  refuse_enrolment (f, s, 5, TABELLA_ROLE_BOOTH, 0, invalid, "station: 5 does not exist");
  refuse_enrolment (f, s, 1, TABELLA_ROLE_DESK, 0, invalid, "lane: a desk needs");
  refuse_enrolment (f, s, 1, TABELLA_ROLE_COMBINED, 0, invalid, "lane: a combined needs");
  refuse_enrolment (f, s, 1, TABELLA_ROLE_BOOTH, 0x10, invalid, "lane: a booth has no lane");
  refuse_enrolment (f, s, 1, TABELLA_ROLE_SPARE, 0x10, invalid, "lane: a spare has no lane");
  refuse_enrolment (f, s, 1, TABELLA_ROLE_DESK, 0x3F8, invalid, "serves the last digits 3");
  refuse_enrolment (f, f->secrets[1], 1, TABELLA_ROLE_DESK, 0x3F0, invalid, "enrolled twice");
  memcpy (crossed->batch_key, f->secrets[1]->ballot_key, 32);
  refuse_enrolment (f, crossed, 2, TABELLA_ROLE_BOOTH, 0, invalid, "has a key of terminal 1");
  memcpy (crossed->batch_key, crossed->ballot_key, 32);
  refuse_enrolment (f, crossed, 2, TABELLA_ROLE_BOOTH, 0, invalid, "two of its three keys");
  folder_write (f, "manifest.json", "{}", 2);
  refuse_enrolment (f, s, 2, TABELLA_ROLE_BOOTH, 0, TABELLA_ELECTION_ERROR_STATE, "is sealed");
}

static void
test_remove (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  GError *error = NULL;
  gboolean done;

  folder_enrol (f, 1, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  folder_enrol (f, 2, TABELLA_ROLE_COMBINED, "0-9", TRUE);
  folder_write (f, "roll/002.keys", "x", 1);
  done = tabella_terminals_remove (f->path, 1, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_STATE, "only simulated");
  done = tabella_terminals_remove (f->path, 3, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, "no terminal 3");
  tabella_terminals_remove (f->path, 2, &error);
  g_assert_no_error (error);
  g_assert_true (folder_has (f, "terminals/001.json"));
  g_assert_false (folder_has (f, "terminals/002.json"));
  g_assert_false (folder_has (f, "terminals/002.secret"));
  g_assert_false (folder_has (f, "roll/002.keys"));
  folder_enrol (f, 2, TABELLA_ROLE_COMBINED, "0-9", TRUE);
  folder_write (f, "manifest.json", "{}", 2);
  done = tabella_terminals_remove (f->path, 2, &error);
  assert_refused (done, &error, TABELLA_ELECTION_ERROR_STATE, "is sealed");
}

/* An enrolment file in which one member is another. */
static void
refuse_file (const char *member, json_t *value, int code, const char *part)
{
  g_autoptr (TabellaTerminalSecrets) s = tabella_terminal_secrets_new ();
  g_autofree char *text = tabella_enrolment_text (s, "tablet 7", FALSE);
  GError *error = NULL;
  g_autoptr (json_t) json = tabella_json_parse ("test", text, strlen (text), &error);
  g_autofree char *changed = NULL;
  TabellaTerminalInfo info;
  gboolean done;

  if (value == NULL)
    json_object_del (json, member);
  else
    json_object_set_new (json, member, value);
  changed = tabella_json_text (json);
  done = tabella_enrolment_parse ("tablet-7.json", changed, strlen (changed), &info, &error);
  g_assert_true (g_str_has_prefix (error->message, "tablet-7.json: "));
  assert_refused (done, &error, code, part);
  g_assert_null (info.label);
}

static void
test_enrolment_file (void)
{
  const int invalid = TABELLA_ELECTION_ERROR_INVALID;
  g_autofree char *identity = g_strdup_printf ("01%062d", 0), *zeros = g_strdup_printf ("%064d", 0);
  g_autofree char *long_label = g_strnfill (TABELLA_LABEL_MAX + 1, 'x');
  g_autoptr (TabellaTerminalSecrets) s = tabella_terminal_secrets_new ();
  g_autofree char *most = tabella_enrolment_text (s, long_label + 1, FALSE);
  TabellaTerminalInfo info;

  refuse_file ("format", json_string ("tabella-enrolment-2"), invalid, "format: is not");
  refuse_file ("label", json_string (""), invalid, "label: is empty");
  refuse_file ("label", json_string (long_label), invalid, "label: has 101 bytes");
  g_assert_true (tabella_enrolment_parse ("it", most, strlen (most), &info, NULL));
  g_free (info.label);
  refuse_file ("label", json_string ("a\nb"), invalid, "label: contains U+000A");
  refuse_file ("label", NULL, invalid, "label: missing");
  refuse_file ("simulated", json_integer (1), invalid, "simulated: must be true or false");
  refuse_file ("ballot_key", json_string ("12"), invalid, "ballot_key: must be 32 bytes");
  /* Small order: it would verify signatures that nobody made. */
  refuse_file ("ballot_key", json_string (identity), invalid, "ballot_key: is not a valid Ed25519");
  refuse_file ("batch_key", json_string (identity), invalid, "batch_key: is not a valid Ed25519");
  /* Small order: what is sealed to it everyone can open. */
  refuse_file ("box_key", json_string (zeros), invalid, "box_key: is not a valid X25519");
  refuse_file ("secret", json_string ("x"), invalid, "secret: unknown field");
}

static void
test_enrolment_refuses_other_files (void)
{
  TabellaTerminalInfo info;
  GError *error = NULL;
  gboolean done = tabella_enrolment_parse ("cut.json", "{\"format\"", 9, &info, &error);

  assert_refused (done, &error, TABELLA_ELECTION_ERROR_FORMAT, "cut.json: line 1");
}

static void
test_renamed_file (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  GPtrArray *terminals;
  GError *error = NULL;
  GBytes *file;

  folder_enrol (f, 1, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  file = folder_read (f, "terminals/001.json");
  folder_write (f, "terminals/002.json", g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  g_bytes_unref (file);
  terminals = tabella_terminals_load (f->path, &error);
  assert_refused (terminals != NULL, &error, TABELLA_ELECTION_ERROR_INVALID,
                  "002.json: it says index 1");
}

/* There is no terminal 0 after the last one. */
static void
test_last_number (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  TabellaTerminalSecrets *s = tabella_terminal_secrets_new ();
  g_autofree char *text = tabella_enrolment_text (s, "made for a test", FALSE), *json = NULL;
  g_autoptr (GBytes) file = NULL;
  g_auto (GStrv) parts = NULL;
  TabellaTerminalInfo info;
  guint16 index;
  GError *error = NULL;

  folder_enrol (f, 1, TABELLA_ROLE_COMBINED, "0-4", FALSE);
  file = folder_read (f, "terminals/001.json");
  json = tabella_bytes_text (file);
  parts = g_strsplit (json, "\"index\": 1", -1);
  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_free (json);
  json = g_strjoinv ("\"index\": 65535", parts);
  folder_write (f, "terminals/65535.json", json, strlen (json));
  g_assert_true (tabella_enrolment_parse ("test", text, strlen (text), &info, &error));
  assert_refused (tabella_terminals_enrol (f->path, f->e, &info, 1, TABELLA_ROLE_COMBINED, 0x3E0,
                                           &index, &error),
                  &error, TABELLA_ELECTION_ERROR_INVALID, "at most 65535 terminals");
  g_free (info.label);
  tabella_terminal_secrets_free (s);
}

static void
test_secrets_file (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (TabellaTerminalSecrets) back = NULL;
  TabellaTerminalSecrets *damaged;
  GError *error = NULL;

  folder_enrol (f, 1, TABELLA_ROLE_COMBINED, "0-9", TRUE);
  back = tabella_simulated_secrets_load (f->path, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (back, sizeof *back, f->secrets[1], sizeof *back);
  folder_flip (f, "terminals/001.secret", 0);
  damaged = tabella_simulated_secrets_load (f->path, 1, &error);
  assert_refused (damaged != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "001.secret");
  folder_write (f, "terminals/001.secret", "TASECR01", 8);
  damaged = tabella_simulated_secrets_load (f->path, 1, &error);
  assert_refused (damaged != NULL, &error, TABELLA_ELECTION_ERROR_FORMAT, "001.secret");
}

static void
test_batch_secret (void)
{
  g_autoptr (TabellaTerminalSecrets) s = tabella_terminal_secrets_new ();
  g_auto (TabellaMinisignSecret) key = { 0 };
  TabellaMinisignPublic pub;
  g_autofree char *sig = NULL, *comment = NULL;
  GError *error = NULL;

  tabella_terminal_batch_secret (s, &key);
  tabella_minisign_batch_public (s->batch_key, &pub);
  sig = tabella_minisign_sign (&key, "batch", 5, "comment");
  g_assert_true (tabella_minisign_verify (&pub, "batch", 5, sig, strlen (sig), &comment, &error));
  g_assert_cmpstr (comment, ==, "comment");
}

static void
check (Folder *f, gboolean practice, GPtrArray *problems)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) terminals = tabella_terminals_load (f->path, &error);

  g_assert_no_error (error);
  g_ptr_array_set_size (problems, 0);
  tabella_terminals_check (f->e, terminals, practice, problems);
}

static void
test_lanes_complete (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);

  check (f, FALSE, problems);
  g_assert_cmpuint (problems->len, ==, 4);
  check (f, TRUE, problems);
  g_assert_cmpuint (problems->len, ==, 0);
  for (guint16 s = 1; s <= 3; s++)
    folder_enrol (f, s, TABELLA_ROLE_COMBINED, "0-9", FALSE);
  check (f, FALSE, problems);
  assert_one_problem (problems, "station tuen-mun: has no terminal");
  folder_enrol (f, 4, TABELLA_ROLE_DESK, "0-4", FALSE);
  folder_enrol (f, 4, TABELLA_ROLE_COMBINED, "6-9", FALSE);
  check (f, FALSE, problems);
  assert_one_problem (problems, "no desk or combined terminal serves the last digits 5");
  check (f, TRUE, problems);
  assert_one_problem (problems, "station tuen-mun: no desk or combined terminal serves");
  folder_enrol (f, 4, TABELLA_ROLE_DESK, "5", FALSE);
  check (f, FALSE, problems);
  g_assert_cmpuint (problems->len, ==, 0);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/terminals/lane-text", test_lane_text);
  g_test_add_func ("/terminals/roles", test_roles);
  g_test_add_func ("/terminals/enrol-stores", test_enrol_stores);
  g_test_add_func ("/terminals/enrol-refusals", test_enrol_refusals);
  g_test_add_func ("/terminals/remove", test_remove);
  g_test_add_func ("/terminals/enrolment-file", test_enrolment_file);
  g_test_add_func ("/terminals/other-files", test_enrolment_refuses_other_files);
  g_test_add_func ("/terminals/renamed-file", test_renamed_file);
  g_test_add_func ("/terminals/last-number", test_last_number);
  g_test_add_func ("/terminals/secrets-file", test_secrets_file);
  g_test_add_func ("/terminals/batch-secret", test_batch_secret);
  g_test_add_func ("/terminals/lanes-complete", test_lanes_complete);
  return g_test_run ();
}
