/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include "bytes.h"
#include "codes.h"

int
tabella_verb_seal (int argc, char **argv, GError **error)
{
  g_autofree char *key_file = NULL, *passphrase_file = NULL, *code = NULL, *he = NULL;
  gboolean practice = FALSE;
  GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key_file, "the organisers' secret key", "FILE" },
    { "practice", 0, 0, G_OPTION_ARG_NONE, &practice, "seal a practice election into practice/",
      NULL },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
      "read the passphrase from FILE", "FILE" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  g_auto (TabellaMinisignSecret) key = { 0 };
  g_autoptr (TabellaManifest) m = NULL;
  TabellaCeremonyKeys keys;

  if (!tabella_arguments (
          "seal", "--key FILE [--practice]",
          "Builds the manifest from draft, ceremony, terminals and roll, and signs it", entries,
          argc, argv, 0, 0, &a, error) ||
      a.helped)
    return 0;
  if (!tabella_required (key_file, "--key FILE", error) ||
      !tabella_command_key (key_file, passphrase_file, &key, error) ||
      !tabella_manifest_seal (".", practice, &key, error))
    return 1;
  m = tabella_manifest_load (practice ? "practice" : ".", NULL, &keys, error);
  if (m == NULL)
    return 1;
  he = tabella_hex (m->he, sizeof m->he);
  code = tabella_short_code (keys.transcript);
  if (a.json) {
    g_autoptr (json_t) out = json_pack ("{s:s,s:s,s:s}", "election", he, "mode",
                                        practice ? "practice" : "official", "transcript", code);
    tabella_print_json (out);
  } else {
    tabella_say ("%smanifest.json is sealed.\nElection   %s\nTranscript %s\nNext: tabella "
                 "%spackage --out STICK",
                 practice ? "practice/" : "", he, code, practice ? "-C practice " : "");
  }
  return 0;
}
