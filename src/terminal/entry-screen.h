/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "keypad.h"
#include "screen.h"

/* A screen on which something is typed: words, one entry, keys. Subclasses set the class fields,
 * the words, and what Next does. */
#define TABELLA_TYPE_ENTRY_SCREEN (tabella_entry_screen_get_type ())
G_DECLARE_DERIVABLE_TYPE (TabellaEntryScreen, tabella_entry_screen, TABELLA, ENTRY_SCREEN,
                          TabellaScreenView)

struct _TabellaEntryScreenClass {
  TabellaScreenViewClass parent_class;
  TabellaKeys keys;
  gboolean secret; /* dots, locked memory */
  /* NULL, or the seconds until something typed is looked at: counted down in place of the lead, and
   * Next waits. */
  guint (*wait) (TabellaStation *station);
};

void tabella_entry_screen_set_words (TabellaEntryScreen *self, const char *title, const char *lead,
                                     const char *entry_name);
/* NULL: none. From sync(), before the parent's. */
void tabella_entry_screen_set_lead (TabellaEntryScreen *self, const char *lead);
const char *tabella_entry_screen_text (TabellaEntryScreen *self);
void tabella_entry_screen_set_text (TabellaEntryScreen *self, const char *text);
void tabella_entry_screen_clear (TabellaEntryScreen *self);
/* A further button beside the words. */
GtkWidget *
tabella_entry_screen_add_action (TabellaEntryScreen *self, const char *label, GCallback callback);
/* A line beside the keys, where figures alone leave room. @style: as of report screens. */
void
tabella_entry_screen_add_side_line (TabellaEntryScreen *self, const char *text, const char *style);
