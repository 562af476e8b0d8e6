/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "card.h"

#include "screen.h"
#include "typeset.h"

#define SPACING 20 /* pixels between box and words */

GtkWidget *
tabella_card_new (const char *text, const char *language)
{
  GtkWidget *card = gtk_toggle_button_new (), *mark = gtk_label_new (NULL),
            *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING),
            *label = tabella_label_new (text, "lead");

  if (language != NULL)
    tabella_typeset_language (label, language);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (mark, GTK_ALIGN_CENTER);
  gtk_style_context_add_class (gtk_widget_get_style_context (mark), "mark");
  gtk_style_context_add_class (gtk_widget_get_style_context (card), "card");
  gtk_container_add (GTK_CONTAINER (row), mark);
  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_container_add (GTK_CONTAINER (card), row);
  g_object_set_data (G_OBJECT (card), "mark", mark);
  atk_object_set_name (gtk_widget_get_accessible (card), text);
  gtk_widget_show_all (card);
  return card;
}

void
tabella_card_set_chosen (GtkWidget *card, gboolean chosen)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (card), chosen);
  gtk_label_set_text (GTK_LABEL (g_object_get_data (G_OBJECT (card), "mark")), chosen ? "✔" : "");
}
