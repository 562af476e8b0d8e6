/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "election.h"

#include <gio/gio.h>
#include <string.h>
#include "examples.h"

#define EXAMPLES "/tabella/examples"

const char *
tabella_text (const TabellaText *text, const char *language, const char *fallback_language)
{
  GHashTable *table = (GHashTable *)text; /* a look-up changes nothing */
  const char *found = language == NULL ? NULL : g_hash_table_lookup (table, language);

  if (found == NULL && fallback_language != NULL)
    found = g_hash_table_lookup (table, fallback_language);
  return found == NULL ? "" : found;
}

static TabellaElection *
load (const char *folder, gboolean ceremony_only, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "election.json", NULL);
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = tabella_json_load (path, error);
  g_autoptr (TabellaElection) e = NULL;

  if (json == NULL)
    return NULL;
  e = ceremony_only ? tabella_election_parse_ceremony (json, problems)
                    : tabella_election_parse (json, "", problems);
  if (!tabella_problems_none (path, problems, error))
    return NULL;
  return g_steal_pointer (&e);
}

TabellaElection *
tabella_election_load (const char *folder, GError **error)
{
  return load (folder, FALSE, error);
}

TabellaElection *
tabella_election_load_ceremony (const char *folder, GError **error)
{
  return load (folder, TRUE, error);
}

void
tabella_election_free (TabellaElection *e)
{
  if (e == NULL)
    return;
  g_free (e->name);
  g_ptr_array_unref (e->languages);
  g_ptr_array_unref (e->trustees);
  g_ptr_array_unref (e->contests);
  g_ptr_array_unref (e->styles);
  g_ptr_array_unref (e->units);
  g_ptr_array_unref (e->stations);
  g_strfreev (e->ids.patterns);
  g_free (e->policies.receipt_url);
  json_decref (e->json);
  g_free (e);
}

const TabellaContest *
tabella_election_contest (const TabellaElection *e, guint16 index)
{
  return index < e->contests->len ? e->contests->pdata[index] : NULL;
}

const TabellaStyle *
tabella_election_style (const TabellaElection *e, guint16 index)
{
  return index < e->styles->len ? e->styles->pdata[index] : NULL;
}

const TabellaStationInfo *
tabella_election_station (const TabellaElection *e, guint16 number)
{
  return number >= 1 && number <= e->stations->len ? e->stations->pdata[number - 1] : NULL;
}

guint16
tabella_election_station_by_id (const TabellaElection *e, const char *id)
{
  for (guint i = 0; i < e->stations->len; i++)
    if (g_str_equal (((const TabellaStationInfo *)e->stations->pdata[i])->id, id))
      return (guint16)(i + 1);
  return 0;
}

gboolean
tabella_election_style_allowed (const TabellaElection *e, guint16 station, guint16 style)
{
  const TabellaStationInfo *s = tabella_election_station (e, station);

  for (guint i = 0; s != NULL && i < s->styles->len; i++)
    if (g_array_index (s->styles, guint16, i) == style)
      return TRUE;
  return FALSE;
}

void
tabella_election_check_official (const TabellaElection *e, GPtrArray *problems)
{
  if (e->policies.min_unit < TABELLA_UNIT_LEAST)
    tabella_problem (problems, "policies.min_unit",
                     "is %u; an official election needs at least %d, so that no small place's "
                     "result shows how its few voters chose",
                     e->policies.min_unit, TABELLA_UNIT_LEAST);
  if (e->needed < 2)
    tabella_problem (problems, "trustees.needed",
                     "is 1; an official election needs at least 2, so that no trustee alone can "
                     "open a vote");
}

static char *
example_names (GResource *resource)
{
  g_auto (GStrv) files =
      g_resource_enumerate_children (resource, EXAMPLES, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    if (g_str_has_suffix (files[i], ".json"))
      files[i][strlen (files[i]) - strlen (".json")] = '\0';
  return g_strjoinv (", ", files);
}

json_t *
tabella_election_example (const char *name, GError **error)
{
  GResource *resource = tabella_examples_get_resource ();
  g_autofree char *path = g_strdup_printf (EXAMPLES "/%s.json", name);
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (resource, path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (bytes == NULL) {
    g_autofree char *names = example_names (resource);

    g_set_error (error, TABELLA_ELECTION_ERROR, TABELLA_ELECTION_ERROR_INVALID,
                 "there is no example \"%s\"; there is: %s", name, names);
    return NULL;
  }
  return tabella_json_parse (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}
