/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keypad.h"

#include <glib/gi18n.h>
#include <string.h>

struct _TabellaKeypad {
  GtkGrid parent_instance;
  GtkEntry *entry;
};

G_DEFINE_FINAL_TYPE (TabellaKeypad, tabella_keypad, GTK_TYPE_GRID)

static void
on_key_clicked (GtkButton *button, TabellaKeypad *pad)
{
  const char *key = gtk_button_get_label (button);

  gtk_editable_set_position (GTK_EDITABLE (pad->entry), -1);
  g_signal_emit_by_name (pad->entry, "insert-at-cursor",
                         g_object_get_data (G_OBJECT (button), "space") != NULL ? " " : key);
}

static void
on_backspace_clicked (GtkButton *button, TabellaKeypad *pad)
{
  gtk_editable_set_position (GTK_EDITABLE (pad->entry), -1);
  g_signal_emit_by_name (pad->entry, "backspace");
}

static GtkWidget *
add_button (TabellaKeypad *pad, const char *label, int column, int row, int width,
            GCallback callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_focus_on_click (button, FALSE);
  g_signal_connect (button, "clicked", callback, pad);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_set_vexpand (button, TRUE);
  gtk_widget_show (button);
  gtk_grid_attach (GTK_GRID (pad), button, column, row, width, 1);
  return button;
}

static void
add_row (TabellaKeypad *pad, const char *keys, int row, int first_column)
{
  for (int i = 0; keys[i] != '\0'; i++) {
    const char label[] = { keys[i], '\0' };

    add_button (pad, label, first_column + i, row, 1, G_CALLBACK (on_key_clicked));
  }
}

static void
fill (TabellaKeypad *pad, const char *const *rows, guint n_rows, gboolean space, int columns)
{
  GtkWidget *button;
  int last = (int)n_rows - 1, used = (int)strlen (rows[last]);

  for (guint i = 0; i < n_rows; i++)
    add_row (pad, rows[i], (int)i, 0);
  if (space) {
    button =
        add_button (pad, _ ("Space"), used, last, columns - used - 1, G_CALLBACK (on_key_clicked));
    g_object_set_data (G_OBJECT (button), "space", pad);
    used = columns - 1;
  }
  button =
      add_button (pad, "⌫", used, last, MAX (columns - used, 1), G_CALLBACK (on_backspace_clicked));
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Erase"));
}

void
tabella_keypad_setup (TabellaKeypad *pad, TabellaKeys keys, GtkEntry *entry)
{
  static const char *const digits[] = { "123", "456", "789", "0" };
  static const char *const id[] = { "1234567890", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ" };
  static const char *const text[] = { "1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm" };
  static const char *const code[] = { "ABCDEFGHIJK", "LMNOPQRSTUV", "WXYZ234567" };

  pad->entry = entry;
  gtk_widget_set_direction (GTK_WIDGET (pad), GTK_TEXT_DIR_LTR);
  switch (keys) {
  case TABELLA_KEYS_DIGITS:
    fill (pad, digits, 4, FALSE, 3);
    break;
  case TABELLA_KEYS_ID:
    fill (pad, id, 4, FALSE, 10);
    break;
  case TABELLA_KEYS_CODE:
    fill (pad, code, 3, FALSE, 11);
    break;
  case TABELLA_KEYS_TEXT:
  default:
    fill (pad, text, 4, TRUE, 10);
    break;
  }
}

void
tabella_keypad_set_entry (TabellaKeypad *pad, GtkEntry *entry)
{
  pad->entry = entry;
}

/* Larger keys where there is room, but not keys as tall as a portrait panel allows. */
static void
get_preferred_height (GtkWidget *widget, int *minimum, int *natural)
{
  GTK_WIDGET_CLASS (tabella_keypad_parent_class)->get_preferred_height (widget, minimum, natural);
  *natural = *minimum * 3 / 2;
}

static void
get_preferred_height_for_width (GtkWidget *widget, int width, int *minimum, int *natural)
{
  get_preferred_height (widget, minimum, natural);
}

static void
tabella_keypad_class_init (TabellaKeypadClass *klass)
{
  GTK_WIDGET_CLASS (klass)->get_preferred_height = get_preferred_height;
  GTK_WIDGET_CLASS (klass)->get_preferred_height_for_width = get_preferred_height_for_width;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "keypad");
}

static void
tabella_keypad_init (TabellaKeypad *pad)
{
  gtk_grid_set_row_homogeneous (GTK_GRID (pad), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (pad), TRUE);
}
