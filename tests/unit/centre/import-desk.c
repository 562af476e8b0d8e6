/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "import-desk.h"

#include <glib/gstdio.h>
#include <string.h>
#include "receipts.h"

TabellaFixture *fixture;

void
desk_clear (Desk *d)
{
  tabella_store_close (d->store);
  g_free (d->stick);
}
Desk
desk_new (void)
{
  static guint n = 0;
  g_autofree char *db = g_build_filename (fixture->folder, "centre.db", NULL);
  g_autofree char *name = g_strdup_printf ("usb-%u", n++);
  g_autoptr (GError) error = NULL;
  Desk d = { 0 };

  g_remove (db);
  d.stick = fixture_file (fixture, name);
  d.store = tabella_store_open (fixture->folder, &error);
  g_assert_no_error (error);
  return d;
}

GPtrArray *
import (const Desk *d, const char *path)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GPtrArray *done;

  g_ptr_array_add (paths, (gpointer)path);
  done = tabella_import (d->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  return done;
}

/* The reason for the only batch there is; NULL: taken. */
char *
import_one (const Desk *d, const char *path, gboolean *quarantined, gboolean *already)
{
  g_autoptr (GPtrArray) done = import (d, path);
  const TabellaImported *i;

  g_assert_cmpuint (done->len, ==, 1);
  i = g_ptr_array_index (done, 0);
  if (quarantined != NULL)
    *quarantined = i->quarantined;
  if (already != NULL)
    *already = i->already;
  return g_strdup (i->refused);
}

void
expect_taken (const Desk *d, const char *path)
{
  g_autofree char *reason = import_one (d, path, NULL, NULL);

  g_assert_cmpstr (reason, ==, NULL);
}

void
expect_refused (const Desk *d, const char *path, gboolean quarantined, const char *phrase)
{
  gboolean was;
  g_autofree char *reason = import_one (d, path, &was, NULL);

  g_assert_nonnull (reason);
  if (strstr (reason, phrase) == NULL)
    g_error ("\"%s\" should say \"%s\"", reason, phrase);
  g_assert_cmpint (was, ==, quarantined);
}

const TabellaHeld *
last_of (const TabellaEvidence *e, guint16 terminal)
{
  return tabella_evidence_last (e, tabella_manifest_terminal (e->manifest, terminal), NULL);
}

TabellaEvidence *
evidence (const Desk *d)
{
  g_autoptr (GError) error = NULL;
  TabellaEvidence *e = tabella_store_evidence (d->store, &error);

  g_assert_no_error (error);
  return e;
}

/* A day at a combined terminal: two voters of its own, a walk-in who challenged twice, one who
 * left. */
Poll *
day (guint16 terminal)
{
  Poll *p = poll_new (fixture, terminal);
  guint8 ticket[16];

  poll_vote (p, 101, TABELLA_CHECKIN_WALKIN, "y-");
  poll_vote (p, 102, TABELLA_CHECKIN_WALKIN, "ny");
  poll_walkin (p, 103, TABELLA_CHECKIN_VOTED, ticket);
  poll_challenge (p, ticket, 0, "yy");
  poll_challenge (p, ticket, 1, "nn");
  poll_cast (p, ticket, 2, "--");
  poll_walkin (p, 104, TABELLA_CHECKIN_LEFT, ticket);
  return p;
}

GBytes *
edited (GBytes *bytes, gsize at, gconstpointer with, gsize n)
{
  gsize size;
  const guint8 *old = g_bytes_get_data (bytes, &size);
  guint8 *copy = g_memdup2 (old, size);

  g_assert_cmpuint (at + n, <=, size);
  memcpy (copy + at, with, n);
  return g_bytes_new_take (copy, size);
}

void
edit (GBytes **bytes, gsize at, gconstpointer with, gsize n)
{
  GBytes *old = *bytes;

  *bytes = edited (old, at, with, n);
  g_bytes_unref (old);
}

/* A dishonest terminal signs what it changed, and prints the receipt for it. */
void
sign_again (Poll *p)
{
  TabellaCounts counts;
  g_autofree char *comment = NULL;
  guint8 digest[32];

  poll_counts (p, &counts);
  comment = tabella_batch_comment (fixture->ctx->he, p->terminal, p->number, TABELLA_BATCH_FINAL,
                                   counts.cast, counts.checked_in);
  g_free (p->minisig);
  p->minisig = poll_sign (p, p->ballots, comment);
  tabella_digest_512_32 (g_bytes_get_data (p->ballots, NULL), g_bytes_get_size (p->ballots),
                         digest);
  g_free (p->text);
  p->text = tabella_batch_text (fixture->ctx->he, p->terminal, p->number, TABELLA_BATCH_FINAL,
                                counts.checked_in, counts.cast, counts.challenged, digest,
                                fixture_secrets (fixture, p->terminal)->ballot_secret);
}

void
flip_at (GBytes **bytes, gsize at)
{
  const guint8 other = ((const guint8 *)g_bytes_get_data (*bytes, NULL))[at] ^ 1;

  edit (bytes, at, &other, 1);
}

void
flip (Poll *p)
{
  flip_at (&p->ballots, AT_JOURNAL + p->journal->len + 40);
}

void
damage_checkins (Poll *p)
{
  flip_at (&p->checkins_file, g_bytes_get_size (p->checkins_file) - 1);
}

void
cast_twice (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 101, ticket);
  poll_checkin (p, 105, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, ticket);
  poll_cast (p, ticket, 0, "yy");
}
