/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "body-forge.h"
#include "fixture.h"
#include "secret.h"

static const TabellaContestShape referendum[] = { { 4, 0, 1 }, { 3, 0, 1 } };
static const TabellaContestShape single[] = { { 1, 0, 1 } };
static const TabellaContestShape fixed[] = { { 4, 2, 2 } }; /* |V| = 1 */
static const TabellaContestShape wide[] = { { 5, 0, 3 } };  /* |V| = 4 */
static const TabellaContestShape above[] = { { 4, 1, 3 } }; /* 0 is not allowed */
static const TabellaContestShape all[] = { { 2, 2, 2 } };
static const TabellaContestShape mixed[] = { { 2, 1, 1 }, { 3, 0, 3 }, { 2, 0, 1 } };

static const TabellaShape shapes[] = {
  { 2, referendum }, { 1, single }, { 1, fixed }, { 1, wide },
  { 1, above },      { 1, all },    { 3, mixed },
};

typedef struct {
  TabellaScalar secret;
  TabellaPoint key;
  guint8 hi[32], seed[32];
} Setting;

static void
set_up (Setting *s)
{
  s->secret = fixture_scalar ("election secret");
  tabella_point_mul_base (&s->key, &s->secret);
  fixture_bytes ("HI", s->hi, 32);
  fixture_bytes ("seed", s->seed, 32);
}

static TabellaProofVerdict
verify (const TabellaShape *shape, const Setting *s, const guint8 *body)
{
  TabellaProofVerdict verdict;

  tabella_body_verify (shape, s->hi, &s->key, body, NULL, NULL, &verdict);
  return verdict;
}

/* The bits of @number as selections. */
static void
set_selections (const TabellaShape *shape, guint number, guint8 *selections)
{
  for (gsize i = 0; i < tabella_shape_options (shape); i++)
    selections[i] = (number >> i) & 1;
}

/* Whether the selections keep to the limits, counted in the plain way. */
static gboolean
is_legal (const TabellaShape *shape, const guint8 *selections)
{
  for (gsize c = 0; c < shape->n_contests; c++) {
    guint sum = 0;
    for (gsize o = 0; o < shape->contests[c].options; o++)
      sum += *selections++;
    if (sum < shape->contests[c].min || sum > shape->contests[c].max)
      return FALSE;
  }
  return TRUE;
}

static void
test_sizes (void)
{
  static const gsize expected[] = { 1344, 288, 704, 1056, 832, 384, 1504 };
  static const gsize options[] = { 7, 1, 4, 5, 4, 2, 7 };

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    g_assert_cmpuint (tabella_shape_options (&shapes[i]), ==, options[i]);
    g_assert_cmpuint (tabella_shape_body_size (&shapes[i]), ==, expected[i]);
  }
}

static void
test_accepts (void)
{
  guint8 selections[8];

  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    const gsize n = tabella_shape_options (&shapes[i]);
    guint legal = 0;
    for (guint number = 0; number < 1u << n; number++) {
      set_selections (&shapes[i], number, selections);
      g_assert_cmpint (tabella_shape_accepts (&shapes[i], selections), ==,
                       is_legal (&shapes[i], selections));
      legal += (guint)is_legal (&shapes[i], selections);
    }
    g_assert_cmpuint (legal, >, 0);
  }
  set_selections (&shapes[0], 0, selections);
  selections[2] = 2;
  g_assert_false (tabella_shape_accepts (&shapes[0], selections));
  set_selections (&shapes[3], 0, selections);
  selections[0] = 3; /* a sum in range, but not by ones */
  g_assert_false (tabella_shape_accepts (&shapes[3], selections));
}

/* beta − secret·alpha = mK for each option. */
static void
assert_decrypts (const Setting *s, const TabellaPoint *alpha, const TabellaPoint *beta, guint8 m)
{
  TabellaScalar value = fixture_small (m);
  TabellaPoint opened, expected;

  tabella_point_mul (&opened, &s->secret, alpha);
  tabella_point_sub (&opened, beta, &opened);
  tabella_point_mul (&expected, &value, &s->key);
  fixture_assert_equal (&opened, &expected);
}

static void
check_honest (const TabellaShape *shape, const Setting *s, const guint8 *selections)
{
  const gsize n = tabella_shape_options (shape), size = tabella_shape_body_size (shape);
  g_autofree guint8 *body = g_malloc (size), *second = g_malloc (size);
  g_autofree TabellaPoint *alpha = g_new (TabellaPoint, n), *beta = g_new (TabellaPoint, n);
  TabellaProofVerdict verdict;
  Forge f;

  g_assert_true (tabella_body_make (shape, s->hi, &s->key, s->seed, selections, body));
  tabella_body_verify (shape, s->hi, &s->key, body, alpha, beta, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_GOOD);
  for (gsize o = 0; o < n; o++) {
    g_assert_cmpmem (alpha[o].b, 32, body + 64 * o, 32);
    g_assert_cmpmem (beta[o].b, 32, body + 64 * o + 32, 32);
    assert_decrypts (s, &alpha[o], &beta[o], selections[o]);
  }
  forge_init (&f, shape, s->hi, &s->key, s->seed, selections);
  forge_body (&f, second);
  g_assert_cmpmem (body, size, second, size);
  g_assert_true (forge_weak_accepts (shape, s->hi, &s->key, FORGE_EVERYTHING, body));
}

/* Every number of marks that a contest allows, in every shape. */
static void
test_honest (void)
{
  Setting s;
  guint8 selections[8];

  set_up (&s);
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    guint64 seen = 0; /* by number of marks */
    for (guint number = 0; number < 1u << tabella_shape_options (&shapes[i]); number++) {
      guint64 marks = G_GUINT64_CONSTANT (1) << __builtin_popcount (number);
      set_selections (&shapes[i], number, selections);
      if (is_legal (&shapes[i], selections) && (seen & marks) == 0) {
        check_honest (&shapes[i], &s, selections);
        seen |= marks;
      }
    }
    g_assert_cmpuint (seen, !=, 0);
  }
}

static void
test_illegal_selections (void)
{
  Setting s;
  guint8 selections[8], body[2048];

  set_up (&s);
  for (guint number = 0; number < 1u << 4; number++) {
    set_selections (&shapes[4], number, selections);
    g_assert_cmpint (tabella_body_make (&shapes[4], s.hi, &s.key, s.seed, selections, body), ==,
                     is_legal (&shapes[4], selections));
  }
}

static void
test_deterministic (void)
{
  Setting s;
  guint8 selections[8] = { 0, 1 }, body[1344], again[1344];

  set_up (&s);
  g_assert_true (tabella_body_make (&shapes[0], s.hi, &s.key, s.seed, selections, body));
  g_assert_true (tabella_body_make (&shapes[0], s.hi, &s.key, s.seed, selections, again));
  g_assert_cmpmem (body, sizeof body, again, sizeof again);
  /* Another seed, selection or context leaves no 32 bytes as they were. */
  for (gsize change = 0; change < 3; change++) {
    Setting other = s;
    guint8 marks[8] = { 0, 1 };
    if (change == 0)
      other.seed[0] ^= 1;
    else if (change == 1)
      other.hi[0] ^= 1;
    else
      marks[6] = 1;
    g_assert_true (tabella_body_make (&shapes[0], other.hi, &other.key, other.seed, marks, again));
    for (gsize at = 0; at < sizeof body; at += 32)
      g_assert_true (memcmp (body + at, again + at, 32) != 0);
  }
}

/* A body made under limits of the same size that the verifier does not have. */
static void
assert_other_limits (guint16 made_min, guint16 made_max, guint16 min, guint16 max, guint marks)
{
  const TabellaContestShape made[] = { { 4, made_min, made_max } }, asked[] = { { 4, min, max } };
  const TabellaShape made_shape = { 1, made }, asked_shape = { 1, asked };
  guint8 selections[8], body[2048];
  Setting s;

  set_up (&s);
  set_selections (&made_shape, (1u << marks) - 1, selections);
  g_assert_cmpuint (tabella_shape_body_size (&made_shape), ==,
                    tabella_shape_body_size (&asked_shape));
  g_assert_true (tabella_body_make (&made_shape, s.hi, &s.key, s.seed, selections, body));
  g_assert_cmpint (verify (&made_shape, &s, body), ==, TABELLA_PROOF_GOOD);
  g_assert_cmpint (verify (&asked_shape, &s, body), ==, TABELLA_PROOF_BAD);
}

static void
test_overvote (void)
{
  assert_other_limits (1, 2, 0, 1, 2);
  assert_other_limits (2, 2, 1, 1, 2);
  assert_other_limits (1, 4, 0, 3, 4);
}

static void
test_undervote (void)
{
  assert_other_limits (0, 1, 1, 2, 0);
  assert_other_limits (1, 1, 2, 2, 1);
  assert_other_limits (0, 3, 1, 4, 0);
  /* In both ranges, but the proof names the range. */
  assert_other_limits (0, 1, 1, 2, 1);
}

static void
test_every_byte (void)
{
  Setting s;
  guint8 selections[8] = { 1 }, body[2048];

  set_up (&s);
  for (gsize i = 0; i < G_N_ELEMENTS (shapes); i++) {
    const gsize size = tabella_shape_body_size (&shapes[i]);
    const gsize step = size <= 288 ? 1 : 13; /* prime to 32: meets every byte of the fields */
    for (guint number = 0; !is_legal (&shapes[i], selections); number++)
      set_selections (&shapes[i], number, selections);
    g_assert_true (tabella_body_make (&shapes[i], s.hi, &s.key, s.seed, selections, body));
    for (gsize at = 0; at < size; at += step) {
      const guint8 flip = (guint8)(1 << (at % 8));
      body[at] ^= flip;
      g_assert_cmpint (verify (&shapes[i], &s, body), ==, TABELLA_PROOF_BAD);
      body[at] ^= flip;
    }
    g_assert_cmpint (verify (&shapes[i], &s, body), ==, TABELLA_PROOF_GOOD);
  }
}

static void
swap (guint8 *body, gsize a, gsize b, gsize size)
{
  g_autofree guint8 *keep = g_memdup2 (body + a, size);

  memcpy (body + a, body + b, size);
  memcpy (body + b, keep, size);
}

/* Whole fields changed for other valid ones. */
static void
test_swaps (void)
{
  static const struct {
    gsize a, b, size;
  } swaps[] = {
    { 0, 64, 64 },    /* two options' ciphertexts */
    { 0, 32, 32 },    /* α and β */
    { 288, 320, 32 }, /* challenge and response */
    { 288, 384, 96 }, /* two options' proofs */
    { 352, 320, 32 }, /* two responses */
    { 256, 288, 32 }, /* e and a challenge */
  };
  const TabellaContestShape contests[] = { { 4, 0, 1 } };
  const TabellaShape shape = { 1, contests };
  guint8 selections[4] = { 0, 0, 1, 0 }, body[1024];
  Setting s;

  set_up (&s);
  g_assert_true (tabella_body_make (&shape, s.hi, &s.key, s.seed, selections, body));
  for (gsize i = 0; i < G_N_ELEMENTS (swaps); i++) {
    swap (body, swaps[i].a, swaps[i].b, swaps[i].size);
    g_assert_cmpint (verify (&shape, &s, body), ==, TABELLA_PROOF_BAD);
    swap (body, swaps[i].a, swaps[i].b, swaps[i].size);
  }
  g_assert_cmpint (verify (&shape, &s, body), ==, TABELLA_PROOF_GOOD);
}

/* Two contests of one shape change places with all that belongs to them. */
static void
test_contests_swapped (void)
{
  const TabellaContestShape contests[] = { { 1, 0, 1 }, { 1, 0, 1 } };
  const TabellaShape shape = { 2, contests };
  guint8 selections[2] = { 0, 1 }, body[544];
  Setting s;

  set_up (&s);
  g_assert_cmpuint (tabella_shape_body_size (&shape), ==, sizeof body);
  g_assert_true (tabella_body_make (&shape, s.hi, &s.key, s.seed, selections, body));
  swap (body, 0, 64, 64);
  swap (body, 160, 352, 192);
  g_assert_cmpint (verify (&shape, &s, body), ==, TABELLA_PROOF_BAD);
  swap (body, 0, 64, 64);
  swap (body, 160, 352, 192);
  g_assert_cmpint (verify (&shape, &s, body), ==, TABELLA_PROOF_GOOD);
}

static void
test_replay (void)
{
  Setting s, other;
  guint8 selections[8] = { 0, 0, 1 }, body[1344];

  set_up (&s);
  g_assert_true (tabella_body_make (&shapes[0], s.hi, &s.key, s.seed, selections, body));
  other = s;
  other.hi[31] ^= 0x80;
  g_assert_cmpint (verify (&shapes[0], &other, body), ==, TABELLA_PROOF_BAD);
  other = s;
  other.key = fixture_point ("other key");
  g_assert_cmpint (verify (&shapes[0], &other, body), ==, TABELLA_PROOF_BAD);
}

static void
test_bad_leaves_points_alone (void)
{
  Setting s;
  guint8 selections[1] = { 1 }, body[288], untouched[32];
  TabellaPoint alpha, beta;
  TabellaProofVerdict verdict = TABELLA_PROOF_GOOD;

  set_up (&s);
  memset (untouched, 0xaa, sizeof untouched);
  memset (alpha.b, 0xaa, sizeof alpha.b);
  memset (beta.b, 0xaa, sizeof beta.b);
  g_assert_true (tabella_body_make (&shapes[1], s.hi, &s.key, s.seed, selections, body));
  body[287] ^= 1;
  tabella_body_verify (&shapes[1], s.hi, &s.key, body, &alpha, &beta, &verdict);
  g_assert_cmpint (verdict, ==, TABELLA_PROOF_BAD);
  g_assert_cmpmem (alpha.b, 32, untouched, 32);
  g_assert_cmpmem (beta.b, 32, untouched, 32);
}

static void
test_code (void)
{
  Setting s;
  guint8 selections[1] = { 1 }, message[289] = { 0x29 }, code[32], expected[32];

  set_up (&s);
  g_assert_true (tabella_body_make (&shapes[1], s.hi, &s.key, s.seed, selections, message + 1));
  tabella_body_code (&shapes[1], s.hi, message + 1, code);
  g_assert_cmpint (crypto_generichash (expected, 32, message, sizeof message, s.hi, 32), ==, 0);
  g_assert_cmpmem (code, 32, expected, 32);
}

static void
test_illegal_shape_stops (gconstpointer data)
{
  if (g_test_subprocess ()) {
    const TabellaShape shape = { 1, data };
    tabella_shape_body_size (&shape);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*impossible*");
}

int
main (int argc, char **argv)
{
  static const TabellaContestShape illegal[] = {
    { 0, 0, 0 }, { 2, 0, 0 }, { 2, 2, 1 }, { 2, 0, 3 }, { 1001, 0, 1 },
  };

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/body/sizes", test_sizes);
  g_test_add_func ("/body/accepts", test_accepts);
  g_test_add_func ("/body/honest", test_honest);
  g_test_add_func ("/body/illegal-selections", test_illegal_selections);
  g_test_add_func ("/body/deterministic", test_deterministic);
  g_test_add_func ("/body/overvote", test_overvote);
  g_test_add_func ("/body/undervote", test_undervote);
  g_test_add_func ("/body/every-byte", test_every_byte);
  g_test_add_func ("/body/swaps", test_swaps);
  g_test_add_func ("/body/contests-swapped", test_contests_swapped);
  g_test_add_func ("/body/replay", test_replay);
  g_test_add_func ("/body/bad-leaves-points-alone", test_bad_leaves_points_alone);
  g_test_add_func ("/body/code", test_code);
  for (gsize i = 0; i < G_N_ELEMENTS (illegal); i++) {
    g_autofree char *path = g_strdup_printf ("/body/illegal-shape-stops/%zu", i);
    g_test_add_data_func (path, &illegal[i], test_illegal_shape_stops);
  }
  return g_test_run ();
}
