/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The amendments that this tablet has taken, and the ways for new ones. */
#include <glib/gi18n.h>
#include "amendment-words.h"
#include "officer-screens.h"

#define SHOWN 4 /* the newest; they must fit on the smallest panel */

struct _TabellaAmendmentsScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaAmendmentsScreen, tabella_amendments_screen, TABELLA_TYPE_REPORT_SCREEN)

static void
on_code_clicked (GtkButton *button, TabellaAmendmentsScreen *self)
{
  tabella_kiosk_take (tabella_screen_view_kiosk (TABELLA_SCREEN_VIEW (self)), TABELLA_EV_CHANGE);
}

static void
add_amendment (TabellaReportScreen *self, TabellaKiosk *kiosk, const TabellaAmendment *a)
{
  g_autofree char *says = tabella_amendment_says (kiosk, a);
  g_autofree char *line = g_strdup_printf ("%u · %s", a->number, says);
  GtkWidget *text;

  tabella_report_screen_add_line (self, line, "small");
  if (tabella_amendment_text (kiosk, a) == NULL)
    return;
  text = tabella_label_new (tabella_amendment_text (kiosk, a), "remedy");
  gtk_label_set_lines (GTK_LABEL (text), 1); /* it was read whole when it was taken */
  gtk_label_set_ellipsize (GTK_LABEL (text), PANGO_ELLIPSIZE_END);
  tabella_report_screen_add_widget (self, text);
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);
  const GPtrArray *taken = tabella_station_amendments (tabella_screen_view_station (v));
  g_autofree char *lead =
      taken->len == 0
          ? g_strdup (_ ("None has been taken on this tablet yet."))
          : g_strdup_printf (ngettext ("%u has been taken on this tablet.",
                                       "%u have been taken on this tablet, the newest first.",
                                       taken->len),
                             taken->len);

  tabella_report_screen_set_words (self, _ ("Amendments by the organisers"), lead);
  for (guint i = taken->len; i-- > 0 && taken->len - i <= SHOWN;)
    add_amendment (self, kiosk, taken->pdata[i]);
  tabella_report_screen_add_action (self, _ ("Scan or type a code"), NULL,
                                    G_CALLBACK (on_code_clicked));
}

static const char *
back_label (TabellaScreenView *v)
{
  return _ ("Back");
}
static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Read a stick");
}

static void
tabella_amendments_screen_class_init (TabellaAmendmentsScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->back_label = back_label;
  screen->next_label = next_label;
}

static void
tabella_amendments_screen_init (TabellaAmendmentsScreen *self)
{
}
