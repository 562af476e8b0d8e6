/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include "package.h"

int
tabella_verb_package (int argc, char **argv, GError **error)
{
  g_autofree char *out = NULL;
  GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "the stick's folder", "DIR" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };

  if (!tabella_arguments ("package", "--out DIR",
                          "Writes what the terminals install, everyone's on one stick", entries,
                          argc, argv, 0, 0, &a, error) ||
      a.helped)
    return 0;
  if (!tabella_required (out, "--out DIR", error) || !tabella_package_write (".", out, error))
    return 1;
  if (a.json) {
    g_autoptr (json_t) json = json_pack ("{s:s+}", "package", out, "/tabella-package");
    tabella_print_json (json);
  } else {
    tabella_say ("%s/tabella-package holds every terminal's part. On each tablet: Install.", out);
  }
  return 0;
}
