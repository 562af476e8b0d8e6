/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check.h"
#include "receipts.h"

#include <stdio.h>
#include <string.h>

static gboolean invalid (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
invalid (GError **error, const char *format, ...)
{
  va_list args;
  g_autofree char *text = NULL;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID, text);
  return FALSE;
}

static gboolean
verify_signature (const TabellaTerminalInfo *t, GBytes *file, const char *minisig, const char *what,
                  char **comment, GError **error)
{
  TabellaMinisignPublic key;

  tabella_minisign_batch_public (t->batch_key, &key);
  if (tabella_minisign_verify (&key, g_bytes_get_data (file, NULL), g_bytes_get_size (file),
                               minisig, strlen (minisig), comment, error))
    return TRUE;
  g_prefix_error (error, "%s.minisig: ", what);
  return FALSE;
}

static gboolean
check_counts (TabellaRole role, const TabellaBatch *b, const TabellaPolicies *limits,
              GError **error)
{
  const TabellaCounts *c = &b->counts;
  guint64 states = (guint64)c->given + c->voted + c->left;

  if (states > c->checked_in)
    return invalid (error, "more tickets than check-ins in the header's counts");
  if (c->checked_in > limits->capacity_checkins ||
      (guint64)c->cast + c->challenged > limits->capacity_ballots)
    return invalid (error, "more check-ins or ballots than the election's capacity allows");
  switch (role) {
  case TABELLA_ROLE_DESK:
    if (c->cast != 0 || c->challenged != 0)
      return invalid (error, "it is a desk and has ballots");
    if (c->voted != 0 || c->left != 0)
      return invalid (error, "it is a desk and has check-ins that voted or left");
    return TRUE;
  case TABELLA_ROLE_BOOTH:
    return (c->checked_in == 0 && states == 0) ||
           invalid (error, "it is a booth and has check-ins");
  case TABELLA_ROLE_COMBINED:
    if (c->voted != c->cast)
      return invalid (error, "%u check-ins voted but %u ballots were cast", c->voted, c->cast);
    return b->kind == TABELLA_BATCH_INTERIM || c->given == 0 ||
           invalid (error, "a final of a combined terminal with %u tickets still open", c->given);
  case TABELLA_ROLE_SPARE:
  default:
    return invalid (error, "it is a spare that no amendment in its journal assigned to anything");
  }
}

static gboolean
check_records (const TabellaElection *election, guint16 station, GArray *records, GError **error)
{
  for (guint i = 0; i < records->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (records, TabellaBallotRecord, i);

    if (!tabella_election_style_allowed (election, station, r->style))
      return invalid (error, "a ballot of a style that station %u does not have", station);
  }
  return TRUE;
}

/* Codes and every α: 32-byte values that may be there once. The keys point into the batch. */
static guint
hash_bytes (gconstpointer key)
{
  guint hash;

  memcpy (&hash, key, sizeof hash);
  return hash;
}

static gboolean
equal_bytes (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, 32) == 0;
}

/* The 100 bits of a short code, at the front of a whole one. */
static gboolean
equal_short (gconstpointer a, gconstpointer b)
{
  const guint8 *x = a, *y = b;

  return memcmp (x, y, 12) == 0 && x[12] >> 4 == y[12] >> 4;
}

/* @codes: by their short codes; equal whole ones have equal short ones. */
static gboolean
check_unique (const TabellaEvidence *e, GArray *records, GHashTable *codes, GHashTable *alphas,
              GError **error)
{
  for (guint i = 0; i < records->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (records, TabellaBallotRecord, i);
    gsize options = e->ctx->styles[r->style]->options;

    if (!g_hash_table_add (codes, (gpointer)r->code))
      return invalid (error, "a ballot code, or its short form, is there twice");
    /* A body starts with all (α, β). */
    for (gsize o = 0; o < options; o++)
      if (!g_hash_table_add (alphas, (gpointer)(r->body + 64 * o)))
        return invalid (error, "two ballots share a ciphertext: one is a copy of the other");
  }
  return TRUE;
}

typedef struct {
  guint8 challenged; /* bit a: attempt a was challenged */
  gint8 cast;        /* attempt, −1: none */
} Uses;

static guint
hash_ticket (gconstpointer key)
{
  return hash_bytes (key);
}

static gboolean
equal_tickets (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, TABELLA_TICKET_BYTES) == 0;
}

static Uses *
uses_of (GHashTable *all, const TabellaBallotRecord *r)
{
  Uses *u = g_hash_table_lookup (all, r->ticket);

  if (u == NULL) {
    u = g_new0 (Uses, 1);
    u->cast = -1;
    g_hash_table_insert (all, (gpointer)r->ticket, u);
  }
  return u;
}

/* Per ticket the challenged attempts are 0..k−1 and a cast one is k. No attempt is above
 * TABELLA_ATTEMPT_LAST: parsing saw to that. */
static gboolean
check_attempts (const TabellaBatch *b, GError **error)
{
  g_autoptr (GHashTable) all = g_hash_table_new_full (hash_ticket, equal_tickets, NULL, g_free);
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < b->challenged->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (b->challenged, TabellaBallotRecord, i);
    Uses *u = uses_of (all, r);

    if ((u->challenged & (1 << r->attempt)) != 0)
      return invalid (error, "a ticket has two challenged ballots of attempt %u", r->attempt);
    u->challenged |= (guint8)(1 << r->attempt);
  }
  for (guint i = 0; i < b->cast->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (b->cast, TabellaBallotRecord, i);
    Uses *u = uses_of (all, r);

    if (u->cast >= 0)
      return invalid (error, "a ticket was cast twice");
    u->cast = (gint8)r->attempt;
  }
  g_hash_table_iter_init (&iter, all);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const Uses *u = value;

    /* 0, 1, 3 or 7: attempts from 0 without a gap. */
    if ((u->challenged & (u->challenged + 1)) != 0 ||
        (u->cast >= 0 && u->challenged != (1 << u->cast) - 1))
      return invalid (error, "the attempts of a ticket have a gap");
  }
  return TRUE;
}

static gboolean
check_content (const TabellaEvidence *e, const TabellaTerminalInfo *t, const TabellaBatch *b,
               guint16 *waits, GError **error)
{
  const TabellaElection *election = e->manifest->election;
  g_autoptr (GHashTable) codes = g_hash_table_new (hash_bytes, equal_short);
  g_autoptr (GHashTable) alphas = g_hash_table_new (hash_bytes, equal_bytes);
  TabellaTerminalStatus status;

  return tabella_check_journal (e, t, b, &status, waits, error) &&
         check_counts (status.role, b, &election->policies, error) &&
         check_records (election, status.station, b->cast, error) &&
         check_records (election, status.station, b->challenged, error) &&
         check_unique (e, b->cast, codes, alphas, error) &&
         check_unique (e, b->challenged, codes, alphas, error) && check_attempts (b, error);
}

/* "checkins" against the header: digest, proof 35, number of records. */
static gboolean
check_checkins (const TabellaEvidence *e, const TabellaHeld *held, GError **error)
{
  const TabellaBatch *b = held->batch;
  guint8 digest[32];
  guint32 count;
  TabellaPoint r;

  if (held->checkins == NULL)
    return invalid (error, "`checkins` is missing: copy the whole batch folder");
  tabella_digest_512_32 (g_bytes_get_data (held->checkins, NULL), g_bytes_get_size (held->checkins),
                         digest);
  if (memcmp (digest, b->checkins_digest, sizeof digest) != 0)
    return invalid (error, "`checkins` is not the file that belongs to `ballots`: copy the batch "
                           "folder again");
  if (!tabella_sealed_check (e->ctx, FALSE, b->terminal, b->number, held->checkins, &count, &r,
                             error))
    return FALSE;
  return count == b->counts.checked_in ||
         invalid (error, "`checkins` has %u records, the header says %u", count,
                  b->counts.checked_in);
}

/* The same key signs safety copies whole, and the batches of the election's practice. Those speak
 * against no final: what cannot be parsed stands for the terminal only if its comment says that it
 * is this batch. */
static gboolean
is_meant (const TabellaEvidence *e, const TabellaHeld *held, const char *comment)
{
  static const char sealed[] = "TASEALED";
  g_autofree char *whole =
      tabella_batch_comment (e->ctx->he, held->terminal, held->number,
                             held->interim ? TABELLA_BATCH_INTERIM : TABELLA_BATCH_FINAL, 0, 0);
  const char *counts = strstr (whole, " cast=");

  return strncmp (comment, whole, (gsize)(counts - whole) + 1) == 0 &&
         (g_bytes_get_size (held->ballots) < strlen (sealed) ||
          memcmp (g_bytes_get_data (held->ballots, NULL), sealed, strlen (sealed)) != 0);
}

/* Signature, parsing, comment; then the rest. */
static gboolean
check_ballots (const TabellaEvidence *e, const TabellaTerminalInfo *t, TabellaHeld *held,
               TabellaCheckDepth depth, TabellaProgress progress, gpointer data, guint16 *waits,
               GError **error)
{
  g_autofree char *comment = NULL, *expected = NULL;
  const TabellaBatch *b;

  held->repeatable = TRUE;
  if (!verify_signature (t, held->ballots, held->minisig, "ballots", &comment, error))
    return FALSE;
  g_clear_pointer (&held->batch, tabella_batch_free);
  held->batch = tabella_batch_parse (e->ctx, held->ballots, error);
  if (held->batch == NULL) {
    held->is_signed = is_meant (e, held, comment);
    return FALSE;
  }
  b = held->batch;
  expected = tabella_batch_comment (e->ctx->he, b->terminal, b->number, b->kind, b->counts.cast,
                                    b->counts.checked_in);
  if (!g_str_equal (comment, expected))
    return invalid (error, "ballots.minisig: the trusted comment does not say what the batch is");
  held->is_signed = TRUE;
  if (b->terminal != t->index)
    return invalid (error, "its header names terminal %u, its signature is terminal %u's",
                    b->terminal, t->index);
  if (held->interim != (b->kind == TABELLA_BATCH_INTERIM))
    return invalid (error, held->interim ? "a safety copy with a final inside"
                                         : "a safety copy that is not sealed");
  if (held->interim && b->number != held->number)
    return invalid (error, "a safety copy %u with batch %u inside", held->number, b->number);
  held->number = b->number;
  if (!held->interim)
    memcpy (held->digest, b->digest, sizeof held->digest);
  return check_content (e, t, b, waits, error) &&
         (depth == TABELLA_CHECK_NO_PROOFS ||
          tabella_check_proofs (e, t, b, progress, data, error));
}

/* The counts in a sealed copy's comment show only when it is opened. */
static gboolean
check_sealed_comment (const TabellaEvidence *e, const TabellaHeld *held, const char *comment,
                      GError **error)
{
  const char *counts = strstr (comment, " cast=");
  guint32 cast = held->batch != NULL ? held->batch->counts.cast : 0;
  guint32 checkins = held->batch != NULL ? held->batch->counts.checked_in : 0;
  g_autofree char *expected = NULL;

  if (held->batch == NULL &&
      (counts == NULL || sscanf (counts, " cast=%" G_GUINT32_FORMAT " checkins=%" G_GUINT32_FORMAT,
                                 &cast, &checkins) != 2))
    return invalid (error, "sealed.minisig: the trusted comment has no counts");
  expected = tabella_batch_comment (e->ctx->he, held->terminal, held->number, TABELLA_BATCH_INTERIM,
                                    cast, checkins);
  return g_str_equal (comment, expected) ||
         invalid (error, "sealed.minisig: the trusted comment does not say what the copy is");
}

static gboolean
check_sealed (const TabellaEvidence *e, const TabellaTerminalInfo *t, TabellaHeld *held,
              GError **error)
{
  g_autofree char *comment = NULL;
  guint32 size;
  TabellaPoint r;

  if (held->sealed_minisig == NULL)
    return invalid (error, "sealed.minisig is missing: copy the whole batch folder");
  tabella_digest_512_32 (g_bytes_get_data (held->sealed, NULL), g_bytes_get_size (held->sealed),
                         held->digest);
  if (!verify_signature (t, held->sealed, held->sealed_minisig, "sealed", &comment, error) ||
      !check_sealed_comment (e, held, comment, error))
    return FALSE;
  held->is_signed = TRUE;
  return tabella_sealed_check (e->ctx, TRUE, held->terminal, held->number, held->sealed, &size, &r,
                               error);
}

/* The organisers have it or can get it, or they give the terminal up in the open. */
static gboolean
wait_for (const TabellaEvidence *e, TabellaHeld *held, guint16 number, GError **error)
{
  held->waits = number;
  held->repeatable = TRUE;
  if (number <= e->amendments->len)
    return invalid (error,
                    "waits for the amendment %u that its journal names, which is not the one in "
                    "amendments/%04u.json: ask the organisers why there are two, or amend the "
                    "terminal as revoked or ended",
                    number, number);
  return invalid (error,
                  "waits for amendment %u, which its journal names: import again after "
                  "amendments/%04u.json is there; if it never comes, amend the terminal as revoked "
                  "or ended",
                  number, number);
}

gboolean
tabella_check_batch (const TabellaEvidence *e, TabellaHeld *held, TabellaCheckDepth depth,
                     TabellaProgress progress, gpointer data, GError **error)
{
  const TabellaTerminalInfo *t = tabella_manifest_terminal (e->manifest, held->terminal);

  guint16 waits = 0;

  held->is_signed = held->repeatable = FALSE;
  held->waits = 0;
  if (t == NULL)
    return invalid (error, "terminal %u is not in this election", held->terminal);
  if (held->interim && held->ballots == NULL)
    return check_sealed (e, t, held, error);
  if (held->ballots == NULL || held->minisig == NULL)
    return invalid (error, "ballots or ballots.minisig is missing: copy the whole batch folder");
  if (!check_ballots (e, t, held, depth, progress, data, &waits, error))
    return FALSE;
  /* From here on nobody but the centre and the trustees can see what is wrong. */
  held->repeatable = FALSE;
  /* In a record, what waits comes without its check-ins. */
  if ((waits == 0 || held->checkins != NULL) &&
      !(check_checkins (e, held, error) && (!held->interim || check_sealed (e, t, held, error))))
    return FALSE;
  return waits == 0 || wait_for (e, held, waits, error);
}

gboolean
tabella_check_receipt (const TabellaEvidence *e, const TabellaHeld *held, const char *text,
                       GError **error)
{
  const TabellaTerminalInfo *t = tabella_manifest_terminal (e->manifest, held->terminal);
  TabellaBatchText r;

  if (!tabella_batch_text_parse (text, &r, error)) {
    g_prefix_error (error, "receipt.txt: ");
    return FALSE;
  }
  if (memcmp (r.he8, e->ctx->he, sizeof r.he8) != 0 || r.terminal != held->terminal ||
      r.number != held->number || memcmp (r.digest, held->digest, sizeof r.digest) != 0 ||
      r.kind != (held->interim ? TABELLA_BATCH_INTERIM : TABELLA_BATCH_FINAL) ||
      (held->batch != NULL &&
       (r.cast != held->batch->counts.cast || r.checked_in != held->batch->counts.checked_in ||
        r.challenged != held->batch->counts.challenged)))
    return invalid (error, "receipt.txt is of another batch: copy the batch folder again");
  return tabella_batch_text_check (&r, e->ctx->he, t->ballot_key) ||
         invalid (error, "receipt.txt: its signature does not fit; copy the batch folder again");
}
