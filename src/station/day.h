/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station.h"

/* The poll day around the voters: the station's hours, when a safety copy is due, and the totals of
 * last evening. Nothing here stops a voter; only the resuming of a poll whose totals changed over
 * night asks first. */

typedef enum {
  TABELLA_HOURS_OTHER_DAY, /* today is none of the station's days */
  TABELLA_HOURS_BEFORE,
  TABELLA_HOURS_DURING,
  TABELLA_HOURS_AFTER, /* also in the night after, until noon */
} TabellaHoursNow;

typedef struct {
  TabellaHoursNow now;
  const char *open, *close;   /* "HH:MM" of the day that @now is about, NULL on OTHER_DAY */
  gboolean more_days;         /* a later day of this station follows */
  const TabellaText *changed; /* what the organisers' last amendment of these hours says, or NULL:
                                 then the times above are no longer right */
} TabellaHoursState;
/* By the station's clock and the manifest; an election must be installed. */
void tabella_station_hours (const TabellaStation *s, TabellaHoursState *out);

/* The one thing that officers should be told now, the most pressing first. */
typedef enum {
  TABELLA_ADVICE_NONE,
  TABELLA_ADVICE_CLOSING, /* past closing time: an officer confirms that only the queue comes in */
  TABELLA_ADVICE_COPY,    /* time for a safety copy */
  TABELLA_ADVICE_QUEUE_ONLY, /* past closing time, confirmed */
  TABELLA_ADVICE_EARLY,      /* open before opening time */
} TabellaAdvice;
/* Only while the poll is open and the terminal unlocked. */
TabellaAdvice tabella_station_advice (const TabellaStation *s);
/* Holds until the day's end or a restart. */
void tabella_station_confirm_queue (TabellaStation *s);

/* Check-ins and ballots since the last safety copy; after a restart what the journal allows to be
 * said, which is at least as many. Zero while locked. */
guint tabella_station_uncopied (const TabellaStation *s);

/* What the journal says of the last stop of the poll, and the records now. */
typedef struct {
  gboolean ended; /* the day was ended; else only paused */
  gboolean equal;
  guint32 then[3], now[3]; /* checked in, cast, challenged */
  char clock[17];          /* of then */
} TabellaMorning;
/* PAUSED and unlocked; STATE, STORAGE. */
gboolean tabella_station_morning (TabellaStation *s, TabellaMorning *out, GError **error);
/* Resumes although the totals differ, because the officers say so: a fault "storage" is journaled
 * before "resumed". If they are equal it is tabella_station_resume(). */
gboolean tabella_station_resume_despite (TabellaStation *s, GError **error);
