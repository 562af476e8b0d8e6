/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "printer-folder.h"

#include <stdio.h>

struct _TabellaPrinterFolder {
  GObject parent_instance;
  char *path;
};

static void printer_iface_init (TabellaPrinterInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (TabellaPrinterFolder, tabella_printer_folder, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (TABELLA_TYPE_PRINTER, printer_iface_init))

typedef struct {
  TabellaPrinterCall *call;
  TabellaPrinterStatus status;
} Answer;

static gboolean
on_answer (gpointer data)
{
  Answer *a = data;

  tabella_printer_answer (a->call, &a->status);
  tabella_printer_status_clear (&a->status);
  g_free (a);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, Answer *a)
{
  g_idle_add (on_answer, a);
}

static char *
read_word (TabellaPrinterFolder *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  return g_strstrip (text);
}

static TabellaPrinterState
find (TabellaPrinterFolder *self, TabellaPrinterStatus *status)
{
  g_autofree char *word = read_word (self, "state"), *paper = read_word (self, "paper");

  *status = (TabellaPrinterStatus){ .width = 210, .height = 297 };
  if (!g_file_test (self->path, G_FILE_TEST_IS_DIR))
    return TABELLA_PRINTER_NONE;
  status->name = g_path_get_basename (self->path);
  if (paper != NULL && sscanf (paper, "%lfx%lf", &status->width, &status->height) != 2)
    return TABELLA_PRINTER_TROUBLE;
  return word == NULL ? TABELLA_PRINTER_READY : tabella_printer_state (word);
}

/* In a moment, or, if it hangs, when it is given up. */
static void
answer_later (TabellaPrinterFolder *self, TabellaPrinterCall *call, Answer *a)
{
  g_autofree char *word = read_word (self, "state");

  a->call = call;
  if (g_strcmp0 (word, "hangs") == 0)
    g_cancellable_connect (tabella_printer_call_cancellable (call), G_CALLBACK (on_cancelled), a,
                           NULL);
  else
    g_idle_add (on_answer, a);
}

static void
look (TabellaPrinter *p, TabellaPrinterCall *call)
{
  TabellaPrinterFolder *self = TABELLA_PRINTER_FOLDER (p);
  Answer *a = g_new0 (Answer, 1);

  a->status.state = find (self, &a->status);
  answer_later (self, call, a);
}

static gboolean
put (TabellaPrinterFolder *self, GBytes *pdf)
{
  for (guint n = 1; n < 10000; n++) {
    g_autofree char *name = g_strdup_printf ("%04u.pdf", n);
    g_autofree char *path = g_build_filename (self->path, name, NULL);

    if (!g_file_test (path, G_FILE_TEST_EXISTS))
      return g_file_set_contents (path, g_bytes_get_data (pdf, NULL),
                                  (gssize)g_bytes_get_size (pdf), NULL);
  }
  return FALSE;
}

static void
print (TabellaPrinter *p, TabellaPrinterCall *call, GBytes *pdf, const char *title, double width,
       double height)
{
  TabellaPrinterFolder *self = TABELLA_PRINTER_FOLDER (p);
  g_autofree char *word = read_word (self, "state");
  Answer *a = g_new0 (Answer, 1);

  a->status.state = find (self, &a->status);
  if (a->status.state == TABELLA_PRINTER_READY && g_strcmp0 (word, "hangs") != 0 &&
      !put (self, pdf))
    a->status.state = TABELLA_PRINTER_TROUBLE;
  answer_later (self, call, a);
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
  g_free (TABELLA_PRINTER_FOLDER (object)->path);
  G_OBJECT_CLASS (tabella_printer_folder_parent_class)->finalize (object);
}

static void
tabella_printer_folder_class_init (TabellaPrinterFolderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
tabella_printer_folder_init (TabellaPrinterFolder *self)
{
}

TabellaPrinter *
tabella_printer_folder_new (const char *path)
{
  TabellaPrinterFolder *self = g_object_new (TABELLA_TYPE_PRINTER_FOLDER, NULL);

  self->path = g_strdup (path);
  return TABELLA_PRINTER (self);
}
