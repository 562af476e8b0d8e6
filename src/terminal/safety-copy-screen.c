/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sealed copy of everything so far to a stick. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaSafetyCopyScreen {
  TabellaReportScreen parent_instance;
  gboolean written;
};

G_DEFINE_FINAL_TYPE (TabellaSafetyCopyScreen, tabella_safety_copy_screen,
                     TABELLA_TYPE_REPORT_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_report_screen_set_words (
      TABELLA_REPORT_SCREEN (v), _ ("Safety copy"),
      _ ("Put a stick in. The copy is sealed whole: whoever finds it learns nothing. If this "
         "tablet is lost, it is what counts."));
}

static const char *
back_label (TabellaScreenView *v)
{
  return TABELLA_SAFETY_COPY_SCREEN (v)->written ? NULL : _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  return TABELLA_SAFETY_COPY_SCREEN (v)->written ? _ ("Done") : _ ("Write the copy");
}

static void
write_copy (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!tabella_kiosk_has_stick (kiosk))
    return;
  if (!tabella_export_safety_copy (tabella_kiosk_station (kiosk), TABELLA_KIOSK_STICK (kiosk),
                                   &text, &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  TABELLA_SAFETY_COPY_SCREEN (v)->written = TRUE;
  tabella_report_screen_set_qr (TABELLA_REPORT_SCREEN (v), text,
                                _ ("QR code of the copy's receipt"));
  tabella_kiosk_notice (kiosk, _ ("Written and read back. It is safe to take the stick out."));
}

static void
next (TabellaScreenView *v)
{
  if (TABELLA_SAFETY_COPY_SCREEN (v)->written)
    tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_WRITTEN);
  else
    write_copy (v);
}

static void
tabella_safety_copy_screen_class_init (TabellaSafetyCopyScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->next = next;
}

static void
tabella_safety_copy_screen_init (TabellaSafetyCopyScreen *self)
{
}
