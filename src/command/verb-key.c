/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include "bytes.h"

#include <string.h>
#include "files.h"

static gboolean
check_absent (const char *path, GError **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  return tabella_refuse (
      error, "%s exists already; choose another name, a key is never overwritten", path);
}

/* FILE.key first: a public key without its secret would be of no use. */
static gboolean
write_pair (const char *base, const TabellaMinisignPublic *pub, const TabellaMinisignSecret *sec,
            const char *passphrase, GError **error)
{
  g_autofree char *key_path = g_strconcat (base, ".key", NULL),
                  *pub_path = g_strconcat (base, ".pub", NULL);
  g_autofree char *key_text = NULL, *pub_text = tabella_minisign_public_text (pub);

  if (!check_absent (key_path, error) || !check_absent (pub_path, error))
    return FALSE;
  key_text = tabella_minisign_secret_text (sec, passphrase, FALSE);
  return tabella_file_write_new (key_path, key_text, strlen (key_text), 0600, error) &&
         tabella_file_write_new (pub_path, pub_text, strlen (pub_text), 0644, error);
}

int
tabella_verb_key (int argc, char **argv, GError **error)
{
  g_autofree char *passphrase_file = NULL, *base = NULL;
  GOptionEntry entries[] = {
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &passphrase_file,
      "read the passphrase from FILE", "FILE" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  g_auto (TabellaMinisignSecret) sec = { 0 };
  g_autoptr (TabellaPassphrase) passphrase = NULL;
  TabellaMinisignPublic pub;

  if (!tabella_arguments ("key", "new FILE",
                          "Makes the organisers' minisign key pair, FILE.pub and FILE.key", entries,
                          argc, argv, 2, 2, &a, error) ||
      a.helped)
    return 0;
  if (strcmp (a.args[0], "new") != 0) {
    tabella_usage (error, "'%s' is not known; use `tabella key new FILE`", a.args[0]);
    return 2;
  }
  base = g_str_has_suffix (a.args[1], ".key") ? g_strndup (a.args[1], strlen (a.args[1]) - 4)
                                              : g_strdup (a.args[1]);
  passphrase = tabella_passphrase (passphrase_file, "for the organisers' key", TRUE, error);
  if (passphrase == NULL)
    return 1;
  tabella_minisign_generate (&pub, &sec);
  if (!write_pair (base, &pub, &sec, passphrase, error))
    return 1;
  if (a.json) {
    g_autofree char *id = tabella_hex (pub.id, sizeof pub.id);
    g_autoptr (json_t) out = json_pack ("{s:s}", "key_id", id);
    tabella_print_json (out);
  } else {
    tabella_say (
        "%s.key signs (keep it and its passphrase apart); %s.pub goes to everyone, on paper too.",
        base, base);
  }
  return 0;
}
