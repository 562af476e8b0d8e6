/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "asking.h"
#include "count.h"
#include "files.h"
#include "opening.h"

#include <string.h>

static GBytes *
ask_bytes (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "request", NULL);

  return tabella_file_read (path, TABELLA_FILE_LIMIT, error);
}

/* The evidence's own entry of the folder that was named. */
static TabellaAsked *
find_asked (const TabellaEvidence *e, const char *folder, GError **error)
{
  g_autofree char *name = g_path_get_basename (folder);
  g_autoptr (GBytes) bytes = ask_bytes (folder, error);

  if (bytes == NULL)
    return NULL;
  for (guint i = 0; i < e->asked->len; i++) {
    TabellaAsked *a = g_ptr_array_index (e->asked, i);

    if (g_str_equal (a->name, name) && g_bytes_equal (a->bytes, bytes))
      return a;
  }
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
               "%s is not a request of this election folder: name one of requests/", folder);
  return NULL;
}

static gboolean
write_result (TabellaStore *s, const TabellaEvidence *e, const TabellaAsked *asked, char **result,
              GError **error)
{
  g_autofree char *roll = g_build_filename (tabella_store_folder (s), "roll", NULL);
  g_autofree char *path = g_build_filename (tabella_store_folder (s), "result.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (TabellaCount) c = tabella_count_all (e, roll, error);
  g_autoptr (GBytes) sums = c != NULL ? tabella_request_bytes (c->sums) : NULL;

  if (sums == NULL)
    return FALSE;
  if (!g_bytes_equal (sums, asked->bytes) || !g_bytes_equal (c->standing, asked->standing)) {
    g_set_error_literal (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
                         "the sums are not those of the request: batches, amendments or decisions "
                         "changed after it was asked; put them back as they were");
    return FALSE;
  }
  if (!tabella_tally_count (e, c->tally, asked, error))
    return FALSE;
  text = tabella_tally_result (e, c->tally, &c->counts, c->incidents->len);
  if (!tabella_file_write (path, text, strlen (text), 0644, error))
    return FALSE;
  *result = g_steal_pointer (&text);
  return TRUE;
}

static gboolean
write_tickets (TabellaStore *s, const TabellaAsked *a, GError **error)
{
  g_autofree char *path =
      g_build_filename (tabella_store_folder (s), "requests", a->name, "tickets", NULL);

  return tabella_file_write (path, g_bytes_get_data (a->tickets, NULL),
                             g_bytes_get_size (a->tickets), 0644, error);
}

/* Loading the evidence has combined what it could; reading the folder again names every bad share.
 */
static gboolean
name_bad (TabellaStore *s, const TabellaEvidence *e, const char *name, GPtrArray *bad,
          GError **error)
{
  g_autofree char *path = g_build_filename (tabella_store_folder (s), "requests", name, NULL);
  g_autoptr (TabellaAsked) fresh = tabella_asked_load (e, path, error);
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);

  return fresh != NULL && tabella_asked_combine (e, fresh, bad != NULL ? bad : own, error);
}

gboolean
tabella_combine (TabellaStore *s, const char *request_folder, GPtrArray *bad, char **result,
                 GError **error)
{
  g_autoptr (TabellaEvidence) e = tabella_store_evidence (s, error);
  const TabellaAsked *asked;

  if (result != NULL)
    *result = NULL;
  asked = e != NULL ? find_asked (e, request_folder, error) : NULL;
  if (asked == NULL || !name_bad (s, e, asked->name, bad, error))
    return FALSE;
  if (asked->purpose == TABELLA_REQUEST_STRIKE)
    return write_tickets (s, asked, error);
  if (asked->purpose == TABELLA_REQUEST_TALLY) {
    g_autofree char *text = NULL;

    if (!write_result (s, e, asked, &text, error))
      return FALSE;
    if (result != NULL)
      *result = g_steal_pointer (&text);
  }
  return TRUE;
}
