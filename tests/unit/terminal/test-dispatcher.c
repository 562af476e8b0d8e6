/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real library and a real dispatcher of our own, whose synthesizer makes no sound; what it was
 * asked to say is in its own log. Once in this process, and once through tabella-hands. */
#include <glib/gstdio.h>
#include <signal.h>
#include "dispatcher.h"
#include "hands.h"
#include "secret.h"

#define DEADLINE 20 /* seconds */

typedef struct {
  char *folder, *socket, *log;
  GPid pid;
  TabellaSpeaker *speaker;
  guint failures;
} Fixture;

static gboolean
on_late (gpointer what)
{
  g_error ("waited %d seconds for %s", DEADLINE, (const char *)what);
  return G_SOURCE_REMOVE;
}

static void
on_failed (Fixture *f)
{
  f->failures++;
}

static void
start_dispatcher (Fixture *f)
{
  g_autofree char *conf = g_build_filename (f->folder, "speech-dispatcher", NULL);
  g_autofree char *file = g_build_filename (conf, "speechd.conf", NULL);
  g_autofree char *modules = g_build_filename (conf, "modules", NULL);
  g_autofree char *pid_file = g_build_filename (f->folder, "pid", NULL);
  g_autofree char *settings =
      g_strdup_printf ("LogLevel 5\nAudioOutputMethod \"alsa\"\nAudioALSADevice \"null\"\n"
                       "AddModule \"dummy\" \"sd_dummy\" \"\"\nDefaultModule dummy\n"
                       "CommunicationMethod \"unix_socket\"\nSocketPath \"%s\"\nTimeout 1\n",
                       f->socket);
  g_autoptr (GError) error = NULL;
  const char *const argv[] = {
    "speech-dispatcher", "-s", "-c",     "unix_socket", "-S", f->socket, "-C", conf, "-L",
    f->folder,           "-P", pid_file, "-l",          "5",  "-t",      "0",  NULL
  };

  g_assert_cmpint (g_mkdir_with_parents (modules, 0700), ==, 0);
  g_file_set_contents (file, settings, -1, &error);
  g_assert_no_error (error);
  if (!g_spawn_async (NULL, (char **)argv, NULL,
                      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL |
                          G_SPAWN_STDERR_TO_DEV_NULL,
                      NULL, NULL, &f->pid, &error))
    g_error ("%s: sh data/packages test", error->message);
}

static TabellaHands *
hands_new (void)
{
  g_autoptr (GError) error = NULL;
  TabellaHands *hands = tabella_hands_start (g_getenv ("TABELLA_HANDS"), "/bin/cat", &error);

  g_assert_no_error (error);
  return hands;
}

static void
set_up (Fixture *f, gconstpointer through_hands)
{
  g_autofree char *address = NULL;
  g_autoptr (GError) error = NULL;
  guint late = g_timeout_add_seconds (DEADLINE, on_late, (gpointer) "the dispatcher's socket");

  f->folder = g_dir_make_tmp ("tabella-speech-XXXXXX", &error);
  g_assert_no_error (error);
  f->socket = g_build_filename (f->folder, "socket", NULL);
  f->log = g_build_filename (f->folder, "speech-dispatcher.log", NULL);
  address = g_strconcat ("unix_socket:", f->socket, NULL);
  g_setenv ("SPEECHD_ADDRESS", address, TRUE);
  g_setenv ("XDG_CONFIG_HOME", f->folder, TRUE); /* whence another one would have its settings */
  start_dispatcher (f);
  while (!g_file_test (f->socket, G_FILE_TEST_EXISTS)) {
    g_main_context_iteration (NULL, FALSE);
    g_usleep (10000);
  }
  g_source_remove (late);
  f->speaker = through_hands ? TABELLA_SPEAKER (hands_new ()) : tabella_dispatcher_new ();
  g_signal_connect_swapped (f->speaker, "failed", G_CALLBACK (on_failed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  const char *const argv[] = { "rm", "-rf", f->folder, NULL };

  g_object_unref (f->speaker);
  kill (f->pid, SIGCONT);
  kill (f->pid, SIGTERM);
  g_spawn_close_pid (f->pid);
  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  g_free (f->folder);
  g_free (f->socket);
  g_free (f->log);
}

static gboolean
logged (Fixture *f, const char *text)
{
  g_autofree char *log = NULL;

  return g_file_get_contents (f->log, &log, NULL, NULL) && strstr (log, text) != NULL;
}

static void
wait_for_log (Fixture *f, const char *text)
{
  guint late = g_timeout_add_seconds (DEADLINE, on_late, (gpointer)text);

  while (!logged (f, text)) {
    g_assert_cmpuint (f->failures, ==, 0);
    g_main_context_iteration (NULL, FALSE);
    g_usleep (10000);
  }
  g_source_remove (late);
}

static void
wait_for_failure (Fixture *f)
{
  guint late = g_timeout_add_seconds (DEADLINE, on_late, (gpointer) "a failure to be told");

  while (f->failures == 0)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (late);
}

static void
test_says (Fixture *f, gconstpointer data)
{
  tabella_speaker_set_rate (f->speaker, 35);
  tabella_speaker_set_volume (f->speaker, -40);
  tabella_speaker_say (f->speaker, "first sentence", "en", TRUE);
  tabella_speaker_say (f->speaker, ".second\nsentence", "zh_HK", FALSE);
  wait_for_log (f, "first sentence");
  wait_for_log (f, ".second sentence");
  wait_for_log (f, "SET SELF RATE 35");
  wait_for_log (f, "SET SELF VOLUME -40");
  wait_for_log (f, "yue");
  tabella_speaker_stop (f->speaker);
  wait_for_log (f, "CANCEL SELF");
  g_assert_cmpuint (f->failures, ==, 0);
}

/* It does not answer any more: saying something takes no time, and the failure is told once. */
static void
test_hangs (Fixture *f, gconstpointer data)
{
  gint64 before;

  tabella_speaker_say (f->speaker, "before", "en", TRUE);
  wait_for_log (f, "before");
  kill (f->pid, SIGSTOP);
  before = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++)
    tabella_speaker_say (f->speaker, "nobody hears this", "en", i % 2 == 0);
  g_assert_cmpint (g_get_monotonic_time () - before, <, G_USEC_PER_SEC);
  wait_for_failure (f);
  g_assert_cmpuint (f->failures, ==, 1);
}

/* It is gone: the terminal is not, and is told. */
static void
test_dies (Fixture *f, gconstpointer data)
{
  tabella_speaker_say (f->speaker, "before", "en", TRUE);
  wait_for_log (f, "before");
  kill (f->pid, SIGKILL);
  tabella_speaker_say (f->speaker, "nobody hears this", "en", TRUE);
  wait_for_failure (f);
  g_assert_cmpuint (f->failures, ==, 1);
#ifndef __SANITIZE_ADDRESS__ /* the library loses the text of its error */
  f->failures = 0;           /* and it starts no other one */
  tabella_speaker_say (f->speaker, "nobody hears this", "en", TRUE);
  wait_for_failure (f);
#endif
}

/* A terminal that somebody has taken over. */
static void
test_no_commands (Fixture *f, gconstpointer data)
{
  tabella_speaker_say (f->speaker, "with a command", "en\r\nSET SELF RATE 77", FALSE);
  tabella_speaker_say (f->speaker, "what comes then", "en", FALSE);
  wait_for_log (f, "what comes then");
  g_assert_false (logged (f, "SET SELF RATE 77"));
  g_assert_false (logged (f, "with a command"));
}

/* The process in between is gone: the terminal is told, and asks it for nothing more. */
static void
test_no_hands (Fixture *f, gconstpointer data)
{
  g_autofree char *children = NULL;
  g_autoptr (GInputStream) output = NULL;
  g_auto (GStrv) pids = NULL;

  tabella_speaker_say (f->speaker, "before", "en", TRUE);
  wait_for_log (f, "before");
  g_assert_true (g_file_get_contents ("/proc/thread-self/children", &children, NULL, NULL));
  pids = g_strsplit (g_strstrip (children), " ", -1);
  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "tabella-hands has ended*");
  for (guint i = 0; pids[i] != NULL; i++)
    if (atoi (pids[i]) != f->pid)
      kill (atoi (pids[i]), SIGKILL);
  wait_for_failure (f);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (f->failures, ==, 1);
  tabella_speaker_say (f->speaker, "nobody hears this", "en", TRUE);
  while (f->failures == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (
      tabella_hands_run (TABELLA_HANDS (f->speaker), (const char *const[]){ NULL }, NULL, &output),
      ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*test) (Fixture *f, gconstpointer data);
  } cases[] = { { "says", test_says }, { "hangs", test_hangs }, { "dies", test_dies } };

  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *here = g_strconcat ("/dispatcher/", cases[i].name, NULL);
    g_autofree char *there = g_strconcat ("/hands/", cases[i].name, NULL);

    g_test_add (here, Fixture, NULL, set_up, cases[i].test, tear_down);
    g_test_add (there, Fixture, "through", set_up, cases[i].test, tear_down);
  }
  g_test_add ("/hands/no-commands", Fixture, "through", set_up, test_no_commands, tear_down);
  g_test_add ("/hands/gone", Fixture, "through", set_up, test_no_hands, tear_down);
  return g_test_run ();
}
