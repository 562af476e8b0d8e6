/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one reader of JSON, and drafts. */
#include "fuzz.h"

#include <string.h>
#include "ballot-proof.h"
#include "style.h"

static void
check_tree (const json_t *json, guint depth)
{
  json_t *value;
  const char *name;
  gsize i;

  FUZZ_CHECK (depth <= TABELLA_JSON_DEPTH && !json_is_real (json));
  if (json_is_integer (json))
    FUZZ_CHECK (ABS (json_integer_value (json)) <= TABELLA_JSON_MAX);
  json_array_foreach (json, i, value)
      check_tree (value, depth + (json_is_object (value) || json_is_array (value)));
  json_object_foreach ((json_t *)json, name, value)
      check_tree (value, depth + (json_is_object (value) || json_is_array (value)));
}

/* What was read is written and read again without a change. */
static gboolean
run_json (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (json_t) json = tabella_json_parse ("the file", bytes, size, &error);
  g_autoptr (json_t) again = NULL;
  g_autofree char *text = NULL, *twice = NULL;

  if (!fuzz_verdict (json != NULL, error))
    return FALSE;
  check_tree (json, 1);
  text = tabella_json_text (json);
  again = tabella_json_parse ("its text", text, strlen (text), &error);
  FUZZ_CHECK (again != NULL && json_equal (json, again));
  twice = tabella_json_text (again);
  FUZZ_CHECK (g_str_equal (text, twice));
  return TRUE;
}

static void
seed_json (void)
{
  fuzz_seed_text ("numbers", "[0, -1, 9007199254740991, -9007199254740991]");
  fuzz_seed_text ("texts", "{\"a\": \"\\u00e9\\ud83d\\ude00\\n\\\\\\\"\", \"\": \"é\"}");
  fuzz_seed_text ("deep", "[[[[[[[[[[[[[[[[true]]]]]]]]]]]]]]]]");
  fuzz_seed_refused ("deeper", "[[[[[[[[[[[[[[[[[true]]]]]]]]]]]]]]]]]");
  fuzz_seed_refused ("twice", "{\"a\": 1, \"a\": 2}");
  fuzz_seed_refused ("larger", "[9007199254740992]");
  fuzz_seed_refused ("smaller", "[-9007199254740992]");
  fuzz_seed_refused ("point", "[1.0]");
  fuzz_seed_refused ("exponent", "[1e3]");
  fuzz_seed_refused ("mark", "\xEF\xBB\xBF{}");
  fuzz_seed_refused ("more", "{} {}");
  fuzz_seed_text ("mixed", "{\"a\": [null, false, {\"b\": {}, \"c\": []}], \"d\": 12}\r\n\t");
}

const FuzzTarget fuzz_json = { "json", NULL, run_json, seed_json, FUZZ_JSON };

/* --- election.json --- */

/* Each unit's way ends. */
static void
check_units (const TabellaElection *e)
{
  for (guint i = 0; i < e->units->len; i++) {
    gint unit = (gint)i;

    for (guint steps = 0; unit >= 0; steps++) {
      FUZZ_CHECK ((guint)unit < e->units->len && steps < e->units->len);
      unit = ((const TabellaUnit *)e->units->pdata[unit])->merge_into;
    }
  }
}

/* What later steps rely on without looking. */
static void
check_election (const TabellaElection *e)
{
  FUZZ_CHECK (e->needed >= 1 && e->needed <= e->trustees->len);
  FUZZ_CHECK (e->trustees->len <= TABELLA_TRUSTEES_MAX && e->languages->len >= 1);
  for (guint16 i = 0; i < e->styles->len; i++) {
    const TabellaStyle *style = tabella_election_style (e, i);
    g_autoptr (TabellaStyleShape) shape = NULL;

    for (guint c = 0; c < style->contests->len; c++)
      FUZZ_CHECK (g_array_index (style->contests, guint16, c) < e->contests->len);
    shape = tabella_style_shape_new (e, i);
    FUZZ_CHECK (shape->body_size == tabella_shape_body_size (&shape->shape));
  }
  for (guint16 i = 1; i <= e->stations->len; i++) {
    const TabellaStationInfo *s = tabella_election_station (e, i);

    FUZZ_CHECK (s->unit < e->units->len && s->styles->len > 0);
    FUZZ_CHECK (tabella_election_station_by_id (e, s->id) == i);
    FUZZ_CHECK (tabella_election_style_allowed (e, i, g_array_index (s->styles, guint16, 0)));
  }
  check_units (e);
  tabella_id_check (&e->ids, "A1234563");
}

static gboolean
run_draft (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) fewer = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = tabella_json_parse ("election.json", bytes, size, &error);
  g_autoptr (TabellaElection) e = NULL, named = NULL;

  if (!fuzz_verdict (json != NULL, error))
    return FALSE;
  named = tabella_election_parse_ceremony (json, fewer);
  fuzz_problems (named != NULL, fewer);
  e = tabella_election_parse (json, "", problems);
  if (!fuzz_problems (e != NULL, problems))
    return FALSE;
  FUZZ_CHECK (named != NULL && g_str_equal (named->name, e->name) && named->needed == e->needed);
  check_election (e);
  tabella_election_check_official (e, problems);
  return TRUE;
}

static void
seed_draft (void)
{
  static const char patterns[] =
      "{\"scheme\": \"pattern\", \"patterns\": [\"99999999X\", \"999999\"],"
      " \"check\": \"mod11-2\"}";
  g_autoptr (json_t) draft = tabella_election_example ("referendum-2014", NULL);
  g_autofree char *text = tabella_json_text (draft);
  g_autofree char *small = json_dumps (draft, JSON_COMPACT);
  g_autofree char *other = NULL;

  fuzz_seed_text ("example", text);
  fuzz_seed_text ("compact", small);
  json_object_set_new (draft, "ids", json_loads (patterns, 0, NULL));
  other = json_dumps (draft, JSON_COMPACT);
  fuzz_seed_text ("patterns", other);
}

const FuzzTarget fuzz_draft = { "draft", NULL, run_draft, seed_draft, FUZZ_JSON };
