/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "faults.h"
#include "practice.h"

/* What a terminal does, done while the n-th call to the system fails, for every n: one state folder
 * for each, copied from one that is in the right state; then asked, restarted, asked again, done
 * again if it was not done, and taken to its end, where the counting centre reads its final. */

typedef struct {
  Practice *p;
  char *dir, *usb; /* the state folder and a stick, of this one try */
  TabellaStation *s;
  guint16 terminal;
  char *setup_code; /* of the folders "enrolled" and "installed" */
  char *new_code;   /* what leaving practice or enrolling gives; wiped by broken_clear() */
  guint8 booth_ticket[10];
  /* The voter whose step fails. */
  guint voter;
  guint8 ticket[10], code[32];
  gboolean dead; /* the plan's fault stays, for this step */
  gboolean on_disks;
} Broken;

/* On a full disk of the tablet. */
typedef enum {
  BROKEN_KEEPS,      /* it needs room, and keeps what it has begun for the next time */
  BROKEN_GIVES_BACK, /* it needs room, and takes none if that is not enough */
  BROKEN_IN_PLACE,   /* it needs none */
} BrokenRoom;

typedef struct {
  const char *name, *folder; /* "new", "enrolled", "installed", "ready", "open", "paused", "closed",
                                "delivered", "desk", "booth" */
  void (*prepare) (Broken *b);                   /* or NULL; nothing fails yet */
  gboolean (*act) (Broken *b, GError **error);   /* may fail */
  gboolean (*again) (Broken *b, GError **error); /* after a failure; NULL: act */
  gboolean (*done) (Broken *b);                  /* is it there? Asserts that it is whole. */
  gboolean strict; /* an error that does not say that it cannot be told means: not there */
  gboolean shut;   /* act opens the state folder itself */
  guint every;     /* the short run takes one n in so many */
  BrokenRoom room;
} BrokenStep;

typedef struct {
  const char *name;
  guint calls;
  FaultsHow how;
  int err;
  guint step; /* every n, or only each so many */
} BrokenPlan;

Broken *broken_new (void);
void broken_free (Broken *b);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Broken, broken_free)

guint16 broken_terminal (const BrokenStep *step);
/* What the officer reads is whole: a library's code, and words. */
void broken_assert_clear (const GError *error);
/* Again until it is there. */
void broken_repeat (Broken *b, const BrokenStep *step);
/* A fresh copy of the step's folder, opened, unlocked and prepared. */
void broken_begin (Broken *b, const BrokenStep *step);
void broken_end (Broken *b);
/* Closed and opened again, unlocked if it has officers. */
void broken_restart (Broken *b);
/* One more voter, closing, the final on a stick: it is one that the counting centre takes. */
void broken_finish (Broken *b);

typedef struct {
  guint tries, told_done, told_not, told_unknown;
} BrokenTally;
/* All n of a plan. */
void broken_run (Broken *b, const BrokenStep *step, const BrokenPlan *plan, BrokenTally *tally);

typedef enum {
  BROKEN_DONE,     /* the step said that it is done */
  BROKEN_NOT_DONE, /* it said an error */
  BROKEN_DEAD,     /* the program ended before it said anything */
  BROKEN_UNHARMED, /* it ran through without the fault */
} BrokenEnd;
typedef enum {
  BROKEN_KILLED,  /* before the nth change of a file: nothing else of a process outlives it */
  BROKEN_STARVED, /* the nth allocation fails */
} BrokenDeath;
/* The step in a child to which this happens; then as after any other failure. */
BrokenEnd broken_perish (Broken *b, const BrokenStep *step, BrokenDeath death, guint nth);

/* Both are on disks of their own from now on, for broken_full(). */
void broken_move_to_disks (Broken *b);
void broken_leave_disks (Broken *b);
typedef enum { BROKEN_TABLET, BROKEN_STICK } BrokenDisk;
/* The step on a disk with @blocks left; then as after any other failure, when there is room again.
 * TRUE if it said that it is done. */
gboolean broken_full (Broken *b, const BrokenStep *step, BrokenDisk disk, guint blocks);

/* Pauses on a full disk, more than a day has, until the journal of events needs a page that the box
 * does not have; with room it goes on. */
void broken_full_all_day (Broken *b);

/* What cannot fail here. */
void broken_check_in (Broken *b, guint n, guint8 ticket[10]);
void broken_to_code (Broken *b); /* from ticket to a pending ballot, its code in b->code */
/* Is the ballot of b->code in the box, and does the voter's record agree? */
gboolean broken_has_ballot (Broken *b);
TabellaCheckinState broken_state_of (Broken *b, guint n);
