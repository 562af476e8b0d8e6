/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A printer, or none. The real one is printer-cups.c, tests put printer-folder.c in its place. No
 * call waits; every answer comes in time, whatever the printer does. */
#define TABELLA_TYPE_PRINTER (tabella_printer_get_type ())
G_DECLARE_INTERFACE (TabellaPrinter, tabella_printer, TABELLA, PRINTER, GObject)

typedef enum {
  TABELLA_PRINTER_UNKNOWN, /* nobody has looked yet */
  TABELLA_PRINTER_NONE,
  TABELLA_PRINTER_READY, /* of a job: it is printed */
  TABELLA_PRINTER_NO_PAPER,
  TABELLA_PRINTER_OFFLINE, /* off, or its cable is out */
  TABELLA_PRINTER_TROUBLE, /* a jam, an open cover, no ink … */
  TABELLA_PRINTER_SILENT,  /* no answer in time */
  TABELLA_N_PRINTER_STATES
} TabellaPrinterState;

typedef struct {
  TabellaPrinterState state;
  char *name;           /* as people call it, or NULL */
  double width, height; /* of its paper in millimetres; height 0: a roll. 0, 0: it does not say */
} TabellaPrinterStatus;
void tabella_printer_status_clear (TabellaPrinterStatus *status);
void tabella_printer_status_set (TabellaPrinterStatus *status, const TabellaPrinterStatus *from);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TabellaPrinterStatus, tabella_printer_status_clear)

/* What it is about, for whoever stands before it: one word a state ("ready", "no-paper", …), as
 * tabella-print and the simulated printer write it. */
const char *tabella_printer_word (TabellaPrinterState state);
TabellaPrinterState tabella_printer_state (const char *word); /* TROUBLE if it is none of them */

/* What tabella-print answered: lines "state WORD", "name TEXT", "paper WIDTH HEIGHT". TROUBLE if
 * there is no state. A name is short and can be shown; a size that no paper has is none. */
void tabella_printer_read (const char *text, TabellaPrinterStatus *status);

/* Called once, from the main loop, never before the call that it belongs to has returned. */
typedef void (*TabellaPrinterDone) (const TabellaPrinterStatus *status, gpointer data);

/* For implementations: one call, which is answered exactly once, from the main loop and not before
 * look() or print() has returned. The clock may have answered before; then the cancellable is
 * cancelled and the answer goes nowhere. */
typedef struct _TabellaPrinterCall TabellaPrinterCall;
GCancellable *tabella_printer_call_cancellable (TabellaPrinterCall *call);
guint tabella_printer_call_seconds (TabellaPrinterCall *call); /* that it has */
/* @call is gone after this. @status is copied. */
void tabella_printer_answer (TabellaPrinterCall *call, const TabellaPrinterStatus *status);

struct _TabellaPrinterInterface {
  GTypeInterface parent_iface;

  void (*look) (TabellaPrinter *p, TabellaPrinterCall *call);
  void (*print) (TabellaPrinter *p, TabellaPrinterCall *call, GBytes *pdf, const char *title,
                 double width, double height);
};

/* Is there one, and how is it? SILENT after @seconds. */
void
tabella_printer_look (TabellaPrinter *p, guint seconds, TabellaPrinterDone done, gpointer data);
/* READY when the paper is printed. After @seconds it is given up: SILENT or the reason that the
 * printer gave, and nothing of it is printed later. @title: what the printer's own screen may show.
 * @width, @height: of the PDF's pages in millimetres. */
void tabella_printer_print (TabellaPrinter *p, GBytes *pdf, const char *title, double width,
                            double height, guint seconds, TabellaPrinterDone done, gpointer data);
