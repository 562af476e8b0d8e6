/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence.h"
#include "files.h"

#include <string.h>

#define LINK_ENTRY (TABELLA_LINK_BYTES + 2) /* link ‖ style u16 */

void
tabella_asked_free (TabellaAsked *a)
{
  if (a == NULL)
    return;
  g_free (a->name);
  g_clear_pointer (&a->request, tabella_request_free);
  g_clear_pointer (&a->bytes, g_bytes_unref);
  g_clear_pointer (&a->links, g_bytes_unref);
  g_clear_pointer (&a->tickets, g_bytes_unref);
  g_clear_pointer (&a->standing, g_bytes_unref);
  for (guint i = 0; i < G_N_ELEMENTS (a->shares); i++)
    g_clear_pointer (&a->shares[i], g_bytes_unref);
  g_free (a->shared);
  g_free (a);
}

static gboolean
invalid (GError **error, const char *name, const char *what)
{
  g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID, "%s: %s", name, what);
  return FALSE;
}

static GBytes *
read_in (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return tabella_file_read (path, TABELLA_FILE_LIMIT, error);
}

/* Each link belongs to its point. */
static gboolean
check_links (const TabellaAsked *a, GError **error)
{
  gsize size;
  const guint8 *links = g_bytes_get_data (a->links, &size);

  if (size != (gsize)a->request->points->len * LINK_ENTRY)
    return invalid (error, a->name, "`links` has not one entry for each point");
  for (guint i = 0; i < a->request->points->len; i++)
    if (memcmp (links + (gsize)i * LINK_ENTRY,
                g_array_index (a->request->points, TabellaRequestPoint, i).point.b, 32) != 0)
      return invalid (error, a->name, "`links` has other points than `request`");
  return TRUE;
}

static gboolean
check_standing (const TabellaAsked *a, GError **error)
{
  gsize size;
  const guint8 *codes = g_bytes_get_data (a->standing, &size);

  if (size % 32 != 0)
    return invalid (error, a->name, "`standing` is not a list of codes");
  for (gsize i = 32; i < size; i += 32)
    if (memcmp (codes + i - 32, codes + i, 32) >= 0)
      return invalid (error, a->name, "the codes in `standing` are not ascending");
  return TRUE;
}

static gboolean
read_shares (TabellaAsked *a, guint16 n, const char *folder, GError **error)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("share-%02u", i + 1);
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (!tabella_file_read_if_any (path, TABELLA_FILE_LIMIT, &a->shares[i], error))
      return FALSE;
  }
  return TRUE;
}

static const char *
purpose_name (TabellaPurpose purpose)
{
  switch (purpose) {
  case TABELLA_REQUEST_CHECKINS:
    return "checkins-";
  case TABELLA_REQUEST_STRIKE:
    return "strike-";
  case TABELLA_REQUEST_TALLY:
    return "tally-";
  default:
    g_return_val_if_reached ("");
  }
}

TabellaAsked *
tabella_asked_load (const TabellaEvidence *e, const char *folder, GError **error)
{
  g_autoptr (TabellaAsked) a = g_new0 (TabellaAsked, 1);
  const guint8 *codes = NULL;
  gsize size = 0;

  a->name = g_path_get_basename (folder);
  a->bytes = read_in (folder, "request", error);
  if (a->bytes == NULL)
    return NULL;
  a->request = tabella_request_parse (a->bytes, error);
  if (a->request == NULL) {
    g_prefix_error (error, "%s/request: ", a->name);
    return NULL;
  }
  a->purpose = a->request->purpose;
  if (a->purpose == TABELLA_REQUEST_STRIKE) {
    a->links = read_in (folder, "links", error);
    if (a->links == NULL || !check_links (a, error))
      return NULL;
  }
  if (a->purpose == TABELLA_REQUEST_TALLY) {
    a->standing = read_in (folder, "standing", error);
    if (a->standing == NULL || !check_standing (a, error))
      return NULL;
    codes = g_bytes_get_data (a->standing, &size);
  }
  tabella_request_digest (e->ctx->he, a->bytes, codes, size / 32, a->digest);
  return read_shares (a, e->keys.n, folder, error) ? g_steal_pointer (&a) : NULL;
}

gboolean
tabella_evidence_read_asked (TabellaEvidence *e, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) names = tabella_folder_list_if_any (folder, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GError) few = NULL;
    TabellaAsked *asked;

    if (!g_str_has_prefix (name, "checkins-") && !g_str_has_prefix (name, "strike-") &&
        !g_str_has_prefix (name, "tally-"))
      continue;
    asked = tabella_asked_load (e, path, error);
    if (asked == NULL)
      return FALSE;
    g_ptr_array_add (e->asked, asked);
    if (!g_str_has_prefix (name, purpose_name (asked->purpose)))
      return invalid (error, name, "the folder's name is of another purpose than its request");
    if (!tabella_asked_combine (e, asked, NULL, &few) &&
        !g_error_matches (few, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE)) {
      g_propagate_error (error, g_steal_pointer (&few));
      return FALSE;
    }
  }
  return TRUE;
}

/* The first t shares that hold, by trustee's index. *n: how many there are. */
static GPtrArray *
good_shares (const TabellaEvidence *e, TabellaAsked *a, guint16 *indexes, GPtrArray *bad)
{
  const TabellaPoint *keys = a->purpose == TABELLA_REQUEST_TALLY ? e->keys.z : e->keys.y;
  GPtrArray *m = g_ptr_array_new_with_free_func (g_free);

  for (guint16 i = 1; i <= e->keys.n; i++) {
    g_autofree TabellaPoint *points = NULL;
    g_autoptr (GError) failed = NULL;

    if (bad == NULL && m->len == e->keys.t)
      break; /* nobody asks which of the others fail */
    if (a->shares[i - 1] == NULL)
      continue;
    points = g_new0 (TabellaPoint, MAX (a->request->points->len, 1));
    if (!tabella_share_check (e->ctx->he, a->digest, i, &keys[i - 1], a->request, a->shares[i - 1],
                              points, &failed)) {
      if (bad != NULL)
        g_ptr_array_add (
            bad,
            g_strdup_printf ("%s/share-%02u of trustee %u (%s): %s", a->name, i, i,
                             (char *)g_ptr_array_index (e->manifest->election->trustees, i - 1),
                             failed->message));
      continue;
    }
    if (m->len < e->keys.t) {
      indexes[m->len] = i;
      g_ptr_array_add (m, g_steal_pointer (&points));
    }
  }
  return m;
}

static void
open_tickets (const TabellaEvidence *e, TabellaAsked *a)
{
  const guint8 *links = g_bytes_get_data (a->links, NULL);
  g_autoptr (GByteArray) tickets = g_byte_array_new ();

  for (guint i = 0; i < a->request->points->len; i++) {
    guint8 ticket[TABELLA_TICKET_BYTES];

    tabella_link_open (e->ctx->he,
                       g_array_index (a->request->points, TabellaRequestPoint, i).label[0],
                       links + (gsize)i * LINK_ENTRY, &a->shared[i], ticket);
    g_byte_array_append (tickets, ticket, sizeof ticket);
  }
  a->tickets = g_byte_array_free_to_bytes (g_steal_pointer (&tickets));
}

gboolean
tabella_asked_combine (const TabellaEvidence *e, TabellaAsked *asked, GPtrArray *bad,
                       GError **error)
{
  guint16 indexes[32];
  g_autoptr (GPtrArray) m = NULL;
  guint n = asked->request->points->len, used = 0;

  if (asked->shared != NULL)
    return TRUE;
  m = good_shares (e, asked, indexes, bad);
  if (m->len < e->keys.t) {
    g_set_error (
        error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
        "%s: %u of %u shares that are needed are good: each trustee adds one with `tabella "
        "trustee decrypt`",
        asked->name, m->len, e->keys.t);
    return FALSE;
  }
  asked->shared = g_new0 (TabellaPoint, MAX (n, 1));
  if (!tabella_shares_combine (e->keys.t, indexes, (TabellaPoint *const *)m->pdata, n,
                               asked->shared, error)) {
    g_clear_pointer (&asked->shared, g_free);
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (asked->shares); i++) {
    if (used < e->keys.t && indexes[used] == i + 1)
      used++;
    else
      g_clear_pointer (&asked->shares[i], g_bytes_unref);
  }
  if (asked->purpose == TABELLA_REQUEST_STRIKE)
    open_tickets (e, asked);
  return TRUE;
}

const TabellaPoint *
tabella_evidence_shared (const TabellaEvidence *e, guint16 terminal, guint16 number, guint16 which,
                         gboolean *asked)
{
  if (asked != NULL)
    *asked = FALSE;
  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    for (guint j = 0; a->purpose == TABELLA_REQUEST_CHECKINS && j < a->request->points->len; j++) {
      const TabellaRequestPoint *p = &g_array_index (a->request->points, TabellaRequestPoint, j);

      if (p->label[0] != terminal || p->label[1] != number || p->label[2] != which)
        continue;
      if (asked != NULL)
        *asked = TRUE;
      return a->shared != NULL ? &a->shared[j] : NULL;
    }
  }
  return NULL;
}
