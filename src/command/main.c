/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabella [-C DIR] VERB …: finds the verb in the table, runs it, prints its error once. */
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "command.h"
#include "process.h"
#include "secret.h"

static void
print_help (void)
{
  printf ("Usage: tabella [-C DIR] VERB …\n\n"
          "Works on an election folder (the current one, or DIR). Verbs:\n\n");
  for (guint i = 0; i < tabella_n_verbs; i++)
    printf ("  %-17s %s\n", tabella_verbs[i].name, tabella_verbs[i].help);
  printf ("\n`tabella VERB --help` tells more. Exit status: 0 done, 1 refused, 2 wrong usage.\n");
}

static const TabellaVerb *
find_verb (const char *name)
{
  for (guint i = 0; i < tabella_n_verbs; i++)
    if (strcmp (tabella_verbs[i].name, name) == 0)
      return &tabella_verbs[i];
  return NULL;
}

/* One line on standard error; where a message is a title and several lines, those stand above. */
static void
print_error (const GError *error)
{
  const char *message = error->message + (g_str_has_prefix (error->message, ".: ") ? 3 : 0);
  g_autofree char *text = g_strchomp (g_strdup (message));
  g_auto (GStrv) lines = g_strsplit (*text != '\0' ? text : "unknown error", "\n", -1);
  const guint n = g_strv_length (lines);
  const gboolean is_title = n > 1 && g_str_has_suffix (lines[0], ":");

  if (is_title && n == 2) {
    tabella_warn ("tabella: %s %s", lines[0], lines[1]);
    return;
  }
  for (guint i = 1; i < n; i++)
    tabella_warn ("%s", lines[i]);
  if (is_title)
    lines[0][strlen (lines[0]) - 1] = '\0';
  tabella_warn ("tabella: %s%s", lines[0], is_title ? " (named above)" : "");
}

/* What could not be printed was not said: a full disk behind `> FILE` is no success. */
static gboolean
is_printed (GError **error)
{
  if (fflush (stdout) == 0 && ferror (stdout) == 0)
    return TRUE;
  return tabella_refuse (error, "standard output: what was to be printed could not be written");
}

static int
run_verb (const TabellaVerb *verb, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status = verb->run (argc, argv, &error);
  gboolean usage = g_error_matches (error, TABELLA_COMMAND_ERROR, TABELLA_COMMAND_ERROR_USAGE);

  if (usage) {
    g_prefix_error (&error, "%s: ", verb->name);
    tabella_warn ("tabella: %s; see `tabella %s --help`", error->message, verb->name);
    return 2;
  }
  if (error == NULL && is_printed (&error))
    return status;
  print_error (error);
  return 1;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  const TabellaVerb *verb;
  int at = 1;

  setlocale (LC_ALL, "");
  setlocale (LC_MESSAGES, "C"); /* English, whatever the terminal's translations say */
  tabella_crypto_init ();
  /* It handles trustees' secrets and reads what strangers wrote, and needs neither. */
  if (!tabella_process_harden (&error) || !tabella_process_shut (TABELLA_SHUT_ALL, &error)) {
    print_error (error);
    return 1;
  }
  while (at + 1 < argc && strcmp (argv[at], "-C") == 0) {
    if (chdir (argv[at + 1]) != 0) {
      tabella_warn ("tabella: -C %s: %s; name an existing folder", argv[at + 1],
                    g_strerror (errno));
      return 1;
    }
    at += 2;
  }
  if (at + 1 == argc && strcmp (argv[at], "-C") == 0) {
    tabella_warn ("tabella: -C needs a folder; see `tabella --help`");
    return 2;
  }
  if (at >= argc) {
    tabella_warn ("tabella: no verb given; `tabella --help` lists them");
    return 2;
  }
  if (strcmp (argv[at], "--help") == 0 || strcmp (argv[at], "-h") == 0 ||
      strcmp (argv[at], "help") == 0) {
    print_help ();
    return 0;
  }
  if (strcmp (argv[at], "--version") == 0) {
    printf ("tabella %s\n", TABELLA_VERSION);
    return 0;
  }
  verb = find_verb (argv[at]);
  if (verb == NULL) {
    tabella_warn ("tabella: there is no verb '%s'; `tabella --help` lists them", argv[at]);
    return 2;
  }
  return run_verb (verb, argc - at, argv + at);
}
