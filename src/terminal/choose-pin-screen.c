/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The short PIN between voter and officer; then the keys are wrapped. */
#include <glib/gi18n.h>
#include <string.h>
#include "install-words.h"
#include "officer-screens.h"
#include "secret.h"

struct _TabellaChoosePinScreen {
  TabellaEntryScreen parent_instance;
  TabellaSecret *first; /* typed once, NUL-ended */
};

G_DEFINE_FINAL_TYPE (TabellaChoosePinScreen, tabella_choose_pin_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
say_what (TabellaScreenView *v)
{
  tabella_entry_screen_set_words (
      TABELLA_ENTRY_SCREEN (v),
      TABELLA_CHOOSE_PIN_SCREEN (v)->first == NULL ? _ ("Choose a short PIN")
                                                   : _ ("The same PIN once more"),
      _ ("4 to 8 digits. Every officer of this station types it to take the tablet back from a "
         "voter."),
      _ ("PIN"));
}

static void
enter (TabellaScreenView *v)
{
  say_what (v);
}

static void
forget_first (TabellaScreenView *v)
{
  g_clear_pointer (&TABELLA_CHOOSE_PIN_SCREEN (v)->first, tabella_secret_free);
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}
static const char *
next_label (TabellaScreenView *v)
{
  return TABELLA_CHOOSE_PIN_SCREEN (v)->first == NULL ? _ ("Continue") : _ ("Finish");
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

  if (TABELLA_CHOOSE_PIN_SCREEN (v)->first != NULL) {
    forget_first (v);
    tabella_entry_screen_clear (TABELLA_ENTRY_SCREEN (v));
    say_what (v);
    return;
  }
  /* The passphrases are chosen again; the setup code was right and stays. */
  tabella_kiosk_forget_passphrases (kiosk);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static void
take_first (TabellaScreenView *v)
{
  const char *text = tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v));
  const gboolean trivial = tabella_pin_is_trivial (text);

  if (!trivial)
    TABELLA_CHOOSE_PIN_SCREEN (v)->first =
        tabella_secret_dup ((const guint8 *)text, strlen (text) + 1);
  tabella_entry_screen_clear (TABELLA_ENTRY_SCREEN (v));
  say_what (v);
  if (trivial)
    tabella_kiosk_notice (tabella_screen_view_kiosk (v),
                          _ ("Anybody would try that PIN first. Not one digit again and again, "
                             "and no digits in a row."));
}

static void
finish (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;

  if (!tabella_station_first_opening (
          tabella_screen_view_station (v), tabella_kiosk_setup_code (kiosk),
          tabella_kiosk_passphrases (kiosk), tabella_kiosk_n_passphrases (kiosk),
          tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v)), &error)) {
    tabella_opening_refused (kiosk, error);
    return;
  }
  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_take (kiosk, TABELLA_EV_UNLOCKED);
}

static void
next (TabellaScreenView *v)
{
  TabellaChoosePinScreen *self = TABELLA_CHOOSE_PIN_SCREEN (v);

  if (self->first == NULL) {
    take_first (v);
  } else if (strcmp ((const char *)self->first,
                     tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v))) == 0) {
    finish (v);
  } else {
    forget_first (v);
    tabella_entry_screen_clear (TABELLA_ENTRY_SCREEN (v));
    say_what (v);
    tabella_kiosk_notice (tabella_screen_view_kiosk (v),
                          _ ("The two were not the same. Choose it again."));
  }
}

static void
finalize (GObject *object)
{
  forget_first (TABELLA_SCREEN_VIEW (object));
  G_OBJECT_CLASS (tabella_choose_pin_screen_parent_class)->finalize (object);
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
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
tabella_choose_pin_screen_init (TabellaChoosePinScreen *self)
{
}
