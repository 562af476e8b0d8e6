/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <stdio.h>
#include <unistd.h>
#include "bytes.h"
#include "files.h"
#include "verifier.h"

static const char *
verdict_text (const TabellaVerifyReport *r, char *buffer, gsize size)
{
  switch (r->verdict) {
  case TABELLA_VERDICT_VALID:
    return "VALID";
  case TABELLA_VERDICT_VALID_EXCLUDED:
    g_snprintf (buffer, size, "VALID WITH %u EXCLUDED", r->excluded);
    return buffer;
  case TABELLA_VERDICT_CONSISTENT:
    return "CONSISTENT";
  case TABELLA_VERDICT_INVALID:
  default:
    return "INVALID";
  }
}

static void
print_report (const TabellaVerifyReport *r, const char *verdict)
{
  if (r->practice)
    tabella_say ("PRACTICE election");
  for (guint i = 1; i <= TABELLA_VERIFY_ALL; i++) {
    const TabellaCheckLine *c = &r->checks[i];

    tabella_say ("%2u %-7s %s%s%s", i,
                 !c->ran     ? "not run"
                 : c->passed ? "ok"
                             : "FAILED",
                 c->name, c->detail != NULL ? ": " : "", c->detail != NULL ? c->detail : "");
  }
  for (guint i = 0; i < r->incidents->len; i++)
    tabella_say ("incident: %s", (char *)r->incidents->pdata[i]);
  if (r->transcript != NULL)
    tabella_say ("Transcript %s (compare it with the paper that the trustees signed)",
                 r->transcript);
  tabella_say ("%s", verdict);
}

static void
print_report_json (const TabellaVerifyReport *r, const char *verdict)
{
  g_autoptr (json_t) checks = json_array (), incidents = json_array (), out = NULL;

  for (guint i = 1; i <= TABELLA_VERIFY_ALL; i++)
    json_array_append_new (checks, json_pack ("{s:i,s:s,s:b,s:b,s:s?}", "check", (int)i, "name",
                                              r->checks[i].name, "ran", r->checks[i].ran, "passed",
                                              r->checks[i].passed, "detail", r->checks[i].detail));
  for (guint i = 0; i < r->incidents->len; i++)
    json_array_append_new (incidents, json_string (r->incidents->pdata[i]));
  out = json_pack ("{s:s,s:b,s:i,s:O,s:O,s:s?}", "verdict", verdict, "practice", r->practice,
                   "excluded", (int)r->excluded, "checks", checks, "incidents", incidents,
                   "transcript", r->transcript);
  tabella_print_json (out);
}

/* The lines of a file of receipt texts. */
static GPtrArray *
read_receipts (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_RECEIPTS_LIMIT, error);
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (bytes == NULL)
    return NULL;
  text = tabella_bytes_text (bytes);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      g_ptr_array_add (out, g_strdup (lines[i]));
  return g_steal_pointer (&out);
}

static void
show_check (guint check, guint64 done, guint64 of, gpointer data)
{
  g_autofree char *name = g_strdup_printf ("check %u", check);

  tabella_show_progress (done, of, name);
}

static int
verify (const char *dir, const char *key_file, const char *receipts_file, gboolean json,
        GError **error)
{
  g_autoptr (TabellaVerifyReport) r = NULL;
  g_autoptr (GPtrArray) receipts = NULL;
  TabellaMinisignPublic key;
  char buffer[40];
  const char *verdict;

  if (key_file != NULL && !tabella_command_public (key_file, &key, error))
    return 1;
  if (receipts_file != NULL) {
    receipts = read_receipts (receipts_file, error);
    if (receipts == NULL)
      return 1;
  }
  r = tabella_verify_record (dir, TABELLA_VERIFY_ALL, key_file != NULL ? &key : NULL, receipts,
                             show_check, NULL, error);
  if (r == NULL)
    return 1;
  verdict = verdict_text (r, buffer, sizeof buffer);
  if (json)
    print_report_json (r, verdict);
  else
    print_report (r, verdict);
  return r->verdict == TABELLA_VERDICT_INVALID      ? 1
         : r->verdict == TABELLA_VERDICT_CONSISTENT ? 3
                                                    : 0;
}

int
tabella_verb_verify (int argc, char **argv, GError **error)
{
  g_autofree char *key = NULL, *receipts = NULL;
  GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &key, "your own copy of the organisers' public key",
      "FILE.pub" },
    { "receipts", 0, 0, G_OPTION_ARG_FILENAME, &receipts, "receipt texts to look up, one a line",
      "FILE" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };

  if (!tabella_arguments ("verify", "DIR [--key FILE.pub] [--receipts FILE]",
                          "Checks a public record from its files alone. Exit status: 0 VALID or "
                          "VALID WITH n EXCLUDED, 3 CONSISTENT (no key given), 1 INVALID",
                          entries, argc, argv, 1, 1, &a, error) ||
      a.helped)
    return 0;
  return verify (a.args[0], key, receipts, a.json, error);
}
