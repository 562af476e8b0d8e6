/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A column that shows as many of its children as fit, whole, and the rest on further pages: no
 * scrolling, nothing cut off. */
#define TABELLA_TYPE_PAGER (tabella_pager_get_type ())
G_DECLARE_FINAL_TYPE (TabellaPager, tabella_pager, TABELLA, PAGER, GtkBox)

/* Known after the first allocation; "paged" is emitted when they change. */
guint tabella_pager_n_pages (TabellaPager *pager);
guint tabella_pager_page (TabellaPager *pager);
void tabella_pager_turn (TabellaPager *pager); /* the next page, after the last the first */
