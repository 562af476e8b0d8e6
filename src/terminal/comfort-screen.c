/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the voter wants to see and hear: every choice is taken at once, and holds for this voter. */
#include <glib/gi18n.h>
#include "card.h"
#include "language.h"
#include "pager.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaComfortScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *more, *lead, *pager;
};

G_DEFINE_FINAL_TYPE (TabellaComfortScreen, tabella_comfort_screen, TABELLA_TYPE_SCREEN)

/* What a button does to the settings. */
typedef enum { SET_SIZE, SET_CONTRAST, SET_SOUND, SET_RATE, SET_VOLUME, SET_BLANK } Setting;

static void
on_language_clicked (GtkButton *button, TabellaComfortScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_set_language (kiosk, g_object_get_data (G_OBJECT (button), "language"));
}

static void
on_setting_clicked (GtkButton *button, TabellaComfortScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  guint value = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "value"));
  TabellaComfort comfort = *tabella_kiosk_comfort (kiosk);

  switch ((Setting)GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "setting"))) {
  case SET_SIZE:
    comfort.size = (TabellaSize)value;
    break;
  case SET_CONTRAST:
    comfort.contrast = (TabellaContrast)value;
    break;
  case SET_SOUND:
    comfort.sound = value != 0;
    break;
  case SET_RATE:
    comfort.rate = value;
    break;
  case SET_VOLUME:
    comfort.volume = value;
    break;
  case SET_BLANK:
  default:
    comfort.blank = value != 0;
    break;
  }
  tabella_kiosk_set_comfort (kiosk, &comfort);
}

/* One setting: its name and, in a row beneath, what can be chosen. */
static GtkWidget *
add_group (TabellaComfortScreen *self, const char *name)
{
  GtkWidget *group = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *row = gtk_grid_new ();
  GtkWidget *label = tabella_label_new (name, "lead");

  gtk_grid_set_column_homogeneous (GTK_GRID (row), TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (row), "choices");
  gtk_container_add (GTK_CONTAINER (group), label);
  gtk_container_add (GTK_CONTAINER (group), row);
  g_object_set_data (G_OBJECT (row), "name", label);
  gtk_widget_show_all (group);
  gtk_container_add (GTK_CONTAINER (self->pager), group);
  return row;
}

static GtkWidget *
add_button (GtkWidget *row, GtkWidget *button, const char *name)
{
  AtkObject *label = gtk_widget_get_accessible (g_object_get_data (G_OBJECT (row), "name"));

  atk_object_set_name (gtk_widget_get_accessible (button), name);
  atk_object_add_relationship (gtk_widget_get_accessible (button), ATK_RELATION_LABELLED_BY, label);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_widget_show_all (button);
  gtk_container_add (GTK_CONTAINER (row), button);
  return button;
}

/* Chosen is shown by a mark, by colour, and told to whoever hears. @language: the name is in
 * another one than the screen, or NULL. */
static GtkWidget *
add_choice (GtkWidget *row, const char *name, const char *language, gboolean chosen)
{
  GtkWidget *card = tabella_card_new (name, language);

  tabella_card_set_chosen (card, chosen);
  return add_button (row, card, name);
}

static void
on_press (TabellaComfortScreen *self, GtkWidget *button, Setting setting, guint value)
{
  g_object_set_data (G_OBJECT (button), "setting", GUINT_TO_POINTER (setting));
  g_object_set_data (G_OBJECT (button), "value", GUINT_TO_POINTER (value));
  g_signal_connect (button, "clicked", G_CALLBACK (on_setting_clicked), self);
}

/* As many beside each other as there is room for. */
static void
arrange (TabellaComfortScreen *self, GtkWidget *row)
{
  GtkWidget *area = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autoptr (GList) buttons = gtk_container_get_children (GTK_CONTAINER (row));
  guint n = g_list_length (buttons), columns = n, i = n;
  GtkBorder padding;
  int wide = 0, room;

  gtk_style_context_get_padding (gtk_widget_get_style_context (area), GTK_STATE_FLAG_NORMAL,
                                 &padding);
  room = gtk_widget_get_allocated_width (area) - padding.left - padding.right;
  for (GList *l = buttons; l != NULL; l = l->next) {
    int natural;

    gtk_widget_get_preferred_width (l->data, NULL, &natural);
    wide = MAX (wide, natural);
  }
  while (columns > 1 && (int)columns * wide > room)
    columns = (columns + 1) / 2;
  /* The list begins with the one that was added last. */
  for (GList *l = buttons; l != NULL; l = l->next) {
    i--;
    gtk_container_child_set (GTK_CONTAINER (row), l->data, "left-attach", (int)(i % columns),
                             "top-attach", (int)(i / columns), NULL);
  }
}

static void
add_languages (TabellaComfortScreen *self, TabellaKiosk *kiosk)
{
  GtkWidget *row = add_group (self, _ ("Language"));
  g_autoptr (GPtrArray) languages = tabella_kiosk_languages (kiosk);

  for (guint i = 0; i < languages->len; i++) {
    const char *language = g_intern_string (languages->pdata[i]);
    GtkWidget *button = add_choice (row, tabella_language_name (language), language,
                                    g_strcmp0 (language, tabella_kiosk_language (kiosk)) == 0);

    g_object_set_data (G_OBJECT (button), "language", (gpointer)language);
    g_signal_connect (button, "clicked", G_CALLBACK (on_language_clicked), self);
  }
  arrange (self, row);
}

static void
add_choices (TabellaComfortScreen *self, const char *name, Setting setting,
             const char *const *choices, guint n, guint chosen)
{
  GtkWidget *row = add_group (self, name);

  for (guint i = 0; i < n; i++)
    on_press (self, add_choice (row, choices[i], NULL, i == chosen), setting, i);
  arrange (self, row);
}

static void
add_steps (TabellaComfortScreen *self, const char *name, Setting setting, guint now,
           const char *less, const char *more)
{
  GtkWidget *row = add_group (self, name);
  GtkWidget *down = add_button (row, gtk_button_new_with_label (less), less);
  GtkWidget *up = add_button (row, gtk_button_new_with_label (more), more);

  on_press (self, down, setting, now > 0 ? now - 1 : 0);
  on_press (self, up, setting, now + 1);
  arrange (self, row);
}

static void
add_sound (TabellaComfortScreen *self, const TabellaComfort *comfort)
{
  const char *const off_on[] = { _ ("Off"), _ ("On") };
  g_autofree char *rate =
      g_strdup_printf (_ ("Speech rate: %u of %u"), comfort->rate + 1, TABELLA_COMFORT_STEPS);
  g_autofree char *volume =
      g_strdup_printf (_ ("Volume: %u of %u"), comfort->volume + 1, TABELLA_COMFORT_STEPS);
  const char *const picture[] = { _ ("Shown"), _ ("Hidden") };

  add_choices (self, _ ("Sound: every screen is read to you"), SET_SOUND, off_on, 2,
               comfort->sound ? 1 : 0);
  if (!comfort->sound)
    return;
  add_steps (self, rate, SET_RATE, comfort->rate, _ ("Slower"), _ ("Faster"));
  add_steps (self, volume, SET_VOLUME, comfort->volume, _ ("Softer"), _ ("Louder"));
  add_choices (self, _ ("Picture: a touch or Escape brings it back"), SET_BLANK, picture, 2,
               comfort->blank ? 1 : 0);
}

static void
enter (TabellaScreenView *v)
{
  TabellaComfortScreen *self = TABELLA_COMFORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const TabellaComfort *comfort = tabella_kiosk_comfort (kiosk);
  const char *const sizes[] = { _ ("Small"), _ ("Normal"), _ ("Large"), _ ("Largest") };
  const char *const contrasts[] = { _ ("Standard"), _ ("Black on white"), _ ("White on black"),
                                    _ ("Soft") };

  gtk_label_set_text (GTK_LABEL (self->title), _ ("What suits you"));
  add_languages (self, kiosk);
  add_choices (self, _ ("Text size"), SET_SIZE, sizes, TABELLA_N_SIZES, comfort->size);
  add_choices (self, _ ("Contrast"), SET_CONTRAST, contrasts, TABELLA_N_CONTRASTS,
               comfort->contrast);
  add_sound (self, comfort);
}

static void
sync_view (TabellaScreenView *v)
{
  tabella_screen_view_say (v, TABELLA_COMFORT_SCREEN (v)->lead, NULL);
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Go on");
}

static void
next (TabellaScreenView *v)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (v), TABELLA_EV_BACK);
}

static void
tabella_comfort_screen_class_init (TabellaComfortScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->next_label = next_label;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_PAGER);
  TABELLA_TEMPLATE (klass, "comfort-screen");
  TABELLA_CHILD (klass, TabellaComfortScreen, title);
  TABELLA_CHILD (klass, TabellaComfortScreen, lead);
  TABELLA_CHILD (klass, TabellaComfortScreen, more);
  TABELLA_CHILD (klass, TabellaComfortScreen, pager);
}

static void
tabella_comfort_screen_init (TabellaComfortScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
}
