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
  guint wait = tabella_session_wait (tabella_kiosk_station (kiosk));
  g_autofree char *later = g_strdup_printf (_ ("Please wait %u seconds, then try again."), wait);

  if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STATE) && wait > 0)
    tabella_kiosk_notice (kiosk, later);
  else if (g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_FULL))
    tabella_kiosk_notice (kiosk, _ ("This booth is full. Please go to another one."));
  else
    tabella_kiosk_notice (
        kiosk, _ ("This ticket cannot be used here. Please compare it, or go back to the desk."));
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

static void
tabella_booth_wait_screen_class_init (TabellaBoothWaitScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_ID;
}

static void
tabella_booth_wait_screen_init (TabellaBoothWaitScreen *self)
{
}
