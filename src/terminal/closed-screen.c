/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end: the batch's receipt and the counts. */
#include <glib/gi18n.h>
#include "life.h"
#include "officer-screens.h"

struct _TabellaClosedScreen {
  TabellaReportScreen parent_instance;
  GtkWidget *stick; /* whether it can be or has been taken out */
};

G_DEFINE_FINAL_TYPE (TabellaClosedScreen, tabella_closed_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
take_from (TabellaClosedScreen *self, TabellaEvent event)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), event);
}

static void
on_again_clicked (GtkButton *button, TabellaClosedScreen *self)
{
  take_from (self, TABELLA_EV_AGAIN);
}

static void
on_leave_clicked (GtkButton *button, TabellaClosedScreen *self)
{
  take_from (self, TABELLA_EV_LEAVE_PRACTICE);
}

static void
on_retire_clicked (GtkButton *button, TabellaClosedScreen *self)
{
  take_from (self, TABELLA_EV_RETIRE);
}

static void
add_count (TabellaReportScreen *self, TabellaStation *station)
{
  const TabellaRole role = tabella_station_status (station)->role;
  g_autofree char *line = NULL;
  TabellaCounts c;

  if (!tabella_station_counts (station, &c, NULL))
    return;
  line = role == TABELLA_ROLE_COMBINED || role == TABELLA_ROLE_BOOTH
             ? g_strdup_printf (_ ("Ballots in the box: %u"), c.cast)
             : g_strdup_printf (_ ("Tickets issued: %u"), c.given);
  tabella_report_screen_add_line (self, line, "lead");
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  g_autofree char *text = tabella_export_batch_text (station, NULL);

  tabella_report_screen_set_words (
      self, _ ("✔ Closed. The batch is on the stick."),
      _ ("Photograph this receipt. Tablet, stick and paper leave in different hands."));
  TABELLA_CLOSED_SCREEN (v)->stick = tabella_label_new (NULL, "lead");
  tabella_report_screen_add_widget (self, TABELLA_CLOSED_SCREEN (v)->stick);
  add_count (self, station);
  tabella_report_screen_set_qr (self, text, _ ("QR code of the batch's receipt"));
  tabella_report_screen_add_action (self, _ ("Write the final again"), NULL,
                                    G_CALLBACK (on_again_clicked));
  if (tabella_life_may_leave_practice (station))
    tabella_report_screen_add_action (self, _ ("Leave practice"), "quiet",
                                      G_CALLBACK (on_leave_clicked));
  else
    tabella_report_screen_add_action (self, _ ("Retire this tablet"), "quiet",
                                      G_CALLBACK (on_retire_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Closing report");
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaClosedScreen *self = TABELLA_CLOSED_SCREEN (v);
  const char *words = tabella_stick_release_words (tabella_screen_view_kiosk (v));

  TABELLA_SCREEN_VIEW_CLASS (tabella_closed_screen_parent_class)->sync (v);
  if (self->stick == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->stick), words != NULL ? words : "");
  gtk_widget_set_visible (self->stick, words != NULL);
}

static void
tabella_closed_screen_class_init (TabellaClosedScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->sync = sync_view;
}

static void
tabella_closed_screen_init (TabellaClosedScreen *self)
{
}
