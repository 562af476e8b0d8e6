/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The organisers revoked or ended this tablet: nobody votes here any more. */
#include <glib/gi18n.h>
#include "amendment-words.h"
#include "officer-screens.h"
#include "pager.h"

struct _TabellaStoppedScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaStoppedScreen, tabella_stopped_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_close_clicked (GtkButton *button, TabellaStoppedScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_CLOSE);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaStation *station = tabella_screen_view_station (v);
  const TabellaAmendment *a = tabella_station_stopped_by (station);
  const TabellaStationState state = tabella_station_state (station);
  const gboolean may_close = state == TABELLA_STATION_OPEN || state == TABELLA_STATION_PAUSED;
  g_autofree char *says = NULL;
  GtkWidget *pager;

  says = a != NULL ? tabella_amendment_says (kiosk, a) : g_strdup ("");
  pager = g_object_new (TABELLA_TYPE_PAGER, "spacing", 3, "vexpand", TRUE, NULL);

  tabella_report_screen_set_words (self, says, NULL);
  tabella_report_screen_add_line (self, _ ("STOP: nobody votes or checks in here"), "stop");
  tabella_report_screen_add_line (
      self, _ ("Call the organisers, and send voters to another tablet of this station."), "lead");
  gtk_container_add (
      GTK_CONTAINER (pager),
      tabella_label_new (_ ("Nothing is lost: all that was recorded stays on this tablet."),
                         "small"));
  if (may_close)
    gtk_container_add (
        GTK_CONTAINER (pager),
        tabella_label_new (_ ("When the organisers ask for its final batch, close the poll here."),
                           "small"));
  if (a != NULL)
    tabella_amendment_add_text (kiosk, a, GTK_CONTAINER (pager));
  tabella_report_screen_add_widget (self, pager);
  if (may_close)
    tabella_report_screen_add_action (self, _ ("Close the poll"), NULL,
                                      G_CALLBACK (on_close_clicked));
  tabella_pager_set_more (TABELLA_PAGER (pager),
                          tabella_report_screen_add_action (self, _ ("More"), NULL, NULL));
}

static void
tabella_stopped_screen_class_init (TabellaStoppedScreenClass *klass)
{
  TABELLA_SCREEN_VIEW_CLASS (klass)->enter = enter;
}

static void
tabella_stopped_screen_init (TabellaStoppedScreen *self)
{
}
