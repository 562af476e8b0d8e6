/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stdio.h>
#include "import.h"

static json_t *
imported_json (const TabellaImported *i)
{
  return json_pack ("{s:s,s:i,s:i,s:i,s:s,s:b,s:b,s:i,s:I,s:I,s:s?}", "path", i->path, "terminal",
                    i->terminal, "station", i->station, "number", i->number, "kind",
                    i->interim ? "interim" : "final", "already", i->already, "quarantined",
                    i->quarantined, "waits", i->waits, "cast", (json_int_t)i->cast, "checkins",
                    (json_int_t)i->checkins, "refused", i->refused);
}

static void
say_imported (const TabellaEvidence *e, const TabellaImported *i, guint at, guint of)
{
  g_autofree char *sentence = tabella_import_sentence (e, i);
  g_autofree char *plain = tabella_plain (sentence);

  if (i->refused == NULL)
    tabella_say ("%s%s %u of %u.", sentence, i->already ? " Already here." : "", at, of);
  else
    fprintf (stderr, "%s\n", plain);
}

/* How many were not taken. *waiting: how many of them wait for an amendment. */
static guint
report (const TabellaArguments *a, const TabellaEvidence *e, GPtrArray *done, guint *waiting)
{
  g_autoptr (json_t) list = json_array ();
  guint refused = 0;

  *waiting = 0;
  for (guint k = 0; k < done->len; k++) {
    const TabellaImported *i = done->pdata[k];

    refused += i->refused != NULL;
    *waiting += i->waits > 0;
    json_array_append_new (list, imported_json (i));
    if (!a->json)
      say_imported (e, i, k + 1, done->len);
  }
  if (a->json) {
    g_autoptr (json_t) out = json_pack ("{s:O}", "batches", list);
    tabella_print_json (out);
  }
  return refused;
}

/* A mistyped name is found before anything is taken. */
static gboolean
check_path (const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  return tabella_refuse (error,
                         "%s is %s, nothing was imported; name the stick or the folder that holds "
                         "terminal-NNN/",
                         path, g_file_test (path, G_FILE_TEST_EXISTS) ? "no folder" : "not there");
}

int
tabella_verb_import (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  guint refused, waiting;

  if (!tabella_arguments ("import", "PATH…",
                          "Takes batches from sticks or folders into the centre's database", NULL,
                          argc, argv, 1, G_MAXUINT, &a, error) ||
      a.helped)
    return 0;
  for (guint i = 0; i < a.n; i++) {
    if (!check_path (a.args[i], error))
      return 1;
    g_ptr_array_add (paths, a.args[i]);
  }
  store = tabella_store_open (".", error);
  if (store == NULL)
    return 1;
  done = tabella_import (store, paths, tabella_show_progress, "checking ballots", error);
  e = done != NULL ? tabella_store_evidence (store, error) : NULL;
  if (e == NULL)
    return 1;
  refused = report (&a, e, done, &waiting);
  if (refused > 0 && refused == waiting)
    tabella_refuse (error,
                    "%u of %u wait for amendments (above): copy those from the organisers into "
                    "amendments/ and import again; the rest is in",
                    refused, done->len);
  else if (refused > 0)
    tabella_refuse (
        error,
        "%u of %u were not taken (reasons above); the rest is in. Ask those stations to "
        "write theirs again, then import that stick; `tabella status` shows the whole",
        refused, done->len);
  return refused > 0;
}
