/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>

/* Check 13: what opened tickets strike, and the lot between cast ballots of one ticket. */

typedef struct {
  TabellaVerifier *v;
  GPtrArray *by_ticket; /* TabellaVerifyBallot by ticket, then station, then code */
} Tickets;

static int
compare_ballots (gconstpointer a, gconstpointer b)
{
  const TabellaVerifyBallot *x = *(const TabellaVerifyBallot *const *)a;
  const TabellaVerifyBallot *y = *(const TabellaVerifyBallot *const *)b;
  int order = memcmp (x->record->ticket, y->record->ticket, TABELLA_TICKET_BYTES);

  if (order == 0)
    order = (int)x->station - (int)y->station;
  return order != 0 ? order : memcmp (x->record->code, y->record->code, 32);
}

/* The first ballot that is not before (@ticket, @station). */
static guint
first_of (const Tickets *t, const guint8 *ticket, guint16 station)
{
  guint low = 0, high = t->by_ticket->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const TabellaVerifyBallot *b = t->by_ticket->pdata[middle];
    int order = memcmp (b->record->ticket, ticket, TABELLA_TICKET_BYTES);

    if (order < 0 || (order == 0 && b->station < station))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The @i-th ballot if it has the ticket, and the station (−1: any). */
static TabellaVerifyBallot *
ballot_at (const Tickets *t, guint i, const guint8 *ticket, gint station)
{
  TabellaVerifyBallot *b = i < t->by_ticket->len ? t->by_ticket->pdata[i] : NULL;

  if (b == NULL || memcmp (b->record->ticket, ticket, TABELLA_TICKET_BYTES) != 0 ||
      (station >= 0 && b->station != station))
    return NULL;
  return b;
}

static void
incident (Tickets *t, const TabellaVerifyOpened *o, const char *what)
{
  t->v->strike_incidents++;
  tabella_verify_incident (t->v, "terminal %u: an opened link names %s: it strikes nothing",
                           o->terminal, what);
}

/* @named: how many links name this ticket. */
static void
strike (Tickets *t, const TabellaVerifyOpened *o, guint named)
{
  guint from = first_of (t, o->ticket, o->station);
  TabellaVerifyBallot *b;
  gboolean fits = FALSE;

  if (ballot_at (t, first_of (t, o->ticket, 0), o->ticket, -1) == NULL) {
    t->v->unused_tickets++;
    return;
  }
  for (guint i = from; (b = ballot_at (t, i, o->ticket, o->station)) != NULL; i++)
    fits |= b->record->style == o->style;
  if (named > 1)
    incident (t, o, "the ticket that another link names");
  else if (ballot_at (t, from, o->ticket, o->station) == NULL)
    incident (t, o, "a ballot of another station");
  else if (!fits)
    incident (t, o, "a ballot of another style");
  for (guint i = from; named == 1 && fits; i++) {
    b = ballot_at (t, i, o->ticket, o->station);
    if (b == NULL)
      break;
    t->v->struck_ballots += b->out ? 0 : 1;
    b->out = TRUE;
  }
}

static int
compare_opened (gconstpointer a, gconstpointer b)
{
  const TabellaVerifyOpened *x = a, *y = b;
  int order = memcmp (x->ticket, y->ticket, sizeof x->ticket);

  return order != 0 ? order : (int)x->terminal - (int)y->terminal;
}

static void
strike_all (Tickets *t, const GArray *opened)
{
  g_autoptr (GArray) sorted = g_array_copy ((GArray *)opened);

  g_array_sort (sorted, compare_opened);
  for (guint i = 0; i < sorted->len;) {
    const TabellaVerifyOpened *first = &g_array_index (sorted, TabellaVerifyOpened, i);
    guint named = 1;

    while (i + named < sorted->len &&
           memcmp (first[named].ticket, first->ticket, sizeof first->ticket) == 0)
      named++;
    for (guint j = 0; j < named; j++)
      strike (t, &first[j], named);
    i += named;
  }
}

static void
lot_of (const TabellaVerifier *v, const guint8 all_codes[32], const TabellaVerifyBallot *b,
        guint8 lot[32])
{
  TabellaHash h;

  tabella_hash_init (&h, v->ctx->he, TABELLA_TAG_LOT);
  tabella_hash_put (&h, all_codes, 32);
  tabella_hash_put (&h, b->record->code, 32);
  tabella_hash_finish (&h, lot);
}

/* @n ballots of one ticket and station: the lowest lot stands, the others are out. */
static void
draw (Tickets *t, TabellaVerifyBallot **same, guint n, const guint8 all_codes[32])
{
  TabellaVerifyBallot *standing = NULL;
  guint8 lowest[32], lot[32];

  for (guint i = 0; i < n; i++) {
    lot_of (t->v, all_codes, same[i], lot);
    if (standing != NULL && memcmp (lot, lowest, sizeof lot) >= 0)
      continue;
    standing = same[i];
    memcpy (lowest, lot, sizeof lot);
  }
  for (guint i = 0; i < n; i++)
    same[i]->out |= same[i] != standing;
  t->v->strike_incidents++;
  tabella_verify_incident (t->v,
                           "station %u: %u cast ballots have one ticket; one of them stands, "
                           "by lot",
                           same[0]->station, n);
}

static void
draw_all (Tickets *t)
{
  TabellaVerifyBallot **all = (TabellaVerifyBallot **)t->by_ticket->pdata;
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  guint8 all_codes[32];
  guint n;

  for (guint i = 0; i < t->v->ballots->len; i++)
    g_byte_array_append (codes, g_array_index (t->v->ballots, TabellaVerifyBallot, i).record->code,
                         32);
  tabella_codes_digest (t->v->ctx->he, codes->data, t->v->ballots->len, all_codes);
  for (guint i = 0; i < t->by_ticket->len; i += n) {
    n = 1;
    while (ballot_at (t, i + n, all[i]->record->ticket, all[i]->station) != NULL)
      n++;
    if (n > 1)
      draw (t, all + i, n, all_codes);
  }
}

void
tabella_verify_apply (TabellaVerifier *v, const GArray *opened)
{
  g_autoptr (GPtrArray) by_ticket = g_ptr_array_sized_new (v->ballots->len);
  Tickets t = { v, by_ticket };

  for (guint i = 0; i < v->ballots->len; i++)
    g_ptr_array_add (by_ticket, &g_array_index (v->ballots, TabellaVerifyBallot, i));
  g_ptr_array_sort (by_ticket, compare_ballots);
  strike_all (&t, opened);
  draw_all (&t);
}
