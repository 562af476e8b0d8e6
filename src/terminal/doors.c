/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "doors.h"

#include "places.h"
#include "process.h"

#define BUS_PATIENCE 5 /* seconds; it is there at once or not at all */

void
tabella_doors_clear (TabellaDoors *d)
{
  g_clear_object (&d->hands);
  g_clear_object (&d->bus);
}

typedef struct {
  GDBusConnection *connection;
  GCancellable *cancellable;
  gboolean answered;
} Waiting;

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  Waiting *w = data;

  w->connection = g_bus_get_finish (result, NULL);
  w->answered = TRUE;
}

static gboolean
on_late (gpointer data)
{
  g_cancellable_cancel (((Waiting *)data)->cancellable);
  return G_SOURCE_CONTINUE;
}

/* A poll goes on without it. */
static GDBusConnection *
system_bus (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Waiting w = { .cancellable = cancellable };
  guint late = g_timeout_add_seconds (BUS_PATIENCE, on_late, &w);

  g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, on_bus, &w);
  while (!w.answered)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
  if (w.connection != NULL)
    g_dbus_connection_set_exit_on_close (w.connection, FALSE);
  return w.connection;
}

gboolean
tabella_doors_open (TabellaDoors *d, GError **error)
{
  g_autofree char *program = tabella_place_hands (), *print = tabella_place_print ();

  g_setenv ("GIO_USE_VFS", "local", TRUE); /* no gvfs, */
  g_setenv ("GIO_USE_VOLUME_MONITOR", "unix", TRUE);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE); /* and nobody's settings */
  d->hands = tabella_hands_start (program, print, error);
  if (d->hands == NULL)
    return FALSE;
  d->bus = system_bus ();
  return TRUE;
}

/* The accessibility bridge would also take connections past its bus; it does without. */
static void
on_bridge (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  if (!g_str_has_prefix (message, "atk-bridge: Couldn't listen"))
    g_log_default_handler (domain, level, message, data);
}

void
tabella_doors_shut (TabellaDoors *d)
{
  g_autoptr (GError) error = NULL;

  g_log_set_handler (NULL, G_LOG_LEVEL_WARNING, on_bridge, NULL);
  if (!tabella_process_shut (TABELLA_SHUT_ALL, &error))
    g_printerr ("tabella-terminal: %s\n", error->message);
}
