/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "entry-screen.h"

#include <glib/gi18n.h>
#include "secret-buffer.h"
#include "template.h"
#include "typing.h"

#define COUNTDOWN 500 /* milliseconds: no second is missed */

typedef struct {
  GtkWidget *title, *lead, *entry, *actions, *side, *keypad;
  char *words; /* the lead's, when there is no notice */
  guint countdown;
} TabellaEntryScreenPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (TabellaEntryScreen, tabella_entry_screen, TABELLA_TYPE_SCREEN)

static void
on_entry_changed (GtkEntry *entry, TabellaEntryScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  if (tabella_kiosk_get_notice (kiosk) != NULL && gtk_entry_get_text_length (entry) > 0)
    tabella_kiosk_notice (kiosk, NULL);
  else
    tabella_kiosk_changed (kiosk);
}

/* Enter, also a barcode reader's, is Next. */
static void
on_entry_activate (GtkEntry *entry, TabellaEntryScreen *self)
{
  if (tabella_screen_view_can_next (TABELLA_SCREEN_VIEW (self)))
    tabella_screen_view_next (TABELLA_SCREEN_VIEW (self));
}

static guint
seconds_to_wait (TabellaScreenView *v)
{
  TabellaEntryScreenClass *klass = TABELLA_ENTRY_SCREEN_GET_CLASS (v);

  return klass->wait != NULL ? klass->wait (tabella_screen_view_station (v)) : 0;
}

static gboolean
can_next (TabellaScreenView *v)
{
  TabellaEntryScreenPrivate *priv =
      tabella_entry_screen_get_instance_private (TABELLA_ENTRY_SCREEN (v));

  return gtk_entry_get_text_length (GTK_ENTRY (priv->entry)) > 0 && seconds_to_wait (v) == 0;
}

static gboolean
on_countdown (gpointer data)
{
  TabellaScreenView *v = data;
  TabellaEntryScreenPrivate *priv =
      tabella_entry_screen_get_instance_private (TABELLA_ENTRY_SCREEN (v));

  priv->countdown = 0;
  if (seconds_to_wait (v) == 0) /* what was wrong is over */
    tabella_kiosk_notice (tabella_screen_view_kiosk (v), NULL);
  else
    tabella_kiosk_changed (tabella_screen_view_kiosk (v));
  return G_SOURCE_REMOVE;
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaEntryScreenPrivate *priv =
      tabella_entry_screen_get_instance_private (TABELLA_ENTRY_SCREEN (v));
  const guint wait = seconds_to_wait (v);
  g_autofree char *words = NULL;

  if (wait == 0) {
    tabella_screen_view_say (v, priv->lead, priv->words);
    return;
  }
  words = g_strdup_printf (ngettext ("Too many wrong tries. Please wait %u second.",
                                     "Too many wrong tries. Please wait %u seconds.", wait),
                           wait);
  tabella_screen_view_alert (v, priv->lead, words);
  if (priv->countdown == 0)
    priv->countdown = g_timeout_add (COUNTDOWN, on_countdown, v);
}

static void
dispose (GObject *object)
{
  TabellaEntryScreenPrivate *priv =
      tabella_entry_screen_get_instance_private (TABELLA_ENTRY_SCREEN (object));

  g_clear_handle_id (&priv->countdown, g_source_remove);
  G_OBJECT_CLASS (tabella_entry_screen_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  TabellaEntryScreenPrivate *priv =
      tabella_entry_screen_get_instance_private (TABELLA_ENTRY_SCREEN (object));

  g_free (priv->words);
  G_OBJECT_CLASS (tabella_entry_screen_parent_class)->finalize (object);
}

static void
constructed (GObject *object)
{
  TabellaEntryScreen *self = TABELLA_ENTRY_SCREEN (object);
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);
  TabellaEntryScreenClass *klass = TABELLA_ENTRY_SCREEN_GET_CLASS (self);

  G_OBJECT_CLASS (tabella_entry_screen_parent_class)->constructed (object);
  if (klass->secret) {
    g_autoptr (GtkEntryBuffer) buffer = tabella_secret_buffer_new ();

    gtk_entry_set_buffer (GTK_ENTRY (priv->entry), buffer);
    gtk_entry_set_visibility (GTK_ENTRY (priv->entry), FALSE);
    gtk_entry_set_input_purpose (GTK_ENTRY (priv->entry), GTK_INPUT_PURPOSE_PASSWORD);
  }
  gtk_widget_set_direction (priv->entry, GTK_TEXT_DIR_LTR); /* numbers and codes */
  tabella_keypad_setup (TABELLA_KEYPAD (priv->keypad), klass->keys, GTK_ENTRY (priv->entry));
  gtk_widget_set_halign (priv->keypad,
                         klass->keys == TABELLA_KEYS_DIGITS ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
  tabella_typing_plain (priv->entry);
  g_signal_connect (priv->entry, "changed", G_CALLBACK (on_entry_changed), self);
  g_signal_connect (priv->entry, "activate", G_CALLBACK (on_entry_activate), self);
}

static void
tabella_entry_screen_class_init (TabellaEntryScreenClass *klass)
{
  G_OBJECT_CLASS (klass)->constructed = constructed;
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  TABELLA_SCREEN_VIEW_CLASS (klass)->can_next = can_next;
  TABELLA_SCREEN_VIEW_CLASS (klass)->sync = sync_view;
  g_type_ensure (TABELLA_TYPE_KEYPAD);
  TABELLA_TEMPLATE (klass, "entry-screen");
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaEntryScreen,
                                                title);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaEntryScreen, lead);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaEntryScreen,
                                                entry);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaEntryScreen,
                                                actions);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaEntryScreen, side);
  gtk_widget_class_bind_template_child_private (GTK_WIDGET_CLASS (klass), TabellaEntryScreen,
                                                keypad);
}

static void
tabella_entry_screen_init (TabellaEntryScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
tabella_entry_screen_set_words (TabellaEntryScreen *self, const char *title, const char *lead,
                                const char *entry_name)
{
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);

  gtk_label_set_text (GTK_LABEL (priv->title), title);
  g_free (priv->words);
  priv->words = g_strdup (lead);
  sync_view (TABELLA_SCREEN_VIEW (self));
  atk_object_set_name (gtk_widget_get_accessible (priv->entry), entry_name);
  gtk_widget_grab_focus (priv->entry);
}

void
tabella_entry_screen_set_lead (TabellaEntryScreen *self, const char *lead)
{
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);

  g_free (priv->words);
  priv->words = g_strdup (lead);
}

const char *
tabella_entry_screen_text (TabellaEntryScreen *self)
{
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);

  return gtk_entry_get_text (GTK_ENTRY (priv->entry));
}

void
tabella_entry_screen_set_text (TabellaEntryScreen *self, const char *text)
{
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);

  gtk_entry_set_text (GTK_ENTRY (priv->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (priv->entry), -1);
}

void
tabella_entry_screen_clear (TabellaEntryScreen *self)
{
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);

  gtk_entry_set_text (GTK_ENTRY (priv->entry), "");
  gtk_widget_grab_focus (priv->entry); /* for whoever types on a keyboard */
}

GtkWidget *
tabella_entry_screen_add_action (TabellaEntryScreen *self, const char *label, GCallback callback)
{
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);
  GtkWidget *button = gtk_button_new_with_label (label);

  g_signal_connect (button, "clicked", callback, self);
  gtk_widget_show (button);
  gtk_container_add (GTK_CONTAINER (priv->actions), button);
  return button;
}

void
tabella_entry_screen_add_side_line (TabellaEntryScreen *self, const char *text, const char *style)
{
  TabellaEntryScreenPrivate *priv = tabella_entry_screen_get_instance_private (self);

  gtk_container_add (GTK_CONTAINER (priv->side), tabella_label_new (text, style));
  gtk_widget_set_visible (priv->side, TRUE);
  gtk_widget_set_hexpand (priv->keypad, FALSE);
}
