/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All choices once more, each a card that leads back to its contest. */
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include "pager.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaReviewScreen {
  TabellaScreenView parent_instance;
  GtkWidget *title, *more, *lead, *pager;
};

G_DEFINE_FINAL_TYPE (TabellaReviewScreen, tabella_review_screen, TABELLA_TYPE_SCREEN)

static void
on_card_clicked (GtkButton *button, TabellaReviewScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));

  tabella_kiosk_set_place (kiosk,
                           GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "place")));
  tabella_kiosk_set_from_review (kiosk, TRUE);
  tabella_kiosk_take (kiosk, TABELLA_EV_CHANGE);
}

/* A mark and the election's own text: no new text in memory says what was chosen. */
static GtkWidget *
choice_row (const char *text)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *mark = tabella_label_new ("✔", "mark");

  gtk_container_add (GTK_CONTAINER (row), mark);
  gtk_container_add (GTK_CONTAINER (row), tabella_label_new (text, "lead"));
  return row;
}

/* Shows the chosen options, or what is missing; returns the same as words to be spoken. */
static GString *
add_choices (TabellaReviewScreen *self, GtkWidget *box, TabellaSession *session, guint place)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const TabellaContest *contest = tabella_session_contest (session, place);
  guint chosen = tabella_session_n_chosen (session, place);
  GString *words = g_string_sized_new (4096);
  g_autofree char *rest = g_strdup_printf (_ ("(%u of up to %u chosen)"), chosen, contest->max);
  g_autofree char *least = g_strdup_printf (_ ("Please choose at least %u"), contest->min);

  for (guint i = 0; i < contest->options->len; i++) {
    const TabellaOption *option = contest->options->pdata[i];

    if (!tabella_session_chosen (session, place, i))
      continue;
    g_string_append_printf (words, "%s✔ %s", words->len > 0 ? "\n" : "",
                            tabella_kiosk_text (kiosk, option->text));
    gtk_container_add (GTK_CONTAINER (box), choice_row (tabella_kiosk_text (kiosk, option->text)));
  }
  if (chosen < contest->max) {
    const char *missing = !tabella_session_complete (session, place) ? least
                          : chosen == 0                              ? _ ("Left blank")
                                                                     : rest;

    g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "", missing);
    gtk_container_add (GTK_CONTAINER (box), tabella_label_new (missing, "lead"));
  }
  return words;
}

/* What was chosen is in nothing but the description, which goes before the card does. */
static void
on_card_destroy (GtkWidget *card, gpointer data)
{
  char *words = (char *)atk_object_get_description (gtk_widget_get_accessible (card));

  if (words != NULL)
    sodium_memzero (words, strlen (words));
}

static void
add_card (TabellaReviewScreen *self, TabellaSession *session, guint place)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const char *title = tabella_kiosk_text (kiosk, tabella_session_contest (session, place)->title);
  g_autofree char *name = g_strdup_printf (_ ("Change: %s"), title);
  GtkWidget *card = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autoptr (GString) words = NULL;

  gtk_container_add (GTK_CONTAINER (box), tabella_label_new (title, "small"));
  words = add_choices (self, box, session, place);
  gtk_container_add (GTK_CONTAINER (card), box);
  gtk_style_context_add_class (gtk_widget_get_style_context (card), "card");
  if (tabella_session_n_chosen (session, place) == 0 || !tabella_session_complete (session, place))
    gtk_style_context_add_class (gtk_widget_get_style_context (card), "blank");
  atk_object_set_name (gtk_widget_get_accessible (card), name);
  atk_object_set_description (gtk_widget_get_accessible (card), words->str);
  sodium_memzero (words->str, words->len);
  g_object_set_data (G_OBJECT (card), "place", GUINT_TO_POINTER (place));
  g_signal_connect (card, "clicked", G_CALLBACK (on_card_clicked), self);
  g_signal_connect (card, "destroy", G_CALLBACK (on_card_destroy), NULL);
  gtk_widget_show_all (card);
  gtk_container_add (GTK_CONTAINER (self->pager), card);
}

static void
sync_view (TabellaScreenView *v)
{
  tabella_screen_view_say (v, TABELLA_REVIEW_SCREEN (v)->lead,
                           _ ("Touch a card to change it. Nothing has been cast yet."));
}

static void
enter (TabellaScreenView *v)
{
  TabellaReviewScreen *self = TABELLA_REVIEW_SCREEN (v);
  TabellaSession *session = tabella_station_session (tabella_screen_view_station (v));

  gtk_label_set_text (GTK_LABEL (self->title), _ ("Is this what you want?"));
  for (guint i = 0; session != NULL && i < tabella_session_n_contests (session); i++)
    add_card (self, session, i);
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Continue");
}

/* Whichever contest was changed last, the one before the review is the last one. */
static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaSession *session = tabella_station_session (tabella_screen_view_station (v));

  if (session == NULL)
    return;
  tabella_kiosk_set_place (kiosk, tabella_session_n_contests (session) - 1);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static gboolean
can_next (TabellaScreenView *v)
{
  TabellaSession *session = tabella_station_session (tabella_screen_view_station (v));

  for (guint i = 0; session != NULL && i < tabella_session_n_contests (session); i++)
    if (!tabella_session_complete (session, i))
      return FALSE;
  return session != NULL;
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;

  if (tabella_session_confirm (tabella_screen_view_station (v), &error))
    tabella_kiosk_take (kiosk, TABELLA_EV_CONFIRM);
  else
    tabella_kiosk_notice (kiosk, _ ("The ballot could not be prepared. Please call the officer."));
}

static void
tabella_review_screen_class_init (TabellaReviewScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->can_next = can_next;
  screen->back = back;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_PAGER);
  TABELLA_TEMPLATE (klass, "review-screen");
  TABELLA_CHILD (klass, TabellaReviewScreen, title);
  TABELLA_CHILD (klass, TabellaReviewScreen, lead);
  TABELLA_CHILD (klass, TabellaReviewScreen, more);
  TABELLA_CHILD (klass, TabellaReviewScreen, pager);
}

static void
tabella_review_screen_init (TabellaReviewScreen *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
}
