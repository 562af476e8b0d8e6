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
  gboolean booth =
      tabella_station_status (tabella_screen_view_station (v))->role == TABELLA_ROLE_BOOTH;

  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v),
                                  booth ? _ ("Please wait for the officer")
                                        : _ ("Please give the tablet to the officer"),
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

/* A voter may be the one who reads it: in their language. */
static void
say_refusal (TabellaKiosk *kiosk, const GError *error)
{
  if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_PASSPHRASE))
    tabella_kiosk_notice (kiosk, _ ("That is not the PIN of this station."));
  else
    tabella_kiosk_notice (kiosk, _ ("The PIN cannot be checked now."));
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
    say_refusal (kiosk, error);
}

static guint
wait_of (TabellaStation *station)
{
  return tabella_station_pin_wait (station);
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
  TABELLA_ENTRY_SCREEN_CLASS (klass)->wait = wait_of;
}

static void
tabella_officer_pin_screen_init (TabellaOfficerPinScreen *self)
{
}
