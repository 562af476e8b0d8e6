/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk.h"
#include "paper.h"

/* The kiosk's way to paper: nothing here waits, and what goes wrong is a notice to the officers
 * with what to do, never in front of a voter. */

/* Asks how the printer is; "changed" when it is known. */
void tabella_kiosk_look_for_printer (TabellaKiosk *k);
/* What it said when last asked, in words for a line of the self-test. *good: all is well. */
char *tabella_kiosk_printer_words (TabellaKiosk *k, gboolean *good);
/* As far as is known. */
gboolean tabella_kiosk_has_printer (TabellaKiosk *k);

/* Prints @paper, which it takes over. */
void tabella_kiosk_print (TabellaKiosk *k, TabellaPaper *paper);
/* The same for the ticket on the screen, by itself: only once, however often the screen is built
 * again, and that there is no printer is no news. */
void tabella_kiosk_print_ticket (TabellaKiosk *k, TabellaPaper *paper);
gboolean tabella_kiosk_is_printing (TabellaKiosk *k);
gboolean tabella_kiosk_has_printed (TabellaKiosk *k); /* since this screen came up */

/* For kiosk.c: after the hardware is known, and at the end. */
typedef struct _TabellaPrinting TabellaPrinting;
TabellaPrinting *tabella_printing_new (TabellaKiosk *k);
void tabella_printing_end (TabellaPrinting *p);
