/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record-private.h"

#include <string.h>
#include "bytes.h"
#include "manifest-form.h"

/* Batches and the signed files of the organisers. */

static int
compare_ballots (gconstpointer a, gconstpointer b)
{
  const RecordBallot *x = *(const RecordBallot *const *)a, *y = *(const RecordBallot *const *)b;

  if (x->challenged != y->challenged)
    return x->challenged ? 1 : -1;
  return memcmp (x->code, y->code, sizeof x->code);
}

static void
count_ballots (const RecordTerminal *t, TabellaCounts *c)
{
  memset (c, 0, sizeof *c);
  for (guint i = 0; i < t->ballots->len; i++) {
    const RecordBallot *b = t->ballots->pdata[i];

    c->cast += b->challenged ? 0 : 1;
    c->challenged += b->challenged ? 1 : 0;
  }
  c->given = t->given;
  c->left = t->left;
  c->voted = t->role == TABELLA_ROLE_COMBINED ? c->cast : 0;
  c->checked_in = c->given + c->voted + c->left;
}

static void
close_terminal (Record *r, RecordTerminal *t)
{
  RecordHeader *h = &t->header;

  memcpy (h->he, r->ctx->he, sizeof h->he);
  memcpy (h->previous, t->last_copy, sizeof h->previous);
  memset (h->checkins, 0xCC, sizeof h->checkins);
  h->terminal = t->info->index;
  h->number = t->copies + 1;
  h->kind = (guint8)t->kind;
  h->mode = 2;
  count_ballots (t, &h->counts);
  if (t->kind == TABELLA_BATCH_FINAL) {
    TabellaEventLine line = { .kind = TABELLA_EVENT_CLOSED,
                              .checked_in = h->counts.checked_in,
                              .cast = h->counts.cast,
                              .challenged = h->counts.challenged,
                              .clock = "2014-06-29 22:00" };

    record_line (t, -1, &line);
  }
}

void
record_heads (Record *r)
{
  for (guint i = 1; i <= RECORD_TERMINALS; i++) {
    g_ptr_array_sort (r->terminals[i].ballots, compare_ballots);
    close_terminal (r, &r->terminals[i]);
  }
}

static GString *
join_journal (const Record *r, RecordTerminal *t)
{
  GString *text = g_string_new (NULL);
  guint8 head[32] = { 0 };

  for (guint i = 0; i < t->journal->len; i++) {
    const char *line = t->journal->pdata[i];

    tabella_journal_chain (r->ctx->he, head, line, strlen (line), head);
    g_string_append_printf (text, "%s\n", line);
  }
  for (guint i = 0; i < 32; i++)
    t->header.head[i] ^= head[i]; /* a change is kept as a difference */
  t->header.journal_size += (guint32)text->len;
  return text;
}

static void
put_header (GByteArray *out, const RecordHeader *h)
{
  tabella_put (out, "TABATCH1", 8);
  tabella_put (out, h->he, sizeof h->he);
  tabella_put_u16 (out, h->terminal);
  tabella_put_u16 (out, h->number);
  tabella_put_u8 (out, h->kind);
  tabella_put_u8 (out, h->mode);
  tabella_put_u16 (out, h->reserved);
  tabella_put (out, h->previous, sizeof h->previous);
  tabella_put (out, h->checkins, sizeof h->checkins);
  tabella_put_u32 (out, h->counts.checked_in);
  tabella_put_u32 (out, h->counts.given);
  tabella_put_u32 (out, h->counts.voted);
  tabella_put_u32 (out, h->counts.left);
  tabella_put_u32 (out, h->counts.cast);
  tabella_put_u32 (out, h->counts.challenged);
  tabella_put (out, h->head, sizeof h->head);
  tabella_put_u32 (out, h->journal_size);
}

void
record_batches (Record *r)
{
  for (guint i = 1; i <= RECORD_TERMINALS; i++) {
    RecordTerminal *t = &r->terminals[i];
    GString *journal = join_journal (r, t);

    t->bytes = g_byte_array_new ();
    put_header (t->bytes, &t->header);
    tabella_put (t->bytes, journal->str, journal->len);
    g_string_free (journal, TRUE);
    for (guint k = 0; k < t->ballots->len; k++) {
      const RecordBallot *b = t->ballots->pdata[k];

      tabella_put (t->bytes, b->bytes->data, b->bytes->len);
    }
  }
}

void
record_sign_batches (Record *r)
{
  for (guint i = 1; i <= RECORD_TERMINALS; i++) {
    RecordTerminal *t = &r->terminals[i];
    const RecordHeader *h = &t->header;
    g_auto (TabellaMinisignSecret) key = { 0 };

    if (t->comment == NULL)
      t->comment = tabella_batch_comment (h->he, h->terminal, h->number, (TabellaBatchKind)h->kind,
                                          h->counts.cast, h->counts.checked_in);
    tabella_terminal_batch_secret (fixture_secrets (r->f, t->info->index), &key);
    t->minisig = tabella_minisign_sign (&key, t->bytes->data, t->bytes->len, t->comment);
  }
}

/* --- Tree --- */

static void
put_batch (Record *r, const RecordTerminal *t)
{
  g_autofree char *place = tabella_batch_folder (t->info->index, t->copies + 1);
  const char *quarantine = t->quarantine != NULL ? "quarantine/" : "";
  g_autofree char *ballots = g_strdup_printf ("%s%s/ballots", quarantine, place);
  g_autofree char *minisig = g_strconcat (ballots, ".minisig", NULL);
  g_autofree char *reason = g_strdup_printf ("%s%s/reason", quarantine, place);

  record_put (r, ballots, t->bytes->data, t->bytes->len);
  record_put_text (r, minisig, t->minisig);
  if (t->quarantine != NULL)
    record_put_text (r, reason, t->quarantine);
}

static void
put_amendment (Record *r, const RecordAmendment *a)
{
  g_autofree char *name = g_strdup_printf ("amendments/%04u.json", a->number);
  g_autofree char *sig_name = g_strconcat (name, ".minisig", NULL);
  g_autofree char *he = tabella_hex (r->ctx->he, 32), *digest = tabella_hex (a->digest, 32);
  g_autofree char *id = tabella_hex (r->ctx->he, 8);
  g_autofree char *comment =
      g_strdup_printf ("tabella amendment election=%s number=%u", id, a->number);
  g_autofree char *detail =
      a->has_digest ? g_strdup_printf ("{\"digest\": \"%s\"}", digest) : g_strdup ("null");
  g_autofree char *text =
      g_strdup_printf ("{\"election\": \"%s\", \"number\": %u, \"kind\": %u, \"target\": %u, "
                       "\"value\": %u, \"text\": null, \"detail\": %s}\n",
                       he, a->number, a->kind, a->target, a->value, detail);
  g_autofree char *sig = tabella_minisign_sign (&r->f->key, text, strlen (text), comment);

  record_put_text (r, name, text);
  record_put_text (r, sig_name, sig);
}

static void
put_manifest (Record *r)
{
  gsize size;
  const void *bytes = g_bytes_get_data (r->manifest->bytes, &size);
  g_autofree char *comment = tabella_manifest_comment (r->ctx->he);
  g_autofree char *sig = tabella_minisign_sign (&r->f->key, bytes, size, comment);
  g_autofree char *key = tabella_minisign_public_text (&r->f->organisers);

  record_put (r, "manifest.json", bytes, size);
  record_put_text (r, "manifest.json.minisig", sig);
  record_put_text (r, "organisers.pub", key);
  for (guint round = 0; round < 4; round++)
    for (guint i = 0; i < FIXTURE_TRUSTEES; i++) {
      g_autofree char *name = g_strdup_printf ("ceremony/r%u-%02u.json", round + 1, i + 1);
      GBytes *file = r->manifest->files.rounds[round][i];

      record_put (r, name, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
    }
}

void
record_tree (Record *r)
{
  put_manifest (r);
  for (guint i = 0; i < r->amendments->len; i++)
    put_amendment (r, &g_array_index (r->amendments, RecordAmendment, i));
  for (guint i = 1; i <= RECORD_TERMINALS; i++)
    if (!r->terminals[i].left_out)
      put_batch (r, &r->terminals[i]);
}
