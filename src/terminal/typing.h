/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A USB reader types what it scans, whatever has the focus: before a letter or digit reaches the
 * window, the focus goes to the screen's entry, if it has one. (Where there is none, touch-guard.h
 * keeps the Enter behind it from pressing a button.) */
void tabella_typing_lead (GtkWindow *window, GtkWidget *screen, const GdkEventKey *event);
/* A finger on @entry gives it the focus, and no more: the toolkit would open a bubble over the keys,
 * to copy and paste with. */
void tabella_typing_plain (GtkWidget *entry);
