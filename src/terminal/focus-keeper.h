/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "kiosk.h"

/* Keeps the focus of the window where the keys need it: always on something, where it was when a
 * screen is built again or come back to, and led by Tab and arrows around one ring. */
typedef struct _TabellaFocusKeeper TabellaFocusKeeper;

/* @bar: what follows a screen's own controls, NULL-ended; copied. The window and the kiosk outlive
 * the keeper. */
TabellaFocusKeeper *
tabella_focus_keeper_new (GtkWindow *window, TabellaKiosk *kiosk, GtkWidget *const *bar);
void tabella_focus_keeper_free (TabellaFocusKeeper *f);
void tabella_focus_keeper_leave (TabellaFocusKeeper *f); /* before the screen goes */
void tabella_focus_keeper_arrive (TabellaFocusKeeper *f, GtkWidget *screen);
/* TRUE: it was a key that leads somewhere, or one that is kept down and does nothing more. */
gboolean tabella_focus_keeper_press (TabellaFocusKeeper *f, const GdkEventKey *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaFocusKeeper, tabella_focus_keeper_free)
