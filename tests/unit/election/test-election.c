/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "fixture.h"
#include "secret.h"

/* The draft as a whole: long lists, many problems, the example, what is read from it. */

static TabellaElection *
parse (json_t *json, GPtrArray **problems)
{
  *problems = g_ptr_array_new_with_free_func (g_free);
  return tabella_election_parse (json, "", *problems);
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
  g_test_add_func ("/election/list-limits", test_list_limits);
  g_test_add_func ("/election/long-lists", test_long_lists);
  g_test_add_func ("/election/circle", test_circle);
  g_test_add_func ("/election/text-limit", test_text_limit);
  g_test_add_func ("/election/all-at-once", test_all_at_once);
  g_test_add_func ("/election/no-object", test_no_object);
  g_test_add_func ("/election/official", test_official);
  g_test_add_func ("/election/example", test_example);
  g_test_add_func ("/election/example/unknown", test_example_unknown);
  g_test_add_func ("/election/indexes", test_indexes);
  g_test_add_func ("/election/load", test_load);
  return g_test_run ();
}
