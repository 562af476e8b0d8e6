/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "station.h"

/* Check-in at a desk or combined terminal (protocol section 6, kiosk.md "Check-in"). */
typedef enum {
  TABELLA_ANSWER_ON_ROLL,       /* may vote: compare the name */
  TABELLA_ANSWER_ALREADY,       /* voted here already (desk: ticket given): provisional only */
  TABELLA_ANSWER_LEFT,          /* combined: checked in, left without voting: may vote now */
  TABELLA_ANSWER_OTHER_LANE,    /* another desk of this station serves this number: @lane */
  TABELLA_ANSWER_OTHER_STATION, /* this station does not have their ballot: @place, if to be told */
  TABELLA_ANSWER_NOT_ON_ROLL, /* walk-in, provisional or refused as the election says: @walk_ins */
  TABELLA_ANSWER_NUMBER_INVALID,   /* shape or check digit */
  TABELLA_ANSWER_PROVISIONAL_DONE, /* a provisional ballot was given too: nothing more here */
} TabellaAnswerKind;

typedef enum {
  TABELLA_MISTAKE_SHAPE, /* too short, too long, or a letter where a digit belongs */
  TABELLA_MISTAKE_CHECK, /* the check digit says that a character is wrong or two are swapped */
} TabellaMistake;

typedef struct {
  TabellaAnswerKind kind;
  TabellaMistake mistake; /* NUMBER_INVALID */
  gboolean doubted;       /* this number was typed once more because the name differed */
  guint8 p[32];
  char *name;             /* on the roll only */
  guint16 style, station; /* on the roll: style; station of the voter's record. LEFT: the style of
                             the earlier check-in */
  TabellaWalkIns walk_ins;
  char *place;  /* OTHER_STATION: in the election's first language; NULL without a directory */
  guint16 lane; /* OTHER_LANE: "IDs ending 4–6" digits as a mask, 0 if no desk has them */
  gboolean may_walk_in, may_provisional;
} TabellaAnswer;
void tabella_answer_free (TabellaAnswer *a); /* wipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaAnswer, tabella_answer_free)

/* @typed: as typed or scanned. NULL with error only for trouble (locked, storage). */
TabellaAnswer *tabella_checkin_look (TabellaStation *s, const char *typed, GError **error);
/* The name on the roll is not that on the ID: the number is to be typed once more. The answer to
 * the next one looked up says whether it was the same. */
void tabella_checkin_doubt (TabellaStation *s, const TabellaAnswer *answer);
gboolean tabella_checkin_in_doubt (const TabellaStation *s);
void tabella_checkin_forget_doubt (TabellaStation *s);
guint tabella_checkin_misses (const TabellaStation *s); /* not-found look-ups since unlock */

/* Gives a ticket: record of @kind (ROLL for ON_ROLL and LEFT, WALKIN, PROVISIONAL) in state GIVEN,
 * durable, then the ticket's 10 bytes. @style for walk-ins and provisionals must be one of the
 * station's. REFUSED if the answer does not allow that kind; FULL; STATE while a voter has this
 * tablet. Until this is called nothing is written ("undo"). Combined: the ticket is good for one
 * session, in this process only. */
gboolean
tabella_checkin_give (TabellaStation *s, const TabellaAnswer *answer, TabellaCheckinKind kind,
                      guint16 style, guint8 ticket[10], GError **error);
