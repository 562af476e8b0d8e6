/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QR texts, as a scanner gives them or a person types them. */
#include "fuzz.h"

#include <string.h>
#include "bytes.h"
#include "codes.h"
#include "receipts.h"
#include "status.h"

/* What was read, written by the rules of the protocol, is the text that was read. */
static void
check_text (const char *text, const char *prefix, const GByteArray *bytes)
{
  g_autofree char *letters = tabella_base32 (bytes->data, bytes->len);

  FUZZ_CHECK (g_str_has_prefix (text, prefix) && g_str_equal (text + strlen (prefix), letters));
}

static void
check_kind (const char *text, TabellaTextKind kind)
{
  const char *payload;

  FUZZ_CHECK (tabella_text_kind (text, &payload) == kind);
}

/* --- TK1, a commitment --- */

static gboolean
run_tk1 (const guint8 *bytes, gsize size)
{
  const Hand *h = fuzz_hand ();
  g_autofree char *text = fuzz_text (bytes, size);
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  TabellaCommitmentText t;

  if (!fuzz_verdict (tabella_commitment_parse (text, &t, &error), error))
    return FALSE;
  tabella_put (again, t.he8, 8);
  tabella_put_u16 (again, t.terminal);
  tabella_put (again, t.code, 32);
  tabella_put (again, t.signature, 64);
  check_text (text, "TK1.", again);
  check_kind (text, TABELLA_TEXT_TK1);
  tabella_commitment_check (&t, h->ctx->he, h->ballot_key);
  return TRUE;
}

static void
seed_tk1 (void)
{
  static const guint8 code[32] = { 1, 2, 3 };
  const Hand *h = fuzz_hand ();
  g_autofree char *text = tabella_commitment_text (h->ctx, HAND_TERMINAL, code, h->ballot_secret);

  fuzz_seed_text ("good", text);
}

const FuzzTarget fuzz_tk1 = { "tk1", NULL, run_tk1, seed_tk1 };

/* --- TV1, a voter's receipt; before its last '#' stands what will --- */

static gboolean
run_tv1 (const guint8 *bytes, gsize size)
{
  const Hand *h = fuzz_hand ();
  g_autofree char *text = fuzz_text (bytes, size);
  const char *mark = strrchr (text, '#');
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  TabellaReceiptText t;

  if (!fuzz_verdict (tabella_receipt_parse (text, &t, &error), error))
    return FALSE;
  tabella_put (again, t.he8, 8);
  tabella_put_u16 (again, t.terminal);
  tabella_put (again, t.code, 32);
  tabella_put (again, t.signature, 64);
  check_text (mark == NULL ? text : mark + 1, "TV1.", again);
  check_kind (text, TABELLA_TEXT_TV1);
  tabella_receipt_check (&t, h->ctx->he, h->ballot_key);
  return TRUE;
}

static void
seed_tv1 (void)
{
  static const guint8 code[32] = { 1, 2, 3 }, signature[64] = { 4, 5, 6 };
  g_autofree char *text = tabella_receipt_text (fuzz_hand ()->ctx, HAND_TERMINAL, code, signature);
  g_autofree char *at = g_strconcat ("https://vote.example/#a#", strstr (text, "TV1."), NULL);

  fuzz_seed_text ("bare", strstr (text, "TV1."));
  fuzz_seed_text ("url", at);
}

const FuzzTarget fuzz_tv1 = { "tv1", NULL, run_tv1, seed_tv1 };

/* --- TB1, a batch's receipt, also against an evidence in which there is no batch --- */

static TabellaEvidence *evidence;

static void
prepare_tb1 (void)
{
  g_autoptr (GError) error = NULL;

  evidence = tabella_evidence_new (fuzz_fixture ()->folder, &error);
  FUZZ_CHECK (evidence != NULL);
}

static gboolean
run_tb1 (const guint8 *bytes, gsize size)
{
  g_autofree char *text = fuzz_text (bytes, size), *sentence = NULL;
  g_autoptr (GByteArray) again = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  TabellaReceiptAt at = tabella_receipt_compare (evidence, text, &sentence);
  TabellaBatchText t;

  FUZZ_CHECK (at == TABELLA_RECEIPT_BAD || at == TABELLA_RECEIPT_MISSING);
  fuzz_check_words (sentence);
  if (!fuzz_verdict (tabella_batch_text_parse (text, &t, &error), error))
    return FALSE;
  tabella_put (again, t.he8, 8);
  tabella_put_u16 (again, t.terminal);
  tabella_put_u16 (again, t.number);
  tabella_put_u8 (again, t.kind);
  tabella_put_u32 (again, t.checked_in);
  tabella_put_u32 (again, t.cast);
  tabella_put_u32 (again, t.challenged);
  tabella_put (again, t.digest, 32);
  tabella_put (again, t.signature, 64);
  check_text (text, "TB1.", again);
  check_kind (text, TABELLA_TEXT_TB1);
  return TRUE;
}

static void
seed_tb1 (void)
{
  static const guint8 digest[32] = { 1, 2, 3 };
  const TabellaTerminalSecrets *s = fuzz_fixture ()->secrets->pdata[0];
  g_autofree char *here =
      tabella_batch_text (evidence->ctx->he, 1, 1, 2, 4, 3, 1, digest, s->ballot_secret);
  g_autofree char *foreign =
      tabella_batch_text (digest, 9, 2, 1, 0, 0, 0, digest, s->ballot_secret);

  fuzz_seed_text ("here", here);
  fuzz_seed_text ("foreign", foreign);
  FUZZ_CHECK (tabella_receipt_compare (evidence, here, NULL) == TABELLA_RECEIPT_MISSING);
}

const FuzzTarget fuzz_tb1 = { "tb1", prepare_tb1, run_tb1, seed_tb1 };

/* --- TC1, a challenged ballot --- */

static void
check_challenge (const char *text, const TabellaChallengeText *t)
{
  const TabellaBallotContext *ctx = fuzz_hand ()->ctx;
  TabellaBallotRecord r = { .challenged = TRUE,
                            .style = t->style,
                            .attempt = t->attempt,
                            .seed = t->seed,
                            .selections = t->selections };
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  gboolean legal = tabella_shape_accepts (&ctx->styles[t->style]->shape, t->selections);
  guint8 code[32];

  memcpy (r.ticket, t->ticket, 16);
  again = tabella_challenge_text (ctx, t->terminal, &r);
  FUZZ_CHECK (g_str_equal (text, again));
  FUZZ_CHECK (fuzz_verdict (tabella_challenge_text_recompute (ctx, t, code, &error), error) ==
              legal);
}

static gboolean
run_tc1 (const guint8 *bytes, gsize size)
{
  g_autofree char *text = fuzz_text (bytes, size);
  g_auto (TabellaChallengeText) t = { 0 };
  g_autoptr (GError) error = NULL;

  if (!fuzz_verdict (tabella_challenge_text_parse (fuzz_hand ()->ctx, text, &t, &error), error))
    return FALSE;
  check_kind (text, TABELLA_TEXT_TC1);
  check_challenge (text, &t);
  return TRUE;
}

static void
seed_tc1 (void)
{
  const TabellaBallotContext *ctx = fuzz_hand ()->ctx;

  for (guint16 style = 0; style < HAND_STYLES; style++) {
    g_autoptr (GBytes) record = hand_challenged (fuzz_hand (), style, 1, 1, style);
    g_autofree char *name = g_strdup_printf ("style-%u", style);
    g_autofree char *text = NULL;
    TabellaBallotRecord r;
    gsize used;

    FUZZ_CHECK (tabella_record_parse (ctx, HAND_TERMINAL, TRUE, g_bytes_get_data (record, NULL),
                                      g_bytes_get_size (record), &r, &used, NULL));
    text = tabella_challenge_text (ctx, HAND_TERMINAL, &r);
    fuzz_seed_text (name, text);
  }
}

const FuzzTarget fuzz_tc1 = { "tc1", NULL, run_tc1, seed_tc1 };
