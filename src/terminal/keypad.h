/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Keys on the screen that type into an entry. Left to right in every language. */
#define TABELLA_TYPE_KEYPAD (tabella_keypad_get_type ())
G_DECLARE_FINAL_TYPE (TabellaKeypad, tabella_keypad, TABELLA, KEYPAD, GtkGrid)

typedef enum {
  TABELLA_KEYS_DIGITS,
  TABELLA_KEYS_ID /* letters and digits */,
  TABELLA_KEYS_TEXT /* small and capital letters, digits, hyphen, space */,
  TABELLA_KEYS_CODE /* base32: letters and 2 to 7 */
} TabellaKeys;

/* Fills the pad; @entry must live as long as the pad. */
void tabella_keypad_setup (TabellaKeypad *pad, TabellaKeys keys, GtkEntry *entry);
/* Where the keys type from now on. */
void tabella_keypad_set_entry (TabellaKeypad *pad, GtkEntry *entry);
