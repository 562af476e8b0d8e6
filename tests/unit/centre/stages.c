/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stages.h"

#include "copy.h"
#include "faults.h"
#include "files.h"

Story *story;

/* --- Stages --- */

static char *
stage_path (const char *name)
{
  g_autofree char *file = g_strconcat ("stage-", name, NULL);

  return fixture_file (story->f, file);
}

void
stages_open (void)
{
  GError *error = NULL;

  story->store = tabella_store_open (story->f->folder, &error);
  g_assert_no_error (error);
}

void
stages_close (void)
{
  g_clear_pointer (&story->store, tabella_store_close);
}

static void
keep_stage (const char *name)
{
  g_autofree char *path = stage_path (name);
  GError *error = NULL;

  stages_close ();
  tabella_folder_copy (story->f->folder, path, &error);
  g_assert_no_error (error);
  stages_open ();
}

void
stages_back_to (const char *name)
{
  g_autofree char *path = stage_path (name);
  GError *error = NULL;

  stages_close ();
  g_assert_true (tabella_folder_remove (story->f->folder, &error));
  tabella_folder_copy (path, story->f->folder, &error);
  g_assert_no_error (error);
  stages_open ();
}

static void
share (const char *name)
{
  story_share (story, name, 1);
  story_share (story, name, 3);
}

void
stages_set_up (void)
{
  static const char *const asked[] = { "checkins-0001", "checkins-0002" };

  story = story_new ();
  faults_watch (story->f->path);
  keep_stage ("empty");
  story_import (story, story->sticks);
  story_import (story, story->late);
  story_end_booth (story);
  keep_stage ("imported");
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++) {
    story_ask (story, TABELLA_REQUEST_CHECKINS, asked[i]);
    story_answer (story, asked[i], NULL);
  }
  keep_stage ("opened");
  story_decide (story);
  keep_stage ("decided");
  story_ask (story, TABELLA_REQUEST_STRIKE, "strike-0001");
  share ("strike-0001");
  keep_stage ("strike");
  story_answer (story, "strike-0001", NULL);
  keep_stage ("struck");
  story_ask (story, TABELLA_REQUEST_TALLY, "tally-0001");
  share ("tally-0001");
  keep_stage ("tally");
  story_answer (story, "tally-0001", NULL);
  keep_stage ("counted");
}

/* --- What is there --- */

/* Names and contents of all files below, without what is hidden; NULL if there is no such folder.
 */
static void
add_files (const char *path, GString *text)
{
  g_autoptr (GPtrArray) names = NULL;
  GError *error = NULL;

  names = tabella_folder_list (path, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *inner = g_build_filename (path, names->pdata[i], NULL);
    g_autofree char *content = NULL, *digest = NULL;
    gsize size;

    if (g_file_test (inner, G_FILE_TEST_IS_DIR)) {
      g_string_append_printf (text, "%s:\n", (char *)names->pdata[i]);
      add_files (inner, text);
      continue;
    }
    g_assert_true (g_file_get_contents (inner, &content, &size, NULL));
    digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)content, size);
    g_string_append_printf (text, "%s %s\n", (char *)names->pdata[i], digest);
  }
}

static char *
files_of (const char *path)
{
  g_autoptr (GString) text = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  text = g_string_new (NULL);
  if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
    add_files (path, text);
  } else {
    g_autofree char *content = NULL;

    g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
    g_string_append (text, content);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
stages_files_in_folder (const char *name)
{
  g_autofree char *path = g_build_filename (story->f->folder, name, NULL);

  return files_of (path);
}
