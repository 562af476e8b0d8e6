/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ballot is recorded: the receipt, and the way back to the officer. */
#include <glib/gi18n.h>
#include "codes.h"
#include "pager.h"
#include "qr-view.h"
#include "receipts.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaDoneScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *more, *pager, *column, *lead, *code, *qr;
};

G_DEFINE_FINAL_TYPE (TabellaDoneScreen, tabella_done_screen, TABELLA_TYPE_SCREEN)

static void
sync_view (TabellaScreenView *v)
{
  gboolean booth =
      tabella_station_status (tabella_screen_view_station (v))->role == TABELLA_ROLE_BOOTH;

  tabella_screen_view_say (
      v, TABELLA_DONE_SCREEN (v)->lead,
      booth ? _ ("This is your receipt: photograph it if you like. It proves that your ballot is "
                 "in the box, not how you voted. Then touch Finish and leave.")
            : _ ("This is your receipt: photograph it if you like. It proves that your ballot is "
                 "in the box, not how you voted. Then give the tablet back to the officer."));
}

/* Large words do not fit beside the symbol: they follow it. */
static void
arrange (TabellaDoneScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  if (tabella_kiosk_size (kiosk) < TABELLA_SIZE_LARGE)
    return;
  tabella_pager_take (TABELLA_PAGER (self->pager), self->lead);
}

static void
enter (TabellaScreenView *v)
{
  TabellaDoneScreen *self = TABELLA_DONE_SCREEN (v);
  const char *receipt = tabella_kiosk_qr (tabella_screen_view_kiosk (v));
  TabellaReceiptText parsed;

  arrange (self);
  gtk_label_set_text (GTK_LABEL (self->title), _ ("✔ Your ballot is recorded. Thank you."));
  tabella_qr_view_set_text (TABELLA_QR_VIEW (self->qr), receipt);
  atk_object_set_name (gtk_widget_get_accessible (self->qr), _ ("QR code of your receipt"));
  if (receipt != NULL && tabella_receipt_parse (receipt, &parsed, NULL)) {
    g_autofree char *code = tabella_short_code (parsed.code);
    gtk_label_set_text (GTK_LABEL (self->code), code);
  }
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Finish");
}

static void
tabella_done_screen_class_init (TabellaDoneScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->next_label = next_label;
  g_type_ensure (TABELLA_TYPE_PAGER);
  g_type_ensure (TABELLA_TYPE_QR_VIEW);
  TABELLA_TEMPLATE (klass, "done-screen");
  TABELLA_CHILD (klass, TabellaDoneScreen, title);
  TABELLA_CHILD (klass, TabellaDoneScreen, more);
  TABELLA_CHILD (klass, TabellaDoneScreen, pager);
  TABELLA_CHILD (klass, TabellaDoneScreen, column);
  TABELLA_CHILD (klass, TabellaDoneScreen, lead);
  TABELLA_CHILD (klass, TabellaDoneScreen, code);
  TABELLA_CHILD (klass, TabellaDoneScreen, qr);
}

static void
tabella_done_screen_init (TabellaDoneScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
}
