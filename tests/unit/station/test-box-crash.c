/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-fixture.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAPACITY 6000
#define ROUNDS   60
#define BATCH    200 /* votes a child can make before it is killed */

/* Votes and says so, until it is killed. Each acknowledgement is one byte in a pipe, written after
 * the box said yes. */
static void
vote_for_ever (BoxFixture *f, guint32 first, int out)
{
  TabellaBox *box = box_fixture_open (f);

  for (guint32 n = first; n < first + BATCH; n++) {
    box_fixture_vote (f, box, n);
    if (write (out, "", 1) != 1)
      _exit (1);
  }
  pause ();
}

/* Kills a voting child somewhere in the vote after a random number of acknowledged ones (counted, not
 * timed: a busy machine must not leave it without any); how many it had acknowledged. */
static guint32
cut_child (BoxFixture *f, guint32 first)
{
  guint8 buffer[BATCH];
  ssize_t got;
  guint32 acknowledged = 0;
  int ends[2], status;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    close (ends[0]);
    vote_for_ever (f, first, ends[1]);
    _exit (1);
  }
  close (ends[1]);
  for (guint wanted = 1 + randombytes_uniform (6); acknowledged < wanted; acknowledged++)
    g_assert_cmpint (read (ends[0], buffer, 1), ==, 1);
  g_usleep (randombytes_uniform (3000));
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status));
  while ((got = read (ends[0], buffer, sizeof buffer)) > 0)
    acknowledged += (guint32)got;
  close (ends[0]);
  return acknowledged;
}

/* Every acknowledged ballot is there, and nobody is marked as having voted without a ballot. */
static void
test_kill (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (CAPACITY, CAPACITY);
  g_autofree guint8 *voted = g_malloc0 (CAPACITY);
  guint32 next = 0;
  guint rolled_back = 0, total = 0;
  ino_t journal = 0;
  struct stat st;

  for (guint round = 0; round < ROUNDS && next + BATCH < CAPACITY; round++) {
    const guint32 acknowledged = cut_child (f, next);
    g_autoptr (TabellaBox) box = box_fixture_open (f);
    TabellaCounts counts;
    GError *error = NULL;
    guint present = 0;

    g_assert_true (box_fixture_all_zero (f->journal));
    rolled_back += tabella_box_recovered (box) ? 1 : 0;
    for (guint32 n = 0; n < acknowledged; n++)
      voted[next + n] = TRUE;
    total += acknowledged;
    for (guint32 n = 0; n < next + BATCH; n++) {
      const gboolean has = box_fixture_has (f, box, n);
      TabellaCheckin c, back;
      gboolean found;

      box_fixture_checkin (n, TABELLA_CHECKIN_VOTED, &c);
      found = tabella_box_checkin_find (box, c.p, FALSE, &back);
      g_assert_true (has || !voted[n]);
      g_assert_true (!has || (found && back.state == TABELLA_CHECKIN_VOTED));
      g_assert_true (has || !found || back.state == TABELLA_CHECKIN_GIVEN);
      present += has ? 1 : 0;
    }
    g_assert_true (tabella_box_counts (box, &counts, &error));
    g_assert_cmpuint (counts.cast, ==, present);
    g_assert_cmpuint (counts.voted, ==, present);
    /* The journal stays where it is on the disk: a new one would leave the old one's blocks
     * unerased. */
    if (stat (f->journal, &st) == 0) {
      g_assert_true (journal == 0 || journal == st.st_ino);
      journal = st.st_ino;
    }
    next += acknowledged + 1;
  }
  g_test_message ("%u votes acknowledged in %d lives, %u of them cut within a transaction", total,
                  ROUNDS, rolled_back);
  g_assert_cmpuint (total, >, ROUNDS);
  g_assert_cmpuint (rolled_back, >, 0);
}

/* What a power cut in the middle of a transaction leaves, made by hand: the page as it was in the
 * rollback journal, the new page half in the file. Opening takes it back, says so and clears the
 * journal. */
static void
test_hot_journal (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (40, 40);
  TabellaBox *box = box_fixture_open (f);
  g_autoptr (GBytes) before = NULL, after = NULL;
  gsize size;
  int ends[2], status;
  pid_t child;
  char byte;

  for (guint32 n = 0; n < 10; n++)
    box_fixture_vote (f, box, n);
  tabella_box_close (box);
  before = box_fixture_read (f->path);

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    sqlite3 *db;

    /* A transaction whose pages are on the disk and whose commit never comes. */
    if (sqlite3_open (f->path, &db) != SQLITE_OK ||
        sqlite3_exec (db,
                      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = PERSIST;"
                      "PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
                      "UPDATE ballot SET v = zeroblob(length(v));"
                      "UPDATE checkin SET v = zeroblob(length(v));",
                      NULL, NULL, NULL) != SQLITE_OK ||
        write (ends[1], "x", 1) != 1)
      _exit (1);
    pause ();
    _exit (1);
  }
  g_assert_cmpint (read (ends[0], &byte, 1), ==, 1);
  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  close (ends[0]);
  close (ends[1]);

  after = box_fixture_read (f->path);
  g_assert_false (g_bytes_equal (before, after)); /* the damage is real */
  g_assert_false (box_fixture_all_zero (f->journal));
  box = box_fixture_open (f);
  g_assert_true (tabella_box_recovered (box));
  g_assert_true (box_fixture_all_zero (f->journal));
  for (guint32 n = 0; n < 10; n++)
    g_assert_true (box_fixture_has (f, box, n));
  box_fixture_vote (f, box, 10);
  tabella_box_close (box);
  g_clear_pointer (&after, g_bytes_unref);
  after = box_fixture_read (f->path);
  size = g_bytes_get_size (before);
  g_assert_cmpuint (g_bytes_get_size (after), ==, size);
  box = box_fixture_open (f);
  g_assert_false (tabella_box_recovered (box));
  tabella_box_close (box);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/box-crash/kill", test_kill);
  g_test_add_func ("/box-crash/hot-journal", test_hot_journal);
  return g_test_run ();
}
