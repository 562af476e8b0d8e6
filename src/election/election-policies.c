/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "election-internal.h"

#include <string.h>

/* What a check can compute with: where its digits are is known from the mask. */
static void
check_mask (const char *mask, const char *field, TabellaIdCheck check, GPtrArray *problems)
{
  gsize length = strlen (mask);

  if (length < 1 || length > TABELLA_ID_MAX || mask[strspn (mask, "A9X")] != '\0') {
    tabella_problem (problems, field,
                     "must be 1 to %d characters: A for a letter, 9 for a digit, X for either",
                     TABELLA_ID_MAX);
    return;
  }
  if ((check == TABELLA_CHECK_LUHN || check == TABELLA_CHECK_VERHOEFF) &&
      (length < 2 || strspn (mask, "9") != length))
    tabella_problem (problems, field, "this check needs two or more digits and nothing else");
  if (check == TABELLA_CHECK_MOD11_2 &&
      (length < 2 || strspn (mask, "9") < length - 1 || mask[length - 1] == 'A'))
    tabella_problem (problems, field, "mod11-2 needs digits and one last character 9 or X");
  if (check == TABELLA_CHECK_MOD97_10 && (length < 3 || !g_str_equal (mask + length - 2, "99")))
    tabella_problem (problems, field, "mod97-10 needs two digits at the end, after others");
}

static char **
read_patterns (json_t *ids, const char *at, TabellaIdCheck check, GPtrArray *problems)
{
  json_t *list = tabella_json_array (ids, at, "patterns", problems), *value;
  g_autoptr (GPtrArray) patterns = g_ptr_array_new ();
  g_autofree char *whole = g_strconcat (at, "patterns", NULL);
  gsize i;

  if (list != NULL && (json_array_size (list) < 1 || json_array_size (list) > TABELLA_PATTERNS_MAX))
    tabella_problem (problems, whole, "must have 1 to %d patterns", TABELLA_PATTERNS_MAX);
  json_array_foreach (list, i, value)
  {
    g_autofree char *field = g_strdup_printf ("%s[%" G_GSIZE_FORMAT "]", whole, i);

    if (!json_is_string (value)) {
      tabella_problem (problems, field, "must be a text in quotes");
      continue;
    }
    check_mask (json_string_value (value), field, check, problems);
    g_ptr_array_add (patterns, g_strdup (json_string_value (value)));
  }
  g_ptr_array_add (patterns, NULL);
  return (char **)g_ptr_array_free (g_steal_pointer (&patterns), FALSE);
}

void
tabella_parse_ids (json_t *election, const char *at, TabellaIdScheme *ids, GPtrArray *problems)
{
  static const char *const schemes[] = { "hkid", "pattern", NULL };
  static const char *const checks[] = { "none", "luhn", "mod11-2", "mod97-10", "verhoeff", NULL };
  static const char *const hkid_names[] = { "scheme", NULL };
  static const char *const pattern_names[] = { "scheme", "patterns", "check", NULL };
  g_autofree char *inside = g_strconcat (at, "ids.", NULL);
  json_t *obj = tabella_json_object (election, at, "ids", problems);

  if (obj == NULL)
    return;
  ids->kind = (TabellaIdKind)tabella_field_word (obj, inside, "scheme", schemes, problems);
  if (ids->kind == TABELLA_IDS_HKID) {
    tabella_json_only (obj, inside, hkid_names, problems);
    return;
  }
  tabella_json_only (obj, inside, pattern_names, problems);
  ids->check = (TabellaIdCheck)tabella_field_word (obj, inside, "check", checks, problems);
  ids->patterns = read_patterns (obj, inside, ids->check, problems);
}

/* It goes into a QR code before the voter's receipt: printable ASCII, a web address. */
static char *
read_receipt_url (json_t *obj, const char *at, GPtrArray *problems)
{
  g_autofree char *field = g_strconcat (at, "receipt_url", NULL);
  const char *url;

  if (json_is_object (obj) && json_is_null (json_object_get (obj, "receipt_url")))
    return NULL;
  url = tabella_json_string (obj, at, "receipt_url", problems);
  if (url == NULL)
    return NULL;
  if (!g_str_has_prefix (url, "https://") && !g_str_has_prefix (url, "http://"))
    tabella_problem (problems, field, "must be null or start with https:// or http://");
  else if (strlen (url) > TABELLA_RECEIPT_URL_MAX)
    tabella_problem (problems, field, "may have at most %d bytes", TABELLA_RECEIPT_URL_MAX);
  for (const char *p = url; *p != '\0'; p++)
    if (!g_ascii_isgraph (*p) || *p == '"' || *p == '<' || *p == '>') {
      tabella_problem (problems, field,
                       "may have printable ASCII characters only, no spaces, "
                       "quotes or angle brackets");
      break;
    }
  return g_strdup (url);
}

static void
read_capacity (json_t *obj, const char *at, TabellaPolicies *policies, GPtrArray *problems)
{
  static const char *const names[] = { "ballots", "checkins", NULL };
  g_autofree char *inside = g_strconcat (at, "capacity.", NULL);
  json_t *capacity = tabella_json_object (obj, at, "capacity", problems);

  if (capacity == NULL)
    return;
  tabella_json_only (capacity, inside, names, problems);
  policies->capacity_ballots =
      (guint)tabella_json_int (capacity, inside, "ballots", 1, TABELLA_CAPACITY_MAX, problems);
  policies->capacity_checkins =
      (guint)tabella_json_int (capacity, inside, "checkins", 1, TABELLA_CAPACITY_MAX, problems);
}

static void
read_officers (json_t *obj, const char *at, TabellaPolicies *policies, GPtrArray *problems)
{
  static const char *const names[] = { "count", "required", NULL };
  g_autofree char *inside = g_strconcat (at, "officers.", NULL);
  json_t *officers = tabella_json_object (obj, at, "officers", problems);
  guint before = problems->len;

  if (officers == NULL)
    return;
  tabella_json_only (officers, inside, names, problems);
  policies->officers_count =
      (guint)tabella_json_int (officers, inside, "count", 1, TABELLA_OFFICERS_MAX, problems);
  /* Where the count is wrong itself, only its own limit is known. */
  policies->officers_required = (guint)tabella_json_int (
      officers, inside, "required", 1,
      problems->len > before ? TABELLA_OFFICERS_MAX : policies->officers_count, problems);
}

static void
read_rules (json_t *obj, const char *at, TabellaPolicies *policies, GPtrArray *problems)
{
  static const char *const voting[] = { "assigned", "anywhere", NULL };
  static const char *const walk_ins[] = { "accepted", "provisional", "refused", NULL };
  static const char *const rules[] = { "assigned-then-lot", "lot", "strike-all", NULL };
  static const char *const paper[] = { "prevails", "yields", NULL };
  guint before = problems->len;

  policies->voting = (TabellaVoting)tabella_field_word (obj, at, "voting", voting, problems);
  policies->walk_ins = (TabellaWalkIns)tabella_field_word (obj, at, "walk_ins", walk_ins, problems);
  policies->rule = (TabellaRule)tabella_field_word (obj, at, "duplicates", rules, problems);
  policies->paper_prevails = tabella_field_word (obj, at, "paper", paper, problems) == 0;
  if (problems->len == before && policies->voting == TABELLA_VOTING_ANYWHERE &&
      policies->rule == TABELLA_RULE_ASSIGNED_THEN_LOT) {
    g_autofree char *field = g_strconcat (at, "duplicates", NULL);

    tabella_problem (problems, field,
                     "\"assigned-then-lot\" is possible only where voting is \"assigned\"; use "
                     "\"lot\" or \"strike-all\"");
  }
}

void
tabella_parse_policies (json_t *election, const char *at, TabellaPolicies *policies,
                        GPtrArray *problems)
{
  static const char *const names[] = { "voting",       "walk_ins",  "duplicates",
                                       "paper",        "min_unit",  "capacity",
                                       "idle_seconds", "directory", "receipt_url",
                                       "officers",     NULL };
  g_autofree char *inside = g_strconcat (at, "policies.", NULL);
  json_t *obj = tabella_json_object (election, at, "policies", problems);

  if (obj == NULL)
    return;
  tabella_json_only (obj, inside, names, problems);
  read_rules (obj, inside, policies, problems);
  policies->min_unit =
      (guint)tabella_json_int (obj, inside, "min_unit", 0, TABELLA_UNIT_LEAST_MAX, problems);
  read_capacity (obj, inside, policies, problems);
  policies->idle_seconds =
      (guint)tabella_json_int (obj, inside, "idle_seconds", 120, 300, problems);
  policies->directory = tabella_json_bool (obj, inside, "directory", problems);
  policies->receipt_url = read_receipt_url (obj, inside, problems);
  read_officers (obj, inside, policies, problems);
}
