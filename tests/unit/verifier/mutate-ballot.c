/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mutation.h"

#include <string.h>
#include "../crypto/body-forge.h"

/* Ballots that no honest terminal makes. Where a body is changed its code and its signature are
 * made anew. */

#define PAIR 64

static gsize
body_size (const Record *r, guint16 style)
{
  return r->ctx->styles[style]->body_size;
}

/* --- 8 --- */

static void
style_elsewhere (Record *r)
{
  record_cast (r, 7, 40, 0, 1, -1, 0);
}

static void
point_bit_255 (Record *r)
{
  RecordBallot *b = record_ballot (r, 3, FALSE, 0);

  record_body (b)[31] |= 0x80;
  record_sign (r, 3, b);
}

static void
point_identity (Record *r)
{
  RecordBallot *b = record_ballot (r, 3, FALSE, 0);

  memset (record_body (b) + 32, 0, 32);
  record_sign (r, 3, b);
}

static void
number_too_large (Record *r)
{
  RecordBallot *b = record_ballot (r, 3, FALSE, 0);

  memset (record_body (b) + body_size (r, b->style) - 32, 0xff, 32);
  record_sign (r, 3, b);
}

/* --- A forger's own ballot --- */

static RecordBallot *
forged (Record *r, guint16 terminal, Forge *f, const guint8 *claimed, guint8 ticket)
{
  RecordBallot *b = record_cast (r, terminal, ticket, 0, 0, -1, -1);
  guint8 hi[32], seed[32];

  memset (seed, ticket, sizeof seed);
  tabella_ballot_hi (r->ctx->he, terminal, 0, b->ticket, 0, hi);
  forge_init (f, &r->ctx->styles[0]->shape, hi, &r->ctx->k, seed, claimed);
  memcpy (b->selections, claimed, sizeof b->selections);
  return b;
}

static void
take_forged (Record *r, guint16 terminal, Forge *f, RecordBallot *b)
{
  forge_body (f, record_body (b));
  record_sign (r, terminal, b);
}

/* --- 9 --- */

/* Two good ballots whose first options are encrypted with the same number. */
static void
same_number (Record *r, guint16 first, guint16 second)
{
  static const guint8 chosen[RECORD_OPTIONS] = { 1 };
  Forge f, g;
  RecordBallot *a = forged (r, first, &f, chosen, 50);
  RecordBallot *b = forged (r, second, &g, chosen, 51);

  g.r[0] = f.r[0];
  take_forged (r, first, &f, a);
  take_forged (r, second, &g, b);
}

static void
number_used_twice (Record *r)
{
  same_number (r, 6, 6);
}

void
mutate_shared_number (Record *r)
{
  same_number (r, 6, 7);
}

/* The same α twice in one ballot. */
static void
number_twice_in_one (Record *r)
{
  static const guint8 chosen[RECORD_OPTIONS] = { 0, 1, 0, 0, 0, 0, 1 };
  Forge f;
  RecordBallot *b = forged (r, 7, &f, chosen, 52);

  f.r[6] = f.r[0];
  take_forged (r, 7, &f, b);
}

/* --- 10 --- */

static void
response (Record *r)
{
  RecordBallot *b = record_ballot (r, 3, FALSE, 0);

  record_body (b)[body_size (r, b->style) - 32] ^= 1;
  record_sign (r, 3, b);
}

static void
challenge_number (Record *r)
{
  RecordBallot *b = record_ballot (r, 3, FALSE, 0);

  record_body (b)[r->ctx->styles[b->style]->options * PAIR] ^= 1;
  record_sign (r, 3, b);
}

static void
two_votes_for_one (Record *r)
{
  static const guint8 chosen[RECORD_OPTIONS] = { 1 };
  Forge f;
  RecordBallot *b = forged (r, 6, &f, chosen, 53);

  f.m[0] = 2;
  b->selections[0] = 2;
  take_forged (r, 6, &f, b);
}

static void
two_options_of_one (Record *r)
{
  static const guint8 chosen[RECORD_OPTIONS] = { 1, 1 };
  Forge f;
  RecordBallot *b = forged (r, 6, &f, chosen, 54);

  take_forged (r, 6, &f, b);
}

static void
weak_challenge (Record *r)
{
  static const guint8 chosen[RECORD_OPTIONS] = { 1 };
  Forge f;
  RecordBallot *b = forged (r, 6, &f, chosen, 55);

  f.cover &= ~(guint)FORGE_SUMS;
  take_forged (r, 6, &f, b);
}

/* Booth 7's ballot under booth 6's name. */
static void
copied_ballot (Record *r)
{
  const RecordBallot *from = record_ballot (r, 7, FALSE, 1);
  RecordBallot *b = record_cast (r, 6, 56, 0, 0, -1, -1);

  memcpy (record_body (b), record_body (from), body_size (r, 0));
  memcpy (b->selections, from->selections, sizeof b->selections);
  record_sign (r, 6, b);
}

/* The proof is bound to the ticket. */
static void
another_ticket (Record *r)
{
  RecordBallot *b = record_ballot (r, 3, FALSE, 0);

  record_ticket (57, b->ticket);
  b->bytes->data[2] = 57;
  record_sign (r, 3, b);
}

/* --- 11 --- */

static void
other_seed (Record *r)
{
  RecordBallot *b = record_ballot (r, 6, TRUE, 0);

  record_body (b)[body_size (r, 0)] ^= 1;
}

/* The machine encrypted something else than it says. */
static void
other_selections (Record *r)
{
  RecordBallot *b = record_ballot (r, 6, TRUE, 0);
  guint8 *selections = record_body (b) + body_size (r, 0) + 32;

  selections[2] = 0;
  selections[1] = 1;
}

static void
illegal_selections (Record *r)
{
  record_body (record_ballot (r, 6, TRUE, 0))[body_size (r, 0) + 32] = 1;
}

static void
no_first_attempt (Record *r)
{
  RecordBallot *b = record_ballot (r, 1, TRUE, 0);

  if (b->attempt != 0)
    b = record_ballot (r, 1, TRUE, 1);
  g_ptr_array_remove (r->terminals[1].ballots, b);
}

static void
attempt_skipped (Record *r)
{
  record_cast (r, 7, 58, 1, 0, 0, 0);
}

static void
challenged_twice (Record *r)
{
  record_challenge (r, 7, 59, 0, 0, 0, 0);
  record_challenge (r, 7, 59, 0, 0, 1, 1);
}

static void
cast_twice (Record *r)
{
  record_cast (r, 7, 60, 0, 0, 0, 0);
  record_cast (r, 7, 60, 0, 0, 1, 1);
}

/* --- 12 --- */

static void
sign_otherwise (Record *r, const guint8 secret[64], const char *label)
{
  RecordBallot *b = record_ballot (r, 3, FALSE, 0);
  guint8 message[64];

  memcpy (message, r->ctx->he, 32);
  memcpy (message + 32, b->code, 32);
  tabella_sign (secret, label, message, sizeof message, record_body (b) + body_size (r, b->style));
}

static void
signed_as_commitment (Record *r)
{
  sign_otherwise (r, fixture_secrets (r->f, 3)->ballot_secret, "tabella commitment v1");
}

static void
signed_by_batch_key (Record *r)
{
  sign_otherwise (r, fixture_secrets (r->f, 3)->batch_secret, TABELLA_BALLOT_LABEL);
}

static void
signed_by_neighbour (Record *r)
{
  sign_otherwise (r, fixture_secrets (r->f, 1)->ballot_secret, TABELLA_BALLOT_LABEL);
}

const Mutation ballot_mutations[] = {
  { 8, "style", RECORD_POLL, style_elsewhere, "style 1", 0 },
  { 8, "bit-255", RECORD_POLL, point_bit_255, "encoding", NOT_RUN (14, 16) },
  { 8, "identity", RECORD_POLL, point_identity, "encoding", NOT_RUN (14, 16) },
  { 8, "large-number", RECORD_POLL, number_too_large, "encoding", 0 },
  { 9, "number-twice", RECORD_POLL, number_used_twice, "share a ciphertext", 0 },
  { 9, "number-twice-in-one", RECORD_POLL, number_twice_in_one, "share a ciphertext", 0 },
  { 10, "response", RECORD_POLL, response, "proof", 0 },
  { 10, "challenge", RECORD_POLL, challenge_number, "proof", 0 },
  { 10, "two-votes", RECORD_POLL, two_votes_for_one, "proof", 0 },
  { 10, "two-options", RECORD_POLL, two_options_of_one, "proof", 0 },
  { 10, "weak-challenge", RECORD_POLL, weak_challenge, "proof", 0 },
  { 10, "copied", RECORD_POLL, copied_ballot, "proof", 0 },
  { 10, "ticket", RECORD_POLL, another_ticket, "proof", 0 },
  { 11, "seed", RECORD_POLL, other_seed, "seed", 0 },
  { 11, "selections", RECORD_POLL, other_selections, "seed", 0 },
  { 11, "illegal", RECORD_POLL, illegal_selections, "seed", 0 },
  { 11, "no-first", RECORD_POLL, no_first_attempt, "attempt", 0 },
  { 11, "skipped", RECORD_POLL, attempt_skipped, "attempt", 0 },
  { 11, "challenged-twice", RECORD_POLL, challenged_twice, "attempt", 0 },
  { 11, "cast-twice", RECORD_POLL, cast_twice, "two cast ballots", 0 },
  { 12, "commitment", RECORD_POLL, signed_as_commitment, "not signed", 0 },
  { 12, "batch-key", RECORD_POLL, signed_by_batch_key, "not signed", 0 },
  { 12, "neighbour", RECORD_POLL, signed_by_neighbour, "not signed", 0 },
  { 0 },
};
