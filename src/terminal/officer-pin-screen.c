/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From voter to officer. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaOfficerPinScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaOfficerPinScreen, tabella_officer_pin_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v),
                                  _ ("Please give the tablet to the officer"),
                                  _ ("Officer: type the station's PIN."), _ ("PIN"));
}

static const char *
back_label (TabellaScreenView *v)
{
  return tabella_kiosk_takes (tabella_screen_view_kiosk (v), TABELLA_EV_CANCEL)
             ? _ ("Back to the voter")
             : NULL;
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Continue");
}

static void
back (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_CANCEL);
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaStation *station = tabella_kiosk_station (kiosk);
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_pin (station, tabella_entry_screen_text (self), &error);

  tabella_entry_screen_clear (self);
  if (ok)
    tabella_kiosk_take (kiosk, TABELLA_EV_PIN_OK);
  else
    tabella_kiosk_notice_error (kiosk, error);
}

static void
tabella_officer_pin_screen_class_init (TabellaOfficerPinScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->back = back;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_DIGITS;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->secret = TRUE;
}

static void
tabella_officer_pin_screen_init (TabellaOfficerPinScreen *self)
{
}
