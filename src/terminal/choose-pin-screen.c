/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short PIN between voter and officer; then the keys are wrapped. */
#include <glib/gi18n.h>
#include <string.h>
#include "officer-screens.h"

struct _TabellaChoosePinScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaChoosePinScreen, tabella_choose_pin_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v), _ ("Choose a short PIN"),
                                  _ ("4 to 8 digits. Every officer of this station types it to "
                                     "take the tablet back from a voter."),
                                  _ ("PIN"));
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}
static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Finish");
}

static gboolean
can_next (TabellaScreenView *v)
{
  gsize n = strlen (tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v)));

  return n >= 4 && n <= 8;
}

static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  /* The passphrases are chosen again; the setup code was right and stays. */
  tabella_kiosk_forget_passphrases (kiosk);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;

  if (!tabella_station_first_opening (
          tabella_screen_view_station (v), tabella_kiosk_setup_code (kiosk),
          tabella_kiosk_passphrases (kiosk), tabella_kiosk_n_passphrases (kiosk),
          tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v)), &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_take (kiosk, TABELLA_EV_UNLOCKED);
}

static void
tabella_choose_pin_screen_class_init (TabellaChoosePinScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->can_next = can_next;
  screen->back = back;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_DIGITS;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->secret = TRUE;
}

static void
tabella_choose_pin_screen_init (TabellaChoosePinScreen *self)
{
}
