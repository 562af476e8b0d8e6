/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First opening: the setup code from the envelope. */
#include <glib/gi18n.h>
#include "install-words.h"
#include "life.h"
#include "officer-screens.h"

struct _TabellaSetupCodeScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaSetupCodeScreen, tabella_setup_code_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v), _ ("First opening"),
                                  _ ("Type the setup code from this tablet's sealed envelope."),
                                  _ ("Setup code"));
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Wrong election: remove it");
}

/* Nobody has opened it: only the installation goes, and the setup code stays good. */
static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_life_uninstall (tabella_screen_view_station (v), &error);

  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_BACK, error);
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Continue");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);
  g_autoptr (GError) error = NULL;

  if (!tabella_station_check_setup_code (tabella_screen_view_station (v),
                                         tabella_entry_screen_text (self), &error)) {
    tabella_opening_refused (kiosk, error);
    return;
  }
  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_set_setup_code (kiosk, tabella_entry_screen_text (self));
  tabella_entry_screen_clear (self);
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
tabella_setup_code_screen_class_init (TabellaSetupCodeScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->back_label = back_label;
  screen->back = back;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_ID;
}

static void
tabella_setup_code_screen_init (TabellaSetupCodeScreen *self)
{
}
