/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "checkin.h"
#include "practice.h"
#include "process.h"
#include "session.h"
#include "station-private.h"

#define COMBINED 6
#define LINES_OF_OPENING                                                                           \
  "{\"event\":\"enrolled\"}\n{\"event\":\"installed\"}\n{\"event\":\"unlocked\"}\n"                \
  "{\"event\":\"zero_report\",\"counts\":{\"checked_in\":0,\"cast\":0,\"challenged\":0},"          \
  "\"clock\":\"2014-06-22 10:00\"}\n"                                                              \
  "{\"event\":\"opened\",\"counts\":{\"checked_in\":0,\"cast\":0,\"challenged\":0},"               \
  "\"clock\":\"2014-06-22 10:00\"}\n"

static const char *const passphrases[] = { "first officer", "second officer" };

static void
fixed_clock (char out[17], gpointer data)
{
  g_strlcpy (out, data != NULL ? data : "2014-06-22 10:00", 17);
}

/* Voter @n of station 2 gets a ticket; then casts, or is still in the booth. */
static void
check_in (TabellaStation *s, guint n, gboolean vote)
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = NULL;
  g_autofree char *receipt = NULL;
  guint8 ticket[10];
  GError *error = NULL;

  answer = tabella_checkin_look (s, id, &error);
  g_assert_no_error (error);
  tabella_checkin_give (s, answer, TABELLA_CHECKIN_ROLL, 0, ticket, &error);
  g_assert_no_error (error);
  tabella_session_begin (s, ticket, &error);
  g_assert_no_error (error);
  if (!vote)
    return;
  tabella_session_confirm (s, &error);
  g_assert_no_error (error);
  tabella_session_cast (s, &receipt, &error);
  g_assert_no_error (error);
  tabella_session_end (s, &error);
  g_assert_no_error (error);
}

static char *
journal_of (TabellaStation *s)
{
  GError *error = NULL;
  char *text = tabella_box_journal_text (s->box, &error);

  g_assert_no_error (error);
  return text;
}

static void
assert_state (TabellaStation *s, TabellaStationState state)
{
  g_assert_cmpint (tabella_station_state (s), ==, state);
}

/* Up to READY, with a clock that stands still. */
static TabellaStation *
ready (Practice *p, guint16 index, char **dir)
{
  TabellaTerminalSecrets *secrets;
  g_autofree char *stick = practice_file (p, "stick"), *enrolment = NULL;
  g_autofree char *name = g_strdup_printf ("poll-%u", index);
  g_autoptr (TabellaPackage) package = NULL;
  TabellaStation *s;
  GError *error = NULL;
  char *code;

  *dir = practice_file (p, name);
  s = tabella_station_open (*dir, &error);
  g_assert_no_error (error);
  tabella_station_set_cost (s, TABELLA_VAULT_REHEARSAL);
  tabella_station_set_clock (s, fixed_clock, NULL);
  secrets = tabella_simulated_secrets_load (p->folder, index, &error);
  g_assert_no_error (error);
  tabella_station_enrol (s, "poll", secrets, TRUE, &code, &enrolment, &error);
  g_assert_no_error (error);
  package = tabella_station_find_package (s, stick, &error);
  g_assert_no_error (error);
  tabella_station_install (s, package, &error);
  g_assert_no_error (error);
  tabella_station_first_opening (s, code, passphrases, 2, PRACTICE_PIN, &error);
  g_assert_no_error (error);
  tabella_setup_code_free (code);
  return s;
}

static TabellaStation *
restart (TabellaStation *s, const char *dir)
{
  GError *error = NULL;

  tabella_station_free (s);
  s = tabella_station_open (dir, &error);
  g_assert_no_error (error);
  tabella_station_set_clock (s, fixed_clock, NULL);
  return s;
}

static void
test_day (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = NULL, *journal = NULL, *after = NULL;
  TabellaStation *s = ready (p, COMBINED, &dir);
  TabellaCounts counts;
  GError *error = NULL;

  assert_refused (tabella_station_open_poll (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "zero report");
  assert_refused (tabella_station_pause (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "not open");
  g_assert_true (tabella_station_zero_report (s, &error));
  g_assert_true (tabella_station_zero_report (s, &error)); /* shown again, journaled once */
  assert_state (s, TABELLA_STATION_READY);
  g_assert_true (tabella_station_open_poll (s, &error));
  assert_state (s, TABELLA_STATION_OPEN);
  journal = journal_of (s);
  g_assert_cmpstr (journal, ==, LINES_OF_OPENING);
  assert_refused (tabella_station_zero_report (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "is open");
  assert_refused (tabella_station_resume (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "is open");

  check_in (s, 20, TRUE);
  check_in (s, 21, FALSE);
  assert_refused (tabella_station_pause (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "a voter");
  assert_refused (tabella_station_end_of_day (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "a voter");
  assert_refused (tabella_export_close (s, &error), &error, TABELLA_STATION_ERROR_STATE, "a voter");
  g_assert_true (tabella_session_end (s, &error));
  g_assert_true (tabella_station_pause (s, &error));
  assert_state (s, TABELLA_STATION_PAUSED);
  assert_refused (tabella_station_serves (s, TABELLA_FOR_ALL, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "paused");
  g_assert_true (tabella_station_resume (s, &error));
  g_assert_true (tabella_station_end_of_day (s, &error));
  g_assert_true (tabella_station_counts (s, &counts, &error));
  g_assert_cmpuint (counts.checked_in, ==, 2);
  g_assert_cmpuint (counts.cast, ==, 1);
  g_assert_cmpuint (counts.left, ==, 1);
  after = journal_of (s);
  g_assert_true (g_str_has_suffix (
      after, "{\"event\":\"end_of_day\",\"counts\":{\"checked_in\":2,\"cast\":1,\"challenged\":0},"
             "\"clock\":\"2014-06-22 10:00\"}\n"));
  tabella_station_free (s);
}

/* After a restart at any moment the terminal is where its records say, and locked. */
static void
test_restarts (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = NULL, *first = NULL, *journal = NULL;
  TabellaStation *s = ready (p, COMBINED, &dir);
  GError *error = NULL;
  const guint8 run = s->run;

  g_assert_cmpuint (run, ==, 1);
  for (guint step = 0; step < 6; step++) {
    static const TabellaStationState beneath[] = {
      TABELLA_STATION_READY,  TABELLA_STATION_READY, TABELLA_STATION_OPEN,
      TABELLA_STATION_PAUSED, TABELLA_STATION_OPEN,  TABELLA_STATION_PAUSED,
    };
    const gboolean done = step == 0   ? TRUE
                          : step == 1 ? tabella_station_zero_report (s, &error)
                          : step == 2 ? tabella_station_open_poll (s, &error)
                          : step == 3 ? tabella_station_pause (s, &error)
                          : step == 4 ? tabella_station_resume (s, &error)
                                      : tabella_station_end_of_day (s, &error);

    g_assert_no_error (error);
    g_assert_true (done);
    s = restart (s, dir);
    assert_state (s, TABELLA_STATION_LOCKED);
    practice_unlock (s);
    assert_state (s, beneath[step]);
    g_assert_cmpuint (s->run, ==, run + step + 1);
  }
  g_assert_true (tabella_export_close (s, &error));
  s = restart (s, dir);
  assert_state (s, TABELLA_STATION_CLOSED);
  g_assert_false (tabella_station_unlocked (s));
  /* Whatever comes after "closed" is in no batch. */
  first = journal_of (s);
  practice_unlock (s);
  journal = journal_of (s);
  g_assert_cmpstr (first, ==, journal);
  assert_state (s, TABELLA_STATION_CLOSED);
  assert_refused (tabella_station_serves (s, TABELLA_FOR_ALL, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "closed");
  assert_refused (tabella_station_resume (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "closed");
  tabella_station_free (s);
}

/* A crash in a transaction is in the journal. */
static void
test_recovered (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = NULL, *journal = NULL, *path = NULL;
  TabellaStation *s = ready (p, COMBINED, &dir);
  GError *error = NULL;

  tabella_station_free (s);
  path = g_build_filename (dir, "box.db-journal", NULL);
  g_assert_true (g_file_set_contents (path, "\xd9\xd5\x05\xf9 cut", 8, &error));
  s = tabella_station_open (dir, &error);
  g_assert_no_error (error);
  journal = journal_of (s);
  g_assert_true (g_str_has_suffix (journal, "{\"event\":\"fault\",\"what\":\"recovered\"}\n"));
  tabella_station_free (s);
}

static void
test_not_empty (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = NULL;
  TabellaStation *s = ready (p, COMBINED, &dir);
  TabellaCheckin c = { .kind = TABELLA_CHECKIN_ROLL, .state = TABELLA_CHECKIN_LEFT };
  GError *error = NULL;

  g_assert_true (tabella_station_zero_report (s, &error));
  g_assert_true (tabella_box_checkin_put (s->box, &c, &error));
  assert_refused (tabella_station_zero_report (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "not empty");
  assert_refused (tabella_station_open_poll (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "not empty");
  tabella_station_free (s);
}

static void
test_counts_at_resume (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaCheckin c = { .kind = TABELLA_CHECKIN_ROLL, .state = TABELLA_CHECKIN_LEFT };
  GError *error = NULL;

  check_in (s, 20, TRUE);
  g_assert_true (tabella_station_end_of_day (s, &error));
  g_assert_true (tabella_box_checkin_put (s->box, &c, &error)); /* somebody at night */
  assert_refused (tabella_station_resume (s, &error), &error, TABELLA_STATION_ERROR_STORAGE,
                  "not those at the pause");
  assert_state (s, TABELLA_STATION_PAUSED);
  tabella_station_free (s);
}

/* The journal's last word about the box, with one more of one kind: none of them is overlooked. */
static void
test_each_count_at_resume (void)
{
  for (guint which = 0; which < 3; which++) {
    g_autoptr (Practice) p = practice_new (NULL);
    TabellaStation *s = practice_open (p, COMBINED);
    TabellaEventLine line = { .kind = TABELLA_EVENT_PAUSED,
                              .checked_in = which == 0,
                              .cast = which == 1,
                              .challenged = which == 2,
                              .clock = "2014-06-22 10:00" };
    g_autofree char *text = tabella_event_text (&line);
    GError *error = NULL;

    g_assert_true (tabella_station_pause (s, &error));
    g_assert_true (tabella_box_journal_append (s->box, text, &error));
    assert_refused (tabella_station_resume (s, &error), &error, TABELLA_STATION_ERROR_STORAGE,
                    "not those at the pause");
    assert_state (s, TABELLA_STATION_PAUSED);
    tabella_station_free (s);
  }
}

static void
test_lock (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = NULL;
  TabellaStation *s = ready (p, COMBINED, &dir);
  static const char *const wrong[] = { "third officer" };
  GError *error = NULL;

  g_assert_true (tabella_station_zero_report (s, &error));
  g_assert_true (tabella_station_open_poll (s, &error));
  check_in (s, 20, FALSE);
  tabella_station_lock (s);
  assert_state (s, TABELLA_STATION_LOCKED);
  g_assert_null (s->keys);
  g_assert_null (s->pin);
  g_assert_null (tabella_station_session (s));
  assert_refused (tabella_station_serves (s, TABELLA_FOR_ALL, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "locked");
  assert_refused (tabella_station_pause (s, &error), &error, TABELLA_STATION_ERROR_STATE, "locked");
  assert_refused (tabella_station_pin (s, PRACTICE_PIN, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "locked");
  assert_refused (tabella_station_unlock (s, passphrases, 2, &error), &error,
                  TABELLA_STATION_ERROR_PASSPHRASE, "1 officers");
  for (guint i = 0; i < 2; i++)
    assert_refused (tabella_station_unlock (s, wrong, 1, &error), &error,
                    TABELLA_STATION_ERROR_PASSPHRASE, "do not unlock");
  g_assert_cmpuint (tabella_station_unlock_wait (s), >, 0);
  g_assert_cmpuint (tabella_station_unlock_wait (s), <=, 5);
  assert_refused (tabella_station_unlock (s, passphrases, 1, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "wait");
  s->unlock_tries.last -= 5 * G_USEC_PER_SEC;
  g_assert_cmpuint (tabella_station_unlock_wait (s), ==, 0);
  practice_unlock (s);
  assert_state (s, TABELLA_STATION_OPEN);
  tabella_station_free (s);
}

/* Keys of another roll than the one that is installed: nobody is looked up with them. */
static void
test_other_roll_keys (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  GError *error = NULL;

  s->keys->roll->slices[0].slice[31] ^= 1;
  g_assert_true (tabella_officers_create (s->dir, passphrases, 1, 1, PRACTICE_PIN, s->keys,
                                          TABELLA_VAULT_REHEARSAL, &error));
  tabella_station_lock (s);
  assert_refused (tabella_station_unlock (s, passphrases, 1, &error), &error,
                  TABELLA_STATION_ERROR_STORAGE, "do not open its part of the roll");
  g_assert_false (tabella_station_unlocked (s));
  tabella_station_free (s);
}

static void
test_pin (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  static const char *const wrong[] = { "", "8038", "803860", "80387", "8038600000000" };
  GError *error = NULL;

  check_in (s, 20, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++) {
    assert_refused (tabella_station_pin (s, wrong[i], &error), &error,
                    TABELLA_STATION_ERROR_PASSPHRASE, "PIN");
    if (i >= 2) {
      g_assert_cmpuint (tabella_station_pin_wait (s), >, 0);
      assert_refused (tabella_station_pin (s, PRACTICE_PIN, &error), &error,
                      TABELLA_STATION_ERROR_STATE, "wait");
      s->pin_tries.last -= 600 * G_USEC_PER_SEC;
    }
    g_assert_nonnull (tabella_station_session (s)); /* it never costs the voter's session */
  }
  for (guint i = 0; i < 10; i++) { /* a voter who guesses does not keep the officers out */
    assert_refused (tabella_station_pin (s, wrong[0], &error), &error,
                    TABELLA_STATION_ERROR_PASSPHRASE, "PIN");
    g_assert_cmpuint (tabella_station_pin_wait (s), >, 0);
    g_assert_cmpuint (tabella_station_pin_wait (s), <=, 60);
    s->pin_tries.last -= 60 * G_USEC_PER_SEC;
  }
  g_assert_true (tabella_station_pin (s, PRACTICE_PIN, &error));
  g_assert_cmpuint (tabella_station_pin_wait (s), ==, 0);
  memcpy (s->pin, "80386142", TABELLA_PIN_MAX); /* as long as one may be */
  g_assert_true (tabella_station_pin (s, "80386142", &error));
  assert_refused (tabella_station_pin (s, "803861420", &error), &error,
                  TABELLA_STATION_ERROR_PASSPHRASE, "PIN");
  g_assert_true (tabella_station_unlocked (s));
  tabella_station_free (s);
}

static const TabellaTestLine *
item (GPtrArray *lines, TabellaTestItem which)
{
  g_assert_cmpuint (lines->len, ==, TABELLA_N_TESTS);
  return lines->pdata[which];
}

static void
test_self_test (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = NULL;
  TabellaStation *s = ready (p, COMBINED, &dir);
  TabellaCheckin c = { .kind = TABELLA_CHECKIN_ROLL, .state = TABELLA_CHECKIN_LEFT };
  const TabellaStationState begun[] = { TABELLA_STATION_OPEN, TABELLA_STATION_PAUSED,
                                        TABELLA_STATION_CLOSED };
  g_autoptr (GPtrArray) lines = tabella_station_self_test (s);
  GError *error = NULL;

  for (guint i = 0; i < lines->len; i++)
    g_assert_cmpint (((TabellaTestLine *)lines->pdata[i])->item, ==, (gint)i);
  g_assert_cmpint (item (lines, TABELLA_TEST_STORAGE)->result, ==, TABELLA_TEST_OK);
  g_assert_cmpint (item (lines, TABELLA_TEST_SPACE)->result, ==, TABELLA_TEST_OK);
  g_assert_cmpint (item (lines, TABELLA_TEST_BOX_EMPTY)->result, ==, TABELLA_TEST_OK);
  g_assert_cmpstr (item (lines, TABELLA_TEST_CLOCK)->detail, ==, "2014-06-22 10:00");
  g_clear_pointer (&lines, g_ptr_array_unref);

  g_assert_true (tabella_box_checkin_put (s->box, &c, &error));
  lines = tabella_station_self_test (s);
  g_assert_cmpint (item (lines, TABELLA_TEST_BOX_EMPTY)->result, ==, TABELLA_TEST_FAILED);
  g_assert_cmpstr (item (lines, TABELLA_TEST_BOX_EMPTY)->detail, ==, "1, 0, 0");
  g_clear_pointer (&lines, g_ptr_array_unref);

  /* Once the poll was opened, there may be something in it. */
  for (guint i = 0; i < G_N_ELEMENTS (begun); i++) {
    s->state = begun[i];
    lines = tabella_station_self_test (s);
    g_assert_cmpint (item (lines, TABELLA_TEST_BOX_EMPTY)->result, ==, TABELLA_TEST_OK);
    g_assert_cmpstr (item (lines, TABELLA_TEST_BOX_EMPTY)->detail, ==, "1, 0, 0");
    g_clear_pointer (&lines, g_ptr_array_unref);
  }
  s->state = TABELLA_STATION_READY;

  /* A disk that takes nothing. */
  g_free (s->dir);
  s->dir = g_strdup ("/proc/self");
  lines = tabella_station_self_test (s);
  g_assert_cmpint (item (lines, TABELLA_TEST_STORAGE)->result, ==, TABELLA_TEST_FAILED);
  g_assert_cmpint (item (lines, TABELLA_TEST_SPACE)->result, ==, TABELLA_TEST_FAILED);
  tabella_station_free (s);
}

#ifndef __SANITIZE_ADDRESS__ /* which makes every lock succeed */
static void
assert_process (TabellaStation *s, TabellaTestResult process, TabellaTestResult memory)
{
  g_autoptr (GPtrArray) lines = tabella_station_self_test (s);

  g_assert_cmpint (item (lines, TABELLA_TEST_PROCESS)->result, ==, process);
  g_assert_cmpint (item (lines, TABELLA_TEST_MEMORY)->result, ==, memory);
  if (process != TABELLA_TEST_OK)
    g_assert_nonnull (strstr (item (lines, TABELLA_TEST_PROCESS)->detail, "socket"));
}

/* Root is held by no limit. */
static void
lose_locking (void)
{
  const struct rlimit none = { 0, 0 };

  g_assert_cmpint (setrlimit (RLIMIT_MEMLOCK, &none), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (setresuid (65534, 65534, 65534), ==, 0);
}

/* This program has not shut itself in; a child of it does. */
static void
test_self_test_process (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *dir = NULL;
  TabellaStation *s = ready (p, COMBINED, &dir);
  int status;
  pid_t pid;

  assert_process (s, TABELLA_TEST_WARNING, TABELLA_TEST_OK);
  s->package->manifest->practice = FALSE;
  assert_process (s, TABELLA_TEST_FAILED, TABELLA_TEST_OK);
  pid = fork ();
  if (pid == 0) {
    g_assert_true (tabella_process_harden (NULL));
    lose_locking ();
    g_assert_true (tabella_process_shut (TABELLA_SHUT_ALL, NULL));
    assert_process (s, TABELLA_TEST_OK, TABELLA_TEST_FAILED);
    _exit (0);
  }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
  s->package->manifest->practice = TRUE;
  tabella_station_free (s);
}
#endif

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/poll/day", test_day);
  g_test_add_func ("/poll/restarts", test_restarts);
  g_test_add_func ("/poll/recovered", test_recovered);
  g_test_add_func ("/poll/not-empty", test_not_empty);
  g_test_add_func ("/poll/counts-at-resume", test_counts_at_resume);
  g_test_add_func ("/poll/each-count-at-resume", test_each_count_at_resume);
  g_test_add_func ("/poll/lock", test_lock);
  g_test_add_func ("/poll/other-roll-keys", test_other_roll_keys);
  g_test_add_func ("/poll/pin", test_pin);
  g_test_add_func ("/poll/self-test", test_self_test);
#ifndef __SANITIZE_ADDRESS__
  g_test_add_func ("/poll/self-test-process", test_self_test_process);
#endif
  return g_test_run ();
}
