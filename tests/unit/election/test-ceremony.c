/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <glib/gstdio.h>
#include "bytes.h"
#include "ceremony-internal.h"
#include "codes.h"
#include "files.h"
#include "fixture.h"
#include "trustee-file.h"

/* λ_i of protocol section 8 for the trustees @set. */
static void
lagrange (const guint16 *set, guint size, guint16 i, TabellaScalar *out)
{
  tabella_scalar_from_uint (out, 1);
  for (guint k = 0; k < size; k++) {
    TabellaScalar j, own, difference;

    if (set[k] == i)
      continue;
    tabella_scalar_from_uint (&j, set[k]);
    tabella_scalar_from_uint (&own, i);
    tabella_scalar_sub (&difference, &j, &own);
    g_assert_true (tabella_scalar_invert (&difference, &difference));
    tabella_scalar_mul (out, out, &j);
    tabella_scalar_mul (out, out, &difference);
  }
}

static TabellaTrustee *
open_trustee (const char *folder, guint16 index, const TabellaCeremonyKeys *keys)
{
  g_autofree char *secret = fixture_secret (folder, index);
  g_autoptr (GError) error = NULL;
  TabellaTrustee *t = tabella_trustee_load (secret, FIXTURE_PASSPHRASE, index, keys, &error);

  g_assert_no_error (error);
  return t;
}

/* Whether the secrets of @set, combined, open @key (purpose 3: K, 1: K2). */
static gboolean
combines (const char *folder, const TabellaCeremonyKeys *keys, const guint16 *set, guint size,
          guint purpose, const TabellaPoint *key)
{
  TabellaScalar sum, lambda, part;
  TabellaPoint point;

  tabella_scalar_from_uint (&sum, 0);
  for (guint k = 0; k < size; k++) {
    g_autoptr (TabellaTrustee) t = open_trustee (folder, set[k], keys);

    lagrange (set, size, set[k], &lambda);
    tabella_scalar_mul (&part, &lambda, tabella_trustee_secret (t, purpose));
    tabella_scalar_add (&sum, &sum, &part);
  }
  tabella_point_mul_base (&point, &sum);
  return tabella_point_equal (&point, key);
}

static void
keys_of (const char *folder, TabellaCeremonyKeys *keys)
{
  g_autoptr (GError) error = NULL;
  gboolean good = fixture_keys (folder, 4, keys, &error);

  g_assert_no_error (error);
  g_assert_true (good);
}

static void
test_two_of_three (void)
{
  static const guint16 sets[][2] = { { 1, 2 }, { 1, 3 }, { 2, 3 }, { 3, 1 } };
  static const guint16 alone[] = { 1, 2, 3 };
  char *folder = fixture_ceremony (3, 2, 4);
  TabellaCeremonyKeys keys;

  keys_of (folder, &keys);
  g_assert_false (tabella_point_equal (&keys.k, &keys.k2));
  for (gsize i = 0; i < G_N_ELEMENTS (sets); i++) {
    g_assert_true (combines (folder, &keys, sets[i], 2, 3, &keys.k));
    g_assert_true (combines (folder, &keys, sets[i], 2, 1, &keys.k2));
    g_assert_true (combines (folder, &keys, sets[i], 2, 2, &keys.k2));
    g_assert_false (combines (folder, &keys, sets[i], 2, 1, &keys.k));
  }
  for (gsize i = 0; i < 3; i++)
    g_assert_false (combines (folder, &keys, &alone[i], 1, 3, &keys.k));
  fixture_remove (folder);
}

static void
test_sizes (void)
{
  static const struct {
    guint n, t;
    guint16 set[5];
  } sizes[] = {
    { 1, 1, { 1 } },       { 2, 1, { 2 } },          { 2, 2, { 1, 2 } },
    { 5, 3, { 5, 1, 4 } }, { 4, 4, { 1, 2, 3, 4 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    char *folder = fixture_ceremony (sizes[i].n, sizes[i].t, 4);
    TabellaCeremonyKeys keys;

    keys_of (folder, &keys);
    g_assert_true (combines (folder, &keys, sizes[i].set, sizes[i].t, 3, &keys.k));
    g_assert_true (combines (folder, &keys, sizes[i].set, sizes[i].t, 2, &keys.k2));
    fixture_remove (folder);
  }
}

/* What a trustee no longer needs after round 4 is not in the secret file. */
static void
test_forgets (void)
{
  static const TabellaTrusteeSecrets nothing;
  char *folder = fixture_ceremony (2, 2, 4);
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autoptr (TabellaTrustee) t = tabella_trustee_file_open (secret, FIXTURE_PASSPHRASE, NULL);

  g_assert_false (tabella_scalar_is_zero (&t->s->z));
  g_assert_cmpmem (t->s->f, sizeof t->s->f, nothing.f, sizeof nothing.f);
  g_assert_cmpmem (t->s->g, sizeof t->s->g, nothing.g, sizeof nothing.g);
  g_assert_cmpmem (t->s->signing, 64, nothing.signing, 64);
  g_assert_cmpmem (t->s->transport, 32, nothing.transport, 32);
  fixture_remove (folder);
}

/* Everybody prints the same code, and it is HG's. */
static void
test_short_code (void)
{
  char *folder = fixture_ceremony (3, 2, 3);
  g_autofree char *expected = NULL;
  TabellaCeremonyKeys keys;
  char *codes[3];

  for (guint i = 1; i <= 3; i++)
    g_assert_true (fixture_round (folder, 4, i, &codes[i - 1], NULL));
  keys_of (folder, &keys);
  expected = tabella_short_code (keys.transcript);
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpstr (codes[i], ==, expected);
    g_free (codes[i]);
  }
  fixture_remove (folder);
}

/* What a file's tampering does, seen by the trustee @by in @round. */
typedef struct {
  const char *name;
  guint done;                      /* rounds before the tampering */
  const char *file, *path, *value; /* value NULL: the last digit of the hex there is changed */
  guint round, by;
  const char *complaint, *reason; /* file below ceremony/, NULL if none is written */
} Tampering;

static const Tampering tamperings[] = {
  { "r1/name", 1, "r1-02.json", "name", "\"Trustee 3\"", 2, 1, "complaint-01-02.json", "points" },
  { "r1/index", 1, "r1-02.json", "index", "3", 2, 1, "complaint-01-02.json", "points" },
  { "r1/round", 1, "r1-02.json", "round", "2", 2, 1, "complaint-01-02.json", "points" },
  { "r1/unknown", 1, "r1-02.json", "more", "2", 2, 1, "complaint-01-02.json", "points" },
  { "r1/signing-key", 1, "r1-03.json", "signing_key", ZEROS, 2, 1, "complaint-01-03.json",
    "points" },
  { "r1/changed-commitment", 2, "r1-02.json", "commitment", NULL, 3, 1, "complaint-01-02.json",
    "hash" },
  { "r1/changed-key", 2, "r1-03.json", "transport_key", NULL, 3, 1, "complaint-01-03.json",
    "hash" },
  { "r1/changed-late", 3, "r1-03.json", "transport_key", NULL, 4, 2, "complaint-02-03.json",
    "hash" },
  { "r2/other-point", 2, "r2-03.json", "f[1]", BASE_POINT, 3, 1, "complaint-01-03.json", "hash" },
  { "r2/other-e", 2, "r2-03.json", "e[0]", BASE_POINT, 3, 2, "complaint-02-03.json", "hash" },
  { "r2/no-point", 2, "r2-03.json", "f[1]", NO_POINT, 3, 1, "complaint-01-03.json", "points" },
  { "r2/identity", 2, "r2-03.json", "e[1]", ZEROS, 3, 1, "complaint-01-03.json", "points" },
  { "r2/few-points", 2, "r2-03.json", "f", "[]", 3, 1, "complaint-01-03.json", "points" },
  { "r2/more-points", 2, "r2-03.json", "f", "[" BASE_POINT "," BASE_POINT "," BASE_POINT "]", 3, 1,
    "complaint-01-03.json", "points" },
  { "r2/short-proof", 2, "r2-03.json", "proof", "\"00\"", 3, 1, "complaint-01-03.json", "points" },
  { "r2/proof", 2, "r2-01.json", "proof", NULL, 3, 3, "complaint-03-01.json", "proof" },
  { "r2/changed-late", 3, "r2-01.json", "proof", NULL, 4, 3, "complaint-03-01.json", "hash" },
  { "r3/box", 3, "r3-01.json", "shares[1].box", NULL, 4, 3, "complaint-03-01.json", "share" },
  { "r3/to", 3, "r3-01.json", "shares[0].to", "3", 4, 2, "complaint-02-01.json", "share" },
  { "r3/short-box", 3, "r3-01.json", "shares[0].box", "\"00\"", 4, 3, "complaint-03-01.json",
    "share" },
  { "r3/few", 3, "r3-01.json", "shares[0]", NULL, 4, 3, "complaint-03-01.json", "share" },
};

static void
assert_complaint (const char *folder, const char *file, const char *reason)
{
  g_autofree char *name = g_build_filename ("ceremony", file, NULL);
  g_autoptr (json_t) json = fixture_load (folder, name);
  const char *written;
  int from, about;

  g_assert_cmpint (
      json_unpack (json, "{s:i, s:i, s:s !}", "from", &from, "about", &about, "reason", &written),
      ==, 0);
  g_assert_cmpint (from, ==, file[11] - '0');
  g_assert_cmpint (about, ==, file[14] - '0');
  g_assert_cmpstr (written, ==, reason);
}

/* A complaint stops everyone, also who has not looked yet. */
static void
assert_stopped (const char *folder, const char *file)
{
  for (guint round = 1; round <= 4; round++)
    for (guint i = 1; i <= 3; i++) {
      g_autoptr (GError) error = NULL;

      g_assert_false (fixture_round (folder, round, i, NULL, &error));
      FIXTURE_ERROR (&error, STATE, file, "tabella trustee restart");
    }
}

static void
test_tampering (gconstpointer data)
{
  const Tampering *t = data;
  char *folder = fixture_ceremony (3, 2, t->done);
  g_autofree char *about = g_strdup_printf ("Trustee %c", t->file[4]);
  g_autofree char *file = g_strconcat ("ceremony/", t->file, NULL);
  g_autoptr (GError) error = NULL;

  fixture_tamper (folder, t->file, t->path, t->value);
  g_assert_false (fixture_round (folder, t->round, t->by, NULL, &error));
  FIXTURE_ERROR (&error, COMPLAINT, about, file, t->complaint);
  assert_complaint (folder, t->complaint, t->reason);
  assert_stopped (folder, t->complaint);
  fixture_remove (folder);
}

/* One's own file that is no longer as written is not held against anybody else. */
static void
test_own_file_changed (void)
{
  char *folder = fixture_ceremony (3, 2, 1);
  g_autofree char *path = fixture_path (folder, "ceremony/r1-02.json");
  g_autoptr (GError) error = NULL;

  fixture_tamper (folder, "r1-02.json", "commitment", NULL);
  g_assert_false (fixture_round (folder, 2, 2, NULL, &error));
  FIXTURE_ERROR (&error, STATE, "r1-02.json", "not the file that you made", "delete it");
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_true (fixture_round (folder, 2, 2, NULL, &error));
  g_assert_no_error (error);
  fixture_remove (folder);
}

/* A share for a trustee who does not exist: after the 32nd there is no place for one. */
static void
test_more_shares (void)
{
  char *folder = fixture_ceremony (3, 2, 3);
  g_autoptr (json_t) json = fixture_load (folder, "ceremony/r3-01.json");
  json_t *shares = json_object_get (json, "shares");
  json_t *one = json_deep_copy (json_array_get (shares, 0));
  g_autoptr (GError) error = NULL;

  json_object_set_new (one, "to", json_integer (4));
  json_array_append_new (shares, one);
  fixture_write_json (folder, "ceremony/r3-01.json", json);
  g_assert_false (fixture_round (folder, 4, 3, NULL, &error));
  assert_complaint (folder, "complaint-03-01.json", "share");
  fixture_remove (folder);
}

/* Committed to other points than round 2 shows, from the start. */
static void
test_false_commitment (void)
{
  char *folder = fixture_ceremony (2, 2, 1);
  g_autofree char *path = fixture_path (folder, "ceremony/r1-02.json");
  g_autoptr (GError) error = NULL;

  fixture_tamper (folder, "r1-02.json", "commitment", NULL);
  fixture_adopt (folder, 2);
  g_assert_true (fixture_round (folder, 2, 1, NULL, &error));
  g_assert_true (fixture_round (folder, 2, 2, NULL, &error));
  g_assert_false (fixture_round (folder, 3, 1, NULL, &error));
  FIXTURE_ERROR (&error, COMPLAINT, "r2-02.json of Trustee 2", "complaint-01-02.json");
  assert_complaint (folder, "complaint-01-02.json", "hash");
  fixture_remove (folder);
}

/* A key that no secret fits: nothing can be sealed to it. */
static void
test_low_order_transport (void)
{
  char *folder = fixture_ceremony (2, 2, 1);
  g_autoptr (GError) error = NULL;

  fixture_tamper (folder, "r1-02.json", "transport_key", ZEROS);
  fixture_adopt (folder, 2);
  g_assert_true (fixture_round (folder, 2, 1, NULL, &error));
  g_assert_true (fixture_round (folder, 2, 2, NULL, &error));
  g_assert_false (fixture_round (folder, 3, 1, NULL, &error));
  FIXTURE_ERROR (&error, COMPLAINT, "r1-02.json of Trustee 2", "transport_key");
  assert_complaint (folder, "complaint-01-02.json", "points");
  fixture_remove (folder);
}

/* Trustee 1 seals what @spoil made of the right plaintext for trustee 2: well-formed, but a wrong
 * share. */
static void
deal_wrong (const char *folder, void (*spoil) (guint8 *plain))
{
  g_autofree char *secret = fixture_secret (folder, 1);
  g_autofree char *ceremony = fixture_path (folder, "ceremony");
  g_autoptr (TabellaTrustee) t = tabella_trustee_file_open (secret, FIXTURE_PASSPHRASE, NULL);
  g_autoptr (TabellaElection) e = tabella_election_load (folder, NULL);
  g_auto (TabellaCeremonyFiles) files = { 0 };
  g_autofree TabellaCeremonyView *view = NULL;
  g_autoptr (json_t) json = fixture_load (folder, "ceremony/r3-01.json");
  guint8 plain[96], box[TABELLA_SHARE_BOX] = { 0 };
  g_autofree char *hex = NULL;
  TabellaScalar two;

  g_assert_true (tabella_ceremony_files_load (ceremony, 3, &files, NULL));
  view = tabella_ceremony_view (e, &files, 3, NULL, NULL);
  tabella_scalar_from_uint (&two, 2);
  tabella_ceremony_transport (view->hp, 1, 2, view->hash2, plain);
  for (guint k = 0; k < 2; k++) {
    const TabellaScalar *f = k == 0 ? t->s->f : t->s->g;
    TabellaScalar share;

    tabella_scalar_mul (&share, &f[1], &two);
    tabella_scalar_add (&share, &share, &f[0]);
    memcpy (plain + 32 + 32 * k, &share, 32);
  }
  spoil (plain);
  g_assert_cmpint (
      crypto_box_easy (box + 24, plain, 96, box, view->r1[1].transport, t->s->transport), ==, 0);
  hex = tabella_hex (box, sizeof box);
  json_object_set_new (json_array_get (json_object_get (json, "shares"), 0), "box",
                       json_string (hex));
  fixture_write_json (folder, "ceremony/r3-01.json", json);
}

static void
spoil_nothing (guint8 *plain)
{
}

static void
spoil_context (guint8 *plain)
{
  plain[5] ^= 1;
}

static void
spoil_f (guint8 *plain)
{
  plain[32] ^= 1;
}

static void
spoil_g (guint8 *plain)
{
  plain[64] ^= 1;
}

static void
spoil_range (guint8 *plain)
{
  memset (plain + 32, 0xFF, 32);
}

static const struct {
  const char *name;
  void (*spoil) (guint8 *);
  gboolean good;
} deals[] = {
  { "right", spoil_nothing, TRUE }, { "context", spoil_context, FALSE }, { "f", spoil_f, FALSE },
  { "g", spoil_g, FALSE },          { "range", spoil_range, FALSE },
};

static void
test_wrong_share (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (deals); i++) {
    char *folder = fixture_ceremony (3, 2, 3);
    g_autoptr (GError) error = NULL;
    gboolean accepted;

    deal_wrong (folder, deals[i].spoil);
    /* Who made the file may not use another one, hence trustee 2 alone looks. */
    accepted = fixture_round (folder, 4, 2, NULL, &error);
    g_assert_true (accepted == deals[i].good);
    if (!accepted) {
      FIXTURE_ERROR (&error, COMPLAINT, "r3-01.json of Trustee 1", "complaint-02-01.json");
      assert_complaint (folder, "complaint-02-01.json", "share");
    }
    fixture_remove (folder);
  }
}

/* A file that is no JSON was cut or damaged on the way: it is asked for again. */
static void
test_damaged (void)
{
  static const struct {
    guint done;
    const char *file;
    guint round, by;
  } damaged[] = {
    { 1, "ceremony/r1-02.json", 2, 1 },
    { 2, "ceremony/r2-02.json", 3, 1 },
    { 3, "ceremony/r3-02.json", 4, 1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (damaged); i++) {
    char *folder = fixture_ceremony (2, 2, damaged[i].done);
    g_autofree char *path = fixture_path (folder, damaged[i].file);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    fixture_write (folder, damaged[i].file, "{\"round\": 1,");
    g_assert_false (fixture_round (folder, damaged[i].round, damaged[i].by, NULL, &error));
    FIXTURE_ERROR (&error, COMPLAINT, damaged[i].file, "Trustee 2", "ask for it again");
    g_assert_false (fixture_exists (folder, "ceremony/complaint-01-02.json"));
    fixture_write (folder, damaged[i].file, text);
    g_assert_true (fixture_round (folder, damaged[i].round, damaged[i].by, NULL, &error));
    g_assert_no_error (error);
    fixture_remove (folder);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ceremony/two-of-three", test_two_of_three);
  g_test_add_func ("/ceremony/sizes", test_sizes);
  g_test_add_func ("/ceremony/forgets", test_forgets);
  g_test_add_func ("/ceremony/short-code", test_short_code);
  for (gsize i = 0; i < G_N_ELEMENTS (tamperings); i++) {
    g_autofree char *path = g_strconcat ("/ceremony/tampering/", tamperings[i].name, NULL);

    g_test_add_data_func (path, &tamperings[i], test_tampering);
  }
  g_test_add_func ("/ceremony/own-file-changed", test_own_file_changed);
  g_test_add_func ("/ceremony/more-shares", test_more_shares);
  g_test_add_func ("/ceremony/false-commitment", test_false_commitment);
  g_test_add_func ("/ceremony/low-order-transport", test_low_order_transport);
  g_test_add_func ("/ceremony/wrong-share", test_wrong_share);
  g_test_add_func ("/ceremony/damaged", test_damaged);
  return g_test_run ();
}
