/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mutation.h"

#include <string.h>
#include "bytes.h"

/* Lies that took some work: all that hangs on them was made to fit, so that a single part of one
 * check is left to see them. */

#define LINKED 5 /* the desk whose links are opened */
#define EARLY  1 /* a terminal with safety copies */

/* --- 4 --- */

static void
amendment_skipped (Record *r)
{
  record_amend (r, TABELLA_AMEND_NOTICE, 0, 0);
  g_array_index (r->amendments, RecordAmendment, 3).number = 5;
}

/* --- 5 --- */

/* A good signature, with a comment that the terminal did not sign. */
static void
comment_exchanged (Record *r)
{
  static const char other[] = "another comment";
  RecordTerminal *t = &r->terminals[3];
  g_auto (TabellaMinisignSecret) key = { 0 };
  g_autofree char *sig = NULL;

  tabella_terminal_batch_secret (fixture_secrets (r->f, 3), &key);
  sig = tabella_minisign_sign (&key, t->bytes->data, t->bytes->len, other);
  record_put_text (r, "terminal-003/batch-0001/ballots.minisig", sig);
  mutate_text (r, "terminal-003/batch-0001/ballots.minisig", other, t->comment);
}

/* --- 6 --- */

static void
header_terminal (Record *r)
{
  r->terminals[5].header.terminal = 6;
}

static void
move_file (Record *r, const char *from, const char *to)
{
  g_autoptr (GByteArray) bytes = record_get (r, from);

  record_put (r, to, bytes->data, bytes->len);
  record_put (r, from, NULL, 0);
}

static void
folder_renamed (Record *r)
{
  move_file (r, "terminal-003/batch-0001/ballots", "terminal-003/batch-0002/ballots");
  move_file (r, "terminal-003/batch-0001/ballots.minisig",
             "terminal-003/batch-0002/ballots.minisig");
}

static void
number_after_none (Record *r)
{
  r->terminals[3].copies = 1;
}

/* What the terminal's first safety copy may have held, signed by it. */
static void
earlier_batch (Record *r)
{
  RecordTerminal *t = &r->terminals[EARLY];
  g_autoptr (GString) journal = g_string_new (NULL);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_auto (TabellaMinisignSecret) key = { 0 };
  g_autoptr (GError) error = NULL;
  TabellaBatchInput in = { .terminal = EARLY, .number = 1, .kind = TABELLA_BATCH_INTERIM };
  g_autofree char *comment =
      tabella_batch_comment (r->ctx->he, EARLY, 1, TABELLA_BATCH_INTERIM, 0, 0);
  g_autofree char *sig = NULL;
  g_autoptr (GBytes) bytes = NULL;

  for (gint i = 0; i < record_find_line (t, "copied"); i++)
    g_string_append_printf (journal, "%s\n", (const char *)t->journal->pdata[i]);
  in.journal = journal->str;
  in.journal_size = journal->len;
  in.cast = in.challenged = none;
  bytes = tabella_batch_build (r->ctx, &in, &error);
  g_assert_no_error (error);
  tabella_terminal_batch_secret (fixture_secrets (r->f, EARLY), &key);
  sig = tabella_minisign_sign (&key, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                               comment);
  record_put (r, "terminal-001/batch-0001/ballots", g_bytes_get_data (bytes, NULL),
              g_bytes_get_size (bytes));
  record_put_text (r, "terminal-001/batch-0001/ballots.minisig", sig);
}

/* --- 7 --- */

static void
closed_twice (Record *r)
{
  RecordTerminal *t = &r->terminals[3];
  const char *line = t->journal->pdata[record_find_line (t, "closed")];

  g_ptr_array_add (t->journal, g_strdup (line));
}

/* --- 8 --- */

static void
header_kind (Record *r)
{
  r->terminals[2].header.kind = 3;
  g_array_index (r->amendments, RecordAmendment, 1).has_digest = FALSE;
}

/* The journal's chain and the comment as that election has them. */
static void
header_election (Record *r)
{
  RecordTerminal *t = &r->terminals[5];
  const RecordHeader *h = &t->header;
  guint8 ours[32] = { 0 }, theirs[32] = { 0 };

  t->comment = tabella_batch_comment (r->ctx->he, h->terminal, h->number, TABELLA_BATCH_FINAL,
                                      h->counts.cast, h->counts.checked_in);
  t->header.he[0] ^= 1;
  for (guint i = 0; i < t->journal->len; i++) {
    const char *line = t->journal->pdata[i];

    tabella_journal_chain (r->ctx->he, ours, line, strlen (line), ours);
    tabella_journal_chain (h->he, theirs, line, strlen (line), theirs);
  }
  for (guint i = 0; i < 32; i++)
    t->header.head[i] = ours[i] ^ theirs[i];
}

/* Encrypts @b once more as another attempt. */
static void
make_attempt (Record *r, guint16 terminal, RecordBallot *b, guint8 attempt)
{
  const TabellaStyleShape *s = r->ctx->styles[b->style];
  guint8 hi[32], seed[32];

  b->attempt = b->bytes->data[18] = attempt;
  memset (seed, attempt, sizeof seed);
  if (b->challenged)
    memcpy (record_body (b) + s->body_size, seed, sizeof seed);
  tabella_ballot_hi (r->ctx->he, terminal, b->style, b->ticket, attempt, hi);
  g_assert_true (tabella_body_make (&s->shape, hi, &r->ctx->k, seed,
                                    b->selections + (b->style == 0 ? 0 : 4), record_body (b)));
  record_sign (r, terminal, b);
}

/* A voter who challenges four times. */
static void
fifth_attempt (Record *r)
{
  for (guint8 i = 0; i < 3; i++)
    record_challenge (r, 7, 80, i, 0, 0, 0);
  make_attempt (r, 7, record_challenge (r, 7, 80, 2, 0, 0, 0), 3);
  make_attempt (r, 7, record_cast (r, 7, 80, 3, 0, 0, 0), 4);
}

/* --- 13 --- */

static TabellaRequest *
read_request (const Record *r, const char *name, guint8 digest[32])
{
  g_autoptr (GByteArray) all = record_get (r, name);
  g_autoptr (GBytes) bytes = g_bytes_new (all->data, all->len);
  g_autoptr (GError) error = NULL;
  TabellaRequest *request = tabella_request_parse (bytes, &error);

  g_assert_no_error (error);
  tabella_request_digest (r->ctx->he, bytes, NULL, 0, digest);
  return request;
}

static void
put_share (Record *r, const char *folder, guint16 trustee, const TabellaRequest *request,
           const guint8 digest[32])
{
  g_autoptr (GBytes) share = record_share (r, trustee, request, digest);
  g_autofree char *name = g_strdup_printf ("%s/share-%02u", folder, trustee);

  record_put (r, name, g_bytes_get_data (share, NULL), g_bytes_get_size (share));
}

/* The centre publishes another link than the one that it let the trustees open. */
static void
link_exchanged (Record *r)
{
  guint8 digest[32], ticket[16], entry[TABELLA_LINK_BYTES + 2] = { 0 };
  g_autoptr (TabellaRequest) request = read_request (r, "strike-0002/request", digest);
  TabellaPoint shared;

  record_ticket (93, ticket);
  tabella_link_make (r->ctx->he, &r->ctx->k2, LINKED, ticket, entry);
  fixture_shared (r->f, TABELLA_REQUEST_STRIKE,
                  &g_array_index (request->points, TabellaRequestPoint, 0).point, &shared);
  tabella_link_open (r->ctx->he, LINKED, entry, &shared, ticket);
  record_put (r, "strike-0002/links", entry, sizeof entry);
  record_put (r, "strike-0002/tickets", ticket, sizeof ticket);
}

/* A request for check-ins, answered, as a strike. */
static void
checkins_as_strike (Record *r)
{
  guint8 digest[32];
  g_autoptr (TabellaRequest) strike = read_request (r, "strike-0002/request", digest);
  g_autoptr (TabellaRequest) other = tabella_request_new (TABELLA_REQUEST_CHECKINS);
  g_autoptr (GBytes) bytes = NULL;

  tabella_request_add (other, LINKED, 1, 1,
                       &g_array_index (strike->points, TabellaRequestPoint, 0).point);
  bytes = tabella_request_bytes (other);
  tabella_request_digest (r->ctx->he, bytes, NULL, 0, digest);
  record_put (r, "strike-0002/request", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  put_share (r, "strike-0002", 1, other, digest);
  put_share (r, "strike-0002", 3, other, digest);
}

/* Enough good shares, and a bad one after them. */
static void
bad_third_share (Record *r, const char *folder, const TabellaRequest *request,
                 const guint8 digest[32])
{
  g_autofree char *first = g_build_filename (folder, "share-01", NULL);
  g_autofree char *third = g_build_filename (folder, "share-03", NULL);
  g_autoptr (GByteArray) bytes = record_get (r, first);

  put_share (r, folder, 2, request, digest);
  record_put (r, third, bytes->data, bytes->len);
}

static void
bad_third_strike (Record *r)
{
  guint8 digest[32];
  g_autoptr (TabellaRequest) request = read_request (r, "strike-0001/request", digest);

  bad_third_share (r, "strike-0001", request, digest);
}

/* --- 15 --- */

static void
tally_digest (const Record *r, guint8 digest[32])
{
  g_autoptr (GByteArray) all = record_get (r, "tally-0001/request");
  g_autoptr (GBytes) bytes = g_bytes_new (all->data, all->len);

  tabella_request_digest (r->ctx->he, bytes, r->standing->data, r->standing->len / 32, digest);
}

static void
bad_third_tally (Record *r)
{
  guint8 digest[32];

  tally_digest (r, digest);
  bad_third_share (r, "tally-0001", r->request, digest);
}

static void
add_to_count (json_t *obj, guint option, int n)
{
  json_t *one = json_array_get (json_object_get (obj, "options"), option);

  json_object_set_new (one, "count",
                       json_integer (json_integer_value (json_object_get (one, "count")) + n));
}

/* A vote of the first unit's first contest moves from its first option to its second. */
static void
move_vote (Record *r)
{
  g_autoptr (GByteArray) bytes = record_get (r, "result.json");
  g_autoptr (json_t) json = json_loadb ((const char *)bytes->data, bytes->len, 0, NULL);
  json_t *contest = json_array_get (json_object_get (json, "contests"), 0);
  json_t *unit = json_array_get (json_object_get (contest, "units"), 0);
  g_autofree char *text = NULL;

  add_to_count (contest, 0, -1);
  add_to_count (contest, 1, 1);
  add_to_count (unit, 0, -1);
  add_to_count (unit, 1, 1);
  text = tabella_json_text (json);
  record_put_text (r, "result.json", text);
}

/* A trustee shifts its shares of two sums so that the vote moves when they are combined: of
 * trustees 1 and 3 the first one's weigh 3/2. */
static void
lying_trustee (Record *r)
{
  g_autoptr (GByteArray) share = record_get (r, "tally-0001/share-01");
  TabellaScalar three, two;
  TabellaPoint shift, m;

  tabella_scalar_from_uint (&three, 3);
  tabella_scalar_from_uint (&two, 2);
  g_assert_true (tabella_scalar_invert (&three, &three));
  tabella_scalar_mul (&two, &two, &three);
  tabella_point_mul (&shift, &two, &r->ctx->k);
  memcpy (m.b, share->data, 32);
  tabella_point_add (&m, &m, &shift);
  memcpy (share->data, m.b, 32);
  memcpy (m.b, share->data + 32, 32);
  tabella_point_sub (&m, &m, &shift);
  memcpy (share->data + 32, m.b, 32);
  record_put (r, "tally-0001/share-01", share->data, share->len);
  move_vote (r);
}

const Mutation lie_mutations[] = {
  { 4, "skipped", RECORD_POLL, amendment_skipped, "number 4 is missing", 0 },
  { 5, "comment-exchanged", RECORD_FILES, comment_exchanged, "comment was changed", UNSIGNED },
  { 6, "header-terminal", RECORD_HEADS, header_terminal, "its header says terminal 6", 0 },
  { 6, "renamed", RECORD_FILES, folder_renamed, "its header says batch 1", 0 },
  { 6, "after-none", RECORD_POLL, number_after_none, "after 0 safety copies", 0 },
  { 6, "earlier", RECORD_BYTES, earlier_batch, "only its last one counts", 0 },
  { 7, "closed-twice", RECORD_HEADS, closed_twice, "`closed`", 0 },
  { 8, "kind-of-none", RECORD_HEADS, header_kind, "kind 3", UNREAD },
  { 8, "other-election", RECORD_HEADS, header_election, "another election", UNREAD },
  { 8, "fifth-attempt", RECORD_POLL, fifth_attempt, "attempt 3", UNREAD },
  { 13, "link-exchanged", RECORD_FILES, link_exchanged, "not that of the request", 0 },
  { 13, "checkins-as-strike", RECORD_FILES, checkins_as_strike, "asks for no links",
    NOT_RUN (14, 16) },
  { 13, "bad-third-share", RECORD_FILES, bad_third_strike, "share-03", 0 },
  { 15, "bad-third-share", RECORD_FILES, bad_third_tally, "share-03", 0 },
  { 15, "vote-moved", RECORD_FILES, lying_trustee, "share-01", NOT_RUN (16, 16) },
  { 0 },
};
