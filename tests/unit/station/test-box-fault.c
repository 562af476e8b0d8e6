/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-fixture.h"
#include "faulty-vfs.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every write, truncation and sync of a vote fails once, in each way; what the box then says is
 * what the disk holds. */

static guint fsync_left; /* the nth fsync of the box itself (not SQLite's) from now fails */

int __real_fsync (int fd);
int __wrap_fsync (int fd);

int
__wrap_fsync (int fd)
{
  if (fsync_left > 0 && --fsync_left == 0) {
    errno = EIO;
    return -1;
  }
  return __real_fsync (fd);
}

typedef struct {
  guint told_stored, told_not, told_unknown;
} Tally;

/* A vote that may fail. TRUE: the box says stored. */
static gboolean
try_vote (BoxFixture *f, TabellaBox *box, guint32 n, Tally *tally)
{
  g_autoptr (GBytes) record = NULL;
  g_autoptr (GError) error = NULL;
  guint8 code[32], ticket[16];
  TabellaCheckin c;

  record = box_fixture_record (f, FALSE, n, code, ticket);
  box_fixture_checkin (n, TABELLA_CHECKIN_VOTED, &c);
  if (tabella_box_cast (box, record, code, &c, &error)) {
    tally->told_stored++;
    return TRUE;
  }
  if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_NOT_RECORDED)) {
    g_assert_nonnull (strstr (error->message, "vote again"));
    tally->told_not++;
  } else {
    g_assert_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE);
    g_assert_nonnull (strstr (error->message, "cannot be told"));
    tally->told_unknown++;
  }
  return FALSE;
}

static TabellaCheckinState
state_of (TabellaBox *box, guint32 n)
{
  TabellaCheckin c, back;

  box_fixture_checkin (n, TABELLA_CHECKIN_VOTED, &c);
  return tabella_box_checkin_find (box, c.p, FALSE, &back) ? back.state : TABELLA_CHECKIN_NONE;
}

/* A ballot and its check-in are there together or not at all; the others are untouched. */
static void
assert_whole (BoxFixture *f, TabellaBox *box, guint32 n, const gboolean *stored)
{
  TabellaCounts counts;
  GError *error = NULL;
  guint sum = 0;

  for (guint32 i = 0; i <= n; i++) {
    const gboolean has = box_fixture_has (f, box, i);

    g_assert_cmpint (has, ==, stored[i]);
    g_assert_cmpuint (state_of (box, i), ==, has ? TABELLA_CHECKIN_VOTED : TABELLA_CHECKIN_GIVEN);
    sum += has ? 1 : 0;
  }
  g_assert_true (tabella_box_counts (box, &counts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (counts.cast, ==, sum);
  g_assert_cmpuint (counts.voted, ==, sum);
}

static void
give_ticket (TabellaBox *box, guint32 n)
{
  TabellaCheckin c;
  GError *error = NULL;

  box_fixture_checkin (n, TABELLA_CHECKIN_GIVEN, &c);
  tabella_box_checkin_put (box, &c, &error);
  g_assert_no_error (error);
}

/* One vote with its @nth operation failing. FALSE when a vote has no so many operations. */
static gboolean
vote_with_fault (BoxFixture *f, TabellaBox **box, FaultKind kind, guint nth, guint32 n,
                 gboolean *stored, Tally *tally)
{
  const guint unknown = tally->told_unknown;
  gboolean said, happened;

  give_ticket (*box, n);
  faulty_arm (kind, nth);
  said = try_vote (f, *box, n, tally);
  happened = faulty_disarm ();
  /* What was said, from the same process… */
  if (tally->told_unknown == unknown) {
    stored[n] = said;
    g_assert_cmpint (box_fixture_has (f, *box, n), ==, said);
  }
  /* …and what the disk says after a restart. */
  tabella_box_close (*box);
  *box = box_fixture_open (f);
  g_assert_true (box_fixture_all_zero (f->journal));
  if (tally->told_unknown != unknown)
    stored[n] = box_fixture_has (f, *box, n);
  assert_whole (f, *box, n, stored);
  return happened;
}

static void
test_every_operation (void)
{
  for (FaultKind kind = FAULT_REFUSE; kind < FAULT_N_KINDS; kind++) {
    g_autoptr (BoxFixture) f = box_fixture_new (80, 80);
    TabellaBox *box = box_fixture_open (f);
    gboolean stored[80] = { FALSE };
    Tally tally = { 0, 0, 0 };
    guint nth = 1;
    guint32 n = 0;

    while (vote_with_fault (f, &box, kind, nth, n, stored, &tally)) {
      nth++;
      n++;
      g_assert_cmpuint (n, <, 40);
      /* Afterwards it works as if nothing had been. */
      give_ticket (box, n);
      g_assert_true (try_vote (f, box, n, &tally));
      stored[n] = TRUE;
      assert_whole (f, box, n, stored);
      n++;
    }
    g_test_message ("fault %d at %u operations: stored %u, not stored %u, cannot be told %u", kind,
                    nth - 1, tally.told_stored, tally.told_not, tally.told_unknown);
    g_assert_cmpuint (nth, >, 8);
    if (kind == FAULT_REFUSE)
      g_assert_cmpuint (tally.told_not, >, 0);
    if (kind == FAULT_LIE) /* a failed COMMIT may be stored all the same */
      g_assert_cmpuint (tally.told_stored, >, nth);
    if (kind == FAULT_DEAD)
      g_assert_cmpuint (tally.told_unknown, >, 0);
    tabella_box_close (box);
  }
}

/* A disk that says yes and loses a write: what was not on it when it was read back is never called
 * stored. */
static void
test_lost_writes (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (80, 80);
  TabellaBox *box = box_fixture_open (f);
  Tally tally = { 0, 0, 0 };
  gboolean happened = TRUE;
  guint noticed = 0;

  for (guint32 n = 0; happened; n++) {
    gboolean said;

    give_ticket (box, n);
    faulty_arm (FAULT_LOSE, n + 1);
    said = try_vote (f, box, n, &tally);
    happened = faulty_disarm ();
    tabella_box_close (box);
    box = box_fixture_open (f);
    noticed += said ? 0 : 1;
    g_assert_true (!said || box_fixture_has (f, box, n));
    g_assert_true (!said || state_of (box, n) == TABELLA_CHECKIN_VOTED);
  }
  g_assert_cmpuint (noticed, >=, 2); /* the ballot's page, and the check-in's */
  tabella_box_close (box);
}

/* The disk is dead for a while and comes back in the same process: the box reads it again before it
 * goes on. */
static void
test_disk_comes_back (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (20, 20);
  TabellaBox *box = box_fixture_open (f);
  Tally tally = { 0, 0, 0 };

  for (guint nth = 1; nth < 8; nth++) {
    const guint32 n = nth * 2;
    const guint8 ticket[16] = { (guint8)n };
    gboolean before, cast;
    guint challenged;
    GError *error = NULL;

    give_ticket (box, n);
    faulty_arm (FAULT_DEAD, nth);
    g_assert_false (try_vote (f, box, n, &tally));
    g_assert_false (try_vote (f, box, n + 1, &tally)); /* still dead */
    g_assert_false (tabella_box_ticket_use (box, ticket, &cast, &challenged, &error));
    g_assert_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE);
    g_clear_error (&error); /* not known, and so not new */
    faulty_disarm ();
    before = box_fixture_has (f, box, n);
    g_assert_false (box_fixture_has (f, box, n + 1));
    if (!before)
      g_assert_true (try_vote (f, box, n, &tally));
    g_assert_true (box_fixture_has (f, box, n));
    g_assert_true (box_fixture_all_zero (f->journal));
  }
  tabella_box_close (box);
  box = box_fixture_open (f);
  for (guint nth = 1; nth < 8; nth++)
    g_assert_true (box_fixture_has (f, box, nth * 2));
  tabella_box_close (box);
}

/* The vote is stored, and clearing the rollback journal fails: it is cleared again, and the vote is
 * reported as stored. */
static void
test_journal_not_cleared (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (8, 8);
  TabellaBox *box = box_fixture_open (f);
  Tally tally = { 0, 0, 0 };

  give_ticket (box, 1);
  fsync_left = 1;
  g_assert_true (try_vote (f, box, 1, &tally));
  g_assert_cmpuint (fsync_left, ==, 0);
  g_assert_true (box_fixture_all_zero (f->journal));
  g_assert_true (box_fixture_has (f, box, 1));
  tabella_box_close (box);
}

/* Check-ins and lines, too, are what the disk says. */
static void
test_other_writes (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (8, 60);
  TabellaBox *box = box_fixture_open (f);
  guint lines = 0;

  for (guint nth = 1; nth < 20; nth++) {
    for (FaultKind kind = FAULT_REFUSE; kind <= FAULT_LIE; kind++) {
      g_autofree char *line = g_strdup_printf ("line %u %d", nth, kind);
      g_autofree char *journal = NULL;
      g_autofree char *ended = g_strconcat (line, "\n", NULL);
      g_autoptr (GError) error = NULL, not_put = NULL;
      TabellaCheckin c, back;
      gboolean put;

      faulty_arm (kind, nth);
      lines += tabella_box_journal_append (box, line, &error) ? 1 : 0;
      faulty_disarm ();
      journal = tabella_box_journal_text (box, NULL);
      g_assert_cmpint (strstr (journal, ended) != NULL, ==, error == NULL);

      box_fixture_checkin (nth * 2 + kind, TABELLA_CHECKIN_GIVEN, &c);
      faulty_arm (kind, nth);
      put = tabella_box_checkin_put (box, &c, &not_put);
      faulty_disarm ();
      g_assert_cmpint (put, ==, not_put == NULL);
      g_assert_cmpint (tabella_box_checkin_find (box, c.p, FALSE, &back), ==, put);
      if (!put)
        g_assert_error (not_put, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE);
    }
  }
  g_assert_cmpuint (lines, >, 4);
  tabella_box_close (box);
}

/* A disk that can take no more: preallocated votes go on, what must grow fails and loses nothing.
 */
static void
test_full_disk (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (20, 20);
  TabellaBox *box = box_fixture_open (f);
  struct rlimit before, tight;
  struct stat st;
  TabellaCounts counts;
  GError *error = NULL;
  guint lines = 0;
  g_autofree char *journal = NULL;

  for (guint32 n = 0; n < 5; n++)
    box_fixture_vote (f, box, n);
  g_assert_cmpint (stat (f->path, &st), ==, 0);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  tight = (struct rlimit){ (rlim_t)st.st_size, before.rlim_max };
  g_assert_true (signal (SIGXFSZ, SIG_IGN) != SIG_ERR);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &tight), ==, 0);
  for (guint32 n = 5; n < 10; n++)
    box_fixture_vote (f, box, n);
  while (lines < 5000 &&
         tabella_box_journal_append (box, "a line of the journal, as long as most of them", &error))
    lines++;
  g_assert_error (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "free space"));
  g_clear_error (&error);
  for (guint32 n = 10; n < 15; n++)
    box_fixture_vote (f, box, n);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_true (tabella_box_journal_append (box, "last", &error));
  tabella_box_close (box);

  box = box_fixture_open (f);
  g_assert_true (tabella_box_counts (box, &counts, &error));
  g_assert_cmpuint (counts.cast, ==, 15);
  g_assert_cmpuint (counts.voted, ==, 15);
  journal = tabella_box_journal_text (box, &error);
  g_assert_true (g_str_has_suffix (journal, "\nlast\n"));
  tabella_box_close (box);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  faulty_install ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/box-fault/every-operation", test_every_operation);
  g_test_add_func ("/box-fault/lost-writes", test_lost_writes);
  g_test_add_func ("/box-fault/disk-comes-back", test_disk_comes_back);
  g_test_add_func ("/box-fault/journal-not-cleared", test_journal_not_cleared);
  g_test_add_func ("/box-fault/other-writes", test_other_writes);
  g_test_add_func ("/box-fault/full-disk", test_full_disk);
  return g_test_run ();
}
