/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verifier-private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include "bytes.h"
#include "files.h"

/* Reading the record's folder, and what else lies in it. */

#define DEEPEST 5 /* folders below DIR that are walked into */

/* Every file of a record. Web pages lie beside it, never in its folders. */
#define N3 "(?:[0-9]{3}|[1-9][0-9]{3,4})"
#define N4 "(?:[0-9]{4}|[1-9][0-9]{4})"
static const char *const files[] = {
  "manifest\\.json(?:\\.minisig)?|organisers\\.pub|result\\.json",
  "amendments/" N4 "\\.json(?:\\.minisig)?",
  "ceremony/r[1-4]-[0-9]{2}\\.json",
  "(?:quarantine/)?terminal-" N3 "/batch-" N4 "/ballots(?:\\.minisig)?",
  "quarantine/terminal-" N3 "/batch-" N4 "/reason",
  "strike-" N4 "/(?:request|links|tickets|share-[0-9]{2})",
  "tally-0001/(?:request|share-[0-9]{2})",
  "(?!(?:amendments|ceremony|quarantine|terminal-[0-9]+|strike-[0-9]+|tally-[0-9]+)/).+"
  "\\.(?:html|css|js|svg|png|ico|txt)",
};

GBytes *
tabella_verify_read (const TabellaVerifier *v, const char *name, guint64 limit, GError **error)
{
  g_autofree char *path = g_build_filename (v->dir, name, NULL);

  return tabella_file_read (path, limit, error);
}

char *
tabella_verify_read_text (const TabellaVerifier *v, const char *name, guint64 limit, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_verify_read (v, name, limit, error);
  g_autofree char *text = NULL;

  if (bytes == NULL)
    return NULL;
  text = tabella_bytes_text (bytes);
  if (strlen (text) == g_bytes_get_size (bytes))
    return g_steal_pointer (&text);
  g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_FORMAT, "%s is not a text",
               name);
  return NULL;
}

gboolean
tabella_verify_exists (TabellaVerifier *v, guint check, const char *name)
{
  g_autofree char *path = g_build_filename (v->dir, name, NULL);
  g_autoptr (GError) error = NULL;
  gboolean there;

  if (!tabella_file_exists (path, &there, &error))
    tabella_verify_fail (&v->findings[check], "%s", error->message);
  return there;
}

GPtrArray *
tabella_verify_list (TabellaVerifier *v, guint check, const char *name)
{
  g_autofree char *path = name != NULL ? g_build_filename (v->dir, name, NULL) : g_strdup (v->dir);
  g_autoptr (GError) error = NULL;
  GPtrArray *there = tabella_folder_list_if_any (path, &error);

  if (error != NULL)
    tabella_verify_fail (&v->findings[check], "%s", error->message);
  return there != NULL ? there : g_ptr_array_new_with_free_func (g_free);
}

guint16
tabella_verify_number (const char *name, const char *prefix, guint digits, const char *suffix)
{
  const char *from = name + strlen (prefix);
  guint number = 0, n = 0;

  if (!g_str_has_prefix (name, prefix))
    return 0;
  while (n < 5 && g_ascii_isdigit (from[n]))
    number = number * 10 + (guint)(from[n++] - '0');
  if (n < digits || (n > digits && from[0] == '0') || !g_str_equal (from + n, suffix) ||
      number > G_MAXUINT16)
    return 0;
  return (guint16)number;
}

static GRegex *
known_files (void)
{
  g_autofree char *all = NULL, *whole = NULL;
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GRegex *regex;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_ptr_array_add (parts, (gpointer)files[i]);
  g_ptr_array_add (parts, NULL);
  all = g_strjoinv ("|", (char **)parts->pdata);
  whole = g_strdup_printf ("(?:%s)\\z", all);
  regex = g_regex_new (whole, G_REGEX_RAW | G_REGEX_ANCHORED | G_REGEX_DOTALL, 0, &error);
  if (regex == NULL)
    g_error ("%s", error->message);
  return regex;
}

/* What the disk does not answer for could be a folder full of names. */
static gboolean
is_folder (TabellaVerifier *v, const char *name)
{
  g_autofree char *path = g_build_filename (v->dir, name, NULL);
  struct stat st;

  if (stat (path, &st) == 0)
    return S_ISDIR (st.st_mode);
  if (errno != ENOENT)
    tabella_verify_fail (&v->findings[6], "cannot read %s: %s", name, tabella_errno_text (errno));
  return FALSE;
}

static void
walk (TabellaVerifier *v, const GRegex *known, const char *folder, guint depth)
{
  g_autoptr (GPtrArray) there = tabella_verify_list (v, 6, folder);

  for (guint i = 0; i < there->len; i++) {
    const char *entry = there->pdata[i];
    g_autofree char *name =
        folder != NULL ? g_build_filename (folder, entry, NULL) : g_strdup (entry);

    if (is_folder (v, name) && depth < DEEPEST)
      walk (v, known, name, depth + 1);
    else if (!g_regex_match (known, name, 0, NULL))
      tabella_verify_fail (&v->findings[6],
                           "%s: a public record has no such file; if it names or could name voters "
                           "(check-ins, rolls, keys), do not pass it on",
                           name);
  }
}

void
tabella_verify_names (TabellaVerifier *v)
{
  g_autoptr (GRegex) known = known_files ();

  walk (v, known, NULL, 0);
}
