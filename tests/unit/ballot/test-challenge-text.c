/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hand.h"
#include "receipts.h"

#include <string.h>
#include "codes.h"

#define FRONT 61 /* HE[0..8], terminal, style, T, attempt, seed */

typedef struct {
  GBytes *record;
  TabellaBallotRecord fields;
  GByteArray *bytes; /* what the text holds */
  char *text;
} Challenged;

static void
challenged_clear (Challenged *c)
{
  g_bytes_unref (c->record);
  g_byte_array_unref (c->bytes);
  g_free (c->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Challenged, challenged_clear)

static void
make (const Hand *h, guint16 style, guint choice, Challenged *c)
{
  gsize used;

  c->record = hand_challenged (h, style, 1, 2, choice);
  g_assert_true (tabella_record_parse (h->ctx, HAND_TERMINAL, TRUE,
                                       g_bytes_get_data (c->record, NULL),
                                       g_bytes_get_size (c->record), &c->fields, &used, NULL));
  c->text = tabella_challenge_text (h->ctx, HAND_TERMINAL, &c->fields);
  c->bytes = tabella_unbase32 (c->text + 4, strlen (c->text) - 4);
}

static void
test_round_trip (void)
{
  static const gsize packed[HAND_STYLES] = { 1, 1, 2 }; /* of 7, 3 and 10 options */
  g_autoptr (Hand) h = hand_new ("election", FALSE);

  for (guint16 style = 0; style < HAND_STYLES; style++) {
    g_auto (Challenged) c = { NULL };
    g_auto (TabellaChallengeText) t = { 0 };
    g_autoptr (GError) error = NULL;
    guint8 code[32];
    gsize options = h->ctx->styles[style]->options;

    make (h, style, 1, &c);
    g_assert_true (g_str_has_prefix (c.text, "TC1."));
    g_assert_cmpuint (c.bytes->len, ==, FRONT + packed[style]);
    g_assert_true (tabella_challenge_text_parse (h->ctx, c.text, &t, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (t.terminal, ==, HAND_TERMINAL);
    g_assert_cmpuint (t.style, ==, style);
    g_assert_cmpuint (t.attempt, ==, 2);
    g_assert_cmpmem (t.ticket, 16, c.fields.ticket, 16);
    g_assert_cmpmem (t.seed, 32, c.fields.seed, 32);
    g_assert_cmpmem (t.selections, options, c.fields.selections, options);
    g_assert_true (tabella_challenge_text_recompute (h->ctx, &t, code, &error));
    g_assert_no_error (error);
    g_assert_cmpmem (code, 32, c.fields.code, 32);
  }
}

/* Options 1 and 9 of ten: bit 1 of the first byte and bit 1 of the second. */
static void
test_packing (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  guint8 selections[10] = { 0, 1, 0, 0, 0, 0, 0, 0, 0, 1 };
  g_auto (Challenged) c = { NULL };
  g_autofree char *text = NULL;
  g_autoptr (GByteArray) bytes = NULL;

  make (h, 2, 1, &c);
  c.fields.selections = selections;
  text = tabella_challenge_text (h->ctx, HAND_TERMINAL, &c.fields);
  bytes = tabella_unbase32 (text + 4, strlen (text) - 4);
  g_assert_cmpuint (bytes->data[FRONT], ==, 0x02);
  g_assert_cmpuint (bytes->data[FRONT + 1], ==, 0x02);
}

static void
refuse (const Hand *h, GByteArray *bytes, TabellaBallotError code, const char *part)
{
  g_autofree char *letters = tabella_base32 (bytes->data, bytes->len);
  g_autofree char *text = g_strconcat ("TC1.", letters, NULL);
  g_auto (TabellaChallengeText) t = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (tabella_challenge_text_parse (h->ctx, text, &t, &error));
  hand_refused (&error, code, part);
}

static void
test_refusals (void)
{
  static const struct {
    gsize at;
    guint8 flip;
    TabellaBallotError code;
    const char *part;
  } changes[] = {
    { 0, 1, TABELLA_BALLOT_ERROR_FOREIGN, "another election" },
    { 8, HAND_TERMINAL, TABELLA_BALLOT_ERROR_FORMAT, "terminal 0" },
    { 10, 3, TABELLA_BALLOT_ERROR_FORMAT, "style 3" },
    { 10, 2, TABELLA_BALLOT_ERROR_FORMAT, "62 bytes instead of 63" },
    { 28, 1, TABELLA_BALLOT_ERROR_FORMAT, "attempt 3" },
    { FRONT, 0x80, TABELLA_BALLOT_ERROR_FORMAT, "after the last option" },
  };
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_auto (Challenged) c = { NULL };
  guint8 zero = 0;

  make (h, 0, 1, &c);
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    c.bytes->data[changes[i].at] ^= changes[i].flip;
    refuse (h, c.bytes, changes[i].code, changes[i].part);
    c.bytes->data[changes[i].at] ^= changes[i].flip;
  }
  g_byte_array_append (c.bytes, &zero, 1);
  refuse (h, c.bytes, TABELLA_BALLOT_ERROR_FORMAT, "63 bytes instead of 62");
  g_byte_array_set_size (c.bytes, FRONT);
  refuse (h, c.bytes, TABELLA_BALLOT_ERROR_FORMAT, "61 bytes instead of 62");
  g_byte_array_set_size (c.bytes, FRONT - 1);
  refuse (h, c.bytes, TABELLA_BALLOT_ERROR_FORMAT, "60 bytes instead of");
}

/* Whatever else is changed gives another code than the one that the voter wrote down. */
static void
test_other_code (void)
{
  static const gsize places[] = { 8, 12, 27, 28, 29, 60 };
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_auto (Challenged) c = { NULL };

  make (h, 0, 1, &c);
  c.bytes->data[28] = 0; /* so that attempt 1 is one bit away */
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_auto (TabellaChallengeText) t = { 0 };
    g_autofree char *letters = NULL;
    g_autofree char *text = NULL;
    guint8 code[32];

    c.bytes->data[places[i]] ^= 1;
    letters = tabella_base32 (c.bytes->data, c.bytes->len);
    text = g_strconcat ("TC1.", letters, NULL);
    c.bytes->data[places[i]] ^= 1;
    g_assert_true (tabella_challenge_text_parse (h->ctx, text, &t, NULL));
    g_assert_true (tabella_challenge_text_recompute (h->ctx, &t, code, NULL));
    g_assert_cmpint (memcmp (code, c.fields.code, 32), !=, 0);
  }
}

static void
test_illegal_selections (void)
{
  g_autoptr (Hand) h = hand_new ("election", FALSE);
  g_auto (Challenged) c = { NULL };
  g_auto (TabellaChallengeText) t = { 0 };
  g_autoptr (GError) error = NULL;
  guint8 code[32];

  make (h, 0, 1, &c);
  g_assert_true (tabella_challenge_text_parse (h->ctx, c.text, &t, NULL));
  memset (t.selections, 1, 4);
  g_assert_false (tabella_challenge_text_recompute (h->ctx, &t, code, &error));
  hand_refused (&error, TABELLA_BALLOT_ERROR_INVALID, "style 0");
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/challenge-text/round-trip", test_round_trip);
  g_test_add_func ("/challenge-text/packing", test_packing);
  g_test_add_func ("/challenge-text/refusals", test_refusals);
  g_test_add_func ("/challenge-text/other-code", test_other_code);
  g_test_add_func ("/challenge-text/illegal-selections", test_illegal_selections);
  return g_test_run ();
}
