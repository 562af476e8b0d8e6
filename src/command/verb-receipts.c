/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stdio.h>
#include "files.h"
#include "status.h"

typedef struct {
  TabellaStore *store;
  TabellaEvidence *e;
  gboolean json;
  json_t *list;
  guint all, unlike;
} Comparing;

static const char *
receipt_word (TabellaReceiptAt at)
{
  switch (at) {
  case TABELLA_RECEIPT_MATCHES:
    return "matches";
  case TABELLA_RECEIPT_MISSING:
    return "missing";
  case TABELLA_RECEIPT_DIFFERS:
    return "differs";
  case TABELLA_RECEIPT_BAD:
  default:
    return "bad";
  }
}

/* Whoever else's text it is, it is compared and named; only this election's are kept. */
static gboolean
compare_line (Comparing *c, const char *path, guint line, const char *text, GError **error)
{
  g_autofree char *sentence = NULL;
  const TabellaReceiptAt at = tabella_receipt_compare (c->e, text, &sentence);
  gboolean is_new;

  c->all++;
  c->unlike += at != TABELLA_RECEIPT_MATCHES;
  json_array_append_new (c->list, json_pack ("{s:s,s:i,s:s,s:s}", "file", path, "line", line,
                                             "receipt", receipt_word (at), "words", sentence));
  if (!c->json)
    tabella_say ("%s: line %u: %s", path, line, sentence);
  return at == TABELLA_RECEIPT_BAD || tabella_store_put_receipt (c->store, text, &is_new, error);
}

/* One text a line; blank lines are nothing. */
static gboolean
compare_file (Comparing *c, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_RECEIPTS_LIMIT, error);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  const char *raw;
  gsize size;

  if (bytes == NULL)
    return FALSE;
  raw = g_bytes_get_data (bytes, &size);
  text = size > 0 ? g_utf8_make_valid (raw, (gssize)size) : g_strdup ("");
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0' && !compare_line (c, path, i + 1, lines[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
compare_files (Comparing *c, char *const *paths, GError **error)
{
  for (guint i = 0; paths[i] != NULL; i++)
    if (!compare_file (c, paths[i], error))
      return FALSE;
  if (c->json) {
    g_autoptr (json_t) out = json_pack ("{s:O}", "receipts", c->list);
    tabella_print_json (out);
  }
  if (c->unlike > 0)
    return tabella_refuse (error,
                           "%u of %u receipts do not match what is here (named above): import what "
                           "is missing, ask the station about what differs",
                           c->unlike, c->all);
  if (!c->json)
    tabella_say ("%u receipts match what is here.", c->all);
  return TRUE;
}

int
tabella_verb_receipts (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaStore) store = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (json_t) list = json_array ();
  Comparing c = { 0 };

  if (!tabella_arguments ("receipts", "FILE…",
                          "Compares batch receipts (QR texts, one a line) with what was imported",
                          NULL, argc, argv, 1, G_MAXUINT, &a, error) ||
      a.helped)
    return 0;
  store = tabella_store_open (".", error);
  e = store != NULL ? tabella_store_evidence (store, error) : NULL;
  if (e == NULL)
    return 1;
  c = (Comparing){ store, e, a.json, list, 0, 0 };
  return compare_files (&c, a.args, error) ? 0 : 1;
}
