/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much a draft may hold, and which characters no name or text of it has. What the tests of
 * src/election hold to its limit on both sides is not repeated here. */
#include <string.h>
#include "fixture.h"

/* What is wrong with @json, "" if nothing. */
static char *
first_problem (json_t *json)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaElection) e = tabella_election_parse (json, "", problems);

  g_assert_true ((e != NULL) == (problems->len == 0));
  return g_strdup (problems->len > 0 ? problems->pdata[0] : "");
}

/* --- Lists --- */

/* Copies of the list's last member until there are @n, each with its own "id" if it has one. */
static void
grow (json_t *json, const char *path, gsize n)
{
  json_t *list = fixture_at (json, path);
  json_t *last = json_array_get (list, json_array_size (list) - 1);

  for (gsize i = json_array_size (list); i < n; i++) {
    json_t *copy = json_deep_copy (last);

    if (json_object_get (copy, "id") != NULL)
      json_object_set_new (copy, "id", json_sprintf ("id-%zu", i));
    json_array_append_new (list, copy);
  }
}

static void
grow_languages (json_t *json, gsize n)
{
  json_t *list = json_object_get (json, "languages");

  while (json_array_size (list) < n)
    json_array_append_new (list, json_sprintf ("x%c", (char)('a' + json_array_size (list))));
}

static const struct {
  const char *path;
  gsize most;
} lists[] = {
  { "stations[0].hours", TABELLA_HOURS_MAX },
  { "ids.patterns", TABELLA_PATTERNS_MAX },
};

static void
test_lists (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (gsize n = lists[i].most; n <= lists[i].most + 1; n++) {
      g_autoptr (json_t) json = fixture_draft (3, 2);
      g_autofree char *problem = NULL;

      fixture_edit (json, "ids",
                    "{\"scheme\":\"pattern\",\"patterns\":[\"A9\"],\"check\":\"none\"}");
      grow (json, lists[i].path, n);
      problem = first_problem (json);
      if (n == lists[i].most)
        g_assert_cmpstr (problem, ==, "");
      else
        g_assert_true (g_str_has_prefix (problem, lists[i].path));
    }
}

/* Texts are missing in the languages that are added; only the count is looked at here. */
static void
test_languages (void)
{
  for (gsize n = TABELLA_LANGUAGES_MAX; n <= TABELLA_LANGUAGES_MAX + 1; n++) {
    g_autoptr (json_t) json = fixture_draft (3, 2);
    g_autofree char *problem = NULL;

    grow_languages (json, n);
    problem = first_problem (json);
    g_assert_cmpint (g_str_has_prefix (problem, "languages: has 17 members"), ==,
                     n > TABELLA_LANGUAGES_MAX);
  }
}

/* --- Numbers and lengths --- */

static void
test_numbers (void)
{
  g_autofree char *path = g_strnfill (TABELLA_RECEIPT_URL_MAX - strlen ("https://"), 'x');
  g_autofree char *url = g_strdup_printf ("\"https://%s\"", path);
  g_autofree char *longer = g_strdup_printf ("\"https://%sx\"", path);
  const struct {
    const char *field, *value, *problem;
  } cases[] = {
    { "policies.receipt_url", url, "" },
    { "policies.receipt_url", longer, "policies.receipt_url: may have at most 200 bytes" },
    { "policies.min_unit", "1000000", "" },
    { "policies.min_unit", "1000001", "policies.min_unit: is 1000001" },
    { "policies.capacity.ballots", "100000", "" },
    { "policies.capacity.ballots", "100001", "policies.capacity.ballots: is 100001" },
    { "policies.capacity.checkins", "100000", "" },
    { "policies.capacity.checkins", "100001", "policies.capacity.checkins: is 100001" },
    { "policies.officers.count", "6", "" },
    { "policies.officers.count", "7", "policies.officers.count: is 7" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (json_t) json = fixture_draft (3, 2);
    g_autofree char *problem = NULL;

    fixture_edit (json, cases[i].field, cases[i].value);
    problem = first_problem (json);
    if (!g_str_has_prefix (problem, cases[i].problem) ||
        (*problem == '\0') != (*cases[i].problem == '\0'))
      g_error ("%s = %s: \"%s\"", cases[i].field, cases[i].value, problem);
  }
}

/* --- Names and texts --- */

static const char *const fields[] = {
  "name",
  "trustees.names[0]",
  "contests[0].title.en",
  "contests[0].question.en",
  "contests[0].options[0].text.en",
  "styles[0].title.en",
  "stations[0].name.en",
  "stations[0].address.en",
};

/* What the draft says with @text, "" if it is taken, without the field's name. */
static char *
with_text (const char *field, const char *text)
{
  g_autoptr (json_t) json = fixture_draft (3, 2);
  g_autoptr (json_t) value = json_string (text);
  g_autofree char *quoted = json_dumps (value, JSON_ENCODE_ANY);
  g_autofree char *problem = NULL;

  fixture_edit (json, field, quoted);
  problem = first_problem (json);
  if (*problem == '\0')
    return g_steal_pointer (&problem);
  g_assert_true (g_str_has_prefix (problem, field));
  return g_strdup (problem + strlen (field) + strlen (": "));
}

/* Those that draw nothing, or make others be drawn elsewhere. */
static void
test_deceptive (void)
{
  static const gunichar refused[] = {
    0x0001, 0x0009, 0x000A,  0x000D,  0x001B,  0x007F,   0x0085, 0x009F, 0x00AD, 0x034F,
    0x061C, 0x115F, 0x1160,  0x17B4,  0x180E,  0x200B,   0x200E, 0x200F, 0x2028, 0x2029,
    0x202A, 0x202B, 0x202C,  0x202D,  0x202E,  0x2060,   0x2061, 0x2064, 0x2066, 0x2067,
    0x2068, 0x2069, 0x206F,  0x2800,  0x3164,  0xFDD0,   0xFDEF, 0xFEFF, 0xFFA0, 0xFFF9,
    0xFFFE, 0xFFFF, 0x1FFFE, 0xE0001, 0xE0020, 0x10FFFF,
  };
  static const gunichar taken[] = {
    0x00A0, 0x0301, 0x05D0,  0x0627,  0x0E33,  0x200C, 0x200D, 0x3000, 0x4E00,
    0xE000, 0xFE0F, 0x1F600, 0x20000, 0xE0100, 0xFDCF, 0xFDF0, 0xFFFD,
  };

  for (guint f = 0; f < G_N_ELEMENTS (fields); f++) {
    for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
      g_autofree char *start = g_strdup_printf ("contains U+%04X", refused[i]), *problem = NULL;
      g_autoptr (GString) made = g_string_new ("Candi");

      g_string_append_unichar (made, refused[i]);
      g_string_append (made, "date");
      problem = with_text (fields[f], made->str);
      if (!g_str_has_prefix (problem, start))
        g_error ("%s with U+%04X: \"%s\"", fields[f], refused[i], problem);
    }
    for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
      g_autofree char *problem = NULL;
      g_autoptr (GString) made = g_string_new ("Candi");

      g_string_append_unichar (made, taken[i]);
      g_string_append (made, "date");
      problem = with_text (fields[f], made->str);
      if (*problem != '\0')
        g_error ("%s with U+%04X: \"%s\"", fields[f], taken[i], problem);
    }
  }
}

static void
test_marks (void)
{
  g_autoptr (GString) text = g_string_new ("e");
  g_autofree char *taken = NULL, *refused = NULL, *blank = NULL;

  for (guint i = 0; i < TABELLA_MARKS_MAX; i++)
    g_string_append (text, i % 2 == 0 ? "\xCC\x81" : "\xCC\xA3");
  taken = with_text ("contests[0].options[0].text.en", text->str);
  g_assert_cmpstr (taken, ==, "");
  g_string_append (text, "\xCC\x81"); /* and so on, over the lines above and below */
  refused = with_text ("contests[0].options[0].text.en", text->str);
  g_assert_cmpstr (refused, ==, "contains more than 8 combining marks in a row");
  blank = with_text ("contests[0].options[0].text.en", "\xE3\x80\x80 \xC2\xA0");
  g_assert_cmpstr (blank, ==, "is empty");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/draft/lists", test_lists);
  g_test_add_func ("/limits/draft/languages", test_languages);
  g_test_add_func ("/limits/draft/numbers", test_numbers);
  g_test_add_func ("/limits/draft/characters", test_deceptive);
  g_test_add_func ("/limits/draft/marks", test_marks);
  return g_test_run ();
}
