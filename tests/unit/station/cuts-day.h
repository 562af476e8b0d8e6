/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "box-store.h"
#include "explore.h"
#include "practice.h"
#include "station-private.h"

/* A terminal's whole life on recorded disks, from its enrolment to its end, and what it promised at
 * every moment of it. Marks in the log: "do WHAT" before a call, "done WHAT" after it said yes;
 * "begin" before a transaction of the ballot box, "t N" once it is written. */
#define CUTS_STATE 0 /* the disks: the state folder, and a stick */
#define CUTS_STICK 1

/* The ballot box after a transaction. */
typedef struct {
  guint8 content[32]; /* of all slots, lines and values */
  char *journal, *after;
  TabellaCounts counts;
} CutsSnap;

typedef struct {
  Practice *p;
  guint16 terminal;
  gboolean retires; /* otherwise it leaves practice */
  char *state, *stick, *log, *place[2], *spare, *twice, *second_log;
  GHashTable *memory[3];
  CutsDisks *before;
  GPtrArray *snaps;    /* CutsSnap */
  GHashTable *batches; /* path on the stick → GBytes */
  guint batch;         /* the final's number */
  char *setup_code, *new_code;
  GPtrArray *secrets;      /* GBytes: bytes of setup.vault, then of officers.vaults */
  guint8 spare_ticket[10]; /* a booth's: not used on the recorded day */
  guint every;             /* of how many disks one is also worked on with, and cut again */
  guint judged;            /* so far */
  guint64 again;           /* states of starts that were cut too */
} CutsDay;

/* The day is over when this returns, its log written and no longer added to. */
CutsDay *cuts_day_new (guint16 terminal, gboolean retires);
void cuts_day_free (CutsDay *d);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CutsDay, cuts_day_free)
CutsSnap *cuts_snap_new (TabellaSlots *store);
void cuts_snap_free (CutsSnap *snap);
/* A whole vote of a person or ticket that the day did not have. */
gboolean cuts_day_vote (CutsDay *d, TabellaStation *s, GError **error);
extern const char *const cuts_passphrases[];

/* cuts-judge.c: a CutsJudge; its data is a CutsDay. Words: "lost", "corrupt", "untold", "leaked".
 */
const char *
cuts_judge (const CutsImage *image, const CutsMoment *moment, gpointer data, GString *why);
