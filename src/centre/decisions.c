/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bytes.h"
#include "evidence.h"
#include "files.h"

#include <string.h>

#define FORMAT_NAME "tabella-decisions-1"

static int
compare_decisions (guint16 terminal_a, const guint8 *p_a, guint16 terminal_b, const guint8 *p_b)
{
  if (terminal_a != terminal_b)
    return terminal_a < terminal_b ? -1 : 1;
  return memcmp (p_a, p_b, 32);
}

char *
tabella_decisions_text (const guint8 he[32], GArray *decisions)
{
  g_autoptr (json_t) json = json_object ();
  json_t *list = json_array ();
  g_autofree char *election = tabella_hex (he, 32);

  json_object_set_new (json, "format", json_string (FORMAT_NAME));
  json_object_set_new (json, "election", json_string (election));
  json_object_set_new (json, "decisions", list);
  for (guint i = 0; i < decisions->len; i++) {
    const TabellaDecision *d = &g_array_index (decisions, TabellaDecision, i);
    g_autofree char *p = tabella_hex (d->p, 32);
    json_t *one = json_object ();

    json_object_set_new (one, "terminal", json_integer (d->terminal));
    json_object_set_new (one, "p", json_string (p));
    json_object_set_new (one, "accepted", json_boolean (d->accepted));
    json_object_set_new (one, "reason", json_string (d->reason));
    json_array_append_new (list, one);
  }
  return tabella_json_text (json);
}

static void
parse_one (json_t *json, guint i, GArray *decisions, GPtrArray *problems)
{
  static const char *const names[] = { "terminal", "p", "accepted", "reason", NULL };
  g_autofree char *at = g_strdup_printf ("decisions[%u].", i);
  TabellaDecision d = { 0 };

  tabella_json_only (json, at, names, problems);
  d.terminal = (guint16)tabella_json_int (json, at, "terminal", 1, G_MAXUINT16, problems);
  tabella_json_hex (json, at, "p", d.p, sizeof d.p, problems);
  d.accepted = tabella_json_bool (json, at, "accepted", problems);
  d.reason = g_strdup (tabella_json_string (json, at, "reason", problems));
  if (decisions->len > 0) {
    const TabellaDecision *before = &g_array_index (decisions, TabellaDecision, decisions->len - 1);

    if (compare_decisions (before->terminal, before->p, d.terminal, d.p) >= 0)
      tabella_problem (problems, at, "decisions are not ascending by terminal and p");
  }
  g_array_append_val (decisions, d);
}

static gboolean
parse (TabellaEvidence *e, GError **error)
{
  static const char *const names[] = { "format", "election", "decisions", NULL };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = NULL;
  guint8 he[32];
  const char *format;
  json_t *list, *one;
  gsize i;

  json = tabella_json_parse ("decisions.json", g_bytes_get_data (e->decisions_file, NULL),
                             g_bytes_get_size (e->decisions_file), error);
  if (json == NULL)
    return FALSE;
  tabella_json_only (json, "", names, problems);
  format = tabella_json_string (json, "", "format", problems);
  if (format != NULL && !g_str_equal (format, FORMAT_NAME))
    tabella_problem (problems, "format", "must be \"" FORMAT_NAME "\"");
  if (tabella_json_hex (json, "", "election", he, sizeof he, problems) &&
      memcmp (he, e->ctx->he, sizeof he) != 0)
    tabella_problem (problems, "election", "these are decisions of another election");
  list = tabella_json_array (json, "", "decisions", problems);
  json_array_foreach (list, i, one) parse_one (one, (guint)i, e->decisions, problems);
  return tabella_problems_none ("decisions.json", problems, error);
}

static gboolean
check_signature (TabellaEvidence *e, const char *path, GError **error)
{
  g_autoptr (GBytes) sig = NULL;

  if (!tabella_file_read_if_any (path, TABELLA_SIGNATURE_LIMIT, &sig, error))
    return FALSE;
  if (sig == NULL) {
    if (e->ctx->practice)
      return TRUE;
    g_set_error_literal (
        error, TABELLA_CENTRE_ERROR, TABELLA_CENTRE_ERROR_INVALID,
        "decisions.json is not signed: remove it, then `tabella decide --key FILE` "
        "writes it again with its signature");
    return FALSE;
  }
  if (!tabella_minisign_verify (&e->manifest->organisers,
                                g_bytes_get_data (e->decisions_file, NULL),
                                g_bytes_get_size (e->decisions_file), g_bytes_get_data (sig, NULL),
                                g_bytes_get_size (sig), NULL, error)) {
    g_prefix_error (error, "decisions.json.minisig: ");
    return FALSE;
  }
  e->decisions_minisig = tabella_bytes_text (sig);
  e->decisions_signed = TRUE;
  return TRUE;
}

gboolean
tabella_evidence_read_decisions (TabellaEvidence *e, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "decisions.json", NULL);
  g_autofree char *sig = g_build_filename (folder, "decisions.json.minisig", NULL);

  if (!tabella_file_read_if_any (path, TABELLA_JSON_LIMIT, &e->decisions_file, error))
    return FALSE;
  return e->decisions_file == NULL || (check_signature (e, sig, error) && parse (e, error));
}

const TabellaDecision *
tabella_evidence_decision (const TabellaEvidence *e, guint16 terminal, const guint8 p[32])
{
  guint low = 0, high = e->decisions->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const TabellaDecision *d = &g_array_index (e->decisions, TabellaDecision, middle);
    int order = compare_decisions (d->terminal, d->p, terminal, p);

    if (order == 0)
      return d;
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}
