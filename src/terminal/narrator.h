/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "kiosk.h"

/* Says what happens on the voter's screens while the voter wants sound: a screen when it comes, the
 * control that has the focus, what a press has changed, and notices at once. On officers' screens
 * it is silent. */
typedef struct _TabellaNarrator TabellaNarrator;

/* @window: whose focus it follows; both outlive the narrator. */
TabellaNarrator *tabella_narrator_new (TabellaKiosk *kiosk, GtkWindow *window);
void tabella_narrator_free (TabellaNarrator *n);
void tabella_narrator_left (TabellaNarrator *n); /* the screen goes */
/* @screen was built, and what is on it may change until it is arranged. @again: it is the one
 * before, with other settings: then only the control is said, unless the language has changed. */
void tabella_narrator_arrived (TabellaNarrator *n, GtkWidget *screen, gboolean again);
/* The model has changed, and the screen with it. */
void tabella_narrator_changed (TabellaNarrator *n);
/* Everything on the screen once more; with sound off it goes on. */
void tabella_narrator_repeat (TabellaNarrator *n);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaNarrator, tabella_narrator_free)
