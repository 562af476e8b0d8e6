/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A column that shows as many of its children as fit, whole, and the rest on further pages: no
 * scrolling, nothing cut off. What is left of a page goes to its children that expand. A label of
 * the class "flow" goes on from page to page, line by line. Any other child that is taller than a
 * page is split, if the screen knows how, or gets the next smaller text size (class "tight", then
 * "tighter"). */
#define TABELLA_TYPE_PAGER (tabella_pager_get_type ())
G_DECLARE_FINAL_TYPE (TabellaPager, tabella_pager, TABELLA, PAGER, GtkBox)

/* The button that turns pages, in a GtkBox: the pager names it, puts one to the page before beside
 * it, and shows both when there are several pages. */
void tabella_pager_set_more (TabellaPager *pager, GtkWidget *more);
/* Turns to the page on which @widget is, which lies beneath the pager, and stays with it until More
 * is pressed: however the pages are filled anew. */
void tabella_pager_show (TabellaPager *pager, GtkWidget *widget);
/* If @child has not been on a page that was shown: turns to the next page, or @at_once to that of
 * @child. FALSE: it has been shown, and nothing changes. */
gboolean tabella_pager_lead_to (TabellaPager *pager, GtkWidget *child, gboolean at_once);
/* The present page, from 0, and how many there are. */
guint tabella_pager_page (TabellaPager *pager, guint *n_pages);

/* Moves @widget out of where it is to the end of the column. */
void tabella_pager_take (TabellaPager *pager, GtkWidget *widget);

/* Puts two shorter children in place of one, in the same order. FALSE: that cannot be. */
typedef gboolean (*TabellaPagerSplit) (GtkWidget *child, gpointer data);
void tabella_pager_set_split (TabellaPager *pager, TabellaPagerSplit split, gpointer data);
