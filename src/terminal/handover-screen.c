/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checked in: the tablet goes to the voter. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaHandoverScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaHandoverScreen, tabella_handover_screen, TABELLA_TYPE_REPORT_SCREEN)

/* The ticket is given up through a session, so that the record says "left". */
static void
on_left_clicked (GtkButton *button, TabellaHandoverScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  TabellaStation *station = tabella_kiosk_station (kiosk);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_session_begin (station, tabella_kiosk_ticket (kiosk), &error) &&
                tabella_session_end (station, &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_LEFT, error);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);

  tabella_report_screen_set_words (self, _ ("Hand the tablet to the voter"),
                                   _ ("Step back so that you cannot see the screen. When the voter "
                                      "has finished, the tablet asks for your PIN."));
  if (tabella_kiosk_provisional (tabella_screen_view_kiosk (v)))
    tabella_report_screen_add_line (self,
                                    _ ("This ballot is provisional. Tell the voter: the organisers "
                                       "decide later whether it counts."),
                                    "bad");
  tabella_report_screen_add_action (self, _ ("The voter left without voting"), NULL,
                                    G_CALLBACK (on_left_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("The voter has the tablet");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;

  if (tabella_session_begin (tabella_kiosk_station (kiosk), tabella_kiosk_ticket (kiosk), &error)) {
    tabella_kiosk_set_ticket (kiosk, NULL);
    tabella_kiosk_reset_comfort (kiosk);
    tabella_kiosk_take (kiosk, TABELLA_EV_VOTER_READY);
  } else {
    tabella_kiosk_notice_error (kiosk, error);
  }
}

static void
tabella_handover_screen_class_init (TabellaHandoverScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_handover_screen_init (TabellaHandoverScreen *self)
{
}
