/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A tablet without keys: a label, then its keys are made under a setup code. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaNewScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaNewScreen, tabella_new_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
enter (TabellaScreenView *v)
{
  tabella_entry_screen_set_words (TABELLA_ENTRY_SCREEN (v), _ ("This tablet is new"),
                                  _ ("Give it a short label that is also written on its back, for "
                                     "example wan-chai-1. Its keys are then made."),
                                  _ ("Label of this tablet"));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Make its keys");
}

/* The stick's file is small and is written again from the next screen if it did not work here. */
static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  g_autofree char *enrolment = NULL;
  char *setup_code = NULL;

  if (!tabella_station_enrol (tabella_screen_view_station (v),
                              tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v)), NULL, FALSE,
                              &setup_code, &enrolment, &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_kiosk_set_setup_code (kiosk, setup_code);
  tabella_setup_code_free (setup_code);
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
tabella_new_screen_class_init (TabellaNewScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_TEXT;
}

static void
tabella_new_screen_init (TabellaNewScreen *self)
{
}
