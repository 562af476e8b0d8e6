/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "banner.h"

#include <glib/gi18n.h>
#include "day.h"
#include "screen.h"

struct _TabellaBanner {
  GtkBox parent_instance;
  TabellaKiosk *kiosk; /* the window's, which outlives this */
  GtkWidget *words, *confirm;
};

G_DEFINE_FINAL_TYPE (TabellaBanner, tabella_banner, GTK_TYPE_BOX)

static void
on_confirm_clicked (GtkButton *button, TabellaBanner *self)
{
  tabella_station_confirm_queue (tabella_kiosk_station (self->kiosk));
  tabella_kiosk_changed (self->kiosk);
}

static char *
closing_words (TabellaKiosk *kiosk)
{
  TabellaHoursState hours;

  tabella_station_hours (tabella_kiosk_station (kiosk), &hours);
  if (hours.changed != NULL)
    return g_strdup_printf (_ ("The organisers changed the hours: %s. When that time has passed: "
                               "finish the queue, then close."),
                            tabella_kiosk_text (kiosk, hours.changed));
  return g_strdup (_ ("It is past closing time: finish the queue, then close."));
}

static char *
early_words (TabellaKiosk *kiosk)
{
  TabellaHoursState hours;

  tabella_station_hours (tabella_kiosk_station (kiosk), &hours);
  if (hours.changed != NULL)
    return g_strdup_printf (_ ("The organisers changed the hours: %s."),
                            tabella_kiosk_text (kiosk, hours.changed));
  return g_strdup_printf (_ ("This station opens at %s."), hours.open);
}

static char *
advice_words (TabellaKiosk *kiosk, TabellaAdvice advice)
{
  switch (advice) {
  case TABELLA_ADVICE_CLOSING:
    return closing_words (kiosk);
  case TABELLA_ADVICE_COPY:
    return g_strdup (_ ("Time for a safety copy, when nobody is waiting."));
  case TABELLA_ADVICE_QUEUE_ONLY:
    return g_strdup (_ ("Past closing time: only the queue."));
  case TABELLA_ADVICE_EARLY:
    return early_words (kiosk);
  case TABELLA_ADVICE_NONE:
  default:
    return NULL;
  }
}

/* On the screens of the open poll; elsewhere something else is to be done. */
static gboolean
has_banner (TabellaScreen screen)
{
  return screen == TABELLA_SCREEN_OFFICER || screen == TABELLA_SCREEN_ANSWER ||
         screen == TABELLA_SCREEN_TICKET || screen == TABELLA_SCREEN_HANDOVER;
}

gboolean
tabella_banner_sync (TabellaBanner *self)
{
  const TabellaScreen screen = tabella_kiosk_screen (self->kiosk);
  TabellaAdvice advice = has_banner (screen)
                             ? tabella_station_advice (tabella_kiosk_station (self->kiosk))
                             : TABELLA_ADVICE_NONE;
  g_autofree char *words = advice_words (self->kiosk, advice);
  const gboolean same =
      g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->words)), words != NULL ? words : "") == 0;

  gtk_label_set_text (GTK_LABEL (self->words), words != NULL ? words : "");
  gtk_button_set_label (GTK_BUTTON (self->confirm), _ ("Only the queue now"));
  gtk_widget_set_visible (self->confirm,
                          advice == TABELLA_ADVICE_CLOSING && screen == TABELLA_SCREEN_OFFICER);
  gtk_widget_set_visible (GTK_WIDGET (self), words != NULL);
  return !same;
}

static void
tabella_banner_class_init (TabellaBannerClass *klass)
{
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "banner");
}

static void
tabella_banner_init (TabellaBanner *self)
{
  self->words = tabella_label_new ("", "banner-words");
  gtk_widget_set_hexpand (self->words, TRUE);
  gtk_container_add (GTK_CONTAINER (self), self->words);
  self->confirm = gtk_button_new_with_label ("");
  gtk_widget_set_focus_on_click (self->confirm, FALSE); /* it stays with the entry, for a reader */
  g_signal_connect (self->confirm, "clicked", G_CALLBACK (on_confirm_clicked), self);
  gtk_container_add (GTK_CONTAINER (self), self->confirm);
}

GtkWidget *
tabella_banner_new (TabellaKiosk *kiosk)
{
  TabellaBanner *self = g_object_new (TABELLA_TYPE_BANNER, NULL);

  self->kiosk = kiosk;
  return GTK_WIDGET (self);
}
