/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <string.h>
#include "asking.h"

typedef struct {
  const char *name;
  TabellaPurpose purpose;
  const char *nothing;
} Asked;
static const Asked kinds[] = {
  { "checkins", TABELLA_REQUEST_CHECKINS,
    "Every check-in file that is here has been asked for already." },
  { "strike", TABELLA_REQUEST_STRIKE, "Nothing to strike. Next: tabella request tally" },
  { "tally", TABELLA_REQUEST_TALLY, "Nothing to decrypt." },
};

static int
ask (const Asked *kind, gboolean json, GError **error)
{
  g_autoptr (TabellaStore) store = tabella_store_open (".", error);
  g_autofree char *path = NULL;

  if (store == NULL || !tabella_ask (store, kind->purpose, &path, error))
    return 1;
  if (json) {
    g_autoptr (json_t) out = json_pack ("{s:s?}", "request", path);
    tabella_print_json (out);
  } else if (path == NULL) {
    tabella_say ("%s", kind->nothing);
  } else {
    tabella_say (
        "%s is ready. Take it to the trustees: tabella trustee decrypt %s --index I --secret FILE",
        path, path);
  }
  return 0;
}

int
tabella_verb_request (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };

  if (!tabella_arguments (
          "request", "checkins|strike|tally",
          "Writes a decryption request: a folder with all that a trustee's laptop needs", NULL,
          argc, argv, 1, 1, &a, error) ||
      a.helped)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (a.args[0], kinds[i].name) == 0)
      return ask (&kinds[i], a.json, error);
  tabella_usage (error, "'%s' is not known; checkins, strike and tally are", a.args[0]);
  return 2;
}
