/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All choices once more, each a card that leads back to its contest. */
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include "pager.h"
#include "template.h"
#include "voter-screens.h"

#define SPACING 16 /* pixels */

/* Which of a contest's choices a card shows. */
typedef struct {
  guint place, first, n;
} Card;

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
                           ((const Card *)g_object_get_data (G_OBJECT (button), "card"))->place);
  tabella_kiosk_set_from_review (kiosk, TRUE);
  tabella_kiosk_take (kiosk, TABELLA_EV_CHANGE);
}

/* A sign and the election's own text: no new text in memory says what was chosen. */
static GtkWidget *
choice_row (const char *sign, GtkWidget *words)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING);
  GtkWidget *tick = tabella_label_new (sign, "tick");

  gtk_widget_set_valign (tick, GTK_ALIGN_START);
  gtk_container_add (GTK_CONTAINER (row), tick);
  gtk_container_add (GTK_CONTAINER (row), words);
  return row;
}

/* What is missing, or NULL. */
static char *
missing_words (TabellaSession *session, guint place)
{
  const TabellaContest *contest = tabella_session_contest (session, place);
  guint chosen = tabella_session_n_chosen (session, place);

  if (!tabella_session_complete (session, place))
    return g_strdup_printf (_ ("Please choose at least %u"), contest->min);
  if (chosen == 0)
    return g_strdup (_ ("Left blank"));
  if (chosen < contest->max)
    return g_strdup_printf (_ ("(%u of up to %u chosen)"), chosen, contest->max);
  return NULL;
}

/* The same as words to be spoken. */
static GString *
choices_as_words (TabellaReviewScreen *self, TabellaSession *session, guint place)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const TabellaContest *contest = tabella_session_contest (session, place);
  GString *words = g_string_sized_new (4096);
  g_autofree char *missing = missing_words (session, place);

  for (guint i = 0; i < contest->options->len; i++)
    if (tabella_session_chosen (session, place, i))
      g_string_append_printf (
          words, "%s✔ %s", words->len > 0 ? "\n" : "",
          tabella_kiosk_text (kiosk, ((TabellaOption *)contest->options->pdata[i])->text));
  if (missing != NULL)
    g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "", missing);
  return words;
}

/* The chosen options from the @first on, @n of them; what is missing comes after the last one. */
static void
add_choices (TabellaReviewScreen *self, GtkWidget *box, const Card *c)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  TabellaSession *session = tabella_station_session (tabella_kiosk_station (kiosk));
  const TabellaContest *contest = tabella_session_contest (session, c->place);
  g_autofree char *missing = missing_words (session, c->place);
  guint nth = 0;

  for (guint i = 0; i < contest->options->len; i++) {
    const TabellaOption *option = contest->options->pdata[i];

    if (!tabella_session_chosen (session, c->place, i))
      continue;
    if (nth >= c->first && nth < c->first + c->n)
      gtk_container_add (
          GTK_CONTAINER (box),
          choice_row ("✔", tabella_text_label_new (kiosk, tabella_kiosk_text (kiosk, option->text),
                                                   "lead")));
    nth++;
  }
  if (missing != NULL && c->first + c->n == nth)
    gtk_container_add (GTK_CONTAINER (box),
                       choice_row (nth == 0 ? "!" : "–", tabella_label_new (missing, "lead")));
}

/* The title, and what touching does where there is room to say it. */
static GtkWidget *
card_header (TabellaReviewScreen *self, const char *title)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, SPACING),
            *label = tabella_text_label_new (kiosk, title, "rule"), *change;

  gtk_widget_set_hexpand (label, TRUE);
  gtk_container_add (GTK_CONTAINER (row), label);
  if (tabella_kiosk_size (kiosk) < TABELLA_SIZE_LARGE) {
    change = tabella_label_new (_ ("Change"), "change");
    gtk_widget_set_valign (change, GTK_ALIGN_START);
    gtk_container_add (GTK_CONTAINER (row), change);
  }
  return row;
}

/* What was chosen is in nothing but the description, which goes before the card does. */
static void
on_card_destroy (GtkWidget *card, gpointer data)
{
  char *words = (char *)atk_object_get_description (gtk_widget_get_accessible (card));

  if (words != NULL)
    sodium_memzero (words, strlen (words));
}

static GtkWidget *
new_card (TabellaReviewScreen *self, const Card *c)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  TabellaSession *session = tabella_station_session (tabella_kiosk_station (kiosk));
  const char *title =
      tabella_kiosk_text (kiosk, tabella_session_contest (session, c->place)->title);
  g_autofree char *name = g_strdup_printf (_ ("Change: %s"), title),
                  *continued = g_strdup_printf (_ ("%s (continued)"), title);
  g_autoptr (GString) words = choices_as_words (self, session, c->place);
  GtkWidget *card = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkStyleContext *style = gtk_widget_get_style_context (card);

  gtk_container_add (GTK_CONTAINER (box), card_header (self, c->first > 0 ? continued : title));
  add_choices (self, box, c);
  gtk_container_add (GTK_CONTAINER (card), box);
  gtk_style_context_add_class (style, "card");
  if (c->n == 0 || !tabella_session_complete (session, c->place))
    gtk_style_context_add_class (style, "blank");
  atk_object_set_name (gtk_widget_get_accessible (card), name);
  atk_object_set_description (gtk_widget_get_accessible (card), words->str);
  sodium_memzero (words->str, words->len);
  g_object_set_data_full (G_OBJECT (card), "card", g_memdup2 (c, sizeof *c), g_free);
  g_signal_connect (card, "clicked", G_CALLBACK (on_card_clicked), self);
  g_signal_connect (card, "destroy", G_CALLBACK (on_card_destroy), NULL);
  gtk_widget_show_all (card);
  gtk_container_add (GTK_CONTAINER (self->pager), card);
  return card;
}

/* More choices than fit on a page: two cards of the contest instead of one. */
static gboolean
split_card (GtkWidget *child, gpointer data)
{
  TabellaReviewScreen *self = data;
  const Card *whole = g_object_get_data (G_OBJECT (child), "card");
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self->pager));
  int at = g_list_index (children, child);
  Card parts[2];

  if (whole == NULL || whole->n < 2)
    return FALSE;
  parts[0] = (Card){ whole->place, whole->first, whole->n / 2 };
  parts[1] = (Card){ whole->place, whole->first + whole->n / 2, whole->n - whole->n / 2 };
  gtk_widget_destroy (child);
  for (int i = 0; i < 2; i++)
    gtk_box_reorder_child (GTK_BOX (self->pager), new_card (self, &parts[i]), at + i);
  return TRUE;
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
    new_card (self, &(Card){ i, 0, tabella_session_n_chosen (session, i) });
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

/* What was left blank is seen before it is final. */
static gboolean
leads_to_blank (TabellaReviewScreen *self)
{
  g_autoptr (GList) children = gtk_container_get_children (GTK_CONTAINER (self->pager));

  for (GList *l = children; l != NULL; l = l->next) {
    const Card *c = g_object_get_data (G_OBJECT (l->data), "card");

    if (c != NULL && c->n == 0 &&
        tabella_pager_lead_to (TABELLA_PAGER (self->pager), l->data, TRUE))
      return TRUE;
  }
  return FALSE;
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;

  if (leads_to_blank (TABELLA_REVIEW_SCREEN (v)))
    return;
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
  tabella_pager_set_split (TABELLA_PAGER (self->pager), split_card, self);
}
