/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What terminals install: written whole, read with suspicion. */
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include "bytes.h"
#include "copy.h"
#include "folder.h"
#include "package.h"

/* Desks 1 (0-3) and 2 (4-9), booth 3 and spare 4 at station 1, combined 5 to 7 at the others, 8 a
 * spare there. One amendment. */
static Folder *shared;
static char *practice;

/* A stick that gives another file at this reading, from 1, of a file of this name; 0: at none. */
static const char *changing;
static guint changes_at;

GBytes *__real_tabella_file_read (const char *path, guint64 limit, GError **error);
GBytes *__wrap_tabella_file_read (const char *path, guint64 limit, GError **error);

GBytes *
__wrap_tabella_file_read (const char *path, guint64 limit, GError **error)
{
  g_autoptr (GBytes) bytes = __real_tabella_file_read (path, limit, error);
  gsize size;
  guint8 *copy;

  if (bytes == NULL || changes_at == 0 || !g_str_has_suffix (path, changing) || --changes_at > 0)
    return g_steal_pointer (&bytes);
  copy = g_memdup2 (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
  copy[size / 2] ^= 1;
  return g_bytes_new_take (copy, size);
}

static void
amend (const char *folder, guint16 target)
{
  g_autoptr (TabellaManifest) m = NULL;
  g_autofree char *code = NULL;
  TabellaCeremonyKeys keys;
  GError *error = NULL;
  guint16 number;

  m = tabella_manifest_load (folder, NULL, &keys, &error);
  g_assert_no_error (error);
  tabella_amendment_write (m, folder, TABELLA_AMEND_REVOKED, target, 0, NULL, NULL, &shared->key,
                           &number, &code, &error);
  g_assert_no_error (error);
}

static void
make_shared (void)
{
  g_autoptr (GString) list = g_string_new ("id,name,style,station\n");

  shared = folder_new (NULL);
  folder_ceremony (shared);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "0-3", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "4-9", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_BOOTH, "", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_SPARE, "", TRUE);
  for (guint16 s = 2; s <= 4; s++)
    folder_enrol (shared, s, TABELLA_ROLE_COMBINED, "0-9", TRUE);
  folder_enrol (shared, 2, TABELLA_ROLE_SPARE, "", TRUE);
  for (guint n = 0; n < 40; n++) {
    g_autofree char *id = made_up_id (n);

    g_string_append_printf (list, "%s,VOTER %u,all,%s\n", id, n,
                            n % 2 == 0 ? "causeway-bay" : "mong-kok");
  }
  folder_list (shared, list->str, -1);
  folder_roll_good (shared);
  folder_seal (shared, TRUE);
  practice = folder_file (shared, "practice");
  amend (practice, 7);
}

static TabellaPackage *
read_for (Folder *f, guint16 terminal)
{
  GError *error = NULL;
  TabellaPackage *p = tabella_package_read (f->path, shared->secrets[terminal]->box_key, &error);

  g_assert_no_error (error);
  return p;
}

static void
refuse_read (Folder *f, guint16 terminal, int code, const char *part)
{
  folder_refuse_package (f, shared->secrets[terminal], code, part);
}

static void
refuse_write (Folder *f, const char *folder, int code, const char *part)
{
  GError *error = NULL;
  gboolean done = tabella_package_write (folder, f->path, &error);

  assert_refused (done, &error, code, part);
  g_assert_false (folder_has (f, ".tabella-package.tmp"));
}

static char *
slice_name (guint16 terminal)
{
  GError *error = NULL;
  g_autoptr (GPtrArray) terminals = tabella_terminals_load (practice, &error);
  const TabellaTerminalInfo *t = terminals->pdata[terminal - 1];
  g_autofree char *hex = tabella_hex (t->slice, 8);

  g_assert_no_error (error);
  return g_strdup_printf ("tabella-package/roll/%s.slice", hex);
}

/* What the tablet keeps is what it verified, also of a stick that answers as it likes. */
static void
test_second_reading (void)
{
  g_autoptr (Folder) f = folder_stick (shared);

  changing = "manifest.json.minisig";
  changes_at = 2;
  refuse_read (f, 1, TABELLA_ELECTION_ERROR_SIGNATURE, "manifest.json.minisig");
  g_assert_cmpuint (changes_at, ==, 0);
}

static void
test_everyone_installs (void)
{
  static const guint slices[] = { 1, 1, 0, 2, 1, 1, 1, 1 };
  g_autoptr (Folder) f = folder_stick (shared);

  for (guint16 i = 1; i <= 8; i++) {
    g_autoptr (TabellaPackage) p = read_for (f, i);
    g_autoptr (TabellaRollKeys) keys = NULL;
    GError *error = NULL;

    g_assert_cmpuint (p->terminal->index, ==, i);
    g_assert_true (p->terminal == tabella_manifest_terminal (p->manifest, i));
    g_assert_cmpuint (p->amendments->len, ==, 1);
    g_assert_cmpuint (p->slices->len, ==, slices[i - 1]);
    g_assert_true (g_str_has_prefix (p->manifest_sig, "untrusted comment: "));
    g_assert_cmpuint (p->keys.n, ==, 3);
    keys = tabella_roll_keys_open (p->sealed_keys, shared->secrets[i], &error);
    g_assert_no_error (error);
    g_assert_cmpuint (keys->n, ==, slices[i - 1]);
    for (guint s = 0; s < keys->n; s++) {
      guint8 digest[32];

      tabella_digest_256 (g_bytes_get_data (p->slices->pdata[s], NULL),
                          g_bytes_get_size (p->slices->pdata[s]), digest);
      g_assert_cmpmem (digest, 32, keys->slices[s].slice, 32);
    }
  }
}

static void
test_folder_itself (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autofree char *folder = folder_file (f, "tabella-package");
  g_autoptr (TabellaPackage) p = NULL;
  GError *error = NULL;

  p = tabella_package_read (folder, shared->secrets[1]->box_key, &error);
  g_assert_no_error (error);
  g_assert_nonnull (p);
}

static void
test_no_secrets_travel (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autofree char *folder = folder_file (f, "tabella-package");
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *all = NULL;
  GError *error = NULL;

  names = tabella_folder_list (folder, &error);
  g_assert_no_error (error);
  g_ptr_array_add (names, NULL);
  all = g_strjoinv (" ", (char **)names->pdata);
  g_assert_cmpstr (all, ==, "amendments manifest.json manifest.json.minisig organisers.pub roll");
}

static void
test_another_terminal (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (TabellaTerminalSecrets) s = tabella_terminal_secrets_new ();
  TabellaPackage *p;
  GError *error = NULL;

  p = tabella_package_read (f->path, s->box_key, &error);
  assert_refused (p != NULL, &error, TABELLA_ELECTION_ERROR_OTHER,
                  "this package is for \"Civil Referendum 2014 (example)\" and its 8 terminals");
}

static void
test_nothing_there (void)
{
  g_autoptr (Folder) f = folder_new (NULL);

  refuse_read (f, 1, TABELLA_ELECTION_ERROR_STATE, "there is no folder tabella-package here");
}

/* Each file of the package, with one bit changed. */
static void
test_damaged_files (void)
{
  g_autofree char *slice = slice_name (1);
  const struct {
    const char *name;
    gssize at;
    int code;
    const char *part;
  } cases[] = {
    { "tabella-package/manifest.json", 40, TABELLA_ELECTION_ERROR_INVALID, "manifest.json" },
    { "tabella-package/manifest.json.minisig", -8, TABELLA_ELECTION_ERROR_SIGNATURE,
      "manifest.json.minisig" },
    { "tabella-package/organisers.pub", -3, TABELLA_ELECTION_ERROR_INVALID, "organisers.pub" },
    { "tabella-package/amendments/0001.json", 20, TABELLA_ELECTION_ERROR_SIGNATURE, "0001.json" },
    { slice, -1, TABELLA_ELECTION_ERROR_INVALID, ".slice: the file is damaged" },
    { "tabella-package/roll/001.keys", -1, TABELLA_ELECTION_ERROR_INVALID,
      "roll/001.keys: not the keys that the organisers made for terminal 1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (Folder) f = folder_stick (shared);

    folder_flip (f, cases[i].name, cases[i].at);
    refuse_read (f, 1, cases[i].code, cases[i].part);
  }
}

static void
test_missing_files (void)
{
  g_autofree char *slice = slice_name (1);
  const char *const names[] = { "tabella-package/manifest.json.minisig",
                                "tabella-package/organisers.pub",
                                "tabella-package/amendments/0001.json.minisig",
                                "tabella-package/roll/001.keys", slice };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (Folder) f = folder_stick (shared);
    g_autofree char *path = folder_file (f, names[i]);
    g_autofree char *base = g_path_get_basename (path);

    g_assert_cmpint (g_remove (path), ==, 0);
    refuse_read (f, 1, TABELLA_ELECTION_ERROR_IO, base);
  }
}

/* Damage that concerns others only does not keep a terminal from installing. */
static void
test_others_slice_damaged (void)
{
  g_autofree char *slice = slice_name (1);
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (TabellaPackage) p = NULL;

  folder_flip (f, slice, -1);
  p = read_for (f, 2);
  refuse_read (f, 4, TABELLA_ELECTION_ERROR_INVALID, "the file is damaged"); /* the spare has it */
}

/* Another terminal's keys under our number. */
static void
test_swapped_keys (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (GBytes) other = folder_read (f, "tabella-package/roll/002.keys");
  g_autoptr (TabellaPackage) p = NULL;

  folder_write (f, "tabella-package/roll/001.keys", g_bytes_get_data (other, NULL),
                g_bytes_get_size (other));
  refuse_read (f, 1, TABELLA_ELECTION_ERROR_INVALID, "roll/001.keys: not the keys");
  p = read_for (f, 2); /* whose own are as they were */
}

/* Booth 3's keys with the ticket key replaced, sealed anew to the booth. */
static GBytes *
forge_keys (Folder *f, const char *name)
{
  g_autoptr (GBytes) sealed = folder_read (f, name);
  g_autoptr (TabellaRollKeys) keys = NULL;
  g_autoptr (TabellaRollKeys) back = NULL;
  GError *error = NULL;
  GBytes *forged;

  keys = tabella_roll_keys_open (sealed, shared->secrets[3], &error);
  g_assert_no_error (error);
  memset (keys->ticket_key, 0x42, 32);
  forged = tabella_roll_keys_seal (keys, shared->secrets[3]->box_key);
  g_assert_cmpuint (g_bytes_get_size (forged), ==, g_bytes_get_size (sealed));
  back = tabella_roll_keys_open (forged, shared->secrets[3], &error);
  g_assert_no_error (error); /* the booth itself would not see a difference */
  folder_write (f, name, g_bytes_get_data (forged, NULL), g_bytes_get_size (forged));
  return forged;
}

/* Whoever has the stick can seal a ticket key of their own to a booth: the box is anonymous. */
static void
test_forged_keys (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (Folder) g = folder_new (NULL);
  g_autofree char *election = folder_file (g, "election");
  g_autoptr (GBytes) first = forge_keys (f, "tabella-package/roll/003.keys"), second = NULL;
  GError *error = NULL;

  refuse_read (f, 3, TABELLA_ELECTION_ERROR_INVALID, "roll/003.keys: not the keys");
  tabella_folder_copy (practice, election, &error);
  g_assert_no_error (error);
  second = forge_keys (g, "election/roll/003.keys");
  refuse_write (g, election, TABELLA_ELECTION_ERROR_INVALID, "roll/003.keys: not the keys");
}

static void
test_amendment_gap (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *first = folder_file (f, "tabella-package/amendments/0001.json");
  g_autofree char *election = folder_file (f, "election"), *second = NULL;
  GError *error = NULL;

  tabella_folder_copy (practice, election, &error);
  g_assert_no_error (error);
  amend (election, 6);
  tabella_package_write (election, f->path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_remove (first), ==, 0);
  refuse_read (f, 1, TABELLA_ELECTION_ERROR_INVALID, "amendment 1 is missing");
}

/* The same terminals, sealed again: another HE, so its amendments are others'. */
static void
test_amendment_of_another_election (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (GBytes) json = folder_read (shared, "practice/amendments/0001.json");
  g_autofree char *text = NULL, *sig = NULL;
  char *at;

  text = g_strndup (g_bytes_get_data (json, NULL), g_bytes_get_size (json));
  at = strstr (text, "\"election\": \"") + strlen ("\"election\": \"");
  *at = *at == '0' ? '1' : '0';
  sig = tabella_minisign_sign (&shared->key, text, strlen (text),
                               "tabella amendment election=0 number=1");
  folder_write (f, "tabella-package/amendments/0001.json", text, strlen (text));
  folder_write (f, "tabella-package/amendments/0001.json.minisig", sig, strlen (sig));
  refuse_read (f, 1, TABELLA_ELECTION_ERROR_OTHER, "belongs to another election");
}

/* A manifest that lacks a trustee's signature, signed by the organisers all the same. */
static void
test_trustee_signature (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autofree char *path = folder_file (f, "tabella-package/manifest.json");
  GError *error = NULL;
  g_autoptr (json_t) json = tabella_json_load (path, &error);
  json_t *list;
  g_autofree char *text = NULL, *id = NULL, *comment = NULL, *sig = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint8 he[32];

  g_assert_no_error (error);
  list = json_object_get (json_object_get (json, "ceremony"), "r4");
  json_array_set (list, 2, json_array_get (list, 1));
  text = tabella_json_text (json);
  bytes = g_bytes_new (text, strlen (text));
  tabella_manifest_id (bytes, he);
  id = tabella_hex (he, 8);
  comment = g_strconcat ("tabella manifest election=", id, NULL);
  sig = tabella_minisign_sign (&shared->key, text, strlen (text), comment);
  folder_write (f, "tabella-package/manifest.json", text, strlen (text));
  folder_write (f, "tabella-package/manifest.json.minisig", sig, strlen (sig));
  refuse_read (f, 1, TABELLA_ELECTION_ERROR_COMPLAINT, "r4-03.json");
}

static void
test_written_again (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (TabellaPackage) p = NULL;
  GError *error = NULL;

  folder_write (f, "tabella-package/stale", "x", 1);
  tabella_package_write (practice, f->path, &error);
  g_assert_no_error (error);
  g_assert_false (folder_has (f, "tabella-package/stale"));
  g_assert_false (folder_has (f, ".tabella-package.tmp"));
  g_assert_false (folder_has (f, ".tabella-package.old"));
  p = read_for (f, 1);
}

static void
test_not_over_others (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (Folder) g = folder_new (NULL);

  folder_write (g, "tabella-package/holiday.txt", "x", 1);
  refuse_write (g, practice, TABELLA_ELECTION_ERROR_STATE, "something else");
  g_assert_true (folder_has (g, "tabella-package/holiday.txt"));
  folder_flip (f, "tabella-package/manifest.json", -2); /* as another election's */
  refuse_write (f, practice, TABELLA_ELECTION_ERROR_STATE, "something else");
}

static void
test_from_broken_folders (void)
{
  g_autoptr (Folder) f = folder_new (NULL);
  g_autofree char *election = folder_file (f, "election"), *keys = NULL, *slice = NULL;
  g_autofree char *name = slice_name (1), *inner = NULL;
  GError *error = NULL;

  refuse_write (f, f->path, TABELLA_ELECTION_ERROR_STATE, "not sealed yet");
  tabella_folder_copy (practice, election, &error);
  g_assert_no_error (error);
  inner = g_strconcat ("election/", name + strlen ("tabella-package/"), NULL);
  folder_flip (f, inner, -1);
  refuse_write (f, election, TABELLA_ELECTION_ERROR_INVALID, "the file is damaged");
  folder_flip (f, inner, -1);
  keys = folder_file (f, "election/roll/003.keys");
  g_assert_cmpint (g_remove (keys), ==, 0);
  refuse_write (f, election, TABELLA_ELECTION_ERROR_IO, "003.keys");
  g_assert_false (folder_has (f, "tabella-package"));
}

/* A full stick: the former package stays, and a new one is there whole or not at all. */
static void
test_full_stick (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (Folder) g = folder_new (NULL);
  g_autoptr (TabellaPackage) p = NULL;

  folder_limit_files (2000);
  refuse_write (f, practice, TABELLA_ELECTION_ERROR_IO, "manifest.json");
  refuse_write (g, practice, TABELLA_ELECTION_ERROR_IO, "manifest.json");
  folder_limit_files (G_MAXUINT64);
  g_assert_false (folder_has (g, "tabella-package"));
  p = read_for (f, 1);
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  make_shared ();
  g_test_add_func ("/package/everyone-installs", test_everyone_installs);
  g_test_add_func ("/package/second-reading", test_second_reading);
  g_test_add_func ("/package/folder-itself", test_folder_itself);
  g_test_add_func ("/package/no-secrets-travel", test_no_secrets_travel);
  g_test_add_func ("/package/another-terminal", test_another_terminal);
  g_test_add_func ("/package/nothing-there", test_nothing_there);
  g_test_add_func ("/package/damaged-files", test_damaged_files);
  g_test_add_func ("/package/missing-files", test_missing_files);
  g_test_add_func ("/package/others-slice-damaged", test_others_slice_damaged);
  g_test_add_func ("/package/swapped-keys", test_swapped_keys);
  g_test_add_func ("/package/forged-keys", test_forged_keys);
  g_test_add_func ("/package/amendment-gap", test_amendment_gap);
  g_test_add_func ("/package/amendment-of-another", test_amendment_of_another_election);
  g_test_add_func ("/package/trustee-signature", test_trustee_signature);
  g_test_add_func ("/package/written-again", test_written_again);
  g_test_add_func ("/package/not-over-others", test_not_over_others);
  g_test_add_func ("/package/full-stick", test_full_stick);
  g_test_add_func ("/package/from-broken-folders", test_from_broken_folders);
  result = g_test_run ();
  g_free (practice);
  folder_free (shared);
  return result;
}
