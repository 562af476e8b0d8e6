/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dispatcher.h"

#include <signal.h>
#include <sodium.h>
#include <libspeechd.h>
#include <string.h>

#define PATIENCE 5 /* seconds that an answer may take */
#define NORMAL   G_MAXINT

typedef enum { JOB_SAY, JOB_STOP, JOB_END } JobKind;

typedef struct {
  JobKind kind;
  gboolean interrupt;
  char *text; /* as SSIP wants it; wiped */
  const char *language;
  int rate, volume;
} Job;

/* What the thread has; it alone touches the connection. The object may go before it, if the
 * dispatcher never answers. */
typedef struct {
  gatomicrefcount refs;
  GAsyncQueue *jobs;
  GMainContext *context;
  GMutex mutex;
  TabellaDispatcher *owner; /* under the mutex; NULL when it has gone */
  gint64 busy_since;        /* under the mutex; 0: idle */

  SPDConnection *connection;
  const char *language;
  int rate, volume;
} Worker;

struct _TabellaDispatcher {
  GObject parent_instance;
  Worker *worker;
  int rate, volume;
  guint watch;
  gboolean failed; /* said so, and nothing has been said since */
};

static void tabella_dispatcher_speaker_init (TabellaSpeakerInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TabellaDispatcher, tabella_dispatcher, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_SPEAKER,
                                                      tabella_dispatcher_speaker_init))

static void
job_free (gpointer data)
{
  Job *job = data;

  if (job->text != NULL)
    sodium_memzero (job->text, strlen (job->text));
  g_free (job->text);
  g_free (job);
}

static void
worker_unref (Worker *w)
{
  if (!g_atomic_ref_count_dec (&w->refs))
    return;
  g_async_queue_unref (w->jobs);
  g_main_context_unref (w->context);
  g_mutex_clear (&w->mutex);
  g_free (w);
}

/* The thread */

static gboolean
report_failure (gpointer data)
{
  Worker *w = data;

  if (w->owner != NULL && !w->owner->failed) {
    w->owner->failed = TRUE;
    tabella_speaker_failed (TABELLA_SPEAKER (w->owner));
  }
  return G_SOURCE_REMOVE;
}

static void
drop_jobs (Worker *w)
{
  Job *job;

  while ((job = g_async_queue_try_pop (w->jobs)) != NULL) {
    gboolean end = job->kind == JOB_END;

    if (end) {
      g_async_queue_push_front (w->jobs, job);
      return;
    }
    job_free (job);
  }
}

static void
give_up (Worker *w)
{
  if (w->connection != NULL)
    spd_close (w->connection);
  w->connection = NULL;
  drop_jobs (w);
  g_atomic_ref_count_inc (&w->refs);
  g_main_context_invoke_full (w->context, G_PRIORITY_DEFAULT, report_failure, w,
                              (GDestroyNotify)worker_unref);
}

/* One that would be started here would read its settings from where this program can write. Who
 * names an address has one there. */
static gboolean
is_connected (Worker *w)
{
  const int start = g_getenv ("SPEECHD_ADDRESS") == NULL;
  char *why = NULL;

  if (w->connection == NULL) {
    w->connection =
        spd_open2 ("tabella-terminal", "voter", "kiosk", SPD_MODE_SINGLE, NULL, start, &why);
    w->language = NULL;
    w->rate = w->volume = NORMAL;
  }
  free (why);
  return w->connection != NULL;
}

/* The names under which synthesizers know what is spoken where these are written. */
static const char *
spoken_language (const char *language)
{
  if (strcmp (language, "zh_HK") == 0 || strcmp (language, "zh_MO") == 0)
    return "yue";
  if (g_str_has_prefix (language, "zh"))
    return "cmn";
  return language;
}

static gboolean
take_voice (Worker *w, const Job *job)
{
  gboolean ok = TRUE;

  if (w->language != job->language) {
    g_autofree char *tag = g_strdelimit (g_strdup (spoken_language (job->language)), "_", '-');

    /* a synthesizer without that language speaks with the voice that it has */
    spd_set_language (w->connection, tag);
    w->language = job->language;
  }
  if (w->rate != job->rate)
    ok = spd_set_voice_rate (w->connection, job->rate) == 0;
  if (ok && w->volume != job->volume)
    ok = spd_set_volume (w->connection, job->volume) == 0;
  w->rate = job->rate;
  w->volume = job->volume;
  return ok;
}

/* Not spd_say(), which keeps a copy that nobody wipes. */
static gboolean
speak (Worker *w, const Job *job)
{
  char *reply;
  gboolean ok;

  if (!take_voice (w, job) || spd_execute_command (w->connection, "SET SELF PRIORITY TEXT") != 0 ||
      spd_execute_command (w->connection, "SPEAK") != 0)
    return FALSE;
  spd_send_data (w->connection, job->text, SPD_NO_REPLY);
  reply = spd_send_data (w->connection, "\r\n.\r\n", SPD_WAIT_REPLY);
  ok = reply != NULL && reply[0] == '2'; /* SSIP's replies of success */
  free (reply);
  return ok;
}

static gboolean
do_job (Worker *w, const Job *job)
{
  if (job->kind == JOB_STOP)
    return w->connection == NULL || spd_cancel (w->connection) == 0;
  if (!is_connected (w) || (job->interrupt && spd_cancel (w->connection) != 0))
    return FALSE;
  return speak (w, job);
}

static void
set_busy (Worker *w, gboolean busy)
{
  g_mutex_lock (&w->mutex);
  w->busy_since = busy ? g_get_monotonic_time () : 0;
  g_mutex_unlock (&w->mutex);
}

static gpointer
work (gpointer data)
{
  Worker *w = data;
  gboolean end = FALSE;
  sigset_t pipe;

  /* a dispatcher that has gone is an error to be told, not the end of the terminal */
  sigemptyset (&pipe);
  sigaddset (&pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &pipe, NULL);
  while (!end) {
    Job *job = g_async_queue_pop (w->jobs);

    set_busy (w, TRUE);
    end = job->kind == JOB_END;
    if (!end && !do_job (w, job))
      give_up (w);
    set_busy (w, FALSE);
    job_free (job);
  }
  if (w->connection != NULL)
    spd_close (w->connection);
  worker_unref (w);
  return NULL;
}

/* The speaker */

static gboolean
on_watch (gpointer data)
{
  TabellaDispatcher *self = data;
  gint64 since;

  g_mutex_lock (&self->worker->mutex);
  since = self->worker->busy_since;
  g_mutex_unlock (&self->worker->mutex);
  if (since == 0 && g_async_queue_length (self->worker->jobs) <= 0) {
    self->watch = 0;
    return G_SOURCE_REMOVE;
  }
  if (since != 0 && g_get_monotonic_time () - since > PATIENCE * G_USEC_PER_SEC) {
    drop_jobs (self->worker);
    report_failure (self->worker);
  }
  return G_SOURCE_CONTINUE;
}

static void
push (TabellaDispatcher *self, Job *job)
{
  g_async_queue_push (self->worker->jobs, job);
  if (self->watch == 0)
    self->watch = g_timeout_add_seconds (1, on_watch, self);
}

/* One line; a line that is a dot alone would end it. */
static char *
as_data (const char *text)
{
  char *data = g_strconcat (text[0] == '.' ? "." : "", text, NULL);

  return g_strdelimit (data, "\r\n", ' ');
}

static void
say (TabellaSpeaker *speaker, const char *text, const char *language, gboolean interrupt)
{
  TabellaDispatcher *self = TABELLA_DISPATCHER (speaker);
  Job *job = g_new0 (Job, 1);

  job->kind = JOB_SAY;
  job->interrupt = interrupt;
  job->text = as_data (text);
  job->language = g_intern_string (language);
  job->rate = self->rate;
  job->volume = self->volume;
  if (interrupt)
    drop_jobs (self->worker);
  self->failed = FALSE;
  push (self, job);
}

static void
stop (TabellaSpeaker *speaker)
{
  TabellaDispatcher *self = TABELLA_DISPATCHER (speaker);
  Job *job = g_new0 (Job, 1);

  job->kind = JOB_STOP;
  drop_jobs (self->worker);
  push (self, job);
}

static void
set_rate (TabellaSpeaker *speaker, int rate)
{
  TABELLA_DISPATCHER (speaker)->rate = rate;
}

static void
set_volume (TabellaSpeaker *speaker, int volume)
{
  TABELLA_DISPATCHER (speaker)->volume = volume;
}

static void
tabella_dispatcher_speaker_init (TabellaSpeakerInterface *iface)
{
  iface->say = say;
  iface->stop = stop;
  iface->set_rate = set_rate;
  iface->set_volume = set_volume;
}

static void
dispose (GObject *object)
{
  TabellaDispatcher *self = TABELLA_DISPATCHER (object);
  Worker *w = g_steal_pointer (&self->worker);

  g_clear_handle_id (&self->watch, g_source_remove);
  if (w != NULL) {
    Job *job = g_new0 (Job, 1);

    job->kind = JOB_END;
    w->owner = NULL;
    drop_jobs (w);
    g_async_queue_push (w->jobs, job);
    worker_unref (w);
  }
  G_OBJECT_CLASS (tabella_dispatcher_parent_class)->dispose (object);
}

static void
tabella_dispatcher_class_init (TabellaDispatcherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
}

static void
tabella_dispatcher_init (TabellaDispatcher *self)
{
  Worker *w = g_new0 (Worker, 1);

  g_atomic_ref_count_init (&w->refs);
  g_atomic_ref_count_inc (&w->refs); /* the thread's */
  w->jobs = g_async_queue_new_full (job_free);
  w->context = g_main_context_ref_thread_default ();
  w->owner = self;
  g_mutex_init (&w->mutex);
  self->worker = w;
  g_thread_unref (g_thread_new ("speech", work, w));
}

TabellaSpeaker *
tabella_dispatcher_new (void)
{
  return g_object_new (TABELLA_TYPE_DISPATCHER, NULL);
}
