/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One contest: its question and whole-card options. */
#include <glib/gi18n.h>
#include "card.h"
#include "language.h"
#include "pager.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaContestScreen {
  TabellaScreenView parent_instance;
  GtkWidget *header, *place, *state, *more, *turner, *stack, *pager, *refusal, *refused,
      *understood;
  GPtrArray *cards;      /* GtkToggleButton, by option */
  GtkWidget *at_refusal; /* the card that was one too many, or NULL */
  gboolean syncing;
};

G_DEFINE_FINAL_TYPE (TabellaContestScreen, tabella_contest_screen, TABELLA_TYPE_SCREEN)

static TabellaSession *
session_of (TabellaContestScreen *self)
{
  return tabella_station_session (tabella_screen_view_station (TABELLA_SCREEN_VIEW (self)));
}

static guint
place_of (TabellaContestScreen *self)
{
  return tabella_kiosk_place (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)));
}

static gboolean
has_large_words (TabellaContestScreen *self)
{
  return tabella_kiosk_size (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self))) >=
         TABELLA_SIZE_LARGE;
}

static char *
rule_text (const TabellaContest *contest)
{
  guint n = contest->options->len;

  if (contest->min == contest->max)
    return g_strdup_printf (_ ("Choose %u of %u."), contest->max, n);
  if (contest->min == 0)
    return g_strdup_printf (_ ("Choose up to %u of %u."), contest->max, n);
  return g_strdup_printf (_ ("Choose %u to %u of %u."), contest->min, contest->max, n);
}

static gboolean
is_refusing (TabellaContestScreen *self)
{
  return tabella_kiosk_get_notice (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self))) != NULL;
}

/* Where one is and how many are chosen: beside each other, beneath each other where room is short.
 */
static void
sync_header (TabellaContestScreen *self, TabellaSession *session)
{
  guint place = place_of (self), chosen = tabella_session_n_chosen (session, place);
  g_autofree char *at = g_strdup_printf (_ ("Contest %u of %u"), place + 1,
                                         tabella_session_n_contests (session)),
                  *state = chosen == 0 ? g_strdup (_ ("None chosen."))
                                       : g_strdup_printf (_ ("%u chosen."), chosen);
  gboolean beneath = has_large_words (self) || gtk_widget_get_visible (self->more);

  gtk_label_set_text (GTK_LABEL (self->place), at);
  gtk_label_set_text (GTK_LABEL (self->state), state);
  gtk_widget_set_visible (self->turner, gtk_widget_get_visible (self->more) && !is_refusing (self));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->header),
                                  beneath ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
}

/* A refusal takes the place of the options, so that nothing moves beneath a finger and all of it
 * can be read at any size. */
static void
sync_refusal (TabellaContestScreen *self)
{
  const char *notice =
      tabella_kiosk_get_notice (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)));
  GtkWidget *shown = notice != NULL ? self->refusal : self->pager;

  gtk_label_set_text (GTK_LABEL (self->refused), notice != NULL ? notice : "");
  if (gtk_stack_get_visible_child (GTK_STACK (self->stack)) == shown)
    return;
  gtk_stack_set_visible_child (GTK_STACK (self->stack), shown);
  /* Who chooses by key goes on where they were. */
  if (notice != NULL)
    gtk_widget_grab_focus (self->understood);
  else if (self->at_refusal != NULL)
    gtk_widget_grab_focus (self->at_refusal);
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaContestScreen *self = TABELLA_CONTEST_SCREEN (v);
  TabellaSession *session = session_of (self);

  if (session == NULL)
    return;
  self->syncing = TRUE;
  for (guint i = 0; i < self->cards->len; i++)
    tabella_card_set_chosen (self->cards->pdata[i],
                             tabella_session_chosen (session, place_of (self), i));
  self->syncing = FALSE;
  sync_header (self, session);
  sync_refusal (self);
}

static void
on_more_shown (TabellaContestScreen *self)
{
  TabellaSession *session = session_of (self);

  if (session != NULL)
    sync_header (self, session);
}

static void
on_understood_clicked (GtkButton *button, TabellaContestScreen *self)
{
  tabella_kiosk_notice (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), NULL);
}

static void
on_toggled (GtkToggleButton *card, TabellaContestScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  guint option = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (card), "option"));
  TabellaSession *session = session_of (self);

  if (self->syncing || session == NULL)
    return;
  self->at_refusal = NULL;
  if (tabella_session_toggle (session, place_of (self), option)) {
    tabella_kiosk_notice (kiosk, NULL);
    return;
  }
  self->at_refusal = GTK_WIDGET (card);
  tabella_kiosk_notice (
      kiosk, _ ("That is one too many. First touch one that you chose, to take it back."));
}

static void
add_card (TabellaContestScreen *self, const char *text, guint option)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  GtkWidget *card = tabella_card_new (text, tabella_kiosk_text_language (kiosk));

  g_object_set_data (G_OBJECT (card), "option", GUINT_TO_POINTER (option));
  g_signal_connect (card, "toggled", G_CALLBACK (on_toggled), self);
  gtk_container_add (GTK_CONTAINER (self->pager), card);
  g_ptr_array_add (self->cards, card);
}

/* One paragraph of what is asked, on as many pages as it takes. */
static void
add_words (TabellaContestScreen *self, GtkWidget *label)
{
  gtk_style_context_add_class (gtk_widget_get_style_context (label), "flow");
  gtk_container_add (GTK_CONTAINER (self->pager), label);
}

/* Title, question and rule; the rule ends the question, or has a line of its own where the words
 * are large. */
static void
add_question (TabellaContestScreen *self, const TabellaContest *contest)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  const char *question = tabella_kiosk_text (kiosk, contest->question);
  g_autofree char *rule = rule_text (contest), *isolated = tabella_language_isolate (question);
  g_autofree char *both = g_strdup_printf ("%s  %s", isolated, rule);

  add_words (self,
             tabella_text_label_new (kiosk, tabella_kiosk_text (kiosk, contest->title), "title"));
  add_words (self,
             tabella_text_label_new (kiosk, has_large_words (self) ? question : both, "lead"));
  if (has_large_words (self))
    add_words (self, tabella_label_new (rule, "rule"));
}

static void
enter (TabellaScreenView *v)
{
  TabellaContestScreen *self = TABELLA_CONTEST_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaSession *session = session_of (self);
  const TabellaContest *contest;

  if (session == NULL)
    return;
  contest = tabella_session_contest (session, place_of (self));
  gtk_button_set_label (GTK_BUTTON (self->understood), _ ("Back to the options"));
  atk_object_set_role (gtk_widget_get_accessible (self->refused), ATK_ROLE_ALERT);
  add_question (self, contest);
  for (guint i = 0; i < contest->options->len; i++)
    add_card (self, tabella_kiosk_text (kiosk, ((TabellaOption *)contest->options->pdata[i])->text),
              i);
}

static const char *
back_label (TabellaScreenView *v)
{
  return tabella_kiosk_from_review (tabella_screen_view_kiosk (v)) ? NULL : _ ("Back");
}

static const char *
next_label (TabellaScreenView *v)
{
  return tabella_kiosk_from_review (tabella_screen_view_kiosk (v)) ? _ ("To the review")
                                                                   : _ ("Next");
}

static void
back (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  guint place = tabella_kiosk_place (kiosk);

  if (place == 0) {
    tabella_kiosk_take (kiosk, TABELLA_EV_CANCEL);
    return;
  }
  tabella_kiosk_set_place (kiosk, place - 1);
  tabella_kiosk_take (kiosk, TABELLA_EV_BACK);
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  TabellaContestScreen *self = TABELLA_CONTEST_SCREEN (v);
  TabellaSession *session = session_of (self);
  guint place = tabella_kiosk_place (kiosk);

  if (session == NULL)
    return;
  /* Whoever only ever touches Next comes to the options before leaving them all. */
  if (tabella_session_n_chosen (session, place) == 0 &&
      tabella_pager_lead_to (TABELLA_PAGER (self->pager), self->cards->pdata[0], FALSE))
    return;
  if (tabella_kiosk_from_review (kiosk) || place + 1 == tabella_session_n_contests (session)) {
    tabella_kiosk_set_from_review (kiosk, FALSE);
    tabella_kiosk_take (kiosk, TABELLA_EV_CONFIRM);
    return;
  }
  tabella_kiosk_set_place (kiosk, place + 1);
  tabella_kiosk_take (kiosk, TABELLA_EV_NEXT);
}

static void
finalize (GObject *object)
{
  g_ptr_array_unref (TABELLA_CONTEST_SCREEN (object)->cards);
  G_OBJECT_CLASS (tabella_contest_screen_parent_class)->finalize (object);
}

static void
tabella_contest_screen_class_init (TabellaContestScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = finalize;
  screen->enter = enter;
  screen->sync = sync_view;
  screen->back_label = back_label;
  screen->next_label = next_label;
  screen->back = back;
  screen->next = next;
  g_type_ensure (TABELLA_TYPE_PAGER);
  TABELLA_TEMPLATE (klass, "contest-screen");
  TABELLA_CHILD (klass, TabellaContestScreen, header);
  TABELLA_CHILD (klass, TabellaContestScreen, place);
  TABELLA_CHILD (klass, TabellaContestScreen, state);
  TABELLA_CHILD (klass, TabellaContestScreen, more);
  TABELLA_CHILD (klass, TabellaContestScreen, turner);
  TABELLA_CHILD (klass, TabellaContestScreen, stack);
  TABELLA_CHILD (klass, TabellaContestScreen, pager);
  TABELLA_CHILD (klass, TabellaContestScreen, refusal);
  TABELLA_CHILD (klass, TabellaContestScreen, refused);
  TABELLA_CHILD (klass, TabellaContestScreen, understood);
  TABELLA_CALLBACK (klass, on_understood_clicked);
}

static void
tabella_contest_screen_init (TabellaContestScreen *self)
{
  self->cards = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
  g_signal_connect_swapped (self->more, "notify::visible", G_CALLBACK (on_more_shown), self);
}
