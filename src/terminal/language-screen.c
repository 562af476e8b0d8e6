/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The voter's first screen: welcome and language. */
#include <glib/gi18n.h>
#include "language.h"
#include "pager.h"
#include "template.h"
#include "typeset.h"
#include "voter-screens.h"

struct _TabellaLanguageScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *more, *lead, *pager;
};

G_DEFINE_FINAL_TYPE (TabellaLanguageScreen, tabella_language_screen, TABELLA_TYPE_SCREEN)

static void
on_chosen (GtkButton *button, TabellaLanguageScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_set_language (kiosk, g_object_get_data (G_OBJECT (button), "language"));
}

static GtkWidget *
choice (TabellaLanguageScreen *self, const char *language, gboolean current)
{
  GtkWidget *button = gtk_button_new (), *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *name = tabella_label_new (tabella_language_name (language), "lead");

  tabella_typeset_language (name, language);
  gtk_container_add (GTK_CONTAINER (row), tabella_label_new (current ? "●" : "○", "mark"));
  gtk_container_add (GTK_CONTAINER (row), name);
  gtk_container_add (GTK_CONTAINER (button), row);
  atk_object_set_name (gtk_widget_get_accessible (button), tabella_language_name (language));
  g_object_set_data_full (G_OBJECT (button), "language", g_strdup (language), g_free);
  gtk_style_context_add_class (gtk_widget_get_style_context (button), "card");
  g_signal_connect (button, "clicked", G_CALLBACK (on_chosen), self);
  return button;
}

/* Two beside each other: whoever reads none of the other languages must see theirs at once. */
static GtkWidget *
add_row (TabellaLanguageScreen *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (row), "beside");
  gtk_container_add (GTK_CONTAINER (self->pager), row);
  return row;
}

static void
enter (TabellaScreenView *v)
{
  TabellaLanguageScreen *self = TABELLA_LANGUAGE_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaManifest *m = tabella_station_manifest (tabella_screen_view_station (v));
  g_autoptr (GPtrArray) languages = tabella_kiosk_languages (kiosk);
  GtkWidget *row = NULL;

  gtk_label_set_text (GTK_LABEL (self->title), m->election->name);
  for (guint i = 0; i < languages->len; i++) {
    gboolean current = g_strcmp0 (languages->pdata[i], tabella_kiosk_language (kiosk)) == 0;

    row = i % 2 == 0 ? add_row (self) : row;
    gtk_container_add (GTK_CONTAINER (row), choice (self, languages->pdata[i], current));
    gtk_widget_show_all (row);
  }
}

static void
sync_view (TabellaScreenView *v)
{
  tabella_screen_view_say (
      v, TABELLA_LANGUAGE_SCREEN (v)->lead,
      _ ("Welcome. Choose your language, then touch Start. Nobody can see what you choose."));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Start");
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  tabella_kiosk_set_place (kiosk, 0);
  tabella_kiosk_set_from_review (kiosk, FALSE);
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
tabella_language_screen_class_init (TabellaLanguageScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->next_label = next_label;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_PAGER);
  TABELLA_TEMPLATE (klass, "language-screen");
  TABELLA_CHILD (klass, TabellaLanguageScreen, title);
  TABELLA_CHILD (klass, TabellaLanguageScreen, lead);
  TABELLA_CHILD (klass, TabellaLanguageScreen, more);
  TABELLA_CHILD (klass, TabellaLanguageScreen, pager);
}

static void
tabella_language_screen_init (TabellaLanguageScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
}
