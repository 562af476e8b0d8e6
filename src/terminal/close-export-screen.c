/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The final batch to a stick; closing is not done before it was read back. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaCloseExportScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCloseExportScreen, tabella_close_export_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_report_screen_set_words (TABELLA_REPORT_SCREEN (v), _ ("Write the final batch"),
                                   _ ("Put the collecting stick in. The poll is closed; it is "
                                      "finished when the batch has been written and read back."));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Write to the stick");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!tabella_kiosk_has_stick (kiosk))
    return;
  if (!tabella_export_final (tabella_kiosk_station (kiosk), TABELLA_KIOSK_STICK (kiosk), &text,
                             &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_kiosk_set_qr (kiosk, text);
  tabella_kiosk_take (kiosk, TABELLA_EV_WRITTEN);
}

static void
tabella_close_export_screen_class_init (TabellaCloseExportScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_close_export_screen_init (TabellaCloseExportScreen *self)
{
}
