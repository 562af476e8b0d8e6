/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "box-fixture.h"
#include "faulty-vfs.h"

#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CAPACITY 1000
#define BEFORE   3   /* votes of a child before the one in which it is killed */
#define CHANGES  100 /* more writes, truncations and syncs than a vote makes */

/* Votes, and says so after the box said yes, one byte in a pipe each. In the last vote it is killed
 * before the @nth change of a file; it ends in peace if the vote makes fewer. */
static void
vote_and_die (BoxFixture *f, guint32 first, guint nth, int out)
{
  TabellaBox *box = box_fixture_open (f);

  for (guint32 n = first; n <= first + BEFORE; n++) {
    if (n == first + BEFORE)
      faulty_arm (FAULT_KILL, nth);
    box_fixture_vote (f, box, n);
    if (write (out, "", 1) != 1)
      _exit (1);
  }
  _exit (0);
}

/* TRUE if the child was killed; *acknowledged: how many of its votes. */
static gboolean
cut_child (BoxFixture *f, guint32 first, guint nth, guint32 *acknowledged)
{
  guint8 buffer[BEFORE + 1];
  ssize_t got;
  int ends[2], status;
  pid_t child;

  g_assert_cmpint (pipe (ends), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    close (ends[0]);
    vote_and_die (f, first, nth, ends[1]);
  }
  close (ends[1]);
  *acknowledged = 0;
  while ((got = read (ends[0], buffer, sizeof buffer)) > 0)
    *acknowledged += (guint32)got;
  close (ends[0]);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  if (WIFEXITED (status))
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  else
    g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  return WIFSIGNALED (status);
}

/* Every acknowledged ballot is there, and nobody is marked as having voted without a ballot. */
static void
assert_kept (BoxFixture *f, TabellaBox *box, const gboolean *voted, guint32 end)
{
  TabellaCounts counts;
  GError *error = NULL;
  guint present = 0;

  for (guint32 n = 0; n < end; n++) {
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
  g_assert_no_error (error);
  g_assert_cmpuint (counts.cast, ==, present);
  g_assert_cmpuint (counts.voted, ==, present);
}

/* A kill between any two changes of a file, which is a kill at any moment: nothing else of a
 * process outlives it. */
static void
test_kill (void)
{
  g_autoptr (BoxFixture) f = box_fixture_new (CAPACITY, CAPACITY);
  g_autofree gboolean *voted = g_new0 (gboolean, CAPACITY);
  guint rolled_back = 0, killed = 0;
  gboolean died = TRUE;
  guint32 next = 0;
  ino_t journal = 0;

  for (guint nth = 1; died; nth++) {
    g_autoptr (TabellaBox) box = NULL;
    guint32 acknowledged;
    struct stat st;

    g_assert_cmpuint (nth, <, CHANGES);
    died = cut_child (f, next, nth, &acknowledged);
    g_assert_cmpuint (acknowledged, ==, died ? BEFORE : BEFORE + 1);
    box = box_fixture_open (f);
    g_assert_true (box_fixture_all_zero (f->journal));
    killed += died ? 1 : 0;
    rolled_back += tabella_box_recovered (box) ? 1 : 0;
    for (guint32 n = 0; n < acknowledged; n++)
      voted[next + n] = TRUE;
    next += BEFORE + 1;
    assert_kept (f, box, voted, next);
    /* The journal stays where it is on the disk: a new one would leave the old one's blocks
     * unerased. */
    g_assert_cmpint (stat (f->journal, &st), ==, 0);
    g_assert_true (journal == 0 || journal == st.st_ino);
    journal = st.st_ino;
  }
  g_test_message ("killed before each of %u changes, %u of them within a transaction", killed,
                  rolled_back);
  g_assert_cmpuint (rolled_back, >, 0);
  g_assert_cmpuint (rolled_back, <, killed);
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
  faulty_install ();
  g_test_add_func ("/box-crash/kill", test_kill);
  g_test_add_func ("/box-crash/hot-journal", test_hot_journal);
  return g_test_run ();
}
