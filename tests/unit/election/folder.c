/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "folder.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include "files.h"
#include "package.h"
#include "trustee.h"

static void
set_policies (json_t *draft, const char *policies)
{
  g_auto (GStrv) items = g_strsplit (policies, ",", -1);

  for (guint i = 0; items[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (items[i], "=", 2);

    json_object_set_new (json_object_get (draft, "policies"), pair[0], json_string (pair[1]));
  }
}

Folder *
folder_new (const char *policies)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  Folder *f = g_new0 (Folder, 1);
  GError *error = NULL;

  f->path = g_dir_make_tmp ("tabella-test-XXXXXX", &error);
  g_assert_no_error (error);
  f->draft = tabella_election_example ("referendum-2014", &error);
  g_assert_no_error (error);
  if (policies != NULL)
    set_policies (f->draft, policies);
  f->e = tabella_election_parse (f->draft, "", problems);
  g_assert_cmpuint (problems->len, ==, 0);
  text = tabella_json_text (f->draft);
  folder_write (f, "election.json", text, strlen (text));
  tabella_minisign_generate (&f->pub, &f->key);
  return f;
}

void
folder_free (Folder *f)
{
  GError *error = NULL;

  tabella_folder_remove (f->path, &error);
  g_assert_no_error (error);
  g_free (f->path);
  json_decref (f->draft);
  tabella_election_free (f->e);
  for (guint i = 0; i <= FOLDER_TERMINALS; i++)
    tabella_terminal_secrets_free (f->secrets[i]);
  tabella_minisign_secret_clear (&f->key);
  g_free (f);
}

guint16
folder_enrol (Folder *f, guint16 station, TabellaRole role, const char *lane, gboolean simulated)
{
  TabellaTerminalSecrets *s = tabella_terminal_secrets_new ();
  g_autofree char *text = tabella_enrolment_text (s, "made for a test", simulated);
  TabellaTerminalInfo info;
  GError *error = NULL;
  guint16 mask, index;

  g_assert_true (tabella_enrolment_parse ("test", text, strlen (text), &info, &error));
  g_assert_true (tabella_lane_parse (lane, &mask, &error));
  tabella_terminals_enrol (f->path, f->e, &info, station, role, mask, &index, &error);
  g_assert_no_error (error);
  g_free (info.label);
  if (simulated)
    tabella_simulated_secrets_save (f->path, index, s, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (index, <=, FOLDER_TERMINALS);
  tabella_terminal_secrets_free (f->secrets[index]);
  f->secrets[index] = s;
  return index;
}

void
folder_list (Folder *f, const char *text, gssize size)
{
  folder_write (f, "list.csv", text, size < 0 ? strlen (text) : (gsize)size);
}

gboolean
folder_roll (Folder *f, GPtrArray *problems, GError **error)
{
  g_autofree char *list = folder_file (f, "list.csv");
  guint64 voters;

  return tabella_roll_build (f->path, f->e, list, NULL, NULL, NULL, NULL, problems, &voters, error);
}

void
folder_roll_good (Folder *f)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  GError *error = NULL;

  folder_roll (f, problems, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (problems->len, ==, 0);
}

void
folder_seal (Folder *f, gboolean practice)
{
  GError *error = NULL;

  tabella_manifest_seal (f->path, practice, &f->key, &error);
  g_assert_no_error (error);
}

Folder *
folder_stick (Folder *f)
{
  g_autofree char *practice = folder_file (f, "practice");
  Folder *stick = folder_new (NULL);
  GError *error = NULL;

  tabella_package_write (practice, stick->path, &error);
  g_assert_no_error (error);
  return stick;
}

void
folder_refuse_package (Folder *stick, const TabellaTerminalSecrets *secrets, int code,
                       const char *part)
{
  GError *error = NULL;
  TabellaPackage *p = tabella_package_read (stick->path, secrets->box_key, &error);

  assert_refused (p != NULL, &error, code, part);
}

char *
folder_file (Folder *f, const char *name)
{
  return g_build_filename (f->path, name, NULL);
}

GBytes *
folder_read (Folder *f, const char *name)
{
  g_autofree char *path = folder_file (f, name);
  GError *error = NULL;
  GBytes *bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, &error);

  g_assert_no_error (error);
  return bytes;
}

void
folder_write (Folder *f, const char *name, gconstpointer bytes, gsize size)
{
  g_autofree char *path = folder_file (f, name);
  GError *error = NULL;

  tabella_file_write (path, bytes, size, 0644, &error);
  g_assert_no_error (error);
}

gboolean
folder_has (Folder *f, const char *name)
{
  g_autofree char *path = folder_file (f, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

void
folder_flip (Folder *f, const char *name, gssize at)
{
  GBytes *bytes = folder_read (f, name);
  gsize size;
  g_autofree guint8 *data = g_bytes_unref_to_data (bytes, &size);

  at = at < 0 ? (gssize)size + at : at;
  g_assert_cmpint (at, <, size);
  data[at] ^= 1;
  folder_write (f, name, data, size);
}

void
folder_limit_files (guint64 size)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN); /* write() fails instead */
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = size == G_MAXUINT64 ? limit.rlim_max : (rlim_t)size;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

char *
made_up_id (guint n)
{
  guint number = n % 1000000, letter = n / 1000000;
  guint sum = 36 * 9 + (letter + 10) * 8, rest = number, check;

  for (guint weight = 2; weight <= 7; weight++, rest /= 10)
    sum += rest % 10 * weight;
  check = (11 - sum % 11) % 11;
  return g_strdup_printf ("%c%06u%c", (char)('A' + letter), number,
                          check == 10 ? 'A' : (char)('0' + check));
}

void
assert_refused (gboolean done, GError **error, int code, const char *part)
{
  g_assert_false (done);
  g_assert_nonnull (*error);
  if (!g_error_matches (*error, TABELLA_ELECTION_ERROR, code) ||
      strstr ((*error)->message, part) == NULL)
    g_error ("wanted code %d with \"%s\", got %s %d: %s", code, part,
             g_quark_to_string ((*error)->domain), (*error)->code, (*error)->message);
  g_clear_error (error);
}

void
assert_one_problem (GPtrArray *problems, const char *part)
{
  if (problems->len != 1 || strstr (problems->pdata[0], part) == NULL)
    g_error ("wanted one problem with \"%s\", got %u: %s", part, problems->len,
             problems->len == 0 ? "" : (const char *)problems->pdata[0]);
}

typedef gboolean (*Round) (const char *folder, guint16 index, const char *secret_path,
                           const char *passphrase, GError **error);

static gboolean
accept_round (const char *folder, guint16 index, const char *secret_path, const char *passphrase,
              GError **error)
{
  g_autofree char *code = NULL;

  return tabella_trustee_accept (folder, index, secret_path, passphrase, &code, error);
}

void
folder_ceremony (Folder *f)
{
  static const Round rounds[] = { tabella_trustee_open_round, tabella_trustee_deal, accept_round };
  GError *error = NULL;

  for (guint round = 0; round <= G_N_ELEMENTS (rounds); round++)
    for (guint16 i = 1; i <= f->e->trustees->len; i++) {
      g_autofree char *name = g_strdup_printf ("trustee-%u", i);
      g_autofree char *secret = folder_file (f, name);

      if (round == 0)
        tabella_trustee_init (f->path, i, f->e->trustees->pdata[i - 1], secret, "trustee",
                              TABELLA_VAULT_REHEARSAL, &error);
      else
        rounds[round - 1](f->path, i, secret, "trustee", &error);
      g_assert_no_error (error);
    }
}
