/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "documents.h"

#include <glib/gi18n.h>
#include <sodium.h>
#include <string.h>
#include "closing-lines.h"
#include "codes.h"

static TabellaPaper *
paper_new (TabellaKiosk *k)
{
  return tabella_paper_new (tabella_kiosk_language (k),
                            tabella_kiosk_practice (k) ? _ ("PRACTICE") : NULL);
}

static const TabellaStationInfo *
station_of (TabellaKiosk *k)
{
  TabellaStation *s = tabella_kiosk_station (k);

  return tabella_election_station (tabella_station_manifest (s)->election,
                                   tabella_station_status (s)->station);
}

static void
add_place (TabellaPaper *paper, TabellaKiosk *k)
{
  const TabellaStationInfo *station = station_of (k);

  if (station != NULL)
    tabella_paper_add_text (paper, TABELLA_PAPER_TEXT, tabella_kiosk_text (k, station->name));
}

/* Which election, where, and which tablet. */
static TabellaPaper *
report_new (TabellaKiosk *k, const char *title)
{
  TabellaStation *s = tabella_kiosk_station (k);
  g_autofree char *tablet =
      g_strdup_printf ("%u  %s", tabella_station_terminal (s)->index, tabella_station_label (s));
  TabellaPaper *paper = paper_new (k);

  tabella_paper_add_text (paper, TABELLA_PAPER_TITLE, title);
  tabella_paper_add_text (paper, TABELLA_PAPER_HEADING,
                          tabella_station_manifest (s)->election->name);
  add_place (paper, k);
  tabella_paper_add_row (paper, _ ("Tablet"), g_strstrip (tablet));
  return paper;
}

/* What this role counts. */
static gboolean
add_counts (TabellaPaper *paper, TabellaKiosk *k, GError **error)
{
  TabellaStation *s = tabella_kiosk_station (k);
  TabellaRole role = tabella_station_status (s)->role;
  TabellaCounts c;

  if (!tabella_station_counts (s, &c, error))
    return FALSE;
  if (role != TABELLA_ROLE_BOOTH)
    tabella_paper_add_number (paper, _ ("Checked in"), c.checked_in);
  if (role == TABELLA_ROLE_COMBINED) {
    tabella_paper_add_number (paper, _ ("Voted"), c.voted);
    tabella_paper_add_number (paper, _ ("Left without voting"), c.left + c.given);
  }
  if (role != TABELLA_ROLE_DESK) {
    tabella_paper_add_number (paper, _ ("Ballots in the box"), c.cast);
    tabella_paper_add_number (paper, _ ("Ballots that only checked the machine"), c.challenged);
  }
  return TRUE;
}

static void
add_signatures (TabellaPaper *paper, TabellaKiosk *k)
{
  const TabellaManifest *m = tabella_station_manifest (tabella_kiosk_station (k));

  for (guint i = 0; i < m->election->policies.officers_required; i++)
    tabella_paper_add_signature (paper, _ ("Officer: name and signature"));
  tabella_paper_add_signature (paper, _ ("Witness: name and signature"));
}

static void
add_key (TabellaPaper *paper, const char *name, const guint8 hash[32])
{
  g_autofree char *code = tabella_short_code (hash);

  tabella_paper_add_text (paper, TABELLA_PAPER_SMALL, name);
  tabella_paper_add_text (paper, TABELLA_PAPER_CODE, code);
}

static void
add_receipt (TabellaPaper *paper, const char *words, const char *text)
{
  if (text == NULL)
    return;
  tabella_paper_add_space (paper);
  tabella_paper_add_text (paper, TABELLA_PAPER_TEXT, words);
  tabella_paper_add_qr (paper, text);
  tabella_paper_add_text (paper, TABELLA_PAPER_MACHINE, text);
}

/* NULL instead of a report that lacks its numbers. */
static TabellaPaper *
with_counts (TabellaKiosk *k, TabellaPaper *paper, GError **error)
{
  if (add_counts (paper, k, error))
    return paper;
  tabella_paper_free (paper);
  return NULL;
}

TabellaPaper *
tabella_document_zero_report (TabellaKiosk *k, GError **error)
{
  TabellaStation *s = tabella_kiosk_station (k);
  TabellaPaper *paper = with_counts (k, report_new (k, _ ("Zero report")), error);

  if (paper == NULL)
    return NULL;
  tabella_paper_add_space (paper);
  add_key (paper, _ ("Trustees' transcript (as on the signed paper)"),
           tabella_station_keys (s)->transcript);
  add_key (paper, _ ("Organisers' key (as on the signed paper)"),
           tabella_station_manifest (s)->organisers.key);
  tabella_paper_add_signature (paper, _ ("Date and hour")); /* by hand */
  add_signatures (paper, k);
  return paper;
}

TabellaPaper *
tabella_document_ticket (TabellaKiosk *k, const guint8 ticket[TABELLA_TICKET_SHORT])
{
  TabellaPaper *paper = paper_new (k);
  g_autofree char *grouped = tabella_ticket_text (ticket, TRUE),
                  *plain = tabella_ticket_text (ticket, FALSE);

  tabella_paper_add_text (paper, TABELLA_PAPER_TITLE, _ ("Ticket for one ballot"));
  tabella_paper_add_text (paper, TABELLA_PAPER_HEADING,
                          tabella_station_manifest (tabella_kiosk_station (k))->election->name);
  add_place (paper, k);
  tabella_paper_add_text (paper, TABELLA_PAPER_TEXT,
                          _ ("Go to any free booth of this station. Scan this ticket there, or "
                             "type its 16 letters and digits. It does not say who you are."));
  tabella_paper_add_qr (paper, plain);
  tabella_paper_add_text (paper, TABELLA_PAPER_BIG_CODE, grouped);
  sodium_memzero (grouped, strlen (grouped));
  sodium_memzero (plain, strlen (plain));
  return paper;
}

TabellaPaper *
tabella_document_totals (TabellaKiosk *k, GError **error)
{
  TabellaPaper *paper = with_counts (k, report_new (k, _ ("Totals at the end of the day")), error);

  if (paper == NULL)
    return NULL;
  tabella_paper_add_text (paper, TABELLA_PAPER_TEXT,
                          _ ("Tomorrow morning the tablet must show the same numbers."));
  tabella_paper_add_signature (paper, _ ("Date and hour")); /* by hand */
  add_signatures (paper, k);
  return paper;
}

TabellaPaper *
tabella_document_safety_copy (TabellaKiosk *k, const char *text)
{
  TabellaPaper *paper = report_new (k, _ ("Receipt of a safety copy"));

  add_receipt (paper,
               _ ("Keep this apart from the stick: it tells the centre which copy is the "
                  "last one."),
               text);
  return paper;
}

TabellaPaper *
tabella_document_closing (TabellaKiosk *k, GError **error)
{
  TabellaStation *s = tabella_kiosk_station (k);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  TabellaPaper *paper;
  TabellaClosing c;

  if (!tabella_station_closing (s, &c, error) ||
      (text = tabella_export_batch_text (s, error)) == NULL)
    return NULL;
  paper = paper_new (k);
  tabella_paper_add_text (paper, TABELLA_PAPER_TITLE, _ ("Closing report"));
  lines = tabella_closing_report (k, &c);
  for (guint i = 0; i < lines->len; i++) {
    const TabellaClosingLine *line = lines->pdata[i];

    tabella_paper_add_text (
        paper, i == 0 || line->alarm ? TABELLA_PAPER_HEADING : TABELLA_PAPER_TEXT, line->text);
  }
  add_receipt (paper,
               _ ("Receipt of the final batch: with it the centre notices if the batch gets "
                  "lost."),
               text);
  return paper;
}
