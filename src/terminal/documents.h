/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk.h"
#include "paper.h"

/* What a station prints, in the language of the present screen. An election must be installed. But
 * for the closing, no document tells the time: where an hour belongs, there is a line to write it
 * on. */

/* NULL: the box could not be counted (@error). */
TabellaPaper *tabella_document_zero_report (TabellaKiosk *k, GError **error);
/* For the voter: neither name nor ID number. */
TabellaPaper *tabella_document_ticket (TabellaKiosk *k, const guint8 ticket[TABELLA_TICKET_SHORT]);
/* Totals of a day, also in mid-poll. */
TabellaPaper *tabella_document_totals (TabellaKiosk *k, GError **error);
/* After a batch was written: @text is its TB1. */
TabellaPaper *tabella_document_safety_copy (TabellaKiosk *k, const char *text);
/* How the poll was closed, with the final batch's receipt. */
TabellaPaper *tabella_document_closing (TabellaKiosk *k, GError **error);
