/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "sealed.h"
#include "secret.h"

#define TERMINAL 7

typedef struct {
  guint8 he[32], ticket[16], export_secret[32], header[48];
  TabellaScalar secret;
  TabellaPoint k2;
} Setting;

static void
set_up (Setting *s)
{
  fixture_bytes ("HE", s->he, 32);
  fixture_bytes ("ticket", s->ticket, 16);
  fixture_bytes ("export", s->export_secret, 32);
  fixture_bytes ("header", s->header, 48);
  s->secret = fixture_scalar ("K2");
  tabella_point_mul_base (&s->k2, &s->secret);
}

/* What the trustees give together: ρK2 = secret·R. */
static TabellaPoint
shared_point (const Setting *s, const TabellaPoint *r)
{
  TabellaPoint shared;

  tabella_point_mul (&shared, &s->secret, r);
  return shared;
}

/* --- Links --- */

static TabellaProofVerdict
link_verdict (const Setting *s, guint16 terminal, const guint8 *link)
{
  TabellaProofVerdict verdict;
  TabellaPoint r;

  tabella_link_verify (s->he, terminal, link, &r, &verdict);
  return verdict;
}

static void
test_link_good (void)
{
  guint8 link[TABELLA_LINK_BYTES], second[TABELLA_LINK_BYTES], ticket[16];
  TabellaPoint r, shared;
  TabellaProofVerdict verdict;
  Setting s;

  set_up (&s);
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, link);
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, second);
  g_assert_true (memcmp (link, second, 48) != 0); /* fresh each time */
  tabella_link_verify (s.he, TERMINAL, link, &r, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  g_assert_cmpmem (r.b, 32, link, 32);
  shared = shared_point (&s, &r);
  tabella_link_open (s.he, TERMINAL, link, &shared, ticket);
  g_assert_cmpmem (ticket, 16, s.ticket, 16);
  shared = fixture_point ("another key");
  tabella_link_open (s.he, TERMINAL, link, &shared, ticket);
  g_assert_true (memcmp (ticket, s.ticket, 16) != 0);
}

/* Each field by the page: R = ρG, pad = H(HE; 32, R, ρK2, terminal), c = Hq(HE; 33, terminal, R,
 * ct, uG). */
static void
test_link_definition (void)
{
  const TabellaScalar rho = fixture_scalar ("rho"), u = fixture_scalar ("u");
  guint8 link[TABELLA_LINK_BYTES], pad[32];
  TabellaPoint r, shared, commitment;
  TabellaScalar c, response;
  TabellaHash h;
  Setting s;

  set_up (&s);
  g_assert_true (tabella_link_make_with (s.he, &s.k2, TERMINAL, s.ticket, &rho, &u, link));
  tabella_point_mul_base (&r, &rho);
  tabella_point_mul (&shared, &rho, &s.k2);
  tabella_hash_init (&h, s.he, TABELLA_TAG_LINK_PAD);
  tabella_hash_point (&h, &r);
  tabella_hash_point (&h, &shared);
  tabella_hash_u16 (&h, TERMINAL);
  tabella_hash_finish (&h, pad);
  g_assert_cmpmem (link, 32, r.b, 32);
  for (gsize i = 0; i < 16; i++)
    g_assert_cmphex (link[32 + i], ==, s.ticket[i] ^ pad[i]);
  tabella_hash_init_scalar (&h, s.he, TABELLA_TAG_LINK_PROOF);
  tabella_hash_u16 (&h, TERMINAL);
  tabella_hash_put (&h, link, 48);
  tabella_point_mul_base (&commitment, &u);
  tabella_hash_point (&h, &commitment);
  tabella_hash_finish_scalar (&h, &c);
  g_assert_cmpmem (link + 48, 32, c.b, 32);
  tabella_scalar_mul (&response, &c, &rho);
  tabella_scalar_sub (&response, &u, &response);
  g_assert_cmpmem (link + 80, 32, response.b, 32);
}

static void
test_link_zero_scalars (void)
{
  const TabellaScalar zero = fixture_small (0), u = fixture_scalar ("u");
  guint8 link[TABELLA_LINK_BYTES];
  Setting s;

  set_up (&s);
  g_assert_false (tabella_link_make_with (s.he, &s.k2, TERMINAL, s.ticket, &zero, &u, link));
  g_assert_true (sodium_is_zero (link, sizeof link));
  g_assert_cmpint (link_verdict (&s, TERMINAL, link), ==, TABELLA_PROOF_BAD);
}

static void
test_link_every_byte (void)
{
  guint8 link[TABELLA_LINK_BYTES];
  Setting s;

  set_up (&s);
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, link);
  for (gsize at = 0; at < sizeof link; at++) {
    for (guint bit = 0; bit < 8; bit += 7) {
      link[at] ^= (guint8)(1 << bit);
      g_assert_cmpint (link_verdict (&s, TERMINAL, link), ==, TABELLA_PROOF_BAD);
      link[at] ^= (guint8)(1 << bit);
    }
  }
  g_assert_cmpint (link_verdict (&s, TERMINAL, link), ==, TABELLA_PROOF_GOOD);
}

static void
test_link_elsewhere (void)
{
  guint8 link[TABELLA_LINK_BYTES];
  Setting s;

  set_up (&s);
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, link);
  g_assert_cmpint (link_verdict (&s, TERMINAL + 1, link), ==, TABELLA_PROOF_BAD);
  s.he[0] ^= 1;
  g_assert_cmpint (link_verdict (&s, TERMINAL, link), ==, TABELLA_PROOF_BAD);
}

/* R' = R + δG with s' = s − cδ: the same commitment, so the proof would follow along if its
 * challenge did not cover R. */
static void
test_link_moved (void)
{
  const TabellaScalar delta = fixture_scalar ("delta");
  guint8 link[TABELLA_LINK_BYTES];
  TabellaScalar c, response, product;
  TabellaPoint r, shift, before, after, part;
  Setting s;

  set_up (&s);
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, link);
  g_assert_true (tabella_point_read (&r, link));
  g_assert_true (tabella_scalar_read (&c, link + 48));
  g_assert_true (tabella_scalar_read (&response, link + 80));
  tabella_point_mul_base (&before, &response);
  tabella_point_mul (&part, &c, &r);
  tabella_point_add (&before, &before, &part);

  tabella_point_mul_base (&shift, &delta);
  tabella_point_add (&r, &r, &shift);
  tabella_scalar_mul (&product, &c, &delta);
  tabella_scalar_sub (&response, &response, &product);
  tabella_point_mul_base (&after, &response);
  tabella_point_mul (&part, &c, &r);
  tabella_point_add (&after, &after, &part);
  fixture_assert_equal (&before, &after);

  memcpy (link, r.b, 32);
  memcpy (link + 80, response.b, 32);
  g_assert_cmpint (link_verdict (&s, TERMINAL, link), ==, TABELLA_PROOF_BAD);
}

/* The unlinked record's zeros, and zeros in one part. */
static void
test_link_zeros (void)
{
  guint8 link[TABELLA_LINK_BYTES] = { 0 };
  TabellaPoint r = fixture_point ("left over");
  TabellaProofVerdict verdict;
  Setting s;

  set_up (&s);
  tabella_link_verify (s.he, TERMINAL, link, &r, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
  g_assert_true (tabella_point_is_identity (&r));
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, link);
  memset (link + 48, 0, 32);
  g_assert_cmpint (link_verdict (&s, TERMINAL, link), ==, TABELLA_PROOF_BAD);
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, link);
  memset (link + 80, 0, 32);
  g_assert_cmpint (link_verdict (&s, TERMINAL, link), ==, TABELLA_PROOF_BAD);
}

/* @at: a scalar; q is added to it, which leaves its value. */
static void
write_otherwise (guint8 *at)
{
  guint8 order[32];

  fixture_unhex ("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order);
  sodium_add (at, order, sizeof order);
}

static void
test_link_second_encodings (void)
{
  guint8 link[TABELLA_LINK_BYTES], changed[TABELLA_LINK_BYTES];
  Setting s;

  set_up (&s);
  tabella_link_make (s.he, &s.k2, TERMINAL, s.ticket, link);
  for (gsize at = 48; at < sizeof link; at += 32) {
    memcpy (changed, link, sizeof link);
    write_otherwise (changed + at);
    g_assert_cmpint (link_verdict (&s, TERMINAL, changed), ==, TABELLA_PROOF_BAD);
  }
}

/* --- Sealed files --- */

static TabellaProofVerdict
seal_verdict (const Setting *s, const GByteArray *file, gsize size)
{
  TabellaProofVerdict verdict;
  TabellaPoint r;

  tabella_seal_verify (s->he, file->data, size, &r, &verdict);
  return verdict;
}

static GByteArray *
seal (const Setting *s, guint8 what, gconstpointer plain, gsize size)
{
  return tabella_seal_make (s->he, &s->k2, s->export_secret, what, s->header, plain, size);
}

static void
test_seal_good (void)
{
  static const gsize sizes[] = { 0, 1, 148, 10000 };
  Setting s;

  set_up (&s);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree guint8 *plain = g_malloc (sizes[i] + 1);
    g_autoptr (GByteArray) file = NULL;
    g_autoptr (GBytes) opened = NULL;
    g_autoptr (GError) error = NULL;
    TabellaPoint r, shared;
    TabellaProofVerdict verdict;

    fixture_bytes ("plain", plain, sizes[i] + 1);
    file = seal (&s, 1, plain, sizes[i]);
    g_assert_cmpuint (file->len, ==, sizes[i] + TABELLA_SEAL_OVERHEAD);
    g_assert_cmpmem (file->data, 48, s.header, 48);
    tabella_seal_verify (s.he, file->data, file->len, &r, &verdict);
    g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
    shared = shared_point (&s, &r);
    opened = tabella_seal_open (s.he, file->data, file->len, &shared, &error);
    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (opened, NULL), g_bytes_get_size (opened), plain, sizes[i]);
  }
}

/* ρ and u follow from the export secret, what is sealed and its header; nothing else. */
static void
test_seal_repeats (void)
{
  g_autoptr (GByteArray) file = NULL, same = NULL, plain = NULL, what = NULL, header = NULL,
                         secret = NULL;
  Setting s;

  set_up (&s);
  file = seal (&s, 1, "abc", 3);
  same = seal (&s, 1, "abc", 3);
  plain = seal (&s, 1, "abd", 3);
  what = seal (&s, 3, "abc", 3);
  s.header[47] ^= 1;
  header = seal (&s, 1, "abc", 3);
  s.header[47] ^= 1;
  s.export_secret[0] ^= 1;
  secret = seal (&s, 1, "abc", 3);
  g_assert_cmpmem (file->data, file->len, same->data, same->len);
  g_assert_true (memcmp (file->data + 48, plain->data + 48, 32) != 0);
  g_assert_true (memcmp (file->data + 48, what->data + 48, 32) != 0);
  g_assert_true (memcmp (file->data + 48, header->data + 48, 32) != 0);
  g_assert_true (memcmp (file->data + 48, secret->data + 48, 32) != 0);
}

static TabellaScalar
export_scalar (const Setting *s, guint8 what, const char *plain)
{
  TabellaHash h;
  TabellaScalar out;

  tabella_hash_init_scalar (&h, s->export_secret, TABELLA_TAG_EXPORT);
  tabella_hash_u8 (&h, what);
  tabella_hash_put (&h, s->header, 48);
  tabella_hash_put (&h, plain, strlen (plain));
  tabella_hash_finish_scalar (&h, &out);
  return out;
}

/* Each field by the page, for both kinds of file. */
static void
test_seal_definition (void)
{
  const guint8 nonce[24] = { 0 };
  Setting s;

  set_up (&s);
  for (guint8 what = 1; what <= 3; what += 2) {
    g_autoptr (GByteArray) file = seal (&s, what, "plain", 5);
    const TabellaScalar rho = export_scalar (&s, what, "plain");
    const TabellaScalar u = export_scalar (&s, what + 1, "plain");
    guint8 key[32], box[5 + 16];
    TabellaPoint r, shared, commitment;
    TabellaScalar c, response;
    TabellaHash h;

    tabella_point_mul_base (&r, &rho);
    g_assert_cmpmem (file->data + 48, 32, r.b, 32);
    tabella_hash_init_scalar (&h, s.he, TABELLA_TAG_FILE_PROOF);
    tabella_hash_put (&h, s.header, 48);
    tabella_hash_point (&h, &r);
    tabella_point_mul_base (&commitment, &u);
    tabella_hash_point (&h, &commitment);
    tabella_hash_finish_scalar (&h, &c);
    tabella_scalar_mul (&response, &c, &rho);
    tabella_scalar_sub (&response, &u, &response);
    g_assert_cmpmem (file->data + 80, 32, c.b, 32);
    g_assert_cmpmem (file->data + 112, 32, response.b, 32);

    tabella_point_mul (&shared, &rho, &s.k2);
    tabella_hash_init (&h, s.he, TABELLA_TAG_FILE_KEY);
    tabella_hash_put (&h, s.header, 48);
    tabella_hash_point (&h, &r);
    tabella_hash_point (&h, &shared);
    tabella_hash_finish (&h, key);
    g_assert_cmpint (crypto_aead_xchacha20poly1305_ietf_encrypt (
                         box, NULL, (const guint8 *)"plain", 5, file->data, 80, NULL, nonce, key),
                     ==, 0);
    g_assert_cmpmem (file->data + 144, file->len - 144, box, sizeof box);
  }
}

/* Header, R and proof are refused by the proof, the box by opening. */
static void
test_seal_every_byte (void)
{
  g_autoptr (GByteArray) file = NULL;
  TabellaPoint r, shared;
  Setting s;

  set_up (&s);
  file = seal (&s, 3, "a safety copy", 13);
  g_assert_true (tabella_point_read (&r, file->data + 48));
  shared = shared_point (&s, &r);
  for (gsize at = 0; at < file->len; at++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) opened = NULL;

    file->data[at] ^= 0x40;
    if (at < 144)
      g_assert_cmpint (seal_verdict (&s, file, file->len), ==, TABELLA_PROOF_BAD);
    if (at < 80 || at >= 144) {
      opened = tabella_seal_open (s.he, file->data, file->len, &shared, &error);
      g_assert_null (opened);
      g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT);
    }
    file->data[at] ^= 0x40;
  }
  g_assert_cmpint (seal_verdict (&s, file, file->len), ==, TABELLA_PROOF_GOOD);
}

static void
test_seal_second_encodings (void)
{
  Setting s;

  set_up (&s);
  for (gsize at = 80; at < 144; at += 32) {
    g_autoptr (GByteArray) file = seal (&s, 1, "abc", 3);
    write_otherwise (file->data + at);
    g_assert_cmpint (seal_verdict (&s, file, file->len), ==, TABELLA_PROOF_BAD);
  }
}

static void
test_seal_short (void)
{
  g_autoptr (GByteArray) file = NULL;
  TabellaPoint r, shared;
  Setting s;

  set_up (&s);
  file = seal (&s, 1, "", 0);
  g_assert_cmpuint (file->len, ==, TABELLA_SEAL_OVERHEAD);
  g_assert_true (tabella_point_read (&r, file->data + 48));
  shared = shared_point (&s, &r);
  for (gsize size = 0; size < file->len; size++) {
    g_autoptr (GError) error = NULL;
    /* A copy of just that size, so that a reader past the end is noticed by memory checkers. */
    g_autofree guint8 *cut = g_memdup2 (file->data, size);
    TabellaProofVerdict verdict;

    tabella_seal_verify (s.he, cut, size, &r, &verdict);
    g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
    g_assert_null (tabella_seal_open (s.he, cut, size, &shared, &error));
    g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT);
  }
}

static void
test_seal_wrong_key (void)
{
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GError) error = NULL;
  const TabellaPoint shared = fixture_point ("another key");
  Setting s;

  set_up (&s);
  file = seal (&s, 1, "abc", 3);
  g_assert_null (tabella_seal_open (s.he, file->data, file->len, &shared, &error));
  g_assert_error (error, TABELLA_CRYPTO_ERROR, TABELLA_CRYPTO_ERROR_FORMAT);
  s.he[31] ^= 1;
  g_assert_cmpint (seal_verdict (&s, file, file->len), ==, TABELLA_PROOF_BAD);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link/good", test_link_good);
  g_test_add_func ("/link/definition", test_link_definition);
  g_test_add_func ("/link/zero-scalars", test_link_zero_scalars);
  g_test_add_func ("/link/every-byte", test_link_every_byte);
  g_test_add_func ("/link/elsewhere", test_link_elsewhere);
  g_test_add_func ("/link/moved", test_link_moved);
  g_test_add_func ("/link/zeros", test_link_zeros);
  g_test_add_func ("/link/second-encodings", test_link_second_encodings);
  g_test_add_func ("/seal/good", test_seal_good);
  g_test_add_func ("/seal/repeats", test_seal_repeats);
  g_test_add_func ("/seal/definition", test_seal_definition);
  g_test_add_func ("/seal/every-byte", test_seal_every_byte);
  g_test_add_func ("/seal/second-encodings", test_seal_second_encodings);
  g_test_add_func ("/seal/short", test_seal_short);
  g_test_add_func ("/seal/wrong-key", test_seal_wrong_key);
  return g_test_run ();
}
