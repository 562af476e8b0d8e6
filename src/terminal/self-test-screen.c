/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tablet finds out about itself before it opens: each line that is not as it should be
 * says why that matters and what to do. */
#include <glib/gi18n.h>
#include "day.h"
#include "officer-screens.h"
#include "pager.h"
#include "printing.h"

struct _TabellaSelfTestScreen {
  TabellaReportScreen parent_instance;
  gboolean passed;
  GtkWidget *printer, *without; /* their words come when it has answered */
};

G_DEFINE_FINAL_TYPE (TabellaSelfTestScreen, tabella_self_test_screen, TABELLA_TYPE_REPORT_SCREEN)

/* What an item says when all is well, and when it is not: then also why it matters and what to do.
 */
typedef struct {
  const char *good, *bad, *remedy;
} Words;

static const Words items[TABELLA_N_TESTS] = {
  [TABELLA_TEST_STORAGE] = { N_ ("Storage can be written and read back"),
                             N_ ("Storage cannot be written and read back"),
                             N_ ("Every ballot goes there: restart; if it stays so, use another "
                                 "tablet.") },
  [TABELLA_TEST_SPACE] = { N_ ("There is enough free space"), N_ ("There is not enough free space"),
                           N_ ("The final batch would not fit: use another tablet, tell the "
                               "organisers.") },
  [TABELLA_TEST_NETWORK] = { N_ ("There is no network"), N_ ("This tablet has network devices"),
                             N_ ("Somebody could come in through it: switch it off, then test "
                                 "again.") },
  [TABELLA_TEST_ENCRYPTION] = { N_ ("The disk is encrypted"), N_ ("No disk encryption was found"),
                                N_ ("A thief could read more of the disk: never leave the tablet "
                                    "alone.") },
  [TABELLA_TEST_PROCESS] = { N_ ("The program has locked itself in"),
                             N_ ("The program has not locked itself in"),
                             N_ ("A fault in it could do more harm: use another tablet, tell the "
                                 "organisers.") },
  [TABELLA_TEST_MEMORY] = { N_ ("Keys stay in memory, out of the disk's reach"),
                            N_ ("Keys could get from memory onto the disk"),
                            N_ ("The system locks too little memory: show this line to the "
                                "organisers.") },
  [TABELLA_TEST_CLOCK] = { N_ ("Clock (compare it with your watch)"), NULL, NULL },
  [TABELLA_TEST_BOX_EMPTY] = { N_ ("The ballot box is empty"), N_ ("The ballot box is NOT empty"),
                               N_ ("It would all be counted: do not open, keep it for the "
                                   "organisers.") },
};

static const char *
hours_words (TabellaStation *station)
{
  TabellaHoursState hours;

  tabella_station_hours (station, &hours);
  return hours.now == TABELLA_HOURS_OTHER_DAY
             ? _ ("Today is none of this station's days. Nothing depends on the clock.")
             : _ ("Nothing depends on the clock. If it is wrong, write that on the sheet.");
}

static void
add_result (TabellaSelfTestScreen *self, GtkContainer *pager, const TabellaTestLine *line)
{
  const gboolean good = line->result == TABELLA_TEST_OK, clock = line->item == TABELLA_TEST_CLOCK;
  const Words *words = &items[line->item];
  const char *mark = good ? "✔" : line->result == TABELLA_TEST_WARNING ? "!" : "✘";
  const gboolean detail = line->detail != NULL && *line->detail != '\0' && (clock || !good);
  g_autofree char *text = g_strdup_printf ("%s  %s%s%s", mark, _ (good ? words->good : words->bad),
                                           detail ? ": " : "", detail ? line->detail : "");
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_container_add (GTK_CONTAINER (box), tabella_label_new (text, good ? "small" : "small-bad"));
  if (clock || !good)
    gtk_container_add (GTK_CONTAINER (box),
                       tabella_label_new (clock ? hours_words (tabella_screen_view_station (
                                                      TABELLA_SCREEN_VIEW (self)))
                                                : _ (words->remedy),
                                          "remedy"));
  gtk_widget_show (box);
  gtk_container_add (pager, box);
}

/* A help, never a condition: its line is the last, and changes when the printer has answered. */
static void
add_printer (TabellaSelfTestScreen *self, GtkContainer *pager)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->printer = tabella_label_new (NULL, "small");
  self->without = tabella_label_new (_ ("The poll opens without it: reports are copied by hand, "
                                        "tickets written down."),
                                     "remedy");
  gtk_container_add (GTK_CONTAINER (box), self->printer);
  gtk_container_add (GTK_CONTAINER (box), self->without);
  gtk_widget_show (box);
  gtk_container_add (pager, box);
  tabella_kiosk_look_for_printer (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)));
}

static void
sync_view (TabellaScreenView *v)
{
  TabellaSelfTestScreen *self = TABELLA_SELF_TEST_SCREEN (v);
  gboolean good;
  g_autofree char *words = tabella_kiosk_printer_words (tabella_screen_view_kiosk (v), &good);
  g_autofree char *text = g_strdup_printf ("%s  %s", good ? "✔" : "!", words);

  TABELLA_SCREEN_VIEW_CLASS (tabella_self_test_screen_parent_class)->sync (v);
  if (self->printer == NULL)
    return;
  gtk_label_set_text (GTK_LABEL (self->printer), text);
  gtk_style_context_remove_class (gtk_widget_get_style_context (self->printer),
                                  good ? "small-bad" : "small");
  gtk_style_context_add_class (gtk_widget_get_style_context (self->printer),
                               good ? "small" : "small-bad");
  gtk_widget_set_visible (self->without, !good);
}

/* What stops the opening first, what is to be judged next, the clock among it. */
static int
weight (const TabellaTestLine *line)
{
  return line->item == TABELLA_TEST_CLOCK ? TABELLA_TEST_WARNING : (int)line->result;
}

static int
by_weight (gconstpointer a, gconstpointer b)
{
  const TabellaTestLine *x = *(TabellaTestLine *const *)a, *y = *(TabellaTestLine *const *)b;

  return weight (x) != weight (y) ? weight (y) - weight (x) : (int)x->item - (int)y->item;
}

static void
on_again_clicked (GtkButton *button, TabellaSelfTestScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_AGAIN);
}

static void
on_amend_clicked (GtkButton *button, TabellaSelfTestScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_AMEND);
}

static void
enter (TabellaScreenView *v)
{
  TabellaSelfTestScreen *self = TABELLA_SELF_TEST_SCREEN (v);
  TabellaReportScreen *report = TABELLA_REPORT_SCREEN (v);
  g_autoptr (GPtrArray) lines = tabella_station_self_test (tabella_screen_view_station (v));
  GtkWidget *pager = g_object_new (TABELLA_TYPE_PAGER, "spacing", 4, "vexpand", TRUE, NULL);
  GtkWidget *turn = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *more; /* shown if need be */

  tabella_report_screen_set_words (report, _ ("Self-test"),
                                   _ ("✘ stops the opening. ! is for you to judge."));
  g_ptr_array_sort (lines, by_weight);
  self->passed = TRUE;
  for (guint i = 0; i < lines->len; i++) {
    const TabellaTestLine *line = lines->pdata[i];

    add_result (self, GTK_CONTAINER (pager), line);
    self->passed = self->passed && line->result != TABELLA_TEST_FAILED;
  }
  add_printer (self, GTK_CONTAINER (pager));
  tabella_report_screen_add_widget (report, pager);
  tabella_report_screen_add_action (report, _ ("Test again"), NULL, G_CALLBACK (on_again_clicked));
  tabella_report_screen_add_action (report, _ ("Amendments"), NULL, G_CALLBACK (on_amend_clicked));
  more = gtk_button_new ();
  gtk_style_context_add_class (gtk_widget_get_style_context (more), "more");
  gtk_style_context_add_class (gtk_widget_get_style_context (turn), "spaced");
  gtk_widget_set_halign (turn, GTK_ALIGN_END);
  gtk_container_add (GTK_CONTAINER (turn), more);
  tabella_report_screen_add_widget (report, turn);
  tabella_pager_set_more (TABELLA_PAGER (pager), more);
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Zero report");
}

static gboolean
can_next (TabellaScreenView *v)
{
  return TABELLA_SELF_TEST_SCREEN (v)->passed;
}

static void
next (TabellaScreenView *v)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  g_autoptr (GError) error = NULL;
  gboolean ok = tabella_station_zero_report (tabella_screen_view_station (v), &error);

  tabella_kiosk_conclude (kiosk, ok, TABELLA_EV_NEXT, error);
}

static void
tabella_self_test_screen_class_init (TabellaSelfTestScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->sync = sync_view;
  screen->next_label = next_label;
  screen->can_next = can_next;
  screen->next = next;
}

static void
tabella_self_test_screen_init (TabellaSelfTestScreen *self)
{
}
