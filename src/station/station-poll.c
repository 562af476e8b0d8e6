/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "closing.h"
#include "station-private.h"

#include <glib/gi18n-lib.h>

static const char *
state_words (TabellaStationState state)
{
  static const char *const words[] = {
    [TABELLA_STATION_NEW] = N_ ("this terminal has no keys yet: make them first"),
    [TABELLA_STATION_ENROLLED] =
        N_ ("this terminal has no election yet: install one from a stick first"),
    [TABELLA_STATION_INSTALLED] =
        N_ ("this terminal was never opened: open it with its setup code first"),
    [TABELLA_STATION_LOCKED] = N_ ("this terminal is locked: the officers unlock it first"),
    [TABELLA_STATION_READY] =
        N_ ("this terminal is not open yet: make the zero report and open it first"),
    [TABELLA_STATION_OPEN] = N_ ("this terminal is open: pause it first"),
    [TABELLA_STATION_PAUSED] = N_ ("this terminal is paused: resume it first"),
    [TABELLA_STATION_CLOSED] =
        N_ ("this terminal is closed: its final batch is all that is left to do"),
    [TABELLA_STATION_RETIRED] =
        N_ ("this terminal is retired: its keys are destroyed; use another one"),
  };

  return _ (words[state]);
}

static gboolean
require_state (TabellaStation *s, TabellaStationState a, TabellaStationState b, GError **error)
{
  TabellaStationState state;

  if (!tabella_station_settle (s, error))
    return FALSE;
  state = tabella_station_state (s);
  return ((state == a || state == b) && s->keys != NULL) ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE, "%s", state_words (state));
}

static gboolean
require_no_voter (const TabellaStation *s, GError **error)
{
  return s->session == NULL ||
         tabella_station_refuse (
             error, TABELLA_STATION_ERROR_STATE,
             _ ("a voter is at this terminal: let them finish, or say that they "
                "left"));
}

gboolean
tabella_station_require_place (const TabellaStation *s, GError **error)
{
  const char *why =
      s->status.role == TABELLA_ROLE_SPARE
          ? _ ("this terminal is a spare and serves nobody: the organisers give it a place by an "
               "amendment; take that from a stick")
      : s->status.revoked ? _ ("this terminal was revoked by the organisers: no ballot of it "
                               "counts; use another one")
      : s->status.ended   ? _ ("this terminal was ended by the organisers: nothing more of it "
                                 "counts; use another one")
                          : NULL;

  return why == NULL || tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE, "%s", why);
}

static const char *
role_words (TabellaRole role)
{
  switch (role) {
  case TABELLA_ROLE_DESK:
    return _ ("this terminal is a desk and does not do this");
  case TABELLA_ROLE_BOOTH:
    return _ ("this terminal is a booth and does not do this");
  case TABELLA_ROLE_COMBINED:
    return _ ("this terminal is a combined and does not do this");
  case TABELLA_ROLE_SPARE:
  default:
    return _ ("this terminal is a spare and does not do this");
  }
}

gboolean
tabella_station_serves (TabellaStation *s, guint roles, GError **error)
{
  static const guint bits[] = { [TABELLA_ROLE_COMBINED] = TABELLA_FOR_COMBINED,
                                [TABELLA_ROLE_DESK] = TABELLA_FOR_DESK,
                                [TABELLA_ROLE_BOOTH] = TABELLA_FOR_BOOTH,
                                [TABELLA_ROLE_SPARE] = 0 };

  if (!require_state (s, TABELLA_STATION_OPEN, TABELLA_STATION_OPEN, error) ||
      !tabella_station_require_place (s, error))
    return FALSE;
  return (bits[s->status.role] & roles) != 0 ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE, "%s",
                                 role_words (s->status.role));
}

gboolean
tabella_station_last_line (TabellaStation *s, TabellaEventKind a, TabellaEventKind b,
                           TabellaEventLine *out, GError **error)
{
  g_autoptr (GArray) lines = tabella_station_journal (s, error);

  *out = (TabellaEventLine){ .kind = TABELLA_EVENT_FAULT };
  if (lines == NULL)
    return FALSE;
  for (guint i = 0; i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == a || line->kind == b)
      *out = *line;
  }
  return TRUE;
}

static gboolean
require_empty (TabellaStation *s, GError **error)
{
  TabellaCounts counts;

  if (!tabella_box_counts (s->box, &counts, error))
    return FALSE;
  return counts.checked_in + counts.cast + counts.challenged == 0 ||
         tabella_station_refuse (
             error, TABELLA_STATION_ERROR_STATE,
             _ ("the ballot box is not empty (%u check-ins, %u ballots, %u checked "
                "ones): do not open this terminal, and tell the organisers"),
             counts.checked_in, counts.cast, counts.challenged);
}

gboolean
tabella_station_step (TabellaStation *s, TabellaEventKind kind, TabellaStationState to,
                      GError **error)
{
  TabellaEventLine line = { .kind = kind };

  if (!tabella_station_event (s, &line, error))
    return FALSE;
  s->state = to;
  return TRUE;
}

gboolean
tabella_station_zero_report (TabellaStation *s, GError **error)
{
  TabellaEventLine made;

  if (!require_state (s, TABELLA_STATION_READY, TABELLA_STATION_READY, error) ||
      !tabella_station_require_place (s, error) || !require_empty (s, error) ||
      !tabella_station_last_line (s, TABELLA_EVENT_ZERO_REPORT, TABELLA_EVENT_ZERO_REPORT, &made,
                                  error))
    return FALSE;
  /* One a journal: shown again after a restart, it is the same report. */
  return made.kind == TABELLA_EVENT_ZERO_REPORT ||
         tabella_station_step (s, TABELLA_EVENT_ZERO_REPORT, TABELLA_STATION_READY, error);
}

gboolean
tabella_station_open_poll (TabellaStation *s, GError **error)
{
  TabellaEventLine made;

  if (tabella_station_settled_as (s, TABELLA_STATION_OPEN))
    return TRUE;
  if (!require_state (s, TABELLA_STATION_READY, TABELLA_STATION_READY, error) ||
      !tabella_station_require_place (s, error) || !require_empty (s, error) ||
      !tabella_station_last_line (s, TABELLA_EVENT_ZERO_REPORT, TABELLA_EVENT_ZERO_REPORT, &made,
                                  error))
    return FALSE;
  if (made.kind != TABELLA_EVENT_ZERO_REPORT)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE, "%s",
                                   state_words (TABELLA_STATION_READY));
  return tabella_station_step (s, TABELLA_EVENT_OPENED, TABELLA_STATION_OPEN, error);
}

gboolean
tabella_station_pause (TabellaStation *s, GError **error)
{
  if (tabella_station_settled_as (s, TABELLA_STATION_PAUSED))
    return TRUE;
  return require_state (s, TABELLA_STATION_OPEN, TABELLA_STATION_OPEN, error) &&
         require_no_voter (s, error) &&
         tabella_station_step (s, TABELLA_EVENT_PAUSED, TABELLA_STATION_PAUSED, error);
}

/* While nobody could vote, nothing changed. */
static gboolean
require_same_counts (TabellaStation *s, GError **error)
{
  TabellaEventLine paused;
  TabellaCounts counts;

  if (!tabella_station_last_line (s, TABELLA_EVENT_PAUSED, TABELLA_EVENT_END_OF_DAY, &paused,
                                  error) ||
      !tabella_box_counts (s->box, &counts, error))
    return FALSE;
  return (counts.checked_in == paused.checked_in && counts.cast == paused.cast &&
          counts.challenged == paused.challenged) ||
         tabella_station_refuse (
             error, TABELLA_STATION_ERROR_STORAGE,
             _ ("the counts are not those at the pause (%u, %u, %u then; %u, %u, "
                "%u now): keep this terminal for the organisers"),
             paused.checked_in, paused.cast, paused.challenged, counts.checked_in, counts.cast,
             counts.challenged);
}

gboolean
tabella_station_resume (TabellaStation *s, GError **error)
{
  if (tabella_station_settled_as (s, TABELLA_STATION_OPEN))
    return TRUE;
  return require_state (s, TABELLA_STATION_PAUSED, TABELLA_STATION_PAUSED, error) &&
         tabella_station_require_place (s, error) && require_same_counts (s, error) &&
         tabella_station_step (s, TABELLA_EVENT_RESUMED, TABELLA_STATION_OPEN, error);
}

gboolean
tabella_station_end_of_day (TabellaStation *s, GError **error)
{
  if (!tabella_station_settled_as (s, TABELLA_STATION_PAUSED) &&
      (!require_state (s, TABELLA_STATION_OPEN, TABELLA_STATION_PAUSED, error) ||
       !require_no_voter (s, error) ||
       !tabella_station_step (s, TABELLA_EVENT_END_OF_DAY, TABELLA_STATION_PAUSED, error)))
    return FALSE;
  s->queue_only = FALSE;
  return TRUE;
}

gboolean
tabella_station_may_close (TabellaStation *s, GError **error)
{
  return require_state (s, TABELLA_STATION_OPEN, TABELLA_STATION_PAUSED, error) &&
         require_no_voter (s, error);
}

gboolean
tabella_station_close_poll (TabellaStation *s, GError **error)
{
  if (tabella_station_settled_as (s, TABELLA_STATION_CLOSED))
    return TRUE;
  if (!tabella_station_may_close (s, error))
    return FALSE;
  if (s->status.role == TABELLA_ROLE_COMBINED && !tabella_box_leave_all (s->box, error))
    return FALSE;
  return tabella_station_step (s, TABELLA_EVENT_CLOSED, TABELLA_STATION_CLOSED, error);
}

gboolean
tabella_station_require_copyable (TabellaStation *s, GError **error)
{
  return require_state (s, TABELLA_STATION_OPEN, TABELLA_STATION_PAUSED, error);
}
