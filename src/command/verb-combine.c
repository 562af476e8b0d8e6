/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stdio.h>
#include "asking.h"
#include "result-table.h"

int
tabella_verb_combine (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (GPtrArray) bad = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *result = NULL;
  gboolean ok;

  if (!tabella_arguments (
          "combine", "REQUEST",
          "Uses the trustees' shares of a request; for the tally, prints and writes result.json",
          NULL, argc, argv, 1, 1, &a, error) ||
      a.helped)
    return 0;
  if (!tabella_command_request (a.args[0], error))
    return 1;
  store = tabella_store_open (".", error);
  if (store == NULL)
    return 1;
  ok = tabella_combine (store, a.args[0], bad, &result, error);
  for (guint i = 0; i < bad->len; i++)
    tabella_warn ("%s", (char *)bad->pdata[i]);
  if (!ok)
    return 1;
  if (result == NULL && !a.json)
    tabella_say ("%s is combined. `tabella status` names the next step.", a.args[0]);
  else if (a.json)
    fputs (result != NULL ? result : "{}\n", stdout);
  else
    return tabella_print_result (result, error) ? 0 : 1;
  return 0;
}
