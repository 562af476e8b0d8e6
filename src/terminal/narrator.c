/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "narrator.h"

#include <glib/gi18n.h>
#include <string.h>
#include "pager.h"
#include "spelling.h"
#include "spoken.h"

struct _TabellaNarrator {
  TabellaKiosk *kiosk;
  TabellaSpeaker *speaker;
  GtkWindow *window;
  GtkWidget *screen;

  guint control_source;          /* the focused control is to be said */
  gboolean interrupt;            /* … at once, or after what is being said */
  gboolean speaking, introduced; /* this voter was told of the keys */
  GtkWidget *control;            /* said last; only ever compared */
  gboolean chosen;               /* it was, then */
  const char *language;          /* interned: of what was said last */
  guint typed, page;
  char *notice;
};

static gboolean
may_speak (TabellaNarrator *n)
{
  return tabella_kiosk_comfort (n->kiosk)->sound && tabella_kiosk_is_voter (n->kiosk);
}

static void
say (TabellaNarrator *n, GPtrArray *list, gboolean interrupt)
{
  for (guint i = 0; i < list->len; i++) {
    const TabellaUtterance *u = list->pdata[i];

    tabella_speaker_say (n->speaker, u->text, u->language, interrupt && i == 0);
    n->speaking = TRUE;
  }
}

static void
hush (TabellaNarrator *n)
{
  if (n->speaking)
    tabella_speaker_stop (n->speaker);
  n->speaking = FALSE;
}

static void
remember_control (TabellaNarrator *n, GtkWidget *control)
{
  n->control = control;
  n->chosen =
      GTK_IS_TOGGLE_BUTTON (control) && gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (control));
}

/* Whoever turned the page hears which one it is. */
static void
add_page (TabellaNarrator *n, GPtrArray *list, GtkWidget *control)
{
  GtkWidget *pager = gtk_widget_get_ancestor (control, TABELLA_TYPE_PAGER);
  guint of, page = pager != NULL ? tabella_pager_page (TABELLA_PAGER (pager), &of) : n->page;

  if (page != n->page) {
    g_autofree char *text = g_strdup_printf (_ ("Page %u of %u"), page + 1, of);

    tabella_spoken_add (list, n->kiosk, text, NULL);
  }
  n->page = page;
}

static gboolean
say_control (gpointer data)
{
  TabellaNarrator *n = data;
  GtkWidget *control = gtk_window_get_focus (n->window);
  g_autoptr (GPtrArray) list = tabella_spoken_new ();

  n->control_source = 0;
  if (!may_speak (n) || control == NULL)
    return G_SOURCE_REMOVE;
  remember_control (n, control);
  add_page (n, list, control);
  tabella_spoken_control (list, n->kiosk, control);
  say (n, list, n->interrupt);
  return G_SOURCE_REMOVE;
}

/* Once the screen has been arranged: the focus may still go elsewhere. */
static void
schedule_control (TabellaNarrator *n, gboolean interrupt)
{
  n->interrupt = interrupt;
  if (n->control_source == 0)
    n->control_source = g_idle_add_full (G_PRIORITY_LOW, say_control, n, NULL);
}

static void
on_set_focus (TabellaNarrator *n, GtkWidget *control)
{
  if (n->screen != NULL && may_speak (n) && control != NULL && n->control_source == 0)
    schedule_control (n, TRUE);
}

static void
on_failed (TabellaNarrator *n)
{
  n->speaking = FALSE;
  tabella_kiosk_sound_failed (n->kiosk);
}

TabellaNarrator *
tabella_narrator_new (TabellaKiosk *kiosk, GtkWindow *window)
{
  TabellaNarrator *n = g_new0 (TabellaNarrator, 1);

  n->kiosk = kiosk;
  n->window = window;
  n->speaker = g_object_ref (tabella_kiosk_speaker (kiosk));
  g_signal_connect_swapped (window, "set-focus", G_CALLBACK (on_set_focus), n);
  g_signal_connect_swapped (n->speaker, "failed", G_CALLBACK (on_failed), n);
  return n;
}

void
tabella_narrator_free (TabellaNarrator *n)
{
  if (n == NULL)
    return;
  hush (n);
  g_clear_handle_id (&n->control_source, g_source_remove);
  g_signal_handlers_disconnect_by_data (n->window, n);
  g_signal_handlers_disconnect_by_data (n->speaker, n);
  g_object_unref (n->speaker);
  g_free (n->notice);
  g_free (n);
}

static GtkWidget *
entry_of (GtkWidget *widget)
{
  g_autoptr (GList) children = NULL;

  if (GTK_IS_ENTRY (widget))
    return widget;
  if (GTK_IS_CONTAINER (widget))
    children = gtk_container_get_children (GTK_CONTAINER (widget));
  for (GList *l = children; l != NULL; l = l->next) {
    GtkWidget *entry = entry_of (l->data);

    if (entry != NULL)
      return entry;
  }
  return NULL;
}

static guint
n_typed (TabellaNarrator *n)
{
  GtkWidget *entry = entry_of (n->screen);

  return entry != NULL ? gtk_entry_get_text_length (GTK_ENTRY (entry)) : 0;
}

static void
say_screen (TabellaNarrator *n)
{
  g_autoptr (GPtrArray) list = tabella_spoken_new ();

  if (!n->introduced)
    tabella_spoken_add (list, n->kiosk,
                        _ ("Sound is on. Tab goes to the next button. Enter or Space presses it. "
                           "R says everything again."),
                        NULL);
  n->introduced = TRUE;
  tabella_spoken_screen (list, n->kiosk, n->screen);
  say (n, list, TRUE);
}

static void
take_settings (TabellaNarrator *n)
{
  const TabellaComfort *comfort = tabella_kiosk_comfort (n->kiosk);

  tabella_speaker_set_rate (n->speaker, tabella_comfort_speech_rate (comfort));
  tabella_speaker_set_volume (n->speaker, tabella_comfort_speech_volume (comfort));
}

void
tabella_narrator_left (TabellaNarrator *n)
{
  n->screen = NULL;
  n->control = NULL;
  g_clear_handle_id (&n->control_source, g_source_remove);
}

void
tabella_narrator_arrived (TabellaNarrator *n, GtkWidget *screen, gboolean again)
{
  n->screen = screen;
  n->page = again ? n->page : 0;
  n->typed = n_typed (n);
  g_free (n->notice);
  n->notice = g_strdup (tabella_kiosk_get_notice (n->kiosk));
  if (!may_speak (n)) {
    n->introduced = n->introduced && tabella_kiosk_comfort (n->kiosk)->sound;
    hush (n);
    return;
  }
  take_settings (n);
  again = again && n->language == g_intern_string (tabella_kiosk_language (n->kiosk));
  n->language = g_intern_string (tabella_kiosk_language (n->kiosk));
  if (again && n->introduced) {
    schedule_control (n, TRUE);
    return;
  }
  say_screen (n);
  schedule_control (n, FALSE);
}

/* What a ticket's characters are; a PIN's belong to an officer who has come, and are not said. */
static void
say_typed (TabellaNarrator *n, guint typed)
{
  const char *text = gtk_entry_get_text (GTK_ENTRY (entry_of (n->screen)));
  g_autoptr (GPtrArray) list = tabella_spoken_new ();
  g_autofree char *last = NULL;

  if (tabella_kiosk_screen (n->kiosk) == TABELLA_SCREEN_OFFICER_PIN) {
    hush (n);
    return;
  }
  last = typed > n->typed ? tabella_spell (g_utf8_offset_to_pointer (text, typed - 1))
                          : g_strdup (_ ("Erased"));
  tabella_spoken_add (list, n->kiosk, last, NULL);
  say (n, list, TRUE);
}

static void
say_notice (TabellaNarrator *n)
{
  g_autoptr (GPtrArray) list = tabella_spoken_new ();

  tabella_spoken_add (list, n->kiosk, n->notice, NULL);
  say (n, list, TRUE);
  n->interrupt = FALSE; /* a button that came with it is said after it */
}

static void
say_state (TabellaNarrator *n)
{
  g_autoptr (GPtrArray) list = tabella_spoken_new ();

  remember_control (n, n->control);
  tabella_spoken_state (list, n->kiosk, n->control);
  say (n, list, TRUE);
}

void
tabella_narrator_changed (TabellaNarrator *n)
{
  const char *notice = tabella_kiosk_get_notice (n->kiosk);
  GtkWidget *focus = gtk_window_get_focus (n->window);
  guint typed;

  if (n->screen == NULL || !may_speak (n))
    return;
  typed = n_typed (n);
  if (g_strcmp0 (notice, n->notice) != 0) {
    g_free (n->notice);
    n->notice = g_strdup (notice);
    if (notice != NULL)
      say_notice (n);
  } else if (typed != n->typed) {
    say_typed (n, typed);
  }
  n->typed = typed;
  if (GTK_IS_TOGGLE_BUTTON (focus) && focus == n->control && n->control_source == 0 &&
      gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (focus)) != n->chosen)
    say_state (n);
}

void
tabella_narrator_repeat (TabellaNarrator *n)
{
  TabellaComfort comfort = *tabella_kiosk_comfort (n->kiosk);

  if (n->screen == NULL || !tabella_flow_is_voter_screen (tabella_kiosk_screen (n->kiosk)))
    return;
  if (!comfort.sound) {
    comfort.sound = TRUE;
    tabella_kiosk_set_comfort (n->kiosk, &comfort);
    return;
  }
  say_screen (n);
  schedule_control (n, FALSE);
}
