/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amendments, of all kinds but a terminal added. */
#include "command.h"

#include <string.h>
#include "amendments.h"
#include "bytes.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TabellaText, g_hash_table_unref)

typedef struct {
  char *key, *passphrase_file, *station, *lane, *role, *digest;
  char **text;
  gint terminal, batch;
} AmendOptions;

static void
amend_options_clear (AmendOptions *o)
{
  g_free (o->key);
  g_free (o->passphrase_file);
  g_free (o->station);
  g_free (o->lane);
  g_free (o->role);
  g_free (o->digest);
  g_strfreev (o->text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AmendOptions, amend_options_clear)

typedef struct {
  TabellaAmendKind kind;
  guint16 target;
  guint32 value;
  gboolean has_digest;
  guint8 digest[32];
} Change;

static gboolean
parse_spare (const AmendOptions *o, const TabellaManifest *m, Change *c, GError **error)
{
  TabellaRole role = TABELLA_ROLE_COMBINED;
  guint16 station, lane = 0;

  if (!tabella_required (o->station, "--station S", error))
    return FALSE;
  station = tabella_command_station (m->election, o->station, error);
  if (station == 0)
    return FALSE;
  if (o->role != NULL ? !tabella_role_parse (o->role, &role) || role == TABELLA_ROLE_SPARE : FALSE)
    return tabella_usage (error, "--role %s: a spare becomes combined, desk or booth", o->role);
  if (role != TABELLA_ROLE_BOOTH && !tabella_required (o->lane, "--lane DIGITS", error))
    return FALSE;
  if (o->lane != NULL && !tabella_lane_parse (o->lane, &lane, error))
    return FALSE;
  c->value = tabella_amend_spare_value (station, role == TABELLA_ROLE_BOOTH ? 0 : lane, role);
  return TRUE;
}

static gboolean
parse_ended (const AmendOptions *o, Change *c, GError **error)
{
  if (o->batch < 0 || o->batch > 65535)
    return tabella_usage (
        error, "--batch M is missing: the number of the batch that counts as its last, 0 for none");
  if (o->digest != NULL && !tabella_unhex (o->digest, c->digest, sizeof c->digest))
    return tabella_usage (error, "--digest %s: expected 64 lower-case hexadecimal digits",
                          o->digest);
  c->has_digest = o->digest != NULL;
  c->value = (guint32)o->batch;
  return TRUE;
}

/* Does the kind say nothing without words? */
static gboolean
needs_text (TabellaAmendKind kind)
{
  return kind == TABELLA_AMEND_HOURS || kind == TABELLA_AMEND_MOVED || kind == TABELLA_AMEND_NOTICE;
}

/* About a station, or about all. */
static gboolean
parse_news (const AmendOptions *o, const TabellaManifest *m, Change *c, GError **error)
{
  if (needs_text (c->kind) &&
      !tabella_required (o->text != NULL ? o->text[0] : NULL, "--text TEXT", error))
    return FALSE;
  if (c->kind == TABELLA_AMEND_NOTICE)
    return TRUE;
  if (!tabella_required (o->station, "--station S", error))
    return FALSE;
  c->target = tabella_command_station (m->election, o->station, error);
  return c->target != 0;
}

static gboolean
parse_terminal (const AmendOptions *o, const TabellaManifest *m, Change *c, GError **error)
{
  if (o->terminal < 1 || o->terminal > 65535)
    return tabella_usage (error, "--terminal N is missing or not a number from 1 to 65535");
  c->target = (guint16)o->terminal;
  return c->kind == TABELLA_AMEND_SPARE   ? parse_spare (o, m, c, error)
         : c->kind == TABELLA_AMEND_ENDED ? parse_ended (o, c, error)
                                          : TRUE;
}

static gboolean
parse_change (const char *name, const AmendOptions *o, const TabellaManifest *m, Change *c,
              GError **error)
{
  static const struct {
    const char *name;
    TabellaAmendKind kind;
  } kinds[] = {
    { "hours", TABELLA_AMEND_HOURS }, { "opened", TABELLA_AMEND_OPENED },
    { "moved", TABELLA_AMEND_MOVED }, { "closed", TABELLA_AMEND_CLOSED },
    { "spare", TABELLA_AMEND_SPARE }, { "revoked", TABELLA_AMEND_REVOKED },
    { "ended", TABELLA_AMEND_ENDED }, { "notice", TABELLA_AMEND_NOTICE },
  };

  if (strcmp (name, "added") == 0)
    return tabella_usage (error, "the kind 'added' cannot be written by this version; a spare can "
                                 "be assigned instead");
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (strcmp (name, kinds[i].name) != 0)
      continue;
    c->kind = kinds[i].kind;
    return c->kind == TABELLA_AMEND_SPARE || c->kind == TABELLA_AMEND_REVOKED ||
                   c->kind == TABELLA_AMEND_ENDED
               ? parse_terminal (o, m, c, error)
               : parse_news (o, m, c, error);
  }
  return tabella_usage (error,
                        "'%s' is not a kind of change; hours, opened, moved, closed, spare, "
                        "revoked, ended and notice are",
                        name);
}

/* The words of "LANGUAGE=WORDS" for a language of the election; NULL: WORDS for all. */
static const char *
own_words (const char *given, const TabellaElection *e, const char **language)
{
  for (guint i = 0; i < e->languages->len; i++) {
    const gsize n = strlen (e->languages->pdata[i]);

    *language = e->languages->pdata[i];
    if (strncmp (given, *language, n) == 0 && given[n] == '=')
      return given + n + 1;
  }
  return NULL;
}

/* --text WORDS for every language that has none of its own by --text LANGUAGE=WORDS. */
static TabellaText *
parse_text (const AmendOptions *o, const TabellaElection *e)
{
  TabellaText *text;

  if (o->text == NULL)
    return NULL;
  text = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; o->text[i] != NULL; i++) {
    const char *language, *own = own_words (o->text[i], e, &language);

    for (guint l = 0; own == NULL && l < e->languages->len; l++)
      g_hash_table_insert (text, g_strdup (e->languages->pdata[l]), g_strdup (o->text[i]));
  }
  for (guint i = 0; o->text[i] != NULL; i++) {
    const char *language, *own = own_words (o->text[i], e, &language);

    if (own != NULL)
      g_hash_table_insert (text, g_strdup (language), g_strdup (own));
  }
  return text;
}

static void
print_result (const TabellaArguments *a, guint16 number, const char *short_form, gboolean from_file)
{
  if (a->json) {
    g_autoptr (json_t) out = json_pack ("{s:i,s:s}", "number", number, "short", short_form);
    tabella_print_json (out);
    return;
  }
  if (from_file)
    tabella_say (
        "Amendment %u is signed: amendments/%04u.json. Terminals take this kind only from a "
        "stick with the folder amendments/: its short form does not carry the words.",
        number, number);
  else
    tabella_say ("Amendment %u is signed: amendments/%04u.json. As QR text and to type:\n", number,
                 number);
  for (gsize at = 0; !from_file && at < strlen (short_form); at += 40) {
    g_autoptr (GString) row = g_string_new ("  ");

    for (gsize i = at; i < at + 40 && short_form[i] != '\0'; i++)
      g_string_append_printf (row, "%c%s", short_form[i], (i - at) % 4 == 3 ? " " : "");
    tabella_say ("%s", row->str);
  }
}

static int
amend (const AmendOptions *o, const TabellaArguments *a, GError **error)
{
  TabellaCeremonyKeys keys;
  g_autoptr (TabellaManifest) m = NULL;
  g_autoptr (TabellaText) text = NULL;
  g_auto (TabellaMinisignSecret) key = { 0 };
  g_autofree char *short_form = NULL;
  Change c = { 0 };
  guint16 number;

  if (!tabella_required (o->key, "--key FILE", error))
    return 2;
  m = tabella_manifest_load (".", NULL, &keys, error);
  if (m == NULL || !parse_change (a->args[0], o, m, &c, error) ||
      !tabella_command_key (o->key, o->passphrase_file, &key, error))
    return 1;
  text = parse_text (o, m->election);
  if (!tabella_amendment_write (m, ".", c.kind, c.target, c.value, text,
                                c.has_digest ? c.digest : NULL, &key, &number, &short_form, error))
    return 1;
  print_result (a, number, short_form, needs_text (c.kind));
  return 0;
}

int
tabella_verb_amend (int argc, char **argv, GError **error)
{
  g_auto (AmendOptions) o = { .batch = -1 };
  GOptionEntry entries[] = {
    { "key", 0, 0, G_OPTION_ARG_FILENAME, &o.key, "the organisers' secret key", "FILE" },
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &o.passphrase_file,
      "read the passphrase from FILE", "FILE" },
    { "terminal", 0, 0, G_OPTION_ARG_INT, &o.terminal, "the terminal it is about", "N" },
    { "station", 0, 0, G_OPTION_ARG_STRING, &o.station,
      "the station it is about; spare: its station", "S" },
    { "lane", 0, 0, G_OPTION_ARG_STRING, &o.lane, "spare: the last digits it serves", "DIGITS" },
    { "role", 0, 0, G_OPTION_ARG_STRING, &o.role, "spare: combined (default), desk or booth",
      "ROLE" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &o.batch,
      "ended: the batch that counts as its last, 0 for none", "M" },
    { "digest", 0, 0, G_OPTION_ARG_STRING, &o.digest, "ended: which of two files of one number",
      "HEX" },
    { "text", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o.text,
      "what people are told (LANGUAGE=WORDS, repeatable, or WORDS)", "TEXT" },
    { NULL },
  };
  g_auto (TabellaArguments) a = { 0 };

  if (!tabella_arguments ("amend",
                          "--key FILE hours|opened|moved|closed|spare|revoked|ended|notice …",
                          "Signs the next amendment, as a file, a QR text and groups to type",
                          entries, argc, argv, 1, 1, &a, error) ||
      a.helped)
    return 0;
  return amend (&o, &a, error);
}
