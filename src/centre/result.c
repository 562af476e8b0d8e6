/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bytes.h"
#include "tally.h"

static const char *
rule_name (TabellaRule rule)
{
  switch (rule) {
  case TABELLA_RULE_ASSIGNED_THEN_LOT:
    return "assigned-then-lot";
  case TABELLA_RULE_LOT:
    return "lot";
  case TABELLA_RULE_STRIKE_ALL:
    return "strike-all";
  default:
    g_return_val_if_reached ("");
  }
}

static json_t *
duplicates_json (const TabellaElection *e, const TabellaDuplicateCounts *c, guint incidents)
{
  json_t *json = json_object ();

  json_object_set_new (json, "rule", json_string (rule_name (e->policies.rule)));
  json_object_set_new (json, "groups", json_integer (c->groups));
  json_object_set_new (json, "struck_links", json_integer (c->struck_links));
  json_object_set_new (json, "struck_ballots", json_integer (c->struck_ballots));
  json_object_set_new (json, "unused_tickets", json_integer (c->unused_tickets));
  json_object_set_new (json, "paper", json_integer (c->paper));
  json_object_set_new (json, "rejected_provisionals", json_integer (c->rejected_provisionals));
  json_object_set_new (json, "incidents", json_integer (incidents));
  return json;
}

static json_t *
options_json (const TabellaContest *contest, const guint64 *counts)
{
  json_t *list = json_array ();

  for (guint o = 0; o < contest->options->len; o++) {
    const TabellaOption *option = g_ptr_array_index (contest->options, o);
    json_t *one = json_object ();

    json_object_set_new (one, "id", json_string (option->id));
    json_object_set_new (one, "count", json_integer ((json_int_t)counts[o]));
    json_array_append_new (list, one);
  }
  return list;
}

static const char *
unit_id (const TabellaElection *e, guint16 unit)
{
  return ((const TabellaUnit *)g_ptr_array_index (e->units, unit))->id;
}

static json_t *
unit_json (const TabellaElection *e, const TabellaContest *contest, const TabellaUnitSum *s)
{
  json_t *json = json_object (), *merged = json_array ();

  for (guint i = 0; i < s->merged->len; i++) {
    guint16 u = g_array_index (s->merged, guint16, i);

    if (u != s->unit)
      json_array_append_new (merged, json_string (unit_id (e, u)));
  }
  json_object_set_new (json, "id", json_string (unit_id (e, s->unit)));
  json_object_set_new (json, "merged", merged);
  json_object_set_new (json, "ballots", json_integer (s->ballots));
  json_object_set_new (json, "options", options_json (contest, s->counts));
  return json;
}

static json_t *
contest_json (const TabellaElection *e, const TabellaTally *t, guint16 index)
{
  const TabellaContest *contest = tabella_election_contest (e, index);
  json_t *json = json_object (), *units = json_array (), *withheld = json_array ();
  g_autofree guint64 *counts = g_new0 (guint64, contest->options->len);
  guint64 ballots = 0;

  for (guint i = 0; i < t->sums->len; i++) {
    const TabellaUnitSum *s = g_ptr_array_index (t->sums, i);

    if (s->contest != index)
      continue;
    if (s->withheld) {
      json_array_append_new (withheld, json_string (unit_id (e, s->unit)));
      continue;
    }
    ballots += s->ballots;
    for (guint o = 0; o < s->n; o++)
      counts[o] += s->counts[o];
    json_array_append_new (units, unit_json (e, contest, s));
  }
  json_object_set_new (json, "id", json_string (contest->id));
  json_object_set_new (json, "ballots", json_integer ((json_int_t)ballots));
  json_object_set_new (json, "options", options_json (contest, counts));
  json_object_set_new (json, "units", units);
  json_object_set_new (json, "withheld", withheld);
  return json;
}

char *
tabella_tally_result (const TabellaEvidence *e, const TabellaTally *t,
                      const TabellaDuplicateCounts *counts, guint incidents)
{
  const TabellaElection *election = e->manifest->election;
  g_autoptr (json_t) json = json_object ();
  g_autofree char *he = tabella_hex (e->ctx->he, 32);
  json_t *contests = json_array ();

  json_object_set_new (json, "election", json_string (he));
  json_object_set_new (json, "mode", json_string (e->ctx->practice ? "practice" : "official"));
  json_object_set_new (json, "duplicates", duplicates_json (election, counts, incidents));
  json_object_set_new (json, "contests", contests);
  for (guint16 c = 0; c < election->contests->len; c++)
    json_array_append_new (contests, contest_json (election, t, c));
  return tabella_json_text (json);
}
