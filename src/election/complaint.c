/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ceremony-internal.h"
#include "manifest-form.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "files.h"

/* A complaint stops the ceremony for everyone; a restart puts its files aside, complaint included.
 */

#define ASIDE ".restart.tmp" /* while the files are moved */

gboolean
tabella_complaint_write (const char *folder, guint16 from, const TabellaComplaint *complaint,
                         GError **error)
{
  g_autofree char *name = g_strdup_printf ("complaint-%02u-%02u.json", from, complaint->about);
  g_autofree char *path = g_build_filename (folder, "ceremony", name, NULL);
  g_autoptr (json_t) json = json_pack ("{s:i, s:i, s:s}", "from", from, "about", complaint->about,
                                       "reason", complaint->reason);
  g_autofree char *text = tabella_json_text (json);

  return tabella_file_write (path, text, strlen (text), 0644, error);
}

/* The first complaint's file name, or NULL. */
static char *
find_complaint (const char *ceremony)
{
  g_autoptr (GPtrArray) names = NULL;

  if (!g_file_test (ceremony, G_FILE_TEST_IS_DIR))
    return NULL;
  names = tabella_folder_list (ceremony, NULL);
  for (guint i = 0; names != NULL && i < names->len; i++)
    if (g_str_has_prefix (names->pdata[i], "complaint-"))
      return g_strdup (names->pdata[i]);
  return NULL;
}

/* A restart has begun and not ended: part of the files is aside. */
static gboolean
is_half_aside (const char *ceremony)
{
  g_autofree char *aside = g_build_filename (ceremony, ASIDE, NULL);

  return g_file_test (aside, G_FILE_TEST_IS_DIR);
}

static const char *
trustee_name (const TabellaElection *e, guint16 index)
{
  return index >= 1 && index <= e->trustees->len ? e->trustees->pdata[index - 1] : "somebody";
}

/* NULL for what no trustee's program writes: words from there must not reach a screen. */
static TabellaRestart *
read_complaint (const TabellaElection *e, const char *path)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = tabella_json_load (path, NULL);

  return json == NULL ? NULL
                      : tabella_restart_parse (json, "", (guint16)e->trustees->len, problems);
}

gboolean
tabella_complaint_none (const TabellaElection *e, const char *folder, GError **error)
{
  g_autofree char *ceremony = g_build_filename (folder, "ceremony", NULL);
  g_autofree char *name = find_complaint (ceremony);
  g_autofree char *path = NULL;
  TabellaRestart unreadable = { .reason = (char *)"unreadable" }, *complaint;
  const TabellaRestart *c;

  if (is_half_aside (ceremony)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
                 "the ceremony's restart was cut off: run \"tabella trustee restart\" again");
    return FALSE;
  }
  if (name == NULL)
    return TRUE;
  path = g_build_filename (ceremony, name, NULL);
  complaint = read_complaint (e, path);
  c = complaint != NULL ? complaint : &unreadable;
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
               "the ceremony has stopped: %s complains of %s (%s) in ceremony/%s; find out why, "
               "then put its files aside with \"tabella trustee restart\" and begin again with "
               "\"tabella trustee init\" and new secrets",
               trustee_name (e, c->from), trustee_name (e, c->about), c->reason, name);
  g_clear_pointer (&complaint, tabella_restart_free);
  return FALSE;
}

gboolean
tabella_ceremony_restarts (const char *folder, guint16 *restarts, GError **error)
{
  g_autofree char *ceremony = g_build_filename (folder, "ceremony", NULL);
  g_autoptr (GPtrArray) names = NULL;

  *restarts = 0;
  if (!g_file_test (ceremony, G_FILE_TEST_IS_DIR))
    return TRUE;
  names = tabella_folder_list (ceremony, error);
  for (guint i = 0; names != NULL && i < names->len; i++)
    *restarts += g_str_has_prefix (names->pdata[i], "restart-");
  return names != NULL;
}

static gboolean
move_files (const char *from, const char *to, GError **error)
{
  g_autoptr (GPtrArray) names = tabella_folder_list (from, error);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    g_autofree char *source = g_build_filename (from, names->pdata[i], NULL);
    g_autofree char *target = g_build_filename (to, names->pdata[i], NULL);

    if (!g_file_test (source, G_FILE_TEST_IS_REGULAR))
      continue; /* an earlier restart's folder */
    if (rename (source, target) != 0) {
      g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO,
                   "cannot move %s to %s: %s", source, target, g_strerror (errno));
      return FALSE;
    }
  }
  return names != NULL;
}

static gboolean
move_aside (const char *folder, const char *ceremony, GError **error)
{
  g_autofree char *aside = g_build_filename (ceremony, ASIDE, NULL);
  g_autofree char *name = NULL, *final = NULL;
  guint16 restarts;

  if (!tabella_folder_make (aside, error) || !move_files (ceremony, aside, error) ||
      !tabella_ceremony_restarts (folder, &restarts, error))
    return FALSE;
  name = g_strdup_printf ("restart-%02u", restarts + 1);
  final = g_build_filename (ceremony, name, NULL);
  if (rename (aside, final) == 0)
    return tabella_folder_sync (final, error) && tabella_folder_sync (ceremony, error);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_IO, "cannot move %s to %s: %s",
               aside, final, g_strerror (errno));
  return FALSE;
}

gboolean
tabella_ceremony_restart (const char *folder, GError **error)
{
  g_autofree char *manifest = g_build_filename (folder, "manifest.json", NULL);
  g_autofree char *ceremony = g_build_filename (folder, "ceremony", NULL);
  g_autofree char *complaint = find_complaint (ceremony);

  if (g_file_test (manifest, G_FILE_TEST_EXISTS)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
                 "the election is sealed with this ceremony (%s); it cannot be put aside any more",
                 manifest);
    return FALSE;
  }
  if (complaint == NULL && !is_half_aside (ceremony)) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_STATE,
                 "there is no complaint in %s: the ceremony goes on with its next round", ceremony);
    return FALSE;
  }
  return move_aside (folder, ceremony, error);
}
