/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Where the keys lead: one ring through the screen and the bar beneath it. */

/* What can be used on @screen, in the order in which it is read (More after what it turns), then
 * those of @bar (NULL-ended) that can be used. Free with g_ptr_array_unref. */
GPtrArray *tabella_focus_ring (GtkWidget *screen, GtkWidget *const *bar);
/* The one after @from (before it: @forward FALSE); the first one if @from is not in the ring; NULL
 * if nothing can be used. */
GtkWidget *tabella_focus_step (GPtrArray *ring, GtkWidget *from, gboolean forward);

/* A place on a screen that is built again: counted over all pages without More; -1 for
 * none. */
int tabella_focus_seat (GtkWidget *screen, GtkWidget *control);
GtkWidget *tabella_focus_at (GtkWidget *screen, int seat); /* NULL: no such place */
/* The focus goes to @control; a pager turns to its page. */
void tabella_focus_give (GtkWidget *control);
