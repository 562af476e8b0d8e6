/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "poll.h"

#include <string.h>
#include "bytes.h"
#include "files.h"
#include "receipts.h"

Poll *
poll_new (TabellaFixture *f, guint16 terminal)
{
  Poll *p = g_new0 (Poll, 1);

  p->f = f;
  p->terminal = terminal;
  p->keys = fixture_roll_keys (f, terminal);
  p->journal = g_string_new (NULL);
  p->cast = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  p->challenged = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  p->checkins = g_array_new (FALSE, TRUE, sizeof (TabellaCheckin));
  p->number = 1;
  poll_event (p, TABELLA_EVENT_ENROLLED);
  poll_event (p, TABELLA_EVENT_ZERO_REPORT);
  poll_event (p, TABELLA_EVENT_OPENED);
  return p;
}

static void
drop_files (Poll *p)
{
  g_clear_pointer (&p->ballots, g_bytes_unref);
  g_clear_pointer (&p->checkins_file, g_bytes_unref);
  g_clear_pointer (&p->sealed, g_bytes_unref);
  g_clear_pointer (&p->minisig, g_free);
  g_clear_pointer (&p->sealed_minisig, g_free);
  g_clear_pointer (&p->text, g_free);
}

void
poll_free (Poll *p)
{
  drop_files (p);
  tabella_roll_keys_free (p->keys);
  g_string_free (p->journal, TRUE);
  g_ptr_array_unref (p->cast);
  g_ptr_array_unref (p->challenged);
  g_array_unref (p->checkins);
  g_free (p);
}

static void
put_line (Poll *p, const TabellaEventLine *line)
{
  g_autofree char *text = tabella_event_text (line);

  g_string_append_printf (p->journal, "%s\n", text);
}

void
poll_event (Poll *p, TabellaEventKind kind)
{
  TabellaEventLine line = { .kind = kind, .clock = "2014-06-20 08:00", .what = "recovered" };

  put_line (p, &line);
}

void
poll_amended (Poll *p, guint16 number, TabellaAmendKind kind, guint16 target, guint32 value)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_AMENDED,
                            .number = number,
                            .amend_kind = (guint16)kind,
                            .target = target,
                            .value = value };

  put_line (p, &line);
}

void
poll_pseudonym (const Poll *p, guint voter, guint8 out[32])
{
  g_autoptr (TabellaRollKeys) keys = fixture_roll_keys (p->f, 1);
  g_autofree char *id = fixture_id (voter);

  /* A booth has no roll key; terminal 1 is a combined one. */
  tabella_pseudonym (keys->roll_key, id, out);
}

void
poll_checkin (Poll *p, guint voter, TabellaCheckinKind kind, TabellaCheckinState state,
              const guint8 *ticket)
{
  TabellaCheckin c = { .kind = (guint8)kind, .state = (guint8)state };

  poll_pseudonym (p, voter, c.p);
  if (ticket != NULL)
    tabella_link_make (p->f->ctx->he, &p->f->ctx->k2, p->terminal, ticket, c.link);
  g_array_append_val (p->checkins, c);
}

void
poll_walkin (Poll *p, guint voter, TabellaCheckinState state, guint8 ticket[16])
{
  poll_ticket (p->terminal, voter, ticket);
  poll_checkin (p, voter, TABELLA_CHECKIN_WALKIN, state, ticket);
}

static TabellaPending *
encrypt (Poll *p, const guint8 ticket[16], guint8 attempt, const char *choices)
{
  const TabellaElection *e = p->f->manifest->election;
  g_autofree guint8 *selections = g_new0 (guint8, p->f->ctx->max_options);
  g_autoptr (GError) error = NULL;
  TabellaPending *pending;
  gsize at = 0;

  for (guint c = 0; c < e->contests->len; c++) {
    const TabellaContest *contest = tabella_election_contest (e, (guint16)c);

    if (choices[c] == 'y')
      selections[at] = 1;
    else if (choices[c] == 'n')
      selections[at + 1] = 1;
    at += contest->options->len;
  }
  pending = tabella_pending_new (p->f->ctx, p->terminal, 0, ticket, attempt, selections, &error);
  g_assert_no_error (error);
  return pending;
}

void
poll_cast (Poll *p, const guint8 ticket[16], guint8 attempt, const char *choices)
{
  g_autoptr (TabellaPending) pending = encrypt (p, ticket, attempt, choices);

  g_ptr_array_add (
      p->cast, tabella_pending_cast (pending, fixture_secrets (p->f, p->terminal)->ballot_secret));
}

void
poll_challenge (Poll *p, const guint8 ticket[16], guint8 attempt, const char *choices)
{
  g_autoptr (TabellaPending) pending = encrypt (p, ticket, attempt, choices);

  g_ptr_array_add (p->challenged, tabella_pending_challenge (pending));
}

void
poll_ticket (guint16 terminal, guint voter, guint8 ticket[16])
{
  memset (ticket, 0x5a, 16);
  ticket[0] = (guint8)terminal;
  ticket[1] = (guint8)voter;
  ticket[2] = (guint8)(voter >> 8);
}

void
poll_vote (Poll *p, guint voter, TabellaCheckinKind kind, const char *choices)
{
  guint8 ticket[16];
  gboolean own = kind == TABELLA_CHECKIN_ROLL && fixture_terminal_of (p->f, voter) == p->terminal;

  poll_ticket (p->terminal, voter, ticket);
  poll_checkin (p, voter, kind, TABELLA_CHECKIN_VOTED, own ? NULL : ticket);
  poll_cast (p, ticket, 0, choices);
}

void
poll_counts (const Poll *p, TabellaCounts *counts)
{
  memset (counts, 0, sizeof *counts);
  counts->checked_in = p->checkins->len;
  counts->cast = p->cast->len;
  counts->challenged = p->challenged->len;
  for (guint i = 0; i < p->checkins->len; i++) {
    const TabellaCheckin *c = &g_array_index (p->checkins, TabellaCheckin, i);

    counts->given += c->state == TABELLA_CHECKIN_GIVEN;
    counts->voted += c->state == TABELLA_CHECKIN_VOTED;
    counts->left += c->state == TABELLA_CHECKIN_LEFT;
  }
}

char *
poll_sign (const Poll *p, GBytes *bytes, const char *comment)
{
  g_auto (TabellaMinisignSecret) key = { 0 };

  tabella_terminal_batch_secret (fixture_secrets (p->f, p->terminal), &key);
  return tabella_minisign_sign (&key, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                comment);
}

static void
digest_of (GBytes *bytes, guint8 out[32])
{
  tabella_digest_512_32 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), out);
}

static void
put_closed (Poll *p, const TabellaCounts *counts)
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_CLOSED,
                            .checked_in = counts->checked_in,
                            .cast = counts->cast,
                            .challenged = counts->challenged,
                            .clock = "2014-06-29 22:00" };

  put_line (p, &line);
}

static void
put_copied (Poll *p, const guint8 digest[32])
{
  TabellaEventLine line = { .kind = TABELLA_EVENT_COPIED, .number = p->number };

  memcpy (line.digest, digest, 32);
  memcpy (p->previous, digest, 32);
  put_line (p, &line);
  p->number++;
}

static void
make_ballots (Poll *p, TabellaBatchKind kind, const TabellaCounts *counts)
{
  const guint8 *secret = fixture_secrets (p->f, p->terminal)->export_secret;
  TabellaBatchInput in = { .terminal = p->terminal, .number = p->number, .kind = kind };
  g_autoptr (GError) error = NULL;
  g_autofree char *comment = tabella_batch_comment (p->f->ctx->he, p->terminal, p->number, kind,
                                                    counts->cast, counts->checked_in);

  p->checkins_file =
      tabella_checkins_build (p->f->ctx, p->terminal, p->number, p->checkins, secret);
  memcpy (in.previous, p->previous, sizeof in.previous);
  digest_of (p->checkins_file, in.checkins_digest);
  in.counts = *counts;
  in.journal = p->journal->str;
  in.journal_size = p->journal->len;
  in.cast = p->cast;
  in.challenged = p->challenged;
  p->ballots = tabella_batch_build (p->f->ctx, &in, &error);
  g_assert_no_error (error);
  p->minisig = poll_sign (p, p->ballots, comment);
}

void
poll_make (Poll *p, TabellaBatchKind kind)
{
  const TabellaTerminalSecrets *s = fixture_secrets (p->f, p->terminal);
  TabellaCounts counts;
  guint8 digest[32];
  guint16 number = p->number;

  drop_files (p);
  poll_counts (p, &counts);
  if (kind == TABELLA_BATCH_FINAL)
    put_closed (p, &counts);
  make_ballots (p, kind, &counts);
  if (kind == TABELLA_BATCH_INTERIM) {
    g_autofree char *comment = tabella_batch_comment (p->f->ctx->he, p->terminal, p->number, kind,
                                                      counts.cast, counts.checked_in);

    p->sealed = tabella_sealed_build (p->f->ctx, p->terminal, p->number, p->ballots, p->minisig,
                                      p->checkins_file, s->export_secret);
    p->sealed_minisig = poll_sign (p, p->sealed, comment);
    digest_of (p->sealed, digest);
    put_copied (p, digest);
  } else {
    digest_of (p->ballots, digest);
  }
  p->text = tabella_batch_text (p->f->ctx->he, p->terminal, number, (guint8)kind, counts.checked_in,
                                counts.cast, counts.challenged, digest, s->ballot_secret);
}

static void
put_file (const char *folder, const char *name, gconstpointer bytes, gsize size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  tabella_file_write (path, bytes, size, 0644, &error);
  g_assert_no_error (error);
}

static void
put_bytes (const char *folder, const char *name, GBytes *bytes)
{
  put_file (folder, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

char *
poll_write (const Poll *p, const char *stick)
{
  guint16 number = p->sealed != NULL ? p->number - 1 : p->number;
  g_autofree char *name = tabella_batch_folder (p->terminal, number);
  char *folder = g_build_filename (stick, name, NULL);

  if (p->sealed != NULL) {
    put_bytes (folder, "sealed", p->sealed);
    put_file (folder, "sealed.minisig", p->sealed_minisig, strlen (p->sealed_minisig));
  } else {
    put_bytes (folder, "ballots", p->ballots);
    put_file (folder, "ballots.minisig", p->minisig, strlen (p->minisig));
    put_bytes (folder, "checkins", p->checkins_file);
  }
  put_file (folder, "receipt.txt", p->text, strlen (p->text));
  return folder;
}

void
poll_close (Poll *p, const char *stick)
{
  g_autofree char *folder = NULL;

  poll_make (p, TABELLA_BATCH_FINAL);
  folder = poll_write (p, stick);
}
