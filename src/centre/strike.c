/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "strike.h"
#include "bytes.h"

#include <string.h>

#define LINK_ENTRY (TABELLA_LINK_BYTES + 2)

/* A link to be opened, or one that was. */
typedef struct {
  guint16 terminal, style;
  guint8 link[TABELLA_LINK_BYTES];
} Entry;

/* The request's order: terminal, then R. The rest of the link decides between copies of one R. */
static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  if (x->terminal != y->terminal)
    return x->terminal < y->terminal ? -1 : 1;
  return memcmp (x->link, y->link, sizeof x->link);
}

static GArray *
struck_entries (GArray *opened, const TabellaStrikeList *list)
{
  GArray *entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  for (guint i = 0; i < list->links->len; i++) {
    const TabellaOpened *o =
        &g_array_index (opened, TabellaOpened, g_array_index (list->links, guint, i));
    Entry one = { .terminal = o->terminal, .style = o->record.style };

    memcpy (one.link, o->record.link, sizeof one.link);
    g_array_append_val (entries, one);
  }
  g_array_sort (entries, compare_entries);
  return entries;
}

/* Whether a link can be asked: its proof holds and its R is new. */
static gboolean
can_be_opened (const TabellaEvidence *e, const Entry *entry, GHashTable *seen, GPtrArray *incidents)
{
  g_autofree char *where = NULL;
  const char *what = NULL;
  TabellaProofVerdict verdict;
  TabellaPoint r;

  tabella_link_verify (e->ctx->he, entry->terminal, entry->link, &r, &verdict);
  if (verdict != TABELLA_PROOF_GOOD)
    what = "the proof of a struck check-in's link does not hold: it stays sealed";
  else if (!g_hash_table_add (seen, g_bytes_new (r.b, sizeof r.b)))
    what = "a struck check-in's link has the key of another sealing: it stays sealed";
  if (what == NULL)
    return TRUE;
  where = tabella_terminal_words (e, entry->terminal);
  if (incidents != NULL)
    g_ptr_array_add (incidents, g_strdup_printf ("%s: %s", where, what));
  return FALSE;
}

/* Every entry of an earlier request 2, as in its `links`. */
static GHashTable *
asked_before (const TabellaEvidence *e)
{
  GHashTable *all =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    for (guint j = 0; a->purpose == TABELLA_REQUEST_STRIKE && j < a->request->points->len; j++) {
      Entry one = { .terminal =
                        g_array_index (a->request->points, TabellaRequestPoint, j).label[0] };
      const guint8 *at = (const guint8 *)g_bytes_get_data (a->links, NULL) + (gsize)j * LINK_ENTRY;

      memcpy (one.link, at, sizeof one.link);
      one.style = (guint16)(at[TABELLA_LINK_BYTES] | at[TABELLA_LINK_BYTES + 1] << 8);
      g_hash_table_add (all, g_bytes_new (&one, sizeof one));
    }
  }
  return all;
}

/* No R may serve two sealings, of links or of files. */
static GHashTable *
sealed_points (const TabellaEvidence *e)
{
  GHashTable *seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    for (guint j = 0; a->purpose == TABELLA_REQUEST_CHECKINS && j < a->request->points->len; j++)
      g_hash_table_add (
          seen,
          g_bytes_new (g_array_index (a->request->points, TabellaRequestPoint, j).point.b, 32));
  }
  return seen;
}

gboolean
tabella_strike_request (const TabellaEvidence *e, GArray *opened, const TabellaStrikeList *list,
                        TabellaRequest **request, GBytes **links, GPtrArray *incidents,
                        GError **error)
{
  g_autoptr (TabellaRequest) made = tabella_request_new (TABELLA_REQUEST_STRIKE);
  g_autoptr (GArray) entries = struck_entries (opened, list);
  g_autoptr (GHashTable) before = asked_before (e);
  g_autoptr (GHashTable) seen = sealed_points (e);
  g_autoptr (GByteArray) out = g_byte_array_new ();

  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = &g_array_index (entries, Entry, i);
    g_autoptr (GBytes) key = g_bytes_new (entry, sizeof *entry);
    TabellaPoint r;

    if (!can_be_opened (e, entry, seen, incidents) || g_hash_table_remove (before, key))
      continue;
    memcpy (r.b, entry->link, sizeof r.b);
    tabella_request_add (made, entry->terminal, 0, 0, &r);
    tabella_put (out, entry->link, sizeof entry->link);
    tabella_put_u16 (out, entry->style);
  }
  if (g_hash_table_size (before) > 0) {
    g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
                 "%u links were opened that the rule does not strike: decisions, amendments or "
                 "batches changed after the strike was asked; put them back as they were",
                 g_hash_table_size (before));
    return FALSE;
  }
  *links = g_byte_array_free_to_bytes (g_steal_pointer (&out));
  *request = g_steal_pointer (&made);
  return TRUE;
}

/* Cast ballots by ticket. */
static guint
hash_ticket (gconstpointer key)
{
  guint hash;

  memcpy (&hash, key, sizeof hash);
  return hash;
}

static gboolean
equal_tickets (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, TABELLA_TICKET_BYTES) == 0;
}

typedef struct {
  const TabellaEvidence *e;
  GArray *counted;
  GHashTable *by_ticket; /* T -> GPtrArray of TabellaCounted */
  TabellaDuplicateCounts *counts;
  GPtrArray *incidents; /* or NULL */
} Strike;

static void incident (Strike *s, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
incident (Strike *s, const char *format, ...)
{
  va_list args;

  if (s->incidents == NULL)
    return;
  va_start (args, format);
  g_ptr_array_add (s->incidents, g_strdup_vprintf (format, args));
  va_end (args);
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  const TabellaCounted *x = a, *y = b;
  int order = memcmp (x->code, y->code, sizeof x->code);

  return order != 0 ? order : (int)x->terminal - (int)y->terminal;
}

static GArray *
collect (const TabellaEvidence *e)
{
  GArray *all = g_array_new (FALSE, TRUE, sizeof (TabellaCounted));

  for (guint i = 0; i < e->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = g_ptr_array_index (e->manifest->terminals, i);
    const TabellaHeld *last = tabella_evidence_last (e, t, NULL);
    TabellaTerminalStatus status;

    tabella_amendments_status (e->manifest, e->amendments, t, &status);
    if (last == NULL || last->batch == NULL || status.revoked)
      continue;
    for (guint j = 0; j < last->batch->cast->len; j++) {
      const TabellaBallotRecord *r = &g_array_index (last->batch->cast, TabellaBallotRecord, j);
      TabellaCounted one = { .terminal = t->index, .station = t->station, .style = r->style };

      one.unit = tabella_election_station (e->manifest->election, t->station)->unit;
      memcpy (one.code, r->code, sizeof one.code);
      memcpy (one.ticket, r->ticket, sizeof one.ticket);
      one.body = r->body;
      g_array_append_val (all, one);
    }
  }
  g_array_sort (all, compare_codes);
  return all;
}

static GHashTable *
index_tickets (GArray *counted)
{
  GHashTable *all =
      g_hash_table_new_full (hash_ticket, equal_tickets, NULL, (GDestroyNotify)g_ptr_array_unref);

  for (guint i = 0; i < counted->len; i++) {
    TabellaCounted *c = &g_array_index (counted, TabellaCounted, i);
    GPtrArray *same = g_hash_table_lookup (all, c->ticket);

    if (same == NULL) {
      same = g_ptr_array_new ();
      g_hash_table_insert (all, c->ticket, same);
    }
    g_ptr_array_add (same, c);
  }
  return all;
}

/* Does the ticket name ballots of this station, and one of this style? */
static void
look_up (GPtrArray *same, guint16 station, guint16 style, gboolean *here, gboolean *fits)
{
  *here = *fits = FALSE;
  for (guint i = 0; i < same->len; i++) {
    const TabellaCounted *c = g_ptr_array_index (same, i);

    *here |= c->station == station;
    *fits |= c->station == station && c->style == style;
  }
}

static void
apply_ticket (Strike *s, guint16 terminal, guint16 style, const guint8 *ticket, gboolean repeated)
{
  GPtrArray *same = g_hash_table_lookup (s->by_ticket, ticket);
  guint16 station = tabella_manifest_terminal (s->e->manifest, terminal)->station;
  g_autofree char *where = tabella_terminal_words (s->e, terminal);
  gboolean here, fits;

  if (same == NULL) {
    s->counts->unused_tickets++;
    return;
  }
  look_up (same, station, style, &here, &fits);
  if (repeated)
    incident (s, "%s: an opened link names the ticket of another link: it strikes nothing", where);
  else if (!here)
    incident (s, "%s: an opened link names a ballot of another station: it strikes nothing", where);
  else if (!fits)
    incident (s, "%s: an opened link names a ballot of another style: it strikes nothing", where);
  for (guint i = 0; !repeated && fits && i < same->len; i++) {
    TabellaCounted *c = g_ptr_array_index (same, i);

    if (c->station == station && !c->struck) {
      c->struck = TRUE;
      s->counts->struck_ballots++;
    }
  }
}

static void
apply_request (Strike *s, const TabellaAsked *a, GHashTable *named)
{
  const guint8 *links = g_bytes_get_data (a->links, NULL);
  const guint8 *tickets = g_bytes_get_data (a->tickets, NULL);

  for (guint i = 0; i < a->request->points->len; i++) {
    const guint8 *at = links + (gsize)i * LINK_ENTRY + TABELLA_LINK_BYTES;
    const guint8 *ticket = tickets + (gsize)i * TABELLA_TICKET_BYTES;

    apply_ticket (s, g_array_index (a->request->points, TabellaRequestPoint, i).label[0],
                  (guint16)(at[0] | at[1] << 8), ticket,
                  GPOINTER_TO_UINT (g_hash_table_lookup (named, ticket)) > 1);
  }
}

static gboolean
is_opened (const TabellaAsked *a)
{
  return a->purpose == TABELLA_REQUEST_STRIKE && a->tickets != NULL;
}

/* How many links name each opened ticket. */
static GHashTable *
count_named (const TabellaEvidence *e)
{
  GHashTable *named = g_hash_table_new (hash_ticket, equal_tickets);

  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    for (guint j = 0; is_opened (a) && j < a->request->points->len; j++) {
      const guint8 *ticket =
          (const guint8 *)g_bytes_get_data (a->tickets, NULL) + (gsize)j * TABELLA_TICKET_BYTES;
      guint before = GPOINTER_TO_UINT (g_hash_table_lookup (named, ticket));

      g_hash_table_insert (named, (gpointer)ticket, GUINT_TO_POINTER (before + 1));
    }
  }
  return named;
}

static void
ballot_lot (const guint8 he[32], const guint8 all_codes[32], const TabellaCounted *c,
            guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_LOT);
  tabella_hash_put (&h, all_codes, 32);
  tabella_hash_put (&h, c->code, sizeof c->code);
  tabella_hash_finish (&h, out);
}

/* Ballots of @station among @same: the lowest lot stands. */
static void
settle_station (Strike *s, GPtrArray *same, guint16 station, const guint8 all_codes[32])
{
  TabellaCounted *first = NULL;
  guint8 lowest[32], own[32];
  guint n = 0;

  for (guint i = 0; i < same->len; i++) {
    TabellaCounted *c = g_ptr_array_index (same, i);

    if (c->station != station)
      continue;
    n++;
    ballot_lot (s->e->ctx->he, all_codes, c, own);
    if (first == NULL || memcmp (own, lowest, sizeof own) < 0) {
      first = c;
      memcpy (lowest, own, sizeof own);
    }
  }
  if (n < 2)
    return;
  incident (s, "Station %u: %u cast ballots have one ticket; one of them stands, by lot", station,
            n);
  for (guint i = 0; i < same->len; i++) {
    TabellaCounted *c = g_ptr_array_index (same, i);

    if (c->station != station || c == first || c->struck)
      continue;
    c->struck = TRUE;
    s->counts->repeated_tickets++;
  }
}

static void
settle_repeated (Strike *s)
{
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  guint8 all_codes[32];

  for (guint i = 0; i < s->counted->len; i++)
    tabella_put (codes, g_array_index (s->counted, TabellaCounted, i).code, 32);
  tabella_codes_digest (s->e->ctx->he, codes->data, s->counted->len, all_codes);
  /* By the ballots' order, so that incidents come in one order: at the first ballot of a ticket at
   * a station. */
  for (guint i = 0; i < s->counted->len; i++) {
    const TabellaCounted *c = &g_array_index (s->counted, TabellaCounted, i);
    GPtrArray *same = g_hash_table_lookup (s->by_ticket, c->ticket);
    guint first = 0;

    while (((TabellaCounted *)g_ptr_array_index (same, first))->station != c->station)
      first++;
    if (g_ptr_array_index (same, first) == c)
      settle_station (s, same, c->station, all_codes);
  }
}

GArray *
tabella_strike_apply (const TabellaEvidence *e, TabellaDuplicateCounts *counts,
                      GPtrArray *incidents, GError **error)
{
  g_autoptr (GArray) counted = collect (e);
  g_autoptr (GHashTable) by_ticket = index_tickets (counted);
  g_autoptr (GHashTable) named = count_named (e);
  Strike s = { e, counted, by_ticket, counts, incidents };

  for (guint i = 0; i < e->asked->len; i++) {
    const TabellaAsked *a = g_ptr_array_index (e->asked, i);

    if (a->purpose == TABELLA_REQUEST_STRIKE && a->tickets == NULL) {
      g_set_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_STATE,
                   "%s is not combined yet: `tabella combine requests/%s`", a->name, a->name);
      return NULL;
    }
    if (is_opened (a))
      apply_request (&s, a, named);
  }
  settle_repeated (&s);
  return g_steal_pointer (&counted);
}
