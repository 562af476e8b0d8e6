/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a manifest: every limit of the page, the signature, the ceremony. */
#include <sodium.h>
#include <string.h>
#include "bytes.h"
#include "files.h"
#include "folder.h"

/* One sealed practice for all tests: station 1 has two desks, a booth and a spare, the others a
 * combined terminal. */
static Folder *shared;

static void
make_shared (void)
{
  shared = folder_new (NULL);
  folder_ceremony (shared);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "0-3", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "4-9", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_BOOTH, "", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_SPARE, "", TRUE);
  for (guint16 s = 2; s <= 4; s++)
    folder_enrol (shared, s, TABELLA_ROLE_COMBINED, "0-9", TRUE);
  folder_list (shared, "id,name,style,station\nA1234563,CHAN Tai Man,all,mong-kok\n", -1);
  folder_roll_good (shared);
  folder_seal (shared, TRUE);
}

static json_t *
sealed_json (void)
{
  g_autofree char *path = folder_file (shared, "practice/manifest.json");
  GError *error = NULL;
  json_t *json = tabella_json_load (path, &error);

  g_assert_no_error (error);
  return json;
}

static TabellaManifest *
parse_json (json_t *json, GError **error)
{
  char *text = tabella_json_text (json);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return tabella_manifest_parse (bytes, error);
}

/* Exactly the problem @part, and no second line. */
static void
refuse (json_t *json, const char *part)
{
  GError *error = NULL;
  TabellaManifest *m = parse_json (json, &error);

  g_assert_null (m);
  if (strchr (error->message, '\n') != NULL)
    g_error ("wanted \"%s\" alone, got: %s", part, error->message);
  assert_refused (FALSE, &error, TABELLA_ELECTION_ERROR_INVALID, part);
  json_decref (json);
}

static json_t *
terminal (json_t *json, guint place)
{
  return json_array_get (json_object_get (json, "terminals"), place);
}

/* Replaces a member of a terminal; with NULL takes it out. */
static void
refuse_terminal (guint place, const char *member, json_t *value, const char *part)
{
  json_t *json = sealed_json ();

  if (value == NULL)
    json_object_del (terminal (json, place), member);
  else
    json_object_set_new (terminal (json, place), member, value);
  refuse (json, part);
}

static void
refuse_ceremony (const char *member, json_t *value, const char *part)
{
  json_t *json = sealed_json ();

  json_object_set_new (json_object_get (json, "ceremony"), member, value);
  refuse (json, part);
}

static void
test_good (void)
{
  g_autoptr (json_t) json = sealed_json ();
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (GBytes) bytes = folder_read (shared, "practice/manifest.json");
  g_autoptr (GByteArray) message = g_byte_array_new ();
  GError *error = NULL;
  guint8 he[32];

  m = parse_json (json, &error);
  g_assert_no_error (error);
  g_assert_true (m->practice);
  g_assert_cmpuint (m->terminals->len, ==, 7);
  g_assert_cmpuint (m->restarts->len, ==, 0);
  g_assert_cmpmem (m->organisers.key, 32, shared->pub.key, 32);
  g_assert_cmpuint (tabella_manifest_terminal (m, 3)->role, ==, TABELLA_ROLE_BOOTH);
  for (guint16 i = 1; i <= 7; i++)
    g_assert_cmpuint (tabella_manifest_terminal (m, i)->index, ==, i);
  g_assert_null (tabella_manifest_terminal (m, 0));
  g_assert_null (tabella_manifest_terminal (m, 8));
  /* HE = H(VER; 02, u32 length ‖ bytes), with libsodium alone. */
  tabella_put_u8 (message, 2);
  tabella_put_u32 (message, (guint32)g_bytes_get_size (bytes));
  tabella_put (message, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  crypto_generichash (he, 32, message->data, message->len,
                      (const guint8 *)"TABELLA1 ristretto255 BLAKE2b\0\0\0", 32);
  g_assert_cmpmem (m->he, 32, he, 32);
}

static void
test_head (void)
{
  static const char *const members[] = { "format",     "mode",     "election",
                                         "organisers", "ceremony", "terminals" };
  json_t *json = sealed_json ();

  json_object_set_new (json, "format", json_string ("tabella-manifest-2"));
  refuse (json, "format: is not \"tabella-manifest-1\"");
  json = sealed_json ();
  json_object_set_new (json, "mode", json_string ("rehearsal"));
  {
    GError *error = NULL;

    g_assert_null (parse_json (json, &error));
    assert_refused (FALSE, &error, TABELLA_ELECTION_ERROR_INVALID,
                    "mode: must be official or practice");
    json_decref (json);
  }
  json = sealed_json ();
  json_object_set_new (json, "note", json_null ());
  refuse (json, "note: unknown field");
  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    GError *error = NULL;
    g_autofree char *part = g_strconcat (members[i], ": missing", NULL);

    json = sealed_json ();
    json_object_del (json, members[i]);
    g_assert_null (parse_json (json, &error));
    assert_refused (FALSE, &error, TABELLA_ELECTION_ERROR_INVALID, part);
    json_decref (json);
  }
}

/* The draft inside is checked with the rules of the draft; an official one with more. */
static void
test_election (void)
{
  json_t *json = sealed_json ();

  json_object_set_new (json_object_get (json, "election"), "name", json_string (""));
  refuse (json, "election.name: ");
  json = sealed_json ();
  json_object_set_new (json, "mode", json_string ("official"));
  for (guint i = 0; i < 7; i++)
    json_object_set_new (terminal (json, i), "simulated", json_false ());
  json_object_set_new (json_object_get (json_object_get (json, "election"), "policies"), "min_unit",
                       json_integer (9));
  refuse (json, "min_unit");
}

static void
test_organisers (void)
{
  json_t *json = sealed_json ();
  g_autofree char *identity = g_strdup_printf ("01%062d", 0);

  json_object_set_new (json_object_get (json, "organisers"), "key", json_string (identity));
  refuse (json, "organisers.key: is not a valid Ed25519 key");
  json = sealed_json ();
  json_object_set_new (json_object_get (json, "organisers"), "key_id", json_string ("00"));
  refuse (json, "organisers.key_id: must be 8 bytes");
  json = sealed_json ();
  json_object_set_new (json_object_get (json, "organisers"), "name", json_string ("x"));
  refuse (json, "organisers.name: unknown field");
}

static void
test_ceremony_form (void)
{
  json_t *json = sealed_json ();
  g_autofree char *top = g_strdup_printf ("%062d80", 0), *zeros = g_strdup_printf ("%064d", 0);

  json_array_remove (json_object_get (json_object_get (json, "ceremony"), "r4"), 2);
  refuse (json, "ceremony.r4: must have the files of 3 trustees");
  json = sealed_json ();
  json_array_set_new (json_object_get (json_object_get (json, "ceremony"), "r2"), 1,
                      json_string ("7B"));
  refuse (json, "ceremony.r2[1]: must be a file's bytes");
  json = sealed_json ();
  json_array_set_new (json_object_get (json_object_get (json, "ceremony"), "r3"), 0,
                      json_string ("7bf"));
  refuse (json, "ceremony.r3[0]: must be a file's bytes");
  refuse_ceremony ("r1", json_string ("x"), "ceremony.r1: must be a list");
  refuse_ceremony ("k", json_string (zeros), "ceremony.k: is not a valid point");
  refuse_ceremony ("k2", json_string (top), "ceremony.k2: is not a valid point");
  refuse_ceremony ("transcript", json_string (""), "ceremony.transcript: must be 32 bytes");
  refuse_ceremony ("r5", json_array (), "ceremony.r5: unknown field");
  refuse_ceremony ("restarts",
                   json_pack ("[{s:i,s:i,s:s}]", "from", 1, "about", 4, "reason", "hash"),
                   "ceremony.restarts[0].about: is 4");
  refuse_ceremony ("restarts",
                   json_pack ("[{s:i,s:i,s:s}]", "from", 1, "about", 2, "reason", "why"),
                   "ceremony.restarts[0].reason: must be");
}

static void
test_restarts (void)
{
  g_autoptr (json_t) json = sealed_json ();
  g_autoptr (TabellaManifest) m = NULL, most = NULL;
  GError *error = NULL;
  json_t *list = json_pack ("[{s:i,s:i,s:s}]", "from", 3, "about", 1, "reason", "share");
  const TabellaRestart *r;

  json_object_set_new (json_object_get (json, "ceremony"), "restarts", list);
  m = parse_json (json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (m->restarts->len, ==, 1);
  r = m->restarts->pdata[0];
  g_assert_cmpuint (r->from, ==, 3);
  g_assert_cmpuint (r->about, ==, 1);
  g_assert_cmpstr (r->reason, ==, "share");
  while (json_array_size (list) < TABELLA_RESTARTS_MAX)
    json_array_append (list, json_array_get (list, 0));
  most = parse_json (json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (most->restarts->len, ==, TABELLA_RESTARTS_MAX);
  json_array_append (list, json_array_get (list, 0));
  g_assert_null (parse_json (json, &error));
  assert_refused (FALSE, &error, TABELLA_ELECTION_ERROR_INVALID, "ceremony.restarts: has 1001");
}

static void
test_terminal_fields (void)
{
  g_autofree char *identity = g_strdup_printf ("01%062d", 0), *zeros = g_strdup_printf ("%064d", 0);
  g_autofree char *key = tabella_hex (shared->pub.key, 32);
  g_autofree char *other = tabella_hex (shared->secrets[1]->box_key, 32);

  refuse_terminal (1, "index", json_integer (1), "terminals[1].index: is 1 after 1");
  refuse_terminal (0, "index", json_integer (0), "terminals[0].index: is 0");
  refuse_terminal (6, "station", json_integer (9), "terminal 7: station 9 does not exist");
  refuse_terminal (2, "role", json_string ("urn"), "terminals[2].role: must be");
  refuse_terminal (2, "lane", json_pack ("[i]", 1), "terminals[2].lane: a booth has no lane");
  refuse_terminal (6, "lane", json_array (), "terminals[6].lane: a combined needs");
  refuse_terminal (6, "lane", json_pack ("[ii]", 1, 0), "terminals[6].lane: must be digits");
  refuse_terminal (6, "lane", json_pack ("[ii]", 1, 1), "terminals[6].lane: must be digits");
  refuse_terminal (6, "lane", json_pack ("[i]", 10), "terminals[6].lane: must be digits");
  refuse_terminal (1, "lane", json_pack ("[iiiii]", 5, 6, 7, 8, 9), "serves the last digits 4");
  refuse_terminal (1, "lane", json_pack ("[iiiiiii]", 3, 4, 5, 6, 7, 8, 9),
                   "last digits 3 are served");
  refuse_terminal (6, "slice", json_null (), "terminals[6].slice: missing; a combined needs one");
  refuse_terminal (2, "slice", json_string (zeros), "terminals[2].slice: must be null for a booth");
  refuse_terminal (3, "slice", json_string (zeros), "terminals[3].slice: must be null for a spare");
  refuse_terminal (2, "keys", NULL, "terminals[2].keys: missing");
  refuse_terminal (2, "keys", json_null (), "terminals[2].keys: missing; every terminal has");
  refuse_terminal (3, "keys", json_string (zeros + 2), "terminals[3].keys: must be 32 bytes");
  refuse_terminal (2, "ballot_key", json_string (identity),
                   "terminals[2].ballot_key: is not a valid");
  refuse_terminal (2, "batch_key", json_string (identity),
                   "terminals[2].batch_key: is not a valid");
  refuse_terminal (2, "box_key", json_string (zeros), "terminals[2].box_key: is not a valid");
  refuse_terminal (2, "batch_key", json_string (key),
                   "terminals[2].index: has the organisers' key");
  refuse_terminal (2, "box_key", json_string (other), "terminal 3: has a key of terminal 1");
  refuse_terminal (2, "label", json_string ("x"), "terminals[2].label: unknown field");
  refuse_terminal (2, "simulated", NULL, "terminals[2].simulated: missing");
}

static void
test_gaps_are_allowed (void)
{
  g_autoptr (json_t) json = sealed_json ();
  g_autoptr (TabellaManifest) m = NULL;
  GError *error = NULL;

  json_object_set_new (terminal (json, 6), "index", json_integer (65535));
  m = parse_json (json, &error);
  g_assert_no_error (error);
  g_assert_nonnull (tabella_manifest_terminal (m, 65535));
}

static void
test_official (void)
{
  json_t *json = sealed_json ();
  TabellaManifest *m;
  GError *error = NULL;

  json_object_set_new (json, "mode", json_string ("official"));
  for (guint i = 0; i < 6; i++)
    json_object_set_new (terminal (json, i), "simulated", json_false ());
  refuse (json, "terminals[6].simulated: an official election has no simulated terminals");
  /* A station without terminals is for practice only. */
  json = sealed_json ();
  json_array_remove (json_object_get (json, "terminals"), 6);
  m = parse_json (json, &error);
  g_assert_no_error (error);
  tabella_manifest_free (m);
  json_object_set_new (json, "mode", json_string ("official"));
  for (guint i = 0; i < 6; i++)
    json_object_set_new (terminal (json, i), "simulated", json_false ());
  refuse (json, "station tuen-mun: has no terminal");
}

static void
test_all_problems_at_once (void)
{
  g_autoptr (json_t) json = sealed_json ();
  GError *error = NULL;
  g_auto (GStrv) lines = NULL;

  json_object_set_new (json_object_get (json, "ceremony"), "k", json_string (""));
  json_object_set_new (terminal (json, 0), "role", json_string ("urn"));
  json_object_set_new (json_object_get (json, "organisers"), "key_id", json_string (""));
  g_assert_null (parse_json (json, &error));
  lines = g_strsplit (error->message, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_clear_error (&error);
}

/* A copy of the sealed folder's manifest in a folder of its own, changed and signed again by @key.
 */
static Folder *
signed_copy (json_t *json, const TabellaMinisignSecret *key, const char *comment)
{
  Folder *f = folder_new (NULL);
  g_autofree char *text = tabella_json_text (json), *id = NULL, *right = NULL, *sig = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  guint8 he[32];

  tabella_manifest_id (bytes, he);
  id = tabella_hex (he, 8);
  right = g_strconcat ("tabella manifest election=", id, NULL);
  sig = tabella_minisign_sign (key, text, strlen (text), comment == NULL ? right : comment);
  folder_write (f, "manifest.json", text, strlen (text));
  folder_write (f, "manifest.json.minisig", sig, strlen (sig));
  return f;
}

static void
refuse_load (Folder *f, const TabellaMinisignPublic *expected, int code, const char *part)
{
  TabellaCeremonyKeys keys;
  GError *error = NULL;
  TabellaManifest *m = tabella_manifest_load (f->path, expected, &keys, &error);

  assert_refused (m != NULL, &error, code, part);
}

static void
test_load (void)
{
  g_autoptr (json_t) json = sealed_json ();
  g_autoptr (Folder) f = signed_copy (json, &shared->key, NULL);
  g_autoptr (TabellaManifest) m = NULL;
  TabellaCeremonyKeys keys;
  GError *error = NULL;

  m = tabella_manifest_load (f->path, &shared->pub, &keys, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_point_equal (&m->k, &keys.k));
  g_assert_cmpuint (keys.t, ==, 2);
  g_assert_cmpuint (keys.n, ==, 3);
}

static void
test_signature (void)
{
  const int signature = TABELLA_ELECTION_ERROR_SIGNATURE;
  g_autoptr (json_t) json = sealed_json ();
  g_autoptr (Folder) good = signed_copy (json, &shared->key, NULL);
  g_autoptr (Folder) other_key = signed_copy (json, &good->key, NULL);
  g_autoptr (Folder) comment = signed_copy (json, &shared->key, "tabella manifest election=0");
  TabellaMinisignPublic other_id = shared->pub;

  refuse_load (good, &good->pub, signature, "another organisers' key");
  other_id.id[0] ^= 1;
  refuse_load (good, &other_id, signature, "another organisers' key");
  refuse_load (other_key, NULL, signature, "manifest.json.minisig");
  refuse_load (comment, NULL, signature, "trusted comment does not name this election");
  folder_flip (good, "manifest.json", -1); /* no blank of JSON any more */
  refuse_load (good, NULL, TABELLA_ELECTION_ERROR_FORMAT, "manifest.json");
  folder_flip (good, "manifest.json", -1);
  {
    g_autoptr (GBytes) bytes = folder_read (good, "manifest.json");
    g_autofree char *longer = g_strdup_printf ("%.*s\n", (int)g_bytes_get_size (bytes),
                                               (const char *)g_bytes_get_data (bytes, NULL));

    folder_write (good, "manifest.json", longer, strlen (longer));
  }
  refuse_load (good, NULL, signature, "manifest.json.minisig");
}

static void
test_signature_file (void)
{
  g_autoptr (json_t) json = sealed_json ();
  g_autoptr (Folder) f = signed_copy (json, &shared->key, NULL);
  g_autoptr (Folder) empty = folder_new (NULL);

  folder_flip (f, "manifest.json.minisig", -10);
  refuse_load (f, NULL, TABELLA_ELECTION_ERROR_SIGNATURE, "manifest.json.minisig");
  folder_write (f, "manifest.json.minisig", "x\n", 2);
  refuse_load (f, NULL, TABELLA_ELECTION_ERROR_SIGNATURE, "manifest.json.minisig");
  refuse_load (empty, NULL, TABELLA_ELECTION_ERROR_STATE, "not sealed yet");
}

/* A round's file of trustee 1, with one hexadecimal digit of its @member changed, signed by the
 * organisers. */
static Folder *
ceremony_tampered (const char *round, const char *member)
{
  g_autoptr (json_t) json = sealed_json ();
  json_t *list = json_object_get (json_object_get (json, "ceremony"), round);
  const char *hex = json_string_value (json_array_get (list, 0));
  gsize size = strlen (hex) / 2;
  g_autofree guint8 *bytes = g_malloc0 (size + 1);
  g_autofree char *changed = NULL;
  char *at;

  g_assert_true (tabella_unhex (hex, bytes, size));
  at = strstr ((char *)bytes, member);
  g_assert_nonnull (at);
  at = strstr (at, "\": ");
  g_assert_nonnull (at);
  at += strcspn (at + 1, "0123456789abcdef") + 1;
  *at = *at == '0' ? '1' : '0';
  changed = tabella_hex (bytes, size);
  json_array_set_new (list, 0, json_string (changed));
  return signed_copy (json, &shared->key, NULL);
}

static void
test_ceremony_tampered (void)
{
  static const char *const cases[][2] = { { "r1", "signing_key" },
                                          { "r1", "commitment" },
                                          { "r2", "proof" },
                                          { "r2", "\"f\"" },
                                          { "r4", "signature" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Folder) f = ceremony_tampered (cases[i][0], cases[i][1]);
    TabellaCeremonyKeys keys;
    GError *error = NULL;

    g_assert_null (tabella_manifest_load (f->path, &shared->pub, &keys, &error));
    g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_COMPLAINT);
    g_clear_error (&error);
  }
}

/* Stated keys that are well-formed but others: only the comparison with the ceremony finds them. */
static void
test_stated_keys (void)
{
  static const char *const members[] = { "k", "k2", "transcript" };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    g_autoptr (json_t) json = sealed_json ();
    json_t *ceremony = json_object_get (json, "ceremony");
    g_autofree char *part = g_strdup_printf ("ceremony.%s is not what the trustees", members[i]);
    g_autoptr (Folder) f = NULL;

    json_object_set (ceremony, members[i], json_object_get (ceremony, i == 0 ? "k2" : "k"));
    f = signed_copy (json, &shared->key, NULL);
    refuse_load (f, &shared->pub, TABELLA_ELECTION_ERROR_INVALID, part);
  }
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  make_shared ();
  g_test_add_func ("/manifest/good", test_good);
  g_test_add_func ("/manifest/head", test_head);
  g_test_add_func ("/manifest/election", test_election);
  g_test_add_func ("/manifest/organisers", test_organisers);
  g_test_add_func ("/manifest/ceremony-form", test_ceremony_form);
  g_test_add_func ("/manifest/restarts", test_restarts);
  g_test_add_func ("/manifest/terminal-fields", test_terminal_fields);
  g_test_add_func ("/manifest/gaps-are-allowed", test_gaps_are_allowed);
  g_test_add_func ("/manifest/official", test_official);
  g_test_add_func ("/manifest/all-problems-at-once", test_all_problems_at_once);
  g_test_add_func ("/manifest/load", test_load);
  g_test_add_func ("/manifest/signature", test_signature);
  g_test_add_func ("/manifest/signature-file", test_signature_file);
  g_test_add_func ("/manifest/ceremony-tampered", test_ceremony_tampered);
  g_test_add_func ("/manifest/stated-keys", test_stated_keys);
  result = g_test_run ();
  folder_free (shared);
  return result;
}
