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
  { "contests[0].question.en", "\"\\u00ad\"", "contests[0].question.en: contains U+00AD" },
  { "contests[0].question.en", "\"\\u2029\"", "contests[0].question.en: contains U+2029" },
  { "contests[0].question.en", "\"\\udb40\\udc41\"", "contests[0].question.en: contains U+E0041" },
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
  { "stations[0].hours[1].day", "\"0000-01-01\"", "stations[0].hours[1].day: must be a date" },
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
  { "stations[0].hours[0].day", "\"0001-01-01\"" },
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

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/wrong", test_wrong);
  g_test_add_func ("/draft/good", test_good);
  return g_test_run ();
}
