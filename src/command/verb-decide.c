/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <string.h>
#include "duplicates.h"
#include "store.h"

typedef struct {
  char *ref, *reason, *key, *passphrase_file;
  gboolean accept, reject;
} DecideOptions;

static void
decide_options_clear (DecideOptions *o)
{
  g_free (o->ref);
  g_free (o->reason);
  g_free (o->key);
  g_free (o->passphrase_file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DecideOptions, decide_options_clear)

static gboolean
put_decision (TabellaStore *store, const DecideOptions *o, gboolean *practice, GError **error)
{
  g_autoptr (TabellaEvidence) e = tabella_store_evidence (store, error);
  g_autoptr (GPtrArray) incidents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) opened = NULL;
  const TabellaOpened *found;
  TabellaDecision d = { 0 };
  guint at;

  if (e == NULL)
    return FALSE;
  *practice = e->manifest->practice;
  if (o->ref == NULL)
    return TRUE;
  opened = tabella_opening_all (e, "roll", incidents, error);
  if (opened == NULL || !tabella_provisional_find (opened, o->ref, &at, error))
    return FALSE;
  found = &g_array_index (opened, TabellaOpened, at);
  d.terminal = found->terminal;
  memcpy (d.p, found->record.p, sizeof d.p);
  d.accepted = o->accept;
  d.reason = o->reason;
  return tabella_store_put_decision (store, &d, error);
}

/* Decisions count in an official election only with the organisers' signature. */
static gboolean
sign (TabellaStore *store, const DecideOptions *o, GError **error)
{
  g_auto (TabellaMinisignSecret) key = { 0 };

  if (o->key == NULL)
    return tabella_store_sign_decisions (store, NULL, error);
  return tabella_command_key (o->key, o->passphrase_file, &key, error) &&
         tabella_store_sign_decisions (store, &key, error);
}

static gboolean
check_options (const DecideOptions *o, GError **error)
{
  if (o->ref == NULL && o->key != NULL)
    return TRUE;
  if (!tabella_required (o->ref, "--provisional REF", error))
    return FALSE;
  if (o->accept == o->reject)
    return tabella_usage (error, "give either --accept or --reject");
  return tabella_required (o->reason, "--reason TEXT", error);
}

int
tabella_verb_decide (int argc, char **argv, GError **error)
{
  g_auto (DecideOptions) o = { 0 };
  GOptionEntry entries[] = {
    { "provisional", 0, 0, G_OPTION_ARG_STRING, &o.ref, "its reference, as in `tabella status`",
      "REF" },
    { "accept", 0, 0, G_OPTION_ARG_NONE, &o.accept, "the ballot takes part", NULL },
    { "reject", 0, 0, G_OPTION_ARG_NONE, &o.reject, "the ballot is struck", NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING, &o.reason, "why, for the signed list", "TEXT" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &o.key,
      "sign all decisions with the organisers' key (once, at the end, is enough)", "FILE" },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &o.passphrase_file,
      "read the passphrase from FILE", "FILE" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };
  g_autoptr (TabellaStore) store = NULL;
  gboolean practice = FALSE;

  if (!tabella_arguments ("decide", "--provisional REF --accept|--reject --reason TEXT",
                          "Records the organisers' decision on a provisional ballot", entries, argc,
                          argv, 0, 0, &a, error) ||
      a.helped || !check_options (&o, error))
    return 0;
  store = tabella_store_open (".", error);
  if (store == NULL || !put_decision (store, &o, &practice, error) || !sign (store, &o, error))
    return 1;
  if (a.json) {
    g_autoptr (json_t) out = json_pack ("{s:b}", "signed", o.key != NULL);
    tabella_print_json (out);
  } else if (o.key != NULL) {
    tabella_say ("The decisions are signed. Next: tabella request strike");
  } else {
    tabella_say (practice ? "Recorded, not signed (a practice election takes that; an official one "
                            "needs --key FILE)."
                          : "Recorded. When all are decided, sign them: tabella decide --key FILE");
  }
  return 0;
}
