/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Retiring, asked for a second time. */
#include <glib/gi18n.h>
#include "life.h"
#include "officer-screens.h"

struct _TabellaRetirePinScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaRetirePinScreen, tabella_retire_pin_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_entry_screen_set_words (
      TABELLA_ENTRY_SCREEN (v), _ ("Retire this tablet for good?"),
      _ ("Type the short PIN. Its keys are destroyed at once; there is no way back."), _ ("PIN"));
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Destroy the keys");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaStation *station = tabella_kiosk_station (kiosk);
  g_autoptr (GError) error = NULL;
  gboolean ok =
      tabella_station_pin (station, tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v)), &error) &&
      tabella_life_retire (station, &error);

  tabella_entry_screen_clear (TABELLA_ENTRY_SCREEN (v));
  if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE))
    tabella_kiosk_notice (kiosk, _ ("That is not the PIN of this station."));
  else
    tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_CONFIRM, error);
}

static void
tabella_retire_pin_screen_class_init (TabellaRetirePinScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_DIGITS;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->secret = TRUE;
}

static void
tabella_retire_pin_screen_init (TabellaRetirePinScreen *self)
{
}
