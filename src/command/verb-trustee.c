/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trustee's steps: the four rounds of the ceremony, the drill before the poll, and shares of
 * decryption. */
#include "command.h"

#include <string.h>
#include "answering.h"
#include "trustee.h"

#define RESTART_HELP                                                                               \
  "Puts a ceremony with a complaint aside so that it can start again from round 1"

typedef struct {
  TabellaArguments a;
  gint index;
  char *name, *secret, *passphrase_file;
  TabellaPassphrase *passphrase;
} TrusteeCall;

static void
trustee_call_clear (TrusteeCall *c)
{
  tabella_arguments_clear (&c->a);
  g_free (c->name);
  g_free (c->secret);
  g_free (c->passphrase_file);
  if (c->passphrase != NULL)
    tabella_passphrase_free (c->passphrase);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TrusteeCall, trustee_call_clear)

typedef struct {
  const char *name, *args, *help;
  guint n_args;
  gboolean fresh; /* a new passphrase */
  gboolean (*run) (TrusteeCall *c, GError **error);
} TrusteeStep;

static void
say_file (TrusteeCall *c, guint round, const char *next)
{
  if (c->a.json) {
    g_autofree char *file = g_strdup_printf ("ceremony/r%u-%02d.json", round, c->index);
    g_autoptr (json_t) out = json_pack ("{s:s}", "file", file);
    tabella_print_json (out);
    return;
  }
  tabella_say ("ceremony/r%u-%02d.json is written. %s", round, c->index, next);
}

static gboolean
run_init (TrusteeCall *c, GError **error)
{
  if (!tabella_trustee_init (".", (guint16)c->index, c->name, c->secret, c->passphrase,
                             TABELLA_VAULT_NORMAL, error))
    return FALSE;
  say_file (c, 1, "When every trustee's r1 file is here: tabella trustee open");
  return TRUE;
}

static gboolean
run_open (TrusteeCall *c, GError **error)
{
  if (!tabella_trustee_open_round (".", (guint16)c->index, c->secret, c->passphrase, error))
    return FALSE;
  say_file (c, 2, "When every trustee's r2 file is here: tabella trustee deal");
  return TRUE;
}

static gboolean
run_deal (TrusteeCall *c, GError **error)
{
  if (!tabella_trustee_deal (".", (guint16)c->index, c->secret, c->passphrase, error))
    return FALSE;
  say_file (c, 3, "When every trustee's r3 file is here: tabella trustee accept");
  return TRUE;
}

static gboolean
run_accept (TrusteeCall *c, GError **error)
{
  g_autofree char *code = NULL;

  if (!tabella_trustee_accept (".", (guint16)c->index, c->secret, c->passphrase, &code, error))
    return FALSE;
  if (c->a.json) {
    g_autoptr (json_t) out = json_pack ("{s:s}", "transcript", code);
    tabella_print_json (out);
    return TRUE;
  }
  tabella_say ("ceremony/r4-%02d.json is written. The transcript's code is\n\n    %s\n\nIt must be "
               "the same for every trustee: write it on the paper that all sign.",
               c->index, code);
  return TRUE;
}

/* The public keys of the finished ceremony in ./ceremony. */
static gboolean
load_keys (TabellaCeremonyKeys *keys, GError **error)
{
  g_autoptr (TabellaElection) e = tabella_command_election (error);
  g_auto (TabellaCeremonyFiles) files = { 0 };

  return e != NULL &&
         tabella_ceremony_files_load ("ceremony", (guint16)e->trustees->len, &files, error) &&
         tabella_ceremony_check (e, &files, 4, keys, error);
}

static gboolean
run_check (TrusteeCall *c, GError **error)
{
  TabellaCeremonyKeys keys;
  g_autoptr (TabellaTrustee) t = NULL;

  if (!load_keys (&keys, error))
    return FALSE;
  t = tabella_trustee_load (c->secret, c->passphrase, (guint16)c->index, &keys, error);
  if (t == NULL)
    return FALSE;
  if (c->a.json) {
    g_autoptr (json_t) out = json_pack ("{s:b}", "matches", 1);
    tabella_print_json (out);
  } else {
    tabella_say ("The secret of trustee %d opens and matches the public keys.", c->index);
  }
  return TRUE;
}

static gboolean
run_decrypt (TrusteeCall *c, GError **error)
{
  g_autofree char *summary = NULL;

  if (!tabella_command_request (c->a.args[0], error) ||
      !tabella_answer_request (c->a.args[0], (guint16)c->index, c->secret, c->passphrase,
                               tabella_show_progress, "checking", &summary, error))
    return FALSE;
  if (c->a.json) {
    g_autoptr (json_t) out = json_pack ("{s:s}", "summary", summary);
    tabella_print_json (out);
  } else {
    tabella_say ("%s", summary);
  }
  return TRUE;
}

static const TrusteeStep steps[] = {
  { "init", "--index I --name NAME --secret FILE",
    "Round 1: makes this trustee's keys and commits to them", 0, TRUE, run_init },
  { "open", "--index I --secret FILE", "Round 2: opens the commitment", 0, FALSE, run_open },
  { "deal", "--index I --secret FILE", "Round 3: deals the shares to the others", 0, FALSE,
    run_deal },
  { "accept", "--index I --secret FILE", "Round 4: checks every share and signs the transcript", 0,
    FALSE, run_accept },
  { "check", "--index I --secret FILE", "Drill: the secret opens and matches the public keys", 0,
    FALSE, run_check },
  { "decrypt", "REQUEST --index I --secret FILE",
    "Checks a request from its own record and writes this trustee's share into it", 1, FALSE,
    run_decrypt },
};

static gboolean
parse_call (const TrusteeStep *step, int argc, char **argv, TrusteeCall *c, GError **error)
{
  g_autofree char *verb = g_strdup_printf ("trustee %s", step->name);
  g_autofree char *whose = NULL;
  GOptionEntry entries[] = {
    { "index", 0, 0, G_OPTION_ARG_INT, &c->index, "the trustee's number, from 1", "I" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &c->name, "the trustee's name as in the draft (init)",
      "NAME" },
    { "secret", 0, 0, G_OPTION_ARG_FILENAME, &c->secret, "the trustee's secret file", "FILE" },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &c->passphrase_file,
      "read the passphrase from FILE", "FILE" },
    { NULL },
  };

  if (!tabella_arguments (verb, step->args, step->help, entries, argc - 1, argv + 1, step->n_args,
                          step->n_args, &c->a, error))
    return FALSE;
  if (c->a.helped)
    return TRUE;
  if (!tabella_required (c->secret, "--secret FILE", error) ||
      (step->fresh && !tabella_required (c->name, "--name NAME", error)))
    return FALSE;
  if (c->index < 1 || c->index > 32)
    return tabella_usage (error, "--index I is missing or not a trustee's number from 1 to 32");
  if (!step->fresh && !g_file_test (c->secret, G_FILE_TEST_EXISTS))
    return tabella_refuse (error,
                           "--secret %s: there is no such file; name the one that `tabella trustee "
                           "init` made for this trustee",
                           c->secret);
  whose = g_strdup_printf ("of trustee %d", c->index);
  c->passphrase = tabella_passphrase (c->passphrase_file, whose, step->fresh, error);
  return c->passphrase != NULL;
}

static int
run_restart (int argc, char **argv, GError **error)
{
  g_auto (TabellaArguments) a = { 0 };

  if (!tabella_arguments ("trustee restart", "", RESTART_HELP, NULL, argc - 1, argv + 1, 0, 0, &a,
                          error) ||
      a.helped)
    return 0;
  if (!tabella_ceremony_restart (".", error))
    return 1;
  if (a.json) {
    g_autoptr (json_t) out = json_pack ("{s:b}", "restarted", 1);
    tabella_print_json (out);
  } else {
    tabella_say ("The ceremony's files are put aside. Every trustee starts again with a new secret "
                 "file: tabella trustee init");
  }
  return 0;
}

static void
print_steps (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    tabella_say ("tabella trustee %s %s\n    %s.", steps[i].name, steps[i].args, steps[i].help);
  tabella_say ("tabella trustee restart\n    " RESTART_HELP ".");
}

int
tabella_verb_trustee (int argc, char **argv, GError **error)
{
  const char *name = argc > 1 ? argv[1] : "";

  if (strcmp (name, "restart") == 0)
    return run_restart (argc, argv, error);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    g_auto (TrusteeCall) c = { 0 };

    if (strcmp (name, steps[i].name) != 0)
      continue;
    if (!parse_call (&steps[i], argc, argv, &c, error) || c.a.helped)
      return 0;
    return steps[i].run (&c, error) ? 0 : 1;
  }
  if (strcmp (name, "--help") == 0 || strcmp (name, "-h") == 0) {
    print_steps ();
    return 0;
  }
  tabella_usage (error, "%s%s%s; the steps are init, open, deal, accept, check, decrypt, restart",
                 *name != '\0' ? "there is no step '" : "the step is missing", name,
                 *name != '\0' ? "'" : "");
  return 2;
}
