/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"
#include "requests.h"

#include <string.h>
#include "bytes.h"

static TabellaPoint
point (const char *word)
{
  TabellaScalar s;
  TabellaPoint p;

  hand_scalar (word, &s);
  tabella_point_mul_base (&p, &s);
  return p;
}

static void
add (TabellaRequest *r, guint16 a, guint16 b, guint16 c, const char *word)
{
  TabellaPoint p = point (word);

  tabella_request_add (r, a, b, c, &p);
}

static void
assert_round_trip (const TabellaRequest *r, gsize size)
{
  g_autoptr (GBytes) bytes = tabella_request_bytes (r);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaRequest) back = tabella_request_parse (bytes, &error);
  g_autoptr (GBytes) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, size);
  g_assert_cmpint (back->purpose, ==, r->purpose);
  g_assert_cmpuint (back->points->len, ==, r->points->len);
  again = tabella_request_bytes (back);
  g_assert_true (g_bytes_equal (again, bytes));
}

static void
test_round_trips (void)
{
  g_autoptr (TabellaRequest) checkins = tabella_request_new (TABELLA_REQUEST_CHECKINS);
  g_autoptr (TabellaRequest) strike = tabella_request_new (TABELLA_REQUEST_STRIKE);
  g_autoptr (TabellaRequest) tally = tabella_request_new (TABELLA_REQUEST_TALLY);

  add (checkins, 2, 1, 1, "a");
  add (checkins, 1, 300, 2, "b");
  add (checkins, 1, 7, 1, "c");
  assert_round_trip (checkins, 5 + 3 * (5 + 32));
  add (strike, 2, 0, 0, "a");
  add (strike, 1, 0, 0, "b");
  add (strike, 1, 0, 0, "c");
  assert_round_trip (strike, 5 + 3 * (2 + 32));
  add (tally, 0, 1, 2, "a");
  add (tally, 0, 1, 0, "b");
  add (tally, 0, 0, 9, "c");
  assert_round_trip (tally, 5 + 3 * (6 + 32));
}

static void
test_empty (void)
{
  g_autoptr (TabellaRequest) r = tabella_request_new (TABELLA_REQUEST_TALLY);

  assert_round_trip (r, 5);
}

/* Bytes and order spelt out: by labels as numbers, 2 before 256. */
static void
test_bytes (void)
{
  static const guint8 front[] = { 1, 2, 0, 0, 0 }, first[] = { 2, 0, 1, 0, 1 },
                      second[] = { 0, 1, 1, 0, 2 };
  g_autoptr (TabellaRequest) r = tabella_request_new (TABELLA_REQUEST_CHECKINS);
  const TabellaPoint a = point ("a"), b = point ("b");
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *data;

  tabella_request_add (r, 256, 1, 2, &a);
  tabella_request_add (r, 2, 1, 1, &b);
  bytes = tabella_request_bytes (r);
  data = g_bytes_get_data (bytes, NULL);
  g_assert_cmpmem (data, 5, front, 5);
  g_assert_cmpmem (data + 5, 5, first, 5);
  g_assert_cmpmem (data + 10, 32, b.b, 32);
  g_assert_cmpmem (data + 42, 5, second, 5);
  g_assert_cmpmem (data + 47, 32, a.b, 32);
}

/* The links of one terminal stand in the order of R, whatever order they were added in. */
static void
test_strike_order (void)
{
  g_autoptr (TabellaRequest) r = tabella_request_new (TABELLA_REQUEST_STRIKE);
  g_autoptr (TabellaRequest) reversed = tabella_request_new (TABELLA_REQUEST_STRIKE);
  g_autoptr (GBytes) one = NULL;
  g_autoptr (GBytes) other = NULL;

  for (guint i = 0; i < 8; i++) {
    g_autofree char *up = g_strdup_printf ("%u", i);
    g_autofree char *down = g_strdup_printf ("%u", 7 - i);

    add (r, 5, 0, 0, up);
    add (reversed, 5, 0, 0, down);
  }
  one = tabella_request_bytes (r);
  other = tabella_request_bytes (reversed);
  g_assert_true (g_bytes_equal (one, other));
  tabella_request_sort (r);
  for (guint i = 1; i < 8; i++)
    g_assert_cmpint (memcmp (g_array_index (r->points, TabellaRequestPoint, i - 1).point.b,
                             g_array_index (r->points, TabellaRequestPoint, i).point.b, 32),
                     <, 0);
}

static void
refuse (const GByteArray *bytes, const char *part)
{
  g_autoptr (GBytes) copy = g_bytes_new (bytes->data, bytes->len);
  g_autoptr (GError) error = NULL;

  g_assert_null (tabella_request_parse (copy, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, part);
}

/* Purpose, count, then labels and words in exactly this order. */
static GByteArray *
by_hand (guint8 purpose, guint n, const guint16 (*labels)[3], const char *const *words)
{
  GByteArray *out = g_byte_array_new ();

  tabella_put_u8 (out, purpose);
  tabella_put_u32 (out, n);
  for (guint i = 0; i < n; i++) {
    TabellaPoint p = point (words[i]);

    tabella_put_u16 (out, labels[i][0]);
    if (purpose != 2)
      tabella_put_u16 (out, labels[i][1]);
    if (purpose == 1)
      tabella_put_u8 (out, (guint8)labels[i][2]);
    if (purpose == 3)
      tabella_put_u16 (out, labels[i][2]);
    tabella_put (out, p.b, 32);
  }
  return out;
}

static void
refuse_points (guint8 purpose, const guint16 a[3], const char *first, const guint16 b[3],
               const char *second, const char *part)
{
  const guint16 labels[2][3] = { { a[0], a[1], a[2] }, { b[0], b[1], b[2] } };
  const char *const words[2] = { first, second };
  g_autoptr (GByteArray) bytes = by_hand (purpose, 2, labels, words);

  refuse (bytes, part);
}

static void
test_order_refusals (void)
{
  static const guint16 low[] = { 1, 1, 1 }, high[] = { 2, 1, 1 }, sealed[] = { 1, 1, 2 };
  const TabellaPoint a = point ("a"), b = point ("b");
  const gboolean a_first = memcmp (a.b, b.b, 32) < 0;

  refuse_points (1, high, "a", low, "b", "point 2 of 2 is not above");
  refuse_points (1, low, "a", low, "b", "point 2 of 2 is not above");
  refuse_points (1, sealed, "a", low, "b", "point 2 of 2 is not above");
  refuse_points (1, low, "a", high, "a", "point 2 of 2 is in it twice");
  refuse_points (2, high, "a", low, "b", "point 2 of 2 is not above");
  refuse_points (2, low, a_first ? "b" : "a", low, a_first ? "a" : "b", "is not above");
  refuse_points (2, low, "a", low, "a", "is not above");
  refuse_points (2, low, "a", high, "a", "point 2 of 2 is in it twice");
  refuse_points (3, high, "a", low, "b", "point 2 of 2 is not above");
  refuse_points (3, low, "a", low, "b", "point 2 of 2 is not above");
}

/* A tally's sums are computed from the record: equal ones are no reason to stop a count. */
static void
test_equal_sums (void)
{
  g_autoptr (TabellaRequest) r = tabella_request_new (TABELLA_REQUEST_TALLY);

  add (r, 0, 0, 0, "a");
  add (r, 0, 0, 1, "a");
  assert_round_trip (r, 5 + 2 * 38);
}

static void
test_label_refusals (void)
{
  static const struct {
    guint8 purpose;
    guint16 label[3];
  } bad[] = { { 1, { 0, 1, 1 } },
              { 1, { 1, 0, 1 } },
              { 1, { 1, 1, 0 } },
              { 1, { 1, 1, 3 } },
              { 2, { 0, 0, 0 } } };
  static const char *const word[] = { "a" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    const guint16 label[1][3] = { { bad[i].label[0], bad[i].label[1], bad[i].label[2] } };
    g_autoptr (GByteArray) bytes = by_hand (bad[i].purpose, 1, label, word);

    refuse (bytes, "point 1 of 1");
  }
}

static void
test_form_refusals (void)
{
  static const guint16 labels[2][3] = { { 1, 1, 1 }, { 2, 1, 1 } };
  static const char *const words[2] = { "a", "b" };
  g_autoptr (GByteArray) bytes = by_hand (3, 2, labels, words);
  gsize size = bytes->len;

  for (guint purpose = 0; purpose < 256; purpose++) {
    bytes->data[0] = (guint8)purpose;
    if (purpose < 1 || purpose > 3)
      refuse (bytes, "does not start with a purpose");
    else if (purpose != 3)
      refuse (bytes, "do not fit its count of 2");
  }
  bytes->data[0] = 3;
  bytes->data[4] = 0xff;
  refuse (bytes, "do not fit its count of 4278190082");
  bytes->data[4] = 0;
  memset (bytes->data + size - 32, 0, 32);
  refuse (bytes, "point 2 of 2");
  memset (bytes->data + size - 32, 0xff, 32);
  refuse (bytes, "point 2 of 2");
  while (bytes->len > 0) {
    g_byte_array_set_size (bytes, bytes->len - 1);
    refuse (bytes, bytes->len < 5 ? "does not start with" : "do not fit its count");
  }
}

/* Digests spelt out from protocol section 8. */
static void
test_digest (void)
{
  g_autoptr (TabellaRequest) r = tabella_request_new (TABELLA_REQUEST_TALLY);
  g_autoptr (GBytes) tally = NULL;
  g_autoptr (GBytes) strike = NULL;
  guint8 codes[64], he[32], inner[32], digest[32], expected[32], message[1 + 43 + 32];

  hand_bytes ("HE", he);
  hand_bytes ("code 1", codes);
  hand_bytes ("code 2", codes + 32);
  add (r, 0, 0, 0, "a");
  tally = tabella_request_bytes (r);

  message[0] = 0x54;
  memcpy (message + 1, codes, 64);
  g_assert_cmpint (crypto_generichash (inner, 32, message, 65, he, 32), ==, 0);
  tabella_codes_digest (he, codes, 2, digest);
  g_assert_cmpmem (digest, 32, inner, 32);

  message[0] = 0x50;
  memcpy (message + 1, g_bytes_get_data (tally, NULL), 43);
  memcpy (message + 44, inner, 32);
  g_assert_cmpint (crypto_generichash (expected, 32, message, 76, he, 32), ==, 0);
  tabella_request_digest (he, tally, codes, 2, digest);
  g_assert_cmpmem (digest, 32, expected, 32);

  /* Purposes 1 and 2 have no standing codes. */
  r->purpose = TABELLA_REQUEST_STRIKE;
  g_array_index (r->points, TabellaRequestPoint, 0).label[0] = 1;
  strike = tabella_request_bytes (r);
  memcpy (message + 1, g_bytes_get_data (strike, NULL), 39);
  g_assert_cmpint (crypto_generichash (expected, 32, message, 40, he, 32), ==, 0);
  tabella_request_digest (he, strike, NULL, 0, digest);
  g_assert_cmpmem (digest, 32, expected, 32);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/requests/round-trips", test_round_trips);
  g_test_add_func ("/requests/empty", test_empty);
  g_test_add_func ("/requests/bytes", test_bytes);
  g_test_add_func ("/requests/strike-order", test_strike_order);
  g_test_add_func ("/requests/order-refusals", test_order_refusals);
  g_test_add_func ("/requests/equal-sums", test_equal_sums);
  g_test_add_func ("/requests/label-refusals", test_label_refusals);
  g_test_add_func ("/requests/form-refusals", test_form_refusals);
  g_test_add_func ("/requests/digest", test_digest);
  return g_test_run ();
}
