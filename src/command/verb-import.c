/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

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

/* What the election waits for: every terminal but spares that nobody used. */
static gboolean
is_needed (const TabellaEvidence *e, const TabellaTerminalInfo *t)
{
  TabellaTerminalStatus status;

  tabella_evidence_status (e, t, &status);
  return status.role != TABELLA_ROLE_SPARE;
}

/* Marks the terminals of which nothing more is needed, by index; *needed: how many there are. */
static GHashTable *
complete_terminals (const TabellaEvidence *e, guint *needed)
{
  GHashTable *complete = g_hash_table_new (NULL, NULL);

  *needed = 0;
  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = e->manifest->terminals->pdata[i];

    if (!is_needed (e, t))
      continue;
    *needed += 1;
    if (tabella_evidence_settled (e, t, NULL))
      g_hash_table_add (complete, GUINT_TO_POINTER (t->index));
  }
  return complete;
}

typedef struct {
  const TabellaEvidence *e;   /* with all that came */
  GHashTable *before, *after; /* complete terminals */
  guint needed;
  guint refused, waiting; /* not taken; of these, waiting for an amendment */
} Report;

/* "… 41 of 60.": the terminals that are complete by this line. */
static void
say_imported (Report *r, const TabellaImported *i)
{
  /* A folder's name on a stick may be anything, several lines too. */
  g_autofree char *sentence = g_strdelimit (tabella_import_sentence (r->e, i), "\n", '?');

  if (i->refused != NULL) {
    tabella_warn ("%s", sentence);
    return;
  }
  if (g_hash_table_contains (r->after, GUINT_TO_POINTER (i->terminal)))
    g_hash_table_add (r->before, GUINT_TO_POINTER (i->terminal));
  tabella_say ("%s%s %u of %u.", sentence, i->already ? " Already here." : "",
               g_hash_table_size (r->before), r->needed);
}

static void
report (Report *r, gboolean json, GPtrArray *done)
{
  g_autoptr (json_t) list = json_array ();

  for (guint k = 0; k < done->len; k++) {
    const TabellaImported *i = done->pdata[k];

    r->refused += i->refused != NULL;
    r->waiting += i->waits > 0;
    json_array_append_new (list, imported_json (i));
    if (!json)
      say_imported (r, i);
  }
  if (json) {
    g_autoptr (json_t) out = json_pack ("{s:O,s:i,s:i}", "batches", list, "complete",
                                        g_hash_table_size (r->after), "needed", r->needed);
    tabella_print_json (out);
  }
}

static int
conclude (const Report *r, guint all, GError **error)
{
  if (r->refused > 0 && r->refused == r->waiting)
    tabella_refuse (error,
                    "%u of %u wait for amendments (above): copy those from the organisers into "
                    "amendments/ and import again; the rest is in",
                    r->refused, all);
  else if (r->refused > 0)
    tabella_refuse (
        error,
        "%u of %u were not taken (reasons above); the rest is in. Ask those stations to "
        "write theirs again, then import that stick; `tabella status` shows the whole",
        r->refused, all);
  return r->refused > 0;
}

static int
import_paths (const TabellaArguments *a, GPtrArray *paths, GError **error)
{
  g_autoptr (TabellaStore) store = tabella_store_open (".", error);
  g_autoptr (TabellaEvidence) before = NULL, after = NULL;
  g_autoptr (GHashTable) complete_before = NULL, complete_after = NULL;
  g_autoptr (GPtrArray) done = NULL;
  guint needed;
  Report r;

  before = store != NULL ? tabella_store_evidence (store, error) : NULL;
  if (before == NULL)
    return 1;
  complete_before = complete_terminals (before, &needed);
  done = tabella_import (store, paths, tabella_show_progress, "checking ballots", error);
  after = done != NULL ? tabella_store_evidence (store, error) : NULL;
  if (after == NULL)
    return 1;
  complete_after = complete_terminals (after, &needed);
  r = (Report){ .e = after, .before = complete_before, .after = complete_after, .needed = needed };
  report (&r, a->json, done);
  return conclude (&r, done->len, error);
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
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

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
  return import_paths (&a, paths, error);
}
