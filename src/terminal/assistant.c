/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "assistant.h"

#include <glib/gi18n.h>
#include "forget.h"
#include "banner.h"
#include "focus-keeper.h"
#include "language.h"
#include "narrator.h"
#include "touch-guard.h"
#include "typing.h"

#define ALERT_SECONDS 30 /* to answer "Are you still there?" (kiosk.md: 20–45) */
#define FALLBACK_IDLE 180
#define TICK_SECONDS  15 /* how late a banner may be */

struct _TabellaAssistant {
  GtkWindow parent_instance;

  TabellaKiosk *kiosk;
  TabellaScreenView *screen;
  TabellaGuard *guard;
  TabellaFocusKeeper *focus;
  TabellaNarrator *narrator;
  GtkWidget *banner;
  gboolean busy;
  guint moves; /* of the kiosk, when the present screen was built */
  guint idle_source, rebuild_source, tick_source;

  GtkWidget *practice_band, *practice_word, *practice_hint, *area;
  GtkWidget *back, *next, *lock, *help, *language, *comfort, *repeat, *curtain;
};

G_DEFINE_TYPE (TabellaAssistant, tabella_assistant, GTK_TYPE_WINDOW)

static gboolean
on_idle (gpointer data)
{
  TabellaAssistant *self = data;

  self->idle_source = 0;
  tabella_kiosk_take (self->kiosk, tabella_kiosk_screen (self->kiosk) == TABELLA_SCREEN_IDLE_ALERT
                                       ? TABELLA_EV_TIMEOUT
                                       : TABELLA_EV_IDLE);
  return G_SOURCE_REMOVE;
}

static guint
idle_seconds (TabellaAssistant *self)
{
  const TabellaManifest *m = tabella_station_manifest (tabella_kiosk_station (self->kiosk));

  if (tabella_kiosk_screen (self->kiosk) == TABELLA_SCREEN_IDLE_ALERT)
    return ALERT_SECONDS;
  return m != NULL ? m->election->policies.idle_seconds : FALLBACK_IDLE;
}

static void
restart_idle (TabellaAssistant *self)
{
  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (tabella_kiosk_is_voter (self->kiosk))
    self->idle_source = g_timeout_add_seconds (idle_seconds (self), on_idle, self);
}

/* Any touch or key restarts the timer; the alert itself is answered on its screen. */
static gboolean
on_event (GtkWidget *widget, GdkEvent *event, gpointer data)
{
  TabellaAssistant *self = TABELLA_ASSISTANT (widget);

  switch ((int)gdk_event_get_event_type (event)) {
  case GDK_BUTTON_PRESS:
  case GDK_TOUCH_BEGIN:
  case GDK_KEY_PRESS:
    /* A frame that no finger needs looks like a recommendation. */
    gtk_window_set_focus_visible (GTK_WINDOW (self),
                                  gdk_event_get_event_type (event) == GDK_KEY_PRESS);
    if (tabella_kiosk_screen (self->kiosk) != TABELLA_SCREEN_IDLE_ALERT)
      restart_idle (self);
    break;
  default:
    break;
  }
  return GDK_EVENT_PROPAGATE;
}

static void
show_picture (TabellaAssistant *self)
{
  TabellaComfort comfort = *tabella_kiosk_comfort (self->kiosk);

  comfort.blank = FALSE;
  tabella_kiosk_set_comfort (self->kiosk, &comfort);
}

static gboolean
is_repeat (TabellaAssistant *self, guint keyval)
{
  return keyval == GDK_KEY_F1 ||
         ((keyval == GDK_KEY_r || keyval == GDK_KEY_R) && !tabella_guard_is_scanned (self->guard) &&
          !GTK_IS_ENTRY (gtk_window_get_focus (GTK_WINDOW (self))));
}

static gboolean
on_key_press (GtkWidget *widget, GdkEventKey *event, gpointer data)
{
  TabellaAssistant *self = TABELLA_ASSISTANT (widget);

  if (tabella_focus_keeper_press (self->focus, event))
    return GDK_EVENT_STOP;
  if (event->keyval == GDK_KEY_Escape && tabella_kiosk_is_blank (self->kiosk)) {
    show_picture (self);
    return GDK_EVENT_STOP;
  }
  tabella_typing_lead (GTK_WINDOW (self), GTK_WIDGET (self->screen), event);
  if (is_repeat (self, event->keyval) && tabella_kiosk_is_voter (self->kiosk)) {
    tabella_narrator_repeat (self->narrator);
    return GDK_EVENT_STOP;
  }
  return GDK_EVENT_PROPAGATE;
}

/* Words that do not fit beside those of the other buttons take two lines. */
static void
set_button (GtkWidget *button, const char *label, gboolean sensitive)
{
  GtkWidget *words;

  gtk_widget_set_visible (button, label != NULL);
  if (label != NULL && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), label) != 0) {
    gtk_button_set_label (GTK_BUTTON (button), label);
    words = gtk_bin_get_child (GTK_BIN (button));
    gtk_label_set_line_wrap (GTK_LABEL (words), TRUE);
    gtk_label_set_justify (GTK_LABEL (words), GTK_JUSTIFY_CENTER);
  }
  gtk_widget_set_sensitive (button, sensitive);
}

/* What cannot be undone, or what nobody must pass unread, takes an impatient second tap later. */
static guint
weight_of (TabellaAssistant *self)
{
  const TabellaScreen screen = tabella_kiosk_screen (self->kiosk);

  return screen == TABELLA_SCREEN_INSTALL || screen == TABELLA_SCREEN_CLOSE_CONFIRM ||
                 screen == TABELLA_SCREEN_RETIRE
             ? 3
             : 1;
}

static void
sync_bars (TabellaAssistant *self)
{
  gboolean voter = tabella_kiosk_is_voter (self->kiosk);
  const char *hint = tabella_kiosk_hint (self->kiosk);

  gtk_widget_set_visible (self->practice_band, tabella_kiosk_practice (self->kiosk));
  gtk_label_set_text (GTK_LABEL (self->practice_word), _ ("PRACTICE"));
  gtk_label_set_text (GTK_LABEL (self->practice_hint), hint != NULL ? hint : "");
  set_button (self->back, tabella_screen_view_back_label (self->screen), TRUE);
  set_button (self->next, tabella_screen_view_next_label (self->screen),
              tabella_screen_view_can_next (self->screen));
  set_button (self->lock, _ ("Lock now"), TRUE);
  gtk_widget_set_visible (self->lock, !voter && tabella_kiosk_takes (self->kiosk, TABELLA_EV_LOCK));
  set_button (self->help, _ ("Call the officer"), TRUE);
  gtk_widget_set_visible (self->help, tabella_kiosk_takes (self->kiosk, TABELLA_EV_CALL_OFFICER));
  gtk_widget_set_sensitive (self->language, !tabella_kiosk_busy (self->kiosk));
}

/* One class of @names, the @chosen one. */
static void
set_class (GtkStyleContext *style, const char *const *names, guint n, guint chosen)
{
  for (guint i = 0; i < n; i++)
    if (i == chosen)
      gtk_style_context_add_class (style, names[i]);
    else
      gtk_style_context_remove_class (style, names[i]);
}

/* The voter's choices hold on the voter's screens; keys to type on always have one size. */
static void
sync_comfort (TabellaAssistant *self)
{
  static const char *const sizes[] = { "size-small", "size-normal", "size-large", "size-largest" };
  static const char *const contrasts[] = { "contrast-normal", "contrast-black-on-white",
                                           "contrast-white-on-black", "contrast-low" };
  TabellaScreen screen = tabella_kiosk_screen (self->kiosk);
  gboolean voter = tabella_flow_is_voter_screen (screen);
  gboolean sizable = voter && screen != TABELLA_SCREEN_BOOTH_WAIT;
  GtkStyleContext *style = gtk_widget_get_style_context (GTK_WIDGET (self));

  set_class (style, sizes, TABELLA_N_SIZES,
             sizable ? tabella_kiosk_size (self->kiosk) : TABELLA_SIZE_NORMAL);
  set_class (style, contrasts, TABELLA_N_CONTRASTS,
             voter ? tabella_kiosk_comfort (self->kiosk)->contrast : TABELLA_CONTRAST_NORMAL);
  gtk_widget_set_visible (self->curtain, tabella_kiosk_is_blank (self->kiosk));
  gtk_button_set_label (GTK_BUTTON (self->language),
                        tabella_language_name (tabella_kiosk_next_language (self->kiosk)));
  gtk_widget_set_visible (self->language, !voter);
  /* Signs, for who cannot read the present language. */
  gtk_button_set_label (GTK_BUTTON (self->comfort), "文 Aa ◐");
  gtk_widget_set_visible (self->comfort, tabella_kiosk_takes (self->kiosk, TABELLA_EV_COMFORT));
  atk_object_set_name (gtk_widget_get_accessible (self->comfort),
                       _ ("Language, text size, contrast and sound"));
  gtk_button_set_label (GTK_BUTTON (self->repeat), "↻");
  gtk_widget_set_visible (self->repeat, voter && tabella_kiosk_comfort (self->kiosk)->sound);
  atk_object_set_name (gtk_widget_get_accessible (self->repeat), _ ("Say again"));
}

static void
on_changed (TabellaAssistant *self)
{
  if (self->screen == NULL)
    return;
  tabella_screen_view_sync (self->screen);
  tabella_banner_sync (TABELLA_BANNER (self->banner));
  sync_bars (self);
  tabella_narrator_changed (self->narrator);
  if (self->busy && !tabella_kiosk_busy (self->kiosk))
    tabella_guard_moved (self->guard,
                         weight_of (self)); /* the buttons that come back mean something else */
  self->busy = tabella_kiosk_busy (self->kiosk);
}

/* The same screen in another language or size can be touched at once. */
static void
guard_new_screen (TabellaAssistant *self)
{
  if (self->moves != tabella_kiosk_moves (self->kiosk))
    tabella_guard_moved (self->guard, weight_of (self));
}

static gboolean
on_tick (gpointer data)
{
  TabellaAssistant *self = data;

  if (tabella_banner_sync (TABELLA_BANNER (self->banner)))
    on_changed (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
rebuild (gpointer data)
{
  TabellaAssistant *self = data;

  self->rebuild_source = 0;
  if (self->screen != NULL) {
    tabella_focus_keeper_leave (self->focus);
    tabella_narrator_left (self->narrator);
    gtk_widget_destroy (GTK_WIDGET (self->screen));
    tabella_forget_messages ();
  }
  self->screen = tabella_page_new (self->kiosk, tabella_kiosk_screen (self->kiosk));
  gtk_widget_set_vexpand (GTK_WIDGET (self->screen), TRUE);
  gtk_container_add (GTK_CONTAINER (self->area), GTK_WIDGET (self->screen));
  gtk_widget_show (GTK_WIDGET (self->screen));
  sync_comfort (self);
  on_changed (self);
  tabella_screen_view_enter (self->screen);
  on_changed (self);
  tabella_focus_keeper_arrive (self->focus, GTK_WIDGET (self->screen));
  tabella_narrator_arrived (self->narrator, GTK_WIDGET (self->screen),
                            self->moves == tabella_kiosk_moves (self->kiosk));
  restart_idle (self);
  guard_new_screen (self);
  self->moves = tabella_kiosk_moves (self->kiosk);
  return G_SOURCE_REMOVE;
}

/* Not at once: the signal may come out of a handler of the very screen that goes. */
static void
on_moved (TabellaAssistant *self)
{
  guard_new_screen (self);
  if (self->rebuild_source == 0)
    self->rebuild_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rebuild, self, NULL);
}

static void
on_back_clicked (GtkButton *button, TabellaAssistant *self)
{
  if (!tabella_guard_is_stale (self->guard))
    tabella_screen_view_back (self->screen);
}

static void
on_next_clicked (GtkButton *button, TabellaAssistant *self)
{
  if (!tabella_guard_is_stale (self->guard))
    tabella_screen_view_next (self->screen);
}

static void
on_lock_clicked (GtkButton *button, TabellaAssistant *self)
{
  if (!tabella_guard_is_stale (self->guard))
    tabella_kiosk_lock (self->kiosk);
}

static void
on_help_clicked (GtkButton *button, TabellaAssistant *self)
{
  tabella_kiosk_take (self->kiosk, TABELLA_EV_CALL_OFFICER);
}

static void
on_language_clicked (GtkButton *button, TabellaAssistant *self)
{
  tabella_kiosk_set_language (self->kiosk, tabella_kiosk_next_language (self->kiosk));
}

static void
on_repeat_clicked (GtkButton *button, TabellaAssistant *self)
{
  tabella_narrator_repeat (self->narrator);
}

static void
on_comfort_clicked (GtkButton *button, TabellaAssistant *self)
{
  tabella_kiosk_take (self->kiosk, TABELLA_EV_COMFORT);
}

static gboolean
on_curtain_pressed (GtkWidget *curtain, GdkEvent *event, TabellaAssistant *self)
{
  show_picture (self);
  return GDK_EVENT_STOP;
}

static void
tabella_assistant_dispose (GObject *object)
{
  TabellaAssistant *self = TABELLA_ASSISTANT (object);

  g_clear_handle_id (&self->idle_source, g_source_remove);
  g_clear_handle_id (&self->rebuild_source, g_source_remove);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_pointer (&self->guard, tabella_guard_free);
  g_clear_pointer (&self->focus, tabella_focus_keeper_free);
  g_clear_pointer (&self->narrator, tabella_narrator_free);
  if (self->kiosk != NULL)
    g_signal_handlers_disconnect_by_data (self->kiosk, self);
  g_clear_object (&self->kiosk);
  G_OBJECT_CLASS (tabella_assistant_parent_class)->dispose (object);
}

static void
tabella_assistant_class_init (TabellaAssistantClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = tabella_assistant_dispose;
  gtk_widget_class_set_css_name (widget_class, "assistant");
  gtk_widget_class_set_template_from_resource (widget_class, "/org/tabella/terminal/assistant.ui");
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, practice_band);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, practice_hint);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, practice_word);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, area);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, back);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, next);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, lock);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, help);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, language);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, comfort);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, repeat);
  gtk_widget_class_bind_template_child (widget_class, TabellaAssistant, curtain);
  gtk_widget_class_bind_template_callback (widget_class, on_back_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_next_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_lock_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_help_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_language_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_comfort_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_repeat_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_curtain_pressed);
}

static void
tabella_assistant_init (TabellaAssistant *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self, "event", G_CALLBACK (on_event), NULL);
  g_signal_connect (self, "key-press-event", G_CALLBACK (on_key_press), NULL);
}

GtkWidget *
tabella_assistant_new (TabellaKiosk *kiosk)
{
  TabellaAssistant *self = g_object_new (TABELLA_TYPE_ASSISTANT, "type", GTK_WINDOW_TOPLEVEL,
                                         "decorated", FALSE, "deletable", FALSE, NULL);

  self->kiosk = g_object_ref (kiosk);
  g_signal_connect_object (kiosk, "moved", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (kiosk, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  self->guard = tabella_guard_new (GTK_WINDOW (self), TABELLA_SETTLE);
  /* after a screen's own controls the way on, then what is seldom wanted */
  self->focus = tabella_focus_keeper_new (
      GTK_WINDOW (self), kiosk,
      (GtkWidget *const[]){ self->next, self->repeat, self->comfort, self->language, self->help,
                            self->lock, self->back, NULL });
  self->narrator = tabella_narrator_new (kiosk, GTK_WINDOW (self));
  self->banner = tabella_banner_new (kiosk);
  gtk_container_add (GTK_CONTAINER (self->area), self->banner);
  self->tick_source = g_timeout_add_seconds (TICK_SECONDS, on_tick, self);
  rebuild (self);
  gtk_window_set_focus_visible (GTK_WINDOW (self), FALSE);
  return GTK_WIDGET (self);
}

void
tabella_assistant_set_settle (TabellaAssistant *self, guint milliseconds)
{
  g_clear_pointer (&self->guard, tabella_guard_free);
  self->guard = tabella_guard_new (GTK_WINDOW (self), milliseconds);
}
