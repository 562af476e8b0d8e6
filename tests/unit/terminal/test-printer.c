/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The printer behind its interface: every call is answered once and in time, whatever lies there.
 */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include "printer-cups.h"
#include "printer-folder.h"
#include "secret.h"

typedef struct {
  GMainLoop *loop;
  TabellaPrinterStatus status;
  guint answers;
} Waiting;

static void
on_done (const TabellaPrinterStatus *status, gpointer data)
{
  Waiting *w = data;

  w->answers++;
  tabella_printer_status_set (&w->status, status);
  g_main_loop_quit (w->loop);
}

/* Prints, or only looks if @pdf is NULL; gives the answer and how long it took. */
static double
ask (TabellaPrinter *p, GBytes *pdf, guint seconds, TabellaPrinterStatus *out)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GTimer) timer = g_timer_new ();
  Waiting w = { .loop = loop };

  if (pdf != NULL)
    tabella_printer_print (p, pdf, "Test", 210, 297, seconds, on_done, &w);
  else
    tabella_printer_look (p, seconds, on_done, &w);
  g_assert_cmpuint (w.answers, ==, 0);
  g_main_loop_run (loop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (w.answers, ==, 1);
  *out = w.status;
  return g_timer_elapsed (timer, NULL);
}

static void
write_file (const char *folder, const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

static void
test_words (void)
{
  for (guint i = 0; i < TABELLA_N_PRINTER_STATES; i++)
    g_assert_cmpuint (tabella_printer_state (tabella_printer_word (i)), ==, i);
  g_assert_cmpuint (tabella_printer_state ("on fire"), ==, TABELLA_PRINTER_TROUBLE);
  g_assert_cmpuint (tabella_printer_state (NULL), ==, TABELLA_PRINTER_TROUBLE);
}

/* A printer says what it likes. */
static void
test_read (void)
{
  static const struct {
    const char *text, *name;
    double width, height;
  } cases[] = {
    { "state ready\nname Ours\npaper 210 297\n", "Ours", 210, 297 },
    { "state ready\npaper 80 0\n", NULL, 80, 0 }, /* a roll */
    { "state ready\npaper 30 2000\n", NULL, 30, 2000 },
    { "state ready\npaper 29.9 297\n", NULL, 0, 0 },
    { "state ready\npaper 210 2000.1\n", NULL, 0, 0 },
    { "state ready\npaper nan nan\n", NULL, 0, 0 },
    { "state ready\npaper inf 297\n", NULL, 0, 0 },
    { "state ready\npaper 1e300 1e300\n", NULL, 0, 0 },
    { "state ready\npaper 210 -1\n", NULL, 0, 0 },
    { "state ready\npaper x\n", NULL, 0, 0 },
    { "state ready\nname \x1B[2J\xE2\x80\xAEsruo\n", "?[2J???sruo", 0, 0 },
  };
  g_autofree char *name = g_strnfill (1000, 'x');
  g_autofree char *longest = g_strdup_printf ("name %s\n", name);
  g_auto (TabellaPrinterStatus) status = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (TabellaPrinterStatus) s = { 0 };

    tabella_printer_read (cases[i].text, &s);
    g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_READY);
    g_assert_cmpstr (s.name, ==, cases[i].name);
    g_assert_cmpfloat (s.width, ==, cases[i].width);
    g_assert_cmpfloat (s.height, ==, cases[i].height);
  }
  tabella_printer_read (longest, &status);
  g_assert_cmpuint (status.state, ==, TABELLA_PRINTER_TROUBLE);
  g_assert_cmpuint (strlen (status.name), ==, 100);
}

static void
test_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tabella-printer-XXXXXX", NULL),
                  *sheet = g_build_filename (folder, "0002.pdf", NULL), *got = NULL;
  g_autoptr (TabellaPrinter) p = tabella_printer_folder_new (folder);
  g_autoptr (GBytes) pdf = g_bytes_new_static ("%PDF", 4);
  g_auto (TabellaPrinterStatus) s = { 0 };

  ask (p, NULL, 5, &s);
  g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_READY);
  g_assert_cmpfloat (s.width, ==, 210);
  tabella_printer_status_clear (&s);
  write_file (folder, "paper", "80x0\n", 0600);
  write_file (folder, "state", "offline\n", 0600);
  ask (p, pdf, 5, &s);
  g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_OFFLINE);
  g_assert_cmpfloat (s.width, ==, 80);
  g_assert_cmpfloat (s.height, ==, 0);
  tabella_printer_status_clear (&s);
  write_file (folder, "state", "ready", 0600);
  for (guint i = 0; i < 2; i++) {
    ask (p, pdf, 5, &s);
    g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_READY);
    tabella_printer_status_clear (&s);
  }
  g_assert_true (g_file_get_contents (sheet, &got, NULL, NULL));
  g_assert_cmpstr (got, ==, "%PDF");
  remove_folder (folder);
  ask (p, NULL, 5, &s);
  g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_NONE);
}

static void
test_folder_hangs (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tabella-printer-XXXXXX", NULL);
  g_autoptr (TabellaPrinter) p = tabella_printer_folder_new (folder);
  g_auto (TabellaPrinterStatus) s = { 0 };
  double took;

  write_file (folder, "state", "hangs", 0600);
  took = ask (p, NULL, 1, &s);
  g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_SILENT);
  g_assert_cmpfloat (took, >=, 0.9);
  g_assert_cmpfloat (took, <, 10);
  remove_folder (folder);
}

/* A process of its own runs @program. */
static TabellaPrinter *
printer_new (const char *program)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaHands) hands =
      tabella_hands_start (g_getenv ("TABELLA_HANDS"), program, &error);

  g_assert_no_error (error);
  return tabella_printer_cups_new (hands);
}

/* What a program in tabella-print's place says, and what is made of it. */
static void
assert_said (const char *script, TabellaPrinterState state, const char *name, double width)
{
  g_autofree char *folder = g_dir_make_tmp ("tabella-printer-XXXXXX", NULL),
                  *program = g_build_filename (folder, "print", NULL);
  g_autoptr (TabellaPrinter) p = printer_new (program);
  g_auto (TabellaPrinterStatus) s = { 0 };

  write_file (folder, "print", script, 0700);
  g_assert_cmpfloat (ask (p, NULL, 2, &s), <, 10);
  g_assert_cmpuint (s.state, ==, state);
  g_assert_cmpstr (s.name, ==, name);
  g_assert_cmpfloat (s.width, ==, width);
  remove_folder (folder);
}

static void
test_program (void)
{
  assert_said ("#!/bin/sh\necho state ready\necho name On the table\necho paper 210.5 297\n",
               TABELLA_PRINTER_READY, "On the table", 210.5);
  assert_said ("#!/bin/sh\necho state no-paper\n", TABELLA_PRINTER_NO_PAPER, NULL, 0);
  assert_said ("#!/bin/sh\nexit 1\n", TABELLA_PRINTER_TROUBLE, NULL, 0);
  assert_said ("#!/bin/sh\nkill -9 $$\n", TABELLA_PRINTER_TROUBLE, NULL, 0);
  assert_said ("#!/bin/sh\nprintf 'state ready\\377\\n'\n", TABELLA_PRINTER_TROUBLE, NULL, 0);
  assert_said ("#!/bin/sh\nhead -c 100000 /dev/zero\n", TABELLA_PRINTER_TROUBLE, NULL, 0);
  assert_said ("#!/bin/sh\nexec sleep 60\n", TABELLA_PRINTER_SILENT, NULL, 0);
}

static void
test_no_program (void)
{
  g_autoptr (TabellaPrinter) p = printer_new ("/nonexistent/tabella-print");
  g_auto (TabellaPrinterStatus) s = { 0 };

  ask (p, NULL, 5, &s);
  g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_NONE);
}

/* Nobody reads any more when it says that there is no program: it goes on. */
static void
test_nobody_waits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TabellaHands) hands =
      tabella_hands_start (g_getenv ("TABELLA_HANDS"), "/nonexistent/tabella-print", &error);
  g_autoptr (TabellaPrinter) p = NULL;
  g_auto (TabellaPrinterStatus) s = { 0 };

  g_assert_no_error (error);
  p = tabella_printer_cups_new (hands);
  for (guint i = 0; i < 50; i++) {
    g_autoptr (GInputStream) output = NULL;

    g_assert_cmpuint (
        tabella_hands_run (hands, (const char *const[]){ "look", "1", NULL }, NULL, &output), >, 0);
  }
  ask (p, NULL, 5, &s);
  g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_NONE);
}

/* The document reaches the program whole, beside its size and the time that there is. */
static void
test_document (void)
{
  g_autofree char *folder = g_dir_make_tmp ("tabella-printer-XXXXXX", NULL),
                  *program = g_build_filename (folder, "print", NULL),
                  *script = g_strdup_printf ("#!/bin/sh\ncat >%s/got\necho \"$@\" >%s/args\n"
                                             "echo state ready\n",
                                             folder, folder),
                  *got = g_build_filename (folder, "got", NULL),
                  *args = g_build_filename (folder, "args", NULL), *bytes = NULL, *said = NULL;
  g_autoptr (TabellaPrinter) p = printer_new (program);
  g_autoptr (GBytes) pdf = g_bytes_new_take (g_malloc0 (300000), 300000);
  g_auto (TabellaPrinterStatus) s = { 0 };
  gsize size;

  write_file (folder, "print", script, 0700);
  ask (p, pdf, 20, &s);
  g_assert_cmpuint (s.state, ==, TABELLA_PRINTER_READY);
  g_assert_true (g_file_get_contents (got, &bytes, &size, NULL));
  g_assert_cmpuint (size, ==, 300000);
  g_assert_true (g_file_get_contents (args, &said, NULL, NULL));
  g_assert_cmpstr (said, ==, "print 15 Test 210x297\n");
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/printer/words", test_words);
  g_test_add_func ("/printer/read", test_read);
  g_test_add_func ("/printer/folder", test_folder);
  g_test_add_func ("/printer/folder-hangs", test_folder_hangs);
  g_test_add_func ("/printer/program", test_program);
  g_test_add_func ("/printer/no-program", test_no_program);
  g_test_add_func ("/printer/nobody-waits", test_nobody_waits);
  g_test_add_func ("/printer/document", test_document);
  return g_test_run ();
}
