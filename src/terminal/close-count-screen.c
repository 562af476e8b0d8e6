/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Closing, first step: the counts so far, and what the officers counted by hand. */
#include <glib/gi18n.h>
#include <string.h>
#include "closing-lines.h"
#include "officer-screens.h"

#define MAX_DIGITS 6

struct _TabellaCloseCountScreen {
  TabellaEntryScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaCloseCountScreen, tabella_close_count_screen, TABELLA_TYPE_ENTRY_SCREEN)

/* What is asked, by role. */
static const char *
question (const TabellaClosing *c)
{
  switch (c->role) {
  case TABELLA_ROLE_BOOTH:
    return _ ("How many tickets did you take in at this booth?");
  case TABELLA_ROLE_DESK:
    return _ ("How many tickets did you hand out at this desk?");
  case TABELLA_ROLE_COMBINED:
  case TABELLA_ROLE_SPARE:
  default:
    return _ ("How many people does your clicker show?");
  }
}

static void
on_nothing_clicked (GtkButton *button, TabellaCloseCountScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_set_hand_count (kiosk, FALSE, 0);
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
enter (TabellaScreenView *v)
{
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) counts = NULL;
  TabellaClosing c;

  if (!tabella_station_closing (tabella_screen_view_station (v), &c, &error)) {
    tabella_kiosk_notice_error (kiosk, error);
    return;
  }
  tabella_entry_screen_set_words (self, _ ("Closing, step 1 of 4: count"), question (&c),
                                  _ ("Counted by hand"));
  counts = tabella_closing_counts (&c);
  for (guint i = 0; i < counts->len; i++)
    tabella_entry_screen_add_side_line (self, ((const TabellaClosingLine *)counts->pdata[i])->text,
                                        "lead");
  tabella_entry_screen_add_action (self, _ ("We did not count"), G_CALLBACK (on_nothing_clicked));
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Keep it open");
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Continue");
}

static gboolean
can_next (TabellaScreenView *v)
{
  const gsize n = strlen (tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v)));

  return n >= 1 && n <= MAX_DIGITS;
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const char *text = tabella_entry_screen_text (TABELLA_ENTRY_SCREEN (v));
  guint64 counted = 0;
  gboolean ok = g_ascii_string_to_unsigned (text, 10, 0, 999999, &counted, NULL);

  if (!ok) {
    tabella_kiosk_notice (kiosk, _ ("A count has figures only, six at most. Type it again."));
    tabella_entry_screen_clear (TABELLA_ENTRY_SCREEN (v));
    return;
  }
  tabella_kiosk_set_hand_count (kiosk, TRUE, (guint)counted);
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
tabella_close_count_screen_class_init (TabellaCloseCountScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->can_next = can_next;
  screen->next = next;
  TABELLA_ENTRY_SCREEN_CLASS (klass)->keys = TABELLA_KEYS_DIGITS;
}

static void
tabella_close_count_screen_init (TabellaCloseCountScreen *self)
{
}
