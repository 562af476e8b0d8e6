/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer.h"

#include <string.h>
#include "json.h"

#define NAME_CHARS 100
#define PAPER_MIN  30 /* millimetres */
#define PAPER_MAX  2000

G_DEFINE_INTERFACE (TabellaPrinter, tabella_printer, G_TYPE_OBJECT)

static const char *const words[TABELLA_N_PRINTER_STATES] = {
  "unknown", "none", "ready", "no-paper", "offline", "trouble", "silent",
};

struct _TabellaPrinterCall {
  guint holders;           /* the implementation and the clock */
  TabellaPrinterDone done; /* NULL: answered */
  gpointer data;
  GCancellable *cancellable;
  guint seconds, clock;
};

static void
tabella_printer_default_init (TabellaPrinterInterface *iface)
{
}

const char *
tabella_printer_word (TabellaPrinterState state)
{
  return words[state];
}

TabellaPrinterState
tabella_printer_state (const char *word)
{
  for (guint i = 0; i < TABELLA_N_PRINTER_STATES; i++)
    if (g_strcmp0 (words[i], word) == 0)
      return i;
  return TABELLA_PRINTER_TROUBLE;
}

void
tabella_printer_status_clear (TabellaPrinterStatus *status)
{
  g_clear_pointer (&status->name, g_free);
  *status = (TabellaPrinterStatus){ 0 };
}

void
tabella_printer_status_set (TabellaPrinterStatus *status, const TabellaPrinterStatus *from)
{
  g_free (status->name);
  *status = *from;
  status->name = g_strdup (from->name);
}

/* Somebody else gave it. */
static char *
read_name (const char *text)
{
  g_autofree char *name = tabella_disarmed (text);

  return g_utf8_strlen (name, -1) <= NAME_CHARS ? g_steal_pointer (&name)
                                                : g_utf8_substring (name, 0, NAME_CHARS);
}

/* Also of what is no number at all. */
static gboolean
is_size (double millimetres)
{
  return millimetres >= PAPER_MIN && millimetres <= PAPER_MAX;
}

static void
read_paper (const char *text, TabellaPrinterStatus *status)
{
  char *end;
  const double width = g_ascii_strtod (text, &end), height = g_ascii_strtod (end, NULL);
  const gboolean good = is_size (width) && (height == 0 || is_size (height));

  status->width = good ? width : 0;
  status->height = good ? height : 0;
}

void
tabella_printer_read (const char *text, TabellaPrinterStatus *status)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  status->state = TABELLA_PRINTER_TROUBLE;
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "state ")) {
      status->state = tabella_printer_state (lines[i] + strlen ("state "));
    } else if (g_str_has_prefix (lines[i], "name ")) {
      g_free (status->name);
      status->name = read_name (lines[i] + strlen ("name "));
    } else if (g_str_has_prefix (lines[i], "paper ")) {
      read_paper (lines[i] + strlen ("paper "), status);
    }
}

static void
let_go (TabellaPrinterCall *call)
{
  if (--call->holders > 0)
    return;
  g_object_unref (call->cancellable);
  g_free (call);
}

static void
answer (TabellaPrinterCall *call, const TabellaPrinterStatus *status)
{
  TabellaPrinterDone done = g_steal_pointer (&call->done);

  if (done != NULL)
    done (status, call->data);
}

static gboolean
on_late (gpointer data)
{
  const TabellaPrinterStatus silent = { .state = TABELLA_PRINTER_SILENT };
  TabellaPrinterCall *call = data;

  call->clock = 0;
  answer (call, &silent);
  g_cancellable_cancel (call->cancellable);
  let_go (call);
  return G_SOURCE_REMOVE;
}

GCancellable *
tabella_printer_call_cancellable (TabellaPrinterCall *call)
{
  return call->cancellable;
}

guint
tabella_printer_call_seconds (TabellaPrinterCall *call)
{
  return call->seconds;
}

void
tabella_printer_answer (TabellaPrinterCall *call, const TabellaPrinterStatus *status)
{
  answer (call, status);
  if (call->clock != 0) {
    g_clear_handle_id (&call->clock, g_source_remove);
    let_go (call);
  }
  let_go (call);
}

static TabellaPrinterCall *
call_new (guint seconds, TabellaPrinterDone done, gpointer data)
{
  TabellaPrinterCall *call = g_new0 (TabellaPrinterCall, 1);

  *call = (TabellaPrinterCall){ 2, done, data, g_cancellable_new (), seconds, 0 };
  call->clock = g_timeout_add (seconds * 1000, on_late, call);
  return call;
}

void
tabella_printer_look (TabellaPrinter *p, guint seconds, TabellaPrinterDone done, gpointer data)
{
  TABELLA_PRINTER_GET_IFACE (p)->look (p, call_new (seconds, done, data));
}

void
tabella_printer_print (TabellaPrinter *p, GBytes *pdf, const char *title, double width,
                       double height, guint seconds, TabellaPrinterDone done, gpointer data)
{
  TABELLA_PRINTER_GET_IFACE (p)->print (p, call_new (seconds, done, data), pdf, title, width,
                                        height);
}
