/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The poll day of a terminal, its voters and its sticks, while the n-th call to the system fails.
 */
#include "nth.h"

#include <string.h>
#include "checkin.h"
#include "session.h"
#include "station-private.h"

static TabellaStationState
state_of (const Broken *b)
{
  return b->s->state;
}

/* --- The poll --- */

#define STEP(name, call, now)                                                                      \
  static gboolean name (Broken *b, GError **error)                                                 \
  {                                                                                                \
    return call (b->s, error);                                                                     \
  }                                                                                                \
  static gboolean is_##name (Broken *b)                                                            \
  {                                                                                                \
    return state_of (b) == (now);                                                                  \
  }

STEP (pause_poll, tabella_station_pause, TABELLA_STATION_PAUSED)
STEP (end_of_day, tabella_station_end_of_day, TABELLA_STATION_PAUSED)
STEP (resume, tabella_station_resume, TABELLA_STATION_OPEN)

/* Closed, and its final is there to be written to any stick. */
static gboolean
close_poll (Broken *b, GError **error)
{
  return tabella_export_close (b->s, error);
}

static gboolean
is_close_poll (Broken *b)
{
  g_autofree char *kept = g_build_filename (b->dir, "out/batch-0002", NULL);

  return state_of (b) == TABELLA_STATION_CLOSED && g_file_test (kept, G_FILE_TEST_EXISTS);
}

STEP (open_poll, tabella_station_open_poll, TABELLA_STATION_OPEN)

static void
with_zero_report (Broken *b)
{
  GError *error = NULL;

  tabella_station_zero_report (b->s, &error);
  g_assert_no_error (error);
}

static gboolean
zero_report (Broken *b, GError **error)
{
  return tabella_station_zero_report (b->s, error);
}

static gboolean
has_zero_report (Broken *b)
{
  TabellaEventLine line;
  GError *error = NULL;

  tabella_station_last_line (b->s, TABELLA_EVENT_ZERO_REPORT, TABELLA_EVENT_ZERO_REPORT, &line,
                             &error);
  g_assert_no_error (error);
  return line.kind == TABELLA_EVENT_ZERO_REPORT;
}

/* --- Voters --- */

static gboolean
check_in (Broken *b, GError **error)
{
  g_autofree char *id = practice_id (b->voter);
  g_autoptr (TabellaAnswer) answer = tabella_checkin_look (b->s, id, error);

  return answer != NULL &&
         tabella_checkin_give (b->s, answer, TABELLA_CHECKIN_ROLL, 0, b->ticket, error);
}

static gboolean
is_checked_in (Broken *b)
{
  return broken_state_of (b, b->voter) == TABELLA_CHECKIN_GIVEN;
}

static void
at_the_desk (Broken *b)
{
  b->voter = 3;
}

static void
with_code (Broken *b)
{
  b->voter = 22;
  broken_check_in (b, b->voter, b->ticket);
  broken_to_code (b);
}

static void
with_ticket (Broken *b)
{
  GError *error = NULL;

  b->voter = 22;
  broken_check_in (b, b->voter, b->ticket);
  g_assert_true (tabella_session_begin (b->s, b->ticket, &error));
}

static void
in_booth (Broken *b)
{
  memcpy (b->ticket, b->booth_ticket, sizeof b->ticket);
  broken_to_code (b);
}

static gboolean
cast (Broken *b, GError **error)
{
  g_autofree char *receipt = NULL;
  const gboolean told = tabella_session_cast (b->s, &receipt, error);

  g_assert_true (told == (receipt != NULL));
  return told;
}

/* Back from wherever it failed: the same session, or another one for the same person. */
static void
back_to_code (Broken *b)
{
  if (tabella_station_session (b->s) == NULL && b->terminal == 6)
    broken_check_in (b, b->voter, b->ticket);
  broken_to_code (b);
}

static gboolean
cast_again (Broken *b, GError **error)
{
  back_to_code (b);
  return cast (b, error);
}

/* After "it cannot be told" a ticket goes no further: its session is ended. */
static void
end_doubtful (Broken *b)
{
  GError *doubt = NULL, *error = NULL;

  if (tabella_station_session (b->s) == NULL || tabella_session_confirm (b->s, &doubt))
    return;
  g_clear_error (&doubt);
  g_assert_true (tabella_session_end (b->s, &error));
  g_assert_no_error (error);
}

/* Ballots of the ticket are counted by the box itself: never two. */
static gboolean
has_voted (Broken *b)
{
  const gboolean has = broken_has_ballot (b);
  TabellaCounts counts;
  GError *error = NULL;

  g_assert_true (tabella_station_counts (b->s, &counts, &error));
  if (b->terminal == 6) {
    g_assert_cmpint (broken_state_of (b, b->voter), ==,
                     has ? TABELLA_CHECKIN_VOTED : TABELLA_CHECKIN_GIVEN);
    g_assert_cmpuint (counts.voted, ==, counts.cast);
  }
  g_assert_cmpuint (counts.cast, ==, (b->terminal == 6 ? 1 : 0) + (has ? 1 : 0));
  if (!has)
    end_doubtful (b);
  return has;
}

static gboolean
challenge (Broken *b, GError **error)
{
  g_autofree char *text = NULL;
  const gboolean told = tabella_session_challenge (b->s, &text, error);

  g_assert_true (told == (text != NULL));
  return told;
}

static gboolean
challenge_again (Broken *b, GError **error)
{
  back_to_code (b);
  return challenge (b, error);
}

static gboolean
has_challenged (Broken *b)
{
  const gboolean has = broken_has_ballot (b);

  if (!has)
    end_doubtful (b);
  return has;
}

static gboolean
leave (Broken *b, GError **error)
{
  return tabella_session_end (b->s, error);
}

/* Whoever could not be marked as gone comes back all the same. */
static gboolean
leave_again (Broken *b, GError **error)
{
  if (tabella_station_session (b->s) == NULL)
    broken_check_in (b, b->voter, b->ticket);
  return tabella_session_end (b->s, error);
}

static gboolean
has_left (Broken *b)
{
  return broken_state_of (b, b->voter) == TABELLA_CHECKIN_LEFT;
}

/* --- Sticks --- */

static gboolean
copy (Broken *b, GError **error)
{
  const TabellaStick stick = { .root = b->usb };
  g_autofree char *text = NULL;

  return tabella_export_safety_copy (b->s, &stick, &text, error);
}

static gboolean
is_on_stick (Broken *b, guint16 number, const char *name)
{
  g_autofree char *folder = tabella_batch_folder (b->terminal, number);
  g_autofree char *path = g_build_filename (b->usb, folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
has_copy (Broken *b)
{
  return is_on_stick (b, 2, "sealed");
}

static gboolean
final (Broken *b, GError **error)
{
  const TabellaStick stick = { .root = b->usb };
  g_autofree char *text = NULL;

  return tabella_export_final (b->s, &stick, &text, error);
}

static gboolean
has_final (Broken *b)
{
  g_assert_true (!tabella_export_final_delivered (b->s) || is_on_stick (b, 2, "ballots"));
  return tabella_export_final_delivered (b->s);
}

static gboolean
amend (Broken *b, GError **error)
{
  guint taken;

  return tabella_station_amend (b->s, b->p->folder, &taken, error);
}

static gboolean
has_amendments (Broken *b)
{
  return tabella_amendments_last (b->s->amendments) == 2;
}

static const BrokenStep steps[] = {
  { "/nth/zero-report", "ready", NULL, zero_report, NULL, has_zero_report, TRUE, FALSE, 2,
    BROKEN_IN_PLACE },
  { "/nth/open", "ready", with_zero_report, open_poll, NULL, is_open_poll, TRUE, FALSE, 2,
    BROKEN_IN_PLACE },
  { "/nth/check-in", "open", NULL, check_in, NULL, is_checked_in, TRUE, FALSE, 1, BROKEN_IN_PLACE },
  { "/nth/check-in-desk", "desk", at_the_desk, check_in, NULL, is_checked_in, TRUE, FALSE, 1,
    BROKEN_IN_PLACE },
  { "/nth/cast", "open", with_code, cast, cast_again, has_voted, TRUE, FALSE, 1, BROKEN_IN_PLACE },
  { "/nth/cast-booth", "booth", in_booth, cast, cast_again, has_voted, TRUE, FALSE, 1,
    BROKEN_IN_PLACE },
  { "/nth/challenge", "open", with_code, challenge, challenge_again, has_challenged, TRUE, FALSE, 1,
    BROKEN_IN_PLACE },
  { "/nth/leave", "open", with_ticket, leave, leave_again, has_left, TRUE, FALSE, 1,
    BROKEN_IN_PLACE },
  { "/nth/safety-copy", "open", NULL, copy, NULL, has_copy, FALSE, FALSE, 5, BROKEN_GIVES_BACK },
  { "/nth/amend", "open", NULL, amend, NULL, has_amendments, TRUE, FALSE, 4 },
  { "/nth/pause", "open", NULL, pause_poll, NULL, is_pause_poll, TRUE, FALSE, 2, BROKEN_IN_PLACE },
  { "/nth/resume", "paused", NULL, resume, NULL, is_resume, TRUE, FALSE, 2, BROKEN_IN_PLACE },
  { "/nth/end-of-day", "open", NULL, end_of_day, NULL, is_end_of_day, TRUE, FALSE, 2,
    BROKEN_IN_PLACE },
  { "/nth/close", "open", NULL, close_poll, NULL, is_close_poll, FALSE, FALSE, 1,
    BROKEN_GIVES_BACK },
  { "/nth/final", "closed", NULL, final, NULL, has_final, FALSE, FALSE, 3, BROKEN_GIVES_BACK },
};

int
main (int argc, char **argv)
{
  return nth_main (argc, argv, steps, G_N_ELEMENTS (steps));
}
