/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "practice.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "files.h"
#include "rehearse.h"
#include "trustee.h"

#define TRUSTEES 2

static const char *const passphrases[] = { "first officer", "second officer", NULL };

char *
practice_file (const Practice *p, const char *name)
{
  return g_build_filename (p->path, name, NULL);
}

static void
put (json_t *object, const char *name, const char *value)
{
  json_t *json = json_loads (value, JSON_DECODE_ANY, NULL);

  g_assert_nonnull (json);
  g_assert_cmpint (json_object_set_new (object, name, json), ==, 0);
}

static json_t *
make_draft (const char *policies)
{
  GError *error = NULL;
  json_t *draft = tabella_election_example ("referendum-2014", &error);
  json_t *own = json_object_get (draft, "policies");

  g_assert_no_error (error);
  put (draft, "trustees", "{\"needed\": 1, \"names\": [\"Ada\", \"Bob\"]}");
  put (own, "capacity", "{\"ballots\": 30, \"checkins\": 30}");
  put (own, "officers", "{\"count\": 2, \"required\": 1}");
  json_array_append_new (
      json_object_get (draft, "contests"),
      json_pack (
          "{s:s, s:{s:s, s:s}, s:{s:s, s:s}, s:i, s:i, s:[{s:s, s:{s:s, s:s}}, {s:s, s:{s:s, "
          "s:s}}, {s:s, s:{s:s, s:s}}]}",
          "id", "board", "title", "en", "Board", "zh_HK", "委員會", "question", "en",
          "Choose one or two", "zh_HK", "選一或二", "min", 1, "max", 2, "options", "id", "ann",
          "text", "en", "Ann", "zh_HK", "安", "id", "ben", "text", "en", "Ben", "zh_HK", "賓", "id",
          "cho", "text", "en", "Cho", "zh_HK", "曹"));
  json_array_append_new (json_object_get (draft, "styles"),
                         json_pack ("{s:s, s:{s:s, s:s}, s:[s,s]}", "id", "wide", "title", "en",
                                    "Wide", "zh_HK", "闊", "contests", "motion-1", "board"));
  json_array_append_new (
      json_object_get (json_array_get (json_object_get (draft, "stations"), 0), "styles"),
      json_string ("wide"));
  if (policies != NULL) {
    json_t *more = json_loads (policies, 0, NULL);

    g_assert_nonnull (more);
    json_object_update (own, more);
    json_decref (more);
  }
  return draft;
}

static void
write_text (const Practice *p, const char *name, const char *text)
{
  g_autofree char *path = practice_file (p, name);
  GError *error = NULL;

  tabella_file_write (path, text, strlen (text), 0644, &error);
  g_assert_no_error (error);
}

static void
hold_ceremony (Practice *p, const TabellaElection *e)
{
  GError *error = NULL;

  for (guint round = 1; round <= 4; round++)
    for (guint16 i = 1; i <= TRUSTEES; i++) {
      g_autofree char *name = g_strdup_printf ("trustee-%u", i);
      g_autofree char *secret = practice_file (p, name);
      g_autofree char *code = NULL;

      if (round == 1)
        tabella_trustee_init (p->path, i, e->trustees->pdata[i - 1], secret, name,
                              TABELLA_VAULT_REHEARSAL, &error);
      else if (round == 2)
        tabella_trustee_open_round (p->path, i, secret, name, &error);
      else if (round == 3)
        tabella_trustee_deal (p->path, i, secret, name, &error);
      else
        tabella_trustee_accept (p->path, i, secret, name, &code, &error);
      g_assert_no_error (error);
    }
}

static void
enrol_terminals (Practice *p, const TabellaElection *e)
{
  static const struct {
    guint16 station;
    TabellaRole role;
    guint16 lane;
  } terminals[] = {
    { 1, TABELLA_ROLE_DESK, 0x01F },     { 1, TABELLA_ROLE_DESK, 0x3E0 },
    { 1, TABELLA_ROLE_BOOTH, 0 },        { 1, TABELLA_ROLE_BOOTH, 0 },
    { 1, TABELLA_ROLE_SPARE, 0 },        { 2, TABELLA_ROLE_COMBINED, 0x3FF },
    { 2, TABELLA_ROLE_BOOTH, 0 },        { 3, TABELLA_ROLE_COMBINED, 0x01F },
    { 3, TABELLA_ROLE_COMBINED, 0x3E0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (terminals); i++) {
    GError *error = NULL;
    guint16 index;

    tabella_rehearse_enrol (p->path, e, terminals[i].station, terminals[i].role, terminals[i].lane,
                            "simulated", &index, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (index, ==, i + 1);
  }
}

/* A tablet: its secrets are not in the folder. */
static void
enrol_tablet (Practice *p, const TabellaElection *e)
{
  g_autoptr (TabellaTerminalSecrets) secrets = tabella_terminal_secrets_new ();
  g_autofree char *text = tabella_enrolment_text (secrets, "a tablet", FALSE);
  g_autoptr (TabellaTerminalInfo) info = g_new0 (TabellaTerminalInfo, 1);
  GError *error = NULL;
  guint16 index;

  tabella_enrolment_parse ("test", text, strlen (text), info, &error);
  g_assert_no_error (error);
  tabella_terminals_enrol (p->path, e, info, 2, TABELLA_ROLE_BOOTH, 0, &index, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (index, ==, 10);
}

static void
build_roll (Practice *p, const TabellaElection *e)
{
  g_autoptr (GString) csv = g_string_new ("id,name,style,station\n");
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = practice_file (p, "list.csv");
  GError *error = NULL;
  guint64 voters;

  for (guint n = 0; n < PRACTICE_VOTERS; n++) {
    const TabellaStationInfo *place = tabella_election_station (e, n < 20 ? 1 : n < 30 ? 2 : 3);
    g_autofree char *id = practice_id (n);

    g_string_append_printf (csv, "%s,Voter %u,%s,%s\n", id, n,
                            n < 20 && n % 3 == 2 ? "wide" : "all", place->id);
  }
  write_text (p, "list.csv", csv->str);
  tabella_roll_build (p->path, e, path, NULL, NULL, NULL, NULL, problems, &voters, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (voters, ==, PRACTICE_VOTERS);
}

static void
write_package (const Practice *p)
{
  g_autofree char *stick = practice_file (p, "stick");
  GError *error = NULL;

  tabella_package_write (p->folder, stick, &error);
  g_assert_no_error (error);
}

Practice *
practice_new (const char *policies)
{
  return practice_new_changed (policies, NULL);
}

static char *
draft_text (const char *policies, void (*change) (json_t *draft))
{
  json_t *draft = make_draft (policies);
  char *text;

  if (change != NULL)
    change (draft);
  text = tabella_json_text (draft);
  json_decref (draft);
  return text;
}

Practice *
practice_new_changed (const char *policies, void (*change) (json_t *draft))
{
  Practice *p = g_new0 (Practice, 1);
  g_autofree char *text = draft_text (policies, change);
  g_autofree char *pub_text = NULL;
  g_autoptr (TabellaElection) e = NULL;
  TabellaMinisignPublic pub;
  GError *error = NULL;

  /* in memory where that is possible: terminals sync after every step */
  p->path = g_build_filename (g_access ("/dev/shm", W_OK) == 0 ? "/dev/shm" : g_get_tmp_dir (),
                              "tabella-station-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp (p->path));
  p->folder = practice_file (p, "practice");
  write_text (p, "election.json", text);
  e = tabella_election_load (p->path, &error);
  g_assert_no_error (error);
  tabella_minisign_generate (&pub, &p->key);
  pub_text = tabella_minisign_public_text (&pub);
  write_text (p, "organisers.pub", pub_text);
  hold_ceremony (p, e);
  enrol_terminals (p, e);
  enrol_tablet (p, e);
  build_roll (p, e);
  tabella_manifest_seal (p->path, TRUE, &p->key, &error);
  g_assert_no_error (error);
  write_package (p);
  p->manifest = tabella_manifest_load (p->folder, NULL, &p->keys, &error);
  g_assert_no_error (error);
  p->ctx = tabella_ballot_context_new (p->manifest, &p->keys);
  return p;
}

void
practice_free (Practice *p)
{
  GError *error = NULL;

  tabella_folder_remove (p->path, &error);
  g_assert_no_error (error);
  tabella_ballot_context_free (p->ctx);
  tabella_manifest_free (p->manifest);
  tabella_minisign_secret_clear (&p->key);
  g_free (p->path);
  g_free (p->folder);
  g_free (p);
}

void
practice_amend (Practice *p, TabellaAmendKind kind, guint16 target, guint32 value)
{
  g_autofree char *code = NULL;
  GError *error = NULL;
  guint16 number;

  tabella_amendment_write (p->manifest, p->folder, kind, target, value, NULL, NULL, &p->key,
                           &number, &code, &error);
  g_assert_no_error (error);
  write_package (p);
}

static char *
state_folder (const Practice *p, guint16 index)
{
  g_autofree char *name = g_strdup_printf ("state-%u", index);

  return practice_file (p, name);
}

static void
install (Practice *p, TabellaStation *s, guint16 index)
{
  g_autofree char *stick = practice_file (p, "stick");
  g_autofree char *enrolment = NULL;
  g_autoptr (TabellaPackage) package = NULL;
  TabellaTerminalSecrets *secrets;
  GError *error = NULL;
  char *code;

  secrets = tabella_simulated_secrets_load (p->folder, index, &error);
  g_assert_no_error (error);
  tabella_station_enrol (s, "simulated", secrets, TRUE, &code, &enrolment, &error);
  g_assert_no_error (error);
  package = tabella_station_find_package (s, stick, &error);
  g_assert_no_error (error);
  tabella_station_install (s, package, &error);
  g_assert_no_error (error);
  tabella_station_first_opening (s, code, passphrases, 2, PRACTICE_PIN, &error);
  g_assert_no_error (error);
  tabella_setup_code_free (code);
}

TabellaStation *
practice_ready (Practice *p, guint16 index)
{
  g_autofree char *dir = state_folder (p, index);
  GError *error = NULL;
  TabellaStation *s = tabella_station_open (dir, &error);

  g_assert_no_error (error);
  tabella_station_set_cost (s, TABELLA_VAULT_REHEARSAL);
  install (p, s, index);
  return s;
}

TabellaStation *
practice_open (Practice *p, guint16 index)
{
  TabellaStation *s = practice_ready (p, index);
  GError *error = NULL;

  tabella_station_zero_report (s, &error);
  g_assert_no_error (error);
  tabella_station_open_poll (s, &error);
  g_assert_no_error (error);
  return s;
}

void
practice_unlock (TabellaStation *s)
{
  GError *error = NULL;

  tabella_station_unlock (s, passphrases, 1, &error);
  g_assert_no_error (error);
}

TabellaStation *
practice_restart (Practice *p, guint16 index)
{
  g_autofree char *dir = state_folder (p, index);
  GError *error = NULL;
  TabellaStation *s = tabella_station_open (dir, &error);

  g_assert_no_error (error);
  practice_unlock (s);
  return s;
}

char *
practice_id (guint n)
{
  guint sum = 36 * 9 + 10 * 8, rest = n, check;

  for (guint weight = 2; weight <= 7; weight++, rest /= 10)
    sum += rest % 10 * weight;
  check = (11 - sum % 11) % 11;
  return g_strdup_printf ("A%06u%c", n, check == 10 ? 'A' : (char)('0' + check));
}

void
practice_shared (const Practice *p, const TabellaPoint *r, TabellaPoint *shared)
{
  g_autofree char *secret = practice_file (p, "trustee-1");
  g_autoptr (TabellaTrustee) trustee = NULL;
  GError *error = NULL;

  trustee = tabella_trustee_load (secret, "trustee-1", 1, &p->keys, &error);
  g_assert_no_error (error);
  tabella_point_mul (shared, tabella_trustee_secret (trustee, 1), r);
}

void
assert_refused (gboolean done, GError **error, TabellaStationError code, const char *part)
{
  g_assert_false (done);
  g_assert_nonnull (*error);
  if (!g_error_matches (*error, TABELLA_STATION_ERROR, (gint)code) ||
      strstr ((*error)->message, part) == NULL)
    g_error ("wanted code %d with \"%s\", got %s %d: %s", code, part,
             g_quark_to_string ((*error)->domain), (*error)->code, (*error)->message);
  g_clear_error (error);
}
