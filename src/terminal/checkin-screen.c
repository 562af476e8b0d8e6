/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The open poll at a desk or combined terminal: the ID of the next voter. */
#include <glib/gi18n.h>
#include "day.h"
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

/* A name differed: the number was perhaps mistyped into another one that can be right. */
static void
enter_in_doubt (TabellaEntryScreen *self)
{
  tabella_entry_screen_set_words (self, _ ("Type the number once more"),
                                  _ ("The name was another one. Type or scan the number again, "
                                     "letter by letter from the ID."),
                                  _ ("ID number"));
}

/* The line beneath the title gives way to a banner: keys must not shrink. */
static char *
lead_words (TabellaStation *station)
{
  const guint misses = tabella_checkin_misses (station);
  const TabellaAdvice advice = tabella_station_advice (station);

  if (advice == TABELLA_ADVICE_CLOSING || (advice != TABELLA_ADVICE_NONE && misses == 0))
    return NULL;
  if (advice != TABELLA_ADVICE_NONE)
    return g_strdup_printf (_ ("Not found: %u"), misses);
  return misses == 0
             ? g_strdup (_ ("Type or scan the number on the voter's ID."))
             : g_strdup_printf (
                   _ ("Type or scan the number on the voter's ID. Not found since unlocking: %u."),
                   misses);
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaStation *station = tabella_screen_view_station (v);

  if (!tabella_checkin_in_doubt (station)) {
    g_autofree char *lead = lead_words (station);

    tabella_entry_screen_set_lead (TABELLA_ENTRY_SCREEN (v), lead);
  }
  TABELLA_SCREEN_VIEW_CLASS (tabella_checkin_screen_parent_class)->sync (v);
}

static void
enter_for_next (TabellaEntryScreen *self)
{
  tabella_entry_screen_set_words (self, _ ("Check in"), NULL, _ ("ID number"));
  tabella_entry_screen_add_action (self, _ ("Safety copy"), G_CALLBACK (on_copy_clicked));
  tabella_entry_screen_add_action (self, _ ("Pause"), G_CALLBACK (on_pause_clicked));
  tabella_entry_screen_add_action (self, _ ("Close"), G_CALLBACK (on_close_clicked));
}

static void
enter (TabellaScreenView *v)
{
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);
  TabellaStation *station = tabella_screen_view_station (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  if (tabella_checkin_in_doubt (station))
    enter_in_doubt (self);
  else
    enter_for_next (self);
  if (tabella_kiosk_typed (kiosk) != NULL) { /* to be corrected */
    tabella_entry_screen_set_text (self, tabella_kiosk_typed (kiosk));
    tabella_kiosk_set_typed (kiosk, NULL);
  }
}

static const char *
back_label (TabellaScreenView *v)
{
  return tabella_checkin_in_doubt (tabella_screen_view_station (v)) ? _ ("Another voter") : NULL;
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Look up");
}

static void
back (TabellaScreenView *v)
{
  tabella_checkin_forget_doubt (tabella_screen_view_station (v));
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_BACK);
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
  if (answer->kind == TABELLA_ANSWER_NUMBER_INVALID)
    tabella_kiosk_set_typed (kiosk, tabella_entry_screen_text (self));
  tabella_entry_screen_clear (self);
  tabella_kiosk_take_answer (kiosk, answer);
  tabella_kiosk_take (kiosk, TABELLA_EV_LOOKED_UP);
}

static void
tabella_checkin_screen_class_init (TabellaCheckinScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->back_label = back_label;
  screen->back = back;
  screen->next_label = next_label;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_ID;
}

static void
tabella_checkin_screen_init (TabellaCheckinScreen *self)
{
}
