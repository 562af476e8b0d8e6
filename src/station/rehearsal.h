/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "checkin.h"
#include "deck.h"
#include "session.h"

/* A deck's lines on running terminals: the part of a rehearsal that is like election day. Within
 * src/station/. */
typedef struct {
  const TabellaTerminalInfo *info; /* as in the manifest */
  TabellaTerminalStatus status;    /* after amendments */
  gboolean takes_part;             /* simulated, assigned, neither revoked nor ended */
  gboolean lost;                   /* leaves only a safety copy */
  TabellaStation *station;         /* while its polling station runs, or NULL */
  const TabellaDeckLine *voter;    /* whose challenged session goes on here, or NULL */
} TabellaRehearsalTerminal;
void tabella_rehearsal_terminal_free (TabellaRehearsalTerminal *t);

/* What became of a line's ticket. */
typedef struct {
  gboolean given;
  guint8 ticket[TABELLA_TICKET_SHORT];
  const TabellaRehearsalTerminal *used; /* where, or NULL */
} TabellaRehearsalTicket;

typedef struct {
  const TabellaElection *election;
  GPtrArray *terminals;            /* TabellaRehearsalTerminal, as in the manifest */
  GPtrArray *lines;                /* TabellaDeckLine */
  TabellaRehearsalTicket *tickets; /* one a line */
} TabellaRehearsal;

TabellaRehearsalTerminal *
tabella_rehearsal_find (const TabellaRehearsal *r, guint16 index); /* NULL if none */
/* Terminals, booths and tickets that lines name: every one that cannot be, by line. */
void tabella_rehearsal_check (const TabellaRehearsal *r, GPtrArray *problems);
/* One line; its terminals are open. The error names the line. */
gboolean tabella_rehearsal_line (TabellaRehearsal *r, const TabellaDeckLine *line, GError **error);
