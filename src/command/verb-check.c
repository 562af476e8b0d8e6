/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

int
tabella_verb_check (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = NULL;
  g_autoptr (TabellaElection) e = NULL;

  if (!tabella_arguments ("check", "", "Lists every problem of election.json, one a line", NULL,
                          argc, argv, 0, 0, &a, error) ||
      a.helped)
    return 0;
  json = tabella_command_draft (error);
  if (json == NULL)
    return 1;
  e = tabella_election_parse (json, "", problems);
  if (a.json) {
    g_autoptr (json_t) list = json_array ();
    g_autoptr (json_t) out = NULL;

    for (guint i = 0; i < problems->len; i++)
      json_array_append_new (list, json_string (problems->pdata[i]));
    out = json_pack ("{s:O}", "problems", list);
    tabella_print_json (out);
  } else {
    for (guint i = 0; i < problems->len; i++)
      tabella_say ("%s", (char *)problems->pdata[i]);
  }
  if (e == NULL) {
    tabella_refuse (error,
                    "election.json has %u problem%s; correct the fields named, then check again",
                    problems->len, problems->len == 1 ? "" : "s");
    return 1;
  }
  if (!a.json)
    tabella_say (
        "election.json is complete: %u contests, %u stations, %u trustees of whom %u are needed.",
        e->contests->len, e->stations->len, e->trustees->len, e->needed);
  return 0;
}
