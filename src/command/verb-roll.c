/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

int
tabella_verb_roll (int argc, char **argv, GError **error)
{
  g_autofree char *keep_key = NULL, *passphrase_file = NULL;
  GOptionEntry entries[] = {
    { "keep-key", 0, 0, G_OPTION_ARG_FILENAME, &keep_key,
      "keep the roll's keys in FILE under a passphrase (else they are gone)", "FILE" },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
      "read the passphrase from FILE", "FILE" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaElection) e = NULL;
  g_autoptr (TabellaPassphrase) passphrase = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  guint64 voters = 0;

  if (!tabella_arguments ("roll", "CSV",
                          "Builds the encrypted roll in roll/ from a list with the columns id, "
                          "name, style, station",
                          entries, argc, argv, 1, 1, &a, error) ||
      a.helped)
    return 0;
  e = tabella_command_election (error);
  if (e == NULL)
    return 1;
  if (keep_key != NULL) {
    passphrase = tabella_passphrase (passphrase_file, "for the roll's keys", TRUE, error);
    if (passphrase == NULL)
      return 1;
  }
  if (!tabella_roll_build (".", e, a.args[0], keep_key, passphrase, tabella_show_progress, "roll",
                           problems, &voters, error)) {
    for (guint i = 0; i < problems->len; i++)
      tabella_warn ("%s: %s", a.args[0], (char *)problems->pdata[i]);
    return 1;
  }
  if (a.json) {
    g_autoptr (json_t) out = json_pack ("{s:I}", "voters", (json_int_t)voters);
    tabella_print_json (out);
  } else {
    tabella_say ("The roll holds %" G_GUINT64_FORMAT " voters. %s Next: tabella seal --key FILE",
                 voters,
                 keep_key != NULL ? "Its keys are kept."
                                  : "Its keys exist only sealed to the terminals now.");
  }
  return 0;
}
