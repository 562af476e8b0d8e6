/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "day.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "box-private.h"
#include "station-private.h"

#define DAY_CHARS     10 /* "YYYY-MM-DD" of the clock's text, then a space */
#define NOON          "12:00"
#define COPY_RECORDS  60          /* about 30 voters of a combined terminal */
#define COPY_INTERVAL (90 * 60LL) /* seconds, if anything was recorded since */

/* "YYYY-MM-DD" of the day before. */
static void
day_before (const char *day, char out[DAY_CHARS + 1])
{
  g_autoptr (GDateTime) date = NULL, before = NULL;
  g_autofree char *text = NULL, *noon = g_strconcat (day, "T12:00:00Z", NULL);

  *out = '\0';
  date = g_date_time_new_from_iso8601 (noon, NULL);
  before = date != NULL ? g_date_time_add_days (date, -1) : NULL;
  text = before != NULL ? g_date_time_format (before, "%Y-%m-%d") : NULL;
  if (text != NULL)
    g_strlcpy (out, text, DAY_CHARS + 1);
}

/* The hours of @day, or NULL; *later: of a day after it. */
static const TabellaHours *
hours_of (const GPtrArray *all, const char *day, gboolean *later)
{
  const TabellaHours *found = NULL;

  *later = FALSE;
  for (guint i = 0; i < all->len; i++) {
    const TabellaHours *hours = all->pdata[i];

    if (strcmp (hours->day, day) == 0)
      found = hours;
    else if (strcmp (hours->day, day) > 0)
      *later = TRUE;
  }
  return found;
}

static const TabellaText *
changed_hours (const TabellaStation *s)
{
  const TabellaText *text = NULL;

  for (guint i = 0; i < s->amendments->len; i++) {
    const TabellaAmendment *a = s->amendments->pdata[i];

    if (a->kind == TABELLA_AMEND_HOURS && a->target == s->status.station && a->text != NULL)
      text = a->text;
  }
  return text;
}

void
tabella_station_hours (const TabellaStation *s, TabellaHoursState *out)
{
  const TabellaStationInfo *info =
      tabella_election_station (s->package->manifest->election, s->status.station);
  char clock[17], day[DAY_CHARS + 1], yesterday[DAY_CHARS + 1];
  const char *time = clock + DAY_CHARS + 1;
  const TabellaHours *hours;
  gboolean unused;

  *out = (TabellaHoursState){ .now = TABELLA_HOURS_OTHER_DAY };
  if (info == NULL) /* a spare without a place */
    return;
  s->clock (clock, s->clock_data);
  g_strlcpy (day, clock, sizeof day);
  out->changed = changed_hours (s);
  hours = hours_of (info->hours, day, &out->more_days);
  if (hours != NULL) {
    out->now = strcmp (time, hours->open) < 0     ? TABELLA_HOURS_BEFORE
               : strcmp (time, hours->close) >= 0 ? TABELLA_HOURS_AFTER
                                                  : TABELLA_HOURS_DURING;
  } else if (strcmp (time, NOON) < 0) { /* a queue may last past midnight */
    day_before (day, yesterday);
    hours = hours_of (info->hours, yesterday, &unused);
    out->now = hours != NULL ? TABELLA_HOURS_AFTER : TABELLA_HOURS_OTHER_DAY;
  }
  if (hours != NULL) {
    out->open = hours->open;
    out->close = hours->close;
  }
}

/* All records in the box. */
static guint
records (const TabellaStation *s)
{
  const TabellaSlotsLayout *layout = s->box->store->layout;
  guint ballots = 0, checkins = 0;

  tabella_box_free_slots (s->box, &ballots, &checkins);
  return layout[TABELLA_SLOTS_BALLOT].slots - ballots + layout[TABELLA_SLOTS_CHECKIN].slots -
         checkins;
}

void
tabella_station_copied (TabellaStation *s)
{
  s->copied_records = records (s);
  s->copied_at = g_get_monotonic_time ();
}

gboolean
tabella_station_recall_copy (TabellaStation *s, GError **error)
{
  g_autoptr (GArray) lines = tabella_station_journal (s, error);
  guint counted = 0;

  if (lines == NULL)
    return FALSE;
  s->copied_records = 0;
  for (guint i = 0; i < lines->len; i++) {
    const TabellaEventLine *line = &g_array_index (lines, TabellaEventLine, i);

    if (line->kind == TABELLA_EVENT_COPIED)
      s->copied_records = counted;
    else
      counted = MAX (counted, line->checked_in + line->cast + line->challenged);
  }
  s->copied_at = g_get_monotonic_time ();
  return TRUE;
}

guint
tabella_station_uncopied (const TabellaStation *s)
{
  guint all = s->keys != NULL ? records (s) : 0;

  return all > s->copied_records ? all - s->copied_records : 0;
}

static gboolean
copy_is_due (const TabellaStation *s)
{
  const guint uncopied = tabella_station_uncopied (s);

  return uncopied >= COPY_RECORDS ||
         (uncopied > 0 && g_get_monotonic_time () - s->copied_at >= COPY_INTERVAL * G_USEC_PER_SEC);
}

TabellaAdvice
tabella_station_advice (const TabellaStation *s)
{
  TabellaHoursState hours;

  if (tabella_station_state (s) != TABELLA_STATION_OPEN)
    return TABELLA_ADVICE_NONE;
  tabella_station_hours (s, &hours);
  if (hours.now == TABELLA_HOURS_AFTER && !s->queue_only)
    return TABELLA_ADVICE_CLOSING;
  if (copy_is_due (s))
    return TABELLA_ADVICE_COPY;
  if (hours.now == TABELLA_HOURS_AFTER)
    return TABELLA_ADVICE_QUEUE_ONLY;
  return hours.now == TABELLA_HOURS_BEFORE ? TABELLA_ADVICE_EARLY : TABELLA_ADVICE_NONE;
}

void
tabella_station_confirm_queue (TabellaStation *s)
{
  s->queue_only = TRUE;
}

gboolean
tabella_station_morning (TabellaStation *s, TabellaMorning *out, GError **error)
{
  TabellaEventLine then;
  TabellaCounts now;

  *out = (TabellaMorning){ .ended = FALSE };
  if (s->state != TABELLA_STATION_PAUSED || s->keys == NULL)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("this terminal is not paused, or it is locked"));
  if (!tabella_station_last_line (s, TABELLA_EVENT_PAUSED, TABELLA_EVENT_END_OF_DAY, &then,
                                  error) ||
      !tabella_box_counts (s->box, &now, error))
    return FALSE;
  *out = (TabellaMorning){
    .ended = then.kind == TABELLA_EVENT_END_OF_DAY,
    .then = { then.checked_in, then.cast, then.challenged },
    .now = { now.checked_in, now.cast, now.challenged },
  };
  out->equal = memcmp (out->then, out->now, sizeof out->then) == 0;
  memcpy (out->clock, then.clock, sizeof out->clock);
  return TRUE;
}

gboolean
tabella_station_resume_despite (TabellaStation *s, GError **error)
{
  TabellaEventLine fault = { .kind = TABELLA_EVENT_FAULT, .what = "storage" };
  TabellaMorning morning;

  if (tabella_station_settled_as (s, TABELLA_STATION_OPEN))
    return TRUE;
  if (!tabella_station_morning (s, &morning, error))
    return FALSE;
  if (morning.equal)
    return tabella_station_resume (s, error);
  return tabella_station_require_place (s, error) && tabella_station_event (s, &fault, error) &&
         tabella_station_step (s, TABELLA_EVENT_RESUMED, TABELLA_STATION_OPEN, error);
}
