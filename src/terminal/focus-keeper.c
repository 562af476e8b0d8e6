/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "focus-keeper.h"

#include "focus.h"
#include "keypad.h"

/* A control of a screen that is built again. */
typedef struct {
  TabellaScreen screen;
  guint place;
  int seat;
} Seat;

struct _TabellaFocusKeeper {
  GtkWindow *window;
  TabellaKiosk *kiosk;
  GtkWidget **bar;
  GtkWidget *screen;
  guint lost_source;

  /* Where the focus was last on the screen, and on the one from which it was left for another. */
  GtkWidget *last;
  Seat here, left;
  guint16 held; /* the key that is down: kept down it does nothing more */
};

static GPtrArray *
ring_of (TabellaFocusKeeper *f)
{
  return tabella_focus_ring (f->screen, f->bar);
}

static gboolean
is_select (guint keyval)
{
  return keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter ||
         keyval == GDK_KEY_space || keyval == GDK_KEY_KP_Space;
}

static gboolean
on_key_release (TabellaFocusKeeper *f)
{
  f->held = 0;
  return GDK_EVENT_PROPAGATE;
}

/* Tab and its reverse everywhere; up and down too, but where a keypad has lines of its own. */
static gboolean
step_of (TabellaFocusKeeper *f, const GdkEventKey *event, gboolean *forward)
{
  GtkWidget *focus = gtk_window_get_focus (f->window);
  const guint key = event->keyval;

  *forward = (key == GDK_KEY_Tab && (event->state & GDK_SHIFT_MASK) == 0) ||
             key == GDK_KEY_KP_Tab || key == GDK_KEY_Down;
  if (key == GDK_KEY_Tab || key == GDK_KEY_KP_Tab || key == GDK_KEY_ISO_Left_Tab)
    return TRUE;
  return (key == GDK_KEY_Down || key == GDK_KEY_Up) &&
         tabella_flow_is_voter_screen (tabella_kiosk_screen (f->kiosk)) &&
         (focus == NULL ||
          (!GTK_IS_ENTRY (focus) && gtk_widget_get_ancestor (focus, TABELLA_TYPE_KEYPAD) == NULL));
}

static gboolean
on_focus_lost (gpointer data)
{
  TabellaFocusKeeper *f = data;
  g_autoptr (GPtrArray) ring = ring_of (f);
  GtkWidget *first = tabella_focus_step (ring, NULL, TRUE);

  f->lost_source = 0;
  if (gtk_window_get_focus (f->window) == NULL && first != NULL)
    gtk_widget_grab_focus (first);
  return G_SOURCE_REMOVE;
}

/* What had the focus may have gone to another page: after the pages are filled, something else has
 * it. */
static void
on_set_focus (TabellaFocusKeeper *f, GtkWidget *widget)
{
  if (widget != NULL && f->screen != NULL && gtk_widget_is_ancestor (widget, f->screen))
    g_set_weak_pointer (&f->last, widget);
  if (widget == NULL && f->lost_source == 0)
    f->lost_source = g_idle_add (on_focus_lost, f);
}

static gboolean
is_aside (TabellaScreen screen)
{
  return screen == TABELLA_SCREEN_COMFORT || screen == TABELLA_SCREEN_IDLE_ALERT ||
         screen == TABELLA_SCREEN_OFFICER_PIN;
}

void
tabella_focus_keeper_leave (TabellaFocusKeeper *f)
{
  f->here.seat = f->last != NULL ? tabella_focus_seat (f->screen, f->last) : -1;
  if (!is_aside (f->here.screen))
    f->left = f->here;
  g_clear_weak_pointer (&f->last);
  f->screen = NULL;
}

/* The focus goes to where it was before a setting was changed or another screen came between; else
 * where the screen wants it or to its first control. */
void
tabella_focus_keeper_arrive (TabellaFocusKeeper *f, GtkWidget *screen)
{
  const Seat now = { tabella_kiosk_screen (f->kiosk), tabella_kiosk_place (f->kiosk), -1 };
  const Seat before = is_aside (f->here.screen) && !is_aside (now.screen) ? f->left : f->here;
  GtkWidget *control = NULL, *focus = gtk_window_get_focus (f->window);

  f->screen = screen;
  f->here = now;
  if (before.screen == now.screen && before.place == now.place && before.seat > 0)
    control = tabella_focus_at (f->screen, before.seat);
  if (control != NULL) {
    tabella_focus_give (control);
  } else if (focus == NULL || !gtk_widget_is_ancestor (focus, f->screen)) {
    g_autoptr (GPtrArray) ring = ring_of (f);

    control = tabella_focus_step (ring, NULL, TRUE);
    if (control != NULL) /* not by turning to its page: what is on the first one comes first */
      gtk_widget_grab_focus (control);
  } else {
    g_set_weak_pointer (&f->last, focus);
  }
}

gboolean
tabella_focus_keeper_press (TabellaFocusKeeper *f, const GdkEventKey *event)
{
  gboolean forward;

  if (is_select (event->keyval) && event->hardware_keycode == f->held)
    return TRUE;
  f->held = event->hardware_keycode;
  if (step_of (f, event, &forward)) {
    g_autoptr (GPtrArray) ring = ring_of (f);
    GtkWidget *next = tabella_focus_step (ring, gtk_window_get_focus (f->window), forward);

    if (next != NULL)
      gtk_widget_grab_focus (next);
    return TRUE;
  }
  return FALSE;
}

TabellaFocusKeeper *
tabella_focus_keeper_new (GtkWindow *window, TabellaKiosk *kiosk, GtkWidget *const *bar)
{
  TabellaFocusKeeper *f = g_new0 (TabellaFocusKeeper, 1);
  guint n = 0;

  while (bar[n] != NULL)
    n++;
  f->window = window;
  f->kiosk = kiosk;
  f->bar = g_memdup2 (bar, (n + 1) * sizeof *bar);
  f->left.screen = f->here.screen = TABELLA_N_SCREENS;
  g_signal_connect_swapped (window, "key-release-event", G_CALLBACK (on_key_release), f);
  g_signal_connect_swapped (window, "set-focus", G_CALLBACK (on_set_focus), f);
  return f;
}

void
tabella_focus_keeper_free (TabellaFocusKeeper *f)
{
  if (f == NULL)
    return;
  g_signal_handlers_disconnect_by_data (f->window, f);
  g_clear_handle_id (&f->lost_source, g_source_remove);
  g_clear_weak_pointer (&f->last);
  g_free (f->bar);
  g_free (f);
}
