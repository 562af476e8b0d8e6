/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print-button.h"

#include <glib/gi18n.h>
#include "printing.h"

struct _TabellaPrintButton {
  GtkButton parent_instance;
  TabellaScreenView *screen; /* that it is in */
  TabellaPrintPaper paper;
};

G_DEFINE_FINAL_TYPE (TabellaPrintButton, tabella_print_button, GTK_TYPE_BUTTON)

static void
sync_button (TabellaPrintButton *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (self->screen);
  const gboolean printing = tabella_kiosk_is_printing (kiosk);

  gtk_widget_set_visible (GTK_WIDGET (self), tabella_kiosk_has_printer (kiosk));
  gtk_widget_set_sensitive (GTK_WIDGET (self), !printing);
  gtk_button_set_label (GTK_BUTTON (self), printing                            ? _ ("Printing …")
                                           : tabella_kiosk_has_printed (kiosk) ? _ ("Print again")
                                                                               : _ ("Print"));
}

static void
clicked (GtkButton *button)
{
  TabellaPrintButton *self = TABELLA_PRINT_BUTTON (button);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (self->screen);
  g_autoptr (GError) error = NULL;
  TabellaPaper *paper = self->paper (self->screen, &error);

  if (paper != NULL)
    tabella_kiosk_print (kiosk, paper);
  else
    tabella_kiosk_notice_error (kiosk, error);
}

static void
tabella_print_button_class_init (TabellaPrintButtonClass *klass)
{
  GTK_BUTTON_CLASS (klass)->clicked = clicked;
}

static void
tabella_print_button_init (TabellaPrintButton *self)
{
}

GtkWidget *
tabella_print_button_new (TabellaScreenView *screen, TabellaPrintPaper paper)
{
  TabellaPrintButton *self = g_object_new (TABELLA_TYPE_PRINT_BUTTON, NULL);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (screen);

  self->screen = screen;
  self->paper = paper;
  g_signal_connect_object (kiosk, "changed", G_CALLBACK (sync_button), self, G_CONNECT_SWAPPED);
  tabella_kiosk_look_for_printer (kiosk);
  sync_button (self);
  return GTK_WIDGET (self);
}
