/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include "status.h"

static json_t *
strings_json (GPtrArray *strings)
{
  json_t *list = json_array ();

  for (guint i = 0; i < strings->len; i++)
    json_array_append_new (list, json_string (strings->pdata[i]));
  return list;
}

static json_t *
terminal_json (const TabellaTerminalAt *t)
{
  json_t *gaps = json_array ();

  for (guint i = 0; i < t->gaps->len; i++)
    json_array_append_new (gaps, json_integer (g_array_index (t->gaps, guint16, i)));
  return json_pack ("{s:i,s:i,s:s,s:s,s:i,s:I,s:I,s:I,s:o,s:s?}", "terminal", t->terminal,
                    "station", t->station, "role", tabella_role_name (t->role), "state",
                    tabella_at_name (t->at), "number", t->last_number, "cast", (json_int_t)t->cast,
                    "checkins", (json_int_t)t->checkins, "challenged", (json_int_t)t->challenged,
                    "gaps", gaps, "note", t->note);
}

static void
print_status_json (const TabellaCentreStatus *s)
{
  g_autoptr (json_t) terminals = json_array ();
  g_autoptr (json_t) out = NULL;

  for (guint i = 0; i < s->terminals->len; i++)
    json_array_append_new (terminals, terminal_json (s->terminals->pdata[i]));
  out = json_pack ("{s:O,s:i,s:i,s:o,s:o,s:o,s:o,s:b,s:b}", "terminals", terminals, "settled",
                   s->settled, "needed", s->needed, "missing", strings_json (s->missing),
                   "provisionals", strings_json (s->undecided), "receipts",
                   strings_json (s->receipts), "incidents", strings_json (s->incidents),
                   "tally_asked", s->tally_asked, "result", s->result);
  tabella_print_json (out);
}

static void
say_terminal (const TabellaTerminalAt *t)
{
  g_autoptr (GString) gaps = g_string_new (NULL);

  for (guint i = 0; i < t->gaps->len; i++)
    g_string_append_printf (
        gaps, "%s%u", i > 0 ? ", " : "  batches not here: ", g_array_index (t->gaps, guint16, i));
  tabella_say ("%7u  %8u  %-9s %-12s %6u %9u %11u%s%s%s", t->station, t->terminal,
               tabella_role_name (t->role), tabella_at_name (t->at), t->cast, t->checkins,
               t->challenged, gaps->str, t->note != NULL ? "  " : "",
               t->note != NULL ? t->note : "");
}

static void
say_list (const char *title, GPtrArray *list)
{
  if (list->len == 0)
    return;
  tabella_say ("\n%s", title);
  for (guint i = 0; i < list->len; i++)
    tabella_say ("  %s", (char *)list->pdata[i]);
}

int
tabella_verb_status (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (TabellaCentreStatus) s = NULL;

  if (!tabella_arguments ("status", "",
                          "Shows every station and terminal: batches, gaps, quarantines, counts, "
                          "and what is missing before a tally",
                          NULL, argc, argv, 0, 0, &a, error) ||
      a.helped)
    return 0;
  store = tabella_store_open (".", error);
  s = store != NULL ? tabella_centre_status (store, error) : NULL;
  if (s == NULL)
    return 1;
  if (a.json) {
    print_status_json (s);
    return 0;
  }
  tabella_say ("Station  Terminal  Role      State          Cast  Check-ins  Challenged");
  for (guint i = 0; i < s->terminals->len; i++)
    say_terminal (s->terminals->pdata[i]);
  tabella_say ("%u of %u terminals are complete.", s->settled, s->needed);
  say_list ("Provisional ballots to decide (tabella decide --provisional REF):", s->undecided);
  say_list ("Incidents:", s->incidents);
  say_list ("Missing before a tally:", s->missing);
  if (s->missing->len == 0)
    tabella_say ("\nNothing is missing before a tally.");
  return 0;
}
