/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <glib/gstdio.h>
#include "bytes.h"
#include "ceremony-internal.h"
#include "files.h"
#include "fixture.h"
#include "trustee-file.h"

/* The ceremony as everybody checks it, and what it depends on. */

static void
keys_of (const char *folder, TabellaCeremonyKeys *keys)
{
  g_autoptr (GError) error = NULL;
  gboolean good = fixture_keys (folder, 4, keys, &error);

  g_assert_no_error (error);
  g_assert_true (good);
}

/* What everybody checks who has the files only: manifest, terminals, verifier. */
static void
test_public_check (void)
{
  static const struct {
    const char *file, *path, *value, *part;
  } seen[] = {
    { "r1-02.json", "commitment", NULL, "Trustee 2" },
    { "r1-02.json", "name", "\"Trustee 1\"", "Trustee 2" },
    { "r1-02.json", "transport_key", NULL, "no proof of round 2" },
    { "r2-02.json", "f[0]", BASE_POINT, "Trustee 2" },
    { "r2-02.json", "proof", NULL, "Trustee 2" },
    { "r3-02.json", "shares[0].to", "2", "Trustee 2" },
    { "r4-02.json", "signature", NULL, "Trustee 2" },
    { "r4-02.json", "index", "1", "Trustee 2" },
    { "r4-02.json", "more", "1", "Trustee 2" },
  };
  char *folder = fixture_ceremony (3, 2, 4);
  TabellaCeremonyKeys keys;

  for (gsize i = 0; i < G_N_ELEMENTS (seen); i++) {
    g_autofree char *name = g_build_filename ("ceremony", seen[i].file, NULL);
    g_autoptr (json_t) before = fixture_load (folder, name);
    g_autoptr (GError) error = NULL;

    fixture_tamper (folder, seen[i].file, seen[i].path, seen[i].value);
    g_assert_false (fixture_keys (folder, 4, &keys, &error));
    FIXTURE_ERROR (&error, COMPLAINT, seen[i].part);
    fixture_write_json (folder, name, before);
    keys_of (folder, &keys);
  }
  fixture_remove (folder);
}

/* Signatures and files of one trustee are not another's. */
static void
test_public_check_swapped (void)
{
  char *folder = fixture_ceremony (3, 2, 4);
  g_autoptr (json_t) first = fixture_load (folder, "ceremony/r4-01.json");
  g_autoptr (GError) error = NULL;
  TabellaCeremonyKeys keys;

  json_object_set_new (first, "index", json_integer (2));
  fixture_write_json (folder, "ceremony/r4-02.json", first);
  g_assert_false (fixture_keys (folder, 4, &keys, &error));
  FIXTURE_ERROR (&error, COMPLAINT, "r4-02.json of Trustee 2", "signature");
  g_assert_true (fixture_keys (folder, 3, &keys, &error));
  fixture_remove (folder);
}

static void
test_public_check_missing (void)
{
  char *folder = fixture_ceremony (3, 2, 4);
  g_autofree char *r4 = fixture_path (folder, "ceremony/r4-03.json");
  g_autofree char *first = fixture_path (folder, "ceremony/r2-01.json");
  g_autofree char *third = fixture_path (folder, "ceremony/r2-03.json");
  g_autoptr (GError) error = NULL;
  TabellaCeremonyKeys keys;

  g_assert_cmpint (g_remove (r4), ==, 0);
  g_assert_false (fixture_keys (folder, 4, &keys, &error));
  FIXTURE_ERROR (&error, STATE, "r4-03.json of Trustee 3");
  g_assert_cmpint (g_remove (first), ==, 0);
  g_assert_cmpint (g_remove (third), ==, 0);
  g_assert_false (fixture_keys (folder, 3, &keys, &error));
  FIXTURE_ERROR (&error, STATE, "r2-01.json of Trustee 1, r2-03.json of Trustee 3");
  g_assert_true (fixture_keys (folder, 1, NULL, &error));
  g_assert_no_error (error);
  fixture_remove (folder);
}

/* The election's name, the numbers and the trustees' names are part of every hash. */
static void
test_context (void)
{
  static const struct {
    const char *path, *value;
  } changes[] = {
    { "name", "\"Another\"" },
    { "trustees.needed", "3" },
    { "trustees.names", "[\"Trustee 1\",\"Trustee 2\",\"Trustee 3\",\"Trustee 4\"]" },
    { "trustees.names[2]", "\"Trustee Three\"" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    char *folder = fixture_ceremony (3, 2, 2);
    g_autoptr (json_t) draft = fixture_load (folder, "election.json");
    g_autoptr (GError) error = NULL;

    fixture_edit (draft, changes[i].path, changes[i].value);
    fixture_write_json (folder, "election.json", draft);
    g_assert_false (fixture_round (folder, 3, 1, NULL, &error));
    FIXTURE_ERROR (&error, STATE, "secret-1", "election.json");
    fixture_remove (folder);
  }
}

/* Texts and stations may change after the ceremony. */
static void
test_context_free (void)
{
  char *folder = fixture_ceremony (3, 2, 4);
  g_autoptr (json_t) draft = fixture_load (folder, "election.json");
  TabellaCeremonyKeys before, after;

  keys_of (folder, &before);
  fixture_edit (draft, "contests[0].title.en", "\"First motion\"");
  fixture_edit (draft, "stations[1]", NULL);
  fixture_write_json (folder, "election.json", draft);
  keys_of (folder, &after);
  g_assert_cmpmem (&before, sizeof before, &after, sizeof after);
  fixture_remove (folder);
}

/* Trustee 2 chooses −f of trustee 1: honest commitments make that impossible to do in time, and it
 * is refused all the same. */
static void
test_empty_key (void)
{
  char *folder = fixture_ceremony (2, 1, 1);
  g_autofree char *secret1 = fixture_secret (folder, 1);
  g_autofree char *secret2 = fixture_secret (folder, 2);
  g_autoptr (TabellaTrustee) first = tabella_trustee_file_open (secret1, FIXTURE_PASSPHRASE, NULL);
  g_autoptr (TabellaTrustee) second = tabella_trustee_file_open (secret2, FIXTURE_PASSPHRASE, NULL);
  g_autoptr (json_t) json = fixture_load (folder, "ceremony/r1-02.json");
  g_autoptr (GError) error = NULL;
  g_autofree char *hex = NULL;
  TabellaScalar zero;
  TabellaPoint f, e;
  guint8 commitment[32];

  tabella_scalar_from_uint (&zero, 0);
  tabella_scalar_sub (&second->s->f[0], &zero, &first->s->f[0]);
  g_assert_true (tabella_trustee_file_save (second, FALSE, NULL));
  tabella_point_mul_base (&f, &second->s->f[0]);
  tabella_point_mul_base (&e, &second->s->g[0]);
  tabella_ceremony_commit (second->hp, 2, 1, &f, &e, commitment);
  hex = tabella_hex (commitment, 32);
  json_object_set_new (json, "commitment", json_string (hex));
  fixture_write_json (folder, "ceremony/r1-02.json", json);
  fixture_adopt (folder, 2);
  for (guint round = 2; round <= 3; round++)
    for (guint i = 1; i <= 2; i++)
      g_assert_true (fixture_round (folder, round, i, NULL, &error));
  g_assert_false (fixture_round (folder, 4, 1, NULL, &error));
  FIXTURE_ERROR (&error, INVALID, "empty key");
  fixture_remove (folder);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ceremony/public-check/tampered", test_public_check);
  g_test_add_func ("/ceremony/public-check/swapped", test_public_check_swapped);
  g_test_add_func ("/ceremony/public-check/missing", test_public_check_missing);
  g_test_add_func ("/ceremony/context", test_context);
  g_test_add_func ("/ceremony/context/free", test_context_free);
  g_test_add_func ("/ceremony/empty-key", test_empty_key);
  return g_test_run ();
}
