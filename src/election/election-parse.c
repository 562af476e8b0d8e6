/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "election-internal.h"

#include <string.h>

/* What the lists that come later refer to. */
typedef struct {
  TabellaElection *e;
  const char *at;
  GHashTable *contests, *styles, *units, *stations; /* id -> index + 1 */
  GPtrArray *problems;
} Parse;

static GHashTable *
new_ids (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* The list @name of the election, with 1 to @max members. */
static json_t *
read_list (Parse *p, json_t *json, const char *name, gsize max)
{
  json_t *list = tabella_json_array (json, p->at, name, p->problems);
  g_autofree char *field = g_strconcat (p->at, name, NULL);

  if (list == NULL)
    return NULL;
  if (json_array_size (list) >= 1 && json_array_size (list) <= max)
    return list;
  tabella_problem (p->problems, field,
                   "has %" G_GSIZE_FORMAT " members; it must have 1 to %" G_GSIZE_FORMAT,
                   json_array_size (list), max);
  return NULL;
}

/* [a-z]{2,3}(_[A-Z]{2})? */
static gboolean
is_language (const char *tag)
{
  gsize letters = strspn (tag, "abcdefghijklmnopqrstuvwxyz");

  if (letters < 2 || letters > 3)
    return FALSE;
  tag += letters;
  return *tag == '\0' ||
         (tag[0] == '_' && g_ascii_isupper (tag[1]) && g_ascii_isupper (tag[2]) && tag[3] == '\0');
}

static void
parse_languages (Parse *p, json_t *json)
{
  guint before = p->problems->len;
  json_t *list = read_list (p, json, "languages", TABELLA_LANGUAGES_MAX), *value;
  gsize i;

  json_array_foreach (list, i, value)
  {
    g_autofree char *field = g_strdup_printf ("%slanguages[%" G_GSIZE_FORMAT "]", p->at, i);
    const char *tag = json_string_value (value);

    if (tag == NULL || !is_language (tag))
      tabella_problem (p->problems, field, "must be a language tag such as \"en\" or \"zh_HK\"");
    else if (g_ptr_array_find_with_equal_func (p->e->languages, tag, g_str_equal, NULL))
      tabella_problem (p->problems, field, "\"%s\" is in this list twice", tag);
    else
      g_ptr_array_add (p->e->languages, g_strdup (tag));
  }
  /* Texts are held to the list only where it is right: else one mistake gives a problem a text. */
  if (p->problems->len > before)
    g_ptr_array_set_size (p->e->languages, 0);
}

static void
parse_trustee_names (Parse *p, const char *at, json_t *list)
{
  json_t *value;
  gsize i;

  json_array_foreach (list, i, value)
  {
    g_autofree char *field = g_strdup_printf ("%snames[%" G_GSIZE_FORMAT "]", at, i);
    const char *name = json_string_value (value);

    if (name == NULL)
      tabella_problem (p->problems, field, "must be a text in quotes");
    else if (g_ptr_array_find_with_equal_func (p->e->trustees, name, g_str_equal, NULL))
      tabella_problem (p->problems, field, "\"%s\" is in this list twice", name);
    else if (tabella_field_plain (name, field, 1, TABELLA_TRUSTEE_NAME_MAX, p->problems))
      g_ptr_array_add (p->e->trustees, g_strdup (name));
  }
}

static void
parse_trustees (Parse *p, json_t *json)
{
  static const char *const members[] = { "needed", "names", NULL };
  g_autofree char *at = g_strconcat (p->at, "trustees.", NULL);
  json_t *obj = tabella_json_object (json, p->at, "trustees", p->problems), *names;
  gsize n;

  if (obj == NULL)
    return;
  tabella_json_only (obj, at, members, p->problems);
  names = tabella_json_array (obj, at, "names", p->problems);
  n = json_array_size (names);
  if (names != NULL && (n < 1 || n > TABELLA_TRUSTEES_MAX)) {
    g_autofree char *field = g_strconcat (at, "names", NULL);

    tabella_problem (p->problems, field, "has %" G_GSIZE_FORMAT " names; it must have 1 to %d", n,
                     TABELLA_TRUSTEES_MAX);
    names = NULL;
  }
  parse_trustee_names (p, at, names);
  p->e->needed = (guint16)tabella_json_int (
      obj, at, "needed", 1, names == NULL ? TABELLA_TRUSTEES_MAX : (gint64)n, p->problems);
}

static void
option_free (TabellaOption *o)
{
  g_free (o->id);
  g_hash_table_unref (o->text);
  g_free (o);
}

static void
parse_options (Parse *p, TabellaContest *contest, const char *at, json_t *list)
{
  static const char *const members[] = { "id", "text", NULL };
  g_autoptr (GHashTable) seen = new_ids ();
  json_t *value;
  gsize i;

  json_array_foreach (list, i, value)
  {
    g_autofree char *inside = g_strdup_printf ("%soptions[%" G_GSIZE_FORMAT "].", at, i);
    TabellaOption *o = g_new0 (TabellaOption, 1);

    tabella_json_only (value, inside, members, p->problems);
    o->id = tabella_field_id (value, inside, seen, (guint)i, p->problems);
    o->text = tabella_field_text (value, inside, "text", p->e->languages, p->problems);
    g_ptr_array_add (contest->options, o);
  }
}

static void
contest_free (TabellaContest *c)
{
  g_free (c->id);
  g_hash_table_unref (c->title);
  g_hash_table_unref (c->question);
  g_ptr_array_unref (c->options);
  g_free (c);
}

static void
parse_contest (Parse *p, json_t *json, guint index)
{
  static const char *const members[] = { "id", "title", "question", "min", "max", "options", NULL };
  g_autofree char *at = g_strdup_printf ("%scontests[%u].", p->at, index);
  TabellaContest *c = g_new0 (TabellaContest, 1);
  json_t *options;
  guint before;
  gsize n;

  g_ptr_array_add (p->e->contests, c);
  c->options = g_ptr_array_new_with_free_func ((GDestroyNotify)option_free);
  tabella_json_only (json, at, members, p->problems);
  c->id = tabella_field_id (json, at, p->contests, index, p->problems);
  c->title = tabella_field_text (json, at, "title", p->e->languages, p->problems);
  c->question = tabella_field_text (json, at, "question", p->e->languages, p->problems);
  options = tabella_json_array (json, at, "options", p->problems);
  n = json_array_size (options);
  if (options != NULL && (n < 1 || n > TABELLA_OPTIONS_MAX)) {
    g_autofree char *field = g_strconcat (at, "options", NULL);

    tabella_problem (p->problems, field, "has %" G_GSIZE_FORMAT " options; it must have 1 to %d", n,
                     TABELLA_OPTIONS_MAX);
    options = NULL;
  }
  parse_options (p, c, at, options);
  before = p->problems->len;
  c->max = (guint16)tabella_json_int (
      json, at, "max", 1, options == NULL ? TABELLA_OPTIONS_MAX : (gint64)n, p->problems);
  /* Where max is wrong itself, min is only held to the limit of both. */
  c->min = (guint16)tabella_json_int (
      json, at, "min", 0, p->problems->len > before ? TABELLA_OPTIONS_MAX : c->max, p->problems);
}

static void
style_free (TabellaStyle *s)
{
  g_free (s->id);
  g_hash_table_unref (s->title);
  g_array_unref (s->contests);
  g_free (s);
}

static void
parse_style (Parse *p, json_t *json, guint index)
{
  static const char *const members[] = { "id", "title", "contests", NULL };
  g_autofree char *at = g_strdup_printf ("%sstyles[%u].", p->at, index);
  TabellaStyle *s = g_new0 (TabellaStyle, 1);

  g_ptr_array_add (p->e->styles, s);
  tabella_json_only (json, at, members, p->problems);
  s->id = tabella_field_id (json, at, p->styles, index, p->problems);
  s->title = tabella_field_text (json, at, "title", p->e->languages, p->problems);
  s->contests =
      tabella_field_references (json, at, "contests", p->contests, "contest", p->problems);
}

static void
unit_free (TabellaUnit *u)
{
  g_free (u->id);
  g_free (u);
}

/* Ids alone: merge_into may name a unit that comes later. */
static void
parse_unit (Parse *p, json_t *json, guint index)
{
  static const char *const members[] = { "id", "merge_into", NULL };
  g_autofree char *at = g_strdup_printf ("%sunits[%u].", p->at, index);
  TabellaUnit *u = g_new0 (TabellaUnit, 1);

  g_ptr_array_add (p->e->units, u);
  tabella_json_only (json, at, members, p->problems);
  u->id = tabella_field_id (json, at, p->units, index, p->problems);
  u->merge_into = -1;
}

static void
parse_merge (Parse *p, json_t *json, guint index)
{
  g_autofree char *at = g_strdup_printf ("%sunits[%u].", p->at, index);
  g_autofree char *field = g_strconcat (at, "merge_into", NULL);
  TabellaUnit *u = p->e->units->pdata[index];
  const char *id;

  if (json_is_object (json) && json_is_null (json_object_get (json, "merge_into")))
    return;
  id = tabella_json_string (json, at, "merge_into", p->problems);
  if (id == NULL)
    return;
  u->merge_into = (gint)GPOINTER_TO_UINT (g_hash_table_lookup (p->units, id)) - 1;
  if (u->merge_into < 0)
    tabella_problem (p->problems, field, "there is no unit with the id \"%s\"", id);
}

typedef enum { WAY_UNKNOWN, WAY_ENDS, WAY_CIRCLES } Way;

/* Follows merge_into from unit @start and notes for all units on the way where it leads. Each unit
 * is passed twice at most over all starts: @walk holds the start + 1 of the walk that came by last.
 */
static Way
follow (const GPtrArray *units, guint start, guint *walk, Way *ways)
{
  gint k = (gint)start;
  Way way;

  while (k >= 0 && ways[k] == WAY_UNKNOWN && walk[k] != start + 1) {
    walk[k] = start + 1;
    k = ((const TabellaUnit *)units->pdata[k])->merge_into;
  }
  way = k < 0 ? WAY_ENDS : ways[k] == WAY_UNKNOWN ? WAY_CIRCLES : ways[k];
  for (k = (gint)start; k >= 0 && ways[k] == WAY_UNKNOWN;
       k = ((const TabellaUnit *)units->pdata[k])->merge_into)
    ways[k] = way;
  return way;
}

/* From each unit merge_into leads to the one that is merged into none. */
static void
check_circles (Parse *p, const char *field)
{
  GPtrArray *units = p->e->units;
  g_autofree guint *walk = g_new0 (guint, units->len);
  g_autofree Way *ways = g_new0 (Way, units->len);

  for (guint i = 0; i < units->len; i++) {
    const TabellaUnit *u = units->pdata[i];
    g_autofree char *unit = g_strdup_printf ("%s[%u].merge_into", field, i);

    if (follow (units, i, walk, ways) == WAY_CIRCLES)
      tabella_problem (p->problems, unit, "goes in a circle: \"%s\" never reaches the last unit",
                       u->id);
  }
}

static void
check_tree (Parse *p)
{
  g_autofree char *field = g_strconcat (p->at, "units", NULL);
  guint roots = 0;

  for (guint i = 0; i < p->e->units->len; i++)
    roots += ((const TabellaUnit *)p->e->units->pdata[i])->merge_into < 0;
  if (roots != 1)
    tabella_problem (p->problems, field,
                     "%u of them have merge_into null; exactly one must, the last to merge into",
                     roots);
  if (roots > 0) /* else everything is a circle */
    check_circles (p, field);
}

static void
parse_units (Parse *p, json_t *list)
{
  guint before = p->problems->len;
  json_t *value;
  gsize i;

  json_array_foreach (list, i, value) parse_unit (p, value, (guint)i);
  json_array_foreach (list, i, value) parse_merge (p, value, (guint)i);
  /* A tree with wrong names would only give the same problem again in other words. */
  if (list != NULL && p->problems->len == before)
    check_tree (p);
}

static void
station_free (TabellaStationInfo *s)
{
  g_free (s->id);
  g_hash_table_unref (s->name);
  g_hash_table_unref (s->address);
  g_array_unref (s->styles);
  g_ptr_array_unref (s->hours);
  g_free (s);
}

static void
parse_station_unit (Parse *p, TabellaStationInfo *s, json_t *json, const char *at)
{
  const char *id = tabella_json_string (json, at, "unit", p->problems);
  g_autofree char *field = g_strconcat (at, "unit", NULL);

  if (id == NULL)
    return;
  if (g_hash_table_size (p->units) == 0)
    return;
  if (!g_hash_table_contains (p->units, id))
    tabella_problem (p->problems, field, "there is no unit with the id \"%s\"", id);
  else
    s->unit = (guint16)(GPOINTER_TO_UINT (g_hash_table_lookup (p->units, id)) - 1);
}

static void
parse_station (Parse *p, json_t *json, guint index)
{
  static const char *const members[] = { "id",    "name",   "address", "styles", "unit",
                                         "hours", "lat_e6", "lon_e6",  NULL };
  g_autofree char *at = g_strdup_printf ("%sstations[%u].", p->at, index), *field = NULL;
  TabellaStationInfo *s = g_new0 (TabellaStationInfo, 1);
  json_t *hours, *value;
  gsize i;

  g_ptr_array_add (p->e->stations, s);
  s->hours = g_ptr_array_new_with_free_func ((GDestroyNotify)tabella_hours_free);
  tabella_json_only (json, at, members, p->problems);
  s->id = tabella_field_id (json, at, p->stations, index, p->problems);
  s->name = tabella_field_text (json, at, "name", p->e->languages, p->problems);
  s->address = tabella_field_text (json, at, "address", p->e->languages, p->problems);
  s->styles = tabella_field_references (json, at, "styles", p->styles, "style", p->problems);
  parse_station_unit (p, s, json, at);
  s->lat_e6 = (gint32)tabella_json_int (json, at, "lat_e6", -90000000, 90000000, p->problems);
  s->lon_e6 = (gint32)tabella_json_int (json, at, "lon_e6", -180000000, 180000000, p->problems);
  hours = tabella_json_array (json, at, "hours", p->problems);
  field = g_strconcat (at, "hours", NULL);
  if (!tabella_json_at_most (hours, TABELLA_HOURS_MAX, field, p->problems))
    return;
  json_array_foreach (hours, i, value)
  {
    g_autofree char *inside = g_strdup_printf ("%shours[%" G_GSIZE_FORMAT "].", at, i);

    g_ptr_array_add (s->hours, tabella_field_hours (value, inside, p->problems));
  }
}

/* Each list before those that refer to it. What refers to a list that is not there is not held to
 * it. */
static void
parse_lists (Parse *p, json_t *json)
{
  json_t *contests = read_list (p, json, "contests", TABELLA_LIST_MAX);
  json_t *styles = read_list (p, json, "styles", TABELLA_STYLES_MAX);
  json_t *units = read_list (p, json, "units", TABELLA_LIST_MAX);
  json_t *stations = read_list (p, json, "stations", TABELLA_LIST_MAX);
  json_t *value;
  gsize i;

  json_array_foreach (contests, i, value) parse_contest (p, value, (guint)i);
  json_array_foreach (styles, i, value) parse_style (p, value, (guint)i);
  parse_units (p, units);
  json_array_foreach (stations, i, value) parse_station (p, value, (guint)i);
}

static void
parse_name (Parse *p, json_t *json)
{
  const char *name = tabella_json_string (json, p->at, "name", p->problems);
  g_autofree char *field = g_strconcat (p->at, "name", NULL);

  if (name != NULL)
    tabella_field_plain (name, field, 1, TABELLA_ELECTION_NAME_MAX, p->problems);
  p->e->name = g_strdup (name);
}

static TabellaElection *
election_new (json_t *json)
{
  TabellaElection *e = g_new0 (TabellaElection, 1);

  e->languages = g_ptr_array_new_with_free_func (g_free);
  e->trustees = g_ptr_array_new_with_free_func (g_free);
  e->contests = g_ptr_array_new_with_free_func ((GDestroyNotify)contest_free);
  e->styles = g_ptr_array_new_with_free_func ((GDestroyNotify)style_free);
  e->units = g_ptr_array_new_with_free_func ((GDestroyNotify)unit_free);
  e->stations = g_ptr_array_new_with_free_func ((GDestroyNotify)station_free);
  e->json = json_incref (json);
  return e;
}

TabellaElection *
tabella_election_parse_ceremony (json_t *json, GPtrArray *problems)
{
  g_autoptr (TabellaElection) e = election_new (json);
  Parse p = { .e = e, .at = "", .problems = problems };
  guint before = problems->len;

  parse_name (&p, json);
  parse_trustees (&p, json);
  return problems->len == before ? g_steal_pointer (&e) : NULL;
}

TabellaElection *
tabella_election_parse (json_t *json, const char *at, GPtrArray *problems)
{
  static const char *const members[] = { "name",  "languages", "trustees", "contests", "styles",
                                         "units", "stations",  "ids",      "policies", NULL };
  g_autoptr (TabellaElection) e = election_new (json);
  g_autoptr (GHashTable) contests = new_ids ();
  g_autoptr (GHashTable) styles = new_ids ();
  g_autoptr (GHashTable) units = new_ids ();
  g_autoptr (GHashTable) stations = new_ids ();
  Parse p = { .e = e,
              .at = at,
              .contests = contests,
              .styles = styles,
              .units = units,
              .stations = stations,
              .problems = problems };
  guint before = problems->len;

  tabella_json_only (json, at, members, problems);
  parse_name (&p, json);
  parse_languages (&p, json);
  parse_trustees (&p, json);
  parse_lists (&p, json);
  tabella_parse_ids (json, at, &e->ids, problems);
  tabella_parse_policies (json, at, &e->policies, problems);
  return problems->len == before ? g_steal_pointer (&e) : NULL;
}
