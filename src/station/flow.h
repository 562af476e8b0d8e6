/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The session's flow as a pure table (architecture.md): which screen follows which event. No clock,
 * no window: time arrives as events. The same table serves combined, desk and booth; edges are
 * marked with the roles that have them. */
typedef enum {
  /* officer screens */
  TABELLA_SCREEN_NEW,         /* make keys: label */
  TABELLA_SCREEN_ENROLLED,    /* setup code shown once; then: install */
  TABELLA_SCREEN_ENROL_WRITE, /* the enrolment file to a stick */
  TABELLA_SCREEN_PACKAGE,     /* looks for the package on a stick */
  TABELLA_SCREEN_INSTALL,     /* found package: compare fingerprint, confirm */
  TABELLA_SCREEN_SETUP_CODE,  /* first opening: type the setup code */
  TABELLA_SCREEN_PASSPHRASES, /* each officer chooses one, twice */
  TABELLA_SCREEN_CHOOSE_PIN,
  TABELLA_SCREEN_LOCKED,    /* unlock: passphrases of the required officers */
  TABELLA_SCREEN_SELF_TEST, /* results, then zero report */
  TABELLA_SCREEN_ZERO_REPORT,
  TABELLA_SCREEN_OFFICER,  /* open: combined and desk: check-in keypad; booth: officer menu */
  TABELLA_SCREEN_ANSWER,   /* what the roll says */
  TABELLA_SCREEN_TICKET,   /* desk: QR and 16 characters */
  TABELLA_SCREEN_HANDOVER, /* combined: hand the tablet to the voter */
  TABELLA_SCREEN_PAUSED,
  TABELLA_SCREEN_EVENING, /* the day has ended: totals to write down */
  TABELLA_SCREEN_MORNING, /* totals at the last stop and now, before resuming */
  TABELLA_SCREEN_ACCOUNT, /* after a crash or a lock in mid-vote: what was recorded */
  TABELLA_SCREEN_AMENDMENTS,      /* those taken; from a stick, by a code */
  TABELLA_SCREEN_AMENDMENT_STICK,
  TABELLA_SCREEN_AMENDMENT_CODE,  /* its groups, scanned or typed */
  TABELLA_SCREEN_AMENDMENT,       /* what one says, to be taken or not */
  TABELLA_SCREEN_STOPPED,         /* this terminal is revoked or ended */
  TABELLA_SCREEN_SAFETY_COPY,
  /* closing, one path */
  TABELLA_SCREEN_CLOSE_COUNT,    /* counts so far; the officers' own count */
  TABELLA_SCREEN_CLOSE_BALANCE,  /* reconciliation, before anything is final */
  TABELLA_SCREEN_CLOSE_CONFIRM,  /* for good? */
  TABELLA_SCREEN_CLOSE_EXPORT,   /* final to the stick */
  TABELLA_SCREEN_CLOSED,         /* done: batch QR; from here all below */
  TABELLA_SCREEN_CLOSING_REPORT, /* reconciliation as it stays */
  TABELLA_SCREEN_LEAVE_PRACTICE, /* a new setup code, then back to enrolled */
  TABELLA_SCREEN_RETIRE,         /* what is lost */
  TABELLA_SCREEN_RETIRE_PIN,     /* confirmed by the short PIN */
  TABELLA_SCREEN_RETIRED,        /* no keys; the final can still be written */
  TABELLA_SCREEN_OFFICER_PIN,    /* from voter to officer */
  TABELLA_SCREEN_VOTER_LEFT,     /* help at the booth: go on, or cancel the session with a reason */
  /* voter screens */
  TABELLA_SCREEN_BOOTH_WAIT, /* "Scan or type your ticket" */
  TABELLA_SCREEN_LANGUAGE,
  TABELLA_SCREEN_CONTEST,
  TABELLA_SCREEN_REVIEW,
  TABELLA_SCREEN_CODE,
  TABELLA_SCREEN_CHALLENGED,
  TABELLA_SCREEN_DONE,
  TABELLA_SCREEN_IDLE_ALERT,
  TABELLA_SCREEN_FAULT,   /* storage error: officer is called */
  TABELLA_SCREEN_COMFORT, /* language, text size, contrast, sound */
  TABELLA_N_SCREENS,
} TabellaScreen;

/* What the less obvious ones mean:
 * - LOCKED takes the event of the state beneath, once the station is unlocked: UNLOCKED (ready) →
 *   self-test, OPEN, PAUSE, MORNING (paused by the day's end, or with other totals than then),
 *   CLOSE (final not yet on a stick), WRITTEN (it is); before them ACCOUNT if there is one. While
 *   the terminal is revoked or ended and not closed: STOPPED.
 * - AMENDMENTS: NEXT, read a stick, CHANGE, type a code. AMENDMENT: CONFIRM, taken,
 *   AGAIN, taken and the next one is shown, STOPPED, taken and it concerns this terminal.
 * - CONTEST: NEXT and BACK stay (another contest, the model knows which), CONFIRM goes to the
 *   review, CANCEL back to the language.
 * - CLOSE_EXPORT can be left without writing only if the final has reached a stick before.
 * - CODE has no way back: only cast, challenge, or time-out (protocol section 5). FAULT: the
 *   station said it was not stored.
 * - COMFORT: leads back to where it was called from; what happens there happens to that screen.
 * - IDLE: nothing was touched for idle_seconds; TIMEOUT: nobody answered the alert. */
typedef enum {
  TABELLA_EV_NEXT,
  TABELLA_EV_BACK,
  TABELLA_EV_CONFIRM,
  TABELLA_EV_CANCEL,
  TABELLA_EV_INSTALLED,
  TABELLA_EV_UNLOCKED,
  TABELLA_EV_LOCK,
  TABELLA_EV_OPEN,
  TABELLA_EV_PAUSE,
  TABELLA_EV_RESUME,
  TABELLA_EV_EVENING,
  TABELLA_EV_MORNING,
  TABELLA_EV_ACCOUNT,
  TABELLA_EV_LOOKED_UP,
  TABELLA_EV_TICKET,
  TABELLA_EV_VOTER_READY,
  TABELLA_EV_CHANGE,
  TABELLA_EV_CAST,
  TABELLA_EV_CHECK,
  TABELLA_EV_AGAIN,
  TABELLA_EV_CALL_OFFICER,
  TABELLA_EV_PIN_OK,
  TABELLA_EV_LEFT,
  TABELLA_EV_IDLE,
  TABELLA_EV_TOUCH,
  TABELLA_EV_TIMEOUT,
  TABELLA_EV_AMEND,
  TABELLA_EV_STOPPED,
  TABELLA_EV_COPY,
  TABELLA_EV_COMFORT,
  TABELLA_EV_CLOSE,
  TABELLA_EV_WRITTEN,
  TABELLA_EV_LEAVE_PRACTICE,
  TABELLA_EV_RETIRE,
  TABELLA_EV_FAULT,
  TABELLA_N_EVENTS,
} TabellaEvent;

enum { TABELLA_FOR_COMBINED = 1, TABELLA_FOR_DESK = 2, TABELLA_FOR_BOOTH = 4, TABELLA_FOR_ALL = 7 };

/* A few screens depend on where they were called from: IDLE_ALERT, OFFICER_PIN, VOTER_LEFT,
 * COMFORT, SAFETY_COPY, CLOSE_EXPORT and the three screens before it, and those of amendments (of
 * both which the first one's is kept) remember that screen as the origin. An edge with an origin
 * holds only then; TABELLA_N_SCREENS stands for any (and, in a TabellaFlow, none). */
typedef struct {
  TabellaScreen from, origin;
  TabellaEvent event;
  TabellaScreen to;
  guint roles;
} TabellaEdge;
extern const TabellaEdge tabella_flow_edges[];
extern const guint tabella_flow_n_edges;

/* Where a terminal is. @role: one TABELLA_FOR_… bit (any before an election is installed).
 * OFFICER_PIN with the origin IDLE_ALERT is where an unanswered alert ends: the caller then clears
 * the session's selections (tabella_session_clear). */
typedef struct {
  guint role;
  TabellaScreen screen, origin;
} TabellaFlow;

void tabella_flow_init (TabellaFlow *flow, guint role, TabellaScreen screen);
/* FALSE: this screen does not take this event, and @flow is unchanged. Otherwise @flow is at the
 * next screen. */
gboolean tabella_flow_take (TabellaFlow *flow, TabellaEvent event);
gboolean tabella_flow_takes (const TabellaFlow *flow, TabellaEvent event);
gboolean tabella_flow_is_voter_screen (TabellaScreen screen);
