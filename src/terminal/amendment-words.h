/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "kiosk.h"

/* An amendment in the officers' words, in the present language. Free the strings. */

/* What it says, in one sentence. */
char *tabella_amendment_says (TabellaKiosk *k, const TabellaAmendment *a);
/* What that means on this terminal and what the officers do; NULL if nothing is to be done. */
char *tabella_amendment_means (TabellaKiosk *k, const TabellaAmendment *a);
/* The organisers' own words, or NULL. */
const char *tabella_amendment_text (TabellaKiosk *k, const TabellaAmendment *a);
/* The same as labels of a pager's, short enough that one fits on every panel; nothing without
 * words. */
void tabella_amendment_add_text (TabellaKiosk *k, const TabellaAmendment *a, GtkContainer *pager);
/* Is it about this terminal, or about its station? */
gboolean tabella_amendment_is_own (TabellaKiosk *k, const TabellaAmendment *a);
/* Why nothing new is offered (protocol section 4); static. */
const char *tabella_offer_words (TabellaOffer offer);
