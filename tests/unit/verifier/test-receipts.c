/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Check 17: what observers bring. */
#include "record.h"

#include <string.h>

#define ALL TABELLA_VERIFY_ALL

typedef enum { FITS, FAILS, INCIDENT } Outcome;

typedef struct {
  TabellaFixture *f;
  Record *base;
} Poll;

/* Verifies @r with one text (taken). */
static void
bring (const Record *r, char *text, Outcome outcome, const char *words)
{
  g_autoptr (GPtrArray) receipts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (TabellaVerifyReport) report = NULL;
  guint failed = 0;

  g_ptr_array_add (receipts, text);
  report = record_verify (r, ALL, &r->f->organisers, receipts);
  for (guint i = 1; i <= ALL; i++) {
    g_assert_true (report->checks[i].ran);
    failed |= report->checks[i].passed ? 0 : 1u << i;
  }
  g_assert_cmphex (failed, ==, outcome == FAILS ? 1u << 17 : 0);
  if (outcome == FAILS && strstr (report->checks[17].detail, words) == NULL)
    g_error ("\"%s\" does not hold \"%s\"", report->checks[17].detail, words);
  if (outcome != INCIDENT)
    return;
  for (guint i = 0; i < report->incidents->len; i++)
    if (strstr (report->incidents->pdata[i], words) != NULL)
      return;
  g_error ("no incident with \"%s\"", words);
}

static const guint8 *
secret (const Record *r, guint16 terminal)
{
  return fixture_secrets (r->f, terminal)->ballot_secret;
}

/* TB1 of a terminal's batch with other fields. */
typedef struct {
  guint16 number;
  guint8 kind;
  guint more_cast, more_checkins, more_challenged;
  guint8 digest; /* all its bytes; 0: the file's */
} Text;

static char *
batch_text (const Record *r, guint16 terminal, const Text *t)
{
  const RecordTerminal *of = &r->terminals[terminal];
  const TabellaCounts *c = &of->header.counts;
  guint8 digest[32];

  tabella_digest_512_32 (of->bytes->data, of->bytes->len, digest);
  if (t->digest != 0)
    memset (digest, t->digest, sizeof digest);
  return tabella_batch_text (r->ctx->he, terminal, t->number, t->kind,
                             c->checked_in + t->more_checkins, c->cast + t->more_cast,
                             c->challenged + t->more_challenged, digest, secret (r, terminal));
}

static void
test_all (gconstpointer data)
{
  const Poll *p = data;
  g_autoptr (Record) r = record_new (p->base, RECORD_FILES, NULL);
  g_autoptr (GPtrArray) receipts = record_receipts (r);
  g_autoptr (TabellaVerifyReport) report = record_verify (r, ALL, &p->f->organisers, receipts);

  g_assert_cmpuint (receipts->len, ==, 33); /* 8 TB1, 14 TK1, 11 TV1 */
  g_assert_cmpint (report->verdict, ==, TABELLA_VERDICT_VALID);
  g_assert_cmpuint (report->incidents->len, ==, 1); /* a terminal was lost */
}

static void
test_batches (gconstpointer data)
{
  static const struct {
    guint16 terminal;
    Text text;
    Outcome outcome;
    const char *words;
  } cases[] = {
    { 3, { 1, TABELLA_BATCH_FINAL }, FITS },
    { 3, { 1, TABELLA_BATCH_FINAL, .more_cast = 1 }, FAILS, "counts" },
    { 3, { 1, TABELLA_BATCH_FINAL, .more_checkins = 1 }, FAILS, "counts" },
    { 3, { 1, TABELLA_BATCH_FINAL, .more_challenged = 1 }, FAILS, "counts" },
    { 3, { 1, TABELLA_BATCH_INTERIM }, FAILS, "counts" },
    { 3, { 1, TABELLA_BATCH_FINAL, .digest = 1 }, FAILS, "digest" },
    { 3, { 2, TABELLA_BATCH_FINAL }, FAILS, "batch 2 is not in the record" },
    { 1, { 1, TABELLA_BATCH_INTERIM, .digest = 0xC1 }, FITS },
    { 1, { 2, TABELLA_BATCH_INTERIM, .digest = 0xC2 }, FITS },
    { 1, { 2, TABELLA_BATCH_INTERIM, .digest = 0xC1 }, FAILS, "journal" },
    { 1, { 1, TABELLA_BATCH_FINAL, .digest = 0xC1 }, FAILS, "journal" },
    { 2, { 1, TABELLA_BATCH_INTERIM, .digest = 0xD2 }, FITS },
    { 2, { 1, TABELLA_BATCH_INTERIM, .digest = 0xD3 }, FAILS, "digest" },
    { 2, { 2, TABELLA_BATCH_FINAL }, INCIDENT, "came after" },
  };
  const Poll *p = data;
  g_autoptr (Record) r = record_new (p->base, RECORD_FILES, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("case %u", i);
    bring (r, batch_text (r, cases[i].terminal, &cases[i].text), cases[i].outcome, cases[i].words);
  }
}

/* A TV1 or TK1 of any code. */
static char *
code_text (const Record *r, guint16 terminal, const guint8 code[32], gboolean commitment)
{
  guint8 message[64], signature[64];

  if (commitment)
    return tabella_commitment_text (r->ctx, terminal, code, secret (r, terminal));
  memcpy (message, r->ctx->he, 32);
  memcpy (message + 32, code, 32);
  tabella_sign (secret (r, terminal), TABELLA_BALLOT_LABEL, message, sizeof message, signature);
  return tabella_receipt_text (r->ctx, terminal, code, signature);
}

static void
test_codes (gconstpointer data)
{
  static const guint8 unknown[32] = { 1 };
  const Poll *p = data;
  g_autoptr (Record) r = record_new (p->base, RECORD_FILES, NULL);
  const guint8 *cast = record_ballot (r, 3, FALSE, 0)->code;
  const guint8 *challenged = record_ballot (r, 6, TRUE, 0)->code;
  g_autofree char *text = code_text (r, 3, cast, FALSE);

  bring (r, g_strdup (text), FITS, NULL);
  bring (r, g_strdup_printf ("https://example.org/#%s", text), FITS, NULL);
  bring (r, code_text (r, 3, unknown, FALSE), FAILS, "is not in the record");
  bring (r, code_text (r, 6, challenged, FALSE), FAILS, "is not in the record");
  bring (r, code_text (r, 6, challenged, TRUE), FITS, NULL);
  bring (r, code_text (r, 3, unknown, TRUE), INCIDENT, "is not in the record");
  bring (r, code_text (r, 2, unknown, FALSE), INCIDENT, "is not in the record");
  bring (r, code_text (r, 2, record_ballot (r, 2, FALSE, 0)->code, FALSE), FITS, NULL);
  /* Another terminal's ballot. */
  bring (r, code_text (r, 1, cast, FALSE), FAILS, "is not in the record");
}

static void
test_no_receipt (gconstpointer data)
{
  static const guint8 zeros[32];
  const Poll *p = data;
  g_autoptr (Record) r = record_new (p->base, RECORD_FILES, NULL);
  const guint8 *code = record_ballot (r, 3, FALSE, 0)->code;
  char *broken = code_text (r, 3, code, FALSE);
  Text text = { 1, TABELLA_BATCH_FINAL };
  g_autofree char *whole = batch_text (r, 3, &text);
  char *renamed = g_strdup (whole);

  /* Signed by a neighbour. */
  bring (r, tabella_commitment_text (r->ctx, 3, code, secret (r, 1)), FAILS, "signature");
  /* The election's name in it is not signed. */
  renamed[6] = renamed[6] == 'A' ? 'B' : 'A';
  bring (r, renamed, FAILS, "another election");
  broken[20] = broken[20] == 'A' ? 'B' : 'A';
  bring (r, broken, FAILS, "signature");
  bring (r, g_strndup (whole, strlen (whole) - 8), FAILS, "receipt 1");
  bring (r, g_strdup ("TB1.AAAA"), FAILS, "receipt 1");
  bring (r, g_strdup ("TV1."), FAILS, "receipt 1");
  bring (r, g_strdup ("TK1.1"), FAILS, "receipt 1");
  bring (r, g_strdup ("TC1.AAAA"), FAILS, "no receipt");
  bring (r, g_strdup (""), FAILS, "no receipt");
  bring (r, tabella_batch_text (r->ctx->he, 99, 1, 2, 0, 0, 0, zeros, secret (r, 3)), FAILS,
         "no such terminal");
  bring (r, tabella_batch_text (zeros, 3, 1, 2, 0, 0, 0, zeros, secret (r, 3)), FAILS,
         "another election");
}

static void
revoke_seven (Record *r)
{
  record_amend (r, TABELLA_AMEND_REVOKED, 7, 0);
  r->terminals[7].excluded = TRUE;
}

static void
quarantine (Record *r)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_ENROLLED };

  record_line (&r->terminals[7], -1, &line);
  r->terminals[7].quarantine = "enrolled twice\n";
}

/* Whatever it says, true or not. */
static void
test_excluded (gconstpointer data)
{
  static const guint8 unknown[32] = { 1 };
  static const RecordChange changes[] = { revoke_seven, quarantine };
  static const char *const words[] = { "revoked", "quarantined" };
  const Poll *p = data;

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (Record) r = record_new (p->base, RECORD_POLL, changes[i]);
    Text text = { 2, TABELLA_BATCH_FINAL }, other = { 5, TABELLA_BATCH_FINAL };

    bring (r, batch_text (r, 7, &text), INCIDENT, words[i]);
    bring (r, batch_text (r, 7, &other), INCIDENT, words[i]);
    bring (r, code_text (r, 7, unknown, FALSE), INCIDENT, words[i]);
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (TabellaFixture) f = NULL;
  g_autoptr (Record) base = NULL;
  Poll p;

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  f = record_fixture ();
  base = record_poll (f, NULL);
  p = (Poll){ f, base };
  g_test_add_data_func ("/receipts/all", &p, test_all);
  g_test_add_data_func ("/receipts/batches", &p, test_batches);
  g_test_add_data_func ("/receipts/codes", &p, test_codes);
  g_test_add_data_func ("/receipts/no-receipt", &p, test_no_receipt);
  g_test_add_data_func ("/receipts/excluded", &p, test_excluded);
  return g_test_run ();
}
