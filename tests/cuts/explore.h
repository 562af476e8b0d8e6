/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "disk.h"

/* Goes through a log and cuts the power after each change, each time in several ways: everything
 * uncertain kept, everything lost, single changes lost or kept alone, all of one kind lost, and
 * pseudo-random choices among single sectors or blocks of 4096 bytes. */

typedef struct {
  GPtrArray *marks;      /* char*: what the program had said of itself before the cut */
  guint change, pending; /* how many changes, and how many of them are uncertain */
  guint64 number;        /* of this state */
} CutsMoment;

/* Looks at what a cut has left. NULL if all is well, otherwise in one word what is not, and in @why
 * more. */
typedef const char *(*CutsJudge) (const CutsImage *image, const CutsMoment *moment, gpointer data,
                                  GString *why);

typedef struct {
  const char *name;           /* for the report; NULL: none */
  const char *const *folders; /* as they are at the end of the log; NULL: not compared */
  guint singles, choices;     /* at most so many of each */
  guint64 seed;
  /* Called after each entry, before the cuts there, with all that the program sees; @mark is NULL
   * but for a mark. May be NULL. */
  void (*seen) (const CutsImage *image, const CutsEntry *entry, const char *other, const char *mark,
                gpointer data);
  CutsJudge judge;
  gpointer data;
} CutsPlan;

typedef struct {
  guint64 changes;   /* places where the power was cut */
  guint64 states;    /* different choices at different places */
  guint64 disks;     /* different contents among them, or after different marks: each was judged */
  guint64 bad;       /* states that were not well */
  GHashTable *words; /* word → GSIZE_TO_POINTER: how many states */
  GString *first;    /* the first few of them, in lines */
} CutsResult;

/* Prints the numbers as a comment of TAP. FALSE if a state was not well or the log cannot be
 * followed. */
gboolean cuts_explore (CutsDisks *d, const char *log, const CutsPlan *plan, CutsResult *result);
void cuts_result_clear (CutsResult *r);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CutsResult, cuts_result_clear)
/* How many states had this word. */
guint64 cuts_result_count (const CutsResult *r, const char *word);
