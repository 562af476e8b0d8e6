/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>
#include "copy.h"
#include "files.h"
#include "practice.h"
#include "station-private.h"

static const char *const passphrases[] = { "first officer", "second officer" };

/* A state folder and what is done with it by hand. */
typedef struct {
  Practice *p;
  char *dir, *stick, *code;
  TabellaStation *s;
} Tablet;

static char *
file_in (const char *dir, const char *name)
{
  return g_build_filename (dir, name, NULL);
}

static void
reopen (Tablet *t)
{
  GError *error = NULL;

  g_clear_pointer (&t->s, tabella_station_free);
  t->s = tabella_station_open (t->dir, &error);
  g_assert_no_error (error);
  tabella_station_set_cost (t->s, TABELLA_VAULT_REHEARSAL);
}

/* Enrolled as simulated terminal @index of @p; 0: as a terminal that nobody knows. */
static Tablet *
tablet_new (Practice *p, guint16 index)
{
  Tablet *t = g_new0 (Tablet, 1);
  g_autofree char *name = g_strdup_printf ("tablet-%u", index);
  g_autofree char *enrolment = NULL;
  TabellaTerminalSecrets *secrets = NULL;
  GError *error = NULL;

  t->p = p;
  t->dir = practice_file (p, name);
  t->stick = practice_file (p, "stick");
  reopen (t);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_NEW);
  if (index > 0)
    secrets = tabella_simulated_secrets_load (p->folder, index, &error);
  g_assert_no_error (error);
  tabella_station_enrol (t->s, "hall, left", secrets, TRUE, &t->code, &enrolment, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (enrolment, "hall, left"));
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_ENROLLED);
  return t;
}

static void
tablet_free (Tablet *t)
{
  g_clear_pointer (&t->s, tabella_station_free);
  tabella_setup_code_free (t->code);
  g_free (t->dir);
  g_free (t->stick);
  g_free (t);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tablet, tablet_free)

static TabellaPackage *
find (Tablet *t)
{
  GError *error = NULL;
  TabellaPackage *package = tabella_station_find_package (t->s, t->stick, &error);

  g_assert_no_error (error);
  return package;
}

static void
install (Tablet *t)
{
  g_autoptr (TabellaPackage) package = find (t);
  GError *error = NULL;

  tabella_station_install (t->s, package, &error);
  g_assert_no_error (error);
}

static void
first_opening (Tablet *t)
{
  GError *error = NULL;

  tabella_station_first_opening (t->s, t->code, passphrases, 2, PRACTICE_PIN, &error);
  g_assert_no_error (error);
}

static void
assert_journal (Tablet *t, const char *expected)
{
  GError *error = NULL;
  g_autofree char *text = tabella_box_journal_text (t->s->box, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static gboolean
has (Tablet *t, const char *name)
{
  g_autofree char *path = file_in (t->dir, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_new (void)
{
  g_autofree char *dir = g_dir_make_tmp ("tabella-new-XXXXXX", NULL);
  g_autofree char *code = NULL, *enrolment = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  TabellaStation *s;
  GError *error = NULL;

  s = tabella_station_open (dir, &error);
  g_assert_no_error (error);
  tabella_station_set_cost (s, TABELLA_VAULT_REHEARSAL);
  assert_refused (tabella_station_find_package (s, dir, &error) != NULL, &error,
                  TABELLA_STATION_ERROR_STATE, "no keys yet");
  assert_refused (tabella_station_unlock (s, passphrases, 1, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "no officers yet");
  assert_refused (tabella_station_zero_report (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "no keys yet");
  assert_refused (tabella_station_check_setup_code (s, "0000-0000-0000-0000", &error), &error,
                  TABELLA_STATION_ERROR_STATE, "no keys yet");
  {
    g_autofree char *none = tabella_station_enrolment (s, &error);

    assert_refused (none != NULL, &error, TABELLA_STATION_ERROR_STATE, "no keys yet");
  }
  g_assert_null (tabella_station_label (s));
  g_assert_null (tabella_station_keys (s));
  g_assert_null (tabella_station_terminal (s));
  g_assert_null (tabella_station_manifest (s));
  g_assert_null (tabella_station_status (s));
  lines = tabella_station_self_test (s);
  g_assert_cmpuint (lines->len, ==, 8);
  for (guint i = 0; i < lines->len; i++) {
    const TabellaTestLine *line = lines->pdata[i];

    if (line->item == TABELLA_TEST_BOX_EMPTY) /* there is none */
      g_assert_cmpint (line->result, ==, TABELLA_TEST_FAILED);
    else /* nothing is official yet */
      g_assert_cmpint (line->result, !=, TABELLA_TEST_FAILED);
  }
  g_assert_false (tabella_station_enrol (s, "", NULL, FALSE, &code, &enrolment, &error));
  g_assert_nonnull (strstr (error->message, "label"));
  g_clear_error (&error);
  g_assert_cmpint (tabella_station_state (s), ==, TABELLA_STATION_NEW);
  tabella_station_free (s);
  g_assert_true (tabella_folder_remove (dir, &error));
}

static void
test_way (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 1);
  g_autofree char *code = NULL, *enrolment = NULL;
  GError *error = NULL;

  assert_refused (tabella_station_enrol (t->s, "again", NULL, FALSE, &code, &enrolment, &error),
                  &error, TABELLA_STATION_ERROR_STATE, "keys already");
  assert_refused (
      tabella_station_first_opening (t->s, t->code, passphrases, 2, PRACTICE_PIN, &error), &error,
      TABELLA_STATION_ERROR_STATE, "install");
  g_assert_true (tabella_station_check_setup_code (t->s, t->code, &error));
  reopen (t);
  install (t);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_INSTALLED);
  assert_journal (t, "{\"event\":\"enrolled\"}\n{\"event\":\"installed\"}\n");
  reopen (t);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_INSTALLED);
  g_assert_cmpmem (tabella_station_manifest (t->s)->he, 32, p->manifest->he, 32);
  g_assert_cmpuint (tabella_station_terminal (t->s)->index, ==, 1);
  g_assert_cmpint (tabella_station_status (t->s)->role, ==, TABELLA_ROLE_DESK);
  assert_refused (tabella_station_unlock (t->s, passphrases, 1, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "setup code");
  first_opening (t);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_READY);
  g_assert_true (tabella_station_unlocked (t->s));
  g_assert_false (has (t, "setup.vault"));
  assert_refused (
      tabella_station_first_opening (t->s, t->code, passphrases, 2, PRACTICE_PIN, &error), &error,
      TABELLA_STATION_ERROR_STATE, "unlock it");
  reopen (t);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_LOCKED);
  practice_unlock (t->s);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_READY);
  assert_journal (t, "{\"event\":\"enrolled\"}\n{\"event\":\"installed\"}\n"
                     "{\"event\":\"unlocked\"}\n{\"event\":\"unlocked\"}\n");
}

static void
test_first_opening_refused (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 1);
  GError *error = NULL;

  install (t);
  assert_refused (
      tabella_station_first_opening (t->s, t->code, passphrases, 1, PRACTICE_PIN, &error), &error,
      TABELLA_STATION_ERROR_REFUSED, "2 officers");
  assert_refused (tabella_station_first_opening (t->s, t->code, passphrases, 2, "12", &error),
                  &error, TABELLA_STATION_ERROR_REFUSED, "PIN");
  g_assert_false (has (t, "officers.vaults"));
  g_assert_false (tabella_station_unlocked (t->s));
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpuint (tabella_station_unlock_wait (t->s), ==, 0);
    assert_refused (tabella_station_first_opening (t->s, "0000-0000-0000-0000", passphrases, 2,
                                                   PRACTICE_PIN, &error),
                    &error, TABELLA_STATION_ERROR_PASSPHRASE, "setup code");
  }
  g_assert_cmpuint (tabella_station_unlock_wait (t->s), >, 0);
  assert_refused (
      tabella_station_first_opening (t->s, t->code, passphrases, 2, PRACTICE_PIN, &error), &error,
      TABELLA_STATION_ERROR_STATE, "wait");
  t->s->unlock_tries.last -= 10 * G_USEC_PER_SEC; /* the time passes */
  first_opening (t);
}

/* The package of another terminal, another election, an official one with rehearsal keys. */
static void
test_wrong_packages (void)
{
  g_autoptr (Practice) p = practice_new (NULL), other = practice_new ("{\"idle_seconds\": 121}");
  g_autoptr (Tablet) t = tablet_new (p, 1), stranger = tablet_new (p, 0),
                     far = tablet_new (other, 1);
  g_autoptr (TabellaPackage) package = find (t), foreign = find (far);
  GError *error = NULL;

  g_assert_null (tabella_station_find_package (stranger->s, t->stick, &error));
  g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_OTHER);
  g_clear_error (&error);

  package->manifest->practice = FALSE;
  assert_refused (tabella_station_install (t->s, package, &error), &error,
                  TABELLA_STATION_ERROR_REFUSED, "rehearsal");
  package->manifest->practice = TRUE;
  assert_refused (tabella_station_install (t->s, foreign, &error), &error,
                  TABELLA_STATION_ERROR_REFUSED, "other keys");
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_ENROLLED);
  g_assert_false (has (t, "box.db"));
  g_assert_true (tabella_station_install (t->s, package, &error));
  g_assert_true (
      tabella_station_install (t->s, package, &error)); /* the same again changes nothing */
  assert_journal (t, "{\"event\":\"enrolled\"}\n{\"event\":\"installed\"}\n");
  assert_refused (tabella_station_install (t->s, foreign, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "takes no other");

  t->s->package->manifest->practice = FALSE;
  assert_refused (
      tabella_station_first_opening (t->s, t->code, passphrases, 2, PRACTICE_PIN, &error), &error,
      TABELLA_STATION_ERROR_REFUSED, "rehearsal");
}

/* One key of three is another's: nothing of the package is taken. */
static void
test_other_keys (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 1);
  g_autoptr (TabellaPackage) package = find (t);
  TabellaTerminalInfo *info = (TabellaTerminalInfo *)package->terminal;
  guint8 *const keys[] = { info->ballot_key, info->batch_key, info->box_key };
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    keys[i][31] ^= 1;
    assert_refused (tabella_station_install (t->s, package, &error), &error,
                    TABELLA_STATION_ERROR_REFUSED, "other keys");
    keys[i][31] ^= 1;
    g_assert_false (has (t, "package"));
    g_assert_false (has (t, "box.db"));
  }
  g_assert_true (tabella_station_install (t->s, package, &error));
}

/* For an official election the vault says what the keys cost, and the enrolment whose they are. */
static void
test_official (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 1);
  g_autoptr (TabellaPackage) package = find (t);
  g_autoptr (GBytes) vault = NULL;
  g_autofree char *setup = file_in (t->dir, "setup.vault");
  GError *error = NULL;
  gsize size;
  guint8 *bytes;

  package->manifest->practice = FALSE;
  vault = tabella_file_read (setup, TABELLA_FILE_LIMIT, &error);
  bytes = g_memdup2 (g_bytes_get_data (vault, &size), g_bytes_get_size (vault));
  t->s->enrolment->simulated = FALSE;
  assert_refused (tabella_station_install (t->s, package, &error), &error,
                  TABELLA_STATION_ERROR_REFUSED, "rehearsal"); /* the vault's cost */
  memcpy (bytes + 8, "\3\0\0\0\0\0\1\0", 8);                   /* as a normal one asks for */
  g_assert_true (tabella_file_write (setup, bytes, size, 0600, &error));
  t->s->enrolment->simulated = TRUE;
  assert_refused (tabella_station_install (t->s, package, &error), &error,
                  TABELLA_STATION_ERROR_REFUSED, "rehearsal");
  bytes[0] = 'X';
  g_assert_true (tabella_file_write (setup, bytes, size, 0600, &error));
  g_assert_false (tabella_station_install (t->s, package, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_cmpint (unlink (setup), ==, 0);
  g_assert_false (tabella_station_install (t->s, package, &error));
  g_assert_nonnull (strstr (error->message, "setup.vault"));
  g_clear_error (&error);
  g_assert_false (has (t, "package"));
  g_free (bytes);
}

/* The file for the organisers, again; and keys that are not those of that file. */
static void
test_enrolment (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 1), other = tablet_new (p, 2);
  g_autofree char *mine = file_in (t->dir, "enrolment.json");
  g_autofree char *theirs = file_in (other->dir, "enrolment.json");
  g_autofree char *text = NULL, *kept = NULL;
  GError *error = NULL;

  text = tabella_station_enrolment (t->s, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (mine, &kept, NULL, &error));
  g_assert_cmpstr (text, ==, kept);
  g_assert_cmpstr (tabella_station_label (t->s), ==, "hall, left");
  g_assert_cmpint (unlink (mine), ==, 0);
  g_assert_null (tabella_station_enrolment (t->s, &error));
  g_assert_nonnull (strstr (error->message, "enrolment.json"));
  g_clear_error (&error);

  g_assert_true (tabella_file_copy (theirs, mine, 0644, &error));
  reopen (t);
  assert_refused (tabella_station_check_setup_code (t->s, t->code, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, "not of one terminal");
}

/* What stands where the box is to be made, and cannot be removed, stops the installation alone. */
static void
test_in_the_way (void)
{
  static const char *const names[] = { ".box.db.tmp", ".box.db.tmp-journal" };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 1);
  g_autoptr (TabellaPackage) package = find (t);
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = file_in (t->dir, names[i]);

    g_assert_true (tabella_folder_make (path, &error));
    assert_refused (tabella_station_install (t->s, package, &error), &error,
                    TABELLA_STATION_ERROR_STORAGE, "cannot be removed");
    g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_ENROLLED);
    g_assert_false (has (t, "box.db"));
    g_assert_true (tabella_folder_remove (path, &error));
  }
  g_assert_true (tabella_station_install (t->s, package, &error));
}

/* A crash at any step of the installation leaves an enrolled or an installed terminal. */
static void
test_cut_installation (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 6);
  g_autofree char *box = file_in (t->dir, "box.db"), *made = file_in (t->dir, ".box.db.tmp");
  g_autofree char *journal = file_in (t->dir, ".box.db.tmp-journal");
  g_autofree char *setup = file_in (t->dir, "setup.vault"), *saved = file_in (t->dir, "saved");
  GError *error = NULL;

  g_assert_true (tabella_file_write (made, "half", 4, 0600, &error));
  g_assert_true (tabella_file_write (journal, "half", 4, 0600, &error));
  install (t);
  g_assert_false (has (t, ".box.db.tmp"));
  g_assert_false (has (t, ".box.db.tmp-journal"));
  g_clear_pointer (&t->s, tabella_station_free);

  g_assert_cmpint (rename (box, made), ==, 0); /* before the last rename */
  reopen (t);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_ENROLLED);
  install (t);
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_INSTALLED);

  /* Between wrapping the keys for the officers and destroying the setup code's vault. */
  g_assert_cmpint (link (setup, saved), ==, 0);
  first_opening (t);
  g_assert_cmpint (rename (saved, setup), ==, 0);
  reopen (t);
  g_assert_false (has (t, "setup.vault"));
  g_assert_cmpint (tabella_station_state (t->s), ==, TABELLA_STATION_LOCKED);
}

static guint16
last_amendment (Tablet *t)
{
  return t->s->amendments->len == 0
             ? 0
             : ((TabellaAmendment *)t->s->amendments->pdata[t->s->amendments->len - 1])->number;
}

static void
test_amendments (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = NULL;
  g_autoptr (TabellaPackage) older = NULL, newer = NULL;
  g_autofree char *folder = NULL, *file = NULL;
  GError *error = NULL;
  guint taken;

  practice_amend (p, TABELLA_AMEND_NOTICE, 0, 0);
  t = tablet_new (p, 5);
  older = find (t);
  practice_amend (p, TABELLA_AMEND_REVOKED, 9, 0);
  install (t);
  assert_journal (t, "{\"event\":\"enrolled\"}\n{\"event\":\"installed\"}\n"
                     "{\"event\":\"amended\",\"number\":1,\"kind\":9,\"target\":0,\"value\":0}\n"
                     "{\"event\":\"amended\",\"number\":2,\"kind\":7,\"target\":9,\"value\":0}\n");
  assert_refused (tabella_station_install (t->s, older, &error), &error,
                  TABELLA_STATION_ERROR_REFUSED, "older");
  g_assert_true (tabella_station_amend (t->s, t->stick, &taken, &error));
  g_assert_cmpuint (taken, ==, 0);

  /* The spare gets a place by an amendment on a stick, and knows it after a restart. */
  first_opening (t);
  g_assert_cmpint (tabella_station_status (t->s)->role, ==, TABELLA_ROLE_SPARE);
  assert_refused (tabella_station_zero_report (t->s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "amendment");
  practice_amend (p, TABELLA_AMEND_REVOKED, 1, 0);
  practice_amend (p, TABELLA_AMEND_SPARE, 5,
                  tabella_amend_spare_value (1, 0x01F, TABELLA_ROLE_DESK));
  folder = file_in (p->folder, "amendments");
  {
    /* A step that was cut after its file and before its line in the journal was not taken. */
    g_autofree char *source = file_in (folder, "0003.json"),
                    *to = file_in (t->dir, "amendments/0003.json");
    g_autofree char *sig = g_strconcat (source, ".minisig", NULL);
    g_autofree char *sig_to = g_strconcat (to, ".minisig", NULL);

    g_assert_true (tabella_file_copy (source, to, 0644, &error));
    g_assert_true (tabella_file_copy (sig, sig_to, 0644, &error));
    reopen (t);
    g_assert_cmpuint (last_amendment (t), ==, 2);
  }
  g_assert_true (tabella_station_amend (t->s, folder, &taken, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (taken, ==, 2);
  g_assert_true (tabella_station_amend (t->s, folder, &taken, &error));
  g_assert_cmpuint (taken, ==, 0);
  reopen (t);
  g_assert_cmpuint (last_amendment (t), ==, 4);
  g_assert_cmpint (tabella_station_status (t->s)->role, ==, TABELLA_ROLE_DESK);
  g_assert_true (tabella_station_status (t->s)->took_over);
  practice_unlock (t->s);
  g_assert_true (tabella_station_zero_report (t->s, &error));
  g_assert_true (tabella_station_open_poll (t->s, &error));

  /* Revoked in the middle of the poll. */
  practice_amend (p, TABELLA_AMEND_REVOKED, 5, 0);
  newer = find (t);
  g_assert_true (tabella_station_install (t->s, newer, &error));
  g_assert_cmpuint (last_amendment (t), ==, 5);
  assert_refused (tabella_station_serves (t->s, TABELLA_FOR_ALL, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "revoked");
  g_assert_true (tabella_station_pause (t->s, &error));
  assert_refused (tabella_station_resume (t->s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "revoked");

  /* An amendment that was taken and is gone is noticed. */
  file = file_in (t->dir, "amendments/0004.json");
  g_clear_pointer (&t->s, tabella_station_free);
  g_assert_cmpint (unlink (file), ==, 0);
  assert_refused (tabella_station_open (t->dir, &error) != NULL, &error,
                  TABELLA_STATION_ERROR_STORAGE, "amendments");
}

static void
test_bad_sticks (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (Tablet) t = tablet_new (p, 1);
  g_autofree char *nowhere = practice_file (p, "nowhere");
  g_autofree char *file = NULL, *sig = NULL;
  g_autofree char *text = NULL;
  GError *error = NULL;
  guint taken;

  g_assert_null (tabella_station_find_package (t->s, nowhere, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  assert_refused (tabella_station_amend (t->s, t->stick, &taken, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "install");
  install (t);
  assert_refused (tabella_station_amend (t->s, nowhere, &taken, &error), &error,
                  TABELLA_STATION_ERROR_STICK, "amendments");

  practice_amend (p, TABELLA_AMEND_REVOKED, 9, 0);
  file = file_in (p->folder, "amendments/0001.json");
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_strdelimit (text, "9", '8');
  g_assert_true (tabella_file_write (file, text, strlen (text), 0644, &error));
  g_assert_false (tabella_station_amend (t->s, p->folder, &taken, &error));
  g_assert_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_SIGNATURE);
  g_clear_error (&error);
  g_assert_cmpuint (taken, ==, 0);
  assert_journal (t, "{\"event\":\"enrolled\"}\n{\"event\":\"installed\"}\n");
}

/* What was installed is verified again at every start. */
static void
test_damaged_state (void)
{
  static const char *const files[] = { "package/manifest.json", "package/manifest.json.minisig",
                                       "package/roll/001.keys", "enrolment.json", "box.db" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (Practice) p = practice_new (NULL);
    g_autoptr (Tablet) t = tablet_new (p, 1);
    g_autofree char *path = file_in (t->dir, files[i]);
    GError *error = NULL;

    install (t);
    g_clear_pointer (&t->s, tabella_station_free);
    g_assert_cmpint (truncate (path, 100), ==, 0);
    g_assert_null (tabella_station_open (t->dir, &error));
    g_assert_nonnull (error);
    g_assert_true (has (t, "setup.vault"));
    g_clear_error (&error);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/install/new", test_new);
  g_test_add_func ("/install/way", test_way);
  g_test_add_func ("/install/first-opening-refused", test_first_opening_refused);
  g_test_add_func ("/install/wrong-packages", test_wrong_packages);
  g_test_add_func ("/install/other-keys", test_other_keys);
  g_test_add_func ("/install/official", test_official);
  g_test_add_func ("/install/enrolment", test_enrolment);
  g_test_add_func ("/install/in-the-way", test_in_the_way);
  g_test_add_func ("/install/cut-installation", test_cut_installation);
  g_test_add_func ("/install/amendments", test_amendments);
  g_test_add_func ("/install/bad-sticks", test_bad_sticks);
  g_test_add_func ("/install/damaged-state", test_damaged_state);
  return g_test_run ();
}
