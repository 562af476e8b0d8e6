/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include "files.h"
#include "terminals.h"

typedef struct {
  char *station, *role, *lane;
  gint remove;
} EnrolOptions;

static void
enrol_options_clear (EnrolOptions *o)
{
  g_free (o->station);
  g_free (o->role);
  g_free (o->lane);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnrolOptions, enrol_options_clear)

static gboolean
parse_place (const EnrolOptions *o, const TabellaElection *e, guint16 *station, TabellaRole *role,
             guint16 *lane, GError **error)
{
  gboolean has_lane;

  if (!tabella_required (o->station, "--station S", error) ||
      !tabella_required (o->role, "--role desk|booth|combined|spare", error))
    return FALSE;
  *station = tabella_command_station (e, o->station, error);
  if (*station == 0)
    return FALSE;
  if (!tabella_role_parse (o->role, role))
    return tabella_usage (error, "--role %s: roles are combined, desk, booth and spare", o->role);
  has_lane = *role == TABELLA_ROLE_COMBINED || *role == TABELLA_ROLE_DESK;
  return tabella_lane_parse (o->lane != NULL ? o->lane : has_lane ? "0-9" : "", lane, error);
}

static gboolean
enrol_file (const char *path, const TabellaElection *e, guint16 station, TabellaRole role,
            guint16 lane, guint16 *index, GError **error)
{
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_SMALL_LIMIT, error);
  g_autoptr (TabellaTerminalInfo) info = g_new0 (TabellaTerminalInfo, 1);

  if (bytes == NULL || !tabella_enrolment_parse (path, g_bytes_get_data (bytes, NULL),
                                                 g_bytes_get_size (bytes), info, error))
    return FALSE;
  if (!tabella_terminals_enrol (".", e, info, station, role, lane, index, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  return TRUE;
}

static int
enrol_files (const EnrolOptions *o, const TabellaArguments *a, GError **error)
{
  g_autoptr (TabellaElection) e = tabella_command_election (error);
  g_autoptr (json_t) list = json_array ();
  guint16 station, lane, index;
  TabellaRole role;

  if (e == NULL || !parse_place (o, e, &station, &role, &lane, error))
    return 1;
  for (guint i = 0; i < a->n; i++) {
    if (!enrol_file (a->args[i], e, station, role, lane, &index, error))
      return 1;
    json_array_append_new (list, json_integer (index));
    if (!a->json)
      tabella_say ("Terminal %u: %s at %s.", index, tabella_role_name (role), o->station);
  }
  if (a->json) {
    g_autoptr (json_t) out = json_pack ("{s:O}", "terminals", list);
    tabella_print_json (out);
  }
  return 0;
}

static int
remove_terminal (const EnrolOptions *o, const TabellaArguments *a, GError **error)
{
  if (o->remove < 1 || o->remove > 65535 || a->n > 0) {
    tabella_usage (error, "--remove takes one terminal's number and no files");
    return 2;
  }
  if (!tabella_terminals_remove (".", (guint16)o->remove, error))
    return 1;
  if (a->json) {
    g_autoptr (json_t) out = json_pack ("{s:i}", "removed", o->remove);
    tabella_print_json (out);
  } else {
    tabella_say ("Terminal %d is taken out. Build the roll again before sealing: tabella roll CSV",
                 o->remove);
  }
  return 0;
}

int
tabella_verb_enrol (int argc, char **argv, GError **error)
{
  g_auto (EnrolOptions) o = { 0 };
  GOptionEntry entries[] = {
    { "station", 0, 0, G_OPTION_ARG_STRING, &o.station, "the station's id in the draft", "S" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &o.role, "combined, desk, booth or spare", "ROLE" },
    { "lane", 0, 0, G_OPTION_ARG_STRING, &o.lane,
      "last digits it serves, as 0-3 or 4,7-9 (desk, combined; default 0-9)", "DIGITS" },
    { "remove", 0, 0, G_OPTION_ARG_INT, &o.remove, "take a simulated terminal out again", "N" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };

  if (!tabella_arguments ("enrol", "FILE… --station S --role ROLE",
                          "Takes terminals' enrolment files into terminals/", entries, argc, argv,
                          0, G_MAXUINT, &a, error) ||
      a.helped)
    return 0;
  if (o.remove != 0)
    return remove_terminal (&o, &a, error);
  if (a.n == 0) {
    tabella_usage (error, "name at least one enrolment file");
    return 2;
  }
  return enrol_files (&o, &a, error);
}
