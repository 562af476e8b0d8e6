/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is noticed when check-ins are opened: each lie of a terminal is an incident of its own. */
#include "import.h"
#include "poll.h"

#include <glib/gstdio.h>
#include <string.h>
#include "asking.h"
#include "files.h"
#include "freed.h"
#include "opening.h"
#include "receipts.h"

/* Terminals 1 to 4 are combined, 5 is a desk, 6 and 7 are booths. */
#define DESK  5
#define BOOTH 6

typedef struct {
  const char *name;
  guint16 terminal;
  void (*play) (Poll *p);
  guint incidents;
  const char *phrase; /* of the first */
  const char *policies;
} Lie;

static void
honest (Poll *p)
{
  poll_vote (p, 1, TABELLA_CHECKIN_ROLL, "yy");
  poll_vote (p, 101, TABELLA_CHECKIN_WALKIN, "yy");
}

/* Nobody on the roll has this number. */
static void
not_on_the_roll (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 150, ticket);
  poll_checkin (p, 150, TABELLA_CHECKIN_ROLL, TABELLA_CHECKIN_VOTED, ticket);
  poll_cast (p, ticket, 0, "yy");
}

/* On the roll, but of another station. */
static void
not_in_the_slice (Poll *p)
{
  poll_vote (p, 2, TABELLA_CHECKIN_ROLL, "yy");
}

static void
unlinked_walk_in (Poll *p)
{
  guint8 ticket[16];

  poll_ticket (p->terminal, 150, ticket);
  poll_checkin (p, 150, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, NULL);
  poll_cast (p, ticket, 0, "yy");
}

static void
other_style (Poll *p)
{
  guint8 ticket[16];

  poll_walkin (p, 150, TABELLA_CHECKIN_VOTED, ticket);
  g_array_index (p->checkins, TabellaCheckin, 0).style = 9;
  poll_cast (p, ticket, 0, "yy");
}

static const Lie lies[] = {
  { "honest", 1, honest, 0, NULL },
  { "not-on-the-roll", 1, not_on_the_roll, 1, "1 check-ins from the roll are of persons" },
  { "not-in-the-slice", 1, not_in_the_slice, 1, "1 check-ins from the roll are of persons" },
  /* ballot/ reads no such record. */
  { "unlinked-walk-in", 1, unlinked_walk_in, 2, "cannot be read" },
  /* Where the lot decides, everyone is linked. */
  { "unlinked-roll", 1, honest, 1, "1 check-ins have no link", "{\"duplicates\": \"lot\"}" },
  { "unlinked-paper", 1, honest, 1, "1 check-ins have no link", "{\"paper\": \"prevails\"}" },
  { "other-style", 1, other_style, 2, "ballot style 9" },
};

typedef struct {
  TabellaFixture *f;
  TabellaStore *store;
  char *stick;
} Centre;

static void
centre_clear (Centre *c)
{
  g_clear_pointer (&c->store, tabella_store_close);
  g_clear_pointer (&c->f, fixture_free);
  g_free (c->stick);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Centre, centre_clear)

static void
centre_init (Centre *c, const char *policies)
{
  g_autoptr (GError) error = NULL;

  c->f = fixture_new_with (4, TRUE, 8, policies);
  c->stick = fixture_file (c->f, "stick-in");
  c->store = tabella_store_open (c->f->folder, &error);
  g_assert_no_error (error);
}

static TabellaEvidence *
evidence (Centre *c)
{
  g_autoptr (GError) error = NULL;
  TabellaEvidence *e = tabella_store_evidence (c->store, &error);

  g_assert_no_error (error);
  return e;
}

/* Imports the stick; asks for the check-ins and has them opened by trustees 2 and 3. */
static void
take (Centre *c, const char *name)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new (), done = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (TabellaAsked) asked = NULL;

  g_ptr_array_add (paths, c->stick);
  done = tabella_import (c->store, paths, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < done->len; i++)
    g_assert_cmpstr (((TabellaImported *)g_ptr_array_index (done, i))->refused, ==, NULL);
  tabella_ask (c->store, TABELLA_REQUEST_CHECKINS, &path, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (path, name));
  e = evidence (c);
  asked = tabella_asked_load (e, path, &error);
  g_assert_no_error (error);
  for (guint16 i = 2; i <= 3; i++) {
    g_autofree char *share_name = g_strdup_printf ("share-%02u", i);
    g_autofree char *file = g_build_filename (path, share_name, NULL);
    g_autoptr (GBytes) share =
        tabella_share_make (e->ctx->he, asked->digest, i, asked->request,
                            tabella_trustee_secret (c->f->trustees[i - 1], 1));

    tabella_file_write (file, g_bytes_get_data (share, NULL), g_bytes_get_size (share), 0644,
                        &error);
    g_assert_no_error (error);
  }
}

static GPtrArray *
incidents_of (Centre *c)
{
  g_autoptr (TabellaEvidence) e = evidence (c);
  g_autofree char *roll = g_build_filename (c->f->folder, "roll", NULL);
  GPtrArray *incidents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) opened = tabella_opening_all (e, roll, incidents, &error);

  g_assert_no_error (error);
  for (guint i = 1; i < opened->len; i++) {
    const TabellaOpened *a = &g_array_index (opened, TabellaOpened, i - 1),
                        *b = &g_array_index (opened, TabellaOpened, i);

    g_assert_true (
        a->terminal < b->terminal ||
        (a->terminal == b->terminal && memcmp (a->record.p, b->record.p, sizeof a->record.p) <= 0));
  }
  return incidents;
}

static void
expect (GPtrArray *incidents, guint n, const char *phrase)
{
  for (guint i = 0; i < incidents->len; i++)
    g_test_message ("%s", (char *)g_ptr_array_index (incidents, i));
  g_assert_cmpuint (incidents->len, ==, n);
  if (phrase != NULL && strstr (g_ptr_array_index (incidents, 0), phrase) == NULL)
    g_error ("\"%s\" should say \"%s\"", (char *)g_ptr_array_index (incidents, 0), phrase);
}

static void
test_lie (gconstpointer data)
{
  const Lie *lie = data;
  g_auto (Centre) c = { 0 };
  g_autoptr (Poll) p = NULL;
  g_autoptr (GPtrArray) incidents = NULL;

  centre_init (&c, lie->policies);
  p = poll_new (c.f, lie->terminal);
  lie->play (p);
  poll_close (p, c.stick);
  take (&c, "checkins-0001");
  incidents = incidents_of (&c);
  expect (incidents, lie->incidents, lie->phrase);
}

#ifndef __SANITIZE_ADDRESS__
/* Who came is nowhere when the check-ins are needed no more. */
static void
test_wiped (void)
{
  g_auto (Centre) c = { 0 };
  g_autoptr (Poll) p = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  GArray *opened;
  guint8 person[32], ticket[16];

  centre_init (&c, NULL);
  p = poll_new (c.f, DESK);
  for (guint n = 0; n < 40; n++)
    poll_walkin (p, 101 + n, TABELLA_CHECKIN_GIVEN, ticket);
  poll_close (p, c.stick);
  take (&c, "checkins-0001");
  poll_pseudonym (p, 101, person);
  e = evidence (&c);
  freed_watch (person, sizeof person);
  opened = tabella_opening_all (e, NULL, incidents, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (opened->len, ==, 40);
  g_array_unref (opened);
  g_assert_cmpuint (freed_found (), ==, 0);
  freed_watch (NULL, 0);
}
#endif

/* The header says one left, the check-ins say otherwise. */
static void
test_other_states (void)
{
  g_auto (Centre) c = { 0 };
  g_autoptr (Poll) p = NULL;
  g_autoptr (GPtrArray) incidents = NULL;
  g_autofree char *folder = NULL, *comment = NULL;
  guint8 ticket[16], digest[32], *bytes;
  gsize size;

  centre_init (&c, NULL);
  p = poll_new (c.f, 1);
  honest (p);
  poll_walkin (p, 150, TABELLA_CHECKIN_LEFT, ticket);
  poll_make (p, TABELLA_BATCH_FINAL);
  /* Now it says that nobody left but one has a paper ballot; digest and signature are honest. */
  g_array_index (p->checkins, TabellaCheckin, 2).kind = TABELLA_CHECKIN_PAPER;
  g_array_index (p->checkins, TabellaCheckin, 2).state = TABELLA_CHECKIN_NONE;
  memset (g_array_index (p->checkins, TabellaCheckin, 2).link, 0, TABELLA_LINK_BYTES);
  g_bytes_unref (p->checkins_file);
  p->checkins_file =
      tabella_checkins_build (c.f->ctx, 1, 1, p->checkins, fixture_secrets (c.f, 1)->export_secret);
  tabella_digest_512_32 (g_bytes_get_data (p->checkins_file, NULL),
                         g_bytes_get_size (p->checkins_file), digest);
  bytes = g_bytes_unref_to_data (g_steal_pointer (&p->ballots), &size);
  memcpy (bytes + 80, digest, sizeof digest);
  p->ballots = g_bytes_new_take (bytes, size);
  comment = tabella_batch_comment (c.f->ctx->he, 1, 1, TABELLA_BATCH_FINAL, 2, 3);
  g_free (p->minisig);
  p->minisig = poll_sign (p, p->ballots, comment);
  g_free (p->text);
  p->text = tabella_batch_text (c.f->ctx->he, 1, 1, TABELLA_BATCH_FINAL, 3, 2, 0, digest,
                                fixture_secrets (c.f, 1)->ballot_secret);
  folder = poll_write (p, c.stick);
  {
    g_autofree char *receipt = g_build_filename (folder, "receipt.txt", NULL);

    g_assert_cmpint (g_remove (receipt), ==, 0);
  }
  take (&c, "checkins-0001");
  incidents = incidents_of (&c);
  expect (incidents, 1, "not those that its batch counts");
}

/* A booth with more ballots than the desk gave tickets. */
static void
test_balance (void)
{
  g_auto (Centre) c = { 0 };
  g_autoptr (Poll) desk = NULL, booth = NULL;
  g_autoptr (GPtrArray) incidents = NULL;
  guint8 ticket[16];

  centre_init (&c, NULL);
  desk = poll_new (c.f, DESK);
  booth = poll_new (c.f, BOOTH);
  poll_walkin (desk, 150, TABELLA_CHECKIN_GIVEN, ticket);
  poll_cast (booth, ticket, 0, "yy");
  poll_ticket (DESK, 151, ticket);
  poll_cast (booth, ticket, 0, "yy");
  poll_close (desk, c.stick);
  poll_close (booth, c.stick);
  take (&c, "checkins-0001");
  incidents = incidents_of (&c);
  expect (incidents, 1, "1 more ballots were cast than tickets given");
}

/* Two numbers of one terminal are never opened. */
static void
test_two_numbers (void)
{
  g_auto (Centre) c = { 0 };
  g_autoptr (Poll) p = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autofree char *copy = NULL, *form = NULL, *path = NULL;
  guint16 number;

  centre_init (&c, NULL);
  p = poll_new (c.f, 1);
  honest (p);
  poll_make (p, TABELLA_BATCH_INTERIM);
  copy = poll_write (p, c.stick);
  poll_close (p, c.stick);
  take (&c, "checkins-0001");
  tabella_amendment_write (c.f->manifest, c.f->folder, TABELLA_AMEND_ENDED, 1, 1, NULL, NULL,
                           &c.f->key, &number, &form, &error);
  g_assert_no_error (error);
  g_assert_false (tabella_ask (c.store, TABELLA_REQUEST_CHECKINS, &path, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
}

static void
end_at (Centre *c, const Poll *p)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *form = NULL;
  guint8 digest[32];
  guint16 number;

  tabella_digest_512_32 (g_bytes_get_data (p->ballots, NULL), g_bytes_get_size (p->ballots),
                         digest);
  tabella_amendment_write (c->f->manifest, c->f->folder, TABELLA_AMEND_ENDED, 1, p->number, NULL,
                           digest, &c->f->key, &number, &form, &error);
  g_assert_no_error (error);
}

/* Of two files of one number the organisers name one, see its check-ins, and name the other. */
static void
test_other_file (void)
{
  g_auto (Centre) c = { 0 };
  g_autoptr (Poll) p = NULL, q = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *one = NULL, *two = NULL, *path = NULL;

  centre_init (&c, NULL);
  p = poll_new (c.f, 1);
  q = poll_new (c.f, 1);
  honest (p);
  honest (q);
  one = g_build_filename (c.stick, "one", NULL);
  two = g_build_filename (c.stick, "two", NULL);
  poll_close (p, one);
  poll_close (q, two);
  end_at (&c, p);
  take (&c, "checkins-0001");
  end_at (&c, q);
  g_assert_false (tabella_ask (c.store, TABELLA_REQUEST_CHECKINS, &path, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "tablet 1: the check-ins of another of its batches"));
  g_clear_error (&error);
  e = evidence (&c);
  g_assert_null (tabella_opening_all (e, NULL, incidents, &error));
  g_assert_error (error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID);
}

/* A safety copy whose inside is not what it should be shows only when it is opened. */
static void
test_bad_inside (void)
{
  g_auto (Centre) c = { 0 };
  g_autoptr (Poll) p = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaEvidence) e = NULL;
  g_autofree char *copy = NULL, *form = NULL;
  const TabellaTerminalInfo *t;
  const TabellaHeld *bad;
  guint8 ticket[16];
  guint16 number;

  centre_init (&c, NULL);
  p = poll_new (c.f, 1);
  honest (p);
  poll_ticket (1, 101, ticket);
  poll_checkin (p, 151, TABELLA_CHECKIN_WALKIN, TABELLA_CHECKIN_VOTED, ticket);
  poll_cast (p, ticket, 0, "nn");
  poll_make (p, TABELLA_BATCH_INTERIM);
  copy = poll_write (p, c.stick);
  tabella_amendment_write (c.f->manifest, c.f->folder, TABELLA_AMEND_ENDED, 1, 1, NULL, NULL,
                           &c.f->key, &number, &form, &error);
  g_assert_no_error (error);
  take (&c, "checkins-0001");
  e = evidence (&c);
  t = tabella_manifest_terminal (e->manifest, 1);
  g_assert_null (tabella_evidence_last (e, t, NULL));
  bad = tabella_evidence_quarantined (e, t);
  g_assert_nonnull (strstr (bad->quarantine, "cast twice"));
  g_assert_true (bad->repeatable);
  g_assert_true (tabella_evidence_settled (e, t, NULL));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    g_autofree char *path = g_strconcat ("/opening/lie/", lies[i].name, NULL);

    g_test_add_data_func (path, &lies[i], test_lie);
  }
#ifndef __SANITIZE_ADDRESS__
  g_test_add_func ("/opening/wiped", test_wiped);
#endif
  g_test_add_func ("/opening/other-states", test_other_states);
  g_test_add_func ("/opening/balance", test_balance);
  g_test_add_func ("/opening/two-numbers", test_two_numbers);
  g_test_add_func ("/opening/other-file", test_other_file);
  g_test_add_func ("/opening/bad-inside", test_bad_inside);
  return g_test_run ();
}
