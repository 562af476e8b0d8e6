/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A column that shows as many of its children as fit, whole, and the rest on further pages: no
 * scrolling, nothing cut off. What is left of a page goes to its children that expand. */
#define TABELLA_TYPE_PAGER (tabella_pager_get_type ())
G_DECLARE_FINAL_TYPE (TabellaPager, tabella_pager, TABELLA, PAGER, GtkBox)

/* The button that turns pages; the pager names it, and shows it when there are several pages. */
void tabella_pager_set_more (TabellaPager *pager, GtkWidget *more);
/* Turns to the page on which @widget is, which lies beneath the pager, and stays with it until More
 * is pressed: however the pages are filled anew. */
void tabella_pager_show (TabellaPager *pager, GtkWidget *widget);
/* The present page, from 0. */
guint tabella_pager_page (TabellaPager *pager);
