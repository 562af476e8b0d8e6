/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "receipts.h"

#include <string.h>
#include "bytes.h"
#include "codes.h"
#include "must.h"
#include "sign.h"

#define COMMITMENT_LABEL "tabella commitment v1"
#define BATCH_LABEL      "tabella batch receipt v1"
#define PREFIX_LENGTH    4 /* "TK1." */
#define HE8              8

static const char *const prefixes[] = {
  [TABELLA_TEXT_TK1] = "TK1.", [TABELLA_TEXT_TB1] = "TB1.", [TABELLA_TEXT_TV1] = "TV1.",
  [TABELLA_TEXT_TC1] = "TC1.", [TABELLA_TEXT_TA1] = "TA1.",
};

TabellaTextKind
tabella_text_kind (const char *text, const char **payload)
{
  const char *mark = strrchr (text, '#');

  *payload = mark == NULL ? text : mark + 1;
  for (guint kind = 0; kind < G_N_ELEMENTS (prefixes); kind++)
    if (strncmp (*payload, prefixes[kind], PREFIX_LENGTH) == 0)
      return (TabellaTextKind)kind;
  return TABELLA_TEXT_UNKNOWN;
}

static char *
text_of (TabellaTextKind kind, const GByteArray *bytes)
{
  g_autofree char *letters = tabella_base32 (bytes->data, bytes->len);

  return g_strconcat (prefixes[kind], letters, NULL);
}

static GByteArray *
start (const guint8 he8[HE8], guint16 terminal)
{
  GByteArray *out = g_byte_array_new ();

  tabella_put (out, he8, HE8);
  tabella_put_u16 (out, terminal);
  return out;
}

/* The bytes behind the prefix; NULL with FORMAT. */
static GByteArray *
bytes_of (TabellaTextKind kind, const char *text, GError **error)
{
  GByteArray *bytes;

  if (strncmp (text, prefixes[kind], PREFIX_LENGTH) != 0) {
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "the text does not start with %s: scan the whole QR code again",
                           prefixes[kind]);
    return NULL;
  }
  bytes = tabella_unbase32 (text + PREFIX_LENGTH, strlen (text) - PREFIX_LENGTH);
  if (bytes == NULL)
    tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                           "the text after %s is not base32 (A-Z and 2-7): scan the whole QR code "
                           "again",
                           prefixes[kind]);
  return bytes;
}

static gboolean
wrong_length (TabellaTextKind kind, gsize have, gsize want, GError **error)
{
  return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                "the text %s holds %" G_GSIZE_FORMAT
                                " bytes instead of %" G_GSIZE_FORMAT
                                ": scan the whole QR code again",
                                prefixes[kind], have, want);
}

static gboolean
terminal_zero (TabellaTextKind kind, GError **error)
{
  return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                "the text %s names terminal 0; terminals count from 1",
                                prefixes[kind]);
}

/* HE ‖ code by the ballot key, with the label of a commitment or of a cast ballot. */
static gboolean
check_code (const char *label, const guint8 he8[HE8], const guint8 code[32],
            const guint8 signature[64], const guint8 he[32], const guint8 ballot_key[32])
{
  TabellaSigVerdict verdict;
  guint8 message[64];

  memcpy (message, he, 32);
  memcpy (message + 32, code, 32);
  tabella_sign_check (ballot_key, label, message, sizeof message, signature, &verdict);
  return verdict == TABELLA_SIG_GOOD && memcmp (he8, he, HE8) == 0;
}

/* TK1 and TV1 have the same fields. */
#define CODE_BYTES (HE8 + 2 + 32 + 64)

static gboolean
code_parse (TabellaTextKind kind, const char *text, guint8 he8[HE8], guint16 *terminal,
            guint8 code[32], guint8 signature[64], GError **error)
{
  g_autoptr (GByteArray) bytes = bytes_of (kind, text, error);
  TabellaReader r;

  if (bytes == NULL)
    return FALSE;
  if (bytes->len != CODE_BYTES)
    return wrong_length (kind, bytes->len, CODE_BYTES, error);
  tabella_reader_init (&r, bytes->data, bytes->len);
  memcpy (he8, tabella_get (&r, HE8), HE8);
  *terminal = tabella_get_u16 (&r);
  memcpy (code, tabella_get (&r, 32), 32);
  memcpy (signature, tabella_get (&r, 64), 64);
  return *terminal != 0 || terminal_zero (kind, error);
}

static char *
code_text (TabellaTextKind kind, const guint8 he[32], guint16 terminal, const guint8 code[32],
           const guint8 signature[64])
{
  g_autoptr (GByteArray) bytes = start (he, terminal);

  tabella_put (bytes, code, 32);
  tabella_put (bytes, signature, 64);
  return text_of (kind, bytes);
}

char *
tabella_commitment_text (const TabellaBallotContext *ctx, guint16 terminal, const guint8 code[32],
                         const guint8 ballot_secret[64])
{
  guint8 message[64], signature[64];

  memcpy (message, ctx->he, 32);
  memcpy (message + 32, code, 32);
  tabella_sign (ballot_secret, COMMITMENT_LABEL, message, sizeof message, signature);
  return code_text (TABELLA_TEXT_TK1, ctx->he, terminal, code, signature);
}

gboolean
tabella_commitment_parse (const char *text, TabellaCommitmentText *out, GError **error)
{
  return code_parse (TABELLA_TEXT_TK1, text, out->he8, &out->terminal, out->code, out->signature,
                     error);
}

gboolean
tabella_commitment_check (const TabellaCommitmentText *t, const guint8 he[32],
                          const guint8 ballot_key[32])
{
  return check_code (COMMITMENT_LABEL, t->he8, t->code, t->signature, he, ballot_key);
}

char *
tabella_receipt_text (const TabellaBallotContext *ctx, guint16 terminal, const guint8 code[32],
                      const guint8 signature[64])
{
  const char *url = ctx->election->policies.receipt_url;
  g_autofree char *text = code_text (TABELLA_TEXT_TV1, ctx->he, terminal, code, signature);

  return url == NULL ? g_steal_pointer (&text) : g_strconcat (url, "#", text, NULL);
}

gboolean
tabella_receipt_parse (const char *text, TabellaReceiptText *out, GError **error)
{
  const char *payload;

  tabella_text_kind (text, &payload);
  return code_parse (TABELLA_TEXT_TV1, payload, out->he8, &out->terminal, out->code, out->signature,
                     error);
}

gboolean
tabella_receipt_check (const TabellaReceiptText *t, const guint8 he[32],
                       const guint8 ballot_key[32])
{
  return check_code (TABELLA_BALLOT_LABEL, t->he8, t->code, t->signature, he, ballot_key);
}

/* X of a batch receipt. */
#define BATCH_X_BYTES    (HE8 + 2 + 2 + 1 + 3 * 4 + 32)
#define BATCH_TEXT_BYTES (BATCH_X_BYTES + 64)

static GByteArray *
batch_x (const TabellaBatchText *t)
{
  GByteArray *x = start (t->he8, t->terminal);

  tabella_put_u16 (x, t->number);
  tabella_put_u8 (x, t->kind);
  tabella_put_u32 (x, t->checked_in);
  tabella_put_u32 (x, t->cast);
  tabella_put_u32 (x, t->challenged);
  tabella_put (x, t->digest, sizeof t->digest);
  TABELLA_MUST (x->len == BATCH_X_BYTES);
  return x;
}

/* HE ‖ X without its first 8 bytes. */
static GByteArray *
batch_message (const guint8 he[32], const GByteArray *x)
{
  GByteArray *message = g_byte_array_new ();

  tabella_put (message, he, 32);
  tabella_put (message, x->data + HE8, x->len - HE8);
  return message;
}

char *
tabella_batch_text (const guint8 he[32], guint16 terminal, guint16 number, guint8 kind,
                    guint32 checked_in, guint32 cast, guint32 challenged, const guint8 digest[32],
                    const guint8 ballot_secret[64])
{
  TabellaBatchText t = { .terminal = terminal,
                         .number = number,
                         .kind = kind,
                         .checked_in = checked_in,
                         .cast = cast,
                         .challenged = challenged };
  g_autoptr (GByteArray) x = NULL;
  g_autoptr (GByteArray) message = NULL;

  memcpy (t.he8, he, HE8);
  memcpy (t.digest, digest, sizeof t.digest);
  x = batch_x (&t);
  message = batch_message (he, x);
  tabella_sign (ballot_secret, BATCH_LABEL, message->data, message->len, t.signature);
  tabella_put (x, t.signature, sizeof t.signature);
  return text_of (TABELLA_TEXT_TB1, x);
}

gboolean
tabella_batch_text_parse (const char *text, TabellaBatchText *out, GError **error)
{
  g_autoptr (GByteArray) bytes = bytes_of (TABELLA_TEXT_TB1, text, error);
  TabellaReader r;

  if (bytes == NULL)
    return FALSE;
  if (bytes->len != BATCH_TEXT_BYTES)
    return wrong_length (TABELLA_TEXT_TB1, bytes->len, BATCH_TEXT_BYTES, error);
  tabella_reader_init (&r, bytes->data, bytes->len);
  memcpy (out->he8, tabella_get (&r, HE8), HE8);
  out->terminal = tabella_get_u16 (&r);
  out->number = tabella_get_u16 (&r);
  out->kind = tabella_get_u8 (&r);
  out->checked_in = tabella_get_u32 (&r);
  out->cast = tabella_get_u32 (&r);
  out->challenged = tabella_get_u32 (&r);
  memcpy (out->digest, tabella_get (&r, 32), 32);
  memcpy (out->signature, tabella_get (&r, 64), 64);
  if (out->terminal == 0)
    return terminal_zero (TABELLA_TEXT_TB1, error);
  if (out->number == 0 || out->kind < 1 || out->kind > 2)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "the text TB1. names batch %u of kind %u; batches count from 1, "
                                  "kinds are 1 (safety copy) and 2 (final)",
                                  out->number, out->kind);
  return TRUE;
}

gboolean
tabella_batch_text_check (const TabellaBatchText *t, const guint8 he[32],
                          const guint8 ballot_key[32])
{
  g_autoptr (GByteArray) x = batch_x (t);
  g_autoptr (GByteArray) message = batch_message (he, x);
  TabellaSigVerdict verdict;

  tabella_sign_check (ballot_key, BATCH_LABEL, message->data, message->len, t->signature, &verdict);
  return verdict == TABELLA_SIG_GOOD && memcmp (t->he8, he, HE8) == 0;
}

/* What stands before the packed selections. */
#define CHALLENGE_FRONT (HE8 + 2 + 2 + 16 + 1 + 32)

void
tabella_challenge_text_clear (TabellaChallengeText *t)
{
  g_clear_pointer (&t->selections, g_free);
}

char *
tabella_challenge_text (const TabellaBallotContext *ctx, guint16 terminal,
                        const TabellaBallotRecord *challenged)
{
  g_autoptr (GByteArray) bytes = start (ctx->he, terminal);
  gsize options;

  TABELLA_MUST (challenged->challenged && challenged->style < ctx->n_styles);
  options = ctx->styles[challenged->style]->options;
  tabella_put_u16 (bytes, challenged->style);
  tabella_put (bytes, challenged->ticket, 16);
  tabella_put_u8 (bytes, challenged->attempt);
  tabella_put (bytes, challenged->seed, 32);
  for (gsize i = 0; i < options; i += 8) {
    guint8 packed = 0;

    for (gsize bit = 0; bit < 8 && i + bit < options; bit++)
      packed |= (guint8)(challenged->selections[i + bit] << bit);
    tabella_put_u8 (bytes, packed);
  }
  return text_of (TABELLA_TEXT_TC1, bytes);
}

/* One byte an option from one bit each; NULL if a bit after the last option is set. */
static guint8 *
unpack (const guint8 *packed, gsize options)
{
  guint8 *selections;

  if (options % 8 != 0 && packed[options / 8] >> (options % 8) != 0)
    return NULL;
  selections = g_malloc (options);
  for (gsize i = 0; i < options; i++)
    selections[i] = packed[i / 8] >> (i % 8) & 1;
  return selections;
}

static gboolean
challenge_fields (const TabellaBallotContext *ctx, TabellaReader *r, TabellaChallengeText *out,
                  GError **error)
{
  memcpy (out->he8, tabella_get (r, HE8), HE8);
  out->terminal = tabella_get_u16 (r);
  out->style = tabella_get_u16 (r);
  memcpy (out->ticket, tabella_get (r, 16), 16);
  out->attempt = tabella_get_u8 (r);
  memcpy (out->seed, tabella_get (r, 32), 32);
  if (memcmp (out->he8, ctx->he, HE8) != 0)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FOREIGN,
                                  "the challenged ballot is of another election: take the manifest "
                                  "of the election in which it was made");
  if (out->terminal == 0)
    return terminal_zero (TABELLA_TEXT_TC1, error);
  if (out->style >= ctx->n_styles)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "the text TC1. names ballot style %u; the election has styles 0 "
                                  "to %u",
                                  out->style, ctx->n_styles - 1);
  if (out->attempt >= TABELLA_ATTEMPT_LAST)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "the text TC1. names attempt %u; a challenged ballot has at most "
                                  "attempt %d",
                                  out->attempt, TABELLA_ATTEMPT_LAST - 1);
  return TRUE;
}

gboolean
tabella_challenge_text_parse (const TabellaBallotContext *ctx, const char *text,
                              TabellaChallengeText *out, GError **error)
{
  g_autoptr (GByteArray) bytes = NULL;
  gsize options, size;
  TabellaReader r;

  *out = (TabellaChallengeText){ .selections = NULL };
  bytes = bytes_of (TABELLA_TEXT_TC1, text, error);
  if (bytes == NULL)
    return FALSE;
  if (bytes->len < CHALLENGE_FRONT)
    return wrong_length (TABELLA_TEXT_TC1, bytes->len, CHALLENGE_FRONT, error);
  tabella_reader_init (&r, bytes->data, bytes->len);
  if (!challenge_fields (ctx, &r, out, error))
    return FALSE;
  options = ctx->styles[out->style]->options;
  size = CHALLENGE_FRONT + (options + 7) / 8;
  if (bytes->len != size)
    return wrong_length (TABELLA_TEXT_TC1, bytes->len, size, error);
  out->selections = unpack (bytes->data + CHALLENGE_FRONT, options);
  if (out->selections == NULL)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "the text TC1. has a bit set after the last option");
  return TRUE;
}

gboolean
tabella_challenge_text_recompute (const TabellaBallotContext *ctx, const TabellaChallengeText *t,
                                  guint8 code[32], GError **error)
{
  const TabellaStyleShape *s = ctx->styles[t->style];
  g_autofree guint8 *body = g_malloc (s->body_size);
  guint8 hi[32];

  memset (code, 0, 32);
  if (!tabella_shape_accepts (&s->shape, t->selections))
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "the selections in the text TC1. are not allowed by ballot style "
                                  "%u: no honest terminal makes such a ballot; report it",
                                  t->style);
  tabella_ballot_hi (ctx->he, t->terminal, t->style, t->ticket, t->attempt, hi);
  if (!tabella_body_make (&s->shape, hi, &ctx->k, t->seed, t->selections, body))
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "the seed in the text TC1. gives no valid ballot: no honest "
                                  "terminal uses it; report it");
  tabella_body_code (&s->shape, hi, body, code);
  return TRUE;
}
