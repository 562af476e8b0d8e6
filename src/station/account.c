/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "account.h"

#include <errno.h>
#include <unistd.h>
#include "box-private.h"
#include "files.h"
#include "station-private.h"

#define RUNNING "running"

gboolean
tabella_station_mark_running (TabellaStation *s, GError **error)
{
  g_autofree char *path = tabella_station_path (s, RUNNING);
  g_autoptr (GError) local = NULL;

  return tabella_file_write (path, "", 0, 0600, &local) ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE, "%s", local->message);
}

void
tabella_station_mark_stopped (TabellaStation *s)
{
  g_autofree char *path = tabella_station_path (s, RUNNING);

  /* If it cannot be removed, the next start only asks to look at more than it needs to. */
  if (unlink (path) == 0)
    tabella_folder_sync (s->dir, NULL);
}

gboolean
tabella_station_was_cut (const TabellaStation *s)
{
  g_autofree char *path = tabella_station_path (s, RUNNING);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

gboolean
tabella_station_has_account (const TabellaStation *s)
{
  const TabellaStationState state = tabella_station_state (s);

  return (state == TABELLA_STATION_OPEN || state == TABELLA_STATION_PAUSED) &&
         (s->crashed || s->interrupted);
}

gboolean
tabella_station_account (TabellaStation *s, TabellaAccount *out, GError **error)
{
  const TabellaRole role = s->status.role;

  *out = (TabellaAccount){
    .crashed = s->crashed,
    .interrupted = s->interrupted,
    .recovered = s->crashed && s->box != NULL && tabella_box_recovered (s->box),
    .checks_in = tabella_role_checks_in (role),
    .votes = role == TABELLA_ROLE_COMBINED || role == TABELLA_ROLE_BOOTH,
  };
  if (!tabella_station_require_unlocked (s, error) ||
      !tabella_box_counts (s->box, &out->counts, error))
    return FALSE;
  out->given = role == TABELLA_ROLE_COMBINED ? out->counts.given : 0;
  out->checking = role == TABELLA_ROLE_BOOTH ? tabella_box_unfinished (s->box) : 0;
  return TRUE;
}

void
tabella_station_account_read (TabellaStation *s)
{
  s->crashed = s->interrupted = FALSE;
}
