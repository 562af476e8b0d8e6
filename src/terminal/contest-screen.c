/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One contest: its question and whole-card options. */
#include <glib/gi18n.h>
#include "pager.h"
#include "template.h"
#include "voter-screens.h"

struct _TabellaContestScreen {
  TabellaScreenView parent_instance;
  GtkWidget *header, *title, *more, *rule, *pager;
  GPtrArray *cards; /* GtkToggleButton, by option */
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

static char *
rule_text (const TabellaContest *contest, guint chosen)
{
  guint n = contest->options->len;
  g_autofree char *rule = NULL, *state = NULL;

  if (contest->min == contest->max)
    rule = g_strdup_printf (_ ("Choose %u of %u."), contest->max, n);
  else if (contest->min == 0)
    rule = g_strdup_printf (_ ("Choose up to %u of %u, or leave it blank."), contest->max, n);
  else
    rule = g_strdup_printf (_ ("Choose %u to %u of %u."), contest->min, contest->max, n);
  state = chosen == 0 ? g_strdup (_ ("None chosen.")) : g_strdup_printf (_ ("%u chosen."), chosen);
  return g_strdup_printf ("%s  %s", rule, state);
}

static void
sync_card (GtkWidget *card, gboolean chosen)
{
  GtkWidget *mark = g_object_get_data (G_OBJECT (card), "mark");

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (card), chosen);
  gtk_label_set_text (GTK_LABEL (mark), chosen ? "✔" : "○");
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaContestScreen *self = TABELLA_CONTEST_SCREEN (v);
  TabellaSession *session = session_of (self);
  guint place = place_of (self);
  g_autofree char *rule = NULL;

  if (session == NULL)
    return;
  self->syncing = TRUE;
  for (guint i = 0; i < self->cards->len; i++)
    sync_card (self->cards->pdata[i], tabella_session_chosen (session, place, i));
  self->syncing = FALSE;
  rule = rule_text (tabella_session_contest (session, place),
                    tabella_session_n_chosen (session, place));
  tabella_screen_view_say (v, self->rule, rule);
}

static void
on_toggled (GtkToggleButton *card, TabellaContestScreen *self)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self));
  guint option = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (card), "option"));
  TabellaSession *session = session_of (self);

  if (self->syncing || session == NULL)
    return;
  if (tabella_session_toggle (session, place_of (self), option))
    tabella_kiosk_notice (kiosk, NULL);
  else
    tabella_kiosk_notice (
        kiosk, _ ("That is one too many. First touch one that you chose, to take it back."));
}

static void
add_card (TabellaContestScreen *self, const char *text, guint option)
{
  GtkWidget *card = gtk_toggle_button_new (), *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *mark = gtk_label_new (NULL), *label = tabella_label_new (text, "lead");

  gtk_widget_set_hexpand (label, TRUE);
  gtk_style_context_add_class (gtk_widget_get_style_context (mark), "mark");
  gtk_style_context_add_class (gtk_widget_get_style_context (card), "card");
  gtk_container_add (GTK_CONTAINER (row), mark);
  gtk_container_add (GTK_CONTAINER (row), label);
  gtk_container_add (GTK_CONTAINER (card), row);
  g_object_set_data (G_OBJECT (card), "mark", mark);
  g_object_set_data (G_OBJECT (card), "option", GUINT_TO_POINTER (option));
  atk_object_set_name (gtk_widget_get_accessible (card), text);
  g_signal_connect (card, "toggled", G_CALLBACK (on_toggled), self);
  gtk_widget_show_all (card);
  gtk_container_add (GTK_CONTAINER (self->pager), card);
  g_ptr_array_add (self->cards, card);
}

/* Large words need room: then a question may take several pages, a sentence each. */
static void
add_question (TabellaContestScreen *self, const char *text)
{
  TabellaSize size = tabella_kiosk_size (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)));
  const char *ends = size >= TABELLA_SIZE_LARGE ? "(?<=[.?!۔؟]) |(?<=[。？！])|\n" : "\n";
  g_auto (GStrv) parts = g_regex_split_simple (ends, text, 0, 0);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      gtk_container_add (GTK_CONTAINER (self->pager), tabella_label_new (parts[i], "lead"));
}

/* The rule stands beside the title, and beneath it where the words are large. */
static void
arrange_header (TabellaContestScreen *self)
{
  TabellaSize size = tabella_kiosk_size (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)));
  gboolean beneath = size >= TABELLA_SIZE_LARGE;

  gtk_box_set_spacing (GTK_BOX (self->header), beneath ? 0 : 24);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->header),
                                  beneath ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
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
  gtk_label_set_text (GTK_LABEL (self->title), tabella_kiosk_text (kiosk, contest->title));
  arrange_header (self);
  add_question (self, tabella_kiosk_text (kiosk, contest->question));
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
  TabellaSession *session = session_of (TABELLA_CONTEST_SCREEN (v));
  guint place = tabella_kiosk_place (kiosk);

  if (session == NULL)
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
  TABELLA_CHILD (klass, TabellaContestScreen, title);
  TABELLA_CHILD (klass, TabellaContestScreen, more);
  TABELLA_CHILD (klass, TabellaContestScreen, rule);
  TABELLA_CHILD (klass, TabellaContestScreen, pager);
}

static void
tabella_contest_screen_init (TabellaContestScreen *self)
{
  self->cards = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  tabella_pager_set_more (TABELLA_PAGER (self->pager), self->more);
}
