/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "hands.h"
#include "printer.h"

/* The printer of this machine's own print service, through the program tabella-print: what waits,
 * hangs or breaks does so in another process, which holds no key and no ballot and can be killed.
 */
#define TABELLA_TYPE_PRINTER_CUPS (tabella_printer_cups_get_type ())
G_DECLARE_FINAL_TYPE (TabellaPrinterCups, tabella_printer_cups, TABELLA, PRINTER_CUPS, GObject)

/* @hands: who runs that program. */
TabellaPrinter *tabella_printer_cups_new (TabellaHands *hands);
