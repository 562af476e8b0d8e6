/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys are made: the setup code once, then the enrolment file to a stick, then install. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaEnrolledScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaEnrolledScreen, tabella_enrolled_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_write_clicked (GtkButton *button, TabellaEnrolledScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_COPY);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  const char *code = tabella_kiosk_setup_code (tabella_screen_view_kiosk (v));
  g_autofree char *enrolment = tabella_station_enrolment (station, NULL);

  if (code != NULL) {
    tabella_report_screen_set_words (
        self, _ ("Write this setup code down now"),
        _ ("It is shown only this once. Put it into the sealed envelope of this tablet; the "
           "officers need it at the first opening."));
    tabella_report_screen_add_line (self, code, "code");
  } else {
    tabella_report_screen_set_words (
        self, _ ("This tablet has its keys"),
        _ ("When the organisers have sent the package on a stick, put it in and install."));
    tabella_report_screen_add_line (self, tabella_station_label (station), "code");
  }
  tabella_report_screen_set_qr (self, enrolment, _ ("QR code of the enrolment file"));
  tabella_report_screen_add_action (self, _ ("Write the enrolment file to the stick"), NULL,
                                    G_CALLBACK (on_write_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Install from a stick");
}

static void
tabella_enrolled_screen_class_init (TabellaEnrolledScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
}

static void
tabella_enrolled_screen_init (TabellaEnrolledScreen *self)
{
}
