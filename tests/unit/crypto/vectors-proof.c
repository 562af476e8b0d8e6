/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vectors.h"
#include "fixture.h"
#include "proofs.h"
#include "sealed.h"

#define POINTS 3

static json_t *
hex32 (const guint8 bytes[32])
{
  return vectors_hex (bytes, 32);
}

/* Scalars or points: 32 bytes each, one after the other. */
static json_t *
hex_list (gconstpointer items, gsize n)
{
  json_t *list = json_array ();

  for (gsize i = 0; i < n; i++)
    json_array_append_new (list, hex32 ((const guint8 *)items + 32 * i));
  return list;
}

static TabellaScalar
numbered_scalar (const char *name, gsize i)
{
  g_autofree char *full = g_strdup_printf ("%s %zu", name, i);

  return fixture_scalar (full);
}

/* One and three secrets under tag 11; the statement is what precedes the commitments. */
json_t *
vectors_schnorr (void)
{
  json_t *list = json_array ();
  guint8 context[32], about[40];

  fixture_bytes ("schnorr context", context, sizeof context);
  fixture_bytes ("schnorr statement", about, sizeof about);
  for (gsize n = 1; n <= POINTS; n += 2) {
    TabellaScalar secrets[POINTS], nonces[POINTS], c, s[POINTS];
    TabellaPoint points[POINTS];
    TabellaProofVerdict verdict;
    TabellaHash h;

    for (gsize i = 0; i < n; i++) {
      secrets[i] = numbered_scalar ("schnorr secret", i);
      nonces[i] = numbered_scalar ("schnorr nonce", i);
      tabella_point_mul_base (&points[i], &secrets[i]);
    }
    tabella_hash_init_scalar (&h, context, TABELLA_TAG_KNOWLEDGE);
    tabella_hash_put (&h, about, sizeof about);
    g_assert_true (tabella_schnorr_prove (&h, n, secrets, nonces, &c, s));
    tabella_schnorr_verify (&h, n, points, &c, s, &verdict);
    g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
    json_array_append_new (list, json_pack ("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "tag", "11",
                                            "context", hex32 (context), "statement",
                                            vectors_hex (about, sizeof about), "secrets",
                                            hex_list (secrets, n), "nonces", hex_list (nonces, n),
                                            "points", hex_list (points, n), "challenge",
                                            hex32 (c.b), "responses", hex_list (s, n)));
  }
  return list;
}

/* The library draws its nonces at random, so the example is computed here and checked by it. */
json_t *
vectors_equality (void)
{
  const TabellaScalar secret = fixture_scalar ("share secret");
  TabellaScalar nonces[POINTS], c, s[POINTS], product;
  TabellaPoint y, a[POINTS], m[POINTS], commitment;
  TabellaProofVerdict verdict;
  TabellaHash h, start;
  guint8 context[32], digest[32];

  fixture_bytes ("HE", context, sizeof context);
  fixture_bytes ("request digest", digest, sizeof digest);
  tabella_hash_init_scalar (&h, context, TABELLA_TAG_DECRYPTION);
  tabella_hash_put (&h, digest, sizeof digest);
  tabella_hash_u16 (&h, 2);
  start = h;
  tabella_point_mul_base (&y, &secret);
  for (gsize i = 0; i < POINTS; i++) {
    const TabellaScalar exponent = numbered_scalar ("A", i);
    nonces[i] = numbered_scalar ("share nonce", i);
    tabella_point_mul_base (&a[i], &exponent);
    tabella_point_mul (&m[i], &secret, &a[i]);
    tabella_hash_point (&h, &a[i]);
    tabella_hash_point (&h, &m[i]);
  }
  for (gsize i = 0; i < POINTS; i++) {
    tabella_point_mul_base (&commitment, &nonces[i]);
    tabella_hash_point (&h, &commitment);
    tabella_point_mul (&commitment, &nonces[i], &a[i]);
    tabella_hash_point (&h, &commitment);
  }
  tabella_hash_finish_scalar (&h, &c);
  for (gsize i = 0; i < POINTS; i++) {
    tabella_scalar_mul (&product, &c, &secret);
    tabella_scalar_sub (&s[i], &nonces[i], &product);
  }
  tabella_equality_verify (&start, &y, POINTS, a, m, &c, s, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  return json_pack ("[{s:s, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}]", "tag", "52",
                    "context", hex32 (context), "request_digest", hex32 (digest), "trustee", 2,
                    "secret", hex32 (secret.b), "public", hex32 (y.b), "nonces",
                    hex_list (nonces, POINTS), "a", hex_list (a, POINTS), "m", hex_list (m, POINTS),
                    "challenge", hex32 (c.b), "responses", hex_list (s, POINTS));
}

json_t *
vectors_links (void)
{
  static const guint16 terminals[] = { 1, 300 };
  json_t *list = json_array ();
  const TabellaScalar secret = fixture_scalar ("K2");
  TabellaPoint k2, shared;
  guint8 he[32], ticket[16], link[TABELLA_LINK_BYTES];

  tabella_point_mul_base (&k2, &secret);
  fixture_bytes ("HE", he, sizeof he);
  for (gsize i = 0; i < G_N_ELEMENTS (terminals); i++) {
    const TabellaScalar rho = numbered_scalar ("link rho", i);
    const TabellaScalar u = numbered_scalar ("link u", i);
    g_autofree char *name = g_strdup_printf ("link ticket %zu", i);

    fixture_bytes (name, ticket, sizeof ticket);
    g_assert_true (tabella_link_make_with (he, &k2, terminals[i], ticket, &rho, &u, link));
    tabella_point_mul (&shared, &rho, &k2);
    json_array_append_new (
        list, json_pack ("{s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "election", hex32 (he),
                         "terminal", (int)terminals[i], "k2_secret", hex32 (secret.b), "k2",
                         hex32 (k2.b), "ticket", vectors_hex (ticket, sizeof ticket), "rho",
                         hex32 (rho.b), "u", hex32 (u.b), "shared_point", hex32 (shared.b), "link",
                         vectors_hex (link, sizeof link)));
  }
  return list;
}

/* A header of section 7: magic, HE, terminal 7, batch 2, count. */
static void
put_header (guint8 header[TABELLA_SEAL_HEADER], const char *magic, const guint8 he[32],
            guint32 count)
{
  const guint8 tail[] = { 7, 0, 2, 0, (guint8)count, (guint8)(count >> 8), 0, 0 };

  memcpy (header, magic, 8);
  memcpy (header + 8, he, 32);
  memcpy (header + 40, tail, sizeof tail);
}

json_t *
vectors_seals (void)
{
  static const struct {
    guint8 what;
    const char *magic;
    guint32 count;
    gsize size;
  } files[] = {
    { 1, "TACHECK1", 0, 0 },
    { 1, "TACHECK1", 2, 296 },
    { 3, "TASEALED", 500, 500 },
  };
  json_t *list = json_array ();
  const TabellaScalar secret = fixture_scalar ("K2");
  guint8 he[32], export_secret[32], header[TABELLA_SEAL_HEADER];
  TabellaPoint k2;

  tabella_point_mul_base (&k2, &secret);
  fixture_bytes ("HE", he, sizeof he);
  fixture_bytes ("export secret", export_secret, sizeof export_secret);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree guint8 *plain = g_malloc0 (files[i].size + 1);
    g_autoptr (GByteArray) file = NULL;

    fixture_bytes (files[i].magic, plain, files[i].size);
    put_header (header, files[i].magic, he, files[i].count);
    file = tabella_seal_make (he, &k2, export_secret, files[i].what, header, plain, files[i].size);
    json_array_append_new (
        list, json_pack ("{s:o, s:o, s:o, s:o, s:i, s:i, s:o, s:o, s:o}", "election", hex32 (he),
                         "k2_secret", hex32 (secret.b), "k2", hex32 (k2.b), "export_secret",
                         hex32 (export_secret), "what_rho", (int)files[i].what, "what_u",
                         (int)files[i].what + 1, "header", vectors_hex (header, sizeof header),
                         "plaintext", vectors_hex (plain, files[i].size), "file",
                         vectors_hex (file->data, file->len)));
  }
  return list;
}
