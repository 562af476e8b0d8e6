/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents as the printer gets them, read back by poppler and zbar. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include "paper.h"
#include "secret.h"

#define RECEIPT                                                                                    \
  "TB1."                                                                                           \
  "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPSAIJCEMSCKJRHFAUSUKZMFUXC6MBRGIZTINJWG44"    \
  "DSOR3HQ6T4P2AIFBEGRCFIZDUQSKKJNGE2TSPKBIVEU2UKVLFOWCZLJNVYXK6L5QGCYTDMRSWMZ3INFVGW3DNNZXXA4LSO" \
  "N"                                                                                              \
  "2HK5TXPB4XU634PV7H7"

typedef struct {
  char *folder, *pdf, *text, *boxes;
} Printed;

static void
printed_clear (Printed *p)
{
  g_autoptr (GDir) dir = g_dir_open (p->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (p->folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (p->folder);
  g_free (p->folder);
  g_free (p->pdf);
  g_free (p->text);
  g_free (p->boxes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Printed, printed_clear)

static char *
run (const char *const *argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  char *out = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &said,
                     &status, &error))
    g_error ("%s (sh data/packages test)", error->message);
  if (!g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s %s", argv[0], error->message, said);
  return out;
}

/* Pictures are kept for people to look at. */
static void
keep_pictures (const Printed *p, const char *name)
{
  const char *build = g_getenv ("TABELLA_BUILD");
  g_autofree char *folder = g_build_filename (build, "screenshots", "paper", NULL),
                  *to = g_build_filename (folder, name, NULL);

  g_assert_nonnull (build);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_free (run ((const char *const[]){ "pdftoppm", "-r", "110", "-png", p->pdf, to, NULL }));
}

static void
print_on (const TabellaPaper *paper, double width, double height, const char *name, Printed *out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = tabella_paper_pdf (paper, width, height, NULL, &error);

  g_assert_no_error (error);
  out->folder = g_dir_make_tmp ("tabella-paper-XXXXXX", &error);
  g_assert_no_error (error);
  out->pdf = g_build_filename (out->folder, "paper.pdf", NULL);
  g_file_set_contents (out->pdf, g_bytes_get_data (pdf, NULL), (gssize)g_bytes_get_size (pdf),
                       &error);
  g_assert_no_error (error);
  out->text = run ((const char *const[]){ "pdftotext", "-layout", out->pdf, "-", NULL });
  out->boxes = run ((const char *const[]){ "pdftotext", "-bbox", out->pdf, "-", NULL });
  keep_pictures (out, name);
}

/* The number after @key in @line. */
static double
number (const char *line, const char *key)
{
  const char *at = strstr (line, key);

  g_assert_nonnull (at);
  return g_ascii_strtod (at + strlen (key), NULL);
}

/* Every word lies wholly on its page. Gives the number of pages. */
static guint
assert_whole (const Printed *p)
{
  g_auto (GStrv) lines = g_strsplit (p->boxes, "\n", -1);
  double width = 0, height = 0;
  guint pages = 0, words = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "<page ") != NULL) {
      width = number (lines[i], "width=\"");
      height = number (lines[i], "height=\"");
      pages++;
    } else if (strstr (lines[i], "<word ") != NULL) {
      words++;
      g_assert_cmpfloat (number (lines[i], "xMin=\""), >=, 0);
      g_assert_cmpfloat (number (lines[i], "yMin=\""), >=, 0);
      g_assert_cmpfloat (number (lines[i], "xMax=\""), <=, width);
      g_assert_cmpfloat (number (lines[i], "yMax=\""), <=, height);
    }
  g_assert_cmpuint (words, >, 0);
  return pages;
}

/* Without what lines and columns put between letters. */
static char *
squeezed (const char *text)
{
  GString *out = g_string_new (NULL);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isspace (g_utf8_get_char (at)))
      g_string_append_unichar (out, g_utf8_get_char (at));
  return g_string_free (out, FALSE);
}

static void
assert_says (const Printed *p, const char *words)
{
  g_autofree char *all = squeezed (p->text), *part = squeezed (words);

  if (strstr (all, part) == NULL)
    g_error ("%s is not on the paper:\n%s", words, p->text);
}

static char *
symbol_on (const Printed *p)
{
  g_autofree char *picture = g_build_filename (p->folder, "scan", NULL), *file = NULL;

  g_free (run ((const char *const[]){ "pdftoppm", "-r", "200", "-gray", "-png", "-singlefile",
                                      p->pdf, picture, NULL }));
  file = g_strconcat (picture, ".png", NULL);
  return g_strchomp (run ((const char *const[]){ "zbarimg", "--quiet", "--raw", file, NULL }));
}

static TabellaPaper *
report (const char *language, const char *practice, const char *name)
{
  TabellaPaper *paper = tabella_paper_new (language, practice);

  tabella_paper_add_text (paper, TABELLA_PAPER_TITLE, "Closing report");
  tabella_paper_add_text (paper, TABELLA_PAPER_HEADING, name);
  tabella_paper_add_number (paper, "Ballots in the box", 417);
  tabella_paper_add_row (paper, "A name so long that it cannot stand beside its value in one line",
                         "and a value that is long as well, so that both need a line");
  tabella_paper_add_text (paper, TABELLA_PAPER_CODE, "0123-4567-89AB-CDEF-GHJK");
  tabella_paper_add_qr (paper, RECEIPT);
  tabella_paper_add_text (paper, TABELLA_PAPER_MACHINE, RECEIPT);
  tabella_paper_add_signature (paper, "Officer 1: name and signature");
  tabella_paper_add_signature (paper, "Officer 2: name and signature");
  return paper;
}

static void
assert_report (const Printed *p, const char *name)
{
  g_autofree char *symbol = symbol_on (p);

  assert_says (p, "Closing report");
  assert_says (p, name);
  assert_says (p, "417");
  assert_says (p, "A name so long that it cannot stand beside its value in one line");
  assert_says (p, "0123-4567-89AB-CDEF-GHJK");
  assert_says (p, "Officer 2: name and signature");
  assert_says (p, RECEIPT);
  g_assert_null (strstr (p->boxes, "-</word>"));
  g_assert_cmpstr (symbol, ==, RECEIPT);
}

static void
test_sheet (void)
{
  g_autoptr (TabellaPaper) paper = report ("en", NULL, "A referendum of the example");
  g_auto (Printed) p = { 0 };

  print_on (paper, 210, 297, "sheet", &p);
  assert_report (&p, "A referendum of the example");
  g_assert_cmpuint (assert_whole (&p), ==, 1);
  g_assert_null (strstr (p.text, "PRACTICE"));
}

static void
test_roll (void)
{
  g_autoptr (TabellaPaper) paper = report ("en", "PRACTICE", "A referendum of the example");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_auto (Printed) p = { 0 };
  double height = 0;

  print_on (paper, 80, 0, "roll-practice", &p);
  assert_report (&p, "A referendum of the example");
  g_assert_cmpuint (assert_whole (&p), ==, 1);
  assert_says (&p, "PRACTICE");
  pdf = tabella_paper_pdf (paper, 80, 0, &height, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (height, >, 150);
  g_assert_cmpfloat (height, <, 280);
}

/* A code is one line on the narrowest roll, and a symbol can still be read. */
static void
test_narrow (void)
{
  g_autoptr (TabellaPaper) paper = report ("en", NULL, "A referendum of the example");
  g_auto (Printed) p = { 0 };

  print_on (paper, 58, 0, "roll-narrow", &p);
  assert_report (&p, "A referendum of the example");
  assert_whole (&p);
  g_assert_nonnull (strstr (p.text, "0123-4567-89AB-CDEF-GHJK"));
}

/* The box of a word begins there. */
static double
place_of (const Printed *p, const char *word)
{
  g_autofree char *end = g_strdup_printf (">%s</word>", word);
  g_auto (GStrv) lines = g_strsplit (p->boxes, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_suffix (lines[i], end))
      return number (lines[i], "xMin=\"");
  g_error ("%s is not on the paper", word);
}

static void
test_scripts (void)
{
  const char *chinese = "二〇一四年全民投票：行政長官選舉方案及立法會的角色，"
                        "由全港市民於各票站投票決定";
  const char *urdu = "انتخابات کا اختتامی گوشوارہ";
  g_autoptr (TabellaPaper) both = report ("zh_HK", "練習", chinese);
  g_autoptr (TabellaPaper) mirrored = report ("ur", "مشق", urdu);
  g_auto (Printed) p = { 0 }, q = { 0 }, r = { 0 };

  print_on (both, 80, 0, "roll-chinese", &p);
  assert_report (&p, chinese);
  assert_says (&p, "練習");
  assert_whole (&p);
  print_on (both, 210, 297, "sheet-chinese", &q);
  assert_report (&q, chinese);
  g_assert_cmpuint (assert_whole (&q), ==, 1);
  print_on (mirrored, 210, 297, "sheet-urdu", &r);
  assert_whole (&r);
  g_assert_cmpfloat (place_of (&r, "417"), <, place_of (&r, "Ballots"));
  g_assert_cmpfloat (place_of (&r, "0123-4567-89AB-CDEF-GHJK"), >, 250);
}

/* What does not fit on a sheet goes on the next, practice and all, and no line is lost. */
static void
test_pages (void)
{
  g_autoptr (TabellaPaper) paper = tabella_paper_new ("en", "PRACTICE");
  g_autoptr (GString) name = g_string_new (NULL);
  g_auto (GStrv) pages = NULL;
  g_auto (Printed) p = { 0 };
  guint n;

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (name, "word%03u ", i);
  tabella_paper_add_text (paper, TABELLA_PAPER_TITLE, name->str);
  for (guint i = 0; i < 60; i++)
    tabella_paper_add_number (paper, "Counted", 5000 + i);
  tabella_paper_add_qr (paper, RECEIPT);
  print_on (paper, 210, 297, "pages", &p);
  n = assert_whole (&p);
  g_assert_cmpuint (n, >=, 4);
  for (guint i = 0; i < 200; i++) {
    g_autofree char *word = g_strdup_printf ("word%03u", i);

    assert_says (&p, word);
  }
  for (guint i = 0; i < 60; i++) {
    g_autofree char *row = g_strdup_printf ("Counted %u", 5000 + i);

    assert_says (&p, row);
  }
  pages = g_strsplit (p.text, "\f", -1);
  for (guint i = 0; i < n; i++) {
    g_autofree char *of = g_strdup_printf ("%u/%u", i + 1, n);

    g_assert_nonnull (strstr (pages[i], "PRACTICE"));
    g_assert_nonnull (strstr (pages[i], of));
  }
}

/* The same document twice gives the same bytes: no clock is in it. */
static void
test_no_time (void)
{
  g_autoptr (TabellaPaper) paper = report ("en", NULL, "A referendum of the example");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = tabella_paper_pdf (paper, 80, 0, NULL, &error);
  g_autofree char *information = NULL;
  g_auto (Printed) p = { 0 };

  g_assert_no_error (error);
  print_on (paper, 80, 0, "roll", &p);
  information = run ((const char *const[]){ "pdfinfo", p.pdf, NULL });
  g_assert_null (strstr (information, "Date"));
  g_assert_null (strstr (g_bytes_get_data (first, NULL), "Date"));
}

static void
test_too_small (void)
{
  g_autoptr (TabellaPaper) paper = report ("en", NULL, "x");
  g_autoptr (GError) error = NULL;

  g_assert_null (tabella_paper_pdf (paper, 20, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (tabella_paper_pdf (paper, 210, 30, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/sheet", test_sheet);
  g_test_add_func ("/paper/roll", test_roll);
  g_test_add_func ("/paper/narrow", test_narrow);
  g_test_add_func ("/paper/scripts", test_scripts);
  g_test_add_func ("/paper/pages", test_pages);
  g_test_add_func ("/paper/no-time", test_no_time);
  g_test_add_func ("/paper/too-small", test_too_small);
  return g_test_run ();
}
