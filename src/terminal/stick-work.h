/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "stick-job.h"

/* The thread in which a stick-job's work is done. */
typedef struct {
  gpointer result; /* of the work; whoever takes it sets NULL */
  /* After a failure, of the stick: bytes that were needed and are free, and whether it cannot be
   * written now. */
  guint64 needed, available;
  gboolean read_only;
} TabellaStickOutcome;

void tabella_stick_work (TabellaStation *station, const TabellaStickTask *task, const char *root,
                         const char *input, GAsyncReadyCallback callback, gpointer data);
/* *outcome is always set, and belongs to @result. */
gboolean
tabella_stick_work_finish (GAsyncResult *result, TabellaStickOutcome **outcome, GError **error);
/* Mounted so that nothing can be written. */
gboolean tabella_stick_is_protected (const char *root);
