/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "ids.h"
#include "secret.h"

static const TabellaIdScheme hkid = { .kind = TABELLA_IDS_HKID };

static TabellaIdVerdict
check (const TabellaIdScheme *scheme, const char *typed)
{
  char id[TABELLA_ID_MAX + 1];
  TabellaIdVerdict verdict = tabella_id_normalise (typed, id);

  return verdict == TABELLA_ID_OK ? tabella_id_check (scheme, id) : verdict;
}

static void
assert_all (const TabellaIdScheme *scheme, TabellaIdVerdict expected, const char *const *typed)
{
  for (; *typed != NULL; typed++) {
    TabellaIdVerdict verdict = check (scheme, *typed);

    if (verdict != expected)
      g_error ("\"%s\" gives %d, not %d", *typed, verdict, expected);
  }
}

static void
test_normalise (void)
{
  static const char *const pairs[][2] = {
    { "A123456(3)", "A1234563" },
    { " a 123 456 (3) ", "A1234563" },
    { "ａｂ９８７６５４（３）", "AB9876543" },
    { "Ａ１２３４５６［３］", "A1234563" },
    { "a-1\t2\n3", "A123" },
    { "é1ß2", "12" },
    { "abcdefghijklmnopqrstuvwxyz012345", "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345" },
  };
  char id[TABELLA_ID_MAX + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_assert_cmpint (tabella_id_normalise (pairs[i][0], id), ==, TABELLA_ID_OK);
    g_assert_cmpstr (id, ==, pairs[i][1]);
  }
}

static void
test_normalise_refuses (void)
{
  static const char *const wrong[] = { "", " ()-", "（）", "abcdefghijklmnopqrstuvwxyz0123456",
                                       "A12\xFF"
                                       "3456" };
  char id[TABELLA_ID_MAX + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    memset (id, 'x', sizeof id);
    g_assert_cmpint (tabella_id_normalise (wrong[i], id), ==, TABELLA_ID_MALFORMED);
    g_assert_cmpstr (id, ==, "");
  }
}

static void
test_hkid (void)
{
  static const char *const good[] = {
    "A123456(3)",
    "AB987654(3)",
    "E364912(5)",
    "G123456(A)",
    "L555555(0)",
    "K123456(0)",
    "a1234563",
    "A123456 3",
    "ab987654(3)",
    "g123456a",
    "Ａ１２３４５６（３）",
    "Ｇ１２３４５６（Ａ）",
    NULL,
  };
  static const char *const bad_check[] = { "A123456(4)", "AB987654(2)", "G123456(0)", "A123457(3)",
                                           "B123456(3)", "L555555(A)",  NULL };
  static const char *const malformed[] = { "A12345(3)", "A1234567(3)", "ABC123456(3)", "1234563",
                                           "A123456",   "A123456(B)",  "G123456(X)",   "A12345A(3)",
                                           "A",         NULL };

  assert_all (&hkid, TABELLA_ID_OK, good);
  assert_all (&hkid, TABELLA_ID_BAD_CHECK, bad_check);
  assert_all (&hkid, TABELLA_ID_MALFORMED, malformed);
}

/* Letters whose values differ by 11 give the same check: the reason for comparing names. */
static void
test_hkid_blind_spots (void)
{
  static const char *const same[] = { "A123456(3)", "L123456(3)", "W123456(3)", "G123456(A)",
                                      "R123456(A)", "V123456(0)", NULL };

  assert_all (&hkid, TABELLA_ID_OK, same);
}

static void
test_pattern (void)
{
  char *masks[] = { (char *)"AA999", (char *)"9X", NULL };
  const TabellaIdScheme scheme = { TABELLA_IDS_PATTERN, masks, TABELLA_CHECK_NONE };
  static const char *const good[] = { "ab123", "AB-123", "1a", "12", NULL };
  static const char *const malformed[] = { "A1123", "ABC12", "AB12", "AB1234", "A2", "123", NULL };

  assert_all (&scheme, TABELLA_ID_OK, good);
  assert_all (&scheme, TABELLA_ID_MALFORMED, malformed);
}

typedef struct {
  const char *name;
  TabellaIdCheck check;
  const char *mask;
  const char *good[4], *bad[6];
} Published;

/* Numbers that others have published as examples, and errors that the check must find. */
static const Published published[] = {
  { "luhn",
    TABELLA_CHECK_LUHN,
    "99999999999",
    { "79927398713" },
    { "79927398710", "79927398712", "97927398713", "79927398731" } },
  { "luhn-16",
    TABELLA_CHECK_LUHN,
    "9999999999999999",
    { "4539 1488 0343 6467", "4111 1111 1111 1111" },
    { "8273 1232 7352 0569", "4111 1111 1111 1112" } },
  { "mod11-2",
    TABELLA_CHECK_MOD11_2,
    "999999999999999X",
    { "0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X" },
    { "0000-0002-1825-0098", "0000-0002-1852-0097", "0000-0002-1694-2330",
      "0000-0002-1694-233A" } },
  { "mod11-2-short", TABELLA_CHECK_MOD11_2, "9999X", { "07940" }, { "0794X", "07941", "70940" } },
  { "mod97-10", TABELLA_CHECK_MOD97_10, "99999", { "79444" }, { "79443", "97444", "79544" } },
  { "mod97-10-lei",
    TABELLA_CHECK_MOD97_10,
    "XXXXXXXXXXXXXXXXXX99",
    { "5493001KJTIIGC8Y1R12", "213800WSGIIZCXF1P572" },
    { "5493001KJTIIGC8Y1R21", "5493001KJTIIGC8Y1S12" } },
  { "verhoeff", TABELLA_CHECK_VERHOEFF, "9999", { "2363" }, { "2364", "3263", "2336", "2360" } },
  { "verhoeff-long",
    TABELLA_CHECK_VERHOEFF,
    "9999999999999",
    { "1234567890120" },
    { "1234567890121", "1234567809120" } },
};

static void
test_published (gconstpointer data)
{
  const Published *p = data;
  char *masks[] = { (char *)p->mask, NULL };
  const TabellaIdScheme scheme = { TABELLA_IDS_PATTERN, masks, p->check };

  assert_all (&scheme, TABELLA_ID_OK, p->good);
  assert_all (&scheme, TABELLA_ID_BAD_CHECK, p->bad);
}

/* Every single digit that is wrong, and every swap of two different neighbours that the check
 * promises to find. */
static void
test_finds_errors (void)
{
  static const struct {
    TabellaIdCheck check;
    const char *good;
    gboolean swaps;
  } checks[] = {
    { TABELLA_CHECK_LUHN, "79927398713", FALSE },
    { TABELLA_CHECK_MOD11_2, "07940", TRUE },
    { TABELLA_CHECK_MOD97_10, "79444", TRUE },
    { TABELLA_CHECK_VERHOEFF, "2363", TRUE },
  };

  for (gsize k = 0; k < G_N_ELEMENTS (checks); k++) {
    g_autofree char *mask = g_strnfill (strlen (checks[k].good), '9');
    char *masks[] = { mask, NULL };
    const TabellaIdScheme scheme = { TABELLA_IDS_PATTERN, masks, checks[k].check };

    for (gsize i = 0; checks[k].good[i] != '\0'; i++) {
      g_autofree char *id = g_strdup (checks[k].good);

      for (char c = '0'; c <= '9'; c++) {
        id[i] = c;
        g_assert_cmpint (check (&scheme, id), ==,
                         c == checks[k].good[i] ? TABELLA_ID_OK : TABELLA_ID_BAD_CHECK);
      }
      id[i] = checks[k].good[i + 1];
      id[i + 1] = checks[k].good[i];
      if (checks[k].swaps && id[i] != '\0' && id[i] != id[i + 1])
        g_assert_cmpint (check (&scheme, id), ==, TABELLA_ID_BAD_CHECK);
    }
  }
}

static void
test_lane (void)
{
  char *masks[] = { (char *)"XXXXXX", NULL };
  const TabellaIdScheme pattern = { TABELLA_IDS_PATTERN, masks, TABELLA_CHECK_NONE };

  g_assert_cmpuint (tabella_id_lane (&hkid, "A1234563"), ==, 6);
  g_assert_cmpuint (tabella_id_lane (&hkid, "AB9876543"), ==, 4);
  g_assert_cmpuint (tabella_id_lane (&hkid, "G123456A"), ==, 6);
  g_assert_cmpuint (tabella_id_lane (&hkid, "K1234500"), ==, 0);
  g_assert_cmpuint (tabella_id_lane (&pattern, "AB12C7"), ==, 7);
  g_assert_cmpuint (tabella_id_lane (&pattern, "AB12CD"), ==, 2);
  g_assert_cmpuint (tabella_id_lane (&pattern, "ABCDEF"), ==, 0);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ids/normalise", test_normalise);
  g_test_add_func ("/ids/normalise/refuses", test_normalise_refuses);
  g_test_add_func ("/ids/hkid", test_hkid);
  g_test_add_func ("/ids/hkid/blind-spots", test_hkid_blind_spots);
  g_test_add_func ("/ids/pattern", test_pattern);
  for (gsize i = 0; i < G_N_ELEMENTS (published); i++) {
    g_autofree char *path = g_strconcat ("/ids/published/", published[i].name, NULL);

    g_test_add_data_func (path, &published[i], test_published);
  }
  g_test_add_func ("/ids/finds-errors", test_finds_errors);
  g_test_add_func ("/ids/lane", test_lane);
  return g_test_run ();
}
