/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "count.h"

void
tabella_count_free (TabellaCount *c)
{
  if (c == NULL)
    return;
  g_clear_pointer (&c->opened, g_array_unref);
  g_clear_pointer (&c->list, tabella_strike_list_free);
  g_clear_pointer (&c->request, tabella_request_free);
  g_clear_pointer (&c->links, g_bytes_unref);
  g_clear_pointer (&c->counted, g_array_unref);
  g_clear_pointer (&c->tally, tabella_tally_free);
  g_clear_pointer (&c->sums, tabella_request_free);
  g_clear_pointer (&c->standing, g_bytes_unref);
  g_clear_pointer (&c->incidents, g_ptr_array_unref);
  g_free (c);
}

TabellaCount *
tabella_count_strike (const TabellaEvidence *e, const char *slices_folder, GError **error)
{
  g_autoptr (TabellaCount) c = g_new0 (TabellaCount, 1);

  c->incidents = g_ptr_array_new_with_free_func (g_free);
  tabella_evidence_incidents (e, c->incidents);
  c->opened = tabella_opening_all (e, slices_folder, c->incidents, error);
  if (c->opened == NULL)
    return NULL;
  c->list = tabella_duplicates (e, c->opened, error);
  if (c->list == NULL)
    return NULL;
  c->counts = c->list->counts;
  for (guint i = 0; i < c->list->incidents->len; i++)
    g_ptr_array_add (c->incidents, g_strdup (g_ptr_array_index (c->list->incidents, i)));
  if (!tabella_strike_request (e, c->opened, c->list, &c->request, &c->links, c->incidents, error))
    return NULL;
  return g_steal_pointer (&c);
}

/* Links that could not be asked are struck by nobody. */
static guint32
links_asked (const TabellaEvidence *e)
{
  guint32 n = 0;

  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    n += a->purpose == TABELLA_REQUEST_STRIKE ? a->request->points->len : 0;
  }
  return n;
}

TabellaCount *
tabella_count_all (const TabellaEvidence *e, const char *slices_folder, GError **error)
{
  g_autoptr (TabellaCount) c = tabella_count_strike (e, slices_folder, error);

  if (c == NULL)
    return NULL;
  if (c->request->points->len > 0) {
    g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
                 "%u check-ins are still to be struck: `tabella request strike`",
                 c->request->points->len);
    return NULL;
  }
  c->counts.struck_links = links_asked (e);
  c->counted = tabella_strike_apply (e, &c->counts, c->incidents, error);
  if (c->counted == NULL)
    return NULL;
  c->tally = tabella_tally_sum (e, c->counted, error);
  if (c->tally == NULL)
    return NULL;
  c->sums = tabella_tally_request (e, c->tally, c->counted, &c->standing);
  return g_steal_pointer (&c);
}
