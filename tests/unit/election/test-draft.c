/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "fixture.h"
#include "secret.h"

/* One thing wrong with the example (two edits where one value hangs on another): exactly one
 * problem. */
typedef struct {
  const char *path, *value, *problem, *also_path, *also_value;
} Wrong;

#define LONG_32 "\"abcdefghijklmnopqrstuvwxyz-01234\"" /* 32 characters, quotes aside */
#define X50     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define PATTERN(masks, check)                                                                      \
  "{\"scheme\":\"pattern\",\"patterns\":" masks ",\"check\":\"" check "\"}"

static const Wrong wrong[] = {
  /* top */
  { "name", "\"\"", "name: is empty" },
  { "name", "\"" X50 X50 X50 X50 "x\"", "name: has 201 bytes" },
  { "name", "\"a\\u0007\"", "name: contains U+0007" },
  { "name", "\"a\\u202e\"", "name: contains U+202E" },
  { "name", NULL, "name: missing" },
  { "name", "7", "name: must be a text" },
  { "colour", "1", "colour: unknown field" },
  { "languages", "[]", "languages: has 0 members" },
  { "languages[1]", "\"zh_hk\"", "languages[1]: must be a language tag" },
  { "languages[1]", "\"z\"", "languages[1]: must be a language tag" },
  { "languages[1]", "\"zhhk\"", "languages[1]: must be a language tag" },
  { "languages[1]", "\"zh_HKG\"", "languages[1]: must be a language tag" },
  { "languages[1]", "7", "languages[1]: must be a language tag" },
  { "languages[1]", "\"en\"", "languages[1]: \"en\" is in this list twice" },
  { "languages",
    "[\"aa\",\"bb\",\"cc\",\"dd\",\"ee\",\"ff\",\"gg\",\"hh\",\"ii\",\"jj\",\"kk\",\"ll\",\"mm\","
    "\"nn\",\"oo\",\"pp\",\"qq\"]",
    "languages: has 17 members" },
  /* trustees */
  { "trustees", "[]", "trustees: must be an object" },
  { "trustees.names", "[]", "trustees.names: has 0 names", "trustees.needed", "1" },
  { "trustees.names[2]", "\"Trustee One\"",
    "trustees.names[2]: \"Trustee One\" is in this list twice" },
  { "trustees.names[2]", "\"\"", "trustees.names[2]: is empty" },
  { "trustees.names[2]", "\"" X50 X50 "x\"", "trustees.names[2]: has 101 bytes" },
  { "trustees.names[2]", "\"a\\u2066\"", "trustees.names[2]: contains U+2066" },
  { "trustees.names[2]", "null", "trustees.names[2]: must be a text" },
  { "trustees.needed", "0", "trustees.needed: is 0" },
  { "trustees.needed", "4", "trustees.needed: is 4" },
  { "trustees.extra", "4", "trustees.extra: unknown field" },
  /* contests */
  { "contests", "[]", "contests: has 0 members" },
  { "contests", "{}", "contests: must be a list" },
  { "contests[0].colour", "1", "contests[0].colour: unknown field" },
  { "contests[0].id", "\"motion-2\"", "contests[1].id: \"motion-2\" is used twice",
    "styles[0].contests", "[\"motion-2\"]" },
  { "contests[0].id", NULL, "contests[0].id: missing", "styles[0].contests", "[\"motion-2\"]" },
  { "contests[0].title", NULL, "contests[0].title: missing" },
  { "contests[0].title", "\"Motion 1\"", "contests[0].title: must be an object" },
  { "contests[0].title.zh_HK", NULL, "contests[0].title.zh_HK: missing" },
  { "contests[0].title.fr", "\"Motion\"",
    "contests[0].title.fr: is not one of the election's languages" },
  { "contests[0].question.en", "\"\"", "contests[0].question.en: is empty" },
  { "contests[0].question.en", "\"two\\nlines\"", "contests[0].question.en: contains U+000A" },
  { "contests[0].question.en", "\"\\u0085\"", "contests[0].question.en: contains U+0085" },
  { "contests[0].question.en", "\"\\u200f\"", "contests[0].question.en: contains U+200F" },
  { "contests[0].question.en", "\"\\u061c\"", "contests[0].question.en: contains U+061C" },
  { "contests[0].question.en", "\"\\u2028\"", "contests[0].question.en: contains U+2028" },
  { "contests[0].question.en", "\"\\ufeff\"", "contests[0].question.en: contains U+FEFF" },
  { "contests[0].question.en", "\"\\u200b\"", "contests[0].question.en: contains U+200B" },
  { "contests[0].question.en", "\"\\u007f\"", "contests[0].question.en: contains U+007F" },
  { "contests[0].question.en", "1", "contests[0].question.en: must be a text" },
  { "contests[0].options", "[]", "contests[0].options: has 0 options" },
  { "contests[0].options", "7", "contests[0].options: must be a list" },
  { "contests[0].options[1]", "7", "contests[0].options[1]: must be an object" },
  { "contests[0].options[1].id", "\"\"", "contests[0].options[1].id: must be 1 to 32" },
  { "contests[0].options[1].id", "\"Students\"", "contests[0].options[1].id: must be 1 to 32" },
  { "contests[0].options[1].id", "\"people power\"", "contests[0].options[1].id: must be 1 to 32" },
  { "contests[0].options[1].id", "\"people_power\"", "contests[0].options[1].id: must be 1 to 32" },
  { "contests[0].options[1].id",
    "\""
    "abcdefghijklmnopqrstuvwxyz-012345"
    "\"",
    "contests[0].options[1].id: must be 1 to 32" },
  { "contests[0].options[1].id", "\"students\"",
    "contests[0].options[2].id: \"students\" is used twice" },
  { "contests[0].options[1].text.en", NULL, "contests[0].options[1].text.en: missing" },
  { "contests[0].options[1].colour", "1", "contests[0].options[1].colour: unknown" },
  { "contests[0].max", "0", "contests[0].max: is 0" },
  { "contests[0].max", "5", "contests[0].max: is 5; it must be from 1 to 4" },
  { "contests[0].max", "\"1\"", "contests[0].max: must be a whole number" },
  { "contests[0].min", "2", "contests[0].min: is 2; it must be from 0 to 1" },
  { "contests[0].min", "-1", "contests[0].min: is -1" },
  /* styles */
  { "styles", "[]", "styles: has 0 members" },
  { "styles[0].contests", "[]", "styles[0].contests: is empty" },
  { "styles[0].contests[1]", "\"motion-1\"",
    "styles[0].contests[1]: \"motion-1\" is in this list twice" },
  { "styles[0].contests[1]", "\"motion-3\"", "styles[0].contests[1]: there is no contest" },
  { "styles[0].contests[1]", "1", "styles[0].contests[1]: must be the id of a contest" },
  { "styles[0].title.en", NULL, "styles[0].title.en: missing" },
  { "styles[0].colour", "1", "styles[0].colour: unknown" },
  /* units */
  { "units", "[]", "units: has 0 members" },
  { "units[0].merge_into", "null", "units: 2 of them have merge_into null" },
  { "units[2].merge_into", "\"kowloon\"", "units: 0 of them have merge_into null" },
  { "units[0].merge_into", "\"hong-kong-island\"", "units[0].merge_into: goes in a circle" },
  { "units[0].merge_into", "\"macau\"", "units[0].merge_into: there is no unit" },
  { "units[0].merge_into", NULL, "units[0].merge_into: missing" },
  { "units[0].merge_into", "1", "units[0].merge_into: must be a text" },
  { "units[0].name", "1", "units[0].name: unknown" },
  /* stations */
  { "stations", "[]", "stations: has 0 members" },
  { "stations[0].id", "\"mong-kok\"", "stations[1].id: \"mong-kok\" is used twice" },
  { "stations[0].name.zh_HK", NULL, "stations[0].name.zh_HK: missing" },
  { "stations[0].address", NULL, "stations[0].address: missing" },
  { "stations[0].styles", "[]", "stations[0].styles: is empty" },
  { "stations[0].styles", "[\"all\",\"all\"]",
    "stations[0].styles[1]: \"all\" is in this list twice" },
  { "stations[0].styles", "[\"none\"]", "stations[0].styles[0]: there is no style" },
  { "stations[0].unit", "\"macau\"", "stations[0].unit: there is no unit" },
  { "stations[0].unit", "null", "stations[0].unit: must be a text" },
  { "stations[0].hours", "{}", "stations[0].hours: must be a list" },
  { "stations[0].hours[1]", "7", "stations[0].hours[1]: must be an object" },
  { "stations[0].hours[1].day", "\"2014-6-22\"", "stations[0].hours[1].day: must be a date" },
  { "stations[0].hours[1].day", "\"2014-02-30\"", "stations[0].hours[1].day: must be a date" },
  { "stations[0].hours[1].day", "\"2014-13-01\"", "stations[0].hours[1].day: must be a date" },
  { "stations[0].hours[1].day", "\"2014-00-01\"", "stations[0].hours[1].day: must be a date" },
  { "stations[0].hours[1].day", "\"2014-06-22 \"", "stations[0].hours[1].day: must be a date" },
  { "stations[0].hours[1].open", "\"24:00\"", "stations[0].hours[1].open: must be a time" },
  { "stations[0].hours[1].open", "\"9:00\"", "stations[0].hours[1].open: must be a time" },
  { "stations[0].hours[1].open", "\"09:60\"", "stations[0].hours[1].open: must be a time" },
  { "stations[0].hours[1].close", "\"10:00\"", "stations[0].hours[1].close: 10:00 is not after" },
  { "stations[0].hours[1].close", "\"09:59\"", "stations[0].hours[1].close: 09:59 is not after" },
  { "stations[0].hours[1].close", NULL, "stations[0].hours[1].close: missing" },
  { "stations[0].hours[1].note", "1", "stations[0].hours[1].note: unknown" },
  { "stations[0].lat_e6", "90000001", "stations[0].lat_e6: is 90000001" },
  { "stations[0].lat_e6", "-90000001", "stations[0].lat_e6: is -90000001" },
  { "stations[0].lon_e6", "180000001", "stations[0].lon_e6: is 180000001" },
  { "stations[0].lon_e6", "-180000001", "stations[0].lon_e6: is -180000001" },
  { "stations[0].lon_e6", NULL, "stations[0].lon_e6: missing" },
  { "stations[0].phone", "1", "stations[0].phone: unknown" },
  /* ids */
  { "ids", "\"hkid\"", "ids: must be an object" },
  { "ids.scheme", "\"passport\"", "ids.scheme: is \"passport\"; it must be one of" },
  { "ids.patterns", "[]", "ids.patterns: unknown" },
  { "ids", "{\"scheme\":\"pattern\",\"patterns\":[\"9\"]}", "ids.check: missing" },
  { "ids", PATTERN ("[]", "none"), "ids.patterns: must have 1 to 16" },
  { "ids",
    PATTERN ("[\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\",\"9\","
             "\"9\",\"9\",\"9\"]",
             "none"),
    "ids.patterns: must have 1 to 16" },
  { "ids", PATTERN ("[\"\"]", "none"), "ids.patterns[0]: must be 1 to 32" },
  { "ids", PATTERN ("[\"9B\"]", "none"), "ids.patterns[0]: must be 1 to 32" },
  { "ids", PATTERN ("[\"999999999999999999999999999999999\"]", "none"),
    "ids.patterns[0]: must be 1 to 32" },
  { "ids", PATTERN ("[9]", "none"), "ids.patterns[0]: must be a text" },
  { "ids", PATTERN ("[\"99\"]", "iban"), "ids.check: is \"iban\"" },
  { "ids", PATTERN ("[\"A99\"]", "luhn"), "ids.patterns[0]: this check needs two or more digits" },
  { "ids", PATTERN ("[\"9\"]", "luhn"), "ids.patterns[0]: this check needs two or more digits" },
  { "ids", PATTERN ("[\"99X\"]", "verhoeff"),
    "ids.patterns[0]: this check needs two or more digits" },
  { "ids", PATTERN ("[\"9A9\"]", "mod11-2"), "ids.patterns[0]: mod11-2 needs digits" },
  { "ids", PATTERN ("[\"99A\"]", "mod11-2"), "ids.patterns[0]: mod11-2 needs digits" },
  { "ids", PATTERN ("[\"XXX\"]", "mod97-10"), "ids.patterns[0]: mod97-10 needs two digits" },
  { "ids", PATTERN ("[\"99\"]", "mod97-10"), "ids.patterns[0]: mod97-10 needs two digits" },
  /* policies */
  { "policies", NULL, "policies: missing" },
  { "policies.colour", "1", "policies.colour: unknown" },
  { "policies.voting", "\"online\"", "policies.voting: is \"online\"" },
  { "policies.voting", "\"anywhere\"",
    "policies.duplicates: \"assigned-then-lot\" is possible only" },
  { "policies.walk_ins", "true", "policies.walk_ins: must be a text" },
  { "policies.walk_ins", "\"maybe\"", "policies.walk_ins: is \"maybe\"" },
  { "policies.duplicates", "\"first\"", "policies.duplicates: is \"first\"" },
  { "policies.paper", "\"\"", "policies.paper: is \"\"" },
  { "policies.min_unit", "-1", "policies.min_unit: is -1" },
  { "policies.min_unit", "1000001", "policies.min_unit: is 1000001" },
  { "policies.capacity", "600", "policies.capacity: must be an object" },
  { "policies.capacity.ballots", "0", "policies.capacity.ballots: is 0" },
  { "policies.capacity.ballots", "100001", "policies.capacity.ballots: is 100001" },
  { "policies.capacity.checkins", "0", "policies.capacity.checkins: is 0" },
  { "policies.capacity.checkins", "100001", "policies.capacity.checkins: is 100001" },
  { "policies.capacity.other", "1", "policies.capacity.other: unknown" },
  { "policies.idle_seconds", "119", "policies.idle_seconds: is 119" },
  { "policies.idle_seconds", "301", "policies.idle_seconds: is 301" },
  { "policies.directory", "0", "policies.directory: must be true or false" },
  { "policies.receipt_url", "7", "policies.receipt_url: must be a text" },
  { "policies.receipt_url", NULL, "policies.receipt_url: missing" },
  { "policies.receipt_url", "\"ftp://example.org\"",
    "policies.receipt_url: must be null or start with" },
  { "policies.receipt_url", "\"https://example.org/a b\"",
    "policies.receipt_url: may have printable" },
  { "policies.receipt_url", "\"https://example.org/\\u00e9\"",
    "policies.receipt_url: may have printable" },
  { "policies.receipt_url", "\"https://" X50 X50 X50 X50 "\"",
    "policies.receipt_url: may have at most" },
  { "policies.officers.count", "0", "policies.officers.count: is 0" },
  { "policies.officers.count", "7", "policies.officers.count: is 7" },
  { "policies.officers.required", "0", "policies.officers.required: is 0" },
  { "policies.officers.required", "4", "policies.officers.required: is 4; it must be from 1 to 3" },
  { "policies.officers.other", "1", "policies.officers.other: unknown" },
};

/* The last value inside each limit. */
static const Wrong good[] = {
  { "name", "\"" X50 X50 X50 X50 "\"" },
  { "trustees.names[2]", "\"" X50 X50 "\"" },
  { "trustees.needed", "1" },
  { "trustees.needed", "3" },
  { "contests[0].options[1].id", LONG_32 },
  { "contests[0].options[1].id", "\"0\"" },
  { "contests[0].question.en", "\"a\\u200cb\\u200dc\"" },
  { "contests[0].max", "4" },
  { "contests[0].min", "1" },
  { "styles[0].contests", "[\"motion-2\"]" },
  { "units[2].merge_into", "\"hong-kong-island\"", NULL, "units[0].merge_into", "null" },
  { "stations[0].hours", "[]" },
  { "stations[0].hours[0].open", "\"00:00\"" },
  { "stations[0].hours[0].close", "\"23:59\"" },
  { "stations[0].hours[0].close", "\"10:01\"" },
  { "stations[0].hours[0].day", "\"2012-02-29\"" },
  { "stations[0].lat_e6", "90000000" },
  { "stations[0].lat_e6", "-90000000" },
  { "stations[0].lon_e6", "180000000" },
  { "stations[0].lon_e6", "-180000000" },
  { "ids", PATTERN ("[\"A999999X\",\"AXAXAXAXAXAXAXAXAXAXAXAXAXAXAXAX\"]", "none") },
  { "ids", PATTERN ("[\"99\"]", "luhn") },
  { "ids", PATTERN ("[\"9X\",\"99\"]", "mod11-2") },
  { "ids", PATTERN ("[\"X99\"]", "mod97-10") },
  { "ids", PATTERN ("[\"99\"]", "verhoeff") },
  { "policies.voting", "\"anywhere\"", NULL, "policies.duplicates", "\"lot\"" },
  { "policies.voting", "\"anywhere\"", NULL, "policies.duplicates", "\"strike-all\"" },
  { "policies.walk_ins", "\"refused\"" },
  { "policies.paper", "\"prevails\"" },
  { "policies.min_unit", "0" },
  { "policies.capacity.ballots", "1" },
  { "policies.capacity.checkins", "100000" },
  { "policies.idle_seconds", "120" },
  { "policies.idle_seconds", "300" },
  { "policies.receipt_url", "\"https://example.org/check#\"" },
  { "policies.officers.count", "6" },
  { "policies.officers.required", "3" },
};

static TabellaElection *
parse (json_t *json, GPtrArray **problems)
{
  *problems = g_ptr_array_new_with_free_func (g_free);
  return tabella_election_parse (json, "", *problems);
}

static json_t *
edited (const Wrong *w)
{
  json_t *json = tabella_election_example ("referendum-2014", NULL);

  fixture_edit (json, w->path, w->value);
  if (w->also_path != NULL)
    fixture_edit (json, w->also_path, w->also_value);
  return json;
}

static void
test_wrong (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (json_t) json = edited (&wrong[i]);
    g_autoptr (GPtrArray) problems = NULL;
    TabellaElection *e = parse (json, &problems);

    if (e != NULL || problems->len == 0)
      g_error ("%s = %s is accepted", wrong[i].path, wrong[i].value);
    if (problems->len != 1)
      g_error ("%s = %s gives %u problems, the second is \"%s\"", wrong[i].path, wrong[i].value,
               problems->len, (char *)problems->pdata[1]);
    if (!g_str_has_prefix (problems->pdata[0], wrong[i].problem))
      g_error ("\"%s\", not \"%s\"", (char *)problems->pdata[0], wrong[i].problem);
  }
}

static void
test_good (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (json_t) json = edited (&good[i]);
    g_autoptr (GPtrArray) problems = NULL;
    g_autoptr (TabellaElection) e = parse (json, &problems);

    if (e == NULL)
      g_error ("%s = %s: %s", good[i].path, good[i].value, (char *)problems->pdata[0]);
    g_assert_cmpuint (problems->len, ==, 0);
  }
}

static void
keep_first (json_t *list)
{
  while (json_array_size (list) > 1)
    json_array_remove (list, 1);
}

/* Up to @size with copies of the first member, with ids of their own. */
static void
fill_list (json_t *list, gsize size)
{
  for (gsize i = json_array_size (list); i < size; i++) {
    g_autofree char *id = g_strdup_printf ("copy-%" G_GSIZE_FORMAT, i);
    json_t *copy = json_deep_copy (json_array_get (list, 0));

    json_object_set_new (copy, "id", json_string (id));
    json_array_append_new (list, copy);
  }
}

static void
assert_list_limit (json_t *json, json_t *list, gsize limit, const char *problem)
{
  g_autoptr (GPtrArray) none = NULL, problems = NULL;
  g_autoptr (TabellaElection) e = NULL;

  fill_list (list, limit);
  e = parse (json, &none);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_nonnull (e);
  fill_list (list, limit + 1);
  g_assert_null (parse (json, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_true (g_str_has_prefix (problems->pdata[0], problem));
}

static void
test_list_limits (void)
{
  g_autoptr (json_t) many_options = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (json_t) many_styles = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (json_t) many_trustees = fixture_draft (32, 2);
  g_autoptr (json_t) too_many_trustees = fixture_draft (33, 2);
  g_autoptr (GPtrArray) none = NULL, problems = NULL;
  g_autoptr (TabellaElection) e = NULL;
  json_t *contest = json_array_get (json_object_get (many_options, "contests"), 0);

  assert_list_limit (many_options, json_object_get (contest, "options"), 1000,
                     "contests[0].options: has 1001 options");
  assert_list_limit (many_styles, json_object_get (many_styles, "styles"), 256,
                     "styles: has 257 members");
  e = parse (many_trustees, &none);
  g_assert_nonnull (e);
  g_assert_null (parse (too_many_trustees, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "trustees.names: has 33 names"));
}

/* The example with nothing that refers to any but the first of each list, and one unit. */
static json_t *
short_draft (void)
{
  json_t *json = tabella_election_example ("referendum-2014", NULL);

  fixture_edit (json, "styles[0].contests", "[\"motion-1\"]");
  keep_first (json_object_get (json, "contests"));
  keep_first (json_object_get (json, "stations"));
  fixture_edit (json, "units", "[{\"id\":\"unit-0\",\"merge_into\":null}]");
  fixture_edit (json, "stations[0].unit", "\"unit-0\"");
  return json;
}

/* Each unit is merged into the one before: the longest way there is. */
static json_t *
unit_chain (guint size)
{
  json_t *json = short_draft (), *units = json_object_get (json, "units");

  for (guint i = 1; i < size; i++) {
    g_autofree char *id = g_strdup_printf ("unit-%u", i);
    g_autofree char *into = g_strdup_printf ("unit-%u", i - 1);

    json_array_append_new (units, json_pack ("{s:s, s:s}", "id", id, "merge_into", into));
  }
  return json;
}

static void
test_long_lists (void)
{
  g_autoptr (json_t) contests = short_draft ();
  g_autoptr (json_t) stations = short_draft ();
  g_autoptr (json_t) units = unit_chain (65535);
  g_autoptr (json_t) too_many_units = unit_chain (65536);
  g_autoptr (GPtrArray) none = NULL, problems = NULL;
  g_autoptr (TabellaElection) e = parse (units, &none);

  g_assert_nonnull (e);
  g_assert_null (parse (too_many_units, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "units: has 65536 members"));
  assert_list_limit (contests, json_object_get (contests, "contests"), 65535,
                     "contests: has 65536 members");
  assert_list_limit (stations, json_object_get (stations, "stations"), 65535,
                     "stations: has 65536 members");
}

/* Each unit of a circle, and each that leads into one, is named; those that reach the last are not.
 */
static void
test_circle (void)
{
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (GPtrArray) problems = NULL;

  fixture_edit (
      json, "units",
      "[{\"id\":\"kowloon\",\"merge_into\":\"a\"},{\"id\":\"a\",\"merge_into\":\"b\"},"
      "{\"id\":\"b\",\"merge_into\":\"a\"},{\"id\":\"new-territories\",\"merge_into\":null},"
      "{\"id\":\"hong-kong-island\",\"merge_into\":\"new-territories\"}]");
  g_assert_null (parse (json, &problems));
  g_assert_cmpuint (problems->len, ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autofree char *start = g_strdup_printf ("units[%u].merge_into: goes in a circle", i);

    g_assert_true (g_str_has_prefix (problems->pdata[i], start));
  }
}

static void
test_text_limit (void)
{
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  json_t *station = json_array_get (json_object_get (json, "stations"), 0);
  json_t *address = json_object_get (station, "address");
  g_autofree char *longest = g_strnfill (2000, 'x');
  g_autofree char *longer = g_strnfill (2001, 'x');
  g_autoptr (GPtrArray) none = NULL, problems = NULL;
  g_autoptr (TabellaElection) e = NULL;

  json_object_set_new (address, "en", json_string (longest));
  e = parse (json, &none);
  g_assert_nonnull (e);
  json_object_set_new (address, "en", json_string (longer));
  g_assert_null (parse (json, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "stations[0].address.en: has 2001 bytes"));
}

/* Every problem in one go, each once. */
static void
test_all_at_once (void)
{
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  static const char *const expected[] = {
    "election.name: ",
    "election.trustees.needed: ",
    "election.contests[1].max: ",
    "election.units[0].merge_into: ",
    "election.stations[3].unit: ",
    "election.stations[3].hours[0].day: ",
    "election.policies.idle_seconds: ",
  };

  fixture_edit (json, "name", "\"\"");
  fixture_edit (json, "trustees.needed", "9");
  fixture_edit (json, "contests[1].max", "9");
  fixture_edit (json, "units[0].merge_into", "\"moon\"");
  fixture_edit (json, "stations[3].unit", "\"moon\"");
  fixture_edit (json, "stations[3].hours[0].day", "\"today\"");
  fixture_edit (json, "policies.idle_seconds", "1");
  g_assert_null (tabella_election_parse (json, "election.", problems));
  g_assert_cmpuint (problems->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < problems->len; i++)
    g_assert_true (g_str_has_prefix (problems->pdata[i], expected[i]));
}

static void
test_no_object (void)
{
  g_autoptr (json_t) json = json_array ();
  g_autoptr (GPtrArray) problems = NULL;

  g_assert_null (parse (json, &problems));
  g_assert_cmpuint (problems->len, ==, 1);
  fixture_assert_contains (problems->pdata[0], "must be an object");
}

static void
test_official (void)
{
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (TabellaElection) e = parse (json, &problems);
  g_autoptr (TabellaElection) small = NULL;

  tabella_election_check_official (e, problems);
  g_assert_cmpuint (problems->len, ==, 0);
  fixture_edit (json, "policies.min_unit", "9");
  fixture_edit (json, "trustees.needed", "1");
  small = tabella_election_parse (json, "", problems);
  tabella_election_check_official (small, problems);
  g_assert_cmpuint (problems->len, ==, 2);
  g_assert_true (g_str_has_prefix (problems->pdata[0], "policies.min_unit: is 9"));
  g_assert_true (g_str_has_prefix (problems->pdata[1], "trustees.needed: is 1"));
}

static void
assert_contest (const TabellaElection *e, guint16 index, const char *id, guint options)
{
  const TabellaContest *c = tabella_election_contest (e, index);

  g_assert_cmpstr (c->id, ==, id);
  g_assert_cmpuint (c->options->len, ==, options);
  g_assert_cmpuint (c->min, ==, 0);
  g_assert_cmpuint (c->max, ==, 1);
}

static void
test_example (void)
{
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (TabellaElection) e = parse (json, &problems);
  const TabellaOption *students;

  g_assert_cmpuint (problems->len, ==, 0);
  g_assert_cmpuint (e->stations->len, ==, 4);
  g_assert_cmpuint (e->styles->len, ==, 1);
  g_assert_cmpuint (e->contests->len, ==, 2);
  assert_contest (e, 0, "motion-1", 4);
  assert_contest (e, 1, "motion-2", 3);
  g_assert_cmpuint (e->trustees->len, ==, 3);
  g_assert_cmpuint (e->needed, ==, 2);
  g_assert_cmpint (e->policies.voting, ==, TABELLA_VOTING_ASSIGNED);
  g_assert_cmpint (e->policies.walk_ins, ==, TABELLA_WALKINS_ACCEPTED);
  g_assert_cmpint (e->policies.rule, ==, TABELLA_RULE_ASSIGNED_THEN_LOT);
  g_assert_false (e->policies.paper_prevails);
  g_assert_false (e->policies.directory);
  students = tabella_election_contest (e, 0)->options->pdata[2];
  g_assert_cmpstr (tabella_text (students->text, "zh_HK", "en"), ==, "學界方案");
  g_assert_cmpstr (tabella_text (students->text, "ur", "en"), ==, "Students Proposal");
  g_assert_cmpstr (tabella_text (students->text, "ur", NULL), ==, "");
}

static void
test_example_unknown (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (tabella_election_example ("referendum-2015", &error));
  FIXTURE_ERROR (&error, INVALID, "referendum-2015", "referendum-2014");
}

static void
test_indexes (void)
{
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (TabellaElection) e = parse (json, &problems);

  g_assert_null (tabella_election_contest (e, 2));
  g_assert_null (tabella_election_style (e, 1));
  g_assert_nonnull (tabella_election_style (e, 0));
  g_assert_null (tabella_election_station (e, 0));
  g_assert_null (tabella_election_station (e, 5));
  g_assert_cmpstr (tabella_election_station (e, 4)->id, ==, "tuen-mun");
  g_assert_cmpuint (tabella_election_station (e, 4)->unit, ==, 2);
  g_assert_cmpint (((TabellaUnit *)e->units->pdata[0])->merge_into, ==, 1);
  g_assert_cmpint (((TabellaUnit *)e->units->pdata[2])->merge_into, ==, -1);
  g_assert_cmpuint (tabella_election_station_by_id (e, "causeway-bay"), ==, 1);
  g_assert_cmpuint (tabella_election_station_by_id (e, "moon"), ==, 0);
  g_assert_true (tabella_election_style_allowed (e, 1, 0));
  g_assert_false (tabella_election_style_allowed (e, 1, 1));
  g_assert_false (tabella_election_style_allowed (e, 5, 0));
}

static void
test_load (void)
{
  char *folder = fixture_folder ();
  g_autoptr (json_t) json = tabella_election_example ("referendum-2014", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaElection) e = NULL, ceremony = NULL;

  g_assert_null (tabella_election_load (folder, &error));
  FIXTURE_ERROR (&error, IO, "election.json");
  fixture_write_json (folder, "election.json", json);
  e = tabella_election_load (folder, &error);
  g_assert_no_error (error);
  g_assert_nonnull (e);
  /* The ceremony needs neither texts nor stations. */
  fixture_edit (json, "contests", NULL);
  fixture_edit (json, "stations", "7");
  fixture_write_json (folder, "election.json", json);
  g_assert_null (tabella_election_load (folder, &error));
  FIXTURE_ERROR (&error, INVALID, "election.json", "contests: missing", "(and 1 more)");
  ceremony = tabella_election_load_ceremony (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ceremony->trustees->len, ==, 3);
  fixture_edit (json, "trustees.needed", "7");
  fixture_write_json (folder, "election.json", json);
  g_assert_null (tabella_election_load_ceremony (folder, &error));
  FIXTURE_ERROR (&error, INVALID, "trustees.needed");
  fixture_remove (folder);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/wrong", test_wrong);
  g_test_add_func ("/draft/good", test_good);
  g_test_add_func ("/draft/list-limits", test_list_limits);
  g_test_add_func ("/draft/long-lists", test_long_lists);
  g_test_add_func ("/draft/circle", test_circle);
  g_test_add_func ("/draft/text-limit", test_text_limit);
  g_test_add_func ("/draft/all-at-once", test_all_at_once);
  g_test_add_func ("/draft/no-object", test_no_object);
  g_test_add_func ("/draft/official", test_official);
  g_test_add_func ("/draft/example", test_example);
  g_test_add_func ("/draft/example/unknown", test_example_unknown);
  g_test_add_func ("/draft/indexes", test_indexes);
  g_test_add_func ("/draft/load", test_load);
  return g_test_run ();
}
