/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stdlib.h>
#include "rehearse.h"

typedef struct {
  char *out, *station, *role, *lane;
  char **lost;
  gint enrol, stations, desks, booths;
} RehearseOptions;

static void
rehearse_options_clear (RehearseOptions *o)
{
  g_free (o->out);
  g_free (o->station);
  g_free (o->role);
  g_free (o->lane);
  g_strfreev (o->lost);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RehearseOptions, rehearse_options_clear)

static gboolean
enrol_one (const TabellaElection *e, guint16 station, TabellaRole role, guint16 lane, json_t *made,
           GError **error)
{
  g_autofree char *label = g_strdup_printf ("simulated-%u", (guint)json_array_size (made) + 1);
  guint16 index;

  if (!tabella_rehearse_enrol (".", e, station, role, lane, label, &index, error))
    return FALSE;
  json_array_append_new (made, json_integer (index));
  return TRUE;
}

/* Digits 0–9 split evenly: part @k of @n. */
static guint16
even_lane (guint k, guint n)
{
  guint16 mask = 0;

  for (guint d = 10 * k / n; d < 10 * (k + 1) / n; d++)
    mask |= (guint16)(1u << d);
  return mask;
}

/* N terminals in all, terminal k at station ((k − 1) mod S) + 1, combined, lanes split evenly
 * within a station. */
static gboolean
enrol_combined (const RehearseOptions *o, const TabellaElection *e, json_t *made, GError **error)
{
  for (gint k = 0; k < o->enrol; k++) {
    guint here = (guint)(o->enrol - k % o->stations + o->stations - 1) / (guint)o->stations;

    if (!enrol_one (e, (guint16)(k % o->stations + 1), TABELLA_ROLE_COMBINED,
                    even_lane ((guint)(k / o->stations), here), made, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
enrol_desks (const RehearseOptions *o, const TabellaElection *e, json_t *made, GError **error)
{
  for (gint s = 1; s <= o->stations; s++) {
    for (gint d = 0; d < o->desks; d++)
      if (!enrol_one (e, (guint16)s, TABELLA_ROLE_DESK, even_lane ((guint)d, (guint)o->desks), made,
                      error))
        return FALSE;
    for (gint b = 0; b < o->booths; b++)
      if (!enrol_one (e, (guint16)s, TABELLA_ROLE_BOOTH, 0, made, error))
        return FALSE;
  }
  return TRUE;
}

/* --enrol N --station ID --role ROLE --lane DIGITS: N alike at one station. */
static gboolean
enrol_at (const RehearseOptions *o, const TabellaElection *e, json_t *made, GError **error)
{
  guint16 station = tabella_command_station (e, o->station, error), lane = 0;
  TabellaRole role = TABELLA_ROLE_COMBINED;

  if (station == 0)
    return FALSE;
  if (o->role != NULL && !tabella_role_parse (o->role, &role))
    return tabella_usage (error, "--role %s: roles are combined, desk, booth and spare", o->role);
  if (!tabella_lane_parse (o->lane != NULL             ? o->lane
                           : role <= TABELLA_ROLE_DESK ? "0-9"
                                                       : "",
                           &lane, error))
    return FALSE;
  for (gint k = 0; k < MAX (o->enrol, 1); k++)
    if (!enrol_one (e, station, role, lane, made, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_enrol (const RehearseOptions *o, const TabellaElection *e, GError **error)
{
  if (o->stations < 1 || (guint)o->stations > e->stations->len)
    return tabella_usage (error, "--stations is a number from 1 to %u (the draft's stations)",
                          e->stations->len);
  if (o->desks < 0 || o->desks > 10 || o->booths < 0 || (o->booths > 0 && o->desks == 0) ||
      (o->desks == 0 && o->enrol > 10 * o->stations))
    return tabella_usage (error,
                          "a station has 1 to 10 desks or combined terminals, one for each last "
                          "digit at most");
  return TRUE;
}

static int
enrol (const RehearseOptions *o, gboolean json, GError **error)
{
  g_autoptr (TabellaElection) e = tabella_command_election (error);
  g_autoptr (json_t) made = json_array ();
  gboolean ok;

  if (e == NULL)
    return 1;
  if (o->station != NULL)
    ok = enrol_at (o, e, made, error);
  else
    ok = check_enrol (o, e, error) &&
         (o->desks > 0 ? enrol_desks (o, e, made, error) : enrol_combined (o, e, made, error));
  if (!ok)
    return 1;
  if (json) {
    g_autoptr (json_t) out = json_pack ("{s:O}", "terminals", made);
    tabella_print_json (out);
  } else {
    tabella_say ("%u simulated terminals are enrolled. Next: tabella roll CSV",
                 (guint)json_array_size (made));
  }
  return 0;
}

static gboolean
parse_lost (char **lost, GArray *out, GError **error)
{
  for (guint i = 0; lost != NULL && lost[i] != NULL; i++) {
    guint16 index = tabella_command_number (lost[i], "--lost", error);

    if (index == 0)
      return FALSE;
    g_array_append_val (out, index);
  }
  return TRUE;
}

static int
run_deck (const RehearseOptions *o, const TabellaArguments *a, GError **error)
{
  g_autoptr (GArray) lost = g_array_new (FALSE, FALSE, sizeof (guint16));

  if (!tabella_required (o->out, "--out DIR", error) || !parse_lost (o->lost, lost, error) ||
      !tabella_rehearse_run (".", a->args[0], o->out, lost, tabella_show_progress, "rehearsing",
                             error))
    return 1;
  if (a->json) {
    g_autoptr (json_t) out = json_pack ("{s:s}", "out", o->out);
    tabella_print_json (out);
  } else {
    tabella_say ("%s holds the simulated terminals' batches. Next: tabella import %s", o->out,
                 o->out);
  }
  return 0;
}

int
tabella_verb_rehearse (int argc, char **argv, GError **error)
{
  g_auto (RehearseOptions) o = { 0 };
  GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &o.out, "where the batches go", "DIR" },
    { "lost", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.lost,
      "terminal N is lost: only a safety copy of it remains (repeatable)", "N" },
    { "enrol", 0, 0, G_OPTION_ARG_INT, &o.enrol,
      "make and enrol N simulated terminals instead of running a deck", "N" },
    { "stations", 0, 0, G_OPTION_ARG_INT, &o.stations, "enrol: spread over the first S stations",
      "S" },
    { "desks", 0, 0, G_OPTION_ARG_INT, &o.desks, "enrol: that many desks at each station", "D" },
    { "booths", 0, 0, G_OPTION_ARG_INT, &o.booths, "enrol: that many booths at each station", "B" },
    { "station", 0, 0, G_OPTION_ARG_STRING, &o.station, "enrol: all at this one station", "ID" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &o.role,
      "enrol at one station: combined, desk, booth or spare", "ROLE" },
    { "lane", 0, 0, G_OPTION_ARG_STRING, &o.lane, "enrol at one station: last digits it serves",
      "DIGITS" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  gboolean making;

  if (!tabella_arguments ("rehearse", "DECK.csv --out DIR | --enrol N --stations S",
                          "Logic-and-accuracy run, practice only", entries, argc, argv, 0, 1, &a,
                          error) ||
      a.helped)
    return 0;
  making = o.enrol > 0 || o.desks > 0 || o.station != NULL;
  if (making == (a.n == 1)) {
    tabella_usage (error, "give either a deck and --out DIR, or --enrol N with --stations S");
    return 2;
  }
  return making ? enrol (&o, a.json, error) : run_deck (&o, &a, error);
}
