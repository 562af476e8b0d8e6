/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "account.h"
#include "checkin.h"
#include "day.h"
#include "practice.h"
#include "session.h"
#include "station-private.h"

#define DESK     1
#define BOOTH    3
#define COMBINED 6
#define FIRST    20 /* of station 2's voters */

/* The example's stations are open on 2014-06-22 from 10:00 to 22:00. */
static void
set_clock (char out[17], gpointer data)
{
  g_strlcpy (out, data, 17);
}

static void
at (TabellaStation *s, const char *clock)
{
  tabella_station_set_clock (s, set_clock, (gpointer)clock);
}

static void
give (TabellaStation *s, guint n, guint8 ticket[10])
{
  g_autofree char *id = practice_id (n);
  g_autoptr (TabellaAnswer) answer = NULL;
  GError *error = NULL;

  answer = tabella_checkin_look (s, id, &error);
  g_assert_no_error (error);
  tabella_checkin_give (s, answer, TABELLA_CHECKIN_ROLL, 0, ticket, &error);
  g_assert_no_error (error);
}

static void
begin (TabellaStation *s, const guint8 ticket[10])
{
  GError *error = NULL;

  tabella_session_begin (s, ticket, &error);
  g_assert_no_error (error);
}

static void
cast (TabellaStation *s)
{
  g_autofree char *receipt = NULL;
  GError *error = NULL;

  g_assert_true (tabella_session_confirm (s, &error));
  g_assert_true (tabella_session_cast (s, &receipt, &error));
  g_assert_true (tabella_session_end (s, &error));
}

static void
vote (TabellaStation *s, guint n)
{
  guint8 ticket[10];

  give (s, n, ticket);
  begin (s, ticket);
  cast (s);
}

static void
test_hours (void)
{
  static const struct {
    const char *clock;
    TabellaHoursNow now;
    TabellaAdvice advice;
  } cases[] = {
    { "2014-06-21 23:59", TABELLA_HOURS_OTHER_DAY, TABELLA_ADVICE_NONE },
    { "2014-06-22 09:59", TABELLA_HOURS_BEFORE, TABELLA_ADVICE_EARLY },
    { "2014-06-22 10:00", TABELLA_HOURS_DURING, TABELLA_ADVICE_NONE },
    { "2014-06-22 21:59", TABELLA_HOURS_DURING, TABELLA_ADVICE_NONE },
    { "2014-06-22 22:00", TABELLA_HOURS_AFTER, TABELLA_ADVICE_CLOSING },
    { "2014-06-23 00:10", TABELLA_HOURS_AFTER, TABELLA_ADVICE_CLOSING },
    { "2014-06-23 12:00", TABELLA_HOURS_OTHER_DAY, TABELLA_ADVICE_NONE },
  };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, COMBINED);
  TabellaHoursState hours;
  guint8 ticket[10];

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    at (s, cases[i].clock);
    tabella_station_hours (s, &hours);
    g_assert_cmpint (hours.now, ==, cases[i].now);
    g_assert_cmpint (tabella_station_advice (s), ==, cases[i].advice);
    g_assert_cmpstr (hours.close, ==, hours.now == TABELLA_HOURS_OTHER_DAY ? NULL : "22:00");
    g_assert_null (hours.changed);
  }
  /* The clock stops nobody. */
  at (s, "2014-06-22 23:00");
  give (s, FIRST, ticket);
  tabella_station_confirm_queue (s);
  g_assert_cmpint (tabella_station_advice (s), ==, TABELLA_ADVICE_QUEUE_ONLY);
  begin (s, ticket);
  cast (s);
}

/* Several days, and the organisers' word that the hours are others. */
static void
test_days (void)
{
  static const char *const days[][3] = { { "2014-06-20", "10:00", "22:00" },
                                         { "2014-06-22", "09:00", "12:00" } };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, COMBINED);
  g_autoptr (GPtrArray) hours = g_ptr_array_new_with_free_func (g_free);
  TabellaStationInfo *info = (TabellaStationInfo *)tabella_election_station (
      s->package->manifest->election, s->status.station);
  TabellaAmendment *a = g_new0 (TabellaAmendment, 1);
  GPtrArray *former = info->hours;
  TabellaHours own[2];
  TabellaHoursState state;

  for (guint i = 0; i < 2; i++) {
    own[i] = (TabellaHours){ (char *)days[i][0], (char *)days[i][1], (char *)days[i][2] };
    g_ptr_array_add (hours, g_memdup2 (&own[i], sizeof own[i]));
  }
  info->hours = hours;
  at (s, "2014-06-20 12:00");
  tabella_station_hours (s, &state);
  g_assert_true (state.now == TABELLA_HOURS_DURING && state.more_days);
  at (s, "2014-06-21 11:00"); /* the morning after, a day without a poll */
  tabella_station_hours (s, &state);
  g_assert_true (state.now == TABELLA_HOURS_AFTER && state.more_days);
  at (s, "2014-06-22 12:00");
  tabella_station_hours (s, &state);
  g_assert_true (state.now == TABELLA_HOURS_AFTER && !state.more_days);

  *a = (TabellaAmendment){ .number = 1, .kind = TABELLA_AMEND_HOURS, .target = 1 };
  a->text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (a->text, g_strdup ("en"), g_strdup ("until 14:00"));
  g_ptr_array_add (s->amendments, a);
  tabella_station_hours (s, &state);
  g_assert_null (state.changed); /* another station's */
  a->target = s->status.station;
  tabella_station_hours (s, &state);
  g_assert_cmpstr (tabella_text (state.changed, "en", NULL), ==, "until 14:00");
  info->hours = former;
}

/* A spare that has no station has no hours; a locked terminal has nothing to say. */
static void
test_without (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) spare = practice_ready (p, 5), s = practice_open (p, COMBINED);
  TabellaHoursState hours;
  TabellaMorning morning;
  TabellaAccount account;
  GError *error = NULL;

  at (spare, "2014-06-22 11:00");
  spare->status.station = 0; /* as of one that waits for a place */
  tabella_station_hours (spare, &hours);
  g_assert_cmpint (hours.now, ==, TABELLA_HOURS_OTHER_DAY);
  g_assert_null (hours.open);
  at (s, "2014-06-21 08:00"); /* no poll today, and none yesterday */
  tabella_station_hours (s, &hours);
  g_assert_cmpint (hours.now, ==, TABELLA_HOURS_OTHER_DAY);
  g_assert_null (hours.close);
  at (s, "0000-00-00 08:00"); /* a clock that shows no date, and so none of yesterday */
  tabella_station_hours (s, &hours);
  g_assert_cmpint (hours.now, ==, TABELLA_HOURS_OTHER_DAY);
  g_assert_null (hours.open);
  at (s, "2014-06-21 08:00");
  vote (s, FIRST);
  g_assert_cmpuint (tabella_station_uncopied (s), ==, 2);
  g_assert_true (tabella_station_pause (s, &error));
  g_assert_cmpint (tabella_station_advice (s), ==, TABELLA_ADVICE_NONE);
  g_assert_true (tabella_station_morning (s, &morning, &error));
  tabella_station_lock (s);
  g_assert_cmpuint (tabella_station_uncopied (s), ==, 0);
  assert_refused (tabella_station_morning (s, &morning, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "locked");
  assert_refused (tabella_station_resume_despite (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "locked");
  assert_refused (tabella_station_account (s, &account, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "locked");
}

static void
test_copy (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autofree char *root = practice_file (p, "copies"), *text = NULL;
  const TabellaStick stick = { .root = root };
  TabellaStation *s = practice_open (p, COMBINED);
  GError *error = NULL;

  at (s, "2014-06-22 12:00");
  g_assert_cmpint (g_mkdir (root, 0700), ==, 0);
  s->copied_at -= G_GINT64_CONSTANT (7200) * G_USEC_PER_SEC;
  g_assert_cmpint (tabella_station_advice (s), ==, TABELLA_ADVICE_NONE); /* nothing to copy */
  vote (s, FIRST);
  g_assert_cmpuint (tabella_station_uncopied (s), ==, 2);
  g_assert_cmpint (tabella_station_advice (s), ==, TABELLA_ADVICE_COPY);
  tabella_export_safety_copy (s, &stick, &text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tabella_station_uncopied (s), ==, 0);
  g_assert_cmpint (tabella_station_advice (s), ==, TABELLA_ADVICE_NONE);
  vote (s, FIRST + 1);
  tabella_station_free (s);

  /* The journal's last counts before the copy were zero: rather too many than too few. */
  s = practice_restart (p, COMBINED);
  g_assert_cmpuint (tabella_station_uncopied (s), ==, 4);
  g_assert_true (tabella_station_pause (s, &error));
  g_clear_pointer (&text, g_free);
  tabella_export_safety_copy (s, &stick, &text, &error);
  g_assert_no_error (error);
  tabella_station_free (s);
  s = practice_restart (p, COMBINED);
  g_assert_cmpuint (tabella_station_uncopied (s), ==, 0);
  tabella_station_free (s);
}

static void
test_morning (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  TabellaCheckin c = { .kind = TABELLA_CHECKIN_ROLL, .state = TABELLA_CHECKIN_LEFT };
  g_autofree char *journal = NULL;
  TabellaMorning morning;
  GError *error = NULL;

  at (s, "2014-06-22 22:00");
  assert_refused (tabella_station_morning (s, &morning, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "not paused");
  vote (s, FIRST);
  tabella_station_confirm_queue (s);
  g_assert_true (tabella_station_end_of_day (s, &error));
  g_assert_false (s->queue_only);
  tabella_station_free (s);

  s = practice_restart (p, COMBINED);
  g_assert_true (tabella_station_morning (s, &morning, &error));
  g_assert_true (morning.ended && morning.equal);
  g_assert_cmpuint (morning.then[0], ==, 1);
  g_assert_cmpuint (morning.now[1], ==, 1);
  g_assert_cmpstr (morning.clock, ==, "2014-06-22 22:00");
  g_assert_true (tabella_box_checkin_put (s->box, &c, &error)); /* somebody at night */
  g_assert_true (tabella_station_morning (s, &morning, &error));
  g_assert_false (morning.equal);
  g_assert_cmpuint (morning.then[0], ==, 1);
  g_assert_cmpuint (morning.now[0], ==, 2);
  assert_refused (tabella_station_resume (s, &error), &error, TABELLA_STATION_ERROR_STORAGE,
                  "not those at the pause");
  g_assert_true (tabella_station_resume_despite (s, &error));
  g_assert_cmpint (tabella_station_state (s), ==, TABELLA_STATION_OPEN);
  journal = tabella_box_journal_text (s->box, &error);
  g_assert_nonnull (strstr (journal, "{\"event\":\"fault\",\"what\":\"storage\"}\n"
                                     "{\"event\":\"resumed\""));
  g_assert_true (tabella_station_pause (s, &error));
  g_assert_true (tabella_station_morning (s, &morning, &error));
  g_assert_true (!morning.ended && morning.equal);
  g_assert_true (tabella_station_resume_despite (s, &error)); /* as resume: no further fault */
  g_free (journal);
  journal = tabella_box_journal_text (s->box, &error);
  g_assert_null (strstr (strstr (journal, "\"what\":\"storage\"") + 1, "\"what\":\"storage\""));
  tabella_station_free (s);
}

/* The folder as a power cut leaves it: the mark is still there after an orderly end. */
static void
cut (Practice *p, TabellaStation **s, guint16 index)
{
  g_autofree char *mark = g_build_filename ((*s)->dir, "running", NULL);

  g_assert_true (g_file_test (mark, G_FILE_TEST_EXISTS));
  tabella_station_free (*s);
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (mark, "", 0, NULL));
  *s = practice_restart (p, index);
}

static void
test_account (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  g_autofree char *mark = g_build_filename (s->dir, "running", NULL);
  TabellaAccount account;
  GError *error = NULL;
  guint8 ticket[10];

  vote (s, FIRST);
  g_assert_false (tabella_station_has_account (s));
  tabella_station_lock (s); /* an orderly lock tells nothing */
  g_assert_false (g_file_test (mark, G_FILE_TEST_EXISTS));
  practice_unlock (s);
  g_assert_false (tabella_station_has_account (s));

  cut (p, &s, COMBINED); /* after done: nobody is in the middle */
  g_assert_true (tabella_station_account (s, &account, &error));
  g_assert_true (account.crashed && !account.interrupted && account.given == 0);
  g_assert_cmpuint (account.counts.cast, ==, 1);
  tabella_station_account_read (s);
  g_assert_false (tabella_station_has_account (s));

  give (s, FIRST + 1, ticket);
  begin (s, ticket);
  cut (p, &s, COMBINED); /* in mid-vote, told until it was read */
  g_assert_true (tabella_station_has_account (s));
  g_assert_true (tabella_station_account (s, &account, &error));
  g_assert_true (account.crashed && account.votes && account.checks_in);
  g_assert_cmpuint (account.given, ==, 1);
  tabella_station_account_read (s);

  give (s, FIRST + 1, ticket);
  tabella_station_lock (s);
  g_assert_false (tabella_station_has_account (s)); /* nothing is told while locked */
  practice_unlock (s);
  g_assert_true (tabella_station_account (s, &account, &error));
  g_assert_true (account.interrupted && !account.crashed && account.given == 1);
  tabella_station_free (s);
}

/* Opened and ended without being unlocked, it still remembers that it was cut. */
static void
test_account_waits (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  g_autofree char *dir = g_strdup (s->dir), *mark = g_build_filename (dir, "running", NULL);
  GError *error = NULL;

  cut (p, &s, COMBINED);
  g_assert_true (tabella_station_has_account (s));
  tabella_station_free (s);
  s = practice_restart (p, COMBINED);
  g_assert_false (tabella_station_has_account (s)); /* the end before was orderly */
  tabella_station_free (s);

  s = practice_restart (p, COMBINED);
  cut (p, &s, COMBINED);
  tabella_station_lock (s);
  g_assert_true (g_file_set_contents (mark, "", 0, NULL));
  tabella_station_free (s);
  s = tabella_station_open (dir, &error);
  g_assert_no_error (error);
  tabella_station_free (s); /* still locked */
  s = practice_restart (p, COMBINED);
  g_assert_true (tabella_station_has_account (s));
  tabella_station_free (s);
}

static void
test_account_booth (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *desk = practice_open (p, DESK), *booth = practice_open (p, BOOTH);
  g_autofree char *text = NULL;
  TabellaAccount account;
  GError *error = NULL;
  guint8 ticket[10];

  give (desk, 3, ticket);
  begin (booth, ticket);
  g_assert_true (tabella_session_confirm (booth, &error));
  g_assert_true (tabella_session_challenge (booth, &text, &error));
  cut (p, &booth, BOOTH);
  g_assert_true (tabella_station_account (booth, &account, &error));
  g_assert_true (account.crashed && account.votes && !account.checks_in);
  g_assert_cmpuint (account.checking, ==, 1);
  g_assert_cmpuint (account.given, ==, 0);
  begin (booth, ticket);
  g_assert_cmpuint (tabella_session_attempt (tabella_station_session (booth)), ==, 1);
  cast (booth);
  g_assert_true (tabella_station_account (booth, &account, &error));
  g_assert_cmpuint (account.checking, ==, 0);
  cut (p, &desk, DESK);
  g_assert_true (tabella_station_account (desk, &account, &error));
  g_assert_true (account.checks_in && !account.votes && account.given == 0);
  tabella_station_free (desk);
  tabella_station_free (booth);
}

static void
test_cancel (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  TabellaStation *s = practice_open (p, COMBINED);
  g_autofree char *before = NULL, *after = NULL;
  GError *error = NULL;
  TabellaCounts counts;
  guint8 ticket[10];

  before = tabella_box_journal_text (s->box, &error);
  give (s, FIRST, ticket);
  begin (s, ticket);
  g_assert_true (tabella_session_cancel (s, TABELLA_CANCEL_MACHINE, &error));
  g_assert_true (tabella_session_cancel (s, TABELLA_CANCEL_OTHER, &error)); /* nobody is there */
  g_assert_cmpuint (tabella_session_cancelled (s, TABELLA_CANCEL_MACHINE), ==, 1);
  g_assert_cmpuint (tabella_session_cancelled (s, TABELLA_CANCEL_OTHER), ==, 0);
  g_assert_true (tabella_station_counts (s, &counts, &error));
  g_assert_cmpuint (counts.left, ==, 1);
  after = tabella_box_journal_text (s->box, &error);
  g_assert_cmpstr (before, ==, after); /* no reason is written anywhere */
  tabella_station_lock (s);
  practice_unlock (s);
  g_assert_cmpuint (tabella_session_cancelled (s, TABELLA_CANCEL_MACHINE), ==, 0);
  tabella_station_free (s);
}

/* Whatever is typed at a booth, the next ticket is looked at within 15 seconds. */
static void
test_tickets_wait (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, DESK), booth = practice_open (p, BOOTH);
  guint8 good[10], wrong[10] = { 0 };
  GError *error = NULL;

  give (desk, 3, good);
  for (guint i = 0; i < 40; i++) {
    g_assert_false (tabella_session_begin (booth, wrong, &error));
    g_clear_error (&error);
    g_assert_cmpuint (tabella_session_wait (booth), <=, 15);
    booth->ticket_tries.last -= 15 * G_USEC_PER_SEC;
  }
  g_assert_false (tabella_session_begin (booth, wrong, &error));
  g_clear_error (&error);
  g_assert_cmpuint (tabella_session_wait (booth), >, 10);
  g_assert_true (tabella_station_pin (booth, PRACTICE_PIN, &error)); /* or an officer comes */
  g_assert_cmpuint (tabella_session_wait (booth), ==, 0);
  begin (booth, good);
  cast (booth);
  assert_refused (tabella_session_begin (booth, good, &error), &error, TABELLA_STATION_ERROR_USED,
                  "has been used");
}

static TabellaAnswer *
look (TabellaStation *s, const char *typed)
{
  GError *error = NULL;
  TabellaAnswer *a = tabella_checkin_look (s, typed, &error);

  g_assert_no_error (error);
  return a;
}

static void
test_doubt (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, COMBINED);
  g_autofree char *id = practice_id (FIRST), *other = practice_id (FIRST + 1);
  g_autoptr (TabellaAnswer) first = look (s, id);

  g_assert_false (first->doubted);
  tabella_checkin_doubt (s, first);
  g_assert_true (tabella_checkin_in_doubt (s));
  {
    g_autoptr (TabellaAnswer) wrong = look (s, "A12"), same = look (s, id), again = look (s, id);

    g_assert_cmpint (wrong->kind, ==, TABELLA_ANSWER_NUMBER_INVALID);
    g_assert_true (same->doubted && same->may_provisional);
    g_assert_false (again->doubted);
  }
  tabella_checkin_doubt (s, first);
  {
    g_autoptr (TabellaAnswer) another = look (s, other), same = look (s, id);

    g_assert_false (another->doubted); /* the number had been mistyped */
    g_assert_false (same->doubted);
  }
  tabella_checkin_doubt (s, first);
  tabella_station_lock (s);
  g_assert_false (tabella_checkin_in_doubt (s));
}

static void
test_mistakes (void)
{
  static const struct {
    const char *typed;
    TabellaMistake mistake;
  } cases[] = {
    { "", TABELLA_MISTAKE_SHAPE },         { "A00002", TABELLA_MISTAKE_SHAPE },
    { "1000020A", TABELLA_MISTAKE_SHAPE }, { "A000020", TABELLA_MISTAKE_SHAPE },
    { "A0000200", TABELLA_MISTAKE_CHECK },
  };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, COMBINED);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TabellaAnswer) a = look (s, cases[i].typed);

    g_assert_cmpint (a->kind, ==, TABELLA_ANSWER_NUMBER_INVALID);
    g_assert_cmpint (a->mistake, ==, cases[i].mistake);
  }
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/day/hours", test_hours);
  g_test_add_func ("/day/days", test_days);
  g_test_add_func ("/day/without", test_without);
  g_test_add_func ("/day/copy", test_copy);
  g_test_add_func ("/day/morning", test_morning);
  g_test_add_func ("/day/account", test_account);
  g_test_add_func ("/day/account-waits", test_account_waits);
  g_test_add_func ("/day/account-booth", test_account_booth);
  g_test_add_func ("/day/cancel", test_cancel);
  g_test_add_func ("/day/tickets-wait", test_tickets_wait);
  g_test_add_func ("/day/doubt", test_doubt);
  g_test_add_func ("/day/mistakes", test_mistakes);
  return g_test_run ();
}
