/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end: the batch's receipt and the counts. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaClosedScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaClosedScreen, tabella_closed_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_again_clicked (GtkButton *button, TabellaClosedScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_AGAIN);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  g_autofree char *text = tabella_export_batch_text (station, NULL);
  TabellaCounts c;

  tabella_report_screen_set_words (self, _ ("Closed. The batch is on the stick."),
                                   _ ("It is safe to take the stick out. Photograph this receipt: "
                                      "with it the centre notices if the batch gets lost."));
  if (tabella_station_counts (station, &c, NULL)) {
    g_autofree char *line = g_strdup_printf (_ ("Ballots in the box: %u"), c.cast);
    tabella_report_screen_add_line (self, line, "lead");
  }
  tabella_report_screen_set_qr (self, text, _ ("QR code of the batch's receipt"));
  tabella_report_screen_add_action (self, _ ("Write the final again"), NULL,
                                    G_CALLBACK (on_again_clicked));
}

static void
tabella_closed_screen_class_init (TabellaClosedScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
}

static void
tabella_closed_screen_init (TabellaClosedScreen *self)
{
}
