/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"
#include "files.h"

#define DEFAULT_EXAMPLE "referendum-2014"

int
tabella_verb_new (int argc, char **argv, GError **error)
{
  g_autofree char *example = NULL;
  GOptionEntry entries[] = {
    { "example", 0, 0, G_OPTION_ARG_STRING, &example,
      "the example to start from (" DEFAULT_EXAMPLE ")", "NAME" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (json_t) draft = NULL;
  g_autofree char *text = NULL, *path = NULL;

  if (!tabella_arguments ("new", "DIR",
                          "Makes an election folder with a complete, valid election.json", entries,
                          argc, argv, 1, 1, &a, error) ||
      a.helped)
    return 0;
  draft = tabella_election_example (example != NULL ? example : DEFAULT_EXAMPLE, error);
  if (draft == NULL)
    return 1;
  text = tabella_json_text (draft);
  path = g_build_filename (a.args[0], "election.json", NULL);
  if (!tabella_file_write_new (path, text, strlen (text), 0644, error))
    return 1;
  if (a.json) {
    g_autoptr (json_t) out = json_pack ("{s:s}", "draft", path);
    tabella_print_json (out);
  } else {
    tabella_say ("%s is a complete draft. Edit it, then: tabella -C %s check", path, a.args[0]);
  }
  return 0;
}
