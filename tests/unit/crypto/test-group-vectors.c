/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The group against the values of RFC 9496. */
#include "fixture.h"
#include "rfc9496.h"
#include "secret.h"

static void
test_multiples (void)
{
  TabellaPoint sum, product, base;
  TabellaScalar one = fixture_small (1);

  tabella_point_mul_base (&base, &one);
  tabella_point_identity (&sum);
  for (gsize i = 0; i < G_N_ELEMENTS (rfc9496_multiples); i++) {
    TabellaScalar s = fixture_small ((gint64)i);
    TabellaPoint expected;

    fixture_unhex (rfc9496_multiples[i], expected.b);
    fixture_assert_equal (&sum, &expected);
    tabella_point_mul_base (&product, &s);
    fixture_assert_equal (&product, &expected);
    tabella_point_mul (&product, &s, &base);
    fixture_assert_equal (&product, &expected);
    tabella_point_add (&sum, &sum, &base);
  }
}

static void
test_multiples_are_read (void)
{
  for (gsize i = 1; i < G_N_ELEMENTS (rfc9496_multiples); i++) {
    guint8 bytes[32];
    TabellaPoint p;

    fixture_unhex (rfc9496_multiples[i], bytes);
    g_assert_true (tabella_point_read (&p, bytes));
    g_assert_cmpmem (p.b, 32, bytes, 32);
  }
}

static void
test_invalid_are_refused (void)
{
  const TabellaPoint zeros = { { 0 } };

  for (gsize i = 0; i < G_N_ELEMENTS (rfc9496_invalid); i++) {
    guint8 bytes[32];
    TabellaPoint p;

    fixture_unhex (rfc9496_invalid[i], bytes);
    memset (p.b, 0xaa, sizeof p.b);
    if (tabella_point_read (&p, bytes))
      g_error ("invalid encoding %s was read", rfc9496_invalid[i]);
    fixture_assert_equal (&p, &zeros);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/group/rfc9496/multiples", test_multiples);
  g_test_add_func ("/group/rfc9496/multiples-are-read", test_multiples_are_read);
  g_test_add_func ("/group/rfc9496/invalid-are-refused", test_invalid_are_refused);
  return g_test_run ();
}
