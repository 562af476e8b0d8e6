/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unlock: the required officers' passphrases, one after the other. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaLockedScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaLockedScreen, tabella_locked_screen, TABELLA_TYPE_ENTRY_SCREEN)

static guint
required (TabellaScreenView *v)
{
  return tabella_station_manifest (tabella_screen_view_station (v))
      ->election->policies.officers_required;
}

static void
say_whose (TabellaScreenView *v)
{
  guint at = tabella_kiosk_n_passphrases (tabella_screen_view_kiosk (v)) + 1;
  g_autofree char *title =
      g_strdup_printf (_ ("This tablet is locked: passphrase %u of %u"), at, required (v));

  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v), title,
                                  _ ("Any of the officers, in any order."), _ ("Passphrase"));
}

static void
enter (TabellaScreenView *v)
{
  tabella_kiosk_forget_secrets (tabella_screen_view_kiosk (v));
  say_whose (v);
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Unlock");
}

static void
unlock (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok =
      tabella_station_unlock (tabella_screen_view_station (v), tabella_kiosk_passphrases (kiosk),
                              tabella_kiosk_n_passphrases (kiosk), &error);

  tabella_kiosk_forget_secrets (kiosk);
  if (ok) {
    tabella_kiosk_enter_after_unlock (kiosk);
    return;
  }
  say_whose (v);
  tabella_kiosk_notice_error (kiosk, error);
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);

  tabella_kiosk_add_passphrase (kiosk, tabella_entry_screen_text (self));
  tabella_entry_screen_clear (self);
  if (tabella_kiosk_n_passphrases (kiosk) < required (v))
    say_whose (v);
  else
    unlock (v);
}

static guint
wait_of (TabellaStation *station)
{
  return tabella_station_unlock_wait (station);
}

static void
tabella_locked_screen_class_init (TabellaLockedScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_TEXT;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->secret = TRUE;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->wait = wait_of;
}

static void
tabella_locked_screen_init (TabellaLockedScreen *self)
{
}
