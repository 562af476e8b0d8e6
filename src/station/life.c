/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "life.h"

#include <glib/gi18n-lib.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bytes.h"
#include "destroy.h"
#include "export.h"
#include "files.h"
#include "kept.h"
#include "station-private.h"

#define LEAVING "leaving"
#define RETIRED "retired" /* holds the number of the final */

static gboolean
destroy_files (const TabellaStation *s, const char *const *names, GError **error)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *path = tabella_station_path (s, names[i]);

    if (!tabella_destroy_file (path, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
destroy_folders (const TabellaStation *s, const char *const *names, GError **error)
{
  for (gsize i = 0; names[i] != NULL; i++) {
    g_autofree char *path = tabella_station_path (s, names[i]);

    if (!tabella_destroy_folder (path, error))
      return FALSE;
  }
  return TRUE;
}

/* From here on the end is certain, whatever happens. */
static gboolean
mark (TabellaStation *s, const char *name, const char *text, GError **error)
{
  g_autofree char *path = tabella_station_path (s, name);
  g_autoptr (GError) cause = NULL;

  if (tabella_file_write (path, text, strlen (text), 0600, &cause))
    return TRUE;
  /* Written and perhaps not for good: what is called not done is not done at the next start. */
  if (unlink (path) == 0)
    tabella_folder_sync (s->dir, NULL);
  return tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                                 _ ("%s; nothing has changed: make room and try again"),
                                 cause->message);
}

static gboolean
require_closed (const TabellaStation *s, GError **error)
{
  return (s->state == TABELLA_STATION_CLOSED ||
          tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                  _ ("this terminal is not closed: close it first"))) &&
         tabella_station_require_unlocked (s, error);
}

/* --- Practice --- */

gboolean
tabella_life_may_leave_practice (const TabellaStation *s)
{
  return s->state == TABELLA_STATION_CLOSED && s->keys != NULL && s->package->manifest->practice;
}

/* The keys that are to be lost with the officers' vaults open from the new one. */
static gboolean
seal_setup (TabellaStation *s, const char *setup_code, GError **error)
{
  g_autoptr (TabellaTerminalSecrets) back = NULL;

  if (!tabella_setup_seal (s->dir, setup_code, s->keys->terminal, s->cost, error))
    return FALSE;
  back = tabella_setup_open (s->dir, setup_code, error);
  if (back == NULL)
    return FALSE;
  return (memcmp (back->box_secret, s->keys->terminal->box_secret, 32) == 0 &&
          memcmp (back->box_key, s->enrolment->box_key, 32) == 0) ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                                 _ ("%s/setup.vault does not read back: the disk is failing"),
                                 s->dir);
}

gboolean
tabella_life_leave_practice (TabellaStation *s, const char *setup_code, GError **error)
{
  if (!require_closed (s, error))
    return FALSE;
  if (!s->package->manifest->practice)
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("this is an official election: its records stay, and there is "
           "no way back to another election on this terminal"));
  if (!seal_setup (s, setup_code, error) || !mark (s, LEAVING, "", error)) {
    tabella_setup_destroy (s->dir, NULL); /* the next start would do so too */
    return FALSE;
  }
  tabella_station_lock (s);
  return tabella_station_load (s, error);
}

gboolean
tabella_life_uninstall (TabellaStation *s, GError **error)
{
  if (s->state != TABELLA_STATION_INSTALLED)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("only an installation that was never opened can be removed"));
  return mark (s, LEAVING, "", error) && tabella_station_load (s, error);
}

/* The secrets first: the practice's passphrases must not open the keys of the true election. */
static gboolean
finish_leaving (TabellaStation *s, GError **error)
{
  static const char *const files[] = { "officers.vaults", "box.db", "box.db-journal", "running",
                                       NULL };
  static const char *const folders[] = { "package", "amendments", "out", NULL };
  static const char *const last[] = { LEAVING, NULL };
  gboolean setup;

  /* Written before the mark: without it the officers' vaults are the only place of the keys. */
  if (!tabella_station_has (s, "setup.vault", &setup, error) ||
      (setup && (!destroy_files (s, files, error) || !destroy_folders (s, folders, error))))
    return FALSE;
  return destroy_files (s, last, error);
}

/* --- Retiring --- */

gboolean
tabella_life_retire (TabellaStation *s, GError **error)
{
  g_auto (TabellaKept) kept = { 0 };
  g_autofree char *text = NULL;
  guint16 number;

  if (!require_closed (s, error))
    return FALSE;
  if (s->package->manifest->practice)
    return tabella_station_refuse (error, TABELLA_STATION_ERROR_STATE,
                                   _ ("this is a practice election: leave practice, so that the "
                                      "terminal keeps its keys for the true one"));
  if (!tabella_export_final_delivered (s))
    return tabella_station_refuse (
        error, TABELLA_STATION_ERROR_STATE,
        _ ("the final batch has not reached a stick yet: write it first"));
  if (!tabella_export_final_number (s, &number, error) ||
      !tabella_kept_read (s, number, TABELLA_BATCH_FINAL, NULL, &kept, error))
    return FALSE;
  text = g_strdup_printf ("%u\n", number);
  if (!mark (s, RETIRED, text, error))
    return FALSE;
  tabella_station_lock (s);
  return tabella_station_load (s, error);
}

/* Of what was kept to be written again, only the final. */
static gboolean
destroy_copies (TabellaStation *s, GError **error)
{
  g_autofree char *out = tabella_station_path (s, "out");
  g_autofree char *final = g_strdup_printf ("batch-%04u", tabella_life_final (s));
  g_autoptr (GDir) dir = g_dir_open (out, 0, NULL);
  const char *name;

  while (dir != NULL && (name = tabella_folder_next (dir)) != NULL) {
    g_autofree char *path = g_build_filename (out, name, NULL);

    if (!g_str_equal (name, final) && !tabella_destroy_folder (path, error))
      return FALSE;
  }
  return (dir != NULL ? errno == 0 : errno == ENOENT) ||
         tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                                 _ ("%s cannot be removed (%s); look at the disk and start this "
                                    "terminal again"),
                                 out, tabella_errno_text (errno));
}

static gboolean
finish_retiring (TabellaStation *s, GError **error)
{
  static const char *const files[] = { "officers.vaults", "setup.vault", "box.db-journal",
                                       "box.db",          "running",     NULL };
  static const char *const folders[] = { "package/roll", NULL };

  return destroy_files (s, files, error) && destroy_folders (s, folders, error) &&
         destroy_copies (s, error);
}

guint16
tabella_life_final (const TabellaStation *s)
{
  g_autofree char *path = tabella_station_path (s, RETIRED);
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_LINE_LIMIT, NULL);
  g_autofree char *text = bytes != NULL ? tabella_bytes_text (bytes) : NULL;

  return text != NULL ? (guint16)strtoul (text, NULL, 10) : 0;
}

gboolean
tabella_life_finish (TabellaStation *s, gboolean *retired, GError **error)
{
  gboolean leaving;

  if (!tabella_station_has (s, RETIRED, retired, error) ||
      !tabella_station_has (s, LEAVING, &leaving, error))
    return FALSE;
  if (*retired)
    return finish_retiring (s, error);
  return !leaving || finish_leaving (s, error);
}

/* What is left is public: the manifest and who this terminal was in it. */
gboolean
tabella_life_load_retired (TabellaStation *s, GError **error)
{
  g_autofree char *folder = tabella_station_path (s, "package");
  g_autoptr (TabellaPackage) p = g_new0 (TabellaPackage, 1);

  p->slices = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  p->manifest = tabella_manifest_load (folder, NULL, &p->keys, error);
  if (p->manifest == NULL)
    return FALSE;
  p->amendments = tabella_amendments_load (p->manifest, folder, TRUE, error);
  for (guint i = 0; i < p->manifest->terminals->len; i++) {
    const TabellaTerminalInfo *t = p->manifest->terminals->pdata[i];

    if (memcmp (t->box_key, s->enrolment->box_key, 32) == 0)
      p->terminal = t;
  }
  if (p->amendments == NULL || p->terminal == NULL)
    return p->amendments != NULL &&
           tabella_station_refuse (error, TABELLA_STATION_ERROR_STORAGE,
                                   _ ("%s is not this terminal's: its disk is failing"), folder);
  s->package = g_steal_pointer (&p);
  s->amendments = g_ptr_array_ref (s->package->amendments);
  s->ctx = tabella_ballot_context_new (s->package->manifest, &s->package->keys);
  tabella_station_restate (s);
  s->state = TABELLA_STATION_RETIRED;
  return TRUE;
}
