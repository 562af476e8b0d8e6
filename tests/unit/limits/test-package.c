/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a terminal takes from a stick. The slices of the roll all stay in memory. */
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>
#include "bytes.h"
#include "folder.h"
#include "package.h"

#define SPARE 3

/* Desks 1 (0-4) and 2 (5-9) and spare 3 at station 1, combined ones at the others. */
static Folder *shared;

static void
make_shared (void)
{
  g_autoptr (GString) list = g_string_new ("id,name,style,station\n");

  shared = folder_new (NULL);
  folder_ceremony (shared);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "0-4", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_DESK, "5-9", TRUE);
  folder_enrol (shared, 1, TABELLA_ROLE_SPARE, "", TRUE);
  for (guint16 s = 2; s <= 4; s++)
    folder_enrol (shared, s, TABELLA_ROLE_COMBINED, "0-9", TRUE);
  for (guint n = 0; n < 20; n++) {
    g_autofree char *id = made_up_id (n);

    g_string_append_printf (list, "%s,VOTER %u,all,causeway-bay\n", id, n);
  }
  folder_list (shared, list->str, -1);
  folder_roll_good (shared);
  folder_seal (shared, TRUE);
}

static void
stretch (const char *path, guint64 size)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (ftruncate (fd, (off_t)size), ==, 0);
  close (fd);
}

static void
test_small_files (void)
{
  static const struct {
    const char *name;
    guint64 limit;
  } files[] = {
    { "tabella-package/manifest.json.minisig", TABELLA_SIGNATURE_LIMIT },
    { "tabella-package/organisers.pub", TABELLA_SMALL_LIMIT },
    { "tabella-package/roll/003.keys", TABELLA_SMALL_LIMIT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (Folder) f = folder_stick (shared);
    g_autofree char *path = folder_file (f, files[i].name);
    g_autoptr (GError) error = NULL;

    stretch (path, files[i].limit + 1);
    folder_refuse_package (f, shared->secrets[SPARE], TABELLA_ELECTION_ERROR_IO,
                           "at most 65536 are expected");
    stretch (path, files[i].limit);
    g_assert_null (tabella_package_read (f->path, shared->secrets[SPARE]->box_key, &error));
    g_assert_null (strstr (error->message, "expected"));
  }
}

/* Each is small enough; together they are too much. The second is nothing but its size. */
static void
test_sum (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autofree char *place = folder_file (f, "tabella-package"), *path = NULL, *most = NULL;
  g_autoptr (TabellaPackage) p = NULL;
  GError *error = NULL;
  guint8 digest[32];

  p = tabella_package_read (f->path, shared->secrets[SPARE]->box_key, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (p->slices->len, ==, 2);
  tabella_digest_256 (g_bytes_get_data (p->slices->pdata[1], NULL),
                      g_bytes_get_size (p->slices->pdata[1]), digest);
  path = tabella_roll_slice_path (place, digest);
  stretch (path, TABELLA_SLICES_LIMIT);
  most = g_strdup_printf ("at most %" G_GUINT64_FORMAT " are expected",
                          TABELLA_SLICES_LIMIT - g_bytes_get_size (p->slices->pdata[0]));
  folder_refuse_package (f, shared->secrets[SPARE], TABELLA_ELECTION_ERROR_IO, most);
}

/* Adds a station with a terminal and a slice of its own to the manifest. */
static void
add_station (json_t *manifest, guint n)
{
  g_autoptr (TabellaTerminalSecrets) s = tabella_terminal_secrets_new ();
  json_t *stations = json_object_get (json_object_get (manifest, "election"), "stations");
  json_t *terminals = json_object_get (manifest, "terminals");
  json_t *station = json_deep_copy (json_array_get (stations, 0));
  json_t *terminal = json_deep_copy (json_array_get (terminals, 3));
  const char *const names[] = { "ballot_key", "batch_key", "box_key", "slice" };
  const guint8 slice[32] = { 1, (guint8)n };
  const guint8 *const bytes[] = { s->ballot_key, s->batch_key, s->box_key, slice };

  json_object_set_new (station, "id", json_sprintf ("station-%u", n));
  json_array_append_new (stations, station);
  json_object_set_new (terminal, "index", json_integer (100 + n));
  json_object_set_new (terminal, "station", json_integer ((json_int_t)json_array_size (stations)));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *hex = tabella_hex (bytes[i], 32);

    json_object_set_new (terminal, names[i], json_string (hex));
  }
  json_array_append_new (terminals, terminal);
}

/* The manifest with that many more. Where everybody may vote anywhere a spare takes all slices. */
static void
write_manifest (Folder *f, guint stations)
{
  g_autofree char *path = folder_file (shared, "practice/manifest.json");
  g_autofree char *text = NULL, *id = NULL, *comment = NULL, *sig = NULL;
  GError *error = NULL;
  g_autoptr (json_t) json = tabella_json_load (path, &error);
  g_autoptr (GBytes) bytes = NULL;
  json_t *policies;
  guint8 he[32];

  g_assert_no_error (error);
  policies = json_object_get (json_object_get (json, "election"), "policies");
  json_object_set_new (policies, "voting", json_string ("anywhere"));
  json_object_set_new (policies, "duplicates", json_string ("lot"));
  for (guint n = 0; n < stations; n++)
    add_station (json, n);
  text = tabella_json_text (json);
  bytes = g_bytes_new (text, strlen (text));
  tabella_manifest_id (bytes, he);
  id = tabella_hex (he, 8);
  comment = g_strconcat ("tabella manifest election=", id, NULL);
  sig = tabella_minisign_sign (&shared->key, text, strlen (text), comment);
  folder_write (f, "tabella-package/manifest.json", text, strlen (text));
  folder_write (f, "tabella-package/manifest.json.minisig", sig, strlen (sig));
}

static void
test_number (void)
{
  g_autoptr (Folder) f = folder_stick (shared);
  g_autoptr (TabellaManifest) m = NULL;
  g_autofree char *place = folder_file (f, "tabella-package");
  g_autoptr (GArray) digests = NULL;
  TabellaCeremonyKeys keys;
  GError *error = NULL;
  guint own;

  write_manifest (f, 0);
  m = tabella_manifest_load (place, NULL, &keys, &error);
  g_assert_no_error (error);
  digests =
      tabella_roll_slices_of (m->election, m->terminals, tabella_manifest_terminal (m, SPARE));
  own = digests->len;
  write_manifest (f, TABELLA_SLICE_KEYS_MAX - own);
  folder_refuse_package (f, shared->secrets[SPARE], TABELLA_ELECTION_ERROR_IO,
                         "0100000000000000.slice"); /* which is not there */
  write_manifest (f, TABELLA_SLICE_KEYS_MAX - own + 1);
  folder_refuse_package (f, shared->secrets[SPARE], TABELLA_ELECTION_ERROR_INVALID,
                         "terminal 3 would hold more than 64 slices");
}

int
main (int argc, char **argv)
{
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  make_shared ();
  g_test_add_func ("/limits/package/small-files", test_small_files);
  g_test_add_func ("/limits/package/sum", test_sum);
  g_test_add_func ("/limits/package/number", test_number);
  result = g_test_run ();
  folder_free (shared);
  return result;
}
