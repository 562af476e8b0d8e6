/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>
#include "files.h"
#include "trustee-file.h"

char *
fixture_folder (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("tabella-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
fixture_remove (char *folder)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (tabella_folder_remove (folder, &error));
  g_assert_no_error (error);
  g_free (folder);
}

json_t *
fixture_draft (guint n, guint t)
{
  g_autoptr (GError) error = NULL;
  json_t *json = tabella_election_example ("referendum-2014", &error);
  json_t *names = json_array ();

  g_assert_no_error (error);
  for (guint i = 1; i <= n; i++) {
    g_autofree char *name = g_strdup_printf ("Trustee %u", i);

    json_array_append_new (names, json_string (name));
  }
  json_object_set_new (json_object_get (json, "trustees"), "names", names);
  json_object_set_new (json_object_get (json, "trustees"), "needed", json_integer (t));
  return json;
}

/* "a[0].b" as { "a", "0", "b" }. */
static char **
split (const char *path)
{
  g_autoptr (GString) dotted = g_string_new (path);

  g_string_replace (dotted, "[", ".", 0);
  g_string_replace (dotted, "]", "", 0);
  return g_strsplit (dotted->str, ".", -1);
}

static json_t *
child (json_t *json, const char *part)
{
  return json_is_array (json) ? json_array_get (json, (gsize)atoi (part))
                              : json_object_get (json, part);
}

json_t *
fixture_at (json_t *json, const char *path)
{
  g_auto (GStrv) parts = split (path);

  for (guint i = 0; parts[i] != NULL; i++)
    json = child (json, parts[i]);
  g_assert_nonnull (json);
  return json;
}

void
fixture_edit (json_t *json, const char *path, const char *value)
{
  g_auto (GStrv) parts = split (path);
  guint last = g_strv_length (parts) - 1;
  json_t *new_value = value == NULL ? NULL : json_loads (value, JSON_DECODE_ANY, NULL);
  int failed;

  g_assert_true (value == NULL || new_value != NULL);
  for (guint i = 0; i < last; i++)
    json = child (json, parts[i]);
  if (json_is_array (json) && value == NULL)
    failed = json_array_remove (json, (gsize)atoi (parts[last]));
  else if (json_is_array (json))
    failed = json_array_set_new (json, (gsize)atoi (parts[last]), new_value);
  else if (value == NULL)
    failed = json_object_del (json, parts[last]);
  else
    failed = json_object_set_new (json, parts[last], new_value);
  g_assert_cmpint (failed, ==, 0);
}

char *
fixture_path (const char *folder, const char *name)
{
  return g_build_filename (folder, name, NULL);
}

gboolean
fixture_exists (const char *folder, const char *name)
{
  g_autofree char *path = fixture_path (folder, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

void
fixture_write (const char *folder, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = fixture_path (folder, name);

  g_assert_true (tabella_file_write (path, text, strlen (text), 0644, &error));
  g_assert_no_error (error);
}

void
fixture_write_json (const char *folder, const char *name, json_t *json)
{
  g_autofree char *text = tabella_json_text (json);

  fixture_write (folder, name, text);
}

json_t *
fixture_load (const char *folder, const char *name)
{
  g_autofree char *path = fixture_path (folder, name);
  json_t *json = tabella_json_load (path, NULL);

  g_assert_nonnull (json);
  return json;
}

static void
flip (json_t *text)
{
  g_autofree char *hex = g_strdup (json_string_value (text));

  hex[0] = hex[0] == '0' ? '1' : '0';
  json_string_set (text, hex);
}

void
fixture_tamper (const char *folder, const char *file, const char *path, const char *value)
{
  g_autofree char *name = g_build_filename ("ceremony", file, NULL);
  g_autoptr (json_t) json = fixture_load (folder, name);

  if (value == NULL && !g_str_has_suffix (path, "]"))
    flip (fixture_at (json, path));
  else
    fixture_edit (json, path, value);
  fixture_write_json (folder, name, json);
}

void
fixture_adopt (const char *folder, guint index)
{
  g_autofree char *secret = fixture_secret (folder, index);
  g_autofree char *name = g_strdup_printf ("ceremony/r1-%02u.json", index);
  g_autofree char *path = fixture_path (folder, name);
  g_autoptr (TabellaTrustee) t = tabella_trustee_file_open (secret, FIXTURE_PASSPHRASE, NULL);

  g_bytes_unref (t->own[0]);
  t->own[0] = tabella_file_read (path, 100000, NULL);
  g_assert_true (tabella_trustee_file_save (t, FALSE, NULL));
}

void
fixture_assert_contains (const char *text, const char *part)
{
  if (strstr (text, part) == NULL)
    g_error ("\"%s\" does not contain \"%s\"", text, part);
}

void
fixture_assert_error (GError **error, TabellaElectionError code, const char *const *parts)
{
  g_assert_error (*error, TABELLA_ELECTION_ERROR, (int)code);
  for (guint i = 0; parts[i] != NULL; i++)
    fixture_assert_contains ((*error)->message, parts[i]);
  g_clear_error (error);
}

char *
fixture_secret (const char *folder, guint index)
{
  return g_strdup_printf ("%s/secret-%u", folder, index);
}

gboolean
fixture_round (const char *folder, guint round, guint index, char **code, GError **error)
{
  g_autofree char *secret = fixture_secret (folder, index);
  g_autofree char *name = g_strdup_printf ("Trustee %u", index);
  g_autofree char *short_code = NULL;
  gboolean done;

  switch (round) {
  case 1:
    return tabella_trustee_init (folder, (guint16)index, name, secret, FIXTURE_PASSPHRASE,
                                 TABELLA_VAULT_REHEARSAL, error);
  case 2:
    return tabella_trustee_open_round (folder, (guint16)index, secret, FIXTURE_PASSPHRASE, error);
  case 3:
    return tabella_trustee_deal (folder, (guint16)index, secret, FIXTURE_PASSPHRASE, error);
  default:
    done = tabella_trustee_accept (folder, (guint16)index, secret, FIXTURE_PASSPHRASE, &short_code,
                                   error);
    if (code != NULL)
      *code = g_steal_pointer (&short_code);
    return done;
  }
}

void
fixture_rounds (const char *folder, guint n, guint rounds)
{
  for (guint round = 1; round <= rounds; round++)
    for (guint i = 1; i <= n; i++) {
      g_autoptr (GError) error = NULL;
      gboolean done = fixture_round (folder, round, i, NULL, &error);

      g_assert_no_error (error);
      g_assert_true (done);
    }
}

char *
fixture_ceremony (guint n, guint t, guint rounds)
{
  char *folder = fixture_folder ();
  g_autoptr (json_t) draft = fixture_draft (n, t);

  fixture_write_json (folder, "election.json", draft);
  fixture_rounds (folder, n, rounds);
  return folder;
}

gboolean
fixture_keys (const char *folder, guint rounds, TabellaCeremonyKeys *keys, GError **error)
{
  g_auto (TabellaCeremonyFiles) files = { 0 };
  g_autofree char *ceremony = fixture_path (folder, "ceremony");
  g_autoptr (TabellaElection) e = tabella_election_load (folder, error);

  return e != NULL &&
         tabella_ceremony_files_load (ceremony, (guint16)e->trustees->len, &files, error) &&
         tabella_ceremony_check (e, &files, rounds, keys, error);
}
