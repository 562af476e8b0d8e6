/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal's batch: ballots, check-ins, safety copies. */
#include "fuzz.h"

#include <string.h>
#include "sealed.h"

#define BATCH 3 /* its number */

static GPtrArray *
new_records (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
}

/* --- ballots --- */

/* The records' bytes in the order of the file. */
static GPtrArray *
records_of (const TabellaBatch *b, const GArray *parsed)
{
  GPtrArray *records = new_records ();

  for (guint i = 0; i < parsed->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (parsed, TabellaBallotRecord, i);
    const guint8 *from = r->body - (2 + TABELLA_TICKET_BYTES + 1);
    gsize size = tabella_record_size (fuzz_hand ()->ctx, r->style, r->challenged);

    g_ptr_array_add (
        records,
        g_bytes_new_from_bytes (
            b->bytes, (gsize)(from - (const guint8 *)g_bytes_get_data (b->bytes, NULL)), size));
  }
  return records;
}

/* A batch whose journal can be read too is written again byte for byte. */
static void
check_written_again (const TabellaBatch *b)
{
  g_autoptr (GPtrArray) cast = records_of (b, b->cast);
  g_autoptr (GPtrArray) challenged = records_of (b, b->challenged);
  g_autoptr (GArray) lines = NULL;
  g_autoptr (GBytes) again = NULL;
  TabellaBatchInput in = { .terminal = b->terminal,
                           .number = b->number,
                           .kind = b->kind,
                           .counts = b->counts,
                           .journal = b->journal,
                           .journal_size = b->journal_size,
                           .cast = cast,
                           .challenged = challenged };
  guint8 head[32];

  memcpy (in.previous, b->previous, 32);
  memcpy (in.checkins_digest, b->checkins_digest, 32);
  lines = tabella_journal_parse (b->he, b->journal, b->journal_size, head, NULL);
  again = tabella_batch_build (fuzz_hand ()->ctx, &in, NULL);
  FUZZ_CHECK ((again != NULL) == (lines != NULL));
  if (again != NULL && memcmp (head, b->journal_head, 32) == 0)
    FUZZ_CHECK (g_bytes_equal (again, b->bytes));
}

static gboolean
run_ballots (const guint8 *bytes, gsize size)
{
  g_autoptr (GBytes) file = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaBatch) b = tabella_batch_parse (fuzz_hand ()->ctx, file, &error);

  if (!fuzz_verdict (b != NULL, error))
    return FALSE;
  FUZZ_CHECK (b->cast->len == b->counts.cast && b->challenged->len == b->counts.challenged);
  check_written_again (b);
  return TRUE;
}

static void
seed_ballots (void)
{
  for (guint n = 0; n <= 2; n++) {
    HandBatch *b = hand_batch_new (fuzz_hand (), n, n / 2);
    g_autofree char *name = g_strdup_printf ("ballots-%u", n);

    fuzz_seed (name, g_bytes_get_data (b->ballots, NULL), g_bytes_get_size (b->ballots));
    hand_batch_free (b);
  }
}

const FuzzTarget fuzz_ballots = { "ballots", NULL, run_ballots, seed_ballots };

/* --- One record with its proofs. 'X': challenged; anything else: cast. --- */

static GBytes *honest[2];

static void
prepare_record (void)
{
  honest[FALSE] = hand_cast (fuzz_hand (), 1, 1, 0, 1);
  honest[TRUE] = hand_challenged (fuzz_hand (), 1, 1, 0, 1);
}

/* Nobody here knows how to prove another ballot than the honest one: any other is refused by its
 * proof, its signature, or the recomputation. */
static void
check_forgery (const TabellaBallotRecord *r, const guint8 *bytes, gsize size)
{
  const Hand *h = fuzz_hand ();
  gboolean changed = size != g_bytes_get_size (honest[r->challenged]) ||
                     memcmp (bytes, g_bytes_get_data (honest[r->challenged], NULL), size) != 0;
  TabellaBallotVerdict proof, signature, whole;

  tabella_ballot_verify (h->ctx, HAND_TERMINAL, r, NULL, NULL, &proof);
  tabella_ballot_verify_signature (h->ctx, h->ballot_key, r, &signature);
  tabella_challenge_verify (h->ctx, HAND_TERMINAL, r, &whole);
  FUZZ_CHECK (whole == TABELLA_BALLOT_BAD || r->challenged);
  FUZZ_CHECK (signature == TABELLA_BALLOT_BAD || !r->challenged);
  if (changed)
    FUZZ_CHECK (whole == TABELLA_BALLOT_BAD &&
                (signature == TABELLA_BALLOT_BAD || proof == TABELLA_BALLOT_BAD));
  else
    FUZZ_CHECK (proof == TABELLA_BALLOT_GOOD &&
                (whole == TABELLA_BALLOT_GOOD || signature == TABELLA_BALLOT_GOOD));
}

static gboolean
run_record (const guint8 *bytes, gsize size)
{
  gboolean challenged = size > 0 && bytes[0] == 'X';
  g_autoptr (GError) error = NULL;
  TabellaBallotRecord r;
  gsize used;

  if (size == 0)
    return FALSE;
  if (!fuzz_verdict (tabella_record_parse (fuzz_hand ()->ctx, HAND_TERMINAL, challenged, bytes + 1,
                                           size - 1, &r, &used, &error),
                     error))
    return FALSE;
  FUZZ_CHECK (used <= size - 1 &&
              used == tabella_record_size (fuzz_hand ()->ctx, r.style, challenged));
  check_forgery (&r, bytes + 1, used);
  return TRUE;
}

static void
seed_record (void)
{
  for (guint challenged = 0; challenged < 2; challenged++) {
    g_autoptr (GByteArray) input = g_byte_array_new ();

    g_byte_array_append (input, (const guint8 *)(challenged ? "X" : "C"), 1);
    g_byte_array_append (input, g_bytes_get_data (honest[challenged], NULL),
                         (guint)g_bytes_get_size (honest[challenged]));
    fuzz_seed (challenged ? "challenged" : "cast", input->data, input->len);
  }
}

const FuzzTarget fuzz_record = { "record", prepare_record, run_record, seed_record };

/* --- checkins and sealed. 'F': the file; anything else before the content, to be sealed. --- */

typedef struct {
  const char *magic;
  guint8 what;
  gsize unit;
} Sealing;
static const Sealing sealings[] = { { "TACHECK1", 1, TABELLA_CHECKIN_BYTES },
                                    { "TASEALED", 3, 1 } };

static GBytes *
seal (const Sealing *how, const guint8 *content, gsize size)
{
  const Hand *h = fuzz_hand ();
  const guint16 place[2] = { GUINT16_TO_LE (HAND_TERMINAL), GUINT16_TO_LE (BATCH) };
  const guint32 count = GUINT32_TO_LE ((guint32)(size / how->unit));
  guint8 header[TABELLA_SEAL_HEADER];

  memcpy (header, how->magic, 8);
  memcpy (header + 8, h->ctx->he, 32);
  memcpy (header + 40, place, 4);
  memcpy (header + 44, &count, 4);
  return g_byte_array_free_to_bytes (tabella_seal_make (h->ctx->he, &h->ctx->k2, h->export_secret,
                                                        how->what, header, content, size));
}

/* The input as a file; NULL if it is refused. @shared: what opens it. */
static GBytes *
sealed_input (gboolean whole, const guint8 *bytes, gsize size, TabellaPoint *shared)
{
  const Hand *h = fuzz_hand ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL;
  TabellaPoint r;
  guint32 count;

  if (size == 0)
    return NULL;
  file = bytes[0] == 'F' ? g_bytes_new (bytes + 1, size - 1)
                         : seal (&sealings[whole], bytes + 1, size - 1);
  if (!fuzz_verdict (
          tabella_sealed_check (h->ctx, whole, HAND_TERMINAL, BATCH, file, &count, &r, &error),
          error))
    return NULL;
  hand_shared (h, &r, shared);
  return g_steal_pointer (&file);
}

static gboolean
run_checkins (const guint8 *bytes, gsize size)
{
  const Hand *h = fuzz_hand ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) records = NULL;
  g_autoptr (GBytes) again = NULL, file = NULL;
  TabellaPoint shared;

  file = sealed_input (FALSE, bytes, size, &shared);
  if (file == NULL)
    return FALSE;
  records = tabella_checkins_open (h->ctx, HAND_TERMINAL, BATCH, file, &shared, &error);
  if (!fuzz_verdict (records != NULL, error))
    return FALSE;
  again = tabella_checkins_build (h->ctx, HAND_TERMINAL, BATCH, records, h->export_secret);
  FUZZ_CHECK (g_bytes_equal (file, again));
  return TRUE;
}

static void
seed_sealed_input (const char *name, char mark, gconstpointer bytes, gsize size)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();

  g_byte_array_append (input, (const guint8 *)&mark, 1);
  g_byte_array_append (input, bytes, (guint)size);
  fuzz_seed (name, input->data, input->len);
}

static void
seed_checkins (void)
{
  static const struct {
    guint8 p, kind, state;
  } kinds[] = { { 0, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_GIVEN },
                { 2, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED },
                { 2, TABELLA_CHECKIN_PROVISIONAL, TABELLA_CHECKIN_LEFT },
                { 3, TABELLA_CHECKIN_PAPER, TABELLA_CHECKIN_NONE } };
  const Hand *h = fuzz_hand ();
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (TabellaCheckin));
  guint8 plain[G_N_ELEMENTS (kinds) * TABELLA_CHECKIN_BYTES];
  g_autoptr (GBytes) file = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    TabellaCheckin c;

    hand_checkin (h, i, kinds[i].kind, kinds[i].state, 0, &c);
    memset (c.p, kinds[i].p, 32);
    g_array_append_val (records, c);
    tabella_checkin_write (&c, plain + i * TABELLA_CHECKIN_BYTES);
  }
  seed_sealed_input ("none", 'P', "", 0);
  seed_sealed_input ("one", 'P', plain, TABELLA_CHECKIN_BYTES);
  seed_sealed_input ("all", 'P', plain, sizeof plain);
  g_array_set_size (records, 1);
  file = tabella_checkins_build (h->ctx, HAND_TERMINAL, BATCH, records, h->export_secret);
  seed_sealed_input ("file", 'F', g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

const FuzzTarget fuzz_checkins = { "checkins", NULL, run_checkins, seed_checkins };

static gboolean
run_sealed (const guint8 *bytes, gsize size)
{
  const Hand *h = fuzz_hand ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = NULL, again = NULL, ballots = NULL, checkins = NULL;
  g_autofree char *minisig = NULL;
  TabellaPoint shared;
  gboolean opened;

  file = sealed_input (TRUE, bytes, size, &shared);
  if (file == NULL)
    return FALSE;
  opened = tabella_sealed_open (h->ctx, HAND_TERMINAL, BATCH, file, &shared, &ballots, &minisig,
                                &checkins, &error);
  FUZZ_CHECK ((ballots != NULL) == opened && (checkins != NULL) == opened);
  if (!fuzz_verdict (opened, error))
    return FALSE;
  again = tabella_sealed_build (h->ctx, HAND_TERMINAL, BATCH, ballots, minisig, checkins,
                                h->export_secret);
  FUZZ_CHECK (g_bytes_equal (file, again));
  return TRUE;
}

static void
seed_sealed (void)
{
  static const char content[] = "\4\0\0\0abcd\7\0\0\0minisig\0\0\0";
  const Hand *h = fuzz_hand ();
  g_autoptr (GBytes) part = g_bytes_new_static ("part", 4);
  g_autoptr (GBytes) file =
      tabella_sealed_build (h->ctx, HAND_TERMINAL, BATCH, part, "minisig", part, h->export_secret);

  seed_sealed_input ("content", 'P', content, sizeof content);
  seed_sealed_input ("file", 'F', g_bytes_get_data (file, NULL), g_bytes_get_size (file));
}

const FuzzTarget fuzz_sealed = { "sealed", NULL, run_sealed, seed_sealed };
