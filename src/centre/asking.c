/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "asking.h"
#include "copy.h"
#include "count.h"
#include "files.h"
#include "record.h"

#include <string.h>

static gboolean state (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
state (GError **error, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE, text);
  return FALSE;
}

static const char *
purpose_name (TabellaPurpose purpose)
{
  return purpose == TABELLA_REQUEST_CHECKINS ? "checkins"
         : purpose == TABELLA_REQUEST_STRIKE ? "strike"
                                             : "tally";
}

/* The next free number of a purpose; the tally has one. */
static char *
next_name (const TabellaEvidence *e, TabellaPurpose purpose)
{
  guint n = 1;

  for (guint i = 0; i < e->asked->len; i++)
    if (((const TabellaAsked *)g_ptr_array_index (e->asked, i))->purpose == purpose)
      n++;
  return g_strdup_printf ("%s-%04u", purpose_name (purpose), n);
}

static gboolean
check_earlier (const TabellaEvidence *e, GError **error)
{
  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    if (a->purpose == TABELLA_REQUEST_TALLY)
      return state (error,
                    "%s was asked: nothing else can be asked any more; `tabella combine "
                    "requests/%s` gives the result",
                    a->name, a->name);
    if (a->shared == NULL)
      return state (
          error,
          "requests/%s is not answered yet: %u trustees run `tabella trustee decrypt`, then "
          "`tabella combine requests/%s`",
          a->name, e->keys.t, a->name);
  }
  return TRUE;
}

static gboolean
check_settled (const TabellaEvidence *e, GError **error)
{
  g_autoptr (GString) missing = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    g_autofree char *why = NULL, *where = NULL;

    if (tabella_evidence_settled (e, t, &why))
      continue;
    where = tabella_terminal_words (e, t->index);
    if (n++ < 10)
      g_string_append_printf (missing, "\n%s (terminal %u): %s", where, t->index, why);
  }
  return n == 0 || state (error, "%u terminal%s missing before a tally:%s%s", n,
                          n == 1 ? " is" : "s are", missing->str, n > 10 ? "\n…" : "");
}

static gboolean
write_bytes (const char *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return tabella_file_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0644,
                             error);
}

/* What the last batches hold for trustees' eyes: check-ins, or whole safety copies. */
static gboolean
write_checkins (const TabellaEvidence *e, const char *made, GError **error)
{
  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    const TabellaHeld *last = tabella_evidence_last (e, t, NULL);
    g_autofree char *name = NULL, *folder = NULL, *sig = NULL;

    if (last == NULL)
      continue;
    name = tabella_batch_folder (last->terminal, last->number);
    folder = g_build_filename (made, "checkins", name, NULL);
    sig = g_build_filename (folder, "sealed.minisig", NULL);
    if (!last->interim) {
      if (!write_bytes (folder, "checkins", last->checkins, error))
        return FALSE;
    } else if (!write_bytes (folder, "sealed", last->sealed, error) ||
               !tabella_file_write (sig, last->sealed_minisig, strlen (last->sealed_minisig), 0644,
                                    error)) {
      return FALSE;
    }
  }
  return tabella_folder_make (made, error);
}

static gboolean
write_earlier (const TabellaEvidence *e, const char *made, GError **error)
{
  g_autofree char *folder = g_build_filename (made, "earlier", NULL);

  for (guint i = 0; i < e->asked->len; i++)
    if (!tabella_record_write_asked (g_ptr_array_index (e->asked, i), folder, error))
      return FALSE;
  return TRUE;
}

static gboolean
write_decisions (const TabellaEvidence *e, const char *made, GError **error)
{
  g_autofree char *sig = g_build_filename (made, "decisions.json.minisig", NULL);

  if (e->decisions_file == NULL)
    return TRUE;
  return write_bytes (made, "decisions.json", e->decisions_file, error) &&
         (e->decisions_minisig == NULL ||
          tabella_file_write (sig, e->decisions_minisig, strlen (e->decisions_minisig), 0644,
                              error));
}

typedef struct {
  TabellaPurpose purpose;
  const TabellaRequest *request;
  GBytes *links, *standing; /* or NULL */
} Asking;

static gboolean
write_request (TabellaStore *s, const TabellaEvidence *e, const Asking *a, const char *made,
               GError **error)
{
  g_autofree char *record = g_build_filename (made, "record", NULL);
  g_autoptr (GBytes) bytes = tabella_request_bytes (a->request);

  return tabella_folder_remove (made, error) && write_bytes (made, "request", bytes, error) &&
         (a->links == NULL || write_bytes (made, "links", a->links, error)) &&
         (a->standing == NULL || write_bytes (made, "standing", a->standing, error)) &&
         tabella_record_write (e, tabella_store_folder (s), record, error) &&
         write_checkins (e, made, error) && write_earlier (e, made, error) &&
         (a->purpose == TABELLA_REQUEST_CHECKINS || write_decisions (e, made, error));
}

/* The folder appears whole, under its name, or not at all. */
static gboolean
write_folder (TabellaStore *s, const TabellaEvidence *e, const Asking *a, char **path,
              GError **error)
{
  g_autofree char *name = next_name (e, a->purpose);
  g_autofree char *hidden = g_strdup_printf (".%s.tmp", name);
  g_autofree char *made = g_build_filename (tabella_store_folder (s), "requests", hidden, NULL);
  g_autofree char *final = g_build_filename (tabella_store_folder (s), "requests", name, NULL);

  if (!write_request (s, e, a, made, error)) {
    tabella_folder_remove (made, NULL);
    return FALSE;
  }
  if (!tabella_folder_replace (made, final, error))
    return FALSE;
  *path = g_strcmp0 (tabella_store_folder (s), ".") == 0 ? g_build_filename ("requests", name, NULL)
                                                         : g_steal_pointer (&final);
  return TRUE;
}

static gboolean
ask_checkins (TabellaStore *s, const TabellaEvidence *e, char **path, GError **error)
{
  g_autoptr (TabellaRequest) request = tabella_opening_request (e, error);
  Asking a = { TABELLA_REQUEST_CHECKINS, request, NULL, NULL };

  if (request == NULL)
    return FALSE;
  return request->points->len == 0 || write_folder (s, e, &a, path, error);
}

static gboolean
ask_strike (TabellaStore *s, const TabellaEvidence *e, const char *roll, char **path,
            GError **error)
{
  g_autoptr (TabellaCount) c = tabella_count_strike (e, roll, error);
  Asking a = { TABELLA_REQUEST_STRIKE };

  if (c == NULL)
    return FALSE;
  a.request = c->request;
  a.links = c->links;
  return c->request->points->len == 0 || write_folder (s, e, &a, path, error);
}

static gboolean
ask_tally (TabellaStore *s, const TabellaEvidence *e, const char *roll, char **path, GError **error)
{
  g_autoptr (TabellaCount) c = NULL;
  Asking a = { TABELLA_REQUEST_TALLY };

  if (!check_settled (e, error))
    return FALSE;
  c = tabella_count_all (e, roll, error);
  if (c == NULL)
    return FALSE;
  a.request = c->sums;
  a.standing = c->standing;
  return write_folder (s, e, &a, path, error);
}

gboolean
tabella_ask (TabellaStore *s, TabellaPurpose purpose, char **path, GError **error)
{
  g_autoptr (TabellaEvidence) e = tabella_store_evidence (s, error);
  g_autofree char *roll = g_build_filename (tabella_store_folder (s), "roll", NULL);

  *path = NULL;
  if (e == NULL || !check_earlier (e, error))
    return FALSE;
  switch (purpose) {
  case TABELLA_REQUEST_CHECKINS:
    return ask_checkins (s, e, path, error);
  case TABELLA_REQUEST_STRIKE:
    return ask_strike (s, e, roll, path, error);
  case TABELLA_REQUEST_TALLY:
    return ask_tally (s, e, roll, path, error);
  default:
    g_return_val_if_reached (FALSE);
  }
}
