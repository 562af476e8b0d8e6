/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include "bytes.h"
#include "files.h"
#include "fixture.h"
#include "trustee-file.h"

static void
test_init_refuses (void)
{
  char *folder = fixture_ceremony (3, 2, 0);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autofree char *other = fixture_secret (folder, 9);
  g_autoptr (GError) error = NULL;
  const TabellaVaultCost cost = TABELLA_VAULT_REHEARSAL;

  g_assert_false (tabella_trustee_init (folder, 0, "Trustee 1", secret, "p", cost, &error));
  FIXTURE_ERROR (&error, INVALID, "--index 0", "1 to 3");
  g_assert_false (tabella_trustee_init (folder, 4, "Trustee 1", secret, "p", cost, &error));
  FIXTURE_ERROR (&error, INVALID, "--index 4", "1 to 3");
  g_assert_false (tabella_trustee_init (folder, 1, "Trustee 2", secret, "p", cost, &error));
  FIXTURE_ERROR (&error, INVALID, "Trustee 2", "Trustee 1");
  g_assert_false (tabella_trustee_init (folder, 1, "Trustee 1", secret, "", cost, &error));
  FIXTURE_ERROR (&error, PASSPHRASE, "empty");
  g_assert_false (fixture_exists (folder, "secret-1"));
  g_assert_false (fixture_exists (folder, "ceremony/r1-01.json"));

  g_assert_true (tabella_trustee_init (folder, 1, "Trustee 1", secret, "p", cost, &error));
  g_assert_false (tabella_trustee_init (folder, 1, "Trustee 1", secret, "p", cost, &error));
  FIXTURE_ERROR (&error, STATE, secret, "exists");
  g_assert_false (tabella_trustee_init (folder, 1, "Trustee 1", other, "p", cost, &error));
  FIXTURE_ERROR (&error, STATE, "r1-01.json", "exists");
  fixture_remove (folder);
}

static void
test_secret_file (void)
{
  char *folder = fixture_ceremony (2, 2, 1);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autofree char *other = fixture_secret (folder, 2);
  g_autofree char *missing = fixture_secret (folder, 3);
  g_autofree char *draft = fixture_path (folder, "election.json");
  g_autoptr (GError) error = NULL;
  struct stat st;

  g_assert_cmpint (stat (secret, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  g_assert_false (tabella_trustee_open_round (folder, 1, secret, "wrong", &error));
  FIXTURE_ERROR (&error, PASSPHRASE, secret);
  g_assert_false (tabella_trustee_open_round (folder, 1, other, FIXTURE_PASSPHRASE, &error));
  FIXTURE_ERROR (&error, STATE, other, "trustee 2, not 1");
  g_assert_false (tabella_trustee_open_round (folder, 1, missing, FIXTURE_PASSPHRASE, &error));
  FIXTURE_ERROR (&error, IO, missing);
  g_assert_false (tabella_trustee_open_round (folder, 1, draft, FIXTURE_PASSPHRASE, &error));
  FIXTURE_ERROR (&error, FORMAT, draft);
  fixture_remove (folder);
}

/* Each bit of the file counts: a damaged one is refused, whatever the reason given. */
static void
test_secret_file_damaged (void)
{
  char *folder = fixture_ceremony (2, 2, 1);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autoptr (GBytes) good = tabella_file_read (secret, 1 << 20, NULL);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (good, &size);

  for (gsize at = 0; at < size; at += 7) {
    g_autofree guint8 *bad = g_memdup2 (bytes, size);
    g_autoptr (GError) error = NULL;

    bad[at] ^= 0x10;
    g_assert_true (tabella_file_write (secret, bad, size, 0600, NULL));
    g_assert_false (fixture_round (folder, 2, 1, NULL, &error));
    g_assert_true (
        g_error_matches (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT) ||
        g_error_matches (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_PASSPHRASE));
  }
  g_assert_true (tabella_file_write (secret, bytes, size - 1, 0600, NULL));
  g_assert_false (fixture_round (folder, 2, 1, NULL, NULL));
  g_assert_true (tabella_file_write (secret, bytes, size, 0600, NULL));
  g_assert_true (fixture_round (folder, 2, 1, NULL, NULL));
  fixture_remove (folder);
}

static void
test_vault_of_something_else (void)
{
  char *folder = fixture_ceremony (2, 2, 1);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autoptr (GBytes) vault =
      tabella_vault_seal ("TATRUST1 but no more", 20, FIXTURE_PASSPHRASE,
                          strlen (FIXTURE_PASSPHRASE), TABELLA_VAULT_REHEARSAL);
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_file_write (secret, g_bytes_get_data (vault, NULL),
                                     g_bytes_get_size (vault), 0600, NULL));
  g_assert_false (fixture_round (folder, 2, 1, NULL, &error));
  FIXTURE_ERROR (&error, FORMAT, secret, "not a trustee's secret file");
  fixture_remove (folder);
}

/* What opens with the passphrase and is no secret file as this program writes it. The numbers stand
 * after magic and HP; at the end are what was seen of both others' rounds, and the answers. */
static void
test_other_content (void)
{
  enum { AT_INDEX = 40, AT_N = 42, AT_T = 44, AT_ROUND = 48, SEEN = 2 * 2 * 32, ANSWERS = 4 };
  static const struct {
    gsize at;
    guint8 value;
    guint n, answers, practice, more; /* seen by n; answers; what follows */
    gboolean opens;
  } cases[] = {
    { AT_N, 2, 2, 0, 0, 0, TRUE },      { AT_N, 2, 2, 1, 1, 0, TRUE },
    { AT_INDEX, 0, 2, 0, 0, 0, FALSE }, { AT_INDEX, 3, 2, 0, 0, 0, FALSE },
    { AT_N, 33, 33, 0, 0, 0, FALSE },   { AT_T, 0, 2, 0, 0, 0, FALSE },
    { AT_T, 3, 2, 0, 0, 0, FALSE },     { AT_ROUND, 0, 2, 0, 0, 0, FALSE },
    { AT_ROUND, 5, 2, 0, 0, 0, FALSE }, { AT_N, 2, 2, 1, 2, 0, FALSE },
    { AT_N, 2, 2, 0, 0, 1, FALSE },     { AT_N, 2, 2, 2, 0, 0, FALSE },
  };
  char *folder = fixture_ceremony (2, 2, 4);
  g_autofree char *path = fixture_secret (folder, 1);
  g_autoptr (GBytes) whole = tabella_file_read (path, 1 << 20, NULL);
  const gsize length = strlen (FIXTURE_PASSPHRASE);
  g_autoptr (TabellaSecret) good = NULL;
  gsize size;

  good = tabella_vault_open (whole, FIXTURE_PASSPHRASE, length, &size, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GByteArray) content = g_byte_array_new ();
    g_autoptr (GBytes) vault = NULL;
    g_autoptr (TabellaTrustee) t = NULL;
    g_autoptr (GError) error = NULL;
    static const guint8 zeros[33 * 64];

    tabella_put (content, good, size - SEEN - ANSWERS);
    tabella_put (content, zeros, cases[i].n * 64);
    tabella_put_u32 (content, cases[i].answers);
    tabella_put (content, zeros, cases[i].answers > 0 ? 32 : 0); /* he */
    if (cases[i].answers > 0)
      tabella_put_u8 (content, (guint8)cases[i].practice);
    tabella_put (content, zeros, cases[i].answers > 0 ? 1 + 32 + 4 + 4 : 0);
    tabella_put (content, zeros, cases[i].more);
    content->data[cases[i].at] = cases[i].value;
    vault = tabella_vault_seal (content->data, content->len, FIXTURE_PASSPHRASE, length,
                                TABELLA_VAULT_REHEARSAL);
    g_assert_true (tabella_file_write (path, g_bytes_get_data (vault, NULL),
                                       g_bytes_get_size (vault), 0600, NULL));
    t = tabella_trustee_file_open (path, FIXTURE_PASSPHRASE, &error);
    g_assert_cmpint (t != NULL, ==, cases[i].opens);
    if (t == NULL)
      FIXTURE_ERROR (&error, FORMAT, path, "not a trustee's secret file");
  }
  fixture_remove (folder);
}

/* One step ahead, one step back, and not before everybody is there. */
static void
test_order (void)
{
  static const char *const verbs[] = { "init", "open", "deal", "accept" };
  char *folder = fixture_ceremony (3, 2, 0);

  for (guint done = 1; done <= 3; done++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *second = g_strdup_printf ("r%u-02.json of Trustee 2", done);
    g_autofree char *third = g_strdup_printf ("r%u-03.json of Trustee 3", done);

    g_assert_true (fixture_round (folder, done, 1, NULL, &error));
    g_assert_false (fixture_round (folder, done + 1, 1, NULL, &error));
    FIXTURE_ERROR (&error, STATE, second, third);
    for (guint round = 2; round <= 4; round++) {
      if (round == done + 1)
        continue;
      g_assert_false (fixture_round (folder, round, 1, NULL, &error));
      FIXTURE_ERROR (&error, STATE, "tabella trustee", verbs[done]);
    }
    g_assert_true (fixture_round (folder, done, 2, NULL, &error));
    g_assert_false (fixture_round (folder, done + 1, 1, NULL, &error));
    FIXTURE_ERROR (&error, STATE, third);
    g_assert_true (fixture_round (folder, done, 3, NULL, &error));
  }
  for (guint i = 1; i <= 3; i++)
    g_assert_true (fixture_round (folder, 4, i, NULL, NULL));
  for (guint round = 2; round <= 4; round++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (fixture_round (folder, round, 1, NULL, &error));
    FIXTURE_ERROR (&error, STATE, "finished");
  }
  fixture_remove (folder);
}

/* The secret is saved before the public file: cut off between them, the step gives the same bytes
 * again. */
static void
test_repeated (void)
{
  static const char *const files[] = { "ceremony/r1-01.json", "ceremony/r2-01.json",
                                       "ceremony/r3-01.json", "ceremony/r4-01.json" };

  for (guint round = 2; round <= 4; round++) {
    char *folder = fixture_ceremony (2, 2, round);
    g_autofree char *path = fixture_path (folder, files[round - 1]);
    g_autoptr (GBytes) before = tabella_file_read (path, 1 << 20, NULL);
    g_autoptr (GBytes) after = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (g_remove (path), ==, 0);
    g_assert_true (fixture_round (folder, round, 1, NULL, &error));
    g_assert_no_error (error);
    after = tabella_file_read (path, 1 << 20, NULL);
    g_assert_true (g_bytes_equal (before, after));
    fixture_remove (folder);
  }
}

/* The file of round 1 that is missing comes back with round 2. */
static void
test_repeated_first (void)
{
  char *folder = fixture_ceremony (2, 2, 1);
  g_autofree char *path = fixture_path (folder, "ceremony/r1-01.json");
  g_autoptr (GBytes) before = tabella_file_read (path, 1 << 20, NULL);
  g_autoptr (GBytes) after = NULL;

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_true (fixture_round (folder, 2, 1, NULL, NULL));
  after = tabella_file_read (path, 1 << 20, NULL);
  g_assert_true (g_bytes_equal (before, after));
  fixture_remove (folder);
}

/* A ceremony with one complaint: trustee 3 of trustee 1. */
static char *
with_complaint (void)
{
  char *folder = fixture_ceremony (3, 2, 2);
  g_autofree char *path = fixture_path (folder, "ceremony/r2-01.json");
  g_autoptr (json_t) json = tabella_json_load (path, NULL);

  fixture_edit (json, "f", "[]");
  fixture_write_json (folder, "ceremony/r2-01.json", json);
  g_assert_false (fixture_round (folder, 3, 3, NULL, NULL));
  g_assert_true (fixture_exists (folder, "ceremony/complaint-03-01.json"));
  return folder;
}

static void
forget_secrets (const char *folder)
{
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *secret = fixture_secret (folder, i);

    g_assert_cmpint (g_remove (secret), ==, 0);
  }
}

static void
test_restart (void)
{
  char *folder = with_complaint ();
  g_autofree char *old = fixture_path (folder, "old-secret");
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_ceremony_restart (folder, &error));
  g_assert_no_error (error);
  g_assert_true (fixture_exists (folder, "ceremony/restart-01/complaint-03-01.json"));
  g_assert_true (fixture_exists (folder, "ceremony/restart-01/r1-02.json"));
  g_assert_true (fixture_exists (folder, "ceremony/restart-01/r2-03.json"));
  g_assert_false (fixture_exists (folder, "ceremony/r1-02.json"));
  g_assert_false (fixture_exists (folder, "ceremony/complaint-03-01.json"));
  g_assert_false (tabella_ceremony_restart (folder, &error));
  FIXTURE_ERROR (&error, STATE, "no complaint");

  /* Secrets whose commitments everybody has seen are not used again. */
  g_assert_cmpint (g_rename (secret, old), ==, 0);
  g_assert_false (tabella_trustee_open_round (folder, 1, old, FIXTURE_PASSPHRASE, &error));
  FIXTURE_ERROR (&error, STATE, "begun again", "tabella trustee init");
  g_assert_false (fixture_exists (folder, "ceremony/r1-01.json"));
  g_assert_cmpint (g_rename (old, secret), ==, 0);
  forget_secrets (folder);
  fixture_rounds (folder, 3, 4);
  fixture_remove (folder);
}

static void
test_restart_twice (void)
{
  char *folder = with_complaint ();

  g_assert_true (tabella_ceremony_restart (folder, NULL));
  forget_secrets (folder);
  fixture_rounds (folder, 3, 2);
  fixture_write (folder, "ceremony/complaint-01-02.json",
                 "{\"from\":1,\"about\":2,\"reason\":\"proof\"}");
  g_assert_true (tabella_ceremony_restart (folder, NULL));
  g_assert_true (fixture_exists (folder, "ceremony/restart-02/complaint-01-02.json"));
  g_assert_true (fixture_exists (folder, "ceremony/restart-02/r2-01.json"));
  g_assert_true (fixture_exists (folder, "ceremony/restart-01/complaint-03-01.json"));
  fixture_remove (folder);
}

/* Cut off at any file: the next try completes the same folder. */
static void
test_restart_cut_off (void)
{
  static const char *const moved[] = { "r1-01.json", "r1-02.json", "complaint-03-01.json" };

  for (gsize n = 0; n <= G_N_ELEMENTS (moved); n++) {
    char *folder = with_complaint ();
    g_autofree char *aside = fixture_path (folder, "ceremony/.restart.tmp");
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (g_mkdir (aside, 0755), ==, 0);
    for (gsize i = 0; i < n; i++) {
      g_autofree char *from = g_build_filename (folder, "ceremony", moved[i], NULL);
      g_autofree char *to = g_build_filename (aside, moved[i], NULL);

      g_assert_cmpint (g_rename (from, to), ==, 0);
    }
    /* Nobody goes on in between: own files that are gone would be written again. */
    g_assert_false (fixture_round (folder, 3, 2, NULL, &error));
    FIXTURE_ERROR (&error, STATE, "cut off", "tabella trustee restart");
    g_assert_true (tabella_ceremony_restart (folder, &error));
    g_assert_no_error (error);
    g_assert_true (fixture_exists (folder, "ceremony/restart-01/r1-01.json"));
    g_assert_true (fixture_exists (folder, "ceremony/restart-01/r2-03.json"));
    g_assert_true (fixture_exists (folder, "ceremony/restart-01/complaint-03-01.json"));
    g_assert_false (fixture_exists (folder, "ceremony/r2-03.json"));
    fixture_remove (folder);
  }
}

static void
test_restart_sealed (void)
{
  char *folder = with_complaint ();
  g_autoptr (GError) error = NULL;

  fixture_write (folder, "manifest.json", "{}");
  g_assert_false (tabella_ceremony_restart (folder, &error));
  FIXTURE_ERROR (&error, STATE, "manifest.json", "sealed");
  g_assert_true (fixture_exists (folder, "ceremony/r1-01.json"));
  fixture_remove (folder);
}

static TabellaTrustee *
load (const char *folder, guint16 index, GError **error)
{
  g_autofree char *secret = fixture_secret (folder, index);
  TabellaCeremonyKeys keys;

  g_assert_true (fixture_keys (folder, 4, &keys, NULL));
  return tabella_trustee_load (secret, FIXTURE_PASSPHRASE, index, &keys, error);
}

static void
test_load (void)
{
  char *folder = fixture_ceremony (2, 2, 4), *other = fixture_ceremony (2, 2, 4);
  char *early = fixture_ceremony (2, 2, 3);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autofree char *unfinished = fixture_secret (early, 1);
  g_autoptr (TabellaTrustee) t = NULL;
  g_autoptr (GError) error = NULL;
  TabellaCeremonyKeys keys, others;
  TabellaPoint z;

  g_assert_true (fixture_keys (folder, 4, &keys, NULL));
  g_assert_true (fixture_keys (other, 4, &others, NULL));
  t = tabella_trustee_load (secret, FIXTURE_PASSPHRASE, 1, &keys, &error);
  g_assert_no_error (error);
  tabella_point_mul_base (&z, tabella_trustee_secret (t, 3));
  g_assert_true (tabella_point_equal (&z, &keys.z[0]));
  g_assert_null (tabella_trustee_load (secret, "wrong", 1, &keys, &error));
  FIXTURE_ERROR (&error, PASSPHRASE, secret);
  g_assert_null (tabella_trustee_load (secret, FIXTURE_PASSPHRASE, 2, &keys, &error));
  FIXTURE_ERROR (&error, INVALID, secret, "trustee 1, not 2");
  g_assert_null (tabella_trustee_load (secret, FIXTURE_PASSPHRASE, 1, &others, &error));
  FIXTURE_ERROR (&error, INVALID, secret, "another ceremony");
  g_assert_null (tabella_trustee_load (unfinished, FIXTURE_PASSPHRASE, 1, &keys, &error));
  FIXTURE_ERROR (&error, INVALID, unfinished, "tabella trustee accept");
  fixture_remove (folder);
  fixture_remove (other);
  fixture_remove (early);
}

/* Either secret that does not fit its public key is found before it is used: this is the drill
 * before the poll. */
static void
test_load_wrong_secret (void)
{
  char *folder = fixture_ceremony (2, 2, 4);
  g_autofree char *secret = fixture_secret (folder, 1);
  TabellaScalar one;

  tabella_scalar_from_uint (&one, 1);
  for (guint which = 0; which < 2; which++) {
    g_autoptr (TabellaTrustee) t = tabella_trustee_file_open (secret, FIXTURE_PASSPHRASE, NULL);
    TabellaScalar *value = which == 0 ? &t->s->z : &t->s->y;
    g_autoptr (GError) error = NULL;

    tabella_scalar_add (value, value, &one);
    g_assert_true (tabella_trustee_file_save (t, FALSE, NULL));
    g_assert_null (load (folder, 1, &error));
    FIXTURE_ERROR (&error, INVALID, secret);
    tabella_scalar_sub (value, value, &one);
    g_assert_true (tabella_trustee_file_save (t, FALSE, NULL));
  }
  fixture_remove (folder);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trustee/init-refuses", test_init_refuses);
  g_test_add_func ("/trustee/secret-file", test_secret_file);
  g_test_add_func ("/trustee/secret-file/damaged", test_secret_file_damaged);
  g_test_add_func ("/trustee/secret-file/something-else", test_vault_of_something_else);
  g_test_add_func ("/trustee/secret-file/other-content", test_other_content);
  g_test_add_func ("/trustee/order", test_order);
  g_test_add_func ("/trustee/repeated", test_repeated);
  g_test_add_func ("/trustee/repeated/first", test_repeated_first);
  g_test_add_func ("/trustee/restart", test_restart);
  g_test_add_func ("/trustee/restart/twice", test_restart_twice);
  g_test_add_func ("/trustee/restart/cut-off", test_restart_cut_off);
  g_test_add_func ("/trustee/restart/sealed", test_restart_sealed);
  g_test_add_func ("/trustee/load", test_load);
  g_test_add_func ("/trustee/load/wrong-secret", test_load_wrong_secret);
  return g_test_run ();
}
