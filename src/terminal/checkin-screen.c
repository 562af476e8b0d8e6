/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The open poll at a desk or combined terminal: the ID of the next voter. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaCheckinScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCheckinScreen, tabella_checkin_screen, TABELLA_TYPE_ENTRY_SCREEN)

static void
on_copy_clicked (GtkButton *button, TabellaCheckinScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_COPY);
}

static void
on_pause_clicked (GtkButton *button, TabellaCheckinScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_pause (tabella_kiosk_station (kiosk), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_PAUSE, error);
}

static void
on_close_clicked (GtkButton *button, TabellaCheckinScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_CLOSE);
}

static void
enter (TabellaScreenView *v)
{
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);
  guint misses = tabella_checkin_misses (tabella_screen_view_station (v));
  g_autofree char *lead =
      misses == 0
          ? g_strdup (_ ("Type or scan the number on the voter's ID."))
          : g_strdup_printf (
                _ ("Type or scan the number on the voter's ID. Not found since unlocking: %u."),
                misses);

  tabella_entry_screen_set_words (self, _ ("Check in"), lead, _ ("ID number"));
  tabella_entry_screen_add_action (self, _ ("Safety copy"), G_CALLBACK (on_copy_clicked));
  tabella_entry_screen_add_action (self, _ ("Pause"), G_CALLBACK (on_pause_clicked));
  tabella_entry_screen_add_action (self, _ ("Close"), G_CALLBACK (on_close_clicked));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Look up");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);
  g_autoptr (GError) error = NULL;
  TabellaAnswer *answer = tabella_checkin_look (tabella_screen_view_station (v),
                                                tabella_entry_screen_text (self), &error);

  if (answer == NULL) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_entry_screen_clear (self);
  tabella_kiosk_take_answer (kiosk, answer);
  tabella_kiosk_take (kiosk, TABELLA_EV_LOOKED_UP);
}

static void
tabella_checkin_screen_class_init (TabellaCheckinScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_ID;
}

static void
tabella_checkin_screen_init (TabellaCheckinScreen *self)
{
}
