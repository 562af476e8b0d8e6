/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabella-hands PRINT
 *
 * What the terminal may no longer do once it has shut itself in: it connects to the speech
 * dispatcher and runs PRINT, the program tabella-print, when it is told to at its socket
 * (hands-wire.h). It holds no key and no ballot, and ends with the terminal. Memory that it frees
 * is overwritten, as the terminal's is: it inherits how (forget.c). */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "dispatcher.h"
#include "hands-wire.h"
#include "process.h"
#include "secret.h"

typedef struct {
  GMainLoop *loop;
  const char *print;
  TabellaSpeaker *speaker;
  GHashTable *running; /* number to GSubprocess */
} Hands;

static void
on_mute (Hands *h)
{
  const TabellaHandsHead head = { .kind = TABELLA_HANDS_MUTE };

  tabella_hands_send (TABELLA_HANDS_FD, &head, NULL, NULL);
}

/* The library would hand on anything, also a line that is a command of its own. */
static gboolean
is_language (const char *text)
{
  return text[strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-@.")] == '\0';
}

static void
say (Hands *h, const TabellaHandsMessage *m)
{
  if (g_strv_length (m->words) != 2 || !is_language (m->words[1]))
    return;
  tabella_speaker_set_rate (h->speaker, m->head.rate);
  tabella_speaker_set_volume (h->speaker, m->head.volume);
  tabella_speaker_say (h->speaker, m->words[0], m->words[1], m->head.interrupt);
}

typedef struct {
  Hands *hands;
  guint32 id;
} Run;

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Run *run = data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_hash_table_remove (run->hands->running, GUINT_TO_POINTER (run->id));
}

/* What cannot be run says so in its place. */
static void
run (Hands *h, TabellaHandsMessage *m)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  GSubprocess *process;
  int out = m->files[0], copy = out >= 0 ? dup (out) : -1;
  Run *one;

  if (copy < 0)
    return;
  g_ptr_array_add (argv, (char *)h->print);
  for (guint i = 0; m->words[i] != NULL; i++)
    g_ptr_array_add (argv, m->words[i]);
  g_ptr_array_add (argv, NULL);
  g_subprocess_launcher_take_stdout_fd (launcher, out);
  if (m->files[1] >= 0)
    g_subprocess_launcher_take_stdin_fd (launcher, m->files[1]);
  m->files[0] = m->files[1] = -1;
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)argv->pdata, NULL);
  if (process == NULL) {
    dprintf (copy, "state none\n");
  } else {
    one = g_new (Run, 1);
    *one = (Run){ h, m->head.id };
    g_hash_table_insert (h->running, GUINT_TO_POINTER (m->head.id), process);
    g_subprocess_wait_async (process, NULL, on_ended, one);
  }
  close (copy);
}

static void
end (Hands *h, guint32 id)
{
  GSubprocess *process = g_hash_table_lookup (h->running, GUINT_TO_POINTER (id));

  if (process != NULL)
    g_subprocess_force_exit (process);
}

static gboolean
on_message (int fd, GIOCondition condition, gpointer data)
{
  Hands *h = data;
  g_auto (TabellaHandsMessage) m = { .files = { -1, -1 } };
  gboolean ended;

  if (tabella_hands_receive (fd, &m, &ended)) {
    switch (m.head.kind) {
    case TABELLA_HANDS_SAY:
      say (h, &m);
      break;
    case TABELLA_HANDS_STOP:
      tabella_speaker_stop (h->speaker);
      break;
    case TABELLA_HANDS_RUN:
      run (h, &m);
      break;
    case TABELLA_HANDS_END:
      end (h, m.head.id);
      break;
    default:
      break;
    }
  }
  if (ended)
    g_main_loop_quit (h->loop);
  return ended ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) running =
      g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, g_object_unref);
  g_autoptr (TabellaSpeaker) speaker = NULL;
  g_autoptr (GError) error = NULL;
  Hands hands = { .loop = loop, .running = running };

  if (argc != 2) {
    g_printerr ("tabella-hands is started by tabella-terminal\n");
    return 2;
  }
  tabella_crypto_init ();
  if (!tabella_process_harden (&error) || fcntl (TABELLA_HANDS_FD, F_SETFD, FD_CLOEXEC) != 0) {
    g_printerr ("tabella-hands: %s\n", error != NULL ? error->message : "no terminal");
    return 1;
  }
  if (!tabella_process_shut (TABELLA_SHUT_STRANGE, &error))
    g_printerr ("tabella-hands: %s\n", error->message); /* the terminal's self-test judges */
  signal (SIGPIPE, SIG_IGN); /* whoever asked for something may have given up waiting */
  speaker = tabella_dispatcher_new ();
  hands.print = argv[1];
  hands.speaker = speaker;
  g_signal_connect_swapped (speaker, "failed", G_CALLBACK (on_mute), &hands);
  g_unix_fd_add (TABELLA_HANDS_FD, G_IO_IN | G_IO_HUP, on_message, &hands);
  g_main_loop_run (loop);
  return 0;
}
