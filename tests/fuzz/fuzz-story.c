/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a journal tells what a batch needs is judged twice, by the centre and by the verifier,
 * which share no code for it: they must agree about every journal. */
#include "fuzz.h"

#include <string.h>
#include "check.h"
#include "verifier-private.h"

#define FRONT 3 /* kind, number, and what of the header follows the journal */

static TabellaEvidence *evidence;
static TabellaVerifier verifier;
/* Published: the spare becomes a desk; station 1 closes. */
static TabellaAmendment amendments[] = {
  { .number = 1, .target = 8, .kind = TABELLA_AMEND_SPARE },
  { .number = 2, .target = 1, .kind = TABELLA_AMEND_CLOSED },
};

static void
prepare (void)
{
  g_autoptr (GError) error = NULL;

  evidence = tabella_evidence_new (fuzz_fixture ()->folder, &error);
  FUZZ_CHECK (evidence != NULL);
  amendments[0].value = tabella_amend_spare_value (4, 0x3FF, TABELLA_ROLE_DESK);
  verifier.manifest = evidence->manifest;
  verifier.amendments = g_ptr_array_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (amendments); i++) {
    g_ptr_array_add (evidence->amendments, &amendments[i]);
    g_ptr_array_add (verifier.amendments, &amendments[i]);
  }
  g_ptr_array_set_free_func (evidence->amendments, NULL);
}

/* The header: right as far as the bits of @honest say so. */
static void
make_header (TabellaBatch *b, guint8 honest)
{
  g_autoptr (GArray) lines =
      tabella_journal_parse (b->he, b->journal, b->journal_size, b->journal_head, NULL);

  for (guint i = 0; lines != NULL && i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == TABELLA_EVENT_COPIED && honest & 1)
      memcpy (b->previous, line->digest, 32);
    if (line->kind != TABELLA_EVENT_CLOSED || !(honest & 2))
      continue;
    b->counts.checked_in = line->checked_in;
    b->counts.cast = line->cast;
    b->counts.challenged = line->challenged;
  }
  if (!(honest & 4))
    b->journal_head[0] ^= 1;
}

static gboolean
same_status (const TabellaTerminalStatus *a, const TabellaTerminalStatus *b)
{
  return a->station == b->station && a->role == b->role && a->lane == b->lane &&
         a->took_over == b->took_over && a->revoked == b->revoked && a->ended == b->ended;
}

static gboolean
run (const guint8 *bytes, gsize size)
{
  g_autofree TabellaVerifyBatch *seen = g_new0 (TabellaVerifyBatch, 1);
  TabellaBatch b = { .terminal = 8 };
  TabellaTerminalStatus status = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good, same;
  guint problems = 0;
  guint16 waits = 0;

  if (size < FRONT)
    return FALSE;
  b.kind = bytes[0] == 'F' ? TABELLA_BATCH_FINAL : TABELLA_BATCH_INTERIM;
  b.number = bytes[1];
  b.journal = (const char *)bytes + FRONT;
  b.journal_size = size - FRONT;
  make_header (&b, bytes[2]);
  *seen = (TabellaVerifyBatch){ .info = tabella_manifest_terminal (evidence->manifest, 8),
                                .quarantined = TRUE, /* it may wait for an amendment */
                                .where = (char *)"the batch",
                                .batch = &b };
  good = tabella_check_journal (evidence, seen->info, &b, &status, &waits, &error);
  fuzz_verdict (good, error);
  tabella_verify_journal (&verifier, seen);
  for (guint i = 0; i <= TABELLA_VERIFY_LAST; i++) {
    problems += seen->findings[i].problems;
    g_free (seen->findings[i].problem);
    g_free (seen->findings[i].missing);
  }
  same = same_status (&status, &seen->status);
  g_clear_pointer (&seen->journal, g_array_unref);
  FUZZ_CHECK (good == (problems == 0) && (!good || (same && waits == seen->waits)));
  return good;
}

static const char opening[] =
    "{\"event\":\"enrolled\"}\n"
    "{\"event\":\"zero_report\",\"counts\":{\"checked_in\":0,\"cast\":0,\"challenged\":0},"
    "\"clock\":\"2014-06-20 09:00\"}\n"
    "{\"event\":\"opened\",\"counts\":{\"checked_in\":0,\"cast\":0,\"challenged\":0},"
    "\"clock\":\"2014-06-20 10:00\"}\n";

static void
seed (const char *name, const char *front, const char *middle, gboolean final)
{
  static const char closed[] = "{\"event\":\"closed\",\"counts\":{\"checked_in\":3,\"cast\":2,"
                               "\"challenged\":1},\"clock\":\"2014-06-22 22:00\"}\n";
  g_autofree char *input = g_strconcat (front, opening, middle, final ? closed : "", NULL);

  fuzz_seed_text (name, input);
}

static void
seeds (void)
{
  const TabellaEventLine copied = { .kind = TABELLA_EVENT_COPIED, .number = 1, .digest = { 7 } };
  const TabellaEventLine amended = { .kind = TABELLA_EVENT_AMENDED,
                                     .number = 1,
                                     .amend_kind = TABELLA_AMEND_SPARE,
                                     .target = 8,
                                     .value = amendments[0].value };
  g_autofree char *copy = tabella_event_text (&copied), *spare = tabella_event_text (&amended);
  g_autofree char *middle = g_strconcat (copy, "\n", spare, "\n", NULL);

  seed ("final", "F\1\7", "", TRUE);
  seed ("copy", "I\1\7", "", FALSE);
  seed ("long", "F\2\7", middle, TRUE);
}

const FuzzTarget fuzz_story = { "story", prepare, run, seeds, FUZZ_LINES };
