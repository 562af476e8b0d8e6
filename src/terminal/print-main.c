/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tabella-print look SECONDS
 * tabella-print print SECONDS TITLE WIDTHxHEIGHT   (millimetres; the PDF on standard input)
 *
 * The terminal's way to this machine's own print service (cupsd), in a process of its own. It uses
 * the service's local socket and nothing else, asks nobody for a password, takes a job back that is
 * not printed within SECONDS, and leaves no printed document in the service's spool. Answers on
 * standard output in lines: "state WORD" (printer.c), "name TEXT", "paper WIDTH HEIGHT". */
#include <cups/cups.h>
#include <cups/pwg.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "process.h"

#define INPUT_LIMIT   (64u << 20)
#define CONNECT_MS    2000
#define ROLL_WIDTH    8500 /* hundredths of a millimetre: up to here paper comes on a roll */
#define POLL_MS       200
#define PATIENCE_MS   4000 /* with a printer that says what is the matter */
#define HUNDREDTHS(n) ((double)(n) / 100)

typedef struct {
  http_t *http;
  gint64 end; /* g_get_monotonic_time() */
  char *queue, *name;
  const char *state;
  gboolean stopped;
  double width, height;
} Printer;

static void
printer_clear (Printer *p)
{
  if (p->http != NULL)
    httpClose (p->http);
  g_free (p->queue);
  g_free (p->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Printer, printer_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ipp_t, ippDelete)

static const char *
no_password (const char *prompt, http_t *http, const char *method, const char *resource, void *data)
{
  return NULL;
}

/* What takes longer than all that there is has failed. */
static int
on_timeout (http_t *http, void *data)
{
  return 0;
}

static gboolean
connect_to_service (Printer *p, guint seconds)
{
  const char *server = cupsServer ();

  if (server[0] != '/' || access (server, F_OK) != 0)
    return FALSE;
  p->http = httpConnect2 (server, ippPort (), NULL, AF_UNSPEC, HTTP_ENCRYPTION_IF_REQUESTED, 1,
                          CONNECT_MS, NULL);
  if (p->http != NULL)
    httpSetTimeout (p->http, seconds, on_timeout, NULL);
  return p->http != NULL;
}

static ipp_t *
ask (Printer *p, ipp_op_t operation, int job)
{
  static const char *const of_printer[] = { "printer-name",
                                            "printer-info",
                                            "printer-state",
                                            "printer-state-reasons",
                                            "media-default",
                                            "media-col-default",
                                            "printer-is-accepting-jobs" };
  static const char *const of_job[] = { "job-state" };
  ipp_t *request = ippNewRequest (operation);
  char uri[HTTP_MAX_URI];

  if (p->queue != NULL) {
    httpAssembleURIf (HTTP_URI_CODING_ALL, uri, sizeof uri, "ipp", NULL, "localhost", 0,
                      "/printers/%s", p->queue);
    ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, uri);
  }
  if (job > 0)
    ippAddInteger (request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job);
  ippAddString (request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                cupsUser ());
  ippAddStrings (request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                 job > 0 ? G_N_ELEMENTS (of_job) : G_N_ELEMENTS (of_printer), NULL,
                 job > 0 ? of_job : of_printer);
  return cupsDoRequest (p->http, request, "/");
}

/* What the printer says of itself, the most useful to a person first. */
static const char *
reason_word (ipp_attribute_t *reasons)
{
  static const struct {
    const char *beginning, *word;
  } known[] = {
    { "media-empty", "no-paper" },
    { "media-needed", "no-paper" },
    { "offline", "offline" },
    { "connecting-to-device", "offline" },
    { "shutdown", "offline" },
    { "timed-out", "offline" },
    { "cover-open", "trouble" },
    { "door-open", "trouble" },
    { "interlock-open", "trouble" },
    { "media-jam", "trouble" },
    { "toner-empty", "trouble" },
    { "marker-supply-empty", "trouble" },
    { "marker-waste-full", "trouble" },
    { "input-tray-missing", "trouble" },
    { "output-area-full", "trouble" },
    { "spool-area-full", "trouble" },
    { "cups-missing-filter", "trouble" },
    { "paused", "trouble" },
  };

  for (guint k = 0; k < G_N_ELEMENTS (known); k++)
    for (int i = 0; i < ippGetCount (reasons); i++)
      if (g_str_has_prefix (ippGetString (reasons, i, NULL), known[k].beginning))
        return known[k].word;
  return "ready";
}

static void
set_size (Printer *p, int width, int height)
{
  p->width = HUNDREDTHS (width);
  p->height = width <= ROLL_WIDTH ? 0 : HUNDREDTHS (height);
}

static void
read_paper (Printer *p, ipp_t *answer)
{
  ipp_attribute_t *col = ippFindAttribute (answer, "media-col-default", IPP_TAG_BEGIN_COLLECTION);
  ipp_attribute_t *media = ippFindAttribute (answer, "media-default", IPP_TAG_ZERO);
  ipp_attribute_t *size = col != NULL ? ippFindAttribute (ippGetCollection (col, 0), "media-size",
                                                          IPP_TAG_BEGIN_COLLECTION)
                                      : NULL;
  const char *name = media != NULL ? ippGetString (media, 0, NULL) : NULL;
  const pwg_media_t *known = NULL;

  if (size != NULL) {
    ipp_attribute_t *x = ippFindAttribute (ippGetCollection (size, 0), "x-dimension",
                                           IPP_TAG_INTEGER),
                    *y = ippFindAttribute (ippGetCollection (size, 0), "y-dimension",
                                           IPP_TAG_INTEGER);

    if (x != NULL && y != NULL) {
      set_size (p, ippGetInteger (x, 0), ippGetInteger (y, 0));
      return;
    }
  }
  if (name != NULL)
    known = pwgMediaForPWG (name) != NULL ? pwgMediaForPWG (name) : pwgMediaForPPD (name);
  if (known != NULL)
    set_size (p, known->width, known->length);
}

/* The words for what the service answered about a printer. FALSE: it says nothing of one. */
static gboolean
read_printer (Printer *p, ipp_t *answer)
{
  ipp_attribute_t *name = ippFindAttribute (answer, "printer-name", IPP_TAG_NAME),
                  *info = ippFindAttribute (answer, "printer-info", IPP_TAG_TEXT),
                  *state = ippFindAttribute (answer, "printer-state", IPP_TAG_ENUM),
                  *reasons = ippFindAttribute (answer, "printer-state-reasons", IPP_TAG_KEYWORD),
                  *accepting =
                      ippFindAttribute (answer, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);

  if (name == NULL || ippGetStatusCode (answer) > IPP_STATUS_OK_CONFLICTING)
    return FALSE;
  g_free (p->queue);
  p->queue = g_strdup (ippGetString (name, 0, NULL));
  g_free (p->name);
  p->name =
      g_strdup (info != NULL && *ippGetString (info, 0, NULL) != '\0' ? ippGetString (info, 0, NULL)
                                                                      : p->queue);
  p->stopped = (state != NULL && ippGetInteger (state, 0) == IPP_PSTATE_STOPPED) ||
               (accepting != NULL && !ippGetBoolean (accepting, 0));
  p->state = reason_word (reasons);
  if (p->stopped && strcmp (p->state, "ready") == 0)
    p->state = "trouble";
  read_paper (p, answer);
  return TRUE;
}

/* The service's default printer, or else the first. */
static gboolean
find (Printer *p)
{
  g_autoptr (ipp_t) chosen = ask (p, IPP_OP_CUPS_GET_DEFAULT, 0), all = NULL;

  if (chosen != NULL && read_printer (p, chosen))
    return TRUE;
  all = ask (p, IPP_OP_CUPS_GET_PRINTERS, 0);
  if (all != NULL && read_printer (p, all))
    return TRUE;
  p->state = all != NULL && cupsLastError () == IPP_STATUS_ERROR_NOT_FOUND ? "none" : "silent";
  return FALSE;
}

static ipp_jstate_t
job_state (Printer *p, int job)
{
  g_autoptr (ipp_t) answer = ask (p, IPP_OP_GET_JOB_ATTRIBUTES, job);
  ipp_attribute_t *state =
      answer != NULL ? ippFindAttribute (answer, "job-state", IPP_TAG_ENUM) : NULL;

  return state != NULL ? (ipp_jstate_t)ippGetInteger (state, 0) : IPP_JSTATE_ABORTED;
}

static const char *
reason_now (Printer *p)
{
  g_autoptr (ipp_t) answer = ask (p, IPP_OP_GET_PRINTER_ATTRIBUTES, 0);

  return answer != NULL && read_printer (p, answer) ? p->state : "silent";
}

/* Until it is printed, or the printer has said for a while what is wrong, or time is over. */
static const char *
wait_for (Printer *p, int job)
{
  gint64 wrong_since = 0;
  const char *reason = "ready";

  for (;;) {
    ipp_jstate_t state = job_state (p, job);
    gint64 now = g_get_monotonic_time ();

    if (state == IPP_JSTATE_COMPLETED)
      return "ready";
    reason = reason_now (p);
    if (state == IPP_JSTATE_ABORTED || state == IPP_JSTATE_CANCELED)
      return strcmp (reason, "ready") == 0 ? "trouble" : reason;
    if (strcmp (reason, "no-paper") != 0 && strcmp (reason, "trouble") != 0)
      wrong_since = 0;
    else if (wrong_since == 0)
      wrong_since = now;
    if (now >= p->end || (wrong_since != 0 && now - wrong_since > PATIENCE_MS * 1000))
      return strcmp (reason, "ready") == 0 ? "silent" : reason;
    g_usleep (POLL_MS * 1000);
  }
}

static gboolean
send_document (Printer *p, int job, const GByteArray *pdf)
{
  if (cupsStartDocument (p->http, p->queue, job, "Tabella", CUPS_FORMAT_PDF, 1) !=
      HTTP_STATUS_CONTINUE)
    return FALSE;
  if (cupsWriteRequestData (p->http, (const char *)pdf->data, pdf->len) != HTTP_STATUS_CONTINUE)
    return FALSE;
  return cupsFinishDocument (p->http, p->queue) <= IPP_STATUS_OK_CONFLICTING;
}

/* @size: of the pages, which on a roll are as long as the document. */
static const char *
print (Printer *p, const char *title, const char *size, const GByteArray *pdf)
{
  cups_option_t *options = NULL;
  g_autofree char *media = g_strdup_printf ("Custom.%smm", size);
  int n_options = 0, job;
  const char *result;

  if (p->stopped)
    return p->state;
  if (p->width > 0 && p->height <= 0)
    n_options = cupsAddOption ("media", media, n_options, &options);
  job = cupsCreateJob (p->http, p->queue, title, n_options, options);
  cupsFreeOptions (n_options, options);
  if (job == 0)
    return "trouble";
  result = send_document (p, job, pdf) ? wait_for (p, job) : "trouble";
  /* Printed or not: neither the document nor the hour is to stay in the spool. */
  cupsCancelJob2 (p->http, p->queue, job, 1);
  return result;
}

static GByteArray *
read_input (void)
{
  GByteArray *all = g_byte_array_new ();
  guint8 part[16384];
  ssize_t got;

  while ((got = read (STDIN_FILENO, part, sizeof part)) > 0 && all->len < INPUT_LIMIT)
    g_byte_array_append (all, part, (guint)got);
  return all;
}

static int
usage (void)
{
  fprintf (stderr, "usage: tabella-print look SECONDS\n"
                   "       tabella-print print SECONDS TITLE WIDTHxHEIGHT <PDF\n");
  return 2;
}

int
main (int argc, char **argv)
{
  g_auto (Printer) p = { .state = "none" };
  gboolean printing = argc == 5 && strcmp (argv[1], "print") == 0;
  guint seconds = argc > 2 ? (guint)CLAMP (atoi (argv[2]), 1, 600) : 0;

  if (!printing && !(argc == 3 && strcmp (argv[1], "look") == 0))
    return usage ();
  /* It may do what the terminal may not: a terminal that was taken over must not get into it. */
  if (!tabella_process_harden (NULL))
    return 1;
  alarm (seconds + 5); /* whatever the library does, this process ends */
  p.end = g_get_monotonic_time () + (gint64)seconds * G_USEC_PER_SEC;
  cupsSetPasswordCB2 (no_password, NULL);
  if (connect_to_service (&p, seconds) && find (&p) && printing) {
    g_autoptr (GByteArray) pdf = read_input ();

    p.state = print (&p, argv[3], argv[4], pdf);
  }
  printf ("state %s\n", p.state);
  if (p.name != NULL)
    printf ("name %s\npaper %.2f %.2f\n", p.name, p.width, p.height);
  return 0;
}
