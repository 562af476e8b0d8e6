/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"
#include "secret.h"

#define ORDER "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"

static void
assert_refused_point (const guint8 bytes[32])
{
  TabellaPoint p;

  memset (p.b, 0xaa, sizeof p.b);
  g_assert_false (tabella_point_read (&p, bytes));
  g_assert_true (tabella_point_is_identity (&p));
}

static void
assert_refused_scalar (const guint8 bytes[32])
{
  TabellaScalar s;

  memset (s.b, 0xaa, sizeof s.b);
  g_assert_false (tabella_scalar_read (&s, bytes));
  g_assert_true (tabella_scalar_is_zero (&s));
}

/* libsodium 1.0.18 takes all of these for points. */
static void
test_point_edges (void)
{
  const guint8 identity[32] = { 0 };
  guint8 identity_top[32] = { 0 };
  TabellaPoint p = fixture_point ("edge"), read;

  assert_refused_point (identity);
  identity_top[31] = 0x80;
  assert_refused_point (identity_top);
  g_assert_true (tabella_point_read (&read, p.b));
  fixture_assert_equal (&read, &p);
  p.b[31] |= 0x80;
  assert_refused_point (p.b);
}

static void
test_point_read_in_place (void)
{
  TabellaPoint p = fixture_point ("in place"), same = p;

  g_assert_true (tabella_point_read (&p, p.b));
  fixture_assert_equal (&p, &same);
}

static void
test_scalar_edges (void)
{
  const guint8 zero[32] = { 0 };
  guint8 bytes[32];
  TabellaScalar s;

  fixture_unhex (ORDER, bytes);
  assert_refused_scalar (bytes);
  bytes[0] += 1; /* q + 1 */
  assert_refused_scalar (bytes);
  bytes[0] -= 2; /* q - 1 */
  g_assert_true (tabella_scalar_read (&s, bytes));
  g_assert_cmpmem (s.b, 32, bytes, 32);
  bytes[16] = 1; /* above q in a middle byte */
  assert_refused_scalar (bytes);
  memset (bytes, 0xff, sizeof bytes);
  assert_refused_scalar (bytes);
  bytes[31] = 0x0f; /* all other bytes are higher than q's */
  g_assert_true (tabella_scalar_read (&s, bytes));
  bytes[31] = 0x10;
  assert_refused_scalar (bytes);
  memset (bytes, 0, sizeof bytes);
  bytes[31] = 0x80; /* bit 255 alone */
  assert_refused_scalar (bytes);
  g_assert_true (tabella_scalar_read (&s, zero));
  g_assert_true (tabella_scalar_is_zero (&s));
}

static void
test_identity_results (void)
{
  const TabellaScalar zero = fixture_small (0), s = fixture_scalar ("s");
  const TabellaPoint p = fixture_point ("p");
  TabellaPoint r, identity;

  tabella_point_identity (&identity);
  memset (r.b, 0xaa, sizeof r.b);
  tabella_point_mul_base (&r, &zero);
  g_assert_true (tabella_point_is_identity (&r));
  memset (r.b, 0xaa, sizeof r.b);
  tabella_point_mul (&r, &zero, &p);
  g_assert_true (tabella_point_is_identity (&r));
  memset (r.b, 0xaa, sizeof r.b);
  tabella_point_mul (&r, &s, &identity);
  g_assert_true (tabella_point_is_identity (&r));
  memset (r.b, 0xaa, sizeof r.b);
  tabella_point_sub (&r, &p, &p);
  g_assert_true (tabella_point_is_identity (&r));
  tabella_point_add (&r, &identity, &p);
  fixture_assert_equal (&r, &p);
  tabella_point_sub (&r, &p, &identity);
  fixture_assert_equal (&r, &p);
}

static void
test_group_laws (void)
{
  const TabellaScalar s = fixture_scalar ("s"), t = fixture_scalar ("t");
  const TabellaPoint p = fixture_point ("p");
  TabellaScalar sum, product;
  TabellaPoint sp, tp, left, right;

  tabella_scalar_add (&sum, &s, &t);
  tabella_point_mul (&left, &sum, &p);
  tabella_point_mul (&sp, &s, &p);
  tabella_point_mul (&tp, &t, &p);
  tabella_point_add (&right, &sp, &tp);
  fixture_assert_equal (&left, &right);

  tabella_scalar_sub (&sum, &s, &t);
  tabella_point_mul (&left, &sum, &p);
  tabella_point_sub (&right, &sp, &tp);
  fixture_assert_equal (&left, &right);

  tabella_scalar_mul (&product, &s, &t);
  tabella_point_mul (&left, &product, &p);
  tabella_point_mul (&right, &s, &tp);
  fixture_assert_equal (&left, &right);
  /* The result may be an operand. */
  tabella_point_mul (&tp, &s, &tp);
  fixture_assert_equal (&left, &tp);
  tabella_point_add (&sp, &sp, &p);
  tabella_point_sub (&sp, &sp, &p);
  tabella_point_mul (&right, &s, &p);
  fixture_assert_equal (&sp, &right);
}

static void
test_scalar_arithmetic (void)
{
  const TabellaScalar zero = fixture_small (0), one = fixture_small (1);
  TabellaScalar s = fixture_scalar ("s"), inverse, product, r;
  guint8 q_less_one[32];

  g_assert_true (tabella_scalar_invert (&inverse, &s));
  tabella_scalar_mul (&product, &inverse, &s);
  g_assert_true (tabella_scalar_equal (&product, &one));
  g_assert_false (tabella_scalar_invert (&inverse, &zero));

  fixture_unhex (ORDER, q_less_one);
  q_less_one[0] -= 1;
  tabella_scalar_sub (&r, &zero, &one);
  g_assert_cmpmem (r.b, 32, q_less_one, 32);
  tabella_scalar_add (&r, &r, &one);
  g_assert_true (tabella_scalar_is_zero (&r));

  tabella_scalar_from_uint (&r, G_GUINT64_CONSTANT (0x0123456789abcdef));
  g_assert_cmphex (r.b[0], ==, 0xef);
  g_assert_cmphex (r.b[7], ==, 0x01);
  g_assert_cmphex (r.b[8], ==, 0);
  g_assert_false (tabella_scalar_equal (&r, &one));
}

static void
test_scalar_random (void)
{
  TabellaScalar a, b, read;

  tabella_scalar_random (&a);
  tabella_scalar_random (&b);
  g_assert_false (tabella_scalar_equal (&a, &b));
  g_assert_true (tabella_scalar_read (&read, a.b));
}

static void
test_not_a_point_stops (void)
{
  if (g_test_subprocess ()) {
    const TabellaScalar s = fixture_scalar ("s");
    TabellaPoint p;

    memset (p.b, 0xff, sizeof p.b);
    tabella_point_mul (&p, &s, &p);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*impossible*");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/group/point-edges", test_point_edges);
  g_test_add_func ("/group/point-read-in-place", test_point_read_in_place);
  g_test_add_func ("/group/scalar-edges", test_scalar_edges);
  g_test_add_func ("/group/identity-results", test_identity_results);
  g_test_add_func ("/group/laws", test_group_laws);
  g_test_add_func ("/group/scalar-arithmetic", test_scalar_arithmetic);
  g_test_add_func ("/group/scalar-random", test_scalar_random);
  g_test_add_func ("/group/not-a-point-stops", test_not_a_point_stops);
  return g_test_run ();
}
