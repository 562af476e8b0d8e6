/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "requests.h"

#include <string.h>
#include "bytes.h"
#include "must.h"

#define REQUEST_FRONT 5 /* purpose u8, count u32 */

TabellaRequest *
tabella_request_new (TabellaPurpose purpose)
{
  TabellaRequest *r = g_new0 (TabellaRequest, 1);

  r->purpose = purpose;
  r->points = g_array_new (FALSE, FALSE, sizeof (TabellaRequestPoint));
  return r;
}

void
tabella_request_free (TabellaRequest *r)
{
  if (r == NULL)
    return;
  g_array_unref (r->points);
  g_free (r);
}

void
tabella_request_add (TabellaRequest *r, guint16 a, guint16 b, guint16 c, const TabellaPoint *point)
{
  TabellaRequestPoint p = { .label = { a, b, c }, .point = *point };

  g_array_append_val (r->points, p);
}

/* How many of the three numbers are a label. */
static guint
label_numbers (TabellaPurpose purpose)
{
  return purpose == TABELLA_REQUEST_STRIKE ? 1 : 3;
}

/* "which" is a u8 in the bytes, the others u16. */
static gsize
point_bytes (TabellaPurpose purpose)
{
  if (purpose == TABELLA_REQUEST_STRIKE)
    return 2 + TABELLA_POINT_BYTES;
  return (purpose == TABELLA_REQUEST_CHECKINS ? 5 : 6) + TABELLA_POINT_BYTES;
}

static int
compare_labels (const TabellaRequestPoint *a, const TabellaRequestPoint *b)
{
  for (guint i = 0; i < G_N_ELEMENTS (a->label); i++)
    if (a->label[i] != b->label[i])
      return a->label[i] < b->label[i] ? -1 : 1;
  return 0;
}

static int
compare_points (gconstpointer a, gconstpointer b)
{
  const TabellaRequestPoint *x = a, *y = b;
  int order = compare_labels (x, y);

  return order != 0 ? order : memcmp (x->point.b, y->point.b, sizeof x->point.b);
}

void
tabella_request_sort (TabellaRequest *r)
{
  g_array_sort (r->points, compare_points);
}

GBytes *
tabella_request_bytes (const TabellaRequest *r)
{
  g_autoptr (GArray) sorted = g_array_copy (r->points);
  GByteArray *out = g_byte_array_new ();

  g_array_sort (sorted, compare_points);
  tabella_put_u8 (out, (guint8)r->purpose);
  tabella_put_u32 (out, sorted->len);
  for (guint i = 0; i < sorted->len; i++) {
    const TabellaRequestPoint *p = &g_array_index (sorted, TabellaRequestPoint, i);

    tabella_put_u16 (out, p->label[0]);
    if (label_numbers (r->purpose) == 3)
      tabella_put_u16 (out, p->label[1]);
    if (r->purpose == TABELLA_REQUEST_TALLY)
      tabella_put_u16 (out, p->label[2]);
    else if (r->purpose == TABELLA_REQUEST_CHECKINS)
      tabella_put_u8 (out, (guint8)p->label[2]);
    tabella_put (out, p->point.b, sizeof p->point.b);
  }
  return g_byte_array_free_to_bytes (out);
}

static gboolean
label_is_valid (TabellaPurpose purpose, const guint16 label[3])
{
  if (purpose == TABELLA_REQUEST_CHECKINS)
    return label[0] > 0 && label[1] > 0 && (label[2] == 1 || label[2] == 2);
  return purpose == TABELLA_REQUEST_TALLY || label[0] > 0;
}

static gboolean
read_point (TabellaPurpose purpose, TabellaReader *reader, TabellaRequestPoint *p)
{
  p->label[0] = tabella_get_u16 (reader);
  p->label[1] = label_numbers (purpose) == 3 ? tabella_get_u16 (reader) : 0;
  p->label[2] = 0;
  if (purpose == TABELLA_REQUEST_TALLY)
    p->label[2] = tabella_get_u16 (reader);
  else if (purpose == TABELLA_REQUEST_CHECKINS)
    p->label[2] = tabella_get_u8 (reader);
  return label_is_valid (purpose, p->label) &&
         tabella_point_read (&p->point, tabella_get (reader, TABELLA_POINT_BYTES));
}

static guint
point_hash (gconstpointer p)
{
  guint hash;

  memcpy (&hash, ((const TabellaRequestPoint *)p)->point.b, sizeof hash);
  return hash;
}

static gboolean
point_same (gconstpointer a, gconstpointer b)
{
  return memcmp (((const TabellaRequestPoint *)a)->point.b,
                 ((const TabellaRequestPoint *)b)->point.b, TABELLA_POINT_BYTES) == 0;
}

/* Equal sums of a tally would be odd but harm nothing; two equal R are a copied sealing. */
static gboolean
check_points_differ (const TabellaRequest *r, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (point_hash, point_same);

  if (r->purpose == TABELLA_REQUEST_TALLY)
    return TRUE;
  for (guint i = 0; i < r->points->len; i++)
    if (!g_hash_table_add (seen, &g_array_index (r->points, TabellaRequestPoint, i)))
      return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                    "request: point %u of %u is in it twice", i + 1,
                                    r->points->len);
  return TRUE;
}

static gboolean
read_points (TabellaReader *reader, TabellaRequest *r, guint32 count, GError **error)
{
  for (guint32 i = 1; i <= count; i++) {
    TabellaRequestPoint p;

    if (!read_point (r->purpose, reader, &p))
      return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                    "request: point %u of %u: its label or its encoding is not "
                                    "valid",
                                    i, count);
    if (i > 1) {
      const TabellaRequestPoint *before = &g_array_index (r->points, TabellaRequestPoint, i - 2);
      int order = r->purpose == TABELLA_REQUEST_STRIKE ? compare_points (before, &p)
                                                       : compare_labels (before, &p);

      if (order >= 0)
        return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                      "request: point %u of %u is not above the one before it", i,
                                      count);
    }
    g_array_append_val (r->points, p);
  }
  return check_points_differ (r, error);
}

TabellaRequest *
tabella_request_parse (GBytes *bytes, GError **error)
{
  g_autoptr (TabellaRequest) r = NULL;
  TabellaReader reader;
  guint8 purpose;
  guint32 count;

  tabella_reader_init (&reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  purpose = tabella_get_u8 (&reader);
  count = tabella_get_u32 (&reader);
  if (reader.failed || purpose < TABELLA_REQUEST_CHECKINS || purpose > TABELLA_REQUEST_TALLY) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "request: does not start with a purpose (1, 2 or 3) and a count");
    return NULL;
  }
  r = tabella_request_new ((TabellaPurpose)purpose);
  if (reader.left != (guint64)count * point_bytes (r->purpose)) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "request: %" G_GSIZE_FORMAT " bytes do not fit its count of %u",
                           g_bytes_get_size (bytes), count);
    return NULL;
  }
  return read_points (&reader, r, count, error) ? g_steal_pointer (&r) : NULL;
}

void
tabella_codes_digest (const guint8 he[32], const guint8 *codes, gsize n, guint8 out[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_STANDING);
  tabella_hash_put (&h, codes, n * 32);
  tabella_hash_finish (&h, out);
}

void
tabella_request_digest (const guint8 he[32], GBytes *request, const guint8 *standing,
                        gsize n_standing, guint8 digest[32])
{
  TabellaHash h;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (request, &size);
  guint8 codes[32];

  tabella_hash_init (&h, he, TABELLA_TAG_REQUEST);
  tabella_hash_put (&h, bytes, size);
  if (size > 0 && bytes[0] == TABELLA_REQUEST_TALLY) {
    tabella_codes_digest (he, standing, n_standing, codes);
    tabella_hash_put (&h, codes, sizeof codes);
  }
  tabella_hash_finish (&h, digest);
}
