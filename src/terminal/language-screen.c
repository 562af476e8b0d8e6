/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The voter's first screen: welcome and language. */
#include <glib/gi18n.h>
#include "card.h"
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

static gboolean
is_present (TabellaLanguageScreen *self, GtkWidget *card)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  return g_strcmp0 (g_object_get_data (G_OBJECT (card), "language"),
                    tabella_kiosk_language (kiosk)) == 0;
}

/* The present one stays chosen; another one builds the screen anew. */
static void
on_toggled (GtkToggleButton *card, TabellaLanguageScreen *self)
{
  if (is_present (self, GTK_WIDGET (card)))
    tabella_card_set_chosen (GTK_WIDGET (card), TRUE);
  else
    tabella_kiosk_set_language (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)),
                                g_object_get_data (G_OBJECT (card), "language"));
}

static void
add_choice (TabellaLanguageScreen *self, GtkWidget *row, const char *language)
{
  GtkWidget *card = tabella_card_new (tabella_language_name (language), language);

  g_object_set_data_full (G_OBJECT (card), "language", g_strdup (language), g_free);
  tabella_card_set_chosen (card, is_present (self, card));
  g_signal_connect (card, "toggled", G_CALLBACK (on_toggled), self);
  gtk_container_add (GTK_CONTAINER (row), card);
}

/* Two beside each other: whoever reads none of the other languages must see theirs at once. */
static GtkWidget *
add_row (TabellaLanguageScreen *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (row), "beside");
  gtk_widget_show (row);
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

  tabella_typeset_language (self->title, m->election->languages->pdata[0]);
  gtk_label_set_text (GTK_LABEL (self->title), m->election->name);
  for (guint i = 0; i < languages->len; i++) {
    row = i % 2 == 0 ? add_row (self) : row;
    add_choice (self, row, languages->pdata[i]);
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
