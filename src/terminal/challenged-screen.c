/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The opened ballot of a voter who checks the machine. */
#include <glib/gi18n.h>
#include "pager.h"
#include "qr-view.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaChallengedScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *more, *pager, *column, *lead, *qr;
};

G_DEFINE_FINAL_TYPE (TabellaChallengedScreen, tabella_challenged_screen, TABELLA_TYPE_SCREEN)

static void
sync_view (TabellaScreenView *v)
{
  tabella_screen_view_say (v, TABELLA_CHALLENGED_SCREEN (v)->lead,
                           _ ("Photograph this code and have it checked: it shows what the machine "
                              "encrypted. Then choose "
                              "again: your next ballot can count."));
}

/* Large words do not fit beside the symbol: they follow it. */
static void
arrange (TabellaChallengedScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  if (tabella_kiosk_size (kiosk) < TABELLA_SIZE_LARGE)
    return;
  tabella_pager_take (TABELLA_PAGER (self->pager), self->lead);
}

static void
enter (TabellaScreenView *v)
{
  TabellaChallengedScreen *self = TABELLA_CHALLENGED_SCREEN (v);

  arrange (self);
  gtk_label_set_text (GTK_LABEL (self->title), _ ("This ballot does NOT count."));
  tabella_qr_view_set_text (TABELLA_QR_VIEW (self->qr),
                            tabella_kiosk_qr (tabella_screen_view_kiosk (v)));
  atk_object_set_name (gtk_widget_get_accessible (self->qr), _ ("QR code of the opened ballot"));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Choose again");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  tabella_kiosk_set_qr (kiosk, NULL);
  tabella_kiosk_set_place (kiosk, 0);
  tabella_kiosk_take (kiosk, TABELLA_EV_AGAIN);
}

static void
tabella_challenged_screen_class_init (TabellaChallengedScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->next_label = next_label;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_PAGER);
  g_type_ensure (TABELLA_TYPE_QR_VIEW);
  TABELLA_TEMPLATE (klass, "challenged-screen");
  TABELLA_CHILD (klass, TabellaChallengedScreen, title);
  TABELLA_CHILD (klass, TabellaChallengedScreen, more);
  TABELLA_CHILD (klass, TabellaChallengedScreen, pager);
  TABELLA_CHILD (klass, TabellaChallengedScreen, column);
  TABELLA_CHILD (klass, TabellaChallengedScreen, lead);
  TABELLA_CHILD (klass, TabellaChallengedScreen, qr);
}

static void
tabella_challenged_screen_init (TabellaChallengedScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
}
