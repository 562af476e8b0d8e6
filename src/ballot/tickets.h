/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ballot-error.h"

/* Tickets between desk and booth (protocol section 6): 10 bytes, shown as 16 Crockford characters.
 */
#define TABELLA_TICKET_SHORT 10
typedef struct {
  guint8 style, desk, run;
  guint8 random[3];
} TabellaTicketFields;

/* The 10 bytes and T. */
void tabella_ticket_make (const guint8 ticket_key[32], const guint8 he[32], guint16 station,
                          const TabellaTicketFields *fields, guint8 ticket[10], guint8 t[16]);
/* FALSE if the check bytes do not fit this station and election (constant time). */
gboolean tabella_ticket_check (const guint8 ticket_key[32], const guint8 he[32], guint16 station,
                               const guint8 ticket[10], TabellaTicketFields *fields, guint8 t[16]);
char *tabella_ticket_text (const guint8 ticket[10],
                           gboolean grouped); /* XXXX-XXXX-XXXX-XXXX or without hyphens */
gboolean
tabella_ticket_parse (const char *text, guint8 ticket[10]); /* lenient as Crockford's reading is */
