/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include "checkin.h"
#include "practice.h"
#include "session.h"
#include "station-private.h"

#define WALK_IN 100 /* practice_id (100) is on no roll */

static void
give_to (TabellaStation *s, guint n, TabellaCheckinKind kind, guint8 ticket[10])
{
  g_autofree char *id = practice_id (n);
  GError *error = NULL;
  g_autoptr (TabellaAnswer) a = tabella_checkin_look (s, id, &error);

  g_assert_no_error (error);
  tabella_checkin_give (s, a, kind, 0, ticket, &error);
  g_assert_no_error (error);
}

static TabellaSession *
begin (TabellaStation *s, const guint8 ticket[10])
{
  GError *error = NULL;

  tabella_session_begin (s, ticket, &error);
  g_assert_no_error (error);
  g_assert_nonnull (tabella_station_session (s));
  return tabella_station_session (s);
}

static void
begin_refused (TabellaStation *s, const guint8 ticket[10], TabellaStationError code,
               const char *part)
{
  GError *error = NULL;

  assert_refused (tabella_session_begin (s, ticket, &error), &error, code, part);
}

static void
confirm (TabellaStation *s)
{
  GError *error = NULL;

  tabella_session_confirm (s, &error);
  g_assert_no_error (error);
}

static char *
cast (TabellaStation *s)
{
  GError *error = NULL;
  char *receipt;

  tabella_session_cast (s, &receipt, &error);
  g_assert_no_error (error);
  return receipt;
}

static char *
challenge (TabellaStation *s)
{
  GError *error = NULL;
  char *text;

  tabella_session_challenge (s, &text, &error);
  g_assert_no_error (error);
  return text;
}

static void
end (TabellaStation *s)
{
  GError *error = NULL;

  tabella_session_end (s, &error);
  g_assert_no_error (error);
  g_assert_null (tabella_station_session (s));
}

static void
assert_counts (TabellaStation *s, guint given, guint voted, guint left, guint cast_ones,
               guint challenged)
{
  GError *error = NULL;
  TabellaCounts counts;

  tabella_station_counts (s, &counts, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.checked_in, ==, given + voted + left);
  g_assert_cmpuint (counts.given, ==, given);
  g_assert_cmpuint (counts.voted, ==, voted);
  g_assert_cmpuint (counts.left, ==, left);
  g_assert_cmpuint (counts.cast, ==, cast_ones);
  g_assert_cmpuint (counts.challenged, ==, challenged);
}

static void
assert_empty (const TabellaSession *v)
{
  for (guint place = 0; place < tabella_session_n_contests (v); place++)
    g_assert_cmpuint (tabella_session_n_chosen (v, place), ==, 0);
}

static void
test_selections (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  g_autoptr (TabellaStation) booth = practice_open (p, 3);
  TabellaSession *v;
  guint8 ticket[10];
  GError *error = NULL;

  give_to (desk, 2, TABELLA_CHECKIN_ROLL, ticket);
  v = begin (booth, ticket);
  g_assert_cmpuint (tabella_session_style (v), ==, 1);
  g_assert_cmpuint (tabella_session_n_contests (v), ==, 2);
  g_assert_cmpstr (tabella_session_contest (v, 0)->id, ==, "motion-1");
  g_assert_cmpstr (tabella_session_contest (v, 1)->id, ==, "board");
  assert_empty (v);

  /* one too many changes nothing */
  g_assert_true (tabella_session_toggle (v, 0, 3));
  g_assert_false (tabella_session_toggle (v, 0, 1));
  g_assert_true (tabella_session_chosen (v, 0, 3));
  g_assert_false (tabella_session_chosen (v, 0, 1));
  g_assert_cmpuint (tabella_session_n_chosen (v, 0), ==, 1);
  g_assert_true (tabella_session_toggle (v, 0, 3));
  g_assert_cmpuint (tabella_session_n_chosen (v, 0), ==, 0);
  g_assert_true (tabella_session_toggle (v, 0, 1));

  /* blank where min is 0, not where it is 1 */
  g_assert_true (tabella_session_complete (v, 0));
  g_assert_false (tabella_session_complete (v, 1));
  assert_refused (tabella_session_confirm (booth, &error), &error, TABELLA_STATION_ERROR_REFUSED,
                  "contest 2 needs at least 1");
  g_assert_null (tabella_session_code (v));
  g_assert_true (tabella_session_toggle (v, 1, 0));
  g_assert_true (tabella_session_toggle (v, 1, 2));
  g_assert_false (tabella_session_toggle (v, 1, 1));
  g_assert_cmpuint (tabella_session_n_chosen (v, 1), ==, 2);
  g_assert_true (tabella_session_chosen (v, 0, 1));
  g_assert_true (tabella_session_complete (v, 1));
  confirm (booth);

  tabella_session_clear (v);
  assert_empty (v);
  g_assert_null (tabella_session_code (v));
  g_assert_true (tabella_station_session (booth) == v);
  end (booth);
}

/* The code is of the pending ballot; another choice or confirmation makes another one. */
static void
test_pending (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  g_autoptr (TabellaStation) booth = practice_open (p, 3);
  g_autofree char *text = NULL, *short_code = NULL;
  TabellaCommitmentText commitment;
  guint8 ticket[10], first[32];
  TabellaSession *v;
  GError *error = NULL;
  char *receipt;

  give_to (desk, 3, TABELLA_CHECKIN_ROLL, ticket);
  v = begin (booth, ticket);
  assert_refused (tabella_session_cast (booth, &receipt, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "no ballot code");
  g_assert_null (receipt);
  assert_refused (tabella_session_challenge (booth, &receipt, &error), &error,
                  TABELLA_STATION_ERROR_STATE, "no ballot code");
  g_assert_null (tabella_session_commitment (booth, &error));
  assert_refused (FALSE, &error, TABELLA_STATION_ERROR_STATE, "no ballot code");
  g_assert_null (tabella_session_short_code (v));

  confirm (booth);
  memcpy (first, tabella_session_code (v), 32);
  text = tabella_session_commitment (booth, &error);
  g_assert_no_error (error);
  g_assert_true (tabella_commitment_parse (text, &commitment, &error));
  g_assert_cmpmem (commitment.code, 32, first, 32);
  g_assert_cmpuint (commitment.terminal, ==, 3);
  g_assert_true (tabella_commitment_check (&commitment, p->ctx->he,
                                           tabella_station_terminal (booth)->ballot_key));
  short_code = tabella_session_short_code (v);
  g_assert_cmpuint (strlen (short_code), ==, 24);

  confirm (booth);
  g_assert_cmpint (memcmp (first, tabella_session_code (v), 32), !=, 0);
  g_assert_true (tabella_session_toggle (v, 0, 0));
  g_assert_null (tabella_session_code (v));
  confirm (booth);
  tabella_session_forget_pending (v);
  g_assert_null (tabella_session_code (v));
  g_assert_true (tabella_session_chosen (v, 0, 0));
  assert_counts (booth, 0, 0, 0, 0, 0);
  end (booth);
}

static void
test_booth_cast (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  g_autoptr (TabellaStation) booth = practice_open (p, 3);
  g_autofree char *text = NULL;
  TabellaReceiptText receipt;
  guint8 ticket[10], code[32];
  TabellaSession *v;
  GError *error = NULL;
  char *none;

  give_to (desk, 3, TABELLA_CHECKIN_ROLL, ticket);
  v = begin (booth, ticket);
  begin_refused (booth, ticket, TABELLA_STATION_ERROR_STATE, "a voter is at this tablet");
  g_assert_true (tabella_session_toggle (v, 1, 2));
  confirm (booth);
  memcpy (code, tabella_session_code (v), 32);
  text = cast (booth);
  g_assert_true (tabella_receipt_parse (text, &receipt, &error));
  g_assert_cmpmem (receipt.code, 32, code, 32);
  g_assert_true (
      tabella_receipt_check (&receipt, p->ctx->he, tabella_station_terminal (booth)->ballot_key));
  assert_empty (v);
  g_assert_null (tabella_session_code (v));
  assert_refused (tabella_session_confirm (booth, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "is cast");
  assert_refused (tabella_session_cast (booth, &none, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "is cast");
  end (booth);
  assert_counts (booth, 0, 0, 0, 1, 0);
  assert_counts (desk, 1, 0, 0, 0, 0);

  begin_refused (booth, ticket, TABELLA_STATION_ERROR_USED, "has been used");
  g_assert_cmpuint (tabella_session_wait (booth), ==, 0);
  tabella_station_free (g_steal_pointer (&booth));
  booth = practice_restart (p, 3);
  begin_refused (booth, ticket, TABELLA_STATION_ERROR_USED, "has been used");
}

/* What was encrypted is what was chosen: the challenged text recomputes to the code that was shown.
 */
static void
check_challenge (const Practice *p, const char *text, const guint8 code[32], guint attempt,
                 guint chosen)
{
  g_auto (TabellaChallengeText) c = { 0 };
  GError *error = NULL;
  guint8 computed[32];

  g_assert_true (tabella_challenge_text_parse (p->ctx, text, &c, &error));
  g_assert_true (tabella_challenge_text_recompute (p->ctx, &c, computed, &error));
  g_assert_cmpmem (computed, 32, code, 32);
  g_assert_cmpuint (c.attempt, ==, attempt);
  for (guint i = 0; i < p->ctx->styles[c.style]->options; i++)
    g_assert_cmpuint (c.selections[i], ==, i == chosen ? 1 : 0);
}

static void
test_attempts (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autofree char *receipt = NULL;
  guint8 ticket[10];
  TabellaSession *v;
  GError *error = NULL;
  char *none;

  give_to (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  v = begin (s, ticket);
  for (guint attempt = 0; attempt < 3; attempt++) {
    g_autofree char *text = NULL;
    guint8 code[32];

    g_assert_cmpuint (tabella_session_attempt (v), ==, attempt);
    g_assert_true (tabella_session_may_challenge (v));
    assert_empty (v);
    g_assert_true (tabella_session_toggle (v, 0, attempt));
    confirm (s);
    memcpy (code, tabella_session_code (v), 32);
    text = challenge (s);
    check_challenge (p, text, code, attempt, attempt);
    g_assert_null (tabella_session_code (v));
  }
  assert_counts (s, 1, 0, 0, 0, 3);
  g_assert_cmpuint (tabella_session_attempt (v), ==, 3);
  g_assert_false (tabella_session_may_challenge (v));
  confirm (s);
  assert_refused (tabella_session_challenge (s, &none, &error), &error,
                  TABELLA_STATION_ERROR_REFUSED, "three times");
  g_assert_nonnull (tabella_session_code (v));
  receipt = cast (s);
  end (s);
  assert_counts (s, 0, 1, 0, 1, 3);
}

/* A booth that restarts between two attempts goes on where its records are. */
static void
test_attempts_continue (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  g_autoptr (TabellaStation) booth = practice_open (p, 3);
  g_autoptr (TabellaStation) other = practice_open (p, 4);
  g_autofree char *text = NULL, *receipt = NULL;
  guint8 ticket[10];

  give_to (desk, 3, TABELLA_CHECKIN_ROLL, ticket);
  begin (booth, ticket);
  confirm (booth);
  text = challenge (booth);
  end (booth);
  tabella_station_free (g_steal_pointer (&booth));
  booth = practice_restart (p, 3);
  g_assert_cmpuint (tabella_session_attempt (begin (booth, ticket)), ==, 1);
  confirm (booth);
  receipt = cast (booth);
  end (booth);
  assert_counts (booth, 0, 0, 0, 1, 1);
  /* another booth cannot know; the ticket's second ballot is struck at the merge */
  g_assert_cmpuint (tabella_session_attempt (begin (other, ticket)), ==, 0);
  end (other);
}

static void
test_combined_ticket (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autofree char *receipt = NULL;
  guint8 ticket[10], wrong[10], old[10];

  memset (wrong, 0, sizeof wrong);
  begin_refused (s, wrong, TABELLA_STATION_ERROR_REFUSED, "just given");
  give_to (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  g_assert_null (tabella_station_session (s));
  memcpy (wrong, ticket, sizeof wrong);
  wrong[9] ^= 1;
  begin_refused (s, wrong, TABELLA_STATION_ERROR_REFUSED, "just given");
  begin (s, ticket);
  confirm (s);
  receipt = cast (s);
  end (s);
  assert_counts (s, 0, 1, 0, 1, 0);
  begin_refused (s, ticket, TABELLA_STATION_ERROR_REFUSED, "just given");

  memcpy (old, ticket, sizeof old);
  give_to (s, 21, TABELLA_CHECKIN_ROLL, ticket);
  begin_refused (s, old, TABELLA_STATION_ERROR_REFUSED, "just given");
  end (s);
}

static void
test_leave_and_return (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autofree char *text = NULL, *receipt = NULL;
  guint8 first[10], second[10];

  give_to (s, 20, TABELLA_CHECKIN_ROLL, first);
  begin (s, first);
  confirm (s);
  text = challenge (s);
  end (s);
  assert_counts (s, 0, 0, 1, 0, 1);
  begin_refused (s, first, TABELLA_STATION_ERROR_REFUSED, "just given");
  give_to (s, 20, TABELLA_CHECKIN_ROLL, second);
  begin_refused (s, first, TABELLA_STATION_ERROR_REFUSED, "just given");
  g_assert_cmpuint (tabella_session_attempt (begin (s, second)), ==, 0);
  assert_counts (s, 1, 0, 0, 0, 1);
  confirm (s);
  receipt = cast (s);
  end (s);
  end (s); /* nothing left to end */
  assert_counts (s, 0, 1, 0, 1, 1);
}

/* Guessed, mistyped, of another station, for a ballot that is not there. */
static void
test_wrong_tickets (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  g_autoptr (TabellaStation) booth = practice_open (p, 3);
  g_autoptr (TabellaStation) elsewhere = practice_open (p, 7);
  const TabellaTicketFields no_such = { .style = 9, .run = 1 }, not_here = { .style = 1, .run = 1 },
                            here = { .style = 0, .run = 1 };
  guint8 ticket[10], wrong[10], t[16], he[32];

  give_to (desk, 3, TABELLA_CHECKIN_ROLL, ticket);
  begin_refused (elsewhere, ticket, TABELLA_STATION_ERROR_REFUSED, "no ticket of this station");
  tabella_ticket_make (elsewhere->keys->roll->ticket_key, p->ctx->he, 2, &not_here, wrong, t);
  begin_refused (elsewhere, wrong, TABELLA_STATION_ERROR_REFUSED, "no ticket of this station");
  /* practice and official poll have the same ticket keys */
  memset (he, 'o', sizeof he);
  tabella_ticket_make (elsewhere->keys->roll->ticket_key, he, 2, &here, wrong, t);
  begin_refused (elsewhere, wrong, TABELLA_STATION_ERROR_REFUSED, "no ticket of this station");
  tabella_ticket_make (booth->keys->roll->ticket_key, p->ctx->he, 1, &no_such, wrong, t);
  begin_refused (booth, wrong, TABELLA_STATION_ERROR_REFUSED, "no ticket of this station");
  g_assert_cmpuint (tabella_session_wait (booth), ==, 0);
  memcpy (wrong, ticket, sizeof wrong);
  wrong[4] ^= 0x10;
  begin_refused (booth, wrong, TABELLA_STATION_ERROR_REFUSED, "no ticket of this station");
  g_assert_cmpuint (tabella_session_wait (booth), ==, 0);
  begin_refused (booth, wrong, TABELLA_STATION_ERROR_REFUSED, "no ticket of this station");

  /* the third costs time: nothing is tried, not even the right one */
  g_assert_cmpuint (tabella_session_wait (booth), >, 0);
  g_assert_cmpuint (tabella_session_wait (booth), <=, 5);
  begin_refused (booth, ticket, TABELLA_STATION_ERROR_STATE, "wait");
  booth->ticket_tries.last -= 10 * G_USEC_PER_SEC; /* ten seconds later */
  begin (booth, ticket);
  end (booth);
  begin_refused (booth, wrong, TABELLA_STATION_ERROR_REFUSED, "no ticket of this station");
  g_assert_cmpuint (tabella_session_wait (booth), ==, 0); /* counted from the start again */
}

static void
test_lock_wipes (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  guint8 ticket[10];
  GError *error = NULL;

  give_to (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  begin (s, ticket);
  confirm (s);
  tabella_station_lock (s);
  g_assert_null (tabella_station_session (s));
  assert_refused (tabella_session_begin (s, ticket, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "");
  practice_unlock (s);
  begin_refused (s, ticket, TABELLA_STATION_ERROR_REFUSED, "just given");
  assert_refused (tabella_session_confirm (s, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "no voter");
  assert_counts (s, 1, 0, 0, 0, 0);
}

/* Challenges take slots: the last one is for a ballot that counts. */
static void
test_room (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  g_autoptr (TabellaStation) booth = practice_open (p, 3);
  g_autofree char *receipt = NULL;
  GError *error = NULL;
  guint8 ticket[10], last[10];
  char *none;

  for (guint i = 0; i < PRACTICE_CAPACITY - 1; i++) {
    g_autofree char *text = NULL;

    if (i % 3 == 0)
      give_to (desk, WALK_IN + i / 3 / 5 * 10 + i / 3 % 5, TABELLA_CHECKIN_WALKIN, ticket);
    begin (booth, ticket);
    confirm (booth);
    text = challenge (booth);
    end (booth);
  }
  give_to (desk, 3, TABELLA_CHECKIN_ROLL, last);
  begin (booth, last);
  confirm (booth);
  assert_refused (tabella_session_challenge (booth, &none, &error), &error,
                  TABELLA_STATION_ERROR_FULL, "room for one more");
  receipt = cast (booth);
  end (booth);
  begin_refused (booth, ticket, TABELLA_STATION_ERROR_FULL, "full");
  assert_counts (booth, 0, 0, 0, 1, PRACTICE_CAPACITY - 1);
}

static void
limit_files (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* Nothing can be written: nothing more is done with this ticket, and after a restart the records
 * tell. */
static void
check_no_storage (gboolean challenging)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autofree char *text = NULL, *receipt = NULL;
  guint8 ticket[10];
  TabellaSession *v;
  GError *error = NULL;
  gboolean done;

  give_to (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  v = begin (s, ticket);
  confirm (s);
  limit_files (0);
  done = challenging ? tabella_session_challenge (s, &text, &error)
                     : tabella_session_cast (s, &text, &error);
  limit_files (RLIM_INFINITY);
  assert_refused (done, &error, TABELLA_STATION_ERROR_STORAGE, "cannot be told");
  g_assert_null (text);
  g_assert_true (tabella_station_session (s) == v);
  g_assert_null (tabella_session_code (v));
  assert_refused (tabella_session_confirm (s, &error), &error, TABELLA_STATION_ERROR_STORAGE,
                  "start the tablet again");
  end (s);

  tabella_station_free (g_steal_pointer (&s));
  s = practice_restart (p, 6);
  assert_counts (s, 1, 0, 0, 0, 0);
  give_to (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  begin (s, ticket);
  confirm (s);
  receipt = cast (s);
  end (s);
  assert_counts (s, 0, 1, 0, 1, 0);
}

static void
on_over_limit (int signal_number)
{
  limit_files (RLIM_INFINITY);
}

/* One write fails and the box recovers: surely not recorded, so the voter votes again, with another
 * ballot. */
static void
check_one_failure (gboolean challenging)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autofree char *text = NULL, *receipt = NULL;
  guint8 ticket[10], code[32];
  TabellaSession *v;
  GError *error = NULL;
  gboolean done;

  give_to (s, 20, TABELLA_CHECKIN_ROLL, ticket);
  v = begin (s, ticket);
  g_assert_true (tabella_session_toggle (v, 0, 0));
  confirm (s);
  memcpy (code, tabella_session_code (v), 32);
  signal (SIGXFSZ, on_over_limit);
  limit_files (0);
  done = challenging ? tabella_session_challenge (s, &text, &error)
                     : tabella_session_cast (s, &text, &error);
  signal (SIGXFSZ, SIG_IGN);
  assert_refused (done, &error, TABELLA_STATION_ERROR_NOT_RECORDED, "");
  g_assert_null (text);
  assert_counts (s, 1, 0, 0, 0, 0);
  g_assert_true (tabella_station_session (s) == v);
  g_assert_cmpuint (tabella_session_attempt (v), ==, 0);
  g_assert_null (tabella_session_code (v));
  g_assert_true (tabella_session_chosen (v, 0, 0));
  confirm (s);
  g_assert_cmpint (memcmp (code, tabella_session_code (v), 32), !=, 0);
  receipt = cast (s);
  end (s);
  assert_counts (s, 0, 1, 0, 1, 0);
}

static void
test_one_failure (void)
{
  check_one_failure (FALSE);
  check_one_failure (TRUE);
}

/* A check-in that was not stored gives no ticket. */
static void
check_no_ticket (void)
{
  static const guint8 zeros[10] = { 0 };
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) s = practice_open (p, 6);
  g_autofree char *id = practice_id (20);
  g_autoptr (TabellaAnswer) a = NULL;
  GError *error = NULL;
  guint8 ticket[10];
  gboolean done;

  a = tabella_checkin_look (s, id, &error);
  g_assert_no_error (error);
  limit_files (0);
  done = tabella_checkin_give (s, a, TABELLA_CHECKIN_ROLL, 0, ticket, &error);
  limit_files (RLIM_INFINITY);
  g_assert_false (done);
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpmem (ticket, 10, zeros, 10);
  tabella_station_free (g_steal_pointer (&s));
  s = practice_restart (p, 6);
  assert_counts (s, 0, 0, 0, 0, 0);
}

static void
test_no_storage (void)
{
  check_no_ticket ();
  check_no_storage (FALSE);
  check_no_storage (TRUE);
}

static void
test_desk_has_none (void)
{
  g_autoptr (Practice) p = practice_new (NULL);
  g_autoptr (TabellaStation) desk = practice_open (p, 1);
  GError *error = NULL;
  guint8 ticket[10];

  give_to (desk, 3, TABELLA_CHECKIN_ROLL, ticket);
  assert_refused (tabella_session_begin (desk, ticket, &error), &error, TABELLA_STATION_ERROR_STATE,
                  "");
  g_assert_null (tabella_station_session (desk));
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  signal (SIGXFSZ, SIG_IGN); /* a write over the limit is an error then */
  g_test_add_func ("/session/selections", test_selections);
  g_test_add_func ("/session/pending", test_pending);
  g_test_add_func ("/session/booth-cast", test_booth_cast);
  g_test_add_func ("/session/attempts", test_attempts);
  g_test_add_func ("/session/attempts-continue", test_attempts_continue);
  g_test_add_func ("/session/combined-ticket", test_combined_ticket);
  g_test_add_func ("/session/leave-and-return", test_leave_and_return);
  g_test_add_func ("/session/wrong-tickets", test_wrong_tickets);
  g_test_add_func ("/session/lock-wipes", test_lock_wipes);
  g_test_add_func ("/session/room", test_room);
  g_test_add_func ("/session/no-storage", test_no_storage);
  g_test_add_func ("/session/one-failure", test_one_failure);
  g_test_add_func ("/session/desk-has-none", test_desk_has_none);
  return g_test_run ();
}
