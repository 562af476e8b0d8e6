/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What retiring means, before it is asked for. */
#include <glib/gi18n.h>
#include "officer-screens.h"

struct _TabellaRetireScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaRetireScreen, tabella_retire_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);

  tabella_report_screen_set_words (
      self, _ ("Retire this tablet?"),
      _ ("Only when the counting centre has said that it has this tablet's batch. This cannot be "
         "undone."));
  tabella_report_screen_add_line (
      self,
      _ ("Destroyed: all keys, the officers' passphrases and PIN, the roll, the check-ins and the "
         "ballot box. Nobody can open this tablet again, not even with everyone's help."),
      "lead");
  tabella_report_screen_add_line (
      self,
      _ ("Stays: the final batch as it was written, sealed. It can still be written to a stick, "
         "but it cannot be made again if this tablet's disk fails."),
      "lead");
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
tabella_retire_screen_class_init (TabellaRetireScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
}

static void
tabella_retire_screen_init (TabellaRetireScreen *self)
{
}
