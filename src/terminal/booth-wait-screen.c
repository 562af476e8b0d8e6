/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A booth between voters. */
#include <glib/gi18n.h>
#include <sodium.h>
#include "officer-screens.h"

struct _TabellaBoothWaitScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaBoothWaitScreen, tabella_booth_wait_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v), _ ("Scan or type your ticket"),
                                  _ ("The 16 letters and digits that the desk gave you."),
                                  _ ("Ticket"));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Start");
}

static void
say_refusal (TabellaKiosk *kiosk, const GError *error)
{
  if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_USED))
    tabella_kiosk_notice (kiosk, _ ("This ticket has been used: its ballot is recorded. If that is "
                                    "not so, please call the officer."));
  else if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_FULL))
    tabella_kiosk_notice (kiosk, _ ("This booth is full. Please go to another one."));
  else if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_REFUSED))
    tabella_kiosk_notice (kiosk, _ ("This is no ticket of this station. Please compare it and type "
                                    "it again, or go back to the desk."));
  else
    tabella_kiosk_notice (kiosk, _ ("This booth cannot take a ticket now. Please call the "
                                    "officer."));
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);
  guint8 ticket[TABELLA_TICKET_SHORT];
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_ticket_parse (tabella_entry_screen_text (self), ticket);

  tabella_entry_screen_clear (self);
  if (!ok)
    tabella_kiosk_notice (
        kiosk, _ ("A ticket has 16 letters and digits. Please compare it and type it again."));
  else if (tabella_session_begin (tabella_kiosk_station (kiosk), ticket, &error))
    tabella_kiosk_take (kiosk, TABELLA_EV_TICKET);
  else
    say_refusal (kiosk, error);
  sodium_memzero (ticket, sizeof ticket);
}

static guint
wait_of (TabellaStation *station)
{
  return tabella_session_wait (station);
}

static void
tabella_booth_wait_screen_class_init (TabellaBoothWaitScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_ID;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->wait = wait_of;
}

static void
tabella_booth_wait_screen_init (TabellaBoothWaitScreen *self)
{
}
