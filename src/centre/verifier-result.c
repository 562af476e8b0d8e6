/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>
#include "bytes.h"

/* Check 16: result.json says what was found, under the manifest's names, and nothing else. */

#define RESULT "result.json"

typedef struct {
  TabellaVerifier *v;
  const TabellaElection *e;
  GHashTable *units; /* id -> index + 1 */
  GPtrArray *problems;
} Reading;

/* One contest of the file against the groups that were found. */
typedef struct {
  const Reading *r;
  guint16 index;
  const TabellaContest *contest;
  TabellaVerifyGroup **groups; /* by unit; NULL: no ballots */
  gboolean *listed;            /* by unit */
  guint64 ballots, *counts;    /* of the units that were listed */
} ContestReading;

static const char *
rule_name (TabellaRule rule)
{
  static const char *const names[] = {
    [TABELLA_RULE_ASSIGNED_THEN_LOT] = "assigned-then-lot",
    [TABELLA_RULE_LOT] = "lot",
    [TABELLA_RULE_STRIKE_ALL] = "strike-all",
  };

  return names[rule];
}

static void
must_be (const Reading *r, json_t *obj, const char *at, const char *name, guint64 expected)
{
  guint before = r->problems->len;
  gint64 found = tabella_json_int (obj, at, name, 0, TABELLA_JSON_MAX, r->problems);
  g_autofree char *field = g_strconcat (at, name, NULL);

  if (r->problems->len == before && obj != NULL && (guint64)found != expected)
    tabella_problem (r->problems, field,
                     "is %" G_GINT64_FORMAT " and the record gives %" G_GUINT64_FORMAT, found,
                     expected);
}

static void
must_say (const Reading *r, json_t *obj, const char *at, const char *name, const char *expected)
{
  const char *found = tabella_json_string (obj, at, name, r->problems);
  g_autofree char *field = g_strconcat (at, name, NULL);

  if (found != NULL && !g_str_equal (found, expected))
    tabella_problem (r->problems, field, "is \"%s\" and must be \"%s\"", found, expected);
}

/* --- duplicates --- */

/* Persons, paper and provisionals are seen by trustees only; the rest is public. */
static void
check_duplicates (const Reading *r, json_t *json)
{
  static const char *const names[] = { "rule",
                                       "groups",
                                       "struck_links",
                                       "struck_ballots",
                                       "unused_tickets",
                                       "paper",
                                       "rejected_provisionals",
                                       "incidents",
                                       NULL };
  static const char *const unseen[] = { "groups", "paper", "rejected_provisionals" };
  json_t *obj = tabella_json_object (json, "", "duplicates", r->problems);
  const TabellaVerifier *v = r->v;
  gint64 incidents;

  if (obj == NULL)
    return;
  tabella_json_only (obj, "duplicates.", names, r->problems);
  must_say (r, obj, "duplicates.", "rule", rule_name (r->e->policies.rule));
  for (guint i = 0; i < G_N_ELEMENTS (unseen); i++)
    tabella_json_int (obj, "duplicates.", unseen[i], 0, TABELLA_JSON_MAX, r->problems);
  must_be (r, obj, "duplicates.", "struck_links", v->struck_links);
  must_be (r, obj, "duplicates.", "struck_ballots", v->struck_ballots);
  must_be (r, obj, "duplicates.", "unused_tickets", v->unused_tickets);
  incidents = tabella_json_int (obj, "duplicates.", "incidents", 0, TABELLA_JSON_MAX, r->problems);
  if ((guint64)incidents < v->strike_incidents)
    tabella_problem (r->problems, "duplicates.incidents",
                     "is %" G_GINT64_FORMAT " and the strike list alone has %u", incidents,
                     v->strike_incidents);
}

/* --- contests --- */

/* The options in the manifest's order with exactly these counts. */
static void
check_options (const ContestReading *c, json_t *obj, const char *at, const guint64 *counts)
{
  static const char *const names[] = { "id", "count", NULL };
  const GPtrArray *options = c->contest->options;
  json_t *list = tabella_json_array (obj, at, "options", c->r->problems);

  if (list != NULL && json_array_size (list) != options->len) {
    g_autofree char *field = g_strconcat (at, "options", NULL);

    tabella_problem (c->r->problems, field, "must have the contest's %u options", options->len);
    return;
  }
  for (guint o = 0; list != NULL && o < options->len; o++) {
    json_t *one = json_array_get (list, o);
    g_autofree char *inner = g_strdup_printf ("%soptions[%u].", at, o);

    tabella_json_only (one, inner, names, c->r->problems);
    must_say (c->r, one, inner, "id", ((const TabellaOption *)options->pdata[o])->id);
    must_be (c->r, one, inner, "count", counts[o]);
  }
}

/* The unit of an id, from 0; −1 and a problem if there is none. */
static gint
unit_of (const Reading *r, const char *id, const char *field)
{
  guint place = id != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (r->units, id)) : 0;

  if (place == 0)
    tabella_problem (r->problems, field, "\"%s\" is no unit", id != NULL ? id : "");
  return (gint)place - 1;
}

/* A list of units is exactly those with @expected[u] != 0. */
static void
check_units (const ContestReading *c, json_t *obj, const char *at, const char *name,
             const guint8 *expected)
{
  const Reading *r = c->r;
  json_t *list = tabella_json_array (obj, at, name, r->problems);
  g_autofree guint8 *found = g_new0 (guint8, r->e->units->len);
  g_autofree char *field = g_strconcat (at, name, NULL);
  gboolean good = TRUE;

  for (gsize i = 0; i < json_array_size (list); i++) {
    gint u = unit_of (r, json_string_value (json_array_get (list, i)), field);

    if (u < 0)
      return;
    good &= found[u] == 0;
    found[u] = 1;
  }
  if (list != NULL && (!good || memcmp (found, expected, r->e->units->len) != 0))
    tabella_problem (r->problems, field, "is not the units that the record gives");
}

/* A unit without ballots may be listed, with zeros. */
static void
check_unit (ContestReading *c, json_t *obj, const char *at)
{
  static const char *const names[] = { "id", "merged", "ballots", "options", NULL };
  const Reading *r = c->r;
  g_autofree guint8 *members = g_new0 (guint8, r->e->units->len);
  g_autofree guint64 *zeros = g_new0 (guint64, c->contest->options->len);
  g_autofree char *field = g_strconcat (at, "id", NULL);
  const TabellaVerifyGroup *g;
  gint u;

  tabella_json_only (obj, at, names, r->problems);
  u = unit_of (r, tabella_json_string (obj, at, "id", r->problems), field);
  if (u < 0)
    return;
  g = c->groups[u];
  if (c->listed[u] || (g != NULL && g->withheld)) {
    tabella_problem (r->problems, field, "a unit that is listed twice or withheld");
    return;
  }
  c->listed[u] = TRUE;
  if (g != NULL)
    memcpy (members, g->members, r->e->units->len);
  members[u] = 0;
  check_units (c, obj, at, "merged", members);
  must_be (r, obj, at, "ballots", g != NULL ? g->ballots : 0);
  check_options (c, obj, at, g != NULL ? g->counts : zeros);
  c->ballots += g != NULL ? g->ballots : 0;
  for (guint o = 0; g != NULL && o < g->n; o++)
    c->counts[o] += g->counts[o];
}

static void
check_contest (ContestReading *c, json_t *obj, const char *at)
{
  static const char *const names[] = { "id", "ballots", "options", "units", "withheld", NULL };
  const Reading *r = c->r;
  g_autofree guint8 *withheld = g_new0 (guint8, r->e->units->len);
  json_t *list;

  tabella_json_only (obj, at, names, r->problems);
  must_say (r, obj, at, "id", c->contest->id);
  list = tabella_json_array (obj, at, "units", r->problems);
  for (gsize i = 0; i < json_array_size (list); i++) {
    g_autofree char *inner = g_strdup_printf ("%sunits[%" G_GSIZE_FORMAT "].", at, i);

    check_unit (c, json_array_get (list, i), inner);
  }
  for (guint u = 0; u < r->e->units->len; u++) {
    g_autofree char *field = g_strconcat (at, "units", NULL);

    withheld[u] = c->groups[u] != NULL && c->groups[u]->withheld;
    if (c->groups[u] != NULL && !withheld[u] && !c->listed[u])
      tabella_problem (r->problems, field, "does not have the unit %s",
                       ((const TabellaUnit *)r->e->units->pdata[u])->id);
  }
  check_units (c, obj, at, "withheld", withheld);
  must_be (r, obj, at, "ballots", c->ballots);
  check_options (c, obj, at, c->counts);
}

static void
check_contests (const Reading *r, json_t *json)
{
  json_t *list = tabella_json_array (json, "", "contests", r->problems);
  guint next = 0;

  if (list != NULL && json_array_size (list) != r->e->contests->len) {
    tabella_problem (r->problems, "contests", "must be the election's %u contests",
                     r->e->contests->len);
    return;
  }
  for (guint i = 0; list != NULL && i < r->e->contests->len; i++) {
    const TabellaContest *contest = tabella_election_contest (r->e, (guint16)i);
    g_autofree TabellaVerifyGroup **groups = g_new0 (TabellaVerifyGroup *, r->e->units->len);
    g_autofree gboolean *listed = g_new0 (gboolean, r->e->units->len);
    g_autofree guint64 *counts = g_new0 (guint64, contest->options->len);
    g_autofree char *at = g_strdup_printf ("contests[%u].", i);
    ContestReading c = { r, (guint16)i, contest, groups, listed, 0, counts };

    for (; next < r->v->groups->len; next++) {
      TabellaVerifyGroup *g = r->v->groups->pdata[next];

      if (g->contest != i)
        break;
      groups[g->unit] = g;
    }
    check_contest (&c, json_array_get (list, i), at);
  }
}

/* --- The file --- */

static void
check_file (const Reading *r, json_t *json)
{
  static const char *const names[] = { "election", "mode", "duplicates", "contests", NULL };
  guint8 he[32];

  tabella_json_only (json, "", names, r->problems);
  if (tabella_json_hex (json, "", "election", he, sizeof he, r->problems) &&
      memcmp (he, r->v->ctx->he, sizeof he) != 0)
    tabella_problem (r->problems, "election", "is another election");
  must_say (r, json, "", "mode", r->v->ctx->practice ? "practice" : "official");
  check_duplicates (r, json);
  check_contests (r, json);
}

void
tabella_verify_result (TabellaVerifier *v)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) units = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (json_t) json = NULL;
  Reading r = { v, v->manifest->election, units, problems };

  if (v->shared == NULL)
    return;
  bytes = tabella_verify_read (v, RESULT, TABELLA_JSON_LIMIT, &error);
  if (bytes != NULL)
    json = tabella_json_parse (RESULT, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                               &error);
  if (json == NULL) {
    tabella_verify_fail (&v->findings[16], "%s", error->message);
    return;
  }
  for (guint u = 0; u < r.e->units->len; u++)
    g_hash_table_insert (units, ((const TabellaUnit *)r.e->units->pdata[u])->id,
                         GUINT_TO_POINTER (u + 1));
  check_file (&r, json);
  if (!tabella_problems_none (RESULT, problems, &error))
    tabella_verify_fail (&v->findings[16], "%s", error->message);
}
