/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "kiosk.h"

/* What is said of screens and controls, derived from what they show and what they tell to AT-SPI:
 * no screen has words of its own for the ear. */

typedef struct {
  char *text;
  const char *language; /* interned tag */
} TabellaUtterance;

/* An empty list; its texts are wiped when it is freed with g_ptr_array_unref. */
GPtrArray *tabella_spoken_new (void);
/* @text as a sentence of its own; what follows in the same language is one utterance with it.
 * @language: NULL for the interface's. */
void tabella_spoken_add (GPtrArray *list, TabellaKiosk *k, const char *text, const char *language);

/* Title, words and pictures of a screen in the order in which they stand there, not its controls.
 * A code is spelt. */
void tabella_spoken_screen (GPtrArray *list, TabellaKiosk *k, GtkWidget *screen);
/* One control: what it belongs to, its name, which of how many, what it is, its state, and its
 * description. Nothing of keys and entries for secrets. */
void tabella_spoken_control (GPtrArray *list, TabellaKiosk *k, GtkWidget *control);
/* What pressing @choice has changed: chosen or not, and how many now are. */
void tabella_spoken_state (GPtrArray *list, TabellaKiosk *k, GtkWidget *choice);
