/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include "bytes.h"
#include "codes.h"
#include "files.h"
#include "receipts.h"

/* The manifest alone, without its signature: whoever checks a challenge has it from the published
 * record. */
static TabellaManifest *
load_manifest (const char *path, TabellaCeremonyKeys *keys, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_FILE_LIMIT, error);
  g_autoptr (TabellaManifest) m = bytes != NULL ? tabella_manifest_parse (bytes, error) : NULL;

  if (m == NULL || !tabella_manifest_keys (m, keys, error))
    return NULL;
  return g_steal_pointer (&m);
}

/* A terminal of the manifest, at a station that has this ballot. */
static gboolean
check_place (const TabellaManifest *m, const TabellaChallengeText *t, GError **error)
{
  const TabellaTerminalInfo *info = tabella_manifest_terminal (m, t->terminal);

  if (info != NULL && tabella_election_style_allowed (m->election, info->station, t->style))
    return TRUE;
  return tabella_refuse (error,
                         "the text TC1. names %s %u, which %s: no honest terminal makes such a "
                         "ballot; report it",
                         info == NULL ? "terminal" : "ballot style",
                         info == NULL ? t->terminal : t->style,
                         info == NULL ? "is not in this manifest" : "its station does not have");
}

static json_t *
selections_json (const TabellaElection *e, const TabellaChallengeText *t)
{
  const TabellaStyle *style = tabella_election_style (e, t->style);
  json_t *out = json_object ();
  gsize at = 0;

  for (guint i = 0; i < style->contests->len; i++) {
    const TabellaContest *contest =
        tabella_election_contest (e, g_array_index (style->contests, guint16, i));
    json_t *chosen = json_array ();

    for (guint o = 0; o < contest->options->len; o++)
      if (t->selections[at++] != 0)
        json_array_append_new (chosen,
                               json_string (((TabellaOption *)contest->options->pdata[o])->id));
    json_object_set_new (out, contest->id, chosen);
  }
  return out;
}

static void
say_selections (json_t *selections)
{
  for (void *at = json_object_iter (selections); at != NULL;
       at = json_object_iter_next (selections, at)) {
    const json_t *chosen = json_object_iter_value (at);
    g_autoptr (GString) list = g_string_new (NULL);

    for (gsize i = 0; i < json_array_size (chosen); i++)
      g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                              json_string_value (json_array_get (chosen, i)));
    tabella_say ("%s: %s", json_object_iter_key (at), list->len > 0 ? list->str : "(blank)");
  }
}

int
tabella_verb_verify_challenge (int argc, char **argv, GError **error)
{
  g_autofree char *path = NULL, *short_code = NULL, *hex = NULL;
  GOptionEntry entries[] = {
    { "manifest", 0, 0, G_OPTION_ARG_FILENAME, &path, "the election's manifest", "FILE" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (TabellaBallotContext) ctx = NULL;
  g_auto (TabellaChallengeText) t = { 0 };
  g_autoptr (json_t) selections = NULL;
  TabellaCeremonyKeys keys;
  guint8 code[32];

  if (!tabella_arguments ("verify-challenge", "QRTEXT --manifest FILE",
                          "Recomputes a challenged ballot and prints its code and selections",
                          entries, argc, argv, 1, 1, &a, error) ||
      a.helped || !tabella_required (path, "--manifest FILE", error))
    return 0;
  m = load_manifest (path, &keys, error);
  if (m == NULL)
    return 1;
  ctx = tabella_ballot_context_new (m, &keys);
  if (!tabella_challenge_text_parse (ctx, a.args[0], &t, error) || !check_place (m, &t, error) ||
      !tabella_challenge_text_recompute (ctx, &t, code, error))
    return 1;
  short_code = tabella_short_code (code);
  hex = tabella_hex (code, sizeof code);
  selections = selections_json (m->election, &t);
  if (a.json) {
    g_autoptr (json_t) out = json_pack ("{s:s,s:s,s:i,s:O}", "code", hex, "short_code", short_code,
                                        "terminal", t.terminal, "selections", selections);
    tabella_print_json (out);
    return 0;
  }
  tabella_say ("Code %s\n     %s", short_code, hex);
  say_selections (selections);
  tabella_say ("Compare the code with the one that the machine showed before you chose to check "
               "it. This ballot is not counted.");
  return 0;
}
