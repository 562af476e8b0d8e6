/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Requests to the trustees, their shares, and the folder in which both lie. */
#include "fuzz.h"

#include <string.h>
#include "evidence.h"
#include "files.h"

/* --- request --- */

static gboolean
run_request (const guint8 *bytes, gsize size)
{
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaRequest) r = tabella_request_parse (file, &error);
  g_autoptr (GBytes) again = NULL;
  guint8 digest[32];

  if (!fuzz_verdict (r != NULL, error))
    return FALSE;
  again = tabella_request_bytes (r);
  FUZZ_CHECK (g_bytes_equal (file, again));
  tabella_request_digest (fuzz_hand ()->ctx->he, file, bytes, size / 32, digest);
  return TRUE;
}

/* @n points that follow from their places. */
static TabellaRequest *
make_request (TabellaPurpose purpose, guint n)
{
  TabellaRequest *r = tabella_request_new (purpose);

  for (guint16 i = 1; i <= n; i++) {
    g_autofree char *word = g_strdup_printf ("point %u", i);
    TabellaScalar s;
    TabellaPoint p;

    hand_scalar (word, &s);
    tabella_point_mul_base (&p, &s);
    tabella_request_add (r, i, purpose == TABELLA_REQUEST_STRIKE ? 0 : 1,
                         purpose == TABELLA_REQUEST_STRIKE ? 0 : 2, &p);
  }
  return r;
}

static void
seed_request (void)
{
  for (guint purpose = TABELLA_REQUEST_CHECKINS; purpose <= TABELLA_REQUEST_TALLY; purpose++)
    for (guint n = 0; n < 4; n++) {
      g_autofree char *name = g_strdup_printf ("request-%u-%u", purpose, n);
      g_autoptr (TabellaRequest) r = make_request ((TabellaPurpose)purpose, n);
      g_autoptr (GBytes) file = tabella_request_bytes (r);

      fuzz_seed (name, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
    }
}

const FuzzTarget fuzz_request = { "request", NULL, run_request, seed_request };

/* --- A share: one that holds has the right points, since its proof cannot be forged --- */

#define POINTS 2

static gboolean
run_share (const guint8 *bytes, gsize size)
{
  static const guint8 digest[32];
  const Hand *h = fuzz_hand ();
  g_autoptr (TabellaRequest) r = make_request (TABELLA_REQUEST_CHECKINS, POINTS);
  g_autoptr (GBytes) share = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  TabellaPoint m[POINTS], right;

  if (!fuzz_verdict (tabella_share_check (h->ctx->he, digest, 1, &h->ctx->k2, r, share, m, &error),
                     error))
    return FALSE;
  for (guint i = 0; i < POINTS; i++) {
    hand_shared (h, &g_array_index (r->points, TabellaRequestPoint, i).point, &right);
    FUZZ_CHECK (tabella_point_equal (&m[i], &right));
  }
  return TRUE;
}

static void
seed_share (void)
{
  static const guint8 digest[32];
  g_autoptr (TabellaRequest) r = make_request (TABELLA_REQUEST_CHECKINS, POINTS);
  g_autoptr (GBytes) share =
      tabella_share_make (fuzz_hand ()->ctx->he, digest, 1, r, &fuzz_hand ()->y);

  fuzz_seed ("good", g_bytes_get_data (share, NULL), g_bytes_get_size (share));
}

const FuzzTarget fuzz_share = { "share", NULL, run_share, seed_share };

/* --- A request's folder. The first byte says which file of which folder the rest replaces. --- */

static const char *const folders[] = { "checkins-0001", "strike-0001", "tally-0001" };
static const char *const files[] = { "request", "links", "standing", "share-01" };

static TabellaEvidence *evidence;
static GBytes *good[G_N_ELEMENTS (folders)][G_N_ELEMENTS (files)];

static char *
asked_path (guint folder, guint file)
{
  g_autofree char *name = g_strconcat (folders[folder], "/", files[file], NULL);

  return fuzz_path (name);
}

static void
put_good (guint folder, guint file, GBytes *bytes)
{
  g_autofree char *path = asked_path (folder, file);

  good[folder][file] = bytes;
  fuzz_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Good files of one request. */
static void
make_asked (guint folder, guint points)
{
  g_autofree char *path = fuzz_path (folders[folder]);
  g_autoptr (TabellaRequest) r = make_request ((TabellaPurpose)(folder + 1), points);
  GBytes *request = tabella_request_bytes (r);
  g_autoptr (GByteArray) links = g_byte_array_new ();
  guint8 standing[64] = { 0 }, digest[32];

  FUZZ_CHECK (tabella_folder_make (path, NULL));
  put_good (folder, 0, request);
  for (guint i = 0; i < points; i++) {
    guint8 entry[TABELLA_LINK_BYTES + 2] = { 0 };

    memcpy (entry, g_array_index (r->points, TabellaRequestPoint, i).point.b, 32);
    g_byte_array_append (links, entry, sizeof entry);
  }
  put_good (folder, 1, g_byte_array_free_to_bytes (g_steal_pointer (&links)));
  standing[32] = 1;
  put_good (folder, 2, g_bytes_new (standing, sizeof standing));
  tabella_request_digest (evidence->ctx->he, request, standing, 2, digest);
  put_good (folder, 3,
            tabella_share_make (evidence->ctx->he, digest, 1, r,
                                tabella_trustee_secret (fuzz_fixture ()->trustees[0], folder + 1)));
}

static void
prepare_asked (void)
{
  const TabellaFixture *f = fuzz_fixture ();
  g_autoptr (GError) error = NULL;

  evidence = tabella_evidence_new (f->folder, &error);
  FUZZ_CHECK (evidence != NULL);
  for (guint folder = 0; folder < G_N_ELEMENTS (folders); folder++)
    make_asked (folder, 2);
}

/* One trustee alone opens nothing. */
static gboolean
load_asked (guint folder)
{
  g_autofree char *path = fuzz_path (folders[folder]);
  g_autoptr (GPtrArray) bad = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL, few = NULL;
  g_autoptr (TabellaAsked) asked = tabella_asked_load (evidence, path, &error);

  if (!fuzz_verdict (asked != NULL, error))
    return FALSE;
  FUZZ_CHECK (!tabella_asked_combine (evidence, asked, bad, &few));
  fuzz_check_words (few->message);
  for (guint i = 0; i < bad->len; i++)
    fuzz_check_words (bad->pdata[i]);
  return bad->len == 0;
}

static gboolean
run_asked (const guint8 *bytes, gsize size)
{
  guint folder, file;
  g_autofree char *path = NULL;
  gboolean taken;

  if (size == 0)
    return FALSE;
  folder = bytes[0] / 4 % 3;
  file = bytes[0] % 4;
  path = asked_path (folder, file);
  fuzz_write (path, bytes + 1, size - 1);
  taken = load_asked (folder);
  fuzz_write (path, g_bytes_get_data (good[folder][file], NULL),
              g_bytes_get_size (good[folder][file]));
  return taken;
}

static void
seed_asked (void)
{
  for (guint folder = 0; folder < G_N_ELEMENTS (folders); folder++)
    for (guint file = 0; file < G_N_ELEMENTS (files); file++) {
      g_autofree char *name = g_strconcat (folders[folder], "-", files[file], NULL);
      g_autoptr (GByteArray) input = g_byte_array_new ();
      guint8 which = (guint8)(folder * 4 + file);

      g_byte_array_append (input, &which, 1);
      g_byte_array_append (input, g_bytes_get_data (good[folder][file], NULL),
                           (guint)g_bytes_get_size (good[folder][file]));
      fuzz_seed (name, input->data, input->len);
    }
}

const FuzzTarget fuzz_asked = { "asked", prepare_asked, run_asked, seed_asked };
