/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "files.h"
#include "secret.h"

#define PASSPHRASE_MAX 1024

G_DEFINE_QUARK (tabella - command - error - quark, tabella_command_error)

static void
set_error (GError **error, TabellaCommandError code, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  g_set_error_literal (error, TABELLA_COMMAND_ERROR, (gint)code, text);
}

gboolean
tabella_usage (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_error (error, TABELLA_COMMAND_ERROR_USAGE, format, args);
  va_end (args);
  return FALSE;
}

gboolean
tabella_refuse (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  set_error (error, TABELLA_COMMAND_ERROR_REFUSED, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
count_arguments (const char *args, const TabellaArguments *out, guint min, guint max,
                 GError **error)
{
  if (out->n >= min && out->n <= max)
    return TRUE;
  if (*args == '\0')
    return tabella_usage (error, "it takes no arguments, but '%s' is given", out->args[0]);
  return tabella_usage (error, "expected %s", args);
}

gboolean
tabella_arguments (const char *verb, const char *args, const char *help, GOptionEntry *entries,
                   int argc, char **argv, guint min, guint max, TabellaArguments *out,
                   GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) inner = NULL;
  g_auto (GStrv) copy = g_new0 (char *, argc + 1);
  gboolean helped = FALSE, json = FALSE;
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, "print machine-readable results", NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &helped, "show this help", NULL },
    { NULL },
  };

  memset (out, 0, sizeof *out);
  for (int i = 0; i < argc; i++)
    copy[i] = g_strdup (argv[i]);
  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);
  if (!g_option_context_parse_strv (context, &copy, &inner))
    return tabella_usage (error, "%s", inner->message);
  out->json = json;
  out->helped = helped;
  if (helped) {
    g_autofree char *text = g_option_context_get_help (context, TRUE, NULL);
    const char *options = strstr (text, "\n\n");

    printf ("Usage: tabella %s%s%s\n\n%s.\n%s", verb, *args != '\0' ? " " : "", args, help,
            options != NULL ? options + 1 : "");
    return TRUE;
  }
  if (copy[0] != NULL && copy[1] != NULL && strcmp (copy[1], "--") == 0)
    memmove (&copy[1], &copy[2], (g_strv_length (copy) - 1) * sizeof *copy);
  out->args = g_strdupv (copy[0] != NULL ? copy + 1 : copy);
  out->n = g_strv_length (out->args);
  return count_arguments (args, out, min, max, error);
}

void
tabella_arguments_clear (TabellaArguments *a)
{
  g_clear_pointer (&a->args, g_strfreev);
}

gboolean
tabella_required (const char *value, const char *option, GError **error)
{
  if (value != NULL)
    return TRUE;
  return tabella_usage (error, "%s is missing", option);
}

/* Reads a line without echo into @out (PASSPHRASE_MAX bytes). The prompt comes when typing is safe:
 * not shown, and not flushed away. */
static gboolean
ask (const char *prompt, char *out)
{
  struct termios before, quiet;
  gboolean ok;

  if (tcgetattr (STDIN_FILENO, &before) != 0)
    return FALSE;
  quiet = before;
  quiet.c_lflag &= ~(tcflag_t)ECHO;
  if (tcsetattr (STDIN_FILENO, TCSAFLUSH, &quiet) != 0)
    return FALSE;
  fprintf (stderr, "%s: ", prompt);
  fflush (stderr);
  setvbuf (stdin, NULL, _IONBF, 0); /* no copy in a buffer of the C library */
  ok = fgets (out, PASSPHRASE_MAX, stdin) != NULL && strchr (out, '\n') != NULL;
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  fputc ('\n', stderr);
  if (ok)
    out[strcspn (out, "\r\n")] = '\0';
  return ok;
}

static gboolean
ask_passphrase (const char *whose, gboolean fresh, char *out, GError **error)
{
  g_autofree char *prompt = g_strdup_printf ("Passphrase %s", whose);
  g_autoptr (TabellaSecret) again = tabella_secret_new (PASSPHRASE_MAX);

  if (!ask (prompt, out) || (fresh && !ask ("The same once more", (char *)again)))
    return tabella_refuse (error, "no passphrase %s was typed", whose);
  if (fresh && strcmp (out, (char *)again) != 0)
    return tabella_refuse (error, "the two passphrases differ; nothing was done, try again");
  return TRUE;
}

static gboolean
read_passphrase (const char *file, char *out, GError **error)
{
  FILE *stream = fopen (file, "re");
  gsize got;

  if (stream == NULL)
    return tabella_refuse (error, "--passphrase-file %s: %s; name a file that holds the passphrase",
                           file, g_strerror (errno));
  setvbuf (stream, NULL, _IONBF, 0);
  got = fread (out, 1, PASSPHRASE_MAX, stream);
  fclose (stream);
  if (got == PASSPHRASE_MAX || memchr (out, '\0', got) != NULL)
    return tabella_refuse (error,
                           "--passphrase-file %s: a passphrase is one line of fewer than %d bytes",
                           file, PASSPHRASE_MAX);
  out[got] = '\0';
  if (got > 0 && out[got - 1] == '\n')
    out[got - 1] = '\0';
  return TRUE;
}

char *
tabella_passphrase (const char *file, const char *whose, gboolean fresh, GError **error)
{
  g_autoptr (TabellaPassphrase) out = (char *)tabella_secret_new (PASSPHRASE_MAX + 1);

  if (file != NULL) {
    if (!read_passphrase (file, out, error))
      return NULL;
  } else if (!isatty (STDIN_FILENO)) {
    tabella_refuse (
        error,
        "a passphrase %s is needed and there is no terminal to ask on; give --passphrase-file FILE",
        whose);
    return NULL;
  } else if (!ask_passphrase (whose, fresh, out, error)) {
    return NULL;
  }
  if (*out == '\0') {
    tabella_refuse (error, "the passphrase %s is empty; choose one of several words", whose);
    return NULL;
  }
  return g_steal_pointer (&out);
}

void
tabella_passphrase_free (char *p)
{
  tabella_secret_free ((TabellaSecret *)p);
}

json_t *
tabella_command_draft (GError **error)
{
  if (g_file_test ("election.json", G_FILE_TEST_EXISTS))
    return tabella_json_load ("election.json", error);
  tabella_refuse (error, "there is no election.json here: this is no election folder; name one "
                         "with -C DIR or make one with `tabella new DIR`");
  return NULL;
}

TabellaElection *
tabella_command_election (GError **error)
{
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (json_t) json = tabella_command_draft (error);
  TabellaElection *e;

  if (json == NULL)
    return NULL;
  e = tabella_election_parse (json, "", problems);
  if (e == NULL)
    tabella_refuse (error, "election.json has %u problem%s, first: %s; `tabella check` lists all",
                    problems->len, problems->len == 1 ? "" : "s", (char *)problems->pdata[0]);
  return e;
}

/* The first of FILE, FILE+suffix that exists. */
static char *
find_key_file (const char *file, const char *suffix)
{
  g_autofree char *longer = g_strconcat (file, suffix, NULL);

  if (!g_str_has_suffix (file, suffix) && g_file_test (longer, G_FILE_TEST_IS_REGULAR))
    return g_steal_pointer (&longer);
  return g_strdup (file);
}

gboolean
tabella_command_key (const char *file, const char *passphrase_file, TabellaMinisignSecret *key,
                     GError **error)
{
  g_autofree char *path = find_key_file (file, ".key");
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_LINE_LIMIT, error);
  g_autoptr (TabellaPassphrase) passphrase = NULL;
  gsize size;
  const char *text;

  if (bytes == NULL)
    return FALSE;
  passphrase = tabella_passphrase (passphrase_file, "of the organisers' key", FALSE, error);
  if (passphrase == NULL)
    return FALSE;
  text = g_bytes_get_data (bytes, &size);
  if (!tabella_minisign_secret_parse (text, size, passphrase, key, error)) {
    g_prefix_error (error, "%s, as the organisers' secret key (the .key file): ", path);
    return FALSE;
  }
  return TRUE;
}

gboolean
tabella_command_public (const char *file, TabellaMinisignPublic *pub, GError **error)
{
  g_autofree char *path = find_key_file (file, ".pub");
  g_autoptr (GBytes) bytes = tabella_file_read (path, TABELLA_LINE_LIMIT, error);
  gsize size;
  const char *text;

  if (bytes == NULL)
    return FALSE;
  text = g_bytes_get_data (bytes, &size);
  if (!tabella_minisign_public_parse (text, size, pub, error)) {
    g_prefix_error (error, "%s: not the organisers' public key (the .pub file): ", path);
    return FALSE;
  }
  return TRUE;
}

guint16
tabella_command_station (const TabellaElection *e, const char *id, GError **error)
{
  guint16 number = tabella_election_station_by_id (e, id);
  g_autoptr (GString) known = g_string_new (NULL);

  if (number != 0)
    return number;
  for (guint i = 0; i < e->stations->len; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "",
                            tabella_election_station (e, (guint16)(i + 1))->id);
  tabella_refuse (error, "--station %s: no such station; the draft has %s", id, known->str);
  return 0;
}

gboolean
tabella_command_request (const char *path, GError **error)
{
  g_autofree char *request = g_build_filename (path, "request", NULL);

  if (g_file_test (request, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  return tabella_refuse (error,
                         "%s: no request in it; name the folder that `tabella request` made, such "
                         "as requests/tally-0001",
                         path);
}

guint16
tabella_command_number (const char *text, const char *what, GError **error)
{
  guint64 value;

  if (g_ascii_string_to_unsigned (text, 10, 1, 65535, &value, NULL))
    return (guint16)value;
  tabella_usage (error, "%s: '%s' is not a number from 1 to 65535", what, text);
  return 0;
}

void
tabella_print_json (json_t *json)
{
  g_autofree char *text = tabella_json_text (json);

  fputs (text, stdout);
}

char *
tabella_plain (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *out = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    const gunichar c = g_utf8_get_char (at);

    g_string_append_unichar (out, g_unichar_iscntrl (c) && c != '\n' && c != '\t' ? '?' : c);
  }
  return g_string_free (out, FALSE);
}

static void
print_line (FILE *stream, const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);
  g_autofree char *plain = tabella_plain (text);

  fprintf (stream, "%s\n", plain);
}

void
tabella_say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_line (stdout, format, args);
  va_end (args);
}

void
tabella_warn (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  print_line (stderr, format, args);
  va_end (args);
}

void
tabella_show_progress (guint64 done, guint64 of, gpointer data)
{
  static gint64 last; /* only how often the line is redrawn */
  gint64 now = g_get_monotonic_time ();

  if (!isatty (STDERR_FILENO) || (done < of && now - last < G_USEC_PER_SEC / 10))
    return;
  last = now;
  fprintf (stderr, "\r%s %3u %%%s", (const char *)data, of > 0 ? (guint)(done * 100 / of) : 100,
           done >= of ? "\n" : "");
}
