/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a document to paper: look for the printer, draw for its paper, print, tell. */
#include "printing.h"

#include <glib/gi18n.h>
#include "language.h"
#include "kiosk-private.h"

#define LOOK_SECONDS  8
#define PRINT_SECONDS 40
#define A4_WIDTH      210
#define A4_HEIGHT     297

/* Outlives the kiosk while a printer still has to answer. */
struct _TabellaPrinting {
  guint holders;
  TabellaKiosk *kiosk; /* NULL: it is gone */
  TabellaPrinterStatus status;
  guint busy;       /* jobs */
  gboolean printed; /* one, since the screen came up */
  gboolean ticket;  /* the one on the screen was sent */
  char *held;       /* a notice for when officers have the tablet again */
};

typedef struct {
  TabellaPrinting *printing;
  TabellaPaper *paper;
  gboolean asked; /* by a person */
  TabellaScreen screen;
} Job;

static void
let_go (TabellaPrinting *p)
{
  if (--p->holders > 0)
    return;
  tabella_printer_status_clear (&p->status);
  g_free (p->held);
  g_free (p);
}

/* Words for what a printer said; what to do follows in failure_words(). */
static const char *
state_words (TabellaPrinterState state)
{
  switch (state) {
  case TABELLA_PRINTER_READY:
    return _ ("The printer is ready");
  case TABELLA_PRINTER_NO_PAPER:
    return _ ("The printer is out of paper");
  case TABELLA_PRINTER_OFFLINE:
    return _ ("The printer is off or not connected");
  case TABELLA_PRINTER_TROUBLE:
    return _ ("The printer has stopped (paper jam, open cover, no ink?)");
  case TABELLA_PRINTER_SILENT:
    return _ ("The printer does not answer");
  case TABELLA_PRINTER_NONE:
    return _ ("There is no printer");
  case TABELLA_PRINTER_UNKNOWN:
  case TABELLA_N_PRINTER_STATES:
  default:
    return _ ("Looking for a printer …");
  }
}

static const char *
failure_words (TabellaPrinterState state)
{
  switch (state) {
  case TABELLA_PRINTER_NO_PAPER:
    return _ ("Not printed: out of paper. Fill it and print again, or copy by hand.");
  case TABELLA_PRINTER_OFFLINE:
    return _ ("Not printed: the printer is off. Look at its switch and cable, or copy by hand.");
  case TABELLA_PRINTER_NONE:
    return _ ("Not printed: there is no printer. Copy by hand.");
  case TABELLA_PRINTER_SILENT:
    return _ ("Not printed: the printer does not answer. Switch it off and on, or copy by hand.");
  case TABELLA_PRINTER_TROUBLE:
  case TABELLA_PRINTER_READY:
  case TABELLA_PRINTER_UNKNOWN:
  case TABELLA_N_PRINTER_STATES:
  default:
    return _ ("Not printed: the printer has stopped. Look for a jam or an open cover, or copy by "
              "hand.");
  }
}

/* Away from the screen that was to be printed there is neither a button nor much room. */
static void
tell (TabellaPrinting *p, TabellaScreen screen, TabellaPrinterState state)
{
  const char *words = tabella_kiosk_screen (p->kiosk) == screen
                          ? failure_words (state)
                          : _ ("Not printed: look at the printer.");

  if (!tabella_kiosk_is_voter (p->kiosk)) {
    tabella_kiosk_notice (p->kiosk, words);
    return;
  }
  g_free (p->held);
  p->held = g_strdup (words);
}

static void
on_moved (TabellaKiosk *k, TabellaPrinting *p)
{
  g_autofree char *held = NULL;

  p->printed = FALSE;
  if (tabella_kiosk_screen (k) != TABELLA_SCREEN_TICKET)
    p->ticket = FALSE;
  if (tabella_kiosk_is_voter (k) || p->held == NULL)
    return;
  held = g_steal_pointer (&p->held);
  tabella_kiosk_notice (k, held);
}

TabellaPrinting *
tabella_printing_new (TabellaKiosk *k)
{
  TabellaPrinting *p = g_new0 (TabellaPrinting, 1);

  p->holders = 1;
  p->kiosk = k;
  g_signal_connect (k, "moved", G_CALLBACK (on_moved), p);
  return p;
}

void
tabella_printing_end (TabellaPrinting *p)
{
  g_signal_handlers_disconnect_by_data (p->kiosk, p);
  p->kiosk = NULL;
  let_go (p);
}

static void
on_looked (const TabellaPrinterStatus *status, gpointer data)
{
  TabellaPrinting *p = data;

  tabella_printer_status_set (&p->status, status);
  if (p->kiosk != NULL)
    tabella_kiosk_changed (p->kiosk);
  let_go (p);
}

void
tabella_kiosk_look_for_printer (TabellaKiosk *k)
{
  const TabellaPrinterStatus none = { .state = TABELLA_PRINTER_NONE };

  if (k->hardware.printer == NULL) {
    tabella_printer_status_set (&k->printing->status, &none);
    return;
  }
  k->printing->holders++;
  tabella_printer_look (k->hardware.printer, LOOK_SECONDS, on_looked, k->printing);
}

char *
tabella_kiosk_printer_words (TabellaKiosk *k, gboolean *good)
{
  const TabellaPrinterStatus *s = &k->printing->status;

  *good = s->state == TABELLA_PRINTER_READY || s->state == TABELLA_PRINTER_UNKNOWN;
  if (s->state == TABELLA_PRINTER_READY && s->name != NULL) {
    g_autofree char *name = tabella_language_isolate (s->name);

    return g_strdup_printf ("%s: %s", state_words (s->state), name);
  }
  return g_strdup (state_words (s->state));
}

gboolean
tabella_kiosk_has_printer (TabellaKiosk *k)
{
  return k->printing->status.state != TABELLA_PRINTER_UNKNOWN &&
         k->printing->status.state != TABELLA_PRINTER_NONE;
}

static void
job_end (Job *job, TabellaPrinterState state)
{
  TabellaPrinting *p = job->printing;

  p->busy--;
  if (p->kiosk != NULL && state == TABELLA_PRINTER_READY) {
    p->printed = TRUE;
    tabella_kiosk_changed (p->kiosk);
  } else if (p->kiosk != NULL && (job->asked || state != TABELLA_PRINTER_NONE)) {
    tell (p, job->screen, state);
  }
  g_clear_pointer (&job->paper, tabella_paper_free);
  g_free (job);
  let_go (p);
}

static void
on_printed (const TabellaPrinterStatus *status, gpointer data)
{
  job_end (data, status->state);
}

/* The printer is there: draws for the paper that it has. */
static void
print_now (Job *job)
{
  TabellaPrinting *p = job->printing;
  gboolean known = p->status.width > 0;
  double width = known ? p->status.width : A4_WIDTH, height = known ? p->status.height : A4_HEIGHT,
         used = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = tabella_paper_pdf (job->paper, width, height, &used, &error);

  if (pdf == NULL) {
    g_warning ("nothing can be printed: %s", error->message);
    job_end (job, TABELLA_PRINTER_TROUBLE);
    return;
  }
  g_clear_pointer (&job->paper, tabella_paper_free);
  tabella_printer_print (p->kiosk->hardware.printer, pdf, "Tabella", width, used, PRINT_SECONDS,
                         on_printed, job);
}

static void
on_looked_for_job (const TabellaPrinterStatus *status, gpointer data)
{
  Job *job = data;

  tabella_printer_status_set (&job->printing->status, status);
  if (job->printing->kiosk == NULL || status->state == TABELLA_PRINTER_NONE ||
      status->state == TABELLA_PRINTER_SILENT)
    job_end (job, status->state);
  else
    print_now (job);
}

static void
start (TabellaKiosk *k, TabellaPaper *paper, gboolean asked)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ k->printing, paper, asked, tabella_kiosk_screen (k) };
  k->printing->holders++;
  k->printing->busy++;
  if (k->hardware.printer == NULL)
    job_end (job, TABELLA_PRINTER_NONE);
  else
    tabella_printer_look (k->hardware.printer, LOOK_SECONDS, on_looked_for_job, job);
}

void
tabella_kiosk_print (TabellaKiosk *k, TabellaPaper *paper)
{
  tabella_kiosk_notice (k, NULL); /* of the try before */
  start (k, paper, TRUE);
  tabella_kiosk_changed (k);
}

void
tabella_kiosk_print_ticket (TabellaKiosk *k, TabellaPaper *paper)
{
  if (k->printing->ticket) {
    tabella_paper_free (paper);
    return;
  }
  k->printing->ticket = TRUE;
  start (k, paper, FALSE);
}

gboolean
tabella_kiosk_is_printing (TabellaKiosk *k)
{
  return k->printing->busy > 0;
}

gboolean
tabella_kiosk_has_printed (TabellaKiosk *k)
{
  return k->printing->printed;
}
