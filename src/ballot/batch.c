/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch.h"

#include <string.h>
#include "bytes.h"
#include "files.h"
#include "must.h"

#define MAGIC         "TABATCH1"
#define MODE_OFFICIAL 1
#define MODE_PRACTICE 2

void
tabella_batch_free (TabellaBatch *b)
{
  if (b == NULL)
    return;
  g_clear_pointer (&b->bytes, g_bytes_unref);
  g_clear_pointer (&b->cast, g_array_unref);
  g_clear_pointer (&b->challenged, g_array_unref);
  g_free (b);
}

/* --- Reading --- */

static gboolean
check_origin (const TabellaBallotContext *ctx, const TabellaBatch *b, guint8 mode, GError **error)
{
  if (memcmp (b->he, ctx->he, sizeof b->he) != 0)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FOREIGN,
                                  "ballots: the batch is of another election");
  if (mode != MODE_OFFICIAL && mode != MODE_PRACTICE)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "ballots: header: mode %u is neither 1 (official) nor 2 "
                                  "(practice)",
                                  mode);
  if (b->practice != ctx->practice)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FOREIGN,
                                  "ballots: the batch is %s and the election is %s",
                                  b->practice ? "a practice one" : "an official one",
                                  ctx->practice ? "a practice one" : "an official one");
  return TRUE;
}

static gboolean
check_numbers (const TabellaBatch *b, guint8 kind, guint16 reserved, GError **error)
{
  if (b->terminal == 0 || b->number == 0)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "ballots: header: terminal %u, batch %u; both count from 1",
                                  b->terminal, b->number);
  if (kind != TABELLA_BATCH_INTERIM && kind != TABELLA_BATCH_FINAL)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "ballots: header: kind %u is neither 1 (safety copy) nor 2 "
                                  "(final)",
                                  kind);
  if (reserved != 0)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "ballots: header: the reserved bytes are not zero");
  return TRUE;
}

static void
read_counts (TabellaReader *r, TabellaCounts *counts)
{
  counts->checked_in = tabella_get_u32 (r);
  counts->given = tabella_get_u32 (r);
  counts->voted = tabella_get_u32 (r);
  counts->left = tabella_get_u32 (r);
  counts->cast = tabella_get_u32 (r);
  counts->challenged = tabella_get_u32 (r);
}

/* The header; *@journal_size: what it says. */
static gboolean
read_header (const TabellaBallotContext *ctx, TabellaReader *r, TabellaBatch *b,
             guint32 *journal_size, GError **error)
{
  guint8 kind, mode;
  guint16 reserved;

  if (r->left < TABELLA_BATCH_HEADER)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "ballots: cut short: %" G_GSIZE_FORMAT
                                  " bytes, the header alone has %d",
                                  r->left, TABELLA_BATCH_HEADER);
  if (memcmp (tabella_get (r, 8), MAGIC, 8) != 0)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "ballots: does not start with " MAGIC ": not a batch");
  memcpy (b->he, tabella_get (r, 32), 32);
  b->terminal = tabella_get_u16 (r);
  b->number = tabella_get_u16 (r);
  kind = tabella_get_u8 (r);
  b->kind = (TabellaBatchKind)kind;
  mode = tabella_get_u8 (r);
  b->practice = mode == MODE_PRACTICE;
  reserved = tabella_get_u16 (r);
  memcpy (b->previous, tabella_get (r, 32), 32);
  memcpy (b->checkins_digest, tabella_get (r, 32), 32);
  read_counts (r, &b->counts);
  memcpy (b->journal_head, tabella_get (r, 32), 32);
  *journal_size = tabella_get_u32 (r);
  return check_origin (ctx, b, mode, error) && check_numbers (b, kind, reserved, error);
}

/* @count records of one kind, strictly ascending by code. */
static gboolean
read_records (const TabellaBallotContext *ctx, TabellaReader *r, const TabellaBatch *b,
              gboolean challenged, guint32 count, GArray *records, GError **error)
{
  const char *name = challenged ? "challenged" : "cast";
  guint8 previous[32] = { 0 };

  for (guint32 i = 1; i <= count; i++) {
    g_autoptr (GError) cause = NULL;
    TabellaBallotRecord record;
    gsize used;

    if (!tabella_record_parse (ctx, b->terminal, challenged, r->p, r->left, &record, &used, &cause))
      return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                    "ballots: %s record %u of %u: %s", name, i, count,
                                    cause->message);
    tabella_get (r, used);
    if (i > 1 && memcmp (previous, record.code, 32) >= 0)
      return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                    "ballots: %s record %u of %u: its code is not above the one "
                                    "before it",
                                    name, i, count);
    memcpy (previous, record.code, 32);
    g_array_append_val (records, record);
  }
  return TRUE;
}

TabellaBatch *
tabella_batch_parse (const TabellaBallotContext *ctx, GBytes *bytes, GError **error)
{
  g_autoptr (TabellaBatch) b = g_new0 (TabellaBatch, 1);
  TabellaReader r;
  guint32 journal_size = 0;

  b->bytes = g_bytes_ref (bytes);
  b->cast = g_array_new (FALSE, FALSE, sizeof (TabellaBallotRecord));
  b->challenged = g_array_new (FALSE, FALSE, sizeof (TabellaBallotRecord));
  tabella_digest_512_32 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), b->digest);
  tabella_reader_init (&r, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!read_header (ctx, &r, b, &journal_size, error))
    return NULL;
  if (journal_size > r.left) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "ballots: cut short in the journal: %" G_GSIZE_FORMAT
                           " of %u bytes are there",
                           r.left, journal_size);
    return NULL;
  }
  b->journal_size = journal_size;
  b->journal = (const char *)tabella_get (&r, journal_size);
  if (!read_records (ctx, &r, b, FALSE, b->counts.cast, b->cast, error) ||
      !read_records (ctx, &r, b, TRUE, b->counts.challenged, b->challenged, error))
    return NULL;
  if (!tabella_reader_done (&r)) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "ballots: %" G_GSIZE_FORMAT " bytes too many after the last record",
                           r.left);
    return NULL;
  }
  return g_steal_pointer (&b);
}

/* --- Writing --- */

typedef struct {
  guint8 code[32];
  GBytes *bytes;
} Sortable;

static int
compare_codes (gconstpointer a, gconstpointer b)
{
  return memcmp (((const Sortable *)a)->code, ((const Sortable *)b)->code, 32);
}

/* Each exactly one record, by code; NULL with error. */
static GArray *
sort_records (const TabellaBallotContext *ctx, guint16 terminal, gboolean challenged,
              GPtrArray *records, GError **error)
{
  g_autoptr (GArray) sorted = g_array_new (FALSE, FALSE, sizeof (Sortable));
  const char *name = challenged ? "challenged" : "cast";

  for (guint i = 0; i < records->len; i++) {
    g_autoptr (GError) cause = NULL;
    Sortable s = { .bytes = records->pdata[i] };
    gsize size, used;
    const guint8 *data = g_bytes_get_data (s.bytes, &size);
    TabellaBallotRecord record;

    if (!tabella_record_parse (ctx, terminal, challenged, data, size, &record, &used, &cause)) {
      tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                             "a %s record of the ballot box: %s", name, cause->message);
      return NULL;
    }
    if (used != size) {
      tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                             "a %s record of the ballot box is %" G_GSIZE_FORMAT " bytes too long",
                             name, size - used);
      return NULL;
    }
    memcpy (s.code, record.code, sizeof s.code);
    g_array_append_val (sorted, s);
  }
  g_array_sort (sorted, compare_codes);
  for (guint i = 1; i < sorted->len; i++)
    if (compare_codes (&g_array_index (sorted, Sortable, i - 1),
                       &g_array_index (sorted, Sortable, i)) == 0) {
      tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                             "two %s records of the ballot box have the same code", name);
      return NULL;
    }
  return g_steal_pointer (&sorted);
}

static void
put_header (const TabellaBallotContext *ctx, const TabellaBatchInput *in, const guint8 head[32],
            GByteArray *out)
{
  tabella_put (out, MAGIC, 8);
  tabella_put (out, ctx->he, sizeof ctx->he);
  tabella_put_u16 (out, in->terminal);
  tabella_put_u16 (out, in->number);
  tabella_put_u8 (out, (guint8)in->kind);
  tabella_put_u8 (out, ctx->practice ? MODE_PRACTICE : MODE_OFFICIAL);
  tabella_put_u16 (out, 0);
  tabella_put (out, in->previous, 32);
  tabella_put (out, in->checkins_digest, 32);
  tabella_put_u32 (out, in->counts.checked_in);
  tabella_put_u32 (out, in->counts.given);
  tabella_put_u32 (out, in->counts.voted);
  tabella_put_u32 (out, in->counts.left);
  tabella_put_u32 (out, in->counts.cast);
  tabella_put_u32 (out, in->counts.challenged);
  tabella_put (out, head, 32);
  tabella_put_u32 (out, (guint32)in->journal_size);
  TABELLA_MUST (out->len == TABELLA_BATCH_HEADER);
}

static void
put_records (GByteArray *out, const GArray *sorted)
{
  for (guint i = 0; i < sorted->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data (g_array_index (sorted, Sortable, i).bytes, &size);

    tabella_put (out, data, size);
  }
}

static gboolean
check_input (const TabellaBallotContext *ctx, const TabellaBatchInput *in, GError **error)
{
  guint64 records = (guint64)in->cast->len + in->challenged->len;

  if (in->counts.cast != in->cast->len || in->counts.challenged != in->challenged->len)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "the ballot box holds %u cast and %u challenged records, its "
                                  "counts say %u and %u",
                                  in->cast->len, in->challenged->len, in->counts.cast,
                                  in->counts.challenged);
  if (in->terminal == 0 || in->number == 0)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "terminal %u, batch %u; both count from 1", in->terminal,
                                  in->number);
  if (in->journal_size > TABELLA_FILE_LIMIT / 2 ||
      records * tabella_record_size_max (ctx) > TABELLA_FILE_LIMIT / 2)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "the batch would be larger than a file of the project may be");
  return TRUE;
}

GBytes *
tabella_batch_build (const TabellaBallotContext *ctx, const TabellaBatchInput *in, GError **error)
{
  g_autoptr (GArray) lines = NULL;
  g_autoptr (GArray) cast = NULL;
  g_autoptr (GArray) challenged = NULL;
  GByteArray *out;
  guint8 head[32];

  if (!check_input (ctx, in, error))
    return NULL;
  lines = tabella_journal_parse (ctx->he, in->journal, in->journal_size, head, error);
  if (lines == NULL)
    return NULL;
  cast = sort_records (ctx, in->terminal, FALSE, in->cast, error);
  if (cast == NULL)
    return NULL;
  challenged = sort_records (ctx, in->terminal, TRUE, in->challenged, error);
  if (challenged == NULL)
    return NULL;

  out = g_byte_array_new ();
  put_header (ctx, in, head, out);
  tabella_put (out, in->journal, in->journal_size);
  put_records (out, cast);
  put_records (out, challenged);
  return g_byte_array_free_to_bytes (out);
}

/* --- Names --- */

char *
tabella_batch_comment (const guint8 he[32], guint16 terminal, guint16 number, TabellaBatchKind kind,
                       guint32 cast, guint32 checkins)
{
  g_autofree char *election = tabella_hex (he, 8);

  return g_strdup_printf ("tabella batch election=%s terminal=%u number=%u kind=%s cast=%u "
                          "checkins=%u",
                          election, terminal, number,
                          kind == TABELLA_BATCH_FINAL ? "final" : "interim", cast, checkins);
}

char *
tabella_batch_folder (guint16 terminal, guint16 number)
{
  return g_strdup_printf ("terminal-%03u/batch-%04u", terminal, number);
}
