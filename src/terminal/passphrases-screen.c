/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each officer chooses a passphrase and types it twice. */
#include <glib/gi18n.h>
#include <string.h>
#include "officer-screens.h"

#define LEAST 10 /* characters */

struct _TabellaPassphrasesScreen {
  TabellaEntryScreen parent_instance;
  TabellaSecret *first; /* typed once, NUL-ended */
};

G_DEFINE_FINAL_TYPE (TabellaPassphrasesScreen, tabella_passphrases_screen,
                     TABELLA_TYPE_ENTRY_SCREEN)

static guint
officers (TabellaScreenView *v)
{
  return tabella_station_manifest (tabella_screen_view_station (v))
      ->election->policies.officers_count;
}

static void
say_whose (TabellaScreenView *v)
{
  TabellaPassphrasesScreen *self = TABELLA_PASSPHRASES_SCREEN (v);
  guint at = tabella_kiosk_n_passphrases (tabella_screen_view_kiosk (v)) + 1,
        required = tabella_station_manifest (tabella_screen_view_station (v))
                       ->election->policies.officers_required;
  g_autofree char *title =
      g_strdup_printf (self->first == NULL ? _ ("Officer %u of %u: choose a passphrase")
                                           : _ ("Officer %u of %u: the same once more"),
                       at, officers (v));
  g_autofree char *lead = g_strdup_printf (
      ngettext ("Several words that only this officer knows, 10 characters or more. "
                "Any %u officer can unlock this tablet.",
                "Several words that only this officer knows, 10 characters or more. "
                "Any %u officers together can unlock this tablet.",
                required),
      required);

  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v), title, lead, _ ("Passphrase"));
}

static void
forget_first (TabellaPassphrasesScreen *self)
{
  g_clear_pointer (&self->first, tabella_secret_free);
}

static void
enter (TabellaScreenView *v)
{
  say_whose (v);
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}
static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Continue");
}

static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  forget_first (TABELLA_PASSPHRASES_SCREEN (v));
  tabella_kiosk_forget_secrets (kiosk);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

/* Why this one cannot be taken, or NULL. */
static const char *
objection (TabellaKiosk *kiosk, const char *text)
{
  const char *const *chosen = tabella_kiosk_passphrases (kiosk);

  if (g_utf8_strlen (text, -1) < LEAST)
    return _ ("Too short: 10 characters or more. Several words are easy to remember.");
  for (guint i = 0; i < tabella_kiosk_n_passphrases (kiosk); i++)
    if (g_str_equal (chosen[i], text))
      return _ ("Another officer chose the same passphrase. Choose one of your own.");
  return NULL;
}

static void
take_first (TabellaScreenView *v)
{
  TabellaPassphrasesScreen *self = TABELLA_PASSPHRASES_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const char *text = tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v));
  const char *words = objection (kiosk, text);

  if (words == NULL)
    self->first = tabella_secret_dup ((const guint8 *)text, strlen (text) + 1);
  tabella_entry_screen_clear (TABELLA_ENTRY_SCREEN (v));
  if (words != NULL)
    tabella_kiosk_notice (kiosk, words);
}

/* Twice the same: taken; the screen goes on with the next officer. */
static void
take_second (TabellaScreenView *v)
{
  TabellaPassphrasesScreen *self = TABELLA_PASSPHRASES_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const char *text = tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v));
  gboolean same = g_strcmp0 ((const char *)self->first, text) == 0;

  if (same)
    tabella_kiosk_add_passphrase (kiosk, text);
  forget_first (self);
  tabella_entry_screen_clear (TABELLA_ENTRY_SCREEN (v));
  if (!same)
    tabella_kiosk_notice (kiosk, _ ("The two were not the same. Choose it again."));
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  if (TABELLA_PASSPHRASES_SCREEN (v)->first == NULL)
    take_first (v);
  else
    take_second (v);
  if (tabella_kiosk_n_passphrases (kiosk) == officers (v))
    tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
  else
    say_whose (v);
}

static void
finalize (GObject *object)
{
  forget_first (TABELLA_PASSPHRASES_SCREEN (object));
  G_OBJECT_CLASS (tabella_passphrases_screen_parent_class)->finalize (object);
}

static void
tabella_passphrases_screen_class_init (TabellaPassphrasesScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->back = back;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_TEXT;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->secret = TRUE;
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
tabella_passphrases_screen_init (TabellaPassphrasesScreen *self)
{
}
