/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record-private.h"

#include <stdlib.h>
#include <string.h>
#include "bytes.h"
#include "hash.h"

/* Strike, sums and result, from what the maker knows in the clear. */

static const guint16 sharing[FIXTURE_NEEDED] = { 1, 3 };

GBytes *
record_share (const Record *r, guint16 index, const TabellaRequest *request,
              const guint8 digest[32])
{
  return tabella_share_make (r->ctx->he, digest, index, request,
                             tabella_trustee_secret (r->f->trustees[index - 1], request->purpose));
}

static void
put_shares (Record *r, const char *folder, const TabellaRequest *request, const guint8 digest[32])
{
  for (guint i = 0; i < FIXTURE_NEEDED; i++) {
    g_autoptr (GBytes) share = record_share (r, sharing[i], request, digest);
    g_autofree char *name = g_strdup_printf ("%s/share-%02u", folder, sharing[i]);

    record_put (r, name, g_bytes_get_data (share, NULL), g_bytes_get_size (share));
  }
}

/* --- Strike --- */

static int
compare_links (gconstpointer a, gconstpointer b)
{
  const RecordLink *x = a, *y = b;

  if (x->folder != y->folder)
    return x->folder < y->folder ? -1 : 1;
  if (x->terminal != y->terminal)
    return x->terminal < y->terminal ? -1 : 1;
  return memcmp (x->link, y->link, 32);
}

static void
put_in (Record *r, const char *folder, const char *name, gconstpointer bytes, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  record_put (r, path, bytes, size);
}

static void
put_folder (Record *r, guint folder)
{
  g_autoptr (TabellaRequest) request = tabella_request_new (TABELLA_REQUEST_STRIKE);
  g_autoptr (GByteArray) links = g_byte_array_new ();
  g_autoptr (GByteArray) tickets = g_byte_array_new ();
  g_autofree char *place = g_strdup_printf ("strike-%04u", folder);
  g_autoptr (GBytes) bytes = NULL;
  guint8 digest[32];

  for (guint i = 0; i < r->links->len; i++) {
    const RecordLink *l = &g_array_index (r->links, RecordLink, i);
    TabellaPoint p;

    if (l->folder != folder)
      continue;
    memcpy (p.b, l->link, sizeof p.b);
    tabella_request_add (request, l->terminal, 0, 0, &p);
    tabella_put (links, l->link, sizeof l->link);
    tabella_put_u16 (links, l->style);
    tabella_put (tickets, l->ticket, sizeof l->ticket);
  }
  bytes = tabella_request_bytes (request);
  tabella_request_digest (r->ctx->he, bytes, NULL, 0, digest);
  put_in (r, place, "request", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  put_in (r, place, "links", links->data, links->len);
  put_in (r, place, "tickets", tickets->data, tickets->len);
  put_shares (r, place, request, digest);
}

static guint
links_with (const Record *r, const guint8 *ticket)
{
  guint n = 0;

  for (guint i = 0; i < r->links->len; i++)
    n += memcmp (g_array_index (r->links, RecordLink, i).ticket, ticket, 16) == 0 ? 1 : 0;
  return n;
}

/* Every cast ballot of terminals that count: calls @take. */
typedef void (*TakeBallot) (Record *r, RecordTerminal *t, RecordBallot *b, gpointer data);
static void
each_ballot (Record *r, TakeBallot take, gpointer data)
{
  for (guint i = 1; i <= RECORD_TERMINALS; i++) {
    RecordTerminal *t = &r->terminals[i];

    for (guint k = 0; k < t->ballots->len; k++) {
      RecordBallot *b = t->ballots->pdata[k];

      if (!b->challenged && !t->excluded && t->quarantine == NULL && !t->left_out)
        take (r, t, b, data);
    }
  }
}

typedef struct {
  const RecordLink *l;
  gboolean anywhere, here, fits, strike;
} Opening;

static void
look (Record *r, RecordTerminal *t, RecordBallot *b, gpointer data)
{
  Opening *o = data;
  guint16 station = tabella_manifest_terminal (r->manifest, o->l->terminal) != NULL
                        ? tabella_manifest_terminal (r->manifest, o->l->terminal)->station
                        : 0;

  if (memcmp (b->ticket, o->l->ticket, 16) != 0)
    return;
  o->anywhere = TRUE;
  o->here |= t->info->station == station;
  o->fits |= t->info->station == station && b->style == o->l->style;
  b->struck |= o->strike && t->info->station == station;
}

static void
open_links (Record *r)
{
  for (guint i = 0; i < r->links->len; i++) {
    Opening o = { .l = &g_array_index (r->links, RecordLink, i) };
    gboolean alone = links_with (r, o.l->ticket) == 1;

    each_ballot (r, look, &o);
    r->unused += o.anywhere ? 0 : 1;
    r->incidents += o.anywhere && (!alone || !o.fits) ? 1 : 0;
    o.strike = alone && o.fits;
    if (o.strike)
      each_ballot (r, look, &o);
  }
}

/* --- Equal tickets: all against all --- */

typedef struct {
  RecordTerminal *t;
  RecordBallot *b;
  guint8 codes[32];
  gboolean twin, lower; /* there is another one; one with a lower lot */
} Twins;

static void
lot (const Record *r, const guint8 codes[32], const RecordBallot *b, guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, r->ctx->he, TABELLA_TAG_LOT);
  tabella_hash_put (&h, codes, 32);
  tabella_hash_put (&h, b->code, 32);
  tabella_hash_finish (&h, out);
}

static void
compare_twin (Record *r, RecordTerminal *t, RecordBallot *b, gpointer data)
{
  Twins *twins = data;
  guint8 own[32], other[32];

  if (b == twins->b || memcmp (b->ticket, twins->b->ticket, 16) != 0 ||
      t->info->station != twins->t->info->station)
    return;
  lot (r, twins->codes, twins->b, own);
  lot (r, twins->codes, b, other);
  twins->twin = TRUE;
  twins->lower |= memcmp (other, own, 32) < 0;
}

static void
draw (Record *r, RecordTerminal *t, RecordBallot *b, gpointer data)
{
  Twins twins = { .t = t, .b = b };

  memcpy (twins.codes, data, 32);
  each_ballot (r, compare_twin, &twins);
  r->incidents += twins.twin && !twins.lower ? 1 : 0;
  b->struck |= twins.lower;
}

static void
take_code (Record *r, RecordTerminal *t, RecordBallot *b, gpointer data)
{
  if (data == NULL ? !b->struck : TRUE)
    g_byte_array_append (data == NULL ? r->standing : data, b->code, 32);
}

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32);
}

static void
sort_codes (GByteArray *codes)
{
  qsort (codes->data, codes->len / 32, 32, compare_codes);
}

void
record_strike (Record *r)
{
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  guint8 digest[32];

  g_array_sort (r->links, compare_links);
  for (guint folder = 1; folder <= 9; folder++)
    for (guint i = 0; i < r->links->len; i++)
      if (g_array_index (r->links, RecordLink, i).folder == folder) {
        put_folder (r, folder);
        break;
      }
  open_links (r);
  each_ballot (r, take_code, codes);
  sort_codes (codes);
  tabella_codes_digest (r->ctx->he, codes->data, codes->len / 32, digest);
  each_ballot (r, draw, digest);
}

/* --- Sums: units by station, merged by hand --- */

static guint
group_of (const RecordTerminal *t)
{
  return t->info->station <= 2 ? 1 : 2;
}

typedef struct {
  TabellaPoint a[3][RECORD_OPTIONS];
} Sums;

static void
add_ballot (Record *r, RecordTerminal *t, RecordBallot *b, gpointer data)
{
  Sums *sums = data;
  guint g = group_of (t), first = b->style == 0 ? 0 : 4;

  if (b->struck)
    return;
  for (guint o = first; o < RECORD_OPTIONS; o++) {
    TabellaPoint alpha;

    r->counts[g][o] += b->selections[o];
    if (tabella_point_read (&alpha, record_body (b) + 64 * (o - first)))
      tabella_point_add (&sums->a[g][o], &sums->a[g][o], &alpha);
  }
  r->ballots[g][0] += b->style == 0 ? 1 : 0;
  r->ballots[g][1]++;
}

void
record_tally (Record *r)
{
  Sums sums = { 0 };
  g_autoptr (GBytes) bytes = NULL;
  guint8 digest[32];

  each_ballot (r, take_code, NULL);
  sort_codes (r->standing);
  each_ballot (r, add_ballot, &sums);
  r->request = tabella_request_new (TABELLA_REQUEST_TALLY);
  for (guint16 g = 0; g < 3; g++)
    for (guint16 o = 0; o < RECORD_OPTIONS; o++)
      if (r->ballots[g][o < 4 ? 0 : 1] > 0)
        tabella_request_add (r->request, g, o < 4 ? 0 : 1, o < 4 ? o : o - 4, &sums.a[g][o]);
  tabella_request_sort (r->request);
  bytes = tabella_request_bytes (r->request);
  tabella_request_digest (r->ctx->he, bytes, r->standing->data, r->standing->len / 32, digest);
  record_put (r, "tally-0001/request", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  put_shares (r, "tally-0001", r->request, digest);
}

/* --- Result --- */

static json_t *
options_json (const guint *counts, guint contest)
{
  static const char *const ids[] = { "alliance", "people-power", "students", "abstain",
                                     "veto",     "no-veto",      "abstain" };
  json_t *list = json_array ();

  for (guint o = contest == 0 ? 0 : 4; o < (contest == 0 ? 4 : RECORD_OPTIONS); o++)
    json_array_append_new (list, json_pack ("{s:s, s:i}", "id", ids[o], "count", (int)counts[o]));
  return list;
}

static json_t *
contest_json (const Record *r, guint contest)
{
  guint sums[RECORD_OPTIONS], ballots = r->ballots[1][contest] + r->ballots[2][contest];

  for (guint o = 0; o < RECORD_OPTIONS; o++)
    sums[o] = r->counts[1][o] + r->counts[2][o];
  return json_pack ("{s:s, s:i, s:o, s:[{s:s, s:[s], s:i, s:o}, {s:s, s:[], s:i, s:o}], s:[]}",
                    "id", contest == 0 ? "motion-1" : "motion-2", "ballots", (int)ballots,
                    "options", options_json (sums, contest), "units", "id", "kowloon", "merged",
                    "hong-kong-island", "ballots", (int)r->ballots[1][contest], "options",
                    options_json (r->counts[1], contest), "id", "new-territories", "merged",
                    "ballots", (int)r->ballots[2][contest], "options",
                    options_json (r->counts[2], contest), "withheld");
}

static void
count_struck (Record *r, RecordTerminal *t, RecordBallot *b, gpointer data)
{
  *(guint *)data += b->struck && links_with (r, b->ticket) > 0 ? 1 : 0;
}

void
record_result (Record *r)
{
  g_autofree char *he = tabella_hex (r->ctx->he, 32);
  g_autofree char *text = NULL;
  g_autoptr (json_t) json = NULL;
  guint struck = 0;

  each_ballot (r, count_struck, &struck);
  json =
      json_pack ("{s:s, s:s, s:{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i}, s:[o, o]}", "election", he,
                 "mode", "practice", "duplicates", "rule", "lot", "groups", 2, "struck_links",
                 (int)r->links->len, "struck_ballots", (int)struck, "unused_tickets",
                 (int)r->unused, "paper", 0, "rejected_provisionals", 0, "incidents",
                 (int)r->incidents, "contests", contest_json (r, 0), contest_json (r, 1));
  g_assert_nonnull (json);
  text = tabella_json_text (json);
  record_put_text (r, "result.json", text);
}
