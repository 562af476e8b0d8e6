/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session.h"
#include "station.h"

/* What the files of this folder share. Nothing outside src/station/ includes it. */

/* One slice of the roll and its key. Assigned terminals have one; a spare has all of its station; a booth none. */
typedef struct {
  TabellaSlice *slice;
  const guint8 *key; /* into keys->roll; NULL while locked */
  guint16 lane;      /* mask of the terminal whose slice it is, in the manifest */
} TabellaStationSlice;

/* Wrong tries of one kind, in memory only. */
typedef struct {
  guint failures;
  gint64 last; /* monotonic microseconds of the last wrong try */
} TabellaTries;

struct _TabellaStation {
  char *dir;
  TabellaClock clock;
  gpointer clock_data;
  TabellaVaultCost cost;

  TabellaStationState state; /* beneath the lock: never LOCKED */
  TabellaTerminalInfo *enrolment; /* public keys and label; NULL while NEW */

  /* From INSTALLED on; NULL before. */
  TabellaPackage *package; /* manifest, ceremony keys, the terminal as in the manifest, sealed keys */
  GPtrArray *amendments;   /* TabellaAmendment: the package's and those taken since, ascending */
  TabellaTerminalStatus status; /* station, role and lane after amendments */
  TabellaBallotContext *ctx;
  TabellaBox *box;
  GArray *slices; /* TabellaStationSlice */

  /* While unlocked; NULL and zero while locked. */
  TabellaStationKeys *keys;
  TabellaSecret *pin;      /* PIN_BYTES, zero-padded */
  guint8 run;              /* unlocks so far, mod 256: the ticket's field */
  GHashTable *drawn;       /* GUINT_TO_POINTER of the 3 random bytes that this run's tickets have used */
  guint misses;            /* look-ups that found nobody, since unlock */
  TabellaSession *session; /* the voter's, or NULL */
  void (*session_free) (TabellaSession *session); /* set with it: wipes, touches no disk */

  TabellaTries unlock_tries, pin_tries, ticket_tries;
};

/* Seconds until the next try is taken. */
guint tabella_tries_wait (const TabellaTries *tries);
void  tabella_tries_wrong (TabellaTries *tries);

/* May this terminal serve voters now: unlocked, open, given a place, neither revoked nor ended, and in one of @roles
 * (TABELLA_FOR_… bits)? STATE naming what to do. */
gboolean tabella_station_serves (TabellaStation *s, guint roles, GError **error);
/* Unlocked and installed? STATE. */
gboolean tabella_station_require_unlocked (const TabellaStation *s, GError **error);

/* The manifest's index of this terminal. */
#define tabella_station_index(s) ((s)->package->terminal->index)

/* Appends an event: to the journal, or to the after-log once the terminal is closed. Counts and clock are filled in for the kinds
 * that have them. */
gboolean tabella_station_event (TabellaStation *s, TabellaEventLine *line, GError **error);
/* A fault line ("storage", "stick", "printer", "recovered", "clock"). Its own failure is not reported: the caller has an error already. */
void     tabella_station_fault (TabellaStation *s, const char *what);
