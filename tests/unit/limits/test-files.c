/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sizes of files: one byte more than a reader's limit is refused before it is read, and named; at
 * the limit it is something else that is wrong with these files of zeros. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "amendments.h"
#include "deck.h"
#include "files.h"
#include "fixture.h"
#include "manifest.h"
#include "officers.h"
#include "roll-csv.h"
#include "trustee-file.h"

#define READ_MAX (G_GUINT64_CONSTANT (256) << 20) /* what is larger is not read here */

static char *folder;
static TabellaElection *election;

/* Each reads what lies at @path, which is below folder, and must fail. */

static void
read_draft (const char *path, GError **error)
{
  g_assert_null (tabella_election_load (folder, error));
}

static void
read_manifest (const char *path, GError **error)
{
  TabellaCeremonyKeys keys;

  g_assert_null (tabella_manifest_load (folder, NULL, &keys, error));
}

static void
read_amendment (const char *path, GError **error)
{
  g_assert_null (tabella_amendment_load (NULL, path, error));
}

static void
read_ceremony (const char *path, GError **error)
{
  g_auto (TabellaCeremonyFiles) files = { 0 };

  /* Only later their content is looked at. */
  if (tabella_ceremony_files_load (folder, 1, &files, error))
    g_set_error_literal (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT, "taken");
}

static void
read_secret (const char *path, GError **error)
{
  g_assert_null (tabella_simulated_secrets_load (folder, 1, error));
}

static void
read_keys (const char *path, GError **error)
{
  const TabellaTerminalInfo t = { .index = 1 };

  g_assert_null (tabella_roll_keys_load (folder, &t, error));
}

static void
read_slice (const char *path, GError **error)
{
  static const guint8 digest[32] = { 0 };

  g_assert_null (tabella_roll_slice_load (folder, digest, TABELLA_SLICES_LIMIT, error));
}

static void
read_list (const char *path, GError **error)
{
  g_auto (TabellaRollList) list = { 0 };
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  TabellaRollProblems problems = { kept, 0 };

  g_assert_false (tabella_roll_csv_read (election, path, NULL, NULL, &list, &problems, error));
}

static void
read_trustee (const char *path, GError **error)
{
  g_assert_null (tabella_trustee_file_open (path, FIXTURE_PASSPHRASE, error));
}

static void
read_deck (const char *path, GError **error)
{
  g_assert_null (tabella_deck_load (election, path, error));
}

static void
read_setup (const char *path, GError **error)
{
  g_assert_null (tabella_setup_open (folder, "0000-0000-0000-0000", error));
}

static void
read_officers (const char *path, GError **error)
{
  const char *const passphrases[] = { FIXTURE_PASSPHRASE };
  char *pin;

  g_assert_null (tabella_officers_open (folder, passphrases, 1, &pin, error));
}

static const struct {
  const char *name;
  guint64 limit;
  void (*read) (const char *path, GError **error);
} readers[] = {
  { "election.json", TABELLA_JSON_LIMIT, read_draft },
  { "manifest.json", TABELLA_MANIFEST_LIMIT, read_manifest },
  { "0001.json", TABELLA_AMENDMENT_LIMIT, read_amendment },
  { "r1-01.json", TABELLA_CEREMONY_LIMIT, read_ceremony },
  { "terminals/001.secret", TABELLA_SMALL_LIMIT, read_secret },
  { "roll/001.keys", TABELLA_SMALL_LIMIT, read_keys },
  { "roll/0000000000000000.slice", TABELLA_SLICES_LIMIT, read_slice },
  { "list.csv", TABELLA_ROLL_LIMIT, read_list },
  { "trustee.secret", TABELLA_TRUSTEE_LIMIT, read_trustee },
  { "deck.csv", TABELLA_DECK_LIMIT, read_deck },
  { "setup.vault", TABELLA_VAULTS_LIMIT, read_setup },
  { "officers.vaults", TABELLA_VAULTS_LIMIT, read_officers },
};

/* A file of zeros that takes no room. */
static char *
zeros (const char *name, guint64 size)
{
  char *path = fixture_path (folder, name);
  g_autofree char *parent = g_path_get_dirname (path);
  int fd;

  g_assert_true (tabella_folder_make (parent, NULL));
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t)size), ==, 0);
  close (fd);
  return path;
}

static void
test_sizes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++) {
    const guint64 limit = readers[i].limit;
    g_autofree char *most = g_strdup_printf ("at most %" G_GUINT64_FORMAT, limit);
    g_autofree char *path = zeros (readers[i].name, limit + 1);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", readers[i].name);
    readers[i].read (path, &error);
    fixture_assert_contains (error->message, path);
    fixture_assert_contains (error->message, most);
    g_clear_error (&error);
    if (limit <= READ_MAX) {
      g_free (zeros (readers[i].name, limit));
      readers[i].read (path, &error);
      g_assert_null (strstr (error->message, most));
    }
    g_assert_cmpint (unlink (path), ==, 0);
  }
}

/* Whatever a caller asks for, and also of a file that grows while it is read. */
static void
test_file_limit (void)
{
  g_autofree char *path = zeros ("file", TABELLA_FILE_LIMIT + 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (tabella_file_read (path, G_MAXUINT64, &error));
  FIXTURE_ERROR (&error, IO, path, "at most 1073741824");
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_null (tabella_file_read ("/proc/self/maps", 10, &error)); /* says that it is empty */
  FIXTURE_ERROR (&error, IO, "/proc/self/maps", "large");
}

/* Nobody's folder has so many names; a stick's may. */
static void
test_names (void)
{
  g_autofree char *place = fixture_path (folder, "many"), *first = NULL, *last = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_folder_make (place, NULL));
  first = zeros ("many/0", 0);
  for (guint i = 1; i < TABELLA_FOLDER_NAMES_MAX; i++) {
    char name[32];

    g_snprintf (name, sizeof name, "many/%u", i);
    last = fixture_path (folder, name);
    if (link (first, last) != 0) /* a file system takes some thousand links to one file */
      g_free (zeros (name, 0));
    g_clear_pointer (&last, g_free);
  }
  g_free (zeros ("many/.hidden", 0));
  names = tabella_folder_list (place, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (names->len, ==, TABELLA_FOLDER_NAMES_MAX);
  last = zeros ("many/one-more", 0);
  g_assert_null (tabella_folder_list (place, &error));
  FIXTURE_ERROR (&error, IO, place, "more than 150000 names");
}

int
main (int argc, char **argv)
{
  g_autoptr (json_t) json = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  int result;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  if (access ("/dev/shm", W_OK) == 0) /* so many names, in memory */
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  folder = fixture_folder ();
  json = fixture_draft (3, 2);
  election = tabella_election_parse (json, "", problems);
  g_test_add_func ("/limits/files/sizes", test_sizes);
  g_test_add_func ("/limits/files/any", test_file_limit);
  g_test_add_func ("/limits/files/names", test_names);
  result = g_test_run ();
  tabella_election_free (election);
  fixture_remove (folder);
  return result;
}
