/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keypad.h"

#include <glib/gi18n.h>

struct _TabellaKeypad {
  GtkGrid parent_instance;
  GtkEntry *entry;
  gboolean capitals;
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

static void
on_clear_clicked (GtkButton *button, TabellaKeypad *pad)
{
  gtk_editable_delete_text (GTK_EDITABLE (pad->entry), 0, -1);
}

/* The letters' keys show and type the other case. */
static void
change_case (GtkWidget *button, gpointer data)
{
  const TabellaKeypad *pad = data;
  const char *label = gtk_button_get_label (GTK_BUTTON (button));
  const char changed[] = { pad->capitals ? g_ascii_toupper (*label) : g_ascii_tolower (*label),
                           '\0' };

  if (g_ascii_isalpha (*label) && label[1] == '\0')
    gtk_button_set_label (GTK_BUTTON (button), changed);
}

static void
on_capitals_clicked (GtkButton *button, TabellaKeypad *pad)
{
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (button));

  pad->capitals = !pad->capitals;
  if (pad->capitals)
    gtk_style_context_add_class (style, "suggested-action");
  else
    gtk_style_context_remove_class (style, "suggested-action");
  gtk_container_foreach (GTK_CONTAINER (pad), change_case, pad);
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
add_erase (TabellaKeypad *pad, int column, int row, int width)
{
  GtkWidget *button = add_button (pad, "⌫", column, row, width, G_CALLBACK (on_backspace_clicked));

  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Erase"));
}

static void
add_clear (TabellaKeypad *pad, int column, int row, int width)
{
  GtkWidget *button = add_button (pad, "✘", column, row, width, G_CALLBACK (on_clear_clicked));

  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Erase all"));
}

/* Eleven a row, with erasing at the end of the rows as on a keyboard. */
static void
fill_text (TabellaKeypad *pad)
{
  GtkWidget *button;

  gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (pad)), "dense");
  add_row (pad, "1234567890", 0, 0);
  add_erase (pad, 10, 0, 1);
  add_row (pad, "qwertyuiop", 1, 0);
  add_clear (pad, 10, 1, 1);
  add_row (pad, "asdfghjkl-", 2, 0);
  button = add_button (pad, "⇧", 10, 2, 1, G_CALLBACK (on_capitals_clicked));
  atk_object_set_name (gtk_widget_get_accessible (button), _ ("Capital letters"));
  add_row (pad, "zxcvbnm", 3, 0);
  button = add_button (pad, _ ("Space"), 7, 3, 4, G_CALLBACK (on_key_clicked));
  g_object_set_data (G_OBJECT (button), "space", pad);
}

void
tabella_keypad_setup (TabellaKeypad *pad, TabellaKeys keys, GtkEntry *entry)
{
  static const char *const digits[] = { "123", "456", "789" };
  static const char *const id[] = { "1234567890", "ABCDEFGHIJ", "KLMNOPQRST", "UVWXYZ" };
  static const char *const code[] = { "ABCDEFGHIJK", "LMNOPQRSTUV", "WXYZ234567" };

  pad->entry = entry;
  gtk_widget_set_direction (GTK_WIDGET (pad), GTK_TEXT_DIR_LTR);
  switch (keys) {
  case TABELLA_KEYS_DIGITS:
    for (int i = 0; i < 3; i++)
      add_row (pad, digits[i], i, 0);
    add_clear (pad, 0, 3, 1);
    add_row (pad, "0", 3, 1);
    add_erase (pad, 2, 3, 1);
    break;
  case TABELLA_KEYS_ID:
    for (int i = 0; i < 4; i++)
      add_row (pad, id[i], i, 0);
    add_clear (pad, 6, 3, 2);
    add_erase (pad, 8, 3, 2);
    break;
  case TABELLA_KEYS_CODE:
    gtk_style_context_add_class (gtk_widget_get_style_context (GTK_WIDGET (pad)), "dense");
    for (int i = 0; i < 3; i++)
      add_row (pad, code[i], i, 0);
    add_erase (pad, 10, 2, 1);
    break;
  case TABELLA_KEYS_TEXT:
  default:
    fill_text (pad);
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
