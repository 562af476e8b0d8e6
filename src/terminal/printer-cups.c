/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-cups.h"

#include <string.h>

#define ANSWER_LIMIT 4096 /* characters */

struct _TabellaPrinterCups {
  GObject parent_instance;
  TabellaHands *hands;
};

typedef struct {
  TabellaHands *hands;
  TabellaPrinterCall *call;
  guint id;
  char answer[ANSWER_LIMIT];
} Asked;

static void printer_iface_init (TabellaPrinterInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TabellaPrinterCups, tabella_printer_cups, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_PRINTER, printer_iface_init))

/* All that was written until it ended; what is silent or talks too much is ended. */
static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Asked *asked = data;
  g_auto (TabellaPrinterStatus) status = { .state = TABELLA_PRINTER_TROUBLE };
  gsize size = 0;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &size, NULL)) {
    tabella_hands_end (asked->hands, asked->id);
    status.state = TABELLA_PRINTER_SILENT;
  } else if (size == ANSWER_LIMIT) {
    tabella_hands_end (asked->hands, asked->id);
  } else if (size > 0 && g_utf8_validate (asked->answer, (gssize)size, NULL)) {
    g_autofree char *whole = g_strndup (asked->answer, size);

    tabella_printer_read (whole, &status);
  }
  tabella_printer_answer (asked->call, &status);
  g_object_unref (asked->hands);
  g_free (asked);
}

static gboolean
on_cannot (gpointer data)
{
  const TabellaPrinterStatus silent = { .state = TABELLA_PRINTER_SILENT };

  tabella_printer_answer (data, &silent);
  return G_SOURCE_REMOVE;
}

/* It is given less time than there is, so that it can take the job back and say why. */
static void
run (TabellaPrinterCups *self, TabellaPrinterCall *call, const char *const *arguments,
     GBytes *input)
{
  g_autoptr (GInputStream) output = NULL;
  const guint id = tabella_hands_run (self->hands, arguments, input, &output);
  Asked *asked;

  if (id == 0) {
    g_idle_add (on_cannot, call);
    return;
  }
  asked = g_new0 (Asked, 1);
  asked->hands = g_object_ref (self->hands);
  asked->call = call;
  asked->id = id;
  g_input_stream_read_all_async (output, asked->answer, ANSWER_LIMIT, G_PRIORITY_DEFAULT,
                                 tabella_printer_call_cancellable (call), on_read, asked);
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

  run (self, call, (const char *const[]){ "look", seconds, NULL }, NULL);
}

static void
print (TabellaPrinter *p, TabellaPrinterCall *call, GBytes *pdf, const char *title, double width,
       double height)
{
  TabellaPrinterCups *self = TABELLA_PRINTER_CUPS (p);
  g_autofree char *seconds = seconds_text (call),
                  *size = g_strdup_printf ("%.0fx%.0f", width, height);

  run (self, call, (const char *const[]){ "print", seconds, title, size, NULL }, pdf);
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
  g_object_unref (TABELLA_PRINTER_CUPS (object)->hands);
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
tabella_printer_cups_new (TabellaHands *hands)
{
  TabellaPrinterCups *self = g_object_new (TABELLA_TYPE_PRINTER_CUPS, NULL);

  self->hands = g_object_ref (hands);
  return TABELLA_PRINTER (self);
}
