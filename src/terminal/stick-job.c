/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stick-job.h"

#include "station-error.h"
#include "stick-work.h"

#define SLOW_SECONDS 10
/* A write may fail before the system notices that the stick is gone. */
#define PULLED_WITHIN (3 * G_USEC_PER_SEC)

struct _TabellaStickJob {
  GObject parent_instance;

  TabellaSticks *sticks;
  TabellaStation *station;
  const TabellaStickTask *task;
  char *input, *not_this;

  TabellaStickPhase phase;
  TabellaStickTrouble trouble;
  TabellaStickInfo *stick;
  gboolean waiting; /* the next stick that is in is meant */
  guint n_in;       /* how many were when there was trouble */
  GCancellable *cancellable;
  guint slow_source;
  gboolean slow, held, stays;
  gint64 failed_at;
  guint64 needed, available;
  char *message;
  gpointer result;
};

G_DEFINE_FINAL_TYPE (TabellaStickJob, tabella_stick_job, G_TYPE_OBJECT)

static guint changed_signal;

static void
changed (TabellaStickJob *job)
{
  g_signal_emit (job, changed_signal, 0);
}

static gboolean
on_slow (gpointer data)
{
  TabellaStickJob *job = data;

  job->slow_source = 0;
  job->slow = TRUE;
  changed (job);
  return G_SOURCE_REMOVE;
}

static void
set_phase (TabellaStickJob *job, TabellaStickPhase phase)
{
  const gboolean lasting = phase == TABELLA_STICK_OPENING || phase == TABELLA_STICK_WORKING ||
                           phase == TABELLA_STICK_CLOSING;

  job->phase = phase;
  job->slow = FALSE;
  g_clear_handle_id (&job->slow_source, g_source_remove);
  if (lasting)
    job->slow_source = g_timeout_add_seconds (SLOW_SECONDS, on_slow, job);
  if (phase == TABELLA_STICK_NONE || phase == TABELLA_STICK_SAME || phase == TABELLA_STICK_SEVERAL)
    job->waiting = TRUE;
}

static void
set_stick (TabellaStickJob *job, TabellaStickInfo *stick)
{
  g_clear_pointer (&job->stick, tabella_stick_info_free);
  job->stick = stick;
}

static void
set_trouble (TabellaStickJob *job, TabellaStickTrouble trouble, const char *message)
{
  job->trouble = trouble;
  job->failed_at = g_get_monotonic_time ();
  g_free (job->message);
  job->message = g_strdup (message);
}

/* Nothing is in (any more). */
static void
wait_for_one (TabellaStickJob *job, TabellaStickPhase phase)
{
  const gboolean at_once = g_get_monotonic_time () - job->failed_at < PULLED_WITHIN;

  if (job->phase == TABELLA_STICK_TROUBLE)
    set_trouble (job,
                 job->trouble == TABELLA_STICK_BROKEN && at_once ? TABELLA_STICK_PULLED
                                                                 : TABELLA_STICK_FINE,
                 NULL);
  set_stick (job, NULL);
  set_phase (job, phase);
}

/* All that are in but the one that will not do; *same: that one is in. */
static GPtrArray *
usable (TabellaStickJob *job, gboolean *same)
{
  GPtrArray *list = tabella_sticks_list (job->sticks);

  *same = FALSE;
  for (guint i = list->len; i > 0; i--) {
    const TabellaStickInfo *info = list->pdata[i - 1];

    if (!job->task->another || g_strcmp0 (info->id, job->not_this) != 0)
      continue;
    *same = TRUE;
    g_ptr_array_remove_index (list, i - 1);
  }
  return list;
}

static void
fail (TabellaStickJob *job, TabellaStickTrouble trouble, const char *message)
{
  gboolean same;
  g_autoptr (GPtrArray) list = usable (job, &same);

  set_trouble (job, trouble, message);
  set_phase (job, TABELLA_STICK_TROUBLE);
  job->n_in = list->len;
  job->waiting = TRUE;
}

static gboolean
is_in (TabellaStickJob *job)
{
  g_autoptr (TabellaStickInfo) info = tabella_sticks_find (job->sticks, job->stick->id);

  return info != NULL;
}

/* What was said about one of several stays until one is put in or taken out. */
static void
several_are_in (TabellaStickJob *job, guint n)
{
  if (job->phase != TABELLA_STICK_TROUBLE || n != job->n_in || !is_in (job))
    set_phase (job, TABELLA_STICK_SEVERAL);
}

/* The only one. What was wrong with it is tried again only when somebody asks, unless its
 * filesystem was found a moment late. */
static void
one_is_in (TabellaStickJob *job, TabellaStickInfo *info)
{
  const gboolean known = job->stick != NULL && g_str_equal (job->stick->id, info->id) &&
                         job->stick->readable == info->readable;
  const gboolean choosing = job->phase == TABELLA_STICK_SEVERAL;
  const gboolean seen = job->phase == TABELLA_STICK_TROUBLE || job->phase == TABELLA_STICK_READY;

  set_stick (job, info);
  if (known && seen && !choosing)
    return;
  set_phase (job, TABELLA_STICK_READY);
  if (job->waiting)
    tabella_stick_job_start (job);
}

/* How things stand while no stick is being used. */
static void
survey (TabellaStickJob *job)
{
  g_autoptr (GPtrArray) list = NULL;
  gboolean same;

  switch (tabella_sticks_state (job->sticks)) {
  case TABELLA_STICKS_LOOKING:
    set_phase (job, TABELLA_STICK_LOOKING);
    return;
  case TABELLA_STICKS_MISSING:
    set_phase (job, TABELLA_STICK_MISSING);
    return;
  case TABELLA_STICKS_READY:
  default:
    break;
  }
  list = usable (job, &same);
  if (list->len == 0)
    wait_for_one (job, same ? TABELLA_STICK_SAME : TABELLA_STICK_NONE);
  else if (list->len > 1)
    several_are_in (job, list->len);
  else
    one_is_in (job, g_ptr_array_steal_index (list, 0));
}

static void
on_sticks_changed (TabellaStickJob *job)
{
  if (job->phase != TABELLA_STICK_OPENING && job->phase != TABELLA_STICK_DONE &&
      !tabella_stick_job_busy (job))
    survey (job);
  changed (job);
}

static void
on_ejected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TabellaStickJob) job = data;
  g_autoptr (GError) error = NULL;

  if (!tabella_sticks_eject_finish (job->sticks, result, &error)) {
    g_message ("a stick is not released: %s, %d", g_quark_to_string (error->domain), error->code);
    job->held = TRUE;
  }
  job->stays = is_in (job);
  set_phase (job, TABELLA_STICK_DONE);
  changed (job);
}

/* Taken out in the middle. Another one that is in was not meant. */
static void
pulled (TabellaStickJob *job, TabellaStickTrouble trouble)
{
  set_trouble (job, trouble, NULL);
  set_stick (job, NULL);
  job->waiting = FALSE;
  survey (job);
}

static void
give_back (TabellaStickJob *job)
{
  tabella_sticks_eject (job->sticks, job->stick->id, NULL, NULL, NULL);
}

/* Why the work failed: what the person can do about it. */
static void
explain (TabellaStickJob *job, const TabellaStickOutcome *work, const GError *error)
{
  const gboolean stick =
      g_error_matches (error, TABELLA_STATION_ERROR, TABELLA_STATION_ERROR_STICK);

  job->needed = work->needed;
  job->available = work->available;
  if (!is_in (job)) {
    pulled (job, TABELLA_STICK_PULLED);
    return;
  }
  if (!stick)
    fail (job, job->task->writes ? TABELLA_STICK_TABLET : TABELLA_STICK_CONTENT, error->message);
  else if (work->read_only)
    fail (job, TABELLA_STICK_PROTECTED, NULL);
  else if (work->needed > work->available)
    fail (job, TABELLA_STICK_FULL, NULL);
  else
    fail (job, TABELLA_STICK_BROKEN, NULL);
  give_back (job);
}

static void
on_worked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TabellaStickJob) job = data;
  g_autoptr (GError) error = NULL;
  TabellaStickOutcome *work;

  if (!tabella_stick_work_finish (result, &work, &error)) {
    g_message ("a stick: %s, %d", g_quark_to_string (error->domain), error->code);
    explain (job, work, error);
  } else {
    job->result = g_steal_pointer (&work->result);
    set_trouble (job, TABELLA_STICK_FINE, NULL);
    set_phase (job, TABELLA_STICK_CLOSING);
    tabella_sticks_eject (job->sticks, job->stick->id, NULL, on_ejected, g_object_ref (job));
  }
  changed (job);
}

static void
begin_work (TabellaStickJob *job, const char *root)
{
  if (job->task->writes && tabella_stick_is_protected (root)) {
    fail (job, TABELLA_STICK_PROTECTED, NULL);
    give_back (job);
    return;
  }
  set_phase (job, TABELLA_STICK_WORKING);
  tabella_stick_work (job->station, job->task, root, job->input, on_worked, g_object_ref (job));
}

static void
not_mounted (TabellaStickJob *job, const GError *error)
{
  g_message ("a stick is not mounted: %s, %d", g_quark_to_string (error->domain), error->code);
  if (g_error_matches (error, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_GONE) || !is_in (job)) {
    pulled (job, TABELLA_STICK_FINE);
  } else if (g_error_matches (error, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_UNKNOWN)) {
    fail (job, TABELLA_STICK_UNREADABLE, NULL);
  } else if (g_error_matches (error, TABELLA_STICKS_ERROR, TABELLA_STICKS_ERROR_REFUSED)) {
    fail (job, TABELLA_STICK_REFUSED, NULL);
  } else {
    fail (job, TABELLA_STICK_STUCK, error->message);
  }
}

static void
on_mounted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TabellaStickJob) job = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *root = tabella_sticks_mount_finish (TABELLA_STICKS (source), result, &error);

  if (g_cancellable_is_cancelled (job->cancellable))
    return; /* and it stays mounted: the next screen may be using it already */
  if (root != NULL)
    begin_work (job, root);
  else
    not_mounted (job, error);
  changed (job);
}

void
tabella_stick_job_start (TabellaStickJob *job)
{
  if ((job->phase != TABELLA_STICK_READY && job->phase != TABELLA_STICK_TROUBLE) ||
      g_cancellable_is_cancelled (job->cancellable))
    return;
  job->waiting = FALSE;
  if (!job->stick->readable) {
    fail (job, TABELLA_STICK_UNREADABLE, NULL);
  } else if (job->task->writes && job->stick->read_only) {
    fail (job, TABELLA_STICK_PROTECTED, NULL);
  } else {
    set_phase (job, TABELLA_STICK_OPENING);
    tabella_sticks_mount (job->sticks, job->stick->id, job->cancellable, on_mounted,
                          g_object_ref (job));
  }
  changed (job);
}

void
tabella_stick_job_choose (TabellaStickJob *job, const char *id)
{
  TabellaStickInfo *info = tabella_sticks_find (job->sticks, id);

  if (info == NULL || job->phase != TABELLA_STICK_SEVERAL) {
    g_clear_pointer (&info, tabella_stick_info_free);
    return;
  }
  set_stick (job, info);
  set_phase (job, TABELLA_STICK_READY);
  tabella_stick_job_start (job);
}

void
tabella_stick_job_abandon (TabellaStickJob *job)
{
  g_cancellable_cancel (job->cancellable);
  g_signal_handlers_disconnect_by_data (job->sticks, job);
}

static void
dispose (GObject *object)
{
  TabellaStickJob *job = TABELLA_STICK_JOB (object);

  tabella_stick_job_abandon (job);
  g_clear_handle_id (&job->slow_source, g_source_remove);
  G_OBJECT_CLASS (tabella_stick_job_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  TabellaStickJob *job = TABELLA_STICK_JOB (object);

  if (job->result != NULL && job->task->free_result != NULL)
    job->task->free_result (job->result);
  set_stick (job, NULL);
  g_clear_object (&job->sticks);
  g_clear_object (&job->cancellable);
  g_free (job->input);
  g_free (job->not_this);
  g_free (job->message);
  G_OBJECT_CLASS (tabella_stick_job_parent_class)->finalize (object);
}

static void
tabella_stick_job_class_init (TabellaStickJobClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  changed_signal = g_signal_new ("changed", TABELLA_TYPE_STICK_JOB, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
tabella_stick_job_init (TabellaStickJob *job)
{
  job->cancellable = g_cancellable_new ();
}

TabellaStickJob *
tabella_stick_job_new (TabellaSticks *sticks, TabellaStation *station, const TabellaStickTask *task,
                       const char *input, const char *not_this)
{
  TabellaStickJob *job = g_object_new (TABELLA_TYPE_STICK_JOB, NULL);

  job->sticks = g_object_ref (sticks);
  job->station = station;
  job->task = task;
  job->input = g_strdup (input);
  job->not_this = g_strdup (not_this);
  job->waiting = task->at_once;
  g_signal_connect_object (sticks, "changed", G_CALLBACK (on_sticks_changed), job,
                           G_CONNECT_SWAPPED);
  survey (job);
  return job;
}

TabellaStickPhase
tabella_stick_job_phase (TabellaStickJob *job)
{
  return job->phase;
}

TabellaStickTrouble
tabella_stick_job_trouble (TabellaStickJob *job)
{
  return job->trouble;
}

gboolean
tabella_stick_job_busy (TabellaStickJob *job)
{
  return job->phase == TABELLA_STICK_WORKING || job->phase == TABELLA_STICK_CLOSING;
}

const TabellaStickInfo *
tabella_stick_job_stick (TabellaStickJob *job)
{
  return job->stick;
}

GPtrArray *
tabella_stick_job_choice (TabellaStickJob *job)
{
  gboolean same;

  return usable (job, &same);
}

void
tabella_stick_job_space (TabellaStickJob *job, guint64 *needed, guint64 *available)
{
  *needed = job->needed;
  *available = job->available;
}

const char *
tabella_stick_job_message (TabellaStickJob *job)
{
  return job->message;
}

gboolean
tabella_stick_job_slow (TabellaStickJob *job)
{
  return job->slow;
}

gpointer
tabella_stick_job_result (TabellaStickJob *job)
{
  return job->result;
}

gpointer
tabella_stick_job_steal_result (TabellaStickJob *job)
{
  return g_steal_pointer (&job->result);
}

gboolean
tabella_stick_job_taken_out (TabellaStickJob *job)
{
  return job->phase == TABELLA_STICK_DONE && job->stays && !is_in (job);
}

gboolean
tabella_stick_job_held (TabellaStickJob *job)
{
  return job->held;
}
