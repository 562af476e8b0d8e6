/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The final batch to a stick; closing is not done before it was read back. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaCloseExportScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCloseExportScreen, tabella_close_export_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static gboolean
is_again (TabellaScreenView *v)
{
  return tabella_export_final_delivered (tabella_screen_view_station (v));
}

static void
enter (TabellaScreenView *v)
{
  if (is_again (v))
    tabella_report_screen_set_words (
        TABELLA_REPORT_SCREEN (v), _ ("Write the final batch again"),
        _ ("Put a stick in, the same one or another. The bytes are the same on every stick."));
  else
    tabella_report_screen_set_words (
        TABELLA_REPORT_SCREEN (v), _ ("Closing, step 4 of 4: write the final batch"),
        _ ("The poll is closed, but the tablet is not done. Put the collecting stick in: it is "
           "done when the batch has been written and read back."));
}

static const char *
back_label (TabellaScreenView *v)
{
  return is_again (v) ? _ ("Back") : NULL;
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
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_close_export_screen_init (TabellaCloseExportScreen *self)
{
}
