/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminals.h"

#include <sodium.h>
#include <string.h>
#include "bytes.h"
#include "election-internal.h"

#define ALL_LANES 0x3FF

static const char *const role_names[] = { "combined", "desk", "booth", "spare" };

const char *
tabella_role_name (TabellaRole role)
{
  return role_names[role];
}

gboolean
tabella_role_parse (const char *name, TabellaRole *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (role_names); i++)
    if (g_str_equal (name, role_names[i])) {
      *role = (TabellaRole)i;
      return TRUE;
    }
  return FALSE;
}

gboolean
tabella_role_checks_in (TabellaRole role)
{
  return role == TABELLA_ROLE_COMBINED || role == TABELLA_ROLE_DESK;
}

void
tabella_terminal_info_free (TabellaTerminalInfo *t)
{
  if (t == NULL)
    return;
  g_free (t->label);
  g_free (t);
}

/* One item of a lane's text, "4" or "0-3", added to *mask. NULL, or what follows it. */
static const char *
read_lane_item (const char *p, guint16 *mask)
{
  guint first, last;

  if (!g_ascii_isdigit (*p))
    return NULL;
  first = last = (guint)(*p++ - '0');
  if (*p == '-') {
    if (!g_ascii_isdigit (p[1]))
      return NULL;
    last = (guint)(p[1] - '0');
    p += 2;
  }
  if (last < first)
    return NULL;
  for (guint d = first; d <= last; d++) {
    if (*mask & 1u << d)
      return NULL;
    *mask |= (guint16)(1u << d);
  }
  return p;
}

gboolean
tabella_lane_parse (const char *text, guint16 *mask, GError **error)
{
  const char *p = text;
  guint16 found = 0;

  *mask = 0;
  while (p != NULL && *text != '\0') {
    p = read_lane_item (p, &found);
    if (p == NULL || *p == '\0')
      break;
    p = *p == ',' ? p + 1 : NULL;
  }
  if (p == NULL) {
    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "lane \"%s\": write last digits as \"0-3\" or \"0,2,5-9\", each digit once", text);
    return FALSE;
  }
  *mask = found;
  return TRUE;
}

char *
tabella_lane_text (guint16 mask)
{
  GString *text = g_string_new (NULL);

  for (guint d = 0; d < 10; d++) {
    guint last = d;

    if (!(mask & 1u << d))
      continue;
    while (last < 9 && mask & 1u << (last + 1))
      last++;
    g_string_append_printf (text, "%s%u", text->len == 0 ? "" : ",", d);
    if (last > d)
      g_string_append_printf (text, "-%u", last);
    d = last;
  }
  return g_string_free (text, FALSE);
}

json_t *
tabella_terminal_json (const TabellaTerminalInfo *t, gboolean with_label)
{
  json_t *obj = json_object ();
  json_t *lane = json_array ();
  g_autofree char *ballot = tabella_hex (t->ballot_key, 32);
  g_autofree char *batch = tabella_hex (t->batch_key, 32);
  g_autofree char *box = tabella_hex (t->box_key, 32);
  g_autofree char *slice = tabella_hex (t->slice, 32);
  g_autofree char *keys = tabella_hex (t->keys, 32);

  for (int d = 0; d < 10; d++)
    if (t->lane & 1 << d)
      json_array_append_new (lane, json_integer (d));
  json_object_set_new (obj, "index", json_integer (t->index));
  json_object_set_new (obj, "station", json_integer (t->station));
  json_object_set_new (obj, "role", json_string (tabella_role_name (t->role)));
  json_object_set_new (obj, "lane", lane);
  json_object_set_new (obj, "ballot_key", json_string (ballot));
  json_object_set_new (obj, "batch_key", json_string (batch));
  json_object_set_new (obj, "box_key", json_string (box));
  json_object_set_new (obj, "slice", t->has_slice ? json_string (slice) : json_null ());
  json_object_set_new (obj, "keys", t->has_keys ? json_string (keys) : json_null ());
  json_object_set_new (obj, "simulated", json_boolean (t->simulated));
  if (with_label)
    json_object_set_new (obj, "label", json_string (t->label));
  return obj;
}

/* X25519 with a key of small order gives zeros whatever the secret: nothing sealed to it is safe.
 */
static gboolean
box_key_valid (const guint8 key[32])
{
  guint8 scalar[crypto_scalarmult_SCALARBYTES] = { 1 }, shared[crypto_scalarmult_BYTES];

  return crypto_scalarmult (shared, scalar, key) == 0;
}

static char *
parse_label (json_t *json, const char *at, GPtrArray *problems)
{
  const char *label = tabella_json_string (json, at, "label", problems);
  g_autofree char *field = g_strconcat (at, "label", NULL);

  if (label != NULL)
    tabella_field_plain (label, field, 1, TABELLA_LABEL_MAX, problems);
  return g_strdup (label == NULL ? "" : label);
}

static void
check_key (const char *at, const char *name, const char *kind, gboolean valid, GPtrArray *problems)
{
  g_autofree char *field = g_strconcat (at, name, NULL);

  if (!valid)
    tabella_problem (problems, field, "is not a valid %s key; enrol the terminal again", kind);
}

void
tabella_terminal_parse_keys (json_t *json, const char *at, gboolean with_label,
                             TabellaTerminalInfo *t, GPtrArray *problems)
{
  gboolean ballot = tabella_json_hex (json, at, "ballot_key", t->ballot_key, 32, problems);
  gboolean batch = tabella_json_hex (json, at, "batch_key", t->batch_key, 32, problems);
  gboolean box = tabella_json_hex (json, at, "box_key", t->box_key, 32, problems);

  if (ballot)
    check_key (at, "ballot_key", "Ed25519", tabella_sign_key_valid (t->ballot_key), problems);
  if (batch)
    check_key (at, "batch_key", "Ed25519", tabella_sign_key_valid (t->batch_key), problems);
  if (box)
    check_key (at, "box_key", "X25519", box_key_valid (t->box_key), problems);
  t->simulated = tabella_json_bool (json, at, "simulated", problems);
  if (with_label)
    t->label = parse_label (json, at, problems);
}

static guint16
parse_lane (json_t *json, const char *at, GPtrArray *problems)
{
  json_t *digits = tabella_json_array (json, at, "lane", problems);
  guint16 mask = 0;

  for (gsize i = 0; i < json_array_size (digits); i++) {
    json_t *item = json_array_get (digits, i);
    json_int_t d = json_is_integer (item) ? json_integer_value (item) : -1;

    if (d < 0 || d > 9 || mask >> d != 0) {
      g_autofree char *field = g_strconcat (at, "lane", NULL);

      tabella_problem (problems, field, "must be digits 0 to 9, ascending, each once");
      return mask;
    }
    mask |= (guint16)(1u << d);
  }
  return mask;
}

static void
parse_slice (json_t *json, const char *at, TabellaTerminalInfo *t, GPtrArray *problems)
{
  g_autofree char *field = g_strconcat (at, "slice", NULL);

  if (json_is_null (json_object_get (json, "slice")))
    return;
  t->has_slice = tabella_json_hex (json, at, "slice", t->slice, 32, problems);
  if (t->has_slice && !tabella_role_checks_in (t->role))
    tabella_problem (problems, field, "must be null for a %s", tabella_role_name (t->role));
}

static void
parse_keys_digest (json_t *json, const char *at, TabellaTerminalInfo *t, GPtrArray *problems)
{
  if (!json_is_null (json_object_get (json, "keys")))
    t->has_keys = tabella_json_hex (json, at, "keys", t->keys, 32, problems);
}

void
tabella_terminal_check_lane (const char *at, TabellaRole role, guint16 lane, GPtrArray *problems)
{
  g_autofree char *field = g_strconcat (at, "lane", NULL);

  if (tabella_role_checks_in (role) && lane == 0)
    tabella_problem (problems, field, "a %s needs the last digits it serves, such as 0-9",
                     tabella_role_name (role));
  if (!tabella_role_checks_in (role) && lane != 0)
    tabella_problem (problems, field, "a %s has no lane; leave it out", tabella_role_name (role));
}

TabellaTerminalInfo *
tabella_terminal_parse (json_t *json, const char *at, gboolean with_label, GPtrArray *problems)
{
  static const char *const names[] = { "index",      "station",   "role",    "lane",
                                       "ballot_key", "batch_key", "box_key", "slice",
                                       "keys",       "simulated", "label",   NULL };
  static const char *const unlabelled[] = { "index",      "station",   "role",    "lane",
                                            "ballot_key", "batch_key", "box_key", "slice",
                                            "keys",       "simulated", NULL };
  g_autoptr (TabellaTerminalInfo) t = g_new0 (TabellaTerminalInfo, 1);
  guint before = problems->len;
  const char *role;

  tabella_json_only (json, at, with_label ? names : unlabelled, problems);
  t->index = (guint16)tabella_json_int (json, at, "index", 1, G_MAXUINT16, problems);
  t->station = (guint16)tabella_json_int (json, at, "station", 1, G_MAXUINT16, problems);
  role = tabella_json_string (json, at, "role", problems);
  if (role != NULL && !tabella_role_parse (role, &t->role)) {
    g_autofree char *field = g_strconcat (at, "role", NULL);

    tabella_problem (problems, field, "must be combined, desk, booth or spare");
  }
  t->lane = parse_lane (json, at, problems);
  tabella_terminal_parse_keys (json, at, with_label, t, problems);
  parse_slice (json, at, t, problems);
  parse_keys_digest (json, at, t, problems);
  if (problems->len == before)
    tabella_terminal_check_lane (at, t->role, t->lane, problems);
  return problems->len == before ? g_steal_pointer (&t) : NULL;
}

/* What a station's terminals serve. */
typedef struct {
  gboolean any;
  guint16 lanes;
} Served;

static void
check_overlap (const TabellaElection *e, const TabellaTerminalInfo *t, Served *served,
               GPtrArray *problems)
{
  const TabellaStationInfo *station = tabella_election_station (e, t->station);

  if (served->lanes & t->lane) {
    g_autofree char *field = g_strdup_printf ("station %s", station->id);
    g_autofree char *twice = tabella_lane_text (served->lanes & t->lane);

    tabella_problem (problems, field, "last digits %s are served by terminal %u and another one",
                     twice, t->index);
  }
  served->any = TRUE;
  served->lanes |= t->lane;
}

static void
check_whole (const TabellaStationInfo *station, const Served *served, gboolean practice,
             GPtrArray *problems)
{
  g_autofree char *field = g_strdup_printf ("station %s", station->id);

  if (!served->any && !practice)
    tabella_problem (problems, field, "has no terminal; enrol one with tabella enrol");
  if (served->any && served->lanes != ALL_LANES) {
    g_autofree char *missing = tabella_lane_text (ALL_LANES & ~served->lanes);

    tabella_problem (problems, field,
                     "no desk or combined terminal serves the last digits %s; "
                     "enrol one with --lane %s",
                     missing, missing);
  }
}

void
tabella_terminals_check (const TabellaElection *e, GPtrArray *terminals, gboolean practice,
                         GPtrArray *problems)
{
  g_autofree Served *served = g_new0 (Served, e->stations->len + 1);

  for (guint i = 0; i < terminals->len; i++) {
    const TabellaTerminalInfo *t = terminals->pdata[i];
    g_autofree char *field = g_strdup_printf ("terminal %u", t->index);

    if (tabella_election_station (e, t->station) == NULL)
      tabella_problem (problems, field, "station %u does not exist", t->station);
    else
      check_overlap (e, t, &served[t->station], problems);
  }
  for (guint i = 0; i < e->stations->len; i++)
    check_whole (e->stations->pdata[i], &served[i + 1], practice, problems);
}

void
tabella_terminals_check_keys (GPtrArray *terminals, GPtrArray *problems)
{
  g_autoptr (GHashTable) owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < terminals->len; i++) {
    const TabellaTerminalInfo *t = terminals->pdata[i];
    const guint8 *keys[] = { t->ballot_key, t->batch_key, t->box_key };

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      char *hex = tabella_hex (keys[k], 32);
      const TabellaTerminalInfo *other = g_hash_table_lookup (owners, hex);

      if (other != NULL) {
        g_autofree char *field = g_strdup_printf ("terminal %u", t->index);

        if (other == t)
          tabella_problem (problems, field, "two of its three keys are equal; enrol it again");
        else
          tabella_problem (problems, field, "has a key of terminal %u: one tablet enrolled twice",
                           other->index);
      }
      g_hash_table_insert (owners, hex, (gpointer)t);
    }
  }
}
