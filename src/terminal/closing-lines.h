/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "closing.h"
#include "kiosk.h"

/* The closing in words, for the screen and for the paper: one list for both, in the interface's
 * language. */
typedef struct {
  char *text;
  gboolean alarm; /* a reconciliation that does not come out */
} TabellaClosingLine;
void tabella_closing_line_free (TabellaClosingLine *line);

/* The counts of this terminal's role, one line a number. */
GPtrArray *tabella_closing_counts (const TabellaClosing *c);
/* Each equation of the reconciliation with both numbers, then the officers' own count. */
GPtrArray *tabella_closing_balance (TabellaKiosk *k, const TabellaClosing *c);
/* The whole report: place, time, reconciliation, which names all counts but that of checked
 * ballots. */
GPtrArray *tabella_closing_report (TabellaKiosk *k, const TabellaClosing *c);
