/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A desk's ticket for one voter. */
#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include "documents.h"
#include "officer-screens.h"
#include "printing.h"

struct _TabellaTicketScreen {
  TabellaReportScreen parent_instance;
};

G_DEFINE_FINAL_TYPE (TabellaTicketScreen, tabella_ticket_screen, TABELLA_TYPE_REPORT_SCREEN)

static TabellaPaper *
paper (TabellaScreenView *v, GError **error)
{
  TabellaKiosk *kiosk = tabella_screen_view_kiosk (v);

  return tabella_document_ticket (kiosk, tabella_kiosk_ticket (kiosk));
}

static void
enter (TabellaScreenView *v)
{
  TabellaReportScreen *self = TABELLA_REPORT_SCREEN (v);
  const guint8 *ticket = tabella_kiosk_ticket (tabella_screen_view_kiosk (v));
  g_autofree char *grouped = NULL, *plain = NULL;

  if (ticket == NULL)
    return;
  grouped = tabella_ticket_text (ticket, TRUE);
  plain = tabella_ticket_text (ticket, FALSE);
  tabella_report_screen_set_words (self, _ ("Ticket"),
                                   _ ("Print it, write it down or let it be photographed: one "
                                      "ballot at any booth here. “Next voter” takes it off this "
                                      "tablet."));
  tabella_report_screen_add_line (self, grouped, "ticket");
  if (tabella_kiosk_provisional (tabella_screen_view_kiosk (v)))
    tabella_report_screen_add_line (self, _ ("Provisional: the organisers decide later."),
                                    "small-bad");
  tabella_report_screen_set_qr (self, plain, _ ("QR code of the ticket"));
  sodium_memzero (grouped, strlen (grouped));
  sodium_memzero (plain, strlen (plain));
  tabella_report_screen_offer_print (self, paper);
  tabella_kiosk_print_ticket (tabella_screen_view_kiosk (v), paper (v, NULL));
}

static const char *
next_label (TabellaScreenView *v)
{
  return _ ("Next voter");
}

static void
tabella_ticket_screen_class_init (TabellaTicketScreenClass *klass)
{
  TabellaScreenViewClass *screen = TABELLA_SCREEN_VIEW_CLASS (klass);

  screen->enter = enter;
  screen->next_label = next_label;
}

static void
tabella_ticket_screen_init (TabellaTicketScreen *self)
{
}
