/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"
#include "receipts.h"

#include <string.h>
#include "codes.h"

#define RECEIPT_URL "https://record.example/r"

static GByteArray *
bytes_of (const char *text)
{
  GByteArray *bytes = tabella_unbase32 (text + 4, strlen (text) - 4);

  g_assert_nonnull (bytes);
  return bytes;
}

static char *
text_of (const char *prefix, const guint8 *bytes, gsize size)
{
  g_autofree char *letters = tabella_base32 (bytes, size);

  return g_strconcat (prefix, letters, NULL);
}

static void
test_commitment (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  TabellaCommitmentText t;
  guint8 code[32];

  hand_bytes ("code", code);
  text = tabella_commitment_text (h->ctx, HAND_TERMINAL, code, h->ballot_secret);
  g_assert_true (g_str_has_prefix (text, "TK1."));
  /* 8 + 2 + 32 + 64 bytes. */
  g_assert_cmpuint (strlen (text), ==, 4 + 170);
  g_assert_true (tabella_commitment_parse (text, &t, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (t.he8, 8, h->ctx->he, 8);
  g_assert_cmpuint (t.terminal, ==, HAND_TERMINAL);
  g_assert_cmpmem (t.code, 32, code, 32);
  g_assert_true (tabella_commitment_check (&t, h->ctx->he, h->ballot_key));
}

static void
test_receipt (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (TabellaPending) p = hand_pending (h, 0, 1, 0, 1);
  g_autoptr (GBytes) record = tabella_pending_cast (p, h->ballot_secret);
  const guint8 *signature =
      (const guint8 *)g_bytes_get_data (record, NULL) + g_bytes_get_size (record) - 64;
  g_autofree char *text =
      tabella_receipt_text (h->ctx, HAND_TERMINAL, tabella_pending_code (p), signature);
  g_autofree char *with_url = NULL;
  g_autoptr (GError) error = NULL;
  TabellaReceiptText t, again;

  g_assert_true (g_str_has_prefix (text, "TV1."));
  g_assert_true (tabella_receipt_parse (text, &t, &error));
  g_assert_cmpmem (t.code, 32, tabella_pending_code (p), 32);
  g_assert_cmpmem (t.signature, 64, signature, 64);
  g_assert_true (tabella_receipt_check (&t, h->ctx->he, h->ballot_key));

  g_free (h->election->policies.receipt_url);
  h->election->policies.receipt_url = g_strdup (RECEIPT_URL);
  with_url = tabella_receipt_text (h->ctx, HAND_TERMINAL, tabella_pending_code (p), signature);
  g_assert_true (g_str_has_prefix (with_url, RECEIPT_URL "#TV1."));
  g_assert_cmpstr (with_url + strlen (RECEIPT_URL "#"), ==, text);
  g_assert_true (tabella_receipt_parse (with_url, &again, &error));
  g_assert_cmpmem (&again, sizeof again, &t, sizeof t);
}

static char *
batch_text (const Hand *h)
{
  guint8 digest[32];

  hand_bytes ("digest", digest);
  return tabella_batch_text (h->ctx->he, HAND_TERMINAL, 4, TABELLA_BATCH_FINAL, 412, 400,
                             0x01020304, digest, h->ballot_secret);
}

static void
test_batch (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autofree char *text = batch_text (h);
  g_autoptr (GError) error = NULL;
  TabellaBatchText t;
  guint8 digest[32];

  hand_bytes ("digest", digest);
  g_assert_true (g_str_has_prefix (text, "TB1."));
  g_assert_true (tabella_batch_text_parse (text, &t, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (t.he8, 8, h->ctx->he, 8);
  g_assert_cmpuint (t.terminal, ==, HAND_TERMINAL);
  g_assert_cmpuint (t.number, ==, 4);
  g_assert_cmpuint (t.kind, ==, TABELLA_BATCH_FINAL);
  g_assert_cmpuint (t.checked_in, ==, 412);
  g_assert_cmpuint (t.cast, ==, 400);
  g_assert_cmpuint (t.challenged, ==, 0x01020304);
  g_assert_cmpmem (t.digest, 32, digest, 32);
  g_assert_true (tabella_batch_text_check (&t, h->ctx->he, h->ballot_key));
}

/* The signed messages spelt out from protocol sections 5 and 7. */
static void
test_signed_bytes (void)
{
  static const char commitment[] = "tabella commitment v1", ballot[] = "tabella ballot v1",
                    batch[] = "tabella batch receipt v1";
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  guint8 message[128] = { 0 }, code[32];
  g_autofree char *committed = NULL;
  g_autofree char *text = batch_text (h);
  g_autoptr (GByteArray) x = bytes_of (text);
  g_autoptr (GByteArray) bytes = NULL;

  hand_bytes ("code", code);
  committed = tabella_commitment_text (h->ctx, HAND_TERMINAL, code, h->ballot_secret);
  bytes = bytes_of (committed);
  memcpy (message, commitment, sizeof commitment);
  memcpy (message + sizeof commitment, h->ctx->he, 32);
  memcpy (message + sizeof commitment + 32, code, 32);
  g_assert_cmpint (crypto_sign_verify_detached (bytes->data + 42, message, sizeof commitment + 64,
                                                h->ballot_key),
                   ==, 0);

  memcpy (message, ballot, sizeof ballot);
  {
    g_autoptr (TabellaPending) p = hand_pending (h, 0, 1, 0, 1);
    g_autoptr (GBytes) record = tabella_pending_cast (p, h->ballot_secret);
    const guint8 *end = (const guint8 *)g_bytes_get_data (record, NULL) + g_bytes_get_size (record);

    memcpy (message + sizeof ballot, h->ctx->he, 32);
    memcpy (message + sizeof ballot + 32, tabella_pending_code (p), 32);
    g_assert_cmpint (
        crypto_sign_verify_detached (end - 64, message, sizeof ballot + 64, h->ballot_key), ==, 0);
  }

  /* terminal, number, kind, three counts, digest: 49 bytes behind HE[0..8]. */
  g_assert_cmpuint (x->len, ==, 8 + 49 + 64);
  memcpy (message, batch, sizeof batch);
  memcpy (message + sizeof batch, h->ctx->he, 32);
  memcpy (message + sizeof batch + 32, x->data + 8, 49);
  g_assert_cmpint (
      crypto_sign_verify_detached (x->data + 57, message, sizeof batch + 32 + 49, h->ballot_key),
      ==, 0);
}

/* Each changed byte fails the check of its own text, and a good text of one kind is none of
 * another. */
static void
test_mutations (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autofree char *batch = batch_text (h);
  g_autoptr (GByteArray) bytes = bytes_of (batch);

  for (gsize at = 0; at < bytes->len; at++) {
    g_autofree char *changed = NULL;
    TabellaBatchText t;

    bytes->data[at] ^= 16;
    changed = text_of ("TB1.", bytes->data, bytes->len);
    bytes->data[at] ^= 16;
    if (tabella_batch_text_parse (changed, &t, NULL))
      g_assert_false (tabella_batch_text_check (&t, h->ctx->he, h->ballot_key));
    else
      g_assert_cmpuint (at, ==, 12); /* the kind became 18 */
  }
}

static void
test_code_mutations (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autoptr (Hand) other = hand_new ("other", FALSE);
  g_autofree char *text = NULL;
  g_autofree char *receipt = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  TabellaCommitmentText t;
  TabellaReceiptText r;
  guint8 code[32];

  hand_bytes ("code", code);
  text = tabella_commitment_text (h->ctx, HAND_TERMINAL, code, h->ballot_secret);
  bytes = bytes_of (text);
  for (gsize at = 0; at < bytes->len; at++) {
    g_autofree char *changed = NULL;

    bytes->data[at] ^= 4;
    changed = text_of ("TK1.", bytes->data, bytes->len);
    bytes->data[at] ^= 4;
    g_assert_true (tabella_commitment_parse (changed, &t, NULL));
    /* The terminal is not signed: it chooses the key. */
    g_assert_cmpint (tabella_commitment_check (&t, h->ctx->he, h->ballot_key), ==,
                     at == 8 || at == 9);
  }
  g_assert_true (tabella_commitment_parse (text, &t, NULL));
  g_assert_false (tabella_commitment_check (&t, other->ctx->he, h->ballot_key));
  g_assert_false (tabella_commitment_check (&t, h->ctx->he, other->ballot_key));

  /* A commitment that is passed off as a receipt: another label is signed. */
  receipt = text_of ("TV1.", bytes->data, bytes->len);
  g_assert_true (tabella_receipt_parse (receipt, &r, NULL));
  g_assert_false (tabella_receipt_check (&r, h->ctx->he, h->ballot_key));
}

static void
refuse_commitment (const char *text, const char *part)
{
  g_autoptr (GError) error = NULL;
  TabellaCommitmentText t;

  g_assert_false (tabella_commitment_parse (text, &t, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, part);
}

static void
test_code_refusals (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autofree char *text = NULL;
  g_autofree char *zero = NULL;
  g_autofree char *loose = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *with_url = NULL;
  g_autofree char *padded = NULL;
  g_autofree char *shorter = NULL;
  g_autofree char *longer = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  guint8 code[32];

  hand_bytes ("code", code);
  text = tabella_commitment_text (h->ctx, HAND_TERMINAL, code, h->ballot_secret);
  bytes = bytes_of (text);
  refuse_commitment ("", "TK1.");
  refuse_commitment ("TK1.", "0 bytes instead of 106");
  refuse_commitment (text + 4, "does not start with TK1.");
  with_url = g_strconcat ("https://x#", text, NULL);
  refuse_commitment (with_url, "does not start with TK1.");
  lower = g_ascii_strdown (text, -1);
  memcpy (lower, "TK1.", 4);
  refuse_commitment (lower, "base32");
  padded = g_strconcat (text, "=", NULL);
  refuse_commitment (padded, "base32");
  /* 106 bytes leave two unused bits in the last letter: B there is not what a writer makes. */
  loose = g_strdup (text);
  loose[strlen (loose) - 1] = (char)(loose[strlen (loose) - 1] + 1);
  refuse_commitment (loose, "base32");
  shorter = text_of ("TK1.", bytes->data, bytes->len - 1);
  refuse_commitment (shorter, "105 bytes instead of 106");
  longer = g_strconcat (text, "AAAAAA", NULL);
  refuse_commitment (longer, " bytes instead of 106");
  bytes->data[8] = bytes->data[9] = 0;
  zero = text_of ("TK1.", bytes->data, bytes->len);
  refuse_commitment (zero, "terminal 0");
}

static void
refuse_batch (GByteArray *bytes, gsize at, guint8 value, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint8 old = bytes->data[at];
  TabellaBatchText t;

  bytes->data[at] = value;
  text = text_of ("TB1.", bytes->data, bytes->len);
  bytes->data[at] = old;
  g_assert_false (tabella_batch_text_parse (text, &t, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_FORMAT, part);
}

static void
test_batch_refusals (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_autofree char *text = batch_text (h);
  g_autoptr (GByteArray) bytes = bytes_of (text);

  refuse_batch (bytes, 8, 0, "terminal 0");
  refuse_batch (bytes, 10, 0, "batch 0");
  refuse_batch (bytes, 12, 0, "kind 0");
  refuse_batch (bytes, 12, 3, "kind 3");
  g_byte_array_set_size (bytes, bytes->len + 1);
  refuse_batch (bytes, bytes->len - 1, 0, "122 bytes instead of 121");
  g_byte_array_set_size (bytes, bytes->len - 2);
  refuse_batch (bytes, 0, 0, "120 bytes instead of 121");
}

static void
test_kinds (void)
{
  static const struct {
    const char *text;
    TabellaTextKind kind;
    gsize payload;
  } texts[] = {
    { "TK1.A", TABELLA_TEXT_TK1, 0 },
    { "TB1.A", TABELLA_TEXT_TB1, 0 },
    { "TV1.A", TABELLA_TEXT_TV1, 0 },
    { "TC1.A", TABELLA_TEXT_TC1, 0 },
    { "TA1.A", TABELLA_TEXT_TA1, 0 },
    { "https://x/#TV1.A", TABELLA_TEXT_TV1, 11 },
    { "https://x/#TB1.A#TV1.A", TABELLA_TEXT_TV1, 17 },
    { "tv1.A", TABELLA_TEXT_UNKNOWN, 0 },
    { "TV1", TABELLA_TEXT_UNKNOWN, 0 },
    { "TV1.A#", TABELLA_TEXT_UNKNOWN, 6 },
    { "", TABELLA_TEXT_UNKNOWN, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    const char *payload;

    g_assert_cmpint (tabella_text_kind (texts[i].text, &payload), ==, texts[i].kind);
    g_assert_true (payload == texts[i].text + texts[i].payload);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/receipts/commitment", test_commitment);
  g_test_add_func ("/receipts/receipt", test_receipt);
  g_test_add_func ("/receipts/batch", test_batch);
  g_test_add_func ("/receipts/signed-bytes", test_signed_bytes);
  g_test_add_func ("/receipts/mutations", test_mutations);
  g_test_add_func ("/receipts/code-mutations", test_code_mutations);
  g_test_add_func ("/receipts/code-refusals", test_code_refusals);
  g_test_add_func ("/receipts/batch-refusals", test_batch_refusals);
  g_test_add_func ("/receipts/kinds", test_kinds);
  return g_test_run ();
}
