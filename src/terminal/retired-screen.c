/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last screen of a tablet: it has no keys any more. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaRetiredScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaRetiredScreen, tabella_retired_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_again_clicked (GtkButton *button, TabellaRetiredScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_AGAIN);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaStation *station = tabella_screen_view_station (v);
  const TabellaElection *e = tabella_station_manifest (station)->election;
  g_autofree char *text = tabella_export_batch_text (station, NULL);
  g_autofree char *label = g_strdup_printf (
      _ ("%s, tablet %s"),
      tabella_kiosk_text (
          kiosk, tabella_election_station (e, tabella_station_status (station)->station)->name),
      tabella_station_label (station));

  tabella_report_screen_set_words (
      self, _ ("This tablet is retired: its keys are destroyed"),
      _ ("Nothing opens it again, and it serves no other election. Its state folder can be "
         "deleted."));
  tabella_report_screen_add_line (self, e->name, "lead");
  tabella_report_screen_add_line (self, label, "lead");
  tabella_report_screen_set_qr (self, text, _ ("QR code of the batch's receipt"));
  tabella_report_screen_add_action (self, _ ("Write the final again"), NULL,
                                    G_CALLBACK (on_again_clicked));
}

static void
tabella_retired_screen_class_init (TabellaRetiredScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
}

static void
tabella_retired_screen_init (TabellaRetiredScreen *self)
{
}
