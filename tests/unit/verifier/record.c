/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record-private.h"

#include <string.h>
#include "files.h"
#include "manifest-form.h"

/* The poll, and the small changes to it. */

#define CLOCK "2014-06-22 10:00"

TabellaFixture *
record_fixture (void)
{
  return fixture_new_with (4, TRUE, 8,
                           "{\"voting\": \"anywhere\", \"duplicates\": \"lot\", \"min_unit\": 3, "
                           "\"capacity\": {\"ballots\": 12, \"checkins\": 12}}");
}

/* --- Manifest --- */

static void
add_style (json_t *election)
{
  json_t *stations = json_object_get (election, "stations");

  json_array_append_new (json_object_get (election, "styles"),
                         json_pack ("{s:s, s:{s:s, s:s}, s:[s]}", "id", "second", "title", "en",
                                    "Second motion only", "zh_HK", "第二項", "contests",
                                    "motion-2"));
  for (guint i = 0; i < 3; i++)
    json_array_append_new (json_object_get (json_array_get (stations, i), "styles"),
                           json_string ("second"));
}

static void
seal (Record *r, RecordChange change)
{
  g_autoptr (GError) error = NULL;
  char *text;
  GBytes *bytes;

  r->json = json_loadb (g_bytes_get_data (r->f->manifest->bytes, NULL),
                        g_bytes_get_size (r->f->manifest->bytes), 0, NULL);
  add_style (json_object_get (r->json, "election"));
  if (change != NULL)
    change (r);
  text = tabella_json_text (r->json);
  bytes = g_bytes_new_take (text, strlen (text));
  r->manifest = tabella_manifest_parse (bytes, &error);
  g_assert_no_error (error);
  g_bytes_unref (bytes);
  r->ctx = tabella_ballot_context_new (r->manifest, &r->f->keys);
}

/* --- Journal --- */

void
record_line (RecordTerminal *t, gint at, const TabellaEventLine *line)
{
  g_ptr_array_insert (t->journal, at, tabella_event_text (line));
}

gint
record_find_line (const RecordTerminal *t, const char *part)
{
  for (guint i = 0; i < t->journal->len; i++)
    if (strstr (t->journal->pdata[i], part) != NULL)
      return (gint)i;
  g_error ("terminal %u has no journal line with %s", t->info->index, part);
}

static void
log_event (RecordTerminal *t, TabellaEventKind kind)
{
  TabellaEventLine line = { .kind = kind, .clock = CLOCK };

  record_line (t, -1, &line);
}

static void
log_amended (RecordTerminal *t, const RecordAmendment *a)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_AMENDED,
                            .number = a->number,
                            .amend_kind = a->kind,
                            .target = a->target,
                            .value = a->value };

  record_line (t, -1, &line);
}

static void
log_copied (RecordTerminal *t)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = ++t->copies };

  memset (line.digest, 0xC0 + t->copies, sizeof line.digest);
  memcpy (t->last_copy, line.digest, sizeof line.digest);
  record_line (t, -1, &line);
}

void
record_amend (Record *r, guint16 kind, guint16 target, guint32 value)
{
  RecordAmendment a = {
    .number = (guint16)(r->amendments->len + 1), .kind = kind, .target = target, .value = value
  };

  g_array_append_val (r->amendments, a);
}

/* --- Ballots --- */

void
record_ticket (guint8 n, guint8 ticket[16])
{
  memset (ticket, 0, 16);
  ticket[0] = n;
}

static void
ballot_free (gpointer data)
{
  RecordBallot *b = data;

  g_byte_array_unref (b->bytes);
  g_free (b);
}

guint8 *
record_body (const RecordBallot *ballot)
{
  return ballot->bytes->data + 2 + 16 + 1;
}

static RecordBallot *
make_ballot (Record *r, guint16 terminal, const RecordBallot *wanted)
{
  RecordBallot *b = g_memdup2 (wanted, sizeof *wanted);
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaPending) p =
      tabella_pending_new (r->ctx, terminal, b->style, b->ticket, b->attempt,
                           b->selections + (b->style == 0 ? 0 : 4), &error);

  g_assert_no_error (error);
  memcpy (b->code, tabella_pending_code (p), sizeof b->code);
  b->bytes = g_bytes_unref_to_array (
      b->challenged ? tabella_pending_challenge (p)
                    : tabella_pending_cast (p, fixture_secrets (r->f, terminal)->ballot_secret));
  g_ptr_array_add (r->terminals[terminal].ballots, b);
  return b;
}

/* Selections stand at their place among all seven options, whatever the style. */
static RecordBallot *
choose (Record *r, guint16 terminal, gboolean challenged, guint8 ticket, guint8 attempt,
        guint16 style, gint one, gint two)
{
  RecordBallot b = { .challenged = challenged, .style = style, .attempt = attempt };

  record_ticket (ticket, b.ticket);
  if (one >= 0)
    b.selections[one] = 1;
  if (two >= 0)
    b.selections[4 + two] = 1;
  return make_ballot (r, terminal, &b);
}

RecordBallot *
record_cast (Record *r, guint16 terminal, guint8 ticket, guint8 attempt, guint16 style, gint one,
             gint two)
{
  return choose (r, terminal, FALSE, ticket, attempt, style, one, two);
}

RecordBallot *
record_challenge (Record *r, guint16 terminal, guint8 ticket, guint8 attempt, guint16 style,
                  gint one, gint two)
{
  return choose (r, terminal, TRUE, ticket, attempt, style, one, two);
}

void
record_sign (Record *r, guint16 terminal, RecordBallot *ballot)
{
  const TabellaStyleShape *s = r->ctx->styles[ballot->style];
  guint8 hi[32], message[64];

  tabella_ballot_hi (r->ctx->he, terminal, ballot->style, ballot->ticket, ballot->attempt, hi);
  tabella_body_code (&s->shape, hi, record_body (ballot), ballot->code);
  memcpy (message, r->ctx->he, 32);
  memcpy (message + 32, ballot->code, 32);
  if (!ballot->challenged)
    tabella_sign (fixture_secrets (r->f, terminal)->ballot_secret, TABELLA_BALLOT_LABEL, message,
                  sizeof message, record_body (ballot) + s->body_size);
}

RecordBallot *
record_ballot (Record *r, guint16 terminal, gboolean challenged, guint i)
{
  GPtrArray *ballots = r->terminals[terminal].ballots;

  for (guint k = 0; k < ballots->len; k++) {
    RecordBallot *b = ballots->pdata[k];

    if (b->challenged == challenged && i-- == 0)
      return b;
  }
  g_error ("terminal %u has no such ballot", terminal);
}

void
record_link (Record *r, guint folder, guint16 terminal, guint16 style, guint8 ticket)
{
  RecordLink l = { .folder = folder, .terminal = terminal, .style = style };

  record_ticket (ticket, l.ticket);
  tabella_link_make (r->ctx->he, &r->ctx->k2, terminal, l.ticket, l.link);
  g_array_append_val (r->links, l);
}

/* --- The poll --- */

static Record *
record_empty (const TabellaFixture *f)
{
  Record *r = g_new0 (Record, 1);

  r->f = f;
  r->amendments = g_array_new (FALSE, TRUE, sizeof (RecordAmendment));
  r->links = g_array_new (FALSE, TRUE, sizeof (RecordLink));
  r->standing = g_byte_array_new ();
  r->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
  for (guint i = 1; i <= RECORD_TERMINALS; i++) {
    r->terminals[i].journal = g_ptr_array_new_with_free_func (g_free);
    r->terminals[i].ballots = g_ptr_array_new_with_free_func (ballot_free);
    r->terminals[i].kind = TABELLA_BATCH_FINAL;
  }
  return r;
}

static void
open_terminals (Record *r)
{
  const RecordAmendment *amendments = (const RecordAmendment *)r->amendments->data;

  for (guint16 i = 1; i <= RECORD_TERMINALS; i++) {
    RecordTerminal *t = &r->terminals[i];

    t->info = tabella_manifest_terminal (r->manifest, i);
    t->role = i == 8 ? TABELLA_ROLE_BOOTH : t->info->role;
    log_event (t, TABELLA_EVENT_ENROLLED);
    log_event (t, TABELLA_EVENT_INSTALLED);
    log_event (t, TABELLA_EVENT_UNLOCKED);
    if (i == 8)
      for (guint k = 0; k < 3; k++)
        log_amended (t, &amendments[k]);
    log_event (t, TABELLA_EVENT_ZERO_REPORT);
    log_event (t, TABELLA_EVENT_OPENED);
  }
}

static void
play (Record *r)
{
  guint8 digest[32];

  record_amend (r, TABELLA_AMEND_NOTICE, 0, 0);
  record_amend (r, TABELLA_AMEND_ENDED, 2, 1);
  record_amend (r, TABELLA_AMEND_SPARE, 8, tabella_amend_spare_value (4, 0, TABELLA_ROLE_BOOTH));
  memset (digest, 0xD2, sizeof digest);
  memcpy (g_array_index (r->amendments, RecordAmendment, 1).digest, digest, sizeof digest);
  g_array_index (r->amendments, RecordAmendment, 1).has_digest = TRUE;
  open_terminals (r);

  record_cast (r, 1, 1, 0, 0, 0, 0);
  record_challenge (r, 1, 2, 0, 0, 1, 1);
  record_challenge (r, 1, 2, 1, 0, -1, 2);
  record_cast (r, 1, 2, 2, 0, 0, -1);
  r->terminals[1].left = 1;
  log_copied (&r->terminals[1]);
  log_amended (&r->terminals[1], &g_array_index (r->amendments, RecordAmendment, 0));
  log_copied (&r->terminals[1]);
  record_cast (r, 2, 3, 0, 0, 3, 0);
  record_cast (r, 2, 4, 0, 1, -1, 1);
  r->terminals[2].kind = TABELLA_BATCH_INTERIM;
  r->terminals[2].given = 1;
  record_cast (r, 3, 5, 0, 0, 2, 0);
  record_cast (r, 3, 6, 0, 1, -1, 2);

  r->terminals[5].given = 7;
  record_cast (r, 6, 10, 0, 0, 1, 0); /* struck: link 1 of desk 5 */
  record_challenge (r, 6, 11, 0, 0, 2, 2);
  record_cast (r, 6, 11, 1, 0, 2, 2);
  record_cast (r, 7, 12, 0, 0, -1, -1);
  record_cast (r, 7, 13, 0, 0, 0, 1);
  log_copied (&r->terminals[7]);
  record_cast (r, 8, 14, 0, 0, 0, 0);
  record_link (r, 1, 5, 0, 10);
  record_link (r, 1, 5, 0, 90); /* a ticket nobody used */
  record_link (r, 2, 5, 0, 91); /* the same, asked later */
}

Record *
record_poll (const TabellaFixture *f, RecordChange manifest)
{
  Record *r = record_empty (f);

  seal (r, manifest);
  play (r);
  return r;
}

/* --- Copies --- */

static void
copy_terminal (const RecordTerminal *from, RecordTerminal *to)
{
  GPtrArray *journal = to->journal, *ballots = to->ballots;

  *to = *from;
  to->journal = journal;
  to->ballots = ballots;
  for (guint i = 0; i < from->journal->len; i++)
    g_ptr_array_add (journal, g_strdup (from->journal->pdata[i]));
  for (guint i = 0; i < from->ballots->len; i++) {
    RecordBallot *b = g_memdup2 (from->ballots->pdata[i], sizeof *b);
    GByteArray *bytes = g_byte_array_new ();

    g_byte_array_append (bytes, b->bytes->data, b->bytes->len);
    b->bytes = bytes;
    g_ptr_array_add (ballots, b);
  }
}

static Record *
record_copy (const Record *from)
{
  Record *r = record_empty (from->f);
  g_autoptr (GError) error = NULL;

  r->json = json_incref (from->json);
  r->manifest = tabella_manifest_parse (from->manifest->bytes, &error);
  g_assert_no_error (error);
  r->ctx = tabella_ballot_context_new (r->manifest, &r->f->keys);
  g_array_append_vals (r->amendments, from->amendments->data, from->amendments->len);
  g_array_append_vals (r->links, from->links->data, from->links->len);
  for (guint16 i = 1; i <= RECORD_TERMINALS; i++) {
    copy_terminal (&from->terminals[i], &r->terminals[i]);
    r->terminals[i].info = tabella_manifest_terminal (r->manifest, i);
  }
  return r;
}

void
record_free (Record *r)
{
  for (guint i = 1; i <= RECORD_TERMINALS; i++) {
    RecordTerminal *t = &r->terminals[i];

    g_ptr_array_unref (t->journal);
    g_ptr_array_unref (t->ballots);
    g_clear_pointer (&t->bytes, g_byte_array_unref);
    g_free (t->comment);
    g_free (t->minisig);
  }
  g_array_unref (r->amendments);
  g_array_unref (r->links);
  g_byte_array_unref (r->standing);
  g_hash_table_unref (r->files);
  g_clear_pointer (&r->request, tabella_request_free);
  tabella_ballot_context_free (r->ctx);
  tabella_manifest_free (r->manifest);
  json_decref (r->json);
  g_free (r);
}

Record *
record_new (const Record *base, RecordStage stage, RecordChange change)
{
  Record *r = stage == RECORD_MANIFEST ? record_poll (base->f, change) : record_copy (base);

  if (stage == RECORD_POLL)
    change (r);
  record_heads (r);
  if (stage == RECORD_HEADS)
    change (r);
  record_batches (r);
  if (stage == RECORD_BYTES)
    change (r);
  record_sign_batches (r);
  record_strike (r);
  if (stage == RECORD_STANDING)
    change (r);
  record_tally (r);
  record_result (r);
  record_tree (r);
  if (stage == RECORD_FILES && change != NULL)
    change (r);
  return r;
}

/* --- Files --- */

void
record_put (Record *r, const char *name, gconstpointer bytes, gsize size)
{
  if (bytes == NULL)
    g_assert_true (g_hash_table_remove (r->files, name));
  else
    g_hash_table_insert (r->files, g_strdup (name), g_bytes_new (bytes, size));
}

void
record_put_text (Record *r, const char *name, const char *text)
{
  record_put (r, name, text, strlen (text));
}

GByteArray *
record_get (const Record *r, const char *name)
{
  GBytes *bytes = g_hash_table_lookup (r->files, name);
  GByteArray *out = g_byte_array_new ();

  if (bytes == NULL)
    g_error ("the record has no %s", name);
  g_byte_array_append (out, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  return out;
}

char *
record_write (const Record *r)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("tabella-record-XXXXXX", &error);
  GHashTableIter iter;
  gpointer name, bytes;

  g_assert_no_error (error);
  g_hash_table_iter_init (&iter, r->files);
  while (g_hash_table_iter_next (&iter, &name, &bytes)) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *parent = g_path_get_dirname (path);

    g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
    g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                              (gssize)g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_NONE, 0644,
                              &error);
    g_assert_no_error (error);
  }
  return folder;
}

TabellaVerifyReport *
record_verify (const Record *r, TabellaVerifyUpTo up_to, const TabellaMinisignPublic *key,
               GPtrArray *receipts)
{
  g_autofree char *folder = record_write (r);
  g_autoptr (GError) error = NULL;
  TabellaVerifyReport *report =
      tabella_verify_record (folder, up_to, key, receipts, NULL, NULL, &error);

  g_assert_no_error (error);
  tabella_folder_remove (folder, &error);
  g_assert_no_error (error);
  for (guint i = 1; i <= up_to; i++) {
    const TabellaCheckLine *line = &report->checks[i];

    if (!line->passed)
      g_test_message ("%2u %s: %s", i, line->ran ? "FAILED" : "not run", line->detail);
  }
  return report;
}

/* --- Receipts --- */

static char *
batch_text (const Record *r, const RecordTerminal *t)
{
  const RecordHeader *h = &t->header;
  guint8 digest[32];

  /* A safety copy's digest is that of its sealed form: here what the amendment says. */
  if (t->kind == TABELLA_BATCH_FINAL)
    tabella_digest_512_32 (t->bytes->data, t->bytes->len, digest);
  else
    memset (digest, 0xD2, sizeof digest);
  return tabella_batch_text (r->ctx->he, h->terminal, h->number, h->kind, h->counts.checked_in,
                             h->counts.cast, h->counts.challenged, digest,
                             fixture_secrets (r->f, t->info->index)->ballot_secret);
}

GPtrArray *
record_receipts (const Record *r)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  for (guint16 i = 1; i <= RECORD_TERMINALS; i++) {
    const RecordTerminal *t = &r->terminals[i];

    g_ptr_array_add (out, batch_text (r, t));
    for (guint k = 0; k < t->ballots->len; k++) {
      const RecordBallot *b = t->ballots->pdata[k];
      const guint8 *signature = record_body (b) + r->ctx->styles[b->style]->body_size;

      g_ptr_array_add (out, tabella_commitment_text (r->ctx, i, b->code,
                                                     fixture_secrets (r->f, i)->ballot_secret));
      if (!b->challenged)
        g_ptr_array_add (out, tabella_receipt_text (r->ctx, i, b->code, signature));
    }
  }
  return out;
}
