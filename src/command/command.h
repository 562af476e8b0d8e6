/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "json.h"
#include "manifest.h"
#include "roll.h"

/* What the verbs of `tabella` share (shared contract: data/doc/command.md). A verb never prints its
 * error and never exits: main does both, once. */
typedef enum {
  TABELLA_COMMAND_ERROR_USAGE,   /* exit 2 */
  TABELLA_COMMAND_ERROR_REFUSED, /* exit 1 */
} TabellaCommandError;
#define TABELLA_COMMAND_ERROR (tabella_command_error_quark ())
GQuark tabella_command_error_quark (void);

/* run: the exit status (0, 1, 3); with @error set main prints it and exits 1, or 2 for USAGE.
 * argv[0] is the verb. */
typedef struct {
  const char *name, *args, *help;
  int (*run) (int argc, char **argv, GError **error);
} TabellaVerb;
extern const TabellaVerb tabella_verbs[];
extern const guint tabella_n_verbs;

/* Parses @entries (plus --json and --help, which every verb has) out of argv; what is left are the
 * positional arguments, counted in *argc without the verb and checked against @min..@max. FALSE
 * with USAGE; --help prints and leaves through *helped. @verb: "trustee open" style name for the
 * help text. */
typedef struct {
  gboolean json, helped;
  char **args;
  guint n;
} TabellaArguments;
gboolean tabella_arguments (const char *verb, const char *args, const char *help,
                            GOptionEntry *entries, int argc, char **argv, guint min, guint max,
                            TabellaArguments *out, GError **error);
void tabella_arguments_clear (TabellaArguments *a);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaArguments, tabella_arguments_clear)

/* FALSE with @error set. main says the verb and where its help is for a USAGE. */
gboolean tabella_usage (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean tabella_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* "--station S is missing" as USAGE if @value is NULL. */
gboolean tabella_required (const char *value, const char *option, GError **error);

/* One passphrase from @file (final newline dropped), or asked on the terminal without echo (twice
 * if @fresh); REFUSED without either. Secret memory. */
char *tabella_passphrase (const char *file, const char *whose, gboolean fresh, GError **error);
void tabella_passphrase_free (char *p);
typedef char TabellaPassphrase;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaPassphrase, tabella_passphrase_free)

/* election.json of the current folder, read as JSON only. */
json_t *tabella_command_draft (GError **error);
/* election.json of the current folder, valid; the error names the first problem and `tabella
 * check`. */
TabellaElection *tabella_command_election (GError **error);
/* The organisers' secret key in FILE or FILE.key. */
gboolean tabella_command_key (const char *file, const char *passphrase_file,
                              TabellaMinisignSecret *key, GError **error);
/* FILE.pub, FILE, or FILE with .pub beside it. */
gboolean tabella_command_public (const char *file, TabellaMinisignPublic *pub, GError **error);
/* A station by the draft's id. 0 with REFUSED naming the known ones. */
guint16 tabella_command_station (const TabellaElection *e, const char *id, GError **error);
/* Whether @path is a request's folder; REFUSED says what to name. */
gboolean tabella_command_request (const char *path, GError **error);
guint16 tabella_command_number (const char *text, const char *what,
                                GError **error); /* 1..65535, 0 with USAGE */

void tabella_print_json (json_t *json); /* to standard output */
/* @text without control characters, which a terminal would obey ('?' instead; line feeds and tabs
 * stay): what verbs print may quote a stranger's file. Free with g_free(). */
char *tabella_plain (const char *text);
void tabella_say (const char *format, ...) G_GNUC_PRINTF (1, 2);  /* a line to standard output */
void tabella_warn (const char *format, ...) G_GNUC_PRINTF (1, 2); /* a line to standard error */
/* A TabellaProgress that draws "NAME 42 %" on a terminal's standard error; @data: the name. */
void tabella_show_progress (guint64 done, guint64 of, gpointer data);

#define TABELLA_VERB(fn) int fn (int argc, char **argv, GError **error)
TABELLA_VERB (tabella_verb_new);
TABELLA_VERB (tabella_verb_check);
TABELLA_VERB (tabella_verb_trustee);
TABELLA_VERB (tabella_verb_key);
TABELLA_VERB (tabella_verb_enrol);
TABELLA_VERB (tabella_verb_roll);
TABELLA_VERB (tabella_verb_seal);
TABELLA_VERB (tabella_verb_package);
TABELLA_VERB (tabella_verb_amend);
TABELLA_VERB (tabella_verb_import);
TABELLA_VERB (tabella_verb_receipts);
TABELLA_VERB (tabella_verb_status);
TABELLA_VERB (tabella_verb_decide);
TABELLA_VERB (tabella_verb_request);
TABELLA_VERB (tabella_verb_combine);
TABELLA_VERB (tabella_verb_publish);
TABELLA_VERB (tabella_verb_verify);
TABELLA_VERB (tabella_verb_verify_challenge);
TABELLA_VERB (tabella_verb_show);
TABELLA_VERB (tabella_verb_rehearse);
