/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "typing.h"

static void
find_entry (GtkWidget *widget, gpointer data)
{
  GtkWidget **entry = data;

  if (*entry != NULL || !gtk_widget_get_visible (widget) || !gtk_widget_get_child_visible (widget))
    return;
  if (GTK_IS_ENTRY (widget))
    *entry = gtk_widget_is_sensitive (widget) ? widget : NULL;
  else if (GTK_IS_CONTAINER (widget))
    gtk_container_foreach (GTK_CONTAINER (widget), find_entry, entry);
}

static gboolean
is_text (const GdkEventKey *event)
{
  return (event->state & (GDK_CONTROL_MASK | GDK_MOD1_MASK | GDK_SUPER_MASK)) == 0 &&
         g_unichar_isgraph (gdk_keyval_to_unicode (event->keyval));
}

void
tabella_typing_lead (GtkWindow *window, GtkWidget *screen, const GdkEventKey *event)
{
  GtkWidget *focus = gtk_window_get_focus (window), *entry = NULL;

  if (!is_text (event) || (focus != NULL && GTK_IS_ENTRY (focus)))
    return;
  find_entry (screen, &entry);
  if (entry == NULL)
    return;
  gtk_entry_grab_focus_without_selecting (GTK_ENTRY (entry));
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
}

static gboolean
on_finger (GtkWidget *entry, GdkEvent *event, gpointer data)
{
  const int type = gdk_event_get_event_type (event);

  if (type == GDK_TOUCH_BEGIN) {
    gtk_entry_grab_focus_without_selecting (GTK_ENTRY (entry));
    gtk_editable_set_position (GTK_EDITABLE (entry), -1);
  }
  return type == GDK_TOUCH_BEGIN || type == GDK_TOUCH_UPDATE || type == GDK_TOUCH_END ||
         type == GDK_TOUCH_CANCEL;
}

void
tabella_typing_plain (GtkWidget *entry)
{
  g_signal_connect (entry, "event", G_CALLBACK (on_finger), NULL);
}
