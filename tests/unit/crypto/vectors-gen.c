/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints test vectors of src/crypto/ as JSON, the same ones every time, for a second
 * implementation. vectors-gen             prints vectors-gen FILE        compares with FILE: exit 1
 * if a byte of the protocol has changed */
#include "vectors.h"
#include "ballot-proof.h"
#include "fixture.h"
#include "minisign.h"
#include "rfc9496.h"
#include "secret.h"

#include <stdio.h>

json_t *
vectors_hex (gconstpointer bytes, gsize size)
{
  g_autofree char *text = g_malloc (2 * size + 1);

  sodium_bin2hex (text, 2 * size + 1, bytes, size);
  return json_string (text);
}

static json_t *
hex32 (const guint8 bytes[32])
{
  return vectors_hex (bytes, 32);
}

/* --- Group --- */

static const char *const scalars[] = { "zero", "one", "minus one", "first", "second", "third" };

static TabellaScalar
chosen_scalar (gsize i)
{
  return i == 0   ? fixture_small (0)
         : i == 1 ? fixture_small (1)
         : i == 2 ? fixture_small (-1)
                  : fixture_scalar (scalars[i]);
}

static json_t *
multiples (void)
{
  json_t *list = json_array ();
  const TabellaPoint p = fixture_point ("variable base");

  for (gsize i = 0; i < G_N_ELEMENTS (scalars); i++) {
    const TabellaScalar s = chosen_scalar (i);
    TabellaPoint base, product;

    tabella_point_mul_base (&base, &s);
    tabella_point_mul (&product, &s, &p);
    json_array_append_new (list, json_pack ("{s:o, s:o, s:o, s:o}", "scalar", hex32 (s.b),
                                            "times_g", hex32 (base.b), "point", hex32 (p.b),
                                            "times_point", hex32 (product.b)));
  }
  return list;
}

static json_t *
sums (void)
{
  json_t *list = json_array ();
  const TabellaPoint points[] = { fixture_point ("left"), fixture_point ("right") };

  for (gsize i = 0; i < 2; i++) {
    TabellaPoint sum, difference;

    tabella_point_add (&sum, &points[0], &points[i]);
    tabella_point_sub (&difference, &points[0], &points[i]);
    json_array_append_new (list, json_pack ("{s:o, s:o, s:o, s:o}", "left", hex32 (points[0].b),
                                            "right", hex32 (points[i].b), "sum", hex32 (sum.b),
                                            "difference", hex32 (difference.b)));
  }
  return list;
}

/* What a reader of points must refuse: the RFC's list, and what libsodium 1.0.18 lets through. */
static json_t *
refused_points (void)
{
  json_t *list = json_array ();
  TabellaPoint p = fixture_point ("variable base");
  guint8 identity[32] = { 0 };

  for (gsize i = 0; i < G_N_ELEMENTS (rfc9496_invalid); i++)
    json_array_append_new (list, json_string (rfc9496_invalid[i]));
  json_array_append_new (list, hex32 (identity));
  identity[31] = 0x80;
  json_array_append_new (list, hex32 (identity));
  p.b[31] |= 0x80;
  json_array_append_new (list, hex32 (p.b));
  return list;
}

static json_t *
refused_scalars (void)
{
  json_t *list = json_array ();
  TabellaScalar s = fixture_small (-1), first = fixture_scalar ("first");
  guint8 order[32], one[32] = { 1 };

  memcpy (order, s.b, 32);
  sodium_increment (order, sizeof order);
  json_array_append_new (list, hex32 (order));
  sodium_add (one, order, sizeof one);
  json_array_append_new (list, hex32 (one));
  sodium_add (first.b, order, sizeof first.b);
  json_array_append_new (list, hex32 (first.b));
  memset (order, 0xff, sizeof order);
  json_array_append_new (list, hex32 (order));
  return list;
}

/* --- Ballots --- */

static const TabellaContestShape referendum[] = { { 4, 0, 1 }, { 3, 0, 1 } };
static const TabellaContestShape mixed[] = { { 2, 1, 1 }, { 3, 0, 3 } };
static const TabellaContestShape ranged[] = { { 4, 1, 3 } };

static const struct {
  TabellaShape shape;
  guint16 terminal, style;
  guint8 attempt;
  guint8 selections[7];
} ballots[] = {
  { { 2, referendum }, 7, 0, 0, { 0, 1, 0, 0, 0, 0, 0 } },
  { { 2, referendum }, 7, 0, 1, { 0, 0, 0, 1, 1, 0, 0 } },
  { { 2, mixed }, 258, 1, 0, { 0, 1, 1, 1, 1 } },
  { { 2, mixed }, 258, 1, 2, { 1, 0, 0, 0, 0 } },
  { { 1, ranged }, 65535, 255, 3, { 1, 0, 0, 1 } },
};

static json_t *
shape_json (const TabellaShape *shape)
{
  json_t *list = json_array ();

  for (gsize c = 0; c < shape->n_contests; c++)
    json_array_append_new (
        list, json_pack ("{s:i, s:i, s:i}", "options", (int)shape->contests[c].options, "min",
                         (int)shape->contests[c].min, "max", (int)shape->contests[c].max));
  return list;
}

static void
ballot_context (gsize i, const guint8 he[32], const guint8 ticket[16], guint8 hi[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_BALLOT);
  tabella_hash_u16 (&h, ballots[i].terminal);
  tabella_hash_u16 (&h, ballots[i].style);
  tabella_hash_put (&h, ticket, 16);
  tabella_hash_u8 (&h, ballots[i].attempt);
  tabella_hash_finish (&h, hi);
}

static json_t *
ballot (gsize i)
{
  const TabellaShape *shape = &ballots[i].shape;
  const gsize size = tabella_shape_body_size (shape);
  const TabellaScalar secret = fixture_scalar ("K");
  g_autofree char *ticket_name = g_strdup_printf ("ballot ticket %zu", i);
  g_autofree char *seed_name = g_strdup_printf ("ballot seed %zu", i);
  g_autofree guint8 *body = g_malloc (size);
  guint8 he[32], ticket[16], hi[32], seed[32], code[32];
  TabellaProofVerdict verdict;
  TabellaPoint key;

  tabella_point_mul_base (&key, &secret);
  fixture_bytes ("HE", he, sizeof he);
  fixture_bytes (ticket_name, ticket, sizeof ticket);
  fixture_bytes (seed_name, seed, sizeof seed);
  ballot_context (i, he, ticket, hi);
  g_assert_true (tabella_body_make (shape, hi, &key, seed, ballots[i].selections, body));
  tabella_body_verify (shape, hi, &key, body, NULL, NULL, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  tabella_body_code (shape, hi, body, code);
  return json_pack ("{s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:i, s:o, s:o, s:o, s:o, s:o}", "contests",
                    shape_json (shape), "key_secret", hex32 (secret.b), "key", hex32 (key.b),
                    "election", hex32 (he), "terminal", (int)ballots[i].terminal, "style",
                    (int)ballots[i].style, "ticket", vectors_hex (ticket, sizeof ticket), "attempt",
                    (int)ballots[i].attempt, "context_hi", hex32 (hi), "seed", hex32 (seed),
                    "selections",
                    vectors_hex (ballots[i].selections, tabella_shape_options (shape)), "body",
                    vectors_hex (body, size), "code", hex32 (code));
}

static json_t *
ballots_json (void)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < G_N_ELEMENTS (ballots); i++)
    json_array_append_new (list, ballot (i));
  return list;
}

/* --- Signatures and digests --- */

static json_t *
signature (void)
{
  static const char label[] = "tabella ballot v1", message[] = "message";
  guint8 seed[32], key[32], secret[64], sig[64];

  fixture_bytes ("Ed25519 seed", seed, sizeof seed);
  g_assert_cmpint (crypto_sign_seed_keypair (key, secret, seed), ==, 0);
  tabella_sign (secret, label, message, strlen (message), sig);
  return json_pack ("[{s:o, s:o, s:s, s:o, s:o}]", "seed", hex32 (seed), "key", hex32 (key),
                    "label_without_nul", label, "message", vectors_hex (message, strlen (message)),
                    "signature", vectors_hex (sig, sizeof sig));
}

/* A batch key's file signature. */
static json_t *
minisign (void)
{
  static const char comment[] = "tabella batch election=0123456789abcdef terminal=7 number=1 "
                                "kind=final cast=1 checkins=1";
  g_auto (TabellaMinisignSecret) sec = { .secret = tabella_secret_new (64) };
  g_autofree char *sig = NULL, *text = NULL;
  TabellaMinisignPublic pub;
  guint8 seed[32], key[32];

  fixture_bytes ("Ed25519 seed", seed, sizeof seed);
  g_assert_cmpint (crypto_sign_seed_keypair (key, sec.secret, seed), ==, 0);
  tabella_minisign_batch_public (key, &pub);
  memcpy (sec.id, pub.id, sizeof sec.id);
  text = tabella_minisign_public_text (&pub);
  sig = tabella_minisign_sign (&sec, "file", 4, comment);
  return json_pack ("[{s:o, s:o, s:o, s:s, s:o, s:s, s:s}]", "seed", hex32 (seed), "key",
                    hex32 (key), "key_id", vectors_hex (pub.id, sizeof pub.id), "public_file", text,
                    "file", vectors_hex ("file", 4), "trusted_comment", comment, "signature_file",
                    sig);
}

static json_t *
digests (void)
{
  static const char *const texts[] = { "", "abc", "tabella" };
  json_t *list = json_array ();
  guint8 batch[32], plain[32];

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    tabella_digest_512_32 (texts[i], strlen (texts[i]), batch);
    tabella_digest_256 (texts[i], strlen (texts[i]), plain);
    json_array_append_new (
        list, json_pack ("{s:o, s:o, s:o}", "bytes", vectors_hex (texts[i], strlen (texts[i])),
                         "blake2b_512_first_32", hex32 (batch), "blake2b_256", hex32 (plain)));
  }
  return list;
}

int
main (int argc, char **argv)
{
  g_autofree char *text = NULL, *full = NULL, *expected = NULL;
  g_autoptr (GError) error = NULL;
  json_t *all;

  tabella_crypto_init ();
  all =
      json_pack ("{s:s, s:o, s:{s:o, s:o, s:o, s:o}, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                 "format", "tabella-crypto-vectors-1", "ver", hex32 (tabella_version), "group",
                 "multiples", multiples (), "sums", sums (), "refused_points", refused_points (),
                 "refused_scalars", refused_scalars (), "hashes", vectors_hashes (), "digests",
                 digests (), "schnorr", vectors_schnorr (), "equality", vectors_equality (),
                 "links", vectors_links (), "seals", vectors_seals (), "ballots", ballots_json (),
                 "ed25519", signature (), "minisign", minisign ());
  g_assert_nonnull (all);
  text = json_dumps (all, JSON_INDENT (1));
  json_decref (all);
  full = g_strconcat (text, "\n", NULL);
  if (argc < 2)
    return fputs (full, stdout) >= 0 && fflush (stdout) == 0 ? 0 : 1;
  if (!g_file_get_contents (argv[1], &expected, NULL, &error)) {
    g_printerr ("vectors-gen: %s\n", error->message);
    return 1;
  }
  if (strcmp (full, expected) != 0) {
    g_printerr ("vectors-gen: %s holds other vectors than this code makes: the protocol's bytes "
                "have changed\n",
                argv[1]);
    return 1;
  }
  return 0;
}
