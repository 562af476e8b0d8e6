/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The session's flow as a pure table (architecture.md): which screen follows which event. No clock, no window: time arrives as events. The
 * same table serves combined, desk and booth; edges are marked with the roles that have them. */
typedef enum {
  /* officer screens */
  TABELLA_SCREEN_NEW,            /* make keys: label */
  TABELLA_SCREEN_ENROLLED,       /* setup code shown once, enrolment file written; then: install from stick */
  TABELLA_SCREEN_INSTALL,        /* found package: compare fingerprint, confirm */
  TABELLA_SCREEN_SETUP_CODE,     /* first opening: type the setup code */
  TABELLA_SCREEN_PASSPHRASES,    /* each officer chooses one, twice */
  TABELLA_SCREEN_CHOOSE_PIN,
  TABELLA_SCREEN_LOCKED,         /* unlock: passphrases of the required officers */
  TABELLA_SCREEN_SELF_TEST,      /* results, then zero report */
  TABELLA_SCREEN_ZERO_REPORT,
  TABELLA_SCREEN_OFFICER,        /* open: combined and desk: check-in keypad; booth: officer menu */
  TABELLA_SCREEN_ANSWER,         /* what the roll says */
  TABELLA_SCREEN_TICKET,         /* desk: QR and 16 characters */
  TABELLA_SCREEN_HANDOVER,       /* combined: hand the tablet to the voter */
  TABELLA_SCREEN_PAUSED,
  TABELLA_SCREEN_SAFETY_COPY,
  TABELLA_SCREEN_CLOSE_CONFIRM,  /* counts, clicker */
  TABELLA_SCREEN_CLOSE_EXPORT,   /* final to the stick */
  TABELLA_SCREEN_CLOSED,         /* batch QR, report, write again */
  TABELLA_SCREEN_OFFICER_PIN,    /* from voter to officer */
  TABELLA_SCREEN_VOTER_LEFT,     /* officer: cancel the voter's session, reason */
  /* voter screens */
  TABELLA_SCREEN_BOOTH_WAIT,     /* "Scan or type your ticket" */
  TABELLA_SCREEN_LANGUAGE,
  TABELLA_SCREEN_CONTEST,
  TABELLA_SCREEN_REVIEW,
  TABELLA_SCREEN_CODE,
  TABELLA_SCREEN_CHALLENGED,
  TABELLA_SCREEN_DONE,
  TABELLA_SCREEN_IDLE_ALERT,
  TABELLA_SCREEN_FAULT,          /* storage error: officer is called */
  TABELLA_N_SCREENS,
} TabellaScreen;

typedef enum {
  TABELLA_EV_NEXT, TABELLA_EV_BACK, TABELLA_EV_CONFIRM, TABELLA_EV_CANCEL,
  TABELLA_EV_INSTALLED, TABELLA_EV_UNLOCKED, TABELLA_EV_LOCK, TABELLA_EV_OPEN, TABELLA_EV_PAUSE, TABELLA_EV_RESUME,
  TABELLA_EV_LOOKED_UP, TABELLA_EV_TICKET, TABELLA_EV_VOTER_READY, TABELLA_EV_CHANGE, TABELLA_EV_CAST, TABELLA_EV_CHECK, TABELLA_EV_AGAIN,
  TABELLA_EV_CALL_OFFICER, TABELLA_EV_PIN_OK, TABELLA_EV_LEFT, TABELLA_EV_IDLE, TABELLA_EV_TOUCH, TABELLA_EV_TIMEOUT,
  TABELLA_EV_COPY, TABELLA_EV_CLOSE, TABELLA_EV_WRITTEN, TABELLA_EV_FAULT,
  TABELLA_N_EVENTS,
} TabellaEvent;

enum { TABELLA_FOR_COMBINED = 1, TABELLA_FOR_DESK = 2, TABELLA_FOR_BOOTH = 4, TABELLA_FOR_ALL = 7 };
typedef struct { TabellaScreen from; TabellaEvent event; TabellaScreen to; guint roles; } TabellaEdge;
extern const TabellaEdge tabella_flow_edges[];
extern const guint tabella_flow_n_edges;

/* FALSE: this screen does not take this event in this role (one TABELLA_FOR_… bit). IDLE_ALERT's TOUCH returns to the screen it came from:
 * that is the caller's memory, the table has REVIEW→…; see flow.c. */
gboolean tabella_flow_next (guint role, TabellaScreen from, TabellaEvent event, TabellaScreen *to);
gboolean tabella_flow_is_voter_screen (TabellaScreen screen);
