/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "batch.h"

#include <string.h>
#include "bytes.h"
#include "must.h"

/* "checkins" and "sealed": what a terminal seals to K2 (protocol sections 6 and 7). */

#define MAGIC_CHECKINS "TACHECK1"
#define MAGIC_SEALED   "TASEALED"
#define WHAT_CHECKINS  1 /* ρ; 2 is u */
#define WHAT_SEALED    3 /* ρ; 4 is u */

/* --- Check-in records --- */

gboolean
tabella_link_is_zero (const guint8 link[TABELLA_LINK_BYTES])
{
  return sodium_is_zero (link, TABELLA_LINK_BYTES) == 1;
}

void
tabella_checkin_write (const TabellaCheckin *c, guint8 out[TABELLA_CHECKIN_BYTES])
{
  memcpy (out, c->p, 32);
  out[32] = c->kind;
  out[33] = c->state;
  out[34] = (guint8)c->style;
  out[35] = (guint8)(c->style >> 8);
  memcpy (out + 36, c->link, TABELLA_LINK_BYTES);
}

static gboolean
kind_fits_state (const TabellaCheckin *c)
{
  if (c->kind == TABELLA_CHECKIN_PAPER)
    return c->state == TABELLA_CHECKIN_NONE && tabella_link_is_zero (c->link);
  if (c->kind != TABELLA_CHECKIN_ROLL && tabella_link_is_zero (c->link))
    return FALSE;
  return c->kind >= TABELLA_CHECKIN_ROLL && c->kind <= TABELLA_CHECKIN_PROVISIONAL &&
         c->state >= TABELLA_CHECKIN_GIVEN && c->state <= TABELLA_CHECKIN_LEFT;
}

gboolean
tabella_checkin_read (const guint8 bytes[TABELLA_CHECKIN_BYTES], TabellaCheckin *c, GError **error)
{
  memcpy (c->p, bytes, 32);
  c->kind = bytes[32];
  c->state = bytes[33];
  c->style = (guint16)(bytes[34] | bytes[35] << 8);
  memcpy (c->link, bytes + 36, TABELLA_LINK_BYTES);
  if (kind_fits_state (c))
    return TRUE;
  return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                "kind %u, state %u and %s do not fit each other", c->kind, c->state,
                                tabella_link_is_zero (c->link) ? "no link" : "a link");
}

static int
compare_checkins (gconstpointer a, gconstpointer b)
{
  const TabellaCheckin *x = a, *y = b;
  int order = memcmp (x->p, y->p, sizeof x->p);

  return order != 0 ? order : (int)x->kind - (int)y->kind;
}

/* --- Writing --- */

static void
make_header (const guint8 he[32], const char *magic, guint16 terminal, guint16 number,
             guint32 count, guint8 header[TABELLA_SEAL_HEADER])
{
  g_autoptr (GByteArray) out = g_byte_array_sized_new (TABELLA_SEAL_HEADER);

  tabella_put (out, magic, 8);
  tabella_put (out, he, 32);
  tabella_put_u16 (out, terminal);
  tabella_put_u16 (out, number);
  tabella_put_u32 (out, count);
  TABELLA_MUST (out->len == TABELLA_SEAL_HEADER);
  memcpy (header, out->data, out->len);
}

GBytes *
tabella_checkins_build (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                        GArray *records, const guint8 export_secret[32])
{
  gsize size = (gsize)records->len * TABELLA_CHECKIN_BYTES;
  g_autofree guint8 *plain = g_malloc (MAX (size, 1));
  g_autoptr (GArray) sorted = g_array_copy (records);
  guint8 header[TABELLA_SEAL_HEADER];
  GByteArray *file;

  g_array_sort (sorted, compare_checkins);
  for (guint i = 0; i < sorted->len; i++)
    tabella_checkin_write (&g_array_index (sorted, TabellaCheckin, i),
                           plain + (gsize)i * TABELLA_CHECKIN_BYTES);
  make_header (ctx->he, MAGIC_CHECKINS, terminal, number, sorted->len, header);
  file = tabella_seal_make (ctx->he, &ctx->k2, export_secret, WHAT_CHECKINS, header, plain, size);
  sodium_memzero (plain, size);
  sodium_memzero (sorted->data, (gsize)sorted->len * sizeof (TabellaCheckin));
  return g_byte_array_free_to_bytes (file);
}

static void
put_sized (GByteArray *out, gconstpointer bytes, gsize size)
{
  TABELLA_MUST (size <= G_MAXINT32);
  tabella_put_u32 (out, (guint32)size);
  tabella_put (out, bytes, size);
}

GBytes *
tabella_sealed_build (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                      GBytes *ballots, const char *minisig, GBytes *checkins,
                      const guint8 export_secret[32])
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  guint8 header[TABELLA_SEAL_HEADER];

  put_sized (plain, g_bytes_get_data (ballots, NULL), g_bytes_get_size (ballots));
  put_sized (plain, minisig, strlen (minisig));
  put_sized (plain, g_bytes_get_data (checkins, NULL), g_bytes_get_size (checkins));
  make_header (ctx->he, MAGIC_SEALED, terminal, number, plain->len, header);
  return g_byte_array_free_to_bytes (tabella_seal_make (
      ctx->he, &ctx->k2, export_secret, WHAT_SEALED, header, plain->data, plain->len));
}

/* --- Reading --- */

static gboolean
check_header (const TabellaBallotContext *ctx, gboolean whole, guint16 terminal, guint16 number,
              GBytes *file, guint32 *count, GError **error)
{
  const char *name = whole ? "sealed" : "checkins";
  const char *magic = whole ? MAGIC_SEALED : MAGIC_CHECKINS;
  guint64 unit = whole ? 1 : TABELLA_CHECKIN_BYTES;
  gsize size = g_bytes_get_size (file);
  guint16 of_terminal, of_number;
  gboolean same_election;
  TabellaReader r;

  *count = 0;
  if (size < TABELLA_SEAL_OVERHEAD)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "%s: cut short: %" G_GSIZE_FORMAT " bytes, at least %d needed",
                                  name, size, TABELLA_SEAL_OVERHEAD);
  tabella_reader_init (&r, g_bytes_get_data (file, NULL), size);
  if (memcmp (tabella_get (&r, 8), magic, 8) != 0)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT, "%s: does not start with %s",
                                  name, magic);
  same_election = memcmp (tabella_get (&r, 32), ctx->he, 32) == 0;
  of_terminal = tabella_get_u16 (&r);
  of_number = tabella_get_u16 (&r);
  *count = tabella_get_u32 (&r);
  if (!same_election)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FOREIGN,
                                  "%s: the file is of another election", name);
  if (of_terminal != terminal || of_number != number)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FOREIGN,
                                  "%s: the file is batch %u of terminal %u, expected is batch %u "
                                  "of terminal %u",
                                  name, of_number, of_terminal, number, terminal);
  if (size - TABELLA_SEAL_OVERHEAD != *count * unit)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "%s: %" G_GSIZE_FORMAT " bytes do not fit its count of %u", name,
                                  size, *count);
  return TRUE;
}

gboolean
tabella_sealed_check (const TabellaBallotContext *ctx, gboolean whole, guint16 terminal,
                      guint16 number, GBytes *file, guint32 *count, TabellaPoint *r, GError **error)
{
  TabellaProofVerdict verdict;

  tabella_point_identity (r);
  if (!check_header (ctx, whole, terminal, number, file, count, error))
    return FALSE;
  tabella_seal_verify (ctx->he, g_bytes_get_data (file, NULL), g_bytes_get_size (file), r,
                       &verdict);
  if (verdict != TABELLA_PROOF_GOOD)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "%s: its proof does not hold: the file was changed",
                                  whole ? "sealed" : "checkins");
  return TRUE;
}

static GBytes *
open_file (const TabellaBallotContext *ctx, gboolean whole, guint16 terminal, guint16 number,
           GBytes *file, const TabellaPoint *shared, GError **error)
{
  g_autoptr (GError) cause = NULL;
  guint32 count;
  GBytes *plain;

  if (!check_header (ctx, whole, terminal, number, file, &count, error))
    return NULL;
  plain = tabella_seal_open (ctx->he, g_bytes_get_data (file, NULL), g_bytes_get_size (file),
                             shared, &cause);
  if (plain == NULL)
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID, "%s: %s",
                           whole ? "sealed" : "checkins", cause->message);
  return plain;
}

/* Strictly ascending by (p, kind); of one p at most one of kinds 1, 2, 4 and one of kind 3. */
static gboolean
check_order (const GArray *records, GError **error)
{
  for (guint i = 1; i < records->len; i++) {
    const TabellaCheckin *a = &g_array_index (records, TabellaCheckin, i - 1);
    const TabellaCheckin *b = a + 1;

    if (compare_checkins (a, b) >= 0)
      return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                    "checkins: record %u is not above the one before it", i + 1);
    if (memcmp (a->p, b->p, sizeof a->p) != 0)
      continue;
    if ((a->kind == TABELLA_CHECKIN_PROVISIONAL) == (b->kind == TABELLA_CHECKIN_PROVISIONAL) ||
        (i > 1 && memcmp ((a - 1)->p, b->p, sizeof b->p) == 0))
      return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                    "checkins: record %u is a second check-in of one person",
                                    i + 1);
  }
  return TRUE;
}

static gboolean
add_record (const TabellaBallotContext *ctx, const guint8 *bytes, GArray *records, GError **error)
{
  g_autoptr (GError) cause = NULL;
  TabellaCheckin c;

  if (!tabella_checkin_read (bytes, &c, &cause))
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT, "checkins: record %u: %s",
                                  records->len + 1, cause->message);
  if (c.style >= ctx->n_styles)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "checkins: record %u: ballot style %u; the election has styles "
                                  "0 to %u",
                                  records->len + 1, c.style, ctx->n_styles - 1);
  g_array_append_val (records, c);
  return TRUE;
}

static void
forget (gpointer checkin)
{
  sodium_memzero (checkin, sizeof (TabellaCheckin));
}

GArray *
tabella_checkins_open (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                       GBytes *file, const TabellaPoint *shared, GError **error)
{
  g_autoptr (GBytes) plain = open_file (ctx, FALSE, terminal, number, file, shared, error);
  g_autoptr (GArray) records = NULL;
  gboolean good = TRUE;
  guint8 *bytes;
  gsize size;

  if (plain == NULL)
    return NULL;
  bytes = g_bytes_unref_to_data (g_steal_pointer (&plain), &size);
  /* Sized at once: a growing array would leave copies in freed memory. */
  records = g_array_sized_new (FALSE, FALSE, sizeof (TabellaCheckin),
                               (guint)(size / TABELLA_CHECKIN_BYTES));
  g_array_set_clear_func (records, forget);
  for (gsize at = 0; good && at < size; at += TABELLA_CHECKIN_BYTES)
    good = add_record (ctx, bytes + at, records, error);
  sodium_memzero (bytes, size);
  g_free (bytes);
  return good && check_order (records, error) ? g_steal_pointer (&records) : NULL;
}

/* A part with its length before it, as a copy with a NUL behind; NULL past the end. */
static guint8 *
get_sized (TabellaReader *r, gsize *size)
{
  const guint8 *part;
  guint8 *copy;

  *size = tabella_get_u32 (r);
  part = tabella_get (r, *size);
  if (part == NULL)
    return NULL;
  copy = g_malloc (*size + 1);
  memcpy (copy, part, *size);
  copy[*size] = '\0';
  return copy;
}

gboolean
tabella_sealed_open (const TabellaBallotContext *ctx, guint16 terminal, guint16 number,
                     GBytes *file, const TabellaPoint *shared, GBytes **ballots, char **minisig,
                     GBytes **checkins, GError **error)
{
  g_autoptr (GBytes) plain = open_file (ctx, TRUE, terminal, number, file, shared, error);
  g_autofree guint8 *first = NULL;
  g_autofree guint8 *second = NULL;
  g_autofree guint8 *third = NULL;
  gsize first_size, second_size, third_size;
  TabellaReader r;

  *ballots = NULL;
  *minisig = NULL;
  *checkins = NULL;
  if (plain == NULL)
    return FALSE;
  tabella_reader_init (&r, g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
  first = get_sized (&r, &first_size);
  second = get_sized (&r, &second_size);
  third = get_sized (&r, &third_size);
  if (!tabella_reader_done (&r) || memchr (second, '\0', second_size) != NULL)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "sealed: does not hold exactly three files");
  *ballots = g_bytes_new_take (g_steal_pointer (&first), first_size);
  *minisig = (char *)g_steal_pointer (&second);
  *checkins = g_bytes_new_take (g_steal_pointer (&third), third_size);
  return TRUE;
}
