/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ends of an election on a tablet: leaving practice, and retiring. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "copy.h"
#include "destroy.h"
#include "export.h"
#include "files.h"
#include "life.h"
#include "practice.h"
#include "station-private.h"

#define COMBINED 6

static const char *const passphrases[] = { "first officer", "second officer" };
static const char *const others[] = { "third officer", "fourth officer" };

static char *
file_in (const char *dir, const char *name)
{
  return g_build_filename (dir, name, NULL);
}

static gboolean
has (const char *dir, const char *name)
{
  g_autofree char *path = file_in (dir, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* A terminal that counts as official: nothing below reads its manifest from the disk anew, but a
 * restart. */
static void
make_official (TabellaStation *s)
{
  s->package->manifest->practice = FALSE;
}

/* Closed, a safety copy and the final on a stick. */
static TabellaStation *
closed (Practice *p, gboolean official, char **stick)
{
  TabellaStation *s = practice_open (p, COMBINED);
  g_autofree char *text = NULL, *copy = NULL;
  TabellaStick usb;
  GError *error = NULL;

  *stick = practice_file (p, "usb");
  usb = (TabellaStick){ .root = *stick };
  g_assert_true (tabella_folder_make (*stick, &error));
  if (official)
    make_official (s);
  g_assert_true (tabella_export_safety_copy (s, &usb, &copy, &error));
  g_assert_no_error (error);
  g_assert_true (tabella_export_close (s, &error));
  g_assert_true (tabella_export_final (s, &usb, &text, &error));
  g_assert_no_error (error);
  return s;
}

static TabellaStation *
reopen (const char *dir)
{
  GError *error = NULL;
  TabellaStation *s = tabella_station_open (dir, &error);

  g_assert_no_error (error);
  tabella_station_set_cost (s, TABELLA_VAULT_REHEARSAL);
  return s;
}

/* Nothing but the enrolment and the keys under the setup code. */
static void
assert_enrolled (TabellaStation *s, const char *code)
{
  static const char *const gone[] = { "officers.vaults", "box.db", "box.db-journal", "package",
                                      "amendments",      "out",    "running",        "leaving" };
  GError *error = NULL;

  g_assert_cmpint (tabella_station_state (s), ==, TABELLA_STATION_ENROLLED);
  g_assert_false (tabella_station_unlocked (s));
  g_assert_null (tabella_station_manifest (s));
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++)
    g_assert_false (has (s->dir, gone[i]));
  g_assert_true (tabella_station_check_setup_code (s, code, &error));
  g_assert_no_error (error);
}

static void
install (Practice *p, TabellaStation *s)
{
  g_autofree char *stick = practice_file (p, "stick");
  g_autoptr (TabellaPackage) package = NULL;
  GError *error = NULL;

  package = tabella_station_find_package (s, stick, &error);
  g_assert_no_error (error);
  tabella_station_install (s, package, &error);
  g_assert_no_error (error);
}

static void
test_leave_practice (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *stick = NULL;
  TabellaStation *s = closed (p, FALSE, &stick);
  char *code = tabella_setup_code_new ();
  g_autofree char *dir = g_strdup (s->dir), *before = tabella_station_enrolment (s, NULL);
  g_autofree char *after = NULL;
  TabellaTerminalSecrets *secrets;
  GError *error = NULL;

  g_assert_true (tabella_life_may_leave_practice (s));
  tabella_life_leave_practice (s, code, &error);
  g_assert_no_error (error);
  assert_enrolled (s, code);
  tabella_station_free (s);
  s = reopen (dir);
  assert_enrolled (s, code);
  after = tabella_station_enrolment (s, &error);
  g_assert_cmpstr (before, ==, after);

  /* The same keys, which the organisers know. */
  secrets = tabella_simulated_secrets_load (p->folder, COMBINED, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (secrets->ballot_key, 32, s->enrolment->ballot_key, 32);
  tabella_terminal_secrets_free (secrets);

  /* The next election on the same tablet: other officers, and those of the practice open nothing.
   */
  assert_refused (tabella_station_unlock (s, passphrases, 1, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "no officers yet");
  install (p, s);
  g_assert_true (tabella_station_first_opening (s, code, others, 2, "97531", &error));
  g_assert_no_error (error);
  tabella_station_lock (s);
  assert_refused (tabella_station_unlock (s, passphrases, 1, &error), &error,
                  TABELLA_STATION_ERROR_PASSPHRASE, "do not unlock");
  g_assert_true (tabella_station_unlock (s, others, 1, &error));
  g_assert_true (tabella_station_zero_report (s, &error));
  tabella_station_free (s);
  tabella_setup_code_free (code);
}

static void
test_leave_refused (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *stick = NULL;
  TabellaStation *s = practice_open (p, COMBINED);
  char *code = tabella_setup_code_new ();
  GError *error = NULL;

  g_assert_false (tabella_life_may_leave_practice (s));
  assert_refused (tabella_life_leave_practice (s, code, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "not closed");
  g_assert_true (tabella_export_close (s, &error));
  assert_refused (tabella_life_leave_practice (s, "too short", &error), &error,
                  TABELLA_STATION_ERROR_PASSPHRASE, "setup code");
  g_assert_false (has (s->dir, "setup.vault"));
  g_assert_false (has (s->dir, "leaving"));

  /* Never in an official election. */
  make_official (s);
  g_assert_false (tabella_life_may_leave_practice (s));
  assert_refused (tabella_life_leave_practice (s, code, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "official");
  g_assert_false (has (s->dir, "setup.vault"));
  g_assert_false (has (s->dir, "leaving"));
  g_assert_true (has (s->dir, "officers.vaults"));
  s->package->manifest->practice = TRUE;
  tabella_station_lock (s);
  g_assert_false (tabella_life_may_leave_practice (s));
  assert_refused (tabella_life_leave_practice (s, code, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "locked");
  tabella_station_free (s);
  tabella_setup_code_free (code);
}

/* What a cut leaves: the state folder of before, with some of the steps taken by hand. */
static char *
as_cut (Practice *p, const char *before, const char *name, const char *vault, gboolean marked,
        const char *const *gone)
{
  char *dir = practice_file (p, name);
  g_autofree char *setup = file_in (dir, "setup.vault"), *mark = file_in (dir, "leaving");
  GError *error = NULL;

  g_assert_true (tabella_folder_copy (before, dir, &error));
  g_assert_no_error (error);
  g_assert_true (tabella_file_copy (vault, setup, 0600, &error));
  if (marked)
    g_assert_true (tabella_file_write (mark, "", 0, 0600, &error));
  for (; *gone != NULL; gone++) {
    g_autofree char *path = file_in (dir, *gone);

    g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR) ? tabella_destroy_folder (path, &error)
                                                          : tabella_destroy_file (path, &error));
  }
  return dir;
}

/* The power goes at any step: closed with the practice's passphrases, or enrolled with the new
 * code, and nothing between. */
static void
test_leave_cut (void)
{
  static const char *const steps[] = { "officers.vaults", "box.db",     "box.db-journal",
                                       "package",         "amendments", "out" };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *stick = NULL, *before = practice_file (p, "before"), *vault = NULL, *dir = NULL;
  TabellaStation *s = closed (p, FALSE, &stick);
  char *code = tabella_setup_code_new ();
  const char *gone[G_N_ELEMENTS (steps) + 1] = { NULL };
  GError *error = NULL;

  dir = g_strdup (s->dir);
  vault = file_in (dir, "setup.vault");
  tabella_station_lock (s);
  g_assert_true (tabella_folder_copy (dir, before, &error));
  practice_unlock (s);
  g_assert_true (tabella_life_leave_practice (s, code, &error));
  tabella_station_free (s);

  {
    /* Before the mark: the new code was never said to be good. */
    g_autofree char *cut = as_cut (p, before, "cut", vault, FALSE, gone);

    s = reopen (cut);
    g_assert_cmpint (tabella_station_state (s), ==, TABELLA_STATION_CLOSED);
    g_assert_false (has (cut, "setup.vault"));
    practice_unlock (s);
    g_assert_true (tabella_export_final_delivered (s));
    tabella_station_free (s);
  }
  for (guint n = 0; n <= G_N_ELEMENTS (steps); n++) {
    g_autofree char *name = g_strdup_printf ("cut-%u", n);
    g_autofree char *cut = NULL;

    for (guint i = 0; i < n; i++)
      gone[i] = steps[i];
    cut = as_cut (p, before, name, vault, TRUE, gone);
    s = reopen (cut);
    assert_enrolled (s, code);
    tabella_station_free (s);
  }
  tabella_setup_code_free (code);
}

/* A mark alone destroys nothing: the officers' vaults may be the only place of the keys. */
static void
test_leave_mark_alone (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  g_autofree char *mark = file_in (s->dir, "leaving");
  GError *error = NULL;

  tabella_station_free (s);
  g_assert_true (tabella_file_write (mark, "", 0, 0600, &error));
  s = practice_restart (p, COMBINED);
  g_assert_cmpint (tabella_station_state (s), ==, TABELLA_STATION_OPEN);
  g_assert_false (has (s->dir, "leaving"));
  tabella_station_free (s);
}

/* The wrong package was installed: until the first opening it can be taken off again. */
static void
test_uninstall (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = practice_file (p, "tablet"), *enrolment = NULL;
  TabellaStation *s = reopen (dir);
  TabellaTerminalSecrets *secrets;
  GError *error = NULL;
  char *code;

  assert_refused (tabella_life_uninstall (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "never opened");
  secrets = tabella_simulated_secrets_load (p->folder, COMBINED, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_station_enrol (s, "simulated", secrets, TRUE, &code, &enrolment, &error));
  install (p, s);
  g_assert_true (tabella_life_uninstall (s, &error));
  g_assert_no_error (error);
  assert_enrolled (s, code);
  install (p, s);
  g_assert_true (tabella_station_first_opening (s, code, passphrases, 2, PRACTICE_PIN, &error));
  assert_refused (tabella_life_uninstall (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "never opened");
  tabella_station_lock (s);
  assert_refused (tabella_life_uninstall (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "never opened");
  g_assert_true (has (dir, "officers.vaults"));
  tabella_station_free (s);
  tabella_setup_code_free (code);
}

static void
assert_same_final (const char *a, const char *b)
{
  static const char *const names[] = { "ballots", "ballots.minisig", "checkins", "receipt.png",
                                       "receipt.txt" };
  g_autofree char *folder = tabella_batch_folder (COMBINED, 2);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *one = g_build_filename (a, folder, names[i], NULL);
    g_autofree char *two = g_build_filename (b, folder, names[i], NULL);
    GError *error = NULL;
    g_autoptr (GBytes) first = tabella_file_read (one, TABELLA_FILE_LIMIT, &error);
    g_autoptr (GBytes) second = tabella_file_read (two, TABELLA_FILE_LIMIT, &error);

    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (first, second));
  }
}

/* Not one file below @dir holds @needle. */
static void
assert_nowhere (const char *dir, gconstpointer needle, gsize size)
{
  g_autoptr (GDir) d = g_dir_open (dir, 0, NULL);
  const char *name;

  g_assert_nonnull (d);
  while ((name = g_dir_read_name (d)) != NULL) {
    g_autofree char *path = file_in (dir, name);
    g_autofree char *text = NULL;
    gsize length = 0;

    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      assert_nowhere (path, needle, size);
      continue;
    }
    g_assert_true (g_file_get_contents (path, &text, &length, NULL));
    g_assert_null (memmem (text, length, needle, size));
  }
}

/* What is left of a retired terminal: no secret, no roll, no box; public files and the final. */
static void
assert_retired (TabellaStation *s)
{
  static const char *const gone[] = { "officers.vaults", "setup.vault",  "box.db", "box.db-journal",
                                      "running",         "package/roll", "leaving" };
  g_autofree char *code = NULL, *enrolment = NULL;
  GError *error = NULL;
  guint16 number;

  g_assert_cmpint (tabella_station_state (s), ==, TABELLA_STATION_RETIRED);
  g_assert_false (tabella_station_unlocked (s));
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++)
    g_assert_false (has (s->dir, gone[i]));
  assert_refused (tabella_station_unlock (s, passphrases, 1, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "retired");
  assert_refused (tabella_station_first_opening (s, "0000-0000-0000-0000", passphrases, 2,
                                                 PRACTICE_PIN, &error),
                  &error, TABELLA_STATION_ERROR_STATE, "");
  assert_refused (tabella_station_enrol (s, "again", NULL, FALSE, &code, &enrolment, &error),
                  &error, TABELLA_STATION_ERROR_STATE, "keys already");
  g_assert_false (tabella_station_pin (s, PRACTICE_PIN, &error));
  g_clear_error (&error);
  g_assert_true (tabella_export_final_number (s, &number, &error));
  g_assert_cmpuint (number, ==, 2);
}

static void
test_retire (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *stick = NULL, *other = practice_file (p, "usb-2"), *text = NULL, *spoilt = NULL;
  TabellaStation *s = closed (p, TRUE, &stick);
  g_autofree char *dir = g_strdup (s->dir), *pub = practice_file (p, "stick");
  g_autoptr (TabellaPackage) package = NULL;
  TabellaStick usb = { .root = other };
  guint8 sealed[64];
  GError *error = NULL;

  memcpy (sealed, g_bytes_get_data (s->package->sealed_keys, NULL), sizeof sealed);
  g_assert_true (tabella_folder_make (other, &error));
  tabella_life_retire (s, &error);
  g_assert_no_error (error);
  assert_retired (s);
  tabella_station_free (s);
  s = reopen (dir);
  assert_retired (s);
  assert_nowhere (dir, sealed, sizeof sealed);
  make_official (s);

  /* The final, again and with the same bytes. */
  g_assert_true (tabella_export_final (s, &usb, &text, &error));
  g_assert_no_error (error);
  assert_same_final (stick, other);

  /* It takes no other election, and not this one again. */
  package = tabella_station_find_package (s, pub, &error);
  g_assert_no_error (error);
  assert_refused (tabella_station_install (s, package, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "retired");

  /* Spoilt, it is not made again: the stick has it. */
  spoilt = g_build_filename (dir, "out", "batch-0002", "ballots", NULL);
  g_assert_cmpint (truncate (spoilt, 100), ==, 0);
  g_clear_pointer (&text, g_free);
  assert_refused (tabella_export_final (s, &usb, &text, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, "the stick has it");
  g_assert_null (text);
  tabella_station_free (s);
}

static void
test_retire_refused (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *stick = practice_file (p, "usb"), *kept = NULL, *text = NULL;
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaStick usb = { .root = stick };
  GError *error = NULL;

  g_assert_true (tabella_folder_make (stick, &error));
  make_official (s);
  assert_refused (tabella_life_retire (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "not closed");
  g_assert_true (tabella_export_close (s, &error));
  assert_refused (tabella_life_retire (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "write it first");
  g_assert_true (tabella_export_final (s, &usb, &text, &error));
  s->package->manifest->practice = TRUE;
  assert_refused (tabella_life_retire (s, &error), &error, TABELLA_STATION_ERROR_STATE, "practice");
  make_official (s);
  tabella_station_lock (s);
  assert_refused (tabella_life_retire (s, &error), &error, TABELLA_STATION_ERROR_STATE, "locked");
  practice_unlock (s);
  kept = g_build_filename (s->dir, "out", "batch-0001", "checkins", NULL);
  g_assert_cmpint (truncate (kept, 10), ==, 0);
  assert_refused (tabella_life_retire (s, &error), &error, TABELLA_STATION_ERROR_STORAGE,
                  "does not read back");
  g_assert_true (has (s->dir, "officers.vaults"));
  g_assert_false (has (s->dir, "retired"));
  tabella_station_free (s);
}

/* The power goes at any step: it is retired at the next start. */
static void
test_retire_cut (void)
{
  static const char *const steps[] = { "officers.vaults", "box.db-journal", "box.db",
                                       "package/roll" };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *stick = NULL, *before = practice_file (p, "before");
  TabellaStation *s = closed (p, TRUE, &stick);
  GError *error = NULL;

  tabella_station_lock (s);
  g_assert_true (tabella_folder_copy (s->dir, before, &error));
  tabella_station_free (s);
  for (guint n = 0; n <= G_N_ELEMENTS (steps); n++) {
    g_autofree char *name = g_strdup_printf ("cut-%u", n), *dir = practice_file (p, name);
    g_autofree char *mark = file_in (dir, "retired");

    g_assert_true (tabella_folder_copy (before, dir, &error));
    g_assert_true (tabella_file_write (mark, "2\n", 2, 0600, &error));
    for (guint i = 0; i < n; i++) {
      g_autofree char *path = file_in (dir, steps[i]);

      g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR) ? tabella_destroy_folder (path, &error)
                                                            : tabella_destroy_file (path, &error));
    }
    s = reopen (dir);
    assert_retired (s);
    tabella_station_free (s);
  }
}

/* What is removed is overwritten first: seen through another name of the same file. */
static void
test_destroy (void)
{
  g_autofree char *dir = g_dir_make_tmp ("tabella-destroy-XXXXXX", NULL);
  g_autofree char *path = file_in (dir, "in/secret"), *name = file_in (dir, "other");
  g_autofree char *folder = file_in (dir, "in"), *hidden = file_in (dir, "in/.hidden");
  g_autofree char *link_to = file_in (dir, "in/link"), *text = NULL,
                  *apart = file_in (dir, "apart"), *kept = file_in (dir, "kept/apart"),
                  *kept_folder = file_in (dir, "kept"), *link_in = file_in (dir, "in/folder");
  g_autofree char *big = g_strnfill (200000, 'x');
  gsize size;
  GError *error = NULL;

  g_assert_true (tabella_destroy_file (path, &error));
  g_assert_true (tabella_destroy_folder (folder, &error));
  g_assert_true (tabella_file_write (path, big, 200000, 0600, &error));
  g_assert_true (tabella_file_write (hidden, "x", 1, 0600, &error));
  g_assert_true (tabella_file_write (apart, "stays", 5, 0600, &error));
  g_assert_true (tabella_file_write (kept, "stays", 5, 0600, &error));
  g_assert_cmpint (symlink (apart, link_to), ==, 0);
  g_assert_cmpint (symlink (kept_folder, link_in), ==, 0);
  g_assert_cmpint (link (path, name), ==, 0);
  g_assert_true (tabella_destroy_folder (folder, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_get_contents (name, &text, &size, NULL));
  g_assert_cmpuint (size, ==, 200000);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpint (text[i], ==, 0);
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (apart, &text, &size, NULL));
  g_assert_cmpstr (text, ==, "stays");
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (kept, &text, &size, NULL));
  g_assert_cmpstr (text, ==, "stays");
  g_assert_true (tabella_folder_remove (dir, &error));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/life/leave-practice", test_leave_practice);
  g_test_add_func ("/life/leave-refused", test_leave_refused);
  g_test_add_func ("/life/leave-cut", test_leave_cut);
  g_test_add_func ("/life/leave-mark-alone", test_leave_mark_alone);
  g_test_add_func ("/life/uninstall", test_uninstall);
  g_test_add_func ("/life/retire", test_retire);
  g_test_add_func ("/life/retire-refused", test_retire_refused);
  g_test_add_func ("/life/retire-cut", test_retire_cut);
  g_test_add_func ("/life/destroy", test_destroy);
  return g_test_run ();
}
