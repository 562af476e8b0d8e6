/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <stdlib.h>
#include <string.h>
#include "bytes.h"
#include "files.h"

/* Check 13: the links that trustees opened. What their tickets strike is in verifier-tickets.c. */

#define ENTRY (TABELLA_LINK_BYTES + 2) /* link ‖ style u16 */

/* --- Shares, of strike and tally alike --- */

/* Trustee @index's share; NULL: there is none. */
static TabellaPoint *
read_share (TabellaVerifier *v, guint check, const char *name, guint16 index,
            const TabellaRequest *request, const guint8 digest[32],
            const TabellaPoint *public_share)
{
  gsize n = request->points->len;
  guint64 size = (guint64)n * (TABELLA_POINT_BYTES + TABELLA_SCALAR_BYTES) + TABELLA_SCALAR_BYTES;
  g_autofree TabellaPoint *m = g_new0 (TabellaPoint, MAX (n, 1));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tabella_verify_read (v, name, size, &error);

  if (bytes != NULL &&
      tabella_share_check (v->ctx->he, digest, index, public_share, request, bytes, m, &error))
    return g_steal_pointer (&m);
  tabella_verify_fail (&v->findings[check], "%s: %s", name, error->message);
  return NULL;
}

gboolean
tabella_verify_shares (TabellaVerifier *v, guint check, const char *folder,
                       const TabellaRequest *request, const guint8 digest[32],
                       const TabellaPoint *public_shares, TabellaPoint *out)
{
  g_autoptr (GPtrArray) there = tabella_verify_list (v, check, folder);
  g_autoptr (GPtrArray) good = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  guint16 indexes[TABELLA_TRUSTEES_MAX];

  for (guint i = 0; i < there->len; i++) {
    g_autofree char *name = g_build_filename (folder, there->pdata[i], NULL);
    guint16 index = tabella_verify_number (there->pdata[i], "share-", 2, "");
    TabellaPoint *m;

    if (!g_str_has_prefix (there->pdata[i], "share-"))
      continue;
    if (index == 0 || index > v->keys.n) {
      tabella_verify_fail (&v->findings[check], "%s: there is no such trustee", name);
      continue;
    }
    m = read_share (v, check, name, index, request, digest, &public_shares[index - 1]);
    if (m == NULL)
      continue;
    indexes[good->len] = index;
    g_ptr_array_add (good, m);
  }
  if (good->len >= v->keys.t &&
      tabella_shares_combine (v->keys.t, indexes, (TabellaPoint *const *)good->pdata,
                              request->points->len, out, &error))
    return TRUE;
  tabella_verify_fail (&v->findings[check], "%s: %u of %u good shares that are needed", folder,
                       good->len, v->keys.t);
  return FALSE;
}

/* --- One folder --- */

typedef struct {
  TabellaVerifier *v;
  const char *name; /* "strike-0001" */
  TabellaVerifyFinding *finding;
  TabellaRequest *request;
  GBytes *bytes, *links, *tickets;
  GHashTable *seen; /* R of all folders so far */
  GArray *opened;   /* TabellaVerifyOpened */
} Strike;

static GBytes *
read_part (Strike *s, const char *part)
{
  g_autofree char *name = g_build_filename (s->name, part, NULL);
  g_autoptr (GError) error = NULL;
  GBytes *bytes = tabella_verify_read (s->v, name, TABELLA_FILE_LIMIT, &error);

  if (bytes == NULL)
    tabella_verify_fail (s->finding, "%s", error->message);
  return bytes;
}

static gboolean
read_request (Strike *s)
{
  g_autoptr (GError) error = NULL;

  s->bytes = read_part (s, "request");
  if (s->bytes == NULL)
    return FALSE;
  s->request = tabella_request_parse (s->bytes, &error);
  if (s->request == NULL)
    tabella_verify_fail (s->finding, "%s/%s", s->name, error->message);
  else if (s->request->purpose != TABELLA_REQUEST_STRIKE || s->request->points->len == 0)
    tabella_verify_fail (s->finding, "%s/request asks for no links", s->name);
  else
    return TRUE;
  return FALSE;
}

/* A list with @size bytes for every point. */
static GBytes *
read_list (Strike *s, const char *part, gsize size)
{
  g_autoptr (GBytes) bytes = read_part (s, part);

  if (bytes == NULL || g_bytes_get_size (bytes) == size * s->request->points->len)
    return g_steal_pointer (&bytes);
  tabella_verify_fail (s->finding, "%s/%s has not one entry for each of the %u points", s->name,
                       part, s->request->points->len);
  return NULL;
}

static void
check_link (Strike *s, guint i, const guint8 *entry)
{
  const TabellaRequestPoint *p = &g_array_index (s->request->points, TabellaRequestPoint, i);
  const TabellaBallotContext *ctx = s->v->ctx;
  TabellaProofVerdict verdict;
  TabellaPoint r;

  if (tabella_manifest_terminal (s->v->manifest, p->label[0]) == NULL)
    tabella_verify_fail (s->finding, "%s: link %u is of terminal %u, which does not exist", s->name,
                         i + 1, p->label[0]);
  if (!g_hash_table_add (s->seen, g_bytes_new (p->point.b, sizeof p->point.b)))
    tabella_verify_fail (s->finding, "%s: link %u was asked for before", s->name, i + 1);
  tabella_link_verify (ctx->he, p->label[0], entry, &r, &verdict);
  if (verdict != TABELLA_PROOF_GOOD || !tabella_point_equal (&r, &p->point))
    tabella_verify_fail (s->finding,
                         "%s: link %u (terminal %u): its proof does not hold, or it is not that of "
                         "the request",
                         s->name, i + 1, p->label[0]);
}

static void
open_link (Strike *s, guint i, const guint8 *entry, const TabellaPoint *shared)
{
  const guint8 *ticket =
      (const guint8 *)g_bytes_get_data (s->tickets, NULL) + (gsize)i * TABELLA_TICKET_BYTES;
  guint16 terminal = g_array_index (s->request->points, TabellaRequestPoint, i).label[0];
  const TabellaTerminalInfo *info = tabella_manifest_terminal (s->v->manifest, terminal);
  TabellaVerifyOpened one = { .terminal = terminal };

  one.style = (guint16)(entry[TABELLA_LINK_BYTES] | entry[TABELLA_LINK_BYTES + 1] << 8);
  tabella_link_open (s->v->ctx->he, terminal, entry, shared, one.ticket);
  if (memcmp (one.ticket, ticket, sizeof one.ticket) != 0)
    tabella_verify_fail (s->finding,
                         "%s: ticket %u (terminal %u) is not what the trustees' shares open",
                         s->name, i + 1, terminal);
  if (one.style >= s->v->ctx->n_styles)
    tabella_verify_fail (s->finding, "%s: link %u has style %u, which does not exist", s->name,
                         i + 1, one.style);
  one.station = info != NULL ? info->station : 0; /* no ballot's */
  g_array_append_val (s->opened, one);
}

/* FALSE: what it opens is not known. */
static gboolean
read_strike (Strike *s)
{
  g_autofree TabellaPoint *shared = NULL;
  const guint8 *entries;
  guint8 digest[32];

  if (!read_request (s))
    return FALSE;
  s->links = read_list (s, "links", ENTRY);
  s->tickets = read_list (s, "tickets", TABELLA_TICKET_BYTES);
  if (s->links == NULL || s->tickets == NULL)
    return FALSE;
  entries = g_bytes_get_data (s->links, NULL);
  for (guint i = 0; i < s->request->points->len; i++)
    check_link (s, i, entries + (gsize)i * ENTRY);
  shared = g_new0 (TabellaPoint, s->request->points->len);
  tabella_request_digest (s->v->ctx->he, s->bytes, NULL, 0, digest);
  if (!tabella_verify_shares (s->v, 13, s->name, s->request, digest, s->v->keys.y, shared))
    return FALSE;
  for (guint i = 0; i < s->request->points->len; i++)
    open_link (s, i, entries + (gsize)i * ENTRY, &shared[i]);
  return TRUE;
}

static gboolean
open_folder (TabellaVerifier *v, const char *name, GHashTable *seen, GArray *opened)
{
  Strike s = { .v = v, .name = name, .finding = &v->findings[13], .seen = seen, .opened = opened };
  gboolean known = read_strike (&s);

  g_clear_pointer (&s.request, tabella_request_free);
  g_clear_pointer (&s.bytes, g_bytes_unref);
  g_clear_pointer (&s.links, g_bytes_unref);
  g_clear_pointer (&s.tickets, g_bytes_unref);
  return known;
}

/* --- All folders --- */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  return (int)*(const guint16 *)a - (int)*(const guint16 *)b;
}

static GArray *
folder_numbers (TabellaVerifier *v)
{
  g_autoptr (GPtrArray) there = tabella_verify_list (v, 13, NULL);
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint16));

  for (guint i = 0; i < there->len; i++) {
    guint16 number = tabella_verify_number (there->pdata[i], "strike-", 4, "");

    if (number != 0)
      g_array_append_val (numbers, number);
  }
  g_array_sort (numbers, compare_numbers);
  return numbers;
}

/* Every opened link of the record. *known: FALSE if some folder could not be opened. */
static GArray *
open_all (TabellaVerifier *v, gboolean *known)
{
  g_autoptr (GArray) numbers = folder_numbers (v);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  GArray *opened = g_array_new (FALSE, TRUE, sizeof (TabellaVerifyOpened));

  *known = TRUE;
  for (guint i = 0; i < numbers->len; i++) {
    guint16 number = g_array_index (numbers, guint16, i);
    g_autofree char *name = g_strdup_printf ("strike-%04u", number);

    if (number != i + 1) {
      tabella_verify_fail (&v->findings[13], "strike-%04u is missing before %s", i + 1, name);
      *known = FALSE;
      break;
    }
    *known &= open_folder (v, name, seen, opened);
  }
  return opened;
}

/* --- Ballots that count --- */

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  const TabellaVerifyBallot *x = a, *y = b;
  int order = memcmp (x->record->code, y->record->code, 32);

  return order != 0 ? order : (int)x->terminal - (int)y->terminal;
}

static void
collect (TabellaVerifier *v, const TabellaVerifyTerminal *t, GArray *ballots)
{
  const TabellaStationInfo *station =
      tabella_election_station (v->manifest->election, t->info->station);

  for (guint i = 0; i < t->batch->batch->cast->len; i++) {
    TabellaVerifyBallot one = { .terminal = t->info->index,
                                .station = t->info->station,
                                .unit = station->unit };

    one.record = &g_array_index (t->batch->batch->cast, TabellaBallotRecord, i);
    g_array_append_val (ballots, one);
  }
}

/* NULL with a reason for checks 13 and up if a batch that counts was not read. */
static GArray *
counted_ballots (TabellaVerifier *v)
{
  g_autoptr (GArray) ballots = g_array_new (FALSE, FALSE, sizeof (TabellaVerifyBallot));

  for (guint i = 0; i < v->terminals->len; i++) {
    const TabellaVerifyTerminal *t = v->terminals->pdata[i];

    if (t->batch == NULL || t->status.revoked)
      continue;
    if (t->batch->batch == NULL) {
      g_autofree char *reason = g_strdup_printf ("%s was not read", t->batch->where);

      tabella_verify_miss_all (v, 13, 16, reason);
      return NULL;
    }
    collect (v, t, ballots);
  }
  g_array_sort (ballots, compare_codes);
  return g_steal_pointer (&ballots);
}

void
tabella_verify_strike (TabellaVerifier *v)
{
  g_autoptr (GArray) opened = NULL;

  v->ballots = counted_ballots (v);
  opened = open_all (v, &v->strike_known);
  if (!v->strike_known)
    tabella_verify_miss_all (v, 14, 16, "the strike list could not be opened (check 13)");
  v->struck_links = opened->len;
  if (v->ballots != NULL)
    tabella_verify_apply (v, opened);
}
