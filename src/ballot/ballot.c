/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ballot.h"

#include <string.h>
#include "bytes.h"
#include "must.h"
#include "sealed.h"
#include "sign.h"

#define SEED_BYTES   32
#define RECORD_FRONT (2 + TABELLA_TICKET_BYTES + 1) /* style, T, attempt */

/* Lies in secret memory with the seed, the selections and the body. */
struct _TabellaPending {
  const TabellaStyleShape *shape;
  guint8 he[32];
  guint16 style;
  guint8 attempt;
  guint8 ticket[TABELLA_TICKET_BYTES];
  guint8 seed[SEED_BYTES];
  guint8 code[32];
  guint8 *selections, *body;
};

void
tabella_ballot_hi (const guint8 he[32], guint16 terminal, guint16 style, const guint8 ticket[16],
                   guint8 attempt, guint8 hi[32])
{
  TabellaHash h;

  tabella_hash_init (&h, he, TABELLA_TAG_BALLOT);
  tabella_hash_u16 (&h, terminal);
  tabella_hash_u16 (&h, style);
  tabella_hash_put (&h, ticket, TABELLA_TICKET_BYTES);
  tabella_hash_u8 (&h, attempt);
  tabella_hash_finish (&h, hi);
}

static gboolean
check_selections (const TabellaStyleShape *shape, guint16 style, guint8 attempt,
                  const guint8 *selections, GError **error)
{
  if (attempt > TABELLA_ATTEMPT_LAST)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_INVALID,
                                  "attempt %u: a ticket has at most %d ballots", attempt,
                                  TABELLA_ATTEMPT_LAST + 1);
  if (!tabella_shape_accepts (&shape->shape, selections))
    return tabella_ballot_refuse (
        error, TABELLA_BALLOT_ERROR_INVALID,
        "the selections are not allowed by ballot style %u: go back and choose between each "
        "contest's fewest and most options",
        style);
  return TRUE;
}

/* sodium_malloc aligns only sizes that are multiples of the alignment. */
static TabellaPending *
pending_alloc (const TabellaStyleShape *shape)
{
  gsize size = sizeof (TabellaPending) + shape->options + shape->body_size;
  TabellaPending *p = (TabellaPending *)tabella_secret_new ((size + 15) & ~(gsize)15);

  p->shape = shape;
  p->selections = (guint8 *)(p + 1);
  p->body = p->selections + shape->options;
  return p;
}

TabellaPending *
tabella_pending_new (const TabellaBallotContext *ctx, guint16 terminal, guint16 style,
                     const guint8 ticket[16], guint8 attempt, const guint8 *selections,
                     GError **error)
{
  TabellaPending *p;
  guint8 hi[32];

  TABELLA_MUST (style < ctx->n_styles);
  if (!check_selections (ctx->styles[style], style, attempt, selections, error))
    return NULL;

  p = pending_alloc (ctx->styles[style]);
  memcpy (p->he, ctx->he, sizeof p->he);
  p->style = style;
  p->attempt = attempt;
  memcpy (p->ticket, ticket, sizeof p->ticket);
  memcpy (p->selections, selections, p->shape->options);
  tabella_ballot_hi (ctx->he, terminal, style, ticket, attempt, hi);
  do
    randombytes_buf (p->seed, sizeof p->seed);
  while (!tabella_body_make (&p->shape->shape, hi, &ctx->k, p->seed, p->selections, p->body));
  tabella_body_code (&p->shape->shape, hi, p->body, p->code);
  return p;
}

void
tabella_pending_free (TabellaPending *p)
{
  tabella_secret_free ((TabellaSecret *)p);
}

const guint8 *
tabella_pending_code (const TabellaPending *p)
{
  return p->code;
}

static GByteArray *
record_start (const TabellaPending *p)
{
  GByteArray *out = g_byte_array_new ();

  tabella_put_u16 (out, p->style);
  tabella_put (out, p->ticket, sizeof p->ticket);
  tabella_put_u8 (out, p->attempt);
  tabella_put (out, p->body, p->shape->body_size);
  return out;
}

/* HE ‖ code: what a cast ballot's signature covers. */
static void
signed_message (const guint8 he[32], const guint8 code[32], guint8 message[64])
{
  memcpy (message, he, 32);
  memcpy (message + 32, code, 32);
}

GBytes *
tabella_pending_cast (const TabellaPending *p, const guint8 ballot_secret[64])
{
  GByteArray *out = record_start (p);
  guint8 message[64], signature[TABELLA_SIGN_BYTES];

  signed_message (p->he, p->code, message);
  tabella_sign (ballot_secret, TABELLA_BALLOT_LABEL, message, sizeof message, signature);
  tabella_put (out, signature, sizeof signature);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
tabella_pending_challenge (const TabellaPending *p)
{
  GByteArray *out;

  TABELLA_MUST (p->attempt < TABELLA_ATTEMPT_LAST);
  out = record_start (p);
  tabella_put (out, p->seed, sizeof p->seed);
  tabella_put (out, p->selections, p->shape->options);
  return g_byte_array_free_to_bytes (out);
}

gsize
tabella_record_size (const TabellaBallotContext *ctx, guint16 style, gboolean challenged)
{
  const TabellaStyleShape *s;

  TABELLA_MUST (style < ctx->n_styles);
  s = ctx->styles[style];
  return RECORD_FRONT + s->body_size +
         (challenged ? SEED_BYTES + s->options : (gsize)TABELLA_SIGN_BYTES);
}

gsize
tabella_record_size_max (const TabellaBallotContext *ctx)
{
  gsize size = 0;

  for (guint16 i = 0; i < ctx->n_styles; i++) {
    size = MAX (size, tabella_record_size (ctx, i, FALSE));
    size = MAX (size, tabella_record_size (ctx, i, TRUE));
  }
  return size;
}

/* Style, T and attempt, and that what must follow them is there. */
static gboolean
parse_front (const TabellaBallotContext *ctx, TabellaReader *reader, TabellaBallotRecord *record,
             GError **error)
{
  gsize have = reader->left;
  const guint8 *ticket;
  guint8 last = record->challenged ? TABELLA_ATTEMPT_LAST - 1 : TABELLA_ATTEMPT_LAST;

  record->style = tabella_get_u16 (reader);
  ticket = tabella_get (reader, TABELLA_TICKET_BYTES);
  record->attempt = tabella_get_u8 (reader);
  if (reader->failed)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "cut short: %" G_GSIZE_FORMAT " bytes are left for it", have);
  if (record->style >= ctx->n_styles)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "ballot style %u; the election has styles 0 to %u", record->style,
                                  ctx->n_styles - 1);
  if (record->attempt > last)
    return tabella_ballot_refuse (error, TABELLA_BALLOT_ERROR_FORMAT,
                                  "attempt %u; a %s ballot has at most attempt %u", record->attempt,
                                  record->challenged ? "challenged" : "cast", last);
  if (have < tabella_record_size (ctx, record->style, record->challenged))
    return tabella_ballot_refuse (
        error, TABELLA_BALLOT_ERROR_FORMAT,
        "cut short: %" G_GSIZE_FORMAT " bytes are left for it and style %u needs "
        "%" G_GSIZE_FORMAT,
        have, record->style, tabella_record_size (ctx, record->style, record->challenged));
  memcpy (record->ticket, ticket, sizeof record->ticket);
  return TRUE;
}

gboolean
tabella_record_parse (const TabellaBallotContext *ctx, guint16 terminal, gboolean challenged,
                      const guint8 *bytes, gsize size, TabellaBallotRecord *record, gsize *used,
                      GError **error)
{
  const TabellaStyleShape *s;
  TabellaReader reader;
  guint8 hi[32];

  *record = (TabellaBallotRecord){ .challenged = challenged };
  *used = 0;
  tabella_reader_init (&reader, bytes, size);
  if (!parse_front (ctx, &reader, record, error))
    return FALSE;

  s = ctx->styles[record->style];
  record->body = tabella_get (&reader, s->body_size);
  if (challenged) {
    record->seed = tabella_get (&reader, SEED_BYTES);
    record->selections = tabella_get (&reader, s->options);
  } else {
    record->signature = tabella_get (&reader, TABELLA_SIGN_BYTES);
  }
  TABELLA_MUST (!reader.failed);
  *used = size - reader.left;
  tabella_ballot_hi (ctx->he, terminal, record->style, record->ticket, record->attempt, hi);
  tabella_body_code (&s->shape, hi, record->body, record->code);
  return TRUE;
}

void
tabella_ballot_verify (const TabellaBallotContext *ctx, guint16 terminal,
                       const TabellaBallotRecord *r, TabellaPoint *alpha, TabellaPoint *beta,
                       TabellaBallotVerdict *verdict)
{
  TabellaProofVerdict proof;
  guint8 hi[32];

  *verdict = TABELLA_BALLOT_BAD;
  TABELLA_MUST (r->style < ctx->n_styles);
  tabella_ballot_hi (ctx->he, terminal, r->style, r->ticket, r->attempt, hi);
  tabella_body_verify (&ctx->styles[r->style]->shape, hi, &ctx->k, r->body, alpha, beta, &proof);
  if (proof == TABELLA_PROOF_GOOD)
    *verdict = TABELLA_BALLOT_GOOD;
}

void
tabella_ballot_verify_signature (const TabellaBallotContext *ctx, const guint8 ballot_key[32],
                                 const TabellaBallotRecord *r, TabellaBallotVerdict *verdict)
{
  TabellaSigVerdict sig;
  guint8 message[64];

  *verdict = TABELLA_BALLOT_BAD;
  if (r->challenged)
    return;
  signed_message (ctx->he, r->code, message);
  tabella_sign_check (ballot_key, TABELLA_BALLOT_LABEL, message, sizeof message, r->signature,
                      &sig);
  if (sig == TABELLA_SIG_GOOD)
    *verdict = TABELLA_BALLOT_GOOD;
}

void
tabella_challenge_verify (const TabellaBallotContext *ctx, guint16 terminal,
                          const TabellaBallotRecord *r, TabellaBallotVerdict *verdict)
{
  const TabellaStyleShape *s;
  g_autofree guint8 *body = NULL;
  guint8 hi[32];

  *verdict = TABELLA_BALLOT_BAD;
  TABELLA_MUST (r->style < ctx->n_styles);
  s = ctx->styles[r->style];
  if (!r->challenged || !tabella_shape_accepts (&s->shape, r->selections))
    return;
  body = g_malloc (s->body_size);
  tabella_ballot_hi (ctx->he, terminal, r->style, r->ticket, r->attempt, hi);
  if (tabella_body_make (&s->shape, hi, &ctx->k, r->seed, r->selections, body) &&
      memcmp (body, r->body, s->body_size) == 0)
    *verdict = TABELLA_BALLOT_GOOD;
}
