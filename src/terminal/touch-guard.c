/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "touch-guard.h"

#define SCAN_GAP (250 * 1000) /* microseconds; a barcode reader's keys follow each other faster */

struct _TabellaGuard {
  GtkWindow *window;
  gint64 settle, until; /* microseconds */
  gint64 typed;         /* when the last letter or digit came for which there was no entry */
  gboolean dropping;    /* a touch was dropped: its end is, too */
  gboolean held, stale;
  gboolean scanned; /* the last key followed another one too fast for a person */
};

static gboolean
has_entry (TabellaGuard *self)
{
  return GTK_IS_ENTRY (gtk_window_get_focus (self->window));
}

static gboolean
is_activation (guint key)
{
  return key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter ||
         key == GDK_KEY_space;
}

/* What a toolkit makes of a keyboard: menus, a choice of emoji, pasting, the debugger's window.
 * Nothing here needs more than plain keys. */
static gboolean
is_shortcut (const GdkEventKey *key)
{
  const guint with =
      GDK_CONTROL_MASK | GDK_MOD1_MASK | GDK_SUPER_MASK | GDK_HYPER_MASK | GDK_META_MASK;

  return (key->state & with) != 0 || key->keyval == GDK_KEY_Menu || key->keyval == GDK_KEY_F10 ||
         key->keyval == GDK_KEY_Insert || key->keyval == GDK_KEY_KP_Insert;
}

/* A reader's letters do nothing where there is no entry, but the Enter after them would. */
static gboolean
drops_key (TabellaGuard *self, const GdkEventKey *key, gint64 now)
{
  const gunichar c = gdk_keyval_to_unicode (key->keyval);

  self->scanned = now - self->typed < SCAN_GAP;
  if (is_shortcut (key) ||
      (now < self->until && (is_activation (key->keyval) || g_unichar_isalnum (c))))
    return TRUE;
  if (has_entry (self))
    return FALSE;
  if (g_unichar_isalnum (c))
    self->typed = now;
  return self->scanned && is_activation (key->keyval);
}

/* Another button than the first, which is also a finger's. */
static gboolean
is_other_button (const GdkEvent *event)
{
  guint button;

  return gdk_event_get_button (event, &button) && button != GDK_BUTTON_PRIMARY;
}

static gboolean
drops (TabellaGuard *self, GdkEvent *event)
{
  const gint64 now = g_get_monotonic_time ();

  switch ((int)gdk_event_get_event_type (event)) {
  case GDK_BUTTON_PRESS:
  case GDK_TOUCH_BEGIN:
    self->dropping = now < self->until;
    self->held = !self->dropping;
    return self->dropping;
  case GDK_2BUTTON_PRESS:
  case GDK_3BUTTON_PRESS:
  case GDK_TOUCH_UPDATE:
  case GDK_BUTTON_RELEASE:
  case GDK_TOUCH_END:
  case GDK_TOUCH_CANCEL:
    return self->dropping;
  case GDK_KEY_PRESS:
    return drops_key (self, (const GdkEventKey *)event, now);
  default:
    return FALSE;
  }
}

static void
on_gdk_event (GdkEvent *event, gpointer data)
{
  TabellaGuard *self = data;
  const int type = gdk_event_get_event_type (event);

  if (is_other_button (event))
    return;
  if (!drops (self, event))
    gtk_main_do_event (event);
  if (type == GDK_BUTTON_RELEASE || type == GDK_TOUCH_END || type == GDK_TOUCH_CANCEL)
    self->dropping = self->held = self->stale = FALSE;
}

/* As if there had been no guard. */
static void
pass_gdk_event (GdkEvent *event, gpointer data)
{
  gtk_main_do_event (event);
}

TabellaGuard *
tabella_guard_new (GtkWindow *window, guint settle)
{
  TabellaGuard *self = g_new0 (TabellaGuard, 1);

  self->window = window;
  self->settle = (gint64)settle * 1000;
  self->typed = G_MININT64 / 2;
  gdk_event_handler_set (on_gdk_event, self, NULL);
  return self;
}

void
tabella_guard_free (TabellaGuard *self)
{
  if (self == NULL)
    return;
  gdk_event_handler_set (pass_gdk_event, NULL, NULL);
  g_free (self);
}

void
tabella_guard_moved (TabellaGuard *self, guint weight)
{
  self->until = g_get_monotonic_time () + self->settle * weight;
  self->stale = self->held;
}

gboolean
tabella_guard_is_stale (TabellaGuard *self)
{
  return self->stale;
}

gboolean
tabella_guard_is_scanned (TabellaGuard *self)
{
  return self->scanned;
}
