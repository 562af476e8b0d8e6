/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cast that was not stored, or of which that cannot be told: the model knows which; only the
 * officer goes on. */
#include <glib/gi18n.h>
#include "pager.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaFaultScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *lead;
};

G_DEFINE_FINAL_TYPE (TabellaFaultScreen, tabella_fault_screen, TABELLA_TYPE_SCREEN)

static void
sync_view (TabellaScreenView *v)
{
  gboolean uncertain = tabella_kiosk_uncertain (tabella_screen_view_kiosk (v));

  tabella_screen_view_say (
      v, TABELLA_FAULT_SCREEN (v)->lead,
      uncertain ? _ ("The machine cannot tell whether your ballot was recorded. Do not vote again "
                     "before the officer has looked at it.")
                : _ ("Your ballot was NOT recorded. You can vote again when the officer has looked "
                     "at the machine."));
}

static void
enter (TabellaScreenView *v)
{
  TabellaFaultScreen *self = TABELLA_FAULT_SCREEN (v);

  gtk_label_set_text (GTK_LABEL (self->title), _ ("Please call the officer."));
}

static void
tabella_fault_screen_class_init (TabellaFaultScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  g_type_ensure (TABELLA_TYPE_PAGER);
  TABELLA_TEMPLATE (klass, "fault-screen");
  TABELLA_CHILD (klass, TabellaFaultScreen, title);
  TABELLA_CHILD (klass, TabellaFaultScreen, lead);
}

static void
tabella_fault_screen_init (TabellaFaultScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
