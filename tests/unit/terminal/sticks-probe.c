/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real sticks, for a script: a line "now STATE [ID|LABEL|SIZE|flags]…" for every change;
 * commands on standard input: list, mount ID, eject ID. */
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "sticks-udisks.h"

static TabellaSticks *sticks;
static GMainLoop *loop;

static void
say (void)
{
  static const char *const states[] = { "looking", "ready", "missing" };
  g_autoptr (GPtrArray) list = tabella_sticks_list (sticks);

  printf ("now %s", states[tabella_sticks_state (sticks)]);
  for (guint i = 0; i < list->len; i++) {
    const TabellaStickInfo *info = list->pdata[i];

    printf ("\t%s|%s|%" G_GUINT64_FORMAT "|%s|%s|%s", info->id, info->label, info->size,
            info->read_only ? "protected" : "", info->readable ? "readable" : "",
            info->root != NULL ? info->root : "");
  }
  printf ("\n");
}

static void
say_error (const char *what, const GError *error)
{
  static const char *const codes[] = { "gone", "unknown", "refused", "failed" };

  printf ("%s %s: %s\n", what,
          error->domain == TABELLA_STICKS_ERROR ? codes[error->code] : "another error",
          error->message);
}

static void
on_mounted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = tabella_sticks_mount_finish (sticks, result, &error);

  if (root != NULL)
    printf ("mounted %s\n", root);
  else
    say_error ("not-mounted", error);
}

static void
on_ejected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (tabella_sticks_eject_finish (sticks, result, &error))
    printf ("ejected\n");
  else
    say_error ("not-ejected", error);
}

static void
obey (const char *line)
{
  if (g_str_has_prefix (line, "mount "))
    tabella_sticks_mount (sticks, line + strlen ("mount "), NULL, on_mounted, NULL);
  else if (g_str_has_prefix (line, "eject "))
    tabella_sticks_eject (sticks, line + strlen ("eject "), NULL, on_ejected, NULL);
  else
    say ();
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  GDataInputStream *in = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (in, result, NULL, NULL);

  if (line == NULL) {
    g_main_loop_quit (loop);
    return;
  }
  obey (line);
  g_data_input_stream_read_line_async (in, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
}

int
main (void)
{
  g_autoptr (GInputStream) raw = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (raw);

  setvbuf (stdout, NULL, _IOLBF, 0);
  loop = g_main_loop_new (NULL, FALSE);
  sticks = tabella_sticks_udisks_new ();
  g_signal_connect (sticks, "changed", G_CALLBACK (say), NULL);
  say ();
  g_data_input_stream_read_line_async (in, G_PRIORITY_DEFAULT, NULL, on_line, NULL);
  g_main_loop_run (loop);
  g_object_unref (sticks);
  g_main_loop_unref (loop);
  return 0;
}
