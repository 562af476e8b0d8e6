/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "roll.h"

/* The organisers' list of voters as read from CSV, for roll-build.c. It is plain: wiped when freed. */
typedef struct {
  guint8 p[32];     /* filled by the builder */
  guint32 line;     /* in the file, from 1 */
  guint32 id, name; /* offsets in text, NUL-ended */
  guint16 style, station;
  guint8 lane;
} TabellaRollEntry;

typedef struct {
  GArray *entries; /* TabellaRollEntry */
  char *text;
  gsize used, size;
  gsize longest; /* bytes of the longest name */
} TabellaRollList;

void tabella_roll_list_clear (TabellaRollList *list);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaRollList, tabella_roll_list_clear)

/* Problems by line, of which the first 1000 are kept. */
typedef struct { GPtrArray *kept; guint64 n; } TabellaRollProblems;
void tabella_roll_problem (TabellaRollProblems *problems, guint64 line, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Reads and checks every line; what is wrong with the content goes to @problems. Two lines with one ID are not found
 * here. FALSE if the file cannot be read (IO). */
gboolean tabella_roll_csv_read (const TabellaElection *e, const char *path, TabellaProgress progress, gpointer data,
                                TabellaRollList *list, TabellaRollProblems *problems, GError **error);
