/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The voter's first screen: welcome and language. */
#include <glib/gi18n.h>
#include "language.h"
#include "pager.h"
#include "template.h"
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

static void
add_choice (TabellaLanguageScreen *self, const char *language, gboolean current)
{
  g_autofree char *label =
      g_strdup_printf ("%s  %s", current ? "●" : "○", tabella_language_name (language));
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_halign (gtk_bin_get_child (GTK_BIN (button)), GTK_ALIGN_START);
  atk_object_set_name (gtk_widget_get_accessible (button), tabella_language_name (language));
  g_object_set_data_full (G_OBJECT (button), "language", g_strdup (language), g_free);
  gtk_style_context_add_class (gtk_widget_get_style_context (button), "card");
  g_signal_connect (button, "clicked", G_CALLBACK (on_chosen), self);
  gtk_widget_show (button);
  gtk_container_add (GTK_CONTAINER (self->pager), button);
}

static void
enter (TabellaScreenView *v)
{
  TabellaLanguageScreen *self = TABELLA_LANGUAGE_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaManifest *m = tabella_station_manifest (tabella_screen_view_station (v));
  g_autoptr (GPtrArray) languages = tabella_kiosk_languages (kiosk);

  gtk_label_set_text (GTK_LABEL (self->title), m->election->name);
  for (guint i = 0; i < languages->len; i++)
    add_choice (self, languages->pdata[i],
                g_strcmp0 (languages->pdata[i], tabella_kiosk_language (kiosk)) == 0);
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
