/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-cups.h"

#include <string.h>

#define ANSWER_LIMIT 4096 /* characters */

struct _TabellaPrinterCups {
  GObject parent_instance;
  char *program;
};

static void printer_iface_init (TabellaPrinterInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TabellaPrinterCups, tabella_printer_cups, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_PRINTER, printer_iface_init))

/* Lines "state WORD", "name TEXT", "paper WIDTH HEIGHT" (print-main.c). */
static void
parse (const char *text, TabellaPrinterStatus *status)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  status->state = TABELLA_PRINTER_TROUBLE;
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "state ")) {
      status->state = tabella_printer_state (lines[i] + strlen ("state "));
    } else if (g_str_has_prefix (lines[i], "name ")) {
      g_free (status->name);
      status->name = g_strdup (lines[i] + strlen ("name "));
    } else if (g_str_has_prefix (lines[i], "paper ")) {
      char *end = lines[i] + strlen ("paper ");

      status->width = g_ascii_strtod (end, &end);
      status->height = g_ascii_strtod (end, NULL);
    }
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  GSubprocess *process = G_SUBPROCESS (source);
  TabellaPrinterCall *call = data;
  g_auto (TabellaPrinterStatus) status = { .state = TABELLA_PRINTER_TROUBLE };
  g_autoptr (GBytes) out = NULL;
  gsize size;
  const char *text;

  if (!g_subprocess_communicate_finish (process, result, &out, NULL, NULL)) {
    g_subprocess_force_exit (process);
    status.state = TABELLA_PRINTER_SILENT;
  } else if (out != NULL && (text = g_bytes_get_data (out, &size)) != NULL && size < ANSWER_LIMIT &&
             g_utf8_validate (text, (gssize)size, NULL)) {
    g_autofree char *whole = g_strndup (text, size);

    parse (whole, &status);
  }
  tabella_printer_answer (call, &status);
}

static gboolean
on_cannot (gpointer data)
{
  const TabellaPrinterStatus none = { .state = TABELLA_PRINTER_NONE };

  tabella_printer_answer (data, &none);
  return G_SOURCE_REMOVE;
}

/* It is given less time than there is, so that it can take the job back and say why. */
static void
run (TabellaPrinterCups *self, TabellaPrinterCall *call, const char *const *argv, GBytes *input)
{
  g_autoptr (GSubprocess) process =
      g_subprocess_newv (argv,
                         G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE |
                             (input != NULL ? G_SUBPROCESS_FLAGS_STDIN_PIPE : 0),
                         NULL);

  if (process == NULL)
    g_idle_add (on_cannot, call);
  else
    g_subprocess_communicate_async (process, input, tabella_printer_call_cancellable (call),
                                    on_ended, call);
}

static char *
seconds_text (TabellaPrinterCall *call)
{
  return g_strdup_printf ("%u", tabella_printer_call_seconds (call) * 3 / 4);
}

static void
look (TabellaPrinter *p, TabellaPrinterCall *call)
{
  TabellaPrinterCups *self = TABELLA_PRINTER_CUPS (p);
  g_autofree char *seconds = seconds_text (call);

  run (self, call, (const char *const[]){ self->program, "look", seconds, NULL }, NULL);
}

static void
print (TabellaPrinter *p, TabellaPrinterCall *call, GBytes *pdf, const char *title, double width,
       double height)
{
  TabellaPrinterCups *self = TABELLA_PRINTER_CUPS (p);
  g_autofree char *seconds = seconds_text (call),
                  *size = g_strdup_printf ("%.0fx%.0f", width, height);

  run (self, call, (const char *const[]){ self->program, "print", seconds, title, size, NULL },
       pdf);
}

static void
printer_iface_init (TabellaPrinterInterface *iface)
{
  iface->look = look;
  iface->print = print;
}

static void
finalize (GObject *object)
{
  g_free (TABELLA_PRINTER_CUPS (object)->program);
  G_OBJECT_CLASS (tabella_printer_cups_parent_class)->finalize (object);
}

static void
tabella_printer_cups_class_init (TabellaPrinterCupsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
tabella_printer_cups_init (TabellaPrinterCups *self)
{
}

TabellaPrinter *
tabella_printer_cups_new (const char *program)
{
  TabellaPrinterCups *self = g_object_new (TABELLA_TYPE_PRINTER_CUPS, NULL);

  self->program = g_strdup (program);
  return TABELLA_PRINTER (self);
}
