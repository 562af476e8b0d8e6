/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session.h"
#include "station.h"

/* What the files of this folder share. Nothing outside src/station/ includes it. */

/* One slice of the roll and its key. Assigned terminals have one; a spare has all of its station; a
 * booth none. */
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
  const char *sys; /* where the kernel tells of the machine: "/sys" */

  TabellaStationState state; /* beneath the lock: never LOCKED */
  gboolean unsure; /* a line of the journal may be there or not: tabella_station_settle() first */
  TabellaTerminalInfo *enrolment; /* public keys and label; NULL while NEW */

  /* From INSTALLED on; NULL before. */
  TabellaPackage
      *package;          /* manifest, ceremony keys, the terminal as in the manifest, sealed keys */
  GPtrArray *amendments; /* TabellaAmendment: the package's and those taken since, ascending */
  TabellaTerminalStatus status; /* station, role and lane after amendments */
  TabellaBallotContext *ctx;
  TabellaBox *box;
  GArray *slices; /* TabellaStationSlice */

  /* While unlocked; NULL and zero while locked. */
  TabellaStationKeys *keys;
  TabellaSecret *pin; /* PIN_BYTES, zero-padded */
  guint8 run;         /* unlocks so far, mod 256: the ticket's field */
  GHashTable *drawn;  /* GUINT_TO_POINTER of the 3 random bytes that this run's tickets have used */
  guint misses;       /* look-ups that found nobody, since unlock */
  TabellaSession *session;                        /* the voter's, or NULL */
  void (*session_free) (TabellaSession *session); /* set with it: wipes, touches no disk */

  guint cancelled[TABELLA_N_CANCELS]; /* sessions ended without a ballot, by reason */
  guint8 doubted[32]; /* p of a voter whose name differed: the number is typed once more */
  gboolean has_doubt;
  guint copied_records; /* in the box at the last safety copy, as far as is known */
  gint64 copied_at;     /* monotonic microseconds of it, or of unlocking */

  gboolean crashed, interrupted; /* account.h, until it was read */
  gboolean queue_only;           /* an officer confirmed it today */

  TabellaTries unlock_tries, pin_tries, ticket_tries;
};

/* station.c */
/* Reads what DIR holds; called again after enrolment and installation. FALSE: @s is as before. */
gboolean tabella_station_load (TabellaStation *s, GError **error);
/* A cut or an error between wrapping the keys for the officers and destroying the setup code's
 * vault: the officers' is made to stay, then the other one goes. STORAGE. */
gboolean tabella_station_finish_opening (TabellaStation *s, GError **error);
/* The keys are there: index the box, journal "unlocked", and hold them. Takes @keys and @pin, also
 * on failure. */
gboolean
tabella_station_attach (TabellaStation *s, TabellaStationKeys *keys, char *pin, GError **error);
/* Status of this terminal after s->amendments. */
void tabella_station_restate (TabellaStation *s);
/* Sets *error, returns FALSE. */
gboolean tabella_station_refuse (GError **error, TabellaStationError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
/* The journal's lines: array of TabellaEventLine. */
GArray *tabella_station_journal (TabellaStation *s, GError **error);
/* After a line of which it cannot be told whether it is there: state and amendments as the journal
 * says by now. Nothing else is added to it before. STORAGE. */
gboolean tabella_station_settle (TabellaStation *s, GError **error);
/* The same; TRUE only if something was unsure and it is @state now: that step was recorded. */
gboolean tabella_station_settled_as (TabellaStation *s, TabellaStationState state);
/* DIR/NAME */
char *tabella_station_path (const TabellaStation *s, const char *name);
/* *there: is there a DIR/NAME? STORAGE if the disk does not say. */
gboolean
tabella_station_has (const TabellaStation *s, const char *name, gboolean *there, GError **error);
/* amending.c: the amendments that @lines of the journal name, of the package and of
 * DIR/amendments/. STORAGE if one is missing. */
gboolean tabella_station_load_amendments (TabellaStation *s, GArray *lines, GError **error);
TabellaEventLine tabella_station_amended_line (const TabellaAmendment *a);
/* Durably writes a file, or a short form, into FOLDER/amendments/. */
gboolean tabella_amendment_keep (const char *folder, const TabellaAmendment *a, GError **error);
/* The highest number of an ascending list; 0 if it is empty. */
guint16 tabella_amendments_last (const GPtrArray *amendments);
/* Takes those of @list that are above all taken ones. */
gboolean
tabella_station_take_amendments (TabellaStation *s, GPtrArray *list, guint *taken, GError **error);

/* Seconds until the next try is taken. */
guint tabella_tries_wait (const TabellaTries *tries);
void tabella_tries_wrong (TabellaTries *tries);

/* May this terminal serve voters now: unlocked, open, given a place, neither revoked nor ended, and
 * in one of @roles (TABELLA_FOR_… bits)? STATE naming what to do. */
gboolean tabella_station_serves (TabellaStation *s, guint roles, GError **error);
/* Unlocked and installed? STATE. */
gboolean tabella_station_require_unlocked (const TabellaStation *s, GError **error);

/* The manifest's index of this terminal. */
#define tabella_station_index(s) ((s)->package->terminal->index)

/* account.c: the mark that the terminal is unlocked, durably set (STORAGE) and removed; was it
 * there at the start? */
gboolean tabella_station_mark_running (TabellaStation *s, GError **error);
void tabella_station_mark_stopped (TabellaStation *s);
gboolean tabella_station_was_cut (const TabellaStation *s);

/* day.c: a safety copy was made now; what the journal says about the last one. */
void tabella_station_copied (TabellaStation *s);
gboolean tabella_station_recall_copy (TabellaStation *s, GError **error);

/* The last journal line of one of two kinds; a fault line if there is none. */
gboolean tabella_station_last_line (TabellaStation *s, TabellaEventKind a, TabellaEventKind b,
                                    TabellaEventLine *out, GError **error);
/* Journals @kind, then the state is @to. */
gboolean tabella_station_step (TabellaStation *s, TabellaEventKind kind, TabellaStationState to,
                               GError **error);

/* life.c: what was begun and cut is finished, and is this terminal a retired one? Then the number
 * of its final, and what is left of it. STORAGE. */
gboolean tabella_life_finish (TabellaStation *s, gboolean *retired, GError **error);
guint16 tabella_life_final (const TabellaStation *s);
gboolean tabella_life_load_retired (TabellaStation *s, GError **error);

/* Given a place by the manifest or an amendment, neither revoked nor ended? STATE naming what to
 * do. */
gboolean tabella_station_require_place (const TabellaStation *s, GError **error);

/* OPEN or PAUSED, unlocked: a safety copy may be made. STATE. */
gboolean tabella_station_require_copyable (TabellaStation *s, GError **error);
/* OPEN or PAUSED → CLOSED, without the final: records GIVEN → LEFT (combined), then the line
 * "closed". */
gboolean tabella_station_close_poll (TabellaStation *s, GError **error);

/* Appends an event: to the journal, or to the after-log once the terminal is closed. Counts and
 * clock are filled in for the kinds that have them. */
gboolean tabella_station_event (TabellaStation *s, TabellaEventLine *line, GError **error);
/* A fault line ("storage", "stick", "printer", "recovered", "clock"). Its own failure is not
 * reported: the caller has an error already. */
void tabella_station_fault (TabellaStation *s, const char *what);
