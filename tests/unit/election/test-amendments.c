/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amendments: files, chains, short forms, and what they do to a terminal. */
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include "amendment-code.h"
#include "bytes.h"
#include "codes.h"
#include "files.h"
#include "folder.h"

/* Terminals: 1 desk and 2 desk, 3 booth, 4 spare at station 1; combined 5, 6, 7 at the others; 8
 * spare at station 2. */
static Folder *shared;
static TabellaManifest *manifest;
static char *practice;

static void
make_shared (void)
{
  TabellaCeremonyKeys keys;
  GError *error = NULL;

  shared = folder_new (NULL);
  folder_ceremony (shared);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "0-3", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "4-9", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_BOOTH, "", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_SPARE, "", TRUE);
  for (guint16 s = 2; s <= 4; s++)
    folder_enrol (shared, s, TABELLA_ROLE_COMBINED, "0-9", TRUE);
  folder_enrol (shared, 2, TABELLA_ROLE_SPARE, "", TRUE);
  folder_list (shared, "id,name,style,station\n", -1);
  folder_roll_good (shared);
  folder_seal (shared, TRUE);
  practice = folder_file (shared, "practice");
  manifest = tabella_manifest_load (practice, NULL, &keys, &error);
  g_assert_no_error (error);
}

/* An amendment that must be written. */
static char *
amend (Folder *f, TabellaAmendKind kind, guint16 target, guint32 value, const guint8 *digest)
{
  GError *error = NULL;
  guint16 number;
  char *code;

  tabella_amendment_write (manifest, f->path, kind, target, value, NULL, digest, &shared->key,
                           &number, &code, &error);
  g_assert_no_error (error);
  return code;
}

static void
amend_quietly (Folder *f, TabellaAmendKind kind, guint16 target, guint32 value)
{
  g_autofree char *code = amend (f, kind, target, value, NULL);
}

static guint32
spare (guint16 station, const char *lane, guint role)
{
  guint16 mask;

  g_assert_true (tabella_lane_parse (lane, &mask, NULL));
  return tabella_amend_spare_value (station, mask, (TabellaRole)role);
}

static void
test_spare_value (void)
{
  guint16 station, lane;
  TabellaRole role;

  g_assert_cmpuint (tabella_amend_spare_value (7, 0x201, TABELLA_ROLE_DESK), ==,
                    7 + 0x201 * 65536 + 0x4000000);
  for (guint r = 0; r < 3; r++) {
    tabella_amend_spare_split (tabella_amend_spare_value (0xFFFF, 0x3FF, (TabellaRole)r), &station,
                               &lane, &role);
    g_assert_cmpuint (station, ==, 0xFFFF);
    g_assert_cmpuint (lane, ==, 0x3FF);
    g_assert_cmpuint (role, ==, r);
  }
}

static void
test_files (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  guint8 digest[32] = { 0xAB, 0xCD };
  g_autofree char *first = amend (f, TABELLA_AMEND_SPARE, 4, spare (1, "4-9", 1), NULL);
  g_autofree char *second = amend (f, TABELLA_AMEND_ENDED, 2, 3, digest);
  g_autofree char *line = g_strconcat (second, "\n", NULL);
  g_autoptr (GBytes) txt = folder_read (f, "amendments/0002.txt");
  g_autoptr (GPtrArray) list = NULL;
  const TabellaAmendment *a;
  GError *error = NULL;

  list = tabella_amendments_load (manifest, f->path, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 2);
  a = list->pdata[0];
  g_assert_cmpuint (a->number, ==, 1);
  g_assert_cmpint (a->kind, ==, TABELLA_AMEND_SPARE);
  g_assert_cmpuint (a->target, ==, 4);
  g_assert_cmpuint (a->value, ==, 1 + 0x3F0 * 65536 + 0x4000000);
  g_assert_null (a->text);
  g_assert_false (a->has_digest);
  a = list->pdata[1];
  g_assert_cmpuint (a->number, ==, 2);
  g_assert_true (a->has_digest);
  g_assert_cmpmem (a->digest, 32, digest, 32);
  g_assert_nonnull (a->bytes);
  g_assert_nonnull (a->minisig);
  g_assert_cmpmem (g_bytes_get_data (txt, NULL), g_bytes_get_size (txt), line, strlen (line));
}

static void
test_stock_minisign (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *path = folder_file (f, "amendments/0001.json"), *out = NULL, *id = NULL;
  g_autofree char *pub = folder_file (shared, "practice/organisers.pub"), *expected = NULL;
  const char *argv[] = { "minisign", "-Q", "-V", "-p", pub, "-m", path, NULL };
  GError *error = NULL;
  int status;

  amend_quietly (f, TABELLA_AMEND_REVOKED, 2, 0);
  id = tabella_hex (manifest->he, 8);
  expected = g_strdup_printf ("tabella amendment election=%s number=1\n", id);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (out, ==, expected);
}

static void
test_text (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GHashTable) text = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *code = NULL;
  const TabellaAmendment *a;
  GError *error = NULL;
  guint16 number;

  g_hash_table_insert (text, (gpointer) "en", (gpointer) "Closed by a storm");
  assert_refused (tabella_amendment_write (manifest, f->path, TABELLA_AMEND_CLOSED, 2, 0, text,
                                           NULL, &shared->key, &number, &code, &error),
                  &error, TABELLA_ELECTION_ERROR_INVALID, "text.zh_HK: missing");
  g_assert_false (folder_has (f, "amendments"));
  g_hash_table_insert (text, (gpointer) "zh_HK", (gpointer) "因風暴關閉");
  tabella_amendment_write (manifest, f->path, TABELLA_AMEND_CLOSED, 2, 0, text, NULL, &shared->key,
                           &number, &code, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (number, ==, 1);
  list = tabella_amendments_load (manifest, f->path, TRUE, &error);
  g_assert_no_error (error);
  a = list->pdata[0];
  g_assert_cmpstr (tabella_text (a->text, "zh_HK", "en"), ==, "因風暴關閉");
}

/* Kinds without effect in this version are carried with their number. */
static void
test_harmless_kinds (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GPtrArray) list = NULL;
  TabellaTerminalStatus status;
  GError *error = NULL;

  amend_quietly (f, TABELLA_AMEND_HOURS, 1, 0);
  amend_quietly (f, TABELLA_AMEND_OPENED, 1, 0);
  amend_quietly (f, TABELLA_AMEND_MOVED, 1, 0);
  amend_quietly (f, TABELLA_AMEND_CLOSED, 1, 0);
  amend_quietly (f, TABELLA_AMEND_NOTICE, 0, 0);
  list = tabella_amendments_load (manifest, f->path, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 5);
  tabella_amendments_status (manifest, list, tabella_manifest_terminal (manifest, 1), &status);
  g_assert_cmpuint (status.role, ==, TABELLA_ROLE_DESK);
  g_assert_cmpuint (status.lane, ==, 0x00F);
  g_assert_false (status.revoked || status.ended || status.took_over);
}

static void
refuse_write (TabellaAmendKind kind, guint16 target, guint32 value, const guint8 *digest,
              const char *part)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *code = NULL;
  GError *error = NULL;
  guint16 number;
  gboolean done = tabella_amendment_write (manifest, f->path, kind, target, value, NULL, digest,
                                           &shared->key, &number, &code, &error);

  assert_refused (done, &error, TABELLA_ELECTION_ERROR_INVALID, part);
  g_assert_false (folder_has (f, "amendments"));
}

/* The same content refused from a typed code, signed by the right key. */
static void
refuse_code (guint number, guint kind, guint target, guint32 value, const char *part)
{
  g_autoptr (GByteArray) message = g_byte_array_new (), out = g_byte_array_new ();
  g_autofree char *letters = NULL, *code = NULL;
  TabellaAmendment *a;
  GError *error = NULL;
  guint8 sig[64];

  tabella_put (message, manifest->he, 32);
  tabella_put_u16 (message, (guint16)number);
  tabella_put_u8 (message, (guint8)kind);
  tabella_put_u16 (message, (guint16)target);
  tabella_put_u32 (message, value);
  tabella_sign (shared->key.secret, "tabella amendment v1", message->data, message->len, sig);
  tabella_put (out, message->data, 8);
  tabella_put (out, message->data + 32, message->len - 32);
  tabella_put (out, sig, 64);
  letters = tabella_base32 (out->data, out->len);
  code = g_strconcat ("TA1.", letters, NULL);
  a = tabella_amendment_parse_short (manifest, code, &error);
  assert_refused (a != NULL, &error, TABELLA_ELECTION_ERROR_INVALID, part);
}

static void
test_meanings (void)
{
  static const struct {
    TabellaAmendKind kind;
    guint16 target;
    guint32 value;
    const char *part;
  } cases[] = {
    { TABELLA_AMEND_HOURS, 0, 0, "target: station 0 does not exist" },
    { TABELLA_AMEND_OPENED, 5, 0, "target: station 5 does not exist" },
    { TABELLA_AMEND_MOVED, 1, 1, "value: must be 0 for kind 3" },
    { TABELLA_AMEND_CLOSED, 9, 0, "target: station 9 does not exist" },
    { TABELLA_AMEND_ADDED, 9, 0, "kind: adding terminals (5) is not possible" },
    { TABELLA_AMEND_REVOKED, 9, 0, "target: terminal 9 is not in the manifest" },
    { TABELLA_AMEND_REVOKED, 0, 0, "target: terminal 0 is not in the manifest" },
    { TABELLA_AMEND_REVOKED, 1, 1, "value: must be 0 for kind 7" },
    { TABELLA_AMEND_ENDED, 9, 0, "target: terminal 9 is not in the manifest" },
    { TABELLA_AMEND_ENDED, 1, 65536, "value: batch 65536 does not exist" },
    { TABELLA_AMEND_NOTICE, 1, 0, "target: a notice is for all" },
    { TABELLA_AMEND_NOTICE, 0, 1, "value: must be 0 for kind 9" },
    { TABELLA_AMEND_SPARE, 9, 0, "target: terminal 9 is not in the manifest" },
    { TABELLA_AMEND_SPARE, 1, 1 + 0x10000, "terminal 1 is a desk; only a spare" },
    { TABELLA_AMEND_SPARE, 4, 2 + 0x10000, "value: station 2 is not the spare's own, which is 1" },
    { TABELLA_AMEND_SPARE, 4, 1 + 0x10000 + 0xC000000, "value: a spare becomes combined" },
    { TABELLA_AMEND_SPARE, 4, 1 + 0x10000 + 0x10000000, "value: a spare becomes combined" },
    { TABELLA_AMEND_SPARE, 4, 1 + 0x10000 + 0x80000000u, "value: a spare becomes combined" },
    { TABELLA_AMEND_SPARE, 4, 1, "value: a desk or combined terminal needs last digits" },
    { TABELLA_AMEND_SPARE, 4, 1 + 0x4000000, "value: a desk or combined terminal needs" },
    { TABELLA_AMEND_SPARE, 4, 1 + 0x10000 + 0x8000000, "value: a booth has no last digits" },
  };
  guint8 digest[32] = { 1 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    refuse_write (cases[i].kind, cases[i].target, cases[i].value, NULL, cases[i].part);
    refuse_code (1, cases[i].kind, cases[i].target, cases[i].value, cases[i].part);
  }
  refuse_write (TABELLA_AMEND_REVOKED, 1, 0, digest, "detail: must be null for kind 7");
  refuse_write (TABELLA_AMEND_ENDED, 1, 0, digest, "detail: names a batch");
  refuse_code (1, 0, 1, 0, "kind: 0 is not known");
  refuse_code (1, 10, 1, 0, "kind: 10 is not known");
  refuse_code (0, TABELLA_AMEND_REVOKED, 1, 0, "number: must be at least 1");
}

static void
test_wrong_key (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  TabellaMinisignSecret other_id = shared->key;
  g_autofree char *code = NULL;
  GError *error = NULL;
  guint16 number;

  assert_refused (tabella_amendment_write (manifest, f->path, TABELLA_AMEND_REVOKED, 1, 0, NULL,
                                           NULL, &f->key, &number, &code, &error),
                  &error, TABELLA_ELECTION_ERROR_SIGNATURE, "use the organisers' key");
  other_id.id[7] ^= 1;
  assert_refused (tabella_amendment_write (manifest, f->path, TABELLA_AMEND_REVOKED, 1, 0, NULL,
                                           NULL, &other_id, &number, &code, &error),
                  &error, TABELLA_ELECTION_ERROR_SIGNATURE, "use the organisers' key");
  g_assert_false (folder_has (f, "amendments"));
}

/* A good amendment file's JSON, changed by the caller. */
static json_t *
good_json (void)
{
  g_autofree char *he = tabella_hex (manifest->he, 32);

  return json_pack ("{s:s,s:i,s:i,s:i,s:i,s:n,s:n}", "election", he, "number", 1, "kind", 7,
                    "target", 2, "value", 0, "text", "detail");
}

static TabellaAmendment *
parse_signed (json_t *json, const TabellaMinisignSecret *key, const char *comment, GError **error)
{
  g_autofree char *id = tabella_hex (manifest->he, 8), *sig = NULL;
  g_autofree char *right = g_strdup_printf ("tabella amendment election=%s number=1", id);
  char *text = tabella_json_text (json);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  sig = tabella_minisign_sign (key, text, strlen (text), comment == NULL ? right : comment);
  return tabella_amendment_parse (manifest, "0001.json", bytes, sig, error);
}

static void
refuse_json_as (int code, const char *member, json_t *value, const char *part)
{
  g_autoptr (json_t) json = good_json ();
  TabellaAmendment *a;
  GError *error = NULL;

  if (value == NULL)
    json_object_del (json, member);
  else
    json_object_set_new (json, member, value);
  a = parse_signed (json, &shared->key, NULL, &error);
  assert_refused (a != NULL, &error, code, part);
}

static void
refuse_json (const char *member, json_t *value, const char *part)
{
  refuse_json_as (TABELLA_ELECTION_ERROR_INVALID, member, value, part);
}

static void
test_form (void)
{
  g_autofree char *zeros = g_strdup_printf ("%064d", 0);

  refuse_json_as (TABELLA_ELECTION_ERROR_OTHER, "election", json_string (zeros),
                  "0001.json: election: belongs to another election");
  refuse_json ("number", json_integer (0), "number: is 0");
  refuse_json ("number", json_integer (65536), "number: is 65536");
  refuse_json ("kind", json_integer (10), "kind: is 10");
  refuse_json ("target", json_integer (-1), "target: is -1");
  refuse_json ("value", json_integer (G_GINT64_CONSTANT (4294967296)), "value: is 4294967296");
  refuse_json ("text", json_object (), "text.en: missing");
  refuse_json ("text", json_string ("x"), "text: must be an object");
  refuse_json ("text", NULL, "text: missing");
  refuse_json ("text", json_pack ("{s:s,s:s,s:s}", "en", "a", "zh_HK", "b", "ur", "c"),
               "text.ur: ");
  refuse_json ("detail", NULL, "detail: missing");
  refuse_json ("detail", json_pack ("{s:s}", "digest", "00"), "detail.digest: must be 32 bytes");
  refuse_json ("detail", json_pack ("{s:s}", "digest", zeros), "detail: must be null for kind 7");
  refuse_json ("detail", json_object (), "detail.digest: missing");
  refuse_json ("extra", json_null (), "extra: unknown field");
}

static void
test_signatures (void)
{
  g_autoptr (json_t) json = good_json ();
  g_autoptr (Folder) other = folder_new (NULL);
  g_autoptr (TabellaAmendment) good = NULL;
  g_autofree char *id = tabella_hex (manifest->he, 8);
  g_autofree char *later = g_strdup_printf ("tabella amendment election=%s number=2", id);
  g_autoptr (GBytes) changed = NULL;
  TabellaAmendment *a;
  GError *error = NULL;
  const int signature = TABELLA_ELECTION_ERROR_SIGNATURE;

  good = parse_signed (json, &shared->key, NULL, &error);
  g_assert_no_error (error);
  a = parse_signed (json, &other->key, NULL, &error);
  assert_refused (a != NULL, &error, signature, "0001.json");
  a = parse_signed (json, &shared->key, later, &error);
  assert_refused (a != NULL, &error, signature, "trusted comment names another amendment");
  changed = g_bytes_new ("{}\n", 3);
  a = tabella_amendment_parse (manifest, "0001.json", changed, good->minisig, &error);
  assert_refused (a != NULL, &error, signature, "0001.json");
  a = tabella_amendment_parse (manifest, "0001.json", good->bytes, "", &error);
  assert_refused (a != NULL, &error, signature, "0001.json");
}

static void
rename_in (Folder *f, const char *from, const char *to)
{
  static const char *const suffixes[] = { ".json", ".json.minisig" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *a = g_strconcat (f->path, "/amendments/", from, suffixes[i], NULL);
    g_autofree char *b = g_strconcat (f->path, "/amendments/", to, suffixes[i], NULL);

    g_assert_cmpint (g_rename (a, b), ==, 0);
  }
}

static void
refuse_chain (Folder *f, gboolean whole, int code, const char *part)
{
  GError *error = NULL;
  GPtrArray *list = tabella_amendments_load (manifest, f->path, whole, &error);

  assert_refused (list != NULL, &error, code, part);
}

static void
test_chain (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GPtrArray) some = NULL, none = NULL;
  g_autofree char *away = folder_file (f, "amendments/0002.json");
  GError *error = NULL;

  none = tabella_amendments_load (manifest, f->path, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  for (guint16 t = 1; t <= 3; t++)
    amend_quietly (f, TABELLA_AMEND_REVOKED, t, 0);
  g_assert_cmpint (g_remove (away), ==, 0);
  refuse_chain (f, TRUE, TABELLA_ELECTION_ERROR_INVALID, "amendment 2 is missing");
  some = tabella_amendments_load (manifest, f->path, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (some->len, ==, 2);
  g_assert_cmpuint (((TabellaAmendment *)some->pdata[1])->number, ==, 3);
  /* An old one put in the place of a newer one. */
  rename_in (f, "0001", "0002");
  refuse_chain (f, FALSE, TABELLA_ELECTION_ERROR_INVALID,
                "it is amendment 1 and belongs into 0001");
}

static void
test_chain_without_first (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *first = folder_file (f, "amendments/0001.json");

  amend_quietly (f, TABELLA_AMEND_REVOKED, 1, 0);
  amend_quietly (f, TABELLA_AMEND_REVOKED, 2, 0);
  g_assert_cmpint (g_remove (first), ==, 0);
  refuse_chain (f, TRUE, TABELLA_ELECTION_ERROR_INVALID, "amendment 1 is missing");
}

static void
test_chain_damaged (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *sig = folder_file (f, "amendments/0001.json.minisig");

  amend_quietly (f, TABELLA_AMEND_REVOKED, 1, 0);
  folder_flip (f, "amendments/0001.json", 20);
  refuse_chain (f, TRUE, TABELLA_ELECTION_ERROR_SIGNATURE, "0001.json");
  folder_flip (f, "amendments/0001.json", 20);
  folder_write (f, "amendments/0001.json.minisig", "a\0b", 3);
  refuse_chain (f, TRUE, TABELLA_ELECTION_ERROR_SIGNATURE, "0001.json.minisig");
  g_assert_cmpint (g_remove (sig), ==, 0);
  refuse_chain (f, TRUE, TABELLA_ELECTION_ERROR_IO, "0001.json.minisig");
}

static void
test_short_form (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *code = NULL;
  g_autoptr (TabellaAmendment) a = NULL;
  g_autoptr (GByteArray) bytes = NULL, message = g_byte_array_new ();
  GError *error = NULL;

  amend_quietly (f, TABELLA_AMEND_NOTICE, 0, 0);
  code = amend (f, TABELLA_AMEND_SPARE, 4, spare (1, "0-3", 1), NULL);
  g_assert_cmpuint (strlen (code), ==, 4 + (81 * 8 + 4) / 5);
  a = tabella_amendment_parse_short (manifest, code, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (a->number, ==, 2);
  g_assert_cmpint (a->kind, ==, TABELLA_AMEND_SPARE);
  g_assert_cmpuint (a->target, ==, 4);
  g_assert_cmpuint (a->value, ==, spare (1, "0-3", 1));
  g_assert_null (a->bytes);
  g_assert_null (a->minisig);
  /* The bytes of protocol section 4, the signature by libsodium alone. */
  bytes = tabella_unbase32 (code + 4, strlen (code) - 4);
  g_assert_cmpmem (bytes->data, 8, manifest->he, 8);
  g_assert_cmpmem (bytes->data + 8, 9, "\x02\0\x06\x04\0\x01\0\x0F\x04", 9);
  tabella_put (message, "tabella amendment v1", 21);
  tabella_put (message, manifest->he, 32);
  tabella_put (message, bytes->data + 8, 9);
  g_assert_cmpint (
      crypto_sign_verify_detached (bytes->data + 17, message->data, message->len, shared->pub.key),
      ==, 0);
}

static void
refuse_text (const char *text, int code, const char *part)
{
  GError *error = NULL;
  TabellaAmendment *a = tabella_amendment_parse_short (manifest, text, &error);

  assert_refused (a != NULL, &error, code, part);
}

static void
test_short_form_damaged (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *code = amend (f, TABELLA_AMEND_REVOKED, 2, 0, NULL);
  g_autofree char *longer = g_strconcat (code, "A", NULL), *low = g_ascii_strdown (code, -1);
  g_autofree char *other = g_strdup (code), *cut = g_strndup (code, strlen (code) - 1);
  g_autofree char *letters = NULL, *more = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  const int format = TABELLA_ELECTION_ERROR_FORMAT;

  refuse_text ("", format, "must begin with TA1.");
  refuse_text ("TA1.", format, "must begin with TA1.");
  refuse_text (code + 4, format, "must begin with TA1.");
  refuse_text (longer, format, "must begin with TA1.");
  bytes = tabella_unbase32 (code + 4, strlen (code) - 4);
  tabella_put_u8 (bytes, 0); /* what nobody signed, behind what is signed */
  letters = tabella_base32 (bytes->data, bytes->len);
  more = g_strconcat ("TA1.", letters, NULL);
  refuse_text (more, format, "must begin with TA1.");
  refuse_text (cut, format, "must begin with TA1.");
  refuse_text (low, format, "must begin with TA1.");
  other[4] = other[4] == 'A' ? 'B' : 'A';
  refuse_text (other, TABELLA_ELECTION_ERROR_OTHER, "another election");
  /* Any other character changes what is signed, or the signature. */
  for (gsize i = 4 + 13; i < strlen (code) - 1; i++) {
    g_autofree char *changed = g_strdup (code);

    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    refuse_text (changed, TABELLA_ELECTION_ERROR_SIGNATURE, "did not sign it");
  }
}

/* The whole code as its groups, typed one by one. */
static void
type_groups (TabellaTypedCode *c, const char *code)
{
  for (guint i = 1; i < TABELLA_CODE_GROUPS; i++) {
    g_autofree char *group = g_strndup (code + (gsize)i * 4, 4);

    g_assert_cmpuint (tabella_typed_code_put (c, i, group), ==, i + 1);
  }
}

static void
assert_typed (const TabellaTypedCode *c, const char *code)
{
  g_autofree char *text = tabella_typed_code_text (c);
  guint first, last;

  g_assert_cmpstr (text, ==, code);
  g_assert_true (tabella_typed_code_whole (c));
  g_assert_cmpint (tabella_typed_code_doubt (c, manifest, &first, &last), ==,
                   TABELLA_CODE_POSSIBLE);
}

/* However it comes in, the text is the same. */
static void
test_typed (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *code = amend (f, TABELLA_AMEND_SPARE, 4, spare (1, "0-3", 1), NULL);
  g_autofree char *low = g_ascii_strdown (code, -1);
  g_autoptr (GString) wide = g_string_new (NULL), misread = g_string_new (NULL);
  TabellaTypedCode c;

  tabella_typed_code_clear (&c);
  g_assert_cmpstr (c.groups[0], ==, "TA1.");
  g_assert_false (tabella_typed_code_whole (&c));
  type_groups (&c, code);
  assert_typed (&c, code);
  tabella_typed_code_clear (&c); /* a scanner, in the middle of what somebody began to type */
  g_assert_cmpuint (tabella_typed_code_put (&c, 5, "Q"), ==, 5);
  g_assert_cmpuint (tabella_typed_code_put (&c, 5, code), ==, TABELLA_CODE_GROUPS);
  assert_typed (&c, code);
  tabella_typed_code_clear (&c);
  g_assert_cmpuint (tabella_typed_code_put (&c, 1, low), ==, TABELLA_CODE_GROUPS);
  assert_typed (&c, code);
  for (const char *p = code; *p != '\0'; p++) {
    g_string_append_unichar (wide, (gunichar)*p + 0xFF01 - 0x21);
    g_string_append_c (misread, p < code + 4 ? *p
                                : *p == 'O'  ? '0'
                                : *p == 'I'  ? '1'
                                : *p == 'B'  ? '8'
                                             : *p);
  }
  tabella_typed_code_clear (&c);
  tabella_typed_code_put (&c, 1, wide->str);
  assert_typed (&c, code);
  tabella_typed_code_clear (&c);
  tabella_typed_code_put (&c, 1, misread->str);
  assert_typed (&c, code);
}

/* As a scanner's keystrokes arrive: one by one, where typing goes on, whatever is there already. */
static void
test_typed_by_scanner (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *code = amend (f, TABELLA_AMEND_REVOKED, 2, 0, NULL);

  for (guint before = 0; before < 6; before++) {
    g_autoptr (GString) entry = g_string_new ("QRSTUV");
    TabellaTypedCode c;
    guint group = 7;

    g_string_truncate (entry, before);
    tabella_typed_code_clear (&c);
    group = tabella_typed_code_put (&c, group, entry->str);
    g_string_assign (entry, c.groups[group]);
    for (const char *p = code; *p != '\0'; p++) {
      guint next;

      g_string_append_c (entry, *p);
      next = tabella_typed_code_put (&c, group, entry->str);
      if (next != group || *p == '.')
        g_string_assign (entry, next < TABELLA_CODE_GROUPS ? c.groups[next] : "");
      group = next;
      if (*p == '.')
        g_assert_cmpuint (group, ==, 1);
    }
    assert_typed (&c, code);
  }
}

static void
assert_doubt (const char *code, TabellaCodeDoubt expected, guint from, guint to)
{
  TabellaTypedCode c;
  guint first, last;

  tabella_typed_code_clear (&c);
  tabella_typed_code_put (&c, 1, code);
  g_assert_cmpint (tabella_typed_code_doubt (&c, manifest, &first, &last), ==, expected);
  if (expected == TABELLA_CODE_POSSIBLE)
    return;
  g_assert_cmpuint (first, ==, from);
  g_assert_cmpuint (last, ==, to);
}

/* Each character in turn is mistyped: what the format can tell is told, and of the right group. */
static void
test_typed_doubts (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *code = amend (f, TABELLA_AMEND_REVOKED, 2, 0, NULL), *nine = g_strdup (code);
  const gsize last = strlen (code) - 1;

  for (gsize i = 4; i <= last; i++) {
    g_autofree char *bad = g_strdup (code);
    const guint group = (guint)i / 4;

    bad[i] = strchr ("67", bad[i]) != NULL ? 'Z' : '7'; /* changes the upper four bits too */
    if (i < 4 + 13)
      assert_doubt (bad, TABELLA_CODE_ELECTION, group, group);
    else if (i < 4 + 28) /* no number, kind, target or value of this election has such bits */
      assert_doubt (bad, i < 4 + 16 ? TABELLA_CODE_POSSIBLE : TABELLA_CODE_MEANING, 4, 7);
    else
      assert_doubt (bad, i >= last - 1 ? TABELLA_CODE_END : TABELLA_CODE_POSSIBLE, 33, 33);
    bad[i + 1] = '\0'; /* said as soon as the group is full, not before */
    if (i < 4 + 12 && i % 4 != 3)
      assert_doubt (bad, TABELLA_CODE_POSSIBLE, 0, 0);
  }
  nine[50] = '9';
  assert_doubt (nine, TABELLA_CODE_CHARACTER, 12, 12);
}

static void
status_of (GPtrArray *list, guint16 terminal, TabellaTerminalStatus *status)
{
  tabella_amendments_status (manifest, list, tabella_manifest_terminal (manifest, terminal),
                             status);
}

static void
test_status (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autoptr (GPtrArray) list = NULL;
  TabellaTerminalStatus s;
  guint8 digest[32] = { 9 };
  g_autofree char *code = NULL;
  GError *error = NULL;

  code = amend (f, TABELLA_AMEND_ENDED, 1, 4, digest);            /* 1 */
  amend_quietly (f, TABELLA_AMEND_SPARE, 4, spare (1, "0-3", 1)); /* 2 */
  amend_quietly (f, TABELLA_AMEND_SPARE, 4, spare (1, "", 2));    /* 3: the higher holds */
  amend_quietly (f, TABELLA_AMEND_SPARE, 8, spare (2, "0-9", 0)); /* 4 */
  amend_quietly (f, TABELLA_AMEND_ENDED, 1, 3);   /* 5: the higher number, not batch */
  amend_quietly (f, TABELLA_AMEND_REVOKED, 2, 0); /* 6 */
  amend_quietly (f, TABELLA_AMEND_ENDED, 2, 1);   /* 7: revoked stays */
  amend_quietly (f, TABELLA_AMEND_ENDED, 5, 0);   /* 8 */
  list = tabella_amendments_load (manifest, f->path, TRUE, &error);
  g_assert_no_error (error);
  status_of (list, 1, &s);
  g_assert_true (s.ended && !s.revoked && !s.took_over && !s.has_digest);
  g_assert_cmpuint (s.ended_batch, ==, 3);
  g_assert_cmpuint (s.role, ==, TABELLA_ROLE_DESK);
  g_assert_cmpuint (s.lane, ==, 0x00F);
  status_of (list, 4, &s);
  g_assert_true (s.took_over && !s.ended);
  g_assert_cmpuint (s.role, ==, TABELLA_ROLE_BOOTH);
  g_assert_cmpuint (s.lane, ==, 0);
  status_of (list, 8, &s);
  g_assert_true (s.took_over);
  g_assert_cmpuint (s.role, ==, TABELLA_ROLE_COMBINED);
  g_assert_cmpuint (s.station, ==, 2);
  g_assert_cmpuint (s.lane, ==, 0x3FF);
  status_of (list, 2, &s);
  g_assert_true (s.revoked && s.ended);
  status_of (list, 5, &s);
  g_assert_true (s.ended);
  g_assert_cmpuint (s.ended_batch, ==, 0);
  status_of (list, 3, &s);
  g_assert_false (s.revoked || s.ended || s.took_over);
  g_ptr_array_set_size (list, 1);
  status_of (list, 1, &s);
  g_assert_true (s.has_digest);
  g_assert_cmpmem (s.digest, 32, digest, 32);
  status_of (list, 4, &s);
  g_assert_cmpuint (s.role, ==, TABELLA_ROLE_SPARE);
  g_assert_false (s.took_over);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  make_shared ();
  g_test_add_func ("/amendments/spare-value", test_spare_value);
  g_test_add_func ("/amendments/files", test_files);
  g_test_add_func ("/amendments/stock-minisign", test_stock_minisign);
  g_test_add_func ("/amendments/text", test_text);
  g_test_add_func ("/amendments/harmless-kinds", test_harmless_kinds);
  g_test_add_func ("/amendments/meanings", test_meanings);
  g_test_add_func ("/amendments/wrong-key", test_wrong_key);
  g_test_add_func ("/amendments/form", test_form);
  g_test_add_func ("/amendments/signatures", test_signatures);
  g_test_add_func ("/amendments/chain", test_chain);
  g_test_add_func ("/amendments/chain-without-first", test_chain_without_first);
  g_test_add_func ("/amendments/chain-damaged", test_chain_damaged);
  g_test_add_func ("/amendments/short-form", test_short_form);
  g_test_add_func ("/amendments/short-form-damaged", test_short_form_damaged);
  g_test_add_func ("/amendments/typed", test_typed);
  g_test_add_func ("/amendments/typed-by-scanner", test_typed_by_scanner);
  g_test_add_func ("/amendments/typed-doubts", test_typed_doubts);
  g_test_add_func ("/amendments/status", test_status);
  result = g_test_run ();
  tabella_manifest_free (manifest);
  g_free (practice);
  folder_free (shared);
  return result;
}
