/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stick-work.h"

#include <sys/statvfs.h>

typedef struct {
  TabellaStation *station;
  const TabellaStickTask *task;
  char *root, *input;
  TabellaStickOutcome outcome;
} Work;

static void
work_free (Work *work)
{
  if (work->outcome.result != NULL && work->task->free_result != NULL)
    work->task->free_result (work->outcome.result);
  g_free (work->root);
  g_free (work->input);
  g_free (work);
}

gboolean
tabella_stick_is_protected (const char *root)
{
  struct statvfs vfs;

  return statvfs (root, &vfs) == 0 && (vfs.f_flag & ST_RDONLY) != 0;
}

static void
in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  TabellaStickOutcome *outcome = &work->outcome;
  const TabellaStick stick = { .root = work->root, .needed = &outcome->needed };
  struct statvfs vfs;
  GError *error = NULL;

  if (work->task->work (work->station, &stick, work->input, &outcome->result, &error)) {
    g_task_return_boolean (task, TRUE);
    return;
  }
  if (statvfs (work->root, &vfs) == 0)
    outcome->available = (guint64)vfs.f_bavail * vfs.f_frsize;
  else
    outcome->needed = 0; /* nobody knows whether it was full */
  outcome->read_only = tabella_stick_is_protected (work->root);
  g_task_return_error (task, error);
}

void
tabella_stick_work (TabellaStation *station, const TabellaStickTask *stick_task, const char *root,
                    const char *input, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Work *work = g_new0 (Work, 1);

  work->station = station;
  work->task = stick_task;
  work->root = g_strdup (root);
  work->input = g_strdup (input);
  g_task_set_task_data (task, work, (GDestroyNotify)work_free);
  g_task_run_in_thread (task, in_thread);
}

gboolean
tabella_stick_work_finish (GAsyncResult *result, TabellaStickOutcome **outcome, GError **error)
{
  *outcome = &((Work *)g_task_get_task_data (G_TASK (result)))->outcome;
  return g_task_propagate_boolean (G_TASK (result), error);
}
