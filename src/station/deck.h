/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "batch.h"

/* A rehearsal's deck: CSV, one line a visit of a voter (command.md "rehearse"). Columns in any
 * order: terminal, id, kind, action, selections; optional style, booth, ticket. */
typedef enum { TABELLA_DECK_CAST, TABELLA_DECK_CHALLENGE, TABELLA_DECK_LEAVE } TabellaDeckAction;

typedef struct {
  guint16 contest, option;
} TabellaDeckChoice;
typedef struct {
  guint number;     /* from 1; the header is not counted */
  guint16 terminal; /* where the voter checks in */
  guint16 booth;    /* 0: not named */
  char *id;         /* normalised */
  TabellaCheckinKind kind;
  TabellaDeckAction action;
  gint style;      /* index, -1: not named */
  guint ticket;    /* number of the earlier line whose ticket is used, 0: a new one */
  GArray *choices; /* TabellaDeckChoice, each option once */
} TabellaDeckLine;
void tabella_deck_line_free (TabellaDeckLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaDeckLine, tabella_deck_line_free)

/* "line 3 of the deck (the file's line 4)": how messages name a line. */
char *tabella_deck_line_name (guint number);
/* One voter's visits are told apart by terminal and ID. */
gboolean tabella_deck_same_voter (const TabellaDeckLine *a, const TabellaDeckLine *b);

/* Reads the whole deck, checking all that needs nothing but the election. Every problem goes to
 * @problems, named by line; the lines are complete only if there is none. */
GPtrArray *
tabella_deck_parse (const TabellaElection *e, const char *text, gsize size, GPtrArray *problems);
/* A file of at most 64 MiB. Errors IO, INVALID: all problems, as tabella_problems_none() words
 * them. */
GPtrArray *tabella_deck_load (const TabellaElection *e, const char *path, GError **error);
