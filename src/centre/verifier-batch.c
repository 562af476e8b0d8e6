/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <string.h>
#include "files.h"

/* The batches of a record, each inspected by itself. */

void
tabella_verify_batch_free (TabellaVerifyBatch *b)
{
  if (b == NULL)
    return;
  for (guint i = 0; i <= TABELLA_VERIFY_LAST; i++) {
    g_free (b->findings[i].problem);
    g_free (b->findings[i].missing);
  }
  g_clear_pointer (&b->batch, tabella_batch_free);
  g_clear_pointer (&b->journal, g_array_unref);
  g_free (b->place);
  g_free (b->where);
  g_free (b);
}

/* --- 5 --- */

static gboolean
is_there (const TabellaVerifier *v, const char *name)
{
  g_autofree char *path = g_build_filename (v->dir, name, NULL);
  gboolean there;

  return !tabella_file_exists (path, &there, NULL) || there;
}

/* The file and what its signature says; NULL unless the terminal signed it. */
static GBytes *
read_signed (const TabellaVerifier *v, TabellaVerifyBatch *b, char **comment)
{
  g_autofree char *name = g_build_filename (b->place, "ballots", NULL);
  g_autofree char *sig_name = g_build_filename (b->place, "ballots.minisig", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tabella_verify_read (v, name, TABELLA_FILE_LIMIT, &error);
  g_autoptr (GBytes) sig = NULL;
  TabellaMinisignPublic key;

  if (bytes != NULL)
    sig = tabella_verify_read (v, sig_name, TABELLA_SIGNATURE_LIMIT, &error);
  tabella_minisign_batch_public (b->info->batch_key, &key);
  if (sig != NULL && tabella_minisign_verify (
                         &key, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                         g_bytes_get_data (sig, NULL), g_bytes_get_size (sig), comment, &error))
    return g_steal_pointer (&bytes);
  b->unread = sig == NULL && is_there (v, bytes == NULL ? name : sig_name);
  tabella_verify_fail (&b->findings[5], "%s: %s", b->where, error->message);
  return NULL;
}

static void
check_comment (const TabellaVerifier *v, TabellaVerifyBatch *b, const char *comment)
{
  const TabellaBatch *batch = b->batch;
  g_autofree char *expected =
      tabella_batch_comment (v->ctx->he, batch->terminal, batch->number, batch->kind,
                             batch->counts.cast, batch->counts.checked_in);

  if (!g_str_equal (comment, expected))
    tabella_verify_fail (
        &b->findings[5],
        "%s: ballots.minisig: the trusted comment is \"%s\" and the header makes it "
        "\"%s\"",
        b->where, comment, expected);
}

/* The same key signs safety copies whole, and batches of the election's practice. A file that
 * cannot be parsed is the terminal's own fault only if the comment says that it is this batch. */
static gboolean
is_meant (const TabellaVerifier *v, const TabellaVerifyBatch *b, GBytes *bytes, const char *comment)
{
  static const char sealed[] = "TASEALED";
  gsize size = g_bytes_get_size (bytes);

  for (guint kind = TABELLA_BATCH_INTERIM; kind <= TABELLA_BATCH_FINAL; kind++) {
    g_autofree char *whole =
        tabella_batch_comment (v->ctx->he, b->info->index, b->number, (TabellaBatchKind)kind, 0, 0);

    if (strncmp (comment, whole, (gsize)(strstr (whole, " cast=") - whole) + 1) == 0)
      return size < strlen (sealed) ||
             memcmp (g_bytes_get_data (bytes, NULL), sealed, strlen (sealed)) != 0;
  }
  return FALSE;
}

/* --- 6: what the counts of a role can be --- */

static const char *
wrong_counts (TabellaRole role, const TabellaBatch *batch)
{
  const TabellaCounts *c = &batch->counts;

  switch (role) {
  case TABELLA_ROLE_DESK:
    if (c->cast != 0 || c->challenged != 0)
      return "a desk with ballots";
    return c->voted != 0 || c->left != 0 ? "a desk with check-ins that voted or left" : NULL;
  case TABELLA_ROLE_BOOTH:
    return c->checked_in != 0 || c->given != 0 || c->voted != 0 || c->left != 0
               ? "a booth with check-ins"
               : NULL;
  case TABELLA_ROLE_COMBINED:
    if (c->voted != c->cast)
      return "not as many check-ins that voted as cast ballots";
    return batch->kind == TABELLA_BATCH_FINAL && c->given != 0
               ? "a final of a combined terminal with tickets still open"
               : NULL;
  case TABELLA_ROLE_SPARE:
  default:
    return "a spare that no amendment in its journal assigned";
  }
}

static void
check_counts (TabellaVerifyBatch *b)
{
  const TabellaCounts *c = &b->batch->counts;
  const char *wrong = wrong_counts (b->status.role, b->batch);

  if (b->batch->terminal != b->info->index)
    tabella_verify_fail (&b->findings[6], "%s: its header says terminal %u", b->where,
                         b->batch->terminal);
  if ((guint64)c->given + c->voted + c->left > c->checked_in)
    wrong = "more tickets than check-ins";
  if (wrong != NULL)
    tabella_verify_fail (&b->findings[6], "%s: the header's counts: %s", b->where, wrong);
}

/* --- 8 --- */

static void
check_styles (const TabellaVerifier *v, TabellaVerifyBatch *b, const GArray *records)
{
  for (guint i = 0; i < records->len; i++) {
    const TabellaBallotRecord *r = &g_array_index (records, TabellaBallotRecord, i);

    if (!tabella_election_style_allowed (v->manifest->election, b->status.station, r->style))
      tabella_verify_fail (&b->findings[8],
                           "%s: a ballot of style %u, which station %u does not have", b->where,
                           r->style, b->status.station);
  }
}

static void
check_limits (const TabellaVerifier *v, TabellaVerifyBatch *b)
{
  const TabellaPolicies *limits = &v->manifest->election->policies;
  const TabellaCounts *c = &b->batch->counts;

  if ((guint64)c->cast + c->challenged > limits->capacity_ballots)
    tabella_verify_fail (&b->findings[8],
                         "%s: %u cast and %u challenged ballots; the capacity is %u", b->where,
                         c->cast, c->challenged, limits->capacity_ballots);
  if (c->checked_in > limits->capacity_checkins)
    tabella_verify_fail (&b->findings[8], "%s: %u check-ins; the capacity is %u", b->where,
                         c->checked_in, limits->capacity_checkins);
  check_styles (v, b, b->batch->cast);
  check_styles (v, b, b->batch->challenged);
}

/* --- 11: attempts --- */

/* By ticket; of one ticket the challenged ones first, then by attempt. */
static int
compare_uses (gconstpointer a, gconstpointer b)
{
  const TabellaBallotRecord *x = *(const TabellaBallotRecord *const *)a;
  const TabellaBallotRecord *y = *(const TabellaBallotRecord *const *)b;
  int order = memcmp (x->ticket, y->ticket, sizeof x->ticket);

  if (order == 0)
    order = (int)y->challenged - (int)x->challenged;
  return order != 0 ? order : (int)x->attempt - (int)y->attempt;
}

static void
add_uses (GPtrArray *uses, const GArray *records)
{
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (uses, &g_array_index (records, TabellaBallotRecord, i));
}

/* Of every ticket the attempts count up from 0, all challenged but the last, which may be cast. */
static void
check_attempts (TabellaVerifyBatch *b)
{
  g_autoptr (GPtrArray) uses = g_ptr_array_new ();
  const TabellaBallotRecord *before = NULL;
  guint next = 0;

  add_uses (uses, b->batch->challenged);
  add_uses (uses, b->batch->cast);
  g_ptr_array_sort (uses, compare_uses);
  for (guint i = 0; i < uses->len; i++) {
    const TabellaBallotRecord *r = uses->pdata[i];
    gboolean same = before != NULL && memcmp (before->ticket, r->ticket, sizeof r->ticket) == 0;

    next = same ? next + 1 : 0;
    if (same && !before->challenged)
      tabella_verify_fail (&b->findings[11], "%s: two cast ballots of one ticket", b->where);
    else if (r->attempt != next)
      tabella_verify_fail (&b->findings[11],
                           "%s: a %s ballot of attempt %u where its ticket's attempt %u comes",
                           b->where, r->challenged ? "challenged" : "cast", r->attempt, next);
    before = r;
  }
}

/* --- All of it --- */

void
tabella_verify_batch_inspect (const TabellaVerifier *v, TabellaVerifyBatch *b)
{
  g_autofree char *comment = NULL;
  g_autoptr (GBytes) bytes = read_signed (v, b, &comment);
  g_autoptr (GError) error = NULL;

  if (bytes != NULL) {
    b->batch = tabella_batch_parse (v->ctx, bytes, &error);
    b->is_signed = b->batch != NULL || is_meant (v, b, bytes, comment);
    if (b->batch == NULL)
      tabella_verify_fail (&b->findings[8], "%s: %s", b->where, error->message);
  }
  if (b->batch == NULL) {
    for (guint check = 4; check <= 12; check++)
      if (check != 5 && b->findings[check].problem == NULL)
        tabella_verify_miss (&b->findings[check], "%s was not read (check %u)", b->where,
                             bytes != NULL ? 8 : 5);
    return;
  }
  check_comment (v, b, comment);
  tabella_verify_journal (v, b);
  check_counts (b);
  check_limits (v, b);
  check_attempts (b);
}

static void
find_batches (TabellaVerifier *v, const TabellaTerminalInfo *info, const char *folder,
              gboolean quarantined)
{
  g_autoptr (GPtrArray) there = tabella_verify_list (v, 6, folder);

  for (guint i = 0; i < there->len; i++) {
    guint16 number = tabella_verify_number (there->pdata[i], "batch-", 4, "");
    TabellaVerifyBatch *b;

    if (number == 0)
      continue;
    b = g_new0 (TabellaVerifyBatch, 1);
    b->info = info;
    b->number = number;
    b->quarantined = quarantined;
    b->place = g_build_filename (folder, there->pdata[i], NULL);
    b->where = g_strdup_printf ("%sterminal %u, batch %u", quarantined ? "quarantined " : "",
                                info->index, number);
    tabella_verify_batch_inspect (v, b);
    g_ptr_array_add (v->batches, b);
  }
}

/* Folders of terminals that the manifest does not have. */
static void
check_known (TabellaVerifier *v, const char *folder)
{
  g_autoptr (GPtrArray) there = tabella_verify_list (v, 6, folder);

  for (guint i = 0; i < there->len; i++) {
    guint16 index = tabella_verify_number (there->pdata[i], "terminal-", 3, "");

    if (index != 0 && tabella_manifest_terminal (v->manifest, index) == NULL)
      tabella_verify_fail (&v->findings[6], "%s%s%s: there is no terminal %u in the manifest",
                           folder != NULL ? folder : "", folder != NULL ? "/" : "",
                           (const char *)there->pdata[i], index);
  }
}

void
tabella_verify_batches (TabellaVerifier *v)
{
  const GPtrArray *terminals = v->manifest->terminals;

  check_known (v, NULL);
  check_known (v, "quarantine");
  for (guint quarantined = 0; quarantined < 2; quarantined++)
    for (guint i = 0; i < terminals->len; i++) {
      const TabellaTerminalInfo *info = terminals->pdata[i];
      g_autofree char *folder =
          g_strdup_printf ("%sterminal-%03u", quarantined != 0 ? "quarantine/" : "", info->index);

      find_batches (v, info, folder, quarantined != 0);
    }
}
