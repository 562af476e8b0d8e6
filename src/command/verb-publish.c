/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include "record.h"

int
tabella_verb_publish (int argc, char **argv, GError **error)
{
  g_autofree char *out = NULL;
  GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out,
      "the record's folder: new, empty, or an earlier record of this election", "DIR" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaStore) store = NULL;

  if (!tabella_arguments ("publish", "--out DIR",
                          "Writes the public record: everything that anyone needs to check the "
                          "result, and no identity data",
                          entries, argc, argv, 0, 0, &a, error) ||
      a.helped)
    return 0;
  if (!tabella_required (out, "--out DIR", error))
    return 1;
  store = tabella_store_open (".", error);
  if (store == NULL || !tabella_publish (store, out, error))
    return 1;
  if (a.json) {
    g_autoptr (json_t) json = json_pack ("{s:s}", "record", out);
    tabella_print_json (json);
  } else {
    tabella_say ("%s is the public record. Anyone can check it: tabella verify %s --key FILE.pub",
                 out, out);
  }
  return 0;
}
