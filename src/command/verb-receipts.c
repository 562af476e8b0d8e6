/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stdio.h>
#include "files.h"
#include "receipts.h"
#include "status.h"

/* One text a line; blank lines are nothing. */
static gboolean
take_line (TabellaStore *store, const TabellaManifest *m, const char *path, guint line,
           const char *text, guint *taken, GError **error)
{
  TabellaBatchText t;
  const TabellaTerminalInfo *info;
  gboolean is_new;

  if (!tabella_batch_text_parse (text, &t, error)) {
    g_prefix_error (error, "%s: line %u: ", path, line);
    return FALSE;
  }
  info = tabella_manifest_terminal (m, t.terminal);
  if (info == NULL || !tabella_batch_text_check (&t, m->he, info->ballot_key)) {
    g_set_error (error, TABELLA_COMMAND_ERROR, TABELLA_COMMAND_ERROR_REFUSED,
                 "%s: line %u: this receipt is not signed by terminal %u of this election; scan "
                 "the station's QR code again",
                 path, line, t.terminal);
    return FALSE;
  }
  *taken += 1;
  return tabella_store_put_receipt (store, text, &is_new, error);
}

static gboolean
take_file (TabellaStore *store, const TabellaManifest *m, const char *path, guint *taken,
           GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (path, 16 << 20, error);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (bytes == NULL)
    return FALSE;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0' &&
        !take_line (store, m, path, i + 1, lines[i], taken, error))
      return FALSE;
  return TRUE;
}

static guint
say_notes (const TabellaArguments *a, const TabellaCentreStatus *status, guint taken)
{
  g_autoptr (json_t) notes = json_array ();
  guint n = 0;

  for (guint i = 0; i < status->terminals->len; i++) {
    const TabellaTerminalAt *t = status->terminals->pdata[i];

    if (t->note == NULL)
      continue;
    n++;
    json_array_append_new (notes,
                           json_pack ("{s:i,s:s}", "terminal", t->terminal, "note", t->note));
    if (!a->json)
      tabella_say ("Terminal %u: %s", t->terminal, t->note);
  }
  if (a->json) {
    g_autoptr (json_t) out = json_pack ("{s:i,s:O}", "receipts", taken, "notes", notes);
    tabella_print_json (out);
  } else {
    tabella_say ("%u receipts compared, %u terminals need a look.", taken, n);
  }
  return n;
}

int
tabella_verb_receipts (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (TabellaCentreStatus) status = NULL;
  TabellaCeremonyKeys keys;
  guint taken = 0;

  if (!tabella_arguments ("receipts", "FILE…",
                          "Compares batch receipts (QR texts, one a line) with what was imported",
                          NULL, argc, argv, 1, G_MAXUINT, &a, error) ||
      a.helped)
    return 0;
  store = tabella_store_open (".", error);
  m = store != NULL ? tabella_manifest_load (".", NULL, &keys, error) : NULL;
  if (m == NULL)
    return 1;
  for (guint i = 0; i < a.n; i++)
    if (!take_file (store, m, a.args[i], &taken, error))
      return 1;
  status = tabella_centre_status (store, error);
  if (status == NULL)
    return 1;
  return say_notes (&a, status, taken) > 0 ? 1 : 0;
}
