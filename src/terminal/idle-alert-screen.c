/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Are you still there?": any answer goes on, none calls the officer. */
#include <glib/gi18n.h>
#include "pager.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaIdleAlertScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *lead;
};

G_DEFINE_FINAL_TYPE (TabellaIdleAlertScreen, tabella_idle_alert_screen, TABELLA_TYPE_SCREEN)

static void
sync_view (TabellaScreenView *v)
{
  tabella_screen_view_say (
      v, TABELLA_IDLE_ALERT_SCREEN (v)->lead,
      _ ("Touch the button to go on. If nobody answers, your choices are cleared "
         "and the officer is called."));
}

static void
enter (TabellaScreenView *v)
{
  TabellaIdleAlertScreen *self = TABELLA_IDLE_ALERT_SCREEN (v);

  gtk_label_set_text (GTK_LABEL (self->title), _ ("Are you still there?"));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Yes, go on");
}

static void
next (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_TOUCH);
}

static void
tabella_idle_alert_screen_class_init (TabellaIdleAlertScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->next_label = next_label;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_PAGER);
  TABELLA_TEMPLATE (klass, "idle-alert-screen");
  TABELLA_CHILD (klass, TabellaIdleAlertScreen, title);
  TABELLA_CHILD (klass, TabellaIdleAlertScreen, lead);
}

static void
tabella_idle_alert_screen_init (TabellaIdleAlertScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
