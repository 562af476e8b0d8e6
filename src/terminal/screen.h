/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "kiosk.h"

/* A screen: ui/<name>.ui and <name>.c, a subclass of this abstract box. It is built from the model,
 * redrawn from the model (sync) after every event, and holds no truth of its own. The window
 * (assistant.c) alone owns Back and Next; a screen says what they are called and whether they can
 * be used. */
#define TABELLA_TYPE_SCREEN (tabella_screen_view_get_type ())
G_DECLARE_DERIVABLE_TYPE (TabellaScreenView, tabella_screen_view, TABELLA, SCREEN_VIEW, GtkBox)

struct _TabellaScreenViewClass {
  GtkBoxClass parent_class;

  void (*enter) (TabellaScreenView *v);             /* once, after it is built and shown */
  void (*sync) (TabellaScreenView *v);              /* redraw from the model */
  const char *(*back_label) (TabellaScreenView *v); /* translated, NULL: no such button */
  const char *(*next_label) (TabellaScreenView *v);
  gboolean (*can_next) (TabellaScreenView *v); /* sensitive */
  void (*back) (TabellaScreenView *v);         /* pressed; default: the flow's BACK */
  void (*next) (TabellaScreenView *v);         /* pressed; default: the flow's NEXT */
};

TabellaKiosk *tabella_screen_view_kiosk (TabellaScreenView *v);
TabellaStation *tabella_screen_view_station (TabellaScreenView *v);

void tabella_screen_view_enter (TabellaScreenView *v);
void tabella_screen_view_sync (TabellaScreenView *v);
const char *tabella_screen_view_back_label (TabellaScreenView *v);
const char *tabella_screen_view_next_label (TabellaScreenView *v);
gboolean tabella_screen_view_can_next (TabellaScreenView *v);
void tabella_screen_view_back (TabellaScreenView *v);
void tabella_screen_view_next (TabellaScreenView *v);

/* Shows @text (NULL: nothing) in @label, or the kiosk's notice in its place while there is one: so
 * a notice moves nothing else about. From sync(). */
void tabella_screen_view_say (TabellaScreenView *v, GtkWidget *label, const char *text);

/* The same, of what must be read whatever else there is to say. */
void tabella_screen_view_alert (TabellaScreenView *v, GtkWidget *label, const char *text);

/* A label of the style sheet's class @style that breaks its lines. */
GtkWidget *tabella_label_new (const char *text, const char *style);
/* The same for one of the election's texts, which may be in another language than the screen. */
GtkWidget *tabella_text_label_new (TabellaKiosk *kiosk, const char *text, const char *style);

/* The table of screens (pages.c): a new view for where the flow is. */
TabellaScreenView *tabella_page_new (TabellaKiosk *kiosk, TabellaScreen screen);
