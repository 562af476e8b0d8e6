/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "result-table.h"

#include <string.h>

/* The words for an option's id, or the id itself. */
static const char *
option_words (const TabellaElection *e, const char *contest, const char *option)
{
  const char *language = e != NULL ? e->languages->pdata[0] : NULL;

  for (guint c = 0; e != NULL && c < e->contests->len; c++) {
    const TabellaContest *own = e->contests->pdata[c];

    for (guint o = 0; strcmp (own->id, contest) == 0 && o < own->options->len; o++) {
      const TabellaOption *opt = own->options->pdata[o];

      if (strcmp (opt->id, option) == 0)
        return tabella_text (opt->text, language, language);
    }
  }
  return option;
}

static const char *
member (json_t *object, const char *name)
{
  const char *value = json_string_value (json_object_get (object, name));

  return value != NULL ? value : "?";
}

static void
print_contest (const TabellaElection *e, json_t *contest)
{
  const char *id = member (contest, "id");
  json_t *options = json_object_get (contest, "options"),
         *withheld = json_object_get (contest, "withheld");

  tabella_say ("\n%s: %" JSON_INTEGER_FORMAT " ballots", id,
               json_integer_value (json_object_get (contest, "ballots")));
  for (gsize i = 0; i < json_array_size (options); i++) {
    json_t *option = json_array_get (options, i);

    tabella_say ("%10" JSON_INTEGER_FORMAT "  %s",
                 json_integer_value (json_object_get (option, "count")),
                 option_words (e, id, member (option, "id")));
  }
  for (gsize i = 0; i < json_array_size (withheld); i++)
    tabella_say ("            unit %s is too small to be decrypted by itself",
                 json_string_value (json_array_get (withheld, i)));
}

static void
print_duplicates (json_t *duplicates)
{
  static const char *const words[][2] = {
    { "groups", "persons checked in more than once" },
    { "struck_links", "check-ins struck" },
    { "struck_ballots", "ballots struck with them" },
    { "unused_tickets", "struck check-ins without a ballot" },
    { "paper", "of these persons' check-ins were on paper" },
    { "rejected_provisionals", "provisional ballots rejected" },
    { "incidents", "incidents (`tabella status` names them)" },
  };

  tabella_say ("\nDuplicates, by the rule %s:", member (duplicates, "rule"));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    tabella_say ("%10" JSON_INTEGER_FORMAT "  %s",
                 json_integer_value (json_object_get (duplicates, words[i][0])), words[i][1]);
}

gboolean
tabella_print_result (const char *result, GError **error)
{
  g_autoptr (json_t) json = tabella_json_parse ("result.json", result, strlen (result), error);
  TabellaCeremonyKeys keys;
  g_autoptr (TabellaManifest) m = NULL;
  json_t *contests;

  if (json == NULL)
    return FALSE;
  contests = json_object_get (json, "contests");
  m = tabella_manifest_load (".", NULL, &keys, NULL);
  tabella_say ("%s%s", m != NULL ? m->election->name : member (json, "election"),
               strcmp (member (json, "mode"), "practice") == 0 ? "  (PRACTICE)" : "");
  for (gsize i = 0; i < json_array_size (contests); i++)
    print_contest (m != NULL ? m->election : NULL, json_array_get (contests, i));
  print_duplicates (json_object_get (json, "duplicates"));
  return TRUE;
}
