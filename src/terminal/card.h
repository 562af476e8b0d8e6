/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A whole-card choice: a toggle button with a box to tick and words that break their lines. Its
 * accessible name is @text. @language: whose forms it is drawn in, NULL: those of the interface. */
GtkWidget *tabella_card_new (const char *text, const char *language);
/* Ticked and filled, or not; emits "toggled" if that changes something. */
void tabella_card_set_chosen (GtkWidget *card, gboolean chosen);
