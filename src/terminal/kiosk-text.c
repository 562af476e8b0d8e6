/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Languages that can be chosen, and the election's texts in them. */
#include "kiosk-private.h"
#include "language.h"

GPtrArray *
tabella_kiosk_languages (TabellaKiosk *k)
{
  const TabellaManifest *m = tabella_station_manifest (k->station);

  return tabella_language_list (m != NULL ? m->election->languages : NULL);
}

const char *
tabella_kiosk_next_language (TabellaKiosk *k)
{
  g_autoptr (GPtrArray) languages = tabella_kiosk_languages (k);
  guint at = 0;

  for (guint i = 0; i < languages->len; i++)
    if (g_strcmp0 (languages->pdata[i], k->language) == 0)
      at = (i + 1) % languages->len;
  return g_intern_string (languages->pdata[at]);
}

const char *
tabella_kiosk_text_language (TabellaKiosk *k)
{
  const TabellaManifest *m = tabella_station_manifest (k->station);

  return tabella_language_nearest (k->language, m->election->languages);
}

const char *
tabella_kiosk_text (TabellaKiosk *k, const TabellaText *text)
{
  const char *language = tabella_kiosk_text_language (k);
  const char *plain = tabella_text (text, language, NULL);
  char *directed = g_hash_table_lookup (k->directed, plain);

  if (directed != NULL)
    return directed;
  directed = tabella_language_direct (plain, language);
  if (directed == NULL)
    return plain;
  g_hash_table_insert (k->directed, g_strdup (plain), directed);
  return directed;
}
